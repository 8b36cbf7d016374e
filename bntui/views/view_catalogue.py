"""All views, each a row of data: the columns it draws, the kind of figure, and its labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bntui.views.band import band
from bntui.views.chart import chart
from bntui.views.heatmap import layer_map
from bntui.views.histogram_map import histogram_map
from bntui.views.profile import profile
from bntui.views.smooth import WINDOW
from bntui.views.unit_band import unit_band
from bntui.views.view import View

_SHARE = (0.0, 1.0)
_COSINE = (-1.0, 1.0)

VIEWS: Mapping[str, View] = {
    "accuracy": View(
        draw=chart,
        probe="train",
        names=("accuracy",),
        title="train accuracy",
        window=WINDOW,
        limits=_SHARE,
        absent="no accuracy: this network predicts numbers",
    ),
    # Moment drift: mean over channels of |μ_t − μ_{t−1}| (Santurkar et al. 2018, figure 8).
    "drift": View(
        draw=chart,
        probe="moments",
        names=("mean_drift",),
        title="drift",
        note="mean |Δμ| per step",
        log=True,
        per_layer="of",
        first_step=1,
    ),
    # The same of the variances, of which the paper's figure speaks too; it is on no page.
    "var_drift": View(
        draw=chart,
        probe="moments",
        names=("var_drift",),
        title="drift of the variance",
        note="mean |Δσ²| per step",
        log=True,
        per_layer="of",
        first_step=1,
    ),
    # Effective β-smoothness: largest gradient change over the distance moved along the gradient (figure 4c).
    "beta": View(
        draw=chart,
        probe="smoothness",
        names=("beta",),
        title="effective β",
        note="max ‖Δ∇L‖ / ‖Δθ‖, lower is smoother",
    ),
    # The loss of the training batch, before its update.
    "loss": View(draw=chart, probe="train", names=("loss",), title="train loss", window=WINDOW),
    "drift_map": View(
        draw=layer_map,
        probe="moments",
        names=("mean_drift",),
        title="drift of every layer",
        note="mean |Δμ| per step",
        log=True,
        first_step=1,
    ),
    # Root mean square of the activations; without it, the standard deviation of the moments.
    "scale": View(
        draw=profile,
        probe="scale",
        names=("rms",),
        title="activation scale",
        note="√mean(a²)",
        log=True,
        fallback=View(
            draw=profile,
            probe="moments",
            names=("var",),
            title="activation scale",
            note="√(mean σ²)",
            log=True,
            transform=np.sqrt,
        ),
    ),
    "gradients": View(
        draw=profile, probe="norms", names=("grad",), title="gradient by layer", note="‖∂L/∂W‖", log=True
    ),
    # The loss at points ahead along the gradient (figure 4a).
    "landscape": View(
        draw=band,
        probe="smoothness",
        names=("loss_min", "loss_max"),
        title="loss ahead",
        note="min … max along the gradient, narrow is smooth",
        log=True,
    ),
    # Distance of the gradient at those points from the gradient here (figure 4b).
    "predictiveness": View(
        draw=band,
        probe="smoothness",
        names=("grad_diff_min", "grad_diff_max"),
        title="gradient change",
        note="‖Δ∇L‖ along the gradient, small predicts well",
        log=True,
    ),
    "cosine": View(
        draw=band,
        probe="smoothness",
        names=("cos_min", "cos_max"),
        title="gradient cosine",
        note="here and ahead, 1 is the same direction",
    ),
    # Internal covariate shift: ℓ2 norm of the change of a layer's gradient (Santurkar et al. 2018, figure 3).
    "shift": View(
        draw=chart,
        probe="ics",
        names=("l2",),
        title="shift",
        note="‖G − G′‖ after the layers before it move",
        first_layer_note="0 by definition in the first layer",
        log=True,
        per_layer="of",
    ),
    "shift_cosine": View(
        draw=chart,
        probe="ics",
        names=("cosine",),
        title="shift cosine",
        note="of G and G′, 1 is no shift",
        first_layer_note="1 by definition in the first layer",
        limits=_COSINE,
        per_layer="of",
    ),
    "shift_by_layer": View(draw=profile, probe="ics", names=("l2",), title="shift by layer", note="‖G − G′‖", log=True),
    "cosine_by_layer": View(
        draw=profile,
        probe="ics",
        names=("cosine",),
        title="shift cosine by layer",
        note="1 is no shift",
        limits=_COSINE,
    ),
    "distribution": View(
        draw=histogram_map,
        probe="distribution",
        names=("low", "high", "bin_*"),
        title="distribution",
        note="share of one unit's activations, by value",
        log=True,
        per_layer="in",
    ),
    # Mean ± deviation of the input of the nonlinearity of one example unit.
    "unit": View(
        draw=unit_band,
        probe="moments",
        names=("unit_mean", "unit_var"),
        title="a unit",
        note="mean ± deviation of its input",
        per_layer="of",
    ),
    # Share of activations without a gradient; of a ReLU, those that are zero (Ioffe & Szegedy 2015, section 1).
    "saturation": View(
        draw=chart,
        probe="saturation",
        names=("share",),
        title="saturation",
        note="share without a gradient",
        limits=_SHARE,
        per_layer="of",
    ),
    "saturation_by_layer": View(
        draw=profile,
        probe="saturation",
        names=("share",),
        title="saturation by layer",
        note="share without a gradient",
        limits=_SHARE,
    ),
    "landscape_random": View(
        draw=band,
        probe="smoothness_random",
        names=("loss_min", "loss_max"),
        title="loss around",
        note="min … max along a random direction",
        log=True,
    ),
    # Smoothness of the loss as a function of one layer's output (the blog post, on smoothness).
    "activation_beta": View(
        draw=chart,
        probe="activation_beta",
        names=("beta",),
        title="activation β",
        note="max ‖ΔG‖ / ‖Δy‖, lower is smoother",
        log=True,
        per_layer="of",
    ),
    "activation_beta_by_layer": View(
        draw=profile,
        probe="activation_beta",
        names=("beta",),
        title="activation β by layer",
        note="lower is smoother",
        log=True,
    ),
    # Relative error of the identity behind theorem 4.1, for variants with BatchNorm in every hidden layer.
    "theorem41": View(
        draw=chart,
        probe="theorem41",
        names=("relative_error",),
        title="theorem 4.1",
        note="relative error, 0 but for rounding",
        log=True,
        per_layer="in",
    ),
    "theorem41_by_layer": View(
        draw=profile,
        probe="theorem41",
        names=("relative_error",),
        title="theorem 4.1 by layer",
        note="relative error",
        log=True,
    ),
    # The same of theorem 4.2, on the curvature along the gradient.
    "theorem42": View(
        draw=chart,
        probe="theorem42",
        names=("relative_error",),
        title="theorem 4.2",
        note="relative error, 0 but for rounding",
        log=True,
        per_layer="in",
    ),
    "theorem42_by_layer": View(
        draw=profile,
        probe="theorem42",
        names=("relative_error",),
        title="theorem 4.2 by layer",
        note="relative error",
        log=True,
    ),
    # Lemma 4.5: before BatchNorm, weights are as near to the start as the nearest point of their ray.
    "minimum_distance": View(
        draw=band,
        probe="minimum_distance",
        names=("ray", "distance"),
        title="minimum distance",
        note="from W₀ to the ray of Wₜ, and to Wₜ",
        per_layer="of",
    ),
    "start_cosine": View(
        draw=chart,
        probe="minimum_distance",
        names=("cosine",),
        title="cosine to the start",
        note="between Wₜ and W₀",
        per_layer="of",
    ),
    # Evaluation mode; networks that predict numbers have a loss instead of an accuracy.
    "test_accuracy": View(
        draw=chart,
        probe="test",
        names=("accuracy",),
        title="test accuracy",
        note="running statistics, noise as in training",
        limits=_SHARE,
        first_step=1,
        at_end=True,
        fallback=View(
            draw=chart,
            probe="test",
            names=("loss",),
            title="test loss",
            note="running statistics, noise as in training",
            log=True,
            first_step=1,
            at_end=True,
        ),
    ),
    "gradient_norm": View(
        draw=chart,
        probe="gradient",
        names=("norm",),
        title="gradient norm",
        note="‖∂L/∂θ‖",
        log=True,
        window=WINDOW,
    ),
    "rate": View(draw=chart, probe="rate", names=("lr",), title="learning rate", note="of each update", log=True),
    # Change of the loss of a batch by its own update, including that of the noise.
    "step_change": View(
        draw=chart,
        probe="step_loss",
        names=("change",),
        title="loss change by a step",
        note="same batch, below 0 helps",
        window=WINDOW,
    ),
    # Change of the loss between successive batches (the blog post).
    "step_jump": View(
        draw=chart,
        probe="step_loss",
        names=("jump",),
        title="loss jump",
        note="|Lₜ − Lₜ₋₁|, from batch to batch",
        log=True,
        window=WINDOW,
        first_step=1,
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
