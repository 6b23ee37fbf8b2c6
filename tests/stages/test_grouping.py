"""Sorting into events: whatever the order, the same groups under the same ids."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Article
from pipeline.evaluation.grouping import b_cubed
from pipeline.stages.grouping import group
from pipeline.stages.grouping.clustering import average_link
from pipeline.stages.grouping.likeness import likenesses, nearness

ROOT = Path(__file__).parents[2]
STORIES = {
    "ferry": "ferry Marigold ran aground off Tarn coastguard lifeboat crew captain reef passengers rescued harbour",
    "strike": "bus drivers walked out Ostrand union pay talks collapsed federation operator mediation depot",
    "comet": "astronomers observed comet Velmar telescope tail orbit sun brightness observatory night",
    "vote": "voters elected mayor Kesterly ballot council turnout recount candidate majority campaign",
}


def article(name: str, text: str, published: str | None = None) -> Article:
    """An article without anything but its text and day."""
    digest = hashlib.sha256(f"{name} {text}".encode()).hexdigest()
    known: dict[str, None] = dict.fromkeys(("title", "publisher", "url", "language"))
    return Article(id=name, path=name, text=text, published=published, sentences=(), sha256=digest, removed=(), **known)


@st.composite
def heaps(draw: st.DrawFn) -> list[Article]:
    """Articles that draw their words from one story or another, some with a day."""
    articles = []
    for number in range(draw(st.integers(0, 12))):
        story = draw(st.sampled_from(sorted(STORIES)))
        words = draw(st.lists(st.sampled_from(STORIES[story].split()), min_size=3, max_size=15))
        day = draw(st.none() | st.dates(date(2031, 5, 1), date(2031, 7, 30)))
        articles.append(article(f"a{number}", " ".join(words), day.isoformat() if day else None))
    return articles


@given(heaps(), st.randoms(use_true_random=False))
def test_the_order_changes_nothing(articles: list[Article], chance: random.Random) -> None:
    """The same groups, ids and order of members for any permutation."""
    found = group(articles)
    chance.shuffle(articles)
    assert group(articles) == found


def _shared(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """A likeness of meaning that depends on the texts alone: the share of first letters they have in common."""
    letters = [{word[0] for word in text.split()} for text in texts]
    pairs = combinations(range(len(texts)), 2)
    return {(a, b): len(letters[a] & letters[b]) / len(letters[a] | letters[b]) for a, b in pairs}


@given(heaps(), st.randoms(use_true_random=False))
def test_the_order_changes_nothing_with_meaning_either(articles: list[Article], chance: random.Random) -> None:
    """Ties of likeness included: the articles stand in one order before anybody is asked."""
    found = group(articles, alike=_shared)
    chance.shuffle(articles)
    assert group(articles, alike=_shared) == found


def test_meaning_joins_what_shares_no_word() -> None:
    """And days that are far apart keep it apart all the same."""
    one, two = article("a", "ferry sank Tarn", "2031-05-01"), article("b", "vessel foundered Pell", "2031-05-02")
    later = article("c", "vessel foundered Pell", "2032-05-02")
    alike = {(0, 1): 0.9, (0, 2): 0.9, (1, 2): 0.9}
    assert len(group([one, two])) == 2
    assert [found.article_ids for found in group([one, two], alike=lambda _: {(0, 1): 0.9})] == [("a", "b")]
    assert [found.article_ids for found in group([one, two, later], alike=lambda _: alike)] == [("a", "b"), ("c",)]


@given(heaps())
def test_every_article_is_in_exactly_one_group(articles: list[Article]) -> None:
    """Nothing is lost, nothing told twice, and no two groups have one id."""
    found = group(articles)
    assert sorted(key for one in found for key in one.article_ids) == sorted(a.id for a in articles)
    assert len({one.id for one in found}) == len(found)


def test_none_and_one() -> None:
    """No article, no group; one article is a group of its own, named by its digest."""
    assert group([]) == ()
    alone = article("a", "A comet was seen.")
    assert [(one.id, one.article_ids) for one in group([alone])] == [(f"story-{alone.sha256[:12]}", ("a",))]


def test_articles_of_one_digest_keep_apart() -> None:
    """Two groups whose short names are the same get the long ones."""
    one, two = article("a", STORIES["ferry"]), article("b", STORIES["comet"])
    two = two.model_copy(update={"sha256": one.sha256[:12] + "0" * 52})
    assert {found.id for found in group([one, two])} == {f"story-{one.sha256}", f"story-{two.sha256}"}


def test_one_article_of_two_events_joins_them_not() -> None:
    """The mean over all pairs decides: a digest of the week is no bridge."""
    ferry = [article(f"f{n}", STORIES["ferry"] + f" day {n}") for n in range(3)]
    strike = [article(f"s{n}", STORIES["strike"] + f" day {n}") for n in range(3)]
    both = article("both", f"{STORIES['ferry']} {STORIES['strike']}")
    found = [set(one.article_ids) for one in group([*ferry, both, *strike])]
    assert not any({"f0", "s0"} <= members for members in found)


def test_the_same_words_a_year_later_are_another_event() -> None:
    """The meeting that takes place every year; without a day nothing speaks against one event."""
    text = STORIES["vote"]
    later = article("b", f"{text} again", "2032-05-14")
    assert len(group([article("a", text, "2031-05-14"), later])) == 2
    assert len(group([article("a", text, "2032-05-12"), later])) == 1
    assert len(group([article("a", text), later])) == 1


@given(st.dates(), st.dates(), st.dates())
def test_nearness_falls_with_time(one: date, two: date, three: date) -> None:
    """Symmetric, never 0, and the farther day is not the nearer one."""
    first, second, third = sorted((one, two, three))
    assert nearness(first, second) == nearness(second, first)
    assert 0 < nearness(first, third) <= nearness(first, second) <= 1


@given(
    st.dictionaries(
        st.sampled_from(list(combinations(range(7), 2))), st.integers(1, 100).map(lambda share: share / 100)
    )
)
def test_average_link_is_the_textbook_s(likeness: dict[tuple[int, int], float]) -> None:
    """Against the definition, computed afresh for every step; ties aside, where either order is right."""
    expected: list[list[int]] = [[n] for n in range(7)]
    ties = False
    while True:
        means = {
            (i, j): sum(likeness.get((min(a, b), max(a, b)), 0.0) for a in expected[i] for b in expected[j])
            / (len(expected[i]) * len(expected[j]))
            for i, j in combinations(range(len(expected)), 2)
        }
        best = max(means, key=lambda pair: means[pair], default=(0, 0))
        if not means or means[best] < 0.3 - 1e-9:
            break
        ties |= sum(abs(mean - means[best]) < 1e-9 for mean in means.values()) > 1 or abs(means[best] - 0.3) < 1e-9
        expected[best[0]] += expected.pop(best[1])
    if not ties:
        found = average_link(7, likeness, 0.3)
        assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


@pytest.mark.alone
def test_thousands_of_articles_take_seconds() -> None:
    """Articles meet those they share telling words with, not all others: 2,500 in less than half a minute."""
    chance = random.Random(1)  # noqa: S311 - no secret
    known = sorted((ROOT / "evals").glob("*/articles/*.txt"))
    prose = [path.read_text(encoding="utf-8").split() for path in known]
    syllables = [f"{a}{b}" for a in "bdfgklmnprstvz" for b in "aeiou"]
    articles = []
    for event in range(500):
        names = ["".join(chance.choices(syllables, k=3)).title() for _ in range(15)]
        for n in range(5):
            text = " ".join(
                [*chance.sample(names, 12), *chance.sample(names, 12), *chance.sample(chance.choice(prose), 60)]
            )
            articles.append(article(f"{event}-{n}", text))
    started = time.perf_counter()
    found = group(articles)
    assert time.perf_counter() - started < 30
    events = {one.id: one.id.split("-")[0] for one in articles}
    assert b_cubed([one.article_ids for one in found], events).f1 > 0.95


def test_pairs_with_nothing_in_common_are_not_compared() -> None:
    """The index offers no pair that shares no telling words."""
    assert likenesses([article("a", STORIES["ferry"]), article("b", STORIES["comet"])]) == {}
