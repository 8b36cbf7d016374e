"""What an update does: how large the gradient is, and what the loss does from step to step."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW


def gradient_norm(history: Curves, focus: Focus) -> Chart:
    """The norm of the gradient over all parameters."""
    return Chart(
        title="gradient norm",
        note="‖∂L/∂θ‖",
        series=curves(history, focus, "gradient", "norm"),
        steps=history.info.steps,
        log=True,
        window=WINDOW,
        empty=awaited(history, focus, "gradient", "the gradient's norm"),
    )


def step_change(history: Curves, focus: Focus) -> Chart:
    """How much an update changes the loss of its own batch, noise and all."""
    return Chart(
        title="loss change by a step",
        note="same batch, below 0 helps",
        series=curves(history, focus, "step_loss", "change"),
        steps=history.info.steps,
        window=WINDOW,
        empty=awaited(history, focus, "step_loss", "the loss change"),
    )


def step_jump(history: Curves, focus: Focus) -> Chart:
    """How far the loss jumps from one batch to the next (the blog post)."""
    return Chart(
        title="loss jump",
        note="|Lₜ − Lₜ₋₁|, from batch to batch",
        series=curves(history, focus, "step_loss", "jump"),
        steps=history.info.steps,
        log=True,
        window=WINDOW,
        empty=awaited(history, focus, "step_loss", "the loss jump", first=1),
    )
