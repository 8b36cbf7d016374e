"""Views: functions from a run's curves to a figure, described by data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np

from bntui.records import Column
from bntui.run.series.history import Curves
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.smooth import Array
from bntui.views.step_unit import SECONDS, STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view: `draw` makes a figure from the columns `names` of `probe`; a trailing '*' stands for any ending.

    `title`, `note`, `log` and `limits` are those of the figure, `window` is that of a `Chart`. `per_layer` is a
    preposition: the columns are those of the focused layer, and the title names it after the preposition; '' for
    columns of the whole network, or of all layers. `first_layer_note` replaces the note in the first layer.
    `transform` is applied to the values of a `Profile` or a `Scan`. `axis` is the title of the axis of values of a
    `Scan`, its map or a `Matrix`, which is logarithmic if `log_axis`; `axis_up` is the title of the vertical axis of a
    `Matrix`. `diverging` centers the colors of a map on 0; `contours` adds lines of equal value to a `Matrix`.

    `first_step` is the first step at which the columns are defined. `at_end` is true where the probe also measures
    after the last update, at step = the run's steps. `fallback` is drawn in runs that have its columns, but not
    those of this view. `absent` is the text of the empty figure where the probe measures, but not these columns;
    `needs` is what a network or variant must have for a measurement, which is said where there are no values.
    """

    draw: Callable[[View, Curves, Focus], Figure]
    probe: str
    names: tuple[str, ...]
    title: str
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    window: int = 0
    per_layer: str = ""
    first_layer_note: str = ""
    transform: Callable[[Array], Array] = np.asarray
    axis: str = ""
    axis_up: str = ""
    log_axis: bool = False
    diverging: bool = False
    contours: bool = False
    first_step: int = 0
    at_end: bool = False
    fallback: View | None = None
    absent: str = ""
    needs: str = ""

    def __call__(self, history: Curves, focus: Focus) -> Figure:
        """Return the figure of all variants of `history`; a pure function."""
        drawn = self.drawn_in(history)
        if drawn is not self:
            return drawn(history, focus)
        figure = self.draw(self, history, focus)
        return replace(
            figure,
            title=self._title(focus),
            note=", ".join(filter(None, (figure.note, self._undefined(history), self._note(history, focus)))),
            log=self.log,
            limits=self.limits,
            empty=self._empty_text(history, focus),
        )

    def drawn_in(self, history: Curves) -> View:
        """Return this view, or its fallback in a run that has the columns of that one only."""
        if self.fallback and self.fallback.measured_in(history) and not self.measured_in(history):
            return self.fallback
        return self

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Probe and name of every column that the view may draw; a trailing '*' stands for any ending."""
        own = tuple((self.probe, name) for name in self.names)
        return own + self.fallback.columns if self.fallback else own

    def measured_in(self, history: Curves) -> bool:
        """Whether the run measures the first of the view's columns."""
        return bool(self._first_columns(history))

    def layers(self, history: Curves) -> tuple[str, ...]:
        """Return the layers of which the first of the view's columns is measured, first to last."""
        return tuple(dict.fromkeys(column.layer for column in self._first_columns(history)))

    def _first_columns(self, history: Curves) -> list[Column]:
        columns = history.info.columns_of(self.probe)
        return [column for column in columns if fnmatchcase(column.name, self.names[0])]

    def _title(self, focus: Focus) -> str:
        return f"{self.title} {self.per_layer} {focus.layer}" if self.per_layer and focus.layer else self.title

    def _note(self, history: Curves, focus: Focus) -> str:
        first = self.first_layer_note and focus.layer in self.layers(history)[:1]
        return self.first_layer_note if first else self.note

    def _undefined(self, history: Curves) -> str:
        """Return which variants are not drawn, because their gradient is not that of the loss."""
        variants = history.info.undefined.get(self.probe, ())
        # Where a note does not fit, it is cut at a comma: the names go first.
        return f"{len(variants)} left out (stop-gradient), {' and '.join(variants)}" if variants else ""

    def _empty_text(self, history: Curves, focus: Focus) -> str:
        title, info = self._title(focus), history.info
        if info.needs_layers(self.probe):
            return f"{title}: this network has no hidden layers"
        if not info.columns_of(self.probe):
            every = info.default_every.get(self.probe, "STEPS")
            return f"{title} is not measured in this run; measure it with --set probes.{self.probe}.every={every}"
        if self.absent and not self.measured_in(history):
            return self.absent
        if set(history.info.undefined.get(self.probe, ())) >= set(info.variants):
            return f"{title} is not defined: statistics are held back from the gradient, which is not that of the loss"
        schedule = focus.every.get(self.probe) or info.default_every.get(self.probe)
        if not schedule:
            return f"{title}: no values yet"
        now = STEPS.phrase(focus.step) if focus.cursor is None else focus.unit.phrase(focus.cursor)
        steps = focus.step if focus.cursor is None or focus.unit == SECONDS else focus.cursor
        first = self._first_measured(schedule, info.steps)
        if first is None or first < steps or focus.over:
            needs = f"; it needs {self.needs}" if self.needs else ""
            return f"{title}: no values up to {now}{needs}"
        return f"{title}: first measured at step {first:,}"

    def _first_measured(self, every: int, steps: int) -> int | None:
        """Return the first step at which the probe measures the columns; None where the run ends before it."""
        first = every * -(-self.first_step // every)
        if self.at_end:
            return min(first, steps)
        return first if first < steps else None
