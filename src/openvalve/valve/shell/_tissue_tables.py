"""Tissues and diseases by name: parameters with source and range."""

from openvalve.valve.shell._tissue import Disease, Family, Tissue

__all__ = ["DISEASES", "TISSUES"]

# Fitted to the coupon data of evidence/mechanics.md section 2 (leaflet_table, read): Cauchy stress
# over engineering strain, uniaxial. Ranges: moduli +/- 25 %, strengths +/- 1 SD of the table.
TISSUES: dict[str, Tissue] = {
    # Round modulus 15.3 +/- 3.8 at 1 MPa, strength 1.74 +/- 0.29 at strain 0.184 +/- 0.076: met
    # exactly. Radial 1.57 +/- 0.18 between 0.05 and 0.1 MPa, but strength 0.32 +/- 0.04 at strain
    # 0.239: the chord to failure is softer than the tangent, so the matrix bears nearly all.
    "aortic_old": Tissue(
        shear_mpa=0.42,
        round=Family(stress_mpa=0.1243, exponent=11.279, lock_frac=0.28, strength_mpa=1.74),
        radial=Family(stress_mpa=0.002, exponent=10.0, lock_frac=0.40, strength_mpa=0.32),
    ),
    # Digitised May-Newman 2009 curve in kaiser_code (read): exponents 57.5 and 22.4 over stretch
    # less 1, toe to stretch 1.18 and 1.55; over Green strain 57.5/1.18 and 22.4/1.55. Its stress
    # unit is unsure: the amplitudes give 20 and 3 MPa beyond the toe [K; porcine 7.8 to 42.3 and
    # 1.3 to 5.3, leaflet_table]. Matrix: order of the toe's modulus [K; 0.005 to 0.05].
    "aortic_young_porcine": Tissue(
        shear_mpa=0.01,
        round=Family(stress_mpa=1.8e-5, exponent=48.7, lock_frac=0.1962, strength_mpa=1.58),
        radial=Family(stress_mpa=2.2e-6, exponent=14.45, lock_frac=0.7013, strength_mpa=0.55),
    ),
    # 16.05 +/- 2.02 at 1 MPa, 2.78 +/- 1.05 at 0.194; radial 1.32 +/- 0.93, 0.29 +/- 0.06 at 0.297.
    "pulmonary": Tissue(
        shear_mpa=0.33,
        round=Family(stress_mpa=0.2286, exponent=10.3, lock_frac=0.30, strength_mpa=2.78),
        radial=Family(stress_mpa=0.002, exponent=8.0, lock_frac=0.45, strength_mpa=0.29),
    ),
    # No measurement of a rheumatic leaflet found: the start of the prototype [K; 0.5 to 2 times].
    "mitral_rheumatic": Tissue(
        shear_mpa=0.30,
        round=Family(stress_mpa=0.4, exponent=10.0, lock_frac=0.25, strength_mpa=2.0),
        radial=Family(stress_mpa=0.04, exponent=10.0, lock_frac=0.35, strength_mpa=0.5),
    ),
}

# Stiffening multiplies every modulus, thickening the healthy thickness. No direct measurement of a
# diseased leaflet was found: thickness of the prototype (1.5 to 1.6 mm) over healthy 0.6 to 0.9 mm
# [K; stiffening 1 to 3, thickening 1 to 3]. Permanent set: share of strain and of angle that stays
# [K; prototype: mitral 0.15 and 0.30, pulmonary none, aortic 0 to 0.05]; rheumatic ones 2.4 times
# the prototype's, learned from areas after in 26 cohorts (benchmarks/learn_leaflets.py). Calcium
# that has cracked does not find back: in 12 of 39 calcific valves nothing was seen that a balloon
# had done, though they opened, microfracture by inference [safian_1987, read]; 0.59 learned from 22
# cohorts [K; 0 to 0.6]. A leaflet that flow or closing bends is not stretched, and its collagen is
# crimped: excised anterior mitral leaflets have 0.06 to 0.09 MPa before it is straight and 2 to 9
# after [krishnamurthy_2009, abstract read]. Twice that for a rheumatic one [K; 1 to 3 times], in
# plane strain: 0.24 MPa, a tenth of what the law has at no strain, 3.2 MPa round and 1.4 radial
# [K; 0.03 to 0.7, where only the neutral axis moves to the side of the fibres].
DISEASES: dict[str, Disease] = {
    "none": Disease(),
    "calcific": Disease(
        stiffening_ratio=1.5, thickening_ratio=2.0, calcium_ratio=8.0, crushed_frac=0.59
    ),
    "rheumatic": Disease(
        stiffening_ratio=1.0,  # the tissue "mitral_rheumatic" is stiff already
        thickening_ratio=1.8,
        calcium_ratio=8.0,
        bending_ratio=0.1,
        stretch_set_frac=0.36,
        bend_set_frac=0.71,
    ),
    "congenital": Disease(stiffening_ratio=1.2, thickening_ratio=1.5),
    "dysplastic": Disease(stiffening_ratio=1.5, thickening_ratio=3.0),
}
