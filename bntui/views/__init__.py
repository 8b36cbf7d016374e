"""Charts and figures of a run, as pure functions of its history; every surface draws from these."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bntui.run.series.history import Curves
from bntui.views.accuracy import accuracy, test_accuracy
from bntui.views.activation_beta import activation_beta, activation_beta_by_layer
from bntui.views.band import Band, Span
from bntui.views.beta import beta
from bntui.views.chart import Chart, Focus, Series
from bntui.views.distribution import distribution
from bntui.views.drift import drift
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.identity import theorem41, theorem41_by_layer
from bntui.views.landscape import cosine, landscape, landscape_random, predictiveness
from bntui.views.layers import drift_map, gradients, scale
from bntui.views.loss import loss
from bntui.views.profile import Line, Profile
from bntui.views.saturation import saturation, saturation_by_layer
from bntui.views.shift import cosine_by_layer, shift, shift_by_layer, shift_cosine
from bntui.views.unit import unit
from bntui.views.update import gradient_norm, step_change, step_jump
from bntui.views.variant_rows import Row, rows
from bntui.views.weights import distance, distance_by_layer, weights

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
    "unit": unit,
    "saturation": saturation,
    "saturation_by_layer": saturation_by_layer,
    "landscape_random": landscape_random,
    "activation_beta": activation_beta,
    "activation_beta_by_layer": activation_beta_by_layer,
    "theorem41": theorem41,
    "theorem41_by_layer": theorem41_by_layer,
    "test_accuracy": test_accuracy,
    "gradient_norm": gradient_norm,
    "step_change": step_change,
    "step_jump": step_jump,
    "weights": weights,
    "distance": distance,
    "distance_by_layer": distance_by_layer,
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
