"""Citation recall and precision, worked by hand.

A passage is a string of letters; it entails a statement if, with the others, it has every letter of it. So "ab" needs
both "a" and "b", "x" is idle, and "ab" alone suffices.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.citations import CitedText, citation_metrics
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import all_hold, same, values

passages = st.lists(st.text("abx", min_size=1, max_size=2), max_size=4).map(tuple)
cited = st.lists(
    st.builds(CitedText[str], st.text("ab", min_size=1, max_size=2), passages, st.integers(0, 2)), max_size=5
)


def entails(text: str, evidence: Sequence[str]) -> bool:
    """Whether the passages together have all letters of the text."""
    assert evidence, "asked about no passage"
    return set(text) <= set("".join(evidence))


def measured(*texts: CitedText[str]) -> tuple[float | None, float | None, float | None]:
    """Recall, precision and the share out of range."""
    found = values(citation_metrics(texts, entails))
    return found["citation_recall"], found["citation_precision"], found["citations_out_of_range"]


def test_no_statements_is_undefined() -> None:
    """A summary without statements has no recall and no precision."""
    assert all(metric == UNDEFINED for metric in citation_metrics([], entails).values())


def test_no_citations() -> None:
    """Statements without a citation have recall 0; there is no citation whose precision could be asked."""
    assert measured(CitedText("a", ()), CitedText("b", ())) == (0.0, None, None)


def test_one_citation() -> None:
    """A single citation that suffices is precise, one that does not is neither."""
    assert measured(CitedText("a", ("a",))) == (1.0, 1.0, 0.0)
    assert measured(CitedText("a", ("x",))) == (0.0, 0.0, 0.0)


def test_both_needed_together() -> None:
    """Neither suffices alone, neither can be left out: recall 1, both precise."""
    assert measured(CitedText("ab", ("a", "b"))) == (1.0, 1.0, 0.0)


def test_an_irrelevant_citation() -> None:
    """Passage "x" says nothing of it, and the others do without: 2 of 3 precise, and recall is unharmed."""
    assert measured(CitedText("ab", ("a", "b", "x"))) == (1.0, 0.666667, 0.0)


def test_each_enough_alone() -> None:
    """Two citations that each suffice are both precise: more support is not idle."""
    assert measured(CitedText("ab", ("ab", "ab x"))) == (1.0, 1.0, 0.0)


def test_a_part_beside_the_whole_is_irrelevant() -> None:
    """Passage "a" alone is not enough and "ab" does without it: 1 of 2."""
    assert measured(CitedText("ab", ("a", "ab"))) == (1.0, 0.5, 0.0)


def test_duplicates_count_each() -> None:
    """As in ALCE's code, a list: a sufficient passage twice is twice precise.

    Of "a", "a", "b" for "ab" only "b" is precise: each "a" can be left out while the other stays. 1 of 3.
    """
    assert measured(CitedText("a", ("a", "a"))) == (1.0, 1.0, 0.0)
    assert measured(CitedText("ab", ("a", "a", "b"))) == (1.0, 0.333333, 0.0)


def test_out_of_range() -> None:
    """One of two citations leads nowhere: recall 0 though the other suffices, none precise, half out of range."""
    assert measured(CitedText("a", ("a",), out_of_range=1)) == (0.0, 0.0, 0.5)


def test_only_out_of_range() -> None:
    """A statement whose one citation leads nowhere: recall 0, precision 0 of 1, all out of range."""
    assert measured(CitedText("a", (), out_of_range=1)) == (0.0, 0.0, 1.0)


def test_a_statement_that_is_not_entailed_has_no_precise_citation() -> None:
    """Precision needs the statement's recall: "a" and "b" do not make "abc"."""
    assert measured(CitedText("abc", ("a", "b"))) == (0.0, 0.0, 0.0)


def test_recall_is_over_statements_and_precision_over_citations() -> None:
    """Statements: one of two entailed. Citations: 3 of the first precise, 1 of the second not: 3/4."""
    assert measured(CitedText("abc", ("a", "b", "c")), CitedText("a", ("x",))) == (0.5, 0.75, 0.0)


@given(cited, st.randoms(use_true_random=False))
def test_shares_in_any_order(texts: list[CitedText[str]], random: Random) -> None:
    """Bounds hold; the order of statements and of their citations does not matter."""
    metrics = citation_metrics(texts, entails)
    assert all_hold(metrics)
    shuffled = [one._replace(passages=tuple(random.sample(one.passages, len(one.passages)))) for one in texts]
    random.shuffle(shuffled)
    assert same(metrics, citation_metrics(shuffled, entails))


@given(cited)
def test_precision_only_where_there_is_recall(texts: list[CitedText[str]]) -> None:
    """Without an entailed statement no citation is precise."""
    metrics = citation_metrics(texts, entails)
    if not metrics["citation_recall"].value:
        assert not metrics["citation_precision"].value
