"""What can be said about an endpoint from its base URL and model name alone, without the SDK."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pipeline.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
REASONING_ALLOWANCE: Final = 4096
"""Tokens added to the limit of a reasoning model, whose hidden thoughts count against it."""

_LONG_VALUE: Final = 16
"""Shorter values of a query are versions and the like."""
_REASONING_NAMES: Final = ("gpt-5", "gpt-6", "o1", "o3", "o4")


def checked_base_url(base_url: str | None) -> str:
    """The base URL to use; None means OpenAI's own.

    Raises:
        ConfigurationError: it is no http(s) URL. The message leaves out credentials and the query.
    """
    if base_url is None:
        return DEFAULT_BASE_URL
    parts = _split(base_url.strip())
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            "the base URL is not an http or https URL",
            hint="Give one such as http://127.0.0.1:8081/v1 with --base-url or OPENAI_BASE_URL.",
        )
    return base_url.strip()


def public_name(base_url: str) -> str:
    """The base URL without what may be secret or accidental: user, password, query, fragment, last slash.

    >>> public_name("https://me:secret@host:8080/v1/?key=1")
    'https://host:8080/v1'
    """
    parts = _split(base_url)
    if parts is None:
        return "(unreadable URL)"
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def secrets_in(base_url: str) -> frozenset[str]:
    """What a base URL may hold of secrets: user, password, and the long values of its query.

    >>> sorted(secrets_in("https://me:pass%20word@host/v1?key=0123456789abcdef&api-version=2024-10-21"))
    ['0123456789abcdef', 'me', 'pass word']
    """
    parts = _split(base_url)
    if parts is None:
        return frozenset()
    users = (unquote(part) for part in (parts.username, parts.password) if part)
    values = (value for _, value in parse_qsl(parts.query) if len(value) >= _LONG_VALUE)
    return frozenset([*users, *values])


def is_hosted(base_url: str) -> bool:
    """Whether OpenAI itself answers there, in any of its regions."""
    parts = _split(base_url)
    host = (parts.hostname or "") if parts else ""
    return host == "api.openai.com" or host.endswith(".api.openai.com")


def loopback_host(base_url: str) -> str | None:
    """The host as a URL writes it, if it is this machine.

    >>> loopback_host("http://127.0.0.1:8081/v1"), loopback_host("http://[::1]/v1"), loopback_host("http://local.io/")
    ('127.0.0.1', '[::1]', None)
    """
    parts = _split(base_url)
    host = (parts.hostname or "") if parts else ""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost" or host.endswith(".localhost")
    return (f"[{host}]" if ":" in host else host) if here else None


def is_reasoning(model: str) -> bool:
    """Whether the name is one of OpenAI's reasoning models, which take no temperature."""
    return model.startswith(_REASONING_NAMES)


def output_bound(model: str, base_url: str, max_tokens: int) -> int:
    """The most tokens that a call with ``max_tokens`` may be charged for, for a budget to reckon with."""
    return max_tokens + (REASONING_ALLOWANCE if is_hosted(base_url) and is_reasoning(model) else 0)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return parts
