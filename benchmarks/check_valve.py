"""The valve against what it was not learned from: bench, mechanisms, contrasts, leaks, spread.

``python benchmarks/check_valve.py``
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from learn_valve import row_of

from openvalve.validation import training_samples
from openvalve.valve import POPULATION, build_valve, inflate, sample_population


@dataclass(frozen=True)
class Bench:
    """A balloon that is only its size and pressure."""

    diameter_mm: float
    nominal_atm: float

    def perimeter_mm(self, pressure_atm: float) -> float:
        """Return the perimeter; this one does not stretch."""
        del pressure_atm
        return math.pi * self.diameter_mm


def case(valve: str, etiology: str, morphology: str, ring: float, area: float, age: float, **more):  # type: ignore[no-untyped-def]
    """Return a valve in one line."""
    return build_valve(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        annulus_mm=ring,
        area_effective_cm2=area,
        age_years=age,
        **more,
    )


def main() -> None:
    """Print the model's answer and the published one."""
    draws = sample_population(4000, 1, POPULATION)

    def run(state, diameter, atm):  # type: ignore[no-untyped-def]
        return inflate(state, Bench(diameter, atm), draws=draws)

    old = case("mitral", "rheumatic", "domed", 28.0, 0.8 * 0.83, 50.0, wilkins_score=10)
    area = run(old, 20.0, 4.0).area_anatomic_cm2
    print(f"  bench mitral, one 20 mm: 0.8 -> {area.mean():.2f} (1.2 +/- 0.15) ribeiro_1988")
    mitral = {
        name: run(case("mitral", "rheumatic", "domed", 31.0, 0.70, 45.0), d, p)
        for name, d, p in (
            ("inoue 24", 24.0, 2.2),
            ("inoue 26", 26.0, 2.2),
            ("inoue 28", 28.0, 2.2),
            ("single 25", 25.0, 3.0),
            ("double 18+20", 31.1, 3.0),
            ("inoue 34", 34.0, 2.2),
        )
    }
    for name, after in mitral.items():
        grade = after.regurgitation_grade
        print(
            f"  mitral 0.91 (Gorlin), {name:13s} {1.3 * after.area_effective_cm2.mean():.2f}"
            f" +/- {1.3 * after.area_effective_cm2.std():.2f} cm2,"
            f" leak >=1 {np.mean(grade >= 1):.2f}, >=3 {np.mean(grade >= 3):.3f},"
            f" both split {np.mean(after.commissures_split_count == 2):.2f}"
        )
    one, two = (mitral[k].area_effective_cm2.mean() for k in ("inoue 26", "double 18+20"))
    print(f"  double over Inoue: +{100 * (two / one - 1):.0f} % (leon +12, park +5)")
    for score, seen in ((7, "0.9-1 -> 2.0"), (10, "0.8 -> 1.6"), (12, "")):
        after = run(
            case("mitral", "rheumatic", "domed", 31.0, 0.70, 55.0, wilkins_score=score), 26.0, 2.2
        )
        print(
            f"  score {score}: {1.3 * after.area_effective_cm2.mean():.2f} ({seen}),"
            f" leak >=3 {np.mean(after.regurgitation_grade >= 3):.3f}"
        )
    heavy = case("mitral", "rheumatic", "domed", 31.0, 0.70, 45.0, commissural_calcium="heavy")
    after = run(heavy, 26.0, 2.2)
    print(
        f"  commissural calcium: both split {np.mean(after.commissures_split_count == 2):.2f},"
        f" leak >=3 {np.mean(after.regurgitation_grade >= 3):.3f} (14 % at 3 y, rafla_2020)"
    )
    rng = np.random.default_rng(7)
    counts = {"calcium": 0.0, "commissure": 0.0, "both": 0.0, "neither": 0.0, "torn": 0.0}
    valves = [("calcific", "tricuspid")] * 28 + [("calcific", "bicuspid_1")] * 8
    for etiology, morphology in [*valves, *[("rheumatic", "tricuspid")] * 3]:
        after = run(
            case("aortic", etiology, morphology, 23.0, 0.55, 75.0), rng.uniform(15.0, 25.0), 3.5
        )
        c, s = after.calcium_fracture, after.commissures_split_count > 0
        for key, hit in (
            ("calcium", c & ~s),
            ("commissure", ~c & s),
            ("both", c & s),
            ("neither", ~c & ~s),
            ("torn", after.leaflet_torn),
        ):
            counts[key] += float(np.mean(hit)) / 39.0
    print("  39 calcific:", {k: round(100 * v) for k, v in counts.items()}, "(41, 13, 15, 31; 3)")
    for name, morphology, diameter in (
        ("ratio 0.92", "bicuspid_1", 14.7),
        ("ratio 1.08", "bicuspid_1", 17.3),
        ("bicuspid_0", "bicuspid_0", 15.2),
        ("unicuspid", "unicuspid", 15.2),
    ):
        after = run(case("aortic", "congenital", morphology, 16.0, 0.30, 9.0), diameter, 4.0)
        grade = after.regurgitation_grade
        print(
            f"  child aortic {name}: {after.area_effective_cm2.mean():.2f} cm2, leak >=1"
            f" {np.mean(grade >= 1):.2f}, >=2 {np.mean(grade >= 2):.2f}"
            f", >=3 {np.mean(grade >= 3):.3f}"
        )
    print("  (sholler_1988: significant 11 % below, 26 % above; severe 2 % bi-, 37 % unicuspid)")
    for diameter in (18.0, 20.0, 23.0, 25.0):
        after = run(case("aortic", "calcific", "tricuspid", 24.0, 0.56, 78.0), diameter, 3.0)
        grade = after.regurgitation_grade
        print(
            f"  adult aortic 0.60, {diameter:.0f} mm: {1.07 * after.area_effective_cm2.mean():.2f}"
            f" +/- {1.07 * after.area_effective_cm2.std():.2f}, leak >=2 {np.mean(grade >= 2):.2f},"
            f" >=3 {np.mean(grade >= 3):.3f}, rupture {after.rupture_prob.mean():.4f}"
        )
    for morphology in ("domed", "dysplastic"):
        for diameter in (20.0, 24.0, 28.0):
            after = run(
                case("pulmonary", "congenital", morphology, 20.0, 0.40, 12.0), diameter, 3.0
            )
            ratio = after.area_effective_cm2 / 0.40
            grade = after.regurgitation_grade
            print(
                f"  pulmonary {morphology} 0.4, {diameter:.0f} in 20: area x {ratio.mean():.2f},"
                f" gradient x {np.mean(ratio) ** -1.5:.2f}, leak >=2 {np.mean(grade >= 2):.2f}"
            )
    print("  (gradient x 0.24-0.29 lo_1991, dysplastic 0.81 musewe_1987)")
    print_spread()


def print_spread() -> None:
    """Print the spread between patients after, modeled from the spread before, over the printed."""
    draws = sample_population(2000, 5, POPULATION)
    before_z = np.random.default_rng(3).standard_normal(2000)
    ratios: dict[str, list[float]] = {}
    for sample in training_samples():
        row = row_of(sample)
        before = sample.cohort.before.get("valve_area_cm2")
        after = sample.after.get("valve_area_cm2")
        if row is None or before is None or after is None or not (before.sd and after.sd):
            continue
        log_sd = math.sqrt(math.log1p((before.sd / before.mean) ** 2))
        state = row.observation.state
        areas = state.area_effective_cm2[0] * np.exp(log_sd * before_z - 0.5 * log_sd**2)
        contraction = state.contraction_ratio[0]
        drawn = np.minimum(areas / contraction, 0.9 * state.ring_cm2)
        state = replace(
            state,
            area_effective_cm2=areas,
            area_anatomic_cm2=drawn,
            contraction_ratio=areas / drawn,
        )
        atm = row.observation.inflation_atm
        balloon = Bench(row.observation.balloon_perimeter_mm / math.pi, atm)
        area = inflate(state, balloon, draws=draws).area_effective_cm2
        modeled = float(area.std() / area.mean())
        ratios.setdefault(row.group, []).append(modeled / (after.sd / after.mean))
    for group, some in ratios.items():
        print(f"  spread after, {group}: {np.median(some):.2f} x the printed SD/mean ({len(some)})")


if __name__ == "__main__":
    main()
