"""The seed of a command's random draws."""

from openvalve.errors import InputItem

__all__ = ["seed_items"]

MOST_SEED = 2**63 - 1


def seed_items(seed: int) -> list[InputItem]:
    """Return what is wrong with a seed: nothing, or one item."""
    if 0 <= seed <= MOST_SEED:
        return []
    return [InputItem(key="--seed", got=str(seed), allowed="0 to 2^63 - 1")]
