"""Which articles `pipeline check` proposes for a sentence that cites none, against the ones that people named.

    python evals/benchmarks/sources.py DATA

DATA (or ``$PIPELINE_DATA/clusters``) is a folder of stories: each a folder with ``*_doc.txt`` articles and
``reference_sentences.jsonl`` (one ``{"sentence": …, "sources": ["00", …]}`` a line; "00" is ``00_doc.txt``). The news
text is not ours to ship, so the folder is an argument. Without it only the project's own stories are measured.

Printed: precision, recall and F1 of the articles, micro-averaged over sentences, of `check` as committed and with the
limits of ``pipeline/runs/proposing.py`` chosen without the story they are used on; of every article; and of word
overlap, which is given the threshold that is best on these very sentences: the article, or its best sentence, has at
least that share of the sentence's words, or of its content stems. Then the difference to each, with the interval that
95 % of 10,000 resamples of the sentences fall in: both systems get the same sentences. These are few sentences, so the
interval is the result. The same on `evals/stories` (the articles that support a fact, and those of the gold summaries);
and how long a check takes, of which the first in this process is told apart.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.domain.article import Article
from pipeline.domain.checked import CheckReport
from pipeline.guards.judge import judge
from pipeline.guards.passage import units_of
from pipeline.runs.check import check_document
from pipeline.runs.proposing import Limits, propose
from pipeline.runs.source_index import SourceIndex
from pipeline.stages.ingest import ingest
from pipeline.text.words import content_stems, words

OWN = Path(__file__).parents[1] / "stories"
SEEDS = Path(__file__).parents[2] / "seeds"
RESAMPLES = 10_000
SHARES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
ENOUGH = (1.5, 2.0, 2.5, 3.0, 4.0)
THRESHOLDS = tuple(step / 100 for step in range(101))
ROUNDS = 5
SUMMARY_WORDS = 300

Named = frozenset[str]
"""Articles by id."""


class Sentence(NamedTuple):
    """A sentence and the articles it rests on."""

    text: str
    sources: Named


class Story(NamedTuple):
    """The articles of a story, and its labelled sentences."""

    name: str
    articles: tuple[Article, ...]
    sentences: list[Sentence]


class Counts(NamedTuple):
    """Of one sentence: articles named rightly, named, and to be named."""

    right: int
    named: int
    wanted: int


def main(arguments: Sequence[str]) -> None:
    """Print the comparison."""
    folder = Path(arguments[0]) if arguments else Path(os.environ.get("PIPELINE_DATA", "")) / "clusters"
    stories = [_story(path) for path in sorted(folder.glob("*")) if (path / "reference_sentences.jsonl").is_file()]
    _time()  # before anything else has been remembered
    facts, gold, told = _own_stories()
    if stories:
        _compare(stories, facts)
    elif arguments:
        sys.exit(f"{folder} has no story with reference_sentences.jsonl; see the docstring of {Path(__file__).name}.")
    print("\nthe project's own stories, as committed:")
    measured = {
        "articles that support a fact": facts,
        "gold summaries: articles that support their facts": told,
        "gold summaries: what they cite, which is not all": gold,
    }
    for title, own in measured.items():
        _row(title, [c for story in own for c in _checked(story)])
        _row(f"  {_floor_name(own)}", _best_floor(own)[1])


# --- stories


def _story(folder: Path) -> Story:
    articles = ingest(sorted(map(str, folder.glob("*_doc.txt")))).articles
    ids = {article.path.split("_")[0]: article.id for article in articles}
    rows = [json.loads(line) for line in (folder / "reference_sentences.jsonl").read_text("utf-8").splitlines()]
    sentences = [Sentence(row["sentence"], frozenset(ids[source] for source in row["sources"])) for row in rows]
    return Story(folder.name, articles, sentences)


def _own_stories() -> tuple[list[Story], list[Story], list[Story]]:
    """Our stories with their facts; with what their gold summaries cite; and with all that supports the facts told."""
    facts, gold, told = [], [], []
    for path in sorted(OWN.glob("*/facts.yaml")):
        labels = yaml.safe_load(path.read_text(encoding="utf-8"))
        summary = yaml.safe_load((path.parent / "gold.yaml").read_text(encoding="utf-8"))
        articles = ingest([str((path.parent / labels["articles"]).resolve())]).articles
        ids = {Path(article.path).name: article.id for article in articles}
        support = {fact["id"]: fact.get("support", ()) for fact in labels["facts"]}
        cited = [*summary["statements"], *(p for d in summary.get("disagreements", ()) for p in d["positions"])]
        facts.append(Story(labels["id"], articles, [_labelled(f, support[f["id"]], ids) for f in labels["facts"]]))
        gold.append(Story(labels["id"], articles, [_labelled(s, s["citations"], ids) for s in cited]))
        telling = [(s, [*s["citations"], *(p for f in s["facts"] for p in support[f])]) for s in summary["statements"]]
        told.append(Story(labels["id"], articles, [_labelled(s, passages, ids) for s, passages in telling]))
    return facts, gold, told


def _labelled(entry: Mapping[str, Any], passages: Sequence[Mapping[str, str]], ids: Mapping[str, str]) -> Sentence:
    return Sentence(entry["text"], frozenset(ids[passage["article"]] for passage in passages))


# --- systems


def _checked(story: Story) -> list[Counts]:
    """What `check` gives for each sentence alone."""
    reports = [check_document(sentence.text, Path("sentence.txt"), story.articles) for sentence in story.sentences]
    named = [frozenset(c.evidence.article_id for s in r.sentences for c in s.citations) for r in reports]
    return [_counts(one, sentence.sources) for one, sentence in zip(named, story.sentences, strict=True)]


def _limited(story: Story, limits: Limits) -> list[Counts]:
    index = SourceIndex(story.articles)
    return [
        _counts(frozenset(p.article.id for p in propose(s.text, index, limits)), s.sources) for s in story.sentences
    ]


def _held_out(stories: Sequence[Story], others: Sequence[Story] = ()) -> list[Counts]:
    """Each story with the limits that are best on the ``others``, or else on the rest of ``stories``."""
    grid = [Limits(share=share, enough=enough) for share, enough in product(SHARES, ENOUGH)]
    made = {limits: [_limited(story, limits) for story in stories] for limits in grid}
    fitted = {limits: [_limited(story, limits) for story in others] for limits in grid} if others else made
    found: list[Counts] = []
    for index in range(len(stories)):
        best = max(
            grid,
            key=lambda limits: _f1([c for i, one in enumerate(fitted[limits]) if others or i != index for c in one]),
        )
        found += made[best][index]
    return found


def _overlaps(story: Story, of: Callable[[str], set[str]], *, whole: bool) -> list[tuple[dict[str, float], Named]]:
    """For each sentence, what share of its words each article, or its best sentence, has."""
    texts = {a.id: [a.text] if whole else [unit.of(a.text) for unit in units_of(a)] for a in story.articles}
    sets = {key: [of(text) for text in parts] for key, parts in texts.items()}

    def share(wanted: set[str], parts: Sequence[set[str]]) -> float:
        return max(len(wanted & part) for part in parts) / max(1, len(wanted))

    return [({key: share(of(s.text), parts) for key, parts in sets.items()}, s.sources) for s in story.sentences]


def _lowered(text: str) -> set[str]:
    return {word.text.lower() for word in words(text)}


def _stems(text: str) -> set[str]:
    return set(content_stems(text))


FLOORS: dict[str, tuple[Callable[[str], set[str]], bool]] = {
    "words, whole article": (_lowered, True),
    "words, best sentence": (_lowered, False),
    "content stems, whole article": (_stems, True),
    "content stems, best sentence": (_stems, False),
}


def _floor(stories: Sequence[Story], name: str) -> tuple[float, list[Counts]]:
    """The best threshold of a word overlap, and what it gives."""
    of, whole = FLOORS[name]
    shares = [row for story in stories for row in _overlaps(story, of, whole=whole)]
    made = {t: [_counts(frozenset(k for k, v in one.items() if v >= t), s) for one, s in shares] for t in THRESHOLDS}
    best = max(THRESHOLDS, key=lambda t: _f1(made[t]))
    return best, made[best]


def _best_floor(stories: Sequence[Story]) -> tuple[float, list[Counts]]:
    return _floor(stories, _floor_name(stories))


def _floor_name(stories: Sequence[Story]) -> str:
    return max(FLOORS, key=lambda name: _f1(_floor(stories, name)[1]))


# --- figures


def _counts(named: Named, sources: Named) -> Counts:
    return Counts(len(named & sources), len(named), len(sources))


def _f1(counts: Sequence[Counts]) -> float:
    """Micro-averaged: the harmonic mean of the pooled precision and recall."""
    named, wanted = sum(c.named for c in counts), sum(c.wanted for c in counts)
    return 2 * sum(c.right for c in counts) / (named + wanted) if named + wanted else 0.0


def _row(title: str, counts: Sequence[Counts]) -> None:
    right, named, wanted = (sum(column) for column in zip(*counts, strict=True))
    print(f"  {title:<52} F1 {_f1(counts):.3f}  precision {right / max(1, named):.3f}  recall {right / wanted:.3f}")


def _compare(stories: Sequence[Story], own: Sequence[Story]) -> None:
    ours = {
        "check, as committed": [counts for story in stories for counts in _checked(story)],
        "check, limits chosen on the other stories": _held_out(stories),
        "check, limits chosen on our own stories": _held_out(stories, own),
    }
    every = [_counts(frozenset(a.id for a in y.articles), s.sources) for y in stories for s in y.sentences]
    floors = {"every article": every}
    for name in FLOORS:
        threshold, counts = _floor(stories, name)
        floors[f"{name}, ≥ {threshold:.2f}"] = counts
    print(f"\n{sum(len(y.sentences) for y in stories)} sentences of {len(stories)} stories")
    for title, counts in (*ours.items(), *floors.items()):
        _row(title, counts)
    for title, counts in ours.items():
        print(f"\n{title}, minus:")
        for name, floor in floors.items():
            print(f"  {name:<52} {_interval(counts, floor)}")


def _interval(ours: Sequence[Counts], floor: Sequence[Counts]) -> str:
    """The difference of F1, where 95 % of the resamples of sentences put it, and in how many it is above 0."""
    chance, places = random.Random(0), range(len(ours))
    drawn = [chance.choices(places, k=len(ours)) for _ in range(RESAMPLES)]
    differences = sorted(_f1([ours[i] for i in sample]) - _f1([floor[i] for i in sample]) for sample in drawn)
    above = sum(d > 0 for d in differences) / RESAMPLES
    low, high = differences[RESAMPLES // 40], differences[-RESAMPLES // 40]
    return f"{_f1(ours) - _f1(floor):+.3f} [{low:+.3f}, {high:+.3f}]  above 0 in {above:.1%}"


# --- time


def _time() -> None:
    """How long a check of some 300 words against the five seed articles takes, in this process."""
    articles = ingest([str(SEEDS)]).articles
    gold = yaml.safe_load((OWN / "seeds" / "gold.yaml").read_text(encoding="utf-8"))
    stems = {Path(article.path).name: Path(article.path).stem for article in articles}
    cited: list[str] = []
    for statement in (s for s in gold["statements"] * 2 if len(" ".join(cited).split()) < SUMMARY_WORDS):
        marks = "".join(f" [{stems[c['article']]}]" for c in statement["citations"])
        cited.append(f"{statement['text']}{marks}")
    plain = [text.split(" [")[0] for text in cited]
    print(f"time for {len(' '.join(plain).split())} words, {len(articles)} articles, best of {ROUNDS} (and first):")
    for title, lines in (("cited", cited), ("uncited, sources proposed", plain)):
        document = "\n\n".join(lines)
        spent, verdicts = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            report = check_document(document, Path("summary.txt"), articles)
            middle = time.perf_counter()
            _judge_again(report, articles)
            spent.append(middle - start)
            verdicts.append(time.perf_counter() - middle)
        print(f"  {title:<28} check {1000 * min(spent):4.0f} ms ({1000 * spent[0]:.0f}), ", end="")
        print(f"of it the guards {1000 * min(verdicts):.0f} ms; {report.counts}")


def _judge_again(report: CheckReport, articles: Sequence[Article]) -> None:
    by_id = {article.id: article for article in articles}
    for sentence in report.sentences:
        judge(sentence.text, [c.evidence for c in sentence.citations], by_id)


if __name__ == "__main__":
    main(sys.argv[1:])
