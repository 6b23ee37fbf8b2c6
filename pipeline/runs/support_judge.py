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
from pipeline.domain.claims import Usage
from pipeline.domain.verdict import Guard
from pipeline.engines.llm import Forget
from pipeline.errors import InvalidReply, ModelError, PromptCut, ReplyError
from pipeline.guards.passage import Passage, units_of
from pipeline.llm.keeping import CountingChat, RememberingChat
from pipeline.llm.protocol import ChatModel, ChatRequest, Message
from pipeline.llm.structured import ask, portable_schema
from pipeline.prompting import Prompt, locked_prompts
from pipeline.runs.asking import ask_each
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


class SupportJudge:
    """Asks a model. ``concurrency`` statements are under way at a time.

    ``forget`` is told of requests whose replies were of no use, so that a later check asks again.
    """

    def __init__(
        self,
        chat: ChatModel,
        prompt: Prompt,
        model: str,
        *,
        concurrency: int = 4,
        forget: Forget = lambda _: None,
    ) -> None:
        self._chat = CountingChat(chat)
        self._prompt = prompt
        self._model = model
        self._concurrency = concurrency
        self._forget = forget
        self.name: Final = f"judge:{model}@{prompt.digest[_DIGEST]}"

    @property
    def used(self) -> Usage:
        """What all calls so far took."""
        return self._chat.used

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
        return await ask_each(questions, self._judged, self._concurrency)

    async def _judged(self, question: Question) -> Judged:
        chat = RememberingChat(self._chat)
        shown = shown_passages(question.passages)
        try:
            return _believed(await ask(chat, self.request(question.text, shown), SupportReply), shown)
        except (ReplyError, PromptCut) as error:
            self._forget(chat.asked)
            return Judged(None, error.message)
        except ModelError as error:
            return Judged(None, error.message)

    def request(self, text: str, passages: Sequence[str]) -> ChatRequest:
        """What is asked: a passage a line, so that none can pass for another, or for the statement."""
        rendered = self._prompt.render({"passages": "\n".join(passages), "statement": shown_text(text)})
        return ChatRequest(
            model=self._model,
            messages=(
                Message(role="system", content=rendered.system),
                Message(role="user", content=rendered.user),
            ),
            schema_name=PROMPT,
            json_schema=portable_schema(SupportReply),
            max_tokens=_ANSWER_TOKENS,
        )


@asynccontextmanager
async def open_support_judge(settings: Settings, tell: Callable[[str], None]) -> AsyncIterator[SupportJudge]:
    """A judge, ready, at the endpoint that the settings name; what it opened is closed at the end.

    Raises:
        ConfigurationError: no key for the hosted endpoint, or a store that cannot be opened.
        PromptError: the prompt differs from its lock.
    """
    prompt = locked_prompts([PROMPT])[PROMPT]
    async with open_chat(settings, tell=tell) as (chat, _, endpoint, forget, _):
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
    return Judged(reply.label, _one_line(why))


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


def _one_line(text: str) -> str:
    return " ".join(text.split())
