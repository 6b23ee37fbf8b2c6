"""From a function's arguments to settings."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pipeline.settings import Settings, load_settings, other_settings


def chosen(settings: Settings | None, arguments: Mapping[str, object]) -> Settings:
    """What the arguments say, before the settings given as a whole; without these, before what the command reads.

    Raises:
        ConfigurationError: a value that is not valid, or two endpoints.
    """
    if settings is None:
        found = load_settings(arguments, os.environ, called=_called)
    else:
        found = other_settings(settings, arguments, called=_called)
    found.check_endpoint()
    return found


def _called(name: str) -> str:
    return f"the argument {name}"
