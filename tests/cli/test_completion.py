"""Shell completion, in real shells: subcommands, options, the values that an option may have, and paths."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.command import environment, program

LONGEST = 60.0


class Shell(NamedTuple):
    """How to start a shell that has read no file of the user's, and what it needs before it reads ours."""

    command: tuple[str, ...]
    setup: str


SHELLS = {
    "bash": Shell(("bash", "--norc", "--noprofile", "-i"), "bind 'set enable-bracketed-paste off';"),
    "zsh": Shell(("zsh", "-f", "-i"), "autoload -Uz compinit; compinit -u -D;"),
}
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


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_typing_completes_words_and_paths(shell: str, tmp_path: Path) -> None:
    """At a terminal, TAB completes the values of an option, and after `pipeline run` the name of a folder."""
    _refuse_missing(shell)
    (tmp_path / "script").write_text(_printed(shell), encoding="utf-8")
    (tmp_path / "articles-of-today").mkdir()
    with _terminal(shell, tmp_path) as terminal:
        assert "pipeline run articles-of-today/" in _typed(terminal, "pipeline run arti\t", "articles-of-today/")
        assert "pipeline run --engine extractive" in _typed(terminal, "pipeline run --engine ext\t", "extractive")


def test_fish_completes_words_and_paths(tmp_path: Path) -> None:
    """The same asked of fish, which says what it would offer."""
    _refuse_missing("fish")
    (tmp_path / "script").write_text(_printed("fish"), encoding="utf-8")
    (tmp_path / "articles-of-today").mkdir()
    asked = "source script; complete -C 'pipeline run arti'; complete -C 'pipeline run --engine ext'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", asked], cwd=tmp_path, env=_on_path(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["articles-of-today/", "extractive"]


def _refuse_missing(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")


def _on_path(**extra: str) -> dict[str, str]:
    """An environment in which the command is found by its name."""
    return environment(PATH=f"{Path(program()).parent}:{os.environ['PATH']}", **extra)


@contextmanager
def _terminal(shell: str, folder: Path) -> Iterator[int]:
    """A terminal with a shell that has read the script."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe(shell, SHELLS[shell].command, _on_path(TERM="dumb", INPUTRC="/dev/null"))  # noqa: S606  the shell under test
    try:
        _typed(terminal, f"{SHELLS[shell].setup} source ./script; echo so''urced\r", "\nsourced")
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
