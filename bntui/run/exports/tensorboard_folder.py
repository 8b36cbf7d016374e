"""The table as event files of TensorBoard; the only module that imports tensorboardX, which need not be installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bntui.records import Column
from bntui.run.exports.table import RunTable, Table, encodable
from bntui.run.spec_difference import as_trained
from bntui.spec import DESCRIPTIONS, ExperimentSpec
from bntui.toml_text import dotted

_BIN = re.compile(r"bin_\d+")


def write_tensorboard(table: Table, to: Path) -> None:
    """Write a folder of event files for each variant, of several runs as run/variant.

    A scalar's tag is probe/layer/name, without the layer if it is of the whole network. Columns `low`, `high`,
    `bin_00`, … of a layer are a histogram with the tag probe/layer, its counts being shares. The configuration is there
    as hyperparameters, and as text. Times of steps are those that they would have if all had taken equally long.
    """
    names = _distinct([encodable(run.run.run_id) for run in table.runs])
    to.mkdir()
    for name, run in zip(names, table.runs, strict=True):
        _write_run(run, to / name if len(names) > 1 else to)


def _write_run(run: RunTable, folder: Path) -> None:
    tables, progress, begun = run.info.tables, run.run.progress, _begun(run)
    seconds = progress.seconds / progress.steps if progress.steps else 0.0
    layouts = {probe: _layout(run.info.columns_of(probe)) for probe in run.info.probes}
    with ExitStack() as stack:
        files = {
            variant: stack.enter_context(closing(_EventFile(folder / variant, begun))) for variant in run.info.variants
        }
        for variant, file in files.items():
            file.write_configuration(run, variant, layouts)
        for batch in run.batches():
            ends = np.cumsum(batch.sizes)
            for step, table, values in zip(
                batch.steps.tolist(), batch.tables.tolist(), np.split(batch.values, ends[:-1]), strict=True
            ):
                variant, probe = tables[table]
                files[variant].write(step, begun + step * seconds, layouts[probe], values)


def _begun(run: RunTable) -> float:
    """Return when training began, in seconds since 1970; 0 if unknown."""
    try:
        return datetime.fromisoformat(run.run.provenance.begun if run.run.provenance else "").timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


class _Histogram(NamedTuple):
    """The tag of a histogram, and the numbers of its columns."""

    tag: str
    low: int
    high: int
    bins: list[int]


class _Layout(NamedTuple):
    """How a probe's values are written: numbers of columns with their tags as scalars, and the others as histograms.

    `tags` are those of all columns, for a measurement of which values are missing.
    """

    tags: tuple[str, ...]
    scalars: tuple[int, ...]
    histograms: tuple[_Histogram, ...]


def _layout(columns: Sequence[Column]) -> _Layout:
    numbers = {(column.layer, column.name): number for number, column in enumerate(columns)}
    histograms = []
    for layer in dict.fromkeys(column.layer for column in columns):
        bins = [number for (of, name), number in numbers.items() if of == layer and _BIN.fullmatch(name)]
        low, high = numbers.get((layer, "low")), numbers.get((layer, "high"))
        if bins and low is not None and high is not None:
            histograms.append(_Histogram(_tag(columns[0].probe, layer), low, high, bins))
    within = {number for each in histograms for number in (each.low, each.high, *each.bins)}
    return _Layout(
        tuple(_tag(column.probe, column.layer, column.name) for column in columns),
        tuple(number for number in range(len(columns)) if number not in within),
        tuple(histograms),
    )


def _tag(*parts: str) -> str:
    return encodable("/".join(filter(None, parts)))


class _EventFile:
    """One event file, written at once and not by a thread, in which an error would be lost."""

    def __init__(self, folder: Path, begun: float) -> None:
        from tensorboardX import summary
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.proto.summary_pb2 import HistogramProto, Summary
        from tensorboardX.record_writer import RecordWriter

        folder.mkdir(parents=True)
        self._begun = begun
        self._event, self._summary, self._histogram, self._made = Event, Summary, HistogramProto, summary
        # tensorboardX itself would name the file after the machine.
        self._records = RecordWriter(str(folder / f"events.out.tfevents.{begun:.0f}.bntui"))
        self._write(Event(wall_time=begun, file_version="brain.Event:2"))
        self.close: Callable[[], None] = self._records.close

    def write_configuration(self, run: RunTable, variant: str, layouts: dict[str, _Layout]) -> None:
        """Write the spec as text and as hyperparameters; metrics are the scalars of the whole network."""
        toml = "".join(f"    {line}\n" for line in encodable(run.run.spec.toml()).splitlines())
        tags = [tag for layout in layouts.values() for tag in layout.tags if tag.count("/") == 1]
        chosen = dict(_hyperparameters(as_trained(run.run.spec, run.info), variant))
        for summary in (self._made.text("spec", toml), *self._made.hparams(chosen, dict.fromkeys(tags))):
            self._write(self._event(wall_time=self._begun, summary=summary))

    def write(self, step: int, time: float, layout: _Layout, values: NDArray[np.float32]) -> None:
        """Write a measurement; where values are missing, the others are scalars."""
        numbers, whole = values.tolist(), len(values) == len(layout.tags)
        value = self._summary.Value
        written = [
            value(tag=layout.tags[place], simple_value=numbers[place])
            for place in (layout.scalars if whole else range(len(numbers)))
        ]
        if whole:
            written += [value(tag=each.tag, histo=self._bins(each, values)) for each in layout.histograms]
        self._write(self._event(wall_time=time, step=step, summary=self._summary(value=written)))

    def _bins(self, histogram: _Histogram, values: NDArray[np.float32]) -> Any:
        """Return shares in bins, after an empty one that ends at the lowest edge.

        The least and the largest value are the ends of the bins that are not empty, to which TensorBoard cuts them.
        """
        shares = values[histogram.bins].astype(np.float64)
        edges = np.linspace(float(values[histogram.low]), float(values[histogram.high]), len(shares) + 1)
        centers, filled = (edges[1:] + edges[:-1]) / 2, np.flatnonzero(shares)
        return self._histogram(
            min=edges[filled[0]] if len(filled) else edges[0],
            max=edges[filled[-1] + 1] if len(filled) else edges[-1],
            num=shares.sum(),
            sum=shares @ centers,
            sum_squares=shares @ centers**2,
            bucket_limit=edges,
            bucket=[0.0, *shares],
        )

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())


def _hyperparameters(spec: ExperimentSpec, variant: str) -> Iterator[tuple[str, str | bool | float]]:
    """Yield the configuration of a variant by dotted keys; its own options are those of `variant`."""
    table = spec.model_dump(mode="json", exclude={*DESCRIPTIONS, "variants"})
    own = next(each.model_dump(mode="json") for each in spec.variants if each.name == variant)
    for key, value in dotted({"preset": table.pop("name"), **table, "variant": own}):
        if isinstance(value, str):
            yield encodable(key), encodable(value)
        elif isinstance(value, bool | int | float):
            yield encodable(key), value


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names, with a number behind those that occurred before."""
    return [
        name if names.index(name) == place else f"{name}-{names[:place].count(name) + 1}"
        for place, name in enumerate(names)
    ]
