"""The labels and gold summaries in evals/stories: true to their articles. `make check` runs these."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.evaluation import lint
from pipeline.evaluation.gold import gold_problems, load_gold
from pipeline.evaluation.selftest.paraphrases import PARAPHRASES, load_paraphrases
from pipeline.evaluation.story import find_stories, load_story
from pipeline.stages.ingest import ingest

EVALS = Path(__file__).parents[2] / "evals"
FOUND = find_stories([], EVALS / "stories")
each_story = pytest.mark.parametrize("path", FOUND, ids=lambda path: path.parent.name)


@each_story
def test_labels_are_clean(path: Path) -> None:
    """Every quote stands in its article, ids are unique, and each label meets its own rules."""
    assert lint.problems(load_story(path)) == []


@each_story
def test_every_article_is_labelled(path: Path) -> None:
    """The labels hold for all articles of the folder: one more would be summarized, and nobody has read it."""
    story = load_story(path)
    assert {article.path for article in ingest([str(story.folder)]).articles} == set(story.labels.digests)


@each_story
def test_gold_summary_is_clean(path: Path) -> None:
    """It is there, it is of this story, it quotes word for word, and it names only labels that there are."""
    story, gold = load_story(path), load_gold(path)
    assert gold is not None
    assert gold_problems(gold, story.labels, ingest([str(story.folder)]).articles) == []


@each_story
def test_folder_is_named_as_the_story(path: Path) -> None:
    """A story is asked for by its folder's name and reported by its id: they are one."""
    assert path.parent.name == load_story(path).labels.id


def test_stories_have_ids_of_their_own() -> None:
    """No two stories share an id."""
    lint.check([load_story(path) for path in FOUND])


def test_rewordings_are_of_gold_statements() -> None:
    """Every rewording is of a statement that there is, in words that are not the statement's."""
    golds = {load_story(path).labels.id: load_gold(path) for path in FOUND}
    texts = {(name, s.id): s.text for name, gold in golds.items() for s in (gold.statements if gold else ())}
    rewordings = load_paraphrases(EVALS / PARAPHRASES)
    assert [p.id for p in rewordings if (p.story, p.statement) not in texts] == []
    assert [p.id for p in rewordings if p.text == texts[p.story, p.statement]] == []
    assert [name for name, count in Counter(p.id for p in rewordings).items() if count > 1] == []
