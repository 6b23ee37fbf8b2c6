"""A labelled story: what its summary should tell, what it must not, and the articles that say so."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeVar

import yaml
from pydantic import AfterValidator, Field, ValidationError

from pipeline.domain.base import Model, first_fault
from pipeline.errors import InputError
from pipeline.evaluation.results import Importance

STORIES: Final = Path("evals/stories")
LABELS: Final = "facts.yaml"
LABELS_SCHEMA: Final = "facts.schema.json"
_FORM: Final = "The form of a story's labels is described in evals/README.md."

_Kind = TypeVar("_Kind", bound=Model)

Corruption = Literal[
    "number", "unit", "date", "negation", "entity", "speaker", "role_swap", "modality", "exaggeration", "place", "cause"
]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Support(Model):
    """Where an article says it: a file of the story's folder and words that stand there, character for character."""

    article: str
    quote: str = Field(min_length=1)


class Annotator(Model):
    """Who labelled: a person, or a language model that nobody has confirmed."""

    kind: Literal["person", "model"]
    labelled: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="ISO date")
    note: str = ""


class Named(Model):
    """Somebody, with the other ways in which the articles or a fair summary name them."""

    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class Speaker(Named):
    """Who says it. ``contested``: others dispute it or it is an allegation, so a summary must say whose word it is."""

    contested: bool = False


class Tellable(Model):
    """Something that a sentence can tell.

    ``require`` and ``forbid`` are regular expressions, case-insensitive: all of the first must match in a sentence
    that tells it, none of the second may. They can only take back what the words have made likely.
    """

    id: Slug
    text: str = Field(min_length=1)
    require: tuple[Pattern, ...] = ()
    forbid: tuple[Pattern, ...] = ()

    def allows(self, text: str) -> bool:
        """Whether the patterns leave the text a chance."""
        plain = " ".join(text.split())
        wanted = all(re.search(pattern, plain, re.IGNORECASE) for pattern in self.require)
        return wanted and not any(re.search(pattern, plain, re.IGNORECASE) for pattern in self.forbid)


By = Annotated[tuple[str, ...], Field(min_length=1, description="annotators who made this label")]


class Fact(Tellable):
    """One thing that a summary should tell."""

    importance: Importance
    by: By
    support: tuple[Support, ...] = Field(min_length=1)
    speaker: Speaker | None = None

    def articles(self) -> frozenset[str]:
        """The files that say it."""
        return frozenset(support.article for support in self.support)


class Position(Tellable):
    """One side of a disagreement."""

    holders: tuple[Named, ...] = Field(min_length=1)
    support: tuple[Support, ...] = Field(min_length=1)


class LabelledDisagreement(Model):
    """Where sources, or people in them, contradict each other."""

    id: Slug
    question: str = Field(min_length=1)
    by: By
    positions: tuple[Position, ...] = Field(min_length=2)


class Trap(Model):
    """A difference that is no contradiction."""

    id: Slug
    text: str = Field(min_length=1)
    by: By
    sides: tuple[Support, ...] = Field(min_length=2)


class Copy(Model):
    """Passages of several articles that are one report: one origin, however many carry it."""

    id: Slug
    text: str = Field(min_length=1)
    by: By
    passages: tuple[Support, ...] = Field(min_length=2)


class Falsehood(Tellable):
    """A sentence that no summary may state; ``corrupts`` is the fact or position that it distorts."""

    corrupts: Slug
    kind: Corruption
    by: By


class Labels(Model):
    """What ``facts.yaml`` holds. ``articles`` is a folder, relative to the file; ``digests`` are of its files."""

    schema_version: Literal[2]
    id: Slug
    title: str = Field(min_length=1)
    articles: str
    digests: Mapping[str, Sha256]
    annotators: Mapping[str, Annotator] = Field(min_length=1)
    facts: tuple[Fact, ...] = Field(min_length=1)
    disagreements: tuple[LabelledDisagreement, ...] = ()
    traps: tuple[Trap, ...] = ()
    copies: tuple[Copy, ...] = ()
    falsehoods: tuple[Falsehood, ...] = ()

    def positions(self) -> Iterator[Position]:
        """The positions of all disagreements."""
        return (position for disagreement in self.disagreements for position in disagreement.positions)

    def speakers(self) -> Iterator[Named]:
        """Everybody whom a label names as a speaker or a holder."""
        yield from (fact.speaker for fact in self.facts if fact.speaker)
        yield from (holder for position in self.positions() for holder in position.holders)

    def passages(self) -> Iterator[tuple[str, Support]]:
        """Every quoted passage with the id of its label."""
        yield from ((fact.id, support) for fact in self.facts for support in fact.support)
        yield from ((position.id, support) for position in self.positions() for support in position.support)
        yield from ((trap.id, side) for trap in self.traps for side in trap.sides)
        yield from ((copy.id, passage) for copy in self.copies for passage in copy.passages)


class LabelledStory(NamedTuple):
    """Labels with the folder of articles that they speak of, and the file that they were read from."""

    labels: Labels
    folder: Path
    path: Path


def find_stories(named: Sequence[str], root: Path = STORIES) -> list[Path]:
    """The label files of the stories that were named, by name or by folder; of all stories if none was.

    Raises:
        InputError: there is no such story, or none at all.
    """
    if not named:
        found = sorted(root.glob(f"*/{LABELS}"))
        if not found:
            raise InputError(f"There are no stories in {root}.", hint="Run it in a checkout, or name a story's folder.")
        return found
    return [_find(name, root) for name in named]


def _find(name: str, root: Path) -> Path:
    for path in (root / name / LABELS, Path(name) / LABELS, Path(name)):
        if path.is_file():
            return path
    known = ", ".join(path.parent.name for path in sorted(root.glob(f"*/{LABELS}"))) or "none"
    raise InputError(f"There is no story “{name}”.", hint=f"Stories in {root}: {known}. A story's folder works too.")


def load_story(path: Path) -> LabelledStory:
    """Read a label file; whether its quotes stand in the articles is for `lint.problems` to say.

    Raises:
        InputError: it cannot be read, or is not of the form of `Labels`.
    """
    labels = load_labels(path, Labels)
    return LabelledStory(labels, path.parent / labels.articles, path)


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice: YAML's loader would forget the first without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  the base class has it so
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            problem = f"the key “{twice[0]}” is given twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def load_labels(path: Path, kind: type[_Kind]) -> _Kind:
    """Read a hand-written YAML file as ``kind``.

    Raises:
        InputError: it cannot be read, is no YAML, or is not of that form; the first key that is wrong is named.
    """
    try:
        loaded: Any = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  it is a safe one
        return kind.model_validate(loaded)
    except ValidationError as error:
        raise InputError(f"{path}: {first_fault(error)}.", hint=_FORM) from None
    except (OSError, ValueError, IndexError, OverflowError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint=_FORM) from error


def labels_schema() -> dict[str, Any]:
    """The JSON Schema of a label file: what an editor completes and checks it by."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Labels.model_json_schema()}
