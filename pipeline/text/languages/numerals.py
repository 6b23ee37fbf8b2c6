"""Figures as other languages write them: "1.234,56", "3,5 млн", "trois cents", "١٢٣", "一百二十", "3.5万".

Only what a check needs: the value, what is counted, and whether it is meant as "about" or "more than".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple

from pipeline.text.languages.calendar import days
from pipeline.text.languages.language import Language, Numerals, alternatives
from pipeline.text.languages.scripts import UNSPACED
from pipeline.text.languages.stems import is_content, stem_in


class Number(NamedTuple):
    """A number where it stands. ``unit`` is the stem of what is counted, or "%" and its like; None if nothing is.

    ``comparator`` is "exact" or one of the language's `Comparators`.
    """

    start: int
    end: int
    value: float
    unit: str | None
    comparator: str


_SIGNS: Final = re.compile(r"\s?(?P<sign>[%٪‰€$£¥₽])")
_SIGN_BEFORE: Final = re.compile(r"(?P<sign>[€$£¥₽])\s?$")
_PERCENT: Final = re.compile(
    r"\s?(?:prozent\w*|pour\s?cent|por\s?ciento|процент\w*|в\s?процент\w*|بالمئة|بالمائة|في\s?المئة|في\s?المائة)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3])(?::|\s?h\s?|(?=[.]\d\d\s?Uhr)[.])(?P<minute>[0-5]\d)(?![\d:])"
)
_FOLLOWING: Final = re.compile(r"[\s\u00a0\u202f'’-]*(?P<word>[^\W\d_]+)")
_WORDS_ON: Final = 3
"""Words behind a number among which what it counts is looked for."""
_REACH: Final = 40

_HAN_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES: Final = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
_HAN_NUMBER: Final = re.compile(
    r"(?P<digits>[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+|,[0-9]{1,2}(?![0-9]))?)\s?(?P<scale>[十百千]?[万萬]?[亿億]?)"
    r"|(?P<share>(?:百|千)分之)?(?P<han>[一二两兩三四五六七八九十][零〇一二两兩三四五六七八九十百千万萬亿億]*)"
)
_HAN_MEASURE: Final = (
    "名|人|位|个|個|艘|辆|輛|架|枚|次|起|岁|歲|年|天|周|週|小时|小時|分钟|分鐘|公里|米|吨|噸|元|美元|欧元|歐元|"
    "户|戶|家|所|座|栋|棟|件|份|处|處|条|條|项|項|国|國|票|度|倍|场|場|届|屆|层|層"
)
_HAN_UNIT: Final = re.compile(rf"\s?(?:多|余|餘|来)?(?P<unit>{_HAN_MEASURE}|[{UNSPACED}]{{1,2}})")
_HAN_COUNTED: Final = re.compile(rf"(?:多|余|餘)?(?:{_HAN_MEASURE})")
_NO_NUMBERS: Final = frozenset({"一", "十分", "一些", "一般", "一样", "一起", "一直", "一定"})


@lru_cache(maxsize=8192)
def numbers(text: str, language: Language) -> tuple[Number, ...]:
    """The numbers of a text; days, years and times of day are none.

    >>> from pipeline.text.languages.known import KNOWN
    >>> [(n.value, n.unit) for n in numbers("Rund 1.234,5 Millionen Euro und drei Boote", KNOWN["de"])]
    [(1234500000.0, 'euro'), (3.0, 'boot')]
    >>> [(n.value, n.unit) for n in numbers("一百二十名乘客，损失3.5万元", KNOWN["zh"])]
    [(120.0, '名'), (35000.0, '元')]
    """
    taken = {index for day in days(text, language) for index in range(day.start, day.end)}
    taken |= {index for clock in clocks(text) for index in range(clock.start, clock.end)}
    found = (_written if language.spaced else _chinese)(text, language)
    return tuple(n for n in found if taken.isdisjoint(range(n.start, n.end)))


def clocks(text: str) -> list[Number]:
    """Times of day, as minutes from midnight.

    >>> [c.value for c in clocks("um 14:30 Uhr, à 9 h 05")]
    [870.0, 545.0]
    """
    return [
        Number(m.start(), m.end(), 60.0 * int(m["hour"]) + int(m["minute"]), "clock", "exact")
        for m in _CLOCK.finditer(text)
    ]


# --- languages with spaces


def _written(text: str, language: Language) -> Iterator[Number]:
    for match in _pattern(language).finditer(text):
        value = _value(match, language.numerals)
        if value is not None:
            unit, end = _unit(text, match.start(), match.end(), language)
            yield Number(match.start(), end, value, unit, _comparator(text, match.start(), language))


@lru_cache(maxsize=64)
def _pattern(language: Language) -> re.Pattern[str]:
    """Digits with an optional scale, or words; in some languages a particle may be written with them."""
    how = language.numerals
    group, point = re.escape(how.grouping), re.escape(how.decimal)
    grouped = rf"\d{{1,3}}(?:[{group}]\d{{3}})+(?!\d)|" if how.grouping else ""
    digits = rf"(?<![\w.,])(?P<digits>(?:{grouped}\d+)(?:[{point}]\d+|\.\d{{1,2}}(?!\d))?)(?![^\W\d_])"
    scales = rf"(?:{alternatives(how.scales)})"
    twice = rf"{scales}(?:\s+{scales})?"  # "3 mil millones"
    scale = rf"(?:[\s\u00a0\u202f]*(?P<scale>{twice})(?!\w)\.?)?" if how.scales else "(?P<scale>)?"
    known = {**how.small, **how.hundreds, **how.scales}
    if not known:
        return re.compile(digits + scale)
    compound = "".join(rf"|[^\W\d_]+{part}[^\W\d_]*" for part in how.compounds)
    word = rf"(?:{alternatives(known)}{compound})"
    joint = rf"(?:{'|'.join(how.joints)})" if how.joints else "(?!)"
    prefix = f"[{how.prefix}]?" if how.prefix else ""
    inner = f"{how.conjunction}?" if how.conjunction else ""
    spelled = (
        rf"(?<!\w){prefix}(?P<spelled>{word}(?:(?:[\s\u00a0-]+{joint}[\s\u00a0-]+|[\s\u00a0-]+){inner}{word})*)(?!\w)"
    )
    return re.compile(rf"{digits}{scale}|{spelled}", re.IGNORECASE)


def _value(match: re.Match[str], how: Numerals) -> float | None:
    if match["digits"] is not None:
        scales = (how.scales.get(word, 1.0) for word in (match["scale"] or "").lower().split())
        return _plain(match["digits"], how) * prod(scales)
    spelled = match.groupdict().get("spelled")
    return _spelled(spelled.lower(), how) if spelled else None


def _plain(digits: str, how: Numerals) -> float:
    """The value of digits with separators; of a mark that could be either, three digits behind it are a group."""
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in digits)
    text = re.sub(rf"[{re.escape(how.grouping)}](?=\d{{3}}(?!\d))", "", text) if how.grouping else text
    whole, *rest = re.split(r"[^\d]", text)
    return float(f"{whole}.{''.join(rest)}" if rest else whole)


def _spelled(spelled: str, how: Numerals) -> float | None:
    """The value of words that stand together: what adds up adds up, what multiplies closes what stands before it."""
    merged = {joined: value for joined, value in how.small.items() if "-" in joined}
    for joined in sorted(merged, key=len, reverse=True):
        spelled = spelled.replace(joined, joined.replace("-", "_"))
    tokens = [t.replace("_", "-") for t in re.split(r"[\s\u00a0-]+", spelled) if t not in how.joints]
    if len(tokens) == 1 and tokens[0] in how.articles:
        return None
    total, current, seen = 0.0, 0.0, False
    for token in tokens:
        value = _token(token, how)
        if value is None:
            return None
        kind, amount = value
        if kind == "scale":
            if not seen and token not in how.alone:
                return None
            if 0 < total < amount:  # "mil millones"
                total, current = (total + current) * amount, 0.0
            else:
                total, current = total + (current or 1.0) * amount, 0.0
        elif kind == "hundred":
            current = (current or 1.0) * amount
        else:
            current += amount
        seen = True
    return total + current


def _token(token: str, how: Numerals) -> tuple[str, float] | None:
    """What a word of a number is, and its value; German writes "dreitausendzweihundert" as one."""
    for word in (token, token[1:] if how.prefix and token[:1] in how.prefix else token):
        if word in how.scales:
            return "scale", how.scales[word]
        if word in how.hundreds:
            return "hundred", how.hundreds[word]
        if word in how.small:
            return "small", how.small[word]
    for part in how.compounds:
        head, found, tail = token.partition(part)
        first = how.small.get({"ein": "eins"}.get(head, head))
        rest = how.small.get(tail.removeprefix("und")) if tail else 0.0
        if found and first is not None and rest is not None:
            return "small", first * how.scales[part] + rest
    return None


def _unit(text: str, start: int, end: int, language: Language) -> tuple[str | None, int]:
    """What is counted, and where the number ends with its sign."""
    before = _SIGN_BEFORE.search(text[max(0, start - 2) : start])
    if before:
        return before["sign"], end
    if sign := _SIGNS.match(text, end):
        return ("%" if sign["sign"] == "٪" else sign["sign"]), sign.end()
    if percent := _PERCENT.match(text, end):
        return "%", percent.end()
    return _noun(text, end, language), end


def _noun(text: str, at: int, language: Language) -> str | None:
    """The stem of the noun behind a number, which in German has a capital; elsewhere the next content word."""
    words: list[str] = []
    while len(words) < _WORDS_ON and (match := _FOLLOWING.match(text, at)):
        words.append(match["word"])
        at = match.end()
    content = [w for w in words if is_content(w, language) and w.lower() not in language.not_units]
    if language.capital_nouns:
        content = [w for w in content if w[0].isupper()]
    return stem_in(content[0], language) if content else None


@lru_cache(maxsize=64)
def _comparator_patterns(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    closing = r"\s+(?:den|der|die|das|les|des|los|las|el)?\s*$" if language.spaced else r"\s?(?:有)?\s?$"
    prefix = f"[{language.numerals.prefix}]?" if language.numerals.prefix else ""
    opening = rf"(?<!\w){prefix}" if language.spaced else ""
    return tuple(
        (kind, re.compile(rf"{opening}(?:{phrases}){closing}", re.IGNORECASE))
        for kind, phrases in language.comparators.items()
    )


def _comparator(text: str, start: int, language: Language) -> str:
    """The kind of the longest phrase right before the number."""
    before = text[max(0, start - _REACH) : start].rstrip("€$£¥₽") if start else ""
    found = [
        (match.start(), kind) for kind, pattern in _comparator_patterns(language) if (match := pattern.search(before))
    ]
    return min(found)[1] if found else "exact"


# --- Chinese


def _chinese(text: str, language: Language) -> Iterator[Number]:
    for match in _HAN_NUMBER.finditer(text):
        value = _han_digits(match) if match["digits"] else _han_words(text, match)
        if value is None:
            continue
        sign = _SIGNS.match(text, match.end())
        unit = _HAN_UNIT.match(text, match.end())
        shown = "%" if match["share"] else sign["sign"] if sign else unit["unit"] if unit else None
        yield Number(match.start(), match.end(), value, shown, _comparator(text, match.start(), language))


def _han_digits(match: re.Match[str]) -> float:
    plain = unicodedata.normalize("NFKC", match["digits"])
    return float(re.sub(r",(?=\d{3})", "", plain).replace(",", ".")) * _product(match["scale"])


def _product(scale: str) -> float:
    product = 1.0
    for character in scale:
        product *= {**_HAN_TENS, **_HAN_SCALES}[character]
    return product


def _han_words(text: str, match: re.Match[str]) -> float | None:
    """The value of a number in characters; one character alone counts only before a measure word ("两名")."""
    written, behind = match["han"], text[match.end() : match.end() + 2]
    counted = bool(_HAN_COUNTED.match(behind)) or bool(match["share"])
    if written + behind[:1] in _NO_NUMBERS or (len(written) == 1 and (written == "一" or not counted)):
        return None
    return han_value(written) if counted or len(written) > 1 else None


def han_value(written: str) -> float | None:
    """The value of a number in characters: by place ("一百二十"), or digit by digit ("二〇二二").

    >>> han_value("一百二十"), han_value("三万五千"), han_value("二〇二二"), han_value("十二")
    (120.0, 35000.0, 2022.0, 12.0)
    """
    if len(written) > 1 and all(c in _HAN_DIGITS for c in written):
        return float("".join(str(_HAN_DIGITS[c]) for c in written))
    total = section = digit = 0.0
    for character in written:
        if character in _HAN_DIGITS:
            digit = float(_HAN_DIGITS[character])
        elif character in _HAN_TENS:
            section, digit = section + (digit or 1.0) * _HAN_TENS[character], 0.0
        else:
            total, section, digit = (total + section + digit) * _HAN_SCALES[character], 0.0, 0.0
    return total + section + digit
