"""cuDNN's numbers are versions, whatever cuDNN's own way of counting."""

from __future__ import annotations

import pytest

from bntui.train.environment import _cudnn


@pytest.mark.parametrize(("number", "version"), [(91002, "9.10.2"), (8907, "8.9.7"), (90100, "9.1.0"), (None, "")])
def test_versions_of_cudnn(number: int | None, version: str) -> None:
    assert _cudnn(number) == version
