"""svZeroDSolver: four elastance chambers and four diode valves in a closed loop, by its own API.

Constants are those of our healthy heart with straight passive curves; activation is its two-Hill
function with our times. Its valves are resistances that switch, without state, area or inertance.
"""

from importlib.metadata import version
from typing import Any

import numpy as np
import svzerod
from _worker import BEATS, INTERVAL_S, Case, serve

HILL = ("t_shift", "tau_1", "tau_2", "m1", "m2")
ATRIUM = dict(zip(HILL, (0.0, 0.075, 0.140, 2.0, 11.0), strict=True))
VENTRICLE = dict(zip(HILL, (0.155, 0.17, 0.43, 1.9, 22.0), strict=True))


def chamber(name: str, active: float, passive: float, rest_ml: float, hill: Any) -> Any:
    return {
        "type": "LinearElastanceChamber",
        "name": name,
        "values": {"Emax": active, "Epass": passive, "Vrest": rest_ml},
        "activation_function": {"type": "two_hill", **hill},
    }


def vessel(number: int, name: str, c: float, r: float, inertance: float = 0.0) -> Any:
    return {
        "vessel_name": name,
        "vessel_id": number,
        "vessel_length": 1.0,
        "zero_d_element_type": "BloodVesselCRL",
        "zero_d_element_values": {"C": c, "R_poiseuille": r, "L": inertance},
    }


def valve(name: str, upstream: str, downstream: str) -> Any:
    ends = {"upstream_block": upstream, "downstream_block": downstream}
    return {"type": "PiecewiseValve", "name": name, "params": {"Rmin": 0.01, "Rmax": 1e3, **ends}}


def junction(number: int, upstream: str, downstream: str) -> Any:
    return {
        "junction_name": f"J{number}",
        "junction_type": "NORMAL_JUNCTION",
        "inlet_blocks": [upstream],
        "outlet_blocks": [downstream],
    }


def network(points: int) -> Any:
    """Return the whole configuration with ``points`` time points (both ends) a beat."""
    joints = (("AO", "ART"), ("ART", "VEN"), ("VEN", "RA"), ("PA", "PUL"), ("PUL", "PV"))
    return {
        "simulation_parameters": {
            "number_of_cardiac_cycles": BEATS,
            "number_of_time_pts_per_cardiac_cycle": points,
            "output_variable_based": True,
            "output_all_cycles": False,
            "steady_initial": False,
            "cardiac_period": INTERVAL_S,
        },
        "boundary_conditions": [],
        "chambers": [
            chamber("LA", 0.19, 0.13, 5.0, ATRIUM),
            chamber("LV", 2.3, 0.07, 16.0, VENTRICLE),
            chamber("RA", 0.13, 0.09, 5.0, ATRIUM),
            chamber("RV", 0.52, 0.03, 19.0, VENTRICLE),
        ],
        "vessels": [
            vessel(1, "AO", 0.34, 0.05, 0.002),
            vessel(2, "ART", 1.36, 0.92),
            vessel(3, "VEN", 28.0, 0.02),
            vessel(4, "PA", 1.61, 0.02, 0.0008),
            vessel(5, "PUL", 2.99, 0.05),
            vessel(6, "PV", 10.0, 0.01),
        ],
        "valves": [
            valve("mitral", "LA", "LV"),
            valve("aortic", "LV", "AO"),
            valve("tricuspid", "RA", "RV"),
            valve("pulmonary", "RV", "PA"),
        ],
        "junctions": [junction(k, *pair) for k, pair in enumerate((*joints, ("PV", "LA")))],
        "initial_condition": {
            "Vc:LA": 65.0,
            "Vc:LV": 125.0,
            "Vc:RA": 65.0,
            "Vc:RV": 140.0,
            "pressure:aortic:AO": 85.0,
            "pressure:J0:ART": 85.0,
            "pressure:J1:VEN": 5.0,
            "pressure:pulmonary:PA": 15.0,
            "pressure:J3:PUL": 15.0,
            "pressure:J4:PV": 9.0,
        },
    }


def run(points: int) -> Any:
    solver = svzerod.Solver(network(points))
    solver.run()
    return solver


def read(solver: Any) -> tuple[float, float, float, float]:
    ao = np.ravel(solver.get_single_result("pressure:aortic:AO"))
    lv = np.ravel(solver.get_single_result("Vc:LV"))
    return float(ao.max()), float(ao.min()), float(lv.min()), float(lv.max())


def case(points: int) -> Case:
    step_s = INTERVAL_S / (points - 1)
    return Case(
        model="12 states in 44 unknowns: 4 elastance chambers, 4 switching valves, vessels",
        step=f"generalized alpha, {1e3 * step_s:.2g} ms",
        step_s=step_s if abs(step_s - 1e-3) < 1e-6 else None,
        run=lambda: run(points),
        read=read,
    )


if __name__ == "__main__":
    serve("svZeroDSolver", version("svzerod"), {"1 ms": case(858), "4.3 ms": case(200)})
