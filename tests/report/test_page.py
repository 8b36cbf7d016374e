"""The page of a report: it loads nothing, shows every text as text, and says what was run and what follows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from bntui.report.charts import charts_of
from bntui.report.measured import Report, read, read_sweep
from bntui.report.page import render
from bntui.run.storage import metadata
from tests.claims.test_gathered import stored
from tests.report.made_runs import stored_run
from tests.report.test_measured import sweep_of
from tests.run.hostile import hostile_run

MADE = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LOADS = {"src", "href", "action", "data", "poster", "srcset", "background", "formaction", "ping"}
MARKUP = """</script><script>alert(1)</script>"'&<b onload=x>"""


class Page(HTMLParser):
    """The tags of a page with their attributes, the texts of its elements, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "link", "img", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, (tag, self._open)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open[-1] if self._open else "", []).append(data)

    def text(self, *tags: str) -> str:
        return " ".join("".join("".join(self.texts.get(tag, [])) for tag in tags).split())

    @property
    def loaded(self) -> list[str]:
        values = (str(value) for _, found in self.tags for name, value in found.items() if name in LOADS)
        return [value for value in values if not value.startswith("#")]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    return [stored(folder, seed) for seed in range(3)]


@pytest.fixture(scope="module")
def page(runs: list[Path]) -> Page:
    return Page(render(read(runs), MADE))


def test_it_loads_nothing(page: Page) -> None:
    assert page.loaded == []
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    styles = "".join(page.texts["style"])
    assert "@import" not in styles and "url(" not in styles
    own = page.texts["script"][-1]
    assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|\bimport\(", own)
    (policy,) = (found["content"] for tag, found in page.tags if found.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'") and "http" not in policy


def test_links_and_labels_lead_to_what_is_there(page: Page) -> None:
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for _, found in page.tags if (value := found.get("href") or "").startswith("#")}
    assert targets and targets <= set(ids)
    assert {"run", "claims", "final", "charts", "provenance", "reproduce", "accuracy", "claim-bn-faster"} <= set(ids)


def test_it_can_be_read_without_a_screen(page: Page) -> None:
    assert ("html", {"lang": "en"}) in page.tags
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert tables == sum(tag == "caption" for tag, _ in page.tags) > 1
    assert all(found.get("scope") for tag, found in page.tags if tag == "th")


def test_it_says_what_was_run(page: Page) -> None:
    text = page.text("p")
    assert "Two networks were trained side by side on the same batches" in text
    assert "in batches of 64 samples" in text and "with seeds 0–2" in text
    assert "finished after 40 steps" in page.text("td")


def test_a_claim_has_its_verdict_and_its_chart(page: Page) -> None:
    assert "supported" in page.text("span")
    assert {"class": "to-chart", "href": "#accuracy"} in [found for _, found in page.tags]


def test_one_seed_is_told_what_decides(runs: list[Path]) -> None:
    one = Page(render(read(runs[:1]), MADE))
    assert "One seed shows effects and no verdicts" in one.text("p")
    assert "--seeds 0:5" in one.text("code") and "no verdict" in one.text("span")


def test_it_says_what_was_not_measured(runs: list[Path]) -> None:
    (section,) = read(runs[:1]).sections
    found = charts_of(section)
    assert {"accuracy", "loss"} <= set(found.ids)
    options = {each.option for each in found.unmeasured}
    assert "--set probes.smoothness.every=STEPS" in options


def test_names_in_definitions_are_code(tmp_path: Path) -> None:
    found = Page(render(read([stored_run(tmp_path)]), MADE))
    assert "etas" in found.text("code") and "`" not in found.text("p")


def test_presets_have_a_section_each(runs: list[Path], tmp_path: Path) -> None:
    first, second = (read([run]).sections[0] for run in (runs[0], stored(tmp_path, 1)))
    text = Page(render(Report("Both", (first, second)), MADE))
    assert "made: what was run" in text.text("h2")
    assert {"1-made-accuracy", "2-made-accuracy"} <= {found.get("id") for _, found in text.tags}


def test_texts_from_outside_are_text(tmp_path: Path) -> None:
    run = stored(tmp_path, 0)
    metadata.rename(run, MARKUP)
    metadata.note(run, MARKUP)
    page = Page(render(read([run]), MADE))
    assert MARKUP in page.text("h1") and MARKUP in page.text("p") and MARKUP in page.text("title")
    assert not [found for _, found in page.tags if "onload" in found]
    assert sum(tag == "script" for tag, _ in page.tags) == 2


def test_nothing_in_it_controls_a_terminal(tmp_path: Path) -> None:
    text = render(read([hostile_run(tmp_path)]), MADE)
    own = text.replace(re.findall("<script>(.*?)</script>", text, re.S)[0], "")
    assert "]52;c;" in own
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", own)


def test_a_sweep_has_its_metrics_and_points(tmp_path: Path) -> None:
    for seed in range(3):
        for rate in (0.1, 0.3):
            stored(tmp_path, seed, rate)
    page = Page(render(read_sweep(sweep_of(tmp_path)), MADE))
    assert {"sweep", "sweep-final-accuracy-0", "run"} <= {found.get("id") for _, found in page.tags}
    assert "lr=0.3, seed 2" in page.text("th")
    assert "bntui sweep rates --seeds 0:3" in page.text("code")
