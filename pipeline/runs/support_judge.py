"""A model that is asked whether a statement follows from what it cites. It advises, by name; it decides nothing.

It sees the cited passages with their neighbours, never a whole article, and gives the words first that it goes by. An
answer that leans on words which do not stand there is not believed. What a call cannot answer is said to be so: it is
never a pass.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, Field

from pipeline.domain.article import Span
from pipeline.domain.verdict import Guard
from pipeline.engines.requests import one_line
from pipeline.errors import InvalidReply, ModelError
from pipeline.guards.passage import Passage, units_of
from pipeline.llm.protocol import ChatRequest
from pipeline.llm.structured import portable_schema
from pipeline.prompting import locked_prompts
from pipeline.runs.asking import PromptedModel, ask_each
from pipeline.runs.chat import open_chat
from pipeline.runs.opinions import Opinion, Question
from pipeline.settings import Settings
from pipeline.text.spans import count_tokens, find_words
from pipeline.text.templates import shown_text

PROMPT: Final = "support"

_ANSWER_TOKENS: Final = 300
"""Some 25 words, a comparison and a label; what a server adds of white space."""
_LEFT_OUT: Final = re.compile(r"…|\.\.\.")
_DIGEST: Final = slice(len("sha256:"), len("sha256:") + 8)

Label = Literal["supported", "partly", "not supported", "contradicted"]


class SupportReply(BaseModel):
    """The reply to ``support``. Evidence before verdict: the words, then how they differ, then the label."""

    words: str = Field(max_length=300)
    differs: str = Field(max_length=160)
    label: Label


class Judged(NamedTuple):
    """What the model says; ``label`` is None where nothing was measured, and ``why`` says why."""

    label: Label | None
    why: str


class SupportJudge(PromptedModel):
    """Asks a model about statements."""

    @property
    def name(self) -> str:
        """Who advises, in records: the model, and which prompt it was asked by."""
        return f"judge:{self.model}@{self.prompt.digest[_DIGEST]}"

    async def read(self, questions: Sequence[Question]) -> list[Opinion]:
        """An opinion on each.

        Raises:
            PipelineError: what makes all of it meaningless: a refused key, an unknown model, a budget or quota that is
                used up. Whatever befalls one call leaves that statement without an answer.
        """
        judged = await self.judged(questions)
        return [Opinion(_guard(one)) for one in judged]

    async def judged(self, questions: Sequence[Question]) -> list[Judged]:
        """What the model says of each; errors as in `read`."""
        return await ask_each(questions, self._judged, self.concurrency)

    async def _judged(self, question: Question) -> Judged:
        shown = shown_passages(question.passages)
        answer = await self.answer(
            self.request(question.text, shown), SupportReply, lambda reply: _believed(reply, shown)
        )
        return Judged(None, answer.message) if isinstance(answer, ModelError) else answer

    def request(self, text: str, passages: Sequence[str]) -> ChatRequest:
        """What is asked: a passage a line, so that none can pass for another, or for the statement."""
        inputs = {"passages": "\n".join(passages), "statement": shown_text(text)}
        return self.request_for(inputs, portable_schema(SupportReply), _ANSWER_TOKENS)


@asynccontextmanager
async def open_support_judge(settings: Settings, tell: Callable[[str], None]) -> AsyncIterator[SupportJudge]:
    """A judge, ready, at the endpoint that the settings name; what it opened is closed at the end.

    Raises:
        ConfigurationError: no key for the hosted endpoint, or a store that cannot be opened.
        PromptError: the prompt differs from its lock.
    """
    prompt = locked_prompts([PROMPT])[PROMPT]
    async with open_chat(settings, tell=tell) as (chat, _, endpoint, forget, *_):
        tell(f"Judge: model {settings.model} at {endpoint}; it only advises.")
        judge = SupportJudge(chat, prompt, settings.model, concurrency=settings.concurrency, forget=forget)
        yield judge
        took = judge.used
        tokens = sum(took.paid_tokens())
        tell(f"The judge took {took.calls} calls, {took.cached} replies from the store, {tokens:,} tokens.")


def shown_passages(passages: Sequence[Passage]) -> list[str]:
    """Each passage once, with what stands before and after it, as lines that say which is which."""
    lines: list[str] = []
    distinct = list({(passage.article.id, passage.context): passage for passage in passages}.values())
    for number, passage in enumerate(distinct, start=1):
        around = {"before": passage.before, "passage": passage.context, "after": _after(passage)}
        lines += [f"[{number}] {name}: {shown_text(text)}" for name, text in around.items() if text.strip()]
    return lines


def _after(passage: Passage) -> str:
    """The unit that follows; nothing at the article's end."""
    text = passage.article.text
    end = text.find(passage.context) + len(passage.context)
    return next((unit.of(text) for unit in units_of(passage.article) if unit.start >= end), "")


def _believed(reply: SupportReply, shown: Sequence[str]) -> Judged:
    """What the reply says.

    Raises:
        InvalidReply: it finds the statement there, but by words that do not stand there.
    """
    if reply.label in {"supported", "partly"} and not _stand_there(reply.words, "\n".join(shown)):
        raise InvalidReply("the words that it goes by do not stand in the passages")
    why = reply.words if reply.label == "supported" else reply.differs
    return Judged(reply.label, one_line(why))


def _stand_there(words: str, text: str) -> bool:
    """Whether all of the words stand in the text, in pieces where some are left out: a statement copied is no proof."""
    pieces = [piece for piece in _LEFT_OUT.split(words) if count_tokens(piece)]
    whole = Span(start=0, end=len(text))
    return bool(pieces) and all(find_words(piece, text, whole) for piece in pieces)


def _guard(judged: Judged) -> Guard:
    if judged.label is None:
        return Guard(name="judge", outcome="not_applicable", detail=f"no answer: {judged.why}")
    told = f"by “{judged.why}”" if judged.label == "supported" else judged.why
    outcome: Literal["pass", "not_applicable"] = "pass" if judged.label == "supported" else "not_applicable"
    return Guard(name="judge", outcome=outcome, detail=f"{judged.label}: {told}")
