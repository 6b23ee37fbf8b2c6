"""What a run would take at most, without calling anybody."""

from __future__ import annotations

from typing import Final

from pipeline.domain.base import Model
from pipeline.engines.llm import (
    TOKENS_PER_CLAIM,
    TOKENS_PER_STATEMENT,
    WORDS_PER_STATEMENT,
    LlmEngine,
    most_claims,
)
from pipeline.errors import ConfigurationError
from pipeline.llm.endpoint import DEFAULT_BASE_URL, is_hosted, output_bound
from pipeline.llm.prices import price
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.tokens import TokenCounter
from pipeline.runs.engines import checked_prompts, choose_engine
from pipeline.settings import Settings
from pipeline.stages.ingest import Ingested

_CHAT_OVERHEAD: Final = 16
"""Tokens that a chat template adds to the texts of a call, at most, for the templates in use."""
_PER_CLAIM_IN_BRIEF: Final = 2 * TOKENS_PER_CLAIM
_TRIES: Final = 2
"""A reply that does not validate is asked for once more; a cut one too."""


class Estimate(Model):
    """Upper bounds, without retries of failed connections. ``cost_usd`` is None where the price is not known."""

    articles: int
    engine: str
    model: str | None
    calls: int
    prompt_tokens: int
    completion_tokens: int
    exact_counts: bool
    cost_usd: float | None


class _NoCalls(ChatModel):
    """Stands in for the model: a dry run must call nobody."""

    async def complete(self, request: ChatRequest) -> ChatReply:
        raise ConfigurationError(f"A dry run tried to call {request.model}.")


def estimate(ingested: Ingested, settings: Settings) -> Estimate:
    """The most that a run over these articles can take.

    Counted: one call an article; then either one call a statement or one for the brief; one repair a statement; and
    everything twice, since a reply may have to be asked for again.
    """
    if choose_engine(settings) == "extractive":
        return Estimate(
            articles=len(ingested.articles),
            engine="extractive",
            model=None,
            calls=0,
            prompt_tokens=0,
            completion_tokens=0,
            exact_counts=True,
            cost_usd=0.0,
        )
    url = settings.base_url or DEFAULT_BASE_URL
    counter = TokenCounter.for_model(settings.model, hosted=is_hosted(url))
    engine = LlmEngine(_NoCalls(), settings.model, checked_prompts(), "brief")
    requests = [engine.summarize_request(article) for article in ingested.articles]
    claims = sum(most_claims(article) for article in ingested.articles)
    statements = max(settings.words // 8, settings.words // WORDS_PER_STATEMENT + 1)
    prompt = sum(_prompt_tokens(request, counter) for request in requests)
    prompt += (claims + 2 * statements) * _PER_CLAIM_IN_BRIEF
    completion = sum(output_bound(settings.model, url, request.max_tokens) for request in requests)
    completion += (1 + statements) * output_bound(settings.model, url, TOKENS_PER_STATEMENT)
    completion += statements * TOKENS_PER_STATEMENT
    return Estimate(
        articles=len(ingested.articles),
        engine="openai",
        model=settings.model,
        calls=_TRIES * (len(requests) + 1 + 2 * statements),
        prompt_tokens=_TRIES * prompt + completion,
        completion_tokens=_TRIES * completion,
        exact_counts=counter.exact,
        cost_usd=price(settings.model, _TRIES * prompt + completion, _TRIES * completion, settings.base_url),
    )


def _prompt_tokens(request: ChatRequest, counter: TokenCounter) -> int:
    """Messages, what the template adds, and the schema, which most servers put into the prompt."""
    schema = counter.count(str(request.json_schema))
    return sum(counter.count(message.content) + _CHAT_OVERHEAD for message in request.messages) + schema
