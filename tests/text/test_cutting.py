"""Paragraphs taken out of an article and put back."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Article, Span
from pipeline.text.cutting import put_back, raw_text, without

TOLD = ("The ferry sank.", "Nobody was hurt.", "The mayor wept.", "A crane came.", "It rained.")
BREAKS = st.lists(st.sampled_from((" ", "\n", "\n\n")), min_size=5, max_size=5)
CHOSEN = st.sets(st.integers(0, 4))


def article_of(breaks: list[str]) -> Article:
    """Five sentences, with white space of this kind before the second and each later one, and at the end."""
    text, sentences = "", []
    for told, after in zip(TOLD, breaks, strict=True):
        sentences.append(Span(start=len(text), end=len(text) + len(told)))
        text += told + after
    return Article(
        id="a",
        path="a.txt",
        title=None,
        publisher=None,
        url=None,
        language="en",
        published=None,
        text=text,
        sentences=tuple(sentences),
        sha256="0",
        removed=(),
    )


def cut(article: Article, chosen: set[int], reason: str) -> Article:
    """Without the sentences of these numbers."""
    return without(article, [article.sentences[number] for number in sorted(chosen)], reason)


@given(BREAKS, CHOSEN)
def test_what_is_left_and_what_went_are_the_whole(breaks: list[str], chosen: set[int]) -> None:
    """The sentences that stay read as before, and with what was removed the text is what it was."""
    article = article_of(breaks)
    left = cut(article, chosen, "standing")
    assert left.sentence_texts() == [told for number, told in enumerate(TOLD) if number not in chosen]
    assert raw_text(left) == article.text
    assert all(article.text[one.start : one.end] == one.text for one in left.removed)
    assert [removal.text.strip() for removal in left.removed] == [TOLD[number] for number in sorted(chosen)]
    assert not left.text.startswith((" ", "\n"))


@given(BREAKS, CHOSEN, CHOSEN)
def test_what_is_put_back_stands_where_it_stood(breaks: list[str], chosen: set[int], later: set[int]) -> None:
    """Of two reasons the one is put back, the other stays removed; sentences read as before."""
    article = article_of(breaks)
    once = cut(article, chosen, "standing")
    kept = [number for number in range(5) if number not in chosen]
    twice = cut(once, {place for place, number in enumerate(kept) if number in later}, "notice")
    assert raw_text(twice) == article.text
    back = put_back(twice, "notice")
    assert back.text == once.text
    assert back.sentence_texts() == twice.sentence_texts()
    assert put_back(back, "standing").text == article.text
    only_later = put_back(twice, "standing")
    assert only_later.sentence_texts() == twice.sentence_texts()
    assert raw_text(only_later) == article.text
    assert {removal.reason for removal in only_later.removed} <= {"notice"}


@pytest.mark.parametrize(("number", "text"), [(0, "Nobody was hurt. The"), (1, "The ferry sank. The mayor")])
def test_white_space_goes_with_what_it_parts(number: int, text: str) -> None:
    """That before it, and behind it where nothing stands before."""
    assert cut(article_of([" "] * 5), {number}, "standing").text.startswith(text)
