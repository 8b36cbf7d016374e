"""The weights before BatchNorm: their length, how far a step turns them, and the laws that they obey."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_NORMS = "no pass: lengths and angles of weights that the step has anyway, and once the span of all training inputs"
_PASS = "one forward pass, for the batch variance before each BatchNorm"
_LAWS = "no pass, but reads all weights and gradients at every step, measured or not"
_SOURCE = "Liu et al. 2021"

WEIGHT_NORMS = (
    Explanation(
        probe="weight_norms",
        names=("squared_norm",),
        title="squared norm",
        what="The squared length of the weights w of an output channel, as a mean over the channels of a layer.",
        formula="‖w‖²",
        latex=r"\|w\|_2^2",
        unit="that of the weights, squared",
        source=_SOURCE,
        reading="Before BatchNorm, plain SGD only lengthens w, each step by lr²‖∂L/∂w‖²; weight decay shortens it, and"
        " rescaling keeps it at 1. A network computes the same whatever the length: what it changes is the effective"
        " rate. Values near 0 under decay precede an outbreak of the loss.",
        cost=_NORMS,
    ),
    Explanation(
        probe="weight_norms",
        names=("effective_rate",),
        title="effective rate",
        what="The learning rate divided by the squared length of w, as a mean over the channels of a layer: the rate at"
        " which weights of length 1 would turn alike.",
        formula="lr / ‖w‖²",
        latex=r"\eta / \|w\|_2^2",
        unit="that of the learning rate of weights of length 1",
        source="Liu et al. 2021; Hoffer et al. 2018",
        reading="Falls as the weights grow: BatchNorm by itself slows learning down. With decay it rises again, and may"
        " become so large that the loss breaks out, which lengthens w and lowers it. Level where weights are rescaled.",
        cost=_NORMS,
    ),
    Explanation(
        probe="weight_norms",
        names=("angle",),
        title="angle",
        what="The angle between the weights of a channel before and after the step, as a mean over the channels of a"
        " layer. Before BatchNorm, only the direction of w matters to what the network computes.",
        formula="arccos(⟨wₜ, wₜ₊₁⟩ / ‖wₜ‖‖wₜ₊₁‖)",
        latex=r"\arccos(\langle w_t, w_{t+1}\rangle / \|w_t\| \|w_{t+1}\|)",
        unit="radians",
        source="Hoffer et al. 2018; Liu et al. 2021",
        reading="How fast the layer learns. Small and falling where the weights grow. With decay λ it settles near"
        " √(2·lr·λ), whatever the gradient, once growth and decay are in balance.",
        cost=_NORMS,
    ),
    Explanation(
        probe="weight_norms",
        names=("orthogonal_share",),
        title="share without inputs",
        what="The part of the first layer's weights that is orthogonal to all inputs of the training set (of a"
        " convolution, to all patches), as a share of their length; a mean over channels. P projects onto the span of"
        " these inputs.",
        formula="‖(I − P)w‖ / ‖w‖",
        latex=r"\|(I - P) w\|_2 / \|w\|_2",
        unit="share, 0 to 1",
        source=_SOURCE,
        reading="No training loss depends on this part, but the network adds it to what it has not seen. Gradients"
        " never change it: the share falls only because the rest grows, or because decay and rescaling shrink it. It"
        " is 0 where the inputs span everything.",
        cost=_NORMS,
    ),
    Explanation(
        probe="weight_norms",
        names=("inner_product", "epsilon_term"),
        title="weights times gradient",
        what="The inner product of the weights of a channel and their gradient, and what it is equal to before"
        " BatchNorm: a term of the size of ε, because BatchNorm of c·y is BatchNorm of y but for ε. Means over"
        " channels; s² is the batch variance + ε.",
        formula="⟨w, ∂L/∂w⟩ = γ⟨∂L/∂z, ŷ⟩·ε/s²",
        latex=r"\langle w, \partial L/\partial w\rangle = \gamma\langle \partial L/\partial z, \hat{y}\rangle"
        r"\,\epsilon/s^2",
        unit="that of the loss",
        source=_SOURCE,
        reading="Near 0: the gradient is orthogonal to w, which it therefore lengthens. It grows where s² is as small"
        " as ε, as after long decay. Without BatchNorm it is not measured.",
        cost=_PASS,
    ),
    Explanation(
        probe="weight_norms",
        names=("inner_product_error",),
        title="law of ⟨w,∇L⟩",
        what="The difference of the two, summed over channels without signs, relative to the lengths of w and of its"
        " gradient.",
        formula="Σ|⟨w, ∂L/∂w⟩ − γ⟨∂L/∂z, ŷ⟩·ε/s²| / Σ‖w‖‖∂L/∂w‖",
        latex=r"\sum |\langle w, g\rangle - \gamma\langle \partial L/\partial z, \hat{y}\rangle\epsilon/s^2|"
        r" / \sum \|w\| \|g\|",
        unit="relative error",
        source=_SOURCE,
        reading="An identity: what is left is rounding, about 1e-7 in float32. A value near 1 would be a layer whose"
        " output depends on the length of its weights.",
        cost=_PASS,
    ),
    Explanation(
        probe="weight_norms",
        names=("squared_norm_error",),
        title="law of ‖w‖²",
        what="How far ‖w‖² after the update is from what the lengths of all gradients so far predict, with decay λ, for"
        " plain SGD and ε = 0; relative, over the channels of a layer.",
        formula="‖wₜ₊₁‖² = (1 − lr·λ)²‖wₜ‖² + lr²‖∂L/∂wₜ‖²",
        latex=r"\|w_{t+1}\|^2 = (1-\eta\lambda)^2\|w_t\|^2 + \eta^2\|\partial L/\partial w_t\|^2",
        unit="relative error",
        source=_SOURCE,
        reading="Rounding, and what ε adds: −2·lr·⟨w, ∂L/∂w⟩ in each step, small while the variances are far above ε."
        " A curve that climbs shows a layer of small variance. Not measured with momentum, with Adam, without"
        " BatchNorm, and where weights are rescaled.",
        cost=_LAWS,
    ),
    Explanation(
        probe="weight_norms",
        names=("orthogonal_error",),
        title="law of the share without inputs",
        what="How far (I − P)w, the part of the first layer's weights that sees no input, is after the update from its"
        " initial value times all factors of decay and rescaling since, as a share of the weights' length.",
        formula="(I − P)wₜ₊₁ = (1 − lr·λ)·(I − P)wₜ, divided by the length before rescaling if there is any",
        latex=r"(I - P) w_{t+1} = (1-\eta\lambda)(I - P) w_t \;/\; \|\tilde{w}_{t+1}\|",
        unit="share of the weights' length",
        source=_SOURCE,
        reading="Rounding alone, about 1e-6 in float32. Measured for SGD without momentum.",
        cost=_LAWS,
    ),
)
