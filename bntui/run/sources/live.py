"""A run that this process trains: loads the data, drains the trainer into store and history, says where it stands.

This is the one place that sees both sides, what trains and what is shown; torch is imported only by `work`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.records import Event, Loading, Measurement, Notice, NoticeKind, Progress, RunInfo, State
from bntui.run.series.history import History
from bntui.run.series.step_rate import Rate, probe_share
from bntui.run.sources.protocol import Status
from bntui.run.sources.steered import SteeredRun
from bntui.run.storage import folders
from bntui.run.storage.log import LOGGER, logged
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec

if TYPE_CHECKING:
    from bntui.data.dataset import Dataset

FALLBACK = "digits"
EPOCHS = 20
"""After so many times through these few there is no more to learn, and so nothing to compare."""


class LiveRun(SteeredRun):
    """Implements `run.feed.Feed`; `work` belongs to one worker thread, the rest to any other."""

    attached = False

    def __init__(
        self, spec: ExperimentSpec, runs_dir: Path, data_dir: Path | None, *, fall_back: bool, keep_steps: bool = False
    ) -> None:
        """`fall_back`: train on the digits where the data set cannot be had, instead of raising.

        There are few of them, so training is shorter then, unless `keep_steps`.
        """
        super().__init__(spec, Status(loading="loading torch"))
        self._runs_dir = runs_dir
        self._data_dir = data_dir
        self._fall_back = fall_back
        self._keep_steps = keep_steps
        self._rate = Rate()

    @property
    def status(self) -> Status:
        """Where the run stands now."""
        status = self._status
        if status.state.over:
            return status
        if self._control.stopping:
            return replace(status, state=State.STOPPING)
        if status.state is State.TRAINING and self._control.paused:
            return replace(status, state=State.PAUSED)
        return status

    def work(self) -> None:
        """Load, train and store, to the end; raises UserError before anything was measured."""
        from bntui.data import Cancelled

        try:
            dataset = self._load()
            self._train(dataset)
        except Cancelled:
            self._status = replace(self._status, state=State.STOPPED)
        except Exception as error:
            self._status = replace(self._status, state=State.FAILED, error=str(error) or type(error).__name__)
            raise

    def _load(self) -> Dataset:
        from bntui.data import Request, Unavailable, default_data_dir, load
        from bntui.models import MODELS
        from bntui.train import resolve
        from bntui.train.device import choose_all

        folders.check_writable(self._runs_dir)
        self._spec = resolve(self._spec)
        choose_all(self._spec.device)
        input_shape = MODELS[self._spec.network].input_shape
        request = Request(
            image_shape=(input_shape.channels, input_shape.height, input_shape.width),
            data_dir=self._data_dir or default_data_dir(),
            report=self._report,
            cancelled=lambda: self._control.stopping,
        )
        self._report(Loading(f"loading {self._spec.dataset}"))
        try:
            return load(self._spec.dataset, request)
        except Unavailable as unavailable:
            if not self._fall_back:
                raise
            return self._instead(load(FALLBACK, request), unavailable.what)

    def _instead(self, dataset: Dataset, why: str) -> Dataset:
        asked, few = self._spec.steps, EPOCHS * len(dataset.train.labels) // self._spec.batch_size
        if not self._keep_steps:
            self._spec = self._spec.shortened(max(1, few))
        shorter = f", {self._spec.steps} steps of them" if self._spec.steps < asked else ""
        self._note(Notice(NoticeKind.FALLBACK, f"{FALLBACK} instead{shorter}: {why}"))
        return dataset

    def _report(self, loading: Loading) -> None:
        self._status = replace(self._status, loading=loading.text, fraction=loading.fraction)

    def _note(self, notice: Notice) -> None:
        self._notices = (*self._notices, notice)

    def _train(self, dataset: Dataset) -> None:
        from bntui.train import train, versions

        self._report(Loading("building the networks"))
        events = train(self._spec, dataset, self._control)
        info = next(events)
        assert isinstance(info, RunInfo)
        writer = RunWriter(self._runs_dir, self._spec, versions())
        self._folder = writer.folder
        writer.begin(info)
        writer.write(self._notices)
        self._history = History(info)
        self._status = replace(self._status, state=State.TRAINING, loading="", fraction=None)
        with logged(writer.folder):
            self._drain(events, writer, self._history)

    def _drain(self, events: Iterator[Event], writer: RunWriter, history: History) -> None:
        state = State.FAILED
        batch: list[Measurement | Notice] = []
        try:
            for event in events:
                if isinstance(event, Progress):
                    self._keep(batch, writer, history, event)
                    batch = []
                elif not isinstance(event, RunInfo):
                    batch.append(event)
            state = State.STOPPED if self._stopped(batch) else State.FINISHED
        except Exception as error:
            batch.append(
                Notice(NoticeKind.FAILED, f"training failed: {type(error).__name__}: {error}", self._status.step)
            )
            LOGGER.exception("what failed:")
            raise
        finally:
            self._keep(batch, writer, history)
            writer.close(state)
            self._status = replace(self._status, state=state)
            LOGGER.info("run %s %s after %d of %d steps", self.run_id, state, self._status.step, self.spec.steps)

    @staticmethod
    def _stopped(events: list[Measurement | Notice]) -> bool:
        return any(isinstance(event, Notice) and event.kind is NoticeKind.STOPPED for event in events)

    def _keep(
        self,
        batch: list[Measurement | Notice],
        writer: RunWriter,
        history: History,
        progress: Progress | None = None,
    ) -> None:
        writer.write(batch, progress)
        history.extend(event for event in batch if isinstance(event, Measurement))
        for event in batch:
            if isinstance(event, Notice):
                self._note(event)
                LOGGER.warning(event.text)
        if progress:
            self._status = replace(
                self._status,
                step=progress.steps,
                rate=self._rate.after(progress),
                probe_share=probe_share(progress),
            )
