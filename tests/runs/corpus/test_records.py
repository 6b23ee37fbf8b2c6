"""Lines of the input: what is read, and what is refused in words."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import InputError
from pipeline.runs.corpus.records import given_articles, read_story
from pipeline.stages.ingest import ingest_given
from tests.runs.corpus.stories import story


def test_articles_are_those_of_a_file_of_the_same_words() -> None:
    """Metadata is taken over, an id becomes a slug, and one without is called by its place."""
    ingested = ingest_given(given_articles(read_story(json.dumps(story(1)).encode())))
    first, second = ingested.articles
    assert (first.id, first.path, first.publisher, first.published) == ("courier", "courier", "Courier", "2023-03-02")
    assert (second.id, second.title) == ("article-2", None)
    assert len(first.sentences) == 2


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{", "JSON"),
        (b"[]", "object"),
        (b'{"id": "a"}', "articles"),
        (b'{"id": "a", "articles": []}', "articles"),
        (b'{"id": "", "articles": [{"text": "x"}]}', "id"),
        (b'{"id": "a", "articles": [{"text": 5}]}', "text"),
        (b'{"id": "a", "articles": [{"text": "x", "publised": "y"}]}', "publised"),
        (b'{"id": "a", "articles": [{"text": "x", "published": "soon"}]}', "date"),
        (b'{"id": "a\\ud800", "articles": [{"text": "x"}]}', "line"),
        (b'\xff\xfe{"id"', "line"),
        (b"[" * 100_000, "line"),
    ],
)
def test_what_is_no_story_is_refused_by_its_first_fault(line: bytes, fault: str) -> None:
    """The message names the key, or the line."""
    with pytest.raises(InputError, match=fault):
        read_story(line)


def test_one_empty_article_does_not_take_the_others_with_it() -> None:
    """It is a failure beside them."""
    told = story(1)
    told["articles"].append({"id": "empty", "text": "  "})
    told["articles"].append({"id": "huge", "text": "x" * 1_000_001})
    ingested = ingest_given(given_articles(read_story(json.dumps(told).encode())))
    assert len(ingested.articles) == 2
    assert [failure.path for failure in ingested.failures] == ["empty", "huge"]
