"""Thresholds: each and in sum, for whom they hold, and what they say of what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.gates import DEFAULT, Threshold, Thresholds, decide, load_thresholds, pooled
from pipeline.evaluation.licence import Licensed
from pipeline.evaluation.metrics.catalogue import METRICS
from pipeline.evaluation.results import UNDEFINED, Gate, Metric, StoryResult, mean
from pipeline.evaluation.score import unmeasured
from pipeline.evaluation.session import home_of, thresholds_of
from pipeline.evaluation.story import LabelledStory, load_story
from tests.evaluation.tiny import Home, make_home

KNOWN = tuple(METRICS)
GATES = Path(__file__).parents[2] / "evals" / "gates.toml"


def _metric(value: float, n: int = 10) -> Metric:
    return Metric(value=value, low=value, high=value, n=n)


def _between(low: float, high: float) -> Metric:
    return Metric(value=(low + high) / 2, low=low, high=high, n=10, unmeasured=3)


def _story(**metrics: Metric) -> StoryResult:
    return StoryResult(metrics=metrics, facts=(), disagreements=(), falsehoods=())


def _thresholds(*gates: Threshold) -> Thresholds:
    return Thresholds(schema_version=1, gate=gates)


def _only(one: Threshold, metric: Metric) -> Gate:
    (gate,) = decide(_thresholds(one), {"a": _story(**{one.metric: metric})}, ("extractive", None))
    return gate


LEAST, MOST = Threshold(metric="vital_recall", min=0.7), Threshold(metric="contradicted", max=0.1)


@pytest.mark.parametrize(
    ("one", "metric", "passed"),
    [
        (LEAST, _metric(0.7), True),
        (LEAST, _metric(0.69), False),
        (LEAST, _between(0.7, 0.9), True),
        (LEAST, _between(0.5, 0.9), None),
        (LEAST, _between(0.5, 0.7), None),
        (LEAST, _between(0.5, 0.69), False),
        (LEAST, UNDEFINED, None),
        (MOST, _metric(0.1), True),
        (MOST, _metric(0.11), False),
        (MOST, _between(0.0, 0.1), True),
        (MOST, _between(0.0, 0.2), None),
        (MOST, _between(0.1, 0.2), None),
        (MOST, _between(0.11, 0.2), False),
        (MOST, UNDEFINED, None),
        (LEAST, Metric(value=None, low=0.0, high=1.0, n=3, unmeasured=3), None),
    ],
)
def test_threshold(one: Threshold, metric: Metric, *, passed: bool | None) -> None:
    """Passed if even the worse bound does, failed if even the better one does not, else undecided."""
    assert _only(one, metric).passed is passed


def test_detail_says_what_was_found() -> None:
    """The name says story, metric and bound; the detail the value, over how many, and what was not measured."""
    gate = _only(LEAST, _between(0.5, 0.9))
    assert gate.name == "a: vital_recall at least 0.7"
    assert gate.detail == "0.700 of 10, between 0.500 and 0.900: 3 not measured"
    assert _only(MOST, _metric(0.0)).name == "a: contradicted at most 0.1"
    assert "nothing to measure" in _only(MOST, UNDEFINED).detail


def test_each_story_on_its_own() -> None:
    """One gate a story: a bad one is not made good by another."""
    stories = {"a": _story(vital_recall=_metric(1.0)), "b": _story(vital_recall=_metric(0.5))}
    found = decide(_thresholds(LEAST), stories, ("extractive", None))
    assert [(gate.name.split(":")[0], gate.passed) for gate in found] == [("a", True), ("b", False)]


def test_in_sum_each_weighs_what_it_counts() -> None:
    """9 of 10 and 1 of 2 are 10 of 12: one gate for all."""
    stories = {"a": _story(vital_recall=_metric(0.9, 10)), "b": _story(vital_recall=_metric(0.5, 2))}
    summed = LEAST.model_copy(update={"over": "sum"})
    (gate,) = decide(_thresholds(summed), stories, ("extractive", None))
    assert (gate.passed, gate.detail) == (True, "0.833 of 12")
    (gate,) = decide(_thresholds(summed.model_copy(update={"min": 0.9})), stories, ("extractive", None))
    assert gate.passed is False


def test_gate_holds_for_whom_it_says() -> None:
    """Engine, model and stories narrow a rule; without them it holds for all."""
    stories = {"a": _story(vital_recall=_metric(1.0)), "b": _story(vital_recall=_metric(1.0))}

    def held(who: str, which: str | None, **narrowed: object) -> int:
        return len(decide(_thresholds(LEAST.model_copy(update=narrowed)), stories, (who, which)))

    assert held("extractive", None) == held("openai", "m") == 2
    assert held("extractive", None, engine="extractive") == 2
    assert held("openai", "m", engine="extractive") == 0
    assert (held("openai", "m", model="m"), held("openai", "other", model="m")) == (2, 0)
    assert held("extractive", None, stories=("a",)) == 1
    assert held("extractive", None, stories=("c",)) == 0


def test_metric_of_a_judge_is_asked_only_where_there_is_one() -> None:
    """Where no judge was asked there is nothing to hold a gate on its metrics to."""
    judged = Threshold(metric="judge_vital_recall", min=0.7)
    assert decide(_thresholds(judged), {"a": _story(vital_recall=_metric(1.0))}, ("extractive", None)) == ()


def test_where_there_is_nothing_to_gate_there_is_no_gate() -> None:
    """In sum over no story, and on a share of labels of which a story has none; of other metrics it is undecided."""
    judged = Threshold(metric="judge_vital_recall", min=0.7, over="sum")
    assert decide(_thresholds(judged), {"a": _story(vital_recall=_metric(1.0))}, ("extractive", None)) == ()
    stories = {"a": _story(traps_sprung=UNDEFINED, vital_recall=UNDEFINED)}
    both = _thresholds(Threshold(metric="traps_sprung", max=0), Threshold(metric="vital_recall", min=0.5))
    assert [(gate.name.split()[0], gate.passed) for gate in decide(both, stories, ("extractive", None))] == [
        ("a:", None)
    ]


def test_judge_without_licence_decides_nothing() -> None:
    """Its gates stay undecided and say why; with a licence they are decided; others are not touched."""
    judged = Threshold(metric="judge_vital_recall", min=0.7)
    stories = {"a": _story(vital_recall=_metric(1.0), judge_vital_recall=_metric(0.2))}
    for ok, passed in ((True, False), (False, None)):
        found = decide(_thresholds(judged, LEAST), stories, ("extractive", None), Licensed(ok, "kappa is 0.3"))
        assert [gate.passed for gate in found] == [passed, True]
        assert ("kappa is 0.3" in found[0].detail) is not ok


@pytest.mark.parametrize("over", ["each", "sum"])
def test_story_that_could_not_be_run_passes_nothing(tiny: LabelledStory, over: str) -> None:
    """No gate passes for it, and none is left out: what was not measured is said to be so."""
    result = unmeasured(tiny.labels, "There is no recording.").result
    gates = tuple(one.model_copy(update={"over": over}) for one in DEFAULT.gate)
    found = decide(_thresholds(*gates), {"tiny": result}, ("openai", "m"))
    assert [gate.passed for gate in found] == [None] * 4


def test_story_that_could_not_be_run_leaves_the_sum_undecided(tiny: LabelledStory) -> None:
    """All stories together pass nothing while one of them is unmeasured."""
    stories = {"tiny": unmeasured(tiny.labels, "There is no recording.").result, "b": _story(contradicted=_metric(0.0))}
    (gate,) = decide(_thresholds(MOST.model_copy(update={"over": "sum"})), stories, ("openai", "m"))
    assert gate.passed is None


# --- pooling


def test_undefined_adds_nothing() -> None:
    """A story with nothing to measure leaves the others' value as it is; only such stories are undefined."""
    assert pooled([_metric(0.5, 4), UNDEFINED]) == _metric(0.5, 4)
    assert pooled([UNDEFINED]) == pooled([]) == UNDEFINED


@given(st.lists(st.lists(st.none() | st.booleans(), max_size=6), max_size=5))
def test_pooled_is_the_mean_of_all(stories: list[list[bool | None]]) -> None:
    """Pooling per-story shares is the share over everything."""
    every = [None if one is None else float(one) for story in stories for one in story]
    parts = [mean([None if one is None else float(one) for one in story]) for story in stories]
    one, two = pooled(parts), mean(every)
    assert (one.n, one.unmeasured) == (two.n, two.unmeasured)
    for name in ("value", "low", "high"):
        assert getattr(one, name) == (None if getattr(two, name) is None else pytest.approx(getattr(two, name)))


# --- the file


def _load(tmp_path: Path, text: str) -> Thresholds:
    (tmp_path / "gates.toml").write_text("schema_version = 1\n" + text, "utf-8")
    return load_thresholds(tmp_path / "gates.toml", KNOWN)


def test_file_is_read(tmp_path: Path) -> None:
    """A rule with all that it can say."""
    text = """
        [[gate]]
        metric = "judge_vital_recall"
        min = 0.5
        engine = "openai"
        model = "m"
        stories = ["a"]
        over = "sum"
    """
    assert _load(tmp_path, text).gate == (
        Threshold(metric="judge_vital_recall", min=0.5, engine="openai", model="m", stories=("a",), over="sum"),
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[gate]]\nmetric = "vital_recal"\nmin = 0.5\n', "vital_recal"),
        ('[[gate]]\nmetric = "vital_recall"\n', "min or max"),
        ('[[gate]]\nmetric = "vital_recall"\nmin = 0.5\nmax = 0.6\n', "min or max"),
        ('[[gate]]\nmetric = "vital_recall"\nmin = 0\n', "can never fail such a gate"),
        ('[[gate]]\nmetric = "vital_recall"\nmin = 1.5\n', "or never pass it"),
        ('[[gate]]\nmetric = "vital_recall"\nmax = 1\n', "can never fail such a gate"),
        ('[[gate]]\nmetric = "contradicted"\nmax = -1\n', "or never pass it"),
        ('[[gate]]\nmetric = "vital_recall"\nminimum = 0.5\n', "gate.0"),
        ('[[gate]]\nmetric = "vital_recall"\nmin = "half"\n', "gate.0.min"),
        ('[[gate]]\nmetric = "vital_recall"\nmin = 0.5\nover = "all"\n', "gate.0.over"),
        ('[[gates]]\nmetric = "vital_recall"\nmin = 0.5\n', "gate"),
        ("gate = []\n", "gate"),
        ("", "gate"),
        ("[[gate]\n", "cannot be read"),
        ('[[gate]]\nmetric = "rouge_1"\nmin = 0.5\n', "“rouge_1” is reported only"),
    ],
)
def test_gates_that_would_gate_nothing_are_refused(tmp_path: Path, text: str, named: str) -> None:
    """A misspelt metric, a rule without a bound, an unknown key, no rule at all: an input error that names it."""
    with pytest.raises(InputError, match=named) as raised:
        _load(tmp_path, text)
    assert "gates.toml" in raised.value.message


def test_gates_of_another_version_are_refused(tmp_path: Path) -> None:
    """The file says of which form it is."""
    (tmp_path / "gates.toml").write_text('schema_version = 2\n[[gate]]\nmetric = "words"\nmin = 1\n', "utf-8")
    with pytest.raises(InputError, match="schema_version"):
        load_thresholds(tmp_path / "gates.toml", KNOWN)


def test_committed_gates_are_read() -> None:
    """evals/gates.toml names only metrics that there are, and speaks of every story."""
    found = load_thresholds(GATES, KNOWN)
    named = {name for one in found.gate for name in one.stories or ()}
    assert {path.parent.name for path in GATES.parent.glob("stories/*/facts.yaml")} >= named


def test_gates_beside_the_story_are_taken(home: Home) -> None:
    """Those of the folder that the stories lie in, wherever the command is run."""
    story = load_story(home.labels)
    told: list[str] = []
    assert home_of([story]) == home.evals.resolve()
    assert thresholds_of(home_of([story]), told.append).gate[0].metric == "vital_recall"
    assert told == []


def test_gate_on_a_story_that_is_not_there_is_told(home: Home) -> None:
    """A misspelt name would gate nothing, and nobody would know."""
    gates = home.evals / "gates.toml"
    rule = '[[gate]]\nmetric = "vital_recall"\nmin = 0.5\nstories = ["tiny", "tinny"]\n'
    gates.write_text(gates.read_text(encoding="utf-8") + rule, encoding="utf-8")
    told: list[str] = []
    thresholds_of(home.evals, told.append)
    assert told == [f"{gates} has gates on stories that are not there: tinny."]


def test_stories_of_two_homes_are_not_mixed(home: Home, tmp_path: Path) -> None:
    """The gates of one are not those of the other."""
    other = make_home(tmp_path / "elsewhere")
    (other.evals / "gates.toml").write_text((home.evals / "gates.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match="of different homes"):
        home_of([load_story(home.labels), load_story(other.labels)])


def test_without_a_file_the_built_in_gates_are_used(home: Home) -> None:
    """And that is said."""
    (home.evals / "gates.toml").unlink()
    told: list[str] = []
    assert thresholds_of(home.evals, told.append) == DEFAULT
    assert "built-in" in told[0]
    assert {one.metric for one in DEFAULT.gate} <= set(KNOWN)


def test_story_in_a_shallow_folder_has_a_home() -> None:
    """A story mounted at the root of a container is no error; the gates are those of the working folder."""
    labels = load_story(Path(__file__).parent / "story" / "facts.yaml").labels
    for path in ("/facts.yaml", "/story/facts.yaml"):
        assert home_of([LabelledStory(labels, Path("/story"), Path(path))]) == Path("evals")
