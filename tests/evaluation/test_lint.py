"""The lint of labels: silent on a clean story, and one planted fault is caught by each rule."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.evaluation import lint
from pipeline.evaluation.story import find_stories, labels_schema, load_story
from tests.evaluation.tiny import Home, replace, second_story

_FIRST = 'importance: vital\n    by: [first]\n    support:\n      - {article: courier.txt, quote: "The'
_LATER = "importance: okay\n    by: [first]\n    support:\n      - {article: tribune"
_YEAR = 'quote: "The bridge was built in 1932 by the Orvane company"'
_ANNOTATOR = '{kind: model, labelled: "2026-11-22", note: written together with the articles}'
Plant = Callable[[Home], object]


def _found(home: Home) -> list[str]:
    return lint.problems(load_story(home.labels))


def test_clean_story_is_clean(home: Home) -> None:
    """Nothing is said of a story that is as it should be."""
    assert _found(home) == []
    lint.check([load_story(home.labels)])


def _no_vital(home: Home) -> None:
    home.labels.write_text(home.labels.read_text("utf-8").replace("importance: vital", "importance: okay"), "utf-8")


def _extra_fact(home: Home, name: str, text: str) -> None:
    home.mend(
        "\ndisagreements:\n",
        f"  - id: {name}\n    text: {text}\n    importance: okay\n    by: [first]\n    support:\n"
        "      - {article: courier.txt, quote: The bridge was built in 1932}\n\ndisagreements:\n",
    )


FAULTS: dict[str, tuple[Plant, str]] = {
    "no fact is vital": (_no_vital, "no fact is vital, so nothing could fail"),
    "two facts of one id": (
        lambda home: home.mend("- id: two-metres", "- id: built-in-1932"),
        "built-in-1932: the id is used 2 times",
    ),
    "a fact and a position of one id": (
        lambda home: home.mend("- id: forty-thousand", "- id: two-metres"),
        "two-metres: the id is used 2 times",
    ),
    "an annotator that nobody knows": (
        lambda home: home.mend(_FIRST, _FIRST.replace("[first]", "[first, ghost]")),
        "closed-on-monday: “ghost” is not among the annotators",
    ),
    "a fact that fails its own pattern": (
        lambda home: home.mend(r"require: ['\b1932\b']", r"require: ['\b1933\b']"),
        "built-in-1932: its own text does not meet its patterns",
    ),
    "a fact that meets what it forbids": (
        lambda home: home.mend(r"require: ['\b1932\b']", r"forbid: ['\borvane\b']"),
        "built-in-1932: its own text does not meet its patterns",
    ),
    "a falsehood that fails its own pattern": (
        lambda home: home.mend(r"require: ['\bFriday\b']", r"require: ['\bSunday\b']"),
        "closed-on-friday: its own text does not meet its patterns",
    ),
    "a falsehood whose pattern matches the truth": (
        lambda home: home.mend(r"require: ['\bFriday\b']", r"require: ['\bfootbridge\b']"),
        "closed-on-friday: its patterns match the text of closed-on-monday, which is true",
    ),
    "a falsehood that is the truth": (
        lambda home: home.mend(
            "text: About 2,000 people cross the bridge every day.\n    corrupts: nine-hundred-a-day\n"
            "    kind: number\n    by: [first]\n    require: ['\\b(2,000|two thousand)\\b']",
            "text: About 900 people cross the bridge every day, according to the town council.\n"
            "    corrupts: nine-hundred-a-day\n    kind: number\n    by: [first]",
        ),
        "two-thousand-a-day: its patterns match the text of nine-hundred-a-day, which is true",
    ),
    "a falsehood of nothing": (
        lambda home: home.mend("corrupts: closed-on-monday", "corrupts: closed-on-sunday"),
        "closed-on-friday: there is no fact or position “closed-on-sunday” that it could corrupt",
    ),
    "positions that say the same": (
        lambda home: home.mend(
            "text: The repair would cost 75,000 crowns, Oudekerk said.",
            "text: The repair  would cost 40,000 crowns, calloway said.",
        ),
        "what-it-costs: forty-thousand and seventy-five-thousand say the same",
    ),
    "positions that rest on one passage": (
        lambda home: home.mend(
            '{article: herald.txt, quote: "The repair would cost 75,000 crowns, Oudekerk said"}',
            '{article: courier.txt, quote: "told reporters that the repair would cost 40,000 crowns"}',
        ),
        "what-it-costs: forty-thousand and seventy-five-thousand rest on the same passages",
    ),
    "a trap of one side": (
        lambda home: home.mend(
            '{article: tribune.txt, quote: "The deck of the bridge was last renewed in 1971"}',
            '{article: courier.txt, quote: "The bridge was built in 1932"}',
        ),
        "built-and-renewed: two of its sides are one passage",
    ),
    "a copy within one article": (
        lambda home: home.mend(
            '- {article: herald.txt, quote: "About 900 people cross the bridge every day"}',
            '- {article: courier.txt, quote: "every day"}',
        ),
        "councils-count: its passages are all of one article",
    ),
    "an article that nobody labelled": (
        lambda home: (home.articles / "bugle.txt").write_text("A ferry carries walkers over the river.\n", "utf-8"),
        "bugle.txt lies among the articles and was not labelled: label it, or take it away",
    ),
    "an id that is not the folder's": (
        lambda home: home.mend("id: tiny\n", "id: small\n"),
        "its folder is “tiny”: name the one after the other",
    ),
    "an article of another folder": (
        lambda home: home.mend("\ndigests:\n", f"\ndigests:\n  ../facts.yaml: {'a' * 64}\n"),
        "../facts.yaml is not in the folder of the articles",
    ),
    "an article that is not there": (
        lambda home: (home.articles / "tribune.txt").unlink(),
        "there is no article tribune.txt",
    ),
    "an article that has changed": (
        lambda home: replace(home.articles / "tribune.txt", "12 minutes", "14 minutes"),
        "tribune.txt has changed since it was labelled: read it again, then write its new digest",
    ),
    "an article without a digest": (
        lambda home: home.mend(
            f"  tribune.txt: {sha256((home.articles / 'tribune.txt').read_bytes()).hexdigest()}\n", ""
        ),
        "tribune.txt is quoted and has no digest",
    ),
    "a quote with a letter changed": (
        lambda home: home.mend(_YEAR, _YEAR.replace("company", "Company")),
        "built-in-1932: not word for word in courier.txt: “The bridge was built in 1932 by the Orvane Company”",
    ),
    "a trap misquoted": (
        lambda home: home.mend("last renewed in 1971", "last renewed in 1972"),
        "built-and-renewed: not word for word in tribune.txt: “The deck of the bridge was last renewed in 1972”",
    ),
    "one fact written twice": (
        lambda home: _extra_fact(home, "built-long-ago", "The bridge was built by the Orvane company in 1932."),
        "built-in-1932 and built-long-ago say nearly the same",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught(home: Home, name: str) -> None:
    """One fault, one complaint, which names the label or the article."""
    plant, complaint = FAULTS[name]
    plant(home)
    assert _found(home) == [complaint]


def test_fault_keeps_the_eval_from_running(home: Home) -> None:
    """What is wrong with any story is said, with the story's name, before anything is measured."""
    home.mend(r"require: ['\b1932\b']", r"require: ['\b1933\b']")
    with pytest.raises(InputError, match=r"tiny: built-in-1932: its own text") as raised:
        lint.check([load_story(home.labels)])
    assert "facts.yaml" in raised.value.hint


def test_two_stories_of_one_id_are_refused(home: Home) -> None:
    """They would overwrite each other's results."""
    story = load_story(home.labels)
    with pytest.raises(InputError, match="tiny: two stories have this id"):
        lint.check([story, story])


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was built in 1933 by the Orvane company.",
        "The bridge was not built in 1932 by the Orvane company.",
    ],
)
def test_facts_that_a_figure_or_a_denial_tells_apart_are_two(home: Home, text: str) -> None:
    """The same words with another year, or denied, are another fact."""
    _extra_fact(home, "another", text)
    assert _found(home) == []


def test_quotes_are_compared_in_normal_form(home: Home) -> None:
    """An article in decomposed letters may be quoted in composed ones, and the other way round."""
    article = home.articles / "courier.txt"
    before = sha256(article.read_bytes()).hexdigest()
    replace(article, "the Orvane company", unicodedata.normalize("NFD", "the Orväne company"))
    home.mend(before, sha256(article.read_bytes()).hexdigest())
    home.mend(_YEAR, _YEAR.replace("Orvane", "Orväne"))
    assert _found(home) == []
    home.labels.write_text(unicodedata.normalize("NFD", home.labels.read_text("utf-8")), "utf-8")
    assert _found(home) == []


# --- the form


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (_LATER, _LATER.replace("okay", "minor"), "facts.4.importance"),
        ("    kind: date\n", "    kind: weather\n", "falsehoods.1.kind"),
        ("schema_version: 2", "schema_version: 1", "schema_version"),
        ("title: The Tarn footbridge is closed", "titel: The Tarn footbridge is closed", "title"),
        ("title: The Tarn footbridge is closed", "title: The bridge\ncolour: red", "colour"),
        (_FIRST, _FIRST.replace("[first]", "[]"), "facts.0.by"),
        (_ANNOTATOR, _ANNOTATOR.replace("model", "nobody"), "annotators.first.kind"),
        ('labelled: "2026-11-22"', "labelled: yesterday", "annotators.first.labelled"),
        ("- id: two-metres", "- id: Two Metres", "facts.4.id"),
        (r"require: ['\b1932\b']", "require: ['(1932']", "no regular expression"),
        (r"require: ['\b1932\b']", "require: ['']", "facts.5.require.0"),
        ("facts:\n", "facts: [\n", "cannot be read"),
        ("    kind: date\n", "    kind: date\n    kind: number\n", "“kind” is given twice"),
    ],
)  # fmt: skip
def test_labels_of_another_form_are_refused(home: Home, old: str, new: str, named: str) -> None:
    """The first key that is wrong is named, with the file; the hint says where the form is described."""
    home.mend(old, new)
    with pytest.raises(InputError, match=named) as raised:
        load_story(home.labels)
    assert str(home.labels) in raised.value.message
    assert "evals/README.md" in raised.value.hint


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"just words\n", b"a: &a [*a]\n"])
def test_what_is_no_label_file_is_refused(home: Home, content: bytes) -> None:
    """An empty file, bytes, a list, a word, a knot: an input error each."""
    home.labels.write_bytes(content)
    with pytest.raises(InputError, match=r"facts\.yaml"):
        load_story(home.labels)


def test_schema_is_one_that_editors_know() -> None:
    """The committed JSON Schema is that of the labels: what an editor completes is what the harness takes."""
    committed = Path(__file__).parents[2] / "evals" / "stories" / "facts.schema.json"
    assert json.loads(committed.read_text("utf-8")) == labels_schema()


# --- finding stories


def test_stories_are_found_by_name_and_by_folder(home: Home) -> None:
    """A story can be named, or its folder or file given; none named means all, in order."""
    root = home.story.parent
    other = second_story(home)
    assert find_stories(["tiny"], root) == [home.labels]
    assert find_stories([str(home.story)], root) == [home.labels]
    assert find_stories([str(home.labels)], root) == [home.labels]
    assert find_stories([], root) == [other / "facts.yaml", home.labels]


def test_unknown_story_is_refused(home: Home) -> None:
    """The known ones are listed."""
    with pytest.raises(InputError, match="no story “tiney”") as raised:
        find_stories(["tiney"], home.story.parent)
    assert "tiny" in raised.value.hint


def test_no_stories_is_an_error(tmp_path: Path) -> None:
    """An eval of nothing does not pass."""
    with pytest.raises(InputError, match="no stories"):
        find_stories([], tmp_path)
