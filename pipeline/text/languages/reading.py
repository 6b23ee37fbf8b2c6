"""The door for rules that are made for English: whether a text is in another language that is known here."""

from __future__ import annotations

from functools import lru_cache

from pipeline.text.languages.detection import written_in
from pipeline.text.languages.known import ENGLISH, is_known, language_of
from pipeline.text.languages.language import Language


@lru_cache(maxsize=8192)
def foreign(text: str) -> Language | None:
    """What is known of the language of a text, if it is one of those that are; None for English and in doubt.

    >>> foreign("Das Schiff lief vor der Küste auf Grund, und alle an Bord wurden gerettet.").name
    'German'
    >>> foreign("The ship ran aground, and all on board were saved."), foreign("Ferry aground")
    (None, None)
    """
    language = language_of(written_in(text))
    return language if language is not None and is_known(language) else None


def may_be_english(text: str) -> bool:
    """Whether rules that go by English words have anything to say of a text.

    >>> may_be_english("Ferry aground"), may_be_english("Laiva ajoi karille, mutta kaikki, jotka olivat, ovat elossa.")
    (True, False)
    """
    return written_in(text) in {ENGLISH, None}
