"""The results as JUnit XML: what CI systems show as tests.

JUnit has no standard; this is the part of it that Ant's, Jenkins' and GitLab's readers and schemas share.

What is wrong fails: a vital fact that does not count, a text that its citations do not bear out, a falsehood stated,
a disagreement with one side told as the truth, a gate. What was not measured is an error. An okay fact that is not
told, or a disagreement that is not mentioned, is a loss but no fault: it is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple
from xml.etree import ElementTree as ET

from pipeline.evaluation.evaluated import Evaluated, Evaluation, FactDetail
from pipeline.evaluation.report import words
from pipeline.evaluation.report.words import one_line
from pipeline.evaluation.results import FactCoverage, Gate
from pipeline.render.visible import plain

Kind = Literal["failure", "error", "skipped"]
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Problem(NamedTuple):
    """Why a case did not pass: its element, a class of problem for tools, a line, and the rest."""

    kind: Kind
    type: str
    message: str
    body: tuple[str, ...] = ()


class Case(NamedTuple):
    """A test case; ``problem`` is None where it passed."""

    classname: str
    name: str
    problem: Problem | None


def junit_xml(evaluation: Evaluation) -> str:
    """The document: a suite for each story, and one for the gates."""
    root = ET.Element("testsuites", name="pipeline eval")
    every: list[Case] = []
    for story in evaluation.stories:
        every += _suite(root, story.id, _cases(story))
    if evaluation.report.gates:
        every += _suite(root, "gates", (_gate(gate) for gate in evaluation.report.gates))
    root.attrib.update(tests=str(len(every)), failures=_count(every, "failure"), errors=_count(every, "error"))
    ET.indent(root)
    return _DECLARATION + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, cases: Iterable[Case]) -> list[Case]:
    every = list(cases)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=one_line(name),
        tests=str(len(every)),
        failures=_count(every, "failure"),
        errors=_count(every, "error"),
        skipped=_count(every, "skipped"),
    )
    for case in every:
        element = ET.SubElement(suite, "testcase", classname=one_line(case.classname), name=one_line(case.name))
        if case.problem:
            _add(element, case.problem)
    return every


def _count(cases: Iterable[Case], kind: Kind) -> str:
    return str(sum(case.problem is not None and case.problem.kind == kind for case in cases))


def _add(case: ET.Element, problem: Problem) -> None:
    """`plain` leaves no character that XML forbids."""
    element = ET.SubElement(case, problem.kind, type=one_line(problem.type), message=one_line(problem.message))
    element.text = plain("\n".join(problem.body)) or None


def _cases(story: Evaluated) -> Iterator[Case]:
    for fact, detail in words.facts_of(story):
        yield Case(story.id, fact.id, _fact(fact, detail))
    for name, text, status, problems in story.statements:
        yield Case(f"{story.id}.statements", name, _statement(text, status, problems))
    yield from _disagreements(story)
    for found, text in zip(story.result.falsehoods, story.falsehoods, strict=True):
        stated = Problem("failure", "falsehood", f"{found.stated_in} states: {text}") if found.stated_in else None
        yield Case(f"{story.id}.falsehoods", found.id, stated)


def _fact(fact: FactCoverage, detail: FactDetail) -> Problem | None:
    match fact.counts():
        case True:
            return None
        case None:
            why = "; ".join(detail.because) or "no verdict"
            return Problem("error", "unmeasured", f"not measured ({why}): {detail.text}", _about(fact, detail))
        case False if fact.importance == "okay":
            return Problem("skipped", "okay", f"okay fact {words.fate(fact)}: {detail.text}", _about(fact, detail))
        case _:
            return Problem("failure", "vital", f"vital fact {words.fate(fact)}: {detail.text}", _about(fact, detail))


def _about(fact: FactCoverage, detail: FactDetail) -> tuple[str, ...]:
    reasons = tuple(f"because: {reason}" for reason in detail.because)
    if fact.level == "unmeasured":
        return (f"fact: {detail.text}", *reasons)
    near = f"nearest text ({fact.statement_id}, {detail.score:.2f}): {detail.statement}"
    return (
        f"fact: {detail.text}",
        f"level: {fact.level}",
        f"flags: {', '.join(fact.flags) or 'none'}",
        f"lost at: {fact.lost_at or 'no stage'}",
        near if detail.statement is not None else "nearest text: none comes near",
        *reasons,
    )


def _statement(text: str, status: str, problems: tuple[str, ...]) -> Problem | None:
    return None if status == "supported" else Problem("failure", status, f"{status}: {text}", problems)


def _disagreements(story: Evaluated) -> Iterator[Case]:
    for found, (question, positions) in zip(story.result.disagreements, story.disagreements, strict=True):
        body = tuple(f"{'left out' if where is None else where}: {text}" for text, where in positions)
        problem = None
        if found.collapsed:
            told = f"{found.positions_stated} of {found.positions} positions stated"
            problem = Problem("failure", "collapsed", f"{told}: {question}", body)
        elif not found.positions_stated:
            problem = Problem("skipped", "unmentioned", f"no position stated: {question}", body)
        yield Case(f"{story.id}.disagreements", found.id, problem)


def _gate(gate: Gate) -> Case:
    kinds: dict[bool | None, Problem | None] = {
        True: None,
        False: Problem("failure", "gate", gate.detail),
        None: Problem("error", "unmeasured", gate.detail),
    }
    return Case("gates", gate.name, kinds[gate.passed])
