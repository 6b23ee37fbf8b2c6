"""From settings to an engine, with what must be closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import LlmEngine, SynthesisMode
from pipeline.engines.protocol import Engine, EngineName
from pipeline.errors import PromptError
from pipeline.prompting import Prompt, check_lock, load_prompts
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat

_STORE_FILE: Final = "replies.sqlite"
_CAPABLE: Final = 20_000_000_000
"""Parameters from which a model is trusted with a whole brief in one call; smaller ones mis-cite (measured with
one of 1.5 billion: over 14 claims in one call it invents, one cluster a call it does not)."""


class Opened(NamedTuple):
    """An engine and what the user should know about how it was chosen."""

    engine: Engine
    prompts: dict[str, Prompt]
    notes: tuple[str, ...]


def choose_engine(settings: Settings) -> EngineName:
    """The engine that ``auto`` means: a model where a key or a base URL is set."""
    if settings.engine != "auto":
        return settings.engine
    return "openai" if settings.api_key or settings.base_url else "extractive"


@asynccontextmanager
async def open_engine(settings: Settings, *, fresh: bool = False) -> AsyncIterator[Opened]:
    """The engine, ready; its connections and its store are closed at the end.

    Args:
        settings: which engine, endpoint and model.
        fresh: ask the model again even where the store has a reply.

    Raises:
        ConfigurationError: no key for the hosted endpoint, or a store that cannot be opened.
        PromptError: prompts that differ from their lock.
    """
    if choose_engine(settings) == "extractive":
        why = "" if settings.engine == "extractive" else " (no OPENAI_API_KEY or base URL is set)"
        yield Opened(ExtractiveEngine(), {}, (f"Engine: extractive{why}. It picks and orders sentences verbatim.",))
        return
    async with _open_llm(settings, fresh=fresh) as opened:
        yield opened


@asynccontextmanager
async def _open_llm(settings: Settings, *, fresh: bool) -> AsyncIterator[Opened]:
    from pipeline.llm.openai_client import OpenAIChat  # noqa: PLC0415  the SDK costs half a second
    from pipeline.llm.retry import RetryingChat  # noqa: PLC0415
    from pipeline.llm.store import ReplyStore, StoredChat  # noqa: PLC0415

    prompts = checked_prompts()
    key = settings.api_key.get_secret_value() if settings.api_key else None
    async with OpenAIChat(settings.base_url, key, timeout=settings.request_timeout) as client:
        mode, note = await _synthesis_mode(settings, client)
        retrying = RetryingChat(
            client,
            max_attempts=settings.max_attempts,
            concurrency=settings.concurrency,
            max_wait=settings.max_wait,
        )
        with ReplyStore(store_path(settings)) as store:
            chat = StoredChat(retrying, store, client.endpoint, fresh=fresh)
            engine = LlmEngine(chat, settings.model, prompts, mode)
            yield Opened(engine, prompts, (f"Engine: openai, model {settings.model} at {client.endpoint}.", note))


def checked_prompts() -> dict[str, Prompt]:
    """The prompts, which must be what their lock file says.

    Raises:
        PromptError: a prompt is malformed, missing or changed without a new version.
    """
    prompts = load_prompts()
    problems = check_lock(prompts)
    if problems:
        raise PromptError(f"The prompts differ from their lock file: {'; '.join(problems)}.")
    return prompts


def store_path(settings: Settings) -> Path:
    """The file of raw replies: in the configured folder, else in the user's cache folder."""
    if settings.cache_dir:
        return Path(settings.cache_dir) / _STORE_FILE
    from platformdirs import user_cache_path  # noqa: PLC0415

    return user_cache_path("pipeline-cited-summaries") / _STORE_FILE


async def _synthesis_mode(settings: Settings, client: OpenAIChat) -> tuple[SynthesisMode, str]:
    """How to synthesize, and a remark that says so: a small or unknown model gets one cluster a call."""
    if settings.synthesis != "auto":
        return settings.synthesis, f"Synthesis: one {settings.synthesis} a call, as asked."
    if settings.base_url is None:
        return "brief", "Synthesis: the whole brief in one call."
    sizes = [served.n_params for served in await client.served_models() if served.n_params]
    if sizes and min(sizes) >= _CAPABLE:
        return (
            "brief",
            f"Synthesis: the whole brief in one call (the model has {min(sizes) / 1e9:.0f} billion parameters).",
        )
    size = f"the model has {max(sizes) / 1e9:.1f} billion parameters" if sizes else "the model's size is not known"
    return "cluster", f"Synthesis: one cluster a call ({size}); --synthesis brief asks for one call."
