"""News agencies as articles credit them: datelines, sign-offs, bylines, notes; and sentences that cite one.

A credit is read by its form, so that an agency nobody listed is found too: a name in brackets behind a place or a day
that opens a paragraph, a name that signs the last line, "With inputs from …", "Reporting by …; editing by …". Where
the form alone is weak (a bare line, "Source: …", "according to …") the name must be on the list below or call itself
an agency. Pictures' credits are no credits of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.text.names import fold_token, initials
from pipeline.text.quotes import outside_quotes
from pipeline.text.words import words

_LISTED: Final = """
Reuters = Thomson Reuters; Associated Press = AP; Agence France-Presse = AFP; Deutsche Presse-Agentur = dpa;
TASS = ITAR-TASS; RIA Novosti = RIA; Interfax; Xinhua; Press Trust of India = PTI; Asian News International = ANI;
Indo-Asian News Service = IANS; United News of India; Kyodo; Jiji Press = Jiji; Yonhap; EFE; ANSA; Anadolu;
PA Media = Press Association; United Press International = UPI; Canadian Press; Australian Associated Press = AAP;
Bloomberg News; IRNA; Saudi Press Agency; Bernama; Antara; Ukrinform; BelTA; Polska Agencja Prasowa; Keystone-SDA;
Austria Presse Agentur; Ritzau; NTB; Agerpres; Tanjug; KCNA; Associated Press of Pakistan; Agenzia Fides
"""
"""Agencies of the world by the names that they sign with; only where the form does not say that one is meant."""
_OWN_WORD: Final = re.compile(
    r"\b(?:(?:news|press)[ -](?:agency|bureau|service|association|trust)|(?:news ?)?wire|agency|agence|agencia|agenzia"
    r"|agentur|associated press)\b",
    re.IGNORECASE,
)
"""A name with such a word is an agency's by its own account."""
_GENERIC: Final = frozenset("news agency newswire service state official staff reporters correspondents desk".split())
_SHORT_NAME: Final = 6
_NAME: Final = r"(?:[A-Z]|dpa\b)[\w.&’'-]*(?:[ ](?:of[ ]|de[ ])?[A-Z][\w.&’'-]*){0,5}(?:\s\([A-Z]{2,6}\))?"
_NAMES: Final = rf"{_NAME}(?:(?:\s?/\s?|,\s|\sand\s){_NAME}){{0,2}}"
_DATELINE: Final = re.compile(
    rf"^\W{{0,3}}(?P<place>[A-Z0-9][^()/“”\"!?\n]{{0,70}}?)?\s*(?:\((?P<name>{_NAMES})\)|/(?P<slashed>{_NAME})/)"
    r"[.:]?(?P<dash>\s*[–—-]+)?\s*(?=$|[A-Z0-9“\"‘'])"
)
_DAY_OR_CAPITALS: Final = re.compile(r"\d|^[A-Z]{2}[A-Z .'’-]+(?:,|$)")
_SIGNED: Final = re.compile(
    rf"(?:^|[.!?”\"’]\s*)(?:[–—]|--?)\s*(?P<dashed>{_NAMES})\W*$"
    rf"|(?:^\W*|[.!?”\"’]\s*)\((?P<bracketed>{_NAMES})\)\W*$"
)
_WITH: Final = re.compile(
    r"\bwith\s+(?:(?:additional|some|further)\s+)?(?:(?:input|report|contribution|material|file|copy|information|text)\w*"
    rf"\s+(?:from|by|of)\s+)?(?:the\s+)?(?P<name>(?-i:{_NAMES}))",
    re.IGNORECASE,
)
_GAVE: Final = re.compile(
    rf"^\W*(?P<name>{_NAMES})\s+(?:also\s+)?contributed\b"
    rf"|\b[Aa]dditional (?:reporting|material) (?:by|from) (?P<more>{_NAMES})"
)
_REPORTED: Final = re.compile(
    r"^\W*(?:writing and )?reporting(?: and writing)? by (?P<who>[^;.()]+)"
    r"(?:.*?\bedit(?:ing|ed) by (?P<editor>[^;.()]+))?",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(
    rf"^\W*(?:source|agency|via|author|byline|by|publisher|©|\(c\)|copyright)\s*[:/]?\s*(?:\d{{4}}\s*)?(?:the\s+)?"
    rf"(?P<name>(?-i:{_NAMES}))",
    re.IGNORECASE,
)
_BARE_SOURCE: Final = re.compile(rf"^\W*(?i:source):\s*(?P<name>{_NAME})\W*$")
_BYLINE: Final = re.compile(r"^\W*(?:by\s+)?(?P<names>[^.!?;:]{2,80}?)\W*$", re.IGNORECASE)
_FIRST: Final = re.compile(
    rf"\b(?:first|originally) (?:published|appeared) (?:by|on|in|at) (?:the\s+)?(?P<name>{_NAME})"
)
_TEXT_REASONS: Final = frozenset(
    {"header", "dateline", "credit", "notice", "fragment", "heading", "reader address", "caption"}
)
"""What a piece was taken out as, where it may speak of the text; of captions only "Source: Agency" does."""
_OPENING: Final = 3
"""So many first lines may carry the dateline of the whole article; a later one is of its paragraph."""
_CLOSING: Final = 3
_LONGEST_NOTE: Final = 25
"""Words: a note on the sources is no longer."""

_SAYS: Final = (
    r"(?:reported|reports|said|says|quoted|quotes|cited|cites|wrote|writes|announced|added|adds|learned|understands)"
)
_CALLED: Final = (
    r"(?:\s+(?:(?:state|official|national)\s+)?(?:news\s+agency|agency|newswire|news\s+wire|wire\s+service))"
)
_BEFORE: Final = (
    r"(?:according to|told|citing|cited by|quoted by|quoting|reported by|seen by|obtained by|as reported by|via"
    r"|(?:interview|comments?|remarks|statement) (?:to|with|for)|reports? (?:by|from|in|of))"
    r"\s+(?:(?:the|an?)\s+)?(?:[A-Z]\w+[’']s?\s+)?(?:state-run\s+|state\s+)?(?:news\s+agency\s+)?"
)
_END: Final = r"(?=\s*(?:[,.;:)–—”\"-]|$)|\s+(?:that|on|in|at|and|as|after|before|late|earlier|by|this|mentioned)\b)"


class Credit(NamedTuple):
    """An agency that an article owes text to: all of it, or, if not ``whole``, some.

    ``span`` is the part of `Article.text` that the credit speaks of; None is the whole article.
    """

    agency: str
    whole: bool
    span: Span | None


@lru_cache(maxsize=4096)
def agency_key(name: str) -> str:
    """One key for the names of one agency.

    >>> agency_key("AFP"), agency_key("the Tarn Wire news agency")
    ('agence francepresse', 'tarn wire')
    """
    tokens = [fold_token(word.text) for word in words(re.sub(r"\s\([A-Z]{2,6}\)$", "", name))]
    tokens = tokens[1:] if tokens[:1] == ["the"] else tokens
    while len(tokens) > 1 and tokens[-1] in _GENERIC and " ".join(tokens) not in _KNOWN:
        tokens.pop()
    key = " ".join(tokens)
    return _KNOWN.get(key, key)


def same_names(keys: Iterable[str]) -> dict[str, str]:
    """Every key with the one to use for it: an acronym is the only longer name that it abbreviates.

    >>> same_names(["tarn wire", "tw"])["tw"]
    'tarn wire'
    """
    found = sorted(set(keys))
    long = [key for key in found if " " in key]
    meant = {key: [name for name in long if initials(name.split()) == key] for key in found}
    return {key: names[0] if len(names) == 1 else key for key, names in meant.items()}


def credits_of(article: Article) -> tuple[Credit, ...]:
    """The agencies that the article credits, for all of it or for a part; each credit once."""
    found = [_Note(name, whole=True) for name in [article.publisher or ""] if _is_agency(name)]
    for removal in article.removed:
        if removal.reason in _TEXT_REASONS:
            found += [note for line in removal.text.splitlines() for note in _notes(line, removal.reason)]
    beside = (Credit(agency_key(note.name), note.whole, None) for note in found)
    return tuple(dict.fromkeys([*beside, *_in_text(article.text)]))


def relays(text: str) -> tuple[str, ...]:
    """The agencies that a passage hands its content to, as keys; the agency in the news for itself is none.

    >>> relays("The talks failed, TASS reported."), relays("The union told Reuters that it would strike.")
    (('tass',), ('reuters',))
    >>> relays("Staff at Reuters went on strike.")
    ()
    """
    unquoted = " ".join(outside_quotes(text).split())
    found = [m["name"] for pattern in (_RELAYED, _SAID) for m in pattern.finditer(unquoted)]
    return tuple(dict.fromkeys(agency_key(name) for name in found))


class _Note(NamedTuple):
    name: str
    whole: bool


def _in_text(text: str) -> Iterator[Credit]:
    """Datelines and sign-offs that stand in the text; short notes at its edges."""
    lines = [m for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    signed = [(line, _split(_first_group(m))) for line in lines if (m := _SIGNED.search(line.group()))]
    for line, names in signed:
        everything = line is lines[-1] and len(signed) == 1
        span = None if everything else Span(start=line.start(), end=line.end())
        yield from (Credit(agency_key(name), len(names) == 1, span) for name in names if _signs(name, line.group()))
    for number, line in enumerate(lines):
        span = None if number < _OPENING else Span(start=line.start(), end=line.end())
        names = _dateline(line.group(), known_to_be=False)
        yield from (Credit(agency_key(name), len(names) == 1, span) for name in names)
    for line in lines[-_CLOSING:]:
        if len(line.group().split()) <= _LONGEST_NOTE:
            notes = _notes(line.group(), "text")
            yield from (Credit(agency_key(note.name), note.whole, None) for note in notes)


def _notes(line: str, reason: str) -> list[_Note]:
    """What one line beside the article says of its sources; ``reason`` is what it was taken out as."""
    if reason == "caption":
        source = _BARE_SOURCE.match(line)
        return [_Note(source["name"], whole=True)] if source and _is_agency(source["name"]) else []
    if reason == "dateline":
        names = _dateline(line, known_to_be=True)
        return [_Note(name, len(names) == 1) for name in names]
    with_ = _WITH.search(line) if reason != "text" or re.match(r"\W*with\b", line, re.IGNORECASE) else None
    part = [_Note(name, whole=False) for name in _split(with_["name"] if with_ else "") if _may_be(name)]
    gave = _GAVE.search(line)
    part += [_Note(name, whole=False) for name in _split(_first_group(gave) if gave else "") if _may_be(name)]
    if part:
        return part
    first = _FIRST.search(line)
    if first:
        return [_Note(first["name"], whole=True)]
    return [*_sign_off(line), *(_byline(line) if reason != "text" else [])]


def _sign_off(line: str) -> list[_Note]:
    """The agency of "Reporting by …; editing by …" if one is named, else the reporters, who work for one."""
    match = _REPORTED.match(line)
    if not match:
        return []
    who = re.split(r"\s+(?:in|at|for)\s+(?=[A-Z])|\s+staff\b", match["who"])[0]
    names = _split(match["who"].replace(" staff", ""))
    agencies = [name for name in [who, *names] if _may_be(name)]
    if agencies:
        return [_Note(agencies[0], whole=True)]
    people = " ".join(sorted(word.text for word in words(who) if word.text != "and"))
    return [_Note(people, whole=True)] if match["editor"] else []


def _byline(line: str) -> list[_Note]:
    """The agencies of "By Jane Doe, Reuters", "Source: TASS", "© Agence …", or of a line that is only a name."""
    source = _SOURCE.match(line)
    names = _split(source["name"]) if source else []
    match = _BYLINE.match(line)
    names += re.split(r"\s*[,|/·()–—]\s*|\s+(?:and|for|of)\s+", match["names"]) if match else []
    agencies = list(dict.fromkeys(agency_key(name) for name in names if _is_agency(name)))
    return [_Note(name, len(agencies) == 1) for name in agencies]


def _dateline(line: str, *, known_to_be: bool) -> list[str]:
    """The names that a dateline gives: "PARIS, 2 May (Agency) —", "(Agency) Paris …", "MOSCOW. /Agency/"."""
    match = _DATELINE.match(line)
    if not match:
        return []
    names, place = _split(match["name"] or match["slashed"]), (match["place"] or "").strip()
    sure = known_to_be or any(map(_is_agency, names)) or not place or bool(_DAY_OR_CAPITALS.search(place))
    is_place = all(w.text[0].isupper() or w.text[0].isdigit() for w in words(place))
    return names if is_place and sure and (match["dash"] or not place or any(map(_is_agency, names))) else []


def _signs(name: str, line: str) -> bool:
    """A line of its own, or the name of an agency behind a sentence."""
    return _is_agency(name) or len(line.split()) <= _SHORT_NAME


def _split(names: str) -> list[str]:
    return [name.strip() for name in re.split(r"\s?/\s?|,\s|\sand\s", names) if name.strip()]


def _first_group(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


def _is_agency(name: str) -> bool:
    """On the list, or an agency by its own account."""
    return agency_key(name) in _KNOWN.values() or bool(_OWN_WORD.search(name) and words(name)[0].text[0].isupper())


def _may_be(name: str) -> bool:
    """An agency, or an acronym where only an agency can stand."""
    return _is_agency(name) or (name.isupper() and name.isalpha() and len(name) <= _SHORT_NAME)


def _read_list() -> dict[str, str]:
    """Folded name to folded first name."""
    known: dict[str, str] = {}
    for entry in _LISTED.split(";"):
        folded = [" ".join(fold_token(w.text) for w in words(name)) for name in entry.split("=")]
        known |= dict.fromkeys(folded, folded[0])
    return known


_KNOWN: Final = _read_list()
_EITHER: Final = "|".join(
    sorted((re.escape(n.strip()) for e in _LISTED.split(";") for n in e.split("=")), key=len, reverse=True)
)
_CITED: Final = rf"(?P<name>(?:{_EITHER})(?:{_CALLED})?|[A-Z]\w+(?:\s[A-Z]\w+){{0,3}}{_CALLED})"
_RELAYED: Final = re.compile(rf"\b(?i:{_BEFORE}){_CITED}{_END}")
_AND_ANOTHER: Final = r"(?:\s+and\s+(?:the\s+)?[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,3})?"
_SAID: Final = re.compile(rf"\b{_CITED}(?={_AND_ANOTHER},?\s+(?:(?:has|had|also|later|earlier)\s+)*{_SAYS}\b)")
