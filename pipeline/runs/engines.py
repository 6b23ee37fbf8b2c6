"""From settings to an engine, with what must be closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import ValidationError

from pipeline.domain.article import Article
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import LlmEngine, SynthesisMode, Way
from pipeline.engines.protocol import Engine, EngineName
from pipeline.engines.requests import PROMPTS
from pipeline.errors import ConfigurationError, RecordingError
from pipeline.llm.keeping import Forget
from pipeline.llm.limits import Limits, RateLimits
from pipeline.llm.protocol import ChatModel, ChatReply
from pipeline.llm.replay import (
    About,
    RecordedPrompt,
    Recording,
    RecordingChat,
    ReplayChat,
    check_folder,
    load_recording,
)
from pipeline.llm.server_text import capped
from pipeline.prompting import Prompt, locked_prompts
from pipeline.runs.costs import cost
from pipeline.runs.versions import versions
from pipeline.settings import Settings
from pipeline.text.languages.known import base, language_name, read_as

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat
    from pipeline.runs.batch.order import BatchOrder
    from pipeline.runs.batch.rounds import BatchRun

_CAPABLE: Final = 20_000_000_000
"""Parameters from which a model is trusted with a whole brief in one call; smaller ones mis-cite (measured with
one of 1.5 billion: over 14 claims in one call it invents, one cluster a call it does not)."""

Tell = Callable[[str], None]


class Source(NamedTuple):
    """Where replies come from and go to. ``fresh`` asks again even where the store has a reply; ``batch``: later."""

    fresh: bool = False
    record: Path | None = None
    replay: Path | None = None
    batch: BatchOrder | None = None


STORED: Final = Source()
"""From the store where it has a reply, else from the model."""


class Shared(NamedTuple):
    """What many stories share: whom to ask, within which limits. Each has an engine, and so an account, of its own.

    Where replies are stored, ``endpoint`` is the name that they are under, and ``known`` looks one up by its digest.
    """

    chat: ChatModel
    way: Way
    forget: Forget
    limits: Limits
    endpoint: str | None = None
    known: Callable[[str], ChatReply | None] = lambda _: None


class Opened(NamedTuple):
    """An engine, the settings it works by, and what the user should know about how it was chosen.

    ``shared`` is None where no model is asked, or only a recording. With a ``batch``, the work is done several times,
    each time with an engine of its own, which ``another`` makes.
    """

    engine: Engine
    settings: Settings
    prompts: dict[str, Prompt]
    notes: tuple[str, ...]
    shared: Shared | None = None
    batch: BatchRun | None = None
    another: Callable[[], Engine] | None = None


class _Choice(NamedTuple):
    """How to synthesize; ``flexible`` if nobody asked for it, ``why`` for the user."""

    mode: SynthesisMode
    why: str
    flexible: bool = True

    @property
    def way(self) -> Way:
        """What to tell the engine."""
        return "either" if self.mode == "brief" and self.flexible else self.mode


def choose_engine(settings: Settings) -> EngineName:
    """The engine that ``auto`` means: a model where a key, a base URL or a model file is set."""
    if settings.engine != "auto":
        return settings.engine
    return "openai" if settings.api_key or settings.base_url or settings.local_model else "extractive"


def refuse_translation(settings: Settings, articles: Sequence[Article]) -> None:
    """Nothing, if the engine can tell at least one of the articles in the language that was asked for.

    Raises:
        ConfigurationError: the extractive engine is to tell in a language that no article is in.
    """
    if settings.language is None or choose_engine(settings) != "extractive" or not articles:
        return
    there = {read_as(article.language) for article in articles}
    if base(settings.language) not in there:
        names = " and ".join(sorted(map(language_name, there)))
        raise ConfigurationError(
            f"No article is in {language_name(settings.language)}: the extractive engine picks the sources' own "
            f"sentences, here in {names}, and does not translate.",
            hint="Leave --language out, or set OPENAI_API_KEY, or give --base-url or --local-model.",
        )


@asynccontextmanager
async def open_engine(
    settings: Settings,
    source: Source = STORED,
    *,
    tell: Tell = lambda _: None,
) -> AsyncIterator[Opened]:
    """The engine, ready; its connections and its store are closed at the end, and a recording is written.

    Args:
        settings: which engine, endpoint and model.
        source: whether to use stored replies, and whether to record or to replay.
        tell: told what the user should know while it runs.

    Raises:
        ConfigurationError: no key for the hosted endpoint, or a store that cannot be opened.
        PromptError: prompts that differ from their lock.
        RecordingError: the recording to replay is missing or stale.
    """
    if source.replay is not None:
        async with _open_replay(settings, source.replay, tell) as opened:
            yield opened
    elif choose_engine(settings) == "extractive":
        why = "" if settings.engine == "extractive" else " (no OPENAI_API_KEY or base URL is set)"
        yield Opened(
            ExtractiveEngine(),
            settings,
            {},
            (f"Engine: extractive{why}. It picks, shortens and orders the sources' own sentences.",),
        )
    elif source.batch is not None:
        async with _open_batched(settings, source, source.batch, tell) as opened:
            yield opened
    else:
        async with _open_llm(settings, source, tell) as opened:
            yield opened


@asynccontextmanager
async def _open_llm(settings: Settings, source: Source, tell: Tell) -> AsyncIterator[Opened]:
    from pipeline.runs.chat import open_chat  # noqa: PLC0415  the SDK costs half a second

    prompts = checked_prompts()
    if source.record is not None:
        check_folder(source.record)
    async with open_chat(settings, fresh=source.fresh, tell=tell) as opened:
        chat, client, endpoint, forget, limits, known = opened
        choice = await _synthesis(settings, client)
        recorder = None if source.record is None else RecordingChat(chat)
        engine = LlmEngine(recorder or chat, settings.model, prompts, choice.way, forget)
        notes = (f"Engine: openai, model {settings.model} at {endpoint}.", choice.why)
        yield Opened(engine, settings, prompts, notes, Shared(chat, choice.way, forget, limits, endpoint, known))
        if recorder is not None and source.record is not None:
            recorder.write(source.record, _about(settings, prompts, choice))
            tell(f"Recorded the replies in {source.record}.")


@asynccontextmanager
async def _open_batched(settings: Settings, source: Source, order: BatchOrder, tell: Tell) -> AsyncIterator[Opened]:
    """An engine whose requests go out in batches. How to synthesize is decided once, however often it is resumed."""
    from pipeline.runs.batch.opening import open_batch  # noqa: PLC0415  the SDK costs half a second

    prompts = checked_prompts()
    if source.record is not None:
        check_folder(source.record)
    async with open_batch(settings, order, tell) as batch:
        choice = await _choice_of_job(settings, batch, ask=not order.files_only)
        recorder = None if source.record is None else RecordingChat(batch.chat)

        def another() -> Engine:
            return LlmEngine(recorder or batch.chat, settings.model, prompts, choice.way, batch.chat.forget)

        shared = Shared(batch.chat, choice.way, batch.chat.forget, RateLimits())
        notes = (f"Engine: openai, model {settings.model} at {batch.means.client.endpoint}, in batches.", choice.why)
        yield Opened(another(), settings, prompts, notes, shared, batch, another)
        if recorder is not None and source.record is not None:
            recorder.write(source.record, _about(settings, prompts, choice))
            tell(f"Recorded the replies in {source.record}.")


async def _choice_of_job(settings: Settings, batch: BatchRun, *, ask: bool) -> _Choice:
    """How the job's first process has decided; else as `_synthesis`, asking the endpoint only with ``ask``."""
    if settings.synthesis != "auto":
        return await _synthesis(settings, batch.means.client)
    before = batch.means.journal.get("synthesis")
    if before in {"brief", "cluster"}:
        return _Choice("brief" if before == "brief" else "cluster", batch.means.journal.get("synthesis because"))
    choice = await _synthesis(settings, batch.means.client if ask else None)
    batch.means.journal.put("synthesis because", choice.why)
    batch.means.journal.put("synthesis", choice.mode)
    return choice


@asynccontextmanager
async def _open_replay(settings: Settings, folder: Path, tell: Tell) -> AsyncIterator[Opened]:
    """An engine that answers from a recording, with the model and the way to synthesize that it was made with."""
    prompts = checked_prompts()
    recording = load_recording(folder)
    refuse_stale(recording, prompts)
    about = recording.about
    recorded = _as_recorded(settings, about)
    mode: SynthesisMode = "brief" if recorded.synthesis == "brief" else "cluster"
    choice = _Choice(mode, f"Synthesis: one {mode} a call, as recorded.", bool(about.parameters.get("flexible")))
    chat = ReplayChat(recording)
    engine = LlmEngine(chat, about.model, prompts, choice.way)
    note = f"Engine: openai, model {about.model}, replayed from {folder} (recorded on {about.made[:10]})."
    yield Opened(engine, recorded, prompts, (note, choice.why))
    orphans = chat.orphans()
    if orphans:
        tell(f"{len(orphans)} recorded replies were not asked for, the first {orphans[0]}.")


def _as_recorded(settings: Settings, about: About) -> Settings:
    """The settings with those that the recording was made with.

    Raises:
        RecordingError: the user asked for another value: its requests were not recorded; or a value cannot be.
    """
    made: dict[str, object] = {"model": about.model}
    made |= {name: value for name, value in about.parameters.items() if name in {"words", "synthesis"}}
    made["language"] = about.parameters.get("language")
    for name, value in made.items():
        asked = getattr(settings, name)
        if name in settings.model_fields_set and asked not in {value, "auto"}:
            raise RecordingError(
                f"The recording was made {_with(name, value)}, not {asked}.",
                hint=f"Leave --{name} out: a replay goes by what was recorded. Or record again with --record.",
            )
    try:
        return Settings.model_validate(settings.model_dump() | made)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise RecordingError(f"The recording's “{wrong['loc'][0]}” is not valid: {wrong['msg']}.") from None


def _with(name: str, value: object) -> str:
    return f"without a {name} that was asked for" if value is None else f"with {name} {capped(str(value), 80)}"


def refuse_stale(recording: Recording, prompts: Mapping[str, Prompt]) -> None:
    """Nothing, if every prompt that the recording was made with is today's.

    Raises:
        RecordingError: one is not.
    """
    stale = recording.stale(recorded_prompts(prompts))
    if stale:
        raise RecordingError(f"The recording in {recording.folder} is stale: {'; '.join(stale)}.")


def _about(settings: Settings, prompts: dict[str, Prompt], choice: _Choice) -> About:
    asked = {} if settings.language is None else {"language": settings.language}
    return About(
        model=settings.model,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        prompts=recorded_prompts(prompts),
        parameters={"words": settings.words, "synthesis": choice.mode, "flexible": choice.flexible, **asked},
        versions=versions(),
    )


def recorded_prompts(prompts: Mapping[str, Prompt]) -> dict[str, RecordedPrompt]:
    """What a recording says of the prompts that it was made with.

    They are the recorder's own alone: a prompt that it never asks with must not make it look out of date.
    """
    return {name: RecordedPrompt(version=p.version, digest=p.digest) for name, p in sorted(prompts.items())}


def checked_prompts() -> dict[str, Prompt]:
    """The engine's prompts, which must be what their lock file says.

    Raises:
        PromptError: a prompt is malformed, missing or changed without a new version.
    """
    return locked_prompts(PROMPTS)


async def _synthesis(settings: Settings, client: OpenAIChat | None) -> _Choice:
    """How to synthesize: a small model, or one that nothing is known about, gets one cluster a call.

    What the endpoint says of the model's size goes first. A model with a public price is a hosted one, and large.
    """
    if settings.synthesis != "auto":
        return _Choice(settings.synthesis, f"Synthesis: one {settings.synthesis} a call, as asked.", flexible=False)
    size = None if client is None else await _size(settings, client)
    if size is not None:
        return _choice("brief" if size >= _CAPABLE else "cluster", f"the model has {size / 1e9:.1f} billion parameters")
    if cost(settings, 1, 1):
        return _choice("brief", "a hosted model")
    return _choice("cluster", "the model's size is not known")


def _choice(mode: SynthesisMode, why: str) -> _Choice:
    how = "the whole brief in one call" if mode == "brief" else "one cluster a call"
    return _Choice(mode, f"Synthesis: {how} ({why}; --synthesis says otherwise).")


async def _size(settings: Settings, client: OpenAIChat) -> int | None:
    """The parameters of the smallest model that a server of the user's own lists, if it says."""
    if not (settings.base_url or settings.local_model):
        return None
    return min((served.n_params for served in await client.served_models() if served.n_params), default=None)
