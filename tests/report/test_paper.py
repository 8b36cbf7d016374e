"""Papers: files that are the same each time, small, with fonts that venues take, and texts that LaTeX can set."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bntui.figures import venues
from bntui.figures.matplotlib_figure import Panels, render_paper
from bntui.figures.venues import venue
from bntui.records import UserError
from bntui.report.measured import Report, read, read_sweep
from bntui.report.paper import present, write_paper
from bntui.report.paper_figures import FROM_SOURCES
from bntui.run.series.history import Points
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.draw_options import DrawOptions
from bntui.views.heatmap import Heatmap, Raster
from tests.claims.made import accuracy, made
from tests.claims.test_gathered import stored
from tests.report.made_runs import stored_run

HOSTILE = r"50%_$x$ & {é}中#~^\x"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    runs_dir = tmp_path_factory.mktemp("runs")
    return read([stored_run(runs_dir, seed) for seed in range(3)])


@pytest.fixture(scope="module")
def paper(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper") / "figures"
    write_paper(report, folder, "icml2024")
    return folder


def test_every_measured_figure_of_the_sources_is_a_pdf_and_an_svg(paper: Path) -> None:
    # So short a run has not been tested on the test set.
    stems = {name.replace("_", "-") for name in FROM_SOURCES} - {"test-accuracy"}
    assert {path.stem for path in paper.glob("*.pdf")} == {path.stem for path in paper.glob("*.svg")} == stems
    assert {path.name for path in paper.glob("*.tex")} == {"claims.tex", "final.tex", "figures.tex"}
    assert not [path for path in paper.iterdir() if path.name.startswith(".")]
    for path in paper.glob("*.svg"):
        assert ElementTree.parse(path).getroot().get("width") == f"{3.25 * 72:g}pt"


def test_no_pdf_has_a_font_of_type_3_or_a_date(paper: Path) -> None:
    for path in paper.glob("*.pdf"):
        content = path.read_bytes()
        assert b"/Type3" not in content and b"/CIDFontType2" in content and b"CreationDate" not in content
        assert f"{3.25 * 72:g} ".encode() in re.findall(rb"/MediaBox \[ 0 0 (.*?)\]", content)[0]


def test_captions_say_what_was_measured(paper: Path) -> None:
    figures = (paper / "figures.tex").read_text()
    assert figures.isascii()
    (beta,) = (line for line in figures.splitlines() if "Effective" in line and "caption" in line)
    for text in ("vgg-mini on mnist", "batch size 64", "learning rate 0.1", "60 steps", "3 seeds (0--2)"):
        assert text in beta
    for text in ("every 25 steps", "figure 4c", r"95\,\% $t$ intervals", r"\beta"):
        assert text in beta
    assert re.findall(r"label\{fig:(.*?)\}", figures) == re.findall(r"includegraphics.*?\{(.*?)\.pdf\}", figures)


def test_tables_have_every_variant_and_every_claim_that_could_be_checked(paper: Path, report: Report) -> None:
    final, claims = (paper / "final.tex").read_text(), (paper / "claims.tex").read_text()
    assert all(re.search(rf"^ *{variant} &.*\\\\$", final, re.M) for variant in ("standard", "bn", "noisy"))
    (section,) = report.sections
    checked = [result for result in section.results[""] if not result.missing]
    assert claims.count(r"\multicolumn") == len({result.claim.id for result in checked})
    assert len(re.findall(r" & 3 \\\\$", claims, re.M)) == len(checked)


def test_the_same_report_gives_the_same_files(
    paper: Path, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bntui.report.paper_figures.FROM_SOURCES", ("accuracy", "distribution", "shift"))
    one = replace(report, sections=tuple(replace(each, name=HOSTILE) for each in report.sections))
    again = {path.name: path.read_bytes() for path in write_paper(one, tmp_path / paper.name, "icml2024")}
    figures = again.pop("figures.tex").decode()
    assert [name for name, content in again.items() if (paper / name).read_bytes() != content] == []
    assert len(again) == 8 and figures.count("caption") == 3


def test_sections_have_files_and_labels_of_their_own(
    report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bntui.report.paper_figures.FROM_SOURCES", ("beta",))
    sections = tuple(replace(report.sections[0], name=name) for name in ("blog", "中文", "a b", "a-b"))
    write_paper(replace(report, sections=sections), tmp_path, "neurips2024")
    stems = ["blog-", "preset-2-", "a-b-3-", "a-b-4-"]
    assert {path.stem for path in tmp_path.glob("*.pdf")} == {f"{stem}beta" for stem in stems}
    text = "".join((tmp_path / name).read_text() for name in ("claims.tex", "final.tex", "figures.tex"))
    labels = re.findall(r"\\label\{(.*?)\}", text)
    assert len(labels) == len(set(labels)) >= 12


def test_a_paper_on_a_sweep_has_curves_and_maps_of_its_metrics(tmp_path: Path) -> None:
    for seed in range(2):
        stored(tmp_path, seed, 0.1)
    run = made({"standard": accuracy(0.5, 40, 0), "bn": accuracy(0.9, 40, 9)}, seed=0, steps=40)
    axes = (Axis("optimizer.lr", (0.1, 0.3)), Axis("batch_size", (64, 128)))
    sweep = Sweep("rates_1", tmp_path, Grid(preset="made", base=run.spec.toml(), axes=axes, seeds=range(2)))
    files = {path.name: path for path in write_paper(read_sweep(sweep), tmp_path / "paper", "icml2024")}
    assert {"final-accuracy.pdf", "final-accuracy-map.svg", "mean-accuracy.svg"} <= files.keys()
    text = files["figures.tex"].read_text()
    assert r"sweep rates\_1; vgg-mini on digits" in text and "6 points of the sweep are still to come" in text
    assert "\\label{fig:final-accuracy-map}" in text
    assert re.search(r"lr=0.1, .*batch.*standard & ", files["final.tex"].read_text().replace(r"\allowbreak{}", ""))


@pytest.mark.parametrize("name", ["icml2024", "beamer"])
def test_long_names_leave_room_for_the_figure(report: Report, name: str) -> None:
    variants = [f"lr=0.{number}/noisy-{'x' * 58}" for number in range(6)]
    points = Points(np.arange(9, dtype=np.int32), np.arange(9, dtype=np.float32))
    chart = Chart(series=tuple(Series(each, i, points) for i, each in enumerate(variants)), steps=9)
    heatmap = Heatmap(rasters=tuple(Raster(each, i, (points,)) for i, each in enumerate(variants)), steps=9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in (chart, heatmap):
            panels = Panels({"layer": figure}, "y", DrawOptions(9, False))
            size = Image.open(BytesIO(render_paper(panels, venue(name), ("png",))["png"])).size
            assert size[0] == int(venue(name).width * 200) and size[1] <= venue(name).tallest * 200


def test_an_unknown_venue_is_one_line_that_lists_all(report: Report, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^unknown venue 'nips'; choose from aaai2024, .*neurips2024"):
        write_paper(report, tmp_path, "nips")


def test_missing_libraries_are_one_line(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venues, "available", lambda: False)
    with pytest.raises(UserError, match=r"install them with: pip install 'bntui\[figures\]'$"):
        write_paper(report, tmp_path)


def test_a_file_in_the_place_of_the_folder_and_a_full_disk_are_one_line(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bntui.report.paper_figures.FROM_SOURCES", ())
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="is a file; name a folder"):
        write_paper(report, tmp_path / "file")
    folder = tmp_path / "paper"
    write_paper(report, folder, "beamer")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert present(report, folder) == ["claims.tex", "figures.tex", "final.tex"]

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="cannot be written: No space left on device"):
        write_paper(report, folder, "neurips2024")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def _long(kind: str, variants: int, steps: int = 100_000) -> Chart | Band | Heatmap:
    """A figure of variants that were measured at every step; of a chart, under two seeds."""
    rng, at = np.random.default_rng(0), np.arange(steps, dtype=np.int32)

    def noisy() -> Points:
        return Points(at, rng.lognormal(size=steps).astype(np.float32))

    named = [(f"v{number}", number) for number in range(variants)]
    if kind == "chart":
        seeds = [{0: noisy(), 1: noisy()} for _ in named]
        series = tuple(Series(*name, each[0], seeds=each) for name, each in zip(named, seeds, strict=True))
        return Chart(title="long", series=series, steps=steps)
    if kind == "band":
        return Band(title="long", spans=tuple(Span(*name, noisy(), noisy()) for name in named), steps=steps)
    rasters = tuple(Raster(*name, tuple(noisy() for _ in range(16)), (0.0, 1.0)) for name in named)
    return Heatmap(title="long", rasters=rasters, steps=steps)


@pytest.mark.parametrize(
    ("kind", "variants", "panels"),
    [("chart", 3, 3), ("chart", 30, 1), ("band", 3, 3), ("band", 30, 1), ("heatmap", 3, 1)],
)
def test_figures_of_100_000_steps_are_small_enough_for_latex(kind: str, variants: int, panels: int) -> None:
    figure = _long(kind, variants)
    abreast = Panels({f"conv{number}": figure for number in range(panels)}, "y", DrawOptions(100_000, True))
    for form, content in render_paper(abreast, venue("neurips2024")).items():
        assert len(content) <= 300_000, form


DOCUMENT = r"""\documentclass[10pt%s]{article}
\usepackage[textwidth=%s,textheight=9in,letterpaper]{geometry}
\usepackage{graphicx,booktabs,tabularx}
\graphicspath{{%s/}}
\begin{document}
\input{%s/claims}
\input{%s/final}
\input{%s/figures}
\end{document}
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
@pytest.mark.parametrize(
    ("name", "options", "width"), [("neurips2024", "", "5.5in"), ("icml2024", ",twocolumn", "6.75in")]
)
def test_latex_sets_all_of_it_without_a_warning(name: str, options: str, width: str, tmp_path: Path) -> None:
    variants = ("standard", "bn_a+b=0.1", "noisy-" + "x" * 58)
    report = read([stored_run(tmp_path, seed, HOSTILE, variants, lr) for seed in range(3) for lr in (0.1, 0.3)])
    write_paper(report, tmp_path / "paper", name)
    separation = r"\setlength{\columnsep}{0.25in}" * bool(options)
    text = DOCUMENT % (options, width, *["paper"] * 4)
    (tmp_path / "page.tex").write_text(text.replace(r"\begin{document}", separation + r"\begin{document}"))
    for _ in range(2):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300)
    log = (tmp_path / "page.log").read_text(errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall(r"^.*(?:Overfull|Underfull|Warning|undefined).*$", log, re.M)
