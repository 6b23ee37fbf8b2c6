"""What an update takes from the run that it goes on with, and what must be the same for the summaries to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import ValidationError

from pipeline.domain.base import first_fault
from pipeline.domain.run import RunManifest
from pipeline.errors import ConfigurationError, InputError
from pipeline.runs.engines import Opened, choose_engine
from pipeline.runs.output import RUN_FILE
from pipeline.settings import Settings

_SUMMARIES: Final = "summarize"
"""The prompt that the claims of an article come from."""
_PARAMETERS: Final = ("words",)
_SETTINGS: Final = ("synthesis", "keep_duplicates")
_READER: Final = "reader"


def going_on(settings: Settings, manifest: RunManifest) -> Settings:
    """The settings, with those of the earlier run for whatever the user did not set.

    Raises:
        ConfigurationError: a model made the earlier summaries, and none is set.
        InputError: the earlier run's record has a value that no run has.
    """
    taken: dict[str, object] = {name: manifest.parameters.get(name) for name in _PARAMETERS}
    taken |= {name: manifest.settings.get(name) for name in _SETTINGS}
    taken["model"] = manifest.model
    if settings.engine == "auto" and not (settings.base_url or settings.local_model):
        taken["engine"] = "extractive" if manifest.engine == "extractive" else None
    update = {n: value for n, value in taken.items() if value is not None and n not in settings.model_fields_set}
    try:
        made = Settings.model_validate({**dict(settings), **update})
    except ValidationError as error:
        raise InputError(f"The earlier run's {RUN_FILE} is not what a run writes: {first_fault(error)}.") from None
    if manifest.engine != "extractive" and settings.engine == "auto" and choose_engine(made) == "extractive":
        raise ConfigurationError(
            f"The earlier run asked the model {manifest.model}, and no model is set.",
            hint="Set OPENAI_API_KEY, or give --base-url or --local-model, as for that run.",
        )
    return Settings.model_construct(_fields_set=set(settings.model_fields_set), **dict(made))


def refuse_other(opened: Opened, manifest: RunManifest) -> None:
    """Nothing, if what would summarize the new articles is what summarized those of the earlier run.

    Raises:
        ConfigurationError: it is another engine, model or prompt.
    """
    differing = list(_differing(opened, manifest))
    if differing:
        raise ConfigurationError(
            f"The earlier run summarized its articles with {' and '.join(differing)}.",
            hint="Give the same as for that run; or --redo, to have its articles summarized again, too.",
        )


def _differing(opened: Opened, manifest: RunManifest) -> Iterator[str]:
    engine = opened.engine
    if engine.name != manifest.engine:
        yield f"the engine {manifest.engine}, not {engine.name}"
    elif engine.model != manifest.model:
        yield f"the model {manifest.model}, not {engine.model}"
    elif engine.name != "extractive" and opened.prompts[_SUMMARIES].digest != manifest.prompts.get(_SUMMARIES):
        yield f"another version of the prompt “{_SUMMARIES}”"


def remarks(opened: Opened, manifest: RunManifest, reader: str | None) -> Iterator[str]:
    """What else is not as it was, and changes nothing but the merge, which is made again."""
    others = sorted(n for n, p in opened.prompts.items() if n != _SUMMARIES and p.digest != manifest.prompts.get(n))
    if others and manifest.engine == opened.engine.name:
        yield f"The prompts {', '.join(others)} have changed since the earlier run; they are used for the merge alone."
    asked = manifest.parameters.get(_READER)
    if asked is not None and asked != reader:
        yield f"The earlier run asked {asked} about each verdict, and this one does not; --entailment does."
