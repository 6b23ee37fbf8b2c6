"""Reconcile: bring the claims of several articles together by what they are about, and find where they differ.

Two kinds of cluster come out. *Topics* partition the claims: each claim is in one. *Differences* hold two or more
positions on one question (a figure given in two ways, something affirmed here and denied there); a claim may be
in several, since one sentence can answer several questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple, TypeVar

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Holder, Position, Relation
from pipeline.text.names import fold_token, is_spelling_variant, name_tokens, proper_names
from pipeline.text.polarity import Negation, affirmed_stems, denied_stems, negations
from pipeline.text.quantities import Quantity, quantities
from pipeline.text.similarity import containment, cosine, inverse_frequencies
from pipeline.text.words import content_stems, stem, words

T = TypeVar("T")

_SAME_TOPIC: Final = 0.34
"""Average cosine from which two groups of claims are one topic (chosen on the seeds and four news stories)."""
_CANDIDATE: Final = 0.2
_SAME_WORDING: Final = 0.6
"""Share of common five-word runs from which one passage is a copy of the other."""
_ALIKE: Final = 0.12
"""Cosine that two sentences need, besides unit and verb, to give the same figure."""
_NEAR: Final = 8
"""Words between a name and what is said of it, at most."""
_SHARED_NAMES: Final = 2


def trace_origins(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with the origin of each: the first article whose passage it copies, else its own.

    Wording that several articles share came from one desk, so it counts once.
    """
    traced: list[Claim] = []
    for claim in claims:
        source = next((t for t in traced if _is_copy(t, claim)), None)
        traced.append(claim.model_copy(update={"origin_id": source.origin_id}) if source else claim)
    return tuple(traced)


def reconcile(claims: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[ClaimCluster, ...]:
    """Topics, then differences; the order follows the claims' and is the same for the same claims."""
    weights = inverse_frequencies(claim.text for claim in claims)
    stems = {claim.id: set(content_stems(claim.text)) for claim in claims}
    groups = _topics(claims, stems, weights)
    topics = [_topic(group, articles) for group in groups]
    differences = [
        *_figure_differences(claims, stems, weights, articles),
        *_denials(claims, articles),
    ]
    return tuple(
        cluster.model_copy(update={"id": f"c{number:02}"})
        for number, cluster in enumerate(topics + differences, start=1)
    )


# --- topics


def _is_copy(first: Claim, second: Claim) -> bool:
    one, two = first.evidence[0], second.evidence[0]
    return one.article_id != two.article_id and containment(one.quote, two.quote) >= _SAME_WORDING


def _topics(claims: Sequence[Claim], stems: Mapping[str, set[str]], weights: Mapping[str, float]) -> list[list[Claim]]:
    """Average-link agglomeration over the pairs that share enough, closest first."""
    links = _links(claims, stems, weights)
    group_of = {claim.id: [claim] for claim in claims}
    for _, first, second in sorted(((-value, a, b) for (a, b), value in links.items())):
        left, right = group_of[first], group_of[second]
        if left is right:
            continue
        total = sum(links.get(_pair(a.id, b.id), 0.0) for a in left for b in right)
        if total >= _SAME_TOPIC * len(left) * len(right):
            left.extend(right)
            for claim in right:
                group_of[claim.id] = left
    order = {claim.id: index for index, claim in enumerate(claims)}
    unique = {id(group): group for group in group_of.values()}
    ordered = (sorted(group, key=lambda claim: order[claim.id]) for group in unique.values())
    return sorted(ordered, key=lambda group: order[group[0].id])


def _links(
    claims: Sequence[Claim], stems: Mapping[str, set[str]], weights: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    """Similarities of the pairs that share a stem, found through an index rather than over all pairs."""
    holders: dict[str, list[str]] = {}
    for claim in claims:
        for word in stems[claim.id]:
            holders.setdefault(word, []).append(claim.id)
    pairs = {_pair(a, b) for ids in holders.values() for a, b in combinations(ids, 2)}
    links = {pair: cosine(stems[pair[0]], stems[pair[1]], weights) for pair in pairs}
    return {pair: value for pair, value in links.items() if value >= _CANDIDATE}


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _topic(group: Sequence[Claim], articles: Mapping[str, Article]) -> ClaimCluster:
    position = _position(group[0].text, group, articles)
    relation: Relation = "agree" if len({claim.evidence[0].article_id for claim in group}) > 1 else "single"
    return _cluster(_about(group), [position], relation, group)


def _about(group: Sequence[Claim]) -> str:
    """What the claims are about, in words of the first of them: names that most share, else its telling words."""
    shared = [t for t in name_tokens(group[0].text) if all(t in name_tokens(c.text) for c in group)]
    names = [n.text for n in proper_names(group[0].text) if any(t in shared for t in n.tokens)]
    common = set.intersection(*(set(content_stems(claim.text)) for claim in group))
    telling = [w.text for w in words(group[0].text) if stem(w.text) in common and not w.text[0].isupper()]
    return ", ".join(dict.fromkeys([*names[:3], *telling[:4]])) or group[0].text


# --- differences


def _figure_differences(
    claims: Sequence[Claim],
    stems: Mapping[str, set[str]],
    weights: Mapping[str, float],
    articles: Mapping[str, Article],
) -> Iterator[ClaimCluster]:
    """The same thing counted in the same unit, with different results in different articles."""
    figures = [(claim, q) for claim in claims for q in quantities(claim.text) if q.unit and not q.ordinal]
    for group in _connected(figures, lambda a, b: _same_question(a, b, stems, weights)):
        answers: dict[tuple[float, str], list[Claim]] = {}
        for claim, quantity in group:
            answers.setdefault((quantity.value, quantity.comparator), []).append(claim)
        if len(answers) < 2 or _one_article_gives_all(answers.values()):  # noqa: PLR2004  two answers differ
            continue
        members = [claim for claim, _ in group]
        positions = [_position(_shortest(held).text, held, articles) for held in answers.values()]
        question = _question(f"How many {_unit_words(group[0])}", members)
        relation: Relation = "scope" if len({value for value, _ in answers}) == 1 else "contradiction"
        yield _cluster(question, positions, relation, members)


def _same_question(
    first: tuple[Claim, Quantity],
    second: tuple[Claim, Quantity],
    stems: Mapping[str, set[str]],
    weights: Mapping[str, float],
) -> bool:
    (one, q1), (two, q2) = first, second
    if q1.unit != q2.unit or one.evidence[0].article_id == two.evidence[0].article_id:
        return False
    roles = _role_stems(one.text, q1) & _role_stems(two.text, q2)
    return bool(roles) and cosine(stems[one.id], stems[two.id], weights) >= _ALIKE


def _role_stems(text: str, quantity: Quantity) -> set[str]:
    """The content words around a number: what is counted, and what happened to it."""
    around = [w for w in words(text) if w.end <= quantity.start or w.start >= quantity.end]
    before = [w.text for w in around if w.end <= quantity.start][-4:]
    after = [w.text for w in around if w.start >= quantity.end][:4]
    found = set(content_stems(" ".join(before))) | set(content_stems(" ".join(after)))
    speech = {"speak", "last", "talk", "meet", "convers", "chat"}
    if found & speech:  # how long a conversation took is told with any of these verbs
        found |= speech
    return found - {quantity.unit or ""}


def _one_article_gives_all(answers: Iterable[Sequence[Claim]]) -> bool:
    """An article that gives every value itself is not in dispute about them; the values answer two questions."""
    given = [{claim.evidence[0].article_id for claim in claims} for claims in answers]
    return bool(set.intersection(*given))


def _unit_words(figure: tuple[Claim, Quantity]) -> str:
    claim, quantity = figure
    match = next((w.text for w in words(claim.text[quantity.end :]) if stem(w.text) == quantity.unit), None)
    return match or str(quantity.unit)


class _Reading(NamedTuple):
    """What a claim affirms and denies, read once.

    ``names`` are those of its own words; ``around`` those of its passage too, since a short denial ("she said there
    were no talks") does not name whose talks.
    """

    claim: Claim
    article_id: str
    names: frozenset[str]
    around: frozenset[str]
    open: frozenset[str]
    negations: tuple[Negation, ...]


def _read(claim: Claim) -> _Reading:
    names = _heads(claim.text)
    around = names | _heads(claim.evidence[0].quote)
    unsaid = affirmed_stems(claim.text) - denied_stems(claim.text)
    return _Reading(claim, claim.evidence[0].article_id, names, around, frozenset(unsaid), tuple(negations(claim.text)))


def _heads(text: str) -> frozenset[str]:
    """The last word of each name: "US Secretary of State Antony Blinken" is one, not six; "G20" acts for nobody."""
    return frozenset(name.tokens[-1] for name in proper_names(text) if name.tokens[-1].isalpha())


def _denials(claims: Sequence[Claim], articles: Mapping[str, Article]) -> Iterator[ClaimCluster]:
    """What one claim denies and others, of other articles, affirm of the same names."""
    readings = [_read(claim) for claim in claims]
    edges: dict[str, dict[str, int]] = {}
    for denial in (r for r in readings if r.negations):
        for other in readings:
            distance = _affirmation_distance(other, denial)
            if distance is not None:
                edges.setdefault(denial.claim.id, {})[other.claim.id] = distance
    by_id = {claim.id: claim for claim in claims}
    for denial_ids in _connected(sorted(edges), lambda a, b: bool(edges[a].keys() & edges[b].keys())):
        denied = [by_id[i] for i in denial_ids]
        affirmed = _closest_by_article([edges[i] for i in denial_ids], by_id)
        question = _question("Disputed: " + _denied_things(denied, affirmed), [*affirmed, *denied])
        outright = [claim for claim in denied if any(n.nominal for n in negations(claim.text))] or denied
        positions = [
            _position(_shortest(affirmed).text, affirmed, articles),
            _position(_shortest(outright).text, denied, articles),
        ]
        told = all(claim.attribution for claim in denied)
        yield _cluster(question, positions, "reported_position" if told else "contradiction", [*affirmed, *denied])


def _affirmation_distance(other: _Reading, denial: _Reading) -> int | None:
    """How far from the shared names ``other`` says what ``denial`` denies; None where it does not say it."""
    shared = denial.around & other.names
    asked_for = other.claim.modality in {"urged", "planned"}
    if other.article_id == denial.article_id or len(shared) < _SHARED_NAMES or asked_for:
        return None
    distances = [
        distance
        for negation in denial.negations
        for hit in _hits(negation, other)
        if (distance := _distance(other.claim.text, hit, shared)) <= _NEAR
    ]
    return min(distances, default=None)


def _hits(negation: Negation, other: _Reading) -> frozenset[str]:
    """Denied things that ``other`` affirms; of a denied act, both the act and what it is about must be there."""
    hits = other.open.intersection(negation.heads)
    if negation.nominal:
        return hits
    act = negation.heads[:1]
    return hits if len(hits) > 1 and hits.issuperset(act) else frozenset()


def _distance(text: str, hit: str, names: frozenset[str]) -> int:
    """Words between ``hit`` and the second-nearest of the names."""
    found = words(text)
    hits = [i for i, w in enumerate(found) if hit in {stem(part) for part in [w.text, *w.text.split("-")]}]
    places = [[i for i, w in enumerate(found) if name in fold_token(w.text)] for name in names]
    nearest = sorted(min((abs(i - j) for i in hits for j in at), default=len(found)) for at in places)
    return nearest[_SHARED_NAMES - 1]


def _closest_by_article(edges: Sequence[Mapping[str, int]], by_id: Mapping[str, Claim]) -> list[Claim]:
    """Of each article the claim that affirms most directly."""
    best: dict[str, int] = {}
    for edge in edges:
        for claim_id, distance in edge.items():
            best[claim_id] = min(distance, best.get(claim_id, distance))
    chosen: dict[str, Claim] = {}
    for claim_id in sorted(best, key=lambda i: (best[i], by_id[i].evidence[0].start)):
        chosen.setdefault(by_id[claim_id].evidence[0].article_id, by_id[claim_id])
    return sorted(chosen.values(), key=list(by_id.values()).index)


def _denied_things(denied: Sequence[Claim], affirmed: Sequence[Claim]) -> str:
    """The denied nouns that the other side affirms, in the deniers' words."""
    said = {found for claim in affirmed for found in affirmed_stems(claim.text)}
    things: dict[str, str] = {}
    for claim in denied:
        for negation in negations(claim.text):
            for word in words(claim.text[negation.start : negation.end]):
                if stem(word.text) in said.intersection(negation.heads):
                    things.setdefault(stem(word.text), word.text)
    return " or ".join(list(things.values())[:3])


# --- shared by both


def _cluster(
    question: str, positions: Sequence[Position], relation: Relation, members: Sequence[Claim]
) -> ClaimCluster:
    return ClaimCluster(
        id="c00",
        question=question,
        positions=tuple(positions),
        relation=relation,
        origins=len({claim.origin_id for claim in members}),
        articles=tuple(dict.fromkeys(claim.evidence[0].article_id for claim in members)),
    )


def _position(text: str, held: Sequence[Claim], articles: Mapping[str, Article]) -> Position:
    unique = list({claim.id: claim for claim in held}.values())
    return Position(
        text=text,
        holders=_holders(unique, articles),
        claim_ids=tuple(claim.id for claim in unique),
        origins=len({claim.origin_id for claim in unique}),
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
    one, two = ([fold_token(w.text) for w in words(h.name)] for h in (first, second))
    named = all(w.text[0].isupper() for w in words(first.name)[-2:] + words(second.name)[-2:])
    if first.kind != second.kind or not one or not two:
        return False
    return one == two or (named and is_spelling_variant(one[-1], two[-1]))


def _question(what: str, members: Sequence[Claim]) -> str:
    names = ", ".join(_shared_names(members)[:2])
    return f"{what} ({names})" if names else what


def _shared_names(members: Sequence[Claim]) -> list[str]:
    """Whom or what most members name, by the last word of each name ("Blinken"), most frequent first."""
    written: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for claim in members:
        last = {fold_token(words(name.text)[-1].text): words(name.text)[-1].text for name in proper_names(claim.text)}
        counts.update(last.keys())
        written = last | written
    return [written[token] for token, count in counts.most_common(3) if count * 2 > len(members)]


def _shortest(claims: Sequence[Claim]) -> Claim:
    return min(claims, key=lambda claim: (len(claim.text), claim.id))


def _connected(items: Sequence[T], linked: Callable[[T, T], bool]) -> list[list[T]]:
    """The connected components of the graph over ``items``, in order."""
    groups: list[list[T]] = []
    for item in items:
        touching = [group for group in groups if any(linked(other, item) for other in group)]
        merged = [member for group in touching for member in group] + [item]
        groups = [group for group in groups if not any(group is t for t in touching)] + [merged]
    return groups
