"""Shell completion, in real shells: subcommands, options, the values that an option may have, and paths."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.command import environment, program

PROMPT = "READY> "
LONGEST = 60.0
COMPLETED = """
source {script}
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_pipeline_completion {program}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``--show-completion`` prints for bash."""
    path = tmp_path_factory.mktemp("completion") / "pipeline.bash"
    path.write_text(_printed("bash"), encoding="utf-8")
    return path


def _printed(shell: str) -> str:
    """The script for a shell, which the command finds out by asking which one has called it."""
    asked = environment(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    done = subprocess.run(
        [program(), "--show-completion", shell], capture_output=True, text=True, env=asked, check=True
    )
    return done.stdout


def _completed(words: str, script: Path) -> list[str]:
    """What bash offers for the last word, '' for one that is still empty."""
    text = COMPLETED.format(script=script, words=f"pipeline {words}", program=program())
    done = subprocess.run(
        ["bash", "--norc", "-c", text], capture_output=True, text=True, env=environment(), check=True, timeout=LONGEST
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("''", {"run", "check", "eval", "review", "diff", "corpus", "export", "cache", "doctor", "prompts", "schema"}),
        ("re", {"review"}),
        ("corpus ''", {"run", "status", "retry-failed", "run-shard"}),
        ("run --engine ''", {"auto", "openai", "extractive"}),
        ("run --engine ex", {"extractive"}),
        ("run articles --max", {"--max-cost"}),
        ("export out --format ''", {"footnotes", "annotations"}),
    ],
)
def test_bash_is_offered_what_there_is(words: str, offered: set[str], script: Path) -> None:
    """The printed script gives bash the commands, options and values; nothing else begins like the word."""
    found = set(_completed(words, script))
    assert offered <= found
    last = words.rsplit(maxsplit=1)[-1].strip("'")
    assert not last or found == offered


def test_bash_completes_paths(script: Path, tmp_path: Path) -> None:
    """In an interactive bash, TAB after `pipeline run` completes a folder's name, and a word of ours elsewhere."""
    (tmp_path / "articles-of-today").mkdir()
    with _interactive_bash(script, tmp_path) as terminal:
        assert "pipeline run articles-of-today/" in _typed(terminal, "pipeline run arti\t", "articles-of-today/")
        assert "pipeline run --engine extractive" in _typed(terminal, "pipeline run --engine ext\t", "extractive")


@pytest.mark.parametrize(("shell", "check"), [("zsh", ("-n",)), ("fish", ("--no-execute",))])
def test_other_shells_can_read_theirs(shell: str, check: tuple[str, ...], tmp_path: Path) -> None:
    """The script for zsh and for fish names the command, and where the shell is installed, it finds no fault in it."""
    text = _printed(shell)
    assert re.search(r"\bpipeline\b", text)
    assert f"complete_{shell}" in text
    if shutil.which(shell):
        path = tmp_path / f"completion.{shell}"
        path.write_text(text, encoding="utf-8")
        subprocess.run([shell, *check, path], check=True)


@contextmanager
def _interactive_bash(script: Path, folder: Path) -> Iterator[int]:
    """The terminal of a bash that has read the script; what a reader would see comes out of it."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover  the child is bash from here on
        os.chdir(folder)
        own = {
            "PS1": PROMPT,
            "TERM": "dumb",
            "INPUTRC": "/dev/null",
            "HISTFILE": "",
            "BASH_SILENCE_DEPRECATION_WARNING": "1",
        }
        path = f"{Path(program()).parent}:{os.environ['PATH']}"
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment(**own, PATH=path))  # noqa: S606
    try:
        _typed(terminal, f"source '{script}'; bind 'set enable-bracketed-paste off'; echo so''urced\r", "sourced")
        yield terminal
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def _typed(terminal: int, keys: str, until: str) -> str:
    """What the terminal shows after the keys, up to and with ``until``; then the line is given up."""
    os.write(terminal, keys.encode())
    shown, last = "", time.monotonic() + LONGEST
    while until not in shown:
        assert time.monotonic() < last, f"not shown: {until}; but: {shown!r}"
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
    os.write(terminal, b"\x15")  # C-u
    return shown
