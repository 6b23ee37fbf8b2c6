"""A labelled story: the facts that its summary should tell, and the articles that they stand in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import yaml
from pydantic import AfterValidator, Field, ValidationError

from pipeline.domain.base import Model
from pipeline.errors import InputError
from pipeline.text.decoding import decode

STORIES: Final = Path("evals/stories")
LABELS: Final = "facts.yaml"
_FORM: Final = "The form of a story's labels is described in evals/README.md."


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Support(Model):
    """Where an article says it: a file of the story's folder and words that stand there, character for character."""

    article: str
    quote: str = Field(min_length=1)


class Fact(Model):
    """One thing that a summary should tell.

    ``require`` are regular expressions, case-insensitive, that must all match in one text of the summary.
    """

    id: Slug
    text: str = Field(min_length=1)
    importance: Literal["vital", "okay"]
    support: tuple[Support, ...] = Field(min_length=1)
    require: tuple[Pattern, ...] = Field(min_length=1)

    def told_by(self, text: str) -> bool:
        """Whether the text tells this fact, as far as regular expressions can say."""
        plain = " ".join(text.split())
        return all(re.search(pattern, plain, re.IGNORECASE) for pattern in self.require)


class Labels(Model):
    """What ``facts.yaml`` holds. ``articles`` is a folder, relative to the file."""

    schema_version: Literal[1]
    id: Slug
    title: str
    articles: str
    annotator: Literal["model", "person"]
    labelled: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="ISO date")
    facts: tuple[Fact, ...] = Field(min_length=1)


class LabelledStory(NamedTuple):
    """Labels with the folder of articles that they speak of."""

    labels: Labels
    folder: Path


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
    """Read a label file; whether its quotes stand in the articles is for `lint` to say.

    Raises:
        InputError: it cannot be read, or is not of the form of `Labels`.
    """
    try:
        loaded: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        labels = Labels.model_validate(loaded)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}.", hint=_FORM) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint=_FORM) from error
    return LabelledStory(labels, path.parent / labels.articles)


def lint(story: LabelledStory) -> list[str]:
    """What is wrong with the labels, in words; an empty list if nothing is.

    A quote must stand in its file, ids must be unique, some fact must be vital, and a fact's own text must meet
    what it requires: a rule that its own wording fails would count every summary as a loss.
    """
    facts = story.labels.facts
    toothless = [] if any(fact.importance == "vital" for fact in facts) else ["no fact is vital, so nothing could fail"]
    return [*toothless, *_repeated(facts), *_unmet(facts), *_misquoted(story)]


def _repeated(facts: Sequence[Fact]) -> Iterator[str]:
    counts = Counter(fact.id for fact in facts)
    return (f"{name}: the id is used {count} times" for name, count in counts.items() if count > 1)


def _unmet(facts: Sequence[Fact]) -> Iterator[str]:
    return (f"{fact.id}: its own text does not meet what it requires" for fact in facts if not fact.told_by(fact.text))


def _misquoted(story: LabelledStory) -> Iterator[str]:
    texts: dict[str, str | None] = {}
    for fact in story.labels.facts:
        for support in fact.support:
            if support.article not in texts:
                texts[support.article] = _text(story.folder / support.article)
            text = texts[support.article]
            if text is None:
                yield f"{fact.id}: there is no article {support.article}"
            elif unicodedata.normalize("NFC", support.quote) not in text:
                yield f"{fact.id}: not word for word in {support.article}: “{support.quote}”"


def _text(path: Path) -> str | None:
    """The file as ingest decodes it, in the normal form that its offsets count in; None if there is no such file."""
    return unicodedata.normalize("NFC", decode(path.read_bytes())) if path.is_file() else None
