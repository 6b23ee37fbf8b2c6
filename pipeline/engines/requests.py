"""What a model is asked: the requests of the engine, from prompts and what somebody else wrote; it calls nobody.

A dry run counts the same requests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.engines.merging import Topic
from pipeline.engines.protocol import Brief
from pipeline.engines.replies import ClaimsReply, SentenceReply, StatementsReply
from pipeline.engines.written_language import written_language
from pipeline.llm.protocol import ChatRequest, Message
from pipeline.llm.structured import portable_schema
from pipeline.llm.tokens import estimate
from pipeline.prompting import Prompt, Rendered
from pipeline.text.languages.known import language_name, language_of
from pipeline.text.templates import shown_text

PROMPTS: Final = ("language", "repair", "summarize", "synthesize", "synthesize_cluster")
"""The prompts that the engine is made of; others in the folder change nothing of what it says."""

FEWEST_CLAIMS, MOST_CLAIMS = 4, 14
TOKENS_PER_CLAIM: Final = 200
TOKENS_PER_STATEMENT: Final = 160
SLACK_TOKENS: Final = 100
"""Room for what stands around the parts of an answer."""
_SHORT_STATEMENT: Final = 12
"""Words; no more statements are drafted than of these fit."""
_SMALL_PART_TOKENS: Final = 1000
"""With the instructions and the answer, a part of this size fits into 4,096 tokens."""


class Requests:
    """Makes the requests to one model, by the prompts of `PROMPTS`."""

    def __init__(self, model: str, prompts: Mapping[str, Prompt]) -> None:
        self._model = model
        self._prompts = prompts

    def summarize(self, article: Article, part: range | None = None) -> ChatRequest:
        """One article, or the sentences of that part (1-based)."""
        numbers = range(1, len(article.sentences) + 1) if part is None else part
        most = most_claims(len(numbers))
        texts = article.sentence_texts()
        numbered = "\n".join(f"[{n}] {shown_text(texts[n - 1])}" for n in numbers)
        inputs = {"title": shown_text(article.title or "(none)"), "sentences": numbered, "most": str(most)}
        schema = portable_schema(ClaimsReply)
        claims = schema["properties"]["claims"]
        claims["maxItems"] = most
        claims["items"]["properties"]["sentences"]["items"] = {"type": "integer", "enum": list(numbers)}
        own = article.language if language_of(article.language) is not None else None
        return self._of("summarize", inputs, schema, most * TOKENS_PER_CLAIM, own)

    def synthesize(self, topics: Sequence[Topic], brief: Brief) -> ChatRequest:
        """All of these topics in one call; each of their claims may be cited."""
        schema = portable_schema(StatementsReply)
        items = schema["properties"]["statements"]["items"]["properties"]["claim_ids"]["items"]
        items["enum"] = list(dict.fromkeys(claim.id for topic in topics for claim in topic.claims))
        inputs = {"clusters": "\n\n".join(topic.text for topic in topics), "words": str(brief.words)}
        most = most_statements(brief.words) * TOKENS_PER_STATEMENT
        return self._of("synthesize", inputs, schema, most, written_language(brief))

    def sentence(self, prompt: str, inputs: Mapping[str, str], brief: Brief) -> ChatRequest:
        """One sentence, by ``synthesize_cluster`` or ``repair``."""
        schema = portable_schema(SentenceReply)
        return self._of(prompt, inputs, schema, TOKENS_PER_STATEMENT, written_language(brief))

    def _of(
        self, prompt: str, inputs: Mapping[str, str], schema: dict[str, Any], max_tokens: int, language: str | None
    ) -> ChatRequest:
        """A request; where not all is English, with the language that the model is to write in."""
        rendered = self._prompts[prompt].render(inputs)
        if language is not None:
            asked = self._prompts["language"].render({"language": language_name(language)})
            rendered = Rendered(*(f"{one}\n\n{more}" for one, more in zip(rendered, asked, strict=True)))
        return request_of(rendered, self._model, prompt, schema, max_tokens + SLACK_TOKENS)


def request_of(rendered: Rendered, model: str, name: str, schema: dict[str, Any], max_tokens: int) -> ChatRequest:
    """The request that a prompt, filled in, is sent as; ``name`` is the schema's."""
    return ChatRequest(
        model=model,
        messages=(
            Message(role="system", content=rendered.system),
            Message(role="user", content=rendered.user),
        ),
        schema_name=name,
        json_schema=schema,
        max_tokens=max_tokens,
    )


def most_statements(words: int) -> int:
    """How many statements a summary of so many words can have; more are not drafted."""
    return max(1, words // _SHORT_STATEMENT)


def most_splits(article: Article) -> int:
    """How often an article may be halved: until a part fits the smallest context in use, and once in any case.

    A long answer is a reason, too: some servers allow few tokens.
    """
    return max(1, math.ceil(math.log2(max(1.0, estimate(article.text) / _SMALL_PART_TOKENS))))


def most_claims(sentences: int) -> int:
    """How many claims are asked of so many sentences: more for a longer text, within bounds."""
    return min(MOST_CLAIMS, max(FEWEST_CLAIMS, round(sentences * 0.7)))


def claim_lines(claims: Sequence[Claim], *, ids: bool) -> str:
    """A claim a block: id where it is to be cited, speaker, the claim, and the passage it rests on."""
    return "\n".join(_claim_block(claim, ids=ids) for claim in claims)


def _claim_block(claim: Claim, *, ids: bool) -> str:
    head = f"- id {claim.id}" if ids else "-"
    said = f"speaker: {shown_text(claim.attribution[-1].name)}\n  " if claim.attribution else ""
    passage = shown_text(claim.evidence[0].quote)
    told = f"claim: {shown_text(claim.text)}\n  " if shown_text(claim.text) != passage else ""
    return f"{head} {said}{told}passage: {passage}"


def one_line(text: str) -> str:
    """The text without line breaks, so that none of its lines passes for one of the prompt's own."""
    return " ".join(text.split())
