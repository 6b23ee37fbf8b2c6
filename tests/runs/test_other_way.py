"""A model that cannot write a whole brief is asked for one cluster a call, and the user is told."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.llm import LlmEngine
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.prompting import load_prompts
from pipeline.runs.runner import Story, run_story
from pipeline.stages.ingest import ingest
from tests.llm.scripted import CallbackChat, reply

FERRY = "A ferry with 40 people on board sank off Tarn on Monday, police said. The mayor closed the quay of Pell."
AGAIN = "The ferry that sank off Tarn on Monday had 40 people on board, police said. Divers found the wreck at noon."


class Muddled:
    """Writes a brief in which every number is wrong, and a single sentence rightly."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, request: ChatRequest) -> ChatReply:
        """The answer to one request."""
        self.asked.append(request.schema_name)
        text = request.messages[1].content
        made: dict[str, Any] = {"sentence": re.findall(r"passage: (.+)", text)[0] if "passage: " in text else ""}
        if request.schema_name == "summarize":
            numbered = re.findall(r"^\[(\d+)\] (.+)$", text, re.MULTILINE)
            made = {"claims": [_claim(int(n), sentence) for n, sentence in numbered]}
        elif request.schema_name == "synthesize":
            ids = re.findall(r"^- id (\S+)", text, re.MULTILINE)
            made = {
                "statements": [{"claim_ids": [i], "text": f"There were {n + 70} of them."} for n, i in enumerate(ids)]
            }
        elif request.schema_name == "repair":
            made = {"sentence": "There were 70 of them."}
        return reply(json.dumps(made))


def _claim(number: int, text: str) -> dict[str, Any]:
    words = " ".join(text.split()[:9])
    return {"words": words, "sentences": [number], "speaker": None, "claim": text, "kind": "event"}


def _run(folder: Path, chat: Muddled, *, flexible: bool) -> Story:
    for name, text in (("one.txt", FERRY), ("two.txt", AGAIN)):
        (folder / name).write_text(text, encoding="utf-8")
    engine = LlmEngine(CallbackChat(chat), "tiny", load_prompts(), "either" if flexible else "brief")
    return asyncio.run(run_story(ingest([str(folder)]), engine, words=60))


@pytest.mark.parametrize("flexible", [True, False])
def test_too_many_failures_change_the_way(flexible: bool, tmp_path: Path) -> None:
    """Where nobody said how, the brief gives way to clusters; where the user did, it stays, and passages stand in."""
    chat = Muddled()
    story = _run(tmp_path, chat, flexible=flexible)
    assert ("synthesize_cluster" in chat.asked) == flexible
    assert any("one cluster a call was used" in note for note in story.notes) == flexible
    assert story.synthesis is not None
    assert story.synthesis.statements
    assert all(statement.verdict.status == "supported" for statement in story.synthesis.statements)
    assert "70" not in " ".join(statement.text for statement in story.synthesis.statements)
    assert any("of them" in dropped.text for dropped in story.synthesis.dropped)


def test_every_reply_is_in_the_count_of_a_stage(tmp_path: Path) -> None:
    """The stages' calls add up to what was asked, failed drafts and repairs included."""
    chat = Muddled()
    story = _run(tmp_path, chat, flexible=True)
    assert sum(stage.usage.calls for stage in story.stages) == len(chat.asked)
