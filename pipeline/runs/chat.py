"""The way to a model, put together: store, retries, limits, budget, endpoint."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.errors import ConfigurationError
from pipeline.llm.budget import Budget, BudgetedChat, Price
from pipeline.llm.endpoint import checked_base_url, public_name
from pipeline.llm.keeping import Forget, Forgive, Keeper, KeepingChat, StoredChat
from pipeline.llm.limits import LimitedChat, Limits, RateLimits
from pipeline.llm.local_server import serve
from pipeline.llm.protocol import ChatModel, ChatReply
from pipeline.llm.remote_limits import connect_limits
from pipeline.llm.retry import RetryingChat
from pipeline.llm.store import IN_MEMORY, ReplyStore
from pipeline.runs.costs import call_bound, call_size, known_price
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat

LEARNED_DAYS: Final = 7
"""What an endpoint did not accept is tried again after this time: servers are updated."""
PATIENCE: Final = 20.0
"""Seconds that calls under way are given when a run stops early: their replies are paid for, and worth storing."""

_STORE_FILE: Final = "replies.sqlite"

Tell = Callable[[str], None]


class OpenedChat(NamedTuple):
    """A model that is ready to be asked.

    ``endpoint`` is its name in digests; ``client`` the SDK's adapter, which knows what the endpoint is like;
    ``forget`` takes replies out of the store; ``limits`` knows what the endpoint allows;
    ``known`` looks a reply up by the digest of its request.
    """

    chat: ChatModel
    client: OpenAIChat
    endpoint: str
    forget: Forget
    limits: Limits
    known: Callable[[str], ChatReply | None]


class Endpoint(NamedTuple):
    """Where to ask. ``name`` is what replies are stored under."""

    base_url: str | None
    key: str | None
    name: str | None


@asynccontextmanager
async def open_chat(
    settings: Settings, *, fresh: bool = False, tell: Tell = lambda _: None
) -> AsyncIterator[OpenedChat]:
    """The model that the settings name; connections, the store and a local server are closed at the end.

    A request passes, in this order: the store; retries, which hold a slot for each attempt; the budget; the rate
    limits; the keeping of the reply; the endpoint.

    Args:
        settings: endpoint, model, limits, budget, where replies are kept.
        fresh: ask even where a reply is stored.
        tell: told what the user should know.

    Raises:
        ConfigurationError: no key, an unusable store, an unknown price with a budget, no such model file.
    """
    from pipeline.llm.openai_client import OpenAIChat  # noqa: PLC0415  the SDK costs half a second

    spend = None if settings.max_cost is None else known_price(settings)
    async with open_limits(settings) as limits, open_endpoint(settings, tell) as at:
        with closing(open_store(settings, tell)) as store:
            name = at.name or public_name(checked_base_url(at.base_url))
            learned = _recalled(store, name, settings.model)
            async with OpenAIChat(
                at.base_url, at.key, timeout=settings.request_timeout, adapted=learned, on_headers=limits.observe
            ) as client:
                keeper = Keeper(store, name, fresh=fresh, forgive=_forgiving(settings, tell))
                keeping = KeepingChat(client, keeper)
                stored = StoredChat(_attempts(keeping, settings, limits, spend), keeper)
                try:
                    yield OpenedChat(stored, client, name, keeper.forget, limits, keeper.known)
                finally:
                    await stored.aclose()
                    if keeping.under_way:
                        tell(
                            f"Waiting up to {PATIENCE:.0f} s for {keeping.under_way} replies that are on their way "
                            "and will be stored (Ctrl-C again leaves at once)."
                        )
                    await keeping.aclose(PATIENCE)
                    if client.adaptations != learned:
                        with suppress(ConfigurationError):  # it would be of use, and no more
                            store.learn(name, settings.model, client.adaptations)


@asynccontextmanager
async def open_limits(settings: Settings) -> AsyncIterator[Limits]:
    """The run's own limits; those that it shares with others, where the settings say who keeps them.

    Raises:
        ConfigurationError: nobody does, there.
    """
    if settings.limiter is None:
        yield own_limits(settings)
        return
    async with connect_limits(settings.limiter.get_secret_value()) as shared:
        yield shared


def own_limits(settings: Settings) -> RateLimits:
    """What the user allows; the rest is learnt from headers."""
    return RateLimits(
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        longest_wait=settings.max_wait,
    )


def _recalled(store: ReplyStore, endpoint: str, model: str) -> frozenset[str]:
    """What was learned lately. A store that cannot be read is for the first reply to complain of."""
    try:
        return store.recall(endpoint, model, newer_than=time.time() - LEARNED_DAYS * 86400)
    except ConfigurationError:
        return frozenset()


def _attempts(keeping: ChatModel, settings: Settings, limits: Limits, spend: Price | None) -> ChatModel:
    """What happens at each attempt, and when there is another."""
    chat: ChatModel = LimitedChat(keeping, limits, call_size(settings))
    if settings.max_cost is not None and spend is not None:
        chat = BudgetedChat(chat, Budget(settings.max_cost), spend, call_bound(settings))
    slots = 1 if settings.local_model else settings.concurrency  # a local model is deterministic one at a time
    return RetryingChat(chat, max_attempts=settings.max_attempts, concurrency=slots, max_wait=settings.max_wait)


def store_path(settings: Settings) -> Path:
    """The file of raw replies: in the configured folder, else in the user's cache folder."""
    if settings.cache_dir:
        return Path(settings.cache_dir) / _STORE_FILE
    from platformdirs import user_cache_path  # noqa: PLC0415  only where no folder is set

    return user_cache_path("pipeline-cited-summaries") / _STORE_FILE


def open_store(settings: Settings, tell: Tell) -> ReplyStore:
    """The store, to be closed; one in memory where none is wanted, or none can be used and none is required.

    Raises:
        ConfigurationError: it is required and cannot be used.
    """
    if settings.cache == "off":
        return ReplyStore(IN_MEMORY)
    try:
        return ReplyStore(store_path(settings))
    except ConfigurationError as error:
        if settings.cache == "required":
            raise
        tell(f"Going on without storing replies: {error.message}.")
    return _readable(store_path(settings)) or ReplyStore(IN_MEMORY)


def _readable(path: Path) -> ReplyStore | None:
    """The store, for reading only; None if it cannot even be read."""
    try:
        store = ReplyStore(path, read_only=True)
    except ConfigurationError:
        return None
    try:
        store.count()
    except ConfigurationError:
        store.close()
        return None
    return store


def _forgiving(settings: Settings, tell: Tell) -> Forgive | None:
    """What to do when replies cannot be stored: stop, or say so and go on."""
    if settings.cache == "required":
        return None
    return lambda error: tell(f"Replies are not stored from here on: {error.message}.")


@asynccontextmanager
async def open_endpoint(settings: Settings, tell: Tell) -> AsyncIterator[Endpoint]:
    """Where the settings say; a local model is served until the end.

    Raises:
        ConfigurationError: the local model cannot be served.
    """
    if settings.local_model is None:
        key = settings.api_key.get_secret_value() if settings.api_key else None
        yield Endpoint(settings.base_url, key, None)
        return
    async with serve(Path(settings.local_model), tell=tell) as server:
        yield Endpoint(server.base_url, server.api_key, server.name)
