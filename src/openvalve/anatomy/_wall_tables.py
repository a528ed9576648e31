"""Vessels about each valve: heights and radii over the ring's radius, unless told otherwise."""

__all__ = ["OUTFLOW_RATIO", "VESSEL_RATIO", "WALLS"]

# (z, radius) in ring radii; "outflow" and "vessel" stand for those diameters of the shape.
# Aorta: sinus 36.3 and 31.8 over 25.7 and 22.9, junction 29.8 and 26.3 over the same [TAVI CT
# cohort 2017, read], junction at 1.69 [koshkelashvili_2019, read]. Pulmonary sinus smaller [K].
# Chambers about atrioventricular valves are drawn wide [K; +-30 %].
WALLS: dict[str, tuple[tuple[float, float | str], ...]] = {
    "aortic": (
        (-1.2, "outflow"),
        (-0.5, "outflow"),
        (0.0, 1.0),
        (0.4, 1.28),
        (0.8, 1.41),
        (1.2, 1.34),
        (1.69, 1.16),
        (2.4, "vessel"),
        (4.5, "vessel"),
    ),
    "pulmonary": (
        (-1.5, "outflow"),
        (-0.5, "outflow"),
        (0.0, 1.0),
        (0.7, 1.2),
        (1.5, 1.08),
        (2.2, "vessel"),
        (4.5, "vessel"),
    ),
    "mitral": ((-1.5, 1.4), (-0.5, 1.2), (0.0, 1.0), (0.5, 1.15), (1.5, 1.2), (3.0, 0.9)),
    "tricuspid": ((-1.5, 1.5), (-0.5, 1.2), (0.0, 1.0), (0.5, 1.15), (1.5, 1.2), (2.5, 0.9)),
}
# Outflow tract 20.3 mm over a ring of 23.5 [Tops 2008; gated CT 2008, read]; infundibulum as wide
# as its ring [K; 0.7 to 1.1].
OUTFLOW_RATIO = {"aortic": 0.864, "pulmonary": 1.0, "mitral": 1.0, "tricuspid": 1.0}
# Ascending aorta 34.1 over 25.7 [Rogers 2013; TAVI CT cohort 2017, read]; the trunk behind a
# stenotic pulmonary valve is wide [K; 1 to 1.6].
VESSEL_RATIO = {"aortic": 1.33, "pulmonary": 1.2, "mitral": 1.0, "tricuspid": 1.0}
