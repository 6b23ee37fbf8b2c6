"""The figures that results are made of, and what one summary gets: worked by hand on the tiny story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import UNDEFINED, EvalReport, Gate, mean, share
from pipeline.evaluation.runs import story_of
from pipeline.evaluation.score import score, unmeasured
from pipeline.evaluation.story import LabelledStory, load_story
from pipeline.evaluation.yardstick import Yardstick
from tests.evaluation.tiny import Home, changed, invoke, result_of, saying, second_story, summary_of, whole

MONDAY = "The Tarn footbridge in Brackwell was closed on Monday after engineers found a crack in its northern pier."
USERS = "About 900 people cross the bridge every day, according to the town council."
measured = st.none() | st.floats(0, 1)


# --- shares and means


def test_share_of_nothing_is_undefined() -> None:
    """It is neither 0 nor 1."""
    assert share([]) == mean([]) == UNDEFINED
    assert UNDEFINED.value is None


def test_what_is_unmeasured_widens_the_bounds() -> None:
    """One of two passed, two were not measured: half, between a quarter and three quarters."""
    found = share([True, False, None, None])
    assert (found.value, found.low, found.high, found.n, found.unmeasured) == (0.5, 0.25, 0.75, 4, 2)


def test_weights_count() -> None:
    """1·1 + 0·½ of 1½."""
    assert mean([1.0, 0.0], [1.0, 0.5]).value == pytest.approx(2 / 3)


def test_nothing_measured_has_no_value() -> None:
    """It lies somewhere from 0 to 1."""
    found = share([None, None])
    assert (found.value, found.low, found.high, found.unmeasured) == (None, 0.0, 1.0, 2)


@given(st.lists(measured, min_size=1, max_size=20))
def test_bounds_enclose_every_outcome(values: list[float | None]) -> None:
    """However the unmeasured ones would have gone, the mean lies between the bounds; the value does too."""
    found = mean(values)
    assert found.low is not None
    assert found.high is not None
    for verdict in (0.0, 0.3, 1.0):
        whole_mean = sum(verdict if value is None else value for value in values) / len(values)
        assert found.low - 1e-9 <= whole_mean <= found.high + 1e-9
    if found.value is not None:
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    assert (found.n, found.unmeasured) == (len(values), values.count(None))


# --- one summary


def test_genuine_run_by_hand(yardstick: Yardstick, outcome: Outcome) -> None:
    """The extractive engine has room for the whole story: all six facts count, both sides are shown."""
    result = result_of(yardstick, outcome)
    assert [fact.id for fact in result.facts if not fact.counts()] == []
    assert (result.metrics["vital_recall"].value, result.metrics["vital_recall"].n) == (1.0, 4)
    assert (result.metrics["weighted_recall"].value, result.metrics["weighted_recall"].n) == (1.0, 6)
    assert [(d.positions_stated, d.positions, d.collapsed) for d in result.disagreements] == [(2, 2, False)]
    assert [found.stated_in for found in result.falsehoods] == [None, None, None]


def test_two_sentences_by_hand(yardstick: Yardstick, outcome: Outcome) -> None:
    """Two of four vital facts are a half; weighted, 2 of 4 + 2·½; two of six passages are retained to the end."""
    result = result_of(yardstick, saying(outcome, (MONDAY, "courier.txt"), (USERS, "herald.txt")))
    assert result.metrics["vital_recall"].value == 0.5
    assert result.metrics["weighted_recall"].value == pytest.approx(2 / 5)
    assert result.metrics["retained_verify"].value == pytest.approx(2 / 6)
    assert result.metrics["retained_synthesize"].value == pytest.approx(2 / 6)
    assert result.metrics["retained_reconcile"].value == 1.0
    assert result.metrics["disagreement_coverage"].value == 0.0


def test_empty_summary(yardstick: Yardstick, outcome: Outcome) -> None:
    """Saying nothing recalls nothing; its precision is undefined, not perfect."""
    metrics = result_of(yardstick, changed(outcome, statements=(), disagreements=(), dropped=())).metrics
    assert metrics["vital_recall"].value == metrics["weighted_recall"].value == 0.0
    undefined = ["statement_precision", "citation_precision", "citation_recall", "contradicted", "unsupported"]
    assert [name for name in undefined if metrics[name] != UNDEFINED] == []


def test_no_summary_at_all(yardstick: Yardstick, outcome: Outcome) -> None:
    """A run without a summary is measured like an empty one."""
    nothing = result_of(yardstick, Outcome(None, outcome.files))
    empty = result_of(yardstick, changed(outcome, statements=(), disagreements=(), dropped=()))
    assert {name: one.value for name, one in nothing.metrics.items() if not name.startswith("retained")} == {
        name: one.value for name, one in empty.metrics.items() if not name.startswith("retained")
    }
    assert [fact.level for fact in nothing.facts] == ["none"] * 6


def test_stored_verdicts_are_not_believed(yardstick: Yardstick, outcome: Outcome) -> None:
    """A statement that says of itself that it is supported is judged afresh: changed, it is contradicted."""
    first = summary_of(outcome).statements[0]
    assert first.verdict.status == "supported"
    made = first.model_copy(
        update={"text": USERS.replace("900", "7,900"), "citations": (whole(outcome, "herald.txt"),)}
    )
    metrics = result_of(yardstick, changed(outcome, statements=(made,), disagreements=())).metrics
    assert (metrics["contradicted"].value, metrics["statement_precision"].value) == (1.0, 0.0)


def test_citation_that_leads_nowhere(yardstick: Yardstick, outcome: Outcome) -> None:
    """A quote that does not stand at its offsets, or an article that was not read, bears nothing out."""
    made = saying(outcome, (MONDAY, "courier.txt"))
    citation = summary_of(made).statements[0].citations[0]
    for change in ({"start": 3}, {"end": 10_000}, {"article_id": "ghost"}, {"quote": "Nothing of the sort."}):
        broken = citation.model_copy(update={"evidence": citation.evidence.model_copy(update=change)})
        statement = summary_of(made).statements[0].model_copy(update={"citations": (broken,)})
        result = result_of(yardstick, changed(made, statements=(statement,)))
        assert result.metrics["citations_out_of_range"].value == 1.0
        assert result.metrics["unsupported"].value == 1.0
        assert result.facts[0].flags == ("misattributed",)


def test_falsehood_is_found(yardstick: Yardstick, outcome: Outcome) -> None:
    """A sentence that no summary may state is found in the statement that states it."""
    result = result_of(
        yardstick,
        saying(
            outcome, (USERS, "courier.txt"), ("The Tarn footbridge in Brackwell was closed on Friday.", "courier.txt")
        ),
    )
    assert [(found.id, found.stated_in) for found in result.falsehoods if found.stated_in] == [
        ("closed-on-friday", "s2")
    ]
    assert result.metrics["falsehoods_stated"].value == pytest.approx(1 / 3)


def test_trap_is_sprung(yardstick: Yardstick, outcome: Outcome) -> None:
    """A disagreement is shown whose positions rest on the two sides of a trap; one on other passages is none."""
    clean = result_of(yardstick, outcome)
    assert clean.metrics["traps_sprung"].value == 0.0
    shown = summary_of(outcome).disagreements[0]
    cited = ("courier.txt", "tribune.txt")
    sides = [
        position.model_copy(update={"citations": (whole(outcome, name),)})
        for position, name in zip(shown.positions, cited, strict=True)
    ]
    sprung = changed(outcome, disagreements=(shown.model_copy(update={"positions": tuple(sides)}),))
    assert result_of(yardstick, sprung).metrics["traps_sprung"].value == 1.0


def test_collapsed_disagreement(yardstick: Yardstick, outcome: Outcome) -> None:
    """One side told as the truth: one of two positions, collapsed."""
    made = saying(outcome, ("The repair would cost 40,000 crowns, Calloway said.", "courier.txt"))
    found = result_of(yardstick, made)
    assert [(d.positions_stated, d.collapsed) for d in found.disagreements] == [(1, True)]
    assert found.metrics["collapsed_disagreements"].value == 1.0
    assert found.metrics["disagreement_coverage"].value == 0.0


def test_copies_are_one_origin(yardstick: Yardstick, outcome: Outcome) -> None:
    """Two articles that carry one report are one origin: a statement that claims two overcounts; one is right."""
    made = saying(outcome, (USERS, "courier.txt"))
    quote = "About 900 people cross the bridge every day"
    both = []
    for name in ("courier.txt", "herald.txt"):
        evidence = whole(outcome, name).evidence
        start = evidence.quote.index(quote)
        part = evidence.model_copy(update={"start": start, "end": start + len(quote), "quote": quote})
        both.append(whole(outcome, name).model_copy(update={"evidence": part}))
    for origins, overcounted in ((1, 0.0), (2, 1.0)):
        statement = summary_of(made).statements[0].model_copy(update={"citations": tuple(both), "origins": origins})
        metrics = result_of(yardstick, changed(made, statements=(statement,))).metrics
        assert metrics["origins_overcounted"].value == overcounted


def test_story_that_could_not_be_run_is_unmeasured(tiny: LabelledStory) -> None:
    """Every fact unmeasured, recall anywhere from 0 to 1, nothing said of precision; the reason is kept."""
    found = unmeasured(tiny.labels, "There is no recording.")
    assert {(fact.level, fact.lost_at, fact.counts()) for fact in found.result.facts} == {("unmeasured", None, None)}
    recall = found.result.metrics["vital_recall"]
    assert (recall.value, recall.low, recall.high, recall.unmeasured) == (None, 0.0, 1.0, 4)
    assert found.notes == ("There is no recording.",)


def test_result_survives_the_disk(yardstick: Yardstick, outcome: Outcome) -> None:
    """eval.json read back is what was written."""
    report = EvalReport(engine="e", model=None, stories={"tiny": result_of(yardstick, outcome)}, gates=())
    assert EvalReport.model_validate_json(report.model_dump_json()) == report
    assert list(json.loads(report.model_dump_json())["baseline"]) == ["lost", "gained", "p"]


def test_failed_and_undecided() -> None:
    """One gate that fails makes the report fail; one that could not be decided leaves it undecided."""
    gates = {passed: Gate(name="g", passed=passed, detail="") for passed in (True, False, None)}
    for held in ((), (True,), (True, False), (True, None), (None, False)):
        report = EvalReport(engine="e", model=None, stories={}, gates=tuple(gates[passed] for passed in held))
        assert (report.failed(), report.undecided()) == (False in held, None in held)


@given(st.data())
def test_saying_less_never_recalls_more(yardstick: Yardstick, outcome: Outcome, data: st.DataObject) -> None:
    """Taking statements out never raises the weighted recall, nor the vital one."""
    statements = summary_of(outcome).statements
    kept = data.draw(st.lists(st.sampled_from(statements), unique_by=lambda s: s.id, max_size=len(statements)))
    gone = data.draw(st.integers(0, max(0, len(kept) - 1)))
    more = result_of(yardstick, changed(outcome, statements=tuple(kept))).metrics
    less = result_of(yardstick, changed(outcome, statements=tuple(kept[:gone] + kept[gone + 1 :]))).metrics
    for name in ("weighted_recall", "vital_recall"):
        before, after = more[name].value, less[name].value
        assert before is not None
        assert after is not None
        assert after <= before


@given(st.permutations(range(8)))
def test_order_of_statements_is_no_matter(yardstick: Yardstick, outcome: Outcome, order: list[int]) -> None:
    """Whatever order the statements are in, the same facts count."""
    statements = summary_of(outcome).statements
    shuffled = tuple(statements[index] for index in order if index < len(statements))
    one = {fact.id: fact.counts() for fact in result_of(yardstick, outcome).facts}
    two = {fact.id: fact.counts() for fact in result_of(yardstick, changed(outcome, statements=shuffled)).facts}
    assert one == two


@given(texts=st.lists(st.tuples(st.text(max_size=60), st.sampled_from(["courier.txt", "herald.txt"])), max_size=3))
def test_any_text_can_be_measured(yardstick: Yardstick, outcome: Outcome, texts: list[tuple[str, str]]) -> None:
    """Whatever a summary says, it is measured; every share lies from 0 to 1 or is undefined."""
    result = result_of(yardstick, saying(outcome, *texts))
    shares = [one.value for name, one in result.metrics.items() if name != "words" and one.value is not None]
    assert all(0.0 <= value <= 1.0 for value in shares)


# --- reading a run


def test_run_is_read_as_it_was_written(outcome: Outcome, run_folder: Path) -> None:
    """Summary, articles and failures."""
    assert summary_of(outcome) == Synthesis.model_validate_json((run_folder / "summary.json").read_bytes())
    assert sorted(article.path for article in outcome.articles().values()) == [
        "courier.txt",
        "herald.txt",
        "tribune.txt",
    ]
    assert outcome.failures == ()


def test_run_belongs_to_the_story_of_its_articles(home: Home, outcome: Outcome) -> None:
    """Of two stories, the one whose articles were read; a run over others is refused."""
    tiny, other = load_story(home.labels), load_story(second_story(home) / "facts.yaml")
    assert story_of(outcome, [other, tiny]) == tiny
    assert story_of(outcome, [tiny, other]) == tiny
    strange = other._replace(labels=other.labels.model_copy(update={"digests": {"x.txt": "0" * 64}}))
    with pytest.raises(InputError, match="read no article of other"):
        story_of(outcome, [strange])


def test_names_of_files_are_no_matter(home: Home, tmp_path: Path) -> None:
    """A run over the folder above, where the articles have longer paths, is measured as one over the articles."""
    for number, target in enumerate((home.articles, home.story)):
        ran = invoke("run", target, "--out", tmp_path / str(number), "--engine", "extractive", folder=home.folder)
        assert ran.status == 0, ran.err
    shown = [json.loads(home.eval("tiny", "--run", tmp_path / name, "--json").out) for name in "01"]
    assert shown[0]["stories"] == shown[1]["stories"]


def test_articles_that_failed_are_named(yardstick: Yardstick, outcome: Outcome) -> None:
    """A score says which articles the summary had to do without, and which are not those that were labelled."""
    file = outcome.files[0]
    other = file.model_copy(update={"article": file.article.model_copy(update={"sha256": "0" * 64})})
    found = score(yardstick, outcome._replace(files=(other, *outcome.files[1:])))
    assert found.notes == (f"{file.article.path} is not an article that was labelled, or has changed",)
