"""The harness's own test: corruptions that corrupt, a self-test that can fail, and rewordings that must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given, strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.gates import Threshold, Thresholds
from pipeline.evaluation.selftest import corruptions, run
from pipeline.evaluation.selftest.mutants import KINDS, MOST, Ground, mutants
from pipeline.evaluation.selftest.paraphrases import PARAPHRASES, load_paraphrases
from pipeline.evaluation.selftest.run import KindResult, SelfTest, self_test
from pipeline.evaluation.story import LabelledStory
from pipeline.evaluation.suite import Measures
from tests.evaluation.tiny import Home, make_home, replace
from tests.strategies import any_text, articles

Corrupt = Callable[[str], Iterator[str]]

NAMES = ("Ilka Dransfeld", "Tomas Errigan", "Osser Line", "Pell Quay")
CORRUPTIONS: dict[str, Corrupt] = {
    "numbers": corruptions.other_numbers,
    "units": corruptions.other_units,
    "dates": corruptions.other_dates,
    "negated": corruptions.negated,
    "entities": lambda text: corruptions.other_entities(text, NAMES),
    "speakers": lambda text: corruptions.other_speakers(text, NAMES),
    "roles": corruptions.swapped_roles,
}
each_corruption = pytest.mark.parametrize("corrupt", CORRUPTIONS.values(), ids=CORRUPTIONS)


def _self_test(home: Home) -> SelfTest:
    return self_test([str(home.story)], lambda _: None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> SelfTest:
    """The self-test over the tiny story as it is."""
    return _self_test(make_home(tmp_path_factory.mktemp("found") / "home"))


# --- corruptions


@pytest.mark.parametrize(
    ("corrupt", "text", "expected"),
    [
        ("numbers", "It took two hours.", ["It took seven hours."]),
        ("numbers", "1,000 of 20 came.", ["1,700 of 20 came.", "1,000 of 34 came."]),
        ("numbers", "It rose by 2.5 per cent.", ["It rose by 4.2 per cent."]),
        ("numbers", "It rose by 0.0 per cent.", ["It rose by 1.7 per cent."]),
        ("numbers", "Nobody came.", []),
        ("units", "It is 3 km long and took 10 minutes.", ["It is 3 m long and took 10 minutes.",
          "It is 3 km long and took 10 hours."]),
        ("units", "About 10 people came.", []),
        ("dates", "It sank on Monday.", ["It sank on Wednesday."]),
        ("dates", "It sank in May 2023.", ["It sank in July 2023.", "It sank in May 2020."]),
        ("dates", "They may sink.", []),
        ("negated", "The ferry was full.", ["The ferry was not full."]),
        ("negated", "The ferry was not full.", ["The ferry was full."]),
        ("negated", "The ferry sank.", ["The ferry never sank."]),
        ("entities", "The mayor left Port Tarn.", ["The mayor left Ilka Dransfeld."]),
        ("speakers", "The ferry sank, Varga said.", ["The ferry sank, Ilka Dransfeld said."]),
        ("speakers", "The ferry sank.", []),
        ("roles", "On Monday Varga accused Doran.", ["On Monday Doran accused Varga."]),
        ("roles", "On Monday Varga met Doran.", []),
    ],
)  # fmt: skip
def test_corruption_by_hand(corrupt: str, text: str, expected: list[str]) -> None:
    """One word or figure is changed in each place where there is one, and nothing else."""
    found = list(CORRUPTIONS[corrupt](text))
    assert found == expected


def test_quoted_words_are_not_denied() -> None:
    """What stands in quotation marks is somebody's own; the denial goes elsewhere or nowhere."""
    for text in corruptions.negated("“It was not me,” Varga has said."):
        assert "“It was not me,”" in text


@each_corruption
@given(text=st.one_of(any_text, articles(), st.text(max_size=80)))
def test_any_text_can_be_corrupted(corrupt: Corrupt, text: str) -> None:
    """It never raises, never gives the text back unchanged, and gives the same again."""
    found = list(corrupt(text))
    assert text not in found
    assert found == list(corrupt(text))


@pytest.mark.parametrize("kind", [kind for kind in CORRUPTIONS if kind != "roles"])
@given(text=articles())
def test_all_else_is_kept(kind: str, text: str) -> None:
    """A corruption touches one place: what stands before and behind it stays."""
    assume("1" * 100 not in text)
    for changed in CORRUPTIONS[kind](text):
        shorter = min(len(text), len(changed))
        before = next((i for i in range(shorter) if text[i] != changed[i]), shorter)
        behind = next((i for i in range(shorter - before) if text[-1 - i] != changed[-1 - i]), shorter - before)
        assert max(len(text), len(changed)) - before - behind <= 80


@given(text=articles())
def test_exchange_adds_nothing(text: str) -> None:
    """Two names exchanged: the same letters, in another order."""
    for changed in corruptions.swapped_roles(text):
        assert sorted(changed) == sorted(text)


# --- mutants


def test_every_kind_applies_to_the_tiny_story(ground: Ground) -> None:
    """Thirteen kinds, each at least once and at most twelve times; every mutant differs from the gold."""
    found = mutants(ground)
    assert {mutant.kind for mutant in found} == set(KINDS)
    assert len(KINDS) == 13
    assert all(sum(mutant.kind == kind for mutant in found) <= MOST for kind in KINDS)
    assert [mutant.what for mutant in found if mutant.synthesis == ground.synthesis] == []
    assert len({mutant.synthesis.model_dump_json() for mutant in found}) == len(found)


def test_same_seed_same_mutants(ground: Ground) -> None:
    """What is drawn is drawn by the seed alone."""
    assert mutants(ground, 3) == mutants(ground, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_mutant_changes_what_it_says(ground: Ground, kind: str) -> None:
    """Each kind touches only what it is about: text, citations, statements or disagreements."""
    gold = ground.synthesis
    for mutant in (one for one in mutants(ground) if one.kind == kind):
        texts = [s.text for s in mutant.synthesis.statements]
        same = sum(one == two for one, two in zip(gold.statements, mutant.synthesis.statements, strict=False))
        if kind in {"citation swapped", "citation dropped"}:
            assert texts == [s.text for s in gold.statements]
            assert same == len(gold.statements) - 1
        elif kind == "disagreement collapsed":
            assert len(mutant.synthesis.disagreements) == len(gold.disagreements) - 1
        elif kind == "fact removed":
            assert set(texts) < {s.text for s in gold.statements}
        elif kind in {"falsehood inserted", "wire copy counted twice"}:
            assert mutant.synthesis.statements[:-1] == gold.statements
        else:
            assert (len(texts), same) == (len(gold.statements), len(gold.statements) - 1)
        assert (mutant.synthesis.title, mutant.synthesis.sources) == (gold.title, gold.sources)


# --- the whole


def test_tiny_story_passes(found: SelfTest) -> None:
    """Every corruption of the tiny gold is noticed or listed by name, and the honest rewording raises no alarm."""
    assert set(found.kinds) == set(KINDS)
    for kind in found.kinds.values():
        assert kind.made == kind.killed + len(kind.survivors)
        assert kind.made
    assert found.problems() == []
    assert found.passed()
    assert (found.reworded, found.alarms) == (1, ())


def test_blind_harness_does_not_pass(tiny: LabelledStory, ground: Ground) -> None:
    """Gates that gate nothing, and no baseline: next to no corruption is noticed, and the self-test says so."""
    blind = Thresholds(schema_version=1, gate=(Threshold(metric="words", min=0.0),))
    found: dict[str, list[tuple[bool, str]]] = {kind: [] for kind in KINDS}
    tested = run._Tested(tiny, ground, Measures(blind, None))
    for mutant in mutants(ground):
        found[mutant.kind].append((bool(tested.noticed(mutant.synthesis)), mutant.what))
    result = SelfTest(kinds={kind: run._kind(pairs) for kind, pairs in found.items()}, reworded=1, alarms=())
    assert result.killed() == 0.0
    assert not result.passed()
    assert len(result.problems()) == len(KINDS) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_one_blind_eye_is_seen(found: SelfTest, kind: str) -> None:
    """If one kind alone goes unnoticed, the self-test fails and names it, however many others are caught."""
    blind = found.kinds[kind].model_copy(update={"killed": 0})
    result = found.model_copy(update={"kinds": {**found.kinds, kind: blind}})
    assert not result.passed()
    assert any(problem.startswith(f"{kind}: 0 of") for problem in result.problems())


def test_kind_that_could_not_be_made_is_no_pass() -> None:
    """What is not tried is not proven: nothing made is nothing noticed."""
    good = KindResult(made=10, killed=10, survivors=())
    none = KindResult(made=0, killed=0, survivors=())
    result = SelfTest(kinds={"number": good, "unit": none}, reworded=20, alarms=())
    assert result.problems() == ["no corruption of kind “unit” could be made"]
    assert SelfTest(kinds={"unit": none}, reworded=0, alarms=()).killed() == 0.0


def test_harness_that_was_tried_on_no_rewording_is_no_pass() -> None:
    """One that cries at everything notices every corruption, too: without honest rewordings that cannot be told."""
    good = KindResult(made=10, killed=10, survivors=())
    assert SelfTest(kinds={"number": good}, reworded=1, alarms=()).passed()
    assert SelfTest(kinds={"number": good}, reworded=0, alarms=()).problems() == ["no honest rewording was tried"]


@pytest.mark.parametrize(
    ("kinds", "reworded", "alarms", "passed"),
    [
        ([(20, 17), (200, 200)], 20, 0, True),  # 85 % of a kind, 98.6 % of all
        ([(20, 16), (200, 200)], 20, 0, False),  # 80 % of a kind
        ([(20, 18), (20, 19)], 20, 0, False),  # 92.5 % of all
        ([(20, 19), (20, 19)], 20, 0, True),  # 95 % of all
        ([(20, 20)], 20, 1, True),  # 5 % false alarms
        ([(20, 20)], 20, 2, False),
    ],
)
def test_limits(kinds: list[tuple[int, int]], reworded: int, alarms: int, *, passed: bool) -> None:
    """At least 85 % of each kind and 95 % of all are noticed; at most 5 % of the rewordings raise an alarm."""
    made = {
        str(number): KindResult(made=of, killed=killed, survivors=("x",) * (of - killed))
        for number, (of, killed) in enumerate(kinds)
    }
    assert SelfTest(kinds=made, reworded=reworded, alarms=("alarm",) * alarms).passed() is passed


def test_survivors_and_alarms_are_listed() -> None:
    """Who reads the table sees each corruption that went unnoticed and each false alarm."""
    kind = KindResult(made=2, killed=1, survivors=("tiny: g1: planted",))
    table = SelfTest(kinds={"number": kind}, reworded=1, alarms=("p1: a rewording",)).table()
    assert "not noticed: number: tiny: g1: planted" in table
    assert "alarm: p1: a rewording" in table
    assert "FAILED" in table


def test_dishonest_rewording_raises_an_alarm(home: Home) -> None:
    """A “rewording” with another month is noticed: the alarms can ring."""
    replace(home.evals / PARAPHRASES, "reopens in September", "reopens in November")
    found = _self_test(home)
    assert len(found.alarms) == 1
    assert "tiny-g4-a" in found.alarms[0]
    assert not found.passed()


def test_gold_that_fails_its_own_gates_is_refused(home: Home) -> None:
    """A corruption could not be told from it; what fails is said."""
    replace(home.story / "gold.yaml", "text: About 900 people", "text: About 800 people")
    with pytest.raises(InputError, match="fails its own gates"):
        _self_test(home)


def test_no_gold_is_refused(home: Home) -> None:
    """There is nothing to corrupt."""
    (home.story / "gold.yaml").unlink()
    with pytest.raises(InputError, match=r"gold\.yaml"):
        _self_test(home)


def test_rewording_of_nothing_is_refused(home: Home) -> None:
    """A rewording names a statement that there is."""
    replace(home.evals / PARAPHRASES, "statement: g4", "statement: g9")
    with pytest.raises(InputError, match="g9"):
        _self_test(home)


def test_no_rewordings_are_none(home: Home) -> None:
    """Where there is no file, there are none; a file of another form is refused."""
    path = home.evals / PARAPHRASES
    replace(path, "statement: g4", "sentence: g4")
    with pytest.raises(InputError, match=r"paraphrases\.0"):
        load_paraphrases(path)
    path.unlink()
    assert load_paraphrases(path) == ()
