"""However many topics a story has, one call is shown so many of them, and each keeps its claims on the way."""

from __future__ import annotations

import asyncio
import json
import re

from hypothesis import given, strategies as st

from pipeline.domain.claims import Claim, Evidence, Usage
from pipeline.domain.clusters import ClaimCluster, Position
from pipeline.engines.llm import LlmEngine
from pipeline.engines.merging import MOST_CLAIMS, MOST_TOKENS, SHOWN, Topic, most_parts, packed, shown
from pipeline.engines.protocol import Brief
from pipeline.errors import GarbledReply
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.runs.engines import checked_prompts
from tests.stages.story import story

TELLING = "The old gate was rusted through."


def _claim(number: int, origin: str = "") -> Claim:
    text = TELLING if number == 700 else f"Hall number {number} of the fair was opened by guild {number * 7}."
    evidence = Evidence(article_id="a0", start=0, end=len(text), quote=text, prefix="", suffix="")
    return Claim(
        id=f"a.{number:06}",
        text=text,
        kind="event",
        attribution=(),
        polarity="affirmed",
        modality="done",
        event_date=None,
        evidence=(evidence,),
        origin_id=origin or f"a{number}",
    )


def _cluster(number: int, claims: list[Claim]) -> ClaimCluster:
    ids = tuple(claim.id for claim in claims)
    position = Position(text=claims[0].text, holders=(), claim_ids=ids, origins=1)
    return ClaimCluster(
        id=f"c{number}",
        question=f"Hall {number}",
        positions=(position,),
        relation="single",
        origins=1,
        articles=("a0",),
    )


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(0, 3))
def test_what_is_shown_of_a_topic(origins: list[int], level: int) -> None:
    """No more than so many, in order, of as many origins as can be; and less on a higher level, all shown below."""
    claims = [_claim(number, f"o{origin}") for number, origin in enumerate(origins)]
    few = shown(claims, level)
    assert len(few) == min(len(claims), max(2, SHOWN >> level))
    assert few == sorted(few, key=lambda claim: claim.id)
    assert len({claim.origin_id for claim in few}) == min(len(few), len({claim.origin_id for claim in claims}))
    assert {claim.id for claim in few} <= {claim.id for claim in shown(claims, max(0, level - 1))}


topics = st.builds(
    lambda count, tokens: Topic(_cluster(0, [_claim(0)]), (_claim(0),) * count, "", tokens),
    st.integers(1, SHOWN),
    st.integers(1, MOST_TOKENS + 100),
)


@given(st.lists(topics, max_size=80))
def test_parts_hold_everything_once(given_topics: list[Topic]) -> None:
    """In order; each part within the bounds, or a single topic; no more parts than a dry run reckons with."""
    parts = packed(given_topics)
    assert [topic for part in parts for topic in part] == given_topics
    claims = [sum(len(topic.claims) for topic in part) for part in parts]
    tokens = [sum(topic.tokens for topic in part) for part in parts]
    assert all(
        len(p) == 1 or (c <= MOST_CLAIMS and t <= MOST_TOKENS) for p, c, t in zip(parts, claims, tokens, strict=True)
    )
    assert len(parts) <= most_parts(sum(claims), sum(tokens))


class _Reader(ChatModel):
    """Tells the gate, wherever it stands, and the first topics; fails for what shows ``fails``."""

    def __init__(self, fails: str = "no such words") -> None:
        self.seen: list[list[str]] = []
        self._fails = fails

    async def complete(self, request: ChatRequest) -> ChatReply:
        user = request.messages[1].content
        if self._fails in user and len(self.seen) < 20:
            raise GarbledReply("no JSON")
        blocks = re.findall(r"- id (\S+) passage: (.+)", user)
        self.seen.append([name for name, _ in blocks])
        ranked = sorted(blocks, key=lambda block: TELLING not in block[1])[:20]
        text = json.dumps({"statements": [{"claim_ids": [name], "text": said} for name, said in ranked]})
        return ChatReply(text=text, finish_reason="stop", usage=Usage(calls=1, prompt_tokens=9, completion_tokens=9))


def _story(count: int) -> Brief:
    claims = [_claim(number) for number in range(count)]
    clusters = tuple(_cluster(number, [claim]) for number, claim in enumerate(claims))
    return Brief(
        articles=story(TELLING).articles, claims={claim.id: claim for claim in claims}, clusters=clusters, words=300
    )


def test_one_topic_of_a_thousand_is_found() -> None:
    """In the midst of a thousand topics: read in parts, chosen there, and told in the end, with its own claim."""
    reader = _Reader()
    draft = asyncio.run(LlmEngine(reader, "m", checked_prompts(), "brief").synthesize(_story(1000)))
    assert draft.statements[0].text == TELLING
    assert draft.statements[0].claim_ids == ("a.000700",)
    *parts, last = reader.seen
    assert len(parts) >= 5
    assert max(map(len, reader.seen)) <= MOST_CLAIMS
    assert sorted(name for part in parts[:5] for name in part) == sorted(f"a.{n:06}" for n in range(1000))
    assert "a.000700" in last
    assert "read in 5 parts (1,000 topics)" in draft.notes[0]


def test_a_story_that_fits_is_asked_about_once() -> None:
    """As ever: no parts, no note."""
    reader = _Reader()
    draft = asyncio.run(LlmEngine(reader, "m", checked_prompts(), "brief").synthesize(_story(MOST_CLAIMS)))
    assert len(reader.seen) == 1
    assert draft.notes == ()


def test_a_part_without_an_answer_keeps_its_first_topics() -> None:
    """One part fails for good: the others are merged with what stood first in it, and the summary is made."""
    reader = _Reader(fails="guild 4200.")
    draft = asyncio.run(LlmEngine(reader, "m", checked_prompts(), "brief").synthesize(_story(1000)))
    assert draft.statements
    assert any("gave no answer" in note for note in draft.notes)
