"""Views of the weights of layers and their gradients: lengths, distances, and laws of weights before BatchNorm."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

_SHARE = (0.0, 1.0)

WEIGHT_VIEWS: Mapping[str, View] = {
    "gradients": View(
        draw=profile, probe="norms", names=("grad",), title="gradient by layer", note="‖∂L/∂W‖", log=True
    ),
    "weights": View(draw=chart, probe="norms", names=("weight",), title="weights", note="‖W‖", per_layer="of"),
    "distance": View(
        draw=chart,
        probe="norms",
        names=("distance",),
        title="distance",
        note="‖W − W₀‖, of its weights from the start",
        per_layer="of",
    ),
    # Length and direction of the weights before BatchNorm (Liu et al. 2021).
    "squared_norm": View(
        draw=chart,
        probe="weight_norms",
        names=("squared_norm",),
        title="squared norm",
        note="‖w‖², mean over channels",
        log=True,
        per_layer="of",
    ),
    "effective_rate": View(
        draw=chart,
        probe="weight_norms",
        names=("effective_rate",),
        title="effective rate",
        note="lr / ‖w‖², mean over channels",
        log=True,
        per_layer="of",
    ),
    "angle": View(
        draw=chart,
        probe="weight_norms",
        names=("angle",),
        title="angle",
        note="by which a step turns w, in radians",
        log=True,
        per_layer="of",
    ),
    "orthogonal_share": View(
        draw=chart,
        probe="weight_norms",
        names=("orthogonal_share",),
        title="share without inputs",
        note="of the first layer's w, orthogonal to all inputs",
        limits=_SHARE,
    ),
    # The laws; variants without BatchNorm have none.
    "inner_product_error": View(
        draw=chart,
        probe="weight_norms",
        names=("inner_product_error",),
        title="law of ⟨w,∇L⟩",
        note="relative error, 0 but for rounding",
        log=True,
        per_layer="in",
    ),
    "squared_norm_error": View(
        draw=chart,
        probe="weight_norms",
        names=("squared_norm_error",),
        title="law of ‖w‖²",
        note="relative error, 0 but for ε and rounding",
        log=True,
        per_layer="in",
    ),
    "orthogonal_error": View(
        draw=chart,
        probe="weight_norms",
        names=("orthogonal_error",),
        title="law of the share without inputs",
        note="error, 0 but for rounding",
        log=True,
    ),
    "distance_by_layer": View(
        draw=profile,
        probe="norms",
        names=("distance",),
        title="distance by layer",
        note="‖W − W₀‖ from the start",
        log=True,
    ),
}
