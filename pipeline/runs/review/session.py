"""One reviewer at work on one run: every decision is on the disk before it is answered."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.domain.review import Decision
from pipeline.errors import ConfigurationError, InputError, OutputError
from pipeline.render.visible import has_hidden
from pipeline.runs.folder import RunFolder
from pipeline.runs.output import SUMMARY_JSON, replace_files
from pipeline.runs.review import store
from pipeline.runs.review.deciding import Asked, Stamp, decide, refuse_long
from pipeline.runs.review.edits import Verified, verify_typed
from pipeline.runs.review.items import Items
from pipeline.runs.review.reviewed_text import reviewed_files
from pipeline.runs.review.standing import Standing, standing

_LONGEST_NAME: Final = 80


class Decided(NamedTuple):
    """All that was decided, what stands of it, and how many lines of the file had lost their end."""

    decisions: tuple[Decision, ...]
    standing: Standing
    torn: int


class Review:
    """The decisions about the run in a folder. Several threads, and several processes, may decide at once."""

    def __init__(self, folder: Path, run: RunFolder, by: str) -> None:
        """Review the run in the name of ``by``.

        Raises:
            ConfigurationError: ``by`` is no name.
        """
        self.folder = folder
        self.run = run
        self.by = checked_name(by)
        self._items = Items(run)
        self._summary = self._summary_now()
        self._deciding = threading.Lock()

    def state(self) -> Decided:
        """The file as it is now, whoever has added to it.

        Raises:
            InputError: a line of it is no decision.
        """
        stored = store.read(self.folder / store.REVIEW_FILE)
        return Decided(stored.decisions, standing(stored.decisions, self._items), stored.torn)

    def decide(self, asked: Asked) -> tuple[Decision, Standing]:
        """Save a decision, then write the reviewed summary anew.

        Raises:
            InputError: it is not one that can be made, or the run was made again meanwhile: what the reviewer sees is
                not what lies there.
            OutputError: it cannot be saved.
        """
        with self._deciding:
            if self._summary_now() != self._summary:
                raise InputError(
                    f"The run in “{self.folder}” was made again since this review began.",
                    hint="Start `pipeline review` again; what was decided is kept.",
                )
            stamp = Stamp(secrets.token_hex(8), datetime.now(UTC).isoformat(timespec="seconds"), self.by)
            decision = decide(asked, self._items, self.state().decisions, stamp)
            store.append(self.folder / store.REVIEW_FILE, decision)
            return decision, self._write(self.state())

    def verify(self, statement_id: str, text: str) -> Verified:
        """What the guards say of a text in a statement's place; its offsets are those of the text as given.

        Raises:
            InputError: there is no such statement, no text, or too much of it.
        """
        statement = self._items.statements.get(statement_id)
        if statement is None:
            raise InputError(f"This run has no statement “{statement_id}”.")
        if not text.strip():
            raise InputError("There is no text to verify.")
        refuse_long(text)
        evidence = [citation.evidence for citation in statement.citations]
        return verify_typed(text, statement.text, evidence, self.run.articles())

    def write(self) -> Decided:
        """Write the reviewed summary as it stands, if anything was decided, and about the run that lies there.

        Raises:
            OutputError: it cannot be written.
        """
        with self._deciding:
            state = self.state()
            if state.decisions:
                self._write(state)
            return state

    def _summary_now(self) -> bytes:
        """The digest of the summary in the folder; of nothing, where there is none any more."""
        try:
            return hashlib.sha256((self.folder / SUMMARY_JSON).read_bytes()).digest()
        except OSError:
            return b""

    def _write(self, state: Decided) -> Standing:
        """Write what stands, unless another run has come to lie there, of which it does not."""
        if self._summary_now() != self._summary:
            return state.standing
        files = reviewed_files(self.run, state.standing)
        try:
            replace_files({self.folder / n: t.encode("utf-8", errors="surrogatepass") for n, t in files.items()})
        except OSError as error:
            raise OutputError(
                f"The reviewed summary cannot be written to “{self.folder}”: {error.strerror}.",
                hint="The decisions are saved; the summary is written again with the next one, and at the end.",
            ) from error
        return state.standing


def checked_name(name: str) -> str:
    """The name on one line.

    Raises:
        ConfigurationError: it is empty, too long, or holds what cannot be seen.
    """
    line = " ".join(name.split())
    if not line or len(line) > _LONGEST_NAME or has_hidden(line) or not line.isprintable():
        raise ConfigurationError(
            f"“{line[:_LONGEST_NAME]}” cannot be a reviewer's name: 1 to {_LONGEST_NAME} visible characters.",
            hint="Give one with --name or PIPELINE_REVIEWER.",
        )
    return line
