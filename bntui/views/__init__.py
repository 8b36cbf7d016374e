"""Charts and figures of a run, as pure functions of its history; every surface draws from these."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bntui.run.history import Curves
from bntui.views.accuracy import accuracy
from bntui.views.band import Band, Span
from bntui.views.beta import beta
from bntui.views.chart import Chart, Focus, Series
from bntui.views.distribution import distribution
from bntui.views.drift import drift
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.landscape import cosine, landscape, predictiveness
from bntui.views.layers import drift_map, gradients, scale
from bntui.views.loss import loss
from bntui.views.profile import Line, Profile
from bntui.views.rows import Row, rows
from bntui.views.shift import cosine_by_layer, shift, shift_by_layer, shift_cosine

View = Callable[[Curves, Focus], Figure]

VIEWS: Mapping[str, View] = {
    "accuracy": accuracy,
    "drift": drift,
    "beta": beta,
    "loss": loss,
    "drift_map": drift_map,
    "scale": scale,
    "gradients": gradients,
    "landscape": landscape,
    "predictiveness": predictiveness,
    "cosine": cosine,
    "shift": shift,
    "shift_cosine": shift_cosine,
    "shift_by_layer": shift_by_layer,
    "cosine_by_layer": cosine_by_layer,
    "distribution": distribution,
}

__all__ = [
    "VIEWS",
    "Band",
    "Chart",
    "Figure",
    "Focus",
    "Heatmap",
    "Line",
    "Profile",
    "Raster",
    "Row",
    "Series",
    "Span",
    "View",
    "rows",
]
