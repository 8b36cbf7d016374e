"""The excess risk of SGD and of ridge regression."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_SOURCE = "Zou et al. 2021, figure 1"
_TUNED = " Both are the best of several: the least true risk, which nobody knows who has only samples."
_COST = (
    "no pass: a sum of weights at every step, products of the inputs of the first N, and one eigendecomposition of"
    " 200×200 numbers for each N"
)
_FUNCTIONS = {1: "1", 2: "1/i", 3: "1/i¹⁰"}

RISKS = (
    *(
        Explanation(
            probe="excess_risk",
            names=(f"sgd_{target}_at_*", f"ridge_{target}_at_*"),
            title=f"excess risk of w = {function}",
            what="How much larger the expected squared error is than that of the true function,"
            f" wᵢ = {function}, after N samples: of the mean of the last half of SGD's iterates, over 16 step sizes,"
            " and of ridge regression on the same samples, over 25 penalties." + _TUNED,
            formula="(v − w)ᵀH(v − w), H = E[xxᵀ]; v = mean of v_{N/2} … v_{N−1}, or (XᵀX + λI)⁻¹Xᵀy",
            latex=r"(v - w)^\top H (v - w)",
            unit="variances of the noise",
            source=_SOURCE,
            reading="Both fall with N. Where all wᵢ are equal, ridge needs fewer samples; where few of them matter, SGD"
            " does. There is no BatchNorm in this: it is implicit regularization in the simplest model. One run is one"
            " sample: compare several seeds.",
            cost=_COST,
        )
        for target, function in _FUNCTIONS.items()
    ),
    *(
        Explanation(
            probe="excess_risk",
            names=(f"longer_{target}_at_*",),
            title=f"excess risk of w = {function} in a longer run",
            what="The excess risk of SGD after N·ln N samples, rounded up to a multiple of the smallest N, to be"
            " compared with that of ridge regression after N." + _TUNED,
            formula="(v − w)ᵀH(v − w), v = mean of the last half of N·ln N iterates",
            latex=r"(v - w)^\top H (v - w)",
            unit="variances of the noise",
            source=_SOURCE,
            reading="Below ridge, the dotted line: logarithmically more samples make up for what SGD lacks.",
            cost=_COST,
        )
        for target, function in _FUNCTIONS.items()
    ),
    Explanation(
        probe="excess_risk",
        names=("ratio",),
        title="risk of SGD over ridge",
        what="The excess risk of SGD divided by that of ridge regression at the largest N so far, of the target for"
        " which it is least." + _TUNED,
        formula="min over targets of risk(SGD) / risk(ridge)",
        latex=r"\min_t \mathrm{risk}_t(\mathrm{SGD}) / \mathrm{risk}_t(\mathrm{ridge})",
        unit="ratio",
        source=_SOURCE,
        reading="Below 1, SGD needs fewer samples for this target. As the least of three it scatters below 1 even where"
        " nothing differs.",
        cost=_COST,
    ),
    Explanation(
        probe="excess_risk",
        names=("longer_ratio",),
        title="longer run over ridge",
        what="Over all targets and N at which SGD has more risk than ridge regression, the largest ratio of the risk of"
        " SGD with N·ln N samples to that of ridge with N." + _TUNED,
        formula="max of risk(SGD, N·ln N) / risk(ridge, N) where risk(SGD, N) > risk(ridge, N)",
        latex=r"\max \mathrm{risk}(\mathrm{SGD}, N \ln N) / \mathrm{risk}(\mathrm{ridge}, N)",
        unit="ratio",
        source=_SOURCE,
        reading="Below 1, SGD catches up everywhere with logarithmically more samples. Measured once, after the last"
        " sample that it needs; not at all where SGD is never worse.",
        cost=_COST,
    ),
)
