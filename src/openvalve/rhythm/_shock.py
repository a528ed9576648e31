"""A shock through the chest: what it ends, what it begins, by its energy and a draw.

Equation
--------
p = (E/E50)^n / (1 + (E/E50)^n), biphasic.

- atrial fibrillation: 0.60, 0.77, 0.90 at 100, 150, 200 J in 203 patients [PMID 14739730]:
  E50 88 J, n 2.5 (gives 0.58, 0.79, 0.89)
- flutter: 0.70 at 50 J, 0.85 at 100 J [droracle.ai review of cardioversion energies]: E50 26 J,
  n 1.25 (gives 0.69, 0.84)
- ventricular fibrillation: 0.64 at 150 J, 0.67 at 200 J in 235 patients in arrest in hospital
  [PMC5248978], near all in the first seconds [M]: E50 60 J at first, twice that after 5 min, n 2.5
- runs: E50 40 J, n 2.5: 100 J is the usual energy [M]

In the vulnerable time before the end of refractoriness a weak shock begins ventricular
fibrillation: with 1 - p of the above, since the upper limit of vulnerability is near the
defibrillation threshold.
"""

import math

from openvalve._kernels import leaf
from openvalve.rhythm._draws import draw
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._source_state import (
    CODES,
    Atria,
    Machine,
    Node,
    RhythmInput,
    SourceState,
    Ventricles,
)
from openvalve.rhythm._ventricles import refractory_s

__all__ = ["shock_chance", "shocked"]

SINUS = CODES["sinus"]
FIBRILLATION = CODES["atrial_fibrillation"]
FLUTTER = CODES["flutter"]
INV_ATRIAL_J = 1.0 / 88.0
INV_FLUTTER_J = 1.0 / 26.0
VENTRICULAR_J = 60.0
INV_RUN_J = 1.0 / 40.0
INV_TIRING_S = 1.0 / 300.0  # fibrillation that lasts needs more
VULNERABLE_S = 0.06  # before the end of refractoriness, the peak of the T wave [K]
STUN_S = 1.0  # until the escape's clock runs again after fibrillation; 0.5 to 3 [M]
ATRIAL_STREAM, VENTRICULAR_STREAM = 6.0, 7.0


@leaf
def shock_chance(ratio: float) -> float:
    """Return the chance of success at an energy ``ratio`` of the one that has 0.5."""
    odds = ratio * ratio * math.sqrt(ratio)
    return odds / (1.0 + odds)


@leaf
def shocked(
    s: SourceState, r: RhythmInput, energy_j: float, rest_s: float, since_s: float
) -> SourceState:
    """Return the source after a shock ``rest_s`` before the end of the window that it has done.

    Parameters
    ----------
    energy_j : set on the defibrillator.
    since_s : from the last ventricular onset to the shock.
    """
    x, v = s.atria, s.ventricles
    root = math.sqrt(max(energy_j, 0.0) * INV_FLUTTER_J)
    flutter = root * root * math.sqrt(root)
    atrial = (
        shock_chance(energy_j * INV_ATRIAL_J)
        if x.regime == FIBRILLATION
        else flutter / (1.0 + flutter)
    )
    wild = x.regime == FIBRILLATION or x.regime == FLUTTER
    converted = wild and draw(r.seed, ATRIAL_STREAM, s.windows) < atrial
    fibrillating = v.fibrillating > 0.0
    tired = 1.0 + max(since_s, 0.0) * INV_TIRING_S if fibrillating else 1.0
    strength = shock_chance(energy_j / (VENTRICULAR_J * tired))
    if not fibrillating and v.run_left > 0.0:
        strength = shock_chance(energy_j * INV_RUN_J)
    u = draw(r.seed, VENTRICULAR_STREAM, s.windows)
    end = refractory_s(v.interval)
    vulnerable = not fibrillating and end - VULNERABLE_S < since_s < end
    begins = vulnerable and u > shock_chance(energy_j * (1.0 / VENTRICULAR_J))
    ends = fibrillating and u < strength
    still = (fibrillating and not ends) or begins
    stopped = ends or (not fibrillating and u < strength)
    excited = ends or (not still and since_s >= end)
    reset = converted or (not wild and (ends or s.atria.since > rest_s + 0.2))
    since = rest_s - STUN_S if ends else rest_s
    return SourceState(
        Atria(
            (rest_s - STUN_S) * max(r.rate_bpm, 0.0) * (1.0 / 60.0)
            if ends
            else (rest_s * max(r.rate_bpm, 0.0) * (1.0 / 60.0) if reset else x.phase),
            rest_s if reset else x.since,
            SINUS if converted else x.regime,
            x.asked,
            LONG_S if converted else x.wave,
            x.stimulus,
        ),
        Node(
            rest_s if excited else s.node.since,
            LONG_S if excited or still else s.node.arriving,
            LONG_S if excited else s.node.rising,
            0.0 if excited else s.node.concealed,
            s.node.fatigue,
        ),
        Ventricles(
            since if excited else v.since,
            v.contracting,
            v.interval,
            0.0 if ends else v.potentiation,
            v.run_wave,
            0.0 if stopped or still else v.run_left,
            v.run_cycle,
            v.run_place,
            1.0 if still else 0.0,
        ),
        Machine(s.machine.stimulus, 0.0),
        s.tissue,
        s.waves,
        s.windows,
    )
