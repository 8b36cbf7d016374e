"""The steps of BatchNorm as lines of formulas, with the numbers of one batch."""

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
"""The fewest columns that the lines need."""

TRACK = (7, 25)
"""The first column of a slider's track, and the column after its last."""

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
_REASONS = {
    None: f"Each dot is one of {SAMPLES} samples, seen by two units of a layer. The ellipse is one standard "
    "deviation around the mean; faint dots show the original batch.",
    Step.CENTRE: "The batch moves to the origin and keeps its shape.",
    Step.DIVIDE: "Each unit is divided by its own deviation: both get the same spread and stay correlated. "
    f"ε = {power_of_ten(_EXPONENT)} avoids a division by zero.",
    Step.AFFINE: "Two learned parameters per unit can restore any mean β and any deviation |γ|.",
    Step.NOISE: "s and m change with every n, as at every step of the noisy variant: the next layer's input drifts, "
    "yet the network learns almost as fast (Santurkar et al. 2018).",
}

Target = Step | int | None
"""What a click on a line changes: a step, a slider (its index), or None for nothing."""


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """A line of styled texts, and the target of a click on it."""

    spans: tuple[tuple[str, Style], ...]
    target: Target = None


def formula_lines(styles: Styles, state: Mechanics, slider: int, width: int, height: int) -> list[FormulaLine]:
    """Return the formulas with as many explanations as fit; `slider` is the index of the selected slider.

    The shortest form is returned even where it is higher than `height`.
    """
    for layout in (_with_all_reasons, _with_last_reason, _without_reasons, _numbers_only):
        lines = layout(styles, state, slider, width)
        if len(lines) <= height:
            break
    return lines


def _with_all_reasons(styles: Styles, state: Mechanics, slider: int, width: int) -> list[FormulaLine]:
    lines = [*_batch_moments(styles, state), *_reason(styles, None, width), FormulaLine(())]
    for step in Step:
        lines += [*_step(styles, state, slider, step), *_reason(styles, step, width), FormulaLine(())]
    return lines + _result_moments(styles, state)


def _with_last_reason(styles: Styles, state: Mechanics, slider: int, width: int) -> list[FormulaLine]:
    """Explain only the last step, in the room of the longest explanation, so that no line moves."""
    last = next((step for step in reversed(Step) if step in state.applied), None)
    room = max(len(_reason(styles, step, width)) for step in _REASONS)
    reason = _reason(styles, last, width)
    padding = [FormulaLine(())] * (room - len(reason))
    return [*_without_reasons(styles, state, slider, width), FormulaLine(()), *reason, *padding]


def _without_reasons(styles: Styles, state: Mechanics, slider: int, width: int) -> list[FormulaLine]:
    steps = [line for step in Step for line in _step(styles, state, slider, step)]
    return _batch_moments(styles, state) + steps + _result_moments(styles, state)


def _numbers_only(styles: Styles, state: Mechanics, slider: int, width: int) -> list[FormulaLine]:
    lines = _batch_moments(styles, state)
    for step in Step:
        lines.append(_numbers(styles, state, step, KEYS[step]))
        if step is Step.AFFINE:
            lines.append(_slider(styles, state, slider, slider))
    return lines + _result_moments(styles, state)


def _reason(styles: Styles, step: Step | None, width: int) -> list[FormulaLine]:
    return [FormulaLine((("   " + part, styles.muted),)) for part in wrap(_REASONS[step], max(width - 5, 8))]


def _batch_moments(styles: Styles, state: Mechanics) -> list[FormulaLine]:
    return _table(styles, moments(state.batch), "batch: mean μ", "variance σ²", lambda var: var)


def _result_moments(styles: Styles, state: Mechanics) -> list[FormulaLine]:
    return _table(styles, moments(state.result()), "now:   mean", "deviation", lambda var: var**0.5)


def _table(
    styles: Styles, of: Moments, mean_name: str, spread_name: str, spread: Callable[[Array], Array]
) -> list[FormulaLine]:
    rows = ((mean_name, of.mean), (" " * 7 + spread_name, spread(of.var)))
    return [
        FormulaLine(((f" {name:19}", styles.text), ("".join(f"{fixed(value):>10}" for value in values), styles.bold)))
        for name, values in rows
    ]


def _step(styles: Styles, state: Mechanics, slider: int, step: Step) -> list[FormulaLine]:
    name, formula = _NAMES[step]
    applied = step in state.applied
    style = styles.text if applied else styles.muted
    head = (
        (f" {'●' if applied else '·'} ", style),
        (KEYS[step], styles.focus),
        (f" {name:20}", style),
        (formula, style),
    )
    if step is Step.AFFINE:
        return [FormulaLine(head, step), *(_slider(styles, state, index, slider) for index in range(2 * UNITS))]
    return [FormulaLine(head, step), _numbers(styles, state, step)]


def _numbers(styles: Styles, state: Mechanics, step: Step, key: str = "") -> FormulaLine:
    texts = _formulas(state, step)
    style = styles.bold if step in state.applied else styles.muted
    return FormulaLine(
        ((f" {key or ' '} ", styles.focus), ("".join(f"{text:{_COLUMN}}" for text in texts), style)), step
    )


def _formulas(state: Mechanics, step: Step) -> list[str]:
    """Return the formula of a step for each unit."""
    if step is Step.CENTRE:
        shifts = state.map_of(step).shift
        return [f"a{sign} = x{sign}{_plus(shift)}" for sign, shift in zip(_SIGNS, shifts, strict=True)]
    if step is Step.DIVIDE:
        var = moments(state.result(before=step)).var
        return [f"ŷ{sign} = a{sign}/√({fixed(value)}+ε)" for sign, value in zip(_SIGNS, var, strict=True)]
    scale, shift = state.shared_noise if step is Step.NOISE else (state.weight, state.bias)
    result, operand = "zy" if step is Step.NOISE else "yŷ"
    return [
        f"{result}{sign} = {fixed(factor)} {operand}{sign}{_plus(term)}"
        for sign, factor, term in zip(_SIGNS, scale, shift, strict=True)
    ]


def _plus(value: float) -> str:
    return f" {'−' if value < 0 else '+'} {fixed(abs(value))}"


def _slider(styles: Styles, state: Mechanics, index: int, selected: int) -> FormulaLine:
    """Return the slider for γ or β of a unit, and its value."""
    value = (*state.weight, *state.bias)[index]
    length = TRACK[1] - TRACK[0]
    left = round((value - RANGE[0]) / (RANGE[1] - RANGE[0]) * (length - 1))
    name = "γβ"[index // UNITS] + _SIGNS[index % UNITS]
    style = styles.bold if index == selected else styles.text if Step.AFFINE in state.applied else styles.muted
    return FormulaLine(
        (
            (" ▸ " if index == selected else "   ", styles.focus),
            (f"{name}  ", style),
            ("─" * left, styles.grid),
            ("█", styles.focus if index == selected else style),
            ("─" * (length - 1 - left), styles.grid),
            (f"{fixed(value):>7}", style),
        ),
        index,
    )
