"""What to tell: which claims a summary of so many words rests on, and in which order. Shared by both engines.

Selection is greedy budgeted coverage of weighted concepts (Gillick and Favre 2009; Lin and Bilmes 2010): a concept
is a stem or a pair of neighbouring stems, worth more the more origins carry it, and counted once however often the
summary repeats it. Position, and whether a sentence can stand alone, scale its gain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import DIFFERING
from pipeline.engines.protocol import Brief, StatementDraft
from pipeline.text.attribution import is_attributed
from pipeline.text.lists import LIST_MARK
from pipeline.text.names import proper_names
from pipeline.text.polarity import negations
from pipeline.text.quotes import outside_quotes, quoted_runs
from pipeline.text.sentences import ends_like_a_sentence
from pipeline.text.similarity import bigrams, content_coverage
from pipeline.text.words import content_stems

Concept = str | tuple[str, str]

_LENGTH_EXPONENT: Final = 1.0
"""Gain is divided by length to this power: 0 favours long sentences, above 1 short ones."""
_ALONE: Final = 0.1
"""Worth of a concept that one origin carries; two origins make 1. The four constants here were chosen together, by
fact recall on the seeds and four news stories."""
_LEAD_BONUS: Final = 0.6
_LEAD_DECAY: Final = 4.0
_OPENING_DECAY: Final = 15.0
_LEAD_EXPONENT: Final = 0.6
_TELLING: Final = 7
"""Content words that make a sentence without a name tell something."""
_STANDS: Final = 0.3
"""A sentence that stands worse than this is not shown, however much room is left."""
_REDUNDANT: Final = 0.6
"""A sentence of which the chosen ones hold this share of the words already is not told again."""
_SHORTEST, _SHORT, _LONGEST = 6, 10, 55
"""Words: below the first hardly a sentence, below the second thin, above the third hard to read."""

_CONNECTOR: Final = re.compile(
    r"^(?:However|Meanwhile|Moreover|Furthermore|Instead|Also|Besides|Separately|Additionally|In addition|Later"
    r"|Earlier),\s+"
)
_LEANING: Final = re.compile(
    r"^[“\"'‘]?(?:He|She|It|They|This|That|These|Those|His|Her|Their|Its|But|And|So|Such|There|Here|Both|Another)\b"
)
_SUBJECT_PRONOUN: Final = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_DEFINITE: Final = re.compile(r"^The (?:[a-z-]+ ){1,3}[a-z]")

_SUBORDINATE: Final = re.compile(r"^(?:While|Although|Though|As|When|After|Before|If|Since)\b")


class Candidate(NamedTuple):
    """A claim that may become a statement."""

    claim: Claim
    text: str
    length: int
    stems: tuple[str, ...]
    place: float


def choose(brief: Brief) -> list[Candidate]:
    """The claims to tell, within the brief's budget of words, in reading order."""
    candidates = [_candidate(claim, brief.articles[claim.evidence[0].article_id]) for claim in brief.claims.values()]
    chosen = select(candidates, concept_weights(candidates), topic_of(brief), brief.words)
    return in_reading_order(chosen)


def own_words(brief: Brief) -> tuple[StatementDraft, ...]:
    """The passages of the claims worth telling, as they stand: what is left when an engine's own words all failed."""
    return tuple(
        StatementDraft(text=" ".join(c.claim.evidence[0].quote.split()), claim_ids=(c.claim.id,)) for c in choose(brief)
    )


def concept_weights(candidates: Sequence[Candidate]) -> dict[Concept, float]:
    """The worth of each concept: the log of how many origins carry it; what one alone says is worth little."""
    carriers: dict[Concept, set[str]] = {}
    for candidate in candidates:
        for concept in concepts(candidate.stems):
            carriers.setdefault(concept, set()).add(candidate.claim.origin_id)
    return {
        concept: (math.log2(len(origins)) or _ALONE) * (1.0 if isinstance(concept, tuple) else 0.7)
        for concept, origins in carriers.items()
    }


def concepts(stems: Sequence[str]) -> set[Concept]:
    """Stems and pairs of neighbouring stems."""
    return {*stems, *bigrams(stems)}


def select(
    candidates: Sequence[Candidate],
    weights: Mapping[Concept, float],
    topics: Mapping[str, str],
    budget: int,
) -> list[Candidate]:
    """The sentence that tells the event, then greedily by gain over length while the budget of words lasts.

    One sentence a topic; none that the chosen ones mostly say already.
    """
    chosen: list[Candidate] = []
    covered: set[Concept] = set()
    told_stems: set[str] = set()
    pool = _eligible(candidates, budget)
    best = max(pool, key=lambda c: (_lead_worth(c, weights), c.claim.id), default=None)
    while best is not None:
        chosen.append(best)
        covered |= concepts(best.stems)
        told_stems.update(best.stems)
        budget -= best.length
        told = topics.get(best.claim.id)
        pool = [
            c
            for c in pool
            if c is not best
            and c.length <= budget
            and topics.get(c.claim.id) != told
            and content_coverage(c.stems, told_stems) < _REDUNDANT
        ]
        best = max(pool, key=lambda c: (_gain(c, weights, covered), -c.place, c.claim.id), default=None)
    return chosen


def _eligible(candidates: Sequence[Candidate], budget: int) -> list[Candidate]:
    """Those that stand alone and fit; where there are none, those that fit, or else the shortest of all."""
    fitting = [c for c in candidates if c.length <= budget]
    standing = [c for c in fitting if _standing(c) >= _STANDS]
    return standing or fitting or sorted(candidates, key=lambda c: (c.length, c.claim.id))[:1]


def in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The lead first, the others by where they stand in their articles."""
    return [*chosen[:1], *sorted(chosen[1:], key=lambda c: (c.place, c.claim.id))]


def _lead_worth(candidate: Candidate, weights: Mapping[Concept, float]) -> float:
    """What most articles say, early, as an event, in few words, opens the summary."""
    worth = math.fsum(weights[concept] for concept in concepts(candidate.stems)) * _standing(candidate)
    worth *= math.exp(-candidate.place * _OPENING_DECAY) / candidate.length**_LEAD_EXPONENT
    worth *= 0.5 if negations(candidate.text) else 1.0
    return float(worth * (0.5 if candidate.claim.kind == "statement" else 1.0))


def _gain(candidate: Candidate, weights: Mapping[Concept, float], covered: set[Concept]) -> float:
    new = math.fsum(weights[c] for c in concepts(candidate.stems) if c not in covered)
    return new * _standing(candidate) / math.pow(max(candidate.length, _SHORTEST), _LENGTH_EXPONENT)


def _standing(candidate: Candidate) -> float:
    """How well a sentence stands alone and how early it comes; scales its gain."""
    factor = 1.0 + _LEAD_BONUS * math.exp(-candidate.place * _LEAD_DECAY)
    text = candidate.text
    if _LEANING.search(text) or _pronoun_before_name(text):
        factor *= 0.35
    if LIST_MARK.match(candidate.claim.text):  # who says so stands in the sentence that opens the list
        factor *= 0.4
    elif _DEFINITE.search(text):  # "The leaders briefly met": who they are was said before
        factor *= 0.8
    if _SUBORDINATE.search(text):
        factor *= 0.8
    if _is_bare_quotation(text):
        factor *= 0.3
    if text.rstrip("”\"' ").endswith(("?", ":")) or candidate.length < _SHORTEST:
        factor *= 0.2
    if candidate.length < _SHORT:
        factor *= 0.6
    if len(candidate.stems) < _TELLING and not proper_names(text):  # "The situation is a lot worse": true of anything
        factor *= 0.5
    if candidate.length > _LONGEST:
        factor *= 0.6
    return factor


def _pronoun_before_name(text: str) -> bool:
    """Such as "Asked about it, she said …": nobody has been named whom the pronoun could mean."""
    unquoted = outside_quotes(text)
    pronoun = _SUBJECT_PRONOUN.search(unquoted)
    return pronoun is not None and not any(name.start < pronoun.start() for name in proper_names(text))


def _is_bare_quotation(text: str) -> bool:
    quoted = sum(run.end - run.start for run in quoted_runs(text))
    return quoted > len(text) / 2 and not is_attributed(text)


def _candidate(claim: Claim, article: Article) -> Candidate:
    text = _statement_text(claim.text)
    return Candidate(
        claim=claim,
        text=text,
        length=len(text.split()),
        stems=tuple(content_stems(text)),
        place=claim.evidence[0].start / max(1, len(article.text)),
    )


def _statement_text(sentence: str) -> str:
    """The sentence on its own: white space folded, a connector to what stood before taken off, closed with a stop."""
    text = LIST_MARK.sub("", " ".join(sentence.split()))
    bare = _CONNECTOR.sub("", text)
    text = bare[:1].upper() + bare[1:]
    return text if ends_like_a_sentence(text) or text.endswith((":", ";")) else f"{text}."


def topic_of(brief: Brief) -> dict[str, str]:
    """Which topic each claim is in; differences overlap topics and do not count."""
    topics: dict[str, str] = {}
    for cluster in brief.clusters:
        if cluster.relation not in DIFFERING:
            topics |= dict.fromkeys(cluster.claim_ids(), cluster.id)
    return topics
