"""The JUnit document: what passes, fails, errs and is skipped, and that it is always well-formed."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.report.junit import junit_xml
from pipeline.evaluation.results import Flag, Level

from .factory import HOSTILE, disagreement, evaluation, everything, everywhere, fact, falsehood, gate, story

ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}
"""What the schemas in use have in common: elements and attributes."""


def parsed(found: Evaluation) -> ET.Element:
    """The document, read back."""
    return ET.fromstring(junit_xml(found))  # noqa: S314 - our own document


def cases(found: Evaluation) -> dict[tuple[str, str], str]:
    """Class and name of every case, with its outcome."""
    return {
        (case.get("classname", ""), case.get("name", "")): case[0].tag if len(case) else "passed"
        for case in parsed(found).iter("testcase")
    }


def test_everything_has_its_outcome() -> None:
    """Every fact, text, disagreement, falsehood and gate is a case: wrong fails, unmeasured errs, okay is skipped."""
    assert cases(everything()) == {
        ("seeds", "met"): "passed",
        ("seeds", "lasted"): "failure",
        ("seeds", "asked"): "failure",
        ("seeds", "later"): "skipped",
        ("seeds", "part"): "skipped",
        ("seeds", "open"): "error",
        ("seeds.statements", "s1"): "passed",
        ("seeds.statements", "s2"): "failure",
        ("seeds.statements", "d1.1"): "passed",
        ("seeds.statements", "d1.2"): "failure",
        ("seeds.disagreements", "how-long"): "failure",
        ("seeds.disagreements", "who-asked"): "passed",
        ("seeds.disagreements", "talks"): "skipped",
        ("seeds.falsehoods", "forty"): "failure",
        ("seeds.falsehoods", "paris"): "passed",
        ("gates", "seeds: vital_recall at least 0.3"): "passed",
        ("gates", "seeds: falsehoods_stated at most 0"): "failure",
        ("gates", "baseline"): "error",
    }


def test_counts_are_right() -> None:
    """Each suite and the whole say how many cases they have, and how many of them failed, erred and were skipped."""
    root = parsed(everything())
    for suite in root:
        found = [case[0].tag for case in suite if len(case)]
        assert suite.get("tests") == str(len(suite))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(attribute) == str(found.count(tag))
    for attribute in ("tests", "failures", "errors"):
        assert int(root.get(attribute, "")) == sum(int(suite.get(attribute, "")) for suite in root)


def test_document_is_of_the_common_form() -> None:
    """Only elements and attributes that all readers know, every one of them given, one outcome a case."""
    root = parsed(everything())
    assert [suite.get("name") for suite in root] == ["seeds", "gates"]
    for element in root.iter():
        assert set(element.attrib) == ALLOWED[element.tag]
        assert element.tag != "testcase" or len(element) <= 1
    assert junit_xml(everything()).startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites')


def test_failure_says_where_and_what() -> None:
    """A vital fact that does not count fails with its text, its stage, its flags and the text that comes nearest."""
    failures = {case.get("name"): case[0] for case in parsed(everything()).iter("testcase") if len(case)}
    lost = "vital fact not told; lost at summarize: Moscow says Blinken asked for it."
    assert failures["asked"].get("message") == lost
    assert (failures["lasted"].text or "").splitlines() == [
        "fact: They spoke for 10 minutes.",
        "level: full",
        "flags: wrong_number",
        "lost at: no stage",
        "nearest text (s1, 0.90): They met.",
        "because: it says 40 for 10",
    ]


def test_okay_fact_does_not_fail() -> None:
    """An okay fact that is lost is skipped with its text, so that CI is not red for it."""
    element = next(parsed(evaluation(story(fact("f", "okay", "none", lost_at="ingest", text="Rain.")))).iter("skipped"))
    assert element.get("message") == "okay fact not told; lost at ingest: Rain."


@pytest.mark.parametrize(
    ("level", "flags"),
    [("part", ()), ("none", ("contradicted",)), ("full", ("misattributed",)), ("full", ("wrong_number",))],
)
def test_vital_fact_must_count(level: Level, flags: tuple[Flag, ...]) -> None:
    """A vital fact that is told in part, wrongly, or credited to somebody else has failed."""
    found = evaluation(story(fact("f", level=level, flags=flags)))
    assert cases(found) == {("seeds", "f"): "failure"}


def test_unmeasured_is_an_error() -> None:
    """What was not measured neither passed nor failed, vital or not."""
    facts = fact("a", level="unmeasured"), fact("b", "okay", level="unmeasured")
    assert set(cases(evaluation(story(*facts), gates=(gate("g", passed=None),))).values()) == {"error"}


def test_one_of_three_sides_left_out_is_no_failure() -> None:
    """A disagreement of which two of three positions are stated is told from more than one side."""
    shown = disagreement("d", "Why?", ("A.", "s1"), ("B.", "s2"), ("C.", None))
    assert cases(evaluation(story(disagreements=(shown,)))) == {("seeds.disagreements", "d"): "passed"}


def test_nothing_is_a_document_too() -> None:
    """Without stories and gates the document is well-formed and empty."""
    root = parsed(evaluation())
    assert (root.tag, len(root), root.get("tests")) == ("testsuites", 0, "0")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_changes_no_structure(hostile: str) -> None:
    """Whatever the texts, the document has the elements that it has for plain words."""

    def outline(text: str) -> list[tuple[str, list[str]]]:
        return [(element.tag, sorted(element.attrib)) for element in parsed(everywhere(text)).iter()]

    assert outline(hostile) == outline("plain words")


@given(st.text(st.characters()))
def test_any_text_is_xml(text: str) -> None:
    """Any text, NUL and lone surrogates included, gives a document that parses and can be written as UTF-8."""
    assert junit_xml(everywhere(text)).encode()
    assert parsed(everywhere(text)).tag == "testsuites"


def test_surrogates_and_nul_are_shown() -> None:
    """What XML forbids is replaced by a sign, not dropped."""
    found = evaluation(story(falsehoods=(falsehood("f", "a\x00b\ud800c\uffff", "s1"),)))
    assert next(parsed(found).iter("failure")).get("message") == "s1 states: a␀b␦c␦"
