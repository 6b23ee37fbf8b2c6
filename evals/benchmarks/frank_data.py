"""FRANK's summaries as text that people read, each sentence with the passages that it could cite.

The summaries were written by machines that see lower-cased tokens ("study found ." "# 38,831"): punctuation is put
back where it belongs, and words that the article writes with a capital only get it back, since the guard of names looks
for capitals. Nothing else is changed; "UNK", which one system writes for a word it does not know, stays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.guards.passage import Passage, passage_at, units_of
from pipeline.text.sentences import split_sentences
from pipeline.text.words import content_stems, words

CITED = 3
"""Sentences of the article that a summary's sentence cites at most, as a statement of ours does."""
FILES = ("articles.jsonl", "items_test.jsonl", "published_metric_outputs_test.jsonl")
_REPAIRS = (
    (r"\\'\\'|``|''", '"'),
    (r"\\'", "'"),
    (r"-lrb-", "("),
    (r"-rrb-", ")"),
    (r"#\s?(?=\d)", "£"),
    (r"(?<=[£$€])\s+(?=\d)", ""),
    (r"(?<=\d),\s(?=\d{3}\b)", ","),
    (r"\s+(?=(?:'s|'re|'ve|'ll|'d|'m|n't)\b)", ""),
    (r"\s*` ?([^`']{1,200}?) ?'(?=\s|$|[.,])", r" '\1'"),
    (r"\s+(?=[,.;:!?%)](?:\s|$))", ""),
    (r"\(\s+", "("),
    (r"\s+", " "),
)


class Item(NamedTuple):
    """One summary: ``right`` if people found nothing wrong in it, ``share`` of its sentences that they found right."""

    name: str
    document: str
    dataset: str
    sentences: tuple[str, ...]
    right: bool
    share: float
    published: Mapping[str, float | None]


def read(folder: Path) -> tuple[dict[str, Article], list[Item]]:
    """The articles by id, and the summaries."""
    articles, items, published = ([json.loads(line) for line in (folder / f).open(encoding="utf-8")] for f in FILES)
    by_id = {row["doc_id"]: article_of(row["doc_id"], row["text"]) for row in articles}
    scores = {row.pop("id"): row for row in published}
    capitals = {name: capitals_of(article.text) for name, article in by_id.items()}
    return by_id, [
        Item(
            name=row["id"],
            document=row["doc_id"],
            dataset=row["dataset"],
            sentences=tuple(capitalised(s, capitals[row["doc_id"]]) for s in sentences_of(row["summary"])),
            right=bool(row["label"]),
            share=row["factuality"],
            published=scores.get(row["id"], {}),
        )
        for row in items
    ]


def article_of(name: str, text: str) -> Article:
    """An article of one block; sentences that are glued together are split as everywhere."""
    return Article(
        id=name, path=name, title=None, publisher=None, published=None, url=None, language="en", text=text,
        sentences=tuple(split_sentences(text, [Span(start=0, end=len(text))])), sha256="", removed=(),
    )  # fmt: skip


def sentences_of(summary: str) -> list[str]:
    """The sentences of tokenised text, where every mark stands alone.

    >>> sentences_of("study found `` it '' . it cost # 3 m .")
    ['study found " it ".', 'it cost £3 m.']
    """
    parts = (part.strip() for part in re.split(r"(?<=\s[.!?])\s+", summary.strip()))
    return [_joined(part) for part in parts if re.search(r"\w", part)]


def _joined(text: str) -> str:
    for pattern, replacement in _REPAIRS:
        text = re.sub(pattern, replacement, text)
    return text.strip()


def capitals_of(text: str) -> dict[str, str]:
    """Words that the text writes with a capital only, and at least once inside a sentence: how it writes them."""
    found = words(text)
    small = {word.text.lower() for word in found if not word.text[0].isupper()}
    inside = [w.text for w in found if w.text[0].isupper() and re.search(r"[a-z,]\s$", text[: w.start][-2:])]
    forms: dict[str, Counter[str]] = {}
    for form in inside:
        if form.lower() not in small:
            forms.setdefault(form.lower(), Counter())[form] += 1
    return {word: counts.most_common(1)[0][0] for word, counts in forms.items()}


def capitalised(sentence: str, capitals: Mapping[str, str]) -> str:
    """The sentence with its names and its first letter in capitals."""
    done, last = [], 0
    for word in words(sentence):
        done += [sentence[last : word.start], capitals.get(word.text.lower(), word.text)]
        last = word.end
    text = "".join([*done, sentence[last:]])
    return text[:1].upper() + text[1:]


def cited(sentence: str, article: Article) -> list[Passage]:
    """What the sentence would cite: the article's sentence with most of its words, then those that add most."""
    units = units_of(article)
    stems = [set(content_stems(unit.of(article.text))) for unit in units]
    wanted = set(content_stems(sentence))
    shared, left, chosen = [wanted & s for s in stems], set(wanted), list[int]()
    while len(chosen) < min(CITED, len(units)):
        free = (k for k in range(len(units)) if k not in chosen)
        best = max(free, key=lambda k: (len(left & shared[k]), len(shared[k]), -k))
        chosen.append(best)
        left -= shared[best]
    return [passage_at(article, units[k]) for k in chosen]


def is_there(folder: Path, files: Sequence[str] = FILES) -> bool:
    """Whether the folder has the data."""
    return all((folder / name).is_file() for name in files)
