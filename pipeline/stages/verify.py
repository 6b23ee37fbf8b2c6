"""Verify: keep what its citations bear out; repair once; then the source's own words; else drop, and say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import Claim, independent_origins
from pipeline.domain.clusters import DIFFERING, ClaimCluster, Holder, Position
from pipeline.domain.synthesis import Citation, Disagreement, DisagreementPosition, Dropped, Statement
from pipeline.domain.verdict import Status, Verdict
from pipeline.engines.citing import CitedDraft, cite
from pipeline.engines.protocol import Brief, Engine, StatementDraft
from pipeline.engines.standing import STANDS, standing
from pipeline.guards.judge import CHECKS, failures, is_supported, judge
from pipeline.llm.deferring import in_turn
from pipeline.text.attribution import attributions
from pipeline.text.languages.known import language_of
from pipeline.text.languages.scripts import length_in_words
from pipeline.text.names import fold_token, is_spelling_variant
from pipeline.text.polarity import denied_stems
from pipeline.text.quantities import quantities
from pipeline.text.sentences import closed, ends_like_a_sentence
from pipeline.text.similarity import containment, coverage
from pipeline.text.words import words

_REPEATS = 0.75
_NOTHING_NEW = 0.75
_COVERED = 0.7
_OF_A_TOPIC = frozenset({"quantity", "date", "name", "quotation"})
"""Guards that a topic must pass: it is no sentence."""
_UNFOUNDED: Final[Mapping[Status, str]] = {
    "uncited": "it cites nothing that exists",
    "unverified": "it is in another language than what it cites, and nothing in it could be compared",
}
_LONGER = 1.5
"""How much longer than the shortest a position may be told for the sake of a name."""


class Verified(Model):
    """What passed and what did not."""

    statements: tuple[Statement, ...]
    dropped: tuple[Dropped, ...]


async def verify(drafts: Sequence[StatementDraft], engine: Engine, brief: Brief) -> Verified:
    """Statements within the budget of words, in the order of the drafts; the others with their reason."""
    statements: list[Statement] = []
    dropped: list[Dropped] = []
    for (cited, verdict), repaired in await in_turn(_checked(draft, engine, brief) for draft in drafts):
        if not verdict.tellable():
            dropped.append(_dropped(cited, verdict, replaced=repaired is not None))
            if repaired is None:
                continue
            cited, verdict = repaired  # noqa: PLW2901  the second try stands for the first
        if _repeats(cited.draft.text, statements):
            dropped.append(_left_out(cited, verdict, "It repeats an earlier statement."))
        elif _words([*(s.text for s in statements), cited.draft.text]) > brief.words and statements:
            dropped.append(_left_out(cited, verdict, "The summary had reached the length asked for."))
        else:
            statements.append(_statement(f"s{len(statements) + 1}", cited, verdict, brief))
    return Verified(statements=tuple(statements), dropped=tuple(dropped))


_Judged = tuple[CitedDraft, Verdict]


async def _checked(draft: StatementDraft, engine: Engine, brief: Brief) -> tuple[_Judged, _Judged | None]:
    """The draft with its verdict, and, where it is not borne out, what takes its place."""
    cited = cite(draft, brief)
    verdict = _judge(cited, brief)
    repaired = None if verdict.tellable() else await _repair(cited, verdict, engine, brief)
    return (cited, verdict), repaired


def _judge(cited: CitedDraft, brief: Brief) -> Verdict:
    return judge(cited.draft.text, [c.evidence for c in cited.citations], brief.articles)


async def _repair(cited: CitedDraft, verdict: Verdict, engine: Engine, brief: Brief) -> _Judged | None:
    """The engine's second try, else the cited passages' own words; None if neither passes."""
    answer = await engine.repair(cited.draft, verdict, brief)
    for draft in [*answer.statements, *_own_words(cited)]:
        again = cite(draft, brief)
        second = _judge(again, brief)
        if second.tellable():
            return again, second
    return None


def _own_words(cited: CitedDraft) -> list[StatementDraft]:
    """The passages themselves: first those that can be read alone, and of these the one nearest to the failed text."""
    own = [(_closed(c.evidence.quote), c.claim_id) for c in cited.citations if c.claim_id]
    own.sort(key=lambda pair: (standing(pair[0]) < STANDS, -coverage(cited.draft.text, [pair[0]])))
    return [StatementDraft(text=text, claim_ids=(claim_id,)) for text, claim_id in own]


def _closed(quote: str) -> str:
    """One line that ends like a sentence."""
    line = " ".join(quote.split())
    return line if ends_like_a_sentence(line) else closed(line)


def _statement(statement_id: str, cited: CitedDraft, verdict: Verdict, brief: Brief) -> Statement:
    claims = [brief.claims[c.claim_id] for c in cited.citations if c.claim_id]
    said = attributions(cited.draft.text) or claims[0].attribution
    return Statement(
        id=statement_id,
        text=cited.draft.text,
        citations=cited.citations,
        cluster_ids=cited.cluster_ids,
        attribution=said,
        verdict=verdict,
        origins=independent_origins(claims),
    )


def _dropped(cited: CitedDraft, verdict: Verdict, *, replaced: bool) -> Dropped:
    problems = "; ".join(guard.detail for guard in verdict.failures()) or _UNFOUNDED.get(verdict.status, "")
    ending = " It was replaced." if replaced else ""
    return _left_out(cited, verdict, f"Not borne out by what it cites: {problems}.{ending}")


def _left_out(cited: CitedDraft, verdict: Verdict, reason: str) -> Dropped:
    return Dropped(text=cited.draft.text, citations=cited.citations, verdict=verdict, reason=reason)


def _repeats(text: str, statements: Sequence[Statement]) -> bool:
    """The same run of words again, or hardly a word, and no figure or denial, that was not said before."""
    told = [statement.text for statement in statements]
    if any(containment(text, other) >= _REPEATS for other in told):
        return True
    figures = {quantity.value for other in told for quantity in quantities(other)}
    denied = {stem for other in told for stem in denied_stems(other)}
    adds = {q.value for q in quantities(text)} - figures or denied_stems(text) - denied
    return not adds and coverage(text, told) >= _NOTHING_NEW


def _words(texts: Sequence[str]) -> int:
    return sum(length_in_words(text) for text in texts)


# --- disagreements, omissions


def disagreements(
    clusters: Sequence[ClaimCluster], claims: Mapping[str, Claim], articles: Mapping[str, Article]
) -> tuple[Disagreement, ...]:
    """The clusters whose positions differ and of which at least two are borne out by their own passages."""
    found: list[Disagreement] = []
    for cluster in clusters:
        if cluster.relation not in DIFFERING:
            continue
        verified = [p for position in cluster.positions if (p := _position(position, claims, articles)) is not None]
        positions = list({p.text: p for p in reversed(verified)}.values())[::-1]  # one sentence is one side
        if len(positions) > 1:
            found.append(
                Disagreement(
                    id=f"d{len(found) + 1}",
                    topic=_topic(cluster, positions, articles),
                    relation=cluster.relation,
                    positions=tuple(positions),
                )
            )
    return tuple(found)


def _position(
    position: Position, claims: Mapping[str, Claim], articles: Mapping[str, Article]
) -> DisagreementPosition | None:
    """The position in the words of a claim, or of a passage, that bears them out: of somebody named, if it can be."""
    held = [claims[claim_id] for claim_id in position.claim_ids]
    citations = tuple(Citation(claim_id=claim.id, evidence=claim.evidence[0]) for claim in held)
    evidence = [citation.evidence for citation in citations]
    named = {text for claim in held if claim.attribution for text in (claim.text, claim.evidence[0].quote)}
    texts = (position.text, *sorted((e.quote for e in evidence), key=len))
    longest = _LONGER * len(position.text)
    for text in sorted(texts, key=lambda text: text not in named or len(text) > longest):
        if is_supported(text, evidence, articles):
            cited = _relevant(text, citations, articles)
            plain = " ".join(text.split())
            shown = (*cited, *_for_holders(position, cited, held, articles))
            return DisagreementPosition(holders=position.holders, text=plain, citations=shown)
    return None


def _for_holders(
    position: Position, cited: Sequence[Citation], held: Sequence[Claim], articles: Mapping[str, Article]
) -> tuple[Citation, ...]:
    """Passages that show who else holds the position, for holders whom the others do not show."""
    told = {citation.claim_id for citation in cited}
    claims = [claim for claim in held if claim.id in told]
    more: list[Claim] = []
    for holder in position.holders:
        if not any(_is_of(holder, claim, articles) for claim in (*claims, *more)):
            more += [claim for claim in held if _is_of(holder, claim, articles)][:1]
    return tuple(Citation(claim_id=claim.id, evidence=claim.evidence[0], role="attribution") for claim in more)


def _is_of(holder: Holder, claim: Claim, articles: Mapping[str, Article]) -> bool:
    article = articles[claim.evidence[0].article_id]
    if holder.kind == "outlet":
        return holder.name in {article.publisher, article.id}
    last = [fold_token(word.text) for word in words(holder.name)][-1:]
    own = [who.name for who in claim.attribution]
    there = {fold_token(word.text) for text in (*own, claim.evidence[0].quote) for word in words(text)}
    return any(is_spelling_variant(one, other) for one in last for other in there)


def _relevant(text: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> tuple[Citation, ...]:
    """The passages that bear the text out alone; all of them where it takes several together."""
    alone = tuple(c for c in citations if is_supported(text, [c.evidence], articles))
    return alone or tuple(citations)


def _topic(cluster: ClaimCluster, positions: Sequence[DisagreementPosition], articles: Mapping[str, Article]) -> str:
    """The question, if its names and numbers are those of the passages; else none of our words stand.

    It is put together for English, from stems and English words.
    """
    if any(language_of(articles[c.evidence.article_id].language) for p in positions for c in p.citations):
        return "What the sources say"
    evidence = [citation.evidence for position in positions for citation in position.citations]
    beside = {check.name for check in CHECKS} - _OF_A_TOPIC
    failed = next(failures(cluster.question, evidence, articles, but=beside), None)
    return cluster.question if failed is None else "What the sources say"


def omissions(
    clusters: Sequence[ClaimCluster], statements: Sequence[Statement], shown: Sequence[Disagreement]
) -> tuple[ClaimCluster, ...]:
    """Clusters that two or more origins carry and that neither a statement nor a disagreement covers.

    Not where no claim of them can be read alone: "It has also sought …".
    """
    cited = {c.claim_id for s in statements for c in s.citations}
    cited |= {c.claim_id for d in shown for p in d.positions for c in p.citations}
    texts = [s.text for s in statements] + [p.text for d in shown for p in d.positions]
    return tuple(
        cluster
        for cluster in clusters
        if cluster.origins > 1
        and cluster.relation not in DIFFERING
        and not cited & set(cluster.claim_ids())
        and standing(cluster.positions[0].text) >= STANDS
        and coverage(cluster.positions[0].text, texts) < _COVERED
    )
