"""One patient live: change what acts, let time run, look at what the body does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import sources_hash
from openvalve.circulation import WINDOW_S, DrugParams, DrugState, give, infusion_rate
from openvalve.errors import InputError, InputItem
from openvalve.heart._blocks import BLOCKS, field_names, put
from openvalve.heart._body import BodyParams, build_patient, inputs_of
from openvalve.heart._kernel import MARKS, advance_marked
from openvalve.heart._layout import DRUGS_AT, INPUTS_AT, MARKS_AT, ROWS
from openvalve.heart._live_checks import NAMES, WORDS, checked_numbers, ramp_numbers, refuse_outside
from openvalve.heart._observe import COLUMNS, SLOW_COLUMNS
from openvalve.heart._params import HeartParams
from openvalve.heart._simulate import TICK_S, raise_failure, recording_of
from openvalve.recording import Recording
from openvalve.rhythm import (
    ATRIA_ACTION,
    CODES,
    RUN_ACTION,
    SHOCK_ACTION,
    VF_ACTION,
    beat_times,
    electrical_events,
)
from openvalve.units import Bpm, Cm2, Frac, J, Ma, MlPerS, Mmhg, Ratio, S

__all__ = ["CHAMBERS", "Live", "Snapshot"]

LATEST_S = 1e7  # four months; ticks stay exact far beyond
STRENGTH_LIMITS = (0.0, 2.0)  # of a beat from outside; the strongest potentiated beat has 1.6
DURATION_LIMITS = (0.2, 3.0)
SHOCK_LIMITS = (1.0, 360.0)
MANY = 1_000_000  # beats of a tachycardia that goes on
CHAMBERS = {"ra": 1, "la": 2, "rv": 4, "lv": 8}
SLOW_BLOCKS = ("breath", "gas", "drugs", "drug_effects", "reflex", "coronary", "blood")
ROW_NAMES = [f"{block}.{name}" for block, kind in BLOCKS for name in field_names(kind)]
PER_WINDOW = round(WINDOW_S / TICK_S)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Everything a live patient is at one tick; only the same kernels can go on from it.

    Attributes
    ----------
    tick_count : ticks of 1 ms since the start.
    buffer, inputs, events : state, what acts, activations still to come.
    drugs : body that drugs are dosed for.
    kernel : hash of the kernels that made it.
    """

    tick_count: int
    buffer: NDArray[np.float64]
    inputs: NDArray[np.float64]
    events: NDArray[np.float64]
    drugs: DrugParams
    kernel: str


class Live:
    """A patient on the table.

    Time runs in ticks of 1 ms; what is changed acts from the next border of 20 ms on. The same
    calls give the same numbers, bit for bit, however the time is cut into runs.

    Parameters
    ----------
    heart : heart and vessels; rhythm and rate are those at rest.
    body : age, weight, reflexes; an adult of the heart's body size when None.
    regulated : False leaves the reflexes out.
    """

    def __init__(
        self, heart: HeartParams, body: BodyParams | None = None, *, regulated: bool = True
    ) -> None:
        patient = build_patient(heart, body, regulated=regulated)
        self._buffer = patient.buffer
        self._inputs = inputs_of(patient.inputs)
        self._events = np.empty((0, 4))
        self._tick = 0
        self._drugs = DrugParams(weight_kg=patient.body.weight_kg, age_years=patient.body.age_years)

    @property
    def time_s(self) -> S:
        """Return the time since the start."""
        return self._tick * TICK_S

    @property
    def inputs(self) -> dict[str, float]:
        """Return what acts on the patient now, by name."""
        return {name: float(self._inputs[0, k]) for name, k in NAMES.items()}

    @property
    def state(self) -> dict[str, float]:
        """Return the slow state by name: breath, gases, drugs, reflexes, coronaries, blood."""
        return {
            name: float(self._buffer[k])
            for k, name in enumerate(ROW_NAMES)
            if name.split(".")[0] in SLOW_BLOCKS
        }

    def change(
        self,
        *,
        rhythm: str | None = None,
        rate_bpm: Bpm | None = None,
        pacing_bpm: Bpm | None = None,
        atrial_pacing_bpm: Bpm | None = None,
        pacing_place: str | None = None,
        pacing_mode: str | None = None,
        pacing_ma: Ma | None = None,
        pacing_threshold_ma: Ma | None = None,
        av_block_frac: Frac | None = None,
        his_block_frac: Frac | None = None,
        lbbb_frac: Frac | None = None,
        rbbb_frac: Frac | None = None,
        lafb_frac: Frac | None = None,
        conduction_stretch_ratio: Ratio | None = None,
        contact_ra_frac: Frac | None = None,
        contact_rv_frac: Frac | None = None,
        contact_lv_frac: Frac | None = None,
        act: str | None = None,
        act_level_mmhg: Mmhg | None = None,
        breaths_per_min: Bpm | None = None,
        peep_mmhg: Mmhg | None = None,
        fio2_frac: Frac | None = None,
        mitral_area_cm2: Cm2 | None = None,
        mitral_leak_cm2: Cm2 | None = None,
        mitral_occlusion_frac: Frac | None = None,
        mitral_gap_cm2: Cm2 | None = None,
        aortic_area_cm2: Cm2 | None = None,
        aortic_leak_cm2: Cm2 | None = None,
        aortic_occlusion_frac: Frac | None = None,
        aortic_gap_cm2: Cm2 | None = None,
        tricuspid_area_cm2: Cm2 | None = None,
        tricuspid_leak_cm2: Cm2 | None = None,
        tricuspid_occlusion_frac: Frac | None = None,
        tricuspid_gap_cm2: Cm2 | None = None,
        pulmonary_area_cm2: Cm2 | None = None,
        pulmonary_leak_cm2: Cm2 | None = None,
        pulmonary_occlusion_frac: Frac | None = None,
        pulmonary_gap_cm2: Cm2 | None = None,
        shunt_area_cm2: Cm2 | None = None,
        effusion_ml_s: MlPerS | None = None,
        drain_ml_s: MlPerS | None = None,
        bleed_ml_s: MlPerS | None = None,
        infusion_ml_s: MlPerS | None = None,
        vagal_stimulus_frac: Frac | None = None,
        metabolic_factor: Ratio | None = None,
    ) -> None:
        """Change what acts on the patient; what is not named stays (see ``Inputs``, ``ACTS``).

        Raises
        ------
        InputError : impossible values, all at once; nothing is changed then.
        """
        named = {k: v for k, v in locals().items() if k != "self" and v is not None}
        row = self._inputs.copy()
        for name, value in checked_numbers(named).items():
            row[0, NAMES[name]] = value
        self._inputs = row

    def give(self, drug: str, dose: float) -> None:
        """Give a bolus, dose in the drug's own unit (docs/drugs.md).

        Raises
        ------
        InputError : unknown drug, no number, or more than ten times the usual maximum.
        """
        size = len(DrugState._fields)
        state = DrugState(*(float(v) for v in self._buffer[DRUGS_AT : DRUGS_AT + size]))
        put(self._buffer, DRUGS_AT, give(state, self._drugs, drug, dose))

    def infuse(self, drug: str, rate: float) -> None:
        """Set an infusion, rate in the drug's own unit, 0 to stop.

        Raises
        ------
        InputError : as ``give``.
        """
        amount = infusion_rate(self._drugs, drug, rate)
        row = self._inputs.copy()
        row[0, NAMES[f"drugs_{drug}"]] = amount
        self._inputs = row

    def fire(
        self,
        chambers: Sequence[str],
        *,
        at_s: S,
        strength_frac: float = 1.0,
        duration_ratio: float = 1.0,
    ) -> None:
        """Activate chambers at a time to come, beside what the source does.

        They contract 30 ms later. A chamber that is refractory then does not answer. An early
        ventricular beat is weaker, the next one stronger, and a sinus beat that meets the node too
        soon is not conducted.

        Parameters
        ----------
        chambers : of "ra", "la", "rv", "lv".
        at_s : on the clock of ``time_s``; the past is refused.
        strength_frac, duration_ratio : of a sinus beat at that interval: 0.75 or so for a beat
            from one ventricle's muscle.

        Raises
        ------
        InputError : all that cannot be, at once.
        """
        bad = [
            InputItem(key="chambers", got=name, allowed=", ".join(CHAMBERS))
            for name in chambers
            if name not in CHAMBERS
        ]
        if not chambers:
            bad.append(InputItem(key="chambers", got="none", allowed=", ".join(CHAMBERS)))
        values = [
            ("at_s", at_s, self.time_s, LATEST_S),
            ("strength_frac", strength_frac, *STRENGTH_LIMITS),
            ("duration_ratio", duration_ratio, *DURATION_LIMITS),
        ]
        refuse_outside(values, bad)
        code = float(sum(CHAMBERS[name] for name in set(chambers)))
        self._plan(at_s, code, duration_ratio, strength_frac)

    def shock(self, energy_j: J, *, synchronized: bool = False) -> None:
        """Give a shock at the next border of 20 ms, or at the next QRS where synchronized.

        What it ends depends on energy, rhythm and a draw; in the vulnerable time a weak one begins
        fibrillation. A synchronized shock waits for a QRS, which does not come in fibrillation.

        Raises
        ------
        InputError : an energy that no defibrillator has.
        """
        refuse_outside([("energy_j", energy_j, *SHOCK_LIMITS)])
        self._plan(self.time_s, SHOCK_ACTION, energy_j, 1.0 if synchronized else 0.0)

    def induce(self, what: str, *, beats_count: int = 0, rate_bpm: Bpm = 180.0) -> None:
        """Let an arrhythmia begin at the next border of 20 ms.

        Parameters
        ----------
        what : "ventricular_fibrillation", "ventricular_tachycardia", or what the atria do, a key of
            ``openvalve.rhythm.CODES``.
        beats_count, rate_bpm : of a ventricular tachycardia; 0 beats go on.

        Raises
        ------
        InputError : all that cannot be, at once.
        """
        names = ("ventricular_fibrillation", "ventricular_tachycardia", *CODES)
        bad = [InputItem(key="what", got=what, allowed=", ".join(names))]
        refuse_outside(
            [("beats_count", beats_count, 0, MANY), ("rate_bpm", rate_bpm, 60.0, 300.0)],
            [] if what in names else bad,
        )
        if what == names[0]:
            self._plan(self.time_s, VF_ACTION, 0.0, 0.0)
        elif what == names[1]:
            self._plan(self.time_s, RUN_ACTION, 60.0 / rate_bpm, float(beats_count or MANY))
        else:
            self._plan(self.time_s, ATRIA_ACTION, CODES[what], 0.0)

    def _plan(self, at_s: S, code: float, scale: float, strength: float) -> None:
        """Keep an event; one that falls into a window already begun acts at its end."""
        border = -(-self._tick // PER_WINDOW) * PER_WINDOW * TICK_S
        row = np.array([[max(at_s, border), code, scale, strength]])
        events = np.concatenate((self._events, row))
        self._events = events[np.argsort(events[:, 0], kind="stable")]

    def run(
        self, seconds_s: S, *, ramps: Mapping[str, Sequence[tuple[float, float]]] | None = None
    ) -> Recording:
        """Let time run and return what happened.

        Parameters
        ----------
        seconds_s : length, rounded to a tick.
        ramps : input names to (time from the start of this run in s, value), linear between, the
            words of ``act`` and ``rhythm`` held until the next. The last value stays.

        Returns
        -------
        True pressures, volumes, flows, areas at 1 kHz, and the slow columns, in step with them.
        ``beats_s`` is where the ventricles begin to contract; ``notes["events"]`` are the
        electrical events, lists of time from the first sample, s, and kind
        (``openvalve.recording.EVENT_KINDS``).

        Raises
        ------
        InputError : a length or ramp that cannot be; nothing has run then.
        SolverError : with time and last good state; the patient stays there.
        """
        if not 0.0 <= seconds_s <= LATEST_S:
            allowed = f"0 to {LATEST_S:g} s"
            raise InputError([InputItem(key="seconds_s", got=f"{seconds_s} s", allowed=allowed)])
        ticks = round(seconds_s / TICK_S)
        table = self._table(ticks, ramps or {})
        out = np.empty((ticks, len(COLUMNS) + len(SLOW_COLUMNS)))
        before = self._tick % PER_WINDOW
        marks = np.empty((-(-(before + ticks) // PER_WINDOW) if ticks else 0, MARKS))
        last = self._buffer[MARKS_AT : MARKS_AT + MARKS].copy()
        failed = advance_marked(
            self._buffer,
            self._events,
            table,
            self._tick,
            ticks,
            PER_WINDOW,
            TICK_S,
            out,
            self._tick,
            1,
            marks,
        )
        if failed >= 0:
            self._tick = failed
            self._inputs = self._buffer[None, INPUTS_AT : INPUTS_AT + len(NAMES)].copy()
            raise_failure(self._buffer, self.time_s)
        start_s = self.time_s
        self._tick += ticks
        self._inputs = table[-1:].copy()
        self._events = self._events[self._events[:, 0] >= self.time_s - 1e-9]
        span = {"before_s": before * TICK_S, "length_s": ticks * TICK_S}
        return recording_of(
            out,
            rate_hz=1.0 / TICK_S,
            beats_s=beat_times(marks, WINDOW_S, **span),
            start_s=start_s,
            notes={"events": electrical_events(marks, last, WINDOW_S, **span)},
        )

    def _table(
        self, ticks: int, ramps: Mapping[str, Sequence[tuple[float, float]]]
    ) -> NDArray[np.float64]:
        """Return the inputs of every window that starts in this run, shape (windows or 1, n)."""
        if not ramps:
            return self._inputs
        numbers = ramp_numbers(ramps)
        starts = np.arange(-self._tick % PER_WINDOW, max(ticks, 1), PER_WINDOW) * TICK_S
        starts = np.append(starts, ticks * TICK_S)  # what stays after the run
        table = np.repeat(self._inputs, len(starts), axis=0)
        for name, points in ramps.items():
            times = np.array([t for t, _ in points])
            if name in WORDS:  # nothing lies between two acts
                last = np.searchsorted(times, starts + 1e-9, side="right") - 1
                table[:, NAMES[name]] = np.array(numbers[name])[np.maximum(last, 0)]
            else:
                table[:, NAMES[name]] = np.interp(starts, times, numbers[name])
        return table

    def snapshot(self) -> Snapshot:
        """Return everything the patient is now."""
        return Snapshot(
            tick_count=self._tick,
            buffer=self._buffer.copy(),
            inputs=self._inputs.copy(),
            events=self._events.copy(),
            drugs=self._drugs,
            kernel=sources_hash(),
        )

    @classmethod
    def restore(cls, snapshot: Snapshot) -> "Live":
        """Return the patient of a snapshot.

        Raises
        ------
        InputError : it was made by other kernels; replay from the start instead.
        """
        if snapshot.kernel != sources_hash() or snapshot.buffer.shape != (ROWS,):
            raise InputError(
                [InputItem(key="snapshot.kernel", got=snapshot.kernel, allowed=sources_hash())],
                hint="replay the case from its start",
            )
        live = cls.__new__(cls)
        live._buffer = snapshot.buffer.copy()
        live._inputs = snapshot.inputs.copy()
        live._events = snapshot.events.copy()
        live._tick = snapshot.tick_count
        live._drugs = snapshot.drugs
        return live
