"""A chapter of the tour: a TOML file in `bntui/tour/chapters` that is checked and becomes a frozen `Chapter`.

Nothing here is a result: what is right, and what is said after the experiment, follows from what the reader's own run
measures (`bntui/tour/decision.py`, `bntui/tour/chapter_result.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from bntui import toml_text
from bntui.overrides import load_experiment, override_texts
from bntui.page_spec import PageSpec
from bntui.records import UserError
from bntui.spec import ExperimentSpec, explain, folders
from bntui.spec_values import AnyTuple, Line, Paragraphs, Strict
from bntui.tour.marked_text import paragraphs_of
from bntui.views.paragraphs import Paragraph

PAGE = "tour"
"""The name of the page that a chapter's experiment shows first."""

Names = Annotated[tuple[Line, ...], AnyTuple]


class Experiment(Strict):
    """What the reader trains: a `preset` with the keys of `settings` overridden; without one, BatchNorm by hand.

    `lines` and `shares` are those of a page: the views that are shown, line by line. `seconds` is how long it takes on
    two cores.
    """

    preset: Line = ""
    settings: Mapping[str, Any] = {}
    lines: Annotated[tuple[Names, ...], AnyTuple] = ()
    shares: Annotated[tuple[int, ...], AnyTuple] = ()
    seconds: Annotated[int, Field(ge=1, le=60)] = 30

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.preset and not self.lines:
            raise ValueError("experiment.lines: name the views to show")
        if not self.preset and (self.settings or self.lines):
            raise ValueError("experiment.preset: is missing")
        return self

    @property
    def page(self) -> PageSpec:
        """The page to show."""
        return PageSpec(name=PAGE, lines=self.lines, shares=self.shares)


class Change(Strict):
    """What the reader may change before training again: the `values` of `keys`, from `start` on.

    `labels` are shown in place of the values.
    """

    title: Line
    keys: Annotated[Names, Field(min_length=1)]
    values: Annotated[tuple[Any, ...], AnyTuple, Field(min_length=2, max_length=12)]
    labels: Names = ()
    start: Any

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.start not in self.values:
            raise ValueError(f"changes: {self.title}: start is not one of the values")
        if self.labels and len(self.labels) != len(self.values):
            raise ValueError(f"changes: {self.title}: give one label for each of the {len(self.values)} values")
        return self

    def label(self, index: int) -> str:
        """Return a value as it is shown."""
        return self.labels[index] if self.labels else f"{self.values[index]}"


class Comparison(Strict):
    """A number of each variant, and which of them is asked for: the `wanted` one, or all within the margin of it.

    The number is a metric of sweeps, or the curve of a `probe` and `name`: in the whole network, in the named `layer`,
    or averaged over all of them ('mean'); `over` its last `last` steps, 0 for all. 'jump' is the mean change from one
    measurement to the next. `margin` is a difference, `factor` a ratio, within which values are about the same; give
    one of them. `absent` says whether a variant without a number, such as one that diverged, comes last or first.
    """

    metric: Line = ""
    probe: Line = ""
    name: Line = ""
    layer: Line = ""
    over: Literal["mean", "last", "largest", "smallest", "jump"] = "mean"
    last: Annotated[int, Field(ge=0)] = 0
    wanted: Literal["highest", "lowest"]
    variants: Names = ()
    margin: Annotated[float, Field(ge=0)] | None = None
    factor: Annotated[float, Field(ge=1)] | None = None
    absent: Literal["last", "first"] = "last"

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if bool(self.metric) == bool(self.probe and self.name):
            raise ValueError("question.compare: give a metric, or probe and name")
        if (self.margin is None) == (self.factor is None):
            raise ValueError("question.compare: give margin or factor")
        return self


class Answer(Strict):
    """An answer; where variants are compared, it names those that are about the same and first."""

    text: Line
    variants: Names = ()

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Question(Strict):
    """What the reader is asked before the result, and what decides: `compare`, the effect of a `claim`, or arithmetic.

    Without `answers`, those of a comparison are each variant and 'about the same', those of a claim 'yes' and 'no'.
    With `right`, the number of the right answer from 1 on, `why` says why.
    """

    text: Line
    answers: Annotated[tuple[Answer, ...], AnyTuple, Field(max_length=6)] = ()
    compare: Comparison | None = None
    claim: Line = ""
    right: Annotated[int, Field(ge=1)] | None = None
    why: Paragraphs = ""

    @model_validator(mode="after")
    def _decidable(self) -> Self:
        if [self.compare is not None, bool(self.claim), self.right is not None].count(True) != 1:
            raise ValueError("question: give one of compare, claim and right")
        if self.claim and len(self.answers) not in (0, 2):
            raise ValueError("question.answers: give two, the first for an effect within the claim's bounds")
        if self.right is not None and not (1 < len(self.answers) >= self.right and self.why):
            raise ValueError("question.right: give at least two answers, the number of one of them, and why")
        return self


class After(Strict):
    """What is said after the experiment: always, or only where the run measured something.

    `claim` and `effect`: the claim's effect lies within its bounds, or outside. `best`: exactly these variants came
    first in the question's comparison. `diverged`: this variant diverged; `converged`: it did not.
    """

    text: Paragraphs
    claim: Line = ""
    effect: Literal["within", "outside"] | None = None
    best: Names | None = None
    diverged: Line = ""
    converged: Line = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.claim) is (self.effect is None):
            raise ValueError("after: claim and effect belong together")
        return self


class Chapter(Strict):
    """A chapter: a page of `text`, a question, an experiment, and what is said after it.

    `name` is that of its file. Texts are written as `bntui/tour/marked_text.py` says. `claims` are the ids of the
    claims whose effects in the reader's run are shown.
    """

    name: Line
    title: Annotated[Line, Field(max_length=40)]
    source: Line
    text: Paragraphs
    question: Question
    experiment: Experiment = Experiment()
    changes: Annotated[tuple[Change, ...], AnyTuple, Field(max_length=4)] = ()
    claims: Names = ()
    after: Annotated[tuple[After, ...], AnyTuple] = ()

    @property
    def by_hand(self) -> bool:
        """Whether the reader computes BatchNorm by hand instead of training."""
        return not self.experiment.preset

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The page of text."""
        return [*paragraphs_of(self.text), ("muted", f"After {self.source}.")]

    @property
    def start(self) -> tuple[int, ...]:
        """The place of each change's first value."""
        return tuple(change.values.index(change.start) for change in self.changes)

    def spec(self, places: Sequence[int] = ()) -> ExperimentSpec:
        """Return the experiment, with each change's value at its place; by default as it is shipped. Raises UserError.

        Its first page is the chapter's.
        """
        chosen = {
            key: change.values[place]
            for change, place in zip(self.changes, places or self.start, strict=True)
            for key in change.keys
        }
        overrides = override_texts({**self.experiment.settings, **chosen})
        # Not the user's preset of that name: the texts are about the shipped one.
        spec = load_experiment(folders()[-1] / f"{self.experiment.preset}.toml", overrides)
        return spec.model_copy(update={"pages": (self.experiment.page, *spec.pages)})


def parse(text: str, name: str) -> Chapter:
    """Return the chapter in a TOML text. Raises UserError, which names the file, the key and what would do."""
    try:
        return Chapter.model_validate({**toml_text.parsed(text), "name": name})
    except UserError as error:
        raise UserError(f"chapter {name}: {error}") from None
    except ValidationError as error:
        raise UserError(f"chapter {name}: {explain(error, Chapter)}") from None


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return the shipped chapters in their order, which is that of their files' names: `1-mechanics.toml`."""
    paths = sorted((Path(__file__).parent / "chapters").glob("*.toml"))
    return tuple(parse(path.read_text(encoding="utf-8"), path.stem.partition("-")[2]) for path in paths)
