"""Read a Markdown file: its sections, the rows of its tables, its code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str, text: str = README) -> str:
    """Return the text below a heading, up to the next heading of the same or a higher level."""
    match = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.DOTALL | re.MULTILINE)
    assert match, f"no section '{heading}'"
    return match[2]


def table(first: str, text: str = README) -> list[list[str]]:
    """Return the cells of the table whose first column has this title; an empty first cell repeats the one above."""
    match = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert match, f"no table with the first column '{first}'"
    rows: list[list[str]] = []
    for line in match[1].splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        rows.append([cells[0] or rows[-1][0], *cells[1:]])
    return rows


def spans(cell: str) -> list[str]:
    """Return the code spans of a text."""
    return re.findall(r"`([^`]+)`", cell)


def blocks(language: str, text: str = README) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
