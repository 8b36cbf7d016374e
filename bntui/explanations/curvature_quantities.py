"""The curvature of the loss, how flat it is about the weights, and the effective rank of activations."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_EIGENVALUES = (
    "on the evaluation batch of 512 samples: a forward and backward pass, and 41 products with the Hessian, each as"
    " much as one to three such passes"
)
_NOTHING = "nothing"
_LI = "Li et al. 2018, section 4"
_DANESHMAND = "Daneshmand et al. 2020"
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
    Explanation(
        probe="flatness",
        names=("loss",),
        title="loss on the evaluation batch",
        what="The loss on the evaluation batch on which flatness is measured, normalized by the statistics of that"
        " batch. A loss that is a sum over the batch is divided by the number of samples.",
        formula="L(θ)",
        latex=r"L(\theta)",
        unit="that of the loss",
        source=_LI,
        reading="Compare flatness where this is equal: as a network fits its samples better, the loss about it becomes"
        " flatter by itself.",
        cost="one forward pass on the evaluation batch of 512 samples",
    ),
    Explanation(
        probe="flatness",
        names=("rise_at_*",),
        title="rise of the loss",
        what="By how much the loss rises where each filter (the weights w of an output channel or unit) has moved by a"
        " radius R relative to its length, in random directions that all variants share; a mean over ten of them."
        " Biases and the parameters of normalization stay. The statistics of the evaluation batch are taken anew at"
        " each point.",
        formula="mean over d of L(θ + R·d) − L(θ), ‖d‖ = ‖w‖ for each filter",
        latex=r"\mathrm{mean}_d\, L(\theta + R\, d) - L(\theta),\ \|d\| = \|w\|",
        unit="that of the loss",
        source=_LI,
        reading="Low and growing late is a flat minimum. Distances are relative, so that values can be compared between"
        " networks with BatchNorm and without, whose weights have other lengths, if their losses are equal.",
        cost="30 forward passes on the evaluation batch",
    ),
    Explanation(
        probe="flatness",
        names=("scale_free_sharpness",),
        title="scale-free sharpness",
        what="The largest eigenvalue of the Hessian by relative distances: D multiplies the weights of each filter by"
        " their length ‖w‖, and biases and the parameters of normalization by 0.",
        formula="λ_max(DHD), which is λ_max·‖w‖² for one filter",
        latex=r"\lambda_{\max}(D H D),\ D = \|w\|",
        unit="that of the loss",
        source="Santurkar et al. 2018, section 6; Tsuzuku et al. 2020",
        reading="The worst case of the rise at small radii, of which random directions show the mean. Unlike the"
        " sharpness, it stays where weights before BatchNorm are lengthened.",
        cost="on the evaluation batch: a forward and backward pass, and 21 products with the Hessian, each as much as"
        " one to three such passes",
    ),
    Explanation(
        probe="flatness",
        names=("residual",),
        title="residual of the scale-free sharpness",
        what="How well the approximate eigenvector v of the scale-free sharpness satisfies its equation.",
        formula="‖DHDv − λv‖ / |λ|, ‖v‖ = 1",
        latex=r"\|D H D v - \lambda v\|_2 / |\lambda|",
        unit="relative error",
        source="Golub & Van Loan 2013, section 10.1",
        reading="As that of the sharpness: above 0.01, let the probe take more products.",
        cost=_NOTHING,
    ),
    Explanation(
        probe="effective_rank",
        names=("rank",),
        title="effective rank",
        what="The participation ratio of the eigenvalues of the covariance C of a layer's outputs, after nonlinearity"
        " and pooling, over the samples and pixels of the evaluation batch; channels are the variables.",
        formula="(tr C)² / tr(C²) = (Σλ)² / Σλ²",
        latex=r"(\mathrm{tr}\, C)^2 / \mathrm{tr}(C^2)",
        unit="dimensions, from 1 to the number of channels",
        source=_DANESHMAND,
        reading="n where the outputs vary alike in n directions. Without BatchNorm it falls from layer to layer of a"
        " deep network of random weights, to 1: all samples lie on a line, and cannot be told apart.",
        cost="one forward pass on the evaluation batch of 512 samples, and a product of each layer's outputs",
    ),
    Explanation(
        probe="effective_rank",
        names=("kept",),
        title="rank kept in depth",
        what="The effective rank of the last hidden layer divided by that of the first.",
        formula="rank of the last / rank of the first",
        latex=r"r_{\mathrm{last}} / r_{\mathrm{first}}",
        unit="ratio",
        source=_DANESHMAND,
        reading="Near 1 where depth keeps what the samples differ in, near 1 divided by the width where it loses it. It"
        " falls in training, too, as the last layers keep only what tells classes apart.",
        cost=_NOTHING,
    ),
)
