"""A finished run as a value: what the command writes to a folder, and shows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile, ArticleSummary, Claim
from pipeline.domain.run import Failure, RunManifest
from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.render.notebook import render_notebook
from pipeline.runs.folder import read_run
from pipeline.runs.output import REPORT, SUMMARY_MD, check_output, is_ours, write_outputs
from pipeline.runs.replacing import settle


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run. Offsets of citations count code points of ``Article.text``: ``text[start:end] == quote``.

    Attributes:
        synthesis: statements with citations and verdicts, disagreements, what was left out, what was dropped.
        files: what `save` writes, by name.
        manifest: how it was made, and what it took.
    """

    synthesis: Synthesis
    files: Mapping[str, str] = field(hash=False)
    manifest: RunManifest = field(hash=False)
    _read: tuple[ArticleFile, ...]
    _inputs: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Run:
        """The run that `save`, or the command, has written to a folder.

        Raises:
            InputError: it is no run's folder, or its files are not of one run.
        """
        place = Path(folder)
        found = read_run(place)
        names = [name for name in found.manifest.files if is_ours(name)]  # anybody may have written that list
        try:
            files = {name: (place / name).read_bytes().decode() for name in names}
        except (OSError, ValueError) as error:
            raise InputError(
                f"“{folder}” cannot be read: {error}.", hint="Is a file missing? Make the run again."
            ) from None
        return cls(found.synthesis, files, found.manifest, found.files)

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles as they were read, in the order of the source list."""
        return tuple(file.article for file in self._read)

    @property
    def summaries(self) -> tuple[ArticleSummary, ...]:
        """Of each article its claims, and what was rejected."""
        return tuple(file.summary for file in self._read)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all articles, each with the passage it rests on."""
        return tuple(claim for summary in self.summaries for claim in summary.claims)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The articles that could not be used, and why."""
        return self.manifest.failures

    @property
    def markdown(self) -> str:
        """The summary with numbered citations and its source list, as the command prints it."""
        return self.files[SUMMARY_MD]

    @property
    def html(self) -> str:
        """The report: one self-contained page on which a citation opens its passage."""
        return self.files[REPORT]

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write the folder that the command writes, and give its path; an earlier run there is replaced.

        Raises:
            OutputError: it cannot be written, is a folder of the articles, or holds files of these names that no run
                wrote.
        """
        out = Path(folder)
        settle(out)
        check_output(out, list(self._inputs))
        write_outputs(out, self.files)
        return out

    def __repr__(self) -> str:
        made = self.synthesis
        counted = f"{len(made.statements)} statements, {len(made.disagreements)} disagreements"
        return f"<Run {made.title!r}: {counted}, {len(made.sources)} sources, engine {made.engine}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return render_notebook(self.synthesis, self._read)

    def _repr_markdown_(self) -> str:
        """What a notebook shows where it cannot show HTML."""
        return self.markdown
