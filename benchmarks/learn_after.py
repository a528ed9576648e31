"""Learn valve population, answer to relief and discrepancies on fitted hearts, as validate does.

``python benchmarks/learn_after.py`` prints them; with ``--write`` they go into
``valve/_population_tables.py`` and ``planning/_population_tables.py``. Under a minute.
"""

import sys
from collections import defaultdict
from math import exp, log, sqrt
from pathlib import Path
from statistics import fmean

from learn_valve import write_table

from openvalve.planning import AFTER_PARAMETERS
from openvalve.validation import find_quantity, training_samples
from openvalve.validation._physics import HeartModel
from openvalve.valve import class_of, predicted_log_ratio

TYPICAL_RELIEF_FRAC = 0.70
SHRINK_COUNT = 2.0  # papers' worth of "no discrepancy" in each mean
LEAST_SPREAD = 0.10  # between papers of one class and quantity, ln
# How an area was read (catheter or echo) says less than how often it was printed: one shift.
AREA_KEYS = (
    "valve_area_cm2",
    "valve_area_continuity_cm2",
    "valve_area_gorlin_cm2",
    "valve_area_index_cm2_m2",
    "valve_area_planimetry_cm2",
)
LEFT_OUT = ("pressure_half_time_ms", "valve_area_pht_cm2")
TARGET = Path(__file__).parents[1] / "src/openvalve/planning/_population_tables.py"


def main() -> None:
    model = HeartModel()
    training = training_samples()
    learned = model.prepare(training)
    after = learned.after
    rows = defaultdict(list)
    for sample in training:
        setting = model.setting(sample.cohort)
        if setting is None:
            continue
        found = model.log_ratios(sample.cohort, learned)
        relief = 1.0 - exp(-2.0 * predicted_log_ratio(setting.asked, learned.population))
        state = setting.asked.state
        group = class_of(state.valve, state.etiology)
        for name, value in sample.after.items():
            quantity = find_quantity(name)
            before = sample.cohort.before[name].mean
            if quantity is None or quantity.key is None or quantity.key in LEFT_OUT:
                continue
            area = quantity.family == "area"
            if name in found and before > 0 and value.mean > 0:
                left = log(value.mean / before) - found[name]
                row = (sample.cohort.source_id, left / relief)
                for key in AREA_KEYS if area else (quantity.key,):
                    rows[group, key].append(row)
    table = defaultdict(dict)
    for (group, key), some in sorted(rows.items()):
        papers = defaultdict(list)
        for source, left in some:
            papers[source].append(TYPICAL_RELIEF_FRAC * left)
        means = [fmean(v) for v in papers.values()]
        n = len(means)
        shift = sum(means) / (n + SHRINK_COUNT)
        centre = fmean(means)
        prior = 0.15**2 * SHRINK_COUNT
        spread = sqrt((sum((m - centre) ** 2 for m in means) + prior) / (n + SHRINK_COUNT))
        table[group][key] = (round(shift, 3), round(max(spread, LEAST_SPREAD), 3))
    lines = ["AFTER_STATE = AfterState("]
    lines += [f"    {p}={getattr(after, p):.4g}," for p in AFTER_PARAMETERS]
    lines += [")"]
    out = ["DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {"]
    for group in table:
        out += [f'    "{group}": {{']
        out += [f'        "{key}": {value},' for key, value in table[group].items()]
        out += ["    },"]
    out += ["}"]
    print("\n".join(lines + out))
    print(learned.population)
    if "--write" in sys.argv:
        write_table(learned.population, len({s.cohort.source_id for s in training}))
        text = TARGET.read_text()
        start = text.index("AFTER_STATE")
        start = text.index("\nAFTER_STATE", start) + 1
        end = text.index("# Log spread of each")
        text = text[:start] + "\n".join(lines) + "\n" + text[end:]
        text = text[: text.index("DISCREPANCY: dict")] + "\n".join(out) + "\n"
        text = text.replace("import AFTER_PRIOR, AfterState", "import AfterState")
        TARGET.write_text(text)


if __name__ == "__main__":
    main()
