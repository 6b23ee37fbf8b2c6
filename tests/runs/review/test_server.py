"""The review server as a process, over real HTTP: who is let in, what is saved, and what outlives it."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.runs.folder import RunFolder
from pipeline.runs.review.server import LONGEST_BODY
from pipeline.runs.review.store import read
from tests.cli.command import pipeline
from tests.runs.review.serving import Server, serving


def _first(run: RunFolder) -> str:
    return run.synthesis.statements[0].id


def _state(server: Server) -> Any:
    answer = server.get("/api/review")
    assert answer.status == 200
    return answer.json()


def test_the_address_lets_the_browser_in(folder: Path) -> None:
    """The token becomes a cookie that no script and no other site can use; the page and the state are there."""
    with serving(folder, "--name", "Ada Penn") as server:
        parts = urlsplit(server.address)
        assert parts.hostname == "127.0.0.1"
        entered = server.send("GET", f"/?{parts.query}", {})
        assert (entered.status, entered.headers["location"]) == (303, "/")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(entered.headers["set-cookie"].split("; "))
        page = server.get("/")
        assert page.status == 200
        assert b"Marigold" in page.body
        state = _state(server)
        assert (state["by"], state["decisions"]) == ("Ada Penn", [])
        assert state["reasons"] == ["false", "not in the source", "misleading", "unimportant", "repeats"]
        assert state["standing"]["counts"] == {"open": 6, "accepted": 0, "rejected": 0, "edited": 0}


def test_every_answer_says_that_it_is_nobody_elses(folder: Path) -> None:
    """Pages, data, refusals and unknown paths: not kept, not sniffed, not framed, not readable by another site."""
    with serving(folder) as server:
        server_answers = [
            server.get("/"),
            server.get("/api/review"),
            server.get("/nowhere"),
            server.send("GET", "/", {}),
            server.send("GET", server.address.partition(server.host)[2], {}),
            server.post("/api/verify", {}),
        ]
    for answer in server_answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_who_has_no_token_is_refused(folder: Path) -> None:
    """Nothing is shown or saved without the cookie, with a wrong one, or with a wrong token."""
    with serving(folder) as server:
        name, _, token = server.cookie.partition("=")
        own = {"Origin": f"http://{server.host}", "Content-Type": "application/json"}
        for cookie in ({}, {"Cookie": f"{name}={token[:-1]}"}, {"Cookie": f"{name}="}, {"Cookie": 'x="'}):
            for path in ("/", "/api/review", "/nowhere"):
                answer = server.send("GET", path, cookie)
                assert (answer.status, answer.json()["error"]["code"]) == (403, "token")
            assert server.send("POST", "/api/decisions", {**own, **cookie}, b"{}").status == 403
        foreign = (
            f'_xsrf=2|1f|"{{}}; x="2|1:0|10:\\"; {server.cookie}; y={{"a": [1]}}'  # other servers' on this machine
        )
        assert server.send("GET", "/api/review", {"Cookie": foreign}).status == 200
        assert server.send("GET", "/?token=wrong", {}).status == 403
        assert server.send("GET", f"/api/review?token={token}", {}).status == 403
    assert read(folder / "review.jsonl").decisions == ()


def test_other_hosts_and_origins_are_refused(folder: Path, run: RunFolder) -> None:
    """DNS rebinding and requests that another site's page makes change nothing and show nothing."""
    body = {"action": "accept", "about": {"kind": "statement", "id": _first(run)}}
    with serving(folder) as server:
        for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1", f"127.0.0.1:{server.port}.evil", ""):
            answer = server.get("/api/review", Host=host)
            assert (answer.status, answer.json()["error"]["code"]) == (403, "host")
            assert server.post("/api/decisions", body, Host=host, Origin=f"http://{host}").status == 403
        for origin in (
            f"http://{server.host}.evil",
            f"http://{server.host}0",
            "http://evil.example",
            "null",
            f"https://{server.host}",
            f"http://localhost:{server.port}",
            "",
        ):
            assert server.post("/api/decisions", body, Origin=origin).status == 403
            assert server.get("/api/review", Origin=origin).status == 403
        silent = {"Cookie": server.cookie, "Content-Type": "application/json"}
        assert server.send("POST", "/api/decisions", silent, json.dumps(body).encode()).status == 403
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            assert server.post("/api/decisions", body, **{"Content-Type": kind}).status == 415
        assert read(folder / "review.jsonl").decisions == ()
        other = f"localhost:{server.port}"
        assert server.post("/api/decisions", body, Host=other, Origin=f"http://{other}").status == 201


def test_what_is_too_long_is_not_read(folder: Path) -> None:
    """A body beyond the limit is refused, however it is sent."""
    with serving(folder) as server:
        own = {"Cookie": server.cookie, "Origin": f"http://{server.host}", "Content-Type": "application/json"}
        long = b'{"id": "' + b"x" * LONGEST_BODY + b'"}'
        assert server.send("POST", "/api/verify", own, long).status == 413
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(long), long)
        assert server.send("POST", "/api/verify", {**own, "Transfer-Encoding": "chunked"}, chunked).status == 413
        assert server.get("/api/review").status == 200


def test_paths_and_methods_that_are_not_there(folder: Path) -> None:
    """Each is an error as JSON."""
    with serving(folder) as server:
        for path in ("/nowhere", "/api", "/api/decisions/", "/..%2f..%2fetc%2fpasswd", "/summary.json"):
            answer = server.get(path)
            assert (answer.status, answer.json()["error"]["code"]) == (404, "not-found")
        answer = server.get("/api/decisions")
        assert (answer.status, answer.json()["error"]["code"]) == (405, "method")
        assert server.post("/", {}).status == 405


def test_a_text_is_verified_while_it_is_written(folder: Path, run: RunFolder) -> None:
    """Verdict, guards, and the words that nothing bears out, as code points of the text as it was sent."""
    statement = next(one for one in run.synthesis.statements if "40 people" in one.text)
    text = "😀 " + statement.text.replace("40 people", "41 dancing people")
    with serving(folder) as server:
        found = server.post("/api/verify", {"id": statement.id, "text": text}).json()
        assert found["supported"] is False
        assert found["verdict"]["status"] == "contradicted"
        assert found["guards"] == found["verdict"]["guards"]
        assert [text[start:end] for start, end in found["unsupported"]] == ["41 dancing"]
        same = server.post("/api/verify", {"id": statement.id, "text": statement.text}).json()
        assert (same["supported"], same["unsupported"]) == (True, [])
        other: list[Any] = [
            {"id": "s99", "text": "x"},
            {"id": statement.id, "text": "  "},
            {"id": statement.id, "text": "1 " * 4999},
            {"id": statement.id},
            [],
            {"x": 1},
        ]
        for body in other:
            answer = server.post("/api/verify", body)
            assert (answer.status, bool(answer.json()["error"]["message"])) == (422, True)
        assert read(folder / "review.jsonl").decisions == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"action": "accept", "about": {"kind": "statement", "id": "s99"}}, "no statement"),
        ({"action": "accept"}, "about"),
        ({"action": "praise", "about": {"kind": "statement", "id": "s1"}}, "action"),
        ({"action": "reject", "about": {"kind": "statement", "id": "s1"}}, "reason"),
        ({"action": "reject", "about": {"kind": "statement", "id": "s1"}, "reason": " "}, "reason"),
        ({"action": "edit", "about": {"kind": "statement", "id": "s1"}, "text": "\n"}, "empty"),
        ({"action": "edit", "about": {"kind": "statement", "id": "s1"}, "text": "— …"}, "no word"),
        ({"action": "edit", "about": {"kind": "statement", "id": "s1"}, "text": "1 " * 1001}, "at most 2000"),
        ({"action": "edit", "about": {"kind": "disagreement", "id": "d1"}, "text": "x"}, "statement"),
        ({"action": "comment", "about": {"kind": "statement", "id": "s1"}}, "empty"),
        ({"action": "accept", "about": {"kind": "statement", "id": "s1"}, "text": "x"}, "takes no text"),
        ({"action": "accept", "about": {"kind": "passage", "id": "courier"}}, "passage"),
        ({"action": "missing", "about": {"kind": "passage", "id": "courier"}}, "Mark"),
        ({"action": "missing", "about": {"kind": "statement", "id": "s1"}}, "passage"),
        ({"action": "withdraw", "withdraws": "none"}, "no decision"),
        ({"action": "withdraw"}, "which decision"),
        (
            {"action": "reject", "about": {"kind": "claim", "id": "courier.daf332"}, "reason": "false"},
            "changes nothing",
        ),
        ({"action": "comment", "about": {"kind": "statement", "id": "s1"}, "text": "x" * 20_000}, "text"),
        ({"action": "accept", "about": {"kind": "statement", "id": "s1"}, "by": "Somebody"}, "by"),
    ],
)
def test_what_is_wrong_is_said(reviewing: Server, body: object, told: str) -> None:
    """Nothing is saved, and the message says what is the matter."""
    answer = reviewing.post("/api/decisions", body)
    assert answer.status == 422
    assert told in answer.json()["error"]["message"]
    assert _state(reviewing)["decisions"] == []


@pytest.mark.parametrize("span", [(0, 0), (5, 3), (0, 10_000), (-1, 4)])
def test_marks_out_of_range_are_refused(reviewing: Server, span: tuple[int, int]) -> None:
    """An empty mark, one that is turned round, one beyond the end or before the start."""
    marked = [{"article_id": "courier", "start": span[0], "end": span[1]}]
    body = {"action": "missing", "about": {"kind": "passage", "id": "courier"}, "evidence": marked}
    assert reviewing.post("/api/decisions", body).status == 422


@pytest.fixture(scope="module")
def reviewing(kept: Path) -> Any:
    """A server that refuses whatever it is asked for, so that the run stays as it was."""
    with serving(kept) as server:
        yield server
    assert not (kept / "review.jsonl").exists()


def test_a_whole_review(folder: Path, run: RunFolder) -> None:
    """Each kind of decision is answered with what stands, and is what a new server finds."""
    article = run.articles()["courier"]
    start = article.text.index("38 people")
    one, two, three, *_ = (statement.id for statement in run.synthesis.statements)
    with serving(folder, "--name", "Ada Penn") as server:
        server.decide("accept", "statement", one)
        server.decide("vital", "statement", one)
        server.decide("reject", "statement", two, reason="false")
        edited = server.decide("edit", "statement", three, text="Two people went to hospital in Orrin, the mayor said.")
        assert edited["decision"]["verdict"]["status"] == "supported"
        server.decide("comment", "disagreement", "d1", text="Ask the\ncoastguard.")
        mark = [{"article_id": "courier", "start": start, "end": start + 9}]
        server.decide("missing", "passage", "courier", evidence=mark)
        wrong = server.decide("accept", "statement", two)["decision"]
        last = server.post("/api/decisions", {"action": "withdraw", "withdraws": wrong["id"]}).json()["standing"]
        before = _state(server)
    assert before["standing"] == last
    assert last["counts"] == {"open": 3, "accepted": 1, "rejected": 1, "edited": 1}
    items = {(item["kind"], item["id"]): item for item in last["items"]}
    assert (items["statement", one]["state"], items["statement", one]["vital"]) == ("accepted", True)
    assert (items["statement", two]["state"], items["statement", two]["reason"]) == ("rejected", "false")
    assert items["statement", three]["text"] == "Two people went to hospital in Orrin, the mayor said."
    assert [c["text"] for c in items["disagreement", "d1"]["comments"]] == ["Ask the\ncoastguard."]
    assert [m["evidence"][0]["quote"] for m in last["missing"]] == ["38 people"]
    assert {decision["by"] for decision in before["decisions"]} == {"Ada Penn"}
    with serving(folder, "--name", "Ben Orr") as again:
        assert _state(again) == {**before, "by": "Ben Orr"}


def test_a_killed_server_loses_nothing(folder: Path, run: RunFolder) -> None:
    """What was answered with 201 is there after kill -9, together with the reviewed summary."""
    with serving(folder) as server:
        made = server.decide("reject", "statement", _first(run), reason="unimportant")["decision"]
        server.process.kill()
        server.process.wait()
    assert [decision.id for decision in read(folder / "review.jsonl").decisions] == [made["id"]]
    assert _first(run) not in [
        s["id"] for s in json.loads((folder / "summary.reviewed.json").read_text())["statements"]
    ]
    with serving(folder) as server:
        assert [decision["id"] for decision in _state(server)["decisions"]] == [made["id"]]


def test_many_at_once_in_two_servers(folder: Path, run: RunFolder) -> None:
    """Posts in parallel to two servers of one folder: each is there once, whole, and both servers know all."""
    names = [statement.id for statement in run.synthesis.statements]
    made: list[str] = []
    with serving(folder, "--name", "Ada") as one, serving(folder, "--name", "Ben") as other:

        def post(server: Server, number: int) -> None:
            text = f"{number}: {'long ' * 400}"
            made.append(server.decide("comment", "statement", names[number % len(names)], text=text)["decision"]["id"])

        threads = [threading.Thread(target=post, args=((one, other)[n % 2], n)) for n in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        states = [_state(server) for server in (one, other)]
    assert states[0]["decisions"] == states[1]["decisions"]
    assert sorted(decision["id"] for decision in states[0]["decisions"]) == sorted(made)
    assert len(set(made)) == 24
    assert {decision["by"] for decision in states[0]["decisions"]} == {"Ada", "Ben"}


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_ends_in_order(folder: Path, run: RunFolder, sent: signal.Signals, status: int) -> None:
    """Ctrl-C and SIGTERM: the contract's status, a line that says what was done, no traceback."""
    with serving(folder) as server:
        server.decide("accept", "statement", _first(run))
        (folder / "summary.reviewed.md").unlink()
        server.process.send_signal(sent)
        ended, told = server.end()
    assert ended == status
    assert "1 accepted" in told
    assert "Traceback" not in told
    assert (folder / "summary.reviewed.md").is_file()


def _half(server: Server) -> socket.socket:
    """A connection on which a request has begun, and its body does not come."""
    lines = (
        "POST /api/verify HTTP/1.1",
        f"Host: {server.host}",
        f"Origin: http://{server.host}",
        f"Cookie: {server.cookie}",
        "Content-Type: application/json",
        "Content-Length: 100",
    )
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall("\r\n".join((*lines, "", "{")).encode())
    return connection


def test_it_ends_though_a_request_does_not(folder: Path) -> None:
    """Ctrl-C with a body of which only the beginning has come, and a long text being verified: soon, and quietly."""
    with serving(folder) as server, _half(server):
        long = {"id": "s1", "text": "1 " * 1000}
        verifying = threading.Thread(target=lambda: server.post("/api/verify", long))
        verifying.start()
        threading.Event().wait(0.5)
        before = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        ended, told = server.end()
        took = time.monotonic() - before
        verifying.join()
    assert (ended, took < 15) == (130, True)
    assert "The review has ended." in told
    assert "Traceback" not in told


def test_who_is_too_slow_is_told(folder: Path) -> None:
    """The rest of a request is not waited for without end."""
    with serving(folder) as server, _half(server) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert server.get("/api/review").status == 200


def test_a_run_that_was_made_again(folder: Path, run: RunFolder) -> None:
    """The page shows another run than lies there: nothing is decided, and nothing written beside the new one."""
    with serving(folder) as server:
        server.decide("accept", "statement", _first(run))
        path = folder / "summary.json"
        path.write_text(path.read_text("utf-8").replace('"title": "', '"title": "Again: '), "utf-8")
        written = (folder / "summary.reviewed.json").read_bytes()
        answer = server.post("/api/decisions", {"action": "accept", "about": {"kind": "statement", "id": _first(run)}})
        assert (answer.status, "made again" in answer.json()["error"]["message"]) == (422, True)
        server.process.send_signal(signal.SIGINT)
        assert server.end()[0] == 130
    assert (folder / "summary.reviewed.json").read_bytes() == written
    assert len(read(folder / "review.jsonl").decisions) == 1


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    """Status 2, and what to do; a chosen port that is free is used."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = pipeline("review", folder, "--no-open", "--port", str(port))
    assert (ran.status, f"Port {port} is in use" in ran.err) == (2, True)
    with serving(folder, "--port", str(port)) as server:
        assert server.port == port


def test_what_cannot_be_reviewed_is_refused(tmp_path: Path, folder: Path) -> None:
    """No run, a run whose article has changed, a name that cannot be one, flags that do nothing beside an export."""
    assert "holds no run" in pipeline("review", tmp_path, "--no-open").err
    ran = pipeline("review", folder, "--no-open", "--name", "\u202e")
    assert (ran.status, "reviewer's name" in ran.err) == (2, True)
    ran = pipeline("review", folder, "--port", "0", "--export", tmp_path / "story")
    assert (ran.status, "contradict" in ran.err) == (2, True)
    os.mkfifo(folder / "review.jsonl")
    ran = pipeline("review", folder, "--no-open")
    assert (ran.status, "no regular file" in ran.err) == (2, True)
    (folder / "review.jsonl").unlink()
    path = folder / "articles" / "courier.json"
    path.write_text(path.read_text("utf-8").replace("40 people", "41 people"), "utf-8")
    ran = pipeline("review", folder, "--no-open")
    assert (ran.status, "not of one run" in ran.err) == (2, True)


def test_the_name_may_come_from_the_environment(folder: Path) -> None:
    """PIPELINE_REVIEWER, where --name is not given."""
    with serving(folder, PIPELINE_REVIEWER="Ida Brandt") as server:
        assert _state(server)["by"] == "Ida Brandt"


def test_the_browser_is_opened(folder: Path, tmp_path: Path) -> None:
    """Without --no-open, the user's browser gets the address."""
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{seen}.part"; mv "{seen}.part" "{seen}"\n', "utf-8")
    browser.chmod(0o755)
    with serving(folder, opened=True, BROWSER=str(browser)) as server:
        for _ in range(600):
            if seen.exists():
                break
            threading.Event().wait(0.1)
        assert seen.read_text("utf-8") == server.address
