"""What a user should know while a function works: told to the logger ``pipeline``, never printed."""

from __future__ import annotations

import logging
from typing import Final

from pipeline.domain.run import Failure
from pipeline.render.visible import plain

LOGGER: Final = logging.getLogger("pipeline")


def tell(remark: str) -> None:
    """A remark, in one line: it may quote an article, which must not be able to forge another."""
    LOGGER.info("%s", _line(remark))


def tell_failed(failure: Failure) -> None:
    """An article that is missing from the result. Python shows warnings even where nobody has set up logging."""
    LOGGER.warning("failed: %s (%s): %s", _line(failure.path), failure.stage, _line(failure.message))


def _line(text: str) -> str:
    return " ".join(plain(text).split())
