"""Copies and earlier versions give way to one article; whatever differs in what it says stays."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Article, Removal, Span
from pipeline.stages.duplicates import sort_out
from pipeline.stages.duplicates.changes import changes
from pipeline.stages.duplicates.kinship import kinship
from pipeline.stages.ingest import ingest
from pipeline.text.sentences import split_sentences

ROOT = Path(__file__).parents[2]
REPORT = (
    "The ferry Marigold ran aground off Tarn on Monday with 40 people on board, the coastguard said.",
    "Rescuers brought 38 of them ashore before dawn in three boats from the harbour of Orrin.",
    "Two people were taken to hospital with broken bones, the mayor, Ida Brandt, told Lake Radio.",
    "The operator said that the engine had not failed and that the captain knew the channel well.",
    "An inquiry into what the mayor called a narrow escape will open on 3 June in the old town hall.",
)


def article(path: str, sentences: Sequence[str] = REPORT, stamp: str = "", **known: str) -> Article:
    """An article with these sentences; ``stamp`` is what its page printed above it."""
    text = " ".join(sentences)
    fields = dict.fromkeys(("title", "publisher", "published", "url", "language")) | known
    return Article(
        id=path,
        path=path,
        text=text,
        sentences=tuple(split_sentences(text, [Span(start=0, end=len(text))])),
        sha256=hashlib.sha256(f"{path} {text} {stamp} {known}".encode()).hexdigest(),
        removed=(Removal(start=0, end=len(stamp), text=stamp, reason="header"),) if stamp else (),
        **fields,
    )


def left_out(*articles: Article) -> dict[str, tuple[str, str]]:
    """By path of what is left out: how, and for which."""
    return {one.path: (one.relation, one.kept) for one in sort_out(articles).duplicates}


def replaced(before: str, after: str) -> list[str]:
    """The report with words exchanged."""
    found = [sentence.replace(before, after) for sentence in REPORT]
    assert found != list(REPORT)
    return found


def test_the_same_text_is_one_article() -> None:
    """White space aside; the one of which more is known stays."""
    known = article("known", publisher="The Tarn Courier", published="2031-05-14")
    assert left_out(article("bare", [*REPORT[:3], f"\n{REPORT[3]}", REPORT[4]]), known) == {"bare": ("text", "known")}


def test_house_style_and_a_further_sentence_make_a_near_copy() -> None:
    """Spelling, articles and marks are no difference, and the longer one has all that the shorter says."""
    style = replaced("the harbour of", "harbor of")
    longer = article("longer", [*REPORT, "Tugs will try again."])
    assert left_out(article("style", style), longer) == {"style": ("nearly", "longer")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("38", "37"),
        ("40 people", "4.0 people"),
        ("Ida Brandt", "Ida Brand"),
        ("had not failed", "had failed"),
        ("3 June", "3 July"),
        ("broken bones", "bruises"),
        ("on Monday", "on Tuesday"),
    ],
)
def test_what_differs_in_content_stays(before: str, after: str) -> None:
    """A figure, a name, a negation, a date, a word: two reports that differ in it are a difference to be shown."""
    assert left_out(article("one"), article("two", replaced(before, after))) == {}


def test_one_report_under_several_titles_stays_twice() -> None:
    """Two outlets that print one wire report are two articles of one origin."""
    one = article("one", title="Ferry aground off Tarn", publisher="The Tarn Courier")
    two = article("two", title="Forty rescued from stranded ship", publisher="Lake Radio")
    assert left_out(one, two) == {}


@pytest.mark.parametrize(
    "known",
    [
        {"url": "https://www.tarn.example/news/ferry?utm_source=feed"},
        {"title": "Ferry runs aground off Tarn"},
        {"publisher": "The Tarn Courier"},
    ],
)
def test_of_two_versions_the_newer_stays(known: dict[str, str]) -> None:
    """Of one address, one title or one publisher, largely in the same words, on two days."""
    old = article("old", published="2031-05-14", **known)
    new = article("new", [*replaced("38", "39"), "Tugs will try again."], published="2031-05-15", **known)
    found = sort_out([new, old])
    assert [kept.path for kept in found.articles] == ["new"]
    assert [(one.relation, one.kept) for one in found.duplicates] == [("earlier", "new")]
    assert [(c.before, c.after) for c in found.duplicates[0].changes] == [
        (REPORT[1], REPORT[1].replace("38", "39")),
        (None, "Tugs will try again."),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"stamp": "Published 14 May 2031 09:10"},
            {"stamp": "Published 14 May 2031 09:10 | Updated 14 May 2031 10:05"},
        ),
        ({"stamp": "14 May 2031, 9.40 am"}, {"stamp": "14 May 2031, 1.05 pm"}),
        ({"title": "Ferry runs aground off Tarn"}, {"title": "UPDATE 2-Ferry runs aground off Tarn"}),
    ],
)
def test_the_newer_is_known_by_its_stamp_or_number(old: dict[str, str], new: dict[str, str]) -> None:
    """The time of the last update counts, and the number of an agency's update."""
    title = {"title": "Ferry runs aground off Tarn"}
    one, two = article("old", **{**title, **old}), article("new", replaced("38", "39"), **{**title, **new})
    assert left_out(one, two) == {"old": ("earlier", "new")}


def test_two_versions_of_unknown_age_both_stay_and_are_named() -> None:
    """Which is newer is not guessed."""
    title = "Ferry runs aground off Tarn"
    found = sort_out([article("one", title=title), article("two", replaced("38", "39"), title=title)])
    assert (len(found.articles), found.duplicates, found.undecided) == (2, (), (("one", "two"),))


def test_two_outlets_under_one_title_are_no_versions() -> None:
    """An agency's title above two outlets' articles is no update of one by the other."""
    one = article("one", title="Ferry runs aground off Tarn", publisher="The Tarn Courier", published="2031-05-14")
    two = article(
        "two",
        replaced("38", "39"),
        title="Ferry runs aground off Tarn",
        publisher="Lake Radio",
        published="2031-05-15",
    )
    assert left_out(one, two) == {}


def test_a_front_page_is_no_address() -> None:
    """All articles of a site may give its front page as their address."""
    url = {"url": "https://tarn.example/"}
    one, two = article("one", published="2031-05-14", **url), article("two", replaced("38", "9"), **url)
    assert left_out(one, two.model_copy(update={"published": "2031-05-15"})) == {}


def test_of_three_versions_the_newest_stands_for_both_others() -> None:
    """Even where it has little in common with the first any more."""
    more = [f"On day {n} the tug Orrin {n} pulled at the wreck for {n} hours in vain." for n in range(2, 12)]
    texts = [REPORT, [*REPORT[1:], *more[:2]], [*REPORT[4:], *more]]
    url = "https://tarn.example/ferry"
    versions = [article(f"v{n}", text, published=f"2031-05-1{n}", url=url) for n, text in enumerate(texts)]
    assert left_out(*versions) == {"v0": ("earlier", "v2"), "v1": ("earlier", "v2")}


def test_no_article_of_the_labelled_stories_is_left_out() -> None:
    """They are reports of different outlets, some of one agency: none is a copy or an older version of another."""
    folders = ("seeds", "evals/stories/ferry/articles", "evals/stories/strike/articles", "evals/calibration/articles")
    articles = ingest([str(ROOT / folder) for folder in folders]).articles
    assert sort_out(articles).articles == articles


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=8))
def test_the_order_of_articles_changes_nothing(chance: random.Random, drawn: list[str]) -> None:
    """Whatever copies and versions there are, the same ones stay."""
    sentences = {letter: f"In {letter} {n + 2} boats left the harbour at night." for n, letter in enumerate("abcdefgh")}
    articles = [
        article(
            f"{n}",
            [*REPORT[: chance.randint(2, 5)], sentences[letter]],
            published=f"2031-05-1{chance.randint(0, 3)}",
            url=f"https://tarn.example/{chance.randint(0, 1)}",
        )
        for n, letter in enumerate(drawn)
    ]
    found = sort_out(articles)
    assert {a.path for a in found.articles} | {d.path for d in found.duplicates} == {a.path for a in articles}
    assert {d.kept for d in found.duplicates} <= {a.path for a in found.articles}
    chance.shuffle(articles)
    again = sort_out(articles)
    assert {a.path for a in again.articles} == {a.path for a in found.articles}
    assert sorted(again.duplicates, key=lambda d: d.path) == sorted(found.duplicates, key=lambda d: d.path)


@given(st.permutations(list(REPORT)))
def test_a_sentence_that_moved_is_no_change(order: list[str]) -> None:
    """The order is the editor's affair."""
    assert changes(REPORT, order) == ()


def test_a_thousand_copies_take_no_time() -> None:
    """Each is compared with the best one, not with all; one stays."""
    articles = [article(f"{n:04}") for n in range(1000)]
    found = sort_out(articles)
    assert len(found.articles) == 1
    assert all(one.path < two.path for one, two in pairwise(found.duplicates))


def test_the_newer_version_is_no_older_one() -> None:
    """Asked the other way round, a version stays whatever else is known."""
    known = {"publisher": "The Tarn Courier"}
    old = article("old", published="2031-05-14", **known)
    new = article("new", replaced("38", "39"), published="2031-05-15", **known)
    assert (kinship(old, new), kinship(new, old)) == ("earlier", None)


def test_a_sentence_is_reworded_once() -> None:
    """The likest of the new ones is it; the others are new, and of two old ones the other is gone."""
    found = changes(
        ["Nine people died on Monday evening.", "Nine people died on Monday."],
        ["Ten people died on Monday.", "Ten people died on Sunday.", "Ten people died on Friday."],
    )
    assert [(one.before, one.after) for one in found] == [
        ("Nine people died on Monday.", "Ten people died on Monday."),
        ("Nine people died on Monday evening.", "Ten people died on Sunday."),
        (None, "Ten people died on Friday."),
    ]
