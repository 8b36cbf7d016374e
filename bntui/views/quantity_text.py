"""What a measured quantity, or what a view draws, as paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bntui.claims.resting import claims_on
from bntui.explanations import Explanation, explanation_of
from bntui.sweep.metrics import Metric
from bntui.views.paragraphs import Paragraph
from bntui.views.view import View

Schedule = Mapping[str, int]
"""Steps between two measurements, by probe."""

_NO_SCHEDULE: Schedule = MappingProxyType({})


def quantity_text(quantity: Explanation, every: Schedule = _NO_SCHEDULE) -> list[Paragraph]:
    """Return the text of a quantity; `every` is the schedule of the run that it is shown with."""
    here = f"; measured {_interval(every[quantity.probe])} in this run" if every.get(quantity.probe) else ""
    return [
        ("strong", quantity.title),
        ("text", quantity.what),
        ("formula", quantity.formula),
        ("text", quantity.reading),
        ("strong", "Source, unit, cost"),
        ("text", f"{quantity.source}."),
        ("muted", f"Unit: {quantity.unit}."),
        ("muted", f"A measurement costs {quantity.cost}{here}."),
        *_columns(quantity),
        *_claims(quantity),
    ]


def view_text(view: View, every: Schedule = _NO_SCHEDULE) -> list[Paragraph]:
    """Return the texts of all quantities that a view draws, its fallback aside."""
    own = [(view.probe, name) for name in view.names]
    quantities = dict.fromkeys(filter(None, (explanation_of(probe, name) for probe, name in own)))
    return [paragraph for quantity in quantities for paragraph in quantity_text(quantity, every)]


def metric_text(metric: Metric) -> list[Paragraph]:
    """Return what a metric of a sweep is, and the text of the quantity that it is made of."""
    quantity = explanation_of(metric.probe, metric.name)
    said = f"One number for each variant of a finished run: {metric.note}."
    return [("strong", metric.title), ("text", said), *(quantity_text(quantity) if quantity else [])]


def _interval(steps: int) -> str:
    return "at every step" if steps == 1 else f"every {steps:,} steps"


def _columns(quantity: Explanation) -> list[Paragraph]:
    return [("muted", f"Measured as {', '.join(quantity.columns)}.")] if quantity.columns else []


def _claims(quantity: Explanation) -> list[Paragraph]:
    resting = claims_on(quantity)
    if not resting:
        return []
    sentences: list[Paragraph] = [("text", f"{claim.id}: {claim.sentence}.") for claim in resting]
    return [("strong", "Claims that rest on it"), *sentences]
