"""The entailment model beside the guards: named, advisory, and in the score only with a calibration of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime", reason="the extra “entailment” is not installed")
pytest.importorskip("onnx", reason="the development tools are not installed")

from pipeline.domain.article import Article, Span
from pipeline.domain.synthesis import Citation
from pipeline.entailment.model import open_model
from pipeline.errors import ConfigurationError
from pipeline.guards.judge import METHOD, judge
from pipeline.guards.passage import passage_of
from pipeline.guards.support.calibration import Calibration, Gain, log_odds
from pipeline.guards.support.features import features_of
from pipeline.guards.support.score import score_of
from pipeline.guards.support.weights import INTERCEPT, WEIGHTS
from pipeline.runs.entailing import CALIBRATION, load_calibration, open_reader
from pipeline.runs.opinions import Reader, Told, read_again
from pipeline.settings import Settings
from pipeline.text.spans import find_words, make_evidence
from pipeline.text.words import words
from tests.entailment.tiny_model import expected, write_model
from tests.guards.judging import article

SOURCE = "A ferry sank off Tarn on Monday. Rescuers found 12 sailors near Pell Quay, police said. Nobody was hurt."
ARTICLE = article(SOURCE)
ARTICLES = {"a": ARTICLE}
PRESENT, ABSENT = "A ferry sank off Tarn on Monday.", "Nobody was hurt."


def _told(text: str, *quotes: str) -> Told:
    whole = Span(start=0, end=len(SOURCE))
    spans = [find_words(quote, SOURCE, whole) for quote in quotes]
    evidence = [make_evidence(ARTICLE, span) for span in spans if span]
    citations = tuple(Citation(claim_id=None, evidence=one) for one in evidence)
    return Told(text, citations, judge(text, evidence, ARTICLES))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that knows the source's words."""
    return write_model(tmp_path / "tiny", [word.text for word in words(SOURCE)])


def _reader(folder: Path) -> Reader:
    reader = open_reader(Settings(entailment=str(folder)), lambda _: None)
    assert reader is not None
    return reader


def _again(folder: Path, told: list[Told], articles: dict[str, Article] = ARTICLES) -> list[Told]:
    verdicts = asyncio.run(read_again(told, articles, [_reader(folder)]))
    return [one._replace(verdict=verdict) for one, verdict in zip(told, verdicts, strict=True)]


def _calibration(folder: Path, **changes: object) -> Calibration:
    told = {
        "model": open_model(folder).folder.digest,
        "method": METHOD,
        "summaries": 100,
        "gain": Gain(lexical=0.7, value=0.05, low=0.01, high=0.09),
        "intercept": INTERCEPT,
        "weights": WEIGHTS._asdict(),
        "entailed": 0.5,
        "made": "2026-11-22",
        **changes,
    }
    return Calibration.model_validate(told)


def test_without_a_model_nothing_is_asked() -> None:
    """The setting is off by default."""
    assert open_reader(Settings(), lambda _: None) is None


def test_the_verdict_names_the_model_and_says_what_it_thinks(folder: Path) -> None:
    """Method, guard and probability; the status, the score and the guards' own words stay."""
    told = _told(PRESENT, PRESENT)
    (again,) = _again(folder, [told])
    name = open_model(folder).name
    assert again.verdict.method == f"{METHOD}+entailment:{name}"
    assert name.startswith("tiny@")
    assert again.verdict.guards[:-1] == told.verdict.guards
    (advice,) = again.verdict.advice()
    assert (advice.name, advice.outcome) == ("entailment", "pass")
    assert f"p = {expected(1.0):.2f}" in advice.detail
    assert "never calibrated" in advice.detail
    assert (again.verdict.status, again.verdict.score) == (told.verdict.status, told.verdict.score)


def test_it_decides_nothing(folder: Path) -> None:
    """What the guards refuse stays refused, what they pass stays passed, and it is no failure either way."""
    refused = _told("A ferry sank off Tarn on Tuesday.", PRESENT)
    passed = _told("On Monday a ferry sank off Tarn.", PRESENT)
    other = _told(PRESENT, ABSENT)
    assert {refused.verdict.status, other.verdict.status}.isdisjoint({"supported"})
    assert passed.verdict.status == "supported"
    told = [refused, passed, other]
    for before, after in zip(told, _again(folder, told), strict=True):
        assert after.verdict.status == before.verdict.status
        assert after.verdict.failures() == before.verdict.failures()


def test_a_model_that_does_not_agree_says_so(folder: Path) -> None:
    """Its doubt is told with its number, and is no pass."""
    (again,) = _again(folder, [_told(PRESENT, ABSENT)])
    (advice,) = again.verdict.advice()
    assert advice.outcome == "not_applicable"
    assert f"p = {expected(0.0):.2f}" in advice.detail


def test_the_union_of_what_is_cited_is_read(folder: Path) -> None:
    """Half a statement from each of two passages."""
    text = "A ferry sank and nobody was hurt."
    one, other, both = _again(folder, [_told(text, PRESENT), _told(text, ABSENT), _told(text, PRESENT, ABSENT)])
    numbers = [float(told.verdict.advice()[0].detail.split()[2]) for told in (one, other, both)]
    assert numbers[2] > max(numbers[:2])


def test_what_cites_nothing_or_something_else_is_not_read(folder: Path) -> None:
    """Its verdict stays as it is, to the letter: there is nothing to read."""
    moved = _told(PRESENT, PRESENT)
    evidence = moved.citations[0].evidence.model_copy(update={"quote": "A ferry rose"})
    moved = moved._replace(citations=(Citation(claim_id=None, evidence=evidence),))
    told = [_told("A ferry sank."), moved]
    assert _again(folder, told) == told
    assert _again(folder, [_told(PRESENT, PRESENT)], {}) == [_told(PRESENT, PRESENT)]


def test_a_calibration_of_this_model_puts_it_into_the_score(folder: Path) -> None:
    """By the weights of the file; agreement raises the score, doubt lowers it, and the detail no longer apologises."""
    calibration = _calibration(folder)
    (folder / CALIBRATION).write_text(calibration.model_dump_json(), encoding="utf-8")
    for text, quote, share in ((PRESENT, PRESENT, 1.0), (PRESENT, ABSENT, 0.0)):
        told = _told(text, quote)
        (again,) = _again(folder, [told])
        passages = [passage_of(ARTICLE, citation.evidence) for citation in told.citations]
        features = features_of(text, passages, told.verdict.guards)
        logit = -0.5 if share == 0 else 0.5
        assert again.verdict.score == pytest.approx(calibration.score(features, expected(share)), abs=1e-3)
        assert (again.verdict.score - told.verdict.score) * logit > 0
        assert again.verdict.method.startswith(f"{told.verdict.method}+entailment:{open_model(folder).name}/")
        assert "without it" not in again.verdict.advice()[0].detail
        assert again.verdict.status == told.verdict.status


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"model": "0" * 64}, "another model"),
        ({"method": "guards/0+support/0"}, "guards/0"),
        ({"gain": {"lexical": 0.7, "value": 0.01, "low": -0.02, "high": 0.04}}, "adds nothing"),
    ],
)
def test_a_calibration_that_does_not_hold_is_not_used(changes: dict[str, object], why: str, folder: Path) -> None:
    """Another model's, another guards', or one that shows no gain: the score stays, and the verdict says why."""
    (folder / CALIBRATION).write_text(_calibration(folder, **changes).model_dump_json(), encoding="utf-8")
    notes: list[str] = []
    open_reader(Settings(entailment=str(folder)), notes.append)
    assert why in notes[0]
    told = _told(PRESENT, PRESENT)
    (again,) = _again(folder, [told])
    assert again.verdict.score == told.verdict.score
    assert why in again.verdict.advice()[0].detail


@pytest.mark.parametrize("content", ["{", "{}", '{"weights": NaN}', "null"])
def test_a_broken_calibration_is_told(content: str, folder: Path) -> None:
    """It is not passed over in silence."""
    (folder / CALIBRATION).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=CALIBRATION):
        _reader(folder)


@pytest.mark.parametrize("change", [{"aligned": -1.0}, {"missing": 0.5}, {"entailed": -1.0}])
def test_weights_keep_their_signs(change: dict[str, float], folder: Path) -> None:
    """A fault that helps, or a model whose yes harms, is no calibration."""
    good = _calibration(folder)
    entailed = change.pop("entailed", good.entailed)
    bad = good.model_copy(update={"weights": {**good.weights, **change}, "entailed": entailed})
    (folder / CALIBRATION).write_text(bad.model_dump_json(), encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_calibration(folder / CALIBRATION)


def test_a_model_without_weight_leaves_the_lexical_score(folder: Path) -> None:
    """The combination with a weight of 0 is the support score itself; even odds say nothing at any weight."""
    told = _told("On Monday, a ferry sank off Tarn.", PRESENT)
    passages = [passage_of(ARTICLE, citation.evidence) for citation in told.citations]
    features = features_of(told.text, passages, told.verdict.guards)
    assert _calibration(folder, entailed=0.0).score(features, 0.9) == pytest.approx(score_of(features))
    assert _calibration(folder).score(features, 0.5) == pytest.approx(score_of(features))
    assert log_odds(0.0) == -log_odds(1.0)
