"""Words, stems and the function words of English.

A *stem* is a lower-cased Snowball stem, after irregular forms have been brought to their lemma ("met" → "meet"),
so that "met", "meeting" and "meets" are one. A *content* stem is the stem of a word that is no function word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

import snowballstemmer

from pipeline.text.languages.english import FUNCTION_WORDS
from pipeline.text.languages.reading import foreign
from pipeline.text.languages.stems import pieces, stems

_IRREGULAR: Final = {
    form: lemma
    for lemma, forms in {
        "meet": "met", "say": "said", "tell": "told", "speak": "spoke spoken", "hold": "held", "give": "gave given",
        "take": "took taken", "make": "made", "go": "went gone", "come": "came", "see": "saw seen",
        "begin": "began begun", "lead": "led", "leave": "left", "find": "found", "lose": "lost", "win": "won",
        "kill": "killed", "die": "died dead death", "fall": "fell fallen", "rise": "rose risen", "send": "sent",
        "pay": "paid", "keep": "kept", "bring": "brought", "think": "thought", "buy": "bought", "sell": "sold",
        "build": "built", "break": "broke broken", "choose": "chose chosen", "write": "wrote written",
        "drive": "drove driven", "strike": "struck stricken", "shoot": "shot", "flee": "fled", "steal": "stole stolen",
        "withdraw": "withdrew withdrawn withdrawal", "feel": "felt", "seek": "sought", "fight": "fought",
        "catch": "caught", "know": "knew known", "grow": "grew grown", "throw": "threw thrown", "draw": "drew drawn",
        "sink": "sank sunk", "blow": "blew blown", "become": "became", "run": "ran", "sit": "sat", "stand": "stood",
        "understand": "understood", "refuse": "refusal", "arrive": "arrival", "propose": "proposal",
        "approve": "approval", "remove": "removal", "man": "men", "woman": "women", "child": "children",
        "person": "people", "foot": "feet", "injure": "injury injuries", "agree": "agreement", "mean": "meant",
        "hurt": "hurts", "hide": "hid hidden", "rescue": "rescuer rescuers", "bear": "bore borne", "deal": "dealt",
        "decide": "decision decisions", "invade": "invasion invasions", "suspend": "suspension suspensions",
        "expand": "expansion expansions", "explode": "explosion explosions", "collide": "collision collisions",
        "conclude": "conclusion conclusions", "extend": "extension extensions", "admit": "admission admissions",
        "permit": "permission permissions", "respond": "response responses", "defend": "defence defense",
        "spokesperson": "spokesman spokeswoman spokesmen spokeswomen spokespeople spokespersons",
        "complain": "complaint complaints", "survive": "survival survivor survivors",
        "arise": "arose arisen", "awake": "awoke awoken", "bend": "bent", "bleed": "bled", "breed": "bred",
        "cling": "clung", "creep": "crept", "dig": "dug", "drink": "drank drunk", "eat": "ate eaten",
        "forbid": "forbade forbidden", "foresee": "foresaw foreseen", "forget": "forgot forgotten",
        "forgive": "forgave forgiven", "freeze": "froze frozen", "hang": "hung", "kneel": "knelt", "lend": "lent",
        "mislead": "misled", "mistake": "mistook mistaken", "misunderstand": "misunderstood",
        "outdo": "outdid outdone", "overcome": "overcame", "override": "overrode overridden",
        "oversee": "oversaw overseen", "overtake": "overtook overtaken", "overthrow": "overthrew overthrown",
        "prove": "proven", "rebuild": "rebuilt", "repay": "repaid", "rethink": "rethought",
        "retake": "retook retaken", "ride": "rode ridden", "rewrite": "rewrote rewritten",
        "shake": "shook shaken", "shine": "shone", "shrink": "shrank shrunk shrunken",
        "sing": "sang sung", "sleep": "slept", "slide": "slid", "speed": "sped", "spend": "spent",
        "spin": "spun", "strive": "strove striven",
        "swear": "swore sworn", "sweep": "swept", "swell": "swollen", "swim": "swam swum", "swing": "swung",
        "teach": "taught", "tear": "tore torn", "undergo": "underwent undergone", "undertake": "undertook undertaken",
        "undo": "undid undone", "uphold": "upheld", "wear": "wore worn", "weave": "wove woven",
        "weep": "wept", "withhold": "withheld", "withstand": "withstood",
    }.items()
    for form in forms.split()
}  # fmt: skip

_AUXILIARIES: Final = frozenset(
    """is isn't are aren't was wasn't were weren't be been being has hasn't have haven't had hadn't do does did didn't
    will won't would wouldn't can can't could couldn't may might must shall should 's 're 've 'll""".split()
)
_ODD_LETTERS: Final = str.maketrans("ſıİ\u212a", "siik")
_DIGIT: Final = re.compile(r"\d")
_LETTERS: Final = re.compile(r"[a-z]+")
_NUMBER_WORDS: Final = frozenset(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
    dozen first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth""".split()
)
_SHORT_FORM: Final = 3
_WORD: Final = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*", re.UNICODE)
_POSSESSIVE: Final = ("'s", "’s")


class Word(NamedTuple):
    """A word and where it stands: ``text[start:end]`` is the word without a possessive ending."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of ``text`` with their offsets; of scripts without spaces, the pairs of neighbours, which overlap.

    >>> [w.text for w in words("The U.S. and India’s G-20")]
    ['The', 'U.S', 'and', 'India', 'G-20']
    """
    return list(_words(text))


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[Word, ...]:
    """Remembered: every guard asks for the words of the same few passages."""
    found = [
        (match[0][:-2] if match[0].endswith(_POSSESSIVE) else match[0], match.start()) for match in _WORD.finditer(text)
    ]
    if text.isascii():
        return tuple(Word(bare, start, start + len(bare)) for bare, start in found)
    return tuple(Word(part, at, at + len(part)) for bare, start in found for part, at in pieces(bare, start))


def lowered(text: str) -> str:
    """The text in small letters, as patterns that ignore case read it: of four letters Python's are no ASCII ones.

    To look whether a word stands in it at all is much faster than to look for a pattern that begins with that word.
    """
    return text.lower() if text.isascii() else text.translate(_ODD_LETTERS).lower()


@lru_cache(maxsize=4096)
def has_number_word(text: str) -> bool:
    """Whether a digit or the word for a number stands in the text; most sentences need not be read for numbers.

    >>> has_number_word("It sank."), has_number_word("Two sank."), has_number_word("A third sank.")
    (False, True, True)
    """
    return bool(_DIGIT.search(text)) or not _NUMBER_WORDS.isdisjoint(_LETTERS.findall(lowered(text)))


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of one word; dots and hyphens inside it do not count.

    >>> stem("met") == stem("Meeting") == "meet"
    True
    >>> stem("G-20"), stem("U.S")
    ('g20', 'us-')
    """
    if "." in word and word.replace(".", "").isupper():
        return word.replace(".", "").lower() + "-"  # "U.S" is not the pronoun "us"
    if word == "US":
        return "us-"
    lowered = word.lower().replace("-", "").replace(".", "").replace("’", "'")
    return str(_stemmer().stemWord(_IRREGULAR.get(lowered, lowered)))


def has_past_or_auxiliary(text: str) -> bool:
    """Whether a word of the text has the form of a past tense or participle, or is an auxiliary or modal verb.

    >>> has_past_or_auxiliary("Police closed the road."), has_past_or_auxiliary("A man waits by the gate.")
    (True, False)
    """
    forms = (word.text.lower() for word in words(text))
    return any(f in _AUXILIARIES or f in _IRREGULAR or (len(f) > _SHORT_FORM and f.endswith("ed")) for f in forms)


def is_function_word(word: str) -> bool:
    """Whether the word is closed-class. "US" in capitals is a country, "us" is a pronoun."""
    return word not in {"US", "IT", "WHO"} and word.lower() in FUNCTION_WORDS


def content_stems(text: str) -> list[str]:
    """The stems of the content words, in order, with repetitions.

    >>> content_stems("They met on the sidelines of the meeting.")
    ['meet', 'sidelin', 'meet']
    """
    return list(_content(text))


@lru_cache(maxsize=4096)
def _content(text: str) -> tuple[str, ...]:
    language = foreign(text)
    if language is not None:
        return tuple(stems(text, language))
    found = (_content_stem(word.text) for word in _words(text))
    return tuple(stem for stem in found if stem is not None)


@lru_cache(maxsize=65_536)
def _content_stem(word: str) -> str | None:
    return None if is_function_word(word) else stem(word)
