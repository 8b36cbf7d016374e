"""Views of long steps along the gradient, and of what the gradient is made of (Bjorck et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bntui.views.chart import chart
from bntui.views.matrix import matrix
from bntui.views.profile import profile
from bntui.views.scan import scan, scan_map
from bntui.views.smooth import Array
from bntui.views.view import View

_SHARE = (0.0, 1.0)
_LENGTH = "step length α"
_PREDICTS_NUMBERS = "no gradient by class: this network predicts numbers"
_CLASSES = "a network that predicts classes"


def _up_to_a_million(values: Array) -> Array:
    """Return the values without what would leave no room on the axis for those around 1."""
    return np.minimum(values, 1e6)


STEP_VIEWS: Mapping[str, View] = {
    "step_scan": View(
        draw=scan,
        probe="step_scan",
        names=("relative_loss_at_*",),
        title="relative loss",
        note="L(θ − αg) / L(θ), above 10³ diverged, drawn up to 10⁶",
        axis=_LENGTH,
        log_axis=True,
        log=True,
        transform=_up_to_a_million,
    ),
    "step_map": View(
        draw=scan_map,
        probe="step_scan",
        names=("relative_loss_at_*",),
        title="relative loss by step",
        note="L(θ − αg) / L(θ), above 10³ diverged",
        axis=_LENGTH,
        log_axis=True,
        log=True,
        limits=(0.1, 1e4),
    ),
    "best_length": View(
        draw=chart,
        probe="step_scan",
        names=("best", "first_rise"),
        title="best step",
        note="dotted: the first beyond it that raises the loss",
        log=True,
    ),
    "first_divergence": View(
        draw=chart,
        probe="step_scan",
        names=("first_divergence",),
        title="first divergence",
        note="shortest step to 10³ times the loss",
        log=True,
    ),
    "diverging_step": View(
        draw=chart, probe="step_moments", names=("length",), title="diverging step", note="its length", log=True
    ),
    "step_means": View(
        draw=matrix,
        probe="step_moments",
        names=("abs_mean_at_*",),
        title="means along a diverging step",
        note="mean |μ|",
        axis="hidden layer",
        axis_up="% of the step",
        log=True,
    ),
    "step_variances": View(
        draw=matrix,
        probe="step_moments",
        names=("variance_at_*",),
        title="variances along a diverging step",
        note="mean σ²",
        axis="hidden layer",
        axis_up="% of the step",
        log=True,
    ),
    "class_gradients": View(
        draw=matrix,
        probe="class_gradients",
        names=("gradient_at_*",),
        title="gradient by sample and class",
        note="∂L/∂logits",
        axis="sample",
        axis_up="class",
        diverging=True,
        absent=_PREDICTS_NUMBERS,
    ),
    "coherence": View(
        draw=chart,
        probe="class_gradients",
        names=("coherence",),
        title="coherence",
        note="of ∂L/∂logits over the batch, 1 is all alike",
        limits=_SHARE,
        needs=_CLASSES,
    ),
    "most_predicted": View(
        draw=chart,
        probe="class_gradients",
        names=("most_predicted",),
        title="most predicted class",
        note="its share of the batch",
        limits=_SHARE,
        needs=_CLASSES,
    ),
    "cancellation": View(
        draw=profile,
        probe="cancellation",
        names=("ratio",),
        title="cancellation",
        note="|Σ d·x| / Σ|d·x| of gradients, 1 is none",
        limits=_SHARE,
    ),
    "gradient_tails": View(
        draw=scan,
        probe="tails",
        names=("share_at_*",),
        title="tails of a gradient",
        note="share of entries, middle layer",
        axis="deviations from the mean",
        log=True,
    ),
    "kurtosis": View(
        draw=chart, probe="tails", names=("kurtosis",), title="kurtosis of a gradient", note="3 is Gaussian", log=True
    ),
}
