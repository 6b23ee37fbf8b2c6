"""One story, from its line or folder to a line of output. Runs in a worker process."""

from __future__ import annotations

import json
import os
from typing import Final, Literal, NamedTuple

from pipeline.domain.corpus import FailureLine, SynthesisLine
from pipeline.domain.run import Failure
from pipeline.engines.protocol import Engine
from pipeline.errors import Deferred, InputError, ModelError, PipelineError
from pipeline.render.visible import json_escaped
from pipeline.runs.corpus.noting import RestsOn
from pipeline.runs.corpus.records import given_articles, read_story
from pipeline.runs.duplicates import without_duplicates
from pipeline.runs.runner import run_story
from pipeline.stages.ingest import Ingested, ingest, ingest_given

_LONGEST_MESSAGE: Final = 300


class Task(NamedTuple):
    """A story to work on. ``payload`` is a line of JSON, or a folder's path."""

    story_id: str
    form: Literal["line", "folder"]
    payload: bytes


class Outcome(NamedTuple):
    """A story's ``line`` of output, or its ``failure``; ``partial`` where the model failed on some of its articles.

    ``rests_on`` are the replies that the line was made from, where nothing went amiss; None where that is not known.
    ``fatal`` is an error that makes all stories meaningless (a refused key, a used-up budget). Of a ``deferred`` one,
    replies come with a batch; where none is expected, that is a failure.
    """

    line: str | None = None
    failure: Failure | None = None
    articles: tuple[Failure, ...] = ()
    partial: bool = False
    fatal: PipelineError | None = None
    deferred: bool = False
    rests_on: RestsOn | None = None


async def work(task: Task, engine: Engine, *, words: int, slots: int, language: str | None = None) -> Outcome:
    """Summarize one story; whatever befalls it is in the outcome, and no other story's concern."""
    try:
        story = await run_story(_ingested(task), engine, words=words, language=language, slots=slots)
    except (InputError, ModelError) as error:
        stage = "ingest" if isinstance(error, InputError) else "synthesize"
        return Outcome(failure=failed(task.story_id, stage, error))
    except Deferred as error:
        return Outcome(failure=failed(task.story_id, "story", error), deferred=True)
    except PipelineError as error:
        return Outcome(fatal=error)
    except Exception as error:  # noqa: BLE001  a fault of ours must not take a million other stories with it
        told = f"{type(error).__name__}: {error}"[:_LONGEST_MESSAGE]
        return Outcome(failure=Failure(path=task.story_id, stage="story", code="internal", message=told))
    if story.synthesis is None:
        return Outcome(failure=_no_article(task.story_id, story.failures), articles=story.failures)
    done = SynthesisLine(story_id=task.story_id, synthesis=story.synthesis, failures=story.failures, notes=story.notes)
    return Outcome(
        line=_json(done),
        articles=story.failures,
        partial=any(failure.stage != "ingest" for failure in story.failures),
    )


def failed(path: str, stage: str, error: PipelineError) -> Failure:
    """The error as a record."""
    message = " ".join(filter(None, (error.message, error.hint)))
    return Failure(path=path, stage=stage, code=error.code, message=message)


def failure_line(story_id: str | None, where: str, failure: Failure, articles: tuple[Failure, ...]) -> str:
    """A line of ``failures.jsonl``."""
    told = failure.model_dump(exclude={"path"})
    return _json(FailureLine(story_id=story_id, where=where, articles=articles, **told))


def _ingested(task: Task) -> Ingested:
    """Without copies and earlier versions, as a run of the same articles would read them."""
    if task.form == "folder":
        return without_duplicates(_of_folder(task.payload))
    return without_duplicates(ingest_given(given_articles(read_story(task.payload))))


def _of_folder(path: bytes) -> Ingested:
    return ingest([os.fsdecode(path)])


def _no_article(story_id: str, failures: tuple[Failure, ...]) -> Failure:
    first = failures[0]
    return first.model_copy(
        update={"path": story_id, "message": f"No article could be used. {first.path}: {first.message}"}
    )


def _json(line: SynthesisLine | FailureLine) -> str:
    """One line, whatever stands in it: separators that some readers split lines at are escaped, too."""
    return json_escaped(json.dumps(line.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")))
