"""A run that this process trains: loads the data, and passes the trainer's events to storage and history.

This module alone imports both the trainer and what shows its results; torch is imported only by `work`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.records import (
    Checkpoint,
    Event,
    Loading,
    Measurement,
    Notice,
    NoticeKind,
    Progress,
    Reading,
    RunInfo,
    Session,
    State,
    StepRange,
    UserError,
)
from bntui.run.exports.formats import export, file_name
from bntui.run.exports.memory_run import MemoryRun
from bntui.run.series.history import History
from bntui.run.series.step_rate import StepRate, probe_share
from bntui.run.sources.end_command import start_command
from bntui.run.sources.protocol import Status
from bntui.run.sources.reading_recorder import ReadingRecorder
from bntui.run.sources.single import SingleRun
from bntui.run.sources.system_monitor import SystemMonitor
from bntui.run.storage import folders
from bntui.run.storage.checkpoint_thread import CheckpointThread
from bntui.run.storage.log import LOGGER, logged
from bntui.run.storage.machine import on_this_machine
from bntui.run.storage.writer import RunWriter
from bntui.run.storage.writer_thread import WriterThread
from bntui.spec import ExperimentSpec

if TYPE_CHECKING:
    from bntui.data.dataset import Dataset

FALLBACK = "digits"
EPOCHS = 20
"""Length of a run that falls back: after so many passes over the few digits, training no longer changes much."""


class LiveRun(SingleRun):
    """A `RunSource` that trains; `work` belongs to one worker thread, the rest to any other."""

    attached = False

    def __init__(
        self,
        spec: ExperimentSpec,
        runs_dir: Path,
        data_dir: Path | None,
        *,
        fall_back: bool,
        keep_steps: bool = False,
        share: bool = False,
        title: str = "",
        session: Session | None = None,
        on_end: str | None = None,
    ) -> None:
        """`fall_back`: train on the digits if the data set is unavailable, instead of raising Unavailable.

        Such a run is shortened to `EPOCHS`, unless `keep_steps`. `share` lets all users read the run, `title` is shown.
        `session` holds what only the caller knows of this process. `on_end` is a shell command to start at the end.
        """
        super().__init__(spec, Status(loading="loading torch"))
        self._runs_dir = runs_dir
        self._data_dir = data_dir
        self._fall_back = fall_back
        self._keep_steps = keep_steps
        self._share = share
        self._title = title
        self._session = session or Session()
        self._on_end = on_end
        self._start = Progress(0, 0.0, 0.0)
        self._rate = StepRate(self._start)
        # Reentrant: a signal handler may interrupt `give_up` and call it again.
        self._beginning = threading.RLock()
        self._begun = False
        self._adding = threading.Lock()
        self._storage: WriterThread | None = None
        self._checkpoints: CheckpointThread | None = None

    @property
    def status(self) -> Status:
        """The state, step and speed of the run now."""
        status = replace(super().status, unstored=self._storage.unstored if self._storage else 0)
        if self._control.stopping and not status.state.over:
            return replace(status, state=State.STOPPING)
        return status

    def stop(self) -> None:
        """End after the current step, or while loading; once training has ended, give up what cannot be stored."""
        super().stop()
        if self._storage:
            self._storage.stop()

    def give_up(self) -> bool:
        """Stop; return True if no run has begun, in which case none will, however long loading still takes."""
        with self._beginning:
            self.stop()
            return not self._begun

    def work(self) -> None:
        """Load, train and store to the end. Raises UserError before the first measurement."""
        try:
            self._work()
        finally:
            if self._on_end and self._begun and self.folder:
                start_command(self._on_end, self.folder, run=self.run_id, state=self.status.state)

    def _work(self) -> None:
        from bntui.data import Cancelled

        try:
            # Until the run has its files, what is logged waits.
            with logged(lambda: self.folder if self._begun else None):
                self._train(self._load())
        except Cancelled:
            self._status = replace(self._status, state=State.STOPPED)
        except Exception as error:
            self._status = replace(self._status, state=State.FAILED, error=str(error) or type(error).__name__)
            raise

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of the measurements so far, or of some steps, and return its path. Raises UserError.

        They come from memory, so that they can be saved elsewhere if the run's folder is gone.
        """
        if self.folder is None or self.history is None:
            raise UserError("nothing is measured yet, so there is nothing to export")
        to = path or self.folder / file_name(self.run_id, steps)
        export(MemoryRun(self.run_id, self.spec, self.history), to, steps=steps)
        return to

    def _load(self) -> Dataset:
        from bntui.data import Request, Unavailable, default_data_dir, load
        from bntui.models import MODELS
        from bntui.train import resolve
        from bntui.train.device import choose_all

        folders.check_writable(self._runs_dir)
        self.spec = resolve(self.spec)
        choose_all(self.spec.device)
        request = Request(
            image_shape=MODELS[self.spec.network.kind].input_shape,
            data_dir=self._data_dir or default_data_dir(),
            report=self._report_loading,
            cancelled=lambda: self._control.stopping,
        )
        name = self._dataset_name()
        self._report_loading(Loading(f"loading {name}"))
        try:
            return load(name, request)
        except Unavailable as unavailable:
            if not self._fall_back:
                raise
            dataset = load(FALLBACK, request)
            self._shorten_for_fallback(len(dataset.train.labels), unavailable.what)
            return dataset

    def _dataset_name(self) -> str:
        """Return the name of the data set to load."""
        return self.spec.dataset

    def _shorten_for_fallback(self, images: int, reason: str) -> None:
        wanted = self.spec.steps
        if not self._keep_steps:
            self.spec = self.spec.shortened(max(1, EPOCHS * images // self.spec.batch_size))
        shorter = f", {self.spec.steps} steps of them" if self.spec.steps < wanted else ""
        self._tell(Notice(NoticeKind.FALLBACK, f"{FALLBACK} instead{shorter}: {reason}"))

    def _report_loading(self, loading: Loading) -> None:
        self._status = replace(self._status, loading=loading.text, fraction=loading.fraction)

    def _add_notice(self, notice: Notice) -> None:
        # Storage and the trainer report from threads of their own.
        with self._adding:
            self.notices = (*self.notices, notice)

    def _train(self, dataset: Dataset) -> None:
        from bntui.train import in_environment, train

        self._report_loading(Loading("hashing the data"))
        session = on_this_machine(in_environment(self._session, self.spec, dataset))
        self._report_loading(Loading("building the networks"))
        # Closed here, so that the trainer's threads end even if storage fails.
        with closing(train(self.spec, dataset, self._control, self._newest_checkpoint())) as events:
            info = next(events)
            assert isinstance(info, RunInfo)
            self._begin()
            writer, self.history = self._open(info, session)
            self._status = replace(self._status, state=State.TRAINING, loading="", fraction=None)
            LOGGER.info("run %s trains from step %d of %d", self.run_id, self._status.step, self.spec.steps)
            self._storage = WriterThread(writer, self.history.measurements, self._tell, self._obey)
            self._storage.start()
            self._checkpoints = CheckpointThread(writer.folder, self._storage.tell)
            self._checkpoints.start()
            monitor = SystemMonitor(info.device_uuids)
            monitor.start()
            self._drain(events, self._storage, self.history, ReadingRecorder(monitor, self._start))

    def _newest_checkpoint(self) -> Checkpoint | None:
        """Return the checkpoint to resume from; None to begin at step 0."""
        return None

    def _open(self, info: RunInfo, session: Session) -> tuple[RunWriter, History]:
        """Return the files and the history to write to."""
        writer = RunWriter(self._runs_dir, self.spec, session=session, share=self._share, title=self._title)
        writer.begin(info, self.notices)
        self.folder = writer.folder
        return writer, History(info)

    def _begin(self) -> None:
        """Note that a run begins now. Raises Cancelled after a stop."""
        from bntui.data import Cancelled

        with self._beginning:
            if self._control.stopping:
                raise Cancelled
            self._begun = True

    def _drain(
        self, events: Iterator[Event], storage: WriterThread, history: History, recorder: ReadingRecorder
    ) -> None:
        state = State.FAILED
        batch: list[Measurement | Notice] = []
        try:
            for event in events:
                if isinstance(event, Progress):
                    self._keep(batch, storage, history, event, recorder.after(event))
                    self._update(event)
                    batch = []
                elif isinstance(event, Checkpoint):
                    self._save(event, storage)
                elif isinstance(event, Measurement | Notice):
                    batch.append(event)
            state = State.STOPPED if _stopped(batch) else State.FINISHED
        except Exception as error:
            text = f"training failed: {type(error).__name__}: {error}"
            batch.append(Notice(NoticeKind.FAILED, text, self._status.step))
            LOGGER.exception("training failed:")
            raise
        finally:
            self._keep(batch, storage, history, readings=recorder.last())
            LOGGER.info("run %s %s after %d of %d steps", self.run_id, state, self._status.step, self.spec.steps)
            if self._checkpoints:
                # Before the run is released: another process may go on with it from then on.
                storage.then(self._checkpoints.close)
            storage.close(state)
            self._status = replace(self._status, state=state)

    def _save(self, checkpoint: Checkpoint, storage: WriterThread) -> None:
        """Have a checkpoint written, once the measurements before it are stored."""
        if self._checkpoints:
            self._checkpoints.offer(checkpoint)
            storage.then(partial(self._checkpoints.stored, checkpoint.progress.steps))

    def _keep(
        self,
        batch: Sequence[Measurement | Notice],
        storage: WriterThread,
        history: History,
        progress: Progress | None = None,
        readings: Sequence[Reading] = (),
    ) -> None:
        # The screen does not wait for the disk.
        history.extend(event for event in batch if isinstance(event, Measurement))
        for reading in readings:
            self.readings.append(reading)
        for event in batch:
            if isinstance(event, Notice):
                self._tell(event)
        storage.put(batch, progress, readings)

    def _obey(self, request: str) -> None:
        """Do what another process asks for."""
        {"stop": self.stop, "pause": self.pause, "resume": self.resume}[request]()

    def _tell(self, notice: Notice) -> None:
        LOGGER.warning(notice.text)
        self._add_notice(notice)

    def _update(self, progress: Progress) -> None:
        self._status = replace(
            self._status,
            step=progress.steps,
            rate=self._rate.after(progress),
            probe_share=probe_share(progress),
        )


def _stopped(events: Sequence[Measurement | Notice]) -> bool:
    return any(isinstance(event, Notice) and event.kind is NoticeKind.STOPPED for event in events)
