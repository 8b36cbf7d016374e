"""The command that measures the loss on lines between stored weights, and on planes around them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bntui.cli.completions import run_names
from bntui.cli.options import DataDirOption, RunsDirOption, run_folder
from bntui.cli.output import show
from bntui.printable_text import printable
from bntui.records import UserError

if TYPE_CHECKING:
    from bntui.cli.stored_weights import StoredRun, Surface
    from bntui.cli.surface_output import MeasuredSurfaces


def surface(
    context: typer.Context,
    run: Annotated[
        list[str], typer.Argument(metavar="RUN…", autocompletion=run_names, help="Two runs for lines, one for planes.")
    ],
    variant: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A variant; given twice, the two ends of a line.", show_default="all"),
    ] = None,
    points: Annotated[int, typer.Option(help="Points on a line, or along each axis of a plane.")] = 21,
    radius: Annotated[float | None, typer.Option(help="Length of a plane's half axes.", show_default="1")] = None,
    samples: Annotated[int, typer.Option(help="Samples of the training set, drawn by the run's seed.")] = 512,
    csv: Annotated[Path | None, typer.Option(help="Write every loss as CSV ('-': to stdout).")] = None,
    out: Annotated[Path | None, typer.Option(help="Draw the losses into a file: .png, .svg or .pdf.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    data_dir: DataDirOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Measure the training loss between the weights of two runs, or on a plane around those of one.

    With two runs, a line for each variant that both have; with one, a plane for each variant. Two --variant make it
    the line from the first, of the first run, to the second, of the last run. Batch statistics are those of each place.
    """
    from bntui.cli import surface_output as output

    if len(run) > 2:
        raise UserError(f"{len(run)} runs are given; a line joins two")
    output.check_targets(csv, out, force=force, as_json=as_json)
    folders = [run_folder(context, name, runs_dir) for name in run]
    given = {"points": points, "samples": samples, **({} if radius is None else {"radius": radius})}
    try:
        measured = _measured(folders, variant or (), given, device, data_dir)
    except KeyboardInterrupt:
        print("bntui: stopped; nothing is written", file=sys.stderr)
        return 130
    show(output.written(measured, csv, out, as_json=as_json))
    return 0


def _measured(
    folders: Sequence[Path], variants: Sequence[str], options: Mapping[str, Any], device: str, data_dir: Path | None
) -> MeasuredSurfaces:
    from bntui.cli.stored_weights import read_run, surfaces

    runs = [read_run(folder) for folder in folders]
    found = surfaces(runs, variants)
    lines = found[0].end is not None
    if lines and "radius" in options:
        raise UserError("--radius is for planes; a line ends with the weights")
    return _measure(runs, found, options, device, data_dir)


def _measure(
    runs: Sequence[StoredRun],
    found: Sequence[Surface],
    options: Mapping[str, Any],
    device: str,
    data_dir: Path | None,
) -> MeasuredSurfaces:
    from bntui.cli.stored_weights import dataset_of
    from bntui.cli.surface_output import MeasuredSurfaces
    from bntui.overrides import load_experiment, override_texts
    from bntui.probes.line import LineProbe
    from bntui.probes.surface import SurfaceProbe
    from bntui.train.stored_surface import StoredSurface

    lines = found[0].end is not None
    device = load_experiment(runs[0].spec, override_texts({"device": device})).device
    stored = StoredSurface(LineProbe if lines else SurfaceProbe, options, device)
    dataset = dataset_of(runs, data_dir)
    values = {}
    with _progress(found, options["points"] ** (1 if lines else 2)) as report:
        for each in found:
            columns, values[each.name] = stored.measure(dataset, each.start, each.end, report(each.name))
    return MeasuredSurfaces(tuple(found), dataset.name, dict(options), columns, values)


@contextmanager
def _progress(found: Sequence[Surface], passes: int) -> Iterator[Callable[[str], Callable[[int], object]]]:
    """Show a bar on standard error, or without a terminal a line for each surface."""
    from bntui.headless.export_bar import export_bar

    numbers = iter(range(1, len(found) + 1))

    def begin(name: str) -> Callable[[int], object]:
        if sys.stderr is not None and not sys.stderr.isatty():
            text = f"{name}: {passes} passes ({next(numbers)} of {len(found)})"
            print(printable(text), file=sys.stderr, flush=True)
        return passed

    with export_bar(len(found) * passes, "measuring") as passed:
        yield begin
