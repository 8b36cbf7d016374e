"""The table as CSV: one scalar per row, or one row per variant and step."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from bntui.records import OrderedMeasurements
from bntui.run.exports.table import COLUMNS, RunTable, Setting, Table

Clean = Callable[[str], str]
"""Replaces what a text must not contain."""


def long_lines(table: Table, clean: Clean = str) -> Iterator[str]:
    """Yield the header, and lines with one scalar each, those of many measurements at a time.

    `step` counts updates before the measurement, `epoch` full passes.
    """
    yield csv_line(map(clean, (*COLUMNS, *table.keys)))
    for run in table.runs:
        heads = [_cells(run.run.run_id, variant, "", clean=clean) for variant, _ in run.info.tables]
        labels = {
            probe: [_cells("", probe, each.layer, each.name, "", clean=clean) for each in run.info.columns_of(probe)]
            for probe in run.info.probes
        }
        tail = _settings(run.settings, clean) + "\n"
        tables = [(head, labels[probe]) for head, (_, probe) in zip(heads, run.info.tables, strict=True)]
        for batch in run.batches():
            yield "".join(_long(batch, tables, run.info.steps_per_epoch, tail))


def _long(
    batch: OrderedMeasurements, tables: Sequence[tuple[str, Sequence[str]]], steps_per_epoch: int, tail: str
) -> Iterator[str]:
    texts = map(repr, batch.values.tolist())
    for step, table, size in zip(batch.steps.tolist(), batch.tables.tolist(), batch.sizes.tolist(), strict=True):
        head, labels = tables[table]
        head = f"{head}{step},{step // steps_per_epoch}"
        rows = [f"{head}{label}{text}{tail}" for label, text in zip(labels, islice(texts, size), strict=False)]
        yield "".join(rows)


def wide_lines(table: Table, clean: Clean = str) -> Iterator[str]:
    """Yield the header, and a line per variant and step, those of many measurements at a time.

    Columns are named probe.layer.name; cells are empty where a run has no such column or did not measure it then.
    """
    columns = [column for run in table.runs for column in run.columns]
    names = dict.fromkeys(_name(each.probe, each.layer, each.name) for each in columns)
    yield csv_line(map(clean, (*COLUMNS[:4], *table.keys, *names)))
    places = {name: place for place, name in enumerate(names)}
    for run in table.runs:
        yield from _wide(run, places, clean)


def _wide(run: RunTable, places: Mapping[str, int], clean: Clean) -> Iterator[str]:
    heads = {variant: _cells(run.run.run_id, variant, "", clean=clean) for variant in run.info.variants}
    settings = _settings(run.settings, clean)
    of_probes = {
        probe: [places[_name(probe, each.layer, each.name)] for each in run.info.columns_of(probe)]
        for probe in run.info.probes
    }
    key, cells = (0, ""), [""] * len(places)

    def line() -> str:
        step, variant = key
        return f"{heads[variant]}{step},{step // run.info.steps_per_epoch}{settings},{','.join(cells)}\n"

    for batch in run.batches():
        lines = []
        for measured in batch.measurements(run.info.tables):
            if (measured.step, measured.variant) != key:
                lines += [line()] if key[1] else []
                key, cells = (measured.step, measured.variant), [""] * len(places)
            for place, value in zip(of_probes[measured.probe], measured.values, strict=False):
                cells[place] = repr(value)
        yield "".join(lines)
    if key[1]:
        yield line()


def _name(*parts: str) -> str:
    return ".".join(filter(None, parts))


def _settings(settings: Sequence[Setting], clean: Clean) -> str:
    """Return cells that follow others, with booleans as TOML has them."""
    texts = [str(value).lower() if isinstance(value, bool) else value for value in settings]
    return _cells("", *texts, clean=clean) if texts else ""


def _cells(*cells: Setting, clean: Clean) -> str:
    return csv_line([clean(cell) if isinstance(cell, str) else cell for cell in cells])[:-1]


def csv_line(cells: Iterable[object]) -> str:
    """Return the cells as a line of CSV; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
