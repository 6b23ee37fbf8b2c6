"""The command as a process, and a model that answers from the prompts it is sent."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.forked import Place, run_forked
from tests.fake_openai import chat_reply
from tests.loopback import Answer

KEY = "sk-planted-1234567890abcdef"
LONGEST = 120.0
"""Seconds for which a command may take."""


class Ran(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


def program() -> str:
    """The console script beside the interpreter."""
    found = shutil.which("pipeline", path=str(Path(sys.executable).parent))
    assert found is not None, "the package is installed in the environment that runs the tests"
    return found


def environment(**extra: str) -> dict[str, str]:
    """The tests' environment: no key but what is given, the cache in a temporary folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return {**kept, **extra}


def pipeline(*arguments: str | Path, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> Ran:
    """Run the command to its end: forked, which is fast, unless ``variables`` have something for the interpreter."""
    command, given = [str(argument) for argument in arguments], environment(**(variables or {}))
    if any(name.startswith("PYTHON") for name in variables or {}):
        return _from_nothing(command, stdin, given)
    with tempfile.TemporaryDirectory() as name:
        streams = Path(name)
        (streams / "in").write_bytes(stdin)
        status = run_forked(command, Place(Path.cwd(), given, streams), timeout=LONGEST)
        return Ran(status, (streams / "out").read_bytes().decode(), (streams / "err").read_bytes().decode())


def _from_nothing(command: Sequence[str], stdin: bytes, variables: Mapping[str, str]) -> Ran:
    done = subprocess.run(
        [program(), *command],
        input=stdin,
        capture_output=True,
        env=variables,
        timeout=LONGEST,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def files(folder: Path) -> dict[str, bytes]:
    """The results in a folder by name."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def without_times(content: bytes) -> Any:
    """A run.json less the times."""
    loaded = json.loads(content)
    for stage in loaded["stages"]:
        stage.pop("seconds")
    return {name: value for name, value in loaded.items() if name not in {"started", "finished"}}


def load(folder: Path, name: str) -> Any:
    """A result as JSON."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def quotes(summary: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every cited text of a summary with each of its evidence."""
    cited = [(s["text"], s["citations"]) for s in summary["statements"]]
    cited += [(p["text"], p["citations"]) for d in summary["disagreements"] for p in d["positions"]]
    return [(text, citation["evidence"]) for text, citations in cited for citation in citations]


# --- the model


def numbered(body: Mapping[str, Any]) -> dict[int, str]:
    """The numbered sentences of a prompt."""
    user = body["messages"][1]["content"]
    return {int(n): text for n, text in re.findall(r"^\[(\d+)\] (.+)$", user, re.MULTILINE)}


def claims_for(sentences: Mapping[int, str], change: Callable[[str], str] = str) -> dict[str, Any]:
    """A reply that claims each of the first sentences, in its own words."""
    return {
        "claims": [
            {
                "words": " ".join(text.split()[:8]),
                "sentences": [n],
                "speaker": None,
                "claim": change(text),
                "kind": "event",
            }
            for n, text in list(sentences.items())[:5]
        ]
    }


def passages(body: Mapping[str, Any]) -> list[str]:
    """The passages that a synthesis or repair is shown."""
    return re.findall(r"passage: (.+)$", body["messages"][1]["content"], re.MULTILINE)


class Model:
    """Answers each kind of request from what stands in it; ``asked`` are the kinds, in order."""

    def __init__(self, **answers: Callable[[dict[str, Any]], Any]) -> None:
        self.answers = {
            "summarize": self.summarize,
            "synthesize_cluster": self.sentence,
            "repair": self.sentence,
            **answers,
        }
        self.asked: list[str] = []

    def __call__(self, body: dict[str, Any]) -> Answer:
        """The reply to one request."""
        kind = kind_of(body)
        self.asked.append(kind)
        made = self.answers[kind](body)
        return made if isinstance(made, Answer) else chat_reply(json.dumps(made))

    @staticmethod
    def summarize(body: dict[str, Any]) -> Any:
        """Each of the first sentences is a claim."""
        return claims_for(numbered(body))

    @staticmethod
    def sentence(body: dict[str, Any]) -> Any:
        """The first passage's own words."""
        return {"sentence": passages(body)[0]}


def kind_of(body: Mapping[str, Any]) -> str:
    """Which prompt a request was made from."""
    return str(body["response_format"]["json_schema"]["name"])


def run_with(base_url: str, inputs: Sequence[str | Path], out: Path, *extra: str, **variables: str) -> Ran:
    """``run`` with the model behind ``base_url``."""
    settings = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "2", "PIPELINE_MAX_WAIT": "0.01", **variables}
    flags: tuple[str | Path, ...] = ("--out", out, "--base-url", base_url, "--model", "tiny", *extra)
    return pipeline("run", *inputs, *flags, variables=settings)
