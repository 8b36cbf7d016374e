"""How activations and products of weights change with depth, above all at the start (Bjorck et al. 2018)."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_MOMENTS = "no pass: sums over the activations of the step's own pass"
_PRODUCTS = "no pass: a product of the weights of the square layers, and its singular values, on the CPU"
_VALUES = "singular value, of weights whose entries have the variance 1/N"

DEPTH = (
    Explanation(
        probe="depth_moments",
        names=("abs_mean",),
        title="channel means by depth",
        what="The absolute mean of each channel of what the next nonlinearity receives, over batch, height and width,"
        " averaged over the layer's channels. At the end of a residual block that is the sum with the shortcut.",
        formula="mean over channels of |μ|",
        latex=r"\frac{1}{C}\sum_c |\mu_c|",
        unit="that of the activations",
        source="Bjorck et al. 2018, section 3.1, figure 2",
        reading="0 with BatchNorm at the start. Without it, means grow with depth, in a straight line on a logarithmic"
        " scale: late layers are mostly offset, the same for every input.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="depth_moments",
        names=("deviation",),
        title="channel deviations by depth",
        what="The standard deviation of each channel of what the next nonlinearity receives, averaged over the layer's"
        " channels.",
        formula="mean over channels of σ",
        latex=r"\frac{1}{C}\sum_c \sigma_c",
        unit="that of the activations",
        source="Bjorck et al. 2018, section 3.1, figure 2",
        reading="σ/√(σ² + ε), which is 1, with BatchNorm at the start; in a residual network every other layer is the"
        " sum with the shortcut, which grows slowly. Without it, each layer multiplies by about the same factor.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="depth_moments",
        names=("growth",),
        title="growth with depth",
        what="The deviation of the last hidden layer divided by that of the first one.",
        formula="deviation of the last layer / deviation of the first layer",
        latex=r"\sigma_L / \sigma_1",
        unit="ratio",
        source="Bjorck et al. 2018, section 3.1",
        reading="1 where depth changes nothing. Far above 1 the activations explode, far below 1 they vanish.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="weight_products",
        names=("singular_value_at_*",),
        title="spectrum of a product of weights",
        what="The singular values of the product of the weights of the last hidden layers, as long as these are linear"
        " with as many outputs as inputs: the value below which the given share of them lies. Each factor is scaled so"
        " that the mean square of its entries is 1/N.",
        formula="s with share of singular values of W_M…W₁ below s = q",
        latex=r"F_{W_M \cdots W_1}^{-1}(q)",
        unit=_VALUES,
        source="Bjorck et al. 2018, section 4",
        reading="A random product stretches few directions and crushes the others, more the more factors it has."
        " Training bends the upper end off the law. Values below 1e-15 of the largest are rounding.",
        cost=_PRODUCTS,
    ),
    Explanation(
        probe="weight_products",
        names=("law_at_*",),
        title="Fuss–Catalan law",
        what="The same for a product of so many independent random matrices as N → ∞. Its distribution function has a"
        " closed form in an angle φ, so that it can be drawn for any number of factors.",
        formula="s²(φ) = sin^{M+1}((M+1)φ) / (sin φ · sin^M(Mφ)), share above it"
        " ((M+1)φ − M·sin φ·sin((M+1)φ)/sin(Mφ)) / π",
        latex=r"s^2 = \sin^{M+1}((M+1)\varphi) / (\sin\varphi\, \sin^M(M\varphi))",
        unit=_VALUES,
        source="Bjorck et al. 2018, section 4; Haagerup & Möller 2013",
        reading="Where the two agree, the weights are as random as at the start. Of narrow layers and many factors they"
        " never do: the law is that of N → ∞ for fixed M.",
        cost=_PRODUCTS,
    ),
    Explanation(
        probe="weight_products",
        names=("largest", "largest_law"),
        title="largest of a product",
        what="The largest singular value of the product, and the upper end of the law.",
        formula="max s; √((M+1)^{M+1} / M^M)",
        latex=r"\sqrt{(M+1)^{M+1} / M^M}",
        unit=_VALUES,
        source="Bjorck et al. 2018, section 4; Haagerup & Möller 2013",
        reading="At the start a little below the law's end, for narrow layers far from it. It grows with what is"
        " learned.",
        cost=_PRODUCTS,
    ),
    Explanation(
        probe="weight_products",
        names=("distance",),
        title="distance from the law",
        what="The largest difference between the distribution function of the product's singular values and that of the"
        " law (Kolmogorov–Smirnov).",
        formula="max over s of |F(s) − F_law(s)|",
        latex=r"\max_s |F(s) - F_{law}(s)|",
        unit="share, 0 to 1",
        source="Bjorck et al. 2018, section 4",
        reading="At the start about 1/N with few factors. It grows where training gives the weights structure.",
        cost=_PRODUCTS,
    ),
)
