"""Write a report to a file, which is there once it is complete."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bntui.printable_text import printable
from bntui.report.measured import Report
from bntui.report.page import render
from bntui.run.exports.target import replacing


def save_report(report: Report, path: Path, made: datetime | None = None) -> Path:
    """Write the page of a report to a file, and return its path. Raises UserError if it cannot be written.

    A file that is there is replaced; `made` is the time to write in the page, by default now.
    """
    text = render(report, made)
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def default_name(report: Report) -> str:
    """Return the name of a report's file: the id of its first run, or the name of its sweep."""
    stem = report.sweep.sweep.name if report.sweep else report.runs[0].run_id
    return f"{printable(stem)}.html"
