"""A run that is made again keeps the review: what is still there stands, and the rest is shown."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.runs.folder import read_run
from pipeline.runs.job import run_job
from pipeline.runs.review.deciding import AboutGiven, Asked
from pipeline.runs.review.session import Review
from pipeline.runs.updates.job import run_update
from pipeline.settings import Settings
from tests.runs.ran import run_of


def test_a_shorter_run_into_the_same_folder(tmp_path: Path) -> None:
    """The file of decisions stays; a statement that the new run has, too, stands as decided, whatever its id is now."""
    out = run_of(tmp_path)
    review = Review(out, read_run(out), "Ada Penn")
    texts = {one.id: one.text for one in review.run.synthesis.statements}
    for name in texts:
        review.decide(Asked(action="accept", about=AboutGiven(kind="statement", id=name)))
    asyncio.run(run_job([str(tmp_path / "articles")], Settings(engine="extractive", out=str(out), words=30)))
    again = Review(out, read_run(out), "Ada Penn")
    now = {one.text for one in again.run.synthesis.statements}
    standing = again.state().standing
    assert 0 < len(now) < len(texts)
    assert standing.counts["accepted"] == len(now & set(texts.values())) > 0
    gone = [decision.about.text for decision in (*standing.outdated, *standing.unmatched)]
    assert sorted(gone) == sorted(set(texts.values()) - now)
    again.write()
    reviewed = json.loads((out / "summary.reviewed.json").read_text("utf-8"))
    assert {one["text"] for one in reviewed["statements"]} == now


def test_a_run_that_is_made_again_under_an_open_review(tmp_path: Path) -> None:
    """The page shows what is not there any more: nothing is decided by it, and nothing is written over the new run."""
    out = run_of(tmp_path)
    review = Review(out, read_run(out), "Ada Penn")
    first = Asked(action="accept", about=AboutGiven(kind="statement", id="s1"))
    review.decide(first)
    asyncio.run(run_job([str(tmp_path / "articles")], Settings(engine="extractive", out=str(out))))
    review.decide(first)  # the same run again, to the byte
    asyncio.run(run_job([str(tmp_path / "articles")], Settings(engine="extractive", out=str(out), words=30)))
    (out / "summary.reviewed.md").unlink()
    with pytest.raises(InputError, match="made again"):
        review.decide(first)
    assert len(review.write().decisions) == 2
    assert not (out / "summary.reviewed.md").exists()


def test_an_update_keeps_what_was_decided(tmp_path: Path) -> None:
    """A statement that rests on a new article, too, stands as it was decided; the reviewed summary is the new run's."""
    out = run_of(tmp_path)
    review = Review(out, read_run(out), "Ada Penn")
    before = {one.text: {c.evidence.article_id for c in one.citations} for one in review.run.synthesis.statements}
    for one in review.run.synthesis.statements:
        review.decide(Asked(action="accept", about=AboutGiven(kind="statement", id=one.id)))
    more = tmp_path / "more"
    more.mkdir()
    text = f"{min(before, key=lambda text: 'ashore' not in text)} The quay of Tarn was closed on Friday, police said.\n"
    (more / "wire.txt").write_text(text, encoding="utf-8")
    updated = asyncio.run(run_update([str(more)], Settings(engine="extractive", out=str(out))))
    run = read_run(out)
    after = {one.text: {c.evidence.article_id for c in one.citations} for one in run.synthesis.statements}
    grown = {text for text in before.keys() & after.keys() if after[text] > before[text]}
    assert grown, "some statement rests on the new article, too"
    standing = Review(out, run, "Ada Penn").state().standing
    assert standing == updated.review
    states = {item.id: item.state for item in standing.items if item.kind == "statement"}
    held = {one.text for one in run.synthesis.statements if states[one.id] == "accepted"}
    assert held == before.keys() & after.keys()
    reviewed = json.loads((out / "summary.reviewed.json").read_text("utf-8"))
    assert {one["text"] for one in reviewed["statements"]} == after.keys()
    assert (out / "previous" / "review.jsonl").read_bytes() == (out / "review.jsonl").read_bytes()
    kept = json.loads((out / "previous" / "summary.reviewed.json").read_text("utf-8"))
    assert {one["text"] for one in kept["statements"]} == before.keys()
