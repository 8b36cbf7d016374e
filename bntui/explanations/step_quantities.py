"""What long steps along the gradient do to the loss, and what the gradient is made of (Bjorck et al. 2018)."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_SCAN = "a forward pass for each step length, 22 by default"
_ALONG = "a forward pass for each step length, and eleven more for the shares of the step"
_OUTPUTS = "no pass: the gradient of the loss for the network's outputs"
_PASS = "a forward and a backward pass, and a second gradient for the weights of each hidden layer"
_LENGTH = "step length, that of a learning rate"

STEPS = (
    Explanation(
        probe="step_scan",
        names=("relative_loss_at_*",),
        title="relative loss",
        what="The loss of the step's batch at a distance along its gradient g, relative to the loss where it starts."
        " Step lengths α are fixed, whatever the learning rate; batch statistics are those of each point.",
        formula="r(α) = L(θ − αg; b) / L(θ; b)",
        latex=r"r(\alpha) = L(\theta - \alpha g; b) / L(\theta; b)",
        unit="ratio",
        source="Bjorck et al. 2018, section 3",
        reading="1 for short steps, a dip below 1 where steps help, and a climb beyond. Without BatchNorm a deep"
        " network climbs early and to astronomical values, with it late and slowly. Infinite where the loss overflows.",
        cost=_SCAN,
    ),
    Explanation(
        probe="step_scan",
        names=("best",),
        title="best step length",
        what="The step length of the scan with the lowest loss.",
        formula="argmin over α of r(α)",
        latex=r"\mathrm{argmin}_\alpha\; r(\alpha)",
        unit=_LENGTH,
        source="Bjorck et al. 2018, section 3",
        reading="What the learning rate would be if each step were chosen best for its own batch. It is one of the"
        " lengths of the scan, so that the curve moves in steps.",
        cost=_SCAN,
    ),
    Explanation(
        probe="step_scan",
        names=("first_rise",),
        title="first rise",
        what="The first step length of the scan beyond the best one at which the loss is higher than at the start.",
        formula="min {α > best : r(α) > 1}",
        latex=r"\min\{\alpha > \alpha_{best} : r(\alpha) > 1\}",
        unit=_LENGTH,
        source="Bjorck et al. 2018, section 3",
        reading="Learning rates above it make the batch's own loss worse. NaN where no length of the scan does: it is"
        " then longer than the longest, by how much was not measured, and no claim counts it.",
        cost=_SCAN,
    ),
    Explanation(
        probe="step_scan",
        names=("first_divergence",),
        title="first divergence",
        what="The first step length of the scan at which the loss is more than a thousand times that of the start;"
        " a loss that overflows is.",
        formula="min {α : r(α) > 10³}",
        latex=r"\min\{\alpha : r(\alpha) > 10^3\}",
        unit=_LENGTH,
        source="Bjorck et al. 2018, section 3",
        reading="Where a single step destroys the network. NaN where no length of the scan does: it is then longer than"
        " the longest, by how much was not measured, and no claim counts it.",
        cost=_SCAN,
    ),
    Explanation(
        probe="step_moments",
        names=("length",),
        title="diverging step",
        what="The step along which the moments are shown: the first length at which the loss is more than a thousand"
        " times that of the start, or the longest of the scan where none is.",
        formula="min {α : r(α) > 10³}, or max α",
        latex=r"\min\{\alpha : r(\alpha) > 10^3\}",
        unit=_LENGTH,
        source="Bjorck et al. 2018, section 3.1",
        reading="As the first divergence; at the longest length of the scan, the step may do no harm.",
        cost=_ALONG,
    ),
    Explanation(
        probe="step_moments",
        names=("abs_mean_at_*",),
        title="means along a diverging step",
        what="The absolute mean of a layer's channels, averaged over channels, after the given percentage of the step:"
        " by number of the hidden layer and percentage.",
        formula="mean over channels of |μ| at θ − p·αg",
        latex=r"\frac{1}{C}\sum_c |\mu_c(\theta - p\,\alpha g)|",
        unit="that of the activations",
        source="Bjorck et al. 2018, section 3.1, figure 3",
        reading="Without BatchNorm the means of late layers explode along the step, each layer adding to the one before"
        " it. With it they stay of one size.",
        cost=_ALONG,
    ),
    Explanation(
        probe="step_moments",
        names=("variance_at_*",),
        title="variances along a diverging step",
        what="The variance of a layer's channels, averaged over channels, after the given percentage of the step: by"
        " number of the hidden layer and percentage.",
        formula="mean over channels of σ² at θ − p·αg",
        latex=r"\frac{1}{C}\sum_c \sigma^2_c(\theta - p\,\alpha g)",
        unit="that of the activations, squared",
        source="Bjorck et al. 2018, section 3.1, figure 3",
        reading="As the means; BatchNorm keeps them near 1 at any depth.",
        cost=_ALONG,
    ),
    Explanation(
        probe="class_gradients",
        names=("coherence",),
        title="coherence",
        what="How alike the samples of a batch pull on the network's outputs: G_b is the gradient of the loss for the"
        " outputs of sample b, of B.",
        formula="‖Σ_b G_b‖² / (B · Σ_b ‖G_b‖²)",
        latex=r"\|\sum_b G_b\|^2 / (B \sum_b \|G_b\|^2)",
        unit="share, 0 to 1",
        source="Bjorck et al. 2018, section 3.2",
        reading="1/B where samples are unrelated, 1 where all pull alike: then the gradient depends little on the"
        " input, as in a deep network without BatchNorm that gives every image the same class.",
        cost=_OUTPUTS,
    ),
    Explanation(
        probe="class_gradients",
        names=("most_predicted",),
        title="most predicted class",
        what="The share of the batch that the network gives its most frequent prediction.",
        formula="max over classes k of the share of samples with argmax logits = k",
        latex=r"\max_k \frac{1}{B} |\{b : \mathrm{argmax}\, z_b = k\}|",
        unit="share, 0 to 1",
        source="Bjorck et al. 2018, section 3.2",
        reading="1 where the network ignores its input; once it has learned, the share of the most frequent class.",
        cost=_OUTPUTS,
    ),
    Explanation(
        probe="class_gradients",
        names=("gradient_at_*",),
        title="gradient by sample and class",
        what="The gradient of the loss for the outputs of the batch's first samples: by sample and class.",
        formula="∂L/∂z_bk",
        latex=r"\partial L / \partial z_{bk}",
        unit="that of the loss",
        source="Bjorck et al. 2018, section 3.2, figure 4",
        reading="Columns of one colour, with few spots of the other for the true classes, are what coherence near 1"
        " looks like: all samples push one class down. A network that learns has small spots everywhere.",
        cost=_OUTPUTS,
    ),
    Explanation(
        probe="cancellation",
        names=("ratio",),
        title="cancellation",
        what="The gradient of an entry of a kernel is a sum of products d·x over batch and positions, x the entry's"
        " input, d the gradient for its output. Their sums without signs are compared with those with signs, both"
        " summed over the entries.",
        formula="Σ|Σ d·x| / ΣΣ|d·x|",
        latex=r"\sum_e |\sum_j d_j x_j| / \sum_e \sum_j |d_j x_j|",
        unit="share, 0 to 1",
        source="Bjorck et al. 2018, section 3.2",
        reading="Near 0 most terms cancel: samples and positions disagree. Near 1 they all have one sign, and the"
        " gradient is as long as it can be; deep layers without BatchNorm come close to that.",
        cost=_PASS,
    ),
    Explanation(
        probe="tails",
        names=("kurtosis",),
        title="kurtosis of a gradient",
        what="The fourth moment of the entries of one layer's weight gradient, with mean 0 and deviation 1; of the"
        " middle hidden layer, unless another is chosen.",
        formula="mean z⁴, z = (g − mean g) / deviation of g",
        latex=r"\frac{1}{n}\sum_i ((g_i - \bar{g}) / \sigma_g)^4",
        unit="number",
        source="Bjorck et al. 2018, section 3.2",
        reading="3 for a Gaussian. Far above, few entries make up the length of the gradient, and a step that suits"
        " them is short for all others.",
        cost="no pass: sums over a gradient that the step has anyway",
    ),
    Explanation(
        probe="tails",
        names=("share_at_*",),
        title="tails of a gradient",
        what="The share of the entries of that gradient in equal bins, by the bin's middle in deviations from the mean."
        " The outermost bins also hold what is beyond.",
        formula="share of the entries with |z − middle| < half a bin",
        latex=r"\frac{1}{n} |\{i : |z_i - m| < w/2\}|",
        unit="share, 0 to 1",
        source="Bjorck et al. 2018, section 3.2, figure 5",
        reading="On a logarithmic axis a Gaussian is a parabola. Heavy tails fall off as straight lines or slower.",
        cost="no pass: the entries of a gradient that the step has anyway are counted",
    ),
)
