"""Two curves compared where a third quantity has equal values in both, not at equal steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]


def at_equal_values(steps: Integers, values: Array, condition: Array) -> tuple[Integers, Array]:
    """Return the values of variants (variants, n) wherever both have equal values of a condition.

    `values` and `condition` are (variants, steps). The places are all values of the condition that one of the variants
    has, and that lie in the range of each; between the values that a variant has, its logarithm is taken as linear in
    that of the condition. Each place has the step at which it was measured. There are none where the ranges are apart.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = np.log(condition), np.log(values)
    known = [np.isfinite(row) & np.isfinite(value) for row, value in zip(x, y, strict=True)]
    if not all(each.any() for each in known):
        return steps[:0], values[:, :0]
    lowest = max(row[each].min() for row, each in zip(x, known, strict=True))
    highest = min(row[each].max() for row, each in zip(x, known, strict=True))
    pairs = [
        (step, place)
        for row, each in zip(x, known, strict=True)
        for step, place in zip(steps[each], row[each], strict=True)
    ]
    shared = sorted({(int(step), float(place)) for step, place in pairs if lowest <= place <= highest})
    places = np.array([place for _, place in shared])
    rows = [_interpolated(places, row[each], value[each]) for row, value, each in zip(x, y, known, strict=True)]
    return np.array([step for step, _ in shared], np.int32), np.exp(np.stack(rows))


def _interpolated(places: Array, x: Array, y: Array) -> Array:
    order = np.argsort(x, kind="stable")
    found: Array = np.interp(places, x[order], y[order])
    return found
