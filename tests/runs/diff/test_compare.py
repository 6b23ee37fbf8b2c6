"""Two runs compared: everything once, nothing between a run and itself, the same from both sides."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from hypothesis import given

from pipeline.domain.base import Model
from pipeline.domain.comparison import Comparison
from pipeline.domain.synthesis import Statement
from pipeline.runs.diff.compare import compare
from pipeline.runs.folder import RunFolder
from tests.render.factory import cite, make_claim, make_cluster, make_disagreement, make_statement, make_synthesis

from .build import SENTENCES, TEXTS, article, make_run, runs, told

FERRY, RESCUE, ENGINE, SHARES, INQUIRY, _ = SENTENCES


def _both_ways(*couples: tuple[str, str]) -> dict[str, str]:
    return dict(couples) | {other: one for one, other in couples}


KEYS = _both_ways(("before", "after"), ("citations_gained", "citations_lost"), ("holders_gained", "holders_lost"))
KINDS = {
    "sources": _both_ways(("added", "removed")),
    "statements": _both_ways(("added", "removed")),
    "disagreements": _both_ways(("appeared", "resolved"), ("added", "removed")),
    "omissions": _both_ways(("appeared", "gone"), ("untold", "told")),
    "dropped": _both_ways(("appeared", "gone")),
}


# --- what is always true


@given(runs())
def test_a_run_differs_in_nothing_from_itself(run: RunFolder) -> None:
    """No change of any kind."""
    comparison = compare(run, run)
    assert comparison.is_empty()
    assert not any(change.words or change.details or change.moved for change in comparison.statements)


@given(runs(), runs())
def test_everything_stands_once(before: RunFolder, after: RunFolder) -> None:
    """Every source, statement, position, disagreement, omission and dropped draft of either run, exactly once."""
    comparison = compare(before, after)
    for name in ("sources", "statements", "disagreements", "omissions", "dropped"):
        changes = getattr(comparison, name)
        assert _sorted(c.before for c in changes) == _sorted(getattr(before.synthesis, name))
        assert _sorted(c.after for c in changes) == _sorted(getattr(after.synthesis, name))
    for change in comparison.disagreements:
        assert _sorted(p.before for p in change.positions) == _sorted(change.before.positions if change.before else ())
        assert _sorted(p.after for p in change.positions) == _sorted(change.after.positions if change.after else ())


@given(runs(), runs())
def test_mirrored_it_is_the_other_comparison(before: RunFolder, after: RunFolder) -> None:
    """Compared the other way round, the same differences come out, each reversed."""
    assert _canonical(_mirrored(compare(before, after))) == _canonical(compare(after, before).model_dump())


@given(runs(), runs())
def test_ids_and_file_names_do_not_matter(before: RunFolder, after: RunFolder) -> None:
    """With every article under another id, the same statements are partners."""
    plain, drifted = compare(before, after), compare(before, _drifted(after))
    kinds = [(c.kind, c.moved, len(c.citations_gained), len(c.citations_lost)) for c in plain.statements]
    assert [(c.kind, c.moved, len(c.citations_gained), len(c.citations_lost)) for c in drifted.statements] == kinds


def _sorted(models: Iterable[Model | None]) -> list[str]:
    return sorted(model.model_dump_json() for model in models if model is not None)


def _mirrored(comparison: Comparison) -> Any:
    """The comparison with before and after exchanged."""
    dumped = comparison.model_dump()
    sections = {name: [_swapped(change, kinds) for change in dumped[name]] for name, kinds in KINDS.items()}
    run = [_swapped(change, {}) for change in dumped["run"]]
    return dumped | sections | {"run": run, "before": dumped["after"], "after": dumped["before"]}


def _swapped(change: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    """One change reversed, with its words, details and positions."""
    swapped = {KEYS.get(key, key): value for key, value in change.items()}
    if "kind" in swapped:
        swapped["kind"] = kinds.get(swapped["kind"], swapped["kind"])
    inner = {"words": KINDS["statements"], "details": {}, "positions": kinds}
    return swapped | {
        key: [_swapped(item, inner[key]) for item in swapped[key]] for key in inner if swapped.get(key) is not None
    }


def _canonical(dumped: Any) -> Any:
    """Without order, which is that of the second run; nor the quote of an omission, of which each run has its own."""
    for change in dumped["omissions"]:
        change.pop("quote")
    return _ordered(dumped)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _words(item) if key == "words" else _ordered(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return sorted((_ordered(item) for item in value), key=repr)
    return value


def _words(runs_of_words: Any) -> list[tuple[str, str]]:
    """Within a change, what goes out before what comes in."""
    pieces = [(run["kind"], run["text"]) for run in runs_of_words]
    groups = [list(group) for _, group in groupby(pieces, key=lambda piece: piece[0] == "same")]
    return [piece for group in groups for piece in sorted(group, reverse=True)]


def _drifted(run: RunFolder) -> RunFolder:
    """The run with other ids for all its articles."""
    text = run.synthesis.model_dump_json()
    files = [file.model_dump_json() for file in run.files]
    for one in run.articles():
        text = text.replace(f'"{one}"', f'"drifted-{one}"')
        files = [file.replace(f'"{one}"', f'"drifted-{one}"') for file in files]
    kinds = type(run.synthesis), type(run.files[0])
    return RunFolder(
        kinds[0].model_validate_json(text), tuple(kinds[1].model_validate_json(file) for file in files), run.manifest
    )


# --- cases


def _statement(run_article: Any, sentence: str, text: str = "", **fields: Any) -> Statement:
    return make_statement(text or sentence, [cite(run_article, sentence)], **fields)


def test_an_article_more() -> None:
    """A second source behind a statement is a citation gained; what only it says is added."""
    first, second = article(0), article(1)
    before = told([first], _statement(first, FERRY), _statement(first, ENGINE))
    more = make_statement(ENGINE, [cite(first, ENGINE), cite(second, ENGINE)], origins=2)
    after = told([first, second], _statement(first, FERRY), more, _statement(second, SHARES))
    comparison = compare(before, after)
    assert [source.kind for source in comparison.sources] == ["same", "added"]
    ferry, engine, shares = comparison.statements
    assert ferry.is_same()
    assert (engine.kind, engine.citations_gained, engine.citations_lost) == ("same", (cite(second, ENGINE),), ())
    assert [(d.name, d.before, d.after) for d in engine.details] == [("independent origins", 1, 2)]
    assert shares.kind == "added"
    assert comparison.tally() == {"same": 1, "recited": 1, "added": 1}


def test_another_wording_is_the_same_statement() -> None:
    """Reworded, with the words that changed; the figure shows."""
    one = article(0)
    before = told([one], _statement(one, RESCUE))
    after = told([one], _statement(one, RESCUE, "Rescuers brought 48 people ashore before dawn."))
    (change,) = compare(before, after).statements
    assert change.kind == "reworded"
    assert [(run.kind, run.text) for run in change.words if run.kind != "same"] == [("removed", "38"), ("added", "48")]


def test_a_shared_name_makes_no_partners() -> None:
    """Statements of other things are not one, though both are about the ferry."""
    one = article(0, text="The ferry ran aground off Tarn on Monday. The ferry was built in Orrin in 1987.")
    before = told([one], _statement(one, FERRY))
    after = told([one], _statement(one, "The ferry was built in Orrin in 1987."))
    assert [change.kind for change in compare(before, after).statements] == ["removed", "added"]


def test_another_order_is_a_move() -> None:
    """A statement that went to the end moved; those that it passed did not, and nothing was removed."""
    one = article(2)
    told_in_order = [_statement(one, sentence) for sentence in (RESCUE, ENGINE, SHARES, INQUIRY)]
    comparison = compare(told([one], *told_in_order), told([one], *told_in_order[1:], told_in_order[0]))
    assert [(c.text(), c.moved) for c in comparison.statements] == [
        (ENGINE, False),
        (SHARES, False),
        (INQUIRY, False),
        (RESCUE, True),
    ]
    assert comparison.tally() == {"same": 3, "moved": 1}


def test_a_renamed_file_changes_no_citation() -> None:
    """The bytes tell an article, not its name."""
    old, new = article(0, path="old.txt"), article(0, "other-id", path="new.txt")
    comparison = compare(told([old], _statement(old, FERRY)), told([new], _statement(new, FERRY)))
    assert [source.kind for source in comparison.sources] == ["relabelled"]
    assert comparison.statements[0].is_same()


def test_an_edited_article_keeps_its_quotes() -> None:
    """Where an article was edited, offsets drift: a passage of the same words is the same citation."""
    old, new = article(0), article(0, text=f"Corrected on Friday. {TEXTS[0]}")
    comparison = compare(told([old], _statement(old, FERRY)), told([new], _statement(new, FERRY)))
    assert [source.kind for source in comparison.sources] == ["changed"]
    assert comparison.statements[0].is_same()


def test_a_disagreement_gains_a_side() -> None:
    """A third position, and another holder of the first; the disagreement is the same one under another id."""
    one, two = article(0), article(2)
    sides = [("the mayor", "38 people", cite(two, RESCUE)), ("Pell Line", "40 people", cite(two, ENGINE))]
    before = make_disagreement("how many", *sides)
    third = ("the crew", "Nobody counted them", cite(one, FERRY))
    after = make_disagreement("how many people", *sides, third, id="d9")
    articles = [one, two]
    comparison = compare(
        make_run(make_synthesis(articles, disagreements=[before]), articles),
        make_run(make_synthesis(articles, disagreements=[after]), articles),
    )
    (change,) = comparison.disagreements
    assert change.kind == "changed"
    assert [position.kind for position in change.positions] == ["same", "same", "added"]
    assert [detail.name for detail in change.details] == ["topic"]


def test_disagreements_appear_and_are_resolved() -> None:
    """One that the second run does not show, and one that only it shows."""
    one = article(2)
    old = make_disagreement("how many", ("a", RESCUE, cite(one, RESCUE)), ("b", "52 people", cite(one, RESCUE)))
    new = make_disagreement("when", ("a", INQUIRY, cite(one, INQUIRY)), ("b", "On 9 July", cite(one, INQUIRY)))
    comparison = compare(
        make_run(make_synthesis([one], disagreements=[old]), [one]),
        make_run(make_synthesis([one], disagreements=[new]), [one]),
    )
    assert {(change.kind, change.topic()) for change in comparison.disagreements} == {
        ("resolved", "how many"),
        ("appeared", "when"),
    }


def test_an_omission_that_is_told_now() -> None:
    """What one run leaves out and the other's statements cite is told there, and by which statement is said."""
    one = article(2)
    citation = cite(one, SHARES)
    claim = make_claim("c1", SHARES, citation.evidence)
    cluster = make_cluster("k1", "What fell?", claim)
    before = make_run(make_synthesis([one], omissions=[cluster]), [one], [claim])
    after = make_run(make_synthesis([one], [_statement(one, SHARES, id="s7")]), [one], [claim])
    (change,) = compare(before, after).omissions
    assert (change.kind, change.told_by, change.quote) == ("told", ("s7",), SHARES)
    (back,) = compare(after, before).omissions
    assert (back.kind, back.told_by) == ("untold", ("s7",))


def test_how_they_were_made() -> None:
    """Engine, model, prompts and parameters that differ are named; times are not."""
    one = article(0)
    before = make_run(make_synthesis([one]), [one], prompts={"summarize": "sha256:1"}, finished="2026-02-01T00:00:00")
    after = make_run(
        make_synthesis([one], engine="openai", model="m"),
        [one],
        prompts={"summarize": "sha256:2"},
        parameters={"words": 200},
    )
    names = {change.name: (change.before, change.after) for change in compare(before, after).run}
    assert names == {
        "engine": ("extractive", "openai"),
        "model": (None, "m"),
        "prompt summarize": ("sha256:1", "sha256:2"),
        "words": (300, 200),
    }
