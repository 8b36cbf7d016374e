"""Whether a network learned, from its accuracies."""

import numpy as np
import pytest

from bntui.run.series.history import NO_POINTS, Points
from bntui.run.series.learning import final_mean, learned


def accuracies(values):
    return Points(np.arange(len(values), dtype=np.int32), np.asarray(values, np.float32))


def test_the_final_value_is_the_mean_of_the_last_tenth_at_least_ten():
    assert final_mean(NO_POINTS) is None
    assert final_mean(accuracies([0.25, 0.75])) == 0.5
    assert final_mean(accuracies([0.0] * 90 + [1.0] * 10)) == 1.0
    assert final_mean(accuracies([0.0] * 10 + [1.0] * 10)) == 1.0
    assert final_mean(accuracies([0.0] * 480 + [0.5] * 20)) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("final", "batch_size", "expected"),
    [(0.18, 64, False), (0.20, 64, True), (0.20, 2, False), (0.31, 2, True), (0.1, 64, False)],
)
def test_learning_is_a_tenth_of_what_is_left_and_three_standard_errors_above_the_majority(final, batch_size, expected):
    assert learned(accuracies([final] * 100), batch_size, chance=0.1) is expected


def test_a_skewed_data_set_is_not_learned_by_guessing_its_largest_class():
    assert learned(accuracies([0.8] * 100), 64, chance=0.8) is False
    assert learned(accuracies([0.9] * 100), 64, chance=0.8) is True


def test_without_classes_or_measurements_it_is_unknown():
    assert learned(accuracies([0.5] * 10), 64, chance=None) is None
    assert learned(NO_POINTS, 64, chance=0.1) is None


def test_an_accuracy_that_is_not_a_number_has_not_learned():
    assert learned(accuracies([0.9] * 99 + [float("nan")]), 64, chance=0.1) is False
