"""How far a model judge agrees with levels that were given by hand, and whether it may gate.

    python evals/benchmarks/judge_calibration.py PAIRS [--local-model GGUF] [--model NAME] [--limit N] [--write-licence]

The judge is asked as in an evaluation: the statement stands among others, here of other stories, and it must find it.
PAIRS is ``evals/calibration/pairs.yaml``, or another file of its form. The endpoint is that of ``OPENAI_API_KEY`` and
``OPENAI_BASE_URL``, unless ``--local-model`` names a model file to serve (``pip install -e '.[local]'``). Replies are
kept where ``PIPELINE_CACHE_DIR`` says: a second run asks only what failed.

Beside the judge stands the matcher by words, which asks nobody: a judge that is no better is worth nothing. It goes
without the patterns of the labels here, and weighs words by the pairs' own texts instead of the articles. Told is full
or part; a reader can rely on full alone. ``--limit`` takes pairs from all over the file, for a first look; only all
pairs give a licence.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.claims import Usage
from pipeline.errors import InputError, PipelineError
from pipeline.evaluation.calibration import (
    PAIRS,
    Agreement,
    LabelledPairs,
    Pair,
    Question,
    agreement,
    load_pairs,
    question,
)
from pipeline.evaluation.judges import Judgement, open_judge
from pipeline.evaluation.licence import DEGREES, Degree, Licence, licensed, write_licence
from pipeline.evaluation.matching.matcher import Target, match
from pipeline.evaluation.matching.weights import weights_of
from pipeline.evaluation.results import Level
from pipeline.prompting import Prompt
from pipeline.runs.engines import recorded_prompts
from pipeline.settings import Settings, load_settings

SHOWN = 20


class Judged(NamedTuple):
    """What the judge said, with which prompt, and what that took. ``levels`` are of the pairs' own statements."""

    model: str
    prompt: Prompt
    judgements: list[Judgement]
    levels: list[Level]
    used: Usage


def main() -> None:
    """Ask, compare, print; write the licence where that was asked."""
    arguments = _arguments()
    try:
        _calibrate(arguments)
    except PipelineError as error:
        print(f"error[{error.code}] {error.message}\n{error.hint}".strip(), file=sys.stderr)
        sys.exit(error.exit_status)


def _calibrate(arguments: argparse.Namespace) -> None:
    if arguments.limit and arguments.write_licence:
        raise InputError("A licence rests on all pairs: leave --limit out.")
    labels = load_pairs(arguments.pairs)
    pairs = spread(labels.pairs, arguments.limit)
    flags = {"local_model": arguments.local_model, "model": arguments.model}
    settings = load_settings(flags, os.environ)
    settings.check_endpoint()
    judged = asyncio.run(_judge([question(pair, labels.pairs) for pair in pairs], settings))
    found = agreement([p.level for p in pairs], judged.levels)
    floor = agreement([p.level for p in pairs], by_words(pairs, labels.pairs))
    print("\n".join(_report(judged, labels, found, floor)))
    print("\n".join(_disagreements(pairs, judged)))
    if arguments.write_licence:
        print(f"\nWrote {write_licence(_licence(judged, labels, found))}.")
        print(licensed(judged.model, judged.prompt.digest, labels.digest).why)


async def _judge(questions: Sequence[Question], settings: Settings) -> Judged:
    async with open_judge(settings, tell=lambda line: print(line, file=sys.stderr)) as judge:
        judgements = await judge.each([(question.fact, question.texts) for question in questions])
        levels = [q.level(j.level, j.text_index) for q, j in zip(questions, judgements, strict=True)]
        return Judged(judge.model, judge.prompt, judgements, levels, judge.used)


def spread(pairs: Sequence[Pair], limit: int | None) -> Sequence[Pair]:
    """So many pairs from all over the file, which is sorted by story."""
    count = min(limit or len(pairs), len(pairs))
    return [pairs[index * len(pairs) // count] for index in range(count)]


def by_words(pairs: Sequence[Pair], known: Sequence[Pair]) -> list[Degree]:
    """What the matcher says; a word is the more telling, the fewer of the known texts have it."""
    weights = weights_of(sorted({text for pair in known for text in (pair.fact_text, pair.statement)}))
    return [match(Target(pair.fact_text, (), ()), pair.statement, weights).level for pair in pairs]


def _report(judged: Judged, labels: LabelledPairs, found: Agreement, floor: Agreement) -> list[str]:
    prompt, used = judged.prompt, judged.used
    head = (
        f"Judge: {judged.model}, prompt v{prompt.version} ({prompt.digest[:19]}…); "
        f"{found.n} of {len(labels.pairs)} pairs (sha256 {labels.digest[:12]}…)"
    )
    rows = [f"{'kappa':<16}{'three levels':>14}{'told or not':>14}{'full or not':>14}{'unmeasured':>12}"]
    rows += [_row("judge", found), _row("matcher", floor)]
    table = [f"{'labelled':<16}" + "".join(f"{'judged ' + column:>14}" for column in DEGREES)]
    table += [f"{row:<16}" + "".join(f"{found.table[row][column]:>14}" for column in DEGREES) for row in DEGREES]
    calls = used.calls + used.cached
    tokens = used.prompt_tokens + used.cached_prompt_tokens, used.completion_tokens + used.cached_completion_tokens
    spent = f"{calls} calls ({used.cached} from the store), {tokens[0]} tokens in, {tokens[1]} out"
    return [head, "", *rows, "", *table, "", spent]


def _row(name: str, found: Agreement) -> str:
    kappas = (found.kappa, found.kappa_told, found.kappa_full)
    cells = "".join(f"{'undefined' if kappa is None else f'{kappa:.2f}':>14}" for kappa in kappas)
    return f"{name:<16}{cells}{found.unmeasured:>12}"


def _disagreements(pairs: Sequence[Pair], judged: Judged) -> list[str]:
    """Where they differ: what a better prompt is made from."""
    rows = [row for row in zip(pairs, judged.levels, judged.judgements, strict=True) if row[0].level != row[1]]
    lines = [f"{pair.id}: labelled {pair.level}, judged {_said(level, said)}" for pair, level, said in rows]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return ["", "Differing:", *lines[:SHOWN], *more] if lines else []


def _said(level: Level, said: Judgement) -> str:
    return f"{level} ({said.why})" if said.level == level else f"{level}: {said.level} of another text ({said.why})"


def _licence(judged: Judged, labels: LabelledPairs, found: Agreement) -> Licence:
    (prompt,) = recorded_prompts({judged.prompt.id: judged.prompt}).values()
    return Licence(
        model=judged.model,
        prompt=prompt,
        labels=labels.digest,
        n=found.n,
        unmeasured=found.unmeasured,
        kappa=found.kappa,
        agreement=found.table,
        made=datetime.now(UTC).date().isoformat(),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Calibrate a model judge against hand-labelled pairs.")
    parser.add_argument("pairs", type=Path, help=f"the labelled pairs, as a rule {PAIRS}")
    parser.add_argument("--local-model", metavar="GGUF", help="serve this model file for the run")
    parser.add_argument("--model", metavar="NAME", help="who judges, by the endpoint's name for it")
    parser.add_argument("--limit", type=int, metavar="N", help="judge N pairs only, from all over the file")
    parser.add_argument("--write-licence", action="store_true", help="write evals/calibration/licences/MODEL.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
