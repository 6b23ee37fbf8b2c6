"""What a summary costs in tokens, per story and per article, beside other ways to a cited summary.

    python evals/benchmarks/cost.py [--peers-python PYTHON]      # a table for each of the three stories
    python evals/benchmarks/cost.py --growth [5,50,500]          # one event told by more and more articles

All go through one server on loopback that counts everything a model would read (messages, schema, tools) and what it
answers, with one tokenizer. No model is asked.

**Stories.** *ours* sends what it sends; the answers are those that a real model gave and that are recorded in
``evals/recordings``, so the repairs it needed are in it. The same story in one call (`--synthesis brief`) has no
recording: its answers are the claims as recorded, and the recorded summary's sentences. Peers get answers of the same
content: LangChain's map the recorded claims of the article, each with a mark, and its reduce the sentences of our
summary with theirs; LlamaIndex these sentences; langextract the recorded quotes that stand in the chunk, in its own
JSON. So what differs is what is sent, how often, and the form of the answer, never how much is said. What is done with
it is not compared: of these only ours and langextract look whether a quote stands in its article, and only ours
whether a sentence follows from what it cites.

**Growth.** Articles of `event_articles`; a scripted model that answers from what it is shown alone (`Scripted`): every
sentence is a claim; of topics it tells those that most articles have, and warnings. It is checked that no citation is
lost on the way, and whether the fact that one article alone has is told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from counting_server import Answer, Call, CountingServer, kind_of, prompt_of
from event_articles import VITAL_WORDS, event_articles

from pipeline.domain.claims import Usage
from pipeline.domain.synthesis import Synthesis
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import LlmEngine, Way
from pipeline.engines.protocol import Engine
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.tokens import TokenCounter
from pipeline.runs.engines import Source, checked_prompts
from pipeline.runs.job import run_job
from pipeline.runs.runner import Story, run_story
from pipeline.settings import Settings
from pipeline.stages.ingest import Given, SourceEntry, ingest, ingest_given

ROOT: Final = Path(__file__).parents[2]
STORIES: Final = {
    "seeds": ROOT / "seeds",
    "ferry": ROOT / "evals/stories/ferry/articles",
    "strike": ROOT / "evals/stories/strike/articles",
}
PEERS: Final = ("langchain", "llamaindex", "langextract")
WORDS: Final = 300
_CACHED_FROM: Final = 1024
"""Tokens from which hosted endpoints keep a prefix."""


class Recorded(NamedTuple):
    """What a real model answered: replies by prompt, the claims of each article, and the summary that came of it."""

    by_prompt: Mapping[str, str]
    claims: Mapping[str, Sequence[dict[str, Any]]]
    sentences: tuple[str, ...]


class Row(NamedTuple):
    """A contender on one story."""

    name: str
    calls: Sequence[Call]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Tokens per story, and per article as a story grows.")
    parser.add_argument("--peers-python", help="of an environment with the peers")
    parser.add_argument("--growth", nargs="?", const="5,50,500", help="numbers of articles")
    given = parser.parse_args()
    counter = TokenCounter.for_model("gpt-4o", hosted=True)
    print(f"Tokens of o200k_base, {'counted' if counter.exact else 'estimated: its table is not at hand'}.")
    if given.growth:
        growth([int(number) for number in given.growth.split(",")], counter)
    else:
        for name, folder in STORIES.items():
            stories(name, folder, given.peers_python, counter)


# --- per story


def stories(name: str, folder: Path, peers_python: str | None, counter: TokenCounter) -> None:
    """The table of one story."""
    recorded = _recorded(name, folder)
    rows = [
        Row("ours, a cluster a call", _ours(folder, "cluster", recorded, counter)),
        Row("ours, one call (brief)", _ours(folder, "brief", recorded, counter)),
    ]
    if peers_python:
        rows += [Row(peer, _peer(peer, folder, peers_python, recorded, counter)) for peer in PEERS]
    articles = ingest([str(folder)]).articles
    size = sum(counter.count(article.text) for article in articles)
    print(f"\n{name}: {len(articles)} articles, {size:,} tokens of text")
    print(f"{'':<26}{'calls':>7}{'in':>9}{'out':>8}{'in per token':>14}{'same prefix':>13}")
    for row in rows:
        sent, answered = sum(call.tokens_in for call in row.calls), sum(call.tokens_out for call in row.calls)
        prefix = _same_prefix(row.calls, counter)
        print(f"{row.name:<26}{len(row.calls):>7}{sent:>9,}{answered:>8,}{sent / size:>14.2f}{prefix:>13,}")


def _same_prefix(calls: Sequence[Call], counter: TokenCounter) -> int:
    """Tokens that the calls of the most frequent kind begin with alike; a cache needs `_CACHED_FROM` of them."""
    kind = Counter(call.kind for call in calls).most_common(1)[0][0]
    texts = [call.text for call in calls if call.kind == kind]
    first, last = min(texts), max(texts)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return counter.count(first[:length]) if len(texts) > 1 else 0


def _recorded(name: str, folder: Path) -> Recorded:
    """The recording, and the summary that a replay of it gives."""
    lines = (ROOT / "evals/recordings" / name / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    loaded = [json.loads(line) for line in lines]
    by_prompt = {_key(one["request"]["messages"]): one["reply"]["text"] for one in loaded}
    claims = {
        one["request"]["messages"][1]["content"]: json.loads(one["reply"]["text"])["claims"]
        for one in loaded
        if one["request"]["schema_name"] == "summarize"
    }
    with tempfile.TemporaryDirectory() as out:
        settings = Settings.model_construct(_fields_set={"out"}, **dict(Settings(out=out)))
        replay = Source(replay=ROOT / "evals/recordings" / name)
        done = asyncio.run(run_job([str(folder)], settings, source=replay))
    assert done.synthesis is not None
    return Recorded(by_prompt, claims, tuple(statement.text for statement in done.synthesis.statements))


def _key(messages: Sequence[Mapping[str, Any]]) -> str:
    """A prompt by what is asked; the system's part has the schema in words, too, where an endpoint is not known."""
    return json.dumps([message["content"] for message in messages[1:]])


def _ours(folder: Path, way: str, recorded: Recorded, counter: TokenCounter) -> Sequence[Call]:
    """A run as a user starts it, with an empty store."""

    def answer(body: dict[str, Any]) -> str:
        key = _key(body["messages"])
        if key in recorded.by_prompt:
            return recorded.by_prompt[key]
        shown = _shown(body["messages"][1]["content"])
        if kind_of(body) == "synthesize":
            return json.dumps({"statements": _statements(shown, recorded.sentences)})
        return json.dumps({"sentence": shown[-1].passage})

    with tempfile.TemporaryDirectory() as out, CountingServer(answer, counter) as server:
        model = "qwen2.5-coder-1.5b-instruct-q4_k_m"  # as recorded: a prompt is found by its words
        settings = Settings.model_validate(
            {"out": out, "base_url": server.base_url, "api_key": "sk-stub", "model": model, "synthesis": way,
             "words": WORDS, "cache": "off"}
        )  # fmt: skip
        asyncio.run(run_job([str(folder)], settings))
        return server.calls


def _peer(name: str, folder: Path, python: str, recorded: Recorded, counter: TokenCounter) -> Sequence[Call]:
    """A peer in a process of its own."""
    articles = ingest([str(folder)]).articles
    work = {"articles": [{"id": a.id, "text": a.text} for a in articles], "words": WORDS}
    with tempfile.TemporaryDirectory() as out, CountingServer(_answers(name, recorded), counter) as server:
        file = Path(out) / "work.json"
        file.write_text(json.dumps(work), encoding="utf-8")
        script = Path(__file__).with_name("cost_peers.py")
        command = [python, str(script), name, "--base-url", server.base_url, "--work", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name} failed: {done.stderr[-400:]}")
        return server.calls


def _answers(name: str, recorded: Recorded) -> Answer:
    """What a model would say to this peer: what the recorded one said to us, in the form that is asked for."""
    summary = " ".join(f"{text} [{n}.1]" for n, text in enumerate(recorded.sentences, 1))
    claims = [claim for article in recorded.claims.values() for claim in article]

    def answer(body: dict[str, Any]) -> str:
        text = prompt_of(body)
        here = [claim for claim in claims if _plain(claim["words"]) in _plain(text)]
        if name == "langextract":
            found = [
                {"claim": c["words"], "claim_attributes": {"speaker": c["speaker"], "kind": c["kind"]}} for c in here
            ]
            return json.dumps({"extractions": found})
        if name == "langchain" and "Write a concise summary of the following" in text:
            return " ".join(f"{claim['claim']} [1.{claim['sentences'][0]}]" for claim in here)
        return summary

    return answer


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


class Shown(NamedTuple):
    """A claim as a prompt shows it; ``about`` is the number of its topic."""

    id: str
    passage: str
    about: int


def _shown(user: str) -> list[Shown]:
    """The claims of a prompt, by topic."""
    found = []
    for number, topic in enumerate(re.split(r"^About: ", user, flags=re.MULTILINE)):
        for block in re.split(r"^- ", topic, flags=re.MULTILINE)[1:]:
            name = re.match(r"id (\S+)", block)
            passage = block.rpartition("passage: ")[2].strip()
            found.append(Shown(name[1] if name else "", passage, number))
    return found


def _statements(shown: Sequence[Shown], sentences: Sequence[str]) -> list[dict[str, Any]]:
    """The sentences, each with the id of the claim that shares most words with it."""

    def likest(text: str) -> str:
        words = set(_plain(text).split())
        return max(shown, key=lambda one: len(words & set(_plain(one.passage).split()))).id

    return [{"claim_ids": [likest(text)], "text": text} for text in sentences]


# --- growth


class Scripted(ChatModel):
    """A model that does its work from what it is shown, the same way each time; ``calls`` are counted.

    Of an article it claims every sentence. Of a brief it tells the topics with most claims, and one that tells of a
    warning first; of a cluster it repeats the first passage. ``briefs``: the topics it was shown, and what it cited.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self.calls: list[Call] = []
        self.briefs: list[tuple[list[set[str]], set[str]]] = []
        self._counter = counter

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, and count."""
        user = request.messages[1].content
        answers: Mapping[str, Callable[[str], dict[str, Any]]] = {
            "summarize": _claim_each,
            "synthesize": self._tell,
        }
        text = json.dumps(answers.get(request.schema_name, _first)(user))
        sent = "\n".join([json.dumps(request.json_schema), *(message.content for message in request.messages)])
        call = Call(request.schema_name, self._counter.count(sent), self._counter.count(text), "")
        self.calls.append(call)
        usage = Usage(calls=1, prompt_tokens=call.tokens_in, completion_tokens=call.tokens_out)
        return ChatReply(text=text, finish_reason="stop", usage=usage)

    def _tell(self, user: str) -> dict[str, Any]:
        shown = _shown(user)
        topics: dict[int, list[Shown]] = {}
        for one in shown:
            topics.setdefault(one.about, []).append(one)
        ranked = sorted(topics.values(), key=lambda held: (VITAL_WORDS not in held[0].passage, -len(held)))[:20]
        told = [{"claim_ids": [one.id for one in held][:6], "text": held[0].passage} for held in ranked]
        held_together = [{one.id for one in held} for held in topics.values()]
        self.briefs.append((held_together, {name for one in told for name in one["claim_ids"]}))
        return {"statements": told}


def _claim_each(user: str) -> dict[str, Any]:
    sentences = re.findall(r"^\[(\d+)\] (.+)$", user, re.MULTILINE)
    told = sorted(sentences, key=lambda one: VITAL_WORDS not in one[1])[:14]
    return {
        "claims": [
            {
                "words": " ".join(text.split()[:8]),
                "sentences": [int(n)],
                "speaker": None,
                "claim": text,
                "kind": "event",
            }
            for n, text in told
        ]
    }


def _first(user: str) -> dict[str, Any]:
    return {"sentence": _shown(user)[0].passage}


def growth(sizes: Sequence[int], counter: TokenCounter) -> None:
    """Tokens an article as the story grows, what became of citations, and whether the lone fact is told."""
    print(f"\n{'':<12}{'articles':>9}{'calls':>7}{'in':>11}{'out':>9}{'in/article':>12}{'merge/article':>15}"
          f"{'largest':>9}{'lone fact':>11}{'lost':>6}{'s':>7}")  # fmt: skip
    for size in sizes:
        for name in ("extractive", "cluster", "brief"):
            print(_grown(name, size, counter), flush=True)


def _grown(name: str, size: int, counter: TokenCounter) -> str:
    given = [Given(path, text, SourceEntry()) for path, text in event_articles(size)]
    ingested = ingest_given(given)
    chat = Scripted(counter)
    engine: Engine = ExtractiveEngine()
    if name != "extractive":
        way: Way = "brief" if name == "brief" else "cluster"
        engine = LlmEngine(chat, "scripted", checked_prompts(), way)
    started = time.perf_counter()
    story = asyncio.run(run_story(ingested, engine, words=WORDS))
    seconds = time.perf_counter() - started
    merge = [call for call in chat.calls if call.kind != "summarize"]
    tokens, answered = sum(c.tokens_in for c in chat.calls), sum(c.tokens_out for c in chat.calls)
    assert story.synthesis is not None
    told = any(VITAL_WORDS in statement.text for statement in story.synthesis.statements)
    largest = max((call.tokens_in for call in merge), default=0)
    return (
        f"{name:<12}{size:>9}{len(chat.calls):>7}{tokens:>11,}{answered:>9,}{tokens / size:>12,.0f}"
        f"{sum(c.tokens_in for c in merge) / size:>15,.0f}{largest:>9,}{'told' if told else 'not told':>11}"
        f"{_lost(chat, story):>6}{seconds:>7.1f}"
    )


def _lost(chat: Scripted, story: Story) -> int:
    """Topics that a call over a part has cited, and that no later call was shown; and citations that do not resolve."""
    lost = 0
    for number, (topics, ids) in enumerate(chat.briefs[:-1]):
        later = set().union(*(claims for held, _ in chat.briefs[number + 1 :] for claims in held))
        lost += sum(bool(topic & ids) and not topic & later for topic in topics)
    return lost + len(list(_unresolved(story)))


def _unresolved(story: Story) -> Iterator[str]:
    """Citations of statements that do not stand in their article."""
    articles = {file.article.id: file.article for file in story.files}
    synthesis: Synthesis | None = story.synthesis
    for statement in synthesis.statements if synthesis else ():
        for citation in statement.citations:
            evidence = citation.evidence
            if articles[evidence.article_id].text[evidence.start : evidence.end] != evidence.quote:
                yield evidence.article_id


if __name__ == "__main__":
    main()
