"""What base URLs and model names say."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.llm.endpoint import (
    DEFAULT_BASE_URL,
    REASONING_ALLOWANCE,
    checked_base_url,
    is_hosted,
    is_reasoning,
    output_bound,
    public_name,
    secrets_in,
    target,
)


@pytest.mark.parametrize(
    ("url", "hosted"),
    [
        (DEFAULT_BASE_URL, True),
        ("https://eu.api.openai.com/v1", True),
        ("https://API.OPENAI.COM/v1", True),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://notapi.openai.com/v1", False),
        ("http://127.0.0.1:8081/v1", False),
    ],
)
def test_only_openai_is_hosted(url: str, *, hosted: bool) -> None:
    """Only OpenAI's own hosts count as hosted, not names that contain theirs."""
    assert is_hosted(url) is hosted


def test_public_name_holds_no_secret() -> None:
    """User, password, query and fragment are left out, so that the name can be stored and shown."""
    assert public_name("https://me:pass@Host:8080/v1/?api-key=secret#x") == "https://host:8080/v1"


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://host/v1?api-version=2024-10-21&Version=2", set()),
        ("https://host/v1?key=T1&sig=", {"T1"}),
        ("https://host/v1?a%2Fb+c", {"a%2Fb+c", "a/b+c", "a/b c"}),
        ("https://me@host/v1", {"me", "bWU6"}),
        ("https://me:p%40ss@host/v1", {"me", "p@ss", "bWU6cEBzcw=="}),
        ("https://host:port/v1?key=T1", set()),
    ],
)
def test_every_value_of_a_query_and_every_form_of_a_password_is_secret(url: str, secrets: set[str]) -> None:
    """A version is none; the rest is, however short, as it stands, decoded, and as a header has it."""
    assert secrets_in(url) == secrets


@pytest.mark.parametrize(
    ("url", "bearer", "sent", "query"),
    [
        ("http://host/v1", True, "http://host/v1", ""),
        ("http://me:x@host:81/v1?key=T&empty=", True, "http://host:81/v1", "key=T&empty="),
        ("http://me:x@host:81/v1#part", False, "http://me:x@host:81/v1", ""),
    ],
)
def test_a_url_is_taken_apart(url: str, sent: str, query: str, *, bearer: bool) -> None:
    """Where requests go has no query; and no password either, where a key is sent."""
    assert target(url, bearer=bearer) == (sent, query)


def test_a_bad_url_is_not_quoted() -> None:
    """The error about a URL does not show it: it may hold a password."""
    with pytest.raises(ConfigurationError) as caught:
        checked_base_url("htp://me:secret@host")
    assert "secret" not in f"{caught.value} {caught.value.hint}"


def test_reasoning_models_may_cost_more_than_their_answer() -> None:
    """A budget has to reckon with hidden tokens where OpenAI runs a reasoning model, and only there."""
    assert output_bound("gpt-5-mini", 100) == 100 + REASONING_ALLOWANCE
    assert output_bound("gpt-4o", 100) == 100
    assert [is_reasoning(name) for name in ("o3-mini", "gpt-6", "gpt-4.1", "qwen")] == [
        True,
        True,
        False,
        False,
    ]
