"""Everything that can be explained, by name: quantities, views, metrics, claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim
from bntui.claims.grid_claim import GRID_CLAIMS, GridClaim
from bntui.explanations import QUANTITIES, Explanation, explanation_of
from bntui.explanations.mechanics import MECHANICS
from bntui.explanations.system_quantities import SYSTEM
from bntui.nearest_names import nearest
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.sweep.metrics import METRICS
from bntui.text_table import aligned
from bntui.views.paragraphs import Paragraph
from bntui.views.quantity_text import metric_text, quantity_text, view_text
from bntui.views.verdict_text import describe_claim
from bntui.views.view_catalogue import VIEWS

_CLAIMS: Mapping[str, Claim | GridClaim] = {**CLAIMS, **{claim.id: claim for claim in GRID_CLAIMS}}


def explained(topic: str) -> list[Paragraph]:
    """Return the text of a quantity, view, metric or claim, by name or title. Raises UserError for other names."""
    known, name = _topics(), topic.strip().casefold()
    found = known.get(name) or _of_place(name)
    if not found:
        advice = nearest(name, known, "`bntui explain` lists all")
        raise UserError(f"no quantity, view, metric or claim {quoted(topic)}{advice}")
    return found


def listed() -> str:
    """Return tables: all quantities with the views that draw them, what a run uses, metrics of sweeps, and claims."""
    views = _views()
    quantities = [(_columns(each), each.title, ", ".join(views[each.columns])) for each in QUANTITIES]
    claims = [(claim.id, claim.sentence) for claim in _CLAIMS.values()]
    system = [(name, quantity.title) for name, quantity in SYSTEM.items()]
    metrics = [(name, metric.note) for name, metric in METRICS.items()]
    tables = [
        aligned([("quantity", "is", "views"), *quantities]),
        aligned([("view of the system", "is"), *system]),
        aligned([("metric", "is"), *metrics]),
        aligned([("claim", "says"), *claims]),
    ]
    return "\n\n".join(tables)


def _topics() -> dict[str, list[Paragraph]]:
    """Return the texts by name in small letters; of equal names, the first meaning is the one that panes show."""
    topics: dict[str, list[Paragraph]] = {}
    for name, text in _named():
        topics.setdefault(name.casefold(), text)
    return topics


def _named() -> Iterator[tuple[str, list[Paragraph]]]:
    for name in dict.fromkeys([*VIEWS, *_CLAIMS]):
        # Some views and claims share a name.
        drawn = view_text(VIEWS[name]) if name in VIEWS else []
        yield name, drawn + (describe_claim(_CLAIMS[name]) if name in _CLAIMS else [])
    for name, metric in METRICS.items():
        yield name, metric_text(metric)
    yield MECHANICS.probe, quantity_text(MECHANICS)
    for name, quantity in SYSTEM.items():
        yield name, quantity_text(quantity)
        yield quantity.title, quantity_text(quantity)
    together: dict[str, list[Paragraph]] = defaultdict(list)
    for quantity in QUANTITIES:
        text = quantity_text(quantity)
        for name in (*quantity.columns, quantity.title):
            yield name, text
        for name in (quantity.probe, *quantity.names):
            together[name] += text
    for view in VIEWS.values():
        yield view.title, view_text(view)
    yield from together.items()


def _of_place(name: str) -> list[Paragraph] | None:
    """Return the text of a single bin or place of an axis, such as 'distribution.bin_07' or 'loss_at_0.1'."""
    probes = dict.fromkeys(quantity.probe for quantity in QUANTITIES)
    named = [(probe, name.removeprefix(f"{probe}.")) for probe in probes]
    quantity = next(filter(None, (explanation_of(probe, column) for probe, column in named)), None)
    return quantity_text(quantity) if quantity else None


def _views() -> dict[tuple[str, ...], list[str]]:
    """Return the views that draw each quantity, by its columns."""
    views: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, view in VIEWS.items():
        drawn = [explanation_of(view.probe, column) for column in view.names]
        for columns in dict.fromkeys(each.columns for each in drawn if each):
            views[columns].append(name)
    return views


def _columns(quantity: Explanation) -> str:
    """Return 'probe.name', and the other names behind it."""
    return ", ".join([quantity.columns[0], *quantity.names[1:]])
