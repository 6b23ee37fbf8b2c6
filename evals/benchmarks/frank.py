"""How well the support score ranks machine summaries by whether people found them true to their article.

    python evals/benchmarks/frank.py DATA [--fit | --write | --ablate]

DATA (or ``$PIPELINE_DATA/frank``) holds FRANK's test split: ``articles.jsonl``, ``items_test.jsonl`` and
``published_metric_outputs_test.jsonl``. The news text is not ours to ship, so the folder is an argument. Nothing has to
be installed. CNN and BBC are reported apart: 59 % and 7 % of their summaries are right, so a pooled figure would
measure telling them apart.

*How ours is fitted.* Each sentence of a summary cites up to three sentences of the article (`frank_data.cited`) and
gets the features of `pipeline.guards.support`. People said what share of a summary's sentences is right; a logistic
regression is fitted to that share, sentences weighing 1 / (sentences of the summary), both halves of the data together
with an intercept for each, so that what is learnt is not how to tell CNN from BBC. Faults may not have a weight above
0, and what speaks for a statement none below. A summary's score is the mean of its sentences'. In five folds by
document, dealt four times: no weight, and no threshold, has seen the document that it is used on, and a summary's score
is the mean of its four, so that little hangs on the deal. The same is done for the probe.

*Beside it*: a quick **probe** (logistic regression over whole-source coverage, bigrams, best-sentence coverage and
number mismatch, means over the sentences, fitted to the labels of each half alone), the same probe fitted as ours
is, the share of a summary's words in the article (**overlap**), and the published scores that came with the labels.
Balanced accuracy is at the threshold that is best on the other folds. Intervals are of 2,000 resamples of documents,
differences paired.

``--fit`` prints the weights fitted on everything, ``--write`` puts them into ``pipeline/guards/support/weights.py``,
``--ablate`` prints what is left without each feature, and with it alone.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from frank_data import FILES, Item, is_there, read
from frank_fit import (
    DATASETS,
    PROBE_FEATURES,
    Case,
    Fitted,
    Row,
    case_of,
    fit,
    fit_probe,
    mean,
    means,
    rows_of,
    weights_module,
)
from ranking import auc, auc_intervals, balanced, best_threshold, resamples

from pipeline.guards.support.features import Features

FOLDS = 5
DEALS = 4
WEIGHTS_FILE = Path(__file__).parents[2] / "pipeline" / "guards" / "support" / "weights.py"
OURS, PROBE, PROBE_AS_OURS, OVERLAP = "support score", "probe", "probe, fitted as ours", "word overlap"
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.01)

Scores = list[list[float]]
"""The scores of all cases, by deal and fold left out."""


def main(arguments: Sequence[str]) -> None:
    """Print the comparison, or the weights."""
    given = [a for a in arguments if not a.startswith("--")]
    folder = Path(given[0]) if given else Path(os.environ.get("PIPELINE_DATA", "")) / "frank"
    if not is_there(folder):
        sys.exit(f"{folder} does not have {', '.join(FILES)}; see the docstring of {Path(__file__).name}.")
    articles, items = read(folder)
    folds = dealt(items)
    cases = [case_of(item, articles[item.document], folds[item.document]) for item in items]
    if "--fit" in arguments or "--write" in arguments:
        _give_weights(cases, write="--write" in arguments)
    elif "--ablate" in arguments:
        _print_ablation(cases)
    else:
        _print_comparison(cases)


def dealt(items: Sequence[Item]) -> dict[str, tuple[int, ...]]:
    """Each document's fold in each deal: dealt out in each half by fixed shuffles."""
    folds: dict[str, tuple[int, ...]] = {}
    for dataset in DATASETS:
        documents = sorted({item.document for item in items if item.dataset == dataset})
        for deal in range(DEALS):
            shuffled = random.Random(deal).sample(documents, len(documents))
            for place, document in enumerate(shuffled):
                folds[document] = (*folds.get(document, ()), place % FOLDS)
    return folds


def crossed(cases: Sequence[Case], kind: str, names: Sequence[str]) -> Scores:
    """By deal and fold, the scores of all cases with weights that have not seen that fold."""
    return _by_split(cases, lambda seen: fit(seen, kind, names), lambda c: rows_of(c, kind))


def _crossed_probe(cases: Sequence[Case]) -> Scores:
    return _by_split(cases, fit_probe, lambda c: [means(c.probe)])


def _by_split(
    cases: Sequence[Case], fitted: Callable[[Sequence[Case]], Fitted], rows: Callable[[Case], list[Row]]
) -> Scores:
    scores: Scores = []
    for deal, fold in itertools.product(range(DEALS), range(FOLDS)):
        one = fitted([case for case in cases if case.folds[deal] != fold])
        scores.append([one.score(case.item.dataset, rows(case)) for case in cases])
    return scores


def unseen(cases: Sequence[Case], scores: Scores) -> list[float]:
    """The mean over the deals of what each case gets from weights that have not seen it."""
    return [mean([scores[d * FOLDS + f][i] for d, f in enumerate(case.folds)]) for i, case in enumerate(cases)]


def _print_comparison(cases: Sequence[Case]) -> None:
    ours = crossed(cases, "ours", Features._fields)
    as_ours = crossed(cases, "probe", PROBE_FEATURES)
    for dataset, name in DATASETS.items():
        chosen = [index for index, case in enumerate(cases) if case.item.dataset == dataset]
        half = [cases[index] for index in chosen]
        scores = {
            OURS: [[fold[i] for i in chosen] for fold in ours],
            PROBE: _crossed_probe(half),
            PROBE_AS_OURS: [[fold[i] for i in chosen] for fold in as_ours],
            OVERLAP: [[case.overlap for case in half]] * (DEALS * FOLDS),
        }
        for metric in sorted(half[0].item.published):
            scores[metric] = [_published(half, metric)] * (DEALS * FOLDS)
        _print_half(name, half, scores)


def _published(half: Sequence[Case], metric: str) -> list[float]:
    """The scores that came with the labels; where one is missing, the mean of the others."""
    known = [case.item.published.get(metric) for case in half]
    middle = mean([score for score in known if score is not None])
    return [middle if score is None else score for score in known]


def _print_half(name: str, half: Sequence[Case], scores: Mapping[str, Scores]) -> None:
    """One table: area with its interval, balanced accuracy, and ours minus each."""
    right = [case.item.right for case in half]
    given = {method: unseen(half, by_split) for method, by_split in scores.items()}
    areas, ahead = auc_intervals(given, right, resamples([case.item.document for case in half]), OURS)
    documents = len({case.item.document for case in half})
    print(f"\n{name}: {len(half)} summaries of {documents} articles, {sum(right) / len(half):.3f} right")
    print(f"  {'':24}{'AUC':24}{'balanced':10}ours ahead by")
    for method, by_split in scores.items():
        accuracy = f"{mean([balanced(_decided(half, by_split, deal), right) for deal in range(DEALS)]):.3f}"
        print(f"  {method:24}{areas[method]!s:24}{accuracy:10}{ahead.get(method, '')}")
    _print_calibration(half, given[OURS])


def _decided(half: Sequence[Case], scores: Scores, deal: int) -> list[bool]:
    """Whether each case reaches the threshold that is best on the other folds of the deal."""
    decided = [False] * len(half)
    for fold in range(FOLDS):
        given = scores[deal * FOLDS + fold]
        seen = [i for i, case in enumerate(half) if case.folds[deal] != fold]
        threshold = best_threshold([given[i] for i in seen], [half[i].item.right for i in seen])
        for i in set(range(len(half))).difference(seen):
            decided[i] = given[i] >= threshold
    return decided


def _print_calibration(half: Sequence[Case], scores: Sequence[float]) -> None:
    """Of the summaries by score, what share of their sentences is right."""
    print("  calibration (score: sentences right, summaries):", end="")
    for low, high in pairwise(BINS):
        inside = [i for i, score in enumerate(scores) if low <= score < high]
        if inside:
            score, share = mean([scores[i] for i in inside]), mean([half[i].item.share for i in inside])
            print(f"  {score:.2f}: {share:.2f} ({len(inside)})", end="")
    print()


def _print_ablation(cases: Sequence[Case]) -> None:
    """The area in both halves without each feature, and with it alone."""
    names = Features._fields
    print(f"{'':16}{'without: CNN':14}{'BBC':8}{'alone: CNN':12}BBC")
    print(f"{'(all)':16}{_areas(cases, names)}")
    for name in names:
        print(f"{name:16}{_areas(cases, [n for n in names if n != name])}{_areas(cases, [name])}")


def _areas(cases: Sequence[Case], names: Sequence[str]) -> str:
    places = [Features._fields.index(name) for name in names]
    fewer = [case._replace(ours=[tuple(row[p] for p in places) for row in case.ours]) for case in cases]
    given = unseen(fewer, crossed(fewer, "ours", names))
    figures = []
    for dataset in DATASETS:
        half = [(i, case) for i, case in enumerate(cases) if case.item.dataset == dataset]
        figures.append(auc([given[i] for i, _ in half], [case.item.right for _, case in half]))
    return "".join(f"{figure:<12.4f}" for figure in figures)


def _give_weights(cases: Sequence[Case], *, write: bool) -> None:
    text = weights_module(fit(cases, "ours", Features._fields), len(cases))
    if write:
        WEIGHTS_FILE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
