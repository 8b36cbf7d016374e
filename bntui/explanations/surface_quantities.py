"""The loss at other weights than a network's own: on the line to another network's, and on a plane through its own."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_LINE = (
    "a forward pass on up to 512 samples for each point of the line, 21 by default; about a third of as many forward"
    " and backward passes of that many samples"
)
_IM = "Im, Tao & Branson 2016"
_PARTNER = (
    " The line leads to the weights of the run's next variant of the same kind and options, which differs in its"
    " initial weights or its optimizer. Batch statistics are recomputed at each point."
)

SURFACE = (
    Explanation(
        probe="line",
        names=("barrier",),
        title="barrier",
        what="The highest training loss on the straight line between the weights of two networks, minus that of the end"
        " where it is higher." + _PARTNER,
        formula="maxₐ L((1 − a)θ + aθ′) − max(L(θ), L(θ′))",
        latex=r"\max_a L((1-a)\theta + a\theta') - \max(L(\theta), L(\theta'))",
        unit="that of the loss",
        source=_IM,
        reading="Networks from other initial weights end in other valleys, with a barrier between them that grows while"
        " they learn. 0 where the line goes downhill or along a valley, as between optimizers from one start.",
        cost=_LINE,
    ),
    Explanation(
        probe="line",
        names=("width",),
        title="width of the barrier",
        what="The full width of the barrier at half of its height, as a share of the line, around its highest point;"
        " undefined where there is no barrier." + _PARTNER,
        formula="length of {a : L(a) > max L − barrier / 2} around the maximum",
        latex=r"|\{a : L(a) > \max L - b/2\}|",
        unit="share of the line",
        source=_IM,
        reading="Small: a sharp jump between two wide valleys, as the source reports with BatchNorm. Large: a wide bump"
        " between narrow ones.",
        cost=_LINE,
    ),
    Explanation(
        probe="line",
        names=("slope",),
        title="steepest slope",
        what="The largest change of the loss between neighbouring points of the line per length of the line, divided by"
        " the barrier; undefined where there is no barrier." + _PARTNER,
        formula="max |dL/da| / barrier",
        latex=r"\max |dL/da| / b",
        unit="barriers per length of the line",
        source=_IM,
        reading="2 for a barrier with straight flanks over the whole line; the larger, the sharper the jump. With n"
        " points it cannot exceed about n − 1.",
        cost=_LINE,
    ),
    Explanation(
        probe="line",
        names=("peaks",),
        title="peaks",
        what="The number of maxima of the loss between the ends of the line that stand out from what surrounds them by"
        " a hundredth of the losses' range." + _PARTNER,
        formula="#{a : L(a) is a maximum between the ends}",
        latex=r"\#\{a : L(a) \mathrm{\ is\ a\ maximum}\}",
        unit="count",
        source=_IM,
        reading="1 is a single barrier, 0 none. The source reports several wide bumps without BatchNorm, and one jump"
        " with it.",
        cost=_LINE,
    ),
    Explanation(
        probe="line",
        names=("loss_at_*",),
        title="loss on the line",
        what="The training loss at places from 0, the network's own weights, to 1, the other one's." + _PARTNER,
        formula="L((1 − a)θ + aθ′)",
        latex=r"L((1-a)\theta + a\theta')",
        unit="that of the loss",
        source=_IM,
        reading="Low at both ends once the two have learned. In between, the higher and narrower the barrier, the"
        " sharper the walls of the valleys.",
        cost=_LINE,
    ),
    Explanation(
        probe="surface",
        names=("loss_at_*",),
        title="loss on a plane",
        what="The training loss on the plane through the weights along two random directions, the same in all variants."
        " In each filter a direction has the norm of the filter's weights; biases and the parameters of normalization"
        " do not move. So surfaces compare where the scale of the weights does not matter, as before BatchNorm. Batch"
        " statistics are recomputed at each place.",
        formula="L(θ + x·d₁ + y·d₂), ‖d‖ = ‖w‖ in each filter",
        latex=r"L(\theta + x d_1 + y d_2),\ \|d\| = \|w\|",
        unit="that of the loss",
        source="Li et al. 2018",
        reading="A wide basin with round contour lines around the middle: weights can change much before the loss does."
        " Narrow, ragged contours: they cannot. Random directions show little of the few steep ones.",
        cost="a forward pass on up to 512 samples for each place of the plane, 81 by default",
    ),
)
