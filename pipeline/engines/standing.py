"""How well a sentence stands alone: a factor on what it gains by being told, and below a floor it is not told.

A reader meets the sentence without the one before it. What leans on that one (a pronoun, "another", a list item
without its heading), what speaks to the reader of the article or for its writer, what is only somebody's words, and
what is cut off tells less than its words promise.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from pipeline.text.attribution import is_attributed
from pipeline.text.languages.language import Language
from pipeline.text.languages.reading import foreign
from pipeline.text.languages.scripts import length_in_words
from pipeline.text.names import fold_token, proper_names
from pipeline.text.quotes import outside_quotes, quoted_share
from pipeline.text.words import content_stems, words

SHORTEST: Final = 6
"""Words below which a text is hardly a sentence."""
STANDS: Final = 0.4
"""A sentence that stands worse than this is not told while there is any other."""
_MOSTLY_QUOTED: Final = 0.5
_SHORT, _LONGEST = 10, 55
"""Words: below the first a sentence is thin, above the second hard to read."""
_TELLING: Final = 7
"""Content words that make a sentence without a name tell something."""

_LEANING: Final = re.compile(
    r"^[“\"'‘]?(?:He|She|It|They|This|That|These|Those|His(?! (?:Holiness|Majesty|Highness|Excellency))|Her|Their|Its"
    r"|But|And|Or|So|Such|There(?! (?:is|are|was|were|has|have|had|will|would)\b)|Here|Both|Another|Then|Now|Nor)\b"
)
_SUBJECT_PRONOUN: Final = re.compile(
    r"\b(?:he|she|they|it(?= (?:said|says|told|added|wrote|denied)\b))\b", re.IGNORECASE
)
_FRONTED: Final = re.compile(
    r"^(?:[A-Z][a-z]+(?:ing|ed)|As|When|While|After|Before|Since|Once|If|Though|Although|Because|Until|In|On|At|By|During"
    r"|With|Without|For|From|To|Under|Despite|Amid|Among|Following|According|Apart|Later|Earlier|Then|There)\b"
)
"""Openings before the subject: a pronoun that follows may mean somebody whom only the sentence before names."""
_SAID_SOMEBODY: Final = re.compile(
    r",[”\"]?\s(?:he|she|they|it)\s(?:also\s|later\s)?(?:said|says?|told|tells|added|adds|wrote|writes)\b"
)
"""A speaker who is only a pronoun: "All jobs would go, he says."."""
_PLACE: Final = re.compile(
    r"\b(?:in|of|from|at|near|to|into|outside|on)\s(?:the\s)?(?=[A-Z])[\w'’-]+(?:\s[A-Z][\w'’-]+)*"
)
"""Hardly somebody whom a pronoun could mean: "in Tarn", "of the Bank"."""
_UNNAMED: Final = re.compile(r"^The [a-z]+ (?:said|says|added|adds|reports|reported|told|tells|wrote|also|then)\b")
"""One word for whom or what the sentence before was about."""
_VERDICT: Final = re.compile(r"\b(?:should|must|ought to|(?:is|are|was|were) (?:right|wrong|not wrong) to)\b")
"""The writer's own opinion, where nobody is named who holds it."""
_DEFINITE: Final = re.compile(r"^The (?:[a-z-]+ ){1,3}[a-z]")
_SUBORDINATE: Final = re.compile(r"^(?:While|Although|Though|As|When|After|Before|If|Since)\b")
_ADDRESS: Final = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|[Oo]ur|us|[Yy]ou|[Yy]ours?|[Pp]lease|[Cc]lick)\b|^Anyone (?:with|who)\b"
)
"""Outside quotations: the writer speaks of himself, or asks the reader for something."""
_DANGLES: Final = re.compile(
    r"\b[Tt]h(?:is|ese|ose)\s(?!(?:year|week|month|morning|afternoon|evening|summer|autumn|spring|winter|season|time|day)s?\b)[a-z]"
    r"|\bthat\s(?!(?:year|week|month|morning|afternoon|evening|night|day|time|s?he|it|there|this|that|which|who|what"
    r"|no(?:body|thing|ne)|some(?:one|body|thing)|every(?:one|body|thing)|any(?:one|body|thing)|one|each|half|most"
    r"|police|people|staff)\b)[a-z]+(?<!s)\s(?:is|was|has|had|would|will)\b"
    r"|\banother\s[a-z]+[.,]"
)
"""Such as "that call was made", "these claims", "another explanation." """
_THIS: Final = re.compile(
    r"\b[Tt]his(?=,|[.;]|\s(?:is|was|has|had|does|did|will|would|can|could|may|might|must|should|means|meant)\b)"
    r"|\b(?<!\bso\s)that(?=[.;])"
)
"""Such as "explains that this is when …", "the company rejects this.": what was said in the sentence before."""
_QUOTED_PRONOUN: Final = re.compile(
    r"[”\"’']\s(?:he|she|they)\s(?:also\s|later\s)?(?:said|says?|told|tells|added|adds|wrote|writes)\b"
)
"""A quotation by somebody whom only the sentence before names."""
_NO_ANSWER: Final = re.compile(
    r"\b(?:declin(?:es|ed|ing) to (?:comment|say more|elaborate)\b|(?:could|can) ?not (?:immediately )?be reached\b"
    r"|(?:had|has|have|did|does|do) not (?:immediately |yet )?(?:comment|(?:respond|repl(?:y|ied)|answer)(?:ed)?"
    r"(?=[.,;]|\sby the time\b|\sin time\b|\sbefore publication\b"
    r"|\sto (?:[\w’']+ ){0,3}(?:questions?|requests?|calls?|e-?mails?|inquiries)\b)))"
)
"""What came of the reporter's asking, which is no news: "had not replied by the time of going to press"."""
_CUT_OFF: Final = re.compile(r"(?:\.\.\.|…)[\s”\"'’)]*$")


def standing(text: str, *, listed: bool = False, follows: bool = False, known: Collection[str] = ()) -> float:
    """How well the sentence stands alone, 0 to 1.

    Args:
        text: one sentence.
        listed: whether it is an item of a list; who says so stands in the sentence that opens the list.
        follows: whether it is told behind the sentence that it follows in its article, on which it may lean.
        known: tokens of names of its article: a first word among them is a name.

    >>> standing("The ferry Anna ran aground off Tarn on Monday, killing four people, police said.")
    1.0
    >>> standing("He said the ferry had run aground off Tarn on Monday.") < 0.5
    True
    """
    language = foreign(text)
    if language is not None:
        return _elsewhere(text, language, leans=not follows, listed=listed)
    factor = 1.0 if follows else _apart(text, listed=listed, known=known)
    if _SUBORDINATE.search(text):
        factor *= 0.8
    plain = outside_quotes(text)
    if _ADDRESS.search(plain):
        factor *= 0.25
    if _VERDICT.search(plain) and not is_attributed(text):
        factor *= 0.35
    if _NO_ANSWER.search(plain):
        factor *= 0.35
    return factor * _form(text) * _weight(text, known)


def _elsewhere(text: str, language: Language, *, leans: bool, listed: bool) -> float:
    """As far as punctuation, length and the first word tell, in a language whose speakers are not found."""
    first = next(iter(words(text)), None)
    opening = {first.text.lower(), first.text[:1]} if first else set()
    factor = 0.35 if leans and opening & language.leaning else 1.0
    factor *= 0.4 if listed else 1.0
    if quoted_share(text) > _MOSTLY_QUOTED:
        factor *= 0.3 if not words(outside_quotes(text)) else 0.7
    if text.rstrip("”\"'’»“」』) ").endswith(("?", "؟", "？", ":", "：")) or _CUT_OFF.search(text):
        factor *= 0.2
    return factor * _long_enough(length_in_words(text))


def _long_enough(length: int) -> float:
    """A factor by words: hardly a sentence, thin, or hard to read."""
    factor = 0.2 if length < SHORTEST else 1.0
    return factor * (0.6 if length < _SHORT or length > _LONGEST else 1.0)


def _apart(text: str, *, listed: bool, known: Collection[str]) -> float:
    """What it loses without the sentence before it."""
    plain = outside_quotes(text)
    leans = _LEANING.search(text) or _THIS.search(plain) or _QUOTED_PRONOUN.search(text)
    factor = 0.35 if leans or _pronoun_dangles(text, known) else 1.0
    factor *= 0.5 if _DANGLES.search(plain) else 1.0
    if listed:
        return factor * 0.4
    if _UNNAMED.search(text):  # "The official said": which one
        return factor * 0.6
    return factor * (0.8 if _DEFINITE.search(text) else 1.0)  # "The leaders briefly met": who was said before


def _form(text: str) -> float:
    """What the punctuation tells: quoted words without a speaker, questions, half sentences."""
    factor = 1.0
    if quoted_share(text) > _MOSTLY_QUOTED:
        factor *= 0.7 if is_attributed(text) else 0.3
    if text.rstrip("”\"' ").endswith(("?", ":")) or _CUT_OFF.search(text):
        factor *= 0.2
    return factor


def _weight(text: str, known: Collection[str]) -> float:
    """What the length tells: too thin to say something, or hard to read."""
    length = length_in_words(text)
    factor = 0.2 if length < SHORTEST else 1.0
    if length < _SHORT:
        factor *= 0.6
    if len(content_stems(text)) < _TELLING and not _names_before(text, len(text), known):
        factor *= 0.5  # "The situation is a lot worse": true of anything
    return factor * (0.6 if length > _LONGEST else 1.0)


def _pronoun_dangles(text: str, known: Collection[str]) -> bool:
    """Such as "Asked about it, she said …": nobody has been named whom the pronoun could mean."""
    plain = outside_quotes(text)
    said = _SAID_SOMEBODY.search(plain)
    pronoun = said or (_SUBJECT_PRONOUN.search(plain) if _FRONTED.search(text) else None)
    return pronoun is not None and not _names_before(_PLACE.sub(_blank, text), pronoun.start(), known)


def _blank(match: re.Match[str]) -> str:
    return "-" * len(match.group())


def _names_before(text: str, place: int, known: Collection[str]) -> bool:
    first = next(iter(words(text)), None)
    opens = first is not None and first.start < place and fold_token(first.text) in known
    return opens or any(name.start < place for name in proper_names(text))
