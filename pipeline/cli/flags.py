"""Which flags were given, and which of them contradict each other or would do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.settings import Settings

_NOT_WITH_UPDATE = {
    "--out": "an update is written to the folder that it updates",
    "--group": "it is of one story",
    "--batch": "the few new articles are asked about at once",
}


def refuse_idle(given: set[str], settings: Settings, *, record: str | None = None, replay: str | None = None) -> None:
    """Refuse flags that would do nothing. Settings from elsewhere are the user's defaults, and may."""
    given = given | {"record"} if record is not None else given
    batch = given & {"batch", "batch_files_only"}
    if replay is not None:
        idle = given & {"record", "fresh", "local_model", "base_url", "max_cost"} | batch
        idle |= {"engine"} if "engine" in given and settings.engine == "extractive" else set()
        other, why = "--replay", "a replay calls no model, and takes what one has answered"
    elif settings.engine == "extractive":
        idle = given & {"record", "fresh", "local_model", "max_cost"} | batch
        other, why = "the extractive engine", "it calls no model"
    elif batch and settings.local_model:
        idle, other, why = batch, "--local-model", "it is there for this run alone, and a batch outlives it"
    elif batch and "fresh" in given:
        idle, other, why = {"fresh"}, "--batch", "replies are taken from the store; `pipeline cache` prunes it"
    else:
        return
    if idle:
        flag = min(idle).replace("_", "-")
        raise ConfigurationError(f"--{flag} and {other} contradict each other: {why}.")


def refuse_with_update(update: str | None, others: dict[str, bool], *, redo: bool) -> None:
    """Refuse what contradicts an update, or does nothing without one."""
    if update is None and redo:
        raise ConfigurationError("--redo is for --update: without it, all articles are summarized anyway.")
    for flag, given in others.items():
        if update is not None and given:
            raise ConfigurationError(f"--update and {flag} contradict each other: {_NOT_WITH_UPDATE[flag]}.")


def only_given(given: set[str], settings: Settings) -> Settings:
    """Settings of which those that were no flags count as not asked for: a replay has its recording's instead."""
    return type(settings).model_construct(_fields_set=given, **dict(settings))
