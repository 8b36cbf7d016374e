"""README's lists equal the registries: networks, variants, presets, probes, data sets, commands, keys, pages."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest
import typer
from textual.app import App
from textual.binding import Binding, BindingType

from bntui import spec
from bntui.cli.main import app
from bntui.data import DATASETS
from bntui.explanations.system_quantities import SYSTEM
from bntui.models import MODELS
from bntui.models.layers import Model
from bntui.optimizer_spec import OptimizerSpec, ScheduleSpec
from bntui.probes import PROBES
from bntui.records import RunInfo
from bntui.run.exports.formats import FORMATS
from bntui.run.exports.table import COLUMNS
from bntui.run.series.history import History
from bntui.spec import CheckpointSpec, ExperimentSpec, NoiseSpec, Precision, VariantSpec
from bntui.spec_values import Strict
from bntui.sweep.grid import load_grid
from bntui.sweep.metrics import METRICS
from bntui.train import resolve
from bntui.tui.app import DashboardApp
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.runs import RunsScreen
from bntui.tui.screens.sweep_screen import SweepScreen
from bntui.tui.screens.tour_chapter import ChapterScreen
from bntui.tui.screens.tour_experiment import TOUR_KEYS, ByHandScreen
from bntui.tui.terminal.capabilities import Colors, Markers
from bntui.tui.terminal.settings import Settings
from bntui.tui.widgets.log_pane import LogPane
from bntui.tui.widgets.mechanics_pane import MechanicsPane
from bntui.tui.widgets.metric_map import MetricMap
from bntui.tui.widgets.metric_view import MetricView
from bntui.tui.widgets.run_list import RunList
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.tui.widgets.sweep_table import SweepTable
from bntui.variants import VARIANTS
from bntui.views.focus import Focus
from bntui.views.page_catalogue import PAGES
from bntui.views.view_catalogue import VIEWS
from tests.declared_columns import declared_columns, declared_names
from tests.markdown import README, ROOT, blocks, section, spans, table

# Networks and variants


def _input(model: Model) -> str:
    input_shape = model.input_shape
    if model.regression:
        return f"{input_shape.channels} numbers"
    return f"{input_shape.height}×{input_shape.width} {'grayscale' if input_shape.channels == 1 else 'RGB'}"


def test_networks() -> None:
    assert [(*spans(name), size) for name, _, size, _ in table("network")] == [
        (name, _input(model)) for name, model in MODELS.items()
    ]


def test_options_of_networks() -> None:
    for name, _, _, options in table("network"):
        documented = {option: float(value) for option, _, value in (span.partition(" = ") for span in spans(options))}
        assert documented == MODELS[name.strip("`")].Options().model_dump()


def test_variants_and_their_options() -> None:
    documented = {
        name: {option: value for option, _, value in (span.partition(" = ") for span in spans(options))}
        for names, _, options in table("variant")
        for name in spans(names)
    }
    assert list(documented) == list(VARIANTS)
    for name, options in documented.items():
        defaults = VARIANTS[name]().model_dump()
        assert options.keys() == defaults.keys(), name
        assert {option: tomllib.loads(f"value = {value}")["value"] for option, value in options.items() if value} == {
            option: default for option, default in defaults.items() if default is not None
        }


# Data sets


def test_data_sets() -> None:
    names = [name.partition(":")[0] for row in table("data set") for name in spans(row[0])]
    assert names == list(DATASETS)


# Presets

SHIPPED = {path.stem: spec.load(str(path)) for path in (ROOT / "presets").glob("*.toml")}


def _size(preset: ExperimentSpec) -> str:
    return f"`{preset.network}`, `{preset.dataset}`, {preset.steps:,}"


def test_presets() -> None:
    large = {name: preset for name, preset in SHIPPED.items() if not name.endswith("-mini")}
    small = {name: _size(preset) for name, preset in SHIPPED.items() if name.endswith("-mini")}
    first, second = section("Presets").split("All presets that take longer")
    assert {name.strip("`"): row for name, *row in table("preset", first)} == {
        name: [preset.title, _size(preset)] for name, preset in large.items()
    }
    assert {name.strip("`"): size for name, size in table("preset", second)} == small
    excepted = set(spans(second.partition(" have ")[0]))
    assert excepted <= {name for name in large if f"{name}-mini" not in small}


def test_sweep_files() -> None:
    grids = {path.stem: load_grid(path) for path in (ROOT / "presets" / "sweeps").glob("*.toml")}
    assert {name.strip("`"): row for name, *row in table("sweep file")} == {
        name: [grid.title, *(f"`{axis.key}`, {len(axis.values)} values" for axis in grid.axes)]
        for name, grid in grids.items()
    }


def _documented() -> str:
    (block,) = (block for block in blocks("toml") if block.startswith("title ="))
    return block


def _comment(key: str) -> list[str]:
    (comment,) = re.findall(rf"^{key} = [^#]*# (.*)$", _documented(), re.MULTILINE)
    return [name.strip().partition(":")[0].partition(" ")[0] for name in comment.partition(";")[0].split(",")]


def test_the_documented_preset_is_valid() -> None:
    resolve(spec.parse(_documented(), "documented"))


def test_the_documented_preset_names_every_choice() -> None:
    (kinds,) = re.findall(r"# Kinds: ([^.]*)\.", _documented())
    assert re.split(r",\s+(?:# )?", kinds) == list(VARIANTS)
    assert _comment("network") == list(MODELS)
    assert _comment("dataset") == list(DATASETS)
    assert _comment("precision") == list(get_args(Precision))


@pytest.mark.parametrize("part", [ExperimentSpec, OptimizerSpec, NoiseSpec, CheckpointSpec, VariantSpec])
def test_the_documented_preset_has_every_key(part: type[Strict]) -> None:
    names = set(part.model_fields) - ({"name"} if part is not VariantSpec else set())
    assert {name for name in names if re.search(rf"(^|[\s{{,\[]){name}\b( =|\])", _documented(), re.MULTILINE)} == names


def test_the_documented_preset_has_every_probe_with_its_defaults() -> None:
    documented = spec.parse(_documented(), "documented")
    assert list(documented.probes) == list(PROBES)
    assert documented.probes == {name: probe.Options().model_dump(mode="json") for name, probe in PROBES.items()}


def test_schedules_and_their_options() -> None:
    kinds = {name.strip("`"): spans(options) for name, _, options in table("schedule")}
    assert {
        kind: {option.partition(" = ")[0] for option in options} - {"[500, 1000]"} for kind, options in kinds.items()
    } == {kind: set(options) for kind, options in ScheduleSpec.DEFAULTS.items()}


# CSV


def test_probes_and_their_columns() -> None:
    def without_bins(name: str) -> str:
        return re.sub(r"_at_.+$", "_at", re.sub(r"^bin_\d+$", "bin", name))

    rows = [(probe.strip("`"), name) for probe, names, _ in table("probe") for name in spans(names)]
    documented = [(probe, without_bins(name)) for probe, name in rows]
    declared = {(probe, without_bins(name)) for probe, name in declared_names()}
    assert set(documented) == declared
    assert list(dict.fromkeys(probe for probe, _ in documented)) == list(PROBES)
    assert len([name for name in documented if not name[1].endswith(("bin", "_at"))]) == len(
        {name for name in declared if not name[1].endswith(("bin", "_at"))}
    )


def test_columns_of_the_long_format() -> None:
    assert f"`{','.join(COLUMNS)}`" in section("CSV")


# Commands

MAIN = typer.main.get_command(app)


def _commands(command: object = MAIN, name: str = "bntui") -> Iterator[tuple[str, list[typer.core.TyperOption]]]:
    yield name, list(getattr(command, "params", ()))
    for child, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{name} {child}")


def _usage(name: str, parameters: Sequence[typer.core.TyperOption]) -> str:
    """Return a command with its arguments, those with a default in brackets."""
    words = [
        (each.metavar or each.name.upper() if each.required else f"[{each.metavar or each.name.upper()}]")
        for each in parameters
        if each.param_type_name == "argument"
    ]
    return " ".join([name, *words])


def _long_options(text: str) -> set[str]:
    return set(re.findall(r"--[a-z-]+", text))


def test_commands_and_their_arguments() -> None:
    documented = [re.sub(r" \[--[^]]*]", "", *spans(usage)) for usage, _ in table("command")]
    assert sorted(documented) == sorted(_usage(name, parameters) for name, parameters in _commands())


def test_options_of_every_command() -> None:
    documented: dict[str, set[str]] = defaultdict(set)
    for (usage,) in (spans(cell) for cell, _ in table("command")):
        documented[re.split(r" [A-Z[]", usage)[0]] |= _long_options(usage)
    for command in ("bntui", "bntui sweep run"):
        documented[command] |= _long_options(" ".join(cell for cell, _ in table(f"option of `{command}`")))
    for options, commands in table("options"):
        for command in spans(commands):
            documented[f"bntui {command}".replace("bntui bntui", "bntui")] |= _long_options(options)
    assert documented == {
        name: {text for each in parameters if each.param_type_name == "option" for text in each.opts}
        | {text for each in parameters for text in each.secondary_opts}
        for name, parameters in _commands()
    }


def test_values_of_options() -> None:
    usages = "\n".join(row[0] for row in table("command"))
    assert re.findall(r"--format ([\w|]+)", usages) == ["|".join(FORMATS)]
    values = {option: spans(cell) for option, cell in table("option")}
    assert [value for value in values["`--colors`"] if value.isalnum()] == list(Colors)
    assert [value for value in values["`--markers`"] if value.isalnum()] == list(Markers)


def test_settings() -> None:
    (block,) = (block for block in blocks("toml") if block.startswith("theme ="))
    assert re.findall(r"^(\w+) =", block, re.MULTILINE) == list(Settings.model_fields)


# Screen

SYMBOLS = {
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "+": "plus",
    "=": "equals_sign",
    "-": "minus",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    ",": "comma",
    ".": "full_stop",
    "/": "slash",
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
}


def _documented_keys(first_column: str) -> list[str]:
    keys = []
    for cell, _ in table(first_column):
        names = spans(cell)
        if "…" in cell:
            first, last = names
            prefix = first.rstrip("123456789")
            names = [f"{prefix}{number}" for number in range(1, int(last.removeprefix(prefix)) + 1)]
        for name in names:
            modifier, plus, key = name.rpartition("+") if len(name) > 1 else ("", "", name)
            keys.append(f"{modifier}{plus}{SYMBOLS.get(key, key)}")
    return keys


def _keys(bindings: Sequence[BindingType]) -> list[str]:
    keys = (binding.key if isinstance(binding, Binding) else binding[0] for binding in bindings)
    return [key for listed in keys for key in listed.split(",")]


@pytest.mark.parametrize(
    ("first_column", "keys"),
    [
        ("key", [*_keys(DashboardScreen.BINDINGS), *_keys(DashboardApp.BINDINGS), App.COMMAND_PALETTE_BINDING]),
        ("key in BatchNorm by hand", _keys(MechanicsPane.BINDINGS)),
        ("key in the log", _keys([*LogPane.BINDINGS, *SelectableList.BINDINGS])),
        ("key on a page of metrics", _keys([*MetricView.BINDINGS, *MetricMap.BINDINGS])),
        ("key in the tour", _keys([*ChapterScreen.BINDINGS, *TOUR_KEYS, *ByHandScreen.BINDINGS])),
        ("key in the list of runs", _keys([*RunsScreen.BINDINGS, *RunList.BINDINGS])),
        ("key in a sweep", _keys([*SweepScreen.BINDINGS, *SweepTable.BINDINGS])),
        ("key on a page of metrics", _keys([*MetricView.BINDINGS, *MetricMap.BINDINGS])),
    ],
)
def test_keys(first_column: str, keys: Sequence[str]) -> None:
    everywhere = {"question_mark", "q"} if first_column != "key" else set()
    assert sorted(_documented_keys(first_column)) == sorted(set(keys) - everywhere)


def test_metrics() -> None:
    assert [name.strip("`") for name, _ in table("metric")] == list(METRICS)


def test_pages_and_their_panes() -> None:
    layer = "a layer"
    columns = declared_columns((layer,))
    history = History(RunInfo(columns, ("bn",), (layer,), 1, 1, "digits", "cpu", "cpu"))
    documented: dict[str, list[str]] = defaultdict(list)
    for page, panes, _ in table("page"):
        documented[page] += panes.split(", ")
    keys = {page.name: f"`f{number}` " for number, page in enumerate(PAGES, 1) if not page.special}
    assert list(documented) == [keys.get(page.name, "") + page.name for page in PAGES]
    for page, panes in zip(PAGES, documented.values(), strict=True):
        titles = [VIEWS[view](history, Focus(layer)).title for view in page.views if view in VIEWS]
        titles += [SYSTEM[view].title for view in page.views if view in SYSTEM]
        assert sorted(panes) == sorted(titles or panes), page.name


def test_links() -> None:
    for link in re.findall(r"]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link


def test_architecture_has_every_folder_and_module() -> None:
    package = ROOT / "bntui"
    documented = [
        name for row in table("folder or module", (package / "README.md").read_text()) for name in spans(row[0])
    ]
    folders = [path.parent for path in package.rglob("__init__.py") if path.parent != package]
    leaves = {
        f"{folder.relative_to(package)}/" for folder in folders if folder not in {each.parent for each in folders}
    }
    assert set(documented) == leaves | {path.name for path in package.glob("*.py")} - {"__main__.py"}
