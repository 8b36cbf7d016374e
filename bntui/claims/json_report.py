"""Results as JSON for scripts; README lists the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bntui.claims.claim import Claim
from bntui.claims.paired_t import LEVEL
from bntui.claims.result import Plan, Result


def entries(groups: Mapping[str, Iterable[Result]]) -> list[dict[str, Any]]:
    """Return an object for each result, group by group."""
    return [_entry(result) for results in groups.values() for result in results]


def plan_entries(plans: Iterable[Plan]) -> list[dict[str, Any]]:
    """Return an object for each plan."""
    return [
        {
            **_claim(plan.claim),
            "setting": plan.group,
            "variants": list(plan.variants),
            "seeds": list(plan.seeds),
            "expected_verdict": plan.verdict.value,
            "more_seeds": plan.more,
            "more_seeds_cautious": plan.cautious,
            "most": plan.most,
            "note": plan.note,
        }
        for plan in plans
    ]


def _entry(result: Result) -> dict[str, Any]:
    return {
        **_claim(result.claim),
        "setting": result.group,
        "variants": list(result.variants),
        "seeds": list(result.seeds),
        "verdict": result.verdict.value,
        "effect": result.effect,
        "low": result.low,
        "high": result.high,
        "confidence": LEVEL,
        "by_seed": list(result.by_seed),
        "p": result.p,
        "p_adjusted": result.p_adjusted,
        "family": result.family,
        "unit": result.unit,
        "supported_between": list(result.claim.bounds),
        "bounds_because": result.claim.reason,
        "window": result.window,
        "windows": [asdict(window) for window in result.windows],
        "layers": [asdict(part) for part in result.parts],
        "outcomes": [asdict(outcome) for outcome in result.outcomes],
        "scope": result.scope,
        "method": result.method,
        "note": result.note,
        "missing": result.missing,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {"claim": claim.id, "source": claim.source, "sentence": claim.sentence}
