"""`pipeline export`: to stdout or a file, in each format; our check reads the footnotes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.runs.folder import read_run
from pipeline.runs.review.deciding import AboutGiven, Asked, Marked
from pipeline.runs.review.session import Review
from tests.cli.command import load, pipeline
from tests.runs.ran import articles_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles and a run over them."""
    folder = tmp_path_factory.mktemp("export")
    ran = pipeline("run", articles_in(folder / "articles"), "--engine", "extractive", "--out", folder / "out")
    assert ran.status == 0, ran.err
    return folder


def test_footnotes_pass_the_check(folder: Path, tmp_path: Path) -> None:
    """What is printed, checked against the articles, is supported throughout."""
    ran = pipeline("export", folder / "out", "--format", "footnotes")
    assert (ran.status, ran.err) == (0, "")
    (tmp_path / "notes.md").write_text(ran.out, encoding="utf-8")
    checked = pipeline("check", tmp_path / "notes.md", "--sources", folder / "articles")
    assert checked.status == 0, checked.out


def test_annotations_are_lines_of_json(folder: Path, tmp_path: Path) -> None:
    """A file holds what stdout would, one annotation a line, and a citation of every statement."""
    printed = pipeline("export", folder / "out", "--format", "annotations").out
    ran = pipeline("export", folder / "out", "--format", "annotations", "--out", tmp_path / "claims.jsonl")
    assert (ran.status, ran.out) == (0, "")
    assert "claims.jsonl" in ran.err
    assert (tmp_path / "claims.jsonl").read_text(encoding="utf-8") == printed
    linked = {body["value"] for line in printed.splitlines() for body in json.loads(line)["body"]}
    assert {statement["text"] for statement in load(folder / "out", "summary.json")["statements"]} <= linked
    every = pipeline("export", folder / "out", "--format", "annotations", "--all-claims").out
    assert len(every.splitlines()) > len(printed.splitlines())


def test_the_reviewed_summary(folder: Path, tmp_path: Path) -> None:
    """As reviewers left it, theirs marked; without the flag it is the run's. Nobody reviewed: said so."""
    none = pipeline("export", folder / "out", "--format", "footnotes", "--reviewed")
    assert (none.status, "no review" in none.err, "pipeline review" in none.err) == (2, True, True)
    out = tmp_path / "out"
    shutil.copytree(folder / "out", out)
    run = read_run(out)
    review = Review(out, run, "Ada Penn")
    names = {one.text: one.id for one in run.synthesis.statements}
    shares, people = (next(text for text in names if part in text) for part in ("Shares", "40 people"))
    false = people.replace("40", "400")
    start = run.articles()["courier"].text.index("Rescuers")
    mark = (Marked(article_id="courier", start=start, end=start + 46),)
    for asked in (
        Asked(action="reject", about=AboutGiven(kind="statement", id=names[shares]), reason="unimportant"),
        Asked(action="edit", about=AboutGiven(kind="statement", id=names[people]), text=false),
        Asked(action="missing", about=AboutGiven(kind="passage", id="courier"), evidence=mark),
    ):
        review.decide(asked)
    plain = pipeline("export", out, "--format", "footnotes").out
    assert plain == pipeline("export", folder / "out", "--format", "footnotes").out
    ran = pipeline("export", out, "--format", "footnotes", "--reviewed")
    assert (ran.status, ran.err) == (0, "")
    assert shares not in ran.out.partition("[^1]:")[0]
    assert f"**In the reviewer's own words, not borne out; Ada Penn:** {false}[^" in ran.out
    assert "**Added; Ada Penn:** Rescuers brought 38 people ashore before dawn.[^" in ran.out
    (tmp_path / "notes.md").write_text(ran.out, encoding="utf-8")
    checked = pipeline("check", tmp_path / "notes.md", "--sources", folder / "articles", "--json")
    counts = json.loads(checked.out)["counts"]
    assert (counts.pop("contradicted"), set(counts)) == (1, {"supported"})


def test_bad_input(folder: Path, tmp_path: Path) -> None:
    """No run, no such format, no format, a flag that would do nothing, a place that cannot be written: status 2."""
    out = folder / "out"
    for arguments in (
        (tmp_path, "--format", "footnotes"),
        (out, "--format", "word"),
        (out,),
        (out, "--format", "footnotes", "--all-claims"),
        (out, "--format", "footnotes", "--reviewed"),
        (out, "--format", "annotations", "--reviewed"),
        (out, "--format", "footnotes", "--out", tmp_path),
    ):
        ran = pipeline("export", *arguments)
        assert ran.status == 2, arguments
        assert ran.out == ""
        assert "Traceback" not in ran.err


def test_json_lines_obey_no_terminal(tmp_path: Path) -> None:
    """What would act on a terminal is escaped, so that the quote is still the article's to the character."""
    articles = tmp_path / "articles"
    articles_in(articles)
    text = "The ferry Marigold \u2067sank off Tarn on Monday, the mayor said. Nobody died, the mayor said.\n"
    (articles / "odd.txt").write_text(text, encoding="utf-8")
    assert pipeline("run", articles, "--engine", "extractive", "--out", tmp_path / "out").status == 0
    ran = pipeline("export", tmp_path / "out", "--format", "annotations", "--all-claims")
    assert "\u2067" not in ran.out
    exact = [t["selector"][-1]["exact"] for line in ran.out.splitlines() for t in json.loads(line)["target"]]
    files = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "out" / "articles").glob("*.json")]
    assert all(any(quote in file["article"]["text"] for file in files) for quote in exact)
