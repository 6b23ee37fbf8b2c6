"""The labels in evals/stories: true to their articles, and a lint that notices when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from pipeline.errors import InputError
from pipeline.evaluation.story import LabelledStory, find_stories, lint, load_story

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "evals" / "stories"


@pytest.fixture
def seeds() -> LabelledStory:
    """The labels of the seeds."""
    return load_story(STORIES / "seeds" / "facts.yaml")


def _edited(story: LabelledStory, **changes: object) -> LabelledStory:
    """The story with the first fact changed; validated, as if it had been read."""
    facts = [fact.model_dump() for fact in story.labels.facts]
    facts[0] |= changes
    return story._replace(labels=type(story.labels).model_validate(story.labels.model_dump() | {"facts": facts}))


@pytest.mark.parametrize("path", find_stories([], STORIES), ids=lambda path: path.parent.name)
def test_labels_are_clean(path: Path) -> None:
    """Every quote of every story stands in its article, ids are unique, and each fact meets its own rule."""
    assert lint(load_story(path)) == []


def test_altered_quote_is_caught(seeds: LabelledStory) -> None:
    """One changed character in a quote is named with its fact and its article."""
    article, quote = seeds.labels.facts[0].support[0].article, seeds.labels.facts[0].support[0].quote
    altered = quote.replace("10", "11")
    problems = lint(_edited(seeds, support=[{"article": article, "quote": altered}]))
    assert problems == [f"met-on-the-sidelines: not word for word in {article}: “{altered}”"]


def test_missing_article_is_caught(seeds: LabelledStory) -> None:
    """A label that points at a file that is not there is named."""
    problems = lint(_edited(seeds, support=[{"article": "gone.txt", "quote": "x"}]))
    assert problems == ["met-on-the-sidelines: there is no article gone.txt"]


def test_repeated_id_is_caught(seeds: LabelledStory) -> None:
    """Two facts cannot share an id: their results could not be told apart."""
    other = seeds.labels.facts[1]
    problems = lint(_edited(seeds, id=other.id))
    assert problems == [f"{other.id}: the id is used 2 times"]


def test_rule_that_its_own_fact_fails_is_caught(seeds: LabelledStory) -> None:
    """A rule that not even the fact's own wording meets would call every summary a loss."""
    problems = lint(_edited(seeds, require=["zebra"]))
    assert problems == ["met-on-the-sidelines: its own text does not meet what it requires"]


def test_story_without_a_vital_fact_is_caught(seeds: LabelledStory) -> None:
    """A story that nothing could fail is no test."""
    facts = [fact.model_dump() | {"importance": "okay"} for fact in seeds.labels.facts]
    labels = type(seeds.labels).model_validate(seeds.labels.model_dump() | {"facts": facts})
    assert lint(seeds._replace(labels=labels)) == ["no fact is vital, so nothing could fail"]


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ({"annotator": "nobody"}, "annotator"),
        ({"facts": []}, "facts"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_malformed_labels_are_refused(tmp_path: Path, edit: dict[str, object], named: str) -> None:
    """A label file of another form is refused, naming the key."""
    loaded = yaml.safe_load((STORIES / "seeds" / "facts.yaml").read_text(encoding="utf-8"))
    (tmp_path / "facts.yaml").write_text(yaml.safe_dump(loaded | edit), encoding="utf-8")
    with pytest.raises(InputError, match=named):
        load_story(tmp_path / "facts.yaml")


def test_bad_pattern_is_refused(tmp_path: Path) -> None:
    """A rule that is no regular expression is an error of the labels, not a crash of the eval."""
    text = (STORIES / "seeds" / "facts.yaml").read_text(encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(text.replace("- 'blinken'", "- '(blinken'", 1), encoding="utf-8")
    with pytest.raises(InputError, match="regular expression"):
        load_story(tmp_path / "facts.yaml")


def test_stories_are_found_by_name_and_by_folder(tmp_path: Path) -> None:
    """A story can be named, or its folder given; an unknown one is an error that lists the known ones."""
    shutil.copytree(STORIES / "seeds", tmp_path / "mine")
    assert find_stories(["seeds"], STORIES) == [STORIES / "seeds" / "facts.yaml"]
    assert find_stories([str(tmp_path / "mine")], STORIES) == [tmp_path / "mine" / "facts.yaml"]
    with pytest.raises(InputError) as raised:
        find_stories(["other"], STORIES)
    assert "seeds" in raised.value.hint


def test_no_stories_is_an_error(tmp_path: Path) -> None:
    """An eval of nothing does not pass."""
    with pytest.raises(InputError, match="no stories"):
        find_stories([], tmp_path)
