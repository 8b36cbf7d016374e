"""The pages of a run: those that its preset and the reader name, then the shipped ones of what it measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from bntui.page_spec import PageSpec, catalogue
from bntui.records import RunInfo
from bntui.views.system_views import OF_GPUS, SYSTEM_VIEWS
from bntui.views.view_catalogue import VIEWS

PAGES = catalogue().pages
"""The shipped pages, in their order."""
ONLY_REPORTED = catalogue().only_reported
"""Views that are on no page, which reports draw, because claims rest on them."""
OTHER_PANES = frozenset({"claims", "mechanics", "log"})
"""Panes that show something else than a view."""


def pages_of(own: Sequence[PageSpec], info: RunInfo | None = None) -> tuple[PageSpec, ...]:
    """Return pages of one's own, of each name the first, then those that are always there, then special ones.

    A shipped page whose name one's own has is not there a second time. What the run measures is known from `info`;
    without it, there are no special pages.
    """
    chosen: dict[str, PageSpec] = {}
    for page in own:
        found = _drawable(page)
        if found is not None:
            chosen.setdefault(page.name, found)
    shipped = [page for page in PAGES if not page.special] + [page for page in PAGES if page.special]
    others = [page for page in shipped if page.name not in chosen and (not page.special or _measured(page, info))]
    return (*chosen.values(), *(_with_gpus_used(page, info) for page in others))


def _with_gpus_used(page: PageSpec, info: RunInfo | None) -> PageSpec:
    """Return a page without the lines that are all of GPUs where none trains the run."""
    if info and info.device_uuids:
        return page
    lines = tuple(line for line in page.lines if not all(view in OF_GPUS for view in line))
    return page if lines == page.lines else page.model_copy(update={"lines": lines, "shares": ()})


def _drawable(page: PageSpec) -> PageSpec | None:
    """Return a page without the views that there are not; the shipped one for a name alone."""
    if not page.lines:
        return next((shipped for shipped in PAGES if shipped.name == page.name), None)
    lines = tuple(_known(page.lines))
    if lines == page.lines:
        return page
    return page.model_copy(update={"lines": lines, "shares": ()}) if lines else None


def _known(lines: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        known = tuple(view for view in line if view in VIEWS or view in OTHER_PANES or view in SYSTEM_VIEWS)
        if known:
            yield known


def _measured(page: PageSpec, info: RunInfo | None) -> bool:
    """Whether a run measures a view of the page that is on no page that is always there, or has readings."""
    if info and any(view in SYSTEM_VIEWS for view in page.views):
        return True
    always = {view for shipped in PAGES if not shipped.special for view in shipped.views}
    declared = {(column.probe, column.name) for column in info.columns} if info else set()
    return any(
        probe == other and fnmatchcase(column, name)
        for view in page.views
        if view not in always and view in VIEWS
        for probe, name in VIEWS[view].columns
        for other, column in declared
    )
