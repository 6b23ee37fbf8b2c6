"""The reviewed summary: what was rejected is gone, what was edited is judged afresh, and who decided is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.synthesis import Dropped
from pipeline.runs.folder import RunFolder
from pipeline.runs.review.items import Items
from pipeline.runs.review.reviewed import REVIEWED_JSON, REVIEWED_MD, reviewed_files
from pipeline.runs.review.standing import standing
from tests.cli.command import pipeline
from tests.runs.ran import articles_in
from tests.runs.review.decisions import Reviewer

TRUE = "The ferry Marigold ran aground off Tarn with 40 people on board, the coastguard said."
FALSE = "The ferry Marigold sank off Tarn with 400 people on board, the coastguard said."


@pytest.fixture
def reviewer(items: Items) -> Reviewer:
    """A reviewer of the run."""
    return Reviewer(items)


def _files(reviewer: Reviewer) -> tuple[Any, str]:
    files = reviewed_files(reviewer.items.run, standing(reviewer.decisions, reviewer.items))
    return json.loads(files[REVIEWED_JSON]), files[REVIEWED_MD]


def _id(run: RunFolder, words: str) -> str:
    return next(one.id for one in run.synthesis.statements if words in one.text)


def _checked(markdown: str, folder: Path) -> tuple[int, Any]:
    """What `pipeline check` says of it."""
    path = folder / "summary.reviewed.md"
    path.write_text(markdown, "utf-8")
    ran = pipeline("check", path, "--sources", articles_in(folder / "articles"), "--json")
    return ran.status, json.loads(ran.out)


def test_what_was_rejected_is_gone(reviewer: Reviewer, run: RunFolder) -> None:
    """From both files; the JSON says why, and the Markdown that it was."""
    name = _id(run, "Shares")
    reviewer.decide("reject", "statement", name, reason="unimportant")
    reviewer.decide("reject", "disagreement", "d1", reason="no contradiction")
    found, markdown = _files(reviewer)
    assert name not in [one["id"] for one in found["statements"]]
    assert [(one["id"], one["reason"]) for one in found["rejected"]] == [
        (name, "unimportant"),
        ("d1", "no contradiction"),
    ]
    assert "12%" not in markdown.partition("## Sources")[0]
    assert "How many people" not in markdown
    assert f"Rejected on 2026-03-02 by Ada Penn; {name}" in markdown
    assert found["title"] != run.synthesis.title  # it was that statement's words


def test_an_edit_that_is_borne_out(reviewer: Reviewer, run: RunFolder, tmp_path: Path) -> None:
    """It has the new text, a verdict of its own, the citations of the statement; the whole passes `pipeline check`."""
    name = _id(run, "40 people")
    reviewer.decide("edit", "statement", name, text=TRUE)
    reviewer.decide("accept", "statement", _id(run, "Orrin"))
    start = run.articles()["courier"].text.index("Rescuers")
    mark = [{"article_id": "courier", "start": start, "end": start + 46}]
    reviewer.decide("missing", "passage", "courier", evidence=mark)
    found, markdown = _files(reviewer)
    edited = next(one for one in found["statements"] if one["id"] == name)
    statement = next(one for one in run.synthesis.statements if one.id == name)
    assert (edited["text"], edited["original"], edited["own_words"]) == (TRUE, statement.text, False)
    assert (edited["verdict"]["status"], edited["by"], edited["at"][:10]) == ("supported", "Ada Penn", "2026-03-02")
    assert len(edited["citations"]) == len(statement.citations)
    assert f"**Edited; Ada Penn:** {TRUE} [1]" in markdown
    assert "- **Added; Ada Penn:** Rescuers brought 38 people ashore before dawn. [1]" in markdown
    assert "Accepted on 2026-03-02 by Ada Penn; " in markdown
    status, report = _checked(markdown, tmp_path)
    assert (status, set(report["counts"])) == (0, {"supported"})
    assert {"Rescuers brought 38 people ashore before dawn.", TRUE} <= {one["text"] for one in report["sentences"]}


def test_an_edit_that_is_not_borne_out_is_marked(reviewer: Reviewer, run: RunFolder, tmp_path: Path) -> None:
    """It stays, as the reviewer's own words, in both files; and `pipeline check` finds it."""
    name = _id(run, "40 people")
    reviewer.decide("edit", "statement", name, text=FALSE)
    found, markdown = _files(reviewer)
    edited = next(one for one in found["statements"] if one["id"] == name)
    assert (edited["own_words"], edited["verdict"]["status"]) == (True, "contradicted")
    assert f"**In the reviewer's own words, not borne out; Ada Penn:** {FALSE}" in markdown
    status, report = _checked(markdown, tmp_path)
    assert (status, report["counts"]["contradicted"]) == (1, 1)


def test_a_missing_fact_in_the_reviewers_words(reviewer: Reviewer) -> None:
    """Judged against the words that were marked."""
    mark = [{"article_id": "courier", "start": 97, "end": 143}]
    reviewer.decide("missing", "passage", "courier", evidence=mark, text="38 people were brought ashore before dawn.")
    reviewer.decide("missing", "passage", "courier", evidence=mark, text="Nobody was brought ashore.")
    found, markdown = _files(reviewer)
    assert [one["own_words"] for one in found["added"]] == [False, True]
    assert "- **In the reviewer's own words, not borne out; Ada Penn:** Nobody was brought ashore. [1]" in markdown


def test_everything_rejected_is_an_empty_summary(reviewer: Reviewer, run: RunFolder) -> None:
    """The sources and the log are left."""
    for statement in run.synthesis.statements:
        reviewer.decide("reject", "statement", statement.id, reason="misleading")
    found, markdown = _files(reviewer)
    assert (found["statements"], found["counts"]["rejected"]) == ([], 6)
    assert "## Sources" in markdown
    assert "- **Rejected on 2026-03-02 by Ada Penn; s1, s2, s3, s4, s5, s6:**" in markdown


def test_nothing_decided_is_the_summary_as_it_was(run: RunFolder, kept: Path, reviewer: Reviewer) -> None:
    """No label, no log."""
    found, markdown = _files(reviewer)
    assert markdown == (kept / "summary.md").read_text("utf-8")
    assert [one["text"] for one in found["statements"]] == [one.text for one in run.synthesis.statements]


@pytest.mark.parametrize(
    "name", ["x:** <b>bold</b> [1]", "A. Verylong. Name; with: [link](http://x)", "*_`|#", "word " * 15]
)
def test_a_reviewers_name_is_no_markup(items: Items, run: RunFolder, tmp_path: Path, name: str) -> None:
    """Whatever the name is, the Markdown reads as it would with any other."""
    reviewer = Reviewer(items, by=" ".join(name.split()))
    reviewer.decide("edit", "statement", _id(run, "40 people"), text=TRUE)
    reviewer.decide("accept", "statement", _id(run, "Orrin"))
    _, markdown = _files(reviewer)
    status, report = _checked(markdown, tmp_path)
    assert (status, set(report["counts"])) == (0, {"supported"})
    assert "<b>" not in markdown


def test_a_label_that_is_there_already_is_kept(run: RunFolder) -> None:
    """How many articles carry one report is said in the same label."""
    one, *rest = run.synthesis.statements
    origins = one.model_copy(update={"origins": 0})
    synthesis = run.synthesis.model_copy(update={"statements": (origins, *rest)})
    reviewer = Reviewer(Items(run._replace(synthesis=synthesis)))
    reviewer.decide("edit", "statement", one.id, text="Shares in Pell Line fell 12% on Tuesday.")
    assert "**Edited; Ada Penn; 1 article, 0 origins:** Shares in Pell Line fell" in _files(reviewer)[1]


def test_what_was_dropped_can_be_spoken_of(run: RunFolder) -> None:
    """What a run dropped has a name here, in its order."""
    verdict = run.synthesis.statements[0].verdict
    dropped = Dropped(text="It sank.", citations=(), verdict=verdict, reason="Not borne out.")
    items = Items(run._replace(synthesis=run.synthesis.model_copy(update={"dropped": (dropped,)})))
    reviewer = Reviewer(items)
    reviewer.decide("comment", "dropped", "x1", text="Rightly so.")
    assert standing(reviewer.decisions, items).of("dropped", "x1").comments[0].text == "Rightly so."
