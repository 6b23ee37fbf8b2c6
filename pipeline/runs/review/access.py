"""Who may talk to the review server: the browser that was given the token, from the server's own page.

A page of another site can make a browser send requests to this machine, under another name for it (DNS rebinding), and
as a form. So the server looks at Host, Origin and Content-Type, and at a cookie that other sites' pages do not send.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, NamedTuple

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every response."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_JSON: Final = "application/json"


class Refusal(NamedTuple):
    """Why a request is not answered."""

    status: int
    code: str
    message: str


class Access(NamedTuple):
    """The port and the token of one server."""

    port: int
    token: str

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers keep cookies by host alone, so that servers on two ports would share one."""
        return f"pipeline_review_{self.port}"

    @property
    def address(self) -> str:
        """The address to open first."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    def is_token(self, given: str | None) -> bool:
        """Whether it is the token; takes as long for a near miss as for any other."""
        return given is not None and secrets.compare_digest(given.encode(), self.token.encode())

    def set_cookie(self) -> str:
        """The header's value that gives the browser the token."""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"

    def refusal_of_sender(self, host: str | None, origin: str | None) -> Refusal | None:
        """For every request: sent to this machine by one of its names, and by no page but ours."""
        if host not in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}:
            return Refusal(403, "host", "The request was sent to another host.")
        if origin is not None and origin != f"http://{host}":
            return Refusal(403, "origin", "The request comes from another origin.")
        return None

    def refusal_of_change(self, method: str, origin: str | None, content_type: str | None) -> Refusal | None:
        """For a request that may change something: it says that it comes from our page, and it is no form."""
        if method in _SAFE:
            return None
        if origin is None:
            return Refusal(403, "origin", "The request does not say where it comes from.")
        if (content_type or "").partition(";")[0].strip().lower() != _JSON:
            return Refusal(415, "content-type", f"The request's Content-Type must be {_JSON}.")
        return None

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Whether our token is among the browser's cookies, which are those of every server on this machine."""
        return self.is_token(cookies.get(self.cookie))
