"""Views of normalization outside the gradient."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

DETACHED_VIEWS: Mapping[str, View] = {
    "bias": View(
        draw=chart,
        probe="bias_drift",
        names=("norm", "line"),
        title="bias",
        note="‖b‖, and dotted if its gradient stayed",
        per_layer="of",
    ),
    "bias_gradient": View(
        draw=chart,
        probe="bias_drift",
        names=("gradient",),
        title="gradient of the bias",
        note="‖∂L/∂b‖, 0 with BatchNorm but for rounding",
        per_layer="of",
    ),
    "bias_by_layer": View(
        draw=profile, probe="bias_drift", names=("norm",), title="bias by layer", note="‖b‖ before normalization"
    ),
}
