"""Desks: whose report an article is, by what it credits and by what it has in common with others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Claim
from pipeline.stages.reconcile.unions import groups
from pipeline.text.copying import Shared, meetings, runs, shared_with, tokens_of
from pipeline.text.names import proper_names
from pipeline.text.quotes import outside_quotes
from pipeline.text.wire import Credit, agency_key, credits_of, relays, same_names

_LONG_RUN: Final = 8
_RELATED: Final = 0.15
"""Share of an article's own words, in common runs of eight, from which another has text of it. In three labelled
stories and four news clusters, articles with copied paragraphs share .26 and more, all others .04 and less."""
_RELATED_WORDS: Final = 20
"""The least for it, in words: a short article is not related to another by a sentence or two that anybody writes."""
_TWIN: Final = 0.7
_TWIN_OF_LONGER: Final = 0.6
"""So much of the shorter and of the longer article makes them one report, what is left of them included. As it is more
than half of the longer, two reports that stand in one page are no twins of it."""

Pair = tuple[str, str]


class Desks(NamedTuple):
    """Where articles come from. Articles are ids; an origin is an agency's key, or the id of an article or a claim."""

    articles: Mapping[str, Article]
    credited: Mapping[str, Sequence[Credit]]
    homes: Mapping[str, str]
    """By article, the origin of what it says by itself."""
    cited: Mapping[str, str]
    """By claim, the agency or outlet that its passage cites, where another article depends on that one, too."""
    shares: Mapping[Pair, Shared]
    """The first article's own words that stand in the second in long runs."""
    related: frozenset[Pair]
    """Articles of which one has text of the other, or that credit one agency; in both orders."""

    @classmethod
    def of(cls, claims: Sequence[Claim], articles: Mapping[str, Article]) -> Desks:
        """The desks of these articles."""
        given = {key: credits_of(article) for key, article in articles.items()}
        outlets = frozenset(agency_key(a.publisher) for a in articles.values() if a.publisher)
        told = {claim.id: _relay(claim, outlets) for claim in claims}
        names = same_names([c.agency for found in given.values() for c in found] + list(filter(None, told.values())))
        credited = {key: [c._replace(agency=names[c.agency]) for c in found] for key, found in given.items()}
        shares = _shares(articles)
        homes = _homes(articles, credited, shares)
        publishers = {agency_key(a.publisher): homes[key] for key, a in articles.items() if a.publisher}
        cited = {key: publishers.get(names[name], names[name]) for key, name in told.items() if name}
        cited = _of_several(cited, claims, homes, credited)
        return cls(articles, credited, homes, cited, shares, _related(credited, shares))

    def origin(self, claim: Claim) -> str:
        """The origin of one claim by what its passage, its paragraph or its article says."""
        place = claim.evidence[0]
        if claim.id in self.cited:
            return self.cited[claim.id]
        span = Span(start=place.start, end=place.end)
        own = (c.agency for c in self.credited[place.article_id] if c.whole and c.span and c.span.overlaps(span))
        return next(own, self.homes[place.article_id])

    def common_origin(self, claims: Sequence[Claim]) -> str:
        """The origin of claims that copy each other.

        A passage that articles share which have nothing else in common is an origin of its own: it ties none of them
        to what else the others say. Where they share text at large, all articles that share it are asked, and what
        one of the sentences cites is not: each sentence of one report shall have the same origin.
        """
        held = sorted({claim.evidence[0].article_id for claim in claims})
        sharing = [key for key in self.articles if all(key == other or (key, other) in self.related for other in held)]
        if not set(held) <= set(sharing) or len(held) == 1:
            names = {self.origin(claim) for claim in claims}
            return names.pop() if len(names) == 1 else min(claim.id for claim in claims)
        credited = {credit.agency for key in sharing for credit in self.credited[key]}
        return self._first_agency(credited) or self.homes[min(sharing, key=lambda key: self._rank(key, sharing))]

    def _first_agency(self, names: Iterable[str]) -> str | None:
        return min((name for name in names if name not in self.articles), default=None)

    def _rank(self, key: str, among: Sequence[str]) -> tuple[float, str, str]:
        """The article of which most is shared comes first, then the earliest."""
        shared = max((self.shares[key, other].share for other in among if (key, other) in self.shares), default=0.0)
        return -shared, self.articles[key].published or "9999", key


def _homes(
    articles: Mapping[str, Article], credited: Mapping[str, Sequence[Credit]], shares: Mapping[Pair, Shared]
) -> dict[str, str]:
    """By article: the one agency that all of it is credited to, else itself. Twins have one home.

    An outlet does not confirm itself, so the articles of one publisher have one, too.
    """
    wires = {key: {c.agency for c in found if c.whole and c.span is None} for key, found in credited.items()}

    def one_desk(one: str, two: str) -> bool:
        return _twins(one, two, shares) or _one_publisher(articles[one], articles[two])

    homes: dict[str, str] = {}
    for group in groups(articles, combinations(sorted(articles), 2), one_desk):
        agencies = {name for key in group for name in wires[key] if len(wires[key]) == 1}
        first = min(group, key=lambda key: (articles[key].published or "9999", key))
        homes |= dict.fromkeys(group, agencies.pop() if len(agencies) == 1 else first)
    return homes


def _twins(one: str, two: str, shares: Mapping[Pair, Shared]) -> bool:
    """Whether the two are one report, cut or added to."""
    if (one, two) not in shares:
        return False
    low, high = sorted((shares[one, two].share, shares[two, one].share))
    return high >= _TWIN and low >= _TWIN_OF_LONGER


def _one_publisher(one: Article, two: Article) -> bool:
    first, second = agency_key(one.publisher or ""), agency_key(two.publisher or "")
    return bool(first) and first == second


def _relay(claim: Claim, publishers: Collection[str]) -> str | None:
    """The one agency, outlet or publisher that the passage hands its content to; None if there are several."""
    found = set(relays(claim.evidence[0].quote))
    for who in claim.attribution:
        names = proper_names(f"by {who.name}")
        key = agency_key(names[-1].text) if names else ""
        if key and (key in publishers or who.role in {"agency", "outlet"}):
            found.add(key)
    return found.pop() if len(found) == 1 else None


def _of_several(
    cited: Mapping[str, str],
    claims: Sequence[Claim],
    homes: Mapping[str, str],
    credited: Mapping[str, Sequence[Credit]],
) -> dict[str, str]:
    """The citations of what another article is of, credits or cites; the others join nothing."""
    users: dict[str, set[str]] = {}
    for key, home in homes.items():
        for name in (home, *(credit.agency for credit in credited[key])):
            users.setdefault(name, set()).add(key)
    for claim in claims:
        if claim.id in cited:
            users.setdefault(cited[claim.id], set()).add(claim.evidence[0].article_id)
    return {key: name for key, name in cited.items() if len(users[name]) > 1}


def _shares(articles: Mapping[str, Article]) -> dict[Pair, Shared]:
    """For each pair of articles with a long run in common, how much of each stands in the other.

    Words in quotation marks are the speakers', not the articles'.
    """
    texts = {key: tokens_of(outside_quotes(article.text)) for key, article in articles.items()}
    common = meetings({key: runs(tokens, _LONG_RUN) for key, tokens in texts.items()})
    shares = {(one, two): shared_with(texts[one], several, _LONG_RUN) for (one, two), several in common.items()}
    return shares | {(two, one): shared_with(texts[two], several, _LONG_RUN) for (one, two), several in common.items()}


def _related(credited: Mapping[str, Sequence[Credit]], shares: Mapping[Pair, Shared]) -> frozenset[Pair]:
    agencies = {key: {c.agency for c in found} for key, found in credited.items()}
    pairs = {pair for pair, shared in shares.items() if shared.share >= _RELATED and shared.words >= _RELATED_WORDS}
    pairs |= {(one, two) for one, two in combinations(agencies, 2) if agencies[one] & agencies[two]}
    return frozenset(pairs | {(two, one) for one, two in pairs})
