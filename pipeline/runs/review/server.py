"""The review on loopback: the report's page, and the decisions that it sends."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import uvicorn
from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.domain.base import Model, first_fault
from pipeline.domain.review import REASONS
from pipeline.errors import ConfigurationError, InputError, PipelineError
from pipeline.render.report import render_report
from pipeline.runs.review.access import HEADERS, Access, Refusal
from pipeline.runs.review.deciding import LONGEST, Asked
from pipeline.runs.review.session import Review

LOOPBACK: Final = "127.0.0.1"
LONGEST_BODY: Final = 256 * 1024
"""Bytes of a request; the longest statement has a few hundred."""
_BODY_SECONDS: Final = 3
"""For which the rest of a request is waited for: it comes from this machine."""
_LAST_SECONDS: Final = 5
"""For which answers that are under way are waited for at the end."""

_Body = TypeVar("_Body", bound=Model)


class VerifyAsked(Model):
    """A text to try in the place of a statement's."""

    id: str
    text: str = Field(max_length=LONGEST)


class Bound(NamedTuple):
    """A socket that browsers can connect to already, and what is needed to be let in."""

    listening: socket.socket
    access: Access


def bind(port: int) -> Bound:
    """Listen on loopback; port 0 takes one that is free.

    Raises:
        ConfigurationError: the port is taken, or not for this user.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended is no obstacle
        listening.bind((LOOPBACK, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is in use" if taken else f"cannot be used: {getattr(error, 'strerror', None) or error}"
        raise ConfigurationError(f"Port {port} {why}.", hint="Leave --port out, and a free one is taken.") from error
    return Bound(listening, Access(listening.getsockname()[1], secrets.token_urlsafe(32)))


def serve(review: Review, bound: Bound) -> None:
    """Answer until SIGINT or SIGTERM, which are then raised again for whoever handles them."""
    config = uvicorn.Config(
        application(review, bound.access),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # a browser that hangs up, or speaks no HTTP, is nothing to tell the user
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    with bound.listening:
        uvicorn.Server(config).run(sockets=[bound.listening])


def application(review: Review, access: Access) -> ASGIApp:
    """The server's answers, behind its access control."""

    async def page(_: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(review_page, review))

    async def state(_: Request) -> Response:
        now = await run_in_threadpool(review.state)
        found = {
            "by": review.by,
            "reasons": REASONS,
            "decisions": _plain(now.decisions),
            "standing": now.standing.model_dump(mode="json"),
        }
        return JSONResponse(found)

    async def decide(request: Request) -> Response:
        asked = await _body(request, Asked)
        decision, standing = await run_in_threadpool(review.decide, asked)
        made = {"decision": decision.model_dump(mode="json"), "standing": standing.model_dump(mode="json")}
        return JSONResponse(made, status_code=201)

    async def verify(request: Request) -> Response:
        asked = await _body(request, VerifyAsked)
        found = await run_in_threadpool(review.verify, asked.id, asked.text)
        return JSONResponse(found.model_dump(mode="json"))

    routes = [
        Route("/", page, methods=["GET"]),
        Route("/api/review", state, methods=["GET"]),
        Route("/api/decisions", decide, methods=["POST"]),
        Route("/api/verify", verify, methods=["POST"]),
    ]
    handlers: Mapping[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        HTTPException: _http_error,
        Exception: _fault,
        PipelineError: _pipeline_error,
        ClientDisconnect: _gone,
    }
    answering = Starlette(routes=routes, exception_handlers=handlers)
    answering.router.redirect_slashes = False
    return _Guarded(answering, access)


def review_page(review: Review) -> str:
    """The page that the reviewer works on."""
    return render_report(review.run.synthesis, review.run.files, review.run.manifest, reviewing=True)


class _Guarded:
    """Lets through whoever has access, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                added = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        answer = self._answer(Request(scope))
        try:
            await (answer or self._app)(scope, receive, send_guarded)
        except asyncio.CancelledError:  # the server is ending, and has waited as long as it does
            if not started:
                await _refused(Refusal(503, "ended", "The review has ended."))(scope, receive, send_guarded)

    def _answer(self, request: Request) -> Response | None:
        """What is said instead of the application's answer: no, or where to go with the cookie."""
        sent = request.headers
        refusal = self._access.refusal_of_sender(sent.get("host"), sent.get("origin"))
        if refusal:
            return _refused(refusal)
        if request.method == "GET" and request.url.path == "/" and "token" in request.query_params:
            if not self._access.is_token(request.query_params["token"]):
                return _refused(Refusal(403, "token", "The token is not this server's; take the address it printed."))
            return Response(status_code=303, headers={"Location": "/", "Set-Cookie": self._access.set_cookie()})
        if not self._access.knows(request.cookies):
            return _refused(Refusal(403, "token", "Open the address that `pipeline review` printed."))
        refusal = self._access.refusal_of_change(request.method, sent.get("origin"), sent.get("content-type"))
        return _refused(refusal) if refusal else None


def _refused(refusal: Refusal) -> JSONResponse:
    error = {"code": refusal.code, "message": refusal.message}
    # The rest of the request may be long, and nobody is going to read it.
    return JSONResponse({"error": error}, status_code=refusal.status, headers={"Connection": "close"})


async def _http_error(_: Request, error: HTTPException) -> Response:
    codes = {404: "not-found", 405: "method", 408: "too-slow", 413: "too-large", 422: "input"}
    refusal = Refusal(error.status_code, codes.get(error.status_code, "http"), error.detail)
    return _refused(refusal)


async def _pipeline_error(_: Request, error: PipelineError) -> Response:
    status = 422 if isinstance(error, InputError) else 500
    return _refused(Refusal(status, error.code, " ".join(filter(None, (error.message, error.hint)))))


async def _fault(_: Request, __: Exception) -> Response:
    """A fault of ours; the server goes on, and its stderr has the rest."""
    return _refused(Refusal(500, "internal", "The server met a fault of its own; the terminal shows it."))


async def _gone(_: Request, __: ClientDisconnect) -> Response:
    """Nobody is there to read it."""
    return Response(status_code=400)


async def _body(request: Request, kind: type[_Body]) -> _Body:
    """The request's JSON as ``kind``; what is too long is not read to its end."""
    data = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                data += part
                if len(data) > LONGEST_BODY:
                    raise HTTPException(413, f"The request has more than {LONGEST_BODY} bytes.")
    except TimeoutError:
        raise HTTPException(408, f"The request was not sent within {_BODY_SECONDS} seconds.") from None
    try:
        return kind.model_validate_json(bytes(data))
    except ValidationError as error:
        raise HTTPException(422, f"The request is not understood: {first_fault(error, 'the body')}.") from None


def _plain(models: tuple[Model, ...]) -> list[dict[str, Any]]:
    return [model.model_dump(mode="json") for model in models]
