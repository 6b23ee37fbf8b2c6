"""`pipeline check`: does any cited text follow from the sources it cites?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from pipeline.domain.article import Article, Span
from pipeline.domain.base import SCHEMA_VERSION, Model, first_fault
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.errors import InputError
from pipeline.guards.judge import METHOD, judge
from pipeline.runs.cited_sources import described, passages_for, resolve_keys
from pipeline.runs.summary_text import CitedSentence, read_cited_text
from pipeline.text.decoding import decode
from pipeline.text.markup import MARKDOWN_SUFFIXES
from pipeline.text.similarity import content_coverage
from pipeline.text.spans import make_evidence
from pipeline.text.words import content_stems

_BEST_FIRST: Final[tuple[Status, ...]] = ("supported", "partial", "contradicted", "unsupported", "uncited")


class CheckedSentence(Model):
    """A sentence, what it cites (or what it could cite), and the verdict."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict


class CheckReport(Model):
    """What `pipeline check --json` prints, and ``skipped``, which it does not: what was not checked, by kind."""

    schema_version: int = SCHEMA_VERSION
    sentences: tuple[CheckedSentence, ...]
    counts: dict[str, int]
    skipped: dict[str, int] = Field(default={}, exclude=True)

    def passed(self) -> bool:
        """Whether nothing is unsupported, contradicted or uncited."""
        return not {"unsupported", "contradicted", "uncited"} & {s.verdict.status for s in self.sentences}


def check_summary(path: Path, articles: Sequence[Article]) -> CheckReport:
    """Check the file at ``path`` against ``articles``, given in the order of their files.

    Raises:
        InputError: the file cannot be read, holds no sentence, or is JSON but not ours.
    """
    try:
        document = decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from error
    except InputError as error:
        raise InputError(f"“{path}”: {error.message}", hint=error.hint) from error
    if path.suffix.lower() == ".json" or _is_json(document):
        return _report(_check_synthesis(_synthesis(document, path), articles), {})
    cited = read_cited_text(
        document,
        frozenset(Path(article.path).stem for article in articles) | {a.id for a in articles},
        markdown=path.suffix.lower() in MARKDOWN_SUFFIXES,
        names_source=lambda entry: described(entry, articles) is not None,
    )
    if not cited.sentences:
        raise InputError(f"“{path}” holds no sentence to check.")
    by_key = resolve_keys(cited.sources, articles)
    return _report([_check_sentence(sentence, by_key, articles) for sentence in cited.sentences], cited.skipped)


def _report(sentences: Sequence[CheckedSentence], skipped: dict[str, int]) -> CheckReport:
    counts = dict(Counter(s.verdict.status for s in sentences))
    return CheckReport(sentences=tuple(sentences), counts=counts, skipped=skipped)


def _is_json(document: str) -> bool:
    start = document.lstrip()[:1]
    if start != "[":
        return start == "{"
    try:
        json.loads(document)
    except (ValueError, RecursionError):
        return False
    return True


# --- Markdown and plain text


def _check_sentence(
    sentence: CitedSentence, by_key: dict[str, Article], articles: Sequence[Article]
) -> CheckedSentence:
    unknown = [key for key in sentence.keys if key not in by_key]
    named = list({by_key[key].id: by_key[key] for key in sentence.keys if key in by_key}.values())
    searched = named or ([] if unknown else articles)
    verdict, found = _best_passages(sentence.text, searched, each=bool(named))
    citations = tuple(
        Citation(claim_id=None, evidence=evidence, cited="given" if named else "proposed") for evidence in found
    )
    if unknown:
        verdict = _unresolved(f"[{'], ['.join(unknown)}] names no source among the given files")
    elif not named:
        verdict = Verdict(status="uncited", guards=(), method=METHOD, score=0.0)
    return CheckedSentence(text=sentence.text, citations=citations, verdict=verdict)


def _best_passages(text: str, articles: Sequence[Article], *, each: bool) -> tuple[Verdict, list[Evidence]]:
    """The passages that hold most of the words of ``text``, of each article or of the best one, and their verdict.

    One passage an article if that is enough; more only where they make the verdict better.
    """
    wanted = content_stems(text)
    ranked = [(article, passages_for(text, article)) for article in articles]
    if not each:
        ranked = sorted(ranked, key=lambda pair: -_covered(wanted, *pair))[:1]
    by_id = {article.id: article for article in articles}
    verdict: Verdict | None = None
    found: list[Evidence] = []
    for count in range(1, max((len(spans) for _, spans in ranked), default=0) + 1):
        wider = [make_evidence(article, span) for article, spans in ranked for span in spans[:count]]
        judged = judge(text, wider, by_id)
        if verdict is None or _BEST_FIRST.index(judged.status) < _BEST_FIRST.index(verdict.status):
            verdict, found = judged, wider
        if verdict.status == "supported":
            break
    return verdict or judge(text, [], by_id), found


def _covered(wanted: Sequence[str], article: Article, spans: Sequence[Span]) -> float:
    return content_coverage(wanted, {stem for span in spans for stem in content_stems(span.of(article.text))})


def _unresolved(problem: str) -> Verdict:
    guard = Guard(name="citation", outcome="fail", detail=problem)
    return Verdict(status="unsupported", guards=(guard,), method=METHOD, score=0.0)


# --- our JSON


def _synthesis(document: str, path: Path) -> Synthesis:
    try:
        return Synthesis.model_validate_json(document)
    except ValidationError as error:
        raise InputError(
            f"“{path}” is JSON, but no summary of ours: {first_fault(error, 'the document')}.",
            hint="Give a summary.json of `pipeline run`, Markdown, or text.",
        ) from None


def _check_synthesis(synthesis: Synthesis, articles: Sequence[Article]) -> list[CheckedSentence]:
    digests = {article.sha256: article for article in articles}
    by_id = {s.article_id: digests[s.sha256] for s in synthesis.sources if s.sha256 in digests}
    positions = [(p.text, p.citations) for d in synthesis.disagreements for p in d.positions]
    cited = [(s.text, s.citations) for s in synthesis.statements] + positions
    return [_check_cited(text, citations, by_id) for text, citations in cited]


def _check_cited(text: str, citations: Sequence[Citation], by_id: dict[str, Article]) -> CheckedSentence:
    """Every citation must resolve to the character before the guards are asked."""
    for citation in citations:
        evidence = citation.evidence
        article = by_id.get(evidence.article_id)
        if article is None:
            problem = f"the source “{evidence.article_id}” is not among the given ones, or has changed"
            return CheckedSentence(text=text, citations=tuple(citations), verdict=_unresolved(problem))
        if article.text[evidence.start : evidence.end] != evidence.quote:
            problem = f"{evidence.article_id}[{evidence.start}:{evidence.end}] is not the text it quotes"
            return CheckedSentence(text=text, citations=tuple(citations), verdict=_unresolved(problem))
    verdict = judge(text, [c.evidence for c in citations], by_id)
    return CheckedSentence(text=text, citations=tuple(citations), verdict=verdict)
