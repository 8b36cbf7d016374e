"""The values of one quantity of a run, for scripts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from bntui.nearest_names import nearest
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.run.exports.table import Measured, info_of


class Value(NamedTuple):
    """A measured value; `layer` is '' for one of the whole network."""

    step: int
    variant: str
    layer: str
    value: float


def selected(run: Measured, quantity: str, layer: str | None = None, variant: str | None = None) -> Iterator[Value]:
    """Yield the values of `quantity`, 'probe.name', in the order in which they were measured.

    Those of one layer and one variant, if these are given. Raises UserError for a name that the run does not have.
    """
    info = info_of(run)
    probe, _, name = quantity.partition(".")
    columns = info.columns_of(probe)
    of_quantity = [(place, column.layer) for place, column in enumerate(columns) if column.name == name]
    if not of_quantity:
        measured = {f"{column.probe}.{column.name}" for column in info.columns}
        advice = nearest(quantity, measured, "`bntui explain` lists what can be measured")
        raise UserError(f"run {run.run_id} does not measure {quoted(quantity)}{advice}")
    _check(run, "layer", layer, {each for _, each in of_quantity})
    _check(run, "variant", variant, info.variants)
    places = [(place, each) for place, each in of_quantity if layer in (None, each)]
    for batch in run.ordered():
        for measured_now in batch.measurements(info.tables):
            if measured_now.probe == probe and variant in (None, measured_now.variant):
                # A measurement may lack the last columns.
                for place, each in places:
                    if place < len(measured_now.values):
                        yield Value(measured_now.step, measured_now.variant, each, measured_now.values[place])


def _check(run: Measured, noun: str, name: str | None, known: Collection[str]) -> None:
    if name is not None and name not in known:
        named = {each for each in known if each}
        advice = nearest(name, named) if named else "; it is measured of the whole network"
        raise UserError(f"run {run.run_id} has no {noun} {quoted(name)}{advice}")
