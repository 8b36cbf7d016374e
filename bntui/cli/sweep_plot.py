"""The command that draws a metric of a sweep into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bntui.cli.completions import sweep_names
from bntui.cli.options import RunsDirOption, runs_folder
from bntui.cli.output import show
from bntui.printable_text import quoted
from bntui.records import UserError

if TYPE_CHECKING:
    from bntui.sweep.progress import PointState
    from bntui.sweep.results import MeasuredPoint
    from bntui.views.figure import Figure
    from bntui.views.swept_key import SweptKey

FORMATS = ("png", "svg", "pdf")

_METRICS_HELP = "As final-accuracy; by default that of the sweep's file, or the first measured. README lists all."


def plot(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a sweep.", autocompletion=sweep_names)],
    out: Annotated[
        Path | None, typer.Option(help="The file to write: .png, .svg or .pdf.", show_default="NAME-METRIC.png")
    ] = None,
    metric: Annotated[str, typer.Option(help=_METRICS_HELP, show_default=False)] = "",
    key: Annotated[str, typer.Option(help="The swept key on the x axis.", show_default="the first")] = "",
    by: Annotated[str, typer.Option(help="A second swept key: draws maps instead of curves.", show_default=False)] = "",
    hold: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Hold another swept key at a value.", show_default="its first value"),
    ] = None,
    log: Annotated[
        bool | None, typer.Option("--log/--linear", help="The scale of the metric.", show_default="the metric's own")
    ] = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Draw a metric of a sweep's finished points against a swept key, with its claims' verdicts below."""
    from bntui.sweep import sweep_folder
    from bntui.sweep.progress import SweepProgress

    sweep = sweep_folder.load(name, runs_folder(context, runs_dir))
    states = SweepProgress(sweep).read()
    drawn = draw(name, states, metric or sweep.grid.metric, out, keys=(key, by), hold=hold or (), log=log)
    show("\n\n".join(filter(None, (drawn, verdicts(states)))))
    return 0


def verdicts(states: Sequence[PointState]) -> str:
    """Return the verdicts on a whole grid as text; '' where it sweeps no key that a claim is about."""
    from bntui.claims import grid_report
    from bntui.claims.check_grid import check_sweep

    return grid_report.text(check_sweep(states))


def draw(
    name: str,
    states: Sequence[PointState],
    metric: str,
    path: Path | None = None,
    *,
    keys: tuple[str, str] = ("", ""),
    hold: Sequence[str] = (),
    log: bool | None = None,
) -> str:
    """Write the picture of a sweep's finished points; return its title and path, and what could not be read.

    Without a metric it is of the first that they have, and without a path the file is named after it. Raises UserError
    for a metric, key or value that there is not, and OSError where the file cannot be written.
    """
    from bntui.figures import matplotlib_figure
    from bntui.sweep.results import SweepResults, shown_first
    from bntui.views.draw_options import default_options
    from bntui.views.metric_readout import caption_of

    _check(metric)
    results = SweepResults()
    points = results.read(states)
    shown = shown_first(points, metric)
    path = path or Path(f"{name}-{shown}.png")
    form = form_of(path)
    if not points:
        raise UserError(f"sweep {name}: no point is finished yet; `bntui sweep show {name}` lists them")
    figure = _figure(points, shown, keys, hold)
    if not figure.measured:
        raise UserError(f"sweep {name}: {figure.empty}")
    options = replace(default_options(figure, 1), log=figure.log if log is None else log)
    path.write_bytes(matplotlib_figure.render_as(form, figure, options, caption_of(name, points)))
    errors = [f"{label}: {error}" for label, error in results.errors.items()]
    return "\n\n".join(filter(None, (f"{figure.title}: {path}", "\n".join(errors))))


def _check(metric: str) -> None:
    """Raise UserError for a name that no metric has."""
    from bntui.nearest_names import nearest
    from bntui.sweep.metrics import METRICS

    if metric and metric not in METRICS:
        raise UserError(f"unknown metric {quoted(metric)}{nearest(metric, METRICS)}")


def form_of(path: Path) -> str:
    """Return the format that a file's ending names. Raises UserError, also where nothing can draw."""
    from bntui.figures import matplotlib_figure

    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise UserError(f"--out {quoted(str(path))}: should end in {', '.join(f'.{each}' for each in FORMATS)}")
    if not matplotlib_figure.available():
        raise UserError("pictures need matplotlib; install it with: pip install 'bntui[figures]'")
    return form


def _figure(points: Sequence[MeasuredPoint], metric: str, names: tuple[str, str], hold: Sequence[str]) -> Figure:
    from bntui.views.metric_curves import metric_curves
    from bntui.views.metric_grid import metric_grid
    from bntui.views.swept_key import swept_keys

    keys = swept_keys(points)
    if not keys:
        raise UserError("this sweep varies only the seed; `bntui compare --sweep NAME` shows its curves")
    across = _key(names[0], keys) if names[0] else keys[0]
    down = _key(names[1], keys) if names[1] else None
    held = {each.key: each.values[0] for each in keys if each not in (across, down)}
    for setting in hold:
        name, _, value = setting.partition("=")
        chosen = _key(name, keys)
        held[chosen.key] = _value(value, chosen)
    if down is None:
        return metric_curves(points, metric, across, held)
    return metric_grid(points, metric, across, down, held)


def _key(name: str, keys: Sequence[SweptKey]) -> SweptKey:
    """Return the swept key of that name, whole or short. Raises UserError."""
    found = [each for each in keys if name in (each.key, each.name)]
    if not found:
        raise UserError(f"{quoted(name)} is no swept key of this sweep; choose from {', '.join(k.key for k in keys)}")
    return found[0]


def _value(text: str, key: SweptKey) -> Any:
    """Return the value of the key that a text means. Raises UserError."""
    for value, label in zip(key.values, key.labels, strict=True):
        if text in (label, str(value)) or (key.numeric and _number(text) == value):
            return value
    raise UserError(f"{key.key} has no value {quoted(text)} in this sweep; choose from {', '.join(key.labels)}")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
