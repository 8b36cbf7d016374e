"""The pages of a run: those that its preset and the reader name, then the shipped ones of what it measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from bntui.page_spec import PageSpec, catalogue
from bntui.records import RunInfo
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
    return (*chosen.values(), *others)


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
        known = tuple(view for view in line if view in VIEWS or view in OTHER_PANES)
        if known:
            yield known


def _measured(page: PageSpec, info: RunInfo | None) -> bool:
    """Whether a run measures a view of the page that is on no page that is always there."""
    always = {view for shipped in PAGES if not shipped.special for view in shipped.views}
    declared = {(column.probe, column.name) for column in info.columns} if info else set()
    return any(
        probe == other and fnmatchcase(column, name)
        for view in page.views
        if view not in always
        for probe, name in VIEWS[view].columns
        for other, column in declared
    )
