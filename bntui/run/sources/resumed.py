"""A stored run with which this process goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bntui.records import (
    Checkpoint,
    Loading,
    Notice,
    NoticeKind,
    RunInfo,
    Session,
    State,
    StepRange,
    UserError,
)
from bntui.run.series.history import History
from bntui.run.series.step_rate import StepRate
from bntui.run.sources.live import FALLBACK, LiveRun
from bntui.run.sources.protocol import Status
from bntui.run.sources.single import SingleRun
from bntui.run.storage import checkpoints, requests
from bntui.run.storage.reader import RunReader
from bntui.run.storage.resumed_writer import ResumedWriter
from bntui.run.storage.resumption import held, resumed_spec
from bntui.run.storage.stored_history import read_readings
from bntui.run.storage.writer import RunWriter


class ResumedRun(LiveRun):
    """A `RunSource` that trains a stored run from its newest checkpoint on, or without one from the beginning.

    What was measured after the checkpoint is taken back; on a CPU, the run then measures what it would have measured
    without an interruption.
    """

    folder: Path

    def __init__(
        self,
        folder: Path,
        data_dir: Path | None,
        *,
        steps: int | None = None,
        device: str | None = None,
        session: Session | None = None,
        on_end: str | None = None,
    ) -> None:
        """Raise UserError if the run still trains, or has nothing left to do; `steps` extends it."""
        spec = resumed_spec(folder, steps, device)
        super().__init__(spec, folder.parent, data_dir, fall_back=False, session=session, on_end=on_end)
        self.folder = folder
        with RunReader(folder) as reader:
            self._stored_info, self._done = reader.info, reader.progress.steps
            self._older = reader.older
        self._status = replace(self._status, step=self._done)

    @property
    def status(self) -> Status:
        """The state, step and speed of the run now; stopped, where it does not go on after all."""
        status = super().status
        given_up = status.state is State.STOPPING and not self._begun
        return replace(status, state=State.STOPPED) if given_up else status

    def _work(self) -> None:
        """Do the work of a new run. Raises UserError if another process has the run, and as a new run does."""
        with held(self.folder) as self._lock:
            super()._work()

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of the measurements so far, or of some steps, and return its path. Raises UserError."""
        # Before training goes on, they are not in memory.
        return super().export(path, steps) if self.history else SingleRun.export(self, path, steps)

    def _dataset_name(self) -> str:
        fell_back = self._stored_info is not None and self._stored_info.dataset == FALLBACK
        return FALLBACK if fell_back else self.spec.dataset

    def _newest_checkpoint(self) -> Checkpoint | None:
        self._report_loading(Loading("reading the checkpoint"))
        unreadable: list[str] = []
        checkpoint = checkpoints.newest(self.folder, self._done, unreadable.append)
        self._start = checkpoint.progress if checkpoint else self._start
        step = self._start.steps
        text = f"resumed at step {step} of {self.spec.steps}" if checkpoint else "begun again at step 0: no checkpoint"
        for reason in unreadable:
            self._tell(Notice(NoticeKind.STORAGE, reason, step))
        self._tell(Notice(NoticeKind.RESUMED, text, step))
        return checkpoint

    def _open(self, info: RunInfo, session: Session) -> tuple[RunWriter, History]:
        self._check_measures(info)
        self._report_loading(Loading("reading the measurements so far"))
        requests.forget_actions(self.folder)
        # First, so that no checkpoint of measurements that are taken back is left if the process is killed here.
        checkpoints.delete_after(self.folder, self._start.steps)
        with RunReader(self.folder) as reader:
            sessions = (*reader.sessions, session)
        self._tell_of_other_data(*sessions[-2:])
        writer = ResumedWriter(self.folder, self.spec, info, sessions, self._start, self._lock)
        new, history = self.notices, History(info)
        with RunReader(self.folder) as reader:
            history.extend(reader.measurements())
            self.readings = read_readings(reader)
            self.notices = (*reader.notices(), *new)
        writer.write(new)
        self._rate = StepRate(self._start)
        self._status = replace(self._status, step=self._start.steps)
        return writer, history

    def _tell_of_other_data(self, before: Session, now: Session) -> None:
        if self._start.steps and before.data_hash not in ("", now.data_hash):
            text = f"the data are no longer those of before: SHA-256 {now.data_hash[:12]}, was {before.data_hash[:12]}"
            self._tell(Notice(NoticeKind.RESUMED, text, self._start.steps))

    def _check_measures(self, info: RunInfo) -> None:
        """Raise UserError where this version measures something else than the run has so far."""
        if not self._start.steps:
            return
        stored = self._stored_info
        what = "other columns" if stored and stored.columns != info.columns else "other numbers" if self._older else ""
        if what:
            raise UserError(
                f"run {self.run_id}: its version of bntui measured {what}; resume it with that, or train it anew"
            )
