"""Whether a network learned: its last training accuracy against always guessing the most frequent class."""

from __future__ import annotations

import math

import numpy as np

from bntui.run.series.history import Points

LAST_PART = 0.1
"""The last part of the measurements, whose mean is the final value."""
FEWEST = 10
"""The least number of measurements in that mean, where there are as many."""
LEAST_GAIN = 0.1
"""The least share of what is left to learn, 1 − chance, that counts as having learned: a tenth, as for the claims."""
STANDARD_ERRORS = 3
"""The least distance to the majority class in standard errors, so that few samples do not look learned by chance."""


def final_mean(points: Points) -> float | None:
    """Return the mean of the last tenth of the measured values, at least of ten; None without measurements."""
    count = _last_count(points)
    return float(points.values[-count:].astype(np.float64).mean()) if count else None


def learned(accuracy: Points, batch_size: int, chance: float | None) -> bool | None:
    """Return whether the final accuracy is above `chance`, that of always guessing the most frequent class.

    It must be above by `LEAST_GAIN` of what is left to learn, and by `STANDARD_ERRORS` standard errors of as many
    independent samples. None without measurements, or where there are no classes (`chance` None). A network that
    diverged has not learned, whatever its accuracy was before: callers know who diverged.
    """
    final = final_mean(accuracy)
    if final is None or chance is None:
        return None
    error = math.sqrt(chance * (1 - chance) / (_last_count(accuracy) * batch_size))
    return final > chance + max(LEAST_GAIN * (1 - chance), STANDARD_ERRORS * error)


def _last_count(points: Points) -> int:
    measured = len(points.values)
    return min(max(math.ceil(LAST_PART * measured), FEWEST), measured)
