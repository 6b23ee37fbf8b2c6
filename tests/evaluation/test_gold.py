"""Gold summaries: read, checked against labels and articles, and made into what a run would have left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.evaluation.gold import GOLD, gold_problems, gold_synthesis, load_gold
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.score import score
from pipeline.evaluation.selftest.mutants import Ground
from pipeline.evaluation.story import load_story
from pipeline.stages.ingest import ingest
from tests.evaluation.tiny import Home, replace, result_of


def _problems(home: Home) -> list[str]:
    story, gold = load_story(home.labels), load_gold(home.labels)
    assert gold is not None
    return gold_problems(gold, story.labels, ingest([str(story.folder)]).articles)


def test_clean_gold_is_clean(home: Home) -> None:
    """Nothing is said of a gold summary that is as it should be."""
    assert _problems(home) == []


def test_story_without_gold_has_none(home: Home) -> None:
    """It is no error: ROUGE and the self-test do without that story."""
    (home.story / GOLD).unlink()
    assert load_gold(home.labels) is None


FAULTS: dict[str, tuple[str, str, list[str]]] = {
    "a fact that there is not": ("[closed-on-monday]", "[closed]", ["g1: there is no fact closed"]),
    "a disagreement that there is not": (
        "- id: what-it-costs",
        "- id: what-it-cost",
        ["there is no disagreement what-it-cost"],
    ),
    "a position that there is not": (
        "- id: forty-thousand",
        "- id: fifty-thousand",
        ["what-it-costs: it has no position fifty-thousand"],
    ),
    "a quote with a letter changed": (
        'quote: "The crack in the northern pier is',
        'quote: "The crack in the Northern pier is',
        [
            (
                "g2: not in the text of tribune.txt: "
                "“The crack in the Northern pier is two metres long, the engineer Hanna Lisk said”"
            )
        ],
    ),
    "an article that there is not": (
        '{article: tribune.txt, quote: "The crack in the northern pier is two metres long, the engineer',
        '{article: tribunal.txt, quote: "The crack in the northern pier is two metres long, the engineer',
        [
            (
                "g2: not in the text of tribunal.txt: "
                "“The crack in the northern pier is two metres long, the engineer Hanna Lisk said”"
            )
        ],
    ),
    "two statements of one id": ("- id: g2", "- id: g1", ["g1: the id is used 2 times"]),
    "the gold of another story": ("story: tiny", "story: ferry", ["it is of “ferry”, not of “tiny”"]),
    "an annotator that nobody knows": ("by: [first]", "by: [ghost]", ["“ghost” is not among the annotators"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught(home: Home, name: str) -> None:
    """One fault, one complaint, which names the place."""
    old, new, complaint = FAULTS[name]
    replace(home.story / GOLD, old, new)
    assert _problems(home) == complaint


def test_gold_that_does_not_fit_is_refused(home: Home) -> None:
    """It cannot be made into a summary; what is wrong is said."""
    replace(home.story / GOLD, "[closed-on-monday]", "[closed]")
    story, gold = load_story(home.labels), load_gold(home.labels)
    assert gold is not None
    with pytest.raises(InputError, match="there is no fact closed"):
        gold_synthesis(gold, story.labels, ingest([str(story.folder)]).articles)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("schema_version: 1", "schema_version: 2", "schema_version"),
        ("facts: [two-metres]", "facts: [Two Metres]", "statements.1.facts"),
        ("facts: [two-metres]", "tells: [two-metres]", "statements.1"),
        ("statements:\n", "sentences:\n", "statements"),
        ("statements:\n", "statements: {\n", "cannot be read"),
    ],
)
def test_gold_of_another_form_is_refused(home: Home, old: str, new: str, named: str) -> None:
    """The first key that is wrong is named, with the file."""
    replace(home.story / GOLD, old, new)
    with pytest.raises(InputError, match=named) as raised:
        load_gold(home.labels)
    assert GOLD in raised.value.message


def test_gold_is_a_summary_like_any_other(ground: Ground) -> None:
    """Every citation resolves, every statement is judged, holders are those of the labels; it survives the disk."""
    synthesis = ground.synthesis
    assert Synthesis.model_validate_json(synthesis.model_dump_json()) == synthesis
    assert [s.verdict.status for s in synthesis.statements] == ["supported"] * 5
    texts = {article.id: article.text for article in ground.yardstick.articles.values()}
    for statement in synthesis.statements:
        for evidence in (citation.evidence for citation in statement.citations):
            assert texts[evidence.article_id][evidence.start : evidence.end] == evidence.quote
    holders = [[holder.name for holder in p.holders] for d in synthesis.disagreements for p in d.positions]
    assert holders == [["Ines Calloway"], ["Piet Oudekerk"]]


def test_gold_tells_what_it_says_by_hand(ground: Ground, home: Home) -> None:
    """The harness finds in each statement the facts that a reader found in it, and no falsehood or trap."""
    gold = load_gold(home.labels)
    assert gold is not None
    by_hand = {fact: statement.id for statement in gold.statements for fact in statement.facts}
    result = result_of(ground.yardstick, ground.outcome)
    told = {fact.id: fact.statement_id for fact in result.facts if fact.counts()}
    assert told == by_hand
    assert {found.stated_in for found in result.falsehoods} == {None}
    assert [d.positions_stated for d in result.disagreements] == [2]
    assert result.metrics["traps_sprung"].value == 0


def test_rouge_is_measured_where_there_is_a_gold(ground: Ground, home: Home) -> None:
    """A gold summary beside itself is 1, and without one ROUGE is undefined, not 0."""
    gold = load_gold(home.labels)
    assert gold is not None
    metrics: Callable[[str | None], dict[str, float | None]] = lambda reference: {  # noqa: E731  two lines of one test
        name: one.value
        for name, one in score(ground.yardstick, ground.outcome, reference).result.metrics.items()
        if name.startswith("rouge")
    }
    assert set(metrics(gold.text()).values()) == {1.0}
    assert set(metrics(None).values()) <= {None}


def test_outcome_without_summary_has_no_texts(ground: Ground) -> None:
    """A run that left no summary tells nothing."""
    result = result_of(ground.yardstick, Outcome(None, ground.outcome.files))
    assert {fact.level for fact in result.facts} == {"none"}
    assert Path(GOLD).suffix == ".yaml"
