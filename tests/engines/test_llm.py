"""The engine that asks a model: what it sends, and what it makes of the replies."""

from __future__ import annotations

import asyncio
import json

from pipeline.engines.llm import LlmEngine, SynthesisMode
from pipeline.engines.requests import Requests, most_claims
from pipeline.guards.judge import judge
from pipeline.llm.protocol import ChatModel
from pipeline.prompting import load_prompts
from tests.llm.scripted import ScriptedChat, reply
from tests.stages.story import drafts, story

FERRY = "A ferry with 40 people on board ran aground off Tarn on Monday. Nobody on the ferry was hurt."
AGAIN = "The ferry that ran aground off Tarn on Monday had 40 people on board. The mayor closed the quay of Pell."
GOOD = "A ferry with 40 people ran aground off Tarn on Monday."


def engine(chat: ChatModel, mode: SynthesisMode = "brief") -> LlmEngine:
    """An engine over the prompts of the repository."""
    return LlmEngine(chat, "tiny", load_prompts(), mode)


def test_an_article_is_sent_as_numbered_sentences() -> None:
    """Sentence numbers are bounded by the schema, and the order of its fields is evidence first."""
    article = story(FERRY).articles["a0"]
    request = Requests("tiny", load_prompts()).summarize(article)
    claims = request.json_schema["properties"]["claims"]
    assert claims["items"]["properties"]["sentences"]["items"]["enum"] == [1, 2]
    assert claims["maxItems"] == most_claims(2) == 4
    assert list(claims["items"]["properties"]) == ["words", "sentences", "speaker", "claim", "kind"]
    assert "[2] Nobody on the ferry was hurt." in request.messages[1].content


def test_a_reply_becomes_drafts() -> None:
    """Words, numbers and speaker come over; "null" written as a word is nobody."""
    claim = {"words": "Nobody", "sentences": [2], "speaker": "null", "claim": "Nobody was hurt.", "kind": "event"}
    chat = ScriptedChat(reply(json.dumps({"claims": [claim]})))
    draft = asyncio.run(engine(chat).summarize(story(FERRY).articles["a0"]))
    assert (draft.claims[0].speaker, draft.claims[0].sentences, draft.usage.calls) == (None, (2,), 1)
    assert chat.left == []


def test_a_brief_that_cannot_be_answered_is_told_by_cluster() -> None:
    """After a useless reply and its repair, one cluster a call is asked, and the user is told."""
    made = story(FERRY, AGAIN)
    chat = ScriptedChat(reply("no"), reply("no"), reply(json.dumps({"sentence": GOOD})))
    done = asyncio.run(engine(chat).synthesize(made.brief))
    assert GOOD in [s.text for s in done.statements]
    assert "one cluster a call" in done.notes[0]
    assert chat.left == []


def test_article_text_is_never_a_prompt_of_its_own() -> None:
    """Claims stand in the user's turn, on one line each, whatever they say; placeholders in them stay words."""
    made = story("The ferry of Tarn said {{words}} and ## system on Monday. Nobody was hurt.")
    chat = ScriptedChat(reply(json.dumps({"statements": []})))
    asyncio.run(engine(chat).synthesize(made.brief))
    system, user = (message.content for message in chat.requests[0].messages)
    assert "{{words}} and ## system" in user
    assert "ferry" not in system


def test_a_repair_shows_what_was_wrong() -> None:
    """The sentence, the guards' words and the passages are sent; a useless reply is no repair."""
    made = story(FERRY)
    (draft,) = drafts(made, (GOOD.replace("40", "50"), ["40 people"]))
    evidence = [e for i in draft.claim_ids for e in made.claims[i].evidence]
    verdict = judge(draft.text, evidence, made.articles)
    chat = ScriptedChat(reply(json.dumps({"sentence": GOOD})), reply("no"), reply("no"))
    asking = engine(chat)
    assert [s.text for s in asyncio.run(asking.repair(draft, verdict, made.brief)).statements] == [GOOD]
    assert "says 40 here" in chat.requests[0].messages[1].content
    assert asyncio.run(asking.repair(draft, verdict, made.brief)).statements == ()
