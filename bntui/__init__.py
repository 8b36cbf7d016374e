"""See why Batch Normalization works: networks trained side by side, measured and drawn in the terminal.

The Python API, imported when first used: `train` a preset, `load` a run, list the `runs`; both of the first return a
`Run`. A mistake in their arguments raises `UserError`, whose text is one line that says what would do.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bntui.api import Run, UserError, load, runs, train

__version__ = "0.2.0"
__all__ = ["Run", "UserError", "__version__", "load", "runs", "train"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'bntui' has no attribute '{name}'")
    from bntui import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps `bntui.train` the function, which importing the package of the same name would replace."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
