"""The bound that a dry run gives holds, whatever the model does."""

from __future__ import annotations

import asyncio
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.claims import Usage
from pipeline.engines.llm import LlmEngine, Way
from pipeline.errors import RequestTooLarge
from pipeline.llm.protocol import ChatReply, ChatRequest, FinishReason
from pipeline.prompting import load_prompts
from pipeline.runs.costs import call_bound
from pipeline.runs.dry_run import estimate
from pipeline.runs.runner import run_story
from pipeline.settings import Settings
from pipeline.stages.ingest import Ingested, ingest

ENDINGS: tuple[FinishReason, ...] = ("stop", "stop", "stop", "length", "runaway", "content_filter", "other")


class Unreliable:
    """Answers well, badly or not at all, as chance has it, and always as long as it may."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._bound = call_bound(settings)
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self.wild = self._chance.random()
        self.calls = self.prompt = self.completion = 0

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Some answer; refused requests take nothing."""
        if self._chance.random() < self.wild / 4:
            raise RequestTooLarge("too long")
        prompt, completion = self._bound(request)
        self.calls += 1
        self.prompt += prompt - len(json.dumps(request.json_schema)) // 3  # counted twice for the lower rungs
        self.completion += completion
        usage = Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion)
        finish = self._chance.choice(ENDINGS) if self._chance.random() < self.wild else "stop"
        return ChatReply(text=self._text(request), finish_reason=finish, usage=usage)

    def _text(self, request: ChatRequest) -> str:
        if self._chance.random() < self.wild / 2:
            return "x" * 9000
        answer = {"summarize": self._claims, "synthesize": self._statements}.get(request.schema_name, self._sentence)
        return json.dumps(answer(request))

    def _claims(self, request: ChatRequest) -> dict[str, Any]:
        numbered = re.findall(r"^\[(\d+)\] (.+)$", request.messages[1].content, re.MULTILINE)
        claims = [
            {
                "words": " ".join(text.split()[:8]),
                "sentences": [int(n)],
                "speaker": None,
                "claim": text,
                "kind": "event",
            }
            for n, text in numbered
        ]
        return {"claims": claims[: request.json_schema["properties"]["claims"]["maxItems"]]}

    def _statements(self, request: ChatRequest) -> dict[str, Any]:
        ids = re.findall(r"^- id (\S+)", request.messages[1].content, re.MULTILINE)
        return {"statements": [{"claim_ids": [i], "text": "The mayor of Tarn was hurt."} for i in ids[:40]]}

    def _sentence(self, request: ChatRequest) -> dict[str, Any]:
        passages = re.findall(r"passage: (.+)$", request.messages[1].content, re.MULTILINE)
        right = passages and self._chance.random() > self.wild
        return {"sentence": passages[0] if right else "The mayor of Tarn was hurt in 1999."}


@pytest.fixture(scope="module")
def some_articles(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """Three short articles and a long one."""
    folder = tmp_path_factory.mktemp("articles")
    for n in range(3):
        text = f"A ferry with 40 people sank off Tarn on Monday, police said. Nobody was hurt. Quay {n} was closed."
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    long = " ".join(f"Ferry number {n} of the fleet left the harbour of Tarn at noon on Monday." for n in range(120))
    (folder / "long.txt").write_text(long, encoding="utf-8")
    return ingest([str(folder)])


@given(seed=st.integers(0, 10**6), mode=st.sampled_from(["auto", "brief", "cluster"]), words=st.integers(20, 200))
def test_no_run_takes_more_than_the_bound(some_articles: Ingested, seed: int, mode: Any, words: int) -> None:
    """Calls, prompt tokens and completion tokens stay within it, for any behaviour and any way to synthesize."""
    settings = Settings(model="tiny", base_url="http://127.0.0.1:1/v1", synthesis=mode, words=words)
    most = estimate(some_articles.articles, settings).most
    chat = Unreliable(settings, seed)
    first: Way = "either" if mode == "auto" else mode
    engine = LlmEngine(chat, "tiny", load_prompts(), first)
    asyncio.run(run_story(some_articles, engine, words=words))
    assert chat.calls <= most.calls
    assert chat.prompt <= most.prompt_tokens
    assert chat.completion <= most.completion_tokens


def test_what_is_likely_is_less_than_the_most(seeds: Path) -> None:
    """The likely figures are no bound, but of the right order; a known price gives dollars."""
    estimated = estimate(ingest([str(seeds)]).articles, Settings(api_key="sk-x"))
    assert 5 < estimated.likely.calls < estimated.most.calls
    assert estimated.likely.prompt_tokens < estimated.most.prompt_tokens
    assert estimated.likely.cost_usd is not None
    assert estimated.most.cost_usd is not None
    assert 0 < estimated.likely.cost_usd < estimated.most.cost_usd


def test_no_model_costs_nothing(seeds: Path) -> None:
    """The extractive engine makes no call."""
    estimated = estimate(ingest([str(seeds)]).articles, Settings())
    assert (estimated.engine, estimated.most.calls, estimated.most.cost_usd) == ("extractive", 0, 0.0)
