"""What the server of shared limits and those who ask it say to each other: a line of JSON each."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.domain.base import Model
from pipeline.errors import ConfigurationError

LONGEST_LINE: Final = 1 << 16
"""Bytes. The headers that are sent on have a few hundred."""
_LARGEST: Final = 10**9


class Hello(Model):
    """The first word of who asks: by the token it is known to belong to the run."""

    kind: Literal["hello"] = "hello"
    token: str


class Welcome(Model):
    """The answer. ``sizes``: whether a request must say how many tokens it takes."""

    kind: Literal["welcome"] = "welcome"
    sizes: bool
    longest_wait: float


class Ask(Model):
    """May call ``number`` go, which takes so many tokens?"""

    kind: Literal["ask"] = "ask"
    number: int
    tokens: int = Field(ge=0, le=_LARGEST)


class Go(Model):
    """It may; or never will, as it is ``too_large`` for what the user allows."""

    kind: Literal["go"] = "go"
    number: int
    sizes: bool
    too_large: str | None = None


class Over(Model):
    """The call is over: what its headers said, whether it was refused for its rate, and for how long all should wait.

    Without a ``number``, it is a response that nobody had to ask leave for.
    """

    kind: Literal["over"] = "over"
    number: int | None
    headers: dict[str, str] = Field(default_factory=dict)
    outcome: Literal["passed", "refused"] | None = None
    pause: float | None = Field(default=None, ge=0, le=_LARGEST)


class Withdraw(Model):
    """Nobody waits for that call any more."""

    kind: Literal["withdraw"] = "withdraw"
    number: int


Message = Annotated[Hello | Welcome | Ask | Go | Over | Withdraw, Field(discriminator="kind")]
_ANY: Final[TypeAdapter[Hello | Welcome | Ask | Go | Over | Withdraw]] = TypeAdapter(Message)


class Address(NamedTuple):
    """Where limits are served, and the token without which nobody is heard."""

    host: str
    port: int
    token: str

    def __str__(self) -> str:
        """As ``PIPELINE_LIMITER`` has it."""
        return f"{self.host}:{self.port}#{self.token}"


def read_address(text: str) -> Address:
    """The address that a text names.

    Raises:
        ConfigurationError: it names none; the text is not repeated, as a token may stand in it.

    >>> read_address("10.0.0.7:4040#s3cret").port
    4040
    """
    place, _, token = text.rpartition("#")
    host, _, port = place.rpartition(":")
    if not (host and token and port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise ConfigurationError(
            "The setting “limiter” is no address.",
            hint="Write HOST:PORT#TOKEN, as `pipeline corpus limiter` prints it.",
        )
    return Address(host.strip("[]"), int(port), token)


def line(message: Model) -> bytes:
    """The message as it is sent."""
    return message.model_dump_json().encode() + b"\n"


def read_line(data: bytes) -> Hello | Welcome | Ask | Go | Over | Withdraw | None:
    """The message of a line; None where it is none."""
    try:
        return _ANY.validate_json(data)
    except ValidationError:
        return None


def about_limits(headers: dict[str, str]) -> dict[str, str]:
    """Those of a response's headers that limits are learnt from; the rest is nobody else's business.

    >>> about_limits({"x-ratelimit-limit-requests": "60", "set-cookie": "me"})
    {'x-ratelimit-limit-requests': '60'}
    """
    return {name: value for name, value in headers.items() if "ratelimit" in name or name == "date"}


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection, and wait until it is: its end must not be left for after the event loop's."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def finite(seconds: float) -> float | None:
    """A wait that can be sent: JSON has neither infinity nor NaN."""
    return min(seconds, float(_LARGEST)) if math.isfinite(seconds) and seconds > 0 else None
