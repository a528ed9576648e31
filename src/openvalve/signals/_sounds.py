"""Heart sounds from the true recording: valves that ring and jets that murmur, at five sites."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.recording import Channel, Recording
from openvalve.signals._murmur import VALVES, JetSounds
from openvalve.signals._sounds_atria import AtrialKick
from openvalve.signals._sounds_filling import RapidFilling
from openvalve.signals._sounds_valves import (
    KINDS,
    RING_MS,
    Strike,
    ValveWatch,
)
from openvalve.signals._stethoscope import SITES, Chest
from openvalve.units import Cm2, Frac

__all__ = ["HeartSounds", "SoundParams"]

Samples = NDArray[np.float64]

TRUE_RATE_HZ: Final = 1000.0
AUDIO_RATE_HZ: Final = 4000.0
UPSAMPLE: Final = 4
# Pressures before and behind each valve, in the order of VALVES.
PRESSURES: Final = (("LV", "AO"), ("LA", "LV"), ("RVOT", "PA"), ("RA", "RV"))
# Of each inflow: the place of its valve in VALVES, the chambers before and behind it.
INFLOWS: Final = ((1, "LA", "LV"), (3, "RA", "RV"))
WANTED: Final = (
    *sorted({name for pair in PRESSURES for name in pair}),
    *(f"{what}_{valve}" for what in ("AREA", "FLOW", "JET") for valve in VALVES),
)
_HEALTHY_LIMITS: Final = (0.05, 20.0)
# A valve whose area falls by more than this share of a healthy one in a sample is still closing.
CLOSING_FRAC: Final = 1e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class SoundParams:
    """What of a heart its sounds depend on, beside its pressures, areas and jets.

    Attributes
    ----------
    aortic_area_cm2, mitral_area_cm2, pulmonary_area_cm2, tricuspid_area_cm2 : opened areas of the
        valves of this body if they were healthy; those of the reference heart of 1.8 m2.
    aortic_pliable_frac, mitral_pliable_frac, pulmonary_pliable_frac, tricuspid_pliable_frac : 1,
        leaflets that travel fully even where their edges are fused (domed, rheumatic with a low
        Wilkins score): snap or click, loud closure. 0, rigid: they travel only as far as the
        orifice opens.
    """

    aortic_area_cm2: Cm2 = 3.5
    mitral_area_cm2: Cm2 = 5.7
    pulmonary_area_cm2: Cm2 = 4.0
    tricuspid_area_cm2: Cm2 = 6.0
    aortic_pliable_frac: Frac = 0.0
    mitral_pliable_frac: Frac = 1.0
    pulmonary_pliable_frac: Frac = 1.0
    tricuspid_pliable_frac: Frac = 1.0

    def __post_init__(self) -> None:
        bad = []
        for f in fields(self):
            value = getattr(self, f.name)
            low, high = (0.0, 1.0) if f.name.endswith("_frac") else _HEALTHY_LIMITS
            if not low <= value <= high:
                bad.append(InputItem(key=f.name, got=f"{value}", allowed=f"{low:g} to {high:g}"))
        if bad:
            raise InputError(bad)


class HeartSounds:
    """A stethoscope at five sites of one patient; give it the case in consecutive recordings.

    Parameters
    ----------
    params : valves of this heart.
    seed : of the noise in the murmurs, 0 to 2^64 - 1.
    """

    def __init__(self, params: SoundParams, seed: int) -> None:
        if not 0 <= seed < 2**64:
            raise InputError([InputItem(key="seed", got=f"{seed}", allowed="0 to 2^64 - 1")])
        healthy = [float(getattr(params, f"{v.lower()}_area_cm2")) for v in VALVES]
        pliable = [float(getattr(params, f"{v.lower()}_pliable_frac")) for v in VALVES]
        self._watches = [
            ValveWatch(KINDS[i], KINDS[i + len(VALVES)], healthy[i], pliable[i])
            for i in range(len(VALVES))
        ]
        self._kicks = [AtrialKick("S4", healthy[1]), AtrialKick("RS4", healthy[3])]
        self._fillings = [RapidFilling("S3"), RapidFilling("RS3")]
        self._jets = JetSounds(np.array(healthy), seed, AUDIO_RATE_HZ)
        self._closing_cm2 = CLOSING_FRAC * np.array([healthy]).T
        self._shut = np.ones(
            (len(VALVES), 1)
        )  # how far each leak's sound counted at the last sample
        self._chest = Chest(AUDIO_RATE_HZ)
        self._ringing: list[Strike] = []
        self._tick = 0
        self._last: Samples | None = None

    def hear(self, recording: Recording) -> Recording:
        """Return what is heard during the next stretch of the true recording.

        Parameters
        ----------
        recording : true channels at 1 kHz; its first sample follows the last one heard.

        Returns
        -------
        Channels ``SOUND_AORTIC``, ``SOUND_PULMONARY``, ``SOUND_TRICUSPID``, ``SOUND_APEX`` and
        ``SOUND_NECK`` at 4 kHz, four samples a true one, the fourth at its time. 1 is the size of
        a normal first sound before the chest. ``notes["sounds"]`` lists [at_s, kind] of the
        sounds that began, from the first sample on: M1 T1 A2 P2, OS (mitral opening snap), TS,
        EC (aortic ejection click), PC; S4, RS4 (fourth
        sounds, left and right, silent where the atrium pushes no harder than in health); S3, RS3
        (third sounds, silent where the ventricle brakes its early filling no harder).

        Raises
        ------
        InputError : another rate, channels that are not there or hold what is no number; nothing
            is heard then.
        """
        table = _table(recording)
        n = table.shape[1]
        first = self._tick - 1 + 1 / UPSAMPLE
        began: list[Strike] = []
        audio = np.empty((len(SITES), 0))
        if n:  # a filter that is given nothing loses its state
            before = table[:, :1] if self._last is None else self._last
            contracts = np.zeros(n, dtype=np.bool_)
            contracts[(TRUE_RATE_HZ * recording.beats_s).astype(np.int64)] = True
            began, audio = self._next(np.concatenate((before, table), axis=1), contracts)
            self._last = table[:, -1:]
            self._tick += n
        return Recording(
            rate_hz=AUDIO_RATE_HZ,
            channels={
                f"SOUND_{site}": Channel(
                    name=f"SOUND_{site}", unit="ratio", samples=audio[i], measured=True
                )
                for i, site in enumerate(SITES)
            },
            beats_s=recording.beats_s,
            start_s=recording.start_s - (1.0 - 1.0 / UPSAMPLE) / TRUE_RATE_HZ,
            notes={"sounds": [[(s.at_ms - first) / TRUE_RATE_HZ, s.kind] for s in began]},
        )

    def _next(self, state: Samples, contracts: NDArray[np.bool_]) -> tuple[list[Strike], Samples]:
        """Return what began to sound and the audio after the first column of the state."""
        drops, areas, flows, jets, chambers = np.split(state, 5)
        began = self._watch(drops, areas, flows, jets, chambers, contracts)
        n = state.shape[1] - 1
        times = self._tick - 1 + np.arange(1, UPSAMPLE * n + 1) / UPSAMPLE
        sources = np.zeros((len(KINDS), UPSAMPLE * n))
        for strike in self._ringing:
            at = slice(*np.searchsorted(times, (strike.at_ms, strike.at_ms + RING_MS)))
            sources[KINDS.index(strike.kind), at] += strike.sound(times[at])
        end = self._tick + n - 1
        self._ringing = [s for s in self._ringing if s.at_ms + RING_MS >= end]
        return began, self._chest.listen(
            np.concatenate((sources, self._murmurs(areas, flows, jets)))
        )

    def _watch(
        self,
        drops: Samples,
        areas: Samples,
        flows: Samples,
        jets: Samples,
        chambers: Samples,
        contracts: NDArray[np.bool_],
    ) -> list[Strike]:
        """Follow the heart through the columns after the first; return what began to sound."""
        began = self._watch_valves(drops, areas, flows, jets)
        began += self._watch_filling(flows, chambers, contracts)
        began.sort(key=lambda s: s.at_ms)
        self._ringing += began
        return began

    def _watch_valves(
        self, drops: Samples, areas: Samples, flows: Samples, jets: Samples
    ) -> list[Strike]:
        """Follow the four valves."""
        began: list[Strike] = []
        for i, watch in enumerate(self._watches):
            own = (KINDS[i], KINDS[i + len(VALVES)])
            rates = TRUE_RATE_HZ * np.diff(drops[i])
            for strike in self._ringing:
                if strike.kind in own:
                    watch.load(strike, self._tick, rates)
            began += watch.run(self._tick, areas[i], flows[i], jets[i], drops[i])
        return began

    def _watch_filling(
        self, flows: Samples, chambers: Samples, contracts: NDArray[np.bool_]
    ) -> list[Strike]:
        """Follow both inflows: atria that push, ventricles that brake their filling."""
        began: list[Strike] = []
        for k, (kick, filling) in enumerate(zip(self._kicks, self._fillings, strict=True)):
            inflow = flows[INFLOWS[k][0]]
            push = TRUE_RATE_HZ * np.diff(inflow)
            began += kick.run(self._tick, inflow)
            atrium, ventricle = chambers[2 * k], chambers[2 * k + 1]
            began += filling.run(self._tick, inflow, ventricle, atrium, contracts)
            for strike in self._ringing:
                if strike.kind == kick.kind:
                    kick.load(strike, self._tick, push)
                elif strike.kind == filling.kind:
                    filling.load(strike, self._tick)
        return began

    def _murmurs(self, areas: Samples, flows: Samples, jets: Samples) -> Samples:
        """Return the sound of the jets, but what closing leaflets squeeze out: that is S1 or S2."""
        falling = np.maximum(areas[:, :-1] - areas[:, 1:], 0.0) / self._closing_cm2
        shut = np.concatenate((self._shut, np.maximum(1.0 - falling, 0.0)), axis=1)
        self._shut = shut[:, -1:]
        both = np.concatenate((flows, -shut * flows))
        flow = np.maximum(both, 0.0)
        speed = np.where(both > 0.0, np.abs(np.concatenate((jets, jets))), 0.0)
        return self._jets.hear(speed, flow, UPSAMPLE)


def _table(recording: Recording) -> Samples:
    """Return drops, areas, flows and jets of the four valves and the inflows' chambers, (20, n)."""
    bad = [
        InputItem(key=f"recording.{name}", got="none", allowed="a true channel")
        for name in WANTED
        if name not in recording
    ]
    if recording.rate_hz != TRUE_RATE_HZ:
        got = f"{recording.rate_hz:g} Hz"
        bad.append(InputItem(key="recording.rate_hz", got=got, allowed=f"{TRUE_RATE_HZ:g} Hz"))
    if bad:
        raise InputError(bad)
    rows = [recording[up] - recording[down] for up, down in PRESSURES]
    rows += [recording[f"{what}_{v}"] for what in ("AREA", "FLOW", "JET") for v in VALVES]
    rows += [recording[chamber] for _, *pair in INFLOWS for chamber in pair]
    table = np.array(rows)
    if not np.isfinite(table).all():
        allowed = "finite numbers"
        raise InputError(
            [
                InputItem(key=f"recording.{name}", got="not a number", allowed=allowed)
                for name in WANTED
                if not np.isfinite(recording[name]).all()
            ]
        )
    return table
