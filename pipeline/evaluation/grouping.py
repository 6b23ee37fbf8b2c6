"""How well articles are sorted into events, against labels: B-cubed (Bagga and Baldwin 1998)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from pipeline.domain.article import Article
from pipeline.domain.base import Model, first_fault
from pipeline.errors import InputError
from pipeline.stages.ingest import ingest


class GroupingLabels(Model):
    """Which articles tell of one event. Folders are relative to the root of the repository."""

    stories: dict[str, str]
    each_its_own: tuple[str, ...]


class Mix(NamedTuple):
    """Articles from everywhere, and by article id the event that each tells of."""

    articles: tuple[Article, ...]
    events: dict[str, str]

    def plus(self, name: str, inputs: Iterable[str], *, one_event: bool) -> Mix:
        """With the articles of ``inputs``, all of the event ``name`` or each of one of its own."""
        read = [a.model_copy(update={"id": f"{name}/{a.id}"}) for a in ingest(list(inputs)).articles]
        events = {article.id: name if one_event else article.id for article in read}
        return Mix((*self.articles, *read), self.events | events)


class BCubed(NamedTuple):
    """Means over articles: of an article's group, and of its event, the share that is right. 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def load_mix(labels: Path, root: Path) -> Mix:
    """The articles that the labels speak of.

    Raises:
        InputError: the file is not of its form, or names a folder that is not there.
    """
    try:
        loaded = GroupingLabels.model_validate(yaml.safe_load(labels.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InputError(f"{labels}: {first_fault(error)}") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"{labels} cannot be read: {error}") from None
    mix = Mix((), {})
    for name, folder in loaded.stories.items():
        mix = mix.plus(name, [str(root / folder)], one_event=True)
    for folder in loaded.each_its_own:
        mix = mix.plus(folder, [str(root / folder)], one_event=False)
    return mix


def b_cubed(groups: Iterable[Collection[str]], events: Mapping[str, str]) -> BCubed:
    """Precision and recall over the labelled articles; others in the groups are not looked at.

    >>> b_cubed([["a", "b"], ["c"]], {"a": "storm", "b": "storm", "c": "storm"}).recall.__round__(2)
    0.56
    """
    place = {
        member: frozenset(known)
        for known in ([m for m in group if m in events] for group in groups)
        for member in known
    }
    members: dict[str, set[str]] = {}
    for article, event in events.items():
        members.setdefault(event, set()).add(article)
    right = {article: len(place[article] & members[event]) for article, event in events.items()}
    count = max(len(events), 1)
    return BCubed(
        math.fsum(right[article] / len(place[article]) for article in events) / count,
        math.fsum(right[article] / len(members[event]) for article, event in events.items()) / count,
    )
