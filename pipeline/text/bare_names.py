"""Names that open a sentence alone: "Smith was sentenced"; a common noun in the singular would have an article there.

A capital says nothing at the start of a sentence; what stands beside it does: "Bridge was closed" is no
English, "Vasquell was closed" is. What stands there without an article all the same is listed or known by its ending:
names of matter and of doings (rain, inflation), institutions that one is in (parliament), adverbs, numbers, plurals.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.text.names import NOT_NAMES, OPENS_ONLY, fold_token, opening_words
from pipeline.text.quantities import quantities
from pipeline.text.synonyms import is_listed
from pipeline.text.terms import form_of
from pipeline.text.words import Word, has_past_or_auxiliary, words

_WITHOUT_ARTICLE: Final = frozenset(
    """police staff management parliament congress people men women children cattle clergy labour labor capital press
    radio television football soccer cricket rugby tennis golf hockey weather spring summer autumn winter school college
    university hospital church court prison jail town home work business trade growth traffic rain snow hail wind fire
    smoke water power gas oil gold silver wheat corn rice bread milk coal ice steel fuel food aid help money cash debt
    tax demand supply output turnover revenue profit income pay health crime war peace law order life death love hope
    fear anger panic chaos music art science research evidence proof access support talk progress mankind mud dust sand
    ash paper wood timber metal glass plastic blood heat cold light darkness noise luck fate history truth interest
    credit mail post cargo freight livestock wildlife wreckage debris rubble dawn dusk noon midnight daylight
    reaction turnout attendance recruitment morale output trust faith time today tonight yesterday tomorrow everyone
    everybody someone somebody anyone anybody everything something anything half most more less enough overnight
    nearby downtown upstairs outside inside later earlier soon then now here there once twice also instead meanwhile
    however indeed perhaps maybe still yet even only again always often seldom never already mum dad mother father
    grandma grandpa radar arson heaven hell nature society humanity democracy welfare technology exercise basketball
    baseball volleyball cancer disease controversy rape murder theft fraud momentum blasphemy vandalism well so too why
    how what which who whose whom when where whether""".split()
)
_COMMON_ENDING: Final = re.compile(
    r"(?:ly|ing|tion|sion|ment|ness|ity|ism|ance|ence|ship|age|ics|ware|work|men|hood|dom|cy|ure|s|ed)$"
)
_ADVERB: Final = re.compile(r"[a-z]+ly|also|then|now|later|never|once|still|already|just|first|again")
_CAPITAL: Final = re.compile(r"[A-Z][a-z-]{2,}")


def bare_names(text: str) -> tuple[Word, ...]:
    """The words that open a sentence, right before a verb in the past or an auxiliary, and can only be names.

    >>> [w.text for w in bare_names("Smith was sentenced on Monday. Bread had become dear. Workers walked out.")]
    ['Smith']
    """
    found = words(text)
    place = {word.start: number for number, word in enumerate(found)}
    return tuple(w for w in opening_words(text) if _may_be_name(w.text) and _before_verb(text, found[place[w.start] :]))


def _may_be_name(word: str) -> bool:
    lowered = word.lower()
    common = lowered in _WITHOUT_ARTICLE or _COMMON_ENDING.search(lowered) or is_listed(form_of(word))
    named = _CAPITAL.fullmatch(word) is not None and fold_token(word) not in NOT_NAMES | OPENS_ONLY
    return named and not common and not quantities(f"{lowered} people")


def _before_verb(text: str, found: list[Word]) -> bool:
    """Whether the verb comes next, or behind one adverb; nothing else stands between."""
    following = found[1:3]
    if following and _ADVERB.fullmatch(following[0].text):
        following = following[1:]
    if not following:
        return False
    verb = following[0]
    between = text[found[0].end : verb.start]
    return verb.text[0].islower() and not set(between) & set(",;:.!?()–—") and has_past_or_auxiliary(verb.text)
