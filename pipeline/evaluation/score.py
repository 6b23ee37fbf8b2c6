"""One story's outcome against its labels: every metric, and what people want to see beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Verdict
from pipeline.evaluation.coverage import STAGES, FactFinding, Reader
from pipeline.evaluation.evaluated import Evaluated, FactDetail
from pipeline.evaluation.metrics.attribution import attribution_metrics
from pipeline.evaluation.metrics.citations import CitedText, citation_metrics
from pipeline.evaluation.metrics.disagreements import disagreement_metrics
from pipeline.evaluation.metrics.falsehoods import falsehood_metrics
from pipeline.evaluation.metrics.fidelity import fidelity_metrics, with_dates
from pipeline.evaluation.metrics.origins import independent_origins, origin_metrics
from pipeline.evaluation.metrics.recall import vital_recall, weighted_recall
from pipeline.evaluation.metrics.retention import retention_metrics
from pipeline.evaluation.metrics.rouge import rouge_metrics
from pipeline.evaluation.metrics.summhay import Insight, summhay_metrics
from pipeline.evaluation.metrics.support import support_metrics
from pipeline.evaluation.metrics.surface import surface_metrics
from pipeline.evaluation.outcome import Outcome, Told
from pipeline.evaluation.results import FactCoverage, Metric, StoryResult
from pipeline.evaluation.story import Fact, Labels
from pipeline.evaluation.yardstick import Yardstick
from pipeline.guards.passage import passage_of

_CREDIT: Final = {"full": 1.0, "part": 0.5, "none": 0.0, "unmeasured": None}


def score(yardstick: Yardstick, outcome: Outcome, reference: str | None = None) -> Evaluated:
    """Measure one outcome.

    Args:
        yardstick: labels that passed the lint, with the articles that the run read.
        outcome: what the run left; nothing that it says of itself (verdicts, scores) is taken on trust.
        reference: a gold summary's text, for ROUGE alone.
    """
    labels = yardstick.labels
    reader = Reader(yardstick, outcome)
    findings = reader.facts()
    verdicts = [yardstick.verdict_on(told) for told in reader.texts]
    shown = reader.disagreements()
    falsehoods = reader.falsehoods()
    metrics = {
        **_recall([finding.coverage for finding in findings]),
        **support_metrics([verdict.status for verdict in verdicts]),
        **citation_metrics([_cited(told) for told in reader.texts], yardstick.supports),
        **summhay_metrics(list(map(_insight, labels.facts, findings))),
        **disagreement_metrics([coverage for coverage, _ in shown], reader.traps_sprung()),
        **attribution_metrics([reader.attributed(*pair) for pair in _spoken(findings, labels)]),
        **fidelity_metrics(_beside_evidence(reader.texts, yardstick.articles), _beside_facts(findings, labels)),
        **falsehood_metrics(falsehoods),
        **origin_metrics(list(_origins(reader.texts, reader))),
        **surface_metrics([told.text for told in _statements(reader.texts)]),
        **rouge_metrics(" ".join(told.text for told in _statements(reader.texts)), reference),
    }
    result = StoryResult(
        metrics=metrics,
        facts=tuple(finding.coverage for finding in findings),
        disagreements=tuple(coverage for coverage, _ in shown),
        falsehoods=tuple(falsehoods),
    )
    return Evaluated(
        id=labels.id,
        title=labels.title,
        annotators=annotators(labels),
        result=result,
        facts=tuple(map(_detail, labels.facts, findings)),
        disagreements=tuple(
            (labelled.question, tuple(zip((p.text for p in labelled.positions), stated, strict=True)))
            for labelled, (_, stated) in zip(labels.disagreements, shown, strict=True)
        ),
        falsehoods=tuple(falsehood.text for falsehood in labels.falsehoods),
        statements=tuple(_shown(told, verdict) for told, verdict in zip(reader.texts, verdicts, strict=True)),
        notes=_notes(labels, outcome),
    )


def unmeasured(labels: Labels, why: str) -> Evaluated:
    """A story whose run could not be had: every fact is unmeasured, every share somewhere from 0 to 1."""
    facts = tuple(
        FactCoverage(id=f.id, importance=f.importance, level="unmeasured", statement_id=None, lost_at=None, flags=())
        for f in labels.facts
    )
    result = StoryResult(metrics=_recall(facts), facts=facts, disagreements=(), falsehoods=())
    details = tuple(FactDetail(f.text, f.importance, None, 0.0, (why,), ()) for f in labels.facts)
    return Evaluated(
        id=labels.id,
        title=labels.title,
        annotators=annotators(labels),
        result=result,
        facts=details,
        disagreements=(),
        falsehoods=(),
        statements=(),
        notes=(why,),
    )


def annotators(labels: Labels) -> tuple[str, ...]:
    """Who labelled, as reports show it: "model (first)"."""
    return tuple(f"{who.kind} ({name})" for name, who in labels.annotators.items())


def _recall(facts: Sequence[FactCoverage]) -> dict[str, Metric]:
    return {
        "vital_recall": vital_recall(facts),
        "weighted_recall": weighted_recall(facts),
        **retention_metrics(facts),
    }


def _statements(texts: Sequence[Told]) -> list[Told]:
    return [told for told in texts if told.origins is not None]


def _cited(told: Told) -> CitedText[Evidence]:
    return CitedText(told.text, told.evidence, told.out_of_range)


def _insight(fact: Fact, finding: FactFinding) -> Insight:
    credit = _CREDIT[finding.coverage.level]
    return Insight(credit, fact.articles(), finding.told.paths if finding.told else frozenset())


def _spoken(findings: Sequence[FactFinding], labels: Labels) -> Iterator[tuple[Fact, Told]]:
    """Facts with a labelled speaker, with the text that tells them."""
    for fact, finding in zip(labels.facts, findings, strict=True):
        if fact.speaker and finding.told and finding.coverage.level in {"full", "part"}:
            yield fact, finding.told


def _beside_evidence(texts: Sequence[Told], articles: Mapping[str, Article]) -> list[tuple[str, str]]:
    return [(told.text, "\n".join(_dated_contexts(told, articles))) for told in texts]


def _dated_contexts(told: Told, articles: Mapping[str, Article]) -> list[str]:
    """The evidence in its sentences, with the days that its weekdays mean."""
    dated = [
        with_dates(passage.context, passage.article.published)
        for passage in (passage_of(articles[one.article_id], one) for one in told.evidence)
    ]
    return list(dict.fromkeys(dated))


def _beside_facts(findings: Sequence[FactFinding], labels: Labels) -> list[tuple[str, str]]:
    return [
        (fact.text, finding.told.text)
        for fact, finding in zip(labels.facts, findings, strict=True)
        if finding.told and finding.coverage.level in {"full", "part"}
    ]


def _origins(texts: Sequence[Told], reader: Reader) -> Iterator[tuple[int, int]]:
    """What each statement claims, and how many independent origins its passages can have at most, by the labels."""
    return ((told.origins or 0, most_origins(reader, told.evidence)) for told in _statements(texts))


def most_origins(reader: Reader, evidence: Sequence[Evidence]) -> int:
    """An article is an origin of its own passages; passages that the labels call copies of one report share one."""
    keys: set[str] = set()
    copies: dict[str, set[str]] = {}
    for one in evidence:
        names = reader.copies_of(one)
        keys |= {f"{one.article_id} {name}" for name in names} or {one.article_id}
        for name in names:
            copies.setdefault(name, set()).add(f"{one.article_id} {name}")
    return independent_origins(sorted(keys), [frozenset(group) for group in copies.values()])


def _detail(fact: Fact, finding: FactFinding) -> FactDetail:
    return FactDetail(
        text=fact.text,
        importance=fact.importance,
        statement=finding.told.text if finding.told else None,
        score=finding.match.score if finding.match else 0.0,
        because=finding.because(),
        trail=tuple(zip(STAGES, finding.trail, strict=True)),
    )


def _shown(told: Told, verdict: Verdict) -> tuple[str, str, str, tuple[str, ...]]:
    problems = tuple(f"{guard.name}: {guard.detail}" for guard in verdict.failures())
    return told.id, told.text, verdict.status, problems


def _notes(labels: Labels, outcome: Outcome) -> tuple[str, ...]:
    """Articles that failed, or that are not those that were labelled."""
    labelled = set(labels.digests.values())
    other = [file.article.path for file in outcome.files if file.article.sha256 not in labelled]
    failed = [f"{failure.path} failed at {failure.stage}: {failure.message}" for failure in outcome.failures]
    strange = [f"{path} is not an article that was labelled, or has changed" for path in other]
    return (*failed, *strange)
