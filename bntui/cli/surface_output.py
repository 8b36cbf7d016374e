"""What is shown of measured surfaces: a table or JSON, a chart in the terminal, CSV, and a picture."""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bntui.cli.report_commands import check_replaceable
from bntui.cli.sweep_plot import form_of
from bntui.json_text import json_text
from bntui.number_format import MISSING
from bntui.records import Column, Measurement, RunInfo, UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from bntui.cli.stored_weights import Surface
    from bntui.views.figure import Figure

STANDARD_OUTPUT = "-"
_LOSS = "loss_at_"


@dataclass(frozen=True, eq=False)
class MeasuredSurfaces:
    """Lines, or planes, with the `values` of each by name, in the order of `columns`."""

    surfaces: tuple[Surface, ...]
    dataset: str
    options: Mapping[str, Any]
    columns: tuple[Column, ...]
    values: Mapping[str, tuple[float, ...]]

    @property
    def lines(self) -> bool:
        """Whether these are lines, not planes."""
        return self.surfaces[0].end is not None

    def losses(self, name: str) -> dict[tuple[float, ...], float]:
        """Return the losses of a surface by their places: (a,) or (x, y)."""
        from bntui.views.value_axis import place_of

        pairs = zip(self.columns, self.values[name], strict=True)
        return {place_of(column.name): value for column, value in pairs if column.name.startswith(_LOSS)}

    def value(self, surface: str, name: str) -> float:
        """Return a value of a line."""
        return next(v for c, v in zip(self.columns, self.values[surface], strict=True) if c.name == name)


def check_targets(csv: Path | None, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Raise UserError where the output cannot go where it should; ask before a file is replaced."""
    if csv is not None and str(csv) != STANDARD_OUTPUT:
        check_replaceable(csv, force, "--csv")
    elif csv is not None and as_json:
        raise UserError("--csv - and --json both print to standard output; give one of them")
    if out is not None:
        form_of(out)
        check_replaceable(out, force)


def written(measured: MeasuredSurfaces, csv: Path | None, out: Path | None, *, as_json: bool) -> str:
    """Write the files, draw a chart in a terminal, and return what to print."""
    if out is not None:
        _draw(measured, out)
    if csv is not None and str(csv) != STANDARD_OUTPUT:
        csv.write_text("".join(_csv(measured)), encoding="utf-8")
    if csv is not None and str(csv) == STANDARD_OUTPUT:
        return "".join(_csv(measured)).rstrip("\n")
    if as_json:
        return _json(measured)
    if sys.stdout.isatty():
        _chart(measured)
    files = [f"{what}: {path}" for what, path in (("CSV", csv), ("picture", out)) if path is not None]
    return "\n".join([_table(measured), *_notes(measured), *files])


# Text


def _table(measured: MeasuredSurfaces) -> str:
    head, row = (_LINE_HEAD, _line_row) if measured.lines else (_PLANE_HEAD, _plane_row)
    return aligned([head, *(row(measured, surface) for surface in measured.surfaces)])


_LINE_HEAD = ("line", "steps", "loss", "loss there", "barrier", "width", "slope", "peaks")
_PLANE_HEAD = ("plane", "steps", "loss", "lowest", "highest")


def _line_row(measured: MeasuredSurfaces, surface: Surface) -> Sequence[str]:
    losses = list(measured.losses(surface.name).values())
    shape = [_number(measured.value(surface.name, name)) for name in ("barrier", "width", "slope", "peaks")]
    steps = f"{surface.start.step}, {surface.end.step if surface.end else 0}"
    return surface.name, steps, _number(losses[0]), _number(losses[-1]), *shape


def _plane_row(measured: MeasuredSurfaces, surface: Surface) -> Sequence[str]:
    losses = measured.losses(surface.name)
    center = losses.get((0.0, 0.0), math.nan)
    lowest, highest = min(losses.values()), max(losses.values())
    return surface.name, str(surface.start.step), *map(_number, (center, lowest, highest))


def _number(value: float) -> str:
    return MISSING if math.isnan(value) else f"{value:.4g}"


def _notes(measured: MeasuredSurfaces) -> Iterator[str]:
    """Yield what the table does not say: which variants diverged."""
    for surface in measured.surfaces:
        for end in filter(None, (surface.start, surface.end)):
            if end.diverged is not None:
                yield f"{end.variant.name} of run {end.run_id} diverged at step {end.diverged}: no loss is a number"


def _json(measured: MeasuredSurfaces) -> str:
    options = {"dataset": measured.dataset, **measured.options}
    found = [_entry(measured, surface) for surface in measured.surfaces]
    entries = {"lines" if measured.lines else "planes": found}
    return json_text({**options, **entries})


def _entry(measured: MeasuredSurfaces, surface: Surface) -> dict[str, Any]:
    ends = [
        {"run": end.run_id, "variant": end.variant.name, "steps": end.step, "diverged": end.diverged}
        for end in (surface.start, surface.end)
        if end
    ]
    shape = {
        column.name: value
        for column, value in zip(measured.columns, measured.values[surface.name], strict=True)
        if not column.name.startswith(_LOSS)
    }
    losses = [[*place, loss] for place, loss in measured.losses(surface.name).items()]
    return {"name": surface.name, "ends": ends, **shape, "losses": losses}


def _csv(measured: MeasuredSurfaces) -> Iterator[str]:
    from bntui.run.exports.csv_lines import csv_line

    kind, axes = ("line", ("a",)) if measured.lines else ("plane", ("x", "y"))
    yield csv_line([kind, *axes, "loss"])
    for surface in measured.surfaces:
        for place, loss in measured.losses(surface.name).items():
            yield csv_line([surface.name, *place, loss])


# Charts


def _figure(measured: MeasuredSurfaces) -> Figure:
    """Return the dashboard's view of the measurements."""
    from bntui.run.series.history import History
    from bntui.views.focus import Focus
    from bntui.views.view_catalogue import VIEWS

    names = tuple(measured.values)
    step = measured.surfaces[0].start.step
    info = RunInfo(measured.columns, names, (), step, 1, measured.dataset, "", "")
    history = History(info)
    probe = measured.columns[0].probe
    history.extend(Measurement(step, name, probe, values) for name, values in measured.values.items())
    figure = VIEWS["line_loss" if measured.lines else "surface"](history, Focus(step=step, over=True))
    return replace(figure, note=f"training loss on {measured.options['samples']} samples")


def _draw(measured: MeasuredSurfaces, out: Path) -> None:
    from bntui.figures import matplotlib_figure
    from bntui.views.draw_options import default_options

    figure, first, last = _figure(measured), measured.surfaces[0].start, measured.surfaces[0].end
    runs = " to ".join(dict.fromkeys(end.run_id for end in (first, last) if end))
    caption = f"{runs} · {first.spec.network} on {measured.dataset}"
    options = default_options(figure, first.step)
    out.write_bytes(matplotlib_figure.render_as(form_of(out), figure, options, caption))


def _chart(measured: MeasuredSurfaces) -> None:
    from bntui.tui.charts.printed import print_figure
    from bntui.tui.terminal.capabilities import DisplayOverrides
    from bntui.tui.terminal.settings import SettingsFile, default_path
    from bntui.tui.terminal.themed_app import resolve

    capabilities = resolve(SettingsFile(default_path()).settings, DisplayOverrides(), os.environ)
    step = measured.surfaces[0].start.step
    print_figure(_figure(measured), step, shutil.get_terminal_size().columns, capabilities)
