"""ROUGE against hand-worked values and against Google's rouge-score."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.rouge import lcs_length, rouge_metrics
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import all_hold, values

NAMES = ("rouge_1", "rouge_2", "rouge_l")

# Computed once with rouge-score 0.1.2 from PyPI (RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False),
# fmeasure to six digits), which also agreed with this module on 300 random texts.
REFERENCE = [
    (
        "The quick brown dog jumps on the log.",
        "The quick brown fox jumps over the lazy dog",
        (0.705882, 0.266667, 0.588235),
    ),
    (
        "Blinken and Lavrov met for about 10 minutes in New Delhi, a US official said.",
        "Blinken spoke with Lavrov for less than ten minutes on the sidelines of the G-20 in New Delhi, U.S. officials said.",  # noqa: E501  as it was computed
        (0.421053, 0.111111, 0.421053),
    ),
    (
        "The ferry sank. All 12 passengers were saved; the owner denied that it was overloaded.",
        "All twelve passengers were saved when the ferry sank, and the owner denied it was overloaded, police said.",
        (0.787879, 0.516129, 0.606061),
    ),
    ("the the the cat", "the cat the", (0.857143, 0.4, 0.571429)),
    ("Café Zürich opened in 2023.", "Cafe Zurich opened in 2023!", (0.545455, 0.444444, 0.545455)),
    ("", "Something else.", (0.0, 0.0, 0.0)),
]

words = st.lists(st.sampled_from("abcde"), max_size=12)


def test_by_hand() -> None:
    """Of "the cat sat" against "the cat ran": 2 of 3 words, 1 of 2 pairs, "the cat" in order: 2/3, 1/2, 2/3."""
    assert values(rouge_metrics("The cat sat.", "the CAT ran")) == {
        "rouge_1": 0.666667,
        "rouge_2": 0.5,
        "rouge_l": 0.666667,
    }


def test_order_counts_for_rouge_l_alone() -> None:
    """Words reversed: all words shared, no pair of "a b c" kept, and one word in order: 1, 0, 1/3."""
    assert values(rouge_metrics("c b a", "a b c")) == {"rouge_1": 1.0, "rouge_2": 0.0, "rouge_l": 0.333333}


@pytest.mark.parametrize(("summary", "reference", "expected"), REFERENCE)
def test_agrees_with_googles_rouge_score(summary: str, reference: str, expected: tuple[float, float, float]) -> None:
    """The same numbers as the reference package without stemming."""
    assert tuple(values(rouge_metrics(summary, reference))[name] for name in NAMES) == expected


@pytest.mark.parametrize("reference", [None, "", " … "])
def test_undefined_without_a_reference(reference: str | None) -> None:
    """Nothing to compare with is no score of 0."""
    assert all(metric == UNDEFINED for metric in rouge_metrics("a summary", reference).values())


def test_a_reference_of_one_word_has_no_pairs() -> None:
    """ROUGE-2 is undefined where the reference has no pair of words; the others are not."""
    found = rouge_metrics("one two", "one")
    assert found["rouge_2"] == UNDEFINED
    assert found["rouge_1"].value == pytest.approx(2 / 3)


@pytest.mark.alone
def test_long_texts_are_fast() -> None:
    """Two texts of 600 words take far less than 0.3 seconds."""
    text = " ".join(f"w{index % 97}" for index in range(600))
    started = time.perf_counter()
    rouge_metrics(text, " ".join(reversed(text.split())))
    assert time.perf_counter() - started < 0.3


@given(words, words)
def test_lcs_is_the_textbook_one(first: list[str], second: list[str]) -> None:
    """The bit-parallel length equals that of the quadratic table."""
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    assert lcs_length(first, second) == table[-1][-1]


@given(words, words)
def test_f1_is_symmetric_and_a_share(first: list[str], second: list[str]) -> None:
    """F1 does not ask which is the reference; a text shares all with itself; ROUGE-L is at most ROUGE-1."""
    one, other = " ".join(first), " ".join(second)
    found = rouge_metrics(one, other)
    assert all_hold(found)
    if first and second:
        assert values(found)["rouge_1"] == values(rouge_metrics(other, one))["rouge_1"]
        assert values(rouge_metrics(one, one))["rouge_l"] == 1.0
        assert (found["rouge_l"].value or 0) <= (found["rouge_1"].value or 0)
