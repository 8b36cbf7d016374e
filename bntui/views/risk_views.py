"""Views of the excess risk of SGD and of ridge regression."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.scan import scan
from bntui.views.view import View

_NEEDS = "one linear layer, plain SGD and one sample a step"


def _over_samples(sgd: str, target: int, title: str, note: str) -> View:
    return View(
        draw=scan,
        probe="excess_risk",
        names=(f"{sgd}_{target}_at_*", f"ridge_{target}_at_*"),
        title=title,
        note=note,
        axis="samples N",
        log_axis=True,
        log=True,
        at_end=True,
        needs=_NEEDS,
    )


def _risk(target: int, function: str) -> View:
    return _over_samples("sgd", target, f"risk of w = {function}", "SGD, dotted: ridge, of as many samples")


def _longer(target: int, function: str) -> View:
    note = "SGD of N·ln N samples, dotted: ridge of N"
    return _over_samples("longer", target, f"longer run of w = {function}", note)


RISK_VIEWS: Mapping[str, View] = {
    "risk_1": _risk(1, "1"),
    "risk_1_longer": _longer(1, "1"),
    "risk_2": _risk(2, "1/i"),
    "risk_2_longer": _longer(2, "1/i"),
    "risk_3": _risk(3, "1/i¹⁰"),
    "risk_3_longer": _longer(3, "1/i¹⁰"),
    "risk_ratio": View(
        draw=chart,
        probe="excess_risk",
        names=("ratio",),
        title="risk of SGD over ridge",
        note="least of the targets, below 1 SGD is better",
        log=True,
        at_end=True,
        needs=_NEEDS,
    ),
    "longer_ratio": View(
        draw=chart,
        probe="excess_risk",
        names=("longer_ratio",),
        title="longer run over ridge",
        note="at worst, where SGD of as many samples is worse",
        at_end=True,
        needs=_NEEDS,
    ),
}
