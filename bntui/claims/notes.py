"""The remarks on a result: why there is no verdict, or none of the two, and what else its reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bntui.claims.case import Case
from bntui.claims.effects import layer_parts
from bntui.claims.estimate import deciding, scaled_bounds
from bntui.claims.family import ALPHA, Ruling
from bntui.claims.outcome import shares
from bntui.claims.result import Side, Verdict


def note(case: Case, ruling: Ruling) -> str:
    """Return all remarks on a case as one line."""
    remarks = (_reason(case, ruling), *_divergences(case), _window(case), _left_out(case), _guessing(case))
    return "; ".join(filter(None, remarks))


def _reason(case: Case, ruling: Ruling) -> str:
    reason = case.unclear or ("" if case.untested else _of_verdict(case, ruling))
    fared = "" if case.unclear else shares(case.outcomes, len(case.runs))
    return "; ".join(filter(None, (case.untested, reason, fared)))


def _of_verdict(case: Case, ruling: Ruling) -> str:
    outside = [part.layer for part in layer_parts(case) if part.decides and part.side is Side.OUTSIDE]
    if ruling.verdict is Verdict.CONTRADICTED and case.claim.quantity.layers == "each":
        return f"not so in {_names(outside)}"
    if ruling.verdict is Verdict.UNDECIDED:
        return _undecided(case, ruling)
    return ""


def _undecided(case: Case, ruling: Ruling) -> str:
    """Name the bounds that the plain interval covers, or the layers in which it covers one."""
    if case.failed:
        return f"{case.variants[0]} diverged"
    across = [part.layer for part in layer_parts(case) if part.decides and part.side is not Side.WITHIN]
    if case.claim.quantity.layers == "each" and across:
        return f"not clear in {_names(across)}"
    if case.p.smaller <= ALPHA:
        return f"clear by itself, but not among all claims together (p {ruling.p_adjusted:.2g})"
    low, high = case.estimate.interval()
    row = deciding(case.claim, case.estimate.layers)[0]
    bounds = zip(case.claim.bounds, scaled_bounds(case.claim), strict=True)
    covered = [f"{bound:g}".replace("-", "−") for bound, scaled in bounds if low[row] <= scaled <= high[row]]
    return f"the interval covers {' and '.join(covered)}" if covered else ""


def _divergences(case: Case) -> Iterator[str]:
    counted = "its accuracy counts 0 from there" if case.claim.quantity.fails_at_divergence else "compared up to there"
    for outcome in case.outcomes:
        for seed, step in outcome.diverged:
            under = f" under seed {seed}" if len(case.runs) > 1 else ""
            yield f"{outcome.variant} diverged at step {step}{under}: {counted}"


def _window(case: Case) -> str:
    """Say under which seeds a window that ends with the loss did not end before the run."""
    if case.claim.window != "until both have learned":
        return ""
    whole = [
        str(run.spec.seed) for run, (_, end) in zip(case.runs, case.estimate.steps, strict=True) if end == case.until
    ]
    if not whole:
        return ""
    under = f" under {'seed' if len(whole) == 1 else 'seeds'} {', '.join(whole)}" if len(case.runs) > 1 else ""
    return f"not all of the loss reached{under}, so the window is the whole run"


def _left_out(case: Case) -> str:
    left_out, measured = case.estimate.left_out, case.estimate.measured
    return f"{left_out} of {measured} measurements left out" if left_out and not case.unclear else ""


def _guessing(case: Case) -> str:
    """Say where the share of the most frequent class is not known, if the effect is measured from it."""
    if case.claim.compare != "share" or all(run.history.info.majority for run in case.runs):
        return ""
    return "guessing counts as 1 / classes, for the run does not tell the share of the most frequent class"


def _names(layers: Sequence[str]) -> str:
    return ", ".join(layers[:4]) + (f" and {len(layers) - 4} more" if len(layers) > 4 else "")
