"""A run in words, for a browser: the title of its page, and what its screen reader can read."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.records import NoticeKind
from bntui.run.sources.protocol import RunSource
from bntui.tui.terminal.web_driver import ScreenText
from bntui.tui.widgets.messages import MessageLine
from bntui.views.step_unit import STEPS, StepUnit

_IN_OUTCOME = (NoticeKind.STOPPED, NoticeKind.FAILED)


def run_text(
    source: RunSource,
    table: Sequence[Sequence[str]],
    cursor: int | None,
    outcome: Sequence[MessageLine],
    unit: StepUnit = STEPS,
) -> ScreenText:
    """Return state and step of a run, the table of its variants at `cursor`, its notices and its outcome."""
    name = source.spec.name if len(source.parts) == 1 else f"{len(source.parts)} runs"
    step = f"step {source.status.step:,}" + (f" of {source.info.steps:,}" if source.info else "")
    notices = [notice.text for notice in source.notices if notice.kind not in _IN_OUTCOME]
    return ScreenText(
        title=f"{name} · {source.status.state.value} · {step} · bntui",
        caption=f"{name}, {step}; " + ("newest values" if cursor is None else f"values at {unit.phrase(cursor)}"),
        table=table,
        messages=[*notices, *(text for _, text in outcome)],
    )
