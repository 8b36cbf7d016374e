"""The charts of a page in a browser: drawn without a network, and what a reader can do with them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import bntui.report
from bntui.report.bokeh_page import ChartRequest, draw_charts
from bntui.report.chart_html import layers_choice
from bntui.views.chart import Chart
from bntui.views.draw_options import default_options
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import swept_keys
from bntui.views.view_catalogue import VIEWS
from tests.browser import CHROMIUM, Tab, tab
from tests.tui.fake_source import DIVERGED, LAYERS, FakeSource
from tests.views.scanned_history import VIEWS as SCANNED
from tests.views.scanned_history import made
from tests.views.test_metric_views import CASES

HOSTILE = "<img src=x onerror='window.ran = 1'>@{x}"
SHOWN = ("loss", "drift", "drift_map", "landscape", "scale", "distribution")
DRAWN = "window.Bokeh && Bokeh.documents.length == 1 && Bokeh.documents[0].is_idle"


def _page(folder: Path) -> Path:
    """Write a page with every kind of figure."""
    source = FakeSource(notices=(DIVERGED,), done=300, steps=300)
    requests = []
    for name in SHOWN:
        figures: dict[str, Figure] = {
            layer: VIEWS[name](source.history, Focus(layer, ended={"standard": 157}))
            for layer in (LAYERS[:3] if VIEWS[name].per_layer else ("",))
        }
        if name == "loss":
            figures[""] = _renamed(figures[""])
        requests.append(ChartRequest(name, figures, default_options(next(iter(figures.values())), 300)))
    swept = max(CASES.values(), key=lambda points: len(swept_keys(points)))
    keys = swept_keys(swept)
    for number, figure in enumerate(
        (
            metric_curves(swept, "final-accuracy", keys[0], {}),
            metric_grid(swept, "final-accuracy", keys[0], keys[-1], {}),
        )
    ):
        requests.append(ChartRequest(f"metric-{number}", {"": figure}, default_options(figure, 1)))
    for name, view in SCANNED.items():
        figure = view(made(), Focus())
        requests.append(ChartRequest(name.replace(" ", "-"), {"": figure}, default_options(figure, 20)))
    charts = draw_charts(requests)
    page = folder / "page.html"
    page.write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'>{_policy()}"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>charts</title><style>:root {{ color-scheme: light dark }}{charts.style}</style><section>"
        f"{layers_choice(LAYERS[:3], LAYERS[0])}{''.join(charts.divs.values())}</section>"
        f"<script>{charts.library}</script><script>{charts.script}</script></html>",
        encoding="utf-8",
    )
    return page


def _policy() -> str:
    """Return the element that says what a report may load."""
    found = re.search(r"<meta http-equiv=[^>]*>", (Path(bntui.report.__path__[0]) / "page.html").read_text("utf-8"))
    assert found
    return found[0]


def _renamed(figure: Figure) -> Figure:
    """Name the last variant so that it would run a script if it were taken for HTML."""
    assert isinstance(figure, Chart)
    *others, last = figure.series
    return replace(figure, series=(*others, replace(last, variant=HOSTILE)))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_charts_are_drawn_and_can_be_used(tmp_path: Path) -> None:
    file = _page(tmp_path)
    async with tab(tmp_path / "profile") as page:
        await page.call("Network.enable")
        await page.call(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )
        await _show(page)
        await page.open(file.as_uri())
        await page.until(lambda: page.evaluate(DRAWN))
        await _all_are_drawn(page)
        await _the_cursor_is_in_all(page)
        await _values_are_those_of_the_figure(page)
        await _cells_can_be_read(page)
        await _zooming_one_chart_zooms_all(page)
        await _scales_layers_and_variants_can_be_chosen(page)
        await _data_can_be_saved(page, tmp_path)
        await _colors_follow_the_setting(page)
        await _paper_has_vector_graphics(page)
        await _nothing_is_too_wide(page)
        assert page.messages == [] and await page.evaluate("window.ran") is None
        assert {address.partition(":")[0] for address in page.requests} <= {"file", "data", "blob"}


async def _show(page: Tab, width: int = 1000, media: str = "screen", scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    await page.call("Emulation.setEmulatedMedia", media=media, features=features)
    # High enough for the whole page: nothing is scrolled.
    size = {"width": width, "height": 6000, "deviceScaleFactor": 1, "mobile": False}
    await page.call("Emulation.setDeviceMetricsOverride", **size)


async def _painted(page: Tab) -> None:
    """Wait until what was changed is painted."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    await page.until(lambda: page.evaluate(DRAWN))


async def _box(page: Tab, selector: str) -> tuple[float, float, float, float]:
    script = f"""(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();
        return JSON.stringify([box.x, box.y, box.width, box.height]); }})()"""
    x, y, width, height = json.loads(await page.evaluate(script))
    return x, y, width, height


async def _pixels(page: Tab, selector: str) -> np.ndarray:
    await _painted(page)
    x, y, width, height = await _box(page, selector)
    clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
    return np.asarray(Image.open(BytesIO(await page.picture(clip))).convert("RGB")).astype(int)


async def _all_are_drawn(page: Tab) -> None:
    scanned = [name.replace(" ", "-") for name in SCANNED]
    for name in (*SHOWN, "metric-0", "metric-1", *scanned):
        colors = np.unique((await _pixels(page, f"#{name} .plot")).reshape(-1, 3), axis=0)
        assert len(colors) > 20, name


async def _the_cursor_is_in_all(page: Tab) -> None:
    others = ("#drift .plot", "#drift_map .plot")
    before = [await _pixels(page, other) for other in others]
    x, y, width, height = await _box(page, "#loss .plot")
    for right in (0, 5):
        await page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + width / 2 + right, y=y + height / 2)
    await page.until(lambda: page.evaluate("document.querySelector('.bk-Tooltip')?.checkVisibility() ?? false"))
    for other, pixels in zip(others, before, strict=True):
        assert (await _pixels(page, other) != pixels).any(), other


async def _values_are_those_of_the_figure(page: Tab) -> None:
    text = await page.evaluate("document.querySelector('.bk-Tooltip').shadowRoot.textContent")
    assert "step 1" in text and "● standard" in text and f"■ {HOSTILE} " in text


async def _cells_can_be_read(page: Tab) -> None:
    x, y, width, height = await _box(page, "#matrix .plot")
    for right in (0, 5):
        await page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + width / 2 + right, y=y + height / 3)
    shown = "[...document.querySelectorAll('.bk-Tooltip')].map((each) => each.shadowRoot.textContent).join()"

    async def read() -> bool:
        text = await page.evaluate(shown)
        return all(part in text for part in ("first direction:", "second direction:", "value:"))

    await page.until(read)


async def _zooming_one_chart_zooms_all(page: Tab) -> None:
    before = await _pixels(page, "#drift .plot")
    x, y, width, height = await _box(page, "#loss .plot")
    row = int(y + height / 2)
    await page.drag(*((int(x + width * share), row) for share in (0.4, 0.5, 0.6)))
    zoomed = "Bokeh.documents[0].roots().filter(({ x_range }) => x_range.start > 50 && x_range.end < 250).length"
    await page.until(lambda: page.evaluate(f"{zoomed} > 5"))
    assert (await _pixels(page, "#drift .plot") != before).any()
    await page.evaluate("document.querySelector('#drift .reset').click()")
    await page.until(lambda: page.evaluate(f"{zoomed} == 0"))


async def _scales_layers_and_variants_can_be_chosen(page: Tab) -> None:
    async def changes(chart: str, script: str) -> None:
        before = await _pixels(page, f"#{chart} .plot")
        await page.evaluate(script)
        assert (await _pixels(page, f"#{chart} .plot") != before).any(), script

    await changes("loss", "document.querySelector('#loss .scale').click()")
    assert await page.evaluate("document.querySelector('#loss .scale').ariaPressed") == "true"
    await changes("loss", "document.querySelector('#loss .variant').click()")
    choose = (
        "document.querySelector('{0}').value = '{1}', document.querySelector('{0}').dispatchEvent(new Event('change'))"
    )
    await changes("drift", choose.format("#drift .layer", LAYERS[1]))
    await changes("drift", choose.format("select.layers", LAYERS[2]))
    assert await page.evaluate("document.querySelector('#distribution .title').textContent") == "distribution in conv3"


async def _data_can_be_saved(page: Tab, folder: Path) -> None:
    await page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    await page.evaluate("document.querySelector('#loss .csv').click()")

    async def saved() -> bool:
        return (folder / "loss.csv").exists() and (folder / "loss.csv").read_text().count("\n") == 301

    await page.until(saved)
    assert (folder / "loss.csv").read_text().startswith("step,standard,bn,")


async def _colors_follow_the_setting(page: Tab) -> None:
    light = await _pixels(page, "#drift .plot")
    await _show(page, scheme="dark")
    dark = await _pixels(page, "#drift .plot")
    await _show(page, media="print", scheme="dark")
    printed = await _pixels(page, "#drift .plot")
    assert light.mean() > 200 > 100 > dark.mean() and abs(printed.mean() - light.mean()) < 5


async def _paper_has_vector_graphics(page: Tab) -> None:
    count = "document.querySelectorAll('.plot > svg.sheet').length"
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert await page.evaluate(count) == await page.evaluate("document.querySelectorAll('.plot').length") > 8
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert await page.evaluate(count) == 0


async def _nothing_is_too_wide(page: Tab) -> None:
    await _show(page, width=390)
    await _painted(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert len(np.unique((await _pixels(page, "#loss .plot")).reshape(-1, 3), axis=0)) > 20
