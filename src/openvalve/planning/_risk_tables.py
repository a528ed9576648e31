"""Published counts behind the risks that come from cohorts, never from mechanics.

Each entry: source_id of the evidence table, patients, events (from the printed percentage where no
count was printed), horizon. Only figures that were read. Groups: ``aortic_adult``,
``aortic_congenital``, ``mitral``, ``pulmonary``; the tricuspid valve has no cohort of its own.
"""

from typing import NamedTuple

__all__ = ["COHORT_RISKS", "Counted"]


class Counted(NamedTuple):
    """Events among patients of one paper."""

    source: str
    patients: int
    events: float
    horizon: str


COHORT_RISKS: dict[str, dict[str, tuple[Counted, ...]]] = {
    "aortic_adult": {
        "death": (
            Counted("saia_repeat_2015", 105, 0.0, "procedure"),
            Counted("pedersen_2007", 31, 1.0, "procedure"),
            Counted("hayes_1989", 15, 1.0, "procedure"),
            Counted("koning_repeat", 67, 2.0, "in hospital"),
            Counted("rotterdam_1988", 25, 2.0, "in hospital"),
            Counted("pedersen_pci_2008", 25, 1.0, "procedure"),
        ),
        "stroke": (
            Counted("saia_repeat_2015", 105, 1.0, "in hospital"),
            Counted("rotterdam_1988", 25, 1.0, "in hospital"),
            Counted("pedersen_pci_2008", 25, 1.0, "in hospital"),
            Counted("isner_1987", 9, 1.0, "in hospital"),
        ),
        "tamponade": (
            Counted("hayes_1989", 15, 3.0, "procedure"),
            Counted("lv_wire_pacing_2020", 202, 4.0, "procedure"),
        ),
        "vascular": (
            Counted("saia_repeat_2015", 105, 8.4, "in hospital"),
            Counted("koning_repeat", 67, 2.7, "in hospital"),
            Counted("rotterdam_1988", 25, 7.0, "in hospital"),
            Counted("lv_wire_pacing_2020", 202, 20.0, "in hospital"),
        ),
        "conduction_block": (
            Counted("bav_conduction_260", 76, 5.0, "in hospital"),
            Counted("bav_conduction_271", 271, 23.0, "in hospital"),
        ),
        "restenosis": (Counted("davidson_serial_1990", 41, 31.0, "6 months"),),
    },
    "aortic_congenital": {
        "death": (
            Counted("mccrindle_1996", 630, 12.0, "procedure"),
            Counted("torres_2015", 373, 0.0, "procedure"),
            Counted("borghi_1999", 90, 9.0, "in hospital"),
        ),
        "restenosis": (Counted("reich_2004", 269, 45.0, "years"),),
    },
    "mitral": {
        "death": (
            Counted("nhlbi_bmc_1992", 738, 22.0, "30 days"),
            Counted("palacios_1995", 327, 7.0, "in hospital"),
            Counted("lau_hung_1996", 105, 0.0, "procedure"),
            Counted("mashhad_770", 770, 0.0, "procedure"),
            Counted("babic_1992", 294, 2.0, "in hospital"),
            Counted("rahman_2010", 100, 0.0, "procedure"),
        ),
        "stroke": (
            Counted("lau_hung_1996", 105, 0.0, "in hospital"),
            Counted("mashhad_770", 770, 0.0, "in hospital"),
            Counted("babic_1992", 294, 6.0, "in hospital"),
        ),
        "tamponade": (
            Counted("lau_hung_1996", 105, 0.0, "procedure"),
            Counted("mashhad_770", 770, 0.0, "procedure"),
            Counted("tempe_2004", 5499, 8.0, "procedure"),
            Counted("fawzy_children", 30, 1.0, "procedure"),
        ),
        "vascular": (Counted("babic_1992", 294, 6.0, "in hospital"),),
        "interatrial_shunt": (
            Counted("fawzy_preg_2001", 23, 6.0, "by echo, next day"),
            Counted("fawzy_children", 28, 7.0, "by echo, next day"),
            Counted("juvenile_1994", 81, 8.0, "Qp/Qs above 1.3"),
        ),
        "restenosis": (
            Counted("lau_hung_1996", 105, 10.3, "20 months"),
            Counted("fawzy_preg_2001", 19, 3.0, "5 years"),
        ),
    },
    "pulmonary": {
        "death": (Counted("stanger_1990", 784, 2.0, "procedure"),),
        "tamponade": (Counted("stanger_1990", 784, 1.0, "procedure"),),
        "reactive_infundibulum": (
            Counted("china_ps65", 65, 26.0, "procedure"),
            Counted("buheitel_1999", 17, 4.0, "procedure"),
        ),
        "restenosis": (Counted("merino_2014", 53, 1.1, "years"),),
    },
}
