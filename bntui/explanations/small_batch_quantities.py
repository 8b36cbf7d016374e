"""The statistics that normalize small batches, and their errors."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_SOURCE = "Yao et al. 2020"
_TRUE = (
    " The true ones are those that BatchNorm would use in each layer if the training set, or the evenly chosen part of"
    " it that the option `samples` allows, were one batch, at the same parameters."
)
_COST = "a forward pass of the batch, and one of the training set, up to 2,000 images of it"

SMALL_BATCHES = (
    Explanation(
        probe="statistics_error",
        names=("mean_error",),
        title="error of the mean",
        what="How far the means by which a layer is normalized in this step are from the true ones, relative to the"
        " true standard deviations; over the channels." + _TRUE,
        formula="Σ|μ − μ*| / Σσ*",
        latex=r"\sum |\mu - \mu^*| / \sum \sigma^*",
        unit="share of a standard deviation",
        source=_SOURCE,
        reading="For a batch of m unrelated values about 1/√m; a window of k batches divides it by √k as long as the"
        " weights hardly change. Where they change faster than the window, errors grow with it, and compensation makes"
        " them smaller again. The first layers of BatchNorm make later means alike, whatever the batch.",
        cost=_COST,
    ),
    Explanation(
        probe="statistics_error",
        names=("variance_error",),
        title="error of the variance",
        what="How far the variances by which a layer is normalized in this step are from the true ones, relative to"
        " these; over the channels." + _TRUE,
        formula="Σ|σ² − σ*²| / Σσ*²",
        latex=r"\sum |\sigma^2 - \sigma^{*2}| / \sum \sigma^{*2}",
        unit="share of a variance",
        source=_SOURCE,
        reading="0.8 is what two unrelated values give, whose variance is half the true one on average. Several batches"
        " bring it down. A compensated variance is too small by the squared change of the weights.",
        cost=_COST,
    ),
)
