"""What the form of one paragraph tells: captions, credits, notices, stamps, and lines that address a reader."""

from __future__ import annotations

import re
from typing import Final, Literal

from pipeline.text.dates import calendar_mentions
from pipeline.text.languages.reading import may_be_english
from pipeline.text.languages.scripts import has_unspaced
from pipeline.text.quotes import outside_quotes
from pipeline.text.sentences import ends_like_a_sentence
from pipeline.text.words import has_past_or_auxiliary, is_function_word, words

Role = Literal[
    "body", "title", "heading", "caption", "credit", "correction", "notice", "repeated", "fragment",
    "reader address", "unrelated",
]  # fmt: skip

PROSE_WORDS: Final = 12
"""A closed line of this many words is taken for prose when the article's vocabulary is collected."""
_LONGEST_NOTE: Final = 1000
"""Characters: no caption, credit or notice is longer, and the patterns for them are not asked about more."""
_SHORTEST_CAPTION, _LONGEST_CAPTION = 7, 24

_CAPTION: Final = re.compile(
    r"\((?:left|right|cent(?:re|er)|top|bottom|[LRC]|l-r|from left)\)"
    r"|\b(?:from left|pictured|file (?:photo|picture|image)|handout)\b"
    r"|(?:^|[.\s|(\[])(?:credits?|photo(?:graph)?|image|picture|illustration|video|graphic|source)s?"
    r"(?: (?:by|credit))?\s*[:/]"
    r"|\|\s*[A-Z][\w ./&-]{1,30}$"
    r"|\b[A-Z][\w.-]+(?: [A-Z][\w.-]+)?\s?/\s?[A-Z][\w.-]+(?: [A-Z][\w.-]+)?[\])]?\.?$"
    r"|^\W*\d{1,3}\s?/\s?\d{1,3}\b|\bcourtesy of\b|\([^()]*\s/\s[^()]*\)\s*$",
    re.IGNORECASE,
)
_CAPTION_STRICT: Final = re.compile(
    r"^\W*\d{1,3}\s?/\s?\d{1,3}\b|\([^()]*\s/\s[^()]*\)\s*$"
    r"|\|\s*[A-Z][\w ./&-]{1,30}$|\b[A-Z][\w.-]+\s?/\s?[A-Z][\w.-]+[\])]?\.?$"
)
_CREDIT: Final = re.compile(
    r"^\W*(?:by|words by|text by|story by)\s+[A-Z][\w.'’-]+(?:\s+(?:and\s+)?[A-Z][\w.'’-]+){0,6}\b(?!.*[.!?]\s)"
    r"|^\W*(?:additional )?(?:reporting|writing|editing|edited|research|photography|photographs?|illustrations?"
    r"|translation|fact-?check(?:ed|ing)|produced|compiled)(?: and \w+)? (?:by|from)\b"
    r"|\bcontributed (?:to|reporting)\b.{0,20}\b(?:report|story|article|reporting)\b"
    r"|^\W*\(?with\b[^.]{0,60}\b(?:inputs?|reports?|agenc(?:y|ies)|contributions?)\b"
    r"|^\W*(?:the )?(?:author|writer|reporter) (?:is|was|can be)\b",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(
    r"©|\bcopyright\s+\d{4}|\(c\)\s*\d{4}|\ball rights reserved\b"
    r"|\bcookies?\b.*\b(?:use|accept|policy|consent|settings|experience)\b|\b(?:use|accept)\w*\b.*\bcookies?\b"
    r"|\bterms (?:of (?:use|service)|and conditions)\b|\bprivacy (?:policy|notice)\b"
    r"|^\W*(?:correction|clarification|editor['’]?s['’]? note|note to readers)\b|\bcreative commons\b"
    r"|\b(?:company|registration) number\b|\bregistered office\b|\bISSN\b|\bviews expressed\b"
    r"|\breproduced (?:without|in)\b|\b(?:comment on|share) this (?:article|story)\b|\binformation only\b"
    r"|\bthis (?:story|article|page|website|web site|post|column) (?:was|is|has|appeared)\b",
    re.IGNORECASE,
)
_CORRECTS: Final = re.compile(
    r"^\W*(?:correction|clarification)s?\b[^:.]{0,40}:\s*(?P<text>\S.*)", re.IGNORECASE | re.DOTALL
)
"""The outlet takes something back."""
_LEAST_CORRECTION: Final = 6
"""Words of it that say something; "Corrections: see page 2" does not."""

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,80}\.\w{2,}|(?:^|\s)@\w{3,}|https?://|\bwww\.", re.IGNORECASE)
_STAMP: Final = re.compile(
    r"^\W*(?:(?:first |last )?(?:published|updated|posted|modified)\b|\d+ (?:min(?:ute)?s?|hours?|days?) (?:ago|read)\b"
    r"|\d{1,2}:\d{2}\b)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_SECOND_PERSON: Final = re.compile(r"\b(?:you|your|yours|you['’]re|you['’]ve|you['’]ll)\b", re.IGNORECASE)
_FIRST_PERSON: Final = re.compile(r"\b(?:our|ours|us|we|we['’]re)\b")
_IMPERATIVE: Final = re.compile(
    r"(?:^|[.!?:|•]\s+|[^\w\s.,;'\"“”‘’()-]\s+)(?:please\s+)?(?:click|tap|subscribe|sign|log"
    r"|register|follow|join|download|share|read|watch|listen|see|view|support|donate|contact|email|write|send|visit|get|try|start|enable|accept|allow|"
    r"manage|skip|scroll|swipe|choose|save|print|comment|become|help|find|discover|explore|browse|check|stay)\b",
    re.IGNORECASE,
)


def formal_role(paragraph: str) -> Role | None:
    """Caption, credit, correction or notice, where the paragraph has the form of one; else None."""
    if len(paragraph) > _LONGEST_NOTE:
        return None
    if corrects(paragraph):
        return "correction"
    unquoted = outside_quotes(paragraph)
    count = len(paragraph.split())
    if count <= 30 and _CREDIT.search(paragraph):  # noqa: PLR2004  a credit is a line, not a story
        return "credit"
    closed = ends_like_a_sentence(paragraph)
    legal = count <= 60 and bool(_NOTICE.search(unquoted))  # noqa: PLR2004  words of a notice
    contact = not (closed and count >= PROSE_WORDS) and bool(_ADDRESS.search(unquoted))
    stamp = (not closed and bool(_STAMP.search(paragraph))) or _is_time_stamp(paragraph)
    if legal or contact or stamp:
        return "notice"
    if count <= 60 and (_CAPTION_STRICT if closed else _CAPTION).search(unquoted):  # noqa: PLR2004  words of a caption
        return "caption"
    return None


def corrects(paragraph: str) -> bool:
    """Whether the paragraph is a correction that says what was wrong or is right: the reader must be told of it.

    >>> corrects("Correction: An earlier version of this article gave the number of dead as 14.")
    True
    >>> corrects("Corrections and clarifications: www.tarn.example/corrections")
    False
    """
    match = _CORRECTS.match(paragraph)
    return match is not None and ends_like_a_sentence(paragraph) and len(match["text"].split()) >= _LEAST_CORRECTION


def describes_a_picture(paragraph: str) -> bool:
    """One short sentence in the plain present ("A fire engine leaves the yard at dawn"): news is told in the past.

    A caption if furniture stands before it; inside the body it may be background ("Tarn lies north of the capital").
    """
    count = len(paragraph.split())
    one = paragraph.endswith(".") and not re.search(r"[.!?:;“”\"‘]", paragraph[:-1])
    short = one and _SHORTEST_CAPTION <= count <= _LONGEST_CAPTION
    return short and may_be_english(paragraph) and not has_past_or_auxiliary(paragraph)


def _is_time_stamp(paragraph: str) -> bool:
    """Nothing but days, times and a word or two ("Updated", "GMT")."""
    mentions = calendar_mentions(paragraph)
    clocks = len(_CLOCK.findall(paragraph))
    if len(mentions) + clocks <= 1:
        return False
    rest = [w for w in words(paragraph) if not any(m.start <= w.start < m.end for m in mentions)]
    long = [w for w in rest if len(w.text) > 2 or has_unspaced(w.text)]  # noqa: PLR2004  shorter words tell nothing
    telling = [w for w in long if w.text.isalpha() and not is_function_word(w.text)]
    return len(telling) < len(mentions) + clocks


def times_addressed(paragraph: str) -> int:
    """How often the paragraph says "you" or tells the reader to do something, outside quotation marks."""
    unquoted = outside_quotes(paragraph)
    return len(_SECOND_PERSON.findall(unquoted)) + len(_IMPERATIVE.findall(unquoted.strip()))


def speaks_to_reader(paragraph: str) -> bool:
    """Addresses a reader, outside quotation marks: "your", or an imperative, with or without "our"."""
    unquoted = outside_quotes(paragraph)
    if _SECOND_PERSON.search(unquoted):
        return True
    imperatives = len(_IMPERATIVE.findall(unquoted.strip()))
    closed = ends_like_a_sentence(paragraph)
    return imperatives > 1 or (imperatives == 1 and (bool(_FIRST_PERSON.search(unquoted)) or not closed))
