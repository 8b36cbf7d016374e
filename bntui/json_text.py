"""Plain values as JSON, for scripts."""

from __future__ import annotations

from typing import Any


def json_text(value: Any) -> str:
    """Return JSON, indented; numbers that JSON does not know, NaN and infinities, are null."""
    # Commands that print no JSON need not wait for it.
    from pydantic_core import to_json

    return to_json(value, indent=2, inf_nan_mode="null").decode()
