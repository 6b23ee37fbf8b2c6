"""Writing the folder of a heap: its index beside the stories' own folders, and nothing touched that is not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from pipeline.errors import OutputError
from pipeline.runs.output import RUN_FILE, check_folder, remove_run, replace_files

INDEX: Final = "index.html"
GROUPS_FILE: Final = "groups.json"
_STORY: Final = re.compile(r"story-[0-9a-f]{12,64}")


def check_group_output(out: Path, inputs: list[str]) -> None:
    """Refuse, before any work, a folder that cannot be or must not be written.

    Raises:
        OutputError: as `check_output`; or the folder holds the run of one story.
    """
    check_folder(out, inputs)
    if (out / RUN_FILE).exists():
        raise OutputError(f"“{out}” holds the run of one story.", hint="Name another folder with --out for --group.")
    if _stories_before(out) is None:
        for name in (INDEX, GROUPS_FILE):
            if (out / name).exists():
                raise OutputError(
                    f"“{out}” holds “{name}”, which no run of this program wrote there.",
                    hint="Name another folder with --out; nothing was changed.",
                )


def write_groups(out: Path, files: Mapping[str, str], stories: Collection[str]) -> None:
    """Write the files of the heap itself; remove the runs of stories that an earlier grouping had and this has not.

    Of such a run only what it wrote goes; a reviewer's decisions beside it stay.

    Raises:
        OutputError: the disk is full, or a folder cannot be written; the stories are there.
    """
    before = _stories_before(out) or set()
    try:
        replace_files({out / name: text.encode("utf-8", errors="surrogatepass") for name, text in files.items()})
        for name in sorted(before - set(stories)):
            remove_run(out / name)
    except OSError as error:
        raise OutputError(
            f"The list of stories cannot be written to “{out}”: {error.strerror}.",
            hint="Free some space or name another --out, and run the same command again.",
        ) from error


def _stories_before(out: Path) -> set[str] | None:
    """The stories that the ``groups.json`` here lists; None where there is none. Anybody may have made the file."""
    try:
        listed = json.loads((out / GROUPS_FILE).read_text(encoding="utf-8"))["stories"]
        names = [story["path"] for story in listed]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return {name for name in names if isinstance(name, str) and _STORY.fullmatch(name)}
