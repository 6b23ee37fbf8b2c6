"""Ground: give every drafted claim its exact passage, or reject it with a reason."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from typing import Final

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Attribution, Claim, Evidence, RejectedClaim
from pipeline.engines.protocol import ClaimDraft
from pipeline.guards.judge import failures
from pipeline.guards.passage import ALL_QUOTED, Passage, enclosing_units, passage_of, sentences_before
from pipeline.text.attribution import attributions, is_attributed, opening_person, speaks_as_pronoun, unnamed_speaker
from pipeline.text.dates import calendar_mentions, resolve_weekday
from pipeline.text.names import proper_names
from pipeline.text.polarity import modality, negations
from pipeline.text.quotes import quoted_runs, quoted_share
from pipeline.text.spans import count_tokens, count_words, find_words, longest_run, make_evidence

_TELLING_WORDS: Final = 4
"""So many exact words that stand once in the article place a claim even if its sentence numbers are wrong."""
_MOST: Final = 0.6
"""Share of the words that must stand in the named sentence in one unbroken run."""
_ASIDE: Final = re.compile(
    r"\b(?:had|who|whom|whose|which|when|where|since|after|before|until|following|ahead of|due|scheduled|planned)\b"
    r"[^,;:.]*$",
    re.IGNORECASE,
)
"""Words before a date, in its own clause, that make it the date of something else than what the sentence tells."""


def ground(article: Article, drafts: Sequence[ClaimDraft]) -> tuple[tuple[Claim, ...], tuple[RejectedClaim, ...]]:
    """The claims that the article bears out, each once, and those that it does not, with the reason."""
    claims: dict[str, Claim] = {}
    rejected: list[RejectedClaim] = []
    for draft in drafts:
        span = _locate(article, draft)
        if span is None:
            rejected.append(_reject(draft, "these words do not stand in the article"))
            continue
        evidence = make_evidence(article, enclosing_units(article, span))
        reason = _unsupported(article, draft, evidence)
        if reason:
            rejected.append(_reject(draft, reason))
        else:
            claim = _claim(article, draft, evidence)
            claims.setdefault(claim.id, claim)
    return tuple(claims.values()), tuple(rejected)


def _locate(article: Article, draft: ClaimDraft) -> Span | None:
    """Where the words stand: inside a sentence that was named, or elsewhere if they can mean one place only.

    Models change a word at the edges ("U.S. State Secretary …") and limits cut the last one. Most of the words, in an
    unbroken run inside a named sentence, place a claim too; whether that sentence bears the claim out is asked of the
    guards, so a changed word or figure in the claim itself is rejected there.
    """
    named = [_with_next(article, n - 1) for n in draft.sentences if 1 <= n <= len(article.sentences)]
    for span in named:
        found = find_words(draft.words, article.text, span)
        if found:
            return found
    if count_tokens(draft.words) >= _TELLING_WORDS and count_words(draft.words, article.text) == 1:
        return find_words(draft.words, article.text, Span(start=0, end=len(article.text)))
    least = max(_TELLING_WORDS, math.ceil(count_tokens(draft.words) * _MOST))
    return next(filter(None, (longest_run(draft.words, article.text, span, least) for span in named)), None)


def _with_next(article: Article, index: int) -> Span:
    """The sentence and the one after it: words may run over the boundary of a quotation."""
    last = min(index + 1, len(article.sentences) - 1)
    return Span(start=article.sentences[index].start, end=article.sentences[last].end)


def _unsupported(article: Article, draft: ClaimDraft, evidence: Evidence) -> str | None:
    """Why the passage does not bear the claim out; who says so is kept apart from what is said."""
    problems = [guard.detail for guard in failures(draft.text, [evidence], {article.id: article}, but={"speaker"})]
    return f"the passage does not bear it out: {'; '.join(problems)}" if problems else None


def _reject(draft: ClaimDraft, reason: str) -> RejectedClaim:
    return RejectedClaim(text=draft.text, quote=draft.words, reason=reason)


def _claim(article: Article, draft: ClaimDraft, evidence: Evidence) -> Claim:
    passage = passage_of(article, evidence)
    speakers = _speakers(draft, passage) or _unnamed(passage) or _earlier_speaker(article, passage, evidence)
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
    """Those whom the passage names; where it hands the words to nobody by name, the draft's speaker.

    A speaker that the draft adds must stand in the passage or in the sentence before it, and the passage must be
    reported speech or a quotation: what the article says in its own voice has no speaker.
    """
    found = attributions(passage.context)
    reported = is_attributed(passage.context) or bool(quoted_runs(passage.context))
    if found or not draft.speaker or not reported:
        return found
    surroundings = f"{passage.before}\n{passage.context}"
    stands = find_words(draft.speaker, surroundings, Span(start=0, end=len(surroundings)))
    return () if stands is None else (Attribution(name=stands.of(surroundings), role="speaker"),)


def _unnamed(passage: Passage) -> tuple[Attribution, ...]:
    who = unnamed_speaker(passage.context)
    return (who,) if who else ()


def _earlier_speaker(article: Article, passage: Passage, evidence: Evidence) -> tuple[Attribution, ...]:
    """Whom "she said" means, or who goes on speaking in a quotation that nobody is named for.

    It is the one who speaks in the nearest of the sentences before that names anybody, or whom that sentence is about.
    """
    goes_on = quoted_share(passage.context) >= ALL_QUOTED
    if not (goes_on or speaks_as_pronoun(passage.context)):
        return ()
    for text in reversed(sentences_before(article, evidence.start)):
        said = [who for who in attributions(text) if who.role in {"speaker", "official"}]
        if said:
            return (said[-1],)
        if person := opening_person(text):
            full = {name.tokens for name in proper_names(text) if len(name.tokens) > 1}
            return (Attribution(name=person, role="speaker"),) if len(full) == 1 else ()
    return ()


def _event_date(article: Article, context: str) -> str | None:
    """The one day that the passage names, a weekday counted back from the article's date; else None.

    A day in an aside ("the campaign that he had launched on 24 February") dates something else.
    """
    days = set()
    for mention in calendar_mentions(context):
        if _ASIDE.search(context, 0, mention.start):
            continue
        if mention.year and mention.month and mention.day:
            days.add(f"{mention.year:04}-{mention.month:02}-{mention.day:02}")
        elif mention.weekday is not None and (day := resolve_weekday(mention.weekday, article.published)):
            days.add(day.isoformat())
    return days.pop() if len(days) == 1 else None


def _digest(text: str, evidence: Evidence) -> str:
    return hashlib.sha256(f"{text}\0{evidence.start}\0{evidence.end}".encode()).hexdigest()[:6]
