"""A real HTTP server on loopback with files and batches as OpenAI has them, which does to them what a test says.

It validates what it is given, answers each line by a model, and counts what each line cost: ``answered`` is the
account by which a test sees that nothing was asked twice.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from tests.fake_openai import Behaviour, api_error
from tests.loopback import Answer, DropConnectionError, Loopback

_STEPS: Final = ("validating", "in_progress", "finalizing")
EXPIRED: Final = {"code": "batch_expired", "message": "This request could not be executed before the batch expired."}
CANCELLED: Final = {"code": "batch_cancelled", "message": "This request was cancelled."}

End = Literal["completed", "expired", "cancelled", "failed"]


@dataclass
class Fate:
    """What becomes of a batch: how it ends, and which of its lines get there.

    ``reached`` says of a line's index whether the model comes to it; others are expired, cancelled or, in a
    completed batch, simply not there. ``faults`` are ``errors.data`` of a failed one. ``add`` are lines put into the
    output, made from those that are there.
    """

    end: End = "completed"
    reached: Callable[[int], bool] = lambda _: True
    faults: Sequence[Mapping[str, Any]] = ()
    add: Callable[[list[bytes]], list[bytes]] = lambda _: []
    silent: bool = False  # what was not reached is in no file


@dataclass
class Interference:
    """Something that befalls the next ``times`` requests that match: ``answer`` in their place, or a cut connection.

    ``after``: once the server has done what was asked. ``hold``: only when ``release`` is set; ``seen`` says it came.
    """

    method: str
    path: str
    times: int = 1
    answer: Answer | None = None
    after: bool = False
    hold: bool = False
    cut: int | None = None  # bytes of the body that are sent before the connection ends
    seen: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


class BatchServer(Loopback):
    """The server. ``fates`` are taken by batches in turn, and ``Fate()`` after that; each look takes one step."""

    def __init__(self, model: Behaviour, *fates: Fate, listing: bool = True, seed: int = 7) -> None:
        super().__init__()
        self.model = model
        self.fates = list(fates)
        self.listing = listing
        self.files: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.answered: Counter[str] = Counter()
        self.looks: Counter[str] = Counter()
        self.calls: list[tuple[str, str]] = []
        self.chats = 0
        self.interferences: list[Interference] = []
        self._fate_of: dict[str, Fate] = {}
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self._lock = threading.RLock()

    def release(self) -> None:
        """Whoever is held is let go."""
        for interference in self.interferences:
            interference.release.set()

    def interfere(self, method: str, path: str, **how: Any) -> Interference:
        """Let something befall the next requests whose path matches the pattern."""
        made = Interference(method, path, **how)
        self.interferences.append(made)
        return made

    def inputs(self) -> list[list[dict[str, Any]]]:
        """The lines of each batch's input, in the order of the batches."""
        return [_lines(self.files[batch["input_file_id"]]) for batch in self.batches.values()]

    # --- what is served

    def serve(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer, or what is to befall this request."""
        with self._lock:
            self.calls.append((method, path))
            met = next((i for i in self.interferences if i.times and self._meets(i, method, path)), None)
            if met is not None:
                met.times -= 1
        if met is not None and not met.after and met.answer is not None:
            return met.answer
        with self._lock:
            answer = self._route(method, path, body, headers)
        if met is None:
            return answer
        met.seen.set()
        if met.hold:
            met.release.wait(30)
        if met.cut == 0:
            raise DropConnectionError
        return (met.answer if met.answer is not None else answer)._replace(cut=met.cut)

    @staticmethod
    def _meets(interference: Interference, method: str, path: str) -> bool:
        return interference.method == method and re.search(interference.path, path) is not None

    def _route(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        where = parts.path.removeprefix("/v1")
        if method == "POST":
            return self._post(where, body, headers)
        if where == "/batches" and self.listing:
            return self._list(parse_qs(parts.query))
        if found := re.fullmatch(r"/batches/([\w-]+)", where):
            return self._look(found[1])
        if found := re.fullmatch(r"/files/([\w-]+)/content", where):
            content = self.files.get(found[1])
            return api_error(404, "No such File object") if content is None else Answer(200, {}, content)
        return api_error(404, f"Unknown path {where}")

    def _post(self, where: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if where == "/files":
            return self._take_file(body, headers)
        if where == "/batches":
            return self._begin(json.loads(body))
        assert where == "/chat/completions"
        self.chats += 1
        return self.model(json.loads(body))

    def _take_file(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        boundary = headers["content-type"].partition("boundary=")[2].strip('"').encode()
        parts = {}
        for part in body.split(b"--" + boundary)[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            name = re.search(rb'name="([^"]+)"', head)
            file = re.search(rb'filename="([^"]+)"', head)
            assert name is not None
            parts[name[1].decode()] = content[:-2]
            if file is not None:
                parts["filename"] = file[1]
        assert parts["purpose"] == b"batch"
        made = self._store(parts["file"], parts["filename"].decode())
        described = {"id": made, "object": "file", "bytes": len(parts["file"]), "created_at": int(time.time())}
        return Answer(200, {}, {**described, "filename": self.names[made], "purpose": "batch", "status": "processed"})

    def _store(self, content: bytes, name: str) -> str:
        made = f"file-{len(self.files) + 1}"
        self.files[made], self.names[made] = content, name
        return made

    def _begin(self, asked: Mapping[str, Any]) -> Answer:
        assert asked["endpoint"] == "/v1/chat/completions"
        assert asked["completion_window"] == "24h"
        assert all(len(str(value)) <= 512 for value in asked["metadata"].values())
        if asked["input_file_id"] not in self.files:
            return api_error(400, "Cannot find file, or project does not have access to it.", param="file_id")
        now, made = int(time.time()), f"batch_{len(self.batches) + 1}"
        self._fate_of[made] = self.fates.pop(0) if self.fates else Fate()
        self.batches[made] = {
            "id": made, "object": "batch", "endpoint": asked["endpoint"], "errors": None,
            "input_file_id": asked["input_file_id"], "completion_window": "24h", "status": "validating",
            "output_file_id": None, "error_file_id": None, "created_at": now, "in_progress_at": None,
            "expires_at": now + 86400, "finalizing_at": None, "completed_at": None, "failed_at": None,
            "expired_at": None, "cancelling_at": None, "cancelled_at": None,
            "request_counts": {"total": 0, "completed": 0, "failed": 0}, "metadata": asked["metadata"],
        }  # fmt: skip
        return Answer(200, {}, self.batches[made])

    def _list(self, query: Mapping[str, Sequence[str]]) -> Answer:
        newest = list(reversed(self.batches.values()))
        after = query.get("after", [""])[0]
        start = next((n + 1 for n, batch in enumerate(newest) if batch["id"] == after), 0)
        page = newest[start : start + int(query.get("limit", ["20"])[0])]
        more = start + len(page) < len(newest)
        return Answer(200, {}, {"object": "list", "data": page, "has_more": more})

    def _look(self, name: str) -> Answer:
        batch = self.batches.get(name)
        if batch is None:
            return api_error(404, f"No batch found with id '{name}'.")
        self.looks[name] += 1
        if batch["status"] in _STEPS:
            self._step(batch)
        return Answer(200, {}, batch)

    def _step(self, batch: dict[str, Any]) -> None:
        fate, now = self._fate_of[batch["id"]], int(time.time())
        rows = self._checked(batch, fate)
        if rows is None:
            return
        batch["request_counts"]["total"] = len(rows)
        place = _STEPS.index(batch["status"])
        if place < len(_STEPS) - 1:
            batch["status"] = _STEPS[place + 1]
            batch[f"{batch['status']}_at"] = now
            return
        self._end(batch, fate, rows)
        batch["status"] = fate.end
        batch[f"{fate.end}_at"] = now

    def _checked(self, batch: dict[str, Any], fate: Fate) -> list[dict[str, Any]] | None:
        """The lines; None for a file that is refused, as the fate says or because it deserves it."""
        rows = _lines(self.files[batch["input_file_id"]])
        faults = [*(fate.faults if fate.end == "failed" else ()), *_wrong_with(rows)]
        if not faults:
            return rows
        shape = {"code": None, "message": None, "param": None, "line": None}
        batch["errors"] = {"object": "list", "data": [{**shape, **fault} for fault in faults]}
        batch["status"], batch["failed_at"] = "failed", int(time.time())
        return None

    def _end(self, batch: dict[str, Any], fate: Fate, rows: Sequence[dict[str, Any]]) -> None:
        output: list[bytes] = []
        errors: list[bytes] = []
        for index, row in enumerate(rows):
            if not fate.reached(index):
                left = {"expired": EXPIRED, "cancelled": CANCELLED}.get(fate.end)
                if left is not None and not fate.silent:
                    errors.append(_row(row["custom_id"], None, left))
                continue
            self.answered[row["custom_id"]] += 1
            made = self.model(row["body"])
            response = {"status_code": made.status, "request_id": f"req_{index}", "body": made.body}
            (output if made.status < 400 else errors).append(_row(row["custom_id"], response, None))
        batch["request_counts"].update(completed=len(output), failed=len(errors))
        output += fate.add(output)
        self._chance.shuffle(output)
        if output:
            batch["output_file_id"] = self._store(b"".join(output), f"{batch['id']}_output.jsonl")
        if errors:
            batch["error_file_id"] = self._store(b"".join(errors), f"{batch['id']}_error.jsonl")


def run_batch(model: Behaviour, given: Path, answers: Path, leave_out: int = 0) -> None:
    """What `vllm run-batch` does with a file: the answers in order, an error beside a response without a body."""
    rows = [json.loads(line) for line in given.read_text(encoding="utf-8").splitlines()]
    with answers.open("w", encoding="utf-8") as out:
        for n, row in enumerate(rows[leave_out:]):
            assert (row["method"], row["url"]) == ("POST", "/v1/chat/completions")
            made = model(row["body"])
            data = {"status_code": made.status, "request_id": f"vllm-batch-{n}"}
            good = made.status < 400
            response = {**data, "body": made.body if good else None}
            error = None if good else made.body
            line = {"id": f"vllm-{n}", "custom_id": row["custom_id"], "response": response, "error": error}
            out.write(json.dumps(line) + "\n")


def _row(custom: str, response: Any, error: Any) -> bytes:
    row = {"id": f"batch_req_{custom[:8]}", "custom_id": custom, "response": response, "error": error}
    return json.dumps(row).encode() + b"\n"


def _lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def _wrong_with(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What OpenAI's validation would complain of."""
    if not rows:
        yield {"code": "empty_file", "message": "The file is empty."}
    if len(rows) > 50_000:
        yield {"code": "too_many_tasks", "message": "Too many requests."}
    seen: set[str] = set()
    for line, row in enumerate(rows, start=1):
        if row["custom_id"] in seen or len(row["custom_id"]) > 64:
            yield {"code": "duplicate_custom_id", "message": "The custom_id is taken or too long.", "line": line}
        seen.add(row["custom_id"])
        if row["method"] != "POST" or row["url"] != "/v1/chat/completions":
            yield {"code": "url_mismatch", "message": "The url is not the batch's.", "line": line}
        if row["body"]["model"] != rows[0]["body"]["model"]:
            yield {"code": "model_mismatch", "message": "One model a batch.", "line": line}
