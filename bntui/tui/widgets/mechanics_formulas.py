"""The steps of BatchNorm as lines of text, with the numbers of one batch filled in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap

from rich.style import Style

from bntui.number_format import fixed, power_of_ten
from bntui.tui.charts.palette import Styles
from bntui.views.mechanics import EPSILON, RANGE, SAMPLES, UNITS, Mechanics, Moments, Step, moments
from bntui.views.smooth import Array

WIDTH = 42
"""Columns that the lines need."""

TRACK = (7, 25)
"""Columns of a line between which a slider moves."""

KEYS = {Step.CENTRE: "c", Step.DIVIDE: "v", Step.AFFINE: "w", Step.NOISE: "n"}

_COLUMN = 20
_SIGNS = "₁₂"
_NAMES = {
    Step.CENTRE: ("subtract the mean", "a = x − μ"),
    Step.DIVIDE: ("divide by deviation", "ŷ = a/√(σ²+ε)"),
    Step.AFFINE: ("weight and bias", "y = γ ŷ + β"),
    Step.NOISE: ("noise", "z = s y + m"),
}
_EXPONENT = round(math.log10(EPSILON))
_WHY = {
    None: f"{SAMPLES} samples as two units of a layer see them, a dot each. The ellipse is one deviation about the "
    "mean; faint dots stay where the data was drawn.",
    Step.CENTRE: "The cloud moves to the middle and keeps its shape.",
    Step.DIVIDE: "Each unit by its own deviation: both spread equally, and stay correlated. "
    f"ε = {power_of_ten(_EXPONENT)} keeps the division safe where a unit hardly varies.",
    Step.AFFINE: "Two learned numbers a unit: it can have any mean β and any deviation |γ| again, if that is of use.",
    Step.NOISE: "s and m jump with every n, as at every step of the noisy variant: what the next layer receives "
    "drifts, and still the network learns almost as fast (Santurkar et al. 2018).",
}

Target = Step | int | None
"""What a line is about: a step, a slider, or nothing that could be changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: differently styled texts after one another, and what it is about."""

    spans: tuple[tuple[str, Style], ...]
    target: Target = None


def lines(styles: Styles, state: Mechanics, slider: int, width: int, height: int) -> list[Line]:
    """As many lines as fit well: with explanations, without, or only what cannot be done without."""
    for listing in (_explained, _told, _whole, _short):
        found = listing(styles, state, slider, width)
        if len(found) <= height:
            break
    return found


def _explained(styles: Styles, state: Mechanics, slider: int, width: int) -> list[Line]:
    """With a reason for everything."""
    found = [*_before(styles, state), *_why(styles, None, width), Line(())]
    for step in Step:
        found += [*_step(styles, state, slider, step), *_why(styles, step, width), Line(())]
    return found + _after(styles, state)


def _told(styles: Styles, state: Mechanics, slider: int, width: int) -> list[Line]:
    """With a reason for the last step, in as much room as the longest takes, so that nothing jumps."""
    last = next((step for step in reversed(Step) if step in state.applied), None)
    room = max(len(_why(styles, each, width)) for each in _WHY)
    told = _why(styles, last, width)
    return [*_whole(styles, state, slider, width), Line(()), *told, *[Line(())] * (room - len(told))]


def _whole(styles: Styles, state: Mechanics, slider: int, width: int) -> list[Line]:
    steps = [line for step in Step for line in _step(styles, state, slider, step)]
    return _before(styles, state) + steps + _after(styles, state)


def _short(styles: Styles, state: Mechanics, slider: int, width: int) -> list[Line]:
    found = _before(styles, state)
    for step in Step:
        found.append(_numbers(styles, state, step, KEYS[step]))
        if step is Step.AFFINE:
            found.append(_slider(styles, state, slider, slider))
    return found + _after(styles, state)


def _why(styles: Styles, step: Step | None, width: int) -> list[Line]:
    return [Line((("   " + part, styles.muted),)) for part in wrap(_WHY[step], max(width - 5, 8))]


def _before(styles: Styles, state: Mechanics) -> list[Line]:
    return _table(styles, moments(state.batch), "batch: mean μ", "variance σ²", lambda var: var)


def _after(styles: Styles, state: Mechanics) -> list[Line]:
    return _table(styles, moments(state.result()), "now:   mean", "deviation", lambda var: var**0.5)


def _table(styles: Styles, found: Moments, mean: str, spread: str, of: Callable[[Array], Array]) -> list[Line]:
    rows = ((mean, found.mean), (" " * 7 + spread, of(found.var)))
    return [
        Line(((f" {name:19}", styles.text), ("".join(f"{fixed(each):>10}" for each in values), styles.bold)))
        for name, values in rows
    ]


def _step(styles: Styles, state: Mechanics, slider: int, step: Step) -> list[Line]:
    name, formula = _NAMES[step]
    applied = step in state.applied
    ink = styles.text if applied else styles.muted
    head = ((f" {'●' if applied else '·'} ", ink), (KEYS[step], styles.focus), (f" {name:20}", ink), (formula, ink))
    if step is Step.AFFINE:
        return [Line(head, step), *(_slider(styles, state, each, slider) for each in range(2 * UNITS))]
    return [Line(head, step), _numbers(styles, state, step)]


def _numbers(styles: Styles, state: Mechanics, step: Step, key: str = "") -> Line:
    texts = _formulas(state, step)
    ink = styles.bold if step in state.applied else styles.muted
    return Line(((f" {key or ' '} ", styles.focus), ("".join(f"{text:{_COLUMN}}" for text in texts), ink)), step)


def _formulas(state: Mechanics, step: Step) -> list[str]:
    """One for each unit."""
    if step is Step.CENTRE:
        shifts = state.map_of(step).shift
        return [f"a{sign} = x{sign}{_plus(shift)}" for sign, shift in zip(_SIGNS, shifts, strict=True)]
    if step is Step.DIVIDE:
        var = moments(state.result(before=step)).var
        return [f"ŷ{sign} = a{sign}/√({fixed(each)}+ε)" for sign, each in zip(_SIGNS, var, strict=True)]
    scale, shift = state.shared_noise if step is Step.NOISE else (state.weight, state.bias)
    to, of = "zy" if step is Step.NOISE else "yŷ"
    return [
        f"{to}{sign} = {fixed(by)} {of}{sign}{_plus(plus)}" for sign, by, plus in zip(_SIGNS, scale, shift, strict=True)
    ]


def _plus(value: float) -> str:
    return f" {'−' if value < 0 else '+'} {fixed(abs(value))}"


def _slider(styles: Styles, state: Mechanics, index: int, chosen: int) -> Line:
    """γ or β of a unit: a mark on a track, and the value."""
    value = (*state.weight, *state.bias)[index]
    length = TRACK[1] - TRACK[0]
    at = round((value - RANGE[0]) / (RANGE[1] - RANGE[0]) * (length - 1))
    name = "γβ"[index // UNITS] + _SIGNS[index % UNITS]
    ink = styles.bold if index == chosen else styles.text if Step.AFFINE in state.applied else styles.muted
    return Line(
        (
            (" ▸ " if index == chosen else "   ", styles.focus),
            (f"{name}  ", ink),
            ("─" * at, styles.grid),
            ("█", styles.focus if index == chosen else ink),
            ("─" * (length - 1 - at), styles.grid),
            (f"{fixed(value):>7}", ink),
        ),
        index,
    )
