"""Statements in other words than their sources, true and false, in six languages: how many are judged rightly."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pipeline.domain.article import Span
from pipeline.domain.verdict import Verdict
from pipeline.guards.judge import judge
from pipeline.text.spans import make_evidence
from tests.guards.test_other_languages import article
from tests.languages import FOLDER, known

STATEMENTS: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "statements.yaml").read_text(encoding="utf-8"))
REFUSED_THOUGH_TRUE = {"first": 1, "second": 1}
"""A half beside a number in Arabic; "will untersuchen lassen" for "kündigte eine Untersuchung an"."""


def _verdict(statement: dict[str, Any]) -> Verdict:
    told = next(a for a in known() if f"{a.code}/{a.name}" == statement["article"])
    whole = article(told.text, told.code)
    cited = [told.sentences[index] for index in statement["cites"]]
    spans = [Span(start=told.text.index(s), end=told.text.index(s) + len(s)) for s in cited]
    return judge(statement["text"], [make_evidence(whole, span) for span in spans], {"a": whole})


@pytest.mark.parametrize("part", STATEMENTS)
def test_no_false_statement_is_borne_out(part: str) -> None:
    """Another figure, figures exchanged, another name, a denial dropped, put in or denied."""
    false = [s for s in STATEMENTS[part] if not s["borne_out"]]
    assert len(false) >= 7
    assert [s["text"] for s in false if _verdict(s).tellable()] == []


@pytest.mark.parametrize("part", STATEMENTS)
def test_hardly_a_true_statement_is_refused(part: str) -> None:
    """In other words, another order, other digits, "bestreitet" for "nicht"."""
    true = [s for s in STATEMENTS[part] if s["borne_out"]]
    refused = [s["text"] for s in true if _verdict(s).status != "supported"]
    assert len(true) >= 13
    assert len(refused) == REFUSED_THOUGH_TRUE[part], refused
