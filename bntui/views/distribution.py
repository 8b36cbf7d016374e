"""Distributions: how the activation of one unit is spread, step by step (Santurkar et al. 2018, figs. 1c and 2)."""

from __future__ import annotations

from bntui.run.series.history import Curves, Key
from bntui.views.chart import Focus, awaited
from bntui.views.heatmap import Heatmap, Raster, raster

_PROBE = "distribution"


def distribution(history: Curves, focus: Focus) -> Heatmap:
    """The histogram of the focused layer's example unit over time; each variant has its own axis."""
    what = f"distribution in {focus.layer}" if focus.layer else "distribution"
    bins = [column.name for column in history.info.columns_of(_PROBE)]
    bins = [name for name in dict.fromkeys(bins) if name.startswith("bin_")]
    return Heatmap(
        title=what,
        note="share of one unit's activations, by value",
        rasters=tuple(_raster(history, focus, variant, bins) for variant in history.info.variants),
        steps=history.info.steps,
        hollow=True,
        log=True,
        empty=awaited(history, focus, _PROBE, what),
    )


def _raster(history: Curves, focus: Focus, variant: str, bins: list[str]) -> Raster:
    keys = [Key(variant, _PROBE, name, focus.layer) for name in bins]
    low, high = (history.points(Key(variant, _PROBE, name, focus.layer)).last for name in ("low", "high"))
    return raster(history, focus, variant, keys, None if low is None or high is None else (low, high))
