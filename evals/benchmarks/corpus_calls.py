"""Many stories with a model: wall time beside the bare SDK, memory, a rerun, and what kills and faults cost.

    python evals/benchmarks/corpus_calls.py [--articles 20000] [--sentences 3] [--latency 0.2] [--concurrency 64]
    python evals/benchmarks/corpus_calls.py --storm [--articles 2000]
    python evals/benchmarks/corpus_calls.py --memory [--articles 20000]

Stories of five articles (``corpus.py`` makes them) are told with a stub that answers after 200 ms
(``corpus_stub.py``), by `run_corpus` as the command calls it, a worker a core. Then the bare SDK makes the same calls,
which are read from the store, at the same concurrency, and validates the replies; the ratio is of these two. Then all
is done twice more without a call: from the stories that were finished, and, with these forgotten, from the replies
alone, which is what a change of the program costs. Memory is that of the coordinating process, line by line of a
regression over the articles done, from the first thousand on; the workers' greatest is given beside it.

``--storm`` does a smaller corpus twice: calmly; and with 5 % of all calls failing and three SIGKILLs at random
moments. It prints what was lost, doubled and asked again.

``--memory`` is the coordinator alone, without the wait for those who verify: its stories ask their calls, six each, and
are done. All that could grow with a corpus is there: input, ids, window, limits, store, output, state.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import corpus

from pipeline.engines.replies import ClaimsReply, SentenceReply, StatementsReply
from pipeline.llm.keeping import CountingChat
from pipeline.llm.protocol import ChatModel, ChatRequest, Message
from pipeline.llm.store import ReplyStore
from pipeline.llm.structured import portable_schema
from pipeline.runs.corpus.results import RESULTS_FILE
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.settings import Settings

HERE: Final = Path(__file__).parent
KEY: Final = "sk-stub-0000000000000000"
MODEL: Final = "stub-model"
SETTLED: Final = 1000
"""Articles from which on memory is looked at."""
KILLS: Final = 3
FAULTS: Final = 0.05
_TIMEOUT: Final = 7200
_REPLIES: Final = {"summarize": ClaimsReply, "synthesize": StatementsReply}


def main() -> None:
    """Run one of the two, or be one contender."""
    parser = argparse.ArgumentParser(description="Many stories with a model that answers after a while.")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sentences", type=int, default=corpus.SHORT)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--storm", action="store_true", help="faults and kills")
    parser.add_argument("--memory", action="store_true", help="the coordinator alone")
    parser.add_argument("--contender", choices=["ours", "bare", "alone"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--base-url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        contend = {"ours": _ours, "bare": lambda given: asyncio.run(_bare(given)), "alone": _alone}
        print(json.dumps(contend[arguments.contender](arguments)))
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        (_storm if arguments.storm else _memory if arguments.memory else _calm)(Path(name), arguments)


def _calm(folder: Path, arguments: argparse.Namespace) -> None:
    corpus.written(folder / "in.jsonl", arguments.articles, arguments.sentences)
    with stub(arguments.latency) as (base_url, account):
        ours = _contend("ours", folder, base_url, arguments)
        print(f"calls answered so far: {account.get('answered', '?')}", file=sys.stderr)
        bare = _contend("bare", folder, base_url, arguments)
        again = _contend("ours", folder, base_url, arguments)
        (folder / "cache" / RESULTS_FILE).unlink()
        anew = _contend("ours", folder, base_url, arguments)
    calls, ideal = int(bare["calls"]), bare["calls"] * arguments.latency / arguments.concurrency
    print(f"{arguments.articles} articles of {arguments.sentences} sentences, {calls} calls, ideal {ideal:.1f} s")
    print(f"stub: {account}\n")
    print("| | wall s | × bare | articles/s | CPU s, all processes | peak MB | worker's peak MB |\n|---|" + "---:|" * 6)
    for title, done in (("ours", ours), ("bare SDK", bare), ("ours, again", again), ("ours, replies alone", anew)):
        cells = (
            f"{done['wall']:.1f}",
            f"{done['wall'] / bare['wall']:.2f}",
            f"{arguments.articles / done['wall']:.0f}",
        )
        print(f"| {title} | {' | '.join(cells)} | {done['cpu']:.1f} | {done['peak']:.0f} | {done['worker']:.0f} |")
    print(f"\nmemory's slope from {SETTLED} articles on: {ours['slope']:.3f} KB an article; lost: {ours['lost']:.0f}")


def _memory(folder: Path, arguments: argparse.Namespace) -> None:
    corpus.written(folder / "in.jsonl", arguments.articles, arguments.sentences)
    with stub(0.0) as (base_url, account):
        done = _contend("alone", folder, base_url, arguments)
    calls = account["answered"]
    print(f"{arguments.articles} articles, {calls:.0f} calls, {done['wall']:.0f} s: peak {done['peak']:.0f} MB")
    print(f"CPU {1000 * done['cpu'] / calls:.2f} ms a call; slope {done['slope']:.3f} KB an article")


def _storm(folder: Path, arguments: argparse.Namespace) -> None:
    chance = random.Random(11)
    path = corpus.written(folder / "in.jsonl", arguments.articles, arguments.sentences)
    with stub(arguments.latency) as (base_url, calm):
        _command(folder, "calm", base_url, arguments).wait(_TIMEOUT)
    with stub(arguments.latency, FAULTS) as (base_url, stormy):
        for kill in range(KILLS):
            process = _command(folder, "stormy", base_url, arguments)
            _wait_for(folder / "stormy" / "syntheses.jsonl", (kill + 1) * 0.2 * _size(folder / "calm"), process)
            time.sleep(chance.uniform(0, 0.5))
            process.kill()
            process.wait()
        status = _command(folder, "stormy", base_url, arguments).wait(_TIMEOUT)
    wanted = Counter(json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines())
    results = folder / "stormy" / "syntheses.jsonl"
    found = Counter(json.loads(line)["story_id"] for line in results.read_text(encoding="utf-8").splitlines())
    same = results.read_bytes() == (folder / "calm" / "syntheses.jsonl").read_bytes()
    print(
        f"{arguments.articles} articles, {KILLS} SIGKILLs, {stormy['injected']} calls failed on purpose; exit {status}"
    )
    print(f"lost {(wanted - found).total()}, doubled {(found - wanted).total()}, the same bytes as calm: {same}")
    again = stormy["answered"] - calm["answered"]
    print(f"calls answered: {calm['answered']} calm, {stormy['answered']} stormy: {again} asked again")


def _size(folder: Path) -> int:
    return (folder / "syntheses.jsonl").stat().st_size


def _wait_for(path: Path, size: float, process: subprocess.Popen[bytes]) -> None:
    while (path.stat().st_size if path.exists() else 0) < size:
        if process.poll() is not None:
            sys.exit("it was over before it could be killed")
        time.sleep(0.01)


def _command(folder: Path, out: str, base_url: str, arguments: argparse.Namespace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "corpus", "run", str(folder / "in.jsonl")]
    flags = {"out": folder / out, "base-url": base_url, "model": MODEL, "synthesis": "brief"}
    flags |= {"concurrency": arguments.concurrency, "workers": arguments.workers}
    command += [word for name, value in flags.items() for word in (f"--{name}", str(value))]
    waits = {"PIPELINE_CACHE_DIR": str(folder / f"cache-{out}"), "PIPELINE_MAX_ATTEMPTS": "10"}
    return subprocess.Popen(command, env=environment() | waits, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def stub(latency: float, faults: float = 0.0) -> Iterator[tuple[str, dict[str, float]]]:
    """A stub's base URL; its account is there once it has ended."""
    command = [sys.executable, str(HERE / "corpus_stub.py"), "--latency", str(latency), "--faults", str(faults)]
    account: dict[str, float] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None or server.stdin is None:
            raise RuntimeError("pipes were asked for")
        try:
            yield server.stdout.readline().strip(), account
        finally:
            server.stdin.close()
            account.update(json.loads(server.stdout.readline()))


def environment() -> dict[str, str]:
    """Ours without keys and settings, but with the stub's key."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PIPELINE_"))}
    return kept | {"PYTHONPATH": str(HERE.parents[1]), "OPENAI_API_KEY": KEY}


def _contend(name: str, folder: Path, base_url: str, arguments: argparse.Namespace) -> dict[str, float]:
    numbers = ("articles", "sentences", "latency", "concurrency", "workers")
    flags = [word for number in numbers for word in (f"--{number}", str(getattr(arguments, number)))]
    own = ["--contender", name, "--folder", str(folder), "--base-url", base_url]
    done = subprocess.run(
        [sys.executable, __file__, *own, *flags],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        timeout=_TIMEOUT,
        start_new_session=True,
    )
    if done.returncode != 0:
        sys.exit(f"{name} failed")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ours(arguments: argparse.Namespace) -> dict[str, float]:
    """One run as the command does it, into a folder of its own; the store is shared with the next."""
    from pipeline.llm.openai_client import OpenAIChat  # noqa: F401  loading it is no part of the work
    from pipeline.runs.corpus.job import CorpusJob, run_corpus

    out = Path(tempfile.mkdtemp(dir=arguments.folder))
    seen: list[tuple[float, float]] = []
    group = _Group()
    threading.Thread(target=group.watch, daemon=True).start()

    def watch(snapshot: Any) -> None:
        seen.append((corpus.PER_STORY * snapshot.counts.done, _held_kb()))

    wall, cpu = time.perf_counter(), _cpu()
    job = CorpusJob(input=str(arguments.folder / "in.jsonl"), out=out, workers=arguments.workers)
    done = asyncio.run(run_corpus(job, _settings(arguments), watch=watch))
    return {
        "wall": time.perf_counter() - wall,
        "cpu": _cpu() - cpu + group.cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker": group.peak,
        "slope": _slope([one for one in seen if one[0] >= SETTLED]),
        "lost": arguments.articles / corpus.PER_STORY - done.stories.done,
    }


class _Asking:
    """Stories that ask their calls, and are done with a line as long as a short one's."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat

    async def run(self, task: Task) -> Outcome:
        """A call an article, and one more."""
        texts = [article["text"].replace("\n", " ") for article in json.loads(task.payload)["articles"]]
        asked = [_request(task.story_id, text) for text in (*texts, texts[0] + texts[1])]
        await asyncio.gather(*map(self._chat.complete, asked))
        return Outcome(line=json.dumps({"story_id": task.story_id, "synthesis": "x" * 15_000}))


def _request(story_id: str, text: str) -> ChatRequest:
    told = (
        Message(role="system", content=f"Of {story_id}, list what it says."),
        Message(role="user", content=f"[1] {text}"),
    )
    schema = portable_schema(ClaimsReply)
    return ChatRequest(model=MODEL, messages=told, schema_name="summarize", json_schema=schema, max_tokens=1000)


def _alone(arguments: argparse.Namespace) -> dict[str, float]:
    return asyncio.run(_coordinated(arguments))


async def _coordinated(arguments: argparse.Namespace) -> dict[str, float]:
    """As `run_corpus`, but for the pool."""
    from pipeline.runs.corpus.ledger import open_ledger  # loading it is no part of the work
    from pipeline.runs.corpus.session import Account, Session
    from pipeline.runs.corpus.source import open_source
    from pipeline.runs.engines import open_engine

    out, seen = arguments.folder / "alone", list[tuple[float, float]]()
    source = open_source(str(arguments.folder / "in.jsonl"), out)
    with open_ledger(out) as ledger:
        async with open_engine(_settings(arguments)) as opened:
            if opened.shared is None:
                raise RuntimeError("a model was asked for")
            ledger.begin({}, "")
            counting = CountingChat(opened.shared.chat)
            account = Account(opened, counting, ledger.state)
            session = Session(source, ledger, account, at_once=2 * arguments.concurrency, ordered=True)
            session.watch = lambda snapshot: seen.append((corpus.PER_STORY * snapshot.counts.done, _held_kb()))
            wall, cpu = time.perf_counter(), _cpu()
            await session.go(_Asking(counting))
            session.close()
    return {
        "wall": time.perf_counter() - wall,
        "cpu": _cpu() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "slope": _slope([one for one in seen if one[0] >= SETTLED]),
    }


def _settings(arguments: argparse.Namespace) -> Settings:
    told = {"engine": "openai", "model": MODEL, "base_url": arguments.base_url, "api_key": KEY, "synthesis": "brief"}
    told |= {"concurrency": arguments.concurrency, "cache_dir": str(arguments.folder / "cache")}
    return Settings.model_validate(told)


async def _bare(arguments: argparse.Namespace) -> dict[str, float]:
    """The SDK alone: the same requests, so many at a time, each reply validated."""
    import openai

    requests = list(_requests(arguments.folder / "cache" / "replies.sqlite"))
    waiting = iter(requests)
    async with openai.AsyncOpenAI(base_url=arguments.base_url, api_key=KEY, max_retries=0) as client:

        async def ask_on() -> None:
            for request in waiting:
                name = request["schema_name"]
                schema = {"name": name, "strict": True, "schema": request["json_schema"]}
                completion = await client.chat.completions.create(
                    model=MODEL,
                    messages=request["messages"],
                    max_tokens=request["max_tokens"],
                    temperature=0,
                    response_format={"type": "json_schema", "json_schema": schema},  # type: ignore[arg-type]  # the SDK wants a type of its own
                )
                _REPLIES.get(name, SentenceReply).model_validate_json(completion.choices[0].message.content or "")

        wall, cpu = time.perf_counter(), _cpu()
        await asyncio.gather(*(ask_on() for _ in range(arguments.concurrency)))
        wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, "worker": 0.0, "calls": len(requests)}


def _requests(store: Path) -> Iterator[dict[str, Any]]:
    """What was asked, from the store."""
    ReplyStore(store, read_only=True).close()  # says in words what may be wrong with it
    with contextlib.closing(sqlite3.connect(store)) as opened:
        for (text,) in opened.execute("SELECT request FROM replies"):
            yield json.loads(text)["request"]


class _Group:
    """What the other processes of this one's group take, as the system's files say five times a second."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._seconds: dict[int, float] = {}

    @property
    def cpu(self) -> float:
        """Seconds, of those that have ended, too."""
        return sum(self._seconds.values())

    def watch(self) -> None:
        """It ends with the program."""
        while True:
            for folder in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile
                    self._look(int(folder.name), folder)
            time.sleep(0.2)

    def _look(self, pid: int, folder: Path) -> None:
        if pid == os.getpid() or os.getpgid(pid) != os.getpid():
            return
        fields = (folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        self._seconds[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        held = re.search(r"VmHWM:\s*(\d+)", (folder / "status").read_text(encoding="utf-8"))
        self.peak = max(self.peak, int(held[1]) / 1024 if held else 0.0)


def _cpu() -> float:
    """Seconds of this process."""
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def _held_kb() -> float:
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024


def _slope(points: list[tuple[float, float]]) -> float:
    """Of the least squares."""
    if len(points) < 2:  # noqa: PLR2004  a line has two ends
        return 0.0
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


if __name__ == "__main__":
    main()
