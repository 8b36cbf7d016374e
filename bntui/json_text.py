"""Plain values as JSON, for scripts."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any) -> str:
    """Return JSON, indented; numbers that JSON does not know, NaN and infinities, are null."""
    # Commands that print no JSON need not wait for it.
    from pydantic_core import to_jsonable_python

    # Not pydantic's own text, which cannot hold the names of files that are not UTF-8.
    return json.dumps(to_jsonable_python(value, inf_nan_mode="null"), indent=2)
