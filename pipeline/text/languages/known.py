"""The languages whose figures, dates and sentences are understood, and the names of those that are only told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pipeline.text.languages.arabic import ARABIC
from pipeline.text.languages.chinese import CHINESE
from pipeline.text.languages.french import FRENCH
from pipeline.text.languages.german import GERMAN
from pipeline.text.languages.language import Language
from pipeline.text.languages.russian import RUSSIAN
from pipeline.text.languages.spanish import SPANISH

ENGLISH: Final = "en"
"""Everything else in `pipeline.text` is about this one."""

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_REGION: Final = 2

KNOWN: Final[Mapping[str, Language]] = {
    language.code: language for language in (GERMAN, FRENCH, SPANISH, RUSSIAN, ARABIC, CHINESE)
}

_NAMES: Final = {
    "en": "English", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "sv": "Swedish", "da": "Danish",
    "no": "Norwegian", "nb": "Norwegian", "nn": "Norwegian", "fi": "Finnish", "pl": "Polish", "cs": "Czech",
    "sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "tr": "Turkish", "id": "Indonesian", "ms": "Malay",
    "vi": "Vietnamese", "ca": "Catalan", "gl": "Galician", "eu": "Basque", "hr": "Croatian", "sl": "Slovene",
    "et": "Estonian", "lv": "Latvian", "lt": "Lithuanian", "uk": "Ukrainian", "be": "Belarusian", "bg": "Bulgarian",
    "sr": "Serbian", "mk": "Macedonian", "kk": "Kazakh", "el": "Greek", "he": "Hebrew", "fa": "Persian", "ur": "Urdu",
    "hi": "Hindi", "mr": "Marathi", "ne": "Nepali", "bn": "Bengali", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "ko": "Korean", "ja": "Japanese", "ka": "Georgian", "hy": "Armenian", "af": "Afrikaans", "sw": "Swahili",
    "tl": "Filipino", "km": "Khmer", "lo": "Lao", "my": "Burmese", "am": "Amharic", "la": "Latin", "ga": "Irish",
    "cy": "Welsh", "is": "Icelandic", "sq": "Albanian", "bs": "Bosnian", "az": "Azerbaijani", "uz": "Uzbek",
    "mn": "Mongolian", "si": "Sinhala", "gu": "Gujarati", "pa": "Punjabi", "kn": "Kannada", "ml": "Malayalam",
    "ku": "Kurdish", "ps": "Pashto", "eo": "Esperanto", "lb": "Luxembourgish", "mt": "Maltese",
}  # fmt: skip
_BY_NAME: Final[Mapping[str, str]] = {name: code for code, name in reversed(_NAMES.items())} | {
    one.name: code for code, one in KNOWN.items()
}


def base(tag: str) -> str:
    """The language of a tag, without region and script.

    >>> base("en-GB"), base("ZH-Hant-TW")
    ('en', 'zh')
    """
    return tag.split("-", maxsplit=1)[0].lower()


def read_as(tag: str | None) -> str:
    """The code of the language by whose rules a text is read: English where nobody told.

    >>> read_as("de-AT"), read_as(None)
    ('de', 'en')
    """
    return base(tag) if tag else ENGLISH


@lru_cache(maxsize=256)
def language_of(tag: str | None) -> Language | None:
    """What is known of a language; None for English, which has modules of its own, and for no language.

    A language of which nothing is known but its code is described by that.

    >>> language_of("de-AT").name, language_of("fi").name, language_of("en-GB"), language_of(None)
    ('German', 'Finnish', None, None)
    """
    code = read_as(tag)
    return None if code == ENGLISH else KNOWN.get(code) or Language(code, language_name(code))


def is_known(language: Language) -> bool:
    """Whether its figures, dates, negations and abbreviations are described here."""
    return language.code in KNOWN


def tag_of(written: str) -> str | None:
    """The tag that somebody gives for a language: a tag in any case, or the language's English name; None for neither.

    >>> tag_of("pt_br"), tag_of("German"), tag_of("zh-hant"), tag_of("all of them")
    ('pt-BR', 'de', 'zh-Hant', None)
    """
    text = written.strip().replace("_", "-")
    if _TAG.fullmatch(text):
        first, *rest = text.split("-")
        return "-".join([first.lower(), *(part.upper() if len(part) == _REGION else part.title() for part in rest)])
    return _BY_NAME.get(text.title())


def language_name(tag: str) -> str:
    """The English name of a language, or its tag in quotation marks.

    >>> language_name("pt-BR"), language_name("qya")
    ('Portuguese', '“qya”')
    """
    return _NAMES.get(base(tag)) or (KNOWN[base(tag)].name if base(tag) in KNOWN else f"“{tag}”")
