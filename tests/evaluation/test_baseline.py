"""The baseline: what flipped, whether chance explains it, and what no average may hide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.baseline import (
    Baseline,
    baseline_path,
    compare,
    flips,
    least_telling,
    load_baseline,
    make_baseline,
    mcnemar,
)
from pipeline.evaluation.results import (
    METRICS_VERSION,
    DisagreementCoverage,
    EvalReport,
    FactCoverage,
    FalsehoodFound,
    Flag,
    Gate,
    Importance,
    Level,
    Metric,
    StoryResult,
)

VITAL = "baseline: no vital fact is lost"
FALSE = "baseline: nothing newly false"
COLLAPSED = "baseline: no disagreement is collapsed"
CHANCE = "baseline: no more facts lost than chance explains"


def _fact(
    name: str, level: Level = "full", importance: Importance = "okay", flags: tuple[Flag, ...] = ()
) -> FactCoverage:
    lost = "synthesize" if level == "none" else None
    return FactCoverage(
        id=name, importance=importance, level=level, statement_id=None if lost else "s1", lost_at=lost, flags=flags
    )


def _result(
    *facts: FactCoverage, stated: tuple[str, ...] = (), contradicted: float = 0.0, sides: int = 2
) -> StoryResult:
    metric = Metric(value=contradicted, low=contradicted, high=contradicted, n=4)
    return StoryResult(
        metrics={"contradicted": metric},
        facts=facts,
        disagreements=(DisagreementCoverage(id="d", positions_stated=sides, positions=2, collapsed=sides == 1),),
        falsehoods=tuple(
            FalsehoodFound(id=name, stated_in="s2" if name in stated else None) for name in ("lie", "error")
        ),
    )


def _report(stories: Mapping[str, StoryResult], engine: str = "extractive", model: str | None = None) -> EvalReport:
    return EvalReport(engine=engine, model=model, stories=stories, gates=())


def _baseline(result: StoryResult, **changes: object) -> Baseline:
    return make_baseline(_report({"a": result})).model_copy(update=changes)


def _gates(before: StoryResult, after: StoryResult) -> dict[str, Gate]:
    _, gates = compare(_baseline(before), {"a": after})
    assert [gate.name for gate in gates] == [VITAL, FALSE, COLLAPSED, CHANCE]
    return {gate.name: gate for gate in gates}


def _failed(before: StoryResult, after: StoryResult) -> list[str]:
    return [name for name, gate in _gates(before, after).items() if gate.passed is False]


# --- McNemar


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),  # 2 · 1/2
        (5, 0, 0.0625),  # 2 · 1/32
        (6, 0, 0.03125),  # 2 · 1/64
        (0, 6, 0.03125),
        (1, 1, 1.0),  # 2 · 3/4, at most 1
        (8, 1, 0.0390625),  # 2 · (1 + 9)/512
        (7, 1, 0.0703125),  # 2 · (1 + 8)/256
        (10, 2, 79 / 2048),  # 2 · (1 + 12 + 66)/4096
    ],
)
def test_mcnemar_by_hand(lost: int, gained: int, p: float) -> None:
    """The exact two-sided binomial test over the flips alone."""
    assert mcnemar(lost, gained) == pytest.approx(p)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_a_probability(lost: int, gained: int) -> None:
    """From 0 to 1, the same both ways, and smaller the more one-sided it gets."""
    assert 0.0 < mcnemar(lost, gained) <= 1.0
    assert mcnemar(lost, gained) == mcnemar(gained, lost)
    if lost >= gained:
        assert mcnemar(lost + 1, gained) <= mcnemar(lost, gained)


def test_mcnemar_of_a_great_many() -> None:
    """Thousands of flips, of hundreds of stories, do not overflow."""
    assert mcnemar(2000, 2000) == pytest.approx(1.0)
    assert mcnemar(3000, 0) < 1e-300


def test_least_telling() -> None:
    """Six losses without a gain are the fewest that are more than noise; five facts can show nothing."""
    assert [least_telling(facts) for facts in (0, 5, 6, 100)] == [None, None, 6, 6]


# --- what fails


def test_same_results_pass() -> None:
    """Nothing lost, nothing gained, p = 1, every gate passed."""
    result = _result(_fact("a", importance="vital"), _fact("b", "none"), _fact("c", flags=("misattributed",)))
    comparison, gates = compare(_baseline(result), {"a": result})
    assert (comparison.lost, comparison.gained, comparison.p) == ((), (), 1.0)
    assert [gate.passed for gate in gates] == [True] * 4


def test_vital_fact_lost_is_a_veto() -> None:
    """One is enough, however many others were gained; it is named with its story."""
    gained = [_fact(str(number), "none") for number in range(8)]
    before = _result(_fact("a", importance="vital"), *gained)
    after = _result(_fact("a", "none", "vital"), *(one.model_copy(update={"level": "full"}) for one in gained))
    gates = _gates(before, after)
    assert (gates[VITAL].passed, gates[VITAL].detail) == (False, "lost: a/a")
    assert gates[CHANCE].passed


@pytest.mark.parametrize("level", ["part", "none"])
def test_vital_fact_told_in_part_is_lost(level: Level) -> None:
    """What is no longer told in full does not count any more."""
    assert _failed(_result(_fact("a", importance="vital")), _result(_fact("a", level, "vital"))) == [VITAL]


def test_vital_fact_newly_misattributed_is_lost_and_newly_wrong() -> None:
    """It is told still, but as somebody else's word."""
    before, after = _result(_fact("a", importance="vital")), _result(_fact("a", "full", "vital", ("misattributed",)))
    assert _failed(before, after) == [VITAL, FALSE]


def test_okay_fact_lost_is_chance() -> None:
    """One okay fact fewer fails nothing; it is named."""
    before, after = _result(_fact("a"), _fact("b")), _result(_fact("a"), _fact("b", "none"))
    assert _failed(before, after) == []
    assert "lost: a/b" in _gates(before, after)[CHANCE].detail


def test_more_lost_than_chance_explains() -> None:
    """Six okay facts lost and none gained fail (p = .031); five do not (p = .063), nor six with one gained."""

    def flipped(lost: int, gained: int) -> list[str]:
        names = [str(number) for number in range(10)]
        before = [_fact(name, "none" if int(name) >= 10 - gained else "full") for name in names]
        after = [_fact(name, "none" if int(name) < lost else "full") for name in names]
        return _failed(_result(*before), _result(*after))

    assert flipped(6, 0) == [CHANCE]
    assert flipped(5, 0) == []
    assert flipped(6, 1) == []


def test_gained_facts_do_not_fail() -> None:
    """Ten facts more are no regression, though they are more than chance."""
    names = [str(number) for number in range(10)]
    before, after = _result(*(_fact(name, "none") for name in names)), _result(*(_fact(name) for name in names))
    comparison, gates = compare(_baseline(before), {"a": after})
    assert comparison.gained == tuple(f"a/{name}" for name in names)
    assert comparison.p == pytest.approx(2 / 1024)
    assert [gate.passed for gate in gates] == [True] * 4


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (_result(_fact("a"), stated=("lie", "error")), "a/error is stated in s2"),
        (_result(_fact("a", "none", flags=("contradicted",)), stated=("lie",)), "a/a is contradicted in"),
        (_result(_fact("a", flags=("wrong_number",)), stated=("lie",)), "a/a is wrong number in s1"),
        (_result(_fact("a"), stated=("lie",), contradicted=0.5), "a: 1 more statements that the cited articles"),
    ],
)
def test_newly_false_is_a_veto(after: StoryResult, named: str) -> None:
    """A falsehood stated, a fact told wrongly or a statement contradicted that the baseline does not have."""
    before = _result(_fact("a"), stated=("lie",), contradicted=0.25)
    gate = _gates(before, after)[FALSE]
    assert gate.passed is False
    assert named in gate.detail


def test_what_was_false_already_is_not_new() -> None:
    """The same falsehood, flag and contradiction again fail nothing here: the thresholds speak of them."""
    before = _result(_fact("a", flags=("wrong_number",)), stated=("lie",), contradicted=0.25)
    assert _failed(before, before) == []
    assert _failed(before, _result(_fact("a"))) == []


def test_collapsed_disagreement_is_a_veto() -> None:
    """One that was shown with both sides is shown so still; one that never was may stay as it is."""
    assert _failed(_result(_fact("a"), sides=2), _result(_fact("a"), sides=1)) == [COLLAPSED]
    assert _failed(_result(_fact("a"), sides=2), _result(_fact("a"), sides=0)) == [COLLAPSED]
    assert _failed(_result(_fact("a"), sides=1), _result(_fact("a"), sides=0)) == []


# --- what cannot be said


def test_unmeasured_is_undecided() -> None:
    """Where facts of a story could not be measured no gate passes, and none fails."""
    before = _result(_fact("a", importance="vital"), _fact("b"))
    after = StoryResult(
        metrics={},
        facts=(_fact("a", "unmeasured", "vital"), _fact("b", "unmeasured")),
        disagreements=(),
        falsehoods=(),
    )
    gates = _gates(before, after)
    assert {name: gate.passed for name, gate in gates.items()} == dict.fromkeys((VITAL, FALSE, COLLAPSED, CHANCE))
    assert "a/a" in gates[VITAL].detail


def test_what_is_lost_for_certain_fails_beside_the_unmeasured() -> None:
    """A vital fact lost in one story fails though another story is unmeasured."""
    lost = _result(_fact("a", importance="vital"))
    baseline = make_baseline(_report({"a": lost, "b": lost}))
    unknown = StoryResult(metrics={}, facts=(_fact("a", "unmeasured", "vital"),), disagreements=(), falsehoods=())
    _, gates = compare(baseline, {"a": _result(_fact("a", "none", "vital")), "b": unknown})
    assert (gates[0].passed, gates[0].detail) == (False, "lost: a/a")


def test_other_version_of_the_metrics_is_no_baseline() -> None:
    """It is undecided, with what to do; nothing is called lost or gained."""
    result = _result(_fact("a", importance="vital"))
    comparison, gates = compare(
        _baseline(result, metrics_version=METRICS_VERSION - 1), {"a": _result(_fact("a", "none", "vital"))}
    )
    assert (comparison.lost, comparison.gained, comparison.p) == ((), (), None)
    assert [(gate.name, gate.passed) for gate in gates] == [("baseline", None)]
    assert "--update-baseline" in gates[0].detail


def test_a_story_that_the_baseline_does_not_know_is_undecided() -> None:
    """It is named, with what to do; the other stories are not compared either, or part would pass for the whole."""
    result = _result(_fact("a", importance="vital"))
    comparison, gates = compare(_baseline(result), {"a": _result(_fact("a", "none", "vital")), "new": result})
    assert (comparison.lost, comparison.gained, comparison.p) == ((), (), None)
    assert [(gate.name, gate.passed) for gate in gates] == [("baseline", None)]
    assert gates[0].detail.startswith("it does not know new.") and "--update-baseline" in gates[0].detail


def test_new_facts_and_stories_are_not_compared() -> None:
    """What the baseline does not know can neither be lost nor gained."""
    baseline = _baseline(_result(_fact("a")))
    found = flips(baseline, {"a": _result(_fact("a"), _fact("b", "none", "vital")), "new": _result(_fact("a", "none"))})
    assert (found.lost, found.gained, found.unmeasured, found.compared) == ((), (), (), 1)


# --- writing it


def test_update_keeps_other_stories() -> None:
    """Stories that were not run keep what was said of them; the one that was run is replaced."""
    earlier = make_baseline(_report({"a": _result(_fact("x")), "b": _result(_fact("y"))}))
    made = make_baseline(_report({"b": _result(_fact("y", "none"))}), earlier)
    assert list(made.stories) == ["a", "b"]
    assert made.stories["a"] == earlier.stories["a"]
    assert not made.stories["b"].facts["y"].counted


def test_update_keeps_nothing_that_cannot_be_compared() -> None:
    """What another version of the metrics, or another engine, said of other stories is not carried over."""
    earlier = make_baseline(_report({"a": _result(_fact("x"))}))
    for change in ({"metrics_version": METRICS_VERSION - 1}, {"engine": "openai", "model": "m"}):
        made = make_baseline(_report({"b": _result(_fact("y"))}), earlier.model_copy(update=change))
        assert list(made.stories) == ["b"]


def test_unmeasured_is_no_baseline() -> None:
    """What is not known cannot be a measure; the first fact is named."""
    with pytest.raises(InputError, match="a/x"):
        make_baseline(_report({"a": _result(_fact("x", "unmeasured"))}))


def test_baseline_survives_the_disk(tmp_path: Path) -> None:
    """Read back, it is what was written."""
    made = make_baseline(_report({"a": _result(_fact("x", flags=("misattributed",)), stated=("lie",))}))
    (tmp_path / "b.json").write_text(made.model_dump_json(), "utf-8")
    assert load_baseline(tmp_path / "b.json") == made


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema_version": 9}', "not json"])
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    """A file of another form is an input error that names it."""
    (tmp_path / "b.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"b\.json"):
        load_baseline(tmp_path / "b.json")


def test_missing_baseline_is_refused(tmp_path: Path) -> None:
    """It cannot be read; the hint says how one is made."""
    with pytest.raises(InputError, match="cannot be read") as raised:
        load_baseline(tmp_path / "none.json")
    assert "--update-baseline" in raised.value.hint


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (None, "extractive.json"),
        ("qwen2.5-1.5b-instruct-q4_k_m", "extractive-qwen2.5-1.5b-instruct-q4_k_m.json"),
        ("org/model:tag", "extractive-org-model-tag.json"),
        ("../../etc/x", "extractive-..-..-etc-x.json"),
    ],
)
def test_file_is_named_after_engine_and_model(tmp_path: Path, model: str | None, name: str) -> None:
    """A name that no model can lead out of the folder."""
    assert baseline_path("extractive", model, tmp_path) == tmp_path / name


# --- properties

_LEVELS: st.SearchStrategy[Level] = st.sampled_from(["full", "part", "none"])
_FLAGS: st.SearchStrategy[Flag] = st.sampled_from(["contradicted", "misattributed", "wrong_number"])


@st.composite
def results(draw: st.DrawFn) -> StoryResult:
    """Any measured story."""
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1))
    return _result(
        *(
            _fact(
                n,
                draw(_LEVELS),
                draw(st.sampled_from(["vital", "okay"])),
                tuple(draw(st.lists(_FLAGS, unique=True, max_size=2))),
            )
            for n in names
        ),
        stated=tuple(draw(st.lists(st.sampled_from(["lie", "error"]), unique=True))),
        contradicted=draw(st.integers(0, 4)) / 4,
        sides=draw(st.integers(0, 2)),
    )


@given(results())
def test_nothing_is_lost_against_itself(result: StoryResult) -> None:
    """The baseline of a result, held against that result: nothing lost, nothing gained, p = 1, all passed."""
    comparison, gates = compare(_baseline(result), {"a": result})
    assert (comparison.lost, comparison.gained, comparison.p) == ((), (), 1.0)
    assert all(gate.passed for gate in gates)


@given(results(), results())
def test_lost_and_gained_are_mirror_images(one: StoryResult, two: StoryResult) -> None:
    """What is lost one way is gained the other way, with the same p."""
    there, _ = compare(_baseline(one), {"a": two})
    back, _ = compare(_baseline(two), {"a": one})
    assert set(there.lost) == set(back.gained)
    assert set(there.gained) == set(back.lost)
    assert there.p == back.p
    assert not set(there.lost) & set(there.gained)


@given(results(), results())
def test_baseline_json_is_its_own_inverse(one: StoryResult, two: StoryResult) -> None:
    """Whatever the results, the file is read back as it was written, and written again the same."""
    made = make_baseline(_report({"b": one, "a": two}))
    text = made.model_dump_json()
    assert Baseline.model_validate_json(text).model_dump_json() == text
    assert list(json.loads(text)["stories"]) == ["a", "b"]


def test_vital_fact_cannot_be_lost_by_calling_it_okay() -> None:
    """The baseline knows that it was vital, whatever the labels have become."""
    told = FactCoverage(id="a", importance="vital", level="full", statement_id="s1", lost_at=None, flags=())
    lost = FactCoverage(id="a", importance="okay", level="none", statement_id=None, lost_at="synthesize", flags=())
    before, after = (StoryResult(metrics={}, facts=(fact,), disagreements=(), falsehoods=()) for fact in (told, lost))
    report = EvalReport(engine="extractive", model=None, stories={"s": before}, gates=())
    _, gates = compare(make_baseline(report), {"s": after})
    vital = next(gate for gate in gates if gate.name == "baseline: no vital fact is lost")
    assert (vital.passed, vital.detail) == (False, "lost: s/a")


def test_side_that_is_no_longer_told_is_missed() -> None:
    """Of three sides two are left: less is shown than was, though it is still a disagreement."""
    three, two = (
        DisagreementCoverage(id="d", positions_stated=count, positions=3, collapsed=False) for count in (3, 2)
    )
    before, after = (StoryResult(metrics={}, facts=(), disagreements=(one,), falsehoods=()) for one in (three, two))
    report = EvalReport(engine="extractive", model=None, stories={"s": before}, gates=())
    _, gates = compare(make_baseline(report), {"s": after})
    assert next(gate for gate in gates if "collapsed" in gate.name).passed is False
    _, gates = compare(make_baseline(report), {"s": before.model_copy(update={"disagreements": ()})})
    assert next(gate for gate in gates if "collapsed" in gate.name).passed is None
