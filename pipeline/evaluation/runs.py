"""Where the outcomes come from: a live run, a replay of a recording, or a folder that a run has left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile
from pipeline.errors import InputError
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.story import LabelledStory, Labels
from pipeline.llm.replay import ABOUT_FILE
from pipeline.runs.engines import STORED, Source
from pipeline.runs.folder import read_parts
from pipeline.runs.job import run_job
from pipeline.settings import Settings

RUNS: str = "runs"
"""Below the folder of an evaluation: the runs it made, a folder a story."""


class Folders(NamedTuple):
    """Where recordings of several stories lie or go: a folder a story below each of these."""

    record: Path | None = None
    replay: Path | None = None

    def source(self, story: str) -> Source:
        """The source of one story; a replay folder that is itself a recording is the recording of the one story."""
        replay = self.replay
        if replay is not None and not (replay / ABOUT_FILE).is_file():
            replay = replay / story
        return Source(record=self.record / story if self.record else None, replay=replay)


async def run_live(
    story: LabelledStory, settings: Settings, source: Source = STORED, tell: Callable[[str], None] = lambda _: None
) -> None:
    """Run the story as `pipeline run` would, into ``settings.out``.

    Raises:
        PipelineError: whatever makes the run meaningless; a recording that is missing or stale among them.
    """
    await run_job([str(story.folder)], settings, source=source, tell=tell)


def load_run(folder: Path) -> Outcome:
    """What `pipeline run` left in a folder.

    Raises:
        InputError: it is no run's folder, or a file of it is not of its form.
    """
    parts = read_parts(folder)
    if parts.manifest is None:
        return Outcome(parts.synthesis, parts.files)
    inputs = frozenset(parts.manifest.inputs.values())
    return Outcome(parts.synthesis, parts.files, parts.manifest.failures, inputs)


def story_of(outcome: Outcome, stories: Sequence[LabelledStory]) -> LabelledStory:
    """The story whose labelled articles the run has read.

    Raises:
        InputError: none of the stories shares an article with the run.
    """
    read = outcome.inputs | {file.article.sha256 for file in outcome.files}
    read |= {source.sha256 for source in outcome.synthesis.sources} if outcome.synthesis else set()
    best = max(stories, key=lambda story: len(read & set(story.labels.digests.values())))
    if not read & set(best.labels.digests.values()):
        names = ", ".join(story.labels.id for story in stories)
        raise InputError(
            f"The run read no article of {names}: their bytes differ from those that were labelled.",
            hint="Score a run over a labelled story's own articles.",
        )
    return best


def with_articles(outcome: Outcome, articles: Sequence[Article]) -> Outcome:
    """The outcome with the articles as they are read now; an article of other bytes is no source.

    A stored run is not believed about its sources, nor about anything that it says of them: a citation must stand in
    a labelled article itself, and one of another article leads nowhere.
    """
    read = {article.sha256: article for article in articles}
    files = [
        file.model_copy(update={"article": now.model_copy(update={"id": file.article.id})})
        for file in outcome.files
        if (now := read.get(file.article.sha256)) is not None
    ]
    return outcome._replace(files=files)


def as_labelled(outcome: Outcome, labels: Labels) -> Outcome:
    """The outcome with every article under the name that the labels know its bytes by, wherever the run found it."""
    names = {digest: name for name, digest in labels.digests.items()}

    def named(file: ArticleFile) -> ArticleFile:
        article = file.article
        if labels.digests.get(article.path) == article.sha256:
            return file
        path = names.get(article.sha256, article.path)
        return file.model_copy(update={"article": article.model_copy(update={"path": path})})

    return outcome._replace(files=[named(file) for file in outcome.files])
