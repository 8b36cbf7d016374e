"""Write the report of what a screen shows, beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.figures.save import Saved
from bntui.records import UserError
from bntui.sweep.sweep_folder import Sweep

if TYPE_CHECKING:
    from bntui.report.measured import Report


def report_on_runs(folders: Sequence[Path]) -> Saved:
    """Write a report of runs, as far as they are, to the folder of the first; it takes seconds. Raises UserError."""
    from bntui.report.measured import read

    if not folders:
        raise UserError("nothing is measured yet")
    _check_available()
    name = f"{folders[0].name}.html" if len(folders) == 1 else "compared.html"
    return _written(read(folders), folders[0], name)


def report_on_sweep(sweep: Sweep) -> Saved:
    """Write a report of a sweep's points, as far as they are, to its folder; it takes seconds. Raises UserError."""
    from bntui.report.measured import read_sweep

    _check_available()
    return _written(read_sweep(sweep), sweep.folder, f"{sweep.name}.html")


def _check_available() -> None:
    from bntui.report.bokeh_page import check_available

    check_available()


def _written(report: Report, folder: Path, name: str) -> Saved:
    """Write a report to a folder, or where this fails to the working directory."""
    from bntui.report.save import save_report

    try:
        path = save_report(report, folder / name)
    except UserError:
        path = save_report(report, Path.cwd() / name)
    return Saved(f"report written to {path}", (path,))
