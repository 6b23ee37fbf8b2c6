"""A library that names languages of which nothing is known here (the extra ``languages``); nothing rests on it.

It is asked last, and for a name alone: what is checked of an article is the same with it and without it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from pipeline.text.languages.known import ENGLISH, KNOWN

_FEWEST: Final = 120
"""Characters below which it is not asked; it would guess."""
_SURE: Final = 0.9
_READ: Final = 5000


def named_by_library(text: str) -> str | None:
    """The code of a language that is not known here; None where the library is missing, is not sure, or says others."""
    identifier = _identifier()
    if identifier is None or len(text) < _FEWEST:
        return None
    code, probability = identifier.classify(text[:_READ])
    known = code == ENGLISH or code in KNOWN
    return str(code) if probability >= _SURE and not known else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  an extra, and slow to load
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
