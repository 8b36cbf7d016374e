"""Presets: keys, overrides, errors, and where they are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui import spec
from bntui.records import UserError

PRESET = """
network = "vgg-mini"
dataset = "mnist"
variants = ["standard", "bn", { name = "bn-0.5", kind = "bn", lr = 0.5 }]
[optimizer]
lr = 0.1
[probes.smoothness]
every = 5
"""


def test_a_string_is_a_variant_named_after_its_kind() -> None:
    loaded = spec.parse(PRESET, "p")
    assert [(variant.name, variant.kind) for variant in loaded.variants] == [
        ("standard", "standard"),
        ("bn", "bn"),
        ("bn-0.5", "bn"),
    ]


def test_a_variant_may_have_its_own_learning_rate() -> None:
    loaded = spec.parse(PRESET, "p")
    assert (loaded.lr("bn"), loaded.lr("bn-0.5")) == (0.1, 0.5)


def test_a_variant_may_have_an_optimizer_of_its_own() -> None:
    own = ["variants.bn.optimizer.weight_decay=1e-3", "variants.bn-0.5.optimizer.kind=adamw", "optimizer.momentum=0.9"]
    loaded = spec.parse(PRESET, "p", overrides=own)
    standard, bn, other = (loaded.optimizer_of(variant.name) for variant in loaded.variants)
    assert standard == loaded.optimizer
    assert (bn.momentum, bn.weight_decay, bn.lr) == (0.9, 1e-3, 0.1)
    assert (other.kind, other.momentum, other.weight_decay, other.lr) == ("adamw", None, 0.01, 0.5)


def test_a_shorter_run_has_shorter_schedules() -> None:
    overrides = [
        "steps=1000",
        "optimizer.schedule={kind='steps', milestones=[1, 500, 800]}",
        "variants.bn.optimizer.schedule={kind='cosine', period=1000}",
    ]
    short = spec.parse(PRESET, "p", overrides=overrides).shortened(10)
    assert short.optimizer_of("standard").schedule.milestones == (1, 5, 8)
    assert short.optimizer_of("bn").schedule.period == 10
    assert spec.parse(short.toml(), "p") == short


def test_the_kind_can_be_overridden_where_options_of_another_are_off() -> None:
    stored = spec.parse(PRESET, "p").toml()
    assert spec.parse(stored, "p", overrides=["optimizer.kind=adam"]).optimizer.betas == (0.9, 0.999)


@pytest.mark.parametrize("override", ["title=p", "optimizer.kind=adam", "variants.bn.optimizer={kind='adam', eps=1.0}"])
def test_a_written_spec_loads_to_an_equal_one(override: str) -> None:
    loaded = spec.parse(PRESET, "p", overrides=[override])
    assert spec.parse(loaded.toml(), "p") == loaded


@pytest.mark.parametrize("device", ['["cuda:0", "cuda:1"]', '"cuda:0,cuda:1"'])
def test_several_devices_are_a_list_or_comma_separated(device: str) -> None:
    assert spec.parse(PRESET, "p", overrides=[f"device={device}"]).device == "cuda:0,cuda:1"


def test_overrides_reach_every_key() -> None:
    loaded = spec.parse(
        PRESET,
        "p",
        overrides=[
            "probes.smoothness.every=10",
            "dataset=digits",
            "variants.bn-0.5.lr=0.3",
            "variants.bn.lr=1",
            "variants.bn.eps=0.01",
            "noise.n_mu=1",
            'device="cuda:1"',
        ],
    )
    assert loaded.probes["smoothness"] == {"every": 10}
    assert [dict(variant.options) for variant in loaded.variants] == [{}, {"eps": 0.01}, {}]
    assert loaded.dataset == "digits"
    assert loaded.device == "cuda:1"
    assert loaded.noise.n_mu == 1
    assert [loaded.lr(variant.name) for variant in loaded.variants] == [0.1, 1.0, 0.3]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("optimizer.lr=-1", "optimizer.lr = -1: should be greater than 0"),
        ("optimizer.lr=0", "optimizer.lr = 0: should be greater than 0"),
        ("optimizer.lr=nan", "optimizer.lr = nan"),
        ("optimizer.lr=1e-40", "optimizer.lr = 1e-40: should be at least 1e-37"),
        ("optimizer.weight_decay=1e39", "optimizer.weight_decay = 1e+39: should be less than or equal to 1000000"),
        ("optimizer.weight_decay=nan", "optimizer.weight_decay = nan: should be "),
        ("optimizer.kind=sdg", "optimizer.kind = 'sdg': should be 'sgd', 'adam' or 'adamw'"),
        ("optimizer.betas=[0.9, 0.99]", "optimizer.betas: 'sgd' has no such option; it has lr, weight_decay, momentum"),
        ("optimizer.nesterov=true", "optimizer.nesterov: needs a momentum above 0"),
        ("optimizer.schedule.kind=steps", "optimizer.schedule.milestones: is missing; 'steps' needs it"),
        (
            "optimizer.schedule={kind='steps', milestones=[5, 3]}",
            "schedule.milestones: should rise from one to the next",
        ),
        ("optimizer.schedule.window=5", "optimizer.schedule.window: 'constant' has no such option; it has none"),
        ("variants.bn.optimizer.eps=1", "variants.bn.optimizer.eps: 'sgd' has no such option"),
        ("variants.bn.optimizer.weight_decay=-1", "variants.bn.optimizer.weight_decay = -1: should be greater"),
        ("variants.bn.optimizer.lr=1", "variants.bn.optimizer.lr: write variants.bn.lr instead"),
        ("optimizer.rl=1", "optimizer.rl = 1: unknown key; did you mean lr?"),
        ("optimzer.lr=1", "optimzer: unknown key; did you mean optimizer?"),
        ("steps=0", "steps = 0: should be greater than or equal to 1"),
        ("steps=ten", "steps = 'ten': should be a valid integer"),
        ("steps=true", "steps = True: should be a valid integer"),
        ("batch_size=0", "batch_size = 0: should be greater than or equal to 1"),
        ('variants=["bn", "bn"]', "'bn' occurs twice"),
        ("variants=[]", "variants = []: should have at least 1 item"),
        ("variants.qn.lr=1", "no variant is named 'qn'"),
        ("device=tpu", "unknown device 'tpu'; choose from auto, cpu"),
        ('device=["cpu", "tpu"]', "unknown device 'tpu'; choose from auto, cpu"),
        ("steps", "write KEY=VALUE"),
        ("network=3", "network = 3: should be a name, or a table with the name as its kind"),
        ("network={n=3}", "'network.kind' is missing"),
        ("network.kind=3", "network.kind = 3: should be a valid string"),
        ('title="a\\u001b[2J"', r"title = 'a\x1b[2J': should have no line breaks and control characters"),
        ("title=a\nb", r"title = 'a\nb': should have no line breaks"),
        ("title=" + "x" * 501, "should have at most 500 characters"),
        ("steps=" + "9" * 5000, "9': should be a valid integer"),
        ("steps=99999999999999999999", "steps: an integer of more than 64 bits"),
        ("steps=1e3", "steps = 1000.0: should be a valid integer"),
        ("steps=1\nseed=2", r"steps = '1\nseed=2': should be a valid integer"),
        ("probes.test.every=-1", "probes.test.every = -1: should be greater than or equal to 0"),
        ("probes.test.every=[nan]", "probes.test.every = [nan]: should be a valid integer"),
        (".".join("k" * 3000) + "=1", "more than 16 tables and lists in one another"),
        ("optimizer.lr=" + "[" * 3000, "should be a valid number"),
        ("noise.additive=[[nan, 0]]", "noise.additive.0.0 = nan: should be "),
        (f"variants={['bn'] * 65}", "should have at most 64 items"),
    ],
    ids=lambda text: text[:40],
)
def test_a_mistake_names_the_file_the_key_and_what_is_allowed(override: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        spec.parse(PRESET, "p", where="preset p", overrides=[override])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(("preset p: ", "--set "))


def test_a_name_inside_the_file_is_an_unknown_key() -> None:
    with pytest.raises(UserError, match="p: name = 'other': unknown key; a preset is named after its file"):
        spec.parse('name = "other"\n' + PRESET, "p")


@pytest.mark.parametrize("overrides", [["network={kind='resnet', n=5}"], ["network=resnet", "network.n=5"]])
def test_a_network_takes_options_and_is_shown_with_them(overrides: list[str]) -> None:
    given = spec.parse(PRESET, "p", overrides=overrides)
    assert str(given.network) == "resnet (n = 5)"
    assert spec.parse(given.toml(), "p") == given
    assert str(spec.parse(given.toml(), "p", overrides=["network.n=9"]).network) == "resnet (n = 9)"
    assert given.network != spec.parse(PRESET, "p", overrides=["network=resnet"]).network


@pytest.mark.parametrize("network", ["vgg", "{kind = 'vgg'}"])
def test_a_network_without_options_is_written_as_its_kind(network: str) -> None:
    given = spec.parse(PRESET, "p", overrides=[f"network={network}"])
    assert str(given.network) == given.model_dump(mode="json")["network"] == "vgg"
    assert 'network = "vgg"' in given.toml()


def test_a_missing_key_is_named() -> None:
    with pytest.raises(UserError, match="'network' is missing"):
        spec.parse('dataset = "mnist"\nvariants = ["bn"]', "p")


def test_broken_toml_says_where() -> None:
    with pytest.raises(UserError, match=r"p: not valid TOML: .*line 1"):
        spec.parse("steps = = 3", "p")


def test_an_unknown_preset_gets_the_nearest_names() -> None:
    with pytest.raises(UserError, match="unknown preset 'nosy'; did you mean noisy"):
        spec.load("nosy")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UserError, match="preset nowhere/x.toml: no such file"):
        spec.load("nowhere/x.toml")


@pytest.mark.parametrize("name", ["x" * 101, "a/b", "\x1b", ""])
def test_a_name_that_could_not_be_part_of_a_folders_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="name = "):
        spec.parse(PRESET, name)


@pytest.mark.parametrize(
    "name", ["n" * 300 + ".toml", "a\0.toml", "~no-such-user-here/x.toml", "/dev/null", "a/" * 5000]
)
def test_a_path_where_no_file_can_be(name: str) -> None:
    with pytest.raises(UserError, match="no such file|no such user|no file can have this name"):
        spec.load(name)


def test_a_folder_is_no_preset(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder, not a file"):
        spec.load(f"{tmp_path}/")


def test_a_users_preset_is_found_by_path_and_in_the_config_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spec.platformdirs, "user_config_dir", lambda _: str(tmp_path))
    mine = tmp_path / "presets" / "mine.toml"
    mine.parent.mkdir()
    mine.write_text(PRESET)
    assert spec.load(str(mine)).name == "mine"
    assert spec.load("mine") == spec.load(str(mine))
    assert {"mine", "noisy"} <= set(spec.available())


def test_a_users_preset_takes_precedence_over_a_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spec.platformdirs, "user_config_dir", lambda _: str(tmp_path))
    mine = tmp_path / "presets" / "noisy.toml"
    mine.parent.mkdir()
    mine.write_text(PRESET)
    assert spec.find("noisy") == spec.available()["noisy"] == mine
