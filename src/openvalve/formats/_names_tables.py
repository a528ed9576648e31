"""What others call our channels: labels of files, in capitals without spaces or signs."""

__all__ = ["ELECTRODES", "LEADS", "LEAD_ALIASES", "PRESSURES", "TWELVE_LEADS"]

TWELVE_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")

# Leads that keep their own name: right and back leads, Frank's axes, an unnamed chest lead.
LEADS = {
    **{lead.upper(): lead for lead in TWELVE_LEADS},
    **{f"V{i}R": f"V{i}R" for i in range(3, 10)},
    **{f"V{i}": f"V{i}" for i in range(7, 10)},
    **{f"MCL{i}": f"MCL{i}" for i in range(1, 7)},
    "V": "V",
    "MCL": "MCL",
    "VX": "VX",
    "VY": "VY",
    "VZ": "VZ",
}

# A modified limb lead stands for the lead that it imitates; the label of the file is kept in notes.
LEAD_ALIASES = {"MLI": "I", "MLII": "II", "MLIII": "III", "ML2": "II", "D1": "I", "D2": "II"}

# Names of electrodes that are also names of pressures: told apart by the unit.
ELECTRODES = frozenset({"RA", "LA", "LL", "RL"})

# Keyed by our name; "pressure", "waveform" and the like are taken off a label before it is sought.
# A central venous pressure is not renamed RA, nor an airway pressure (Paw) PCW.
PRESSURES: dict[str, tuple[str, ...]] = {
    "AO": ("AO", "AOP", "PAO", "AORTA", "AORTIC", "AOROOT", "AORTICROOT", "ASCENDINGAORTA"),
    "LV": ("LV", "LVP", "PLV", "LEFTVENTRICLE", "LEFTVENTRICULAR"),
    "LA": ("LA", "LAP", "PLA", "LEFTATRIUM", "LEFTATRIAL"),
    "RA": ("RA", "RAP", "PRA", "RIGHTATRIUM", "RIGHTATRIAL"),
    "RV": ("RV", "RVP", "PRV", "RIGHTVENTRICLE", "RIGHTVENTRICULAR"),
    "PA": ("PA", "PAP", "PPA", "PULMONARYARTERY", "PULMONARYARTERIAL"),
    "PCW": (
        "PCW",
        "PCWP",
        "PAWP",
        "PAOP",
        "WEDGE",
        "PULMONARYCAPILLARYWEDGE",
        "PULMONARYARTERYWEDGE",
    ),
    "ART": ("ART", "ABP", "ARTP", "IBP", "IABP", "ARTERIAL", "ARTERIALBLOOD", "ARTLINE", "RADIAL"),
    "FEM": ("FEM", "FAP", "FEMORAL", "FEMORALARTERY"),
    "CVP": ("CVP", "CENTRALVENOUS"),
}
