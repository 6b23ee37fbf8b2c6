"""Ground: give every drafted claim its exact passage, or reject it with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Attribution, Claim, Evidence, RejectedClaim
from pipeline.engines.protocol import ClaimDraft
from pipeline.guards.judge import judge
from pipeline.guards.passage import Passage, passage_of, units_of
from pipeline.text.attribution import attributions
from pipeline.text.dates import calendar_mentions
from pipeline.text.polarity import modality, negations
from pipeline.text.spans import count_words, enclosing, find_words, make_evidence

_TELLING_WORDS = 4
"""So many exact words that stand once in the article place a claim even if its sentence numbers are wrong."""


def ground(article: Article, drafts: Sequence[ClaimDraft]) -> tuple[tuple[Claim, ...], tuple[RejectedClaim, ...]]:
    """The claims that the article bears out, each once, and those that it does not, with the reason."""
    claims: dict[str, Claim] = {}
    rejected: list[RejectedClaim] = []
    units = units_of(article)
    for draft in drafts:
        span = _locate(article, draft)
        if span is None:
            rejected.append(_reject(draft, "these words do not stand in the article"))
            continue
        evidence = make_evidence(article, enclosing(units, span))
        reason = _unsupported(article, draft, evidence)
        if reason:
            rejected.append(_reject(draft, reason))
        else:
            claim = _claim(article, draft, evidence)
            claims.setdefault(claim.id, claim)
    return tuple(claims.values()), tuple(rejected)


def _locate(article: Article, draft: ClaimDraft) -> Span | None:
    """The words inside the sentences that were named; elsewhere only if they can mean one place."""
    for number in draft.sentences:
        if 1 <= number <= len(article.sentences):
            found = find_words(draft.words, article.text, _with_next(article, number - 1))
            if found:
                return found
    if len(draft.words.split()) >= _TELLING_WORDS and count_words(draft.words, article.text) == 1:
        return find_words(draft.words, article.text, Span(start=0, end=len(article.text)))
    return None


def _with_next(article: Article, index: int) -> Span:
    """The sentence and the one after it: words may run over the boundary of a quotation."""
    last = min(index + 1, len(article.sentences) - 1)
    return Span(start=article.sentences[index].start, end=article.sentences[last].end)


def _unsupported(article: Article, draft: ClaimDraft, evidence: Evidence) -> str | None:
    """Why the passage does not bear the claim out; who says so is kept apart from what is said."""
    verdict = judge(draft.text, [evidence], {article.id: article})
    problems = [guard.detail for guard in verdict.failures() if guard.name != "speaker"]
    return f"the passage does not bear it out: {'; '.join(problems)}" if problems else None


def _reject(draft: ClaimDraft, reason: str) -> RejectedClaim:
    return RejectedClaim(text=draft.text, quote=draft.words, reason=reason)


def _claim(article: Article, draft: ClaimDraft, evidence: Evidence) -> Claim:
    passage = passage_of(article, evidence)
    speakers = _speakers(draft, passage)
    return Claim(
        id=f"{article.id}.{_digest(draft.text, evidence)}",
        text=" ".join(draft.text.split()),
        kind=draft.kind,
        attribution=speakers,
        polarity="denied" if negations(draft.text) else "affirmed",
        modality=modality(draft.text, attributed=bool(speakers)),
        event_date=_event_date(article, passage.context),
        evidence=(evidence,),
        origin_id=article.id,
    )


def _speakers(draft: ClaimDraft, passage: Passage) -> tuple[Attribution, ...]:
    """Those whom the passage names; a speaker that the draft adds must stand in or just before the passage."""
    found = attributions(passage.context)
    if not draft.speaker or any(draft.speaker.lower() in a.name.lower() for a in found):
        return found
    surroundings = f"{passage.before}\n{passage.context}"
    stands = find_words(draft.speaker, surroundings, Span(start=0, end=len(surroundings)))
    if stands is None or any(a.name.lower() in draft.speaker.lower() for a in found):
        return found
    return (*found, Attribution(name=stands.of(surroundings), role="speaker"))


def _event_date(article: Article, context: str) -> str | None:
    """The one day that the passage names, a weekday counted back from the article's date; else None."""
    days = set()
    for mention in calendar_mentions(context):
        if mention.year and mention.month and mention.day:
            days.add(f"{mention.year:04}-{mention.month:02}-{mention.day:02}")
        elif mention.weekday is not None and article.published:
            day = date.fromisoformat(article.published)
            days.add((day - timedelta(days=(day.weekday() - mention.weekday) % 7)).isoformat())
    return days.pop() if len(days) == 1 else None


def _digest(text: str, evidence: Evidence) -> str:
    return hashlib.sha256(f"{text}\0{evidence.start}\0{evidence.end}".encode()).hexdigest()[:6]
