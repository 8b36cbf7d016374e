"""How smooth the loss is: along the gradient, along a random direction, and as a function of one layer's output."""

from __future__ import annotations

from dataclasses import replace

from bntui.explanations.explanation import Explanation

_COST = (
    "a forward and a backward pass for each of `etas` (four unless set): the step's own gradient is the point η = 0."
    " One set of passes gives all columns of the probe"
)
_ETAS = "The points lie at `etas` times the learning rate: a half to four steps ahead unless set."

_ALONG_GRADIENT = (
    Explanation(
        probe="smoothness",
        names=("loss_min", "loss_max"),
        title="loss along the gradient",
        what="The lowest and the highest loss of the step's batch at points ahead along the gradient, with the step's"
        f" noise and with batch statistics computed anew at each point. {_ETAS}",
        formula="min and max over η of L(θₜ − η·g; bₜ), g = ∇L(θₜ; bₜ)",
        latex=r"\min_\eta,\ \max_\eta\ L(\theta_t - \eta g; b_t), \quad g = \nabla L(\theta_t; b_t)",
        unit="that of the loss",
        source="Santurkar et al. 2018, section 3.1, figure 4a",
        reading="Smooth: a narrow band, as wide as the gradient predicts, which sinks with the loss. Rough: a wide"
        " band whose upper end is orders of magnitude above the loss, so that a longer step would undo what was"
        " learned. An upper end that is infinite or NaN: a step of that length diverges.",
        cost=_COST,
    ),
    Explanation(
        probe="smoothness",
        names=("grad_diff_min", "grad_diff_max"),
        title="gradient change",
        what="The smallest and the largest distance between the gradient here and the gradients at points ahead along"
        f" it: how well the gradient predicts itself. {_ETAS}",
        formula="min and max over η of ‖g − ∇L(θₜ − η·g; bₜ)‖₂",
        latex=r"\min_\eta,\ \max_\eta\ \|g - \nabla L(\theta_t - \eta g; b_t)\|_2",
        unit="that of the gradient",
        source="Santurkar et al. 2018, section 3.1, figure 4b",
        reading="Small and even predicts well: the direction of the step stays right for its whole length. Compare it"
        " with the gradient norm: as large as that, the gradient ahead has nothing to do with the one here. The"
        " largest ratio of change to distance is β.",
        cost=_COST,
    ),
    Explanation(
        probe="smoothness",
        names=("cos_min", "cos_max"),
        title="gradient cosine",
        what="The smallest and the largest cosine between the gradient here and those at points ahead along it."
        f" {_ETAS}",
        formula="min and max over η of ⟨g, G⟩ / (‖g‖ ‖G‖), G = ∇L(θₜ − η·g; bₜ)",
        latex=r"\min_\eta,\ \max_\eta\ \frac{\langle g, G(\eta)\rangle}{\|g\|_2\,\|G(\eta)\|_2},"
        r" \quad G(\eta) = \nabla L(\theta_t - \eta g; b_t)",
        unit="cosine, −1 to 1",
        source="Santurkar et al. 2018, section 3.1, beside figure 4b",
        reading="1 is the same direction: the loss is smooth. At 0 the gradient has turned by a right angle; below 0"
        " it points back, since the step has crossed a valley. NaN where a gradient is zero.",
        cost=_COST,
    ),
    Explanation(
        probe="smoothness",
        names=("beta",),
        title="effective β",
        what=f"The effective smoothness: the largest change of the gradient over the distance moved along it. {_ETAS}"
        " The distance is the one that the parameters really went in float32.",
        formula="β = max over η of ‖g − ∇L(θₜ − η·g; bₜ)‖₂ / ‖η·g‖₂",
        latex=r"\beta_t = \max_\eta \frac{\|g - \nabla L(\theta_t - \eta g; b_t)\|_2}{\|\eta g\|_2}",
        unit="loss per squared unit of parameter, a curvature",
        source="Santurkar et al. 2018, section 3.1, figure 4c",
        reading="Low and even is smooth. On a parabola β is the curvature, and steps of lr converge while lr < 2/β."
        " In `noisy` on the digits the median is about 10 with BatchNorm and 16 to 19 without, the largest value 20"
        " with it and 54 to 100 without: roughness is in the peaks. For short steps it is ‖Hg‖/‖g‖, H the Hessian. At"
        " learning rates below 1e-6 it is rounding. NaN where the gradient is zero or nothing moves; it may be"
        " infinite before divergence.",
        cost=_COST,
    ),
)


def _along_random_direction(along: Explanation) -> Explanation:
    """Return the same quantity along a random direction d instead of the gradient."""
    title = along.title.replace(" along the gradient", "") + " along a random direction"
    return replace(
        along,
        probe="smoothness_random",
        title=title,
        what="The same as along the gradient, at points along a Gaussian random direction d, scaled to the length of"
        f" the gradient. Step and seed determine it, and variants move equal parameters in the same direction. {_ETAS}",
        formula=along.formula.replace("θₜ − η·g", "θₜ − η·d"),
        latex=along.latex.replace(r"\theta_t - \eta g", r"\theta_t - \eta d"),
        source="Santurkar et al. 2018, section 3.1",
        reading="Read it beside the same quantity along the gradient, which usually is the rougher direction. Smooth"
        " here and rough there: the loss is steep in few directions, and the gradient is one of them. Not finite: a"
        " point that far away diverges.",
    )


SMOOTHNESS = (
    *_ALONG_GRADIENT,
    *map(_along_random_direction, _ALONG_GRADIENT),
    Explanation(
        probe="activation_beta",
        names=("beta",),
        title="activation β",
        what="The effective smoothness of the loss as a function of one hidden layer's output y: the largest change"
        " of the gradient with respect to y over the distance that y is moved along it. The loss is summed over the"
        " batch, so that it does not shrink with the batch; only the layers after y are run again.",
        formula="max over a of ‖G(y) − G(y − a·G(y))‖₂ / ‖a·G(y)‖₂, G(y) = ∂(ΣL)/∂y, a ∈ {0.1, 0.2, 0.3, 0.4}",
        latex=r"\max_a \frac{\|G(y) - G(y - a\,G(y))\|_2}{\|a\,G(y)\|_2},"
        r" \quad G(y) = \frac{\partial \sum L}{\partial y}",
        unit="loss per squared unit of activation",
        source="Bektursun 2018, on smoothness",
        reading="Low is smooth: the layers after this one can rely on its gradient. Layers differ by orders of"
        " magnitude: compare variants within a layer. NaN where the gradient vanishes, as behind a dead layer.",
        cost="a forward and a backward pass, and for each layer and each of `etas` one through the layers after it:"
        " with four, as much as 8.6 steps in `vgg-mini`, of seven such layers",
    ),
)
