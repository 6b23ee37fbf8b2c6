"""A model judge of support beside the guards, on statements that were written true and false by hand.

    python evals/benchmarks/support_judge.py [--local-model GGUF] [--model NAME] [--limit N] [FILE…]

FILE is of the form of ``evals/calibration/rewrites.yaml``; by default all three such files. As many faithful statements
as false ones are taken, spread over the files, each with the passages that it cites: ``--limit`` in all. The endpoint
is that of ``OPENAI_API_KEY`` and ``OPENAI_BASE_URL``, unless ``--local-model`` names a model file to serve
(``pip install -e '.[local]'``). Replies are kept where ``PIPELINE_CACHE_DIR`` says: a second run asks what failed.

Said to be true is what the guards call supported, what the judge calls supported, and what both do; what the judge did
not answer is neither right nor wrong for it, and counted apart. The guards were made with these files at hand, the
judge was not: their figures here are kinder to the guards than new text will be.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from verification import CALIBRATION, PLACES

from pipeline.errors import PipelineError
from pipeline.evaluation.selftest.verification import Case, hand_written, load_rewrites
from pipeline.guards.judge import judge
from pipeline.guards.passage import passage_of
from pipeline.runs.opinions import Question
from pipeline.runs.support_judge import Judged, open_support_judge
from pipeline.settings import Settings, load_settings
from pipeline.stages.ingest import ingest


class Asked(NamedTuple):
    """A statement, whether it is true by what it cites, and of which kind its fault is."""

    question: Question
    true: bool
    kind: str


def main() -> None:
    """Ask, compare, print."""
    arguments = _arguments()
    try:
        flags = {"local_model": arguments.local_model, "model": arguments.model}
        settings = load_settings(flags, os.environ)
        settings.check_endpoint()
        asked = pairs(arguments.files, arguments.limit)
        judged = asyncio.run(_judge([one.question for one in asked], settings))
    except PipelineError as error:
        sys.exit(f"error[{error.code}] {error.message}\n{error.hint}".strip())
    print("\n".join(report(asked, judged)))


def pairs(files: Sequence[Path], limit: int) -> list[Asked]:
    """As many faithful as false ones, from all over the files."""
    articles = [article for path in PLACES.values() for article in ingest([str(path)]).articles]
    cases = [case for path in files for case in hand_written(path.name, load_rewrites(path), articles)]
    faithful = [Asked(_question(case, case.text), true=True, kind="faithful") for case in cases]
    false = [Asked(_question(case, one.text), true=False, kind=one.kind) for case in cases for one in case.made]
    return [*_spread(faithful, limit // 2), *_spread(false, limit - limit // 2)]


def _question(case: Case, text: str) -> Question:
    passages = tuple(passage_of(case.articles[one.article_id], one) for one in case.evidence)
    return Question(text, passages, judge(text, case.evidence, case.articles))


def _spread(asked: Sequence[Asked], count: int) -> list[Asked]:
    count = min(count, len(asked))
    return [asked[place * len(asked) // count] for place in range(count)]


async def _judge(questions: Sequence[Question], settings: Settings) -> list[Judged]:
    async with open_support_judge(settings, lambda line: print(line, file=sys.stderr)) as model:
        return await model.judged(questions)


def report(asked: Sequence[Asked], judged: Sequence[Judged]) -> list[str]:
    """Accuracy of each and of both, what was said of what, and where the judge is wrong."""
    known = [(one, said) for one, said in zip(asked, judged, strict=True) if said.label is not None]
    guards = [one.question.verdict.status == "supported" for one, _ in known]
    model = [said.label == "supported" for _, said in known]
    both = [first and second for first, second in zip(guards, model, strict=True)]
    true = [one.true for one, _ in known]
    unanswered = len(asked) - len(known)
    head = (
        f"{len(asked)} statements, {sum(one.true for one in asked)} of them true; {unanswered} not answered, left out"
    )
    rows = [_row(name, said, true) for name, said in (("guards", guards), ("judge", model), ("both", both))]
    wrong = [_wrong(one, said) for one, said in known if (said.label == "supported") != one.true]
    titles = f"{'':10}{'accuracy':>10}{'true passed':>13}{'false refused':>15}"
    lines = [head, titles, *rows, "", *_labels(known), "", *wrong]
    return [*lines, *(f"no answer: {said.why}" for said in judged if said.label is None)]


def _row(name: str, said: Sequence[bool], true: Sequence[bool]) -> str:
    right = [one == other for one, other in zip(said, true, strict=True)]
    passed = [hit for hit, is_true in zip(right, true, strict=True) if is_true]
    refused = [hit for hit, is_true in zip(right, true, strict=True) if not is_true]
    return f"{name:10}{_share(right):>10}{_share(passed):>13}{_share(refused):>15}"


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits)}/{len(hits)} {sum(hits) / len(hits):.0%}" if hits else "none"


def _labels(known: Sequence[tuple[Asked, Judged]]) -> list[str]:
    counts = Counter((one.true, said.label) for one, said in known)
    return [
        f"{'true' if true else 'false'}, judged {label}: {n}" for (true, label), n in sorted(counts.items(), key=str)
    ]


def _wrong(asked: Asked, said: Judged) -> str:
    return f"{asked.kind}, judged {said.label} ({said.why}): {asked.question.text}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A model judge of support beside the guards.")
    parser.add_argument("files", nargs="*", type=Path, default=sorted(CALIBRATION.glob("rewrites*.yaml")))
    parser.add_argument("--local-model", metavar="GGUF", help="serve this model file for the run")
    parser.add_argument("--model", metavar="NAME", help="who judges, by the endpoint's name for it")
    parser.add_argument("--limit", type=int, default=40, metavar="N", help="statements in all [default: 40]")
    return parser.parse_args()


if __name__ == "__main__":
    main()
