"""One story's labels and articles, ready to measure any number of summaries by; what was asked once is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Verdict
from pipeline.evaluation.matching.matcher import RANK, Match, Target, match
from pipeline.evaluation.matching.weights import weights_of
from pipeline.evaluation.outcome import Told
from pipeline.evaluation.story import Fact, Labels, Position, Tellable
from pipeline.guards.judge import METHOD, judge
from pipeline.text.quotes import fold


class _Asked(NamedTuple):
    text: str
    places: tuple[tuple[str, int, int], ...]


class Yardstick:
    """Matches texts with labels, and judges texts by their evidence."""

    def __init__(self, labels: Labels, articles: Mapping[str, Article]) -> None:
        self.labels = labels
        self.articles = articles
        self._weights = weights_of([text for article in articles.values() for text in article.sentence_texts()])
        self._matches: dict[tuple[str, str], Match] = {}
        self._verdicts: dict[_Asked, Verdict] = {}

    def match(self, label: Tellable, text: str) -> Match:
        """How far the text tells the label."""
        key = (label.id, text)
        if key not in self._matches:
            found = (match(target, text, self._weights) for target in _targets(label, text))
            self._matches[key] = max(found, key=lambda one: (RANK[one.level], not one.flags))
        return self._matches[key]

    def judge(self, text: str, evidence: Sequence[Evidence]) -> Verdict:
        """The guards' verdict on a text against passages that resolve."""
        asked = _Asked(text, tuple((e.article_id, e.start, e.end) for e in evidence))
        if asked not in self._verdicts:
            self._verdicts[asked] = judge(text, evidence, self.articles)
        return self._verdicts[asked]

    def supports(self, text: str, evidence: Sequence[Evidence]) -> bool:
        """Whether the passages bear the text out."""
        return self.judge(text, evidence).status == "supported"

    def verdict_on(self, told: Told) -> Verdict:
        """Judged afresh, whatever verdict is stored; a citation that leads nowhere bears nothing out."""
        if told.out_of_range:
            detail = f"{told.out_of_range} of its citations are not the text that they quote"
            guard = Guard(name="citation", outcome="fail", detail=detail)
            return Verdict(status="unsupported", guards=(guard,), method=METHOD, score=0.0)
        return self.judge(told.text, told.evidence)


def _targets(label: Tellable, text: str) -> Iterator[Target]:
    """The label in its own words; and in an article's, where the text has all that is quoted of that one for it.

    Whoever made the label says that those words tell it, be they as unlike the label's own as they will.
    """
    names = label.speaker.names() if isinstance(label, Fact) and label.speaker else ()
    yield Target(label.text, label.require, label.forbid, names)
    if not isinstance(label, Fact | Position):
        return
    plain = _folded(text)
    for article in dict.fromkeys(support.article for support in label.support):
        quotes = [support.quote for support in label.support if support.article == article]
        if all(_folded(quote) in plain for quote in quotes):
            yield Target(" ".join(quotes), label.require, label.forbid, names)


def _folded(text: str) -> str:
    return " ".join(fold(text).casefold().split())
