"""What stands above an article and is none of it."""

from __future__ import annotations

import pytest

from pipeline.text.header import dateline_end, read_header

STORY = "The storm came and stayed."


@pytest.mark.parametrize(
    "head",
    [
        "Title: Storm\nPublisher: The Post\ndate 2023-03-02\n",
        "Title: Storm\nPublisher: The Post\n\n2023-03-02 | ",
        "2023-03-02\n",
    ],
)
def test_a_date_may_follow_the_labels(head: str) -> None:
    """With a label of its own or without one; the text begins behind both."""
    text = head + STORY
    header = read_header(text)
    assert (header.published, text[header.end :]) == ("2023-03-02", STORY)


@pytest.mark.parametrize(
    ("paragraph", "rest"),
    [
        ("TARN (Agency) - Rain fell on all.", "Rain fell on all."),
        ("TARN (Agency) - “Rain,” she said of it.", "“Rain,” she said of it."),
        ("TARN (Agency) - “it rained,” she said of it.", "“it rained,” she said of it."),
        ("TARN (Agency) - rain fell on all.", "TARN (Agency) - rain fell on all."),
        ("TARN (Agency) - It rained now.", "TARN (Agency) - It rained now."),
    ],
)
def test_a_dateline_is_shorter_than_what_follows(paragraph: str, rest: str) -> None:
    """And what follows begins anew, with a capital or a quotation."""
    assert paragraph[dateline_end(paragraph) :] == rest
