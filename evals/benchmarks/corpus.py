"""Many stories: articles a second on one core beside two classics, memory over more and more articles, and a rerun.

    python evals/benchmarks/corpus.py [--articles 200 1000 5000] [--rounds 3] [--peers-python PYTHON]

Stories are made here, five articles each, of some 250 words that repeat, vary and contradict one another. Each
contender works on the same file in a fresh process, one after the other, round by round; the figures are its own
processor time without start and imports, so that a busy machine counts as little as it can, and ratios are medians over
the rounds. For memory, where only the number of articles matters, they are shorter.
LexRank and TextRank are those of ``sumy`` (``pip install sumy numpy``, into an environment of its own if need be: name
its Python). They rank sentences of the joined articles and choose ten: no claims, citations, guards or differences.

Peaks are of the coordinating process and, apart, of its greatest worker.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, Final

PER_STORY: Final = 5
SENTENCES: Final = 14
SHORT: Final = 3
"""Sentences of an article where only the number of articles matters."""
CHOSEN: Final = 10
"""Sentences that a classic chooses: about 300 words, as ours."""
SPEED_ARTICLES: Final = 200
_TIMEOUT: Final = 3600
_FIRST: Final = "Anna Boris Clara Doran Edda Fergus Greta Henrik Irina Jonas".split()
_LAST: Final = "Vasquell Merrow Haldane Orrin Tarnow Pellard Skerry Lowen Brackley Dittmar".split()
_PLACES: Final = "Tarn Orrin Pell Merrow Haldane Skerry Lowen Brack Ditton Varga".split()
_SAID: Final = ("{who} said", "according to {who}", "{who} told reporters", "{who} said in a statement")
_TOLD: Final = (
    "a ferry with {n} people on board ran aground off {place}",
    "about {n} residents of {place} were asked to leave their homes",
    "the harbour of {place} had been closed for {n} hours",
    "{n} volunteers had filled sandbags along the embankment of {place}",
    "repairs to the sea wall of {place} would cost {n} million crowns",
    "no alarm had been raised in {place} before the second tide",
    "the owner of the ferry refused to pay {n} families in {place}",
    "the council of {place} would meet on Thursday to vote on a plan with {n} measures",
    "divers found the wreck {n} metres from the pier of {place}",
    "the weather service had warned {place} of gusts of up to {n} kilometres an hour",
)


def stories(count: int, sentences: int = SENTENCES) -> Iterator[dict[str, Any]]:
    """So many stories, as lines of the input have them; the same for the same count."""
    for number in range(count):
        chance = random.Random(number)
        facts = [(told, chance.randint(3, 900), chance.choice(_PLACES)) for told in _TOLD * 2]
        people = [f"{chance.choice(_FIRST)} {chance.choice(_LAST)}" for _ in range(6)]
        yield {
            "id": f"story-{number}",
            "articles": [_article(facts, people, chance, sentences) for _ in range(PER_STORY)],
        }


def _article(
    facts: list[tuple[str, int, str]], people: list[str], chance: random.Random, sentences: int
) -> dict[str, Any]:
    said = []
    for told, number, place in chance.sample(facts, sentences):
        varied = number + (chance.random() < 0.1)  # noqa: PLR2004  one figure in ten differs
        fact, who = told.format(n=varied, place=place), chance.choice(_SAID).format(who=chance.choice(people))
        said.append(f"{fact[0].upper()}{fact[1:]} on Monday, {who}.")
    paragraphs = [" ".join(said[i : i + 2]) for i in range(0, sentences, 2)]
    return {"title": f"What happened in {facts[0][2]}", "published": "2023-03-02", "text": "\n\n".join(paragraphs)}


def main() -> None:
    """Compare, or be one contender."""
    parser = argparse.ArgumentParser(description="Articles a second, memory, and a rerun.")
    parser.add_argument("--articles", type=int, nargs="+", default=[200, 1000, 5000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["speed", "memory"], help="one of the two tables")
    parser.add_argument("--peers-python", default=sys.executable, help="a Python that has sumy")
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--input", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender == "ours":
        print(json.dumps(_ours(arguments.input, arguments.out, arguments.workers)))
    elif arguments.contender:
        print(json.dumps(_classic(arguments.contender, arguments.input)))
    else:
        _compare(arguments)


def _compare(arguments: argparse.Namespace) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.only != "memory":
            _speed(folder, arguments.rounds, arguments.peers_python)
        if arguments.only != "speed":
            _memory(folder, arguments.articles)


def _speed(folder: Path, rounds: int, peers: str) -> None:
    path = written(folder / "speed.jsonl", SPEED_ARTICLES, SENTENCES)
    runs: dict[str, list[float]] = {"ours": [], "LexRank": [], "TextRank": []}
    for number in range(rounds):
        for name, done in runs.items():
            own = ("--out", str(folder / f"speed-{number}")) if name == "ours" else ()
            python = sys.executable if name == "ours" else peers
            done.append(_contend(python, name, path, *own)["cpu"])
    print("| one core | articles/s | CPU ms/article | × ours |\n|---|---:|---:|---:|")
    for name, done in runs.items():
        ratio = median(cpu / ours for cpu, ours in zip(done, runs["ours"], strict=True))
        each = median(done) / SPEED_ARTICLES
        print(f"| {name} | {1 / each:.1f} | {1000 * each:.1f} | {ratio:.2f} |", flush=True)


def _memory(folder: Path, counts: list[int]) -> None:
    head = "articles|wall s|articles/s|peak MB|worker's peak MB|done again s|output MB"
    print(f"\n| {head.replace('|', ' | ')} |\n|{'---:|' * 7}")
    for count in counts:
        path, out = written(folder / f"{count}.jsonl", count, SHORT), folder / f"out-{count}"
        flags = ("--out", str(out), "--workers", str(os.cpu_count() or 1))
        first, again = (_contend(sys.executable, "ours", path, *flags) for _ in range(2))
        size = (out / "syntheses.jsonl").stat().st_size / 1e6
        speed = count / first["wall"]
        cells = (count, f"{first['wall']:.1f}", f"{speed:.1f}", f"{first['peak']:.0f}", f"{first['worker']:.0f}")
        print(f"| {' | '.join(map(str, cells))} | {again['wall']:.2f} | {size:.1f} |", flush=True)


def written(path: Path, articles: int, sentences: int) -> Path:
    """A file of stories with so many articles."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(story) + "\n" for story in stories(articles // PER_STORY, sentences))
    return path


def _contend(python: str, name: str, path: Path, *flags: str) -> dict[str, float]:
    command = [python, __file__, "--contender", name, "--input", str(path), *flags]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPENAI_", "PIPELINE_"))}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, timeout=_TIMEOUT, start_new_session=True
    )
    if done.returncode != 0:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ours(path: Path, out: Path, workers: int) -> dict[str, float]:
    """One run, as the command does it; the time starts when all is loaded."""
    from pipeline.runs.corpus.job import CorpusJob, run_corpus  # a peer's Python has no such module
    from pipeline.settings import Settings

    peaks: list[float] = [0.0]
    if workers:
        threading.Thread(target=watch_workers, args=(peaks,), daemon=True).start()
    begun, wall = time.process_time(), time.perf_counter()
    job = CorpusJob(input=str(path), out=out, workers=workers)
    asyncio.run(run_corpus(job, Settings(engine="extractive")))
    return {
        "cpu": time.process_time() - begun,
        "wall": time.perf_counter() - wall,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker": max(peaks),
    }


def watch_workers(peaks: list[float]) -> None:
    """Note, in MB, the most that any process of this group but this one has held; it ends with the program."""
    while True:
        for folder in Path("/proc").glob("[0-9]*"):
            pid = int(folder.name)
            try:
                if pid != os.getpid() and os.getpgid(pid) == os.getpid():
                    held = re.search(r"VmHWM:\s*(\d+)", (folder / "status").read_text(encoding="utf-8"))
                    peaks.append(max(peaks.pop(), int(held[1]) / 1024 if held else 0.0))
            except OSError:  # it has ended meanwhile
                continue
        time.sleep(0.2)


class _Tokenizer:
    """A tokenizer for sumy that needs no download."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Words, as it asks for them."""
        return tuple(word.strip(".,") for word in sentence.split() if word[0].isalpha())


def _classic(name: str, path: Path) -> dict[str, float]:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # not an extra of ours
    from sumy.nlp.stemmers import Stemmer
    from sumy.utils import get_stop_words

    snake = {"LexRank": "lex_rank", "TextRank": "text_rank"}[name]
    made = getattr(import_module(f"sumy.summarizers.{snake}"), f"{name}Summarizer")(Stemmer("english"))
    made.stop_words = get_stop_words("english")
    begun = time.process_time()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            articles = json.loads(line)["articles"]
            sentences = [text for a in articles for text in a["text"].replace("\n\n", " ").split(". ")]
            document = ObjectDocumentModel([Paragraph([Sentence(text, _Tokenizer()) for text in sentences])])
            made(document, CHOSEN)
    return {"cpu": time.process_time() - begun}


if __name__ == "__main__":
    main()
