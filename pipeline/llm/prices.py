"""What a call costs, from the price list that genai-prices brings along; never from the network."""

from __future__ import annotations

from pipeline.llm.endpoint import DEFAULT_BASE_URL


def price(
    model: str, prompt_tokens: int, completion_tokens: int, base_url: str | None = None, *, batch: bool = False
) -> float | None:
    """US dollars, or None where the list does not know the provider or the model: unknown is not free.

    Args:
        model: as the endpoint calls it.
        prompt_tokens: sent.
        completion_tokens: received, hidden reasoning included.
        base_url: says who the provider is; None means OpenAI.
        batch: at the price of a batch, which is half for most; where the list has none, it is the full one.
    """
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - 0.2 s

    usage = Usage(input_tokens=prompt_tokens, output_tokens=completion_tokens)
    try:
        cost = calc_price(
            usage,
            model,
            provider_api_url=base_url or DEFAULT_BASE_URL,
            price_context={"processing": "batch"} if batch else None,
        )
    except (LookupError, ValueError):
        return None
    return float(cost.total_price)
