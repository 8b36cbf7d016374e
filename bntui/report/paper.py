"""Write what a paper takes over: figures as PDF and SVG, and LaTeX that includes them, and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bntui.figures import matplotlib_figure, venues
from bntui.figures.venues import Venue
from bntui.records import UserError
from bntui.report.latex_figures import figures_tex
from bntui.report.latex_tables import claims_tex, final_tex
from bntui.report.measured import Report
from bntui.report.paper_figures import paper_figures
from bntui.run.exports.target import write_errors

VENUE = "neurips2024"
"""The venue unless one is named."""
_TEXTS = ("claims.tex", "figures.tex", "final.tex")


def check(folder: Path, venue: str) -> None:
    """Raise UserError if the papers' libraries are missing, for an unknown venue, and if `folder` is a file."""
    if not (matplotlib_figure.available() and venues.available()):
        raise UserError("--paper needs matplotlib and tueplots; install them with: pip install 'bntui[figures]'")
    venues.venue(venue)
    with write_errors(f"--paper {folder}"):
        if folder.exists() and not folder.is_dir():
            raise UserError(f"--paper {folder}: is a file; name a folder")


def figure_stems(report: Report, venue: str = VENUE) -> list[str]:
    """Return the names of the figures, without the endings of their files."""
    return [figure.stem for figure in paper_figures(report, venues.venue(venue)) if not figure.left_out]


def present(report: Report, folder: Path, venue: str = VENUE) -> list[str]:
    """Return the names of the files in a folder that the paper would replace."""
    forms = matplotlib_figure.PAPER_FORMATS
    names = [*(f"{stem}.{form}" for stem in figure_stems(report, venue) for form in forms), *_TEXTS]
    return [name for name in names if (folder / name).exists()]


def write_paper(
    report: Report, folder: Path, venue: str = VENUE, drawn: Callable[[int], None] = lambda number: None
) -> tuple[Path, ...]:
    """Write figures and tables of a report to a folder, and return the files. Raises UserError.

    Files of the same names are replaced once all are complete; others in the folder stay. The same report gives the
    same files. `drawn` is called with the number of figures drawn since its last call.
    """
    check(folder, venue)
    files = _files(report, folder, venues.venue(venue), drawn)
    with write_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".paper-", dir=folder, ignore_cleanup_errors=True) as beside:
            for name, content in files.items():
                (Path(beside) / name).write_bytes(content)
            return tuple((Path(beside) / name).replace(folder / name) for name in files)


def _files(report: Report, folder: Path, venue: Venue, drawn: Callable[[int], None]) -> Mapping[str, bytes]:
    """Return the content of all files by name."""
    figures, files = list(paper_figures(report, venue)), dict[str, bytes]()
    for figure in figures:
        if not figure.left_out:
            contents = matplotlib_figure.render_paper(figure.panels, venue)
            files |= {f"{figure.stem}.{form}": content for form, content in contents.items()}
            drawn(1)
    name = folder.resolve().name
    texts = {
        "claims.tex": claims_tex(report, venue, name),
        "figures.tex": figures_tex(figures, venue, name),
        "final.tex": final_tex(report, venue, name),
    }
    return files | {name: text.encode() for name, text in texts.items()}
