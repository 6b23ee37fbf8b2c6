"""What topics and differences are both made of: clusters, positions, holders, and the question they answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim, independent_origins
from pipeline.domain.clusters import ClaimCluster, Holder, Position, Relation
from pipeline.text.lists import LIST_MARK
from pipeline.text.names import fold_token, is_spelling_variant, proper_names
from pipeline.text.similarity import cosine, inverse_frequencies
from pipeline.text.words import content_stems, words

T = TypeVar("T")


class View(NamedTuple):
    """The claims with what is asked of them again and again; ``stems`` by claim id, ``weights`` by stem."""

    claims: Sequence[Claim]
    articles: Mapping[str, Article]
    stems: Mapping[str, set[str]]
    weights: Mapping[str, float]

    @classmethod
    def of(cls, claims: Sequence[Claim], articles: Mapping[str, Article]) -> View:
        """The view of these claims."""
        stems = {claim.id: set(content_stems(claim.text)) for claim in claims}
        return cls(claims, articles, stems, inverse_frequencies(claim.text for claim in claims))

    def likeness(self, first: str, second: str) -> float:
        """Cosine of two claims, by id."""
        return cosine(self.stems[first], self.stems[second], self.weights)


def cluster(question: str, positions: Sequence[Position], relation: Relation, members: Sequence[Claim]) -> ClaimCluster:
    """A cluster of these members; it gets its id when all clusters are known."""
    return ClaimCluster(
        id="c00",
        question=question,
        positions=tuple(positions),
        relation=relation,
        origins=independent_origins(members),
        articles=tuple(dict.fromkeys(claim.evidence[0].article_id for claim in members)),
    )


def position(text: str, held: Sequence[Claim], articles: Mapping[str, Article]) -> Position:
    """The position that the claims hold, told in the words of ``text``, which loses the mark of a list item."""
    unique = list({claim.id: claim for claim in held}.values())
    return Position(
        text=LIST_MARK.sub("", text),
        holders=_holders(unique, articles),
        claim_ids=tuple(claim.id for claim in unique),
        origins=independent_origins(unique),
    )


def _holders(held: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[Holder, ...]:
    """The speakers whom the claims name, each once in whatever spelling; else the outlets themselves."""
    holders: list[Holder] = []
    for claim in held:
        article = articles[claim.evidence[0].article_id]
        if claim.attribution:
            holder = Holder(name=claim.attribution[-1].name, kind="speaker")
        else:
            holder = Holder(name=article.publisher or article.id, kind="outlet")
        if not any(_same_holder(holder, other) for other in holders):
            holders.append(holder)
    return tuple(holders)


def _same_holder(first: Holder, second: Holder) -> bool:
    return first.kind == second.kind and same_speaker(first.name, second.name)


def same_speaker(first: str, second: str) -> bool:
    """Whether two names are of one speaker, in whatever spelling, with or without title and first name."""
    one, two = ([fold_token(w.text) for w in words(name)] for name in (first, second))
    if not one or not two:
        return False
    named = all(word.text[0].isupper() for name in (first, second) for word in words(name)[-1:])
    return one == two or (named and is_spelling_variant(one[-1], two[-1]))


def question(what: str, members: Sequence[Claim]) -> str:
    """What is asked, and of whom: "How many minutes (Blinken, Lavrov)"."""
    names = ", ".join(shared_names(members)[:2])
    return f"{what} ({names})" if names else what


def shared_names(members: Sequence[Claim]) -> list[str]:
    """Whom or what most members name, most frequent first, each as most of them put it ("Blinken", "New START")."""
    written: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    for claim in members:
        names = {fold_token(words(name.text)[-1].text): name.text for name in proper_names(claim.text)}
        counts.update(names.keys())
        for last, name in names.items():
            written.setdefault(last, Counter())[_short_name(name)] += 1
    shared = [token for token, count in counts.most_common(3) if count * 2 > len(members)]
    return [max(written[token].items(), key=lambda form: (form[1], form[0]))[0] for token in shared]


def _short_name(name: str) -> str:
    """A person by the surname; a name that ends in capitals whole ("New START")."""
    last = words(name)[-1].text
    return name if len(last) > 1 and last.isupper() else last


def shortest(claims: Sequence[Claim]) -> Claim:
    """The claim in the fewest characters; a reader compares positions side by side."""
    return min(claims, key=lambda claim: (len(claim.text), claim.id))


def connected(items: Sequence[T], linked: Callable[[T, T], bool]) -> list[list[T]]:
    """The connected components of the graph over ``items``, in order."""
    groups: list[list[T]] = []
    for item in items:
        touching = [group for group in groups if any(linked(other, item) for other in group)]
        merged = [member for group in touching for member in group] + [item]
        groups = [group for group in groups if not any(group is t for t in touching)] + [merged]
    return groups


@lru_cache(maxsize=8192)
def name_heads(text: str) -> frozenset[str]:
    """The last word of each name: "US Secretary of State Antony Blinken" is one, not six; "G20" acts for nobody."""
    return frozenset(name.tokens[-1] for name in proper_names(text) if name.tokens[-1].isalpha())
