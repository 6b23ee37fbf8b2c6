"""The terminal's text: what is in it, in which words, and that nothing in it acts."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.report.terminal import WIDTH, table
from pipeline.evaluation.results import UNDEFINED, Comparison, Metric
from pipeline.render.visible import has_hidden

from .factory import HOSTILE, evaluation, everything, everywhere, fact, gate, metric, story


def blocks(text: str) -> list[str]:
    """What empty lines divide."""
    return text.rstrip("\n").split("\n\n")


def test_everything_is_said_in_order() -> None:
    """Metrics, facts that do not count with the vital ones first, what is wrong, gates, baseline, notes, verdict."""
    assert (
        table(everything())
        == """\
seeds: The meeting
Labelled by model (first).
1 of 3 vital facts count, 1 of 6 in all; 1 not measured.

metric           value      between         n  unmeasured
weighted_recall  0.550      0.500 to 0.600  6  1
vital_recall     0.333                      3
rouge_1          undefined                  0
words            287                        9

Facts that do not count, 5 of 6:
  fact    importance  level       flags         lost at    text
  lasted  vital       full        wrong_number             s1
      because it says 40 for 10
  asked   vital       none                      summarize
  later   okay        none                      verify
  part    okay        part                                 s1
  open    okay        unmeasured
      because the judge gave no verdict

Not borne out by what they cite:
  s2 contradicted: They spoke for 40 minutes.
      - number: 40 stands in no cited passage
  d1.2 partial: Nobody asked.

Disagreements of which one side is told as the truth:
  how-long (1 of 2 positions stated): How long did they speak?
      - left out: Less.

Falsehoods stated:
  forty in s2: They spoke for 40 minutes.

Note: lost.txt failed at summarize: the reply was cut off

Gates:
  passed        seeds: vital_recall at least 0.3: 0.714 of 14
  FAILED        seeds: falsehoods_stated at most 0: 0.500 of 2
  NOT MEASURED  baseline: it was made by version 1 of the metrics

Against the baseline: 2 facts lost, 1 gained; p = 1.000 (McNemar, exact).
  lost: seeds/asked, seeds/later
  gained: seeds/met

Smallest difference that could be told from noise: 6 facts of 34

extractive engine: 1 of 3 gates failed, 1 could not be decided.
"""
    )


def test_perfect_story_is_short() -> None:
    """Where nothing is wrong nothing is listed, and that is said."""
    text = table(evaluation(story(fact("met")), gates=(gate("g", passed=True),)))
    assert blocks(text)[1:] == [
        "Every fact counts.",
        "Gates:\n  passed        g: 0.714 of 14",
        "There is no baseline to compare with.",
        "extractive engine: 1 gate passed.",
    ]


def test_undefined_is_no_zero() -> None:
    """A share of nothing and a share that was not measured are words, each its own, and no gate is no pass."""
    unmeasured = Metric(value=None, low=0.0, high=1.0, n=3, unmeasured=3)
    text = table(evaluation(story(metrics={"rouge_1": UNDEFINED, "vital_recall": unmeasured})))
    assert blocks(text)[1].splitlines() == [
        "metric        value       between         n  unmeasured",
        "vital_recall  unmeasured  0.000 to 1.000  3  3",
        "rouge_1       undefined                   0",
    ]
    assert text.endswith("There are no gates: nothing was decided.\n")


def test_reason_of_the_whole_story_is_said_once() -> None:
    """A story without a run names the reason once, not once for each fact."""
    why = "the recording is stale"
    facts = (fact(f"f{n}", level="unmeasured", because=(why,)) for n in range(9))
    assert table(evaluation(story(*facts, notes=(why,)))).count(why) == 1


def test_prose_fits_the_terminal() -> None:
    """Long texts are wrapped to the width; a long word stays whole, so that it can be copied."""
    address = "https://example.org/" + "x" * 200
    wordy = "word " * 60
    one = story(
        fact("f", flags=("wrong_number",), because=(wordy,)),
        statements=(("s1", f"{wordy}{address}", "unsupported", (wordy,)),),
        notes=(wordy,),
    )
    lines = table(evaluation(one, gates=(gate("g", passed=False, detail=wordy),), notes=(wordy,))).splitlines()
    assert [line.strip() for line in lines if len(line) > WIDTH] == [address]


def test_metrics_are_listed_as_in_the_catalogue() -> None:
    """Known metrics come in the catalogue's order, others after them by name."""
    one = story(
        metrics={"zeta": metric(1, 1), "alpha": metric(1, 1), "words": metric(9, 1), "vital_recall": metric(1, 1)}
    )
    lines = blocks(table(evaluation(one)))[1].splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["vital_recall", "words", "alpha", "zeta"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_obeys_nobody(hostile: str) -> None:
    """Whatever a label, an article or a model says, no control or format character reaches the terminal."""
    text = table(everywhere(hostile))
    assert not has_hidden(text)
    assert "\t" not in text


@given(st.text(st.characters()))
def test_any_text_is_one_paragraph(text: str) -> None:
    """No text, whatever its characters, adds an empty line: blocks stay as many as for plain words."""
    number = len(blocks(table(everywhere(f"x{text}"))))
    assert number == len(blocks(table(everywhere("plain words"))))


def test_lost_names_are_all_there() -> None:
    """Every fact that was lost against the baseline is named, however many there are."""
    lost = tuple(f"seeds/fact-{number}" for number in range(40))
    text = table(evaluation(baseline=Comparison(lost=lost, p=0.001)))
    assert all(name in text for name in lost)
