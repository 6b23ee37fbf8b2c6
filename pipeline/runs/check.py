"""`pipeline check`: does any cited text follow from the sources it cites?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipeline.domain.article import Article, Span
from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.domain.verdict import Guard, Verdict
from pipeline.errors import InputError
from pipeline.guards.judge import METHOD, judge
from pipeline.guards.passage import units_of
from pipeline.runs.summary_text import CitedSentence, CitedText, read_cited_text
from pipeline.text.decoding import decode
from pipeline.text.similarity import content_coverage
from pipeline.text.spans import make_evidence
from pipeline.text.words import content_stems

_MOST_PASSAGES: Final = 3
_WORTH_ADDING: Final = 0.08
"""Share of a sentence's words that a further passage of the same article must add."""


class CheckedSentence(Model):
    """A sentence, what it cites (or what it could cite), and the verdict."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict


class CheckReport(Model):
    """What `pipeline check --json` prints."""

    schema_version: int = SCHEMA_VERSION
    sentences: tuple[CheckedSentence, ...]
    counts: dict[str, int]

    def passed(self) -> bool:
        """Whether nothing is unsupported, contradicted or uncited."""
        return not {"unsupported", "contradicted", "uncited"} & {s.verdict.status for s in self.sentences}


def check_summary(path: Path, articles: Sequence[Article]) -> CheckReport:
    """Check the file at ``path`` against ``articles``, given in the order of their files.

    Raises:
        InputError: the file cannot be read, or is JSON but not ours.
    """
    try:
        document = decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from error
    except InputError as error:
        raise InputError(f"“{path}”: {error.message}", hint=error.hint) from error
    if document.lstrip().startswith("{"):
        sentences = _check_synthesis(_synthesis(document, path), articles)
    else:
        stems = frozenset(Path(article.path).stem for article in articles) | {a.id for a in articles}
        sentences = _check_text(read_cited_text(document, stems), articles)
    if not sentences:
        raise InputError(f"“{path}” holds no sentence to check.")
    return CheckReport(sentences=tuple(sentences), counts=dict(Counter(s.verdict.status for s in sentences)))


# --- Markdown and plain text


def _check_text(cited: CitedText, articles: Sequence[Article]) -> list[CheckedSentence]:
    by_key = _resolve_keys(cited, articles)
    return [_check_sentence(sentence, by_key, articles) for sentence in cited.sentences]


def _check_sentence(
    sentence: CitedSentence, by_key: dict[str, Article], articles: Sequence[Article]
) -> CheckedSentence:
    unknown = [key for key in sentence.keys if key not in by_key]
    named = list({by_key[key].id: by_key[key] for key in sentence.keys if key in by_key}.values())
    searched = named or ([] if unknown else articles)
    found = _best_passages(sentence.text, searched, each=bool(named))
    citations = tuple(
        Citation(claim_id=None, evidence=evidence, cited="given" if named else "proposed") for evidence in found
    )
    if unknown:
        verdict = _unresolved(f"[{'], ['.join(unknown)}] names no source")
    elif not named:
        verdict = Verdict(status="uncited", guards=(), method=METHOD, score=0.0)
    else:
        verdict = judge(sentence.text, found, {a.id: a for a in named})
    return CheckedSentence(text=sentence.text, citations=citations, verdict=verdict)


def _resolve_keys(cited: CitedText, articles: Sequence[Article]) -> dict[str, Article]:
    """What each key means: the document's own source list if it has one, else the files in order; stems always."""
    by_key = {name: article for article in articles for name in (Path(article.path).stem, article.id)}
    if not cited.sources:
        return by_key | {str(number): article for number, article in enumerate(articles, start=1)}
    for key, description in cited.sources.items():
        article = _described(description, articles)
        if article is not None:
            by_key[key] = article
    return by_key


def _described(description: str, articles: Sequence[Article]) -> Article | None:
    """The article whose file the description names, else whose address, else title or stem; the longest name wins.

    Several articles may have one title, as copies of one report do.
    """
    lowered = description.lower()
    names = [
        (rank, len(name), -index)
        for index, article in enumerate(articles)
        for rank, name in (
            (2, article.path),
            (2, Path(article.path).name),
            (1, article.url),
            (0, article.title),
            (0, Path(article.path).stem),
        )
        if name and name.lower() in lowered
    ]
    return articles[-max(names)[2]] if names else None


def _best_passages(text: str, articles: Sequence[Article], *, each: bool) -> list[Evidence]:
    """The passages that hold most of the words of ``text``: of each article, or of the best one."""
    found = [best for article in articles if (best := _passages(text, article)) is not None]
    if each or not found:
        return [evidence for _, passages in found for evidence in passages]
    return max(found, key=lambda best: best[0])[1]


def _passages(text: str, article: Article) -> tuple[float, list[Evidence]] | None:
    """Greedily up to three passages of one article, each adding words that those before lack."""
    wanted = content_stems(text)
    units = [(set(content_stems(unit.of(article.text))), unit) for unit in units_of(article)]
    chosen: list[Span] = []
    covered: set[str] = set()
    while units and len(chosen) < _MOST_PASSAGES:
        stems, unit = max(units, key=lambda pair: (content_coverage(wanted, pair[0] | covered), -pair[1].start))
        gain = content_coverage(wanted, stems | covered) - content_coverage(wanted, covered)
        if gain < _WORTH_ADDING:
            break
        chosen.append(unit)
        covered |= stems
        units.remove((stems, unit))
    if not chosen:
        return None
    return content_coverage(wanted, covered), [make_evidence(article, unit) for unit in chosen]


def _unresolved(problem: str) -> Verdict:
    guard = Guard(name="citation", outcome="fail", detail=problem)
    return Verdict(status="unsupported", guards=(guard,), method=METHOD, score=0.0)


# --- our JSON


def _synthesis(document: str, path: Path) -> Synthesis:
    try:
        return Synthesis.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"“{path}” is JSON, but no summary of ours: {where or 'the document'}: {first['msg']}.",
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
