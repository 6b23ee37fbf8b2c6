"""What the endpoint's answers mean: pure. What could not be seen is "unknown" and says so; nothing passes unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    CredentialsError,
    ModelError,
    NoConnection,
    PipelineError,
    QuotaError,
    RateLimited,
    UnknownModelError,
)
from pipeline.llm.limits import SeenLimit
from pipeline.llm.protocol import Rung
from pipeline.llm.served_models import ServedModel
from pipeline.llm.server_text import capped
from pipeline.runs.costs import cost, counter_of
from pipeline.runs.doctor.diagnosis import Finding
from pipeline.runs.doctor.probe import Answer, Listing, Timed
from pipeline.settings import Settings

_SMALL_CONTEXT: Final = 4096
_FEWEST_TIMED: Final = 20
"""A shorter reply says more about the way to the server than about its speed."""
_LONG_REPLY: Final = 4000
"""Tokens of about the longest replies of a run."""
_SHOWN_MODELS: Final = 8
_BETTER: Final = "It can be used; a server that enforces JSON schemas, or a larger model, loses fewer replies."


def configured(settings: Settings) -> Finding:
    """Which endpoint the settings name, and whether runs use it."""
    place = "a model file" if settings.local_model else "a base URL" if settings.base_url else "OpenAI's own endpoint"
    key = "" if settings.local_model else ", and a key" if settings.api_key else ", no key"
    if settings.engine == "extractive":
        advice = "Runs ask no model as long as the engine is “extractive”: set PIPELINE_ENGINE=auto."
        return Finding("warning", f"{place}{key}; it is not used", advice)
    return Finding("ok", f"{place}{key}")


def reachable(listing: Listing, first: Answer) -> Finding:
    """Whether anything answers at that address."""
    silent = (ConnectionFault, AttemptTimeout)
    if isinstance(listing, silent) and isinstance(first, silent):
        return failed(first)
    if isinstance(listing, PipelineError):
        return Finding("ok", "it answers, but gives no list of models")
    return Finding("ok", f"it answers, and lists {len(listing)} {'model' if len(listing) == 1 else 'models'}")


def authenticated(first: Answer, *, has_key: bool) -> Finding:
    """Whether the key is taken."""
    if isinstance(first, CredentialsError):
        return failed(first)
    if isinstance(first, QuotaError):
        return Finding("ok", "the server knows the account")
    if isinstance(first, PipelineError):
        return Finding("unknown", "no request was answered, and a list of models may be public")
    return Finding("ok", "a request with the key was answered" if has_key else "no key is set, and none is asked for")


def model_known(model: str, listing: Listing, first: Answer) -> Finding:
    """Whether the endpoint serves the model, by its list or its answer."""
    served = [] if isinstance(listing, PipelineError) else listing
    names = ", ".join(capped(row.id, 80) for row in served[:_SHOWN_MODELS])
    more = f" and {len(served) - _SHOWN_MODELS} more" if len(served) > _SHOWN_MODELS else ""
    choice = f"Name one that it lists, with --model: {names}{more}." if served else ""
    if isinstance(first, UnknownModelError):
        return failed(first, advice=choice)
    listed = any(_is(model, row) for row in served)
    if served and not listed:
        detail = "the endpoint does not list it" + (", but answers to its name" if isinstance(first, Timed) else "")
        return Finding("warning", detail, choice)
    if isinstance(first, Timed):
        return Finding("ok", "listed, and it answers" if listed else "it answers")
    return Finding("ok", "listed") if listed else Finding("unknown", "nothing is listed, and nothing was answered")


def _is(model: str, row: ServedModel) -> bool:
    """Google lists names with a prefix, Ollama with the tag that is the default."""
    return row.id in {model, f"models/{model}", f"{model}:latest"}


def round_trip(first: Answer) -> Finding | None:
    """None where another check says what is wrong."""
    if isinstance(first, Timed):
        return Finding("ok", f"{first.seconds:.2f} s for the shortest request")
    return None if isinstance(first, CredentialsError | UnknownModelError) else failed(first)


def structured_output(rung: Rung | None, replies: int, adaptations: frozenset[str]) -> Finding:
    """By which rung a valid reply came, after how many replies."""
    without = f"; not accepted: {', '.join(sorted(adaptations))}" if adaptations else ""
    if replies > 1:
        return Finding("warning", f"a reply was valid only when asked again ({rung}){without}", _BETTER)
    if rung in {"json_schema_strict", "json_schema"}:
        return Finding("ok", f"the reply is what the schema asks for ({rung}){without}")
    return Finding("warning", f"the reply is valid, but no schema was taken ({rung}){without}", _BETTER)


def context_of(model: str, listing: Listing) -> int | None:
    """Of the model, or of the only one there is, whatever its name."""
    served = [] if isinstance(listing, PipelineError) else listing
    row = next((row for row in served if _is(model, row)), served[0] if len(served) == 1 else None)
    return row.context if row else None


def context_size(context: int | None) -> Finding:
    """Whether long articles fit."""
    larger = "llama.cpp: -c 8192, Ollama: num_ctx, vLLM: --max-model-len"
    if context is None:
        return Finding("unknown", "the server does not say", f"On a server of your own, give 8,192 or more ({larger}).")
    if context < _SMALL_CONTEXT:
        return Finding("warning", f"{context:,} tokens: long articles will not fit", f"Serve it with more ({larger}).")
    return Finding("ok", f"{context:,} tokens")


def rate_limits(seen: tuple[SeenLimit, ...]) -> Finding:
    """The limits that the headers told."""
    if not seen:
        advice = "If there are any, set PIPELINE_REQUESTS_PER_MINUTE and PIPELINE_TOKENS_PER_MINUTE."
        return Finding("unknown", "the server tells none", advice)
    return Finding("ok", "; ".join(_limit(limit) for limit in seen))


def _limit(seen: SeenLimit) -> str:
    """A limit in words.

    >>> _limit(SeenLimit("tokens", 30000.0, 29500.0, 60.0))
    '30,000 tokens in 60 s, 29,500 left'
    """
    left = "" if seen.remaining is None else f", {seen.remaining:,.0f} left"
    return f"{seen.limit:,.0f} {seen.what} in {seen.per_seconds:,.0f} s{left}"


def speed_of(long: Answer) -> float | None:
    """Tokens per second, the way to the server and the reading of the short prompt included."""
    if isinstance(long, PipelineError) or long.reply.usage.completion_tokens < _FEWEST_TIMED:
        return None
    return round(long.reply.usage.completion_tokens / max(long.seconds, 1e-6), 1)


def tokens_per_second(long: Answer, speed: float | None, timeout: float) -> Finding:
    """Whether a long reply comes before the attempt ends."""
    if isinstance(long, PipelineError):
        return failed(long, once_answered=True)
    count = long.reply.usage.completion_tokens
    if speed is None:
        return Finding("unknown", f"the reply was too short to tell: {count} tokens by the server's count")
    found = f"{speed:,.1f} ({count} tokens in {long.seconds:.1f} s)"
    if speed * timeout < _LONG_REPLY:
        advice = f"A long reply takes {_LONG_REPLY / speed:,.0f} s: raise PIPELINE_REQUEST_TIMEOUT above that."
        return Finding("warning", found, advice)
    return Finding("ok", found)


def price(settings: Settings) -> Finding:
    """What a million tokens cost, and whether a budget can be kept."""
    dollars = cost(settings, 10**6, 10**6)
    if dollars is not None:
        return Finding("ok", f"${dollars:.2f} for a million tokens in and a million out")
    if settings.max_cost is not None:
        why = ConfigurationError("it is not known, so --max-cost cannot be kept", hint="Leave --max-cost out.")
        return failed(why)
    return Finding("unknown", "not in the price list", "A server of your own costs nothing; --max-cost cannot be used.")


def token_counting(settings: Settings) -> Finding:
    """Whether tokens are counted or estimated."""
    if counter_of(settings).exact:
        return Finding("ok", "exact: by the model's own table")
    return Finding("ok", "estimated, rather too high than too low: the model's table is not at hand")


_ADVICE: Final[Mapping[type[PipelineError], str]] = {
    NoConnection: "Is the server running, and is this its address and port?",
    ConnectionFault: "The server hung up: is it a chat endpoint, and is it well?",
    AttemptTimeout: "Is the server loading a model, or busy? Try again in a while.",
    RateLimited: "Wait a minute, then try again.",
    CredentialsError: "Check OPENAI_API_KEY: it must be a key for this base URL.",
    QuotaError: "Top up the account or raise its limit.",
    UnknownModelError: "Name a model that the endpoint serves with --model.",
}


def failed(error: PipelineError, *, advice: str = "", once_answered: bool = False) -> Finding:
    """A problem; but a limit that is met after the first answers leaves the thing unmeasured, and is none."""
    advice = advice or _advice(error)
    if once_answered and isinstance(error, RateLimited):
        return Finding("unknown", f"not measured: {error.message}", advice)
    return Finding("problem", error.message, advice, error)


def _advice(error: PipelineError) -> str:
    """The error's own, unless it speaks of a run that goes on."""
    if error.hint != error.default_hint:
        return error.hint
    general = "Try again; if it stays so, the server's own log may say more."
    return _ADVICE.get(type(error), general if error.hint == ModelError.default_hint else error.hint)
