"""Articles a second on one core: the extractive engine beside sumy's LexRank and TextRank on the same stories.

    python evals/benchmarks/speed.py [DATA] [--rounds 3] [--made 40] [--stages] [--peers-python PYTHON]

DATA is a folder of stories: each a folder with ``*_doc.txt`` articles. The news text is not ours to ship, so the folder
is an argument. The project's own stories are added (*news*), and apart, the invented ones of ``corpus.py`` (*made*).
LexRank and TextRank are those of ``sumy`` (``pip install sumy numpy``, into an environment of its own if need be: name
its Python). They get the cleaned text of the same articles, rank its sentences and choose ten. Ours reads the files,
and ends with claims, citations, verdicts and differences.

Each contender is a fresh process that works on every story once, after one that does not count: what is loaded or
compiled once is out of it, what is remembered from one story to the next is in, as in a long run. They take turns,
round by round. The figures are processor time, so that a busy machine counts as little as it can; ratios are taken
within a round, and the median of the rounds is shown. ``--stages`` says where ours went, stage by stage; ``--start``
how long the command takes to say what it can do, and to summarize the seeds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
OWN: Final = ("seeds", "evals/stories/ferry/articles", "evals/stories/strike/articles")
WARMING: Final = "evals/calibration/articles"
"""A story that does not count."""
CHOSEN: Final = 10
"""Sentences that a classic chooses: about 300 words, as ours."""
WORDS: Final = 300
_TIMEOUT: Final = 3600
_CLASSICS: Final = {"LexRank": "lex_rank", "TextRank": "text_rank"}

Times = dict[str, float]


def main() -> None:
    """Compare, or be one contender."""
    parser = argparse.ArgumentParser(description="CPU per article beside LexRank and TextRank.")
    parser.add_argument("data", nargs="?", type=Path, help="a folder of stories")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--made", type=int, default=40, help="stories that are made here, five articles each")
    parser.add_argument("--stages", action="store_true", help="where ours went")
    parser.add_argument("--start", action="store_true", help="how long the command takes to start")
    parser.add_argument("--peers-python", default=sys.executable, help="a Python that has sumy")
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--stories", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        contender = _ours if arguments.contender == "ours" else _classic(arguments.contender)
        print(json.dumps(_timed(contender, json.loads(arguments.stories.read_text(encoding="utf-8")))))
    elif arguments.start:
        _starts(arguments.rounds)
    else:
        _compare(arguments)


# --- the comparison


def _compare(arguments: argparse.Namespace) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {"news": list(_news(arguments.data)), "made": list(_made(folder / "made", arguments.made))}
        for kind, stories in kinds.items():
            path = folder / f"{kind}.json"
            path.write_text(json.dumps([_told([str(ROOT / WARMING)]), *map(_told, stories)]), encoding="utf-8")
            articles = sum(len(story["texts"]) for story in json.loads(path.read_text(encoding="utf-8"))[1:])
            print(f"\n{kind}: {len(stories)} stories, {articles} articles")
            _rounds(path, articles, arguments)


def _rounds(path: Path, articles: int, arguments: argparse.Namespace) -> None:
    runs: dict[str, list[Times]] = {"ours": [], "LexRank": [], "TextRank": []}
    for _ in range(arguments.rounds):
        for name, done in runs.items():
            done.append(_contend(sys.executable if name == "ours" else arguments.peers_python, name, path))
    print("| one core | articles/s | CPU ms/article | ours is × this | peak MB |\n|---|---:|---:|---:|---:|")
    for name, done in runs.items():
        ratio = median(ours["cpu"] / one["cpu"] for one, ours in zip(done, runs["ours"], strict=True))
        each = median(one["cpu"] for one in done) / articles
        peak = max(one["peak"] for one in done)
        print(f"| {name} | {1 / each:.1f} | {1000 * each:.2f} | {ratio:.2f} | {peak:.0f} |", flush=True)
    if arguments.stages:
        print("| stage | ms/article | × LexRank |\n|---|---:|---:|")
        for stage in sorted(runs["ours"][0].keys() - {"cpu", "peak"}):
            each = median(one[stage] for one in runs["ours"]) / articles
            ratio = median(o[stage] / c["cpu"] for o, c in zip(runs["ours"], runs["LexRank"], strict=True))
            print(f"| {stage} | {1000 * each:.2f} | {ratio:.2f} |")


def _news(data: Path | None) -> Iterator[list[str]]:
    """The files of each story."""
    yield from ([str(ROOT / path)] for path in OWN)
    folders = sorted(data.iterdir()) if data else []
    yield from (files for folder in folders if (files := sorted(map(str, folder.glob("*_doc.txt")))))


def _made(folder: Path, count: int) -> Iterator[list[str]]:
    made = import_module("corpus").stories(count)
    for story in made:
        place = folder / story["id"]
        place.mkdir(parents=True)
        for number, article in enumerate(story["articles"]):
            (place / f"{number}.json").write_text(json.dumps(article), encoding="utf-8")
        yield [str(place)]


def _told(inputs: list[str]) -> dict[str, Any]:
    """The story's files, and the cleaned texts for those who do not clean."""
    from pipeline.stages.ingest import ingest  # a peer's Python has no such module

    return {"inputs": inputs, "texts": [article.text for article in ingest(inputs).articles]}


# --- contenders


def _contend(python: str, name: str, path: Path) -> Times:
    command = [python, __file__, "--contender", name, "--stories", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment(), timeout=_TIMEOUT)
    if done.returncode != 0:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    found: Times = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("OPENAI_", "PIPELINE_"))}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return own


def _timed(contender: Callable[[dict[str, Any]], Times], stories: list[dict[str, Any]]) -> Times:
    """Seconds of processor time over all stories but the first, in all and by stage."""
    if contender is _ours:
        from pipeline.runs.collector import collect_seldom

        collect_seldom()  # as the command does
    contender(stories[0])
    begun = time.process_time()
    found = [contender(story) for story in stories[1:]]
    spent = {"cpu": time.process_time() - begun}
    spent |= {stage: sum(one[stage] for one in found) for stage in found[0]}
    return spent | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _ours(story: dict[str, Any]) -> Times:
    """As the command does it; the stages' shares of the time that passed are their shares of the processor's."""
    from pipeline.engines.extractive import ExtractiveEngine  # a peer's Python has no such module
    from pipeline.runs.runner import run_story
    from pipeline.stages.ingest import ingest

    begun = time.process_time()
    ingested = ingest(story["inputs"])
    read = time.process_time() - begun
    passed: Times = {}

    async def job() -> None:  # without a result: asyncio would write it out when it lets go of the task
        done = await run_story(ingested, ExtractiveEngine(), words=WORDS)
        passed.update({stage.name: stage.seconds for stage in done.stages})

    started = time.perf_counter()
    asyncio.run(job())
    whole, used = time.perf_counter() - started, time.process_time() - begun - read
    passed["differences"] = whole - sum(passed.values())
    return {"ingest": read, **{stage: seconds / whole * used for stage, seconds in passed.items()}}


class _Tokenizer:
    """A tokenizer for sumy that needs no download."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Words, as it asks for them."""
        return tuple(word.strip(".,") for word in sentence.split() if word[0].isalpha())


def _classic(name: str) -> Callable[[dict[str, Any]], Times]:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # not an extra of ours
    from sumy.nlp.stemmers import Stemmer
    from sumy.utils import get_stop_words

    made = getattr(import_module(f"sumy.summarizers.{_CLASSICS[name]}"), f"{name}Summarizer")(Stemmer("english"))
    made.stop_words = get_stop_words("english")

    def summarize(story: dict[str, Any]) -> Times:
        sentences = [s for text in story["texts"] for s in text.replace("\n\n", " ").split(". ") if s.strip()]
        made(ObjectDocumentModel([Paragraph([Sentence(text, _Tokenizer()) for text in sentences])]), CHOSEN)
        return {}

    return summarize


# --- starting


def _starts(rounds: int) -> None:
    """Processor seconds of whole commands, the median of the rounds."""
    with tempfile.TemporaryDirectory() as name:
        commands = {
            "--help": ["--help"],
            "run --help": ["run", "--help"],
            "run seeds": ["run", str(ROOT / "seeds"), "--engine", "extractive", "--out", f"{name}/out"],
        }
        print("| command | CPU s |\n|---|---:|")
        for title, words in commands.items():
            print(f"| pipeline {title} | {median(_spent(words) for _ in range(rounds)):.2f} |")


def _spent(words: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call = "from pipeline.cli import main; main()"
    subprocess.run([sys.executable, "-c", call, *words], check=True, capture_output=True, env=_environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
