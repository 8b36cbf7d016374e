"""Views of scans, matrices and references, and a history of made columns over axes for them."""

from __future__ import annotations

import numpy as np

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.history import History
from bntui.run.series.merged import MergedHistory
from bntui.views.chart import chart
from bntui.views.matrix import matrix
from bntui.views.scan import scan, scan_map
from bntui.views.view import View

LENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)
PLACES = (-1.0, -0.5, 0.0, 0.5, 1.0)
COLUMNS = (
    *(Column("made", f"loss_at_{length:g}") for length in LENGTHS),
    *(Column("made", f"law_at_{length:g}") for length in LENGTHS[::2]),
    *(Column("made", f"surface_at_{x:g}_{y:g}") for y in PLACES[1:] for x in PLACES),
    Column("made", "objective"),
    Column("made", "bound"),
)
VIEWS = {
    "scan": View(
        draw=scan,
        probe="made",
        names=("loss_at_*", "law_at_*"),
        title="relative loss",
        axis="step length α",
        log_axis=True,
        log=True,
    ),
    "scan map": View(
        draw=scan_map,
        probe="made",
        names=("loss_at_*",),
        title="relative loss",
        axis="step length α",
        log_axis=True,
        log=True,
    ),
    "matrix": View(
        draw=matrix,
        probe="made",
        names=("surface_at_*",),
        title="surface",
        axis="first direction",
        axis_up="second direction",
        log=True,
        contours=True,
    ),
    "signed matrix": View(
        draw=matrix,
        probe="made",
        names=("surface_at_*",),
        title="surface",
        axis="first direction",
        axis_up="second direction",
        diverging=True,
    ),
    "reference": View(draw=chart, probe="made", names=("objective", "bound"), title="objective"),
}


def made(seed: int = 0, variants=("standard", "bn"), steps: int = 4, infinite: bool = True) -> History:
    """Return measurements at steps 0, 5, 10, …; of the first variant the losses beyond a length of 0.1 are infinite."""
    history = History(RunInfo(COLUMNS, variants, (), 100, 24, "digits", "cpu", "cpu"))
    for step in range(0, 5 * steps, 5):
        for index, variant in enumerate(variants):
            losses = [1 - length * (index + 1) + length**2 * (step + 2 + seed) for length in LENGTHS]
            if infinite and index == 0:
                losses[-2:] = [float("inf"), float("nan")]
            surface = [x + y + seed + index for y in PLACES[1:] for x in PLACES]
            laws = [1.0 + length for length in LENGTHS[::2]]
            history.extend([Measurement(step, variant, "made", (*losses, *laws, *surface, 2.0 - step / 50, 0.5))])
    return history


def merged(seeds: int = 3) -> MergedHistory:
    """Return the means over some seeds."""
    return MergedHistory({"": {seed: made(seed) for seed in range(seeds)}})


EVERY_VALUE = np.array([[x + y for x in PLACES] for y in PLACES[1:]])
"""The surface of the first variant and the first seed, the lowest row first."""
