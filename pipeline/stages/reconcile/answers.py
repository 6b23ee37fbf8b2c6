"""Answers: what one side says in an article, and what the other side replies to it there.

Reports set the two sides of a quarrel one behind the other: a charge and "the firm rejects this", an offer and "there
was no offer", a count and the other side's count. The reply need not name what the sentence before has named, so it is
known by where it stands: close behind, and by another speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Relation
from pipeline.stages.reconcile.common import View, cluster, connected, position, question, same_speaker, shortest
from pipeline.stages.reconcile.denials import denied_things
from pipeline.text.attribution import gives_figure, rejects_what_was_said
from pipeline.text.names import name_tokens
from pipeline.text.polarity import affirmed_stems, denied_stems, negations
from pipeline.text.quantities import Quantity, is_measure, quantities
from pipeline.text.quotes import outside_quotes
from pipeline.text.words import is_function_word, stem, words

_SENTENCES_BETWEEN: Final = 1
_BASE: Final = re.compile(
    r"\bbecause (?:he|she|it|they) (?:also )?(?:counts?|includes?)|\b(?:counting|including|includes?|excluding)\b"
)
"""Somebody says that his number is of more, or of less: then both can be right."""
_NUMBER_OF: Final = re.compile(r"\bnumber of (?:(?:the|all) )?(?P<noun>[a-z]+)\b")
_CHARGE: Final = re.compile(r"\b(?:allegation|charge|accusation|claim)s?\b")
_CHARGES: Final = re.compile(r"\b(?:alleg|accus|blam|claim|charg|complain)\w*", re.IGNORECASE)
_FLATLY: Final = re.compile(
    r"\b(?:that|this|it) (?:is|was)(?: simply| just)? (?:wrong|false|untrue|not true|a lie|nonsense)\b", re.IGNORECASE
)


class _Pair(NamedTuple):
    """A claim and the reply to it, what is asked, and how the two differ."""

    first: Claim
    reply: Claim
    asked: str
    relation: Relation


def answers(view: View, known: Sequence[ClaimCluster]) -> Iterator[ClaimCluster]:
    """A cluster of positions for each claim that replies to one close before it, by another speaker.

    Args:
        view: the claims.
        known: differences that were found across the articles; what one of them has as a position already is no
            question of its own.
    """
    placed = sorted(view.claims, key=lambda c: (c.evidence[0].article_id, c.evidence[0].start))
    pairs = [
        pair
        for article_id, group in groupby(placed, key=lambda c: c.evidence[0].article_id)
        for pair in _pairs([claim for claim in group if claim.attribution], view.articles[article_id])
        if not any({pair.first.id, pair.reply.id} & set(cluster.claim_ids()) for cluster in known)
    ]
    for pair in pairs:
        if pair.relation != "contradiction":
            yield _cluster(pair.asked, [[pair.first], [pair.reply]], pair.relation, view)
    counts = [pair for pair in pairs if pair.relation == "contradiction"]
    for group in connected(counts, _one_question):
        yield _cluster(group[0].asked, _by_value(group), "contradiction", view)


def _cluster(asked: str, held: Sequence[Sequence[Claim]], relation: Relation, view: View) -> ClaimCluster:
    members = [claim for claims in held for claim in claims]
    positions = [position(shortest(claims).text, claims, view.articles) for claims in held]
    return cluster(question(asked, members), positions, relation, members)


def _pairs(own: Sequence[Claim], article: Article) -> Iterator[_Pair]:
    """The replies of one article, each with the nearest claim before it that it replies to."""
    starts, ends = [s.start for s in article.sentences], [s.end for s in article.sentences]

    def is_close(first: Claim, reply: Claim) -> bool:
        """Behind the first one, with at most a sentence between the two."""
        end, start = first.evidence[0].end, reply.evidence[0].start
        return end <= start and bisect_right(ends, start) - bisect_left(starts, end) <= _SENTENCES_BETWEEN

    for index, reply in enumerate(own):
        before = [first for first in own[:index] if is_close(first, reply) and _two_sides(first, reply)]
        yield from islice((pair for first in reversed(before) if (pair := _pair(first, reply))), 1)


def _two_sides(first: Claim, reply: Claim) -> bool:
    return not same_speaker(first.attribution[-1].name, reply.attribution[-1].name)


def _pair(first: Claim, reply: Claim) -> _Pair | None:
    """The two with what they differ on; None where the second is no reply to the first."""
    if rejects_what_was_said(reply.text):
        if _CHARGE.search(reply.text) and not _CHARGES.search(first.text):
            return None
        return _Pair(first, reply, f"Disputed: what {_inside(first.attribution[-1].name)} says", "reported_position")
    if _denies(first, reply):
        return _Pair(first, reply, f"Disputed: {denied_things([reply], [first])}", "reported_position")
    unit = _counted_by_both(first, reply)
    if unit is None:
        return None
    counts_more = any(_BASE.search(outside_quotes(claim.text)) for claim in (first, reply))
    return _Pair(first, reply, f"How many {unit}", "scope" if counts_more else "contradiction")


def _inside(name: str) -> str:
    """The name as it stands inside a sentence: "The branch" becomes "the branch"."""
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if rest and is_function_word(first) else name


def _denies(first: Claim, reply: Claim) -> bool:
    """The reply denies a thing, or the act, that the first one affirms; a part of a name is no thing."""
    named = {stem(token) for token in name_tokens(first.text)}
    affirmed = affirmed_stems(first.text) - denied_stems(first.text) - named
    for negation in negations(reply.text):
        shared = affirmed.intersection(negation.heads)
        act = bool(affirmed.intersection(negation.heads[:1]))
        if shared if negation.nominal else act and (len(shared) > 1 or _FLATLY.search(reply.text)):
            return True
    return False


def _counted_by_both(first: Claim, reply: Claim) -> str | None:
    """What the first one counts, where the reply gives another number and either the same noun or none."""
    if not gives_figure(reply.text):
        return None
    figures = _counts(reply.text)
    before = {q.unit: q for q in reversed(_counts(first.text)) if q.unit}
    nouns = {noun for q in figures if (noun := q.unit)} | {stem(m["noun"]) for m in _NUMBER_OF.finditer(reply.text)}
    asked = next((unit for unit in before if nouns <= {unit}), None)
    if asked is None or not figures or _values(reply) & _values(first):
        return None
    return _noun(first.text, before[asked])


def _counts(text: str) -> list[Quantity]:
    """The numbers that count things, or nothing that is said."""
    return [q for q in quantities(text) if not q.ordinal and not (q.unit and is_measure(q.unit))]


def _noun(text: str, figure: Quantity) -> str | None:
    return next((w.text for w in words(text[figure.end :]) if stem(w.text) == figure.unit), None)


def _one_question(pair: _Pair, other: _Pair) -> bool:
    """Of one noun, and with a number in common."""
    return pair.asked == other.asked and bool(_values(pair.first, pair.reply) & _values(other.first, other.reply))


def _values(*claims: Claim) -> set[float]:
    return {q.value for claim in claims for q in _counts(claim.text)}


def _by_value(pairs: Sequence[_Pair]) -> list[list[Claim]]:
    """The claims, each with those that give a number that it gives."""
    claims = list({claim.id: claim for pair in pairs for claim in (pair.first, pair.reply)}.values())
    return connected(claims, lambda a, b: bool(_values(a) & _values(b)))
