"""A model that is asked whether a summary tells a fact. Optional: it advises, and gates only with a `licence`.

One call a fact, over all texts of the summary. What a call cannot answer is unmeasured, never "none".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from pydantic import BaseModel, Field, model_validator

from pipeline.engines.requests import one_line
from pipeline.errors import InvalidReply, ModelError, RecordingError
from pipeline.evaluation.licence import Degree
from pipeline.evaluation.results import Level
from pipeline.llm.protocol import ChatRequest
from pipeline.llm.replay import About, RecordingChat, ReplayChat, check_folder, load_recording
from pipeline.llm.structured import portable_schema
from pipeline.prompting import Prompt, locked_prompts
from pipeline.runs.asking import PromptedModel, ask_each
from pipeline.runs.chat import open_chat
from pipeline.runs.engines import STORED, Source, recorded_prompts, refuse_stale
from pipeline.runs.versions import versions
from pipeline.settings import Settings
from pipeline.text.templates import shown_text

PROMPT: Final = "judge"

_ANSWER_TOKENS: Final = 200
"""A number, a few words and a level; what a server adds of white space."""

Tell = Callable[[str], None]


class Judgement(NamedTuple):
    """How far the texts tell a fact, by the model's word.

    ``text_index`` is the place (from 0) of the text that tells it, None where none does. ``why`` is what the model
    says of the two, or why nothing was measured.
    """

    level: Level
    text_index: int | None
    why: str


class JudgeReply(BaseModel):
    """The reply to ``judge``. Evidence before verdict: where it is told, then how the two differ, then how far."""

    statement: int = Field(ge=0)
    compared: str = Field(max_length=160)
    level: Degree

    @model_validator(mode="after")
    def _told_somewhere(self) -> Self:
        if self.level != "none" and not self.statement:
            raise ValueError("a level other than none needs the number of the statement that tells it")
        return self


class Judge(PromptedModel):
    """Asks a model about facts."""

    async def level(self, fact: str, texts: Sequence[str]) -> Judgement:
        """How far one of the texts tells the fact; no texts tell nothing, and nobody is asked.

        Raises:
            PipelineError: what makes the whole run meaningless: a refused key, an unknown model, a budget or quota
                that is used up, a recording without this request. Whatever befalls one call is "unmeasured".
        """
        if not texts:
            return Judgement("none", None, "there is no text")
        answer = await self.answer(self.request(fact, texts), JudgeReply, lambda reply: _judgement(reply, len(texts)))
        return Judgement("unmeasured", None, answer.message) if isinstance(answer, ModelError) else answer

    async def levels(self, facts: Sequence[str], texts: Sequence[str]) -> list[Judgement]:
        """Each fact's level, in the order of the facts; errors as in `level`."""
        return await self.each([(fact, texts) for fact in facts])

    async def each(self, questions: Sequence[tuple[str, Sequence[str]]]) -> list[Judgement]:
        """The level of each fact in texts of its own; the first error that is raised ends them all."""
        return await ask_each(questions, lambda question: self.level(*question), self.concurrency)

    def request(self, fact: str, texts: Sequence[str]) -> ChatRequest:
        """What is asked: a text a line, so that none can pass for another."""
        numbered = "\n".join(f"[{number}] {shown_text(text)}" for number, text in enumerate(texts, start=1))
        inputs = {"fact": shown_text(fact), "statements": numbered}
        return self.request_for(inputs, _schema(len(texts)), _ANSWER_TOKENS)


@asynccontextmanager
async def open_judge(
    settings: Settings,
    source: Source = STORED,
    model: str | None = None,
    tell: Tell = lambda _: None,
) -> AsyncIterator[Judge]:
    """A judge, ready; what it opened is closed at the end, and a recording is written unless an error ended it.

    Args:
        settings: endpoint, limits, budget, where replies are kept.
        source: whether to use stored replies, and the judge's own folder to record to or to replay from.
        model: who judges; default: the settings' model, and in a replay the recorded one.
        tell: told what the user should know.

    Raises:
        ConfigurationError: no key for the hosted endpoint, or a store that cannot be opened.
        PromptError: the judge's prompt differs from its lock.
        RecordingError: the recording to replay is missing, stale, or another model's.
    """
    prompt = locked_prompts([PROMPT])[PROMPT]
    if source.replay is not None:
        chat, name = _replayed(source.replay, prompt, model)
        yield Judge(chat, prompt, name, concurrency=settings.concurrency)
        orphans = chat.orphans()
        if orphans:
            tell(f"{len(orphans)} recorded judgements were not asked for, the first {orphans[0]}.")
        return
    async with _live(settings.model_copy(update={"model": model or settings.model}), source, prompt, tell) as judge:
        yield judge


@asynccontextmanager
async def _live(settings: Settings, source: Source, prompt: Prompt, tell: Tell) -> AsyncIterator[Judge]:
    if source.record is not None:
        check_folder(source.record)
    async with open_chat(settings, fresh=source.fresh, tell=tell) as (chat, _, endpoint, forget, *_):
        recorder = None if source.record is None else RecordingChat(chat)
        tell(f"Judge: model {settings.model} at {endpoint}.")
        yield Judge(recorder or chat, prompt, settings.model, concurrency=settings.concurrency, forget=forget)
        if recorder is not None and source.record is not None:
            recorder.write(source.record, _about(settings.model, prompt))
            tell(f"Recorded the judgements in {source.record}.")


def _replayed(folder: Path, prompt: Prompt, model: str | None) -> tuple[ReplayChat, str]:
    recording = load_recording(folder)
    refuse_stale(recording, {PROMPT: prompt})
    recorded = recording.about.model
    if model not in {None, recorded}:
        raise RecordingError(
            f"The judge's recording was made with model {recorded!r}, not {model!r}.",
            hint="Leave the judge's model out: a replay goes by what was recorded. Or record again with --record.",
        )
    return ReplayChat(recording), recorded


def _about(model: str, prompt: Prompt) -> About:
    return About(
        model=model,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        prompts=recorded_prompts({PROMPT: prompt}),
        parameters={},
        versions=versions(),
    )


def _judgement(reply: JudgeReply, texts: int) -> Judgement:
    """What the reply says of so many texts.

    Raises:
        InvalidReply: it names a text that is not there (a server that does not enforce the schema).
    """
    if reply.statement > texts:
        raise InvalidReply(f"the reply names statement {reply.statement} of {texts}")
    index = None if reply.level == "none" else reply.statement - 1
    return Judgement(reply.level, index, one_line(reply.compared))


def _schema(texts: int) -> dict[str, Any]:
    schema = portable_schema(JudgeReply)
    schema["properties"]["statement"] = {"type": "integer", "enum": list(range(texts + 1))}
    return schema
