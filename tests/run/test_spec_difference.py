"""Configurations of several runs are compared key by key, those equal but for the seed as one."""

from __future__ import annotations

from typing import Any

from bntui.records import RunInfo
from bntui.run.spec_difference import as_trained, spec_differences
from bntui.spec import ExperimentSpec, parse

BASE = 'network = "vgg-mini"\ndataset = "mnist"\nvariants = ["standard", "bn"]\n[probes]\ntest = { every = 50 }'


def _spec(*overrides: str, text: str = BASE) -> ExperimentSpec:
    return parse(text, "p", overrides=overrides)


def _values(*specs: ExperimentSpec) -> dict[str, tuple[Any, ...]]:
    return {row.key: row.values for row in spec_differences(specs).keys}


def test_only_the_keys_that_differ_are_rows() -> None:
    assert _values(_spec(), _spec("optimizer.lr=0.3", "steps=500")) == {
        "steps": (1000, 500),
        "optimizer.lr": (0.1, 0.3),
    }


def test_options_of_networks_are_compared_one_by_one() -> None:
    deep = _spec("network.dropout=0.5")
    assert _values(_spec(), deep) == {"network.dropout": (None, 0.5)}
    assert _values(deep, _spec("network=vgg")) == {"network": ("vgg-mini", "vgg"), "network.dropout": (0.5, None)}


def test_descriptions_are_not_compared() -> None:
    assert _values(_spec("title=one", "about=x"), _spec("title=other", "source=y")) == {}


def test_variants_are_compared_by_name_in_any_order() -> None:
    first = _spec('variants=["standard", "bn"]')
    other = _spec('variants=[{kind = "bn", lr = 0.5}, "standard"]')
    assert _values(first, other) == {"variants.bn.lr": (None, 0.5)}


def test_a_variant_or_probe_that_a_run_lacks_is_one_row() -> None:
    other = _spec('variants=["standard", "bn", {name = "bn-fast", kind = "bn", lr = 0.5}]', "probes.ics.every=25")
    assert _values(_spec(), other) == {
        "variants.bn-fast": (None, "kind = bn, lr = 0.5"),
        "probes.ics": (None, "every = 25"),
    }
    assert _values(_spec(), _spec("probes.ics.every=0")) == {}


def test_what_a_run_used_counts_and_not_what_it_asked_for() -> None:
    info = RunInfo((), ("standard", "bn"), (), 1000, 24, "digits", "cpu", "a processor")
    assert _values(as_trained(_spec("device=cuda"), info), as_trained(_spec("device=cpu"), None)) == {
        "dataset": ("digits", "mnist"),
    }


def test_runs_that_differ_only_in_the_seed_are_one_group() -> None:
    specs = [_spec(f"optimizer.lr={lr}", f"seed={seed}") for lr in (0.1, 0.3) for seed in (0, 1, 2, 7)]
    differences = spec_differences(specs)
    assert differences.groups == ((0, 1, 2, 3), (4, 5, 6, 7))
    assert differences.table(["A", "B"]) == [
        ("key", "A", "B"),
        ("seed", "0–2, 7", "0–2, 7"),
        ("optimizer.lr", "0.1", "0.3"),
    ]
    assert spec_differences(specs[::4]).table(["A", "B"]) == [("run", "optimizer.lr"), ("A", "0.1"), ("B", "0.3")]
    assert differences.sentence(["A", "B"]) == "A and B differ in optimizer.lr: 0.1, 0.3; seeds 0–2, 7"


def test_the_sentence_counts_what_it_does_not_name() -> None:
    many = [_spec(f"seed={seed}") for seed in range(5)]
    assert spec_differences(many).sentence(["A"]) == "5 runs differ only in the seed: 0–4"
    assert spec_differences([_spec()] * 2).sentence(["A"]) == "2 runs of the same configuration and seed"
    others = [_spec(f"steps={n}", f"batch_size={n}", f"optimizer.lr=0.{n}", f"threads={n}") for n in (2, 3, 4)]
    assert spec_differences(others).sentence(["A", "B", "C"]) == (
        "3 configurations differ in threads: 2–4; steps: 2–4; batch_size: 2–4; 1 more key"
    )


def test_values_are_written_as_in_a_preset() -> None:
    (row,) = spec_differences([_spec("noise.evaluation=true"), _spec("noise.evaluation=false")]).keys
    assert (row.key, row.text(), row.text([1])) == ("noise.evaluation", "true, false", "false")
