"""The harness's own test: corruptions that corrupt, a self-test that can fail, and rewordings that must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.baseline import compare, make_baseline
from pipeline.evaluation.coverage import Reader
from pipeline.evaluation.evaluated import Evaluated
from pipeline.evaluation.gates import Threshold, Thresholds
from pipeline.evaluation.metrics.catalogue import METRICS
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import DisagreementCoverage, EvalReport
from pipeline.evaluation.score import score
from pipeline.evaluation.selftest import corruptions, run
from pipeline.evaluation.selftest.mutants import KINDS, MOST, Ground, mutants
from pipeline.evaluation.selftest.paraphrases import PARAPHRASES, load_paraphrases
from pipeline.evaluation.selftest.run import KindResult, SelfTest, self_test
from pipeline.evaluation.story import LabelledStory
from pipeline.evaluation.suite import Measures
from pipeline.evaluation.yardstick import Yardstick
from pipeline.text.words import content_stems
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


def _gated(home: Home) -> Home:
    """The home with a gate on traps, which a kind of corruption must trip."""
    path = home.evals / "gates.toml"
    gates = path.read_text(encoding="utf-8")
    if "traps_sprung" not in gates:
        path.write_text(f'{gates}[[gate]]\nmetric = "traps_sprung"\nmax = 0\n', encoding="utf-8")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A working folder with the tiny story; everything in it can be altered."""
    return _gated(make_home(tmp_path / "home"))


def _self_test(home: Home) -> SelfTest:
    return self_test([str(home.story)], lambda _: None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> SelfTest:
    """The self-test over the tiny story as it is."""
    return _self_test(_gated(make_home(tmp_path_factory.mktemp("found") / "home")))


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
    """Sixteen kinds, each at least once and at most twelve times; every mutant differs from the gold."""
    found = mutants(ground)
    assert {mutant.kind for mutant in found} == set(KINDS)
    assert len(KINDS) == 16
    assert all(sum(mutant.kind == kind for mutant in found) <= MOST for kind in KINDS)
    assert [mutant.what for mutant in found if mutant.synthesis == ground.synthesis] == []
    assert len({mutant.synthesis.model_dump_json() for mutant in found}) == len(found)


def test_idle_passage_is_added_to_what_is_cited(ground: Ground) -> None:
    """A statement keeps its citations and gets one of a passage that shares next to no word with it."""
    gold = {statement.id: statement for statement in ground.synthesis.statements}
    for mutant in (one for one in mutants(ground) if one.kind == "citation added"):
        for statement in mutant.synthesis.statements:
            *kept, last = statement.citations
            if statement != gold[statement.id]:
                assert tuple(kept) == gold[statement.id].citations
                assert len(set(content_stems(statement.text)) & set(content_stems(last.evidence.quote))) <= 2


def test_lone_statement_gets_no_idle_passage(ground: Ground) -> None:
    """Where nothing else is cited there is nothing idle to cite: the corruption is not made, the gold not counted."""
    alone = ground.synthesis.model_copy(update={"statements": ground.synthesis.statements[:1]})
    made = mutants(ground._replace(outcome=ground.outcome._replace(synthesis=alone), synthesis=alone))
    assert [mutant for mutant in made if mutant.kind == "citation added"] == []


def test_holders_are_exchanged(ground: Ground) -> None:
    """Each side keeps its words and citations, and is shown as the other's."""
    (gold,) = ground.synthesis.disagreements
    (mutant,) = (one for one in mutants(ground) if one.kind == "holders swapped")
    (shown,) = mutant.synthesis.disagreements
    assert [side.holders for side in shown.positions] == [side.holders for side in reversed(gold.positions)]
    assert [(p.text, p.citations) for p in shown.positions] == [(p.text, p.citations) for p in gold.positions]


def test_sides_that_one_name_fits_are_not_exchanged(home: Home) -> None:
    """Where the labels call the holders of both sides “the mayor”, whose word it is cannot be told: nothing is made."""
    home.mend("[{name: Piet Oudekerk, aliases: [Oudekerk]}]", "[{name: Piet Oudekerk, aliases: [The mayor]}]")
    made = _self_test(home).kinds["holders swapped"].made
    assert made == 0


def test_trap_is_sprung_in_the_words_of_the_passages(ground: Ground) -> None:
    """What is no contradiction stands there as one, each side cited to its passage and held by its outlet."""
    (mutant,) = (one for one in mutants(ground) if one.kind == "trap sprung")
    added = mutant.synthesis.disagreements[-1]
    assert added.relation == "contradiction"
    assert [side.text for side in added.positions] == [
        "The bridge was built in 1932",
        "The deck of the bridge was last renewed in 1971",
    ]
    assert [side.holders[0].name for side in added.positions] == ["The Brackwell Courier", "The Tarn Tribune"]


def test_gates_that_must_notice_exist(ground: Ground) -> None:
    """A gate that is misspelt would notice nothing: each is a metric, or a comparison with the baseline."""
    result = {"tiny": score(ground.yardstick, ground.outcome).result}
    report = EvalReport(engine="gold", model=None, stories=result, gates=())
    comparisons = {gate.name for gate in compare(make_baseline(report), result)[1]}
    assert {gate for kind in KINDS.values() for gate in kind.gates} <= {*METRICS, *comparisons}


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
        if kind in {"citation swapped", "citation dropped", "citation added"}:
            assert texts == [s.text for s in gold.statements]
            assert same == len(gold.statements) - (3 if kind == "citation added" else 1)
        elif kind in {"holders swapped", "trap sprung"}:
            assert mutant.synthesis.statements == gold.statements
            assert mutant.synthesis.disagreements[1:] or kind == "holders swapped"
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


def test_result_names_the_gates(found: SelfTest) -> None:
    """Who reads the JSON learns which gates had to notice a kind."""
    assert {name: kind.gates for name, kind in found.kinds.items()} == {
        name: kind.gates for name, kind in KINDS.items()
    }
    assert found.kinds["falsehood inserted"].gates == ("falsehoods_stated",)


def test_blind_harness_does_not_pass(tiny: LabelledStory, ground: Ground) -> None:
    """Gates that gate nothing, and no baseline: next to no corruption is noticed, and the self-test says so."""
    blind = Thresholds(schema_version=1, gate=(Threshold(metric="words", min=1),))
    tested = run._Tested(tiny, ground, Measures(blind, None))
    found: dict[str, list[run._Tried]] = {kind: [] for kind in KINDS}
    for mutant in mutants(ground):
        found[mutant.kind].append(tested.tried(mutant))
    kinds = {kind: run._kind(kind, tried) for kind, tried in found.items()}
    result = SelfTest(kinds=kinds, reworded=1, alarms=())
    assert result.killed() == 0.0
    assert not result.passed()
    assert len(result.problems()) == len(KINDS) + 1


TEXT_KINDS = frozenset({"number", "unit", "date", "negation", "entity", "speaker", "role swap"})
_SUPPORT = frozenset({"citation_recall", "unsupported", "contradicted"})


class Eye(NamedTuple):
    """Metrics, and fields of a result, that see in every summary what they saw in the gold; the kinds then unseen."""

    metrics: frozenset[str]
    fields: frozenset[str]
    unseen: frozenset[str]


EYES = {
    "falsehoods": Eye(frozenset({"falsehoods_stated"}), frozenset(), frozenset({"falsehood inserted"})),
    "precision": Eye(frozenset({"citation_precision"}), frozenset(), frozenset({"citation added"})),
    "support": Eye(_SUPPORT, frozenset(), frozenset({"citation dropped", "citation swapped"})),
    "origins": Eye(frozenset({"origins_overcounted"}), frozenset(), frozenset({"wire copy counted twice"})),
    "traps": Eye(frozenset({"traps_sprung"}), frozenset(), frozenset({"trap sprung"})),
    "disagreements": Eye(
        frozenset(), frozenset({"disagreements"}), frozenset({"disagreement collapsed", "holders swapped"})
    ),
    "facts": Eye(frozenset(), frozenset({"facts"}), frozenset({"fact removed"})),
    "truth": Eye(
        _SUPPORT | {"falsehoods_stated"},
        frozenset({"facts", "falsehoods"}),
        TEXT_KINDS | {"citation dropped", "citation swapped", "fact removed", "falsehood inserted"},
    ),
}


@pytest.mark.parametrize("eye", EYES.values(), ids=EYES)
def test_blind_metric_is_named(home: Home, monkeypatch: pytest.MonkeyPatch, eye: Eye) -> None:
    """With one metric blind the self-test fails and names the kinds that it alone sees, whatever else fails on them."""
    seen: list[Evaluated] = []

    def blind(yardstick: Yardstick, outcome: Outcome) -> Evaluated:
        found = score(yardstick, outcome)
        seen.append(found)
        gold = seen[0].result
        metrics = {**found.result.metrics, **{name: gold.metrics[name] for name in eye.metrics}}
        fields = {name: getattr(gold, name) for name in eye.fields}
        return found._replace(result=found.result.model_copy(update={"metrics": metrics, **fields}))

    monkeypatch.setattr(run, "score", blind)
    found = _self_test(home)
    assert not found.passed()
    assert _named(found) == eye.unseen


def _named(found: SelfTest) -> set[str]:
    """The kinds that a problem names."""
    return {kind for kind in KINDS for problem in found.problems() if problem.startswith(f"{kind}: ")}


def test_blindness_to_holders_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of disagreements that never looks at who holds a side is found out."""
    disagreements = Reader.disagreements

    def blind(self: Reader) -> list[tuple[DisagreementCoverage, tuple[str | None, ...]]]:
        texts = self.texts
        self.texts = [told._replace(holders=()) for told in texts]
        found = disagreements(self)
        self.texts = texts
        return found

    monkeypatch.setattr(Reader, "disagreements", blind)
    assert _named(_self_test(home)) == {"holders swapped"}


def test_other_gate_is_no_noticing(home: Home) -> None:
    """A gate on the number of words fails on a falsehood, too; the falsehood was not noticed, and both are said."""
    gates = home.evals / "gates.toml"
    replace(gates, 'metric = "falsehoods_stated"\nmax = 0', 'metric = "words"\nmax = 72')
    falsehoods = _self_test(home).kinds["falsehood inserted"]
    assert falsehoods.killed == 0
    assert len(falsehoods.survivors) == falsehoods.made
    for survivor in falsehoods.survivors:
        assert "though there failed: " in survivor
        assert "tiny: words at most 72" in survivor


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
        ([(10, 8), (200, 200)], 20, 0, True),  # 85 % of ten, in whole corruptions
        ([(10, 7), (200, 200)], 20, 0, False),
        ([(9, 8), (200, 200)], 20, 0, True),  # of fewer than ten all but one
        ([(9, 7), (200, 200)], 20, 0, False),
        ([(1, 0), (200, 200)], 20, 0, False),  # and never none
        ([(20, 18), (20, 19)], 20, 0, False),  # 92.5 % of all
        ([(20, 19), (20, 19)], 20, 0, True),  # 95 % of all
        ([(20, 20)], 20, 1, True),  # 5 % false alarms
        ([(20, 20)], 20, 2, False),
    ],
)
def test_limits(kinds: list[tuple[int, int]], reworded: int, alarms: int, *, passed: bool) -> None:
    """At least 85 % of each kind (of few, all but one), 95 % of all; alarms at 5 % of the rewordings at most."""
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
