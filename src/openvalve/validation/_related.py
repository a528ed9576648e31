"""Papers of one centre or author group, which may share patients and habits.

By the first authors and titles of ``sources.csv`` and the cities in the tables. Leaving a whole
group out shows how much of a score rests on sister papers.
"""

from collections.abc import Mapping

__all__ = ["RELATED"]

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "duke": (
        "harpole_acute_1990",
        "harpole_serial_1990",
        "harpole_late",
        "davidson_serial_1990",
    ),
    "boston_mgh": ("block_palacios_1988", "palacios_1995", "palacios_2002"),
    "boston_beth_israel": ("safian_1988", "come_1988"),
    "boston_children": ("lock_1985", "sandhu_1995"),
    "rouen": ("cribier_1987", "koning_repeat", "eltchaninoff_2014"),
    "riyadh": ("fawzy_children", "fawzy_preg_2001"),
    "mayo": ("nishimura_doppler_1988", "hayes_1989"),
    "vaca": ("rocchini_1990", "stanger_1990"),
    "linkou": ("hung_1991", "lau_hung_1996"),
}

RELATED: Mapping[str, str] = {
    source: group for group, sources in _GROUPS.items() for source in sources
}
