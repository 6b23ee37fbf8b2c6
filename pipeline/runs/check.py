"""`pipeline check`: does any cited text follow from the sources it cites?"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import ValidationError

from pipeline.domain.article import Article, Span
from pipeline.domain.base import first_fault
from pipeline.domain.checked import CheckedSentence, CheckReport
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.errors import InputError
from pipeline.guards.judge import METHOD, judge
from pipeline.runs.block import Form
from pipeline.runs.cited_sources import described, key_of, linked, passages_for, resolve_keys
from pipeline.runs.folder import cited_in, stands
from pipeline.runs.proposing import propose
from pipeline.runs.source_index import SourceIndex
from pipeline.runs.summary_text import CitedSentence, Naming, read_cited_text
from pipeline.stages.ingest import BOILERPLATE
from pipeline.text.cutting import put_back
from pipeline.text.decoding import decode
from pipeline.text.markup import MARKDOWN_SUFFIXES
from pipeline.text.spans import make_evidence

_BEST_FIRST: Final[tuple[Status, ...]] = (
    "supported",
    "unverified",
    "partial",
    "contradicted",
    "unsupported",
    "uncited",
)
_HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_HTML_START: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
STDIN: Final = Path("-")
_LARGEST: Final = 25_000_000
"""Bytes of a summary: the page of a large run has a tenth of that, and a device has no end."""
_LONGEST_SENTENCE: Final = 20_000
"""Characters: what has no sentence end for so long is no prose, and guards would take minutes over it."""


def check_summary(path: Path, articles: Sequence[Article]) -> CheckReport:
    """Check the file at ``path`` against ``articles``, given in the order of their files.

    Raises:
        InputError: the file cannot be read, holds no sentence, or is JSON but not ours.
    """
    return check_document(read_document(path), path, articles)


def read_document(path: Path) -> str:
    """The text of a summary; "-" is standard input.

    Raises:
        InputError: it cannot be read, or is empty or binary.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        return decode(_limited(data))
    except IsADirectoryError as error:
        hint = f"Give the summary's file, such as {path / 'summary.md'}."
        raise InputError(f"“{path}” is a folder.", hint=hint) from error
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.", hint="Check the path.") from error
    except InputError as error:
        raise InputError(f"“{path}”: {error.message}", hint=error.hint) from error


def document_of(text: str) -> str:
    """A summary that is at hand as text, as if it had been read.

    Raises:
        InputError: it is empty or too long, or no text can hold its characters.
    """
    try:
        return decode(_limited(text.encode()))
    except UnicodeEncodeError as error:
        raise InputError(f"The summary is no text: {error.reason}.", hint="Decode its bytes as UTF-8.") from None


def _limited(data: bytes) -> bytes:
    if len(data) > _LARGEST:
        raise InputError(f"It has more than {_LARGEST:,} bytes.", hint="Is it a summary?")
    return data


def check_document(document: str, path: Path, articles: Sequence[Article]) -> CheckReport:
    """Check a text; ``path`` is where it was read from, and tells its format.

    Raises:
        InputError: there are no articles, the text holds no sentence, or it is JSON but not ours.
    """
    if not articles:
        raise InputError("None of the sources could be read.", hint="Give the folder or files that the summary cites.")
    if path.suffix.lower() == ".json" or _is_json(document):
        synthesis = _synthesis(document, path)
        names = {source.article_id: source.path for source in synthesis.sources}
        by_id = _cited_articles(synthesis, articles)
        return _report(_check_synthesis(synthesis, by_id), {}, names, by_id)
    cited = read_cited_text(
        document,
        frozenset(key for a in articles for key in (Path(a.path).stem, a.id, key_of(a))),
        form=_form(document, path),
        naming=Naming(lambda entry: _key(described(entry, articles)), lambda target: _key(linked(target, articles))),
    )
    if not cited.sentences:
        raise InputError(f"“{path}” holds no sentence to check.", hint="Is it empty, or only headings and sources?")
    longest = max(len(sentence.text) for sentence in cited.sentences)
    if longest > _LONGEST_SENTENCE:
        raise InputError(
            f"“{path}” has a sentence of {longest:,} characters; at most {_LONGEST_SENTENCE:,} are checked.",
            hint="Is it prose? Lines or full stops are missing.",
        )
    by_key = resolve_keys(cited.sources, articles)
    index = SourceIndex(articles)
    checked = [_check_sentence(sentence, by_key, index) for sentence in cited.sentences]
    names = {article.id: article.path for article in articles}
    return _report(checked, cited.skipped, names, {article.id: article for article in articles})


def _key(article: Article | None) -> str | None:
    return key_of(article) if article else None


def _form(document: str, path: Path) -> Form:
    """What the file is, by its ending or by how it begins; standard input is read as Markdown, as `run` prints it."""
    suffix = path.suffix.lower()
    if suffix in _HTML_SUFFIXES or _HTML_START.match(document):
        return "html"
    return "markdown" if path == STDIN or suffix in MARKDOWN_SUFFIXES else "text"


def _report(
    sentences: Sequence[CheckedSentence], skipped: dict[str, int], names: dict[str, str], articles: dict[str, Article]
) -> CheckReport:
    counts = dict(Counter(s.verdict.status for s in sentences))
    return CheckReport(sentences=tuple(sentences), counts=counts, skipped=skipped, names=names, articles=articles)


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


class _Passages(NamedTuple):
    """An article and its passages for a sentence, the best first."""

    article: Article
    spans: Sequence[Span]


def _check_sentence(sentence: CitedSentence, by_key: Mapping[str, Article], index: SourceIndex) -> CheckedSentence:
    text = sentence.text
    unknown = [key for key in sentence.keys if key not in by_key]
    named = {by_key[key].id: by_key[key] for key in sentence.keys if key in by_key}
    if not named:
        proposed = _proposed(text, index)
        verdict, citations = proposed.verdict, proposed.citations
    else:
        verdict, citations = _judged(text, [_passages(text, a, index) for a in named.values()], "given")
    if unknown:
        verdict = _unresolved(f"[{'], ['.join(unknown)}] names no source among the given files")
    return CheckedSentence(text=text, citations=citations, verdict=verdict)


def _proposed(text: str, index: SourceIndex) -> CheckedSentence:
    """Uncited, with every article that carries it; guards and score say how it would fare if it cited them."""
    found = [_passages(text, p.article, index, p.passage) for p in propose(text, index)]
    preview, citations = _judged(text, found, "proposed")
    if preview.status == "supported":
        preview = _nearest(text, found)
    verdict = preview.model_copy(update={"status": "uncited"})
    return CheckedSentence(text=text, citations=citations, verdict=verdict)


def _nearest(text: str, found: Sequence[_Passages]) -> Verdict:
    """The best verdict on one article alone.

    What is proposed is a choice of places to look at. Words that stand here and there among them bear nothing out, and
    nobody has said that the sentence puts them together.
    """
    alone = [_judged(text, [one], "proposed")[0] for one in found]
    return min(alone, key=lambda verdict: (_BEST_FIRST.index(verdict.status), len(verdict.failures()), -verdict.score))


def _passages(text: str, article: Article, index: SourceIndex, first: Span | None = None) -> _Passages:
    return _Passages(article, passages_for(text, index.of(article), article, first))


def _judged(
    text: str, found: Sequence[_Passages], cited: Literal["given", "proposed"]
) -> tuple[Verdict, tuple[Citation, ...]]:
    """The verdict on the passages: one of each article if that is enough, more only where they make it better."""
    by_id = {passages.article.id: passages.article for passages in found}
    verdict = judge(text, [], by_id)
    evidence: list[Evidence] = []
    for count in range(1, max((len(passages.spans) for passages in found), default=0) + 1):
        wider = [make_evidence(passages.article, span) for passages in found for span in passages.spans[:count]]
        judged = judge(text, wider, by_id)
        if not evidence or _BEST_FIRST.index(judged.status) < _BEST_FIRST.index(verdict.status):
            verdict, evidence = judged, wider
        if verdict.status == "supported":
            break
    return verdict, tuple(Citation(claim_id=None, evidence=e, cited=cited) for e in evidence)


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


def _cited_articles(synthesis: Synthesis, articles: Sequence[Article]) -> dict[str, Article]:
    """The articles by the ids that the summary gave them, found by their digests."""
    digests = {article.sha256: article for article in articles}
    found = {s.article_id: digests[s.sha256] for s in synthesis.sources if s.sha256 in digests}
    return {name: _as_cited(article, synthesis, name) for name, article in found.items()}


def _as_cited(article: Article, synthesis: Synthesis, name: str) -> Article:
    """The article, with its boilerplate if that is what the summary was made of.

    What recurs among a publisher's articles is known only where several are read, which may be more than there were.
    """
    if not any(removal.reason == BOILERPLATE for removal in article.removed):
        return article
    cited = [evidence for evidence in cited_in(synthesis) if evidence.article_id == name]
    whole = put_back(article, BOILERPLATE)
    return whole if cited and all(stands(evidence, whole) for evidence in cited) else article


def _check_synthesis(synthesis: Synthesis, by_id: dict[str, Article]) -> list[CheckedSentence]:
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
