"""Views of how smooth the loss is, and the activations' share in it."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.band import band
from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

SMOOTHNESS_VIEWS: Mapping[str, View] = {
    # Effective β-smoothness: largest gradient change over the distance moved along the gradient (figure 4c).
    "beta": View(
        draw=chart,
        probe="smoothness",
        names=("beta",),
        title="effective β",
        note="max ‖Δ∇L‖ / ‖Δθ‖, lower is smoother",
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
}
