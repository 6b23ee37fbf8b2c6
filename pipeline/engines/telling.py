"""What the extractive engine tells: sentences of the articles, whole, shortened, or two that belong together.

The choice is greedy budgeted coverage as in `salience`; here the sentences are the summary itself, so that more counts.
A sentence that leans on the one before it ("They were working as nurses …") may follow that one, and both make one
statement. A figure, a denial or an accusation is worth more; a sentence that is mostly quotation, or in which nothing
happened, less; of each article the sentence that tells its headline is to be told. What is told already is told once:
not in other words, not of the same topic, hardly with the same stems.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import DIFFERING
from pipeline.engines.protocol import Brief, StatementDraft
from pipeline.engines.salience import (
    OVERTAKEN,
    Candidate,
    Concept,
    Worth,
    candidate_of,
    eligible,
    opening,
    statement_text,
    tells_news,
    worth_of,
)
from pipeline.engines.standing import SHORTEST, STANDS, standing
from pipeline.text.attribution import is_attributed
from pipeline.text.languages.known import language_of
from pipeline.text.languages.reading import may_be_english
from pipeline.text.names import name_tokens
from pipeline.text.quantities import quantities
from pipeline.text.quotes import outside_quotes, quoted_share
from pipeline.text.shortening import shorter_forms
from pipeline.text.similarity import content_coverage, cosine
from pipeline.text.words import content_stems, has_past_or_auxiliary

# The constants were chosen together by fact recall on seven stories (evals/benchmarks/selection.py --grid).
_AGAIN: Final = 0.4
"""What is left of a concept's worth each time it has been told."""
_SAME_TOPIC: Final = 0.75
"""What is left of a sentence's gain where another one of its topic is told."""
_SAME_ARTICLE: Final = 0.87
"""What is left of it for each one already chosen from its article: all the articles are to be told."""
_AGREED: Final = 1.0
"""How much more a sentence gains for each doubling of the origins of its topic."""
_FIGURE: Final = 0.13
_DISPUTE: Final = 0.35
_HEADLINE: Final = 8.0
"""How much more the sentence gains that tells its article's title, times the share of the title it holds."""
_QUOTED: Final = 0.55
"""What a sentence loses that is all quotation."""
_STILL: Final = 0.45
"""What is left of a sentence in which nothing happened and nobody said anything: hardly more than a caption."""
_COLUMN: Final = 0.7
"""What is left of what somebody writes in the first person: opinion, and known from the others."""
_SHORTENED: Final = 1.1
_TWO: Final = 0.85
"""What is left of the gain of a sentence that needs the one before it."""
_LEAD_BONUS: Final = 1.8
_LEAD_DECAY: Final = 4.0
_LENGTH_EXPONENT: Final = 0.9
_REDUNDANT: Final = 0.58
"""A passage of which the chosen ones hold this share of the words already is not told again."""
_ALIKE: Final = 0.45
"""Cosine from which two sentences tell the same, in a reader's eyes."""
_TELLS_TITLE: Final = 0.3
"""Share of a title's words, by rarity, that the sentence must hold which tells what the title does."""
_TITLE_STEMS: Final = 3
"""And how many words; "Gate 3" alone may stand anywhere."""
_LINES_BETWEEN: Final = 2
"""Line ends between two sentences that still follow each other."""

_DISPUTES: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)\b|(?:accus|blam|reject|dismiss|refus|disput|alleg|contradict|rebut|refut)[a-z]*)"
)
"""Somebody is against what somebody else says, wants or did."""
_JUDGED: Final = re.compile(
    r"\b(?:is|are|was|were)\s(?:very|highly|extremely|quite|truly|deeply|hugely|utterly|remarkably)\s[a-z-]+[.!]?$"
)
"""Such as "The leader is highly unpredictable.": a degree of something, by nobody's measure but the writer's."""
_OPINION: Final = 0.35
"""What is left of it where nobody is named who thinks so."""
_WRITTEN_AS_I: Final = 3
"""Sentences in the first person that make an article a column."""
_FIRST_PERSON: Final = re.compile(r"\b(?:I|my|me|myself)\b")


class _Story(NamedTuple):
    """What the worth of a sentence depends on beside itself: what telling is worth; articles that are columns."""

    worth: Worth
    columns: frozenset[str]


class Passage(NamedTuple):
    """What may be told as one statement: a sentence in one of its forms, or one with the next, which leans on it."""

    parts: tuple[Candidate, ...]
    quality: float
    after: str | None
    """The claim that must be told for this one to follow it."""

    @property
    def length(self) -> int:
        """In words."""
        return sum(part.length for part in self.parts)

    @property
    def claims(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(part.claim.id for part in self.parts)

    @property
    def concepts(self) -> frozenset[Concept]:
        """Of all parts."""
        if len(self.parts) == 1:
            return self.parts[0].concepts
        return frozenset[Concept]().union(*(part.concepts for part in self.parts))

    @property
    def article(self) -> str:
        """The id of the article it stands in."""
        return self.parts[0].claim.evidence[0].article_id

    def draft(self) -> StatementDraft:
        """The statement."""
        return StatementDraft(text=" ".join(part.text for part in self.parts), claim_ids=self.claims)


def told_shortly(brief: Brief) -> list[StatementDraft]:
    """The statements that tell most within the budget: the event first, the others by their place in the articles."""
    forms = {claim.id: list(_forms(claim, brief)) for claim in brief.claims.values()}
    worth = worth_of(brief, [form for each in forms.values() for form in each])
    story = _story(brief, worth)
    single = {c: [Passage((f,), _quality(f, story), None) for f in each] for c, each in forms.items()}
    headlines = _headlines(brief, forms, story)
    passages = [
        p._replace(quality=p.quality * (1.0 + _HEADLINE * headlines.get(claim, 0.0)))
        for claim, each in single.items()
        for p in each
    ]
    passages += _followed(brief, forms, story)
    return [passage.draft() for passage in _select(brief, passages, worth)]


# --- what may be told


def _forms(claim: Claim, brief: Brief) -> Iterator[Candidate]:
    """The sentence as it stands, then its shorter forms, which English alone has rules for."""
    text = statement_text(claim.text)
    article = brief.articles[claim.evidence[0].article_id]
    for form in [text, *(shorter_forms(text) if language_of(article.language) is None else ())]:
        yield candidate_of(form, claim, article)


def _followed(brief: Brief, forms: Mapping[str, Sequence[Candidate]], story: _Story) -> Iterator[Passage]:
    """Sentences that lean on the one before: beside that one, where it is told, or both together."""
    for article in brief.articles.values():
        own = [c for c in forms.values() if c[0].claim.evidence[0].article_id == article.id]
        own.sort(key=lambda c: c[0].claim.evidence[0].start)
        for first, second in pairwise(own):
            if first[0].stands < STANDS or second[0].stands >= STANDS or not _adjoin(first[0], second[0], article):
                continue
            stands = standing(second[0].text, follows=True, known=name_tokens(article.text))
            if stands < STANDS:
                continue
            for form in second:
                led = form._replace(stands=stands)
                quality = _TWO * _quality(led, story)
                yield Passage((led,), quality, first[0].claim.id)
                for other in first if form is second[0] else first[:1]:
                    yield Passage((other, led), _TWO * (_quality(other, story) + _quality(led, story)) / 2, None)


def _adjoin(first: Candidate, second: Candidate, article: Article) -> bool:
    """Whether nothing stands between the two."""
    between = article.text[first.claim.evidence[0].end : second.claim.evidence[0].start]
    return not between.strip() and between.count("\n") <= _LINES_BETWEEN


# --- what it is worth


def _quality(candidate: Candidate, story: _Story) -> float:
    """What scales a sentence's gain: how well it stands, how early it comes, who else says so, what it tells."""
    text, plain = candidate.text, outside_quotes(candidate.text)
    early = math.exp(-candidate.place * _LEAD_DECAY) * tells_news(candidate, story.worth)
    value = candidate.stands * (1.0 + _LEAD_BONUS * early)
    value *= 1.0 + _AGREED * math.log2(story.worth.origins.get(candidate.claim.id, 1))
    value *= 1.0 + _FIGURE * any(not quantity.ordinal for quantity in quantities(text))
    value *= 1.0 + _DISPUTE * bool(_DISPUTES.search(plain))
    value *= 1.0 - _QUOTED * quoted_share(text)
    value *= _COLUMN if candidate.claim.evidence[0].article_id in story.columns else 1.0
    value *= OVERTAKEN if candidate.claim.id in story.worth.overtaken else 1.0
    value *= _OPINION if _JUDGED.search(plain) and not is_attributed(text) else 1.0
    happens = not may_be_english(text) or has_past_or_auxiliary(plain) or is_attributed(text)
    value *= 1.0 if happens else _STILL
    return value * (1.0 if text == statement_text(candidate.claim.text) else _SHORTENED)


def _story(brief: Brief, worth: Worth) -> _Story:
    columns = {a.id for a in brief.articles.values() if _times_first_person(a) >= _WRITTEN_AS_I}
    return _Story(worth, frozenset(columns))


def _times_first_person(article: Article) -> int:
    return sum(bool(_FIRST_PERSON.search(outside_quotes(text))) for text in article.sentence_texts())


def _headlines(brief: Brief, forms: Mapping[str, Sequence[Candidate]], story: _Story) -> dict[str, float]:
    """The claim of each article that holds most of its title's words, by rarity, and the share it holds."""
    found: dict[str, float] = {}
    for article in brief.articles.values():
        title = {stem: story.worth.rarity.get(stem, 1.0) for stem in content_stems(article.title or "")}
        shares = {
            claim: math.fsum(title.get(stem, 0.0) for stem in set(whole.stems)) / math.fsum(title.values())
            for claim, (whole, *_) in forms.items()
            if whole.claim.evidence[0].article_id == article.id
            and whole.stands >= STANDS
            and len(title.keys() & set(whole.stems)) >= _TITLE_STEMS
        }
        best = max(shares, key=lambda claim: (shares[claim], claim), default=None)
        if best is not None and best not in story.worth.overtaken and shares[best] >= _TELLS_TITLE:
            found[best] = shares[best]
    return found


class _Told(NamedTuple):
    """What the chosen passages tell: how often each concept, how many of each article, of which topics."""

    concepts: Counter[Concept]
    articles: Counter[str]
    topics: set[str]

    def add(self, passage: Passage, topics: Mapping[str, str]) -> None:
        self.concepts.update(passage.concepts)
        self.articles[passage.article] += 1
        self.topics.update(topics[claim] for claim in passage.claims if claim in topics)


class _News:
    """What the concepts of passages are worth beside what is told; counted again only where some of it has changed."""

    def __init__(self, worth: Worth, told: _Told) -> None:
        self._worth, self._told = worth, told
        self._known: dict[int, float] = {}

    def told(self, latest: Passage, pool: Sequence[Passage]) -> None:
        """The latest passage has been told: what those of the pool share with it is worth less."""
        stale = latest.concepts
        for passage in pool:
            if id(passage) in self._known and not stale.isdisjoint(passage.concepts):
                del self._known[id(passage)]

    def of(self, passage: Passage) -> float:
        """The sum of what its concepts are worth."""
        known = self._known.get(id(passage))
        if known is None:
            worth, told = self._worth.concepts, self._told.concepts
            known = math.fsum(worth[c] * _AGAIN ** told[c] if c in told else worth[c] for c in passage.concepts)
            self._known[id(passage)] = known
        return known


class _Offer(NamedTuple):
    """A passage that may be told, with what does not change while others are."""

    passage: Passage
    length: int
    topics: tuple[str, ...]
    cost: float
    order: tuple[float, tuple[str, ...], int]
    """Of two that gain the same, the one for which this is greater."""

    @classmethod
    def of(cls, passage: Passage, topics: Mapping[str, str]) -> _Offer:
        claims, length = passage.claims, passage.length
        cost = math.pow(max(length, SHORTEST), _LENGTH_EXPONENT)
        about = tuple(topics[claim] for claim in claims if claim in topics)
        return cls(passage, length, about, cost, (-passage.parts[0].place, claims, -length))


def _gain(offer: _Offer, news: _News, told: _Told) -> float:
    new = news.of(offer.passage)
    new *= _SAME_ARTICLE ** told.articles[offer.passage.article]
    new *= 1.0 if told.topics.isdisjoint(offer.topics) else _SAME_TOPIC
    return new * offer.passage.quality / offer.cost


# --- the choice


def _select(brief: Brief, passages: Sequence[Passage], worth: Worth) -> list[Passage]:
    """What opens the summary, then greedily by gain per word while the budget lasts; in reading order."""
    topics = {i: c.id for c in brief.clusters if c.relation not in DIFFERING and c.origins > 1 for i in c.claim_ids()}
    told = _Told(Counter(), Counter(), set())
    news = _News(worth, told)
    left = brief.words
    fitting = {id(c) for c in eligible([p.parts[0] for p in passages if _is_single(p)], left)}
    fits = (p for p in passages if id(p.parts[0]) in fitting and p.after is None and p.length <= left)
    pool = [_Offer.of(passage, topics) for passage in fits]
    chosen: list[Passage] = []
    alone = {id(p.parts[0]): p for p in passages if _is_single(p) and id(p.parts[0]) in fitting}
    first = [alone[id(c)] for c in opening([p.parts[0] for p in alone.values()], brief, worth)]
    best = first[0] if first else None
    while best is not None:
        _join(chosen, best)
        told.add(best, topics)
        left -= best.length
        last = best.claims[-1]
        pool += [_Offer.of(p, topics) for p in passages if p.after is not None and p.after == last]
        stems = {c for c in told.concepts if isinstance(c, str)}
        pool = [o for o in pool if o.length <= left and _is_new(o.passage, best, stems, worth)]
        news.told(best, [offer.passage for offer in pool])
        opens = next((offer for offer in pool if offer.passage in first), None)
        found = opens or max(pool, key=lambda offer: (_gain(offer, news, told), offer.order), default=None)
        best = None if found is None else found.passage
    opens_as = {passage.claims[0]: number for number, passage in enumerate(first)}
    return sorted(chosen, key=lambda p: (opens_as.get(p.claims[0], len(first)), p.parts[0].place, p.claims))


def _is_single(passage: Passage) -> bool:
    return len(passage.parts) == 1 and passage.after is None


def _join(chosen: list[Passage], passage: Passage) -> None:
    """Put the passage behind the one that it follows, or else at the end."""
    for place, other in enumerate(chosen):
        if passage.after is not None and other.claims[-1] == passage.after:
            chosen[place] = other._replace(parts=other.parts + passage.parts)
            return
    chosen.append(passage)


def _is_new(passage: Passage, latest: Passage, told: Collection[str], worth: Worth) -> bool:
    """Neither the latest one in another form or in other words, nor mostly told."""
    stems = [stem for part in passage.parts for stem in part.stems]
    return (
        not set(passage.claims) & set(latest.claims)
        and content_coverage(stems, told) < _REDUNDANT
        and all(cosine(p.stems, q.stems, worth.rarity) < _ALIKE for p in passage.parts for q in latest.parts)
    )
