"""The curvature of the loss: the largest eigenvalues of its Hessian, against what a learning rate bears."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_EIGENVALUES = (
    "on the evaluation batch of 512 samples: a forward and backward pass, and 41 products with the Hessian, each as"
    " much as two such passes"
)
_NOTHING = "nothing"
_THRESHOLD = "Cohen et al. 2021, sections 2 and 3"

CURVATURE = (
    Explanation(
        probe="sharpness",
        names=("lambda_max",),
        title="sharpness",
        what="The largest eigenvalue λ₁ of the Hessian H of the loss by all parameters, on an evaluation batch that is"
        " drawn once from the training set. By default the statistics of that batch normalize, and H goes through them;"
        " with statistics = 'frozen' the running ones do, as constants.",
        formula="λ₁ = max uᵀHu / ‖u‖²",
        latex=r"\lambda_1 = \max_u u^\top H u / \|u\|_2^2",
        unit="loss per squared unit of the parameters",
        source=_THRESHOLD,
        reading="Under gradient descent on the full batch it rises to 2/lr and hovers there. Smaller batches and"
        " BatchNorm keep it below. It is not a measure of flatness where BatchNorm makes the length of weights"
        " meaningless: weights twice as long have a quarter of it.",
        cost=_EIGENVALUES,
    ),
    Explanation(
        probe="sharpness",
        names=("residual",),
        title="residual of the sharpness",
        what="How well the approximate eigenvector v of λ₁ satisfies its equation, after as many products with the"
        " Hessian as the Lanczos method takes.",
        formula="‖Hv − λ₁v‖ / |λ₁|, ‖v‖ = 1",
        latex=r"\|H v - \lambda_1 v\|_2 / |\lambda_1|",
        unit="relative error",
        source="Golub & Van Loan 2013, section 10.1",
        reading="Some eigenvalue is within this share of λ₁, and usually much nearer. About 1e-6 is float32's"
        " rounding. Above 0.01, let the probe take more products.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="sharpness",
        names=("eigenvalue_at_*",),
        title="largest eigenvalues",
        what="The largest eigenvalues of the same Hessian, by rank.",
        formula="λ₁ ≥ λ₂ ≥ … ≥ λ_K",
        latex=r"\lambda_1 \geq \lambda_2 \geq \dots \geq \lambda_K",
        unit="loss per squared unit of the parameters",
        source="Ghorbani et al. 2019",
        reading="A steep fall shows outliers: a few directions, about as many as classes, in which the loss is far"
        " steeper than in all others. A level line shows none.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="sharpness",
        names=("outlier_ratio",),
        title="outlier ratio",
        what="The largest eigenvalue divided by the last one of those measured, by default the tenth.",
        formula="λ₁ / λ_K",
        latex=r"\lambda_1 / \lambda_K",
        unit="ratio",
        source="Ghorbani et al. 2019",
        reading="Near 1 where eigenvalues lie together, large where some stand out. It does not depend on the scale of"
        " the loss, nor on that of all parameters together.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="sharpness",
        names=("gradient_share",),
        title="gradient in the outliers",
        what="The share of the squared gradient of the same loss that lies in the span of the eigenvectors V of the"
        " largest eigenvalues, by default ten.",
        formula="‖Vᵀ∇L‖² / ‖∇L‖²",
        latex=r"\|V^\top \nabla L\|_2^2 / \|\nabla L\|_2^2",
        unit="share, 0 to 1",
        source="Ghorbani et al. 2019",
        reading="Near 1, the gradient points almost only where the loss is steepest, so that these directions limit the"
        " learning rate and the others hardly move. Ghorbani et al. find this without BatchNorm, little with it.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="sharpness",
        names=("batch_sharpness",),
        title="batch sharpness",
        what="The curvature of the loss of the step's batch along its own gradient g.",
        formula="gᵀHg / ‖g‖²",
        latex=r"g^\top H g / \|g\|_2^2",
        unit="loss per squared unit of the parameters",
        source="Andreyev & Beneventano 2024",
        reading="With small batches it is this that rises to 2/lr and stays, while λ₁ stays below. Above 2/lr the step"
        " raises the loss of its own batch, if that is nearly quadratic.",
        cost="a forward and backward pass, and one product with the Hessian",
    ),
    Explanation(
        probe="sharpness",
        names=("threshold",),
        title="stability threshold",
        what="The curvature above which gradient descent with this learning rate moves away from the minimum of a"
        " quadratic loss; with momentum μ it is higher. Weight decay is subtracted. Not defined with Adam.",
        formula="2/lr; with momentum 2(1 + μ)/lr, with Nesterov's 2(1 + μ)/((1 + 2μ)lr)",
        latex=r"2 (1 + \mu) / \eta",
        unit="loss per squared unit of the parameters",
        source=_THRESHOLD,
        reading="The line at which sharpness stops to rise, and what a network must stay below to learn without waves.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="sharpness",
        names=("relative",),
        title="relative sharpness",
        what="The largest eigenvalue divided by the stability threshold.",
        formula="λ₁·lr/2",
        latex=r"\lambda_1 \eta / 2",
        unit="ratio",
        source=_THRESHOLD,
        reading="1 is the edge of stability. Far below 1, a larger learning rate would do.",
        cost=_NOTHING,
    ),
)
