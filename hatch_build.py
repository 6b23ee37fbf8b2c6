"""Records the commit that a wheel or an sdist is built from; `pipeline --version` shows it.

An sdist carries the record, and a wheel that is built from one takes it from there. An editable install has none: its
commit changes, so git is asked when somebody wants to know.
"""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):
    """The hook that hatchling calls for each target."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the record beside the package's files, where git knows the commit."""
        asking = runpy.run_path(str(Path(self.root) / "pipeline" / "runs" / "commit.py"))
        commit = None if version == "editable" else asking["commit_of"](Path(self.root))
        if commit is None:
            return
        self._folder = tempfile.TemporaryDirectory()
        record = Path(self._folder.name) / asking["RECORD"]
        record.write_text(f"{commit}\n", encoding="ascii")
        build_data["force_include"][str(record)] = f"pipeline/{record.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        del version, build_data, artifact_path
        folder = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()
