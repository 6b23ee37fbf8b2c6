"""The articles of two runs: which are the same, and what a citation of one means in the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.comparison import Change, SourceChange
from pipeline.domain.synthesis import Source

_FIELDS: Final = ("path", "title", "publisher", "published", "url")


class Passage(NamedTuple):
    """A cited passage under a name that both runs know its article by.

    In a text that was edited offsets drift, so there only the words count, and ``start`` and ``end`` are None.
    """

    article: str
    start: int | None
    end: int | None
    quote: str

    def shared(self, other: Passage) -> int:
        """How many characters both passages cover."""
        if self.article != other.article:
            return 0
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return len(self.quote) if self.quote == other.quote else 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


class Articles(NamedTuple):
    """Names for the articles of one run by their ids there, and which of them read otherwise in the other run."""

    names: Mapping[str, str]
    edited: frozenset[str]

    def passage(self, evidence: Evidence) -> Passage:
        """The passage of a citation."""
        name = self.names[evidence.article_id]
        if name in self.edited:
            return Passage(name, None, None, evidence.quote)
        return Passage(name, evidence.start, evidence.end, evidence.quote)


_SAME: Final[tuple[Callable[[Source], object], ...]] = (
    lambda source: (source.sha256, source.path),
    lambda source: (source.sha256, source.article_id),
    lambda source: source.sha256,
    lambda source: source.path,
    lambda source: source.url,
    lambda source: source.article_id,
)
"""What two sources must share to be one, the surest first: a renamed file has its digest, an edited one its name."""


def compare_sources(before: Sequence[Source], after: Sequence[Source]) -> tuple[SourceChange, ...]:
    """Every source of both runs once: partners and new ones in the order of ``after``, then those that are gone."""
    partner: dict[int, int] = {}
    for trait in _SAME:
        free = [i for i in range(len(before)) if i not in partner.values()]
        for j, source in enumerate(after):
            wanted = trait(source)
            same = [i for i in free if trait(before[i]) == wanted]
            if j not in partner and wanted is not None and same:
                partner[j] = same[0]
                free.remove(same[0])
    both = [_paired(before[partner[j]], s) if j in partner else _added(s) for j, s in enumerate(after)]
    gone = [s for i, s in enumerate(before) if i not in partner.values()]
    return (*both, *(SourceChange(kind="removed", before=source, after=None) for source in gone))


def _added(source: Source) -> SourceChange:
    return SourceChange(kind="added", before=None, after=source)


def _paired(before: Source, after: Source) -> SourceChange:
    details = changes(_labels(before), _labels(after))
    if before.sha256 != after.sha256:
        return SourceChange(kind="changed", before=before, after=after, details=details)
    return SourceChange(kind="relabelled" if details else "same", before=before, after=after, details=details)


def _labels(source: Source) -> dict[str, str | None]:
    return {name: getattr(source, name) for name in _FIELDS}


def changes(
    before: Mapping[str, str | int | float | bool | None], after: Mapping[str, str | int | float | bool | None]
) -> tuple[Change, ...]:
    """The names whose values differ, in the order of both; a name that one side lacks has None there.

    >>> [change.name for change in changes({"a": 1, "b": 2}, {"a": 1, "c": 3})]
    ['b', 'c']
    """
    names = sorted(before.keys() | after.keys())
    return tuple(
        Change(name=name, before=before.get(name), after=after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def articles(
    sources: Sequence[SourceChange], before: Mapping[str, Article], after: Mapping[str, Article]
) -> tuple[Articles, Articles]:
    """The articles of the first run and of the second, given by their ids there, under common names.

    What counts is the cleaned text: the same bytes may have been cleaned by another version of this program.
    """
    names = {f"{number}": change for number, change in enumerate(sources)}
    edited = frozenset(
        name
        for name, change in names.items()
        if change.before
        and change.after
        and before[change.before.article_id].text != after[change.after.article_id].text
    )
    return (
        Articles({change.before.article_id: name for name, change in names.items() if change.before}, edited),
        Articles({change.after.article_id: name for name, change in names.items() if change.after}, edited),
    )
