"""A run source without a trainer: made-up, deterministic curves at a chosen moment of a run."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

from bntui.page_spec import ShippedPage
from bntui.probes import PROBES
from bntui.records import (
    Column,
    Measurement,
    Notice,
    NoticeKind,
    Progress,
    Reading,
    RunInfo,
    State,
    SystemReading,
    divergence_steps,
)
from bntui.run.series.history import History
from bntui.run.series.readings import Readings, Times
from bntui.run.sources.protocol import Status
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.views.page_catalogue import PAGES
from bntui.views.view_catalogue import VIEWS
from tests.declared_columns import declared_columns
from tests.tui.made_curves import measurements

LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "fc1")
FEW_PLACES = {
    "distribution": {"bins": 16},
    "surface": {"points": 3},
    "step_scan": {"lengths": [1e-3, 0.01, 0.1, 1.0, 10.0]},
    "step_moments": {"layers": 2},
    "class_gradients": {"rows": 2},
    "tails": {"bins": 5},
}
COLUMNS = declared_columns(LAYERS, options=FEW_PLACES)
TRAIN_COLUMNS = tuple(column for column in COLUMNS if column.probe == "train")
_SPECIAL = {VIEWS[view].probe for page in PAGES if page.special for view in page.views if view in VIEWS}
_ORDINARY = {VIEWS[view].probe for page in PAGES if not page.special for view in page.views if view in VIEWS}
ORDINARY_COLUMNS = tuple(column for column in COLUMNS if column.probe not in _SPECIAL - _ORDINARY)
"""What the pages show that are always there."""


def columns_of_page(page: ShippedPage) -> tuple[Column, ...]:
    """Return the ordinary columns, and those of a special page."""
    probes = {VIEWS[view].probe for view in page.views if view in VIEWS}
    return tuple(column for column in COLUMNS if column in ORDINARY_COLUMNS or column.probe in probes)


VARIANTS = ("standard", "bn", "noisy")
FALLBACK = Notice(NoticeKind.FALLBACK, "mnist could not be downloaded: training on the digits that ship with bntui")
DIVERGED = Notice(NoticeKind.DIVERGED, "standard diverged at step 157: loss", 157, "standard", "loss")


def spec_of(variants: tuple[str, ...] = VARIANTS, steps: int = 1000, name: str = "noisy") -> ExperimentSpec:
    return ExperimentSpec(
        name=name,
        title="Standard, BatchNorm and noisy BatchNorm",
        source="Santurkar et al. 2018, figure 2",
        about="Noise after BatchNorm makes the layers' inputs drift more, and training stays as fast.",
        network="vgg-mini",
        dataset="mnist",
        steps=steps,
        variants=tuple(VariantSpec(name=each, kind=each.split("-")[0]) for each in variants),
        probes={"moments": {"every": 5}, "smoothness": {"every": 25}, "test": {"every": 100}},
    )


@cache
def _made(
    columns: tuple[Column, ...], variants: tuple[str, ...], first: int, last: int, ended: tuple[tuple[str, int], ...]
) -> tuple[Measurement, ...]:
    """Make the measurements of some steps; most tests share them."""
    info, last_steps = RunInfo(columns, variants, LAYERS, last, 24, "mnist", "cpu", "cpu"), dict(ended)
    return tuple(
        measurement
        for step in range(first, last)
        for index, name in enumerate(variants)
        if step <= (last_steps.get(name) or step)
        for measurement in measurements(info, step, index, diverges=step == last_steps.get(name))
    )


def made_reading(variants: tuple[str, ...], steps: int) -> Reading:
    """Return the reading after `steps` steps, of which each variant takes longer than the one before it."""
    seconds = {name: steps * (0.01 + 0.005 * index) for index, name in enumerate(variants)}
    system = SystemReading(150.0 + 20 * math.sin(steps / 50), 1e9 + 1e5 * steps) if steps % 50 == 0 else None
    return Reading(Progress(steps, steps / 38.2, 0.12 * steps / 38.2, seconds), system)


class FakeSource:
    """A `RunSource`; `work` returns at once if the run is over, else when it is stopped or released."""

    attached = False

    def __init__(
        self,
        state: State = State.TRAINING,
        done: int = 430,
        steps: int = 1000,
        variants: tuple[str, ...] = VARIANTS,
        columns: tuple[Column, ...] = COLUMNS,
        notices: tuple[Notice, ...] = (),
        error: Exception | None = None,
    ) -> None:
        self.spec = spec_of(variants, steps)
        self.run_id = "20260102-030405-noisy"
        self.folder: Path | None = Path("/runs/20260102-030405-noisy")
        self.info: RunInfo | None = None
        self.history: History | None = None
        self.readings = Readings()
        self.status = Status(state, loading="downloading mnist", fraction=0.42)
        self.notices = notices
        self.calls: list[str] = []
        self.exported: Path | Exception = Path("/runs/20260102-030405-noisy/measurements.csv")
        self._error = error
        self._released = threading.Event()
        if state is not State.LOADING:
            self.begin(done, columns)

    def begin(self, done: int, columns: tuple[Column, ...] = COLUMNS) -> None:
        spec = self.spec
        names = tuple(variant.name for variant in spec.variants)
        every = {name: probe.Options().every for name, probe in PROBES.items()}
        self.info = RunInfo(columns, names, LAYERS, spec.steps, 24, "mnist", "cpu", "cpu", default_every=every)
        self.history = History(self.info)
        self.extend(0, done)
        state = State.TRAINING if self.status.state is State.LOADING else self.status.state
        self.status = Status(state, done, rate=38.2, probe_share=0.12)

    def extend(self, first: int, last: int) -> None:
        assert self.info is not None and self.history is not None
        ended = divergence_steps(self.notices)
        self.history.extend(_made(self.info.columns, self.info.variants, first, last, tuple(ended.items())))
        for steps in [*range(first - first % 10 + 10, last, 10), last]:
            self.readings.append(
                made_reading(tuple(name for name in self.info.variants if ended.get(name, last) >= steps - 10), steps)
            )

    def times(self, variant: str) -> Times:
        return self.readings.times(variant)

    @property
    def parts(self) -> dict[str, FakeSource]:
        return {"": self}

    @property
    def groups(self) -> dict[str, tuple[FakeSource, ...]]:
        return {"": (self,)}

    def release(self) -> None:
        """Let `work` end by itself."""
        self._released.set()

    def work(self) -> None:
        self.calls.append("work")
        if self._error is not None:
            raise self._error
        if not self.status.state.over:
            # Released by the fixture or by `stop`; the limit only ends a broken test, and must outlast a slow one.
            self._released.wait(600)
        if not self.status.state.over:
            stopped = "stop" in self.calls
            self.status = replace(self.status, state=State.STOPPED if stopped else State.FINISHED)

    def pause(self) -> None:
        self._called("pause", State.PAUSED)

    def resume(self) -> None:
        self._called("resume", State.TRAINING)

    def checkpoint(self) -> None:
        self._called("checkpoint", State.TRAINING)

    def step(self) -> None:
        self._called("step", State.PAUSED)

    def stop(self) -> None:
        self._called("stop", State.STOPPING)
        self.release()

    def give_up(self) -> bool:
        self.stop()
        return self.history is None

    def export(self, path: Path | None = None, steps: tuple[int, int] | None = None) -> Path:
        self.calls.append("export" if steps is None else f"export {steps[0]} to {steps[1]}")
        if isinstance(self.exported, Exception):
            raise self.exported
        return path or self.exported

    def _called(self, name: str, state: State) -> None:
        self.calls.append(name)
        if not self.status.state.over:
            self.status = replace(self.status, state=state)
