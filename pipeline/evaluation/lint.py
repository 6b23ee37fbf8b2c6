"""What is wrong with the labels of a story, in words: run before every evaluation and by `make check`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import chain, combinations
from typing import Final

from pipeline.domain.article import Article
from pipeline.errors import InputError
from pipeline.evaluation.story import (
    Copy,
    Fact,
    Falsehood,
    LabelledDisagreement,
    LabelledStory,
    Labels,
    Tellable,
    Trap,
)
from pipeline.stages.ingest import ingest
from pipeline.text.polarity import negations
from pipeline.text.quantities import quantities
from pipeline.text.words import content_stems

_Label = Fact | LabelledDisagreement | Trap | Copy | Falsehood

_NEAR: Final = 0.85
"""Share of common stems from which two facts may be one, written twice."""


def problems(story: LabelledStory) -> list[str]:
    """Everything that must be mended; an empty list if nothing is.

    The folder has the name of the story and holds the articles that were labelled, unchanged, and no others; quotes
    stand word for word in what ingest leaves of them; ids are unique, every label names known annotators, some fact is
    vital, the sides of a disagreement are different and hold different passages, a label's own text meets its patterns,
    and a falsehood's patterns leave the fact it corrupts alone.
    """
    labels, articles = story.labels, _articles(story)
    return [
        *_misnamed(story),
        *_toothless(labels.facts),
        *_repeated(labels),
        *_unknown_annotators(labels),
        *_unmet(labels),
        *_lopsided(labels),
        *_blunt_falsehoods(labels),
        *_one_sided(labels),
        *_changed_articles(story, articles),
        *_misquoted(labels, articles),
        *_twins(labels.facts),
    ]


def check(stories: Sequence[LabelledStory]) -> None:
    """Nothing, if all is well.

    Raises:
        InputError: labels that are not what they should be, or two stories of one id.
    """
    found = [f"{story.labels.id}: {problem}" for story in stories for problem in problems(story)]
    counts = Counter(story.labels.id for story in stories)
    found += [f"{name}: two stories have this id" for name, count in sorted(counts.items()) if count > 1]
    if found:
        raise InputError(f"The labels are wrong: {'; '.join(found)}.", hint="Mend facts.yaml, not the articles.")


def _toothless(facts: Sequence[Fact]) -> list[str]:
    vital = any(fact.importance == "vital" for fact in facts)
    return [] if vital else ["no fact is vital, so nothing could fail"]


def _ids(labels: Labels) -> Iterator[str]:
    yield from (label.id for label, _ in _made(labels))
    yield from (position.id for position in labels.positions())


def _made(labels: Labels) -> Iterator[tuple[_Label, tuple[str, ...]]]:
    """Every label with who made it."""
    yield from ((one, one.by) for one in labels.facts)
    yield from ((one, one.by) for one in labels.disagreements)
    yield from ((one, one.by) for one in labels.traps)
    yield from ((one, one.by) for one in labels.copies)
    yield from ((one, one.by) for one in labels.falsehoods)


def _repeated(labels: Labels) -> Iterator[str]:
    counts = Counter(_ids(labels))
    return (f"{name}: the id is used {count} times" for name, count in counts.items() if count > 1)


def _unknown_annotators(labels: Labels) -> Iterator[str]:
    for label, by in _made(labels):
        for name in by:
            if name not in labels.annotators:
                yield f"{label.id}: “{name}” is not among the annotators"


def _unmet(labels: Labels) -> Iterator[str]:
    tellable: Iterator[Tellable] = chain(labels.facts, labels.positions(), labels.falsehoods)
    return (f"{one.id}: its own text does not meet its patterns" for one in tellable if not one.allows(one.text))


def _lopsided(labels: Labels) -> Iterator[str]:
    """Positions that say the same, or that rest on the very same passages: one of them has nothing of its own."""
    for disagreement in labels.disagreements:
        for first, second in combinations(disagreement.positions, 2):
            if first.text.lower().split() == second.text.lower().split():
                yield f"{disagreement.id}: {first.id} and {second.id} say the same"
            if set(first.support) == set(second.support):
                yield f"{disagreement.id}: {first.id} and {second.id} rest on the same passages"


def _blunt_falsehoods(labels: Labels) -> Iterator[str]:
    truths: dict[str, Tellable] = {one.id: one for one in chain(labels.facts, labels.positions())}
    for falsehood in labels.falsehoods:
        truth = truths.get(falsehood.corrupts)
        if truth is None:
            yield f"{falsehood.id}: there is no fact or position “{falsehood.corrupts}” that it could corrupt"
        elif falsehood.text == truth.text or (falsehood.require and falsehood.allows(truth.text)):
            yield f"{falsehood.id}: its patterns match the text of {truth.id}, which is true"


def _one_sided(labels: Labels) -> Iterator[str]:
    for trap in labels.traps:
        if len(set(trap.sides)) < len(trap.sides):
            yield f"{trap.id}: two of its sides are one passage"
    for copy in labels.copies:
        if len({passage.article for passage in copy.passages}) < 2:  # noqa: PLR2004  a copy takes two
            yield f"{copy.id}: its passages are all of one article"


def _misnamed(story: LabelledStory) -> Iterator[str]:
    """Gates and baselines go by the id, people by the folder."""
    folder = story.path.resolve().parent.name
    if folder != story.labels.id:
        yield f"its folder is “{folder}”: name the one after the other"


def _changed_articles(story: LabelledStory, articles: Sequence[Article]) -> Iterator[str]:
    known = story.labels.digests
    for name, digest in known.items():
        path = story.folder / name
        if not path.resolve().is_relative_to(story.folder.resolve()):
            yield f"{name} is not in the folder of the articles"
        elif not path.is_file():
            yield f"there is no article {name}"
        elif sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} has changed since it was labelled: read it again, then write its new digest"
    quoted = dict.fromkeys(support.article for _, support in story.labels.passages())
    yield from (f"{name} is quoted and has no digest" for name in quoted if name not in known)
    for article in articles:
        if article.path not in known and article.path not in quoted:
            yield f"{article.path} lies among the articles and was not labelled: label it, or take it away"


def _misquoted(labels: Labels, articles: Sequence[Article]) -> Iterator[str]:
    """What ingest takes out as furniture is no passage: nothing could rest on it."""
    texts = {article.path: article.text for article in articles}
    for name, support in labels.passages():
        text = texts.get(support.article)
        if text is not None and unicodedata.normalize("NFC", support.quote) not in text:
            yield f"{name}: not word for word in {support.article}: “{support.quote}”"


def _articles(story: LabelledStory) -> Sequence[Article]:
    """The articles as they are read; none where the folder cannot be."""
    try:
        return ingest([str(story.folder)]).articles
    except InputError:
        return ()


def _twins(facts: Sequence[Fact]) -> Iterator[str]:
    """Two facts of nearly the same words, numbers and negations would count one loss twice."""
    for first, second in combinations(facts, 2):
        if say_the_same(first.text, second.text):
            yield f"{first.id} and {second.id} say nearly the same"


def say_the_same(first: str, second: str) -> bool:
    """Whether two texts have nearly the same words, and neither a number nor a negation tells them apart."""
    one, two = _stems(first), _stems(second)
    return bool(one) and bool(two) and len(one & two) >= _NEAR * max(len(one), len(two)) and _alike(first, second)


@lru_cache(maxsize=1024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def _alike(first: str, second: str) -> bool:
    """Neither a number nor a negation tells them apart."""
    figures = [{(q.value, q.comparator) for q in quantities(text)} for text in (first, second)]
    return figures[0] == figures[1] and len(negations(first)) == len(negations(second))
