"""Charts that nobody printed: one law per class of balloon, with what it rests on.

A law gives the free diameter as a share of the label over the pressure as a share of the rated
burst. What is read is named in ``source``; every other number is an assumption of this project
and travels with the balloon in ``Balloon.assumed``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openvalve.units import Atm, Frac, Mm, Ratio

__all__ = ["FOLDED_FRAC", "LAWS", "LAW_OF_MODEL", "ROUND_ATM", "SHEATHS", "Law"]

FOLDED_FRAC = 0.30  # of the label, without pressure
ROUND_ATM = 0.3  # just round: less than a gauge shows


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """How a class of balloons answers to pressure.

    Attributes
    ----------
    shape_frac : share of the label at 0.3 atm, when the balloon is just round.
    points : (share of rated burst, share of label), rising.
    rated_atm : where all sizes share it, else 0.
    rated_product_atm_mm : rated burst times diameter (thin wall: p = s t / R), else 0.
    nominal_share_frac : nominal over rated pressure; the label holds at nominal, save for the
        waist of a nucleus.
    burst_median_ratio : pressure at which half have burst, over rated.
    diameter_sd_frac : between balloons of one label.
    sheath : name in ``SHEATHS``.
    puncture_frac : chance that a wholly calcified valve punctures it, a full inflation.
    length_mm : usual working length.
    source : what of this is read, and where.
    """

    shape_frac: Frac
    points: tuple[tuple[Frac, Frac], ...]
    rated_atm: Atm = 0.0
    rated_product_atm_mm: float = 0.0
    nominal_share_frac: Frac = 0.6
    burst_median_ratio: Ratio = 1.6
    diameter_sd_frac: Frac = 0.03
    sheath: str = "polyamide"
    puncture_frac: Frac = 0.08
    length_mm: Mm = 40.0
    source: str = "assumed"


# Sheath in French = first + second x diameter, at least the third; +-2 Fr. Polyamide: final sheaths
# of 10 to 14 F for 18 to 28 mm [jshd_2015, read]; thin wall: 8 F for 20 mm [B19, read].
SHEATHS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {"polyamide": (4.0, 0.36, 5.0), "thin": (1.5, 0.32, 3.0), "inoue": (14.0, 0.0, 14.0)}
)

LAWS: Mapping[str, Law] = MappingProxyType(
    {
        "film": Law(
            shape_frac=0.955,
            points=((0.17, 0.985), (0.5, 1.0), (1.0, 1.007), (2.5, 1.02)),
            rated_atm=6.0,
            nominal_share_frac=0.5,
            burst_median_ratio=2.5,
            diameter_sd_frac=0.005,
            puncture_frac=0.03,
            length_mm=45.0,
            source="B1: 20, 24, 28 mm at 3 and 12 to 15 atm, SD 0.02 to 0.09 mm; B2: growth"
            " 3 to 6 atm at most 2 %; below 3 atm assumed",
        ),
        "polyamide": Law(
            shape_frac=0.90,
            points=((0.3, 0.96), (0.6, 1.0), (1.0, 1.03), (1.3, 1.04)),
            rated_product_atm_mm=100.0,
            diameter_sd_frac=0.04,
            source="B8, B11: within 10 % of the label at rated burst; rated burst by size is on the"
            " label only: product of pressure and diameter from memory of labels",
        ),
        "polyamide_low": Law(
            shape_frac=0.90,
            points=((0.3, 0.96), (0.6, 1.0), (1.0, 1.03), (1.3, 1.04)),
            rated_product_atm_mm=80.0,
            diameter_sd_frac=0.04,
            source="as polyamide, lower rated burst [mem]",
        ),
        "thin": Law(
            shape_frac=0.90,
            points=((0.3, 0.95), (0.6, 1.0), (1.0, 1.04), (1.3, 1.06)),
            rated_product_atm_mm=45.0,
            diameter_sd_frac=0.04,
            sheath="thin",
            puncture_frac=0.25,
            length_mm=30.0,
            source="memory: low burst pressure that falls with the diameter; chart not found",
        ),
        "high": Law(
            shape_frac=0.93,
            points=((0.5, 1.0), (1.0, 1.02), (1.3, 1.03)),
            rated_product_atm_mm=230.0,
            nominal_share_frac=0.5,
            puncture_frac=0.05,
            source="B8: within 10 % of the label at rated burst; rated 12 to 18 atm [mem]",
        ),
        "nylon": Law(
            shape_frac=0.90,
            points=((0.30, 0.985), (0.57, 1.0), (0.80, 1.02), (1.0, 1.03)),
            rated_atm=7.0,
            nominal_share_frac=0.57,
            diameter_sd_frac=0.02,
            source="B6, MB1: 23 +/- 0.5 mm over 2 to 5.6 atm; rated burst [mem]",
        ),
        "semi": Law(
            shape_frac=0.85,
            points=((0.4, 0.95), (0.6, 1.0), (1.0, 1.06)),
            rated_product_atm_mm=100.0,
            diameter_sd_frac=0.03,
            sheath="thin",
            puncture_frac=0.40,
            source="B19: name and sheath only; rupture 33 % with compliant low-profile balloons"
            " in calcific valves [seropian_2019, read]",
        ),
        "old": Law(
            shape_frac=0.80,
            points=((1 / 6, 0.90), (1 / 3, 0.95), (2 / 3, 1.0), (1.0, 1.04)),
            rated_atm=6.0,
            nominal_share_frac=2 / 3,
            diameter_sd_frac=0.04,
            puncture_frac=0.15,
            source="B22: clearly below label at 1 and 2 atm, at it at 4 atm, above it beyond;"
            " by how much assumed",
        ),
        "old_large": Law(
            shape_frac=0.80,
            points=((1 / 6, 0.87), (1 / 3, 0.92), (2 / 3, 0.97), (0.9, 1.0), (1.0, 1.01)),
            rated_atm=6.0,
            nominal_share_frac=0.9,
            diameter_sd_frac=0.04,
            puncture_frac=0.15,
            source="B22: most did not reach the label at 4 atm; by how much assumed",
        ),
        "waist": Law(
            shape_frac=0.80,
            points=((0.5, 0.90), (1.0, 1.0), (1.3, 1.015)),
            rated_product_atm_mm=90.0,
            nominal_share_frac=0.5,
            diameter_sd_frac=0.04,
            source="B8: waist at 90 % of the label with the inflation volume, at the label at rated"
            " burst, within 10 %; rated burst [mem]",
        ),
        "inoue": Law(
            shape_frac=0.60,
            points=((0.13, 0.70), (0.26, 0.85), (0.583, 1.0), (1.0, 1.03)),
            rated_atm=3.81,
            nominal_share_frac=0.583,
            diameter_sd_frac=0.02,
            sheath="inoue",
            puncture_frac=0.05,
            length_mm=40.0,
            source="B18: peak pressure inside 2.29 +/- 0.55 kg/cm2 (2.22 atm) in 62 patients; its"
            " mean + 3 SD stands in for a rated burst; chart in between assumed",
        ),
    }
)

# Model of data/balloons.csv to its law; models that are not here are not offered.
LAW_OF_MODEL: Mapping[str, str] = MappingProxyType(
    {
        "True Dilatation": "film",
        "True Dilatation (other sizes)": "film",
        "Atlas / Atlas Gold (PTA, used off label)": "high",
        "Vida BAV": "film",
        "Vida PTV / Bard PTV": "film",
        "9350BC16": "nylon",
        "9350BC20": "nylon",
        "9350BC23": "nylon",
        "9350BC25": "nylon",
        "Ascendra BAVC": "polyamide",
        "Z-MED": "polyamide_low",
        "Z-MED II": "polyamide",
        "Z-MED II-X": "polyamide",
        "NuCLEUS / NuCLEUS-X": "waist",
        "Tyshak": "thin",
        "Tyshak II": "thin",
        "Tyshak Mini": "thin",
        "Tyshak NuCLEUS": "waist",
        "Mullins-X": "high",
        "Multi-Track": "polyamide_low",
        "Inoue PTMC-24": "inoue",
        "Inoue PTMC-26": "inoue",
        "Inoue PTMC-28": "inoue",
        "Inoue PTMC-30": "inoue",
        "Accura": "inoue",
        "Cristal": "semi",
        "Maxi LD": "high",
        "VACS II / VACS III": "polyamide",
        "TMP PED": "thin",
        "large dilatation balloons 15-20 mm": "old",
        "large dilatation balloons 25-30 mm": "old_large",
    }
)
