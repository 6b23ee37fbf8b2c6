"""How a run over many stories shows how it goes."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from pipeline.cli.corpus_watch import line
from pipeline.domain.claims import Usage
from pipeline.llm.limits import SeenLimit
from pipeline.runs.corpus.manifest import Counts, Snapshot
from tests.cli.command import environment, program
from tests.runs.corpus.stories import written

HALF_WAY = Snapshot(
    counts=Counts(done=1000, partial=2, failed=3),
    under_way=8,
    held=5,
    position=600,
    total=1000,
    began=200,
    usage=Usage(calls=5000, prompt_tokens=2_000_000, completion_tokens=10),
    cost_usd=1.5,
    limits=(SeenLimit("requests", 500, 100, 60), SeenLimit("tokens", 9000, None, 60)),
    seconds=100,
)


def test_a_line_says_all_of_it() -> None:
    """Stories, failures, tokens, cost, the limit in use and the time left, by the speed of this session."""
    assert line(HALF_WAY) == (
        "1,002 done, 2 of them partly, 3 failed, 8 in flight, 5 waiting for an earlier one, 5,000 calls, "
        "2,000,010 tokens, $1.5000, 80% of 500 requests in 60 s in use, at most 9,000 tokens in 60 s, "
        "about 1 min 40 s left"
    )


def test_what_is_not_known_is_not_told() -> None:
    """No guess of the time left of a stream, no cost without a price, no tokens without a model."""
    stream = HALF_WAY._replace(total=None, usage=Usage(), limits=(), held=0)
    assert line(stream) == "1,002 done, 2 of them partly, 3 failed, 8 in flight"
    assert "price unknown" in line(HALF_WAY._replace(cost_usd=None))
    assert HALF_WAY._replace(began=600).seconds_left() is None


def test_on_a_terminal_it_is_live_and_gone_at_the_end(tmp_path: Path) -> None:
    """The view is drawn on stderr while the stories are worked on; stdout has the result alone."""
    path = written(tmp_path / "in.jsonl", 30)
    ours, theirs = pty.openpty()
    command = [program(), "corpus", "run", str(path), "--out", str(tmp_path / "out"), "--workers", "1"]
    variables = environment(TERM="xterm", COLUMNS="100")
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert process.stdout.read().decode().startswith("30 stories done, 0 failed.")
    os.close(ours)
    for word in (b"stories", b"in flight", b"done"):
        assert word in shown
    assert b"\x1b[2K" in shown  # it erases itself


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
