"""The objective of training, and its optimum where that is known in closed form."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_SOURCE = "Ergen, Sahiner et al. 2021"
_SMALL = "a pass of the small network in float64, and decompositions of its inputs: as much as five steps"
_CLOSED = (
    "Measured for the network `convex-relu` with BatchNorm, all samples in the batch, and fewer samples than inputs, so"
    " that centred inputs and a constant span all outputs."
)
_ONE_NEURON = (
    "At the optimum one neuron can serve the positive targets y₊ and one the negative ones y₋; a trained network may"
    " share the work among several. Neurons count by the size of what they add, |v|·‖(γ, β)‖."
)

OPTIMUM = (
    Explanation(
        probe="optimum",
        names=("objective",),
        title="objective",
        what="What training with weight decay minimizes: the loss of the batch, plus half the decay times the squared"
        " length of all parameters that decay.",
        formula="L + (decay/2)·‖θ‖²",
        latex=r"L + \frac{\lambda}{2} \|\theta\|^2",
        unit="that of the loss",
        source=_SOURCE,
        reading="With all samples in every batch it should fall from step to step, and may fall while the loss rises."
        " It cannot pass below the global optimum, the dotted line, where that is known. Not measured with AdamW, whose"
        " decay is not that of an objective.",
        cost="no pass: the length of the parameters",
    ),
    Explanation(
        probe="optimum",
        names=("global_optimum",),
        title="global optimum",
        what="The least objective that any two-layer ReLU network with BatchNorm can have on these data, from the"
        " lengths of the positive and of the negative targets alone. " + _CLOSED,
        formula="Σ over y₊, y₋ of λ‖y±‖ − λ²/2 if ‖y±‖ > λ, else ½‖y±‖²; λ = decay/√n",
        latex=r"\sum_\pm \lambda \|y_\pm\| - \lambda^2/2 \;\mathrm{if}\; \|y_\pm\| > \lambda,"
        r"\;\mathrm{else}\; \|y_\pm\|^2/2;\;\; \lambda = \mathrm{decay}/\sqrt{n}",
        unit="that of the loss",
        source=_SOURCE,
        reading="A straight line, the same for every seed. Training is not convex, but has the same optimum as a convex"
        " program: a network that stays above has not found it.",
        cost=_SMALL,
    ),
    Explanation(
        probe="optimum",
        names=("lower_bound",),
        title="lower bound",
        what="A value that the optimum cannot be below, from the network's residuals r = y − f alone, by weak duality;"
        " M is the larger of ‖r₊‖ and ‖r₋‖.",
        formula="½‖y‖² − ½‖v − y‖², v = r·min(1, λ/M)",
        latex=r"\|y\|^2/2 - \|v - y\|^2/2,\;\; v = r \min(1, \lambda/M)",
        unit="that of the loss",
        source=_SOURCE + ", by the dual of its program",
        reading="Objective and bound enclose the optimum and meet in it: a certificate that needs no closed form. With"
        " more samples than inputs it stays a bound, but need not meet the optimum.",
        cost=_SMALL,
    ),
    Explanation(
        probe="optimum",
        names=("gap",),
        title="optimality gap",
        what="How far the objective is above the global optimum, as a share of it.",
        formula="(objective − optimum) / optimum",
        latex=r"(\mathrm{objective} - p^*) / p^*",
        unit="ratio",
        source=_SOURCE,
        reading="Falls towards 0; about 1e-6 is what float32 can reach. Adam at a constant rate stays a little away, at"
        " 1e-4 to 1e-3. A gap that stays above is a local minimum, or too few neurons.",
        cost=_SMALL,
    ),
    *(
        explanation
        for sign, part, mark in (("positive", "y₊", "+"), ("negative", "y₋", "-"))
        for explanation in (
            Explanation(
                probe="optimum",
                names=(f"{sign}_cosine",),
                title=f"weight cosine for {part}",
                what=f"The cosine between the weights before BatchNorm and those of the optimal neuron for {part},"
                " without the part that sees no input, with γ's sign. " + _ONE_NEURON,
                formula=f"cos(w, X⁺({part} − mean)), X the centred inputs",
                latex=rf"\cos(w, X^+ (y_{mark} - \bar{{y}}_{mark}))",
                unit="cosine",
                source=_SOURCE,
                reading="Rises to 1 where training finds the optimal neuron. NaN where no neuron has an output weight"
                " of this sign.",
                cost=_SMALL,
            ),
            Explanation(
                probe="optimum",
                names=(f"{sign}_ratio",),
                title=f"shift to scale for {part}",
                what=f"BatchNorm's β relative to its γ in the neurons for {part}, beside the optimal neuron's, which is"
                f" as the mean of {part} to its deviation. " + _ONE_NEURON,
                formula=f"(Σ|v|β : Σ|vγ|) / (√n·mean {part} : ‖{part} − mean‖)",
                latex=rf"\frac{{\sum |v|\beta}}{{\sum |v\gamma|}} /"
                rf" \frac{{\sqrt{{n}}\,\bar{{y}}_{mark}}}{{\|y_{mark} - \bar{{y}}_{mark}\|}}",
                unit="ratio",
                source=_SOURCE,
                reading="Begins at 0, because BatchNorm's β does, and tends to 1. The objective is flat there: it"
                " may still move when the gap has closed.",
                cost=_SMALL,
            ),
            Explanation(
                probe="optimum",
                names=(f"{sign}_length",),
                title=f"output weights for {part}",
                what=f"The length of the output weights v of one sign, those that serve {part}, beside the optimal"
                " neuron's.",
                formula=f"‖v‖ / √((‖{part}‖ − λ)/√n)",
                latex=rf"\|v\| / \sqrt{{(\|y_{mark}\| - \lambda)/\sqrt{{n}}}}",
                unit="ratio",
                source=_SOURCE,
                reading="Tends to 1, however many neurons share the work: decay balances ‖v‖ and ‖(γ, β)‖.",
                cost=_SMALL,
            ),
        )
    ),
)
