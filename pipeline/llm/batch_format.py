"""Batch files as OpenAI has them, and as ``vllm run-batch`` reads and writes them: pure functions.

A line of input is a request with a ``custom_id``, a line of output or of errors an answer with that id, in any order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

CHAT_PATH: Final = "/v1/chat/completions"
"""Where each line is sent, by its provider's own names of paths, whatever the base URL is."""
WINDOW: Final = "24h"
ENDED: Final = frozenset({"completed", "failed", "expired", "cancelled"})
"""The states that no batch leaves."""
UNANSWERED: Final = frozenset({"batch_expired", "batch_cancelled"})
"""Codes of lines that no model has seen."""

_LONGEST_LINE: Final = 16 * 2**20
_CHUNK: Final = 1 << 20
_HTTP_OK: Final = range(200, 300)
_SHA256: Final = "sha256:"
_BROKEN: Final = 500
"""The status of a line that has an error and none: something on the server's side went wrong."""


class BatchAnswer(NamedTuple):
    """What a line says about a request.

    ``status`` is HTTP's, ``body`` what came with it, ``unanswered`` whether nobody has tried it at all.
    """

    custom_id: str
    status: int
    body: object
    unanswered: bool

    @property
    def is_reply(self) -> bool:
        """Whether a model has answered."""
        return self.status in _HTTP_OK


class BatchState(NamedTuple):
    """How a batch is doing. ``answered`` and ``failed`` are requests, of ``total``; None where nobody says.

    ``faults`` are the reasons why all of it was refused: code, message, and the line (from 1) where it is about one.
    """

    id: str
    status: str
    input_file: str
    output_file: str | None
    error_file: str | None
    total: int | None
    answered: int | None
    failed: int | None
    created: int
    faults: tuple[tuple[str, str, int | None], ...]
    tag: str | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ENDED


def custom_id(digest: str) -> str:
    """The id of a request in batch files: its digest without the algorithm's name, since some take 64 characters.

    >>> custom_id("sha256:00ff")
    '00ff'
    """
    return digest.removeprefix(_SHA256)


def digest_of_id(custom: str) -> str:
    """The digest that an id stands for; whether there is such a request is for others to say.

    >>> digest_of_id("00ff")
    'sha256:00ff'
    """
    return _SHA256 + custom


def request_line(digest: str, body: Mapping[str, Any]) -> bytes:
    """A line of an input file."""
    line = {"custom_id": custom_id(digest), "method": "POST", "url": CHAT_PATH, "body": body}
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def read_answers(path: Path) -> Iterator[BatchAnswer | None]:
    """Each line of a file of output or errors; None for one that is none: cut off, too long, something else.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        while line := stream.readline(_LONGEST_LINE + 1):
            too_long = len(line) > _LONGEST_LINE
            while line and too_long and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            if too_long or line.strip():
                yield None if too_long else read_answer(line)


def read_answer(line: bytes) -> BatchAnswer | None:
    """A line of output or errors.

    OpenAI has an HTTP error in ``response``, and one without HTTP in ``error``; vLLM has the error beside a response
    without a body.

    >>> read_answer(b'{"custom_id": "a", "response": null, "error": {"code": "batch_expired"}}').unanswered
    True
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("custom_id"), str):
        return None
    error, response = row.get("error"), row.get("response")
    if not isinstance(response, dict):
        code = error.get("code") if isinstance(error, dict) else None
        return BatchAnswer(row["custom_id"], _BROKEN, {"error": error}, isinstance(code, str) and code in UNANSWERED)
    if "choices" in response:  # a server that leaves the envelope out
        return BatchAnswer(row["custom_id"], 200, response, unanswered=False)
    status = response.get("status_code")
    known = status if isinstance(status, int) and not isinstance(status, bool) else _BROKEN if error else 200
    inner = error.get("error") if isinstance(error, dict) else None
    body = response.get("body") or {"error": inner or error}
    return BatchAnswer(row["custom_id"], _BROKEN if error and known in _HTTP_OK else known, body, unanswered=False)


def read_state(row: object) -> BatchState | None:
    """A batch object; None where it is none."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get("status"), str):
        return None
    counts = row.get("request_counts")
    counted: Mapping[str, Any] = counts if isinstance(counts, dict) else {}
    tags = row.get("metadata")
    return BatchState(
        id=row["id"],
        status=row["status"].lower(),
        input_file=str(row.get("input_file_id")),
        output_file=_name(row.get("output_file_id")),
        error_file=_name(row.get("error_file_id")),
        total=_count(counted.get("total")),
        answered=_count(counted.get("completed")),
        failed=_count(counted.get("failed")),
        created=_count(row.get("created_at")) or 0,
        faults=tuple(_faults(row.get("errors"))),
        tag=_name(tags.get(TAG)) if isinstance(tags, dict) else None,
    )


TAG: Final = "pipeline_batch"
"""The key in a batch's metadata under which it says whose it is."""


def _faults(errors: object) -> Iterator[tuple[str, str, int | None]]:
    rows = errors.get("data") if isinstance(errors, dict) else errors
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield str(row.get("code") or ""), str(row.get("message") or ""), _count(row.get("line"))


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
