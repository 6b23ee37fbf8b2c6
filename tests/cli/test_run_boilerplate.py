"""What recurs in a publisher's articles: out of the summary, and seen to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from pipeline.stages.ingest import ingest
from tests.cli.command import pipeline

FIXTURE: Final = Path(__file__).parents[1] / "fixtures" / "boilerplate" / "second.yaml"


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """The labelled articles as files, with what is known of them beside them."""
    folder = tmp_path / "heap"
    folder.mkdir()
    rows: list[dict[str, Any]] = yaml.safe_load(FIXTURE.read_text(encoding="utf-8"))
    for row in rows:
        (folder / f"{row['name']}.txt").write_text(row["text"], encoding="utf-8")
    known = {f"{row['name']}.txt": {"publisher": row["publisher"], "author": row.get("author")} for row in rows}
    (folder / "sources.yaml").write_text(yaml.safe_dump(known), encoding="utf-8")
    return folder


def _removed(article: Path) -> list[str]:
    removed = json.loads(article.read_text(encoding="utf-8"))["article"]["removed"]
    return [one["text"].strip() for one in removed if one["reason"] == "boilerplate"]


def test_boilerplate_is_seen_in_record_and_report(heap: Path, tmp_path: Path) -> None:
    """It is in the article's record, in the report beside its source, and named on stderr; no statement tells it."""
    ran = pipeline("run", heap, "--out", tmp_path / "out", "--engine", "extractive")
    assert ran.status == 0
    taken = _removed(tmp_path / "out" / "articles" / "globe-dam-1.json")
    assert "Jon Torv covers the north of the country from Kell." in taken
    assert "globe-dam-1.txt has 4 passages that recur in other articles of its publisher" in ran.err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<bdi>boilerplate</bdi>" in page
    assert not any(passage in ran.out for passage in taken)


def test_boilerplate_of_a_heap(heap: Path, tmp_path: Path) -> None:
    """With ``--group`` articles of all events show what their publisher repeats, and each story tells of its own."""
    ran = pipeline("run", heap, "--group", "--out", tmp_path / "out", "--engine", "extractive")
    assert ran.status == 0
    found = {path.stem: _removed(path) for path in (tmp_path / "out").glob("story-*/articles/*.json")}
    assert len(found["globe-dam-1"]) == 4
    assert found["wireless-museum"]
    (story,) = {path.parents[1] for path in (tmp_path / "out").glob("story-*/articles/wireless-museum.json")}
    notes = json.loads((story / "run.json").read_text(encoding="utf-8"))["notes"]
    assert any("wireless-museum.txt" in note for note in notes)
    assert not any("globe-dam-1.txt" in note for note in notes)


def test_a_summary_of_fewer_articles_is_checked_as_it_was_made(heap: Path, tmp_path: Path) -> None:
    """Made from one article, which showed no boilerplate: its citations stand, also where others are given with it."""
    opening = "Our newsroom belongs to its readers, and our reporting is free for everybody."
    for name in ("globe-dam-1.txt", "globe-markets.txt"):
        (heap / name).write_text(f"{opening}\n{(heap / name).read_text(encoding='utf-8')}", encoding="utf-8")
    among_others = next(a for a in ingest([str(heap)]).articles if a.path == "globe-dam-1.txt")
    assert not among_others.text.startswith(opening)
    ran = pipeline(
        "run", heap / "globe-dam-1.txt", "--out", tmp_path / "out", "--engine", "extractive", "--words", "400"
    )
    assert ran.status == 0
    alone = pipeline("check", tmp_path / "out" / "summary.json", "--sources", heap / "globe-dam-1.txt")
    among = pipeline("check", tmp_path / "out" / "summary.json", "--sources", heap)
    assert "is not the text it quotes" not in among.out
    assert (alone.status, alone.out) == (among.status, among.out)
