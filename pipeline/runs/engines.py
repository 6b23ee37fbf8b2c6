"""From settings to an engine, with what must be closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import ValidationError

from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import PROMPTS, Forget, LlmEngine, SynthesisMode, Way
from pipeline.engines.protocol import Engine, EngineName
from pipeline.errors import RecordingError
from pipeline.llm.limits import Limits
from pipeline.llm.protocol import ChatModel
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

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat

_CAPABLE: Final = 20_000_000_000
"""Parameters from which a model is trusted with a whole brief in one call; smaller ones mis-cite (measured with
one of 1.5 billion: over 14 claims in one call it invents, one cluster a call it does not)."""

Tell = Callable[[str], None]


class Source(NamedTuple):
    """Where replies come from and go to. ``fresh`` asks again even where the store has a reply."""

    fresh: bool = False
    record: Path | None = None
    replay: Path | None = None


STORED: Final = Source()
"""From the store where it has a reply, else from the model."""


class Shared(NamedTuple):
    """What many stories share: whom to ask, within which limits. Each has an engine, and so an account, of its own."""

    chat: ChatModel
    way: Way
    forget: Forget
    limits: Limits


class Opened(NamedTuple):
    """An engine, the settings it works by, and what the user should know about how it was chosen.

    ``shared`` is None where no model is asked, or only a recording.
    """

    engine: Engine
    settings: Settings
    prompts: dict[str, Prompt]
    notes: tuple[str, ...]
    shared: Shared | None = None


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
    else:
        async with _open_llm(settings, source, tell) as opened:
            yield opened


@asynccontextmanager
async def _open_llm(settings: Settings, source: Source, tell: Tell) -> AsyncIterator[Opened]:
    from pipeline.runs.chat import open_chat  # noqa: PLC0415  the SDK costs half a second

    prompts = checked_prompts()
    if source.record is not None:
        check_folder(source.record)
    async with open_chat(settings, fresh=source.fresh, tell=tell) as (chat, client, endpoint, forget, limits):
        choice = await _synthesis(settings, client)
        recorder = None if source.record is None else RecordingChat(chat)
        engine = LlmEngine(recorder or chat, settings.model, prompts, choice.way, forget)
        notes = (f"Engine: openai, model {settings.model} at {endpoint}.", choice.why)
        yield Opened(engine, settings, prompts, notes, Shared(chat, choice.way, forget, limits))
        if recorder is not None and source.record is not None:
            recorder.write(source.record, _about(settings, prompts, choice))
            tell(f"Recorded the replies in {source.record}.")


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
    for name, value in made.items():
        asked = getattr(settings, name)
        if name in settings.model_fields_set and asked not in {value, "auto"}:
            raise RecordingError(
                f"The recording was made with {name} {capped(str(value), 80)}, not {asked}.",
                hint=f"Leave --{name} out: a replay goes by what was recorded. Or record again with --record.",
            )
    try:
        return Settings.model_validate(settings.model_dump() | made)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise RecordingError(f"The recording's “{wrong['loc'][0]}” is not valid: {wrong['msg']}.") from None


def refuse_stale(recording: Recording, prompts: Mapping[str, Prompt]) -> None:
    """Nothing, if every prompt that the recording was made with is today's.

    Raises:
        RecordingError: one is not.
    """
    stale = recording.stale(recorded_prompts(prompts))
    if stale:
        raise RecordingError(f"The recording in {recording.folder} is stale: {'; '.join(stale)}.")


def _about(settings: Settings, prompts: dict[str, Prompt], choice: _Choice) -> About:
    return About(
        model=settings.model,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        prompts=recorded_prompts(prompts),
        parameters={"words": settings.words, "synthesis": choice.mode, "flexible": choice.flexible},
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


async def _synthesis(settings: Settings, client: OpenAIChat) -> _Choice:
    """How to synthesize: a small model, or one that nothing is known about, gets one cluster a call.

    What the endpoint says of the model's size goes first. A model with a public price is a hosted one, and large.
    """
    if settings.synthesis != "auto":
        return _Choice(settings.synthesis, f"Synthesis: one {settings.synthesis} a call, as asked.", flexible=False)
    size = await _size(settings, client)
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
