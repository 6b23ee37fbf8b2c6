"""Coverage: told, cited rightly, and where a fact was lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.domain.run import Failure
from pipeline.domain.synthesis import Citation, Dropped, Synthesis
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.evaluation.coverage import FactCoverage, Outcome, coverage
from pipeline.evaluation.story import Fact, LabelledStory, load_story
from pipeline.evaluation.suite import WORDS
from pipeline.runs.runner import run_story
from pipeline.stages.ingest import ingest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def seeds() -> LabelledStory:
    """The labelled seeds."""
    return load_story(ROOT / "evals" / "stories" / "seeds" / "facts.yaml")


@pytest.fixture(scope="module")
def outcome(seeds: LabelledStory) -> Outcome:
    """A genuine extractive run over the seeds."""
    run = asyncio.run(run_story(ingest([str(seeds.folder)]), ExtractiveEngine(), words=WORDS))
    return Outcome(run.synthesis, run.files, run.failures)


def _synthesis(outcome: Outcome, **changes: object) -> Synthesis:
    """The run's summary, with fields changed."""
    assert outcome.synthesis is not None
    return outcome.synthesis.model_copy(update=changes)


def _only(outcome: Outcome, text: str, article: str) -> Outcome:
    """The run with one statement in its summary, cited to the first passage of that article."""
    claim = next(c for file in outcome.files if file.article.path == article for c in file.summary.claims)
    citation = Citation(claim_id=claim.id, evidence=claim.evidence[0])
    made = _synthesis(outcome).statements[0].model_copy(update={"text": text, "citations": (citation,)})
    return outcome._replace(synthesis=_synthesis(outcome, statements=(made,), disagreements=()))


def _of(fact: Fact, outcome: Outcome) -> FactCoverage:
    return coverage([fact], outcome)[0]


def _fact(seeds: LabelledStory, name: str) -> Fact:
    return next(fact for fact in seeds.labels.facts if fact.id == name)


def test_empty_summary_covers_nothing(seeds: LabelledStory, outcome: Outcome) -> None:
    """Saying nothing tells no fact, and the loss is put at the merge, where the passages still were."""
    empty = outcome._replace(synthesis=_synthesis(outcome, statements=(), disagreements=(), dropped=()))
    found = coverage(seeds.labels.facts, empty)
    assert {fact.level for fact in found} == {"none"}
    assert {fact.lost_at for fact in found} == {"synthesize"}
    assert not any(fact.counts() for fact in found)


def test_no_summary_covers_nothing(seeds: LabelledStory) -> None:
    """A run whose every article failed tells no fact; the loss is put at the stage that failed."""
    paths = {support.article for fact in seeds.labels.facts for support in fact.support}
    failures = [Failure(path=path, stage="summarize", code="timeout", message="no answer") for path in paths]
    found = coverage(seeds.labels.facts, Outcome(None, (), failures))
    assert {(fact.level, fact.lost_at) for fact in found} == {("none", "summarize")}


def test_deleting_the_telling_texts_loses_the_fact(seeds: LabelledStory, outcome: Outcome) -> None:
    """Every fact that is told is lost as soon as the texts that tell it are taken out."""
    for fact in seeds.labels.facts:
        before = _of(fact, outcome)
        assert outcome.synthesis is not None
        kept = tuple(s for s in outcome.synthesis.statements if not fact.told_by(s.text))
        shown = tuple(d for d in outcome.synthesis.disagreements if not any(fact.told_by(p.text) for p in d.positions))
        without = outcome._replace(synthesis=_synthesis(outcome, statements=kept, disagreements=shown))
        assert _of(fact, without).level == "none"
        if before.level == "full":
            assert len(kept) + len(shown) < len(outcome.synthesis.statements + outcome.synthesis.disagreements)


def test_own_wording_cited_rightly_counts(seeds: LabelledStory, outcome: Outcome) -> None:
    """A statement that says the fact in the label's words, cited to an article that has it, counts."""
    fact = _fact(seeds, "less-than-ten-minutes")
    made = _only(outcome, "They spoke for less than 10 minutes.", "002_0bdf521fb7863932.txt")
    found = _of(fact, made)
    assert (found.level, found.flags, found.lost_at, found.counts()) == ("full", (), None, True)


def test_wrong_article_is_misattributed(seeds: LabelledStory, outcome: Outcome) -> None:
    """The same words cited to an article that does not say it are told, flagged, and do not count."""
    fact = _fact(seeds, "less-than-ten-minutes")
    made = _only(outcome, "They spoke for less than 10 minutes.", "000_83fb044d1ed26aa9.txt")
    found = _of(fact, made)
    assert (found.level, found.flags, found.counts()) == ("full", ("misattributed",), False)


def test_changed_number_is_not_the_fact(seeds: LabelledStory, outcome: Outcome) -> None:
    """“About 20 minutes” does not tell “about 10 minutes”."""
    fact = _fact(seeds, "about-ten-minutes")
    made = _only(outcome, "They spoke for about 20 minutes.", "000_83fb044d1ed26aa9.txt")
    assert _of(fact, made).level == "none"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no-joint-communique", "G20 finance ministers in Bangalore failed to agree on a joint statement."),
        (
            "no-joint-communique",
            "The process can go on even if there is no joint communique at the summit in September.",
        ),
        ("return-to-new-start", "Blinken hopes that talks will start when Lavrov returns."),
        ("moscow-says-blinken-asked", "Blinken asked for Whelan's release at the meeting."),
    ],
)
def test_neighbouring_events_are_not_the_fact(seeds: LabelledStory, name: str, text: str) -> None:
    """What the articles say of other meetings, or of other requests, does not count."""
    assert not _fact(seeds, name).told_by(text)


def test_loss_in_verification_is_named(seeds: LabelledStory, outcome: Outcome) -> None:
    """A fact whose statement was drafted and then dropped was lost at verify."""
    synthesis = _synthesis(outcome)
    first = synthesis.statements[0]
    fact = _fact(seeds, "release-of-paul-whelan")
    dropped = Dropped(text=fact.text, citations=first.citations, verdict=first.verdict, reason="planted")
    lost = synthesis.model_copy(update={"statements": (), "disagreements": (), "dropped": (dropped,)})
    assert _of(fact, outcome._replace(synthesis=lost)).lost_at == "verify"


def test_loss_in_summarize_is_named(seeds: LabelledStory, outcome: Outcome) -> None:
    """A fact that no claim rests on any more was lost at summarize."""
    files = [
        file.model_copy(update={"summary": file.summary.model_copy(update={"claims": ()})}) for file in outcome.files
    ]
    lost = Outcome(_synthesis(outcome, statements=(), disagreements=()), files, ())
    assert {fact.lost_at for fact in coverage(seeds.labels.facts, lost)} == {"summarize"}


def test_loss_in_ingest_is_named(seeds: LabelledStory, outcome: Outcome) -> None:
    """A fact whose passages are in no article's text was lost at ingest."""
    files = [
        file.model_copy(update={"article": file.article.model_copy(update={"text": ""})}) for file in outcome.files
    ]
    lost = Outcome(_synthesis(outcome, statements=(), disagreements=()), files, ())
    assert {fact.lost_at for fact in coverage(seeds.labels.facts, lost)} == {"ingest"}
