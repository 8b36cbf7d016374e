"""The header of the dashboard: the experiment, the device, and the progress of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rich.style import Style

from bntui.number_format import clock, rate
from bntui.records import RunInfo, State, divergence_steps
from bntui.run.sources.protocol import RunSource, Status
from bntui.run.storage.ending import ALL_DIVERGED, all_diverged
from bntui.spec import ExperimentSpec
from bntui.tui.charts.canvas import Canvas, CanvasWidget, truncate
from bntui.tui.charts.palette import Styles

Span = tuple[str, Style]

_SHOWS_ALL = " · c shows all"
ONE_LINE_FROM = 116
"""Terminal width from which the header takes one line."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The contents of the header. The app knows `stopping` and `failed` before the run's status shows them.

    `differences` says how the configurations of compared runs differ; '' for a single run. `diverged` is true where
    every variant of a single run diverged.
    """

    spec: ExperimentSpec
    info: RunInfo | None
    status: Status
    gpu: str = ""
    stopping: bool = False
    failed: bool = False
    differences: str = ""
    diverged: bool = False

    @classmethod
    def of(cls, source: RunSource, gpu: str, stopping: bool, failed: bool, differences: str) -> Self:
        """Return the header of a run as it is now."""
        lost = len(source.parts) == 1 and all_diverged(source.spec, divergence_steps(source.notices))
        return cls(source.spec, source.info, source.status, gpu, stopping, failed, differences, lost)

    @property
    def state(self) -> State:
        """The state to show."""
        if self.failed:
            return State.FAILED
        over = self.status.state.over
        return State.STOPPING if self.stopping and not over else self.status.state


class Header(CanvasWidget):
    """One line in wide terminals, two in narrow ones."""

    def __init__(self) -> None:
        super().__init__(id="header")
        self._heading: Heading | None = None

    def show(self, heading: Heading) -> None:
        self._heading = heading
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if self._heading is None:
            return
        right = progress(self._heading, styles, canvas.width)
        if canvas.height > 1:
            canvas.put_spans(1, 0, identity(self._heading, styles, canvas.width - 2))
            canvas.put_spans(1, 1, right)
            return
        room = canvas.width - 5 - length(right)
        canvas.put_spans(1, 0, identity(self._heading, styles, room))
        canvas.put_spans(canvas.width - 1 - length(right), 0, right)


def length(spans: list[Span]) -> int:
    """Return the width of spans in cells."""
    return sum(len(text) for text, _ in spans)


def identity(heading: Heading, styles: Styles, room: int) -> list[Span]:
    """Return preset, data set, network, device and seed; the least important are left out where room is short."""
    spec, info = heading.spec, heading.info
    if heading.differences:
        return [(truncate(heading.differences, room - len(_SHOWS_ALL)), styles.bold), (_SHOWS_ALL, styles.muted)]
    device = info.device if info else spec.device
    full_device = f"{info.device_name} ({device})" if info and info.device_name and device != "cpu" else device
    dataset = info.dataset if info else spec.dataset
    network = str(spec.network)
    loads = [heading.gpu] if heading.gpu else []
    for parts in (
        [dataset, network, full_device, *loads, f"seed {spec.seed}"],
        [dataset, network, device, *loads, f"seed {spec.seed}"],
        [dataset, network, device, f"seed {spec.seed}"],
        [dataset, network],
    ):
        spans = _joined(spec.name, parts, styles)
        if length(spans) <= room:
            return spans
    return [(spec.name[: max(room, 0)], styles.bold)]


def _joined(name: str, parts: list[str], styles: Styles) -> list[Span]:
    spans = [(name, styles.bold)]
    for part in parts:
        spans += [(" · ", styles.faint), (part, styles.text)]
    return spans


def progress(heading: Heading, styles: Styles, width: int) -> list[Span]:
    """Return state, step, training speed, time left, and the probes' share of the training time."""
    status, state = heading.status, heading.state
    spans: list[Span] = [(state.value + "…" * (state in (State.LOADING, State.STOPPING)), _state_style(state, styles))]
    if heading.diverged and state is State.FINISHED:
        spans = [(ALL_DIVERGED if width >= ONE_LINE_FROM else "all diverged", styles.error)]
    if state is State.LOADING or heading.info is None:
        return spans
    steps = heading.info.steps
    roomy = width >= 72
    spans += [("  step " if roomy else "  ", styles.muted), (f"{status.step:,}/{steps:,}", styles.bold)]
    if roomy:
        spans += [("  ", styles.text), *bar(status.step / max(steps, 1), 10 if width < 160 else 24, styles)]
    if not state.over:
        spans += [("  ", styles.text), (rate(status.rate) + (" steps/s" if roomy else "/s"), styles.text)]
        spans += [("  ", styles.text), (_left(steps - status.step, status.rate), styles.text)]
    spans += [("  probes ", styles.muted), (f"{status.probe_share:.0%}", styles.text)]
    return spans


def bar(fraction: float, width: int, styles: Styles) -> list[Span]:
    """Return a bar of `width` cells of which a fraction in [0, 1] is full."""
    full = round(min(max(fraction, 0.0), 1.0) * width)
    return [("━" * full, styles.focus), ("━" * (width - full), styles.grid)]


def _state_style(state: State, styles: Styles) -> Style:
    if state in (State.FAILED, State.INTERRUPTED):
        return styles.error
    if state in (State.PAUSED, State.STOPPING, State.STOPPED):
        return styles.warning
    return styles.good if state in (State.FINISHED, State.TRAINING, State.REPLAYING) else styles.muted


def _left(steps: int, rate: float) -> str:
    if rate <= 0:
        return "–:–– left"
    return f"{clock(steps / rate)} left"
