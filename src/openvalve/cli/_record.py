"""``openvalve record``: a patient's recording as a laboratory makes it, and the truth beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from openvalve import DISCLAIMER, __version__
from openvalve.cli._failure import save_failure
from openvalve.cli._output import console, print_json, to_json
from openvalve.cli._staging import staged_folder
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.recording import Recording

__all__ = ["run_record"]

NAMES = ("recording.hea", "recording.dat", "truth.json")
SITES = ("AORTIC", "PULMONARY", "TRICUSPID", "APEX", "NECK")
SOUNDS = tuple(f"sound_{site.lower()}.wav" for site in SITES)
SECONDS_S = (2.0, 3600.0)
SETTLE_S = 20.0
PRESSURES = ("AO", "LV", "LA", "RA", "RV", "PA", "ART")
VALVES = ("AORTIC", "MITRAL", "PULMONARY", "TRICUSPID")
OPEN_FRAC = 0.05  # of its largest area; a valve below it counts as shut


def run_record(patient: Path, seconds_s: float, out: Path, *, seed: int, as_json: bool) -> None:
    """Let the patient of a file live and record them into ``out``.

    Raises
    ------
    InputError : the file or an option is refused.
    SolverError : the computation failed; time and state are saved beside ``out``.
    FileError : ``out`` cannot be written.
    """
    low, high = SECONDS_S
    if not low <= seconds_s <= high:
        allowed = f"{low:g} to {high:g} s"
        raise InputError([InputItem(key="--seconds", got=f"{seconds_s:g} s", allowed=allowed)])
    from openvalve.patient import read_patient

    person = read_patient(patient)
    with staged_folder(out, owned=(*NAMES, *SOUNDS)) as folder:
        try:
            from openvalve.planning import live_patient
            from openvalve.signals import Laboratory, laboratory_of, write_wav

            live, fit = live_patient(person, seed=seed)
            live.run(SETTLE_S)
            true = live.run(seconds_s)
        except SolverError as error:
            save_failure(error, out, what=f"openvalve record {patient} --seconds {seconds_s:g}")
            raise
        laboratory = Laboratory(laboratory_of(true, bsa_m2=fit.heart.bsa_m2, seed=seed))
        measured = laboratory.see(true)
        from openvalve.formats import write_recording

        write_recording(measured, folder / "recording", format="wfdb", channels=_shown(measured))
        truth = _truth(true, person.id, seed)
        (folder / NAMES[2]).write_text(to_json(truth, indent=1) + "\n", encoding="utf-8")
        heard = laboratory.hear(true)
        loudest = max(float(np.abs(heard[f"SOUND_{site}"]).max()) for site in SITES)
        for site, name in zip(SITES, SOUNDS, strict=True):
            write_wav(folder / name, heard[f"SOUND_{site}"], full_level_ratio=max(loudest, 1e-9))
    if as_json:
        print_json(truth)
        return
    where = ", ".join(str(out / name) for name in (*NAMES, *SOUNDS))
    console().print(f"Written: {where}", soft_wrap=True, markup=False)
    console().print(DISCLAIMER, markup=False)


def _shown(measured: Recording) -> list[str]:
    """Return what goes into the file: what was measured, not the truth beside it."""
    return [name for name, channel in measured.channels.items() if channel.measured]


def _truth(true: Recording, patient: str, seed: int) -> dict[str, Any]:
    """Return what the body did: beats, numbers of the true pressures, valve areas, events."""
    return {
        "schema": 1,
        "disclaimer": DISCLAIMER,
        "version": __version__,
        "patient": patient,
        "seed": seed,
        "seconds_s": true.length_count / true.rate_hz,
        "beats_s": [round(float(t), 6) for t in true.beats_s],
        "pressures": {name: _numbers(true, name) for name in PRESSURES},
        "valves": {valve.lower(): _valve(true, valve) for valve in VALVES},
        "numbers": _measured_keys(true),
        "events": [[round(float(at), 6), kind] for at, kind in true.notes["events"]],
    }


def _numbers(true: Recording, name: str) -> dict[str, float]:
    x = true[name]
    return {
        "mean_mmhg": round(float(x.mean()), 3),
        "max_mmhg": round(float(x.max()), 3),
        "min_mmhg": round(float(x.min()), 3),
    }


def _valve(true: Recording, valve: str) -> dict[str, float]:
    """Return the mean area and the mean drop while the valve lets forward."""
    area = true[f"AREA_{valve}"]
    flow = true[f"FLOW_{valve}"]
    before, behind = {
        "AORTIC": ("LV", "AO"),
        "MITRAL": ("LA", "LV"),
        "PULMONARY": ("RVOT", "PA"),
        "TRICUSPID": ("RA", "RV"),
    }[valve]
    drop = true[before] - true[behind]
    forward = (flow > 0.0) & (area > OPEN_FRAC * float(area.max()))
    mean = float(drop[forward].mean()) if forward.any() else 0.0
    return {
        "area_max_cm2": round(float(area.max()), 4),
        "gradient_mean_mmhg": round(mean, 3),
        "jet_max_m_s": round(float(true[f"JET_{valve}"].max()), 3),
        "flow_l_min": round(0.06 * float(flow.mean()), 3),
    }


def _measured_keys(true: Recording) -> Mapping[str, float]:
    """Return the true pressures by the keys of a patient file."""
    beats = true.beats_s
    rate = 60.0 * (len(beats) - 1) / float(beats[-1] - beats[0]) if len(beats) > 1 else 0.0
    return {
        "heart_rate_bpm": round(rate, 2),
        "lv_systolic_mmhg": round(float(true["LV"].max()), 2),
        "rv_systolic_mmhg": round(float(true["RV"].max()), 2),
        "la_mean_mmhg": round(float(true["LA"].mean()), 2),
        "ra_mean_mmhg": round(float(true["RA"].mean()), 2),
        "pa_mean_mmhg": round(float(true["PA"].mean()), 2),
        "aortic_mean_mmhg": round(float(true["AO"].mean()), 2),
        "cardiac_output_l_min": round(0.06 * float(true["FLOW_AORTIC"].mean()), 3),
    }
