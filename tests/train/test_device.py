"""Choice of devices; a missing device is refused in one line."""

from __future__ import annotations

import pytest
import torch

from bntui.records import UserError
from bntui.train.device import choose, choose_all


def test_auto_takes_the_gpu_if_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose("auto").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert str(choose("auto")) == "cuda:0"
    assert str(choose("cuda:1")) == "cuda:1"


def test_a_missing_gpu_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(UserError, match="device cuda:2: choose from cuda:0 to cuda:1"):
        choose("cuda:2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="device cuda: .*try --device cpu"):
        choose("cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UserError, match="device mps: .*try --device cpu"):
        choose("mps")


def test_several_devices_are_chosen_separately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [str(device) for device in choose_all("cuda:1,cpu,cuda:1")] == ["cuda:1", "cpu", "cuda:1"]
    with pytest.raises(UserError, match="device cuda:2: choose from cuda:0 to cuda:1"):
        choose_all("cuda:0,cuda:2")
