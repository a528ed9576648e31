"""How much the step of 1 ms changes the numbers against one fifty times finer."""

from dataclasses import replace

from openvalve.heart import HeartParams, OrificeParams, reference_heart, simulate
from openvalve.hemodynamics import measure
from openvalve.rhythm import Rhythm
from openvalve.units import Frac

__all__ = ["step_errors"]

COARSE_S = 1e-3
FINE_S = 2e-5
BEATS = 40
BODY_M2 = 1.8
LEAST_GRADIENT_MMHG = 5.0
# Numbers of which the step is judged: circulation_targets section 1, last paragraph.
PRESSURES = (
    "aortic_systolic_mmhg",
    "aortic_diastolic_mmhg",
    "aortic_mean_mmhg",
    "lv_systolic_mmhg",
    "la_mean_mmhg",
    "pa_systolic_mmhg",
    "pa_mean_mmhg",
    "rv_systolic_mmhg",
)
VOLUMES = ("stroke_volume_ml", "lv_end_diastolic_volume_ml", "lv_end_systolic_volume_ml")
GRADIENTS = ("gradient_mean_mmhg", "gradient_peak_instant_mmhg")


def _hearts() -> tuple[tuple[HeartParams, str], ...]:
    """Return healthy, aortic 0.7 cm2, mitral 1.0 cm2 at 90 /min, aortic 0.7 cm2 paced at 220."""
    healthy = reference_heart(bsa_m2=BODY_M2)
    aortic = replace(healthy, aortic=OrificeParams(area_effective_cm2=0.7))
    mitral = replace(
        healthy,
        mitral=OrificeParams(area_effective_cm2=1.0),
        rhythm=Rhythm(name="sinus", rate_bpm=90.0),
    )
    paced = replace(aortic, rhythm=Rhythm(name="paced", rate_bpm=220.0))
    return (healthy, "aortic"), (aortic, "aortic"), (mitral, "mitral"), (paced, "aortic")


def step_errors() -> dict[str, Frac]:
    """Return the largest relative change of a pressure, a volume and a gradient of a stenosis.

    ``dt_error_<kind>_frac`` over all four hearts, ``dt_error_<kind>_unpaced_frac`` over three.
    """
    worst: dict[str, float] = {}
    for heart, valve in _hearts():
        for kind, error in _errors_of(heart, valve).items():
            names = [f"dt_error_{kind}_frac"]
            if heart.rhythm.name != "paced":
                names.append(f"dt_error_{kind}_unpaced_frac")
            for name in names:
                worst[name] = max(worst.get(name, 0.0), error)
    return worst


def _errors_of(heart: HeartParams, valve: str) -> dict[str, Frac]:
    coarse, fine = (
        measure(simulate(heart, beats=BEATS, tick_s=tick).recording, valve)
        for tick in (COARSE_S, FINE_S)
    )
    kinds = {"pressure": PRESSURES, "volume": VOLUMES, "gradient": GRADIENTS}
    if fine["gradient_mean_mmhg"] < LEAST_GRADIENT_MMHG:
        del kinds["gradient"]  # a valve that is not tight has none to speak of
    return {
        kind: max(abs(coarse[k] / fine[k] - 1.0) for k in keys if k in fine and k in coarse)
        for kind, keys in kinds.items()
    }
