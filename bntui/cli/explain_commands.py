"""The command that explains measured quantities and claims."""

from __future__ import annotations

from typing import Annotated

import typer

from bntui.cli.output import show

WIDTH = 100


def explain(
    topic: Annotated[
        list[str] | None,
        typer.Argument(metavar="TOPIC", help="A quantity, view or claim: beta, moments.mean_drift, bn-faster."),
    ] = None,
) -> int:
    """Explain a measured quantity or a claim: formula, source, how to read it; without a topic, list all."""
    from bntui.views import topics
    from bntui.views.paragraphs import as_lines

    show(as_lines(topics.explained(" ".join(topic)), WIDTH) if topic else topics.listed())
    return 0
