"""The biases before a normalization whose statistics stand outside the gradient."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_SOURCE = "Ioffe & Szegedy 2015, section 2"
_COST = "no pass: lengths of biases and gradients that the step has anyway"

DETACHED = (
    Explanation(
        probe="bias_drift",
        names=("norm", "line"),
        title="bias",
        what="The length of the bias before a normalization, of which the subtraction of the mean undoes every effect;"
        " and, dotted, where the gradient of the first batch would have taken it if it had stayed what it was.",
        formula="‖bₜ‖, and ‖b₀ − lr·t·∂L/∂b₀‖",
        latex=r"\|b_t\|_2, \quad \|b_0 - \eta t\, \partial L/\partial b_0\|_2",
        unit="that of the layer's output",
        source=_SOURCE,
        reading="With BatchNorm it stays 0 but for rounding. With statistics outside the gradient it grows, to no"
        " effect on the loss. If b alone trained, and nothing but the mean were subtracted, it would be on the line"
        " exactly; other batches and parameters bend its way. No line with momentum, decay, Adam or a schedule.",
        cost=_COST,
    ),
    Explanation(
        probe="bias_drift",
        names=("gradient",),
        title="gradient of the bias",
        what="The length of the gradient for the bias before a normalization.",
        formula="‖∂L/∂b‖",
        latex=r"\|\partial L/\partial b\|_2",
        unit="that of the loss, by that of the layer's output",
        source=_SOURCE,
        reading="With BatchNorm it is 0 but for rounding, because no output depends on b. It is not where the gradient"
        " does not know of the mean: every step then moves b, to no effect.",
        cost=_COST,
    ),
)
