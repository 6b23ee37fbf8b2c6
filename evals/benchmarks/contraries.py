"""Which pairs of sentences are set against each other as a dispute, beside two simpler ways.

    python evals/benchmarks/contraries.py [--misses]      # the pairs labelled by hand
    python evals/benchmarks/contraries.py DATA            # and what is found within the articles of DATA/frank

The pairs (`evals/calibration/contraries*.yaml`) are of two articles about one event; half of them cannot both be right,
the other half looks as if they could not. The rules were developed on the first set after one look (found then: 7 of
70, 4 wrong); at the first look on the second they found 11 of 60, 2 wrong. The floor says that two sentences differ
where half of the words of the shorter are in the longer and one alone has a word of denial. *Guards* are what
`pipeline check` holds against a statement: negation or opposite fail, one way or the other.

Two sentences of one article seldom contradict each other, so what is found in DATA is nearly all wrong: it is the
price in false disputes, by 10,000 pairs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import yaml
from frank_data import article_of

from pipeline.domain.article import Span
from pipeline.guards.negation import negation_guard
from pipeline.guards.opposite import opposite_guard
from pipeline.guards.passage import passage_at
from pipeline.text.contraries import contrary
from pipeline.text.sentences import split_sentences
from pipeline.text.words import content_stems

SETS = Path(__file__).parents[1] / "calibration"
_DENIAL = re.compile(
    r"\b(?:not?|never|nobody|none|nothing|neither|without|den\w+|reject\w*|fail\w*)\b|n't\b", re.IGNORECASE
)
_HALF = 0.5

Differ = Callable[[str, str], bool]


class Pair(NamedTuple):
    """Two sentences and whether they contradict each other."""

    id: str
    first: str
    second: str
    contradict: bool


def main(arguments: Sequence[str]) -> None:
    """Print found and wrong by set and way, then false disputes within articles."""
    ways: dict[str, Differ] = {"floor": floor, "guards": guards, "ours": lambda a, b: contrary(a, b) is not None}
    print(f"{'set':<22}{'way':<8}{'found':>10}{'wrong':>10}{'precision':>11}")
    for path in sorted(SETS.glob("contraries*.yaml")):
        pairs = _read(path)
        for name, differ in ways.items():
            _row(path.stem, name, pairs, differ)
        if "--misses" in arguments:
            _list(pairs, ways["ours"])
    folders = [argument for argument in arguments if not argument.startswith("--")]
    if folders:
        _within_articles(Path(folders[0]), ways)


def floor(first: str, second: str) -> bool:
    """Half of the shorter one's words in the longer, and a word of denial in one alone."""
    one, two = sorted((set(content_stems(first)), set(content_stems(second))), key=len)
    alike = len(one & two) >= _HALF * len(one)
    return alike and bool(_DENIAL.search(first)) != bool(_DENIAL.search(second))


def guards(first: str, second: str) -> bool:
    """What `pipeline check` would refuse as denied or opposite, in either direction."""
    return any(_refused(text, other) for text, other in ((first, second), (second, first)))


def _refused(text: str, other: str) -> bool:
    article = article_of("other", other)
    passages = [passage_at(article, Span(start=0, end=len(article.text)))]
    return any(guard(text, passages).outcome == "fail" for guard in (negation_guard, opposite_guard))


def _read(path: Path) -> list[Pair]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Pair(row["id"], row["first"], row["second"], row["relation"] == "contradiction") for row in rows]


def _row(name: str, way: str, pairs: Sequence[Pair], differ: Differ) -> None:
    found = [pair for pair in pairs if differ(pair.first, pair.second)]
    right = sum(pair.contradict for pair in found)
    there = sum(pair.contradict for pair in pairs)
    wrong = len(found) - right
    precision = right / len(found) if found else 0.0
    print(f"{name:<22}{way:<8}{f'{right} of {there}':>10}{f'{wrong} of {len(pairs) - there}':>10}{precision:>11.2f}")


def _list(pairs: Sequence[Pair], differ: Differ) -> None:
    for pair in pairs:
        if differ(pair.first, pair.second) != pair.contradict:
            print(f"  {'missed' if pair.contradict else 'wrong'} {pair.id}\n    {pair.first}\n    {pair.second}")


def _within_articles(data: Path, ways: dict[str, Differ]) -> None:
    pairs = list(_of_articles(data / "frank" / "articles.jsonl"))
    for name, differ in ways.items():
        found = sum(differ(first, second) for first, second in pairs)
        print(f"within articles, {name}: {found} of {len(pairs)} pairs, {found / len(pairs) * 10_000:.1f} in 10,000")


def _of_articles(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        spans = split_sentences(text, [Span(start=0, end=len(text))])
        yield from combinations([text[span.start : span.end] for span in spans], 2)


if __name__ == "__main__":
    main(sys.argv[1:])
