"""The remarks on a result: why there is no verdict, or none of the two, and what else its reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bntui.claims.case import Case
from bntui.claims.effects import layer_parts
from bntui.claims.estimate import scaled_bounds
from bntui.claims.family import ALPHA, Ruling
from bntui.claims.outcome import shares, under
from bntui.claims.result import Side, Verdict
from bntui.claims.window import target_loss


def note(case: Case, ruling: Ruling) -> str:
    """Return all remarks on a case as one line; that there are too few seeds is no remark."""
    remarks = (
        case.unfinished,
        case.unclear or ("" if not case.tested else _of_verdict(case, ruling)),
        *_divergences(case),
        "" if case.unclear else shares(case.outcomes, len(case.runs)),
        _window(case),
        _left_out(case),
        _guessing(case),
        _machine(case),
    )
    return "; ".join(filter(None, remarks))


def _of_verdict(case: Case, ruling: Ruling) -> str:
    outside = [part.layer for part in layer_parts(case) if part.decides and part.side is Side.OUTSIDE]
    if ruling.verdict is Verdict.CONTRADICTED and case.claim.quantity.layers == "each":
        return f"not so in {listed(outside)}"
    if ruling.verdict is Verdict.UNDECIDED:
        return _undecided(case, ruling)
    return ""


def _undecided(case: Case, ruling: Ruling) -> str:
    """Name the bounds that the plain interval covers, or the layers in which it covers one."""
    if case.failed:
        # The remark on its divergence follows.
        return ""
    across = [part.layer for part in layer_parts(case) if part.decides and part.side is not Side.WITHIN]
    if case.claim.quantity.layers == "each" and across:
        return f"not clear in {listed(across)}"
    if case.p.smaller <= ALPHA:
        return f"clear by itself, but not among all claims together (p {ruling.p_adjusted:.2g})"
    low, high = case.estimate.interval()
    row = case.deciding[0]
    bounds = zip(case.claim.bounds, scaled_bounds(case.claim), strict=True)
    covered = [f"{bound:g}".replace("-", "−") for bound, scaled in bounds if low[row] <= scaled <= high[row]]
    return f"the interval covers {' and '.join(covered)}" if covered else ""


def _divergences(case: Case) -> Iterator[str]:
    counted = "its accuracy counts 0 from there" if case.claim.quantity.fails_at_divergence else "compared up to there"
    if case.claim.across:
        counted = "its loss counts as that of guessing from there"
    for outcome in case.outcomes:
        if outcome.diverged:
            steps = [str(step) for step in sorted({step for _, step in outcome.diverged})]
            at = f"at step{'s' if len(steps) > 1 else ''} {listed(steps)}"
            yield f"{outcome.variant} diverged{under(len(outcome.diverged), len(case.runs))} {at}: {counted}"


def _window(case: Case) -> str:
    """Say under which seeds a window that ends with the loss did not end before the run."""
    if case.claim.window != "until both have halved the loss":
        return ""
    target, whole = target_loss(case.runs[0]), sum(end == case.until for _, end in case.estimate.steps)
    if target is None or not whole:
        return ""
    return f"a loss of {target:.2f} is not reached{under(whole, len(case.runs))}: there the window is the whole run"


def _left_out(case: Case) -> str:
    left_out, measured = case.estimate.left_out, case.estimate.measured
    return f"{left_out} of {measured} measurements left out" if left_out and not case.unclear else ""


def _guessing(case: Case) -> str:
    """Say where the share of the most frequent class is not known, if the effect is measured from it."""
    if case.claim.compare != "share" or all(run.history.info.majority for run in case.runs):
        return ""
    return "guessing counts as 1 / classes, for the run does not tell the share of the most frequent class"


def _machine(case: Case) -> str:
    """Say whose seconds they are, if the effect is at equal seconds."""
    if not case.claim.quantity.per_second:
        return ""
    names = dict.fromkeys(run.history.info.device_name or run.history.info.device for run in case.runs)
    return f"timed on {listed(list(names))}: on another machine, or at another load, this may differ"


def listed(names: Sequence[str]) -> str:
    """Return at most four names, and the number of the others."""
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
