"""Prices come from the list, or are unknown."""

from __future__ import annotations

import pytest

from pipeline.llm.prices import price


def test_known_models_have_a_price() -> None:
    """A million tokens of a known model cost what the list says, and answers cost more than prompts."""
    prompt, answer = price("gpt-4o-mini", 1_000_000, 0), price("gpt-4o-mini", 0, 1_000_000)
    assert prompt is not None
    assert answer is not None
    assert 0 < prompt < answer


@pytest.mark.parametrize(
    ("model", "base_url"),
    [("gpt-99", None), ("gpt-4o-mini", "http://127.0.0.1:8081/v1"), ("", None), ("gpt-4o-mini", "nonsense")],
)
def test_unknown_is_not_free(model: str, base_url: str | None) -> None:
    """An unknown model or provider has no price, which is not the price 0."""
    assert price(model, 1000, 1000, base_url) is None


def test_a_batch_costs_half_where_the_list_says_so() -> None:
    """OpenAI halves the price of batches; where none is listed, the full price counts; unknown stays unknown."""
    full, half = price("gpt-4o-mini", 10_000, 5_000), price("gpt-4o-mini", 10_000, 5_000, batch=True)
    assert full is not None
    assert half == pytest.approx(full / 2)
    groq = "https://api.groq.com/openai/v1"
    listed = price("llama-3.3-70b-versatile", 10_000, 5_000, groq)
    assert listed is not None
    assert price("llama-3.3-70b-versatile", 10_000, 5_000, groq, batch=True) in {listed, listed / 2}
    assert price("gpt-99", 1, 1, batch=True) is None
