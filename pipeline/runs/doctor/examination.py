"""Asks the endpoint, judges the answers, and puts the diagnosis together."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from pipeline.errors import ConfigurationError, ConnectionFault, InvalidReply, PipelineError, TruncatedReply
from pipeline.llm.endpoint import secrets_in
from pipeline.llm.ladder import rung_in_use
from pipeline.llm.limits import RateLimits, SeenLimit
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import RUNGS, Rung
from pipeline.llm.server_text import Secrets, capped, safe
from pipeline.llm.structured import ask
from pipeline.runs.chat import Endpoint, Tell, open_endpoint, open_store
from pipeline.runs.doctor import findings
from pipeline.runs.doctor.diagnosis import CHECKS, Check, Diagnosis, Finding, Limit
from pipeline.runs.doctor.probe import (
    COUNT,
    MOST_REPLIES,
    MOST_TOKENS,
    QUESTION,
    Fruit,
    Meter,
    Probe,
    Text,
    Timed,
    attempt,
    bare_request,
)
from pipeline.settings import Settings

_TIMEOUT: Final = 120.0
"""Seconds for a short answer: a model may have to be loaded first, but nobody waits as long as a run would."""
_LIST_TIMEOUT: Final = 10.0
_WORD_LIMIT: Final = 600


async def examine(settings: Settings, tell: Tell = lambda _: None) -> Diagnosis:
    """Ask the endpoint a few short things, `MOST_REPLIES` at most, and say what was found.

    It raises nothing for what is wrong with the endpoint: that is what it is there to find.
    """
    sheet = _Sheet(settings)
    try:
        _check_settings(settings)
        async with open_endpoint(settings, tell) as at:
            limits = RateLimits()
            meter = Meter(limits)
            timeout = min(settings.request_timeout, _TIMEOUT)
            async with OpenAIChat(at.base_url, at.key, timeout=timeout, on_headers=meter.observe) as client:
                sheet.begin(at, client.endpoint)
                tell(f"Asking: usually 3 short replies, at most {MOST_REPLIES} and about {MOST_TOKENS:,} tokens.")
                await _examine(sheet, settings, Probe(client, meter))
                sheet.limits = limits.seen()
                sheet.note("rate limits", findings.rate_limits(sheet.limits) if meter.times else None)
    except PipelineError as error:
        sheet.note("configuration", findings.failed(error))
    return sheet.diagnosis()


async def _examine(sheet: _Sheet, settings: Settings, probe: Probe) -> None:
    listing = await attempt(probe.client.list_models(timeout=min(settings.request_timeout, _LIST_TIMEOUT)))
    greeting = bare_request(settings.model, "Say hello.", Text, 16, rung="text")
    first = listing if isinstance(listing, ConnectionFault) else await attempt(probe.timed(greeting))
    reachable = findings.reachable(listing, first)
    sheet.note("reachable", reachable)
    if reachable.outcome == "ok":
        sheet.note("authenticated", findings.authenticated(first, has_key=sheet.has_key))
        sheet.note("model known", findings.model_known(settings.model, listing, first))
        sheet.note("round trip", findings.round_trip(first))
        sheet.context = findings.context_of(settings.model, listing)
    if isinstance(first, Timed):
        sheet.round_trip = round(first.seconds, 3)
        sheet.rung, found = await _structured(probe, settings.model)
        sheet.note("structured output", found)
        long = await attempt(probe.timed(bare_request(settings.model, COUNT, Text, 128, rung="text")))
        sheet.speed = findings.speed_of(long)
        sheet.note("tokens per second", findings.tokens_per_second(long, sheet.speed, settings.request_timeout))
    if isinstance(first, Timed) or sheet.context is not None:
        sheet.note("context size", findings.context_size(sheet.context))
    sheet.note("price", findings.price(settings))
    sheet.note("token counting", findings.token_counting(settings))
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
        self.note("configuration", findings.configured(self._settings))

    def note(self, name: str, found: Finding | None) -> None:
        """Keep what was found; None is nothing."""
        if found is None:
            return
        detail, advice = (capped(safe(text, self._secrets), _WORD_LIMIT) for text in (found.detail, found.advice))
        self._checks[name] = Check(name=name, outcome=found.outcome, detail=detail, advice=advice)
        if found.outcome == "problem" and found.error is not None:
            self._errors[name] = found.error

    def measured(self, probe: Probe) -> None:
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


async def _structured(probe: Probe, model: str) -> tuple[Rung | None, Finding]:
    """The highest rung on which a reply is what the schema asks for, as a run would find it.

    A rung that is refused is left by the client itself; one on which replies do not validate, here.
    """
    failure: PipelineError | None = None
    for rung in RUNGS:
        if rung_in_use(rung, probe.client.adaptations) != rung:
            continue
        before = probe.used.calls
        try:
            await ask(probe, bare_request(model, QUESTION, Fruit, 256, rung), Fruit)
        except (InvalidReply, TruncatedReply) as error:
            failure = error
        except PipelineError as error:
            return None, findings.failed(error, once_answered=True)
        else:
            return probe.rung, findings.structured_output(
                probe.rung, probe.used.calls - before, probe.client.adaptations
            )
    assert failure is not None  # noqa: S101 - the last rung is never left out
    return None, findings.failed(failure)


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


def _store(settings: Settings, sheet: _Sheet, adaptations: frozenset[str]) -> Finding:
    """Whether replies can be kept; what was learned is, if replies were understood."""
    if settings.cache == "off":
        return Finding("ok", "switched off (PIPELINE_CACHE=off)")
    told: list[str] = []
    try:
        with closing(open_store(settings, told.append)) as store:
            if told:
                return Finding("warning", " ".join(told), "Choose a folder that can be written: PIPELINE_CACHE_DIR.")
            if sheet.rung is not None and sheet.endpoint is not None:
                store.learn(sheet.endpoint, settings.model, adaptations)
    except ConfigurationError as error:
        return findings.failed(error)
    return Finding("ok", "can be read and written")
