"""The reviewed summary: what was rejected is gone, what was edited is judged afresh, and who decided is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.synthesis import Dropped
from pipeline.errors import InputError
from pipeline.runs.folder import RunFolder
from pipeline.runs.review.items import Items
from pipeline.runs.review.reviewed import REVIEWED_JSON
from pipeline.runs.review.reviewed_text import REVIEWED_MD, reviewed_files
from pipeline.runs.review.standing import standing
from pipeline.runs.summary_text import read_cited_text
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
    summary, _, told = markdown.partition("## What reviewers decided")
    assert "How many people" not in summary
    shares = "“Shares in Pell Line fell 12% on Tuesday after its …”"
    assert f"- **Ada Penn; 2026-03-02; rejected {shares}; unimportant:**" in told
    assert "rejected the disagreement “How many people were on board (Marigold, Tarn)”; no contradiction:**" in told
    assert "- **Not decided on; 5 statement(s):**" in told
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
    assert (
        "- **Ada Penn; 2026-03-02; accepted “Two people were taken to hospital in Orrin, the mayor said”:**" in markdown
    )
    assert "edited “The ferry Marigold ran aground off Tarn on Monday with …”; to “The ferry" in markdown
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
    assert markdown.count("- **Ada Penn; 2026-03-02; rejected “") == 6
    assert "rejected “‘We heard the hull tear,’ the cook, Ida Brandt, said”; misleading:**" in markdown


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


WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)


@given(WRITTEN, WRITTEN, st.text("ab.;:*“”[]1 …!", min_size=1, max_size=80).filter(str.strip))
def test_what_was_decided_is_no_part_of_the_summary(items: Items, reason: str, comment: str, name: str) -> None:
    """Whatever is written into reasons, comments and names: it adds no sentence to be checked."""
    reviewer = Reviewer(items, by=" ".join(name.split()))
    reviewer.decide("comment", "disagreement", "d1", text=comment)
    reviewer.decide("comment", "statement", _id(items.run, "Orrin"), text=comment)
    reviewer.decide("reject", "statement", _id(items.run, "Shares"), reason=reason)
    _, markdown = _files(reviewer)
    told = markdown.partition("## What reviewers decided")[2]
    assert told.count("\n- **") == 4
    assert read_cited_text(f"# Told{told}").sentences == ()


def test_a_side_that_was_rejected_is_marked(reviewer: Reviewer, run: RunFolder, tmp_path: Path) -> None:
    """It stays, since sources do say so; the reader sees that a reviewer calls it false. Other reasons mark nothing."""
    reviewer.decide("reject", "statement", _id(run, "40 people"), reason="false")
    reviewer.decide("reject", "statement", _id(run, "engine"), reason="unimportant")
    found, markdown = _files(reviewer)
    assert [one["rejected"] for one in found["disagreements"]] == [[{"position": 0, "reason": "false"}], []]
    assert "- **the coastguard; rejected in review, false:** The ferry Marigold ran aground" in markdown
    assert markdown.count("rejected in review") == 1
    status, report = _checked(markdown, tmp_path)
    assert (status, set(report["counts"])) == (0, {"supported"})


def test_what_is_not_here_any_more_is_listed(reviewer: Reviewer, run: RunFolder, tmp_path: Path) -> None:
    """Who decided what, when, about which text: of what the run says otherwise, and of what it does not say."""
    reviewer.decide("reject", "statement", _id(run, "40 people"), reason="false")
    reviewer.decide("edit", "statement", _id(run, "Orrin"), text="Two people went to hospital.")
    withdrawn = reviewer.decide("accept", "statement", _id(run, "Orrin"))
    reviewer.decide("withdraw", withdraws=withdrawn.id)
    changed = tuple(
        one.model_copy(update={"text": "Forty people were on board."}) if "40 people" in one.text else one
        for one in run.synthesis.statements
        if "Orrin" not in one.text
    )
    reviewer.items = Items(run._replace(synthesis=run.synthesis.model_copy(update={"statements": changed})))
    found, markdown = _files(reviewer)
    [outdated], [unmatched] = found["outdated"], found["unmatched"]
    assert (outdated["by"], outdated["at"][:10], outdated["action"]) == ("Ada Penn", "2026-03-02", "reject")
    assert (outdated["reason"], "40 people" in outdated["about"]) == ("false", True)
    assert (unmatched["action"], unmatched["text"]) == ("edit", "Two people went to hospital.")
    told = markdown.partition("## Decided about what this run does not say")[2]
    assert "with …”; which this run says otherwise; false:**" in told
    assert "the mayor said”; which is not in this run; to “Two people went to hospital”:**" in told
    assert "## What reviewers decided" not in markdown
    assert _checked(markdown, tmp_path)[1]["counts"].keys() <= {"supported", "contradicted", "partial", "unsupported"}


def _dropping(run: RunFolder, *texts: str) -> Items:
    """The run with drafts that it had dropped, citing what its statement about the 40 people cites."""
    statement = next(one for one in run.synthesis.statements if "40 people" in one.text)
    dropped = tuple(
        Dropped(text=text, citations=statement.citations, verdict=statement.verdict, reason="Not borne out.")
        for text in texts
    )
    return Items(run._replace(synthesis=run.synthesis.model_copy(update={"dropped": dropped})))


def test_a_dropped_draft_that_was_accepted_comes_in(run: RunFolder, tmp_path: Path) -> None:
    """At the end, with its citations and a verdict of its own; one that is not borne out is marked."""
    reviewer = Reviewer(_dropping(run, TRUE, FALSE, "Nobody accepted this."))
    reviewer.decide("accept", "dropped", "x1")
    reviewer.decide("accept", "dropped", "x2")
    found, markdown = _files(reviewer)
    assert [(one["kind"], one["text"], one["verdict"]["status"]) for one in found["added"]] == [
        ("dropped", TRUE, "supported"),
        ("dropped", FALSE, "contradicted"),
    ]
    assert f"- **Accepted; Ada Penn:** {TRUE} [1]" in markdown
    assert f"- **Accepted by the reviewer although not borne out; Ada Penn:** {FALSE} [1]" in markdown
    assert "Nobody accepted" not in markdown
    assert _checked(markdown, tmp_path)[1]["counts"]["contradicted"] == 1
    reviewer.decide("withdraw", withdraws="d1")
    assert [one["text"] for one in _files(reviewer)[0]["added"]] == [TRUE]


def _omitting(run: RunFolder, words: str) -> Items:
    """The run without its statement of these words, whose cluster it then omits."""
    gone = next(one for one in run.synthesis.statements if words in one.text)
    clusters = tuple(one for one in run.synthesis.clusters if one.id in gone.cluster_ids)
    kept = tuple(one for one in run.synthesis.statements if one is not gone)
    return Items(run._replace(synthesis=run.synthesis.model_copy(update={"statements": kept, "omissions": clusters})))


def test_an_omission_that_was_decided_about(run: RunFolder, tmp_path: Path) -> None:
    """Accepted, it is told with the rest, in its shortest quote; rejected, it is told nowhere in the summary."""
    items = _omitting(run, "Orrin")
    [omission] = items.run.synthesis.omissions
    reviewer = Reviewer(items)
    reviewer.decide("vital", "omission", omission.id)
    assert "## Also reported by several sources" in _files(reviewer)[1]
    reviewer.decide("accept", "omission", omission.id)
    found, markdown = _files(reviewer)
    assert [(one["kind"], one["verdict"]["status"]) for one in found["added"]] == [("omission", "supported")]
    assert "## Also reported" not in markdown
    assert "- **Accepted; Ada Penn:** Two people were taken to hospital in Orrin" in markdown
    assert set(_checked(markdown, tmp_path)[1]["counts"]) == {"supported"}
    reviewer.decide("reject", "omission", omission.id, reason="unimportant")
    found, markdown = _files(reviewer)
    assert (found["added"], [one["kind"] for one in found["rejected"]]) == ([], ["omission"])
    assert "Orrin" not in markdown.partition("## Sources")[0]


def test_what_would_change_nothing_is_refused(run: RunFolder) -> None:
    """A draft that is out already, one that cites nothing, and claims."""
    verdict = run.synthesis.statements[0].verdict
    bare = Dropped(text="It sank.", citations=(), verdict=verdict, reason="Cites nothing.")
    items = Items(run._replace(synthesis=run.synthesis.model_copy(update={"dropped": (bare,)})))
    reviewer = Reviewer(items)
    with pytest.raises(InputError, match="not in the summary"):
        reviewer.decide("reject", "dropped", "x1", reason="false")
    with pytest.raises(InputError, match="cites nothing"):
        reviewer.decide("accept", "dropped", "x1")
    claim = next(iter(items.claims))
    for action in ("accept", "reject"):
        with pytest.raises(InputError, match="changes nothing"):
            reviewer.decide(action, "claim", claim, **({"reason": "false"} if action == "reject" else {}))


def test_what_was_dropped_can_be_spoken_of(run: RunFolder) -> None:
    """What a run dropped has a name here, in its order."""
    verdict = run.synthesis.statements[0].verdict
    dropped = Dropped(text="It sank.", citations=(), verdict=verdict, reason="Not borne out.")
    items = Items(run._replace(synthesis=run.synthesis.model_copy(update={"dropped": (dropped,)})))
    reviewer = Reviewer(items)
    reviewer.decide("comment", "dropped", "x1", text="Rightly so.")
    assert standing(reviewer.decisions, items).of("dropped", "x1").comments[0].text == "Rightly so."
