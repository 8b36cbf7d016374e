"""The examples of CONTRIBUTING work: they are added to the registries, trained, measured, checked and exported."""

from __future__ import annotations

import csv
import importlib
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from pytest import MonkeyPatch

from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.data import Request, load
from bntui.page_spec import ShippedPage
from bntui.records import Measurement, RunInfo
from bntui.run.exports.formats import FORMATS
from bntui.run.exports.memory_run import MemoryRun
from bntui.run.exports.table import table_of
from bntui.run.series.history import History, Key
from bntui.spec import parse
from bntui.toml_text import parsed
from bntui.tour import chapter as chapters
from bntui.tour.chapter_names import check_chapter
from bntui.train import resolve, train
from bntui.views.focus import Focus
from bntui.views.page_catalogue import PAGES
from bntui.views.view_catalogue import VIEWS
from bntui.views.weight_views import WEIGHT_VIEWS
from tests.declared_columns import declared_names
from tests.markdown import ROOT, blocks
from tests.probes.trace import record
from tests.probes.twins import TWINS

TEXT = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEPS = 30


def _changes() -> Iterator[tuple[str, str, str]]:
    """Yield (file, registry, code) of each Python block: new code, or with a registry the entries to add."""
    for language, head, code in re.findall(r"^```(python|diff)\n([^\n]*)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE):
        if language == "python":
            yield head.removeprefix("# "), "", code
        else:
            path, registry = head.strip("@ ").split(", in ")
            yield path, registry, re.sub(r"^\+", "", code, flags=re.MULTILINE)


def _module(path: str, monkeypatch: MonkeyPatch) -> ModuleType:
    """Return the module of a file, empty and importable if there is none yet."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if (ROOT / path).exists():
        return importlib.import_module(name)
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    return module


@pytest.fixture
def added(monkeypatch: MonkeyPatch) -> dict[str, Any]:
    """Execute all examples and add them to the registries; return them by name."""
    examples: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for path, registry, code in _changes():
        module = _module(path, monkeypatch)
        if not registry:
            scope = module.__dict__ if not (ROOT / path).exists() else {**vars(module), "__name__": module.__name__}
            exec(compile(code, path, "exec"), scope)
            names |= {name: value for name, value in scope.items() if not name.startswith("_")}
            continue
        scope = {**names, **vars(module)}
        if code.startswith('"'):
            entries = eval(f"{{{code}}}", scope)
        else:
            (entry,) = eval(f"({code})", scope)
            entries = {next(filter(None, (getattr(entry, key, "") for key in ("id", "name", "title")))): entry}
        examples |= entries
        target = getattr(module, registry)
        assert not entries.keys() & set(target)
        if isinstance(target, dict):
            for key, entry in entries.items():
                monkeypatch.setitem(target, key, entry)
    return examples


def _example(path: str) -> str:
    """Return the TOML that the text puts into a file."""
    (text,) = (block for block in blocks("toml", TEXT) if block.startswith(f"# {path}\n"))
    return text


def test_the_table_has_an_example_of_every_row() -> None:
    anchors = re.findall(r"^\| \[[^]]+\]\(#([a-z-]+)\)", TEXT, re.MULTILINE)
    headings = re.findall(r"^### (An? .*)$", TEXT, re.MULTILINE)
    assert anchors == [heading.lower().replace(" ", "-") for heading in headings]


def test_the_examples_work_together(added: dict[str, Any]) -> None:
    preset = _example("presets/rmsnorm.toml")
    spec = resolve(parse(preset, "rmsnorm", overrides=[f"steps={STEPS}", "device=cpu"]))
    info, *events = train(spec, load(spec.dataset, Request((1, 28, 28))))
    assert isinstance(info, RunInfo)
    measurements = [event for event in events if isinstance(event, Measurement)]
    history = History(info)
    history.extend(measurements)
    assert len(history.points(Key("rmsnorm", "update_ratio", "ratio")).steps) == STEPS
    assert len(WEIGHT_VIEWS["update_ratio"](history, Focus("conv1")).series) == 3
    lines = FORMATS["compared"].lines
    assert lines is not None
    header, *rows = csv.reader(lines(table_of([MemoryRun("run", spec, history)]), str))
    assert header[-3:] == ["standard", "bn", "rmsnorm"]
    assert sum(row[1] == "update_ratio" for row in rows) == STEPS
    (result,) = check([MeasuredRun(spec, history)], [added["bn-smaller-updates"]])
    assert not result.missing


def test_the_probe_is_explained(added: dict[str, Any]) -> None:
    declared = {f"{probe}.{name}" for probe, name in declared_names() if probe == "update_ratio"}
    assert declared == set(added["update ratio"].columns)


def test_the_probe_equals_its_twin(added: dict[str, Any]) -> None:
    trace = record("bn", {"update_ratio": {"every": 1}})
    for step in range(trace.setting.steps + 1):
        measured = trace.values.get(("update_ratio", step))
        assert (measured.tolist() if measured is not None else None) == pytest.approx(
            TWINS["update_ratio"](trace, step)
        )


def test_the_page_has_known_views(added: dict[str, Any]) -> None:
    (page,) = (ShippedPage.model_validate(page) for page in parsed(_example("bntui/pages.toml"))["pages"])
    assert page.name not in [known.name for known in PAGES]
    assert set(page.views) <= {*VIEWS, *WEIGHT_VIEWS}


def test_the_chapter_names_what_is_there_with_every_width() -> None:
    chapter = chapters.parse(_example("bntui/tour/chapters/8-width.toml"), "width")
    check_chapter(chapter)
    assert [chapter.spec((place,)).network.width for place in range(3)] == [8, 32, 128]
