"""Articles as they are compared to find what recurs."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.text.passages import Read, Telling, runs_of
from tests.guards.judging import article

TEXT = "Ada Penn left Tarn.\nBoats sank off Oslo.\n\nAda Penn sang.\nBoats sank off Oslo."


@pytest.mark.parametrize(
    ("given", "publisher"),
    [
        ({"publisher": "The Tarn Sun"}, "tarn sun"),
        ({"publisher": "tarn  sun"}, "tarn sun"),
        ({"publisher": "The Tarn Sun", "url": "https://www.post.example/a"}, "tarn sun"),
        ({"url": "https://www.sun.example/a"}, "at sun.example"),
        ({"url": "http://[bad"}, None),
        ({}, None),
    ],
)
def test_publishers(given: dict[str, Any], publisher: str | None) -> None:
    """One key for the names of one; else the host."""
    assert Read(article(TEXT).model_copy(update=given)).publisher == publisher


def test_what_only_this_article_tells() -> None:
    """Less what recurs in the others, by its words."""
    read = Read(article(TEXT))
    assert [passage.text for passage in read.passages] == [line for line in TEXT.splitlines() if line]
    alone, shared = Telling(read, {}), Telling(read, {read.passages[1].key: (0, 1)})
    assert alone.share == 1 and {"boat", "sink", "oslo"} < alone.stems and "oslo" in alone.names
    assert shared.share == 7 / 15 and shared.stems == {"ada", "penn", "leav", "sing", "tarn"}
    assert shared.names == {"ada", "penn", "tarn"}


def test_what_is_told_elsewhere() -> None:
    """A passage that stands there twice is no other place."""
    read = Read(article(TEXT))
    telling = Telling(read, {})
    assert [telling.overlap(passage) for passage in read.passages] == [1 / 2, 0, 2 / 3, 0]
    assert [telling.shares_name(passage) for passage in read.passages] == [True, False, True, False]
    empty = Read(article("Of the.\nBoats sank."))
    assert Telling(empty, {}).overlap(empty.passages[0]) == 0


def test_the_own_name_is_no_name_of_the_news() -> None:
    """Of outlet and author."""
    read = Read(article(TEXT, publisher="Penn Post").model_copy(update={"author": "Ada Lund"}))
    telling = Telling(read, {})
    assert telling.names.isdisjoint({"ada", "penn"})
    assert not any(telling.shares_name(passage) for passage in read.passages)


def test_runs() -> None:
    """None of a short passage."""
    words = tuple("abcdefghi")
    size = len(runs_of(words)[0])
    assert runs_of(words)[0] == words[:size] and len(runs_of(words)) == len(words) - size + 1
    assert runs_of(words[: size - 1]) == []
