"""The job summary: what it says, and that nothing from outside becomes Markdown, HTML, a link or a mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from pipeline.evaluation.report.markdown import inline, job_summary
from pipeline.evaluation.report.words import one_line
from pipeline.evaluation.results import Comparison

from .factory import HOSTILE, evaluation, everything, everywhere, fact, gate, metric, story

OURS = re.compile("<span>|</span>|\u200b")
"""What `inline` itself puts between the characters."""


def tokens(markdown: str) -> list[str]:
    """The structure as a reader of Markdown sees it: the type of every token but text and our own spans."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    flat = [one for block in parser.parse(markdown) for one in (block, *(block.children or ()))]
    return [
        token.type
        for token in flat
        if token.type not in {"text", "text_special"} and not OURS.fullmatch(token.content or "-")
    ]


def read(markdown: str) -> str:
    """The text that a reader of Markdown sees."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    children = (child for block in parser.parse(markdown) for child in block.children or ())
    return OURS.sub("", "".join(child.content for child in children))


def test_everything_is_said_in_order() -> None:
    """The verdict first, then the gates, worst first, what is lost and wrong, the metrics, the baseline."""
    assert (
        job_summary(everything())
        == r"""## ❌ Evals FAILED: 1 of 3 gates failed, 1 could not be decided

Summaries by the extractive engine.

| Result | Gate | Detail |
| --- | --- | --- |
| ❌ FAILED | seeds: falsehoods\_stated at most 0 | 0\.500 of 2 |
| ❔ NOT MEASURED | baseline | it was made by version 1 of the metrics |
| ✅ passed | seeds: vital\_recall at least 0.3 | 0\.714 of 14 |

### Story seeds: The meeting

1 of 3 vital facts count, 1 of 6 in all; 1 not measured. Labelled by model (first).

| Vital fact that does not count | What became of it | Nearest text |
| --- | --- | --- |
| **lasted** They spoke for 10 minutes. | told with another number; it says 40 for 10 | s1: They met. |
| **asked** Moscow says Blinken asked for it. | not told; lost at summarize | none comes near |

- Statement s2 is contradicted: They spoke for 40 minutes. (number: 40 stands in no cited passage)
- Statement d1.2 is partial: Nobody asked.
- One side told as the truth, how-long (1 of 2 positions): How long did they speak?
- Falsehood forty in s2: They spoke for 40 minutes.

- Note: lost.txt failed at summarize: the reply was cut off

### Metrics

| Metric | seeds |
| --- | --- |
| weighted\_recall | 0.550 of 6, 0.500 to 0.600 with 1 unmeasured |
| vital\_recall | 0.333 of 3 |
| rouge\_1 | undefined |
| words | 287 of 9 |

### Baseline

Against the baseline: 2 facts lost, 1 gained; p = 1.000 (McNemar, exact).

- Lost: seeds/asked, seeds/later
- Gained: seeds/met

- Note: Smallest difference that could be told from noise: 6 facts of 34
"""
    )


@pytest.mark.parametrize(
    ("gates", "line"),
    [
        ((True, True), "## ✅ Evals passed: 2 gates passed"),
        ((True, None), "## ❔ Evals NOT MEASURED: 1 of 2 gates could not be decided"),
        ((), "## ❔ Evals NOT MEASURED: There are no gates: nothing was decided"),
    ],
)
def test_verdict_comes_first(gates: tuple[bool | None, ...], line: str) -> None:
    """The first line says whether it passed; what was not decided is no pass."""
    found = evaluation(gates=tuple(gate(f"g{n}", passed=passed) for n, passed in enumerate(gates)))
    assert job_summary(found).splitlines()[0] == line


def test_stories_stand_side_by_side() -> None:
    """A metric is one row, a story one column; what a story does not have is a dash."""
    one = story(fact("f"), metrics={"vital_recall": metric(1, 14)})
    two = story(fact("f"), id="ferry", metrics={"words": metric(250, 8)})
    assert "| vital\\_recall | 1.000 of 14 | – |\n| words | – | 250 of 8 |" in job_summary(evaluation(one, two))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_text(hostile: str) -> None:
    """Whatever the texts, a reader of Markdown finds the structure that it finds for plain words."""
    assert tokens(job_summary(everywhere(hostile))) == tokens(job_summary(everywhere("plain words")))


@given(st.text(st.one_of(st.sampled_from("`*_|\\<>&[]()!#~-+=$@:1 \n\t/w.http"), st.characters()), max_size=60))
def test_any_text_is_read_as_it_stands(text: str) -> None:
    """In a table's cell every text is read back as it is, on one line, the unseen made visible."""
    cells = read(f"| head | end |\n| --- | --- |\n| x{inline(text)}x | end |\n")
    assert cells == f"headendx{one_line(f'.{text}.')[1:-1].strip()}xend"


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("thanks @user", r"@\w"),
        ("see #12, GH-12", r"(?:#|GH-)\d"),
        ("https://example.org HTTP://example.org ftp://example.org", r"(?i)(?:http|https|ftp)://"),
        ("www.example.org", r"www\.\w"),
        ("mail a@example.org", r"@\w"),
        ("a :tada: and :+1:", r":[+\w]+:"),
    ],
)
def test_github_makes_nothing_of_it(text: str, linked: str) -> None:
    """Mentions, issues, addresses and emoji codes are broken, though no eye sees where."""
    rendered = MarkdownIt("commonmark").render(inline(text))
    assert not re.search(linked, rendered)
    assert rendered.replace("\u200b", "") == f"<p>{text}</p>\n"


def test_dollars_are_no_formula() -> None:
    """Two prices in a sentence are not typeset as mathematics: GitHub's own way to write a dollar sign."""
    assert inline("from $5 to $6") == "from <span>$</span>5 to <span>$</span>6"


def test_flips_are_named() -> None:
    """What was lost and gained against the baseline is named; without one that is said."""
    lost = job_summary(evaluation(baseline=Comparison(lost=("seeds/a_b",), p=1.0)))
    assert "- Lost: seeds/a\\_b" in lost
    assert "There is no baseline to compare with." in job_summary(evaluation())
