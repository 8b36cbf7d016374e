"""The second half of checking a spec: names that only the registries know, and the options of what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from bntui import data
from bntui.models import MODELS
from bntui.nearest_names import nearest
from bntui.network_spec import NetworkSpec
from bntui.printable_text import quoted
from bntui.probes import PROBES
from bntui.records import UserError
from bntui.spec import ExperimentSpec, VariantSpec, explain
from bntui.variants import VARIANTS


def resolve(spec: ExperimentSpec) -> ExperimentSpec:
    """Return the spec with names and options checked, and with every option of the probes that it names.

    Probes that it does not name are off, but for `train`, and for `rate` where the learning rate changes. Network and
    variants keep the options that they were given. Raises UserError.
    """
    data.check_name(spec.dataset)
    network = _network(spec)
    variants = tuple(_variant(spec, variant) for variant in spec.variants)
    changing = any(not spec.optimizer_of(variant.name).schedule.constant for variant in variants)
    given: Mapping[str, Mapping[str, Any]] = {"train": {}, **({"rate": {}} if changing else {}), **spec.probes}
    for name in given:
        _check("probe", name, PROBES)
    _check_hidden_layers(spec, given)
    probes = {
        name: _validated(spec, f"probes.{name}", PROBES[name].Options, given[name]).model_dump(mode="json")
        for name in PROBES
        if name in given
    }
    return spec.model_copy(update={"network": network, "variants": variants, "probes": probes})


def _check_hidden_layers(spec: ExperimentSpec, probes: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise UserError for one sample a step in a network that normalizes, or a probe of layers in one that has none."""
    kind = spec.network.kind
    if MODELS[kind].normalizes:
        if spec.batch_size == 1:
            raise UserError(
                f"preset {spec.name}: batch_size = 1: network {kind} normalizes over the batch; use 2 or more"
            )
        return
    for name, options in probes.items():
        if PROBES[name].of_layers and options.get("every", 1):
            others = ", ".join(known for known, probe in PROBES.items() if not probe.of_layers)
            raise UserError(f"preset {spec.name}: probes.{name}: network {kind} has no hidden layers; use {others}")


def _network(spec: ExperimentSpec) -> NetworkSpec:
    _check("network", spec.network.kind, MODELS)
    options = _validated(
        spec, "network", MODELS[spec.network.kind].Options, spec.network.options, NetworkSpec.model_fields
    )
    return spec.network.model_copy(update=options.model_dump(mode="json", exclude_unset=True))


def _variant(spec: ExperimentSpec, variant: VariantSpec) -> VariantSpec:
    _check("variant", variant.kind, VARIANTS)
    if variant.dropout is not None and "dropout" not in MODELS[spec.network.kind].Options.model_fields:
        raise UserError(f"preset {spec.name}: variants.{variant.name}.dropout: network {spec.network.kind} has none")
    kind = VARIANTS[variant.kind]
    options = _validated(spec, f"variants.{variant.name}", kind, variant.options, VariantSpec.model_fields)
    return variant.model_copy(update=options.model_dump(mode="json", exclude_unset=True))


def _validated(
    spec: ExperimentSpec, key: str, model: type[BaseModel], options: Mapping[str, Any], also: Iterable[str] = ()
) -> BaseModel:
    try:
        return model.model_validate(options)
    except ValidationError as error:
        raise UserError(f"preset {spec.name}: {explain(error, model, key, also)}") from None


def _check(noun: str, name: str, registry: Iterable[str]) -> None:
    if name not in registry:
        raise UserError(f"unknown {noun} {quoted(name)}{nearest(name, registry)}")
