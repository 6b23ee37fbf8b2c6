"""What the evidence hands to a speaker stays with that speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.domain.article import Span
from pipeline.domain.claims import Attribution
from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, passage_at, verdict_of
from pipeline.text.attribution import attributions, is_attributed
from pipeline.text.names import fold_token, is_spelling_variant
from pipeline.text.polarity import modality
from pipeline.text.quotes import quoted_runs
from pipeline.text.spans import find_words
from pipeline.text.words import content_stems, stem, words

_TITLES = frozenset(stem(word) for word in ["mr", "mrs", "ms", "dr", "senior", "top", "former", "the"])

_GUESSED = re.compile(r"\b(?:is|are|was|were) (?:thought|considered|presumed|feared|said)\b", re.IGNORECASE)
"""Besides "is believed" and the like: words that leave open whose guess it is, as the passage does."""


def speaker_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """A speaker named in ``text`` is one in the evidence; attributed evidence is not told as plain fact."""
    speakers = attributions(text)
    problems = [
        f"the cited passage does not hand this to “{speaker.name}”"
        for speaker in speakers
        if not any(_may_speak(speaker.name, passage) for passage in passages)
    ]
    if not problems:
        problems = _lent_words(text, speakers, passages)
    attributed = bool(passages) and all(is_attributed(passage.context) for passage in passages)
    if attributed and not (is_attributed(text) or _GUESSED.search(text) or modality(text, attributed=False) == "urged"):
        problems.append("the cited passage says who says so; this text does not")
    return verdict_of("speaker", problems, applicable=bool(speakers) or attributed, passed="it stays with who said it")


def _lent_words(text: str, speakers: Sequence[Attribution], passages: Sequence[Passage]) -> list[str]:
    """Quotations of which no speaker of the text is a speaker where they stand, in the citation or in its article."""
    named = [who.name for who in speakers if who.role in {"speaker", "official"}] or [who.name for who in speakers]
    runs = [run.of(text).strip() for run in quoted_runs(text)] if named else []
    return [
        f"“{run}” is not handed to “{named[-1]}” where it stands"
        for run in runs
        if (places := _places_of(run, passages))
        and not any(_may_speak(name, place) for name in named for place in places)
    ]


def _places_of(run: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that hold the run; where none does, those of their articles that do."""
    held = [p for p in passages if find_words(run, p.context, Span(start=0, end=len(p.context)))]
    if held:
        return held
    articles = {p.article.text: p.article for p in passages}
    whole = [(a, find_words(run, text, Span(start=0, end=len(text)))) for text, a in articles.items()]
    return [passage_at(article, span) for article, span in whole if span is not None]


def _may_speak(name: str, passage: Passage) -> bool:
    """The name is a speaker of the passage, its subject in the sentence before, or the article's outlet."""
    said = [who.name for who in attributions(passage.context)]
    if any(_same(name, other) for other in said):
        return True
    outlet = passage.article.publisher or ""
    if outlet and _same(name, outlet):
        return True
    if not said:
        return _same(name, f"{passage.context} {passage.before}")
    earlier = [who.name for who in attributions(passage.before)] or [passage.before]
    return any(_refers_back(other) for other in said) and any(_same(name, other) for other in earlier)


def _refers_back(name: str) -> bool:
    """Such as "the official", "the spokesperson": somebody whom the sentence before named."""
    return name.lower().startswith("the ") and not any(word.text[0].isupper() for word in words(name)[1:])


def _same(name: str, other: str) -> bool:
    """Every telling word of ``name`` occurs in ``other``, in some spelling; its last word must."""
    wanted = [word for word in words(name) if stem(word.text) not in _TITLES and content_stems(word.text)]
    there = {fold_token(word.text) for word in words(other)}
    stems = set(content_stems(other))
    if not wanted:
        return True
    hits = [
        stem(w.text) in stems or any(is_spelling_variant(fold_token(w.text), token) for token in there) for w in wanted
    ]
    return hits[-1] and sum(hits) * 2 > len(hits)
