"""What to tell: which claims a summary of so many words rests on, and in which order. Shared by both engines.

Selection is greedy budgeted coverage of weighted concepts (Gillick and Favre 2009; Lin and Bilmes 2010): a concept
is a stem or a pair of neighbouring stems, worth more the more origins carry it and the rarer it is in the story, and
worth less each time the summary repeats it. What a topic's other origins say, position, and whether a sentence can
stand alone scale its gain; gain is per word, so that of a sentence and its shorter forms the one that packs most wins.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import DIFFERING
from pipeline.engines.overtaken import overtaken
from pipeline.engines.protocol import Brief, StatementDraft
from pipeline.engines.standing import SHORTEST, STANDS, standing
from pipeline.text.languages.scripts import length_in_words
from pipeline.text.lists import LIST_MARK
from pipeline.text.names import name_tokens
from pipeline.text.polarity import negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.sentences import closed, ends_like_a_sentence
from pipeline.text.similarity import bigrams, content_coverage, cosine, inverse_frequencies
from pipeline.text.words import content_stems

Concept = str | tuple[str, str]

# The constants below were chosen together by fact recall on seven stories; each may be halved or doubled with less
# effect than leaving a story out (evals/benchmarks/selection.py --grid).
_ALONE: Final = 0.04
"""Worth of a concept that one origin carries; two origins make 1."""
_COPIED: Final = 0.3
"""What an article counts that carries a concept in another's words alone, beside 1 for an origin."""
_STEM: Final = 0.15
"""Worth of a stem, times its inverse frequency, beside a pair of stems."""
_AGAIN: Final = 0.3
"""What is left of a concept's worth each time it has been told."""
_AGREED: Final = 1.0
"""How much more a sentence gains for each doubling of the origins of its topic."""
_CONTESTED: Final = 0.5
"""How much more a sentence gains that others contradict or put in another figure: both sides are to be told."""
_SAME_ARTICLE: Final = 0.85
"""What is left of a sentence's gain for each one already chosen from its article: all the articles are to be told."""
_LEAD_BONUS: Final = 1.6
_LEAD_DECAY: Final = 4.0
_SHARED: Final = 0.4
"""Share of its words, by rarity, that others have, too, of a first sentence which tells news and sets no scene."""
_OPENING_DECAY: Final = 15.0
_LEAD_EXPONENT: Final = 0.6
_LENGTH_EXPONENT: Final = 0.9
"""Gain is divided by length to this power: 0 favours long sentences, above 1 short ones."""
_REDUNDANT: Final = 0.6
"""A sentence of which the chosen ones hold this share of the words already is not told again."""
_ALIKE: Final = 0.5
"""Cosine from which two sentences tell the same, in a reader's eyes."""

OVERTAKEN: Final = 0.6
"""What is left of a figure for which a later article has a newer one."""

_CONNECTOR: Final = re.compile(
    r"^(?:(?:However|Meanwhile|Moreover|Furthermore|Instead|Also|Besides|Separately|Additionally|In addition|Later"
    r"|Earlier|Still|Nevertheless|Nonetheless|In fact|Indeed|Of course|Elsewhere),\s+"
    r"|(?:And|But)\s+(?!(?:for|then|yet|so|if|not)\b)(?=[A-Za-z]))"
)
_DATELINE: Final = re.compile(
    r"^(?:[A-Z][A-Z.'’-]+(?:\s[A-Z][A-Z.'’-]+)*(?:,\s[^—–()]{1,30})?(?:\s\([^()]{2,40}\))?\s?(?:—|–|--?)\s"
    r"|\([A-Z][A-Za-z. ]{1,20}\)\s(?:(?:—|–|--?)\s)?)(?=[“\"‘A-Z])"
)
"""Where and for whom it was written: "PORT SENNICK, Halvera, 14 May (Halvera Press Bureau) — "."""
_BEFORE: Final = re.compile(r"\bhad\s(?:\w+ly\s)?(?!(?:a|an|the|no|to)\b)[a-z]+")
"""What had happened before is no news."""


class Candidate(NamedTuple):
    """A claim that may become a statement, in one of the forms it may have."""

    claim: Claim
    text: str
    length: int
    stems: tuple[str, ...]
    concepts: frozenset[Concept]
    place: float
    stands: float


class _Told(NamedTuple):
    """How often each concept was told, and how many sentences of each article."""

    concepts: Counter[Concept]
    articles: Counter[str]


class Worth(NamedTuple):
    """What telling is worth: of concepts; rarity of stems; origins of the topics of claims; the contested claims.

    ``overtaken`` has the claims whose figure a later report has replaced, each with those that give the newer one;
    ``shared`` the stems that more articles than one have.
    """

    concepts: Mapping[Concept, float]
    rarity: Mapping[str, float]
    origins: Mapping[str, int]
    contested: frozenset[str]
    overtaken: Mapping[str, frozenset[str]]
    shared: frozenset[str]


def choose(brief: Brief) -> list[Candidate]:
    """The claims to tell, one a topic, within the brief's budget of words, in reading order."""
    candidates = list(_candidates(brief))
    return in_reading_order(*_select(brief, candidates, topic_of(brief)))


def own_words(brief: Brief) -> tuple[StatementDraft, ...]:
    """The passages of the claims worth telling, as they stand: what is left when an engine's own words all failed."""
    return tuple(
        StatementDraft(text=" ".join(c.claim.evidence[0].quote.split()), claim_ids=(c.claim.id,)) for c in choose(brief)
    )


def topic_of(brief: Brief) -> dict[str, str]:
    """Which topic each claim is in; differences overlap topics and do not count."""
    topics: dict[str, str] = {}
    for cluster in brief.clusters:
        if cluster.relation not in DIFFERING:
            topics |= dict.fromkeys(cluster.claim_ids(), cluster.id)
    return topics


def in_reading_order(opening: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """What opens the summary first, the others by where they stand in their articles."""
    return [*opening, *sorted(others, key=lambda c: (c.place, c.claim.id))]


# --- what may be told


def _candidates(brief: Brief) -> Iterator[Candidate]:
    for claim in brief.claims.values():
        yield candidate_of(statement_text(claim.text), claim, brief.articles[claim.evidence[0].article_id])


def candidate_of(text: str, claim: Claim, article: Article) -> Candidate:
    """The claim in that form, and how well it stands there."""
    start = claim.evidence[0].start
    listed = bool(LIST_MARK.match(claim.text)) and not article.text[:start].rpartition("\n")[2].strip()
    stems = tuple(content_stems(text))
    return Candidate(
        claim=claim,
        text=text,
        length=length_in_words(text),
        stems=stems,
        concepts=frozenset(concepts(stems)),
        place=start / max(1, len(article.text)),
        stands=standing(text, listed=listed, known=name_tokens(article.text)),
    )


def statement_text(sentence: str) -> str:
    """The sentence on its own: white space folded, a connector to what stood before taken off, closed with a stop."""
    text = _DATELINE.sub("", LIST_MARK.sub("", " ".join(sentence.split())))
    bare = _CONNECTOR.sub("", text)
    text = bare[:1].upper() + bare[1:]
    return text if ends_like_a_sentence(text) or text.endswith((":", ";")) else closed(text)


# --- what it is worth


def worth_of(brief: Brief, candidates: Sequence[Candidate]) -> Worth:
    """A concept is worth the log of how many origins carry it; what one alone says is worth little.

    An article that only carries another's report confirms nothing, but somebody chose to print it: it counts a little.
    """
    origins: dict[Concept, set[str]] = {}
    articles: dict[Concept, set[str]] = {}
    for candidate in candidates:
        origin, article = candidate.claim.origin_id, candidate.claim.evidence[0].article_id
        for concept in candidate.concepts:
            origins.setdefault(concept, set()).add(origin)
            articles.setdefault(concept, set()).add(article)
    rarity = inverse_frequencies(claim.text for claim in brief.claims.values())
    worth = {
        concept: (math.log2(_carriers(len(origins[concept]), len(printed))) or _ALONE)
        * (_STEM * rarity.get(concept, 1.0) if isinstance(concept, str) else 1.0)
        for concept, printed in articles.items()
    }
    agreed = {i: c.origins for c in brief.clusters if c.relation not in DIFFERING for i in c.claim_ids()}
    contested = frozenset(i for c in brief.clusters if c.relation in DIFFERING for i in c.claim_ids())
    shared = frozenset(c for c, printed in articles.items() if isinstance(c, str) and len(printed) > 1)
    return Worth(worth, rarity, agreed, contested, overtaken(brief), shared)


def _carriers(origins: int, articles: int) -> float:
    independent = min(origins, articles)
    return independent + _COPIED * (articles - independent)


def concepts(stems: Sequence[str]) -> set[Concept]:
    """Stems and pairs of neighbouring stems."""
    return {*stems, *bigrams(stems)}


def tells_news(candidate: Candidate, worth: Worth) -> float:
    """How far an early sentence earns what early sentences gain, 0 to 1: by what other articles have of its words.

    Articles open with the news or with a scene ("The braziers at the gate were lit again"), which no other has.
    """
    if not worth.shared:  # one article: nothing tells the two apart
        return 1.0
    rarity = {stem: worth.rarity.get(stem, 1.0) for stem in candidate.stems}
    held = math.fsum(rare for stem, rare in rarity.items() if stem in worth.shared)
    return min(1.0, held / (_SHARED * math.fsum(rarity.values()))) if rarity else 0.0


def _quality(candidate: Candidate, worth: Worth) -> float:
    """What scales a sentence's gain: how well it stands alone, how early it comes, how many say the same."""
    early = 1.0 + _LEAD_BONUS * math.exp(-candidate.place * _LEAD_DECAY) * tells_news(candidate, worth)
    agreed = 1.0 + _AGREED * math.log2(worth.origins.get(candidate.claim.id, 1))
    contested = 1.0 + _CONTESTED * (candidate.claim.id in worth.contested)
    old = OVERTAKEN if candidate.claim.id in worth.overtaken else 1.0
    return candidate.stands * early * agreed * contested * old


def _gain(candidate: Candidate, worth: Worth, told: _Told) -> float:
    new = math.fsum(worth.concepts[c] * _AGAIN ** told.concepts[c] for c in candidate.concepts)
    new *= _SAME_ARTICLE ** told.articles[candidate.claim.evidence[0].article_id]
    return new * _quality(candidate, worth) / math.pow(max(candidate.length, SHORTEST), _LENGTH_EXPONENT)


def opening(candidates: Sequence[Candidate], brief: Brief, worth: Worth) -> list[Candidate]:
    """What opens the summary: the sentence that tells the event; before it the latest news, where that overtook it.

    A toll of the first day told first would be old news; left out, nobody would learn what happened.
    """
    lead = max(candidates, key=lambda c: (_lead_worth(c, worth), c.claim.id, -c.length), default=None)
    if lead is None:
        return []
    newer = [c for c in candidates if c.claim.id in worth.overtaken.get(lead.claim.id, ())]
    latest = max(newer, key=lambda c: (_day(c, brief), _lead_worth(c, worth), c.claim.id, -c.length), default=None)
    return [lead] if latest is None else [latest, lead]


def _day(candidate: Candidate, brief: Brief) -> str:
    """The day of its article as far as it is known; one that is not known is no later than any."""
    return (brief.articles[candidate.claim.evidence[0].article_id].published or "")[: len("2000-01-01")]


def _lead_worth(candidate: Candidate, worth: Worth) -> float:
    """What most articles say, early, as an event, in few words, opens the summary."""
    value = math.fsum(worth.concepts[c] for c in candidate.concepts) * candidate.stands
    value *= math.exp(-candidate.place * _OPENING_DECAY) / candidate.length**_LEAD_EXPONENT
    value *= 0.5 if negations(candidate.text) else 1.0
    value *= 0.7 if _BEFORE.search(outside_quotes(candidate.text)) else 1.0
    return float(value * (0.5 if candidate.claim.kind == "statement" else 1.0))


# --- the choice


def _select(
    brief: Brief, candidates: Sequence[Candidate], topics: Mapping[str, str]
) -> tuple[list[Candidate], list[Candidate]]:
    """What opens the summary, and the rest: greedily by gain per word while the budget lasts.

    One sentence a topic, where ``topics`` has topics; none that the chosen ones mostly say already.
    """
    worth = worth_of(brief, candidates)
    chosen: list[Candidate] = []
    told = _Told(Counter(), Counter())
    left = brief.words
    pool = eligible(candidates, left)
    first = opening(pool, brief, worth)
    best = first[0] if first else None
    while best is not None:
        chosen.append(best)
        told.concepts.update(best.concepts)
        told.articles[best.claim.evidence[0].article_id] += 1
        left -= best.length
        beside = _Beside(best, topics, {c for c in told.concepts if isinstance(c, str)}, worth.rarity)
        pool = [c for c in pool if c.length <= left and beside.is_new(c)]
        best = next((c for c in first if c in pool), None) or max(
            pool, key=lambda c: (_gain(c, worth, told), -c.place, c.claim.id, -c.length), default=None
        )
    return [c for c in chosen if c in first], [c for c in chosen if c not in first]


class _Beside(NamedTuple):
    """What a sentence is new beside: the latest one chosen, and the stems of all."""

    latest: Candidate
    topics: Mapping[str, str]
    told: Collection[str]
    rarity: Mapping[str, float]

    def is_new(self, candidate: Candidate) -> bool:
        """Neither the latest sentence in another form or other words, nor of its topic, nor mostly told."""
        topic = self.topics.get(candidate.claim.id)
        return (
            candidate.claim.id != self.latest.claim.id
            and (topic is None or topic != self.topics.get(self.latest.claim.id))
            and content_coverage(candidate.stems, self.told) < _REDUNDANT
            and cosine(candidate.stems, self.latest.stems, self.rarity) < _ALIKE
        )


def eligible(candidates: Sequence[Candidate], budget: int) -> list[Candidate]:
    """Those that stand alone and fit; where there are none, those that fit, or else the shortest of all."""
    fitting = [c for c in candidates if c.length <= budget]
    standing_alone = [c for c in fitting if c.stands >= STANDS]
    return standing_alone or fitting or sorted(candidates, key=lambda c: (c.length, c.claim.id))[:1]
