"""Two curves at equal values of a third quantity."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.claims.equal_values import at_equal_values

STEPS = np.arange(6, dtype=np.int32)


def curves(*speeds: float, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return losses that fall at these speeds, and values that are their square, the first times a factor."""
    losses = np.stack([2.0 * np.exp(-speed * STEPS) for speed in speeds])
    values = losses**2
    values[0] *= factor
    return values, losses


def test_curves_that_differ_only_in_speed_are_equal() -> None:
    values, losses = curves(0.5, 0.2)
    assert not np.allclose(values[0], values[1])
    _, equal = at_equal_values(STEPS, values, losses)
    assert np.allclose(equal[0], equal[1], rtol=1e-12)


def test_a_factor_at_equal_losses_is_found_whatever_the_speeds() -> None:
    values, losses = curves(0.5, 0.2, factor=3.0)
    steps, equal = at_equal_values(STEPS, values, losses)
    assert equal[0] / equal[1] == pytest.approx(3.0)
    # The common first loss, all others of the slower curve, and those of the faster one until the slower one's last.
    assert steps.tolist() == [0, 1, 1, 2, 2, 3, 4, 5]


def test_losses_without_order_are_sorted() -> None:
    values, losses = curves(0.5, 0.2, factor=3.0)
    shuffled = [3, 0, 5, 1, 4, 2]
    _, equal = at_equal_values(STEPS, values[:, shuffled], losses[:, shuffled])
    assert equal[0] / equal[1] == pytest.approx(3.0)


def test_there_is_nothing_to_compare_where_ranges_are_apart_or_values_undefined() -> None:
    values, losses = curves(0.5, 0.5)
    losses[1] += 10
    assert at_equal_values(STEPS, values, losses)[1].shape == (2, 0)
    assert at_equal_values(STEPS, values * np.nan, losses)[1].shape == (2, 0)


def test_steps_without_a_finite_value_are_left_out() -> None:
    values, losses = curves(0.5, 0.2, factor=3.0)
    values[0, 2], losses[1, 3] = np.nan, np.inf
    _, equal = at_equal_values(STEPS, values, losses)
    assert equal[0] / equal[1] == pytest.approx(3.0)
