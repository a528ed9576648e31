"""``openvalve record``: a patient's recording as a laboratory makes it, and the truth beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from openvalve import DISCLAIMER, __version__
from openvalve.cli._failure import save_failure
from openvalve.cli._output import console, print_json, to_json
from openvalve.cli._record_doppler import DOPPLER
from openvalve.cli._record_live import Watched, watch_patient
from openvalve.cli._seed import seed_items
from openvalve.cli._staging import staged_folder
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.recording import Recording

if TYPE_CHECKING:
    from openvalve.patient import Patient

__all__ = ["run_record"]

RECORDING, TRUTH = "recording", "truth.json"
NAMES = ("recording.hea", "recording.dat", "recording.atr", "recording.evt", TRUTH, DOPPLER)
SECONDS_S = (2.0, 3600.0)
PRESSURES = ("AO", "LV", "LA", "RA", "RV", "PA", "ART")
VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")


def run_record(patient: Path, seconds_s: float, out: Path, *, seed: int, as_json: bool) -> None:
    """Let the patient of a file live and record them into ``out``.

    Raises
    ------
    InputError : the file or an option is refused.
    SolverError : the computation failed; time and state are saved beside ``out``.
    FileError : ``out`` cannot be written.
    """
    _check_options(seconds_s, seed)
    from openvalve.patient import read_patient
    from openvalve.signals import SITES

    person = read_patient(patient)
    sounds = {f"SOUND_{site}": f"sound_{site.lower()}.wav" for site in SITES}
    with staged_folder(out, owned=(*NAMES, *sounds.values())) as folder:
        try:
            watched = watch_patient(person, seconds_s, seed=seed)
        except SolverError as error:
            save_failure(error, out, what=f"openvalve record {patient} --seconds {seconds_s:g}")
            raise
        _write(watched, sounds, folder)
        truth = _truth(watched, person, seed)
        (folder / TRUTH).write_text(to_json(truth, indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json(truth)
        return
    where = ", ".join(str(out / name) for name in (*NAMES, *sounds.values()))
    console().print(f"Written: {where}", soft_wrap=True, markup=False)
    console().print(DISCLAIMER, markup=False)


def _check_options(seconds_s: float, seed: int) -> None:
    low, high = SECONDS_S
    items = seed_items(seed)
    if not low <= seconds_s <= high:
        allowed = f"{low:g} to {high:g} s"
        items.append(InputItem(key="--seconds", got=f"{seconds_s:g} s", allowed=allowed))
    if items:
        raise InputError(items)


def _write(watched: Watched, sounds: Mapping[str, str], folder: Path) -> None:
    """Write what was measured and heard; the five sites at one level."""
    from openvalve.formats import write_recording
    from openvalve.signals import write_wav

    write_recording(watched.measured, folder / RECORDING, format="wfdb")
    heard = watched.heard
    loudest = max(float(np.abs(heard[channel]).max()) for channel in sounds)
    for channel, name in sounds.items():
        write_wav(folder / name, heard[channel], full_level_ratio=max(loudest, 1e-9))
    watched.echo.write(folder)


def _truth(watched: Watched, person: "Patient", seed: int) -> dict[str, Any]:
    """Return what the body did: beats, numbers of the true channels by valve, areas, events."""
    from openvalve.hemodynamics import measure

    true = watched.true
    return {
        "schema": 1,
        "disclaimer": DISCLAIMER,
        "version": __version__,
        "patient": person.id,
        "seed": seed,
        "seconds_s": true.length_count / true.rate_hz,
        "beats_s": [round(float(t), 6) for t in true.beats_s],
        "pressures": {name: _numbers(true, name) for name in PRESSURES},
        "valves": {
            valve: {"area_max_cm2": round(float(true[f"AREA_{valve.upper()}"].max()), 4)}
            | {key: round(value, 4) for key, value in measure(true, valve).items()}
            for valve in VALVES
        },
        "doppler": watched.echo.numbers(true),
        "events": [[round(float(at), 6), kind] for at, kind in true.notes["events"]],
    }


def _numbers(true: Recording, name: str) -> dict[str, float]:
    x = true[name]
    return {
        "mean_mmhg": round(float(x.mean()), 3),
        "max_mmhg": round(float(x.max()), 3),
        "min_mmhg": round(float(x.min()), 3),
    }
