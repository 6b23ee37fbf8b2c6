"""Origins: how many independent reports stand behind several articles.

Three things join claims of different articles: shared wording, a shared quotation of one speaker, and one agency that
both come from. Which claims copy each other is found pair by pair, and an agency's name only labels what it is found
on: neither a name nor a page that holds many reports can tie the rest together. The reasons are in
``docs/decisions/014-origins.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.claims import Attribution, Claim
from pipeline.guards.passage import passage_of
from pipeline.stages.reconcile.desks import Desks, Pair
from pipeline.stages.reconcile.unions import groups
from pipeline.text.attribution import attributions
from pipeline.text.copying import longest_shared, pairs_that_meet, runs_of, shared_wording
from pipeline.text.names import fold_token, is_spelling_variant
from pipeline.text.quotes import quoted_runs, single_quoted_runs
from pipeline.text.words import words

_RUN: Final = 5
_COPIED: Final = 0.6
"""Share of the shorter passage's plain words, in common runs of five, from which it is a copy …"""
_COPIED_WORDS: Final = 10
"""… if they are so many: "two people were still missing, the coastguard said" is anybody's sentence. Both were set on
the three labelled stories and four news clusters, where independent passages share at most .55, or 7 words."""
_RELATED_RUN: Final = 3
_REWORDED: Final = 0.6
_REWORDED_WORDS: Final = 4
"""The same in runs of three, between articles that share text at large or credit one agency."""
_QUOTED_WORDS: Final = 5
_QUOTED_WORDS_OF_UNKNOWN: Final = 8
_QUOTED_SHARE: Final = 0.2
"""A quotation that is less of the passage is not what the claim is about."""


def trace_origins(claims: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[Claim, ...]:
    """The claims, each with its origin: an agency, an article, or for a passage that several share the first claim.

    Which claims have the same ``origin_id`` does not depend on the order of claims or articles.
    """
    desks = Desks.of(claims, articles)
    by_id = {claim.id: claim for claim in claims}

    def linked(one: str, two: str) -> bool:
        first, second = by_id[one], by_id[two]
        return _is_copy(first, second, desks) or _same_quotation(first, second, articles)

    traced: dict[str, str] = {}
    for group in groups(by_id, _candidates(claims, desks), linked):
        traced |= dict.fromkeys(group, desks.common_origin([by_id[key] for key in group]))
    return tuple(claim.model_copy(update={"origin_id": traced[claim.id]}) for claim in claims)


def _candidates(claims: Sequence[Claim], desks: Desks) -> Iterator[Pair]:
    """Pairs of claims of different articles with a run of words in common: three in related articles, else five."""
    places = {claim.id: claim.evidence[0].article_id for claim in claims}
    quotes = {claim.id: claim.evidence[0].quote for claim in claims}
    common = pairs_that_meet({key: runs_of(quote, _RUN) for key, quote in quotes.items()})
    yield from (pair for pair in common if places[pair[0]] != places[pair[1]])
    if desks.related:
        held = {key for pair in desks.related for key in pair}
        reworded = pairs_that_meet(
            {key: runs_of(quote, _RELATED_RUN) for key, quote in quotes.items() if places[key] in held}
        )
        yield from (p for p in reworded if (places[p[0]], places[p[1]]) in desks.related and p not in common)


def _is_copy(first: Claim, second: Claim, desks: Desks) -> bool:
    """Whether one passage is worded after the other, the reporters' words and the quoted ones taken together."""
    one, two = first.evidence[0], second.evidence[0]
    shared = shared_wording(one.quote, two.quote, _RUN)
    if shared.share >= _COPIED and shared.words >= _COPIED_WORDS:
        return True
    if (one.article_id, two.article_id) not in desks.related:
        return False
    reworded = shared_wording(one.quote, two.quote, _RELATED_RUN)
    return reworded.share >= _REWORDED and reworded.words >= _REWORDED_WORDS


def _same_quotation(first: Claim, second: Claim, articles: Mapping[str, Article]) -> bool:
    """Whether both passages quote the same words of one speaker; where a speaker is unknown, more words must agree."""
    one, two = first.evidence[0].quote, second.evidence[0].quote
    pairs = ((a, b) for a in _quotations(one) for b in _quotations(two))
    longest = max((longest_shared(a, b) for a, b in pairs), default=0)
    if longest < _QUOTED_WORDS or shared_wording(one, two, _RUN).share < _QUOTED_SHARE:
        return False
    speaker, other = _speaker(first, articles), _speaker(second, articles)
    if speaker is None or other is None:
        return longest >= _QUOTED_WORDS_OF_UNKNOWN
    return _one_person(speaker, other)


def _quotations(text: str) -> list[str]:
    return [run.of(text) for run in (*quoted_runs(text), *single_quoted_runs(text))]


def _speaker(claim: Claim, articles: Mapping[str, Article]) -> str | None:
    """Whom the claim names; for "he said", whom the sentence before names; None if neither names anybody."""
    named = _last_speaker(claim.attribution)
    if named is not None:
        return named
    place = claim.evidence[0]
    return _last_speaker(attributions(passage_of(articles[place.article_id], place).before))


def _last_speaker(chain: Sequence[Attribution]) -> str | None:
    return next((who.name for who in reversed(chain) if who.role in {"speaker", "official"}), None)


def _one_person(first: str, second: str) -> bool:
    """Two ways to name one speaker: the last name is the same in some spelling; without names, the same words."""
    one, two = ([w.text for w in words(name) if w.text[0].isupper()] for name in (first, second))
    if not one or not two:
        return first.lower() == second.lower()
    return is_spelling_variant(fold_token(one[-1]), fold_token(two[-1]))
