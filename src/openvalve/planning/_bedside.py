"""The fitted patient on the table: from a patient file to the live circulation."""

from openvalve.heart import BodyParams, Live
from openvalve.patient import Patient, complete
from openvalve.planning._fit import Fit, fit_patient

__all__ = ["live_patient"]


def live_patient(patient: Patient, *, seed: int = 0) -> tuple[Live, Fit]:
    """Return a patient who lives and shows the file's numbers as well as the best fit does.

    Parameters
    ----------
    patient : as read; what is missing is assumed as for a plan.
    seed : of the irregular beats.

    Raises
    ------
    SolverError : the heart cannot be simulated.
    """
    profile = complete(patient)
    fit = fit_patient(patient, profile)
    body = BodyParams(
        age_years=profile.age_years,
        weight_kg=profile.weight_kg.mean,
        haemoglobin_g_dl=profile.haemoglobin_g_dl.mean,
        seed_count=seed,
    )
    return Live(fit.heart, body), fit
