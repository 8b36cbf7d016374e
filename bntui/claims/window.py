"""The parts of a run over which a claim's effect is averaged.

An effect that is averaged over the steps of a run depends on the run's length: two curves that differ in the
beginning and then agree differ less, the longer the run. So each claim names the window that its verdict is about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bntui.claims.claim import Window
from bntui.claims.measured_run import MeasuredRun
from bntui.run.series.history import Key

Steps = tuple[int, int]
"""The first step of a part of a run, and the step after its last one."""

SHARE_OF_GUESSING = 0.5
"""The target loss as a share of the loss of guessing, ln(classes)."""
SMOOTHED = 10
"""Successive losses that are averaged, since those of single batches scatter."""
QUARTERS = ("first quarter", "second quarter", "third quarter", "last quarter")


def label(window: str, runs: Sequence[MeasuredRun]) -> str:
    """Return a window's name on screens, with the loss in figures."""
    loss = target_loss(runs[0])
    return (
        window
        if loss is None
        else window.replace("both have halved the loss", f"both variants' loss is below {loss:.2f}")
    )


def windows(run: MeasuredRun) -> tuple[str, ...]:
    """Return the names of the windows that an effect is shown for."""
    by_loss: tuple[Window, ...] = ("until both have halved the loss", "after both have halved the loss")
    return ("whole run", *QUARTERS, *(by_loss if target_loss(run) is not None else ()))


def steps_of(window: str, run: MeasuredRun, variants: Sequence[str], until: int) -> Steps:
    """Return the window's steps in a run of `until` steps.

    'initialization' is the first step, before any update. 'until both have halved the loss' ends with the step at which
    the slower of the variants has reached the target loss: the mean of its last ten measured losses is below half the
    loss of guessing. Where it never is, where it diverged, and where there is no such loss, the window is the whole
    run, and there is nothing after it.
    """
    if window in QUARTERS:
        quarter = QUARTERS.index(window)
        return until * quarter // 4, until * (quarter + 1) // 4
    if window == "whole run":
        return 0, until
    if window == "initialization":
        return 0, min(1, until)
    end = max((_reached(run, variant, until) for variant in variants), default=until)
    return (0, end) if window.startswith("until") else (end, until)


def target_loss(run: MeasuredRun) -> float | None:
    """Return the target loss in nats; None if the run is not of a classification."""
    classes = run.history.info.classes
    return SHARE_OF_GUESSING * math.log(classes) if classes > 1 and run.classifies else None


def _reached(run: MeasuredRun, variant: str, until: int) -> int:
    """Return the step after the one at which the variant has reached the target loss; `until` if it never does."""
    target = target_loss(run)
    loss = run.history.points(Key(variant, "train", "loss"))
    loss = loss.head(loss.count_through(until - 1))
    if target is None or len(loss.values) < SMOOTHED or run.ended.get(variant, until) < until:
        return until
    means = np.convolve(loss.values.astype(np.float64), np.full(SMOOTHED, 1 / SMOOTHED), mode="valid")
    below = means < target
    return int(loss.steps[below.argmax() + SMOOTHED - 1]) + 1 if below.any() else until
