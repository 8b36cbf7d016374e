"""What lies ahead along the gradient: the loss, and the gradient itself (Santurkar et al. 2018, fig. 4)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.band import Band, spans
from bntui.views.chart import Focus, awaited

_PROBE = "smoothness"


def landscape(history: Curves, focus: Focus) -> Band:
    """The loss at the points ahead along the gradient, from the smallest to the largest (figure 4a)."""
    return Band(
        title="loss ahead",
        note="min … max along the gradient, narrow is smooth",
        spans=spans(history, focus, _PROBE, "loss_min", "loss_max"),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, _PROBE, "the loss landscape"),
    )


def landscape_random(history: Curves, focus: Focus) -> Band:
    """The loss at points as far away in a random direction."""
    return Band(
        title="loss around",
        note="min … max along a random direction",
        spans=spans(history, focus, "smoothness_random", "loss_min", "loss_max"),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, "smoothness_random", "the loss along a random direction"),
    )


def predictiveness(history: Curves, focus: Focus) -> Band:
    """How far the gradient at those points is from the gradient here (figure 4b)."""
    return Band(
        title="gradient change",
        note="‖Δ∇L‖ along the gradient, small predicts well",
        spans=spans(history, focus, _PROBE, "grad_diff_min", "grad_diff_max"),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, _PROBE, "gradient predictiveness"),
    )


def cosine(history: Curves, focus: Focus) -> Band:
    """The cosine between the gradient here and at those points."""
    return Band(
        title="gradient cosine",
        note="here and ahead, 1 is the same direction",
        spans=spans(history, focus, _PROBE, "cos_min", "cos_max"),
        steps=history.info.steps,
        empty=awaited(history, focus, _PROBE, "the gradient's cosine"),
    )
