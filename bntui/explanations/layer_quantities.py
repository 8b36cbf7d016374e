"""Each layer's weights and gradients: their size, internal covariate shift, and the identity of theorem 4.1."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation
from bntui.explanations.weight_quantities import WEIGHT_NORMS

_NORMS = "no pass: lengths of weights and gradients that the step has anyway, and a copy of the initial weights"
_IDENTITY = "a forward and a backward pass, and sums in float64 that take as long again in `vgg-mini`"
_CURVATURE = "two products with a Hessian for each layer: as much as ten steps in `vgg-mini`, five in `vgg`"
_WEIGHTS_READ = "no pass: lengths of weights, and a copy of the initial weights"
_ICS = (
    "for k layers about k/2 forward passes and one backward pass through all of them at once: as much as 2.3 steps in"
    " `vgg-mini`, of eight layers"
)
_SHIFT = (
    "G is the gradient of layer i's weights before the update, G′ the one after the layers before i have been updated"
    " by the optimizer's own step, while i and all after it have not: same batch, same noise."
)

LAYERS = (
    Explanation(
        probe="norms",
        names=("grad",),
        title="gradient by layer",
        what="The length of the gradient with respect to a layer's weights, without bias and normalization.",
        formula="‖∂L/∂W‖₂",
        latex=r"\|\partial L / \partial W\|_2",
        unit="loss per unit of weight",
        source="Santurkar et al. 2018, theorem 4.4; Bjorck et al. 2018, section 3",
        reading="By depth: a level line lets all layers learn. A line that falls towards the input by orders of"
        " magnitude vanishes, one that climbs explodes. With BatchNorm it scales as 1/‖W‖.",
        cost=_NORMS,
    ),
    Explanation(
        probe="norms",
        names=("weight",),
        title="weights",
        what="The length of a layer's weights, without bias and normalization.",
        formula="‖Wₜ‖₂",
        latex=r"\|W_t\|_2",
        unit="that of the weights",
        source="Ioffe & Szegedy 2015, section 3.3",
        reading="Before BatchNorm the length of W does not change what the layer computes: its gradient is orthogonal"
        " to W, so plain SGD can only lengthen W, and each step turns it less (by lr/‖W‖²). Without BatchNorm growth"
        " makes activations larger; growth without end precedes divergence.",
        cost=_NORMS,
    ),
    Explanation(
        probe="norms",
        names=("distance",),
        title="distance from the start",
        what="How far a layer's weights are from their initial values.",
        formula="‖Wₜ − W₀‖₂",
        latex=r"\|W_t - W_0\|_2",
        unit="that of the weights",
        source="Santurkar et al. 2018, lemma 4.5",
        reading="A layer that learns nothing stays at 0. A curve that flattens has settled. A jump is a step too far;"
        " it often comes just before divergence.",
        cost=_NORMS,
    ),
    *WEIGHT_NORMS,
    Explanation(
        probe="theorem41",
        names=("left", "right"),
        title="both sides of theorem 4.1",
        what="For a BatchNorm layer with input y, normalized input ŷ and output z (before noise): the squared length"
        " of the gradient with respect to y, and what the identity behind theorem 4.1 makes of the gradient g ="
        " ∂L/∂z, γ the weight, m values per channel, s² = σ² + ε. Both are sums over the channels.",
        formula="Σ ‖∂L/∂y‖² and Σ (γ²/s²) · (‖g‖² − ⟨1,g⟩²/m − ⟨g,ŷ⟩² · (2/m − ‖ŷ‖²/m²))",
        latex=r"\sum \|\partial L/\partial y\|_2^2 = \sum \frac{\gamma^2}{s^2}"
        r"(\|g\|_2^2 - \frac{\langle 1,g\rangle^2}{m} - \langle g,\hat{y}\rangle^2"
        r" (\frac{2}{m} - \frac{\|\hat{y}\|_2^2}{m^2}))",
        unit="that of the gradient, squared",
        source="Santurkar et al. 2018, theorem 4.1; for ε = 0 the last factor is 1/m, where the paper prints 1/√m",
        reading="Two equal curves. They lie below γ²/s² · ‖g‖² by what BatchNorm takes out of the gradient: its mean,"
        " and its part along ŷ. Not measured in variants without BatchNorm in every hidden layer.",
        cost=_IDENTITY,
    ),
    Explanation(
        probe="theorem41",
        names=("relative_error",),
        title="theorem 4.1",
        what="How exactly the two sides of the identity behind theorem 4.1 agree in a BatchNorm layer: the sum over"
        " the channels of their distance, over the sum of the left side.",
        formula="Σ |left − right| / Σ left",
        latex=r"\sum |\mathrm{left} - \mathrm{right}| / \sum \mathrm{left}",
        unit="ratio",
        source="Santurkar et al. 2018, theorem 4.1",
        reading="0 but for rounding: float32 rounds at 6e-8, and sums and cancellation cost three or four digits"
        " more. An error of order one would refute the identity, as it does the printed 1/√m.",
        cost=_IDENTITY,
    ),
    Explanation(
        probe="theorem42",
        names=("left", "right"),
        title="both sides of theorem 4.2",
        what="The curvature of the loss along its gradient u with respect to a BatchNorm layer's input y: directly, and"
        " from the curvature behind the layer. v and w are the first and second derivative of the layer's output z"
        " along u, g = ∂L/∂z and H = ∂²L/∂z².",
        formula="uᵀ (∂²L/∂y²) u and vᵀHv + ⟨g, w⟩; for ε = 0, summed over channels:"
        " (γ²/σ²) uᵀHu − γ/(mσ²) · ⟨g, ŷ⟩ ‖u‖²",
        latex=r"u^\top \frac{\partial^2 L}{\partial y^2} u = v^\top H v + \langle g, w\rangle, \quad v = D_u z, \quad"
        r" w = D_u^2 z",
        unit="that of the loss, times that of the gradient to the fourth",
        source="Santurkar et al. 2018, theorem 4.2, which states it as a bound; for any ε the derivatives are exact",
        reading="Two equal curves. Where the second term is negative, BatchNorm makes the loss less curved along the"
        " gradient than the network behind it is. Not measured in variants without BatchNorm in every hidden layer.",
        cost=_CURVATURE,
    ),
    Explanation(
        probe="theorem42",
        names=("relative_error",),
        title="theorem 4.2",
        what="How exactly the two sides of theorem 4.2 agree in a BatchNorm layer: their distance over the size of the"
        " terms of the right side.",
        formula="|left − right| / (|vᵀHv| + |⟨g, w⟩|)",
        latex=r"|\mathrm{left} - \mathrm{right}| / (|v^\top H v| + |\langle g, w\rangle|)",
        unit="ratio",
        source="Santurkar et al. 2018, theorem 4.2",
        reading="0 but for rounding, which is about 1e-7 to 1e-5 in float32. An error of order one would refute the"
        " theorem, of which even the equality holds along the gradient.",
        cost=_CURVATURE,
    ),
    Explanation(
        probe="minimum_distance",
        names=("distance", "ray"),
        title="minimum distance",
        what="How far a hidden layer's weights W are from the initial ones, and how far those initial weights are from"
        " the nearest multiple kW with k > 0: before BatchNorm, all of these compute the same.",
        formula="‖Wₜ − W₀‖ and √(‖Wₜ − W₀‖² − (‖Wₜ‖² − ⟨Wₜ, W₀⟩)² / ‖Wₜ‖²); ‖W₀‖ where ⟨Wₜ, W₀⟩ ≤ 0",
        latex=r"\min_{k > 0} \|W_0 - k W_t\|_2 ="
        r" \sqrt{\|W_t - W_0\|_2^2 - (\|W_t\|_2^2 - \langle W_t, W_0\rangle)^2 / \|W_t\|_2^2}",
        unit="that of the weights",
        source="Santurkar et al. 2018, lemma 4.5",
        reading="The upper end is where training went; the lower end is how near an equal optimum lies if the layer is"
        " followed by BatchNorm. A wide band means that training mostly changed the length of the weights.",
        cost=_WEIGHTS_READ,
    ),
    Explanation(
        probe="minimum_distance",
        names=("cosine",),
        title="cosine to the start",
        what="The cosine of the angle between a hidden layer's weights and its initial weights.",
        formula="⟨Wₜ, W₀⟩ / (‖Wₜ‖ ‖W₀‖)",
        latex=r"\frac{\langle W_t, W_0\rangle}{\|W_t\|_2 \|W_0\|_2}",
        unit="ratio",
        source="Santurkar et al. 2018, lemma 4.5, which supposes that it is positive",
        reading="1 at the start. Above 0, lemma 4.5 applies: a network with BatchNorm has an optimum that is nearer to"
        " the start. Near 0, the initial weights are forgotten.",
        cost=_WEIGHTS_READ,
    ),
    Explanation(
        probe="ics",
        names=("l2",),
        title="internal covariate shift",
        what=f"How far a layer's gradient is moved by the update of the layers before it. {_SHIFT}",
        formula="‖G − G′‖₂, G = ∂L/∂Wᵢ at (θ¹ₜ … θᵏₜ), G′ at (θ¹ₜ₊₁ … θⁱ⁻¹ₜ₊₁, θⁱₜ … θᵏₜ)",
        latex=r"\|G_{t,i} - G'_{t,i}\|_2, \quad G_{t,i} = \nabla_{W_i} L(\theta^1_t, \ldots, \theta^k_t), \quad"
        r" G'_{t,i} = \nabla_{W_i} L(\theta^1_{t+1}, \ldots, \theta^{i-1}_{t+1}, \theta^i_t, \ldots, \theta^k_t)",
        unit="that of the gradient",
        source="Santurkar et al. 2018, definition 2.1, figure 3",
        reading="0 in the first layer by definition. Small: the layer's step is right even after the others moved. It"
        " scales with the gradient, so that a network that has learned has little of either: read the cosine beside"
        " it. BatchNorm often has as much of it as the plain network, or more.",
        cost=_ICS,
    ),
    Explanation(
        probe="ics",
        names=("cosine",),
        title="shift cosine",
        what=f"How far a layer's gradient is turned by the update of the layers before it. {_SHIFT}",
        formula="⟨G, G′⟩ / (‖G‖ ‖G′‖)",
        latex=r"\frac{\langle G_{t,i}, G'_{t,i}\rangle}{\|G_{t,i}\|_2\,\|G'_{t,i}\|_2}",
        unit="cosine, −1 to 1",
        source="Santurkar et al. 2018, definition 2.1, figure 3",
        reading="1 is no shift, and so it is in the first layer by definition. Near 0 the layer steps in a direction"
        " that no longer matters once the layers before have moved; below 0, in the wrong one. NaN where a gradient"
        " is zero.",
        cost=_ICS,
    ),
)
