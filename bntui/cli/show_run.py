"""The command that tells about one run: its settings, its state, and where its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bntui.cli.options import RunArgument, RunsDirOption, run_folder
from bntui.cli.output import show
from bntui.json_text import json_text
from bntui.text_table import aligned
from bntui.toml_text import dotted

if TYPE_CHECKING:
    from bntui.run.storage.reader import RunReader
    from bntui.spec import ExperimentSpec

Row = tuple[str, str]


def show_run(
    context: typer.Context,
    run: RunArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with the whole configuration.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Show a run's title, note, state and main settings, and its provenance: commands, versions, machines, data."""
    from bntui.run.storage.reader import RunReader

    with RunReader(run_folder(context, run, runs_dir)) as reader:
        show(json_text(_table(reader)) if as_json else aligned(list(_rows(reader))))
    return 0


def _table(reader: RunReader) -> dict[str, Any]:
    return {
        "run": reader.run_id,
        "title": reader.value("title", ""),
        "note": reader.value("note", ""),
        "preset": reader.spec.name,
        "state": reader.state,
        "steps": reader.progress.steps,
        "spec": reader.spec.model_dump(mode="json", exclude_none=True, exclude={"name"}),
        "notices": [asdict(notice) for notice in reader.notices()],
        "provenance": asdict(reader.provenance),
    }


def _rows(reader: RunReader) -> Iterator[Row]:
    from bntui.run.storage import provenance

    spec = reader.spec
    yield "run", reader.run_id
    for key in ("title", "note"):
        if text := reader.value(key, ""):
            yield key, text
    yield "state", f"{reader.state}, {reader.progress.steps:,} of {spec.steps:,} steps"
    for notice in reader.notices():
        yield "notice", notice.text
    yield from _settings(spec)
    yield from provenance.rows(reader.provenance)


def _settings(spec: ExperimentSpec) -> Iterator[Row]:
    yield "preset", f"{spec.name}: {spec.title}" if spec.title else spec.name
    yield "network", str(spec.network)
    for variant in spec.variants:
        options = variant.model_dump(mode="json", exclude={"name"}, exclude_none=True)
        # Most variants are named after their kind.
        kind = options.pop("kind")
        yield "variant", ", ".join(filter(None, (variant.name, kind if kind != variant.name else "", _pairs(options))))
    yield "batch size", str(spec.batch_size)
    yield "optimizer", _pairs(spec.optimizer.model_dump(mode="json", exclude_none=True))
    schedules = [f"{probe} every {every:,}" for probe, every in spec.schedules.items() if every]
    yield "probes", ", ".join(schedules)


def _pairs(options: dict[str, Any]) -> str:
    """Return options as 'sgd, lr 0.1, weight decay 0.0, schedule constant'."""
    pairs = ((key.removesuffix("kind").strip("."), value) for key, value in dotted(options))
    names = ((key.replace("_", " ").replace(".", " "), value) for key, value in pairs)
    return ", ".join(
        f"{name} {str(value).lower() if isinstance(value, bool) else value}".strip() for name, value in names
    )
