"""Where the outcomes come from: a live run, a replay of a recording, or a folder that a run has left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from pipeline.domain.article import Article
from pipeline.domain.base import Model, first_fault
from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.story import LabelledStory, Labels
from pipeline.llm.replay import ABOUT_FILE
from pipeline.runs.engines import STORED, Source
from pipeline.runs.job import run_job
from pipeline.runs.output import ARTICLES, RUN_FILE, SUMMARY_JSON
from pipeline.settings import Settings

RUNS: str = "runs"
"""Below the folder of an evaluation: the runs it made, a folder a story."""

_Kind = TypeVar("_Kind", bound=Model)


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
    if not (folder / RUN_FILE).is_file() and not (folder / SUMMARY_JSON).is_file():
        raise InputError(f"“{folder}” holds no run.", hint="Name the folder that was --out of `pipeline run`.")
    summary = folder / SUMMARY_JSON
    synthesis = _read(summary, Synthesis) if summary.is_file() else None
    files = [_read(path, ArticleFile) for path in sorted((folder / ARTICLES).glob("*.json"))]
    record = folder / RUN_FILE
    if not record.is_file():
        return Outcome(synthesis, files)
    manifest = _read(record, RunManifest)
    return Outcome(synthesis, files, manifest.failures, frozenset(manifest.inputs.values()))


def _read(path: Path, kind: type[_Kind]) -> _Kind:
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        raise InputError(f"“{path}” is not what a run writes: {first_fault(error)}.") from None


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
