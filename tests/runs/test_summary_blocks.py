"""The blocks of a document: all that a reader may see, and nothing of how it is marked up."""

from __future__ import annotations

import pytest

from pipeline.render.markdown import is_label, shown_path
from pipeline.runs.summary_text import read_cited_text


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        ("<ul><li>It <b>sank</b>.</li><li>Nobody &amp; nothing<br>was lost.</li></ul>", 3),
        ("It sank.\n\n    It was towed.\n\n    It was sold.", 3),
        ("- It sank.\n  - It was towed.\n\n1. It was sold.", 3),
        ("![It sank.](x.png) **It was towed:**", 2),
    ],
)
def test_every_text_is_read(document: str, texts: int) -> None:
    """HTML without its tags, code as it stands, nested lists, descriptions of pictures."""
    sentences = read_cited_text(document).sentences
    assert len(sentences) == texts
    assert not any(mark in s.text for s in sentences for mark in "<>;")


def test_a_superscript_after_a_unit_is_no_citation() -> None:
    """In "40 km²" nothing is cited; a number after a word or a full stop does."""
    document = "The lake has 40 km<sup>2</sup> of water.<sup>1,3-4</sup>"
    (sentence,) = read_cited_text(document).sentences
    assert sentence.keys == ("1", "3", "4")
    assert "40 km2 of water" in sentence.text


def test_escaped_brackets_cite_nothing_beside_real_marks() -> None:
    """In our own summaries they are an article's own words; where all marks are escaped, they are the marks."""
    (sentence,) = read_cited_text("The operator denied it \\[7\\]. [1]").sentences
    assert (sentence.text, sentence.keys) == ("The operator denied it [7].", ("1",))
    (sentence,) = read_cited_text("The operator denied it. \\[7\\]").sentences
    assert sentence.keys == ("7",)


def test_an_endless_range_is_not_followed() -> None:
    """A range names what it holds, within reason."""
    assert read_cited_text("It sank. [2-4]").sentences[0].keys == ("2", "3", "4")
    assert read_cited_text("It sank. [1-9999]").sentences[0].keys == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Reuters:", True),
        ("Mr. Hale of the U.S. Navy; source 3; the harbour police chief, Mira Stone:", True),
        ("Reuters", False),
        ("The captain was executed. He was a spy:", False),
        ("船长被处决。:", False),
        ("one two three four five six seven eight nine ten eleven twelve thirteen:", False),
    ],
)
def test_a_label_is_short(text: str, label: bool) -> None:
    """A label names holders; a sentence in bold is a sentence."""
    assert is_label(text) == label


def test_no_two_paths_are_shown_alike() -> None:
    """What escaping makes of one name is never another's name."""
    paths = [
        "`.txt",
        "\\x60.txt",
        "\\\\x60.txt",
        "a b.txt",
        "a  b.txt",
        "a\tb.txt",
        " a b.txt",
        "a\u202eb.txt",
        "a␦b.txt",
    ]
    shown = [shown_path(path) for path in paths]
    assert len(set(shown)) == len(paths)
    assert all("`" not in name and " ".join(name.split()) == name for name in shown)
