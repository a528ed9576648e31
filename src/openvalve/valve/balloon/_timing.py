"""How long a balloon takes to fill and to empty: volume, bore, contrast, hand."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon
from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Frac, French, MlPerS, Mm, Ratio, S
from openvalve.valve.balloon._pressure_volume import PressureVolume

__all__ = [
    "ContrastMix",
    "Shaft",
    "default_shaft",
    "deflation_s",
    "inflation_s",
    "shaft_flow_ml_s",
    "viscosity_ratio",
]

PA_PER_ATM = 101325.0
WATER_20_PA_S = 1.002e-3  # water at 20 C
# ln(mu / mu_water) = a c + b c^2, c in g iodine per dL, fitted here to iohexol of the US label
# (Omnipaque, read: 14, 18, 24, 30, 35 g/dL have 2.3, 3.1, 5.8, 11.8, 20.4 mPa s at 20 C and 1.5,
# 2.0, 3.4, 6.3, 10.4 at 37 C; the British label differs by up to 14 %). Water 1.002, 0.692 mPa s.
LOG_VISCOSITY = {20: (0.04102, 0.001316, 1.002), 37: (0.04049, 0.001071, 0.692)}
MOST_IODINE_G_DL = 40.0
DENSITY_MIX_KG_M3 = 1080.0  # of a third of contrast; 1000 to 1350
TURBULENT_REYNOLDS = 2300.0
LEFT_FRAC = 0.05  # of the volume that a balloon counted as empty may hold
STEPS = 200
# Unchecked defaults [K]: hand on a large syringe 6 atm (3 to 8), vacuum 0.9 atm (0.7 to 0.97).
SYRINGE_ATM, VACUUM_ATM = 6.0, 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastMix:
    """What fills the balloon.

    Attributes
    ----------
    iodine_g_dl : after dilution; 35 g/dL one to three is 8.75 (a fourth to a half of contrast in
        saline [NuMED instructions, read]; 1:3 [ssak_bav]).
    warm_frac : 0 at 20 C, 1 at 37 C; a shaft in the body is warm but for its hub.
    """

    iodine_g_dl: float = 8.75
    warm_frac: Frac = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Shaft:
    """The filling lumen: a ring between outer tube and wire tube.

    Attributes
    ----------
    length_mm : hub to balloon.
    outer_fr : outside of the outer tube.
    wall_mm : of the outer tube.
    inner_mm : outside of the wire tube.
    """

    length_mm: Mm
    outer_fr: French
    wall_mm: Mm
    inner_mm: Mm


def default_shaft(balloon: Balloon) -> Shaft:
    """Return the shaft that goes with a balloon's size.

    No catalogue row prints a bore: all unchecked [K], bore +-15 % (time goes with about its fourth
    power). Read: length of True 1100 mm [B2] and of Edwards 1300 mm [B5]; Inoue 12 Fr [K], 700 mm.
    """
    if balloon.kind == "inoue":
        return Shaft(length_mm=700.0, outer_fr=12.0, wall_mm=0.5, inner_mm=1.8)
    length = 1300.0 if balloon.maker.startswith("Edwards") else 1100.0
    if balloon.diameter_mm < 8.0:  # 0.014 to 0.021 in wire
        return Shaft(length_mm=length, outer_fr=4.0, wall_mm=0.13, inner_mm=0.70)
    outer = min(max(5.0 + (balloon.diameter_mm - 8.0) / 3.0, 5.0), 9.0)
    return Shaft(
        length_mm=length, outer_fr=outer, wall_mm=0.18, inner_mm=0.80 if outer < 6 else 1.2
    )


def viscosity_ratio(mix: ContrastMix) -> Ratio:
    """Return the viscosity of a mix over that of water at 20 C (1.002 mPa s).

    Equation
    --------
    mu = mu_water exp(a c + b c^2), between 20 and 37 C by the logarithm.
    Check: 30 g/dL is 6.3 mPa s at 37 C.

    Source    : fitted to the label of Omnipaque; other agents of the same iodine differ by a fifth.
    Verified  : tests/unit/valve/balloon/test_timing.py
    """
    bad = []
    if not 0.0 <= mix.iodine_g_dl <= MOST_IODINE_G_DL:
        bad.append(
            InputItem(key="iodine_g_dl", got=f"{mix.iodine_g_dl:g} g/dL", allowed="0 to 40 g/dL")
        )
    if not 0.0 <= mix.warm_frac <= 1.0:
        bad.append(InputItem(key="warm_frac", got=f"{mix.warm_frac:g}", allowed="0 to 1"))
    if bad:
        raise InputError(bad)
    logs = [
        math.log(water) + a * mix.iodine_g_dl + b * mix.iodine_g_dl**2
        for a, b, water in LOG_VISCOSITY.values()
    ]
    return math.exp(logs[0] + mix.warm_frac * (logs[1] - logs[0])) / 1.002


def shaft_flow_ml_s(shaft: Shaft, mix: ContrastMix, drop_atm: Atm) -> MlPerS:
    """Return the flow through the ring of a shaft.

    Equation
    --------
    Laminar Q = pi dp G / (8 mu L), G = Ro^4 - Ri^4 - (Ro^2 - Ri^2)^2 / ln(Ro / Ri) [White 2006,
    concentric ring]; above a Reynolds number of 2300 Blasius' friction 0.316 Re^-1/4 on the
    hydraulic diameter, whichever gives less.
    """
    outer = shaft.outer_fr / 6.0 - shaft.wall_mm
    inner = 0.5 * shaft.inner_mm
    if not (outer > inner > 0.0 and shaft.length_mm > 0.0):
        raise InputError(
            [
                InputItem(
                    key="shaft",
                    got=f"bore {2 * outer:.3g} mm round {2 * inner:.3g} mm",
                    allowed="a bore wider than the wire tube",
                )
            ]
        )
    if drop_atm <= 0.0:
        return 0.0
    viscosity = WATER_20_PA_S * viscosity_ratio(mix)
    gap = outer**4 - inner**4 - (outer**2 - inner**2) ** 2 / math.log(outer / inner)
    slope = drop_atm * PA_PER_ATM / (1e-3 * shaft.length_mm)  # Pa/m
    laminar = math.pi * slope * gap * 1e-12 / (8.0 * viscosity)
    area = math.pi * (outer**2 - inner**2) * 1e-6
    wide = 2e-3 * (outer - inner)
    if DENSITY_MIX_KG_M3 * laminar / area * wide / viscosity < TURBULENT_REYNOLDS:
        return 1e6 * laminar
    # slope = f rho u^2 / (2 d), f = 0.316 (rho u d / mu)^-1/4
    lead = 0.316 * DENSITY_MIX_KG_M3**0.75 * viscosity**0.25 / (2.0 * wide**1.25)
    return 1e6 * float(min(laminar, area * (slope / lead) ** (4.0 / 7.0)))


def _duration_s(volumes: NDArray[np.float64], flows: NDArray[np.float64]) -> S:
    return float(np.trapezoid(1.0 / flows, volumes))


def inflation_s(
    table: PressureVolume,
    *,
    shaft: Shaft,
    mix: ContrastMix,
    target_atm: Atm,
    syringe_atm: Atm = SYRINGE_ATM,
) -> S:
    """Return the time to fill a balloon to a pressure by a syringe held at a pressure.

    Equation
    --------
    t = int dV / Q(p_syringe - P(V)).

    Raises
    ------
    InputError : the syringe does not reach the target.
    """
    if not syringe_atm > target_atm:
        raise InputError(
            [
                InputItem(
                    key="syringe_atm",
                    got=f"{syringe_atm:g} atm",
                    allowed=f"more than the {target_atm:g} atm wanted",
                )
            ]
        )
    volumes = np.linspace(table.volumes_ml[0], table.volume_ml(target_atm), STEPS)
    inside = [table.pressure_atm(float(v)) for v in volumes]
    flows = np.array([shaft_flow_ml_s(shaft, mix, syringe_atm - p) for p in inside])
    return _duration_s(volumes, flows)


def deflation_s(
    table: PressureVolume,
    *,
    shaft: Shaft,
    mix: ContrastMix,
    from_atm: Atm,
    vacuum_atm: Atm = VACUUM_ATM,
) -> S:
    """Return the time to empty a balloon to 5 % of its volume by the vacuum of a syringe.

    Equation
    --------
    t = int dV / Q(P(V) + vacuum).

    Parameters
    ----------
    vacuum_atm : below the room's pressure, above 0, at most 1 atm.
    """
    if not 0.0 < vacuum_atm <= 1.0:
        raise InputError(
            [InputItem(key="vacuum_atm", got=f"{vacuum_atm:g} atm", allowed="more than 0 to 1 atm")]
        )
    full = table.volume_ml(from_atm)
    volumes = np.linspace(LEFT_FRAC * full, full, STEPS)
    inside = np.interp(volumes, table.volumes_ml, table.pressures_atm)  # below the table: folded
    flows = np.array([shaft_flow_ml_s(shaft, mix, float(p) + vacuum_atm) for p in inside])
    return _duration_s(volumes, flows)
