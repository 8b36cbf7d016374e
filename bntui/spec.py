"""Presets: TOML files that are checked key by key and become a frozen `ExperimentSpec`.

Keys, types and ranges are checked here, without torch, so that a mistake is reported at once. `train.resolve` checks
the names of variants, networks and probes, and their options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
import tomli_w
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
    with_config,
)
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from bntui import toml_text
from bntui.nearest_names import nearest
from bntui.network_spec import NetworkSpec
from bntui.optimizer_spec import OptimizerSpec
from bntui.page_spec import OwnPages, check_names
from bntui.printable_text import excerpt, quoted
from bntui.records import UserError
from bntui.spec_values import AnyTuple, Finite, Line, Paragraphs, Printable, Rate, Seed, Size, Strict
from bntui.user_paths import expanded, is_file, is_folder, read_text


def _comma_separated(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _check_devices(names: str) -> str:
    for name in names.split(","):
        if not re.fullmatch(r"auto|cpu|mps|cuda(:[0-9]{1,4})?", name):
            raise ValueError(f"unknown device {quoted(name)}; choose from auto, cpu, cuda, cuda:N, mps")
    return names


Precision = Literal["float32", "tf32", "bf16"]
# It becomes a part of the name of a run's folder.
PresetName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^/]*$"), Printable]


class NoiseSpec(Strict):
    """Constants of the noisy variants.

    `n_mu`, `n_sigma`, `r_mu` and `r_sigma` (a standard deviation) are those of Santurkar et al. 2018, Algorithm 1.
    `additive` is (mean, standard deviation) of the noise after the first, second, … normalized layer of the variant
    `bn-frozen-noise`; later layers have no noise. `evaluation` applies noise in evaluation mode too.
    """

    n_mu: Size = 0.5
    n_sigma: Annotated[float, Field(ge=1, le=1e38)] = 1.25
    r_mu: Size = 0.1
    r_sigma: Size = 0.1
    additive: Annotated[tuple[Annotated[tuple[Finite, Size], AnyTuple], ...], AnyTuple] = (
        (0.15, 0.3),
        (0.1, 0.5),
    )
    evaluation: bool = True


class CheckpointSpec(Strict):
    """The interval of checkpoints in `seconds` of training; 0 for none. It changes no measurement."""

    seconds: Size = 60.0


class VariantSpec(Strict):
    """One model of the run: `kind` is a key of VARIANTS, `name` identifies it within the run.

    For this variant alone, `lr` and the keys of `optimizer` override the optimizer's, `seed` the run's for its initial
    weights, `gain` the run's, and `dropout` the network's option. All other keys are options of the kind, which
    `train.resolve` checks.
    """

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+=-]*$")]
    kind: Line
    lr: Rate | None = None
    seed: Seed | None = None
    gain: Rate | None = None
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    optimizer: Mapping[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        """Expand `"bn"` to `{kind = "bn"}`, and use the kind for a missing name."""
        if isinstance(value, str):
            value = {"kind": value}
        if isinstance(value, dict) and "kind" in value:
            value = {"name": value["kind"], **value}
        return value

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the kind that the preset gives, by name."""
        return self.model_extra or {}


@with_config(ConfigDict(extra="allow", strict=True))
class ProbeTable(TypedDict, total=False):
    """The options of a probe as a preset gives them: its schedule, and others that `train.resolve` checks."""

    every: Annotated[int, Field(ge=0)]


DESCRIPTIONS = frozenset({"title", "source", "about", "pages"})
"""Keys of a spec that say what a preset is for, and how it is shown."""
NOT_MEASURED = DESCRIPTIONS | {"device", "checkpoint"}
"""Keys of a spec, beside its name, that determine no measurement but for rounding."""


class ExperimentSpec(Strict):
    """A preset: everything that determines a run's measurements, the `device` to run on, and the `checkpoint` interval.

    `probes` maps a probe's name to its options; `every` = 0 turns it off. `batch_size` counts samples, `steps` updates
    of every variant; `gain` multiplies the initial weights of convolutions and linear layers. `device` may be several,
    comma-separated, which take the variants in turn. `precision` is that of products in training; weights, updates and
    the passes of probes stay in float32. `cuda_graphs` captures each variant's training pass as a CUDA graph. `threads`
    is the number of CPU threads per variant, limited to those available; it affects how sums are rounded. `pages` are
    shown before the shipped ones.
    """

    name: PresetName
    title: Line = ""
    source: Line = ""
    about: Paragraphs = ""
    pages: OwnPages = ()
    network: NetworkSpec
    dataset: Annotated[str, Field(max_length=4200), Printable]
    device: Annotated[str, BeforeValidator(_comma_separated), AfterValidator(_check_devices)] = "auto"
    precision: Precision = "float32"
    cuda_graphs: bool = False
    threads: Annotated[int, Field(ge=1)] = 1
    seed: Seed = 0
    steps: Annotated[int, Field(ge=1, lt=2**31)] = 1000
    batch_size: Annotated[int, Field(ge=1, lt=2**31)] = 64
    gain: Rate = 1.0
    optimizer: OptimizerSpec = OptimizerSpec()
    noise: NoiseSpec = NoiseSpec()
    checkpoint: CheckpointSpec = CheckpointSpec()
    variants: Annotated[tuple[VariantSpec, ...], AnyTuple, Field(min_length=1, max_length=64)]
    probes: Mapping[Line, ProbeTable] = {}

    @model_validator(mode="after")
    def _unique_names(self) -> Self:
        names = [variant.name for variant in self.variants]
        duplicate = next((name for name in names if names.count(name) > 1), None)
        if duplicate:
            raise ValueError(f"variants: '{duplicate}' occurs twice; give each variant a name of its own")
        return self

    @model_validator(mode="after")
    def _valid_optimizers(self) -> Self:
        for variant in self.variants:
            key = f"variants.{variant.name}"
            if "lr" in (variant.optimizer or {}):
                raise ValueError(f"{key}.optimizer.lr: write {key}.lr instead")
            try:
                self.optimizer_of(variant.name)
            except ValidationError as error:
                raise ValueError(explain(error, OptimizerSpec, f"{key}.optimizer")) from None
        return self

    @property
    def schedules(self) -> dict[str, int]:
        """Steps between two measurements of each probe, where the spec gives them."""
        return {probe: options["every"] for probe, options in self.probes.items() if "every" in options}

    def lr(self, variant: str) -> float:
        """Return the learning rate of the variant of that name."""
        own = next(spec.lr for spec in self.variants if spec.name == variant)
        return self.optimizer.lr if own is None else own

    def optimizer_of(self, variant: str) -> OptimizerSpec:
        """Return the options of the optimizer of the variant of that name, with its learning rate."""
        own = next(spec for spec in self.variants if spec.name == variant)
        given = {**(own.optimizer or {}), **({} if own.lr is None else {"lr": own.lr})}
        return self.optimizer.merged(given) if given else self.optimizer

    def network_of(self, variant: VariantSpec) -> NetworkSpec:
        """Return the network of a variant, with the variant's dropout if it has its own."""
        own = {} if variant.dropout is None else {"dropout": variant.dropout}
        return self.network.model_copy(update=own)

    def shortened(self, steps: int) -> Self:
        """Return the spec limited to `steps`, with the schedules of probes and rates scaled to keep their numbers."""
        if steps >= self.steps:
            return self

        def scaled(options: Mapping[str, Any]) -> dict[str, Any]:
            every = options.get("every", 0)
            return {**options, "every": max(1, every * steps // self.steps)} if every else dict(options)

        probes = {name: scaled(options) for name, options in self.probes.items()}
        schedule = self.optimizer.schedule.shortened(steps, self.steps)
        optimizer = self.optimizer.model_copy(update={"schedule": schedule})
        variants = tuple(self._shortened(variant, steps) for variant in self.variants)
        return self.model_copy(update={"steps": steps, "probes": probes, "optimizer": optimizer, "variants": variants})

    def _shortened(self, variant: VariantSpec, steps: int) -> VariantSpec:
        if "schedule" not in (variant.optimizer or {}):
            return variant
        schedule = self.optimizer_of(variant.name).schedule.shortened(steps, self.steps)
        own = {**(variant.optimizer or {}), "schedule": schedule.model_dump(mode="json", exclude_none=True)}
        return variant.model_copy(update={"optimizer": own})

    def toml(self) -> str:
        """Return the spec as TOML that parses to an equal spec."""
        table = self.model_dump(exclude_none=True, exclude={"name"})
        return tomli_w.dumps(table)


def parse(text: str, name: str, where: str = "", overrides: Sequence[str] = ()) -> ExperimentSpec:
    """Return the spec in a TOML text.

    `overrides` are KEY=VALUE with dotted keys. Raises UserError; its message begins with `where`, by default `name`.
    """
    where = excerpt(where or name, length=160)
    try:
        table = toml_text.parsed(text)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    if "name" in table:
        raise UserError(f"{where}: name = {quoted(table['name'])}: unknown key; a preset is named after its file")
    for override in overrides:
        _override(table, override)
    try:
        toml_text.check(table)
        return ExperimentSpec.model_validate({**table, "name": name})
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    except ValidationError as error:
        raise UserError(f"{where}: {explain(error, ExperimentSpec)}") from None


def load(preset: str, overrides: Sequence[str] = ()) -> ExperimentSpec:
    """Return the spec of a preset, given by name or as the path of a TOML file. Raises UserError."""
    path = find(preset)
    try:
        text = read_text(path, toml_text.LONGEST)
    except UserError as error:
        raise UserError(f"preset {path}: {error}") from None
    spec = parse(text, path.stem, where=f"preset {preset}", overrides=overrides)
    try:
        # Of a stored run, pages may name views of another version; they are left out.
        check_names(spec.pages)
    except UserError as error:
        raise UserError(f"preset {excerpt(preset)}: {error}") from None
    return spec


def folders() -> tuple[Path, ...]:
    """Return the folders of presets in order of precedence: the user's, then the shipped ones."""
    package = Path(__file__).parent
    shipped = package / "presets"
    user = Path(platformdirs.user_config_dir("bntui")) / "presets"
    return user, shipped if shipped.is_dir() else package.parent / "presets"


def available() -> dict[str, Path]:
    """Return the file of every preset by name, sorted."""
    present = filter(is_folder, reversed(folders()))
    paths = {path.stem: path for folder in present for path in folder.glob("*.toml")}
    return dict(sorted(paths.items()))


def find(preset: str) -> Path:
    """Return the file of a preset, given by name or as a path. Raises UserError."""
    if preset.endswith(".toml") or "/" in preset:
        path = expanded(preset)
        if not is_file(path):
            what = "is a folder, not a file" if is_folder(path) else "no such file"
            raise UserError(f"preset {excerpt(preset)}: {what}")
        return path
    presets = available()
    if preset not in presets:
        raise UserError(f"unknown preset {quoted(preset)}{nearest(preset, presets, '`bntui presets` lists all')}")
    return presets[preset]


def explain(error: ValidationError, model: type[BaseModel], within: str = "", also: Iterable[str] = ()) -> str:
    """Return one line for the first problem that `model` found: its key, its value, and what is allowed.

    `within` is the dotted key of the table that was validated; `also` are keys allowed in it beside the model's.
    """
    details = error.errors()
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return _sentence(details[0], model, within, also) + more


def _sentence(detail: ErrorDetails, model: type[BaseModel], within: str, also: Iterable[str]) -> str:
    index, value = detail["loc"], detail["input"]
    key = excerpt(".".join(map(str, (within, *index) if within else index)))
    match detail["type"]:
        case "extra_forbidden":
            shown = key if isinstance(value, dict) else f"{key} = {quoted(value)}"
            return f"{shown}: unknown key{nearest(str(index[-1]), [*_keys(model, index[:-1]), *also])}"
        case "missing":
            return f"'{key}' is missing"
        case "misfit":
            return f"{key}.{detail['msg']}"
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case _:
            expected = detail["msg"].removeprefix("Input ").removeprefix("Value ")
            return f"{key} = {quoted(value)}: {expected}"


def _keys(model: type[BaseModel], index: Sequence[int | str]) -> list[str]:
    for part in index:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [name for name in model.model_fields if name != "name"]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)


def _override(table: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    shown = excerpt(override)
    if not equals or not key.strip():
        raise UserError(f"--set {shown}: write KEY=VALUE, for example probes.smoothness.every=10")
    *parents, last = key.strip().split(".") if not key.startswith("variants.") else _variant_path(key)
    target: Any = table
    for parent in parents:
        target = _child(target, parent, shown)
    if not isinstance(target, dict):
        raise UserError(f"--set {shown}: '{excerpt('.'.join(parents))}' has no keys")
    target[last] = parsed_value(text.strip())


def _variant_path(key: str) -> list[str]:
    # A variant's name may contain dots (`bn-0.5`), its options do not, but for those of its optimizer.
    _, rest = key.split(".", 1)
    name, dot, option = rest.partition(".optimizer.")
    if dot:
        return ["variants", name, "optimizer", *option.split(".")]
    name, dot, option = rest.rpartition(".")
    return ["variants", name, option] if dot else ["variants", rest]


def _child(parent: Any, name: str, shown: str) -> Any:
    if isinstance(parent, list):
        return _variant(parent, name, shown)
    if not isinstance(parent, dict):
        raise UserError(f"--set {shown}: '{excerpt(name)}' is not inside a table")
    if name == "network" and isinstance(parent.get(name), str):
        # The kind alone stands for a table.
        parent[name] = {"kind": parent[name]}
    return parent.setdefault(name, {})


def _variant(entries: list[Any], name: str, shown: str) -> dict[str, Any]:
    for index, entry in enumerate(entries):
        variant = {"kind": entry} if isinstance(entry, str) else entry
        if isinstance(variant, dict) and name == variant.get("name", variant.get("kind")):
            entries[index] = variant
            return variant
    raise UserError(f"--set {shown}: no variant is named '{excerpt(name)}'")


def parsed_value(text: str) -> Any:
    """Return a value written in TOML, or else the text itself, so that texts need no quotation marks."""
    try:
        table = toml_text.parsed(f"value = {text}")
    except UserError:
        return text
    return table["value"] if len(table) == 1 else text
