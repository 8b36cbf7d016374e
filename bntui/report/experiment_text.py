"""What was run, in plain English, made of the specs and the states of the runs of one section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bntui.explanations import explanation_of
from bntui.network_spec import NetworkSpec
from bntui.number_format import compact
from bntui.optimizer_spec import ScheduleSpec
from bntui.records import NoticeKind, State
from bntui.report.measured import Report, ReportedRun, Section
from bntui.report.named_parts import DATASETS, NETWORKS, VARIANTS, described
from bntui.run.spec_difference import as_trained, ranges, spec_differences
from bntui.run.storage.ending import reason_of_end
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.views.view_catalogue import VIEWS

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OPTIMIZERS = {"sgd": "stochastic gradient descent", "adam": "Adam", "adamw": "AdamW"}
_NAMES = {"lr": "learning rate", "weight_decay": "weight decay", "eps": "ε", "betas": "β"}
_AT_END = {view.probe for view in VIEWS.values() if view.at_end}
"""Probes that measure at the end as well, whatever their interval."""
_OWN_KEYS = {"lr": "learning rate", "gain": "gain", "seed": "seed of the initial weights", "dropout": "dropout"}


def paragraphs(section: Section) -> list[str]:
    """Return what the runs of a section trained, on what and how."""
    differing = _differing(section)
    settings = _settings(section, differing)
    return [_networks(section.runs[0].spec, differing), _training(section, differing), *settings]


def subtitle(report: Report) -> str:
    """Return what was run in a line: networks, data sets, steps and seeds."""
    runs = report.runs
    networks = dict.fromkeys(f"{run.spec.network} on {run.info.dataset}" for run in runs)
    steps = dict.fromkeys(f"{run.spec.steps:,}" for run in runs)
    seeds = seeds_text([run.spec.seed for run in runs])
    return f"{listed(list(networks))} · {', '.join(steps)} steps · {counted(len(runs), 'run')}, {seeds}"


def schedule(section: Section) -> list[tuple[str, str]]:
    """Return how often which quantities were measured, as pairs of texts: 'every 10 steps', 'gradient norm, …'."""
    every = {**section.history.info.default_every, **section.focus.every}
    due = {probe: (every.get(probe, 0), probe in _AT_END) for probe in section.history.info.probes}
    return [
        (_often(*when), ", ".join(quantity for probe in group for quantity in _quantities(section, probe)))
        for when, group in groupby(sorted(due, key=due.__getitem__), key=due.__getitem__)
    ]


def state_text(run: ReportedRun) -> str:
    """Return how far a run is: 'finished after 200 steps', 'still training: step 40 of 200'."""
    done, steps = run.progress.steps, run.spec.steps
    of_steps = f"{done:,} of {steps:,} steps"
    if not run.state.over:
        return f"still training: {of_steps} so far" if run.state is State.TRAINING else f"{run.state}: {of_steps}"
    if run.state is State.FINISHED:
        return f"finished after {done:,} steps{reason_of_end(run.spec, run.notices)}"
    errors = [notice.text for notice in run.notices if notice.kind is NoticeKind.FAILED]
    return ": ".join([f"{run.state} after {of_steps}", *errors[-1:]])


def in_words(number: int) -> str:
    """Return 'three', '12'."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def counted(number: int, noun: str) -> str:
    """Return 'one network', 'three networks', '12 networks'."""
    return f"{in_words(number)} {noun}{'s' * (number != 1)}"


def listed(words: Sequence[str]) -> str:
    """Return 'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def seeds_text(seeds: Sequence[int]) -> str:
    """Return 'seed 0', 'seeds 0–2'."""
    texts = list(ranges(sorted(set(seeds))))
    return f"seed{'s' * (len(set(seeds)) > 1)} {', '.join(texts)}"


def _differing(section: Section) -> dict[str, str]:
    """Return the values of the keys in which the runs differ, but for the seed, by key."""
    if len(section.groups) < 2:
        return {}
    rows = spec_differences([as_trained(run.spec, run.info) for run in section.runs]).keys
    return {row.key: row.text() for row in rows if row.key != "seed"}


def _networks(spec: ExperimentSpec, differing: Mapping[str, str]) -> str:
    network = differing.get("network") or _network(spec.network, differing)
    if len(spec.variants) == 1:
        return f"One network was trained, {network}; {_variant(spec.variants[0])} after each hidden layer."
    head = counted(len(spec.variants), "network").capitalize()
    after = "; ".join(_variant(variant) for variant in spec.variants)
    return (
        f"{head} were trained side by side on the same batches, each a {network}."
        f" They differ in what follows each hidden layer: {after}."
    )


def _network(network: NetworkSpec, differing: Mapping[str, str]) -> str:
    phrase = described(network.kind, NETWORKS)
    options = [f"{key} {differing.get(f'network.{key}') or _value(value)}" for key, value in network.options.items()]
    return f"{phrase}, here with {listed(options)}" if options else phrase


def _variant(variant: VariantSpec) -> str:
    own = [f"{noun} {_value(getattr(variant, key))}" for key, noun in _OWN_KEYS.items() if getattr(variant, key)]
    of_kind = {**(variant.optimizer or {}), **variant.options}
    own += [f"{_NAMES.get(key, key)} {_value(value)}" for key, value in of_kind.items()]
    phrase = VARIANTS.get(variant.kind, variant.kind)
    return f"in {variant.name} {phrase}" + (f" ({', '.join(own)})" if own else "")


def _training(section: Section, differing: Mapping[str, str]) -> str:
    first = section.runs[0]
    spec, info = first.spec, first.info
    passes = f"{spec.steps / max(info.steps_per_epoch, 1):.1f}".removesuffix(".0")
    steps = f"which are {passes} passes over the training set ({counted(info.steps_per_epoch, 'step')} each)"
    batch = differing.get("batch_size") or f"{spec.batch_size:,}"
    parts = (
        f"They were trained on {differing.get('dataset') or _dataset(first)}",
        f"in batches of {batch} samples, {_optimizer(spec, differing)},",
        f"for {differing['steps']} steps," if "steps" in differing else f"for {spec.steps:,} steps, {steps},",
        f"with {seeds_text([run.spec.seed for run in section.runs])}, on {differing.get('device') or _device(first)}.",
    )
    return " ".join(parts)


def _device(run: ReportedRun) -> str:
    name, model = run.info.device, run.info.device_name
    return f"{name} ({model})" if model not in ("", name) else name


def _dataset(run: ReportedRun) -> str:
    used = described(run.info.dataset, DATASETS)
    if run.info.dataset == run.spec.dataset:
        return used
    return f"{used}, because {run.spec.dataset}, which was asked for, was not available,"


def _optimizer(spec: ExperimentSpec, differing: Mapping[str, str]) -> str:
    """Return the optimizer and its options as the spec has them; what is off says nothing."""
    options = spec.optimizer.model_dump(exclude_none=True, exclude={"kind", "schedule"})
    texts = {key: _value(value) for key, value in options.items() if value}
    texts |= {key.removeprefix("optimizer."): text for key, text in differing.items() if key.startswith("optimizer.")}
    kind = texts.pop("kind", None) or _OPTIMIZERS.get(spec.optimizer.kind, spec.optimizer.kind)
    parts = [f"{_NAMES.get(key, key)} {text}" for key, text in texts.items()]
    return f"by {kind} with {listed([*parts, *_rate_schedule(spec.optimizer.schedule)])}"


def _rate_schedule(schedule: ScheduleSpec) -> Iterator[str]:
    if not schedule.constant:
        options = schedule.model_dump(exclude_none=True, exclude={"kind"})
        parts = [f"{key} {_value(value)}" for key, value in options.items()]
        yield f"a schedule of the rate, '{schedule.kind}' ({', '.join(parts)})"


def _settings(section: Section, differing: Mapping[str, str]) -> list[str]:
    """Say in which keys the groups differ, if there are several."""
    keys = [f"{key} ({text})" for key, text in differing.items()]
    return [f"There are {counted(len(section.groups), 'setting')}, which differ in {listed(keys)}."] if keys else []


def _often(steps: int, at_end: bool) -> str:
    text = {0: "from time to time", 1: "at every step"}.get(steps, f"every {steps:,} steps")
    return text + " and at the end" * at_end


def _quantities(section: Section, probe: str) -> Iterator[str]:
    columns = section.history.info.columns_of(probe)
    found = [explanation_of(probe, column.name) for column in columns]
    yield from dict.fromkeys(each.title for each in found if each)
    if not any(found):
        yield probe


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_value, value))
    return compact(value) if isinstance(value, float) else str(value)
