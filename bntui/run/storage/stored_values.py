"""What the database of a run may hold: types and limits of its values, checked as they are read."""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from bntui.printable_text import excerpt
from bntui.records import Column, Progress, RunInfo, Session, State

MAX_TEXT = 10_000
"""Characters of a title, a note or a notice; the rest is not shown."""
_MAX_VALUE = 1_000_000
"""Characters of a value of the whole run, as JSON."""
_MAX_NAME = 1_000
_MAX_CURVES = 1_000_000
_STEPS = 2**31


def _check_progress(progress: Progress) -> Progress:
    seconds = progress.seconds, progress.probe_seconds, *progress.variant_seconds.values()
    if not (0 <= progress.steps < _STEPS and all(0 <= each < 1e12 for each in seconds)):
        raise ValueError("a number is out of range")
    return progress


def _check_info(info: RunInfo) -> RunInfo:
    numbers = info.steps, info.steps_per_epoch
    undefined = chain.from_iterable((probe, *variants) for probe, variants in info.undefined.items())
    names = (*info.variants, *info.layers, *info.default_every, *undefined, info.dataset, info.device, info.device_name)
    if not (all(1 <= number < _STEPS for number in numbers) and 0 <= info.classes < _STEPS and 0 <= info.majority <= 1):
        raise ValueError("a number is out of range")
    if not info.variants or len(set(info.variants)) < len(info.variants) or len(set(info.layers)) < len(info.layers):
        raise ValueError("variants or layers are missing or repeated")
    if max(map(len, names)) > _MAX_NAME:
        raise ValueError("a name is too long")
    return info


def _check_sessions(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    if not sessions:
        raise ValueError("is empty")
    for session in sessions:
        numbers = session.step, session.cores, session.threads, session.train_samples, session.test_samples
        if not all(0 <= number < 2**63 for number in numbers):
            raise ValueError("a number is out of range")
    return sessions


_Text = Annotated[str, AfterValidator(lambda text: text[:MAX_TEXT])]
_KINDS: dict[str, TypeAdapter[Any]] = {
    "state": TypeAdapter(State),
    "preset": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "host": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "spec": TypeAdapter(str),
    "title": TypeAdapter(_Text),
    "note": TypeAdapter(_Text),
    "namespace": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "process": TypeAdapter(Annotated[int, Field(lt=2**31)]),
    "started": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "sessions": TypeAdapter(Annotated[tuple[Session, ...], AfterValidator(_check_sessions)]),
    "begun": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "ended": TypeAdapter(Annotated[str, Field(max_length=_MAX_NAME)]),
    "versions": TypeAdapter(dict[str, str]),
    "progress": TypeAdapter(Annotated[Progress, AfterValidator(_check_progress)]),
    "info": TypeAdapter(Annotated[RunInfo, AfterValidator(_check_info)]),
}
_OTHER = TypeAdapter(Any)


def decode(key: str, text: object) -> Any:
    """Return a value of the whole run from its JSON text. Raises ValueError, with a reason of one line."""
    if not isinstance(text, str) or len(text) > _MAX_VALUE:
        raise ValueError("is not a text, or is too long")
    try:
        return _KINDS.get(key, _OTHER).validate_json(text, strict=True)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, detail["loc"]))
        raise ValueError(excerpt(f"{where}: {detail['msg']}" if where else detail["msg"])) from None


def check_columns(columns: tuple[Column, ...], variants: int) -> None:
    """Raise ValueError unless the columns are different texts, and not too many."""
    texts = [(column.probe, column.name, column.layer, column.unit) for column in columns]
    if not all(isinstance(text, str) and len(text) <= _MAX_NAME for column in texts for text in column):
        raise ValueError("a column is not a text, or is too long")
    if len({column[:3] for column in texts}) < len(texts):
        raise ValueError("a column is repeated")
    if len(columns) * variants > _MAX_CURVES:
        raise ValueError("there are too many columns")


def is_step(step: object) -> bool:
    """Return whether a value is the number of a step."""
    return isinstance(step, int) and 0 <= step < _STEPS


def is_values(data: object) -> bool:
    """Return whether a value is that of a measurement: numbers of four bytes."""
    return isinstance(data, bytes) and len(data) % 4 == 0
