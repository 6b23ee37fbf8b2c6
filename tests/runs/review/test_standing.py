"""What stands now: the last word counts, what was taken back does not, and nothing is lost in a rerun."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.runs.folder import RunFolder
from pipeline.runs.review.items import Items
from pipeline.runs.review.standing import Standing, live, standing
from tests.runs.review.decisions import Reviewer

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "reject", "edit", "comment", "vital", "missing", "withdraw"]),
        st.sampled_from(["s1", "s2", "s3"]),
        st.integers(0, 20),
    ),
    max_size=25,
)


def _step(reviewer: Reviewer, action: str, name: str, number: int) -> None:
    more: dict[str, Any] = {
        "reject": {"reason": f"reason {number}"},
        "edit": {"text": f"The ferry ran aground {number}."},
        "comment": {"text": f"comment {number}"},
    }.get(action, {})
    if action == "missing":
        marked = [{"article_id": "courier", "start": number, "end": number + 20}]
        reviewer.decide(action, "passage", "courier", evidence=marked)
    elif action != "withdraw":
        reviewer.decide(action, "statement", name, **more)
    elif still := live(reviewer.decisions):
        reviewer.decide(action, withdraws=still[number % len(still)].id)


def _all(found: Standing) -> set[str]:
    """The ids of the decisions that a standing shows."""
    shown = {item.decision_id for item in found.items if item.decision_id}
    shown |= {comment.id for item in found.items for comment in item.comments}
    shown |= {missing.decision_id for missing in found.missing}
    return shown | {decision.id for decision in (*found.outdated, *found.unmatched)}


@given(STEPS)
def test_the_last_word_counts(items: Items, steps: list[tuple[str, str, int]]) -> None:
    """Any decisions in any order: each item is as the last of those that were not taken back says."""
    reviewer = Reviewer(items)
    for step in steps:
        _step(reviewer, *step)
    found = standing(reviewer.decisions, items)
    left = live(reviewer.decisions)
    assert not found.outdated + found.unmatched
    assert sum(found.counts.values()) == len(items.run.synthesis.statements)
    for item in found.items:
        about = [one for one in left if (one.about.kind, one.about.id) == (item.kind, item.id)]
        ruling = [one for one in about if one.action in {"accept", "reject", "edit"}]
        assert item.decision_id == (ruling[-1].id if ruling else None)
        assert item.state == (
            {"accept": "accepted", "reject": "rejected", "edit": "edited"}[ruling[-1].action] if ruling else "open"
        )
        assert (item.text, item.reason) == ((ruling[-1].text, ruling[-1].reason) if ruling else (None, None))
        assert item.vital == any(one.action == "vital" for one in about)
        assert (item.undo, item.undo_by) == ((about[-1].id, about[-1].by) if about else (None, None))
        assert [comment.id for comment in item.comments] == [one.id for one in about if one.action == "comment"]
    assert [one.decision_id for one in found.missing] == [one.id for one in left if one.action == "missing"]


@given(STEPS)
def test_in_another_run_nothing_is_lost(items: Items, steps: list[tuple[str, str, int]]) -> None:
    """A run in other words over the same articles: what is not there any more is shown as such, all of it."""
    reviewer = Reviewer(items)
    for step in steps:
        _step(reviewer, *step)
    changed = [_with(one, text=f"{one.text} Again.") for one in items.run.synthesis.statements]
    found = standing(reviewer.decisions, _items(items.run, statements=tuple(changed)))
    left = live(reviewer.decisions)
    assert [one for one in left if one.action != "missing"] == list(found.outdated)
    assert _all(found) == {one.id for one in left}
    assert set(found.counts) == {"open", "accepted", "rejected", "edited"}
    assert found.counts["open"] == len(changed)


def _with(model: Any, **fields: Any) -> Any:
    return model.model_copy(update=fields)


def _items(run: RunFolder, **fields: Any) -> Items:
    return Items(run._replace(synthesis=_with(run.synthesis, **fields)))


def test_ids_that_moved_do_not_matter(items: Items) -> None:
    """After a rerun in another order, a decision is about what it was about, not about what has its id now."""
    reviewer = Reviewer(items)
    reviewer.decide("accept", "statement", "s1")
    reviewer.decide("reject", "statement", "s2", reason="false")
    one, two, *rest = items.run.synthesis.statements
    turned = _items(items.run, statements=(_with(two, id="s1"), _with(one, id="s2"), *rest))
    found = standing(reviewer.decisions, turned)
    assert (found.of("statement", "s1").state, found.of("statement", "s2").state) == ("rejected", "accepted")


def test_articles_that_are_called_otherwise_are_the_same(items: Items) -> None:
    """The passages are known by the bytes of their articles."""
    reviewer = Reviewer(items)
    for statement in items.run.synthesis.statements:
        reviewer.decide("accept", "statement", statement.id)
    names = {name: f"{name}-renamed" for name in items.run.articles()}
    renamed = RunFolder(
        _renamed(items.run.synthesis, Synthesis, names),
        tuple(_renamed(file, ArticleFile, names) for file in items.run.files),
        items.run.manifest,
    )
    assert standing(reviewer.decisions, Items(renamed)).counts["accepted"] == len(reviewer.decisions)


def _renamed(model: Model, kind: type[Any], names: dict[str, str]) -> Any:
    """The same with other ids of the articles."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [walk(inner, key) for inner in value]
        return names.get(value, value) if key in {"article_id", "id", "articles"} else value

    return kind.model_validate(walk(model.model_dump()))


def test_what_is_not_there_any_more_is_unmatched(items: Items) -> None:
    """A statement that a rerun does not make, and a passage of an article that it did not read."""
    reviewer = Reviewer(items)
    reviewer.decide("accept", "statement", "s1")
    reviewer.decide("missing", "passage", "radio", evidence=[{"article_id": "radio", "start": 0, "end": 9}])
    reviewer.decide("comment", "disagreement", "d2", text="hm")
    run = items.run
    less = _with(run.synthesis, statements=run.synthesis.statements[1:])
    without = RunFolder(less, tuple(file for file in run.files if file.article.id != "radio"), run.manifest)
    found = standing(reviewer.decisions, Items(without))
    assert [one.action for one in found.unmatched] == ["accept", "missing"]
    assert found.of("disagreement", "d2").comments[0].text == "hm"


def test_a_withdrawal_brings_back_what_was_before(items: Items) -> None:
    """Accepted, rejected, taken back: accepted again; a withdrawal is not withdrawn, nor anything twice."""
    reviewer = Reviewer(items)
    reviewer.decide("accept", "statement", "s1")
    rejected = reviewer.decide("reject", "statement", "s1", reason="false")
    back = reviewer.decide("withdraw", withdraws=rejected.id)
    assert back.about == rejected.about
    assert standing(reviewer.decisions, items).of("statement", "s1").state == "accepted"
    with pytest.raises(InputError, match="withdrawn already"):
        reviewer.decide("withdraw", withdraws=rejected.id)
    with pytest.raises(InputError, match="withdrawal cannot be withdrawn"):
        reviewer.decide("withdraw", withdraws=back.id)
    by_hand = back.model_copy(update={"id": "by-hand", "withdraws": back.id})
    assert [one.id for one in live([*reviewer.decisions, by_hand])] == ["d0"]


def test_only_what_stands_on_the_item_is_taken_back(items: Items) -> None:
    """By what was judged: neither another item's decision, nor one that had this name in another run."""
    reviewer = Reviewer(items)
    made = reviewer.decide("accept", "statement", "s1")
    one, two, *rest = items.run.synthesis.statements
    reviewer.items = _items(items.run, statements=(_with(two, id="s1"), _with(one, id="s2"), *rest))
    for kind, name in (("statement", "s1"), ("statement", "s3"), ("disagreement", "s2"), ("passage", "courier")):
        with pytest.raises(InputError, match="is not about"):
            reviewer.decide("withdraw", kind, name, withdraws=made.id)
    reviewer.items = _items(items.run, statements=(two, *rest))
    with pytest.raises(InputError, match="is not about"):
        reviewer.decide("withdraw", "statement", "s1", withdraws=made.id)
    reviewer.items = items
    reviewer.decide("withdraw", "statement", "s1", withdraws=made.id)
    assert not live(reviewer.decisions)


def test_a_missing_fact_is_taken_back_from_its_article(items: Items) -> None:
    """It is about the article of its first mark."""
    reviewer = Reviewer(items)
    made = reviewer.decide("missing", "passage", "radio", evidence=[{"article_id": "radio", "start": 0, "end": 9}])
    with pytest.raises(InputError, match="is not about"):
        reviewer.decide("withdraw", "passage", "courier", withdraws=made.id)
    reviewer.decide("withdraw", "passage", "radio", withdraws=made.id)
    assert not live(reviewer.decisions)


def test_of_two_that_are_the_same_the_name_says_which(items: Items) -> None:
    """Twins in text and passages; one whose name is gone goes to the first."""
    one, *rest = items.run.synthesis.statements
    twins = _items(items.run, statements=(one, *rest, _with(one, id="s9")))
    reviewer = Reviewer(twins)
    reviewer.decide("reject", "statement", "s9", reason="repeats")
    found = standing(reviewer.decisions, twins)
    assert (found.of("statement", one.id).state, found.of("statement", "s9").state) == ("open", "rejected")
    assert standing(reviewer.decisions, items).of("statement", one.id).state == "rejected"


def test_marked_words_of_another_edition_are_not_here(items: Items) -> None:
    """The words stand where they stood, and the article has other bytes."""
    reviewer = Reviewer(items)
    reviewer.decide("missing", "passage", "radio", evidence=[{"article_id": "radio", "start": 0, "end": 9}])
    run = items.run
    files = tuple(
        _with(file, article=_with(file.article, sha256="0" * 64)) if file.article.id == "radio" else file
        for file in run.files
    )
    found = standing(reviewer.decisions, Items(run._replace(files=files)))
    assert (len(found.missing), len(found.unmatched)) == (0, 1)


def test_everything_of_a_run_can_be_decided_about(items: Items) -> None:
    """Statements, disagreements, omissions, what was dropped, and claims; claims are shown once there is something."""
    kinds = {item.about.kind for item in items.all()}
    assert {"statement", "disagreement", "claim"} <= kinds
    reviewer = Reviewer(items)
    shown = {item.kind for item in standing([], items).items}
    assert "claim" not in shown
    for item in items.all():
        reviewer.decide("vital", item.about.kind, item.about.id)
    found = standing(reviewer.decisions, items)
    assert all(item.vital for item in found.items)
    assert len(found.items) == len(list(items.all()))


def test_what_can_be_undone_is_the_last_of_this_item(items: Items) -> None:
    """After a rerun in which the ids moved, and after a withdrawal, whoever decided last is named."""
    ada, ben = Reviewer(items), Reviewer(items, by="Ben Orr")
    ada.decide("accept", "statement", "s1")
    ada.decide("comment", "statement", "s2", text="hm")
    ben.decisions = ada.decisions
    last = ben.decide("vital", "statement", "s1")
    one, two, *rest = items.run.synthesis.statements
    turned = _items(items.run, statements=(_with(two, id="s1"), _with(one, id="s2"), *rest))
    found = standing(ben.decisions, turned)
    assert (found.of("statement", "s2").undo, found.of("statement", "s2").undo_by) == (last.id, "Ben Orr")
    assert (found.of("statement", "s1").undo, found.of("statement", "s1").undo_by) == ("d1", "Ada Penn")
    ada.decide("withdraw", withdraws=last.id)
    assert standing(ada.decisions, items).of("statement", "s1").undo == "d0"
    assert standing(ada.decisions, items).of("statement", "s3").undo is None
