"""What can be said about an endpoint from its base URL and model name alone, without the SDK."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from pipeline.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
REASONING_ALLOWANCE: Final = 4096
"""Tokens added to the limit of a reasoning model, whose hidden thoughts count against it."""

_OPEN_PARAMETERS: Final = frozenset({"api-version", "version"})
"""Of a query, what is no secret."""
_REASONING_NAMES: Final = ("gpt-5", "gpt-6", "o1", "o3", "o4")


class Target(NamedTuple):
    """Where requests go: a URL that a path can be appended to, and the query that each gets."""

    url: str
    query: str


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


def target(base_url: str, *, bearer: bool) -> Target:
    """A base URL in the parts that a client needs.

    With a key to send (``bearer``), user and password are left out: HTTP clients would send them in its place.

    >>> target("https://me:secret@host/v1?api-version=1#x", bearer=True)
    Target(url='https://host/v1', query='api-version=1')
    """
    parts = urlsplit(base_url)
    host = parts.netloc.rpartition("@")[2] if bearer else parts.netloc
    return Target(parts._replace(netloc=host, query="", fragment="").geturl(), parts.query)


def secrets_in(base_url: str) -> frozenset[str]:
    """What a base URL may hold of secrets: user, password, both as a header has them, and the values of its query.

    >>> sorted(secrets_in("https://me:pass%20word@host/v1?key=0123456789abcdef&api-version=2024-10-21"))
    ['0123456789abcdef', 'bWU6cGFzcyB3b3Jk', 'me', 'pass word']
    """
    parts = _split(base_url)
    if parts is None:
        return frozenset()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    basic = b64encode(f"{user}:{password}".encode(errors="replace")).decode() if user or password else ""
    return frozenset(filter(None, (user, password, basic, *_values(parts.query))))


def _values(query: str) -> Iterator[str]:
    """The values of a query, as they stand and decoded; a word without a name is one, too."""
    for part in query.split("&"):
        name, named, value = part.partition("=")
        if name.lower() not in _OPEN_PARAMETERS:
            secret = value if named else name
            yield from (secret, unquote(secret), unquote_plus(secret))


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


def output_bound(model: str, max_tokens: int) -> int:
    """The most tokens that a call with ``max_tokens`` may be charged for, for a budget to reckon with.

    Whoever serves a reasoning model may turn out to want the limit that counts its thoughts.
    """
    return max_tokens + (REASONING_ALLOWANCE if is_reasoning(model) else 0)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return parts
