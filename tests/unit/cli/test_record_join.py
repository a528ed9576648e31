"""Consecutive recordings put together are the recording that was not cut."""

import numpy as np
import pytest

from openvalve.cli._record_join import joined
from openvalve.heart import Live, reference_heart
from openvalve.recording import Recording


def patient() -> Live:
    live = Live(reference_heart(bsa_m2=1.8))
    live.induce("atrial_fibrillation")
    live.run(3.0)
    return live


def same(one: Recording, other: Recording) -> None:
    assert one.channels.keys() == other.channels.keys()
    for name in one.channels:
        np.testing.assert_array_equal(one[name], other[name])
    np.testing.assert_allclose(one.beats_s, other.beats_s, rtol=0.0, atol=1e-9)
    assert one.start_s == other.start_s
    kinds = [kind for _, kind in one.notes["events"]]
    assert kinds == [kind for _, kind in other.notes["events"]]
    times = [[at for at, _ in r.notes["events"]] for r in (one, other)]
    np.testing.assert_allclose(*times, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("parts", [(6.0,), (2.0, 2.5, 1.5), (0.02, 5.98)])
def test_parts_are_the_whole(parts: tuple[float, ...]) -> None:
    whole, cut = patient(), patient()
    one = whole.run(6.0)
    assert "f" in [kind for _, kind in one.notes["events"]]
    same(joined([cut.run(part) for part in parts]), one)


def test_what_ends_and_begins_again_is_kept() -> None:
    channels = patient().run(0.1).channels
    lists = [[[0.0, "f"]], [[0.0, "f"], [0.05, "atria_quiet"]], [[0.02, "f"]]]
    recordings = [
        Recording(
            rate_hz=1000.0,
            channels=channels,
            beats_s=np.empty(0),
            start_s=0.1 * k,
            notes={"events": events},
        )
        for k, events in enumerate(lists)
    ]
    marks = joined(recordings).notes["events"]
    assert [kind for _, kind in marks] == ["f", "atria_quiet", "f"]
    assert [at for at, _ in marks] == pytest.approx([0.0, 0.15, 0.22])
