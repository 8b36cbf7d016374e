"""The distribution of what each hidden layer's nonlinearity receives, or puts out, and how it drifts."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_MOMENTS = "no pass: sums over the activations of the step's own pass, and of the one before for drifts"
_DISTRIBUTION = "no pass: one channel of the step's own activations is counted"
_SCALE = "no pass: two sums over the step's own activations"
_OF_ACTIVATIONS = "that of the activations"
_SQUARED = "that of the activations, squared"
_FIGURES_OF_DRIFT = "Santurkar et al. 2018, section 2.1, figures 2 and 8; Bektursun 2018"

ACTIVATIONS = (
    Explanation(
        probe="moments",
        names=("mean",),
        title="mean of a layer's activations",
        what="The mean of what the next nonlinearity receives, after normalization and noise: of each channel over"
        " batch, height and width, then averaged over the channels.",
        formula="mean over c of μ_c, μ_c = mean of a over batch, height, width",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} \mu_{t,c}, \quad \mu_{t,c} = \frac{1}{m}\sum_{i=1}^{m} a_{t,c,i}",
        unit=_OF_ACTIVATIONS,
        source="Santurkar et al. 2018, figure 8",
        reading="With BatchNorm it is the mean of the layer's biases: 0 at first, it moves only as they learn."
        " Without it, the layers before move it: it drifts. With noise it jumps from step to step.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("var",),
        title="variance of a layer's activations",
        what="The biased variance of what the next nonlinearity receives, after normalization and noise: of each"
        " channel over batch, height and width, then averaged over the channels.",
        formula="mean over c of σ²_c, σ²_c = mean of (a − μ_c)² over batch, height, width",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} \sigma^2_{t,c}, \quad"
        r" \sigma^2_{t,c} = \frac{1}{m}\sum_{i=1}^{m} (a_{t,c,i} - \mu_{t,c})^2",
        unit=_SQUARED,
        source="Santurkar et al. 2018, figure 8",
        reading="With BatchNorm it is the mean of the squared weights of the normalization, and moves only as they"
        " learn. Without it, it grows or shrinks with the weights of all layers before; growth without end precedes"
        " divergence.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("mean_drift",),
        title="drift of the means",
        what="How far each channel's mean moved since the step before, averaged over the channels of a layer. It is"
        " always of two successive steps, whatever the schedule, and undefined at step 0.",
        formula="mean over c of |μₜ − μₜ₋₁|",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} |\mu_{t,c} - \mu_{t-1,c}|",
        unit=_OF_ACTIVATIONS,
        source=_FIGURES_OF_DRIFT,
        reading="BatchNorm alone drifts least, as its means are its biases: 0.001 in the first layers of `noisy` on"
        " the digits, where the plain network has 0.01 to 0.02. Noise of the paper's strength drifts by a third, the"
        " mean distance of two numbers drawn from −0.5 … 0.5, and the network learns all the same: little drift is"
        " not why BatchNorm helps. Without BatchNorm it holds the scatter of two batches too; it climbs before"
        " divergence.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("var_drift",),
        title="drift of the variances",
        what="How far each channel's variance moved since the step before, averaged over the channels of a layer. It"
        " is always of two successive steps, whatever the schedule, and undefined at step 0.",
        formula="mean over c of |σ²ₜ − σ²ₜ₋₁|",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} |\sigma^2_{t,c} - \sigma^2_{t-1,c}|",
        unit=_SQUARED,
        source=_FIGURES_OF_DRIFT,
        reading="As the drift of the means: near 0 with BatchNorm alone, large with noise. A plain network whose"
        " activations are large has large variances, and so large drifts of them.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("mean_from_start",),
        title="distance of the means from the start",
        what="How far each channel's mean is from that of the variant's first step, averaged over the channels of a"
        " layer.",
        formula="mean over c of |μₜ − μ₀|",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} |\mu_{t,c} - \mu_{0,c}|",
        unit=_OF_ACTIVATIONS,
        source="Santurkar et al. 2018, figure 8",
        reading="A rising curve is lasting drift: the layer's input has gone elsewhere. One that jumps about a level"
        " goes back and forth, as under noise.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("var_from_start",),
        title="distance of the variances from the start",
        what="How far each channel's variance is from that of the variant's first step, averaged over the channels of"
        " a layer.",
        formula="mean over c of |σ²ₜ − σ²₀|",
        latex=r"\frac{1}{C}\sum_{c=1}^{C} |\sigma^2_{t,c} - \sigma^2_{0,c}|",
        unit=_SQUARED,
        source="Santurkar et al. 2018, figure 8",
        reading="As the distance of the means: rising is lasting drift, a level about which it jumps is noise.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("unit_mean", "unit_var"),
        title="moments of a unit",
        what="Mean and biased variance of one example channel of a layer over batch, height and width. The run's seed"
        " chooses the channel, the same in all variants.",
        formula="μ and σ² of channel c, c from the seed",
        latex=r"\mu_{t,c},\ \sigma^2_{t,c}, \quad c\ \mathrm{drawn\ by\ the\ seed}",
        unit=f"{_OF_ACTIVATIONS}; of the variance squared",
        source="Santurkar et al. 2018, figures 2 and 8; Bektursun 2018",
        reading="Drawn as mean ± deviation. An even band is a stable input; a band that wanders drifts; one that"
        " jumps at every step has noise. Single units differ: look at the averages, too.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="moments",
        names=("unit_mean_drift", "unit_var_drift"),
        title="drift of a unit",
        what="How far mean and variance of the example channel moved since the step before; undefined at step 0.",
        formula="|μₜ − μₜ₋₁| and |σ²ₜ − σ²ₜ₋₁| of channel c",
        latex=r"|\mu_{t,c} - \mu_{t-1,c}|,\ |\sigma^2_{t,c} - \sigma^2_{t-1,c}|",
        unit=f"{_OF_ACTIVATIONS}; of the variance squared",
        source="Santurkar et al. 2018, figure 8; Bektursun 2018",
        reading="As the drift of a layer, of one channel: rougher, since nothing is averaged.",
        cost=_MOMENTS,
    ),
    Explanation(
        probe="distribution",
        names=("low", "high"),
        title="ends of the histogram",
        what="The lowest and the highest edge of the bins of the example channel. The variant's first measurement"
        " sets them for the whole run: its mean ± `reach` deviations (a deviation of 0 counts as 1).",
        formula="μ₀ ± reach · σ₀",
        latex=r"\mu_0 \pm r\,\sigma_0",
        unit=_OF_ACTIVATIONS,
        source="Santurkar et al. 2018, figures 1c and 2",
        reading="They are constant in time, and differ between variants and layers.",
        cost=_DISTRIBUTION,
    ),
    Explanation(
        probe="distribution",
        names=("bin_*",),
        title="distribution of a unit's activations",
        what="The share of the activations of one example channel, over batch, height and width, in each of equal"
        " bins; the first and the last one hold all values beyond as well. The seed chooses the channel.",
        formula="share of a with low + i·w ≤ a < low + (i + 1)·w, w = (high − low) / bins",
        latex=r"\frac{1}{m}\,|\{j : l + i\,w \leq a_j < l + (i+1)\,w\}|, \quad w = (h - l) / \mathrm{bins}",
        unit="share, 0 to 1",
        source="Santurkar et al. 2018, figures 1c and 2; Ioffe & Szegedy 2015, figure 1",
        reading="Even stripes along the steps are a stable distribution. Stripes that bend or widen drift. With noise"
        " neighboring steps differ. Values that gather in an outermost bin have left the range of the first step; NaN"
        " in all bins is a variant that diverges.",
        cost=_DISTRIBUTION,
    ),
    Explanation(
        probe="scale",
        names=("rms",),
        title="activation scale",
        what="The root mean square of what the next nonlinearity receives, over batch, channels, height and width.",
        formula="√mean(a²)",
        latex=r"\sqrt{\frac{1}{m}\sum_{i=1}^{m} a_i^2}",
        unit=_OF_ACTIVATIONS,
        source="Bjorck et al. 2018, section 3",
        reading="With BatchNorm alone every layer starts at the size of its normalization's weights, which is 1 in"
        " all networks but `blog-cnn`. Without it, each layer multiplies the scale by about the same factor: a"
        " straight line by depth on a logarithmic scale, which vanishes or explodes.",
        cost=_SCALE,
    ),
    Explanation(
        probe="scale",
        names=("mean_abs",),
        title="mean absolute activation",
        what="The mean of absolute values of what the next nonlinearity receives, over batch, channels, height and"
        " width.",
        formula="mean |a|",
        latex=r"\frac{1}{m}\sum_{i=1}^{m} |a_i|",
        unit=_OF_ACTIVATIONS,
        source="Bjorck et al. 2018, section 3",
        reading="0.8 of the root mean square for Gaussian values; far below it, few large values make up the scale.",
        cost=_SCALE,
    ),
    Explanation(
        probe="saturation",
        names=("share",),
        title="saturation",
        what="The share of a layer's outputs on the step's batch through which hardly any gradient flows: of a"
        " sigmoid those below 0.05 or above 0.95, of a ReLU those that are 0. Networks without either have none.",
        formula="share of outputs a with a < 0.05 or a > 0.95; of a ReLU, with a = 0",
        latex=r"\frac{1}{m}\,|\{i : a_i < 0.05 \ \mathrm{or}\ a_i > 0.95\}|,"
        r" \quad \mathrm{ReLU:}\ \frac{1}{m}\,|\{i : a_i = 0\}|",
        unit="share, 0 to 1",
        source="Ioffe & Szegedy 2015, sections 1 and 4.1",
        reading="A ReLU whose inputs are spread about 0 has one half. Near 1 a layer is dead and learns no more. A"
        " sigmoid network whose curve climbs to 1 is stuck, as those that BatchNorm was made for; with it, the share"
        " stays low.",
        cost="one forward pass",
    ),
)
