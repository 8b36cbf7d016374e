"""The command that solves the convex program of a run, for comparison with what training found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.options import DataDirOption, RunArgument, RunsDirOption, run_folder
from bntui.cli.output import show
from bntui.records import UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from bntui.run.storage.reader import RunReader

Row = tuple[str, ...]
HEAD = ("variant", "λ", "solved by", "optimum", "objective", "gap")
TUNED_HEAD = ("tuned λ", "weight_decay", "test error", "before")


def optimum(
    context: typer.Context,
    run: RunArgument,
    tune: Annotated[
        bool,
        typer.Option("--tune", help="Tune λ by the gradient of the error on half of the test set; test on the other."),
    ] = False,
    data_dir: DataDirOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Solve the convex program that a run's training equals, and compare it with the objective that was reached.

    The run is one of the network convex-relu. Fewer samples than inputs have a closed form; more, and --tune, need
    bntui[convex].
    """
    from bntui.run.storage.reader import RunReader

    folder = run_folder(context, run, runs_dir)
    with RunReader(folder) as reader:
        show(aligned([(*HEAD, *(TUNED_HEAD if tune else ())), *_rows(reader, folder, data_dir, tune=tune)]))
    return 0


def _rows(reader: RunReader, folder: Path, data_dir: Path | None, *, tune: bool) -> Iterator[Row]:
    from bntui.cli.stored_weights import dataset_of, read_run
    from bntui.train.optimum_of_run import VariantOptimum

    stored = read_run(folder)
    spec, dataset = stored.spec, dataset_of([stored], data_dir)
    for variant in spec.variants:
        found = reader.last(variant.name, "optimum")
        if found is None or len(found.values) < 2:
            raise UserError(
                f"run {reader.run_id} has no objective of {variant.name} beside an optimum; the probe optimum measures"
                " it where all of a batch's samples go through convex-relu with BatchNorm"
            )
        program = VariantOptimum(spec, variant, dataset)
        solved, objective = program.solve(), found.values[0]
        how = "closed form" if solved.patterns is None else f"{solved.patterns:,} patterns"
        gap = (objective - solved.value) / solved.value
        row: Row = (variant.name, f"{solved.penalty:.4g}", how, f"{solved.value:.7g}", f"{objective:.7g}", f"{gap:.1e}")
        if tune:
            best = program.tune()
            decay = program.decay_of(best.penalty)
            row += (f"{best.penalty:.4g}", f"{decay:.4g}", f"{best.error:.4g}", f"{best.error_before:.4g}")
        yield row
