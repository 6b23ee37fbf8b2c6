"""What calls can take, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from pipeline.errors import ConfigurationError
from pipeline.llm.budget import CallBound, Price
from pipeline.llm.endpoint import DEFAULT_BASE_URL, is_hosted, output_bound
from pipeline.llm.prices import price
from pipeline.llm.protocol import ChatRequest
from pipeline.llm.tokens import TokenCounter, prompt_bound
from pipeline.settings import Settings

_USUAL_CHARACTERS: Final = 4
_OWN_MACHINE: Final = "http://127.0.0.1"


def endpoint_of(settings: Settings) -> str:
    """The base URL that is asked, as far as it is known before a local model's server runs."""
    return _OWN_MACHINE if settings.local_model else settings.base_url or DEFAULT_BASE_URL


def cost(settings: Settings, prompt_tokens: int, completion_tokens: int, *, batch: bool = False) -> float | None:
    """US dollars at the settings' model and endpoint, or None where the price is not known."""
    if settings.local_model:
        return 0.0
    return price(settings.model, prompt_tokens, completion_tokens, settings.base_url, batch=batch)


def known_price(settings: Settings, *, batch: bool = False) -> Price:
    """What tokens cost, for a budget to reckon with.

    Raises:
        ConfigurationError: nobody knows, so no budget can be kept.
    """

    def known(prompt_tokens: int, completion_tokens: int) -> float:
        dollars = cost(settings, prompt_tokens, completion_tokens, batch=batch)
        if dollars is None:
            raise ConfigurationError(
                f"--max-cost cannot be kept: the price of {settings.model!r} at this endpoint is not known.",
                hint="Leave --max-cost out (a server of your own costs nothing), or name a model with a public price.",
            )
        return dollars

    known(1, 1)
    return known


def counter_of(settings: Settings) -> TokenCounter:
    """The counter for the settings' model. Its table is read, which takes up to a second."""
    return TokenCounter.for_model(settings.model, hosted=is_hosted(endpoint_of(settings)))


def call_size(settings: Settings) -> Callable[[ChatRequest], int]:
    """What a call takes of a limit on tokens, as endpoints reckon before they know: characters / 4, and the answer."""

    def size(request: ChatRequest) -> int:
        characters = sum(len(message.content) for message in request.messages)
        return characters // _USUAL_CHARACTERS + output_bound(settings.model, request.max_tokens)

    return size


def call_bound(settings: Settings) -> CallBound:
    """The most prompt and completion tokens that a call can take. The model's table is read at the first use."""
    counter = cache(lambda: counter_of(settings))

    def bound(request: ChatRequest) -> tuple[int, int]:
        most = output_bound(settings.model, request.max_tokens)
        return prompt_bound(request, counter()), most

    return bound
