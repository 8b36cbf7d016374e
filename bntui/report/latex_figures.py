"""The LaTeX file that includes the figures of a paper, with captions and labels."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.figures.venues import Venue
from bntui.printable_text import printable
from bntui.report.latex_text import caption
from bntui.report.paper_figures import PaperFigure

_HEAD = r"""% Figures by bntui: {count} PDF files, of which SVG files stand beside.
% In the preamble: \usepackage{{graphicx}}, and where this folder is: \graphicspath{{{{{folder}/}}}}
% In the text: \input{{{folder}/figures}}, or copy the figures that you need.
"""
_MOST_WAITING = 16
"""Figures after which all are printed: LaTeX keeps only so many that wait for a place."""
_FIGURE = r"""
\begin{{figure}}[tbp]
  \centering
  \includegraphics[width=\linewidth]{{{stem}.pdf}}
  \caption{{{caption}}}
  \label{{fig:{stem}}}
\end{{figure}}
"""


def figures_tex(figures: Sequence[PaperFigure], venue: Venue, folder: str) -> str:
    """Return the file; `folder` is how its folder is named in the comment on its use."""
    drawn = [figure for figure in figures if not figure.left_out]
    parts = [_HEAD.format(count=len(drawn), folder=printable(folder))]
    parts += [f"% {figure.stem} is left out: {figure.left_out}.\n" for figure in figures if figure.left_out]
    for number, figure in enumerate(drawn):
        parts.append("\n\\clearpage\n" if number and not number % _MOST_WAITING else "")
        parts.append(_FIGURE.format(stem=figure.stem, caption=caption(figure.caption, venue.width)))
    return "".join(parts)
