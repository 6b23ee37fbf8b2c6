"""Articles of several events that were given as one story."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from pipeline.runs.unrelated import with_doubts
from pipeline.stages.ingest import ingest

ROOT = Path(__file__).parents[2]
STORIES = {
    "seeds": ROOT / "seeds",
    "ferry": ROOT / "evals" / "stories" / "ferry" / "articles",
    "strike": ROOT / "evals" / "stories" / "strike" / "articles",
}


def _files(story: str) -> list[str]:
    return sorted(str(path) for path in STORIES[story].iterdir())


@pytest.mark.parametrize("story", STORIES)
def test_the_articles_of_one_story_raise_no_doubt(story: str) -> None:
    """However few of them there are."""
    files = _files(story)
    for some in [files, *(list(pair) for pair in combinations(files, 2))]:
        read = ingest(some)
        assert with_doubts(read) == read


def test_articles_of_two_events_are_told_apart() -> None:
    """The note says how many there are, one of each, and what to do; the articles stay."""
    read = ingest([_files("ferry")[0], _files("ferry")[3], _files("strike")[0], _files("strike")[3]])
    doubted = with_doubts(read)
    (note,) = doubted.notes[len(read.notes) :]
    assert note.startswith("The 4 articles seem to tell of 2 events (one each: ")
    assert "--group" in note
    assert doubted.articles == read.articles


def test_short_articles_and_other_languages_are_not_compared(tmp_path: Path) -> None:
    """Two short reports may share no word; and two languages never do."""
    short = {"a.txt": "The ferry Anna ran aground off Tarn.", "b.txt": "Prices of wheat rose to a record in Karsia."}
    for name, text in short.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = ingest([str(tmp_path)])
    assert with_doubts(read) == read
    german = tmp_path / "german"
    german.mkdir()
    (german / "c.txt").write_text("Die Fähre ist am Montag vor der Insel auf Grund gelaufen. " * 12, encoding="utf-8")
    mixed = ingest([str(german), _files("strike")[0]])
    assert len({article.language for article in mixed.articles}) > 1
    assert with_doubts(mixed) == mixed
