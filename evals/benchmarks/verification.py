"""How many corrupted statements the guards refuse, kind by kind, and how many faithful ones: no model is asked.

    python evals/benchmarks/verification.py [--rewrites FILE…] [--frank FOLDER] [--misses]

Over the sentences of the seeds, the stories and the pages (each cites itself), the stories' gold statements and their
rewordings, and the hand-written rewrites in FILE (by default all ``evals/calibration/rewrites*.yaml``). FOLDER: FRANK,
``articles.jsonl`` and ``items_test.jsonl``; of its consistent summaries each sentence cites the sentences of the
article that have most of its words. The news text is not ours to ship, so the folder is an argument.

``--misses`` lists what got through and what was refused.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.selftest.paraphrases import PARAPHRASES, load_paraphrases
from pipeline.evaluation.selftest.verification import (
    Case,
    Measured,
    Tally,
    hand_written,
    load_rewrites,
    located,
    measure,
    own_words,
    statement_case,
)
from pipeline.evaluation.story import load_story
from pipeline.guards.passage import units_of
from pipeline.stages.ingest import ingest
from pipeline.text.sentences import split_sentences
from pipeline.text.similarity import content_coverage
from pipeline.text.spans import make_evidence
from pipeline.text.terms import plain
from pipeline.text.words import content_stems

ROOT = Path(__file__).parents[2]
CALIBRATION = ROOT / "evals/calibration"
_BROKEN = re.compile(r"\bUNK\b|-[lr][rs]b-|(\b\w+\b)(?: \1\b){2}")
"""What the oldest of FRANK's systems could not write: sentences with it are nobody's rewording."""
_QUOTED = re.compile(r'"\s+([^"]+?)\s+"')
PLACES = {
    "seeds": ROOT / "seeds",
    "ferry": ROOT / "evals/stories/ferry/articles",
    "strike": ROOT / "evals/stories/strike/articles",
    "pages": ROOT / "tests/fixtures/furniture",
    "more pages": ROOT / "tests/fixtures/furniture_second",
    "invented": ROOT / "evals/calibration/articles",
}
MOST_CITED = 3
CITED = 0.9
"""Share of a summary sentence's words at which no further sentence of the article is cited."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rewrites", nargs="*", type=Path, default=sorted(CALIBRATION.glob("rewrites*.yaml")))
    parser.add_argument("--frank", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    told = {name: ingest([str(path)]).articles for name, path in PLACES.items()}
    everything = [article for articles in told.values() for article in articles]
    show("Operators over the seeds, the stories and the pages", measure(_stories(told)), misses=options.misses)
    rewrites = [
        case
        for path in options.rewrites
        if path.is_file()
        for case in hand_written(path.name, load_rewrites(path), everything)
    ]
    show("Hand-written rewrites and corruptions", measure(rewrites), misses=options.misses)
    again = [statement_case(c.source, c.text, c.evidence, list(c.articles.values())) for c in rewrites]
    show("Operators over the hand-written rewrites", measure(again), misses=options.misses)
    if options.frank:
        show("Operators over FRANK's consistent summaries", measure(frank(options.frank)), misses=options.misses)


def _stories(told: dict[str, tuple[Article, ...]]) -> Iterator[Case]:
    for name, articles in told.items():
        yield from own_words(articles, f"{name}, sentences")
    paraphrases = load_paraphrases(ROOT / "evals" / PARAPHRASES)
    for name in ("seeds", "ferry", "strike"):
        labels_file = ROOT / "evals/stories" / name / "facts.yaml"
        gold = load_gold(labels_file)
        if gold is None:
            continue
        articles = ingest([str(load_story(labels_file).folder)]).articles
        for statement in gold.statements:
            evidence = [located(support, articles) for support in statement.citations]
            yield statement_case("gold statements", statement.text, evidence, articles)
            for other in paraphrases:
                if (other.story, other.statement) == (name, statement.id):
                    yield statement_case("gold reworded", other.text, evidence, articles)


def frank(folder: Path) -> Iterator[Case]:
    """Sentences of the summaries in which people found no fault; one article, one sentence each once."""
    articles = {row["doc_id"]: row["text"] for row in _rows(folder / "articles.jsonl")}
    seen: set[str] = set()
    for row in _rows(folder / "items_test.jsonl"):
        if row["label"] != 1:
            continue
        article = _article(plain(articles[row["doc_id"]]))
        for sentence in _sentences(row["summary"].replace("# ", "£")):
            if sentence not in seen and not _BROKEN.search(sentence):
                seen.add(sentence)
                yield statement_case(f"frank {row['dataset']}", sentence, _cited(sentence, article), [article])


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentences(summary: str) -> list[str]:
    """Sentences of tokenised text, where every full stop stands alone."""
    parts = [_QUOTED.sub(r'"\1"', plain(part)) for part in re.split(r"(?<=\s[.!?])\s+", summary)]
    return [part for part in parts if len(content_stems(part)) > 2]  # noqa: PLR2004  a fragment says nothing


def _article(text: str) -> Article:
    return Article(
        id="a", path="a.txt", title=None, publisher=None, published=None, url=None, language=None, text=text,
        sentences=tuple(split_sentences(text, [Span(start=0, end=len(text))])), sha256="0", removed=(),
    )  # fmt: skip


def _cited(text: str, article: Article) -> list[Evidence]:
    """The sentences that add most to the words found, until nearly all are, as a careful writer would cite."""
    wanted = content_stems(text)
    units = {unit: set(content_stems(unit.of(article.text))) for unit in units_of(article)}
    chosen: list[Span] = []
    found: set[str] = set()
    while len(chosen) < MOST_CITED and content_coverage(wanted, found) < CITED:
        best = max(units, key=lambda unit: content_coverage(wanted, found | units[unit]))
        chosen.append(best)
        found |= units[best]
    return [make_evidence(article, unit) for unit in dict.fromkeys(chosen)]


def show(title: str, found: Measured, *, misses: bool) -> None:
    """One table of kinds, one line for the faithful."""
    print(f"\n## {title}\n\n| corruption | made | refused | rate |\n|---|---|---|---|")
    for kind, tally in [*sorted(found.kinds.items()), ("all", found.overall())]:
        print(f"| {kind} | {tally.made} | {tally.killed()} | {tally.rate():.1%} |")
    print("\n| faithful statements | made | refused | rate |\n|---|---|---|---|")
    tallies = found.faithful.values()
    together = Tally(sum(t.made for t in tallies), tuple(text for t in tallies for text in t.wrong))
    for source, tally in [*found.faithful.items(), ("all", together)]:
        print(f"| {source} | {tally.made} | {len(tally.wrong)} | {1 - tally.rate():.1%} |")
    if misses:
        _list(found)


def _list(found: Measured) -> None:
    print()
    for kind, tally in sorted(found.kinds.items()):
        print(*(f"passed, {kind}: {text}" for text in tally.wrong), sep="\n")
    for source, tally in found.faithful.items():
        print(*(f"refused, {source}: {text}" for text in tally.wrong), sep="\n")


if __name__ == "__main__":
    main()
