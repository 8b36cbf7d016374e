"""The pages of the dashboard, which are the chapters of reports, too: a table of TOML each, and the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bntui import toml_text
from bntui.nearest_names import nearest
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.spec_values import AnyTuple, Line, Printable, Strict

_Line = Annotated[tuple[Line, ...], AnyTuple, Field(min_length=1, max_length=4)]


class PageSpec(Strict):
    """A page: its name and its panes, line by line. A pane is named by its view, or is 'claims', 'mechanics' or 'log'.

    Without `lines` it is the shipped page of that name. `short` is the name where room is short. `shares` are the
    lines' shares of the height; () for equal ones. `table_from` is the terminal height from which the table of variants
    is shown too. `by_layer` is for a first line with a row for each layer: its height gives each of them the same whole
    number of cells. `skip_first_layer` is for quantities that are 0 in the first layer by definition: until the reader
    chooses one, the second layer is shown.
    """

    name: Annotated[str, Field(min_length=1, max_length=24), Printable]
    short: Annotated[str, Field(max_length=12), Printable] = ""
    lines: Annotated[tuple[_Line, ...], AnyTuple, Field(max_length=8)] = ()
    shares: Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], AnyTuple] = ()
    table_from: Annotated[int, Field(ge=0, le=10_000)] = 0
    by_layer: bool = False
    skip_first_layer: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.shares and len(self.shares) != len(self.lines):
            raise ValueError(f"page {quoted(self.name)}: shares: give one for each of the {len(self.lines)} lines")
        repeated = next((view for view in self.views if self.views.count(view) > 1), None)
        if repeated:
            raise ValueError(f"page {quoted(self.name)}: {quoted(repeated)} occurs twice")
        return self

    @property
    def id(self) -> str:
        """A name for files and widgets."""
        return (self.short or self.name).strip(".").replace(" ", "-")

    @property
    def views(self) -> tuple[str, ...]:
        """The names of the panes, line after line."""
        return tuple(view for line in self.lines for view in line)

    @property
    def line_shares(self) -> tuple[int, ...]:
        """The share of each line."""
        return self.shares or (1,) * len(self.lines)


class ShippedPage(PageSpec):
    """A page of bntui; a `special` one is only there in runs that measure what no page shows that is always there."""

    special: bool = False


class Catalogue(Strict):
    """The shipped pages, in their order, and the views that only reports show."""

    only_reported: Annotated[tuple[Line, ...], AnyTuple]
    pages: Annotated[tuple[ShippedPage, ...], AnyTuple]


def _check_distinct(pages: tuple[PageSpec, ...]) -> tuple[PageSpec, ...]:
    names = [page.name for page in pages]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        raise ValueError(f"pages: {quoted(repeated)} occurs twice; give each page a name of its own")
    return pages


OwnPages = Annotated[tuple[PageSpec, ...], AnyTuple, Field(max_length=8), AfterValidator(_check_distinct)]
"""The pages that a preset or the settings name; `check_names` checks what only the catalogue knows."""


@cache
def catalogue() -> Catalogue:
    """Return the shipped pages."""
    text = Path(__file__).with_name("pages.toml").read_text(encoding="utf-8")
    return Catalogue.model_validate(toml_text.parsed(text))


def check_names(pages: Sequence[PageSpec]) -> None:
    """Raise UserError for a view that there is not, or a page without lines that is not shipped."""
    if not pages:
        return
    shipped = catalogue()
    views = {*shipped.only_reported, *(view for page in shipped.pages for view in page.views)}
    for page in pages:
        where = f"pages: {quoted(page.name)}"
        names = [known.name for known in shipped.pages]
        if not page.lines and page.name not in names:
            raise UserError(f"{where} has no lines, and is no page of bntui{nearest(page.name, names)}")
        unknown = next((view for view in page.views if view not in views), None)
        if unknown is not None:
            raise UserError(f"{where}: unknown view {quoted(unknown)}{nearest(unknown, views, _ALL_VIEWS)}")


_ALL_VIEWS = "`bntui explain` lists all"
