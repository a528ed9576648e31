"""Oxygen and carbon dioxide: one lung, arterial blood, venous blood with tissue, a finger probe.

Oxygen is carried as content, so that what the lung takes up the tissues use; carbon dioxide as
pressure over linear stores (lung, fast tissue with blood, slow tissue). Each step is linearly
implicit, so no flow, ventilation or gas drives a store below zero. Pressures of gas are mmHg,
amounts mL at standard conditions, contents mL per mL of blood.
"""

from dataclasses import dataclass
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.units import GDl, Kg, Ml, MlPerMmhg, MlPerS, Mmhg, S

__all__ = [
    "GasEffects",
    "GasParams",
    "GasState",
    "PackedGas",
    "gas_effects",
    "gas_step",
    "initial_gases",
    "pack_gases",
    "saturation_frac",
]

WATER_MMHG = 47.0  # vapor at 37 degC
STANDARD = 863.0  # mmHg: mL of gas at 37 degC, wet, times its pressure over this is mL standard
O2_PER_G = 0.0134  # mL/mL of blood per g/dL of haemoglobin; 1.34 mL/g, 1.31 to 1.39
O2_DISSOLVED = 3.1e-5  # mL/mL/mmHg; 0.003 mL/dL/mmHg in most texts
CO2_SLOPE = 0.0047  # mL/mL/mmHg of blood near 40 mmHg; 0.0043 (PNEUMA) to 0.005
# CO2 that blood of 15 g/dL gives up when it is fully oxygenated (Haldane), mL/mL; 0.04 to 0.06.
# With it mixed venous blood lies 6 mmHg above arterial.
HALDANE = 0.05
VENOUS_MMHG = 53.0  # venous PO2 over venous saturation, for the small dissolved part
CRITICAL_FRAC = 0.25  # venous saturation below which uptake falls with supply; 0.2 to 0.4
PROBE_STAGES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class GasParams:
    """Stores and needs of gas; what is left None follows the body's weight.

    Volumes go with weight, flows with its power 3/4, times with 1/4 (reference 70 kg).

    Attributes
    ----------
    weight_kg : 0.5 to 250.
    haemoglobin_g_dl : 14 (12 to 17).
    o2_consumption_ml_s : 4.17, 250 mL/min (200 to 300).
    co2_production_ml_s : 3.4, 204 mL/min (160 to 240); respiratory quotient 0.8.
    shunt_frac : of lung flow past the alveoli, 0.03 (0.01 to 0.05, more in illness).
    lung_volume_ml : gas at rest, end of expiration, 2400 (1800 to 3000 lying); PNEUMA 2500.
    arterial_ml : blood from lung to arteries, which delays it, 350 (250 to 500).
    venous_ml : the rest of the blood and what tissue holds of oxygen, 4500 (3500 to 6000).
    co2_fast_ml_mmhg : store of blood and well perfused tissue, 46 (40 to 65; PNEUMA's 15 L of
        0.0043 are 65).
    co2_slow_ml_mmhg : store of muscle and fat, 130 (100 to 250): whole body 1.5 (Farhi and Rahn
        1955) to 3.7 mL/kg/mmHg, both in dogs.
    co2_mixing_s : time constant with which the slow store follows the fast one, 1860 (900 to
        2400; the slow part of a dog's washout goes at 0.062/min, 970 s).
    idle_flow_ml_s : lung flow at which half of the alveoli that are ventilated are not perfused,
        7 (4 to 12): end-tidal 3 to 4 mmHg below arterial at rest.
    resting_flow_ml_s : cardiac output for which ``probe_delay_s`` holds, 83 (5 L/min).
    probe_delay_s : lung to finger, 10 s at rest and longer as flow falls (8 to 20).
    probe_average_s : averaging of the instrument, 6 s (4 to 12).
    barometric_mmhg : 760.
    """

    weight_kg: Kg = 70.0
    haemoglobin_g_dl: GDl = 14.0
    o2_consumption_ml_s: MlPerS | None = None
    co2_production_ml_s: MlPerS | None = None
    shunt_frac: float = 0.03
    lung_volume_ml: Ml | None = None
    arterial_ml: Ml | None = None
    venous_ml: Ml | None = None
    co2_fast_ml_mmhg: MlPerMmhg | None = None
    co2_slow_ml_mmhg: MlPerMmhg | None = None
    co2_mixing_s: S | None = None
    idle_flow_ml_s: MlPerS | None = None
    resting_flow_ml_s: MlPerS | None = None
    probe_delay_s: S = 10.0
    probe_average_s: S = 6.0
    barometric_mmhg: Mmhg = 760.0


class PackedGas(NamedTuple):
    """What the leaves read."""

    dt: float
    dry: float
    k_lung: float
    k_arterial: float
    k_venous: float
    k_flow: float
    k_probe: float
    k_average: float
    k_breath: float
    shunt: float
    o2: float
    co2_fast: float
    co2_slow: float
    c_fast: float
    c_slow: float
    inv_slow: float
    exchange: float
    idle: float


class GasState(NamedTuple):
    """State of the gases: pressures mmHg, contents mL/mL, saturations, flows mL/s."""

    alveolar_o2: float
    alveolar_co2: float
    content_arterial: float
    arterial_o2: float
    arterial_co2: float
    sat_arterial: float
    content_venous: float
    sat_venous: float
    fast_co2: float
    slow_co2: float
    lung_flow: float
    body_flow: float
    right_to_left: float
    probe_1: float
    probe_2: float
    probe_3: float
    probe_4: float
    spo2: float
    end_tidal: float
    unbreathed: float


class GasEffects(NamedTuple):
    """What blood and monitors show; ``spo2_frac`` and ``etco2_mmhg`` are the displayed ones."""

    sao2_frac: float
    svo2_frac: float
    spo2_frac: float
    etco2_mmhg: float
    paco2_mmhg: float
    pao2_mmhg: float


def _scaled(value: float | None, reference: float, size: float) -> float:
    return reference * size if value is None else value


def pack_gases(params: GasParams, window_s: S = 0.02) -> PackedGas:
    """Return the constants in the form the leaves read, for windows of ``window_s``."""
    size = params.weight_kg / 70.0
    pace = size**0.75
    co2 = _scaled(params.co2_production_ml_s, 3.4, pace)
    slow = _scaled(params.co2_slow_ml_mmhg, 130.0, size)
    exchange = slow / _scaled(params.co2_mixing_s, 1860.0, size**0.25)
    flow = _scaled(params.resting_flow_ml_s, 83.3, pace)
    return PackedGas(
        dt=window_s,
        dry=params.barometric_mmhg - WATER_MMHG,
        k_lung=window_s * STANDARD / _scaled(params.lung_volume_ml, 2400.0, size),
        k_arterial=window_s / _scaled(params.arterial_ml, 350.0, size),
        k_venous=window_s / _scaled(params.venous_ml, 4500.0, size),
        k_flow=window_s / (3.0 + window_s),
        k_probe=window_s * PROBE_STAGES / (params.probe_delay_s * flow),
        k_average=window_s / (params.probe_average_s + window_s),
        k_breath=window_s / (4.0 + window_s),
        shunt=params.shunt_frac,
        o2=_scaled(params.o2_consumption_ml_s, 4.17, pace),
        co2_fast=0.7 * co2,
        co2_slow=0.3 * co2,
        c_fast=_scaled(params.co2_fast_ml_mmhg, 46.0, size),
        c_slow=slow,
        inv_slow=1.0 / (slow + window_s * exchange),
        exchange=exchange,
        idle=_scaled(params.idle_flow_ml_s, 7.0, pace),
    )


def saturation_frac(po2_mmhg: Mmhg) -> float:
    """Return the saturation of haemoglobin at an oxygen pressure.

    Equation
    --------
    S = x / (x + 23400), x = P (P^2 + 150): within 0.0055 of the standard curve
    (Severinghaus 1979, J Appl Physiol 46:599). The shift with CO2 (Bohr) is left out.
    """
    x = po2_mmhg * (po2_mmhg * po2_mmhg + 150.0)
    return x / (x + 23400.0)


def _pressure_of(content: float, capacity: float) -> float:
    """Return the oxygen pressure of blood of this content, mmHg, by halving."""
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        carried = capacity * saturation_frac(middle) + O2_DISSOLVED * middle
        low, high = (middle, high) if carried < content else (low, middle)
    return 0.5 * (low + high)


def initial_gases(
    params: GasParams,
    ventilation_ml_s: MlPerS,
    flow_ml_s: MlPerS,
    fio2_frac: float = 0.21,
) -> GasState:
    """Return the steady state at rest without an atrial shunt.

    Equation
    --------
    PACO2 = 863 VCO2 / VA; PAO2 = PIO2 - PACO2 (F + (1 - F) / R) (alveolar gas equation);
    Ca - Cv = VO2 / Q (Fick).

    Parameters
    ----------
    ventilation_ml_s : of the alveoli, ``PackedBreath.ventilation_rest``.
    flow_ml_s : of the lung and of the body.
    """
    p = pack_gases(params)
    co2 = p.co2_fast + p.co2_slow
    effective = ventilation_ml_s * flow_ml_s / (flow_ml_s + p.idle)
    alveolar_co2 = STANDARD * co2 / effective
    alveolar_o2 = fio2_frac * p.dry - alveolar_co2 * (fio2_frac + (1.0 - fio2_frac) * p.o2 / co2)
    capacity = O2_PER_G * params.haemoglobin_g_dl
    sat_end = saturation_frac(alveolar_o2)
    through = flow_ml_s * (1.0 - p.shunt)
    end = capacity * sat_end + O2_DISSOLVED * alveolar_o2
    venous = end - p.o2 / through
    arterial = end + p.shunt * (venous - end)
    sat_venous = venous / (capacity + O2_DISSOLVED * VENOUS_MMHG)
    arterial_o2 = _pressure_of(arterial, capacity)
    haldane = HALDANE / 15.0 * params.haemoglobin_g_dl
    fast = alveolar_co2 + (co2 / through - haldane * (sat_end - sat_venous)) / CO2_SLOPE
    sat = saturation_frac(arterial_o2)
    return GasState(
        alveolar_o2=alveolar_o2,
        alveolar_co2=alveolar_co2,
        content_arterial=arterial,
        arterial_o2=arterial_o2,
        arterial_co2=alveolar_co2 + p.shunt * (fast - alveolar_co2),
        sat_arterial=sat,
        content_venous=venous,
        sat_venous=sat_venous,
        fast_co2=fast,
        slow_co2=fast + p.co2_slow / p.exchange,
        lung_flow=flow_ml_s,
        body_flow=flow_ml_s,
        right_to_left=0.0,
        probe_1=sat,
        probe_2=sat,
        probe_3=sat,
        probe_4=sat,
        spo2=sat,
        end_tidal=alveolar_co2 * flow_ml_s / (flow_ml_s + p.idle),
        unbreathed=0.0,
    )


@leaf
def gas_step(
    s: GasState,
    p: PackedGas,
    ventilation_ml_s: float,
    lung_flow_ml_s: float,
    body_flow_ml_s: float,
    right_to_left_ml_s: float,
    fio2_frac: float,
    haemoglobin_g_dl: float,
    metabolic_factor: float,
) -> GasState:
    """Advance the gases by one window.

    Equation
    --------
    Lung (volume V, dead alveoli taken off ventilation as VA = V' Q / (Q + Q_idle)):
    V/863 dP_O2 = VA/863 (PI - P) - U + F (U - E), V/863 dP_CO2 = -VA/863 P + E, with uptake
    U = Q (Cc - Cv) and output E = Q (s (Pv - P) + h (Sc - Sv)): what is taken up beyond what is
    given off is drawn in from the airway, in a held breath too (apneic oxygenation). Arterial
    blood is the mixture with lung shunt and right-to-left flow; blood that a left-to-right shunt
    sends round again takes nothing up. Arterial PO2 follows its content by one Newton step a
    window. Flows are smoothed over 3 s, so that those of one beat may be given.

    Displayed: SpO2 through four stages with flow and one of the instrument; it stands still
    without flow. EtCO2 follows while breaths come, keeps its last value in a hold, and falls to
    zero after 20 s without a breath, as the number of a capnometer does. Expiration is not told
    from a hold: after a deep breath held the number moves to the gas that it diluted.
    """
    hb = max(haemoglobin_g_dl, 0.5)
    capacity = O2_PER_G * hb
    inv_capacity = 1.0 / capacity
    haldane = (HALDANE / 15.0) * hb
    ql = s.lung_flow + p.k_flow * (max(lung_flow_ml_s, 0.0) - s.lung_flow)
    qb = s.body_flow + p.k_flow * (max(body_flow_ml_s, 0.0) - s.body_flow)
    qr = s.right_to_left + p.k_flow * (max(right_to_left_ml_s, 0.0) - s.right_to_left)
    through = min(ql, qb)
    total = through + qr
    past = (p.shunt * through + qr) / (total + 1e-9)
    perfused = ql / (ql + p.idle)
    q = (1.0 - p.shunt) * through
    va = max(ventilation_ml_s, 0.0) * perfused * (1.0 / STANDARD)

    po2 = s.alveolar_o2
    x = po2 * (po2 * po2 + 150.0)
    r = 1.0 / (x + 23400.0)
    sat_end = x * r
    slope_end = capacity * (23400.0 * (3.0 * po2 * po2 + 150.0) * r * r) + O2_DISSOLVED
    end = capacity * sat_end + O2_DISSOLVED * po2
    freed = haldane * max(sat_end - s.sat_venous, 0.0)
    pco2 = (s.alveolar_co2 + p.k_lung * q * (CO2_SLOPE * s.fast_co2 + freed)) / (
        1.0 + p.k_lung * (va + q * CO2_SLOPE)
    )
    output = q * (CO2_SLOPE * (s.fast_co2 - pco2) + freed)
    uptake = q * (end - s.content_venous)
    inspired = min(max(fio2_frac, 0.0), 1.0) * p.dry
    net = uptake - output
    carried = (inspired if net > 0.0 else po2) / p.dry
    rise = va * (inspired - po2) - uptake + carried * net
    rise = p.k_lung * rise / (1.0 + p.k_lung * (va + q * slope_end))
    alveolar = min(max(po2 + rise, 0.0), max(p.dry - pco2, 0.0))
    end = end + slope_end * (alveolar - po2)

    a = p.k_arterial * total
    inv_a = 1.0 / (1.0 + a)
    arterial = (s.content_arterial + a * (end + past * (s.content_venous - end))) * inv_a
    arterial_co2 = (s.arterial_co2 + a * (pco2 + past * (s.fast_co2 - pco2))) * inv_a
    pa = s.arterial_o2
    y = pa * (pa * pa + 150.0)
    ra = 1.0 / (y + 23400.0)
    slope = capacity * (23400.0 * (3.0 * pa * pa + 150.0) * ra * ra) + O2_DISSOLVED
    newton = pa + (arterial - capacity * y * ra - O2_DISSOLVED * pa) / slope
    arterial_o2 = min(max(newton, 0.5 * pa), 2.0 * pa + 1.0)
    sat = min(max((arterial - O2_DISSOLVED * arterial_o2) * inv_capacity, 0.0), 1.0)

    needed = p.o2 * max(metabolic_factor, 0.0)
    fed = min(s.content_venous * inv_capacity * (1.0 / CRITICAL_FRAC), 1.0)
    used = needed / max(s.content_venous, CRITICAL_FRAC * capacity)
    b = p.k_venous * total
    venous = (s.content_venous + b * arterial) / (1.0 + b + p.k_venous * used)
    sat_venous = (venous - O2_DISSOLVED * VENOUS_MMHG * s.sat_venous) * inv_capacity
    sat_venous = min(max(sat_venous, 0.0), 1.0)

    made = max(metabolic_factor, 0.0) * fed
    gained = made * p.co2_fast + p.exchange * s.slow_co2
    gained = gained + total * CO2_SLOPE * arterial_co2 - q * freed  # bound here, freed in the lung
    fast = max(p.c_fast * s.fast_co2 + p.dt * gained, 0.0) / (
        p.c_fast + p.dt * (total * CO2_SLOPE + p.exchange)
    )
    slow = p.c_slow * s.slow_co2 + p.dt * (made * p.co2_slow + p.exchange * fast)
    slow = slow * p.inv_slow

    k = min(p.k_probe * qb, 1.0)
    probe_1 = s.probe_1 + k * (sat - s.probe_1)
    probe_2 = s.probe_2 + k * (probe_1 - s.probe_2)
    probe_3 = s.probe_3 + k * (probe_2 - s.probe_3)
    probe_4 = s.probe_4 + k * (probe_3 - s.probe_4)
    spo2 = s.spo2 + p.k_average * (probe_4 - s.spo2)
    unbreathed = 0.0 if ventilation_ml_s > 1.0 else min(s.unbreathed + p.dt, 60.0)
    shown = perfused * pco2 if unbreathed < 20.0 else 0.0
    follow = p.k_breath if (unbreathed < 6.0 or unbreathed >= 20.0) else 0.0
    end_tidal = s.end_tidal + follow * (shown - s.end_tidal)
    return GasState(
        alveolar,
        pco2,
        arterial,
        arterial_o2,
        arterial_co2,
        sat,
        venous,
        sat_venous,
        fast,
        slow,
        ql,
        qb,
        qr,
        probe_1,
        probe_2,
        probe_3,
        probe_4,
        spo2,
        end_tidal,
        unbreathed,
    )


@leaf
def gas_effects(s: GasState) -> GasEffects:
    """Return what blood and monitors show."""
    return GasEffects(
        s.sat_arterial, s.sat_venous, s.spo2, s.end_tidal, s.arterial_co2, s.arterial_o2
    )
