"""`pipeline prompts`: the prompts with version and digest."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import note, result

DIFFERS = 2


def prompts(
    lock: Annotated[bool, typer.Option("--lock", help="Write the lock file after an edit with a new version.")] = False,
) -> None:
    """List the prompts; say whether they are what the lock file says."""
    from pipeline.prompting import check_lock, load_prompts, write_lock

    found = load_prompts()
    if lock:
        note(f"Locked: {write_lock(found)}")
    for prompt in found.values():
        result(f"{prompt.id:<20} v{prompt.version:<4} {prompt.digest}\n")
    problems = check_lock(found)
    for problem in problems:
        note(f"differs from the lock: {problem}")
    if problems:
        raise typer.Exit(DIFFERS)
