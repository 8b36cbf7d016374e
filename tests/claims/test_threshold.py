"""Thresholds known up to a step of the grid, and what seeds say of their differences."""

import math
from itertools import product

import numpy as np
import pytest

from bntui.claims.family import decide
from bntui.claims.result import Verdict
from bntui.claims.threshold import Range, compared, largest_learned, learned_width, smallest_learned

LOGS = [math.log(value) for value in (1, 10, 100, 1000)]
STEP = math.log(10)


def flags(text):
    return [char == "#" for char in text]


@pytest.mark.parametrize(
    ("learned", "low", "high", "open_low", "open_high"),
    [
        ("##..", 1, 2, False, False),
        ("####", 3, 4, False, True),
        ("....", -1, 0, True, False),
        ("#.#.", 2, 3, False, False),
    ],
)
def test_learning_ends_between_the_largest_value_that_learns_and_the_next(learned, low, high, open_low, open_high):
    found = largest_learned(LOGS, flags(learned))
    assert (found.low, found.high) == pytest.approx((low * STEP, high * STEP))
    assert (found.open_low, found.open_high) == (open_low, open_high)


@pytest.mark.parametrize(("learned", "low", "high"), [(".##.", 0, 1), ("####", -1, 0), ("....", 3, 4)])
def test_learning_begins_between_the_smallest_value_that_learns_and_the_one_before(learned, low, high):
    found = smallest_learned(LOGS, flags(learned))
    assert (found.low, found.high) == pytest.approx((low * STEP, high * STEP))


def test_the_width_of_what_learns():
    inside, whole = learned_width(LOGS, flags(".##.")), learned_width(LOGS, flags("####"))
    assert (inside.low, inside.high) == pytest.approx((1 * STEP, 3 * STEP))
    assert whole.open_high and whole.low == pytest.approx(3 * STEP)
    assert learned_width(LOGS, flags("....")).low == 0.0


def steps(*counts):
    """Differences of so many steps of a grid, one for each seed."""
    return compared([Range(count - 1.0, count + 1.0) for count in counts])


def verdict(*counts):
    return decide([steps(*counts).p])[0].verdict


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0), Verdict.UNDECIDED),
        # One step apart, they may be as good as equal.
        ((1, 1, 1), Verdict.UNDECIDED),
        ((2, 2, 2), Verdict.SUPPORTED),
        ((-2, -2, -2), Verdict.CONTRADICTED),
        ((2, 3, 3), Verdict.SUPPORTED),
        ((0, 2, 4), Verdict.UNDECIDED),
        ((1, 2, 2, 3, 2), Verdict.SUPPORTED),
    ],
)
def test_verdicts_hold_in_the_worst_case_within_the_grids_resolution(counts, expected):
    assert verdict(*counts) is expected


def test_seeds_that_agree_have_the_grids_resolution_as_their_interval():
    found = steps(2, 2, 2)
    assert (found.low, found.high) == pytest.approx((1.0, 3.0))
    # The most that a normal distribution about 0 puts into [1, 3], three times.
    assert found.p.within == pytest.approx(0.0142, abs=2e-4)


def test_the_interval_is_that_of_t_widened_by_the_resolution():
    found = steps(2, 3, 3)
    half_width = 4.302653 * math.sqrt(1 / 3) / math.sqrt(3)
    assert (found.low, found.high) == pytest.approx((8 / 3 - 1 - half_width, 8 / 3 + 1 + half_width))


@pytest.mark.parametrize(("seeds", "spread"), list(product([3, 5], [0.3, 1.0, 3.0])))
def test_networks_that_are_alike_get_a_verdict_in_at_most_5_percent(seeds, spread):
    """Thresholds of both from one normal distribution, of every spread relative to the grid's step."""
    random, logs, decided, sets = np.random.default_rng(7), [float(value) for value in range(8)], 0, 150
    for _ in range(sets):
        common = random.uniform(2, 5) + random.normal(0, spread / 2, (seeds, 1))
        thresholds = common + random.normal(0, spread, (seeds, 2))
        ends = [[largest_learned(logs, [log <= end for log in logs]) for end in pair] for pair in thresholds]
        ruling = decide([compared([first.minus(second) for first, second in ends]).p])[0]
        decided += ruling.verdict is not Verdict.UNDECIDED
    # Two standard errors of a rate of 5 % over so many sets.
    assert decided / sets <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / sets)
