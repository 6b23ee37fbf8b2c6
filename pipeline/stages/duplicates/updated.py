"""A file that was read before and reads otherwise now."""

from __future__ import annotations

from typing import Final

from pipeline.domain.article import Article
from pipeline.text.copying import runs, shared_with, tokens_of

_RUN: Final = 5
_OF_ONE_FILE: Final = 0.3
"""Share of the earlier text, in runs of five words, that is left in the later one: as under one address. An unrelated
text that was saved under a name that another had before shares next to nothing."""


def is_rewritten(before: Article, after: Article) -> bool:
    """Whether the later text of one file is a version of the earlier one; a date may still say that it is the older."""
    tokens, others = tokens_of(before.text), tokens_of(after.text)
    common = frozenset(runs(tokens, _RUN)) & frozenset(runs(others, _RUN))
    return shared_with(tokens, common, _RUN).share >= _OF_ONE_FILE
