"""How a figure is drawn: the range of steps, the scale and the smoothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bntui.views.figure import Figure
from bntui.views.step_unit import STEPS, StepUnit
from bntui.views.ticks import x_limit

MOST_BANDS = 9
"""Curves of which a chart shows the seeds, or intervals over them; of more it shows only the means."""


class Seeds(Enum):
    """How several seeds are drawn: their mean with its interval, each one with their mean, or only their mean."""

    BAND = "mean with the 95 % interval over seeds"
    EACH = "single seeds with their mean"
    MEAN = "mean over seeds"


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """Choices that are the same for a figure on the screen and in a file.

    `left` and `right` are the steps at the edges; `zoomed` says that the user chose them, so the y axis fits the
    values between them. `log` asks for a logarithmic scale. `window` is the length of the trailing mean in steps, 0 for
    none. `seeds` says how several seeds are drawn, `unit` what the axis of steps counts. `robust` lets outliers lie
    outside the axis. `cursor` is a step to mark, or None. `focused` highlights the frame.
    """

    right: int
    log: bool
    focused: bool = False
    left: int = 0
    window: int = 0
    robust: bool = True
    zoomed: bool = False
    cursor: int | None = None
    seeds: Seeds = Seeds.BAND
    unit: StepUnit = STEPS


def default_options(figure: Figure, step: int) -> DrawOptions:
    """Return the options with which the screen first shows a figure of a run that has reached `step`."""
    steps = getattr(figure, "steps", step)
    return DrawOptions(right=x_limit(step, steps), log=figure.log, window=getattr(figure, "window", 0))
