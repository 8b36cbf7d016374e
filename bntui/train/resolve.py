"""The second half of checking an experiment: names that only the registries know, and the probes' options."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from bntui import data
from bntui.models import MODELS
from bntui.probes import PROBES
from bntui.records import UserError
from bntui.spec import ExperimentSpec, explain, nearest
from bntui.variants import VARIANTS


def resolve(spec: ExperimentSpec) -> ExperimentSpec:
    """The spec with every probe's options filled in; what the preset does not name is off. Raises UserError."""
    data.check_name(spec.dataset)
    _known("network", spec.network, MODELS)
    for variant in spec.variants:
        _known("variant", variant.kind, VARIANTS)
    probes: dict[str, object] = {"train": {}, **spec.probes}
    for name in probes:
        _known("probe", name, PROBES)
    filled = {name: _options(spec, name, probes[name]) for name in PROBES if name in probes}
    return spec.model_copy(update={"probes": filled})


def _options(spec: ExperimentSpec, probe: str, options: object) -> dict[str, object]:
    model = PROBES[probe].Options
    try:
        return model.model_validate(options).model_dump(mode="json")
    except ValidationError as error:
        raise UserError(f"preset {spec.name}: probes.{probe}: {explain(error, model)}") from None


def _known(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UserError(f"unknown {what} '{name}'{nearest(name, known)}")
