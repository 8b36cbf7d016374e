"""The distribution of one unit's activations, as a heatmap (Santurkar et al. 2018, figures 1c and 2)."""

from __future__ import annotations

from fnmatch import fnmatch

from bntui.run.series.history import Curves, Key
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap, Raster, raster
from bntui.views.view import View


def histogram_map(view: View, history: Curves, focus: Focus) -> Heatmap:
    """Return the histogram of the focused layer's example unit by step; each variant has its own axis of values.

    The view's columns are the lowest and the highest edge, and a pattern for the bins.
    """
    *_, pattern = view.names
    names = dict.fromkeys(column.name for column in history.info.columns_of(view.probe))
    bins = [name for name in names if fnmatch(name, pattern)]
    rasters = tuple(_raster(view, history, focus, variant, bins) for variant in history.info.variants)
    return Heatmap(rasters=rasters, steps=history.info.steps, hollow=True)


def _raster(view: View, history: Curves, focus: Focus, variant: str, bins: list[str]) -> Raster:
    keys = [Key(variant, view.probe, name, focus.layer) for name in bins]
    low, high = (history.points(Key(variant, view.probe, name, focus.layer)).last for name in view.names[:2])
    return raster(history, focus, variant, keys, None if low is None or high is None else (low, high))
