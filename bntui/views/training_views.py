"""Views of what every step shows: losses, accuracies, rates, and the lengths of gradients."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.smooth import WINDOW
from bntui.views.view import View

_SHARE = (0.0, 1.0)

TRAINING_VIEWS: Mapping[str, View] = {
    "accuracy": View(
        draw=chart,
        probe="train",
        names=("accuracy",),
        title="train accuracy",
        window=WINDOW,
        limits=_SHARE,
        absent="no accuracy: this network predicts numbers",
    ),
    # The loss of the training batch, before its update.
    "loss": View(draw=chart, probe="train", names=("loss",), title="train loss", window=WINDOW),
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
    # Of networks that predict numbers, comparable between data sets.
    "unexplained": View(
        draw=chart,
        probe="test_error",
        names=("unexplained",),
        title="test error",
        note="mean square / variance of the targets",
        log=True,
        first_step=1,
        at_end=True,
        needs="a network that predicts numbers",
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
}
