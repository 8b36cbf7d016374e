"""What a claim says and what would decide it, and how its verdict on runs was reached, as paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from bntui.claims.claim import Claim, Quantity
from bntui.claims.family import ALPHA
from bntui.claims.formats import interval_text, p_text, variants_text
from bntui.claims.grid_claim import GridClaim
from bntui.claims.result import Result, Side, Verdict
from bntui.explanations import explanation_of
from bntui.explanations.training_time import COMPARED, SECONDS_OF_TRAINING
from bntui.number_format import MISSING, significant
from bntui.text_table import aligned
from bntui.views.paragraphs import Paragraph

_SIDES = {Side.WITHIN: "supports it", Side.OUTSIDE: "contradicts it", Side.ACROSS: "not clear", None: "undefined"}
_LAYERS = {"network": "", "each": ", in each layer", "mean": ", averaged over the layers"}
_TEST = (
    "It is twice the smaller of two one-sided p-values of t over the seeds: that the effect is not within the bounds,"
    " and that it is."
)
_IN_LAYERS = (
    " Of the layers that decide, the first is the largest one, since all must support the claim, and the second the"
    " smallest times their number."
)
_SEEDS = "From three seeds on, whose runs are all finished, the effects of the seeds decide."


def describe_claim(claim: Claim | GridClaim) -> list[Paragraph]:
    """Return a claim's sentence, its source, the number that decides it, and what supports or contradicts it."""
    told = _of_runs(claim) if isinstance(claim, Claim) else _of_grid(claim)
    return [("strong", f"{claim.sentence}."), ("text", f"{claim.source}."), *told]


def verdict_text(result: Result) -> list[Paragraph]:
    """Return how the verdict on a claim was reached: the effect of each seed, interval, p, windows, layers, bounds."""
    claim = result.claim
    if result.missing:
        return [*describe_claim(claim), ("strong", "Not checked"), ("text", f"In these runs: {result.missing}.")]
    return [
        ("strong", f"{claim.sentence}."),
        ("text", _verdict(result)),
        *_by_seed(result),
        *_decision(result),
        *_windows(result),
        *_layers(result),
        *_outcomes(result),
        ("strong", "Source"),
        ("text", f"{claim.source}."),
    ]


def _of_runs(claim: Claim) -> list[Paragraph]:
    names = ("first", "second") if len(claim.kinds) > 1 else ("it",)
    return [
        ("strong", "What decides it"),
        ("text", f"Variants: {claim.required_variants}."),
        ("text", f"Measured: {_measured(claim.quantity)}."),
        ("text", f"Effect: {claim.unit.format(*names)}; {claim.window}."),
        *_bounds(claim),
        ("muted", _SEEDS),
    ]


def _of_grid(claim: GridClaim) -> list[Paragraph]:
    variants = ", and ".join(" or ".join(kinds) for kinds in claim.kinds)
    return [
        ("strong", "What decides it"),
        ("text", f"A sweep of {' or '.join(claim.keys)}, with variants {variants}."),
        ("text", f"Effect: {claim.unit.format('first', 'second')}."),
        ("text", f"Supported above 1, contradicted below; {claim.reason}."),
        ("muted", _SEEDS),
    ]


def _measured(quantity: Quantity) -> str:
    """Return the columns that a claim is decided by, and what they are."""
    columns = " − ".join(f"{quantity.probe}.{name}" for name in (quantity.name, quantity.minus) if name)
    equal = f" at equal {quantity.probe}.{quantity.at_equal}" if quantity.at_equal else ""
    equal = " at equal seconds of training" if quantity.per_second else equal
    known = explanation_of(quantity.probe, quantity.name)
    after_first = ", without the first one" if quantity.after_first else ""
    deciding = f"; those named {quantity.deciding}… decide" if quantity.deciding else ""
    return f"{columns} ({known.title if known else MISSING}){equal}{_LAYERS[quantity.layers]}{after_first}{deciding}"


def _bounds(claim: Claim) -> list[Paragraph]:
    text = f"Supported where the effect lies {claim.bounds_text}, contradicted where it does not."
    because: list[Paragraph] = [("muted", f"Why these bounds: {claim.reason}.")] if claim.reason else []
    timed: list[Paragraph] = [("muted", SECONDS_OF_TRAINING), ("muted", COMPARED)] if claim.quantity.per_second else []
    return [("text", text), *because, *timed]


def _verdict(result: Result) -> str:
    """Return the verdict, and the remarks on it."""
    group = f" at {result.group}" if result.group else ""
    verdict = "No verdict" if result.verdict is Verdict.NONE else result.verdict.value.capitalize()
    note = f": {result.note}" if result.note else ""
    return f"{verdict}{group}, {result.scope}{note}."


def _by_seed(result: Result) -> list[Paragraph]:
    """Return the effect of each seed and the mean of all; without any, that nothing is measured yet."""
    text = f"{result.unit or result.claim.unit}; {result.window or result.claim.window}."
    head: list[Paragraph] = [("strong", "Effect"), ("text", f"{variants_text(result)}: {text}")]
    if result.effect is None and not any(each is not None for each in result.by_seed):
        return [*head, ("text", "Nothing measured yet.")]
    rows = [(f"seed {seed}", significant(effect)) for seed, effect in zip(result.seeds, result.by_seed, strict=False)]
    if len(rows) > 1 and result.effect is not None:
        rows.append(("mean", significant(result.effect)))
    return [*head, ("table", aligned([("", "effect"), *rows]))]


def _decision(result: Result) -> list[Paragraph]:
    """Return the interval, the p-values and the bounds that they are held against."""
    interval = interval_text(result.low, result.high)
    spread = f"95 % interval: {interval} (t with {len(result.seeds) - 1} degrees of freedom, by itself)."
    texts = [spread if interval else "", *_p_values(result)]
    return [("strong", "Decision"), *(("text", text) for text in texts if text), *_bounds(result.claim)]


def _p_values(result: Result) -> Iterable[str]:
    if result.p is None or result.p_adjusted is None:
        yield f"No test. {_SEEDS}" if result.verdict is Verdict.NONE else ""
        return
    in_layers = _IN_LAYERS if result.claim.quantity.layers == "each" else ""
    yield f"p of this claim by itself: {p_text(result.p)}. {_TEST}{in_layers}"
    side = "at most" if result.p_adjusted <= ALPHA else "above"
    decided = "so there is a verdict" if result.p_adjusted <= ALPHA else "so it is undecided"
    kind = "per second " if result.claim.quantity.per_second else ""
    together = (
        f"among all {result.family} claims {kind}checked together" if result.family > 1 else "of the only claim checked"
    )
    yield f"p {together} (Holm, both hypotheses): {p_text(result.p_adjusted)}, {side} {ALPHA:g}, {decided}."


def _windows(result: Result) -> list[Paragraph]:
    rows = [
        (
            each.label,
            _steps(each.steps),
            significant(each.effect),
            interval_text(each.low, each.high),
            "✔" * each.decides,
        )
        for each in result.windows
        if each.effect is not None
    ]
    head = ("part of the run", "steps", "effect", "95 % interval", "decides")
    return [("strong", "Over parts of the run"), ("table", aligned([head, *rows]))] if rows else []


def _layers(result: Result) -> list[Paragraph]:
    rows = [
        (
            each.layer,
            significant(each.effect),
            interval_text(each.low, each.high),
            _SIDES[each.side],
            "✔" * each.decides,
        )
        for each in result.parts
    ]
    head = ("layer", "effect", "95 % interval", "by itself", "decides")
    return [("strong", "By layer"), ("table", aligned([head, *rows]))] if rows else []


def _outcomes(result: Result) -> list[Paragraph]:
    """Return under which seeds each variant learned and diverged."""
    rows = [
        (
            each.variant,
            MISSING if each.learned is None else f"{len(each.learned)} of {len(result.seeds)}",
            ", ".join(f"seed {seed} at step {step:,}" for seed, step in each.diverged),
        )
        for each in result.outcomes
        if each.learned is not None or each.diverged
    ]
    return [("strong", "Learning"), ("table", aligned([("variant", "learned", "diverged"), *rows]))] if rows else []


def _steps(steps: tuple[int, int] | None) -> str:
    return f"{steps[0]:,}–{steps[1]:,}" if steps else MISSING
