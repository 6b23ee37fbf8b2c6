"""The blocks of a page, carried out as a reader would: in order, in a folder with what a checkout has.

`pipeline` is the command itself, each in a process. An endpoint is a server on loopback that speaks the protocol: it
stands behind the addresses of servers of one's own, and, as the proxy of a host that the price list knows, for the
hosted one. Programs of others and what takes minutes (`make demo`, installing) are held against what is known of them.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer
import yaml

from pipeline.cli.app import app
from tests.batch_server import BatchServer, run_batch
from tests.cli.command import KEY, Model, Ran, environment
from tests.cli.forked import Place, run_forked
from tests.docs.markdown import ROOT, Block, commands
from tests.fake_openai import chat_reply
from tests.loopback import Answer
from tests.runs.review.serving import serving

HOSTED: Final = "http://newsroom.openai.azure.com/v1"
"""The price list knows this provider over plain HTTP, so a proxy on loopback can stand in for it."""
OWN_SERVER: Final = re.compile(r"http://127\.0\.0\.1:\d+/v1")
NOT_HERE: Final = ("--local-model", "--cluster", "--entailment", "--judge")
"""Options that need a model's file, a cluster or an extra: parsed here, and run by tests of their own."""
OTHERS: Final = frozenset({"llama-server", "ollama", "sbatch"})
STANDINS: Final = Path(__file__).with_name("standins")
"""Packages of others, played for the Python blocks."""
SHELL: Final = frozenset("cat cp echo grep head ls mkdir mv rm sed tail wc".split())
STATUS: Final = re.compile(r"#.*\bexit status (\d+)")
ACTIVATE: Final = (". .venv/bin/activate", "source .venv/bin/activate")
_APPLE: Final = json.dumps({"name": "apple", "kind": "pome", "months": [9, 10], "colour": None})


class PagesModel(Model):
    """A model that answers runs, evals and the doctor."""

    def __init__(self) -> None:
        super().__init__(synthesize=_statements, doctor=lambda _: chat_reply(_APPLE))

    def __call__(self, body: dict[str, Any]) -> Answer:
        return super().__call__(body) if "response_format" in body else chat_reply("Hello.")


def _statements(body: Mapping[str, Any]) -> dict[str, Any]:
    """A summary in the own words of the first passages of a brief."""
    found = re.findall(r"^- id (\S+) .*?passage: (.+?)$", body["messages"][1]["content"], re.MULTILINE | re.DOTALL)
    return {"statements": [{"claim_ids": [name], "text": passage} for name, passage in found[:6]]}


class Session:
    """One page's reader: a folder, an environment that `export` adds to, and what was said last."""

    def __init__(self, folder: Path, server: BatchServer) -> None:
        self.folder = folder
        self.server = server
        self.exported: dict[str, str] = {"BROWSER": "true", "PIPELINE_BATCH_POLL": "0.01", "PIPELINE_MAX_WAIT": "0.02"}
        self.said = ""

    def do(self, block: Block) -> None:
        """Carry out one block.

        Raises:
            AssertionError: a command does not do what the page promises, or a block cannot be read.
        """
        if block.language == "sh":
            self.said = "".join(self.command(line) for line in commands(block))
        elif block.use == "output":
            assert_said(block.text, self.said)
        elif block.use:
            target = self.folder / block.use
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._python(block.text)
        else:
            READERS[block.language](block.text)

    def command(self, line: str) -> str:
        """Carry out one line of a shell block; what it said."""
        promised = STATUS.search(line)
        expected = int(promised[1]) if promised else 0
        words = shlex.split(line, comments=True)
        variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
        rest = [word for word in words if word.split("=")[0] not in variables]
        if not rest or line in ACTIVATE:
            return ""
        ran = self._carried_out(rest, line, variables)
        assert ran.status == expected, f"{line}\n{ran.status}\n{ran.out}\n{ran.err}"
        return ran.out + ran.err

    def _carried_out(self, words: Sequence[str], line: str, variables: Mapping[str, str]) -> Ran:
        if words[0] == "export":
            self.exported |= self._endpoint(variables)
        elif Path(words[0]).name == "pipeline":
            return self._pipeline(words[1:], self._endpoint(variables))
        elif Path(words[0]).name in {"pip", "python", "python3"}:
            installs(words)
        elif words[:2] == ["vllm", "run-batch"]:
            run_batch(PagesModel(), self.folder / _after(words, "-i"), self.folder / _after(words, "-o"))
        elif words[0] == "make":
            return self._shell(f"make -n {shlex.join(words[1:])}", ROOT)
        elif words[0] in SHELL:
            return self._shell(line, self.folder)
        else:
            assert words[0] in OTHERS or words[:2] == ["vllm", "serve"], f"nobody knows how to try: {line}"
        return Ran(0, "", "")

    def _pipeline(self, words: Sequence[str], variables: Mapping[str, str]) -> Ran:
        given = [OWN_SERVER.sub(self.server.base_url, word) for word in words]
        if any(option in given for option in NOT_HERE):
            return parsed(given)
        if given[0] == "review" and "--export" not in given:
            return self._reviewed(given)
        if (self.folder / "pipeline").is_dir():
            return self._own_code(given, self._environment(variables))
        streams = self.folder / ".streams"
        streams.mkdir(exist_ok=True)
        place = Place(self.folder, self._environment(variables), streams)
        status = run_forked(_globbed(given, self.folder), place, timeout=120)
        return Ran(status, *((streams / name).read_text(encoding="utf-8") for name in ("out", "err")))

    def _own_code(self, words: Sequence[str], variables: Mapping[str, str]) -> Ran:
        """The command of the copy of the checkout in which the page edits something."""
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", *words]
        done = subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, check=False, timeout=120
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def _reviewed(self, words: Sequence[str]) -> Ran:
        """The page is served; the reader accepts the first statement, finds it vital, and rejects the second."""
        with serving(self.folder / words[1], *words[2:]) as server:
            assert server.get("/").status == 200
            server.decide("accept", "statement", "s1")
            server.decide("vital", "statement", "s1")
            server.decide("reject", "statement", "s2", reason="unimportant")
        return Ran(0, "", "")

    def _endpoint(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The variables, with a key and an address that lead to the server."""
        found = {name: OWN_SERVER.sub(self.server.base_url, value) for name, value in variables.items()}
        if "OPENAI_API_KEY" in found:
            proxy = self.server.base_url.removesuffix("/v1")
            found |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": HOSTED, "HTTP_PROXY": proxy, "NO_PROXY": ""}
        return found

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        return environment(**{"PIPELINE_CACHE_DIR": str(self.folder / ".cache"), **self.exported, **variables})

    def _python(self, program: str) -> None:
        variables = self._environment({"PYTHONPATH": f"{ROOT}:{STANDINS}"})
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=self.folder, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.said = done.stdout

    def _shell(self, line: str, folder: Path) -> Ran:
        command = ["bash", "-ec", line]
        done = subprocess.run(
            command, cwd=folder, env=self._environment({}), capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def workplace(folder: Path, *, with_code: bool = False) -> Path:
    """The folder as a checkout that nobody minds: articles, stories, recordings; the code for who edits prompts."""
    for name in ("seeds", *(["pipeline", "prompts"] if with_code else [])):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "evals", folder / "evals", ignore=shutil.ignore_patterns("benchmarks", "recordings"))
    (folder / "evals" / "recordings").symlink_to(ROOT / "evals" / "recordings", target_is_directory=True)
    return folder


def assert_said(wanted: str, said: str) -> None:
    """That the pieces between the ``…`` of ``wanted`` were said, in their order; white space does not count."""
    flat, place = " ".join(said.split()), 0
    for piece in re.split(r"…", wanted):
        words = " ".join(piece.split())
        found = flat.find(words, place)
        assert found >= 0, f"not said: {words}\nsaid: {said}"
        place = found + len(words)


def parsed(words: Sequence[str]) -> Ran:
    """That the command line is one: options that there are, with values of their kind. Nothing is run."""
    command: Any = typer.main.get_command(app)
    names, context = list(words), None
    while hasattr(command, "commands"):
        context = command.context_class(command, parent=context, info_name=command.name)
        command = command.commands[names.pop(0)]
    command.make_context(command.name, names, parent=context)
    return Ran(0, "", "")


def installs(words: Sequence[str]) -> None:
    """That what pip is told to take is there: extras by `tests/test_repository.py`, files here."""
    constraint = [Path(word) for word in words if word.endswith(".txt")]
    assert all((ROOT / path).is_file() for path in constraint), words
    assert "install" in words or words[:3] == ["python3", "-m", "venv"] or words[1:3] == ["-m", "build"], words


def _after(words: Sequence[str], flag: str) -> str:
    return words[words.index(flag) + 1]


def _globbed(words: Sequence[str], folder: Path) -> list[str]:
    """As the shell would: a pattern that matches is its matches."""
    found: list[str] = []
    for word in words:
        matches = sorted(str(path.relative_to(folder)) for path in folder.glob(word)) if "*" in word else []
        found += matches or [word]
    return found


def _nothing(_: str) -> None:
    """A picture in letters, a shape of a file: there is nothing to carry out."""


READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "json": json.loads,
    "text": _nothing,
    "{toctree}": _nothing,
}
"""How a block that is for no command is read."""
