"""The text of `bntui claims --plan`: how many more seeds would decide each claim, and the command that trains them."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.claims.more_seeds import extension, seeds_text
from bntui.claims.result import Plan, Verdict
from bntui.number_format import MISSING
from bntui.run.spec_difference import ranges
from bntui.sweep.sweep_folder import Sweep
from bntui.text_table import aligned

HEAD = ("claim", "variants", "setting", "seeds", "expected", "more seeds", "cautious", "note")
_MEANING = (
    "With so many more seeds, a claim is decided with a probability of 80 %, if effect and spread are as seen so far;"
    "\n'cautious' assumes the largest spread that the seeds so far allow. Decide on a number now: whoever looks again"
    "\nafter each new seed finds false verdicts in 18 % of reports, and a second look, with the seeds so far among"
    "\nthem, in 9 %. Only new seeds by themselves keep to 5 %."
)


def plan_text(plans: Sequence[Plan], sweep: Sweep) -> str:
    """Return a table of plans, what its numbers mean, and the command that trains enough seeds for all of them."""
    if not plans:
        return "none of the claims can be checked"
    command = plan_command(plans, sweep)
    last = (
        f"{command}   # decides all claims with a number" if command else "No number of seeds is known to decide more."
    )
    return "\n\n".join([aligned([HEAD, *map(_row, plans)]), _MEANING, last])


def plan_command(plans: Sequence[Plan], sweep: Sweep) -> str:
    """Return the command that trains the seeds which the claims with a number need; '' if none needs more."""
    needed = [len(plan.seeds) + plan.more for plan in plans if plan.more]
    if not needed:
        return ""
    seeds = {seed for plan in plans for seed in plan.seeds}
    return extension(sweep, seeds_text(seeds, max(needed)))


def _row(plan: Plan) -> tuple[str, ...]:
    return (
        plan.claim.id,
        " : ".join(plan.variants),
        plan.group,
        ", ".join(ranges(sorted(plan.seeds))),
        MISSING if plan.verdict is Verdict.NONE else plan.verdict,
        _count(plan.more, plan),
        _count(plan.cautious, plan),
        plan.note,
    )


def _count(seeds: int | None, plan: Plan) -> str:
    if plan.verdict is Verdict.NONE:
        return MISSING
    return f"> {plan.most}" if seeds is None else str(seeds) if seeds else "decided"
