"""Results as text: rows of a table, and JSON for scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from bntui.claims.paired_t import LEVEL
from bntui.claims.result import Part, Result
from bntui.number_format import MISSING, significant

HEAD = ("verdict", "claim", "variants", "effect", "95 % interval", "note")


def table(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return HEAD and one row of text for each result; undefined values are '–'."""
    return [HEAD, *(_row(result) for result in results)]


def as_json(results: Sequence[Result]) -> str:
    """Return a JSON array with one object for each result; an undefined value or an open bound is null."""
    return json.dumps([_entry(result) for result in results], indent=2, ensure_ascii=False, allow_nan=False)


def _row(result: Result) -> tuple[str, ...]:
    interval = MISSING if result.low is None else f"{significant(result.low)} … {significant(result.high)}"
    variants = " : ".join(result.variants) or MISSING
    return result.verdict, result.claim.id, variants, significant(result.effect), interval, result.note


def _entry(result: Result) -> dict[str, Any]:
    claim = result.claim
    return {
        "claim": claim.id,
        "source": claim.source,
        "sentence": claim.sentence,
        "variants": list(result.variants),
        "verdict": result.verdict.value,
        "effect": result.effect,
        "low": result.low,
        "high": result.high,
        "confidence": LEVEL,
        "unit": result.unit,
        "supported_between": [bound if math.isfinite(bound) else None for bound in claim.bounds],
        "bounds_because": claim.reason,
        "scope": result.scope,
        "method": result.method,
        "layers": [_layer(part) for part in result.parts],
        "note": result.note,
        "missing": result.missing,
    }


def _layer(part: Part) -> dict[str, Any]:
    return {"layer": part.layer, "effect": part.effect, "low": part.low, "high": part.high}
