"""What an entailment model adds to the support score, and the weights with which it may count in it.

    python evals/benchmarks/entailment.py DATA MODEL_DIR [--write]

DATA is the folder of FRANK's test split as in `frank.py`, MODEL_DIR a cross-encoder as ``--entailment`` takes it
(``pip install -e '.[entailment]'``). Each sentence of a summary cites what it cites there; the model is asked whether
the union of these sentences entails it, and the log-odds of its answer are one feature more, fitted and crossed exactly
as the others are. A sentence that it cannot read has odds of one.

Printed are the areas under the curve of the lexical score, of both together and of the model alone, CNN and BBC apart,
on documents that no weight has seen, and what the model adds, paired by document.

``--write`` puts the weights, fitted on everything, beside the model (``support.json``): from then on the score of a
verdict has the model's word in it. They hold for this model's files and these guards alone, and are written only where
the model adds something on CNN, in 97.5 % of the resamples: else the score is better off without it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from frank import crossed, dealt, unseen
from frank_data import FILES, Item, cited, is_there, read
from frank_fit import DATASETS, Case, Fitted, case_of, fit, mean
from ranking import Interval, auc_intervals, resamples

from pipeline.domain.article import Article
from pipeline.entailment.model import CrossEncoder, Pair, open_model
from pipeline.errors import PipelineError
from pipeline.guards.judge import METHOD
from pipeline.guards.support.calibration import Calibration, Gain, log_odds
from pipeline.guards.support.features import Features
from pipeline.guards.support.sentence import cited_texts
from pipeline.runs.entailing import CALIBRATION

BOTH, LEXICAL, ALONE = "with the model", "support score", "the model alone"
NAMES = (*Features._fields, "entailed")
KEPT = "cnndm"
"""The half whose intercept and gain count, as for the lexical score (docs/decisions/015-support-score.md)."""


def main() -> None:
    """Print the comparison; write the weights where that was asked."""
    arguments = _arguments()
    if not is_there(arguments.data):
        sys.exit(f"{arguments.data} does not have {', '.join(FILES)}; see the docstring of frank.py.")
    try:
        model = open_model(arguments.model)
        articles, items = read(arguments.data)
        odds = odds_of(items, articles, model)
    except PipelineError as error:
        sys.exit(f"error[{error.code}] {error.message}\n{error.hint}".strip())
    folds = dealt(items)
    cases = [case_of(item, articles[item.document], folds[item.document]) for item in items]
    wider = [
        case._replace(ours=[(*row, x) for row, x in zip(case.ours, odds[case.item.name], strict=True)])
        for case in cases
    ]
    gains = compare(cases, wider)
    found = fit(wider, "ours", NAMES)
    print(f"\nweight of the log-odds: {found.weights[-1]:.3f}; fitted on {len(cases):,} summaries")
    if arguments.write:
        _write(arguments.model / CALIBRATION, calibration_of(found, gains[KEPT], model, len(cases)))


def odds_of(
    items: Sequence[Item], articles: Mapping[str, Article], model: CrossEncoder
) -> dict[str, tuple[float, ...]]:
    """The log-odds of each sentence of each summary, by the summary's name."""
    pairs = [
        Pair(tuple(cited_texts(cited(sentence, articles[item.document]))), sentence)
        for item in items
        for sentence in item.sentences
    ]
    answers = iter(model.entailment(pairs))
    found = {}
    for item in items:
        told = [next(answers) for _ in item.sentences]
        found[item.name] = tuple(0.0 if p is None else log_odds(p) for p in told)
    return found


def compare(cases: Sequence[Case], wider: Sequence[Case]) -> dict[str, Gain]:
    """Print the areas of each half; what the model adds in each."""
    lexical = unseen(cases, crossed(cases, "ours", Features._fields))
    both = unseen(wider, crossed(wider, "ours", NAMES))
    alone = [mean([row[-1] for row in case.ours]) for case in wider]
    return {
        dataset: _half(name, cases, {BOTH: both, LEXICAL: lexical, ALONE: alone}, dataset)
        for dataset, name in DATASETS.items()
    }


def _half(name: str, cases: Sequence[Case], scores: Mapping[str, Sequence[float]], dataset: str) -> Gain:
    chosen = [place for place, case in enumerate(cases) if case.item.dataset == dataset]
    half = [cases[place] for place in chosen]
    right = [case.item.right for case in half]
    kept = {method: [values[place] for place in chosen] for method, values in scores.items()}
    areas, ahead = auc_intervals(kept, right, resamples([case.item.document for case in half]), BOTH)
    print(f"\n{name}: {len(half)} summaries, {sum(right) / len(half):.3f} right\n  {'':20}{'AUC':24}both ahead by")
    for method, area in areas.items():
        print(f"  {method:20}{area!s:24}{ahead.get(method, '')}")
    added: Interval = ahead[LEXICAL]
    return Gain(lexical=round(areas[LEXICAL].value, 4), value=added.value, low=added.low, high=added.high)


def calibration_of(found: Fitted, gain: Gain, model: CrossEncoder, summaries: int) -> Calibration:
    """What is written beside the model."""
    return Calibration(
        model=model.folder.digest,
        method=METHOD,
        summaries=summaries,
        gain=gain,
        intercept=round(found.intercepts[KEPT], 4),
        weights={name: round(w, 4) for name, w in zip(Features._fields, found.weights[:-1], strict=True)},
        entailed=round(found.weights[-1], 4),
        made=datetime.now(UTC).date().isoformat(),
    )


def _write(path: Path, calibration: Calibration) -> None:
    if calibration.gain.low <= 0:
        added = f"{calibration.gain.value:+.3f}"
        sys.exit(f"Not written: on {DATASETS[KEPT]} the model adds {added}, which may be nothing.")
    path.write_text(calibration.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print(f"Wrote {path}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What an entailment model adds to the support score.")
    parser.add_argument("data", type=Path, help="the folder of FRANK's test split")
    parser.add_argument("model", type=Path, help="the folder of the cross-encoder")
    parser.add_argument("--write", action="store_true", help=f"write MODEL_DIR/{CALIBRATION} if it adds something")
    return parser.parse_args()


if __name__ == "__main__":
    main()
