"""The beginning of a story's labels: everything that needs no reading. The rest is for whoever reads the articles."""

from __future__ import annotations

import json
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml

from pipeline.errors import InputError, OutputError
from pipeline.evaluation.story import LABELS, LABELS_SCHEMA, STORIES, labels_schema
from pipeline.stages.ingest import ingest
from pipeline.text.names import fold_token

_TEMPLATE: Final = """\
# yaml-language-server: $schema={schema}
# What a good summary must tell of these articles. How to read and write this file: evals/README.md
schema_version: 2
id: {story}
title: TITLE OF THE EVENT
articles: {articles}
digests:  # of the articles as they were when they were labelled
{digests}
annotators:
  first: {{kind: person, labelled: "YYYY-MM-DD"}}

facts:
  # One atomic thing a fact, in a sentence that stands alone. vital: a 300-word summary without it is a bad one.
  - id: what-happened
    text: WHAT HAPPENED, IN ONE SENTENCE.
    importance: vital
    by: [first]
    support:  # every article that says it, with the words that say it, character for character
      - article: {first}
        quote: COPY THE WORDS HERE
    # speaker: {{name: WHO SAYS SO, aliases: [], contested: false}}
    # require: ['\\b(ten|10)\\b']  # patterns that a sentence which tells it must match; few

disagreements: []
# - id: how-many
#   question: How many were there?
#   by: [first]
#   positions:
#     - {{id: ten, text: Ten people were there., holders: [{{name: police}}],
#        support: [{{article: {first}, quote: COPY THE WORDS HERE}}]}}
#     - {{id: twelve, text: Twelve people were there., holders: [{{name: organisers}}],
#        support: [{{article: {first}, quote: COPY THE WORDS HERE}}]}}

falsehoods: []
# - {{id: forty-there, text: Forty people were there., corrupts: ten, kind: number, by: [first],
#    require: ['\\b(40|forty)\\b']}}
"""


def write_skeleton(story: str, articles: Path, root: Path = STORIES) -> Path:
    """Write ``root/story/facts.yaml`` for the articles of a folder; returns its path.

    Raises:
        InputError: the name is no plain one, there is no article, or the story is there already.
        OutputError: it cannot be written.
    """
    if not story or set(story) - set("abcdefghijklmnopqrstuvwxyz0123456789-") or story.startswith("-"):
        proposed = (
            "-".join(fold_token(word) for word in story.split() if word.isalnum() and word.isascii()) or "my-story"
        )
        raise InputError(f"“{story}” is no name for a story.", hint=f"Small letters, digits and hyphens: {proposed}.")
    path = root / story / LABELS
    if path.exists():
        raise InputError(f"{path} is there already.", hint="Take another name, or edit it.")
    if not articles.is_dir():
        raise InputError(f"“{articles}” is no folder of articles.")
    found = ingest([str(articles)]).articles
    if not found:
        raise InputError(f"“{articles}” holds no article.")
    names = sorted(article.path for article in found)
    text = _TEMPLATE.format(
        schema=f"../{LABELS_SCHEMA}",
        story=story,
        articles=_plain(os.path.relpath(articles, path.parent)),
        digests="\n".join(f"  {_plain(n)}: {sha256((articles / n).read_bytes()).hexdigest()}" for n in names),
        first=_plain(names[0]),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        schema = root / LABELS_SCHEMA
        if not schema.exists():  # what an editor completes and checks the labels by
            schema.write_text(json.dumps(labels_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"“{path}” cannot be written: {error.strerror}.") from error
    return path


def _plain(name: str) -> str:
    """The name as YAML reads it back, whatever is in it; "2023-03-01" alone would be a date."""
    bare = name.replace(".", "").replace("_", "").replace("-", "").replace("/", "").isalnum()
    if bare and yaml.safe_load(name) == name:
        return name
    return yaml.safe_dump(name, default_style='"', width=sys.maxsize).strip()
