"""Scans: a quantity over an axis of values, such as a step length: at one step, or at all steps as a map."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from bntui.run.series.block_summary import Indices
from bntui.run.series.history import Curves, Key
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap, raster
from bntui.views.lines import Line, LineFigure, line_at, when
from bntui.views.value_axis import ValueAxis, columns_over
from bntui.views.view import View


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan(LineFigure):
    """Lines over the values of `axis`; `laws`, if there are any, are what theory says, over those of `law_axis`."""

    axis: ValueAxis
    law_axis: ValueAxis
    laws: tuple[Line, ...] = ()


def scan(view: View, history: Curves, focus: Focus) -> Scan:
    """Return the view's columns `NAME_at_*` over their values, at the cursor or at the newest step.

    The second of the view's patterns, if there is one, is that of the laws.
    """
    axis, lines = _lines(view, history, focus, view.names[0])
    law_axis, laws = _lines(view, history, focus, view.names[1]) if len(view.names) > 1 else (axis, ())
    return Scan(note=when(focus), axis=axis, lines=lines, law_axis=law_axis, laws=laws)


def _lines(view: View, history: Curves, focus: Focus, pattern: str) -> tuple[ValueAxis, tuple[Line, ...]]:
    axis, names = columns_over(history.info, view.probe, pattern, view.axis, view.log_axis)
    columns = [(name, focus.layer if view.per_layer else "") for name in names]

    def is_known(variant: str, column: tuple[str, str]) -> bool:
        return focus.count_of(history.points(Key(variant, view.probe, *column))) > 0

    # Larger values may be measured later than smaller ones, as risks by the number of samples are.
    known = {
        variant: list(itertools.takewhile(partial(is_known, variant), columns)) for variant in history.info.variants
    }
    return axis, tuple(line_at(view, history, focus, variant, of_variant) for variant, of_variant in known.items())


def scan_map(view: View, history: Curves, focus: Focus) -> Heatmap:
    """Return the view's columns `NAME_at_*` as a map, by step and by value of the axis, the largest at the top."""
    axis, names = columns_over(history.info, view.probe, view.names[0], view.axis, view.log_axis)
    layer, edges = focus.layer if view.per_layer else "", axis.edges
    # Rows that are not evenly spaced have labels in place of an axis, and the first row is then at the top.
    order = slice(None, None, 1 if edges else -1)
    rasters = tuple(
        raster(history, focus, variant, [Key(variant, view.probe, name, layer) for name in names[order]], edges)
        for variant in history.info.variants
    )
    return Heatmap(
        rasters=rasters,
        steps=history.info.steps,
        labels=() if edges else axis.labels[order],
        row_values=tuple(axis.values[order].tolist()),
        log_axis=axis.log and edges is not None,
        axis=view.axis,
        diverging=view.diverging,
    )


def last_finite(values: npt.NDArray[np.floating[Any]]) -> Indices:
    """Return the indices of finite values whose next one is not finite: there a line ends too early."""
    finite = np.isfinite(values)
    return np.flatnonzero(finite[:-1] & ~finite[1:])
