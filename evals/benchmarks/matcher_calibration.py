"""How far the matcher agrees with hand-made labels: does this statement tell this fact?

    python evals/benchmarks/matcher_calibration.py [--held-out] [--misses]

The pairs (``evals/calibration/pairs.yaml``) were labelled before the matcher was run on them. Printed are Cohen's kappa
over full, part and none, over full and less, and over told (full or part) and not; beside a floor that counts words:
full from 80 % of a fact's content words, part from 50 %. ``--held-out`` chooses both thresholds on two stories, where
the three kappas together are greatest, and prints how far the third agrees under them, for each in turn and for all.
That holds out the thresholds alone: the checks were written with the misses of all three stories in view.
``--misses`` lists where matcher and label differ.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.evaluation.calibration import Agreement, Pair, agreement, load_pairs
from pipeline.evaluation.matching.matcher import Comparison, Match, Target, compare
from pipeline.evaluation.matching.weights import weights_of
from pipeline.evaluation.results import Level
from pipeline.evaluation.story import Fact, load_story
from pipeline.evaluation.yardstick import Yardstick
from pipeline.stages.ingest import ingest
from pipeline.text.similarity import coverage

EVALS = Path(__file__).parents[1]
FLOOR_FULL, FLOOR_PART = 0.8, 0.5
_STEPS = [step / 100 for step in range(25, 75, 5)]
_THRESHOLDS = [(full, part) for full in _STEPS for part in _STEPS if part <= full]


class Labelled(NamedTuple):
    """A story's facts, what measures statements by them, and the sentences of its articles."""

    facts: Mapping[str, Fact]
    yardstick: Yardstick
    sentences: Sequence[str]


def main(arguments: Sequence[str]) -> None:
    """Print the agreement by origin of the statements, and of all."""
    pairs = load_pairs(EVALS / "calibration" / "pairs.yaml").pairs
    stories = {name: _story(name) for name in sorted({pair.story for pair in pairs})}
    matches = [_match(pair, stories[pair.story]) for pair in pairs]
    print(f"{'statements':<14}{'n':>5}{'3 levels':>10}{'full':>8}{'told':>8}{'floor: 3':>10}{'full':>8}{'told':>8}")
    for origin in ("model", "extractive", "gold", "written", None):
        chosen = [(p, m) for p, m in zip(pairs, matches, strict=True) if origin in {None, p.origin}]
        labels = [pair.level for pair, _ in chosen]
        ours = agreement(labels, [match.level for _, match in chosen])
        floor = agreement(labels, [_floor(pair) for pair, _ in chosen])
        print(f"{origin or 'all':<14}{len(chosen):>5}{_kappas(ours)}{_kappas(floor)}")
    if "--held-out" in arguments:
        _print_held_out(pairs, stories)
    if "--misses" in arguments:
        _print_misses(pairs, matches)


def _print_held_out(pairs: Sequence[Pair], stories: Mapping[str, Labelled]) -> None:
    """Thresholds chosen on all other stories."""
    found = [(pair, _compare(pair, stories[pair.story])) for pair in pairs]
    held: list[tuple[Pair, Level]] = []
    print(f"\n{'held out':<14}{'n':>5}{'3 levels':>10}{'full':>8}{'told':>8}   thresholds chosen on the other stories")
    for name in stories:
        known = [(pair, one) for pair, one in found if pair.story != name]
        full, part = max(_THRESHOLDS, key=lambda chosen: _sum(_under(known, *chosen)))
        told = [(pair, one.level(full, part)) for pair, one in found if pair.story == name]
        held += told
        print(f"{name:<14}{len(told):>5}{_kappas(_agreement(told))}   full from {full:.2f}, part from {part:.2f}")
    print(f"{'all':<14}{len(held):>5}{_kappas(_agreement(held))}")


def _under(found: Sequence[tuple[Pair, Comparison]], full: float, part: float) -> Agreement:
    return _agreement([(pair, one.level(full, part)) for pair, one in found])


def _agreement(told: Sequence[tuple[Pair, Level]]) -> Agreement:
    return agreement([pair.level for pair, _ in told], [level for _, level in told])


def _sum(found: Agreement) -> float:
    return sum(value or 0.0 for value in (found.kappa, found.kappa_full, found.kappa_told))


def _print_misses(pairs: Sequence[Pair], matches: Sequence[Match]) -> None:
    for pair, match in zip(pairs, matches, strict=True):
        if pair.level != match.level:
            print(f"\n{pair.id}: labelled {pair.level}, matched {match.level} ({match.score:.2f})")
            print(f"  fact:      {pair.fact_text}")
            print(f"  statement: {pair.statement}")
            print(f"  because:   {'; '.join(match.because)}")


def _story(name: str) -> Labelled:
    story = load_story(EVALS / "stories" / name / "facts.yaml")
    articles = {article.id: article for article in ingest([str(story.folder)]).articles}
    sentences = [text for article in articles.values() for text in article.sentence_texts()]
    return Labelled({fact.id: fact for fact in story.labels.facts}, Yardstick(story.labels, articles), sentences)


def _match(pair: Pair, story: Labelled) -> Match:
    return story.yardstick.match(story.facts[pair.fact], pair.statement)


def _compare(pair: Pair, story: Labelled) -> Comparison:
    fact = story.facts[pair.fact]
    target = Target(fact.text, fact.require, fact.forbid)
    return compare(target, pair.statement, weights_of(story.sentences), least=_STEPS[0])


def _floor(pair: Pair) -> Level:
    held = coverage(pair.fact_text, [pair.statement])
    return "full" if held >= FLOOR_FULL else "part" if held >= FLOOR_PART else "none"


def _kappas(found: Agreement) -> str:
    values = (found.kappa, found.kappa_full, found.kappa_told)
    return "".join(f"{'-' if v is None else f'{v:.2f}':>{10 if i == 0 else 8}}" for i, v in enumerate(values))


if __name__ == "__main__":
    main(sys.argv[1:])
