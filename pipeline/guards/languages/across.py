"""Names that a text has and what it cites has not, where the two are in different languages."""

from __future__ import annotations

from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.languages.reading import Case
from pipeline.guards.passage import verdict_of
from pipeline.text.languages.scripts import script_of
from pipeline.text.names import fold_token, proper_names
from pipeline.text.words import words

_PERSON: Final = 2
"""Words from which a name is one that is hardly ever translated: of towns and countries most have one."""
_BEGINNING: Final = 4
"""Letters that "Müllers" and "Müller", or "Kommission" and "Commission", must at least share."""


def across_name_guard(case: Case) -> Guard:
    """Names of people and houses keep their spelling between languages in Latin letters; one of them must be there.

    Places have other names in other languages ("Munich", "München"), so a name of one word that is missing shows
    nothing. Between scripts names are transliterated, and nothing is compared.
    """
    texts = list(dict.fromkeys(p.article.text for p in case.passages))
    if any(script_of(text) != "Latin" for text in (case.text.text, *texts)):
        return Guard(name="name", outcome="not_applicable", detail="names are not compared between scripts")
    there = {fold_token(word.text) for text in texts for word in words(text)}
    names = [name for name in proper_names(case.text.text) if len(name.tokens) >= _PERSON]
    missing = [name.text for name in names if not any(_stands(token, there) for token in name.tokens)]
    problems = [f"“{name}” is not named in the cited article" for name in missing]
    return verdict_of("name", problems, applicable=bool(names), passed="its names stand in the cited articles")


def _stands(token: str, there: set[str]) -> bool:
    return token in there or (
        len(token) > _BEGINNING
        and any(len(t) > _BEGINNING and (t.startswith(token) or token.startswith(t)) for t in there)
    )
