"""Who may gate: kappa by hand, licences that hold, and every way in which one does not; the labelled pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from pipeline.errors import InputError, OutputError
from pipeline.evaluation.calibration import AMONG, Pair, agreement, load_pairs, question
from pipeline.evaluation.licence import (
    DEGREES,
    FLOOR,
    Degree,
    Licence,
    Table,
    cohen_kappa,
    kappa_of,
    licence_path,
    licensed,
    table_of,
    write_licence,
)
from pipeline.llm.replay import RecordedPrompt

PROMPT, LABELS = "sha256:" + "1" * 64, "a" * 64
GOOD: Table = {
    "full": {"full": 40, "part": 5, "none": 0},
    "part": {"full": 4, "part": 20, "none": 1},
    "none": {"full": 0, "part": 3, "none": 27},
}
POOR: Table = {
    "full": {"full": 30, "part": 10, "none": 5},
    "part": {"full": 10, "part": 10, "none": 5},
    "none": {"full": 5, "part": 5, "none": 20},
}
ONE: Table = {"full": {"full": 50}}


def _licence(table: Table = GOOD, unmeasured: int = 0, **changes: Any) -> Licence:
    n = sum(sum(row.values()) for row in table.values()) + unmeasured
    fields = {
        "model": "grader",
        "prompt": RecordedPrompt(version=1, digest=PROMPT),
        "labels": LABELS,
        "n": n,
        "unmeasured": unmeasured,
        "kappa": kappa_of(table),
        "agreement": table,
        "made": "2026-11-22",
    }
    return Licence.model_validate({**fields, **changes})


# --- kappa


def test_kappa_is_cohens() -> None:
    """Three categories worked by hand: 200 things, diagonal 88, 40 and 12, margins 120-60-20 and 100-60-40.

    The agreement by chance is (120·100 + 60·60 + 20·40)/200² = .41, the observed .70, so kappa is .29/.59.
    """
    table = {
        "a": {"a": 88, "b": 14, "c": 18},
        "b": {"a": 10, "b": 40, "c": 10},
        "c": {"a": 2, "b": 6, "c": 12},
    }
    cells = [(row, column) for row, inner in table.items() for column, n in inner.items() for _ in range(n)]
    kappa = cohen_kappa([row for row, _ in cells], [column for _, column in cells])
    assert kappa == pytest.approx(0.29 / 0.59)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ("ab", "ab", 1.0),
        ("ab", "ba", -1.0),
        ("aabb", "abab", 0.0),
        ("aa", "ab", 0.0),
        ("aaa", "aaa", None),
        ("", "", None),
        ("aa", "bb", 0.0),
    ],
)
def test_kappa_at_its_ends(first: str, second: str, kappa: float | None) -> None:
    """Perfect, reversed, by chance; undefined where chance alone would agree on everything."""
    assert cohen_kappa(first, second) == kappa


@given(st.lists(st.tuples(st.sampled_from(DEGREES), st.sampled_from(DEGREES)), max_size=40))
def test_kappa_does_not_ask_who_is_first(pairs: list[tuple[Degree, Degree]]) -> None:
    """Symmetric, at most 1, 1 only for agreement on everything, and the same from the table."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    kappa = cohen_kappa(first, second)
    assert kappa == cohen_kappa(second, first) == kappa_of(table_of(first, second))
    if kappa is not None:
        assert -1 <= kappa <= 1
        assert (kappa == 1) == (first == second)


def test_ratings_of_different_things_have_no_kappa() -> None:
    """One rating too many is a mistake, not a disagreement."""
    with pytest.raises(ValueError, match="zip"):
        cohen_kappa(["full"], [])


def test_what_was_not_measured_is_in_no_kappa() -> None:
    """It is counted apart; told and told in full are kappas of the same table."""
    found = agreement(["full", "full", "none", "part", "part"], ["full", "unmeasured", "none", "part", "full"])
    assert (found.n, found.unmeasured) == (5, 1)
    assert found.kappa == pytest.approx((3 * 4 - 5) / (16 - 5))
    assert (found.kappa_told, found.kappa_full) == (1.0, 0.5)


# --- licences


def test_a_good_calibration_is_a_licence(tmp_path: Path) -> None:
    """Written, read again, found by model, prompt and labels; the reason names the figure."""
    assert write_licence(_licence(), tmp_path) == licence_path("grader", tmp_path)
    found = licensed("grader", PROMPT, LABELS, tmp_path)
    assert found.ok
    assert "kappa 0.80" in found.why


@pytest.mark.parametrize(
    ("licence", "why"),
    [
        (None, "never calibrated"),
        (_licence(model="another"), "never calibrated"),
        (_licence(prompt=RecordedPrompt(version=2, digest="sha256:0")), "the judge's prompt has changed"),
        (_licence(labels="b" * 64), "the labelled pairs have changed"),
        (_licence(POOR), f"is below {FLOOR}"),
        (_licence(unmeasured=12), "12 of 112 pairs"),
        (_licence(ONE), "undefined"),
        (_licence({}), "undefined"),
        (_licence({"full": {"full": 5, "none": 0}, "none": {"full": 0, "none": 5}}), "10 pairs, fewer than 100"),
    ],
)
def test_no_licence_and_why(licence: Licence | None, why: str, tmp_path: Path) -> None:
    """None, another's, stale, too poor, too often without an answer, nothing to tell apart: each in plain words."""
    if licence is not None:
        write_licence(licence, tmp_path)
    found = licensed("grader", PROMPT, LABELS, tmp_path)
    assert not found.ok
    assert why in found.why


def test_a_tenth_unmeasured_is_allowed(tmp_path: Path) -> None:
    """The bound itself is within."""
    table: Table = {"full": {"full": 45}, "none": {"none": 45}}
    write_licence(_licence(table, unmeasured=10), tmp_path)
    assert licensed("grader", PROMPT, LABELS, tmp_path).ok
    write_licence(_licence(table, unmeasured=11), tmp_path)
    assert not licensed("grader", PROMPT, LABELS, tmp_path).ok


def test_one_licence_that_holds_is_enough(tmp_path: Path) -> None:
    """A stale file, another model's or a broken one beside it take nothing away."""
    write_licence(_licence(), tmp_path)
    (tmp_path / "0-broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "1-old.json").write_text(_licence(labels="b" * 64).model_dump_json(), encoding="utf-8")
    assert licensed("grader", PROMPT, LABELS, tmp_path).ok


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    """Nobody has been calibrated yet."""
    assert not licensed("grader", PROMPT, LABELS, tmp_path / "nowhere").ok


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kappa": 0.99}, "kappa does not follow"),
        ({"kappa": None}, "kappa does not follow"),
        ({"unmeasured": 3}, "do not add up"),
        ({"n": 5}, "do not add up"),
        ({"agreement": {"full": {"full": -1, "none": 101}}}, "do not add up"),
        ({"agreement": {"maybe": {"full": 1}}}, "Input should be"),
    ],
)
def test_a_licence_cannot_be_mended_by_hand(change: dict[str, object], why: str, tmp_path: Path) -> None:
    """Its figures must follow from its table; one that was edited licenses nobody, and says so."""
    path = write_licence(_licence(), tmp_path)
    edited = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(edited), encoding="utf-8")
    found = licensed("grader", PROMPT, LABELS, tmp_path)
    assert not found.ok
    assert "is no licence" in found.why
    assert why in found.why
    with pytest.raises(ValidationError):
        Licence.model_validate(edited)


def test_a_models_name_is_no_path(tmp_path: Path) -> None:
    """Names have slashes and worse; the file stays in its folder."""
    assert write_licence(_licence(model="../org/model"), tmp_path / "in").parent == tmp_path / "in"
    assert licensed("../org/model", PROMPT, LABELS, tmp_path / "in").ok


def test_a_licence_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Not a silence."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_licence(_licence(), tmp_path / "file")


# --- the labelled pairs

PAIRS = """\
schema_version: 1
pairs:
  - {id: p1, story: ferry, fact: hurt, fact_text: Nobody was hurt., statement: All are well., origin: written,
     level: full, by: [first]}
  - {id: p2, story: ferry, fact: hurt, fact_text: Nobody was hurt., statement: Two were hurt., origin: model,
     level: none, by: [first, second], note: the opposite}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "pairs.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_pairs_are_read_with_their_version(tmp_path: Path) -> None:
    """The digest is of the file's bytes but for line ends; any edit is another version."""
    found = load_pairs(_write(tmp_path, PAIRS))
    assert [pair.level for pair in found.pairs] == ["full", "none"]
    assert load_pairs(_write(tmp_path, PAIRS.replace("\n", "\r\n"))).digest == found.digest
    assert load_pairs(_write(tmp_path, PAIRS.replace("Two", "Three"))).digest != found.digest


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("id: p2", "id: p1", "given twice"),
        ("level: none", "level: unmeasured", "level"),
        ("by: [first]", "by: []", "by"),
    ],
)
def test_pairs_of_another_form_are_refused(old: str, new: str, where: str, tmp_path: Path) -> None:
    """With the file and the place named."""
    with pytest.raises(InputError, match=where):
        load_pairs(_write(tmp_path, PAIRS.replace(old, new, 1)))


def _pair(number: int, story: str) -> Pair:
    return Pair(
        id=f"{story}-{number}",
        story=story,
        fact="f",
        fact_text="Nobody was hurt.",
        statement=f"{story} {number}.",
        origin="written",
        level="full",
        by=("first",),
    )


def test_a_statement_is_judged_among_those_of_other_stories() -> None:
    """A summary has many texts: the judge has to find the one. None beside it can tell the fact, and places vary."""
    known = [_pair(number, story) for story in ("a", "b") for number in range(8)]
    asked = [question(pair, known) for pair in known]
    for pair, one in zip(known, asked, strict=True):
        assert one.texts[one.place] == pair.statement
        assert len(set(one.texts)) == AMONG + 1
        assert [text for text in one.texts if text.startswith(pair.story)] == [pair.statement]
    assert len({one.place for one in asked}) > 2
    assert asked == [question(pair, known) for pair in known]


def test_pairs_of_one_story_stand_alone() -> None:
    """Its other statements might tell the fact, too; what they tell was not labelled."""
    known = [_pair(number, "a") for number in range(8)]
    assert question(known[3], known).texts == ("a 3.",)


def test_a_level_of_another_text_is_none_of_this_one() -> None:
    """A judge that finds the fact where it cannot be is not right by chance."""
    known = [_pair(number, story) for story in ("a", "b") for number in range(8)]
    one = question(known[0], known)
    wrong = (one.place + 1) % len(one.texts)
    assert [one.level("full", place) for place in (one.place, wrong)] == ["full", "none"]
    assert (one.level("none", None), one.level("unmeasured", None)) == ("none", "unmeasured")
