"""Whether the configured endpoint and model can be used, and how well: measured, never taken from the store.

What asks is async and short; what judges the answers is pure. A check that could not be made is "unknown" and says
so: nothing passes that was not seen.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from contextlib import closing
from typing import Final, Literal, NamedTuple, TypeVar

from pydantic import Field

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Usage
from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    CredentialsError,
    InvalidReply,
    ModelError,
    NoConnection,
    PipelineError,
    QuotaError,
    RateLimited,
    TruncatedReply,
    UnknownModelError,
)
from pipeline.llm.endpoint import secrets_in
from pipeline.llm.ladder import rung_in_use
from pipeline.llm.limits import RateLimits, SeenLimit
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import RUNGS, ChatReply, ChatRequest, Message, Rung
from pipeline.llm.served_models import ServedModel
from pipeline.llm.server_text import Secrets, capped, safe
from pipeline.llm.structured import MOST_CALLS, ask, portable_schema
from pipeline.runs.chat import Endpoint, Tell, open_endpoint, open_store
from pipeline.runs.costs import cost, counter_of
from pipeline.settings import Settings

Outcome = Literal["ok", "warning", "problem", "unknown"]

CHECKS: Final = (
    "configuration", "reachable", "authenticated", "model known", "round trip", "structured output", "context size",
    "rate limits", "tokens per second", "price", "token counting", "reply store",
)  # fmt: skip
"""In this order; the first that is a problem decides how the command ends."""

MOST_REPLIES: Final = 2 + len(RUNGS) * MOST_CALLS
"""Replies that are asked for at most; three do where all is well. Refusals of a parameter come on top, cost nothing,
and are one for each parameter at most."""
MOST_TOKENS: Final = 8000
"""Tokens of all of them, roughly and at most; a few hundred where all is well. Hidden thoughts come on top."""

_TIMEOUT: Final = 120.0
"""Seconds for a short answer: a model may have to be loaded first, but nobody waits as long as a run would."""
_LIST_TIMEOUT: Final = 10.0
_SMALL_CONTEXT: Final = 4096
_FEWEST_TIMED: Final = 20
"""A shorter reply says more about the way to the server than about its speed."""
_LONG_REPLY: Final = 4000
"""Tokens of about the longest replies of a run."""
_SHOWN_MODELS: Final = 8
_WORD_LIMIT: Final = 600

_T = TypeVar("_T")


class Check(Model):
    """One thing that was looked at. ``advice`` says what to do, where there is something to do."""

    name: str
    outcome: Outcome
    detail: str
    advice: str = ""


class Limit(Model):
    """A limit that the endpoint told: ``limit`` in ``per_seconds``; ``remaining`` as last heard."""

    what: Literal["requests", "tokens"]
    limit: float
    remaining: float | None
    per_seconds: float


class Diagnosis(Model):
    """What was found. None means that it was not measured. ``exit_status`` is the first problem's, else 0."""

    schema_version: int = SCHEMA_VERSION
    endpoint: str | None
    model: str
    checks: tuple[Check, ...]
    exit_status: int
    adaptations: tuple[str, ...] = ()
    rung: Rung | None = None
    context: int | None = None
    limits: tuple[Limit, ...] = ()
    tokens_per_second: float | None = None
    round_trip_seconds: float | None = None
    requests: int = 0
    tokens: int = 0


class _Finding(NamedTuple):
    outcome: Outcome
    detail: str
    advice: str = ""
    error: PipelineError | None = None


class _Timed(NamedTuple):
    """A reply, and how long it took, refusals of parameters left out."""

    reply: ChatReply
    seconds: float


_Listing = list[ServedModel] | PipelineError
_Answer = _Timed | PipelineError


class _Fruit(Model):
    """A fruit."""

    name: str = Field(max_length=40)
    kind: Literal["berry", "pome", "citrus"]
    months: list[int] = Field(min_length=1, max_length=3)
    colour: str | None = Field(max_length=40)


class _Text(Model):
    """Some text."""

    text: str


_QUESTION: Final = "Describe the apple: name, kind, up to three numbers of months in which it is ripe, colour or null."
_COUNT: Final = "Write the numbers from one to sixty in words, separated by commas, into “text”."


async def examine(settings: Settings, tell: Tell = lambda _: None) -> Diagnosis:
    """Ask the endpoint a few short things, `MOST_REPLIES` at most, and say what was found.

    It raises nothing for what is wrong with the endpoint: that is what it is there to find.
    """
    sheet = _Sheet(settings)
    try:
        _check_settings(settings)
        async with open_endpoint(settings, tell) as at:
            limits = RateLimits()
            meter = _Meter(limits)
            timeout = min(settings.request_timeout, _TIMEOUT)
            async with OpenAIChat(at.base_url, at.key, timeout=timeout, on_headers=meter.observe) as client:
                sheet.begin(at, client.endpoint)
                tell(f"Asking: usually 3 short replies, at most {MOST_REPLIES} and about {MOST_TOKENS:,} tokens.")
                await _examine(sheet, settings, _Probe(client, meter))
                sheet.limits = limits.seen()
                sheet.note("rate limits", _limits(sheet.limits) if meter.times else None)
    except PipelineError as error:
        sheet.note("configuration", _failed(error))
    return sheet.diagnosis()


async def _examine(sheet: _Sheet, settings: Settings, probe: _Probe) -> None:
    listing = await _attempt(probe.client.list_models(timeout=min(settings.request_timeout, _LIST_TIMEOUT)))
    greeting = _request(settings.model, "Say hello.", _Text, 16, rung="text")
    first = listing if isinstance(listing, ConnectionFault) else await _attempt(probe.timed(greeting))
    reachable = _reachable(listing, first)
    sheet.note("reachable", reachable)
    if reachable.outcome == "ok":
        sheet.note("authenticated", _authenticated(first, has_key=sheet.has_key))
        sheet.note("model known", _known(settings.model, listing, first))
        sheet.note("round trip", _round_trip(first))
        sheet.context = _context_of(settings.model, listing)
    if isinstance(first, _Timed):
        sheet.round_trip = round(first.seconds, 3)
        sheet.rung, found = await _structured(probe, settings.model)
        sheet.note("structured output", found)
        long = await _attempt(probe.timed(_request(settings.model, _COUNT, _Text, 128, rung="text")))
        sheet.speed = _speed_of(long)
        sheet.note("tokens per second", _speed(long, sheet.speed, settings.request_timeout))
    if isinstance(first, _Timed) or sheet.context is not None:
        sheet.note("context size", _context(sheet.context))
    sheet.note("price", _price(settings))
    sheet.note("token counting", _counting(settings))
    sheet.note("reply store", _store(settings, sheet, probe.client.adaptations))
    sheet.measured(probe)


class _Sheet:
    """What has been found so far. All that it is told is made safe to show."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._checks: dict[str, Check] = {}
        self._errors: dict[str, PipelineError] = {}
        self._secrets: Secrets = frozenset()
        self.has_key = False
        self.endpoint: str | None = None
        self.rung: Rung | None = None
        self.context: int | None = None
        self.limits: tuple[SeenLimit, ...] = ()
        self.speed: float | None = None
        self.round_trip: float | None = None
        self._adaptations: frozenset[str] = frozenset()
        self._requests = self._tokens = 0

    def begin(self, at: Endpoint, public: str) -> None:
        """There is an endpoint to ask; its name is what replies are stored under."""
        self._secrets = secrets_in(at.base_url or "") | ({at.key} if at.key else frozenset())
        self.has_key = bool(at.key)
        self.endpoint = at.name or public
        self.note("configuration", _configured(self._settings))

    def note(self, name: str, found: _Finding | None) -> None:
        """Keep what was found; None is nothing."""
        if found is None:
            return
        detail, advice = (capped(safe(text, self._secrets), _WORD_LIMIT) for text in (found.detail, found.advice))
        self._checks[name] = Check(name=name, outcome=found.outcome, detail=detail, advice=advice)
        if found.outcome == "problem" and found.error is not None:
            self._errors[name] = found.error

    def measured(self, probe: _Probe) -> None:
        """What the asking took, and what the endpoint turned out not to accept."""
        self._adaptations = probe.client.adaptations
        self._requests = len(probe.meter.times)
        self._tokens = probe.used.prompt_tokens + probe.used.completion_tokens

    def diagnosis(self) -> Diagnosis:
        """All of it."""
        first = next((name for name in CHECKS if name in self._errors), None)
        why = f"not measured, because of the problem with “{first}”" if first else "not measured"
        return Diagnosis(
            endpoint=self.endpoint,
            model=self._settings.model,
            checks=tuple(self._checks.get(n) or Check(name=n, outcome="unknown", detail=why) for n in CHECKS),
            exit_status=self._errors[first].exit_status if first else 0,
            adaptations=tuple(sorted(self._adaptations)),
            rung=self.rung,
            context=self.context,
            limits=tuple(Limit(**limit._asdict()) for limit in self.limits),
            tokens_per_second=self.speed,
            round_trip_seconds=self.round_trip,
            requests=self._requests,
            tokens=self._tokens,
        )


class _Meter:
    """Hears the headers of every response, and notes when they came."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self.times: list[float] = []

    def observe(self, headers: Mapping[str, str]) -> None:
        self.times.append(time.perf_counter())
        self._limits.observe(headers)


class _Probe:
    """The endpoint as a `ChatModel` that remembers how it was asked last, and what all of it took."""

    def __init__(self, client: OpenAIChat, meter: _Meter) -> None:
        self.client = client
        self.meter = meter
        self.used = Usage()
        self.rung: Rung | None = None

    async def complete(self, request: ChatRequest) -> ChatReply:
        reply = await self.client.complete(request)
        self.used = self.used.plus(reply.usage)
        self.rung = rung_in_use(request.rung, self.client.adaptations)
        return reply

    async def timed(self, request: ChatRequest) -> _Timed:
        """The last response before the reply was a refusal: what came after it is what the reply took."""
        started, heard = time.perf_counter(), len(self.meter.times)
        reply = await self.complete(request)
        sent = max([started, *self.meter.times[heard:-1]])
        return _Timed(reply, time.perf_counter() - sent)


def _request(model: str, text: str, output: type[Model], max_tokens: int, rung: Rung) -> ChatRequest:
    return ChatRequest(
        model=model,
        messages=(Message(role="user", content=text),),
        schema_name="doctor",
        json_schema=portable_schema(output),
        max_tokens=max_tokens,
        rung=rung,
    )


async def _attempt(work: Awaitable[_T]) -> _T | PipelineError:
    try:
        return await work
    except PipelineError as error:
        return error


async def _structured(probe: _Probe, model: str) -> tuple[Rung | None, _Finding]:
    """The highest rung on which a reply is what the schema asks for, as a run would find it.

    A rung that is refused is left by the client itself; one on which replies do not validate, here.
    """
    failure: PipelineError | None = None
    for rung in RUNGS:
        if rung_in_use(rung, probe.client.adaptations) != rung:
            continue
        before = probe.used.calls
        try:
            await ask(probe, _request(model, _QUESTION, _Fruit, 256, rung), _Fruit)
        except (InvalidReply, TruncatedReply) as error:
            failure = error
        except PipelineError as error:
            return None, _failed(error, once_answered=True)
        else:
            return probe.rung, _rung(probe.rung, probe.used.calls - before, probe.client.adaptations)
    assert failure is not None  # noqa: S101 - the last rung is never left out
    return None, _failed(failure)


# --- what the answers mean


def _check_settings(settings: Settings) -> None:
    """Nothing, if they name one endpoint.

    Raises:
        ConfigurationError: they name none, or two.
    """
    settings.check_endpoint()
    if not (settings.api_key or settings.base_url or settings.local_model or settings.engine == "openai"):
        raise ConfigurationError(
            "No endpoint is configured: runs use the extractive engine, which asks no model.",
            hint="To use a model, set OPENAI_API_KEY, or give --base-url or --local-model.",
        )


def _configured(settings: Settings) -> _Finding:
    place = "a model file" if settings.local_model else "a base URL" if settings.base_url else "OpenAI's own endpoint"
    key = "" if settings.local_model else ", and a key" if settings.api_key else ", no key"
    if settings.engine == "extractive":
        advice = "Runs ask no model as long as the engine is “extractive”: set PIPELINE_ENGINE=auto."
        return _Finding("warning", f"{place}{key}; it is not used", advice)
    return _Finding("ok", f"{place}{key}")


def _reachable(listing: _Listing, first: _Answer) -> _Finding:
    silent = (ConnectionFault, AttemptTimeout)
    if isinstance(listing, silent) and isinstance(first, silent):
        return _failed(first)
    if isinstance(listing, PipelineError):
        return _Finding("ok", "it answers, but gives no list of models")
    return _Finding("ok", f"it answers, and lists {len(listing)} {'model' if len(listing) == 1 else 'models'}")


def _authenticated(first: _Answer, *, has_key: bool) -> _Finding:
    if isinstance(first, CredentialsError):
        return _failed(first)
    if isinstance(first, QuotaError):
        return _Finding("ok", "the server knows the account")
    if isinstance(first, PipelineError):
        return _Finding("unknown", "no request was answered, and a list of models may be public")
    return _Finding("ok", "a request with the key was answered" if has_key else "no key is set, and none is asked for")


def _known(model: str, listing: _Listing, first: _Answer) -> _Finding:
    served = [] if isinstance(listing, PipelineError) else listing
    names = ", ".join(capped(row.id, 80) for row in served[:_SHOWN_MODELS])
    more = f" and {len(served) - _SHOWN_MODELS} more" if len(served) > _SHOWN_MODELS else ""
    choice = f"Name one that it lists, with --model: {names}{more}." if served else ""
    if isinstance(first, UnknownModelError):
        return _failed(first, advice=choice)
    listed = any(_is(model, row) for row in served)
    if served and not listed:
        detail = "the endpoint does not list it" + (", but answers to its name" if isinstance(first, _Timed) else "")
        return _Finding("warning", detail, choice)
    if isinstance(first, _Timed):
        return _Finding("ok", "listed, and it answers" if listed else "it answers")
    return _Finding("ok", "listed") if listed else _Finding("unknown", "nothing is listed, and nothing was answered")


def _is(model: str, row: ServedModel) -> bool:
    """Google lists names with a prefix, Ollama with the tag that is the default."""
    return row.id in {model, f"models/{model}", f"{model}:latest"}


def _round_trip(first: _Answer) -> _Finding | None:
    """None where another check says what is wrong."""
    if isinstance(first, _Timed):
        return _Finding("ok", f"{first.seconds:.2f} s for the shortest request")
    return None if isinstance(first, CredentialsError | UnknownModelError) else _failed(first)


def _rung(rung: Rung | None, replies: int, adaptations: frozenset[str]) -> _Finding:
    without = f"; not accepted: {', '.join(sorted(adaptations))}" if adaptations else ""
    if replies > 1:
        return _Finding("warning", f"a reply was valid only when asked again ({rung}){without}", _BETTER)
    if rung in {"json_schema_strict", "json_schema"}:
        return _Finding("ok", f"the reply is what the schema asks for ({rung}){without}")
    return _Finding("warning", f"the reply is valid, but no schema was taken ({rung}){without}", _BETTER)


_BETTER: Final = "It can be used; a server that enforces JSON schemas, or a larger model, loses fewer replies."


def _context_of(model: str, listing: _Listing) -> int | None:
    """Of the model, or of the only one there is, whatever its name."""
    served = [] if isinstance(listing, PipelineError) else listing
    row = next((row for row in served if _is(model, row)), served[0] if len(served) == 1 else None)
    return row.context if row else None


def _context(context: int | None) -> _Finding:
    larger = "llama.cpp: -c 8192, Ollama: num_ctx, vLLM: --max-model-len"
    if context is None:
        return _Finding(
            "unknown", "the server does not say", f"On a server of your own, give 8,192 or more ({larger})."
        )
    if context < _SMALL_CONTEXT:
        return _Finding("warning", f"{context:,} tokens: long articles will not fit", f"Serve it with more ({larger}).")
    return _Finding("ok", f"{context:,} tokens")


def _limits(seen: tuple[SeenLimit, ...]) -> _Finding:
    if not seen:
        advice = "If there are any, set PIPELINE_REQUESTS_PER_MINUTE and PIPELINE_TOKENS_PER_MINUTE."
        return _Finding("unknown", "the server tells none", advice)
    return _Finding("ok", "; ".join(_limit(limit) for limit in seen))


def _limit(seen: SeenLimit) -> str:
    """A limit in words.

    >>> _limit(SeenLimit("tokens", 30000.0, 29500.0, 60.0))
    '30,000 tokens in 60 s, 29,500 left'
    """
    left = "" if seen.remaining is None else f", {seen.remaining:,.0f} left"
    return f"{seen.limit:,.0f} {seen.what} in {seen.per_seconds:,.0f} s{left}"


def _speed_of(long: _Answer) -> float | None:
    """Tokens per second, the way to the server and the reading of the short prompt included."""
    if isinstance(long, PipelineError) or long.reply.usage.completion_tokens < _FEWEST_TIMED:
        return None
    return round(long.reply.usage.completion_tokens / max(long.seconds, 1e-6), 1)


def _speed(long: _Answer, speed: float | None, timeout: float) -> _Finding:
    if isinstance(long, PipelineError):
        return _failed(long, once_answered=True)
    count = long.reply.usage.completion_tokens
    if speed is None:
        return _Finding("unknown", f"the reply was too short to tell: {count} tokens by the server's count")
    found = f"{speed:,.1f} ({count} tokens in {long.seconds:.1f} s)"
    if speed * timeout < _LONG_REPLY:
        advice = f"A long reply takes {_LONG_REPLY / speed:,.0f} s: raise PIPELINE_REQUEST_TIMEOUT above that."
        return _Finding("warning", found, advice)
    return _Finding("ok", found)


def _price(settings: Settings) -> _Finding:
    dollars = cost(settings, 10**6, 10**6)
    if dollars is not None:
        return _Finding("ok", f"${dollars:.2f} for a million tokens in and a million out")
    if settings.max_cost is not None:
        why = ConfigurationError("it is not known, so --max-cost cannot be kept", hint="Leave --max-cost out.")
        return _failed(why)
    return _Finding(
        "unknown", "not in the price list", "A server of your own costs nothing; --max-cost cannot be used."
    )


def _counting(settings: Settings) -> _Finding:
    if counter_of(settings).exact:
        return _Finding("ok", "exact: by the model's own table")
    return _Finding("ok", "estimated, rather too high than too low: the model's table is not at hand")


def _store(settings: Settings, sheet: _Sheet, adaptations: frozenset[str]) -> _Finding:
    """Whether replies can be kept; what was learned is, if replies were understood."""
    if settings.cache == "off":
        return _Finding("ok", "switched off (PIPELINE_CACHE=off)")
    told: list[str] = []
    try:
        with closing(open_store(settings, told.append)) as store:
            if told:
                return _Finding("warning", " ".join(told), "Choose a folder that can be written: PIPELINE_CACHE_DIR.")
            if sheet.rung is not None and sheet.endpoint is not None:
                store.learn(sheet.endpoint, settings.model, adaptations)
    except ConfigurationError as error:
        return _failed(error)
    return _Finding("ok", "can be read and written")


# --- what to do


_ADVICE: Final[Mapping[type[PipelineError], str]] = {
    NoConnection: "Is the server running, and is this its address and port?",
    ConnectionFault: "The server hung up: is it a chat endpoint, and is it well?",
    AttemptTimeout: "Is the server loading a model, or busy? Try again in a while.",
    RateLimited: "Wait a minute, then try again.",
    CredentialsError: "Check OPENAI_API_KEY: it must be a key for this base URL.",
    QuotaError: "Top up the account or raise its limit.",
    UnknownModelError: "Name a model that the endpoint serves with --model.",
}


def _failed(error: PipelineError, *, advice: str = "", once_answered: bool = False) -> _Finding:
    """A problem; but a limit that is met after the first answers leaves the thing unmeasured, and is none."""
    advice = advice or _advice(error)
    if once_answered and isinstance(error, RateLimited):
        return _Finding("unknown", f"not measured: {error.message}", advice)
    return _Finding("problem", error.message, advice, error)


def _advice(error: PipelineError) -> str:
    """The error's own, unless it speaks of a run that goes on."""
    if error.hint != error.default_hint:
        return error.hint
    general = "Try again; if it stays so, the server's own log may say more."
    return _ADVICE.get(type(error), general if error.hint == ModelError.default_hint else error.hint)
