"""Typed corruptions of true sentences, made without the guards' own readers: both must not share a blind spot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

DIGITS: Final = re.compile(r"(?<!^)(?<![\w.,:$-])(?P<n>\d{1,3}(?:,\d{3})*(?:\.\d+)?)(?![\w:]|[.,]\d|-[a-z])")
CARDINALS: Final = "two three four five six seven eight nine ten eleven twelve fifteen sixteen twenty thirty".split()
SPELLED: Final = re.compile(rf"(?<![\w-])({'|'.join(CARDINALS)})(?![\w-])", re.IGNORECASE)
YEAR: Final = re.compile(r"(?<![\d,.-])(?:19|20)\d\d(?![\d-]|,\d)")
WEEKDAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS: Final = "January February March April May June July August September October November December".split()
CALENDAR: Final = re.compile(rf"\b({'|'.join(WEEKDAYS + MONTHS)})\b")
MONTH_DAY: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)}) (\d{{1,2}})\b|\b(\d{{1,2}}) (?:{'|'.join(MONTHS)})\b")
AUXILIARY: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|could|should|must|can)\b(?! (?:not|no|never)\b|n['’]t)"
)
NEGATION: Final = re.compile(r"\b(?:not|never) |\bno (?=[a-z])")
VERBS: Final = r"(?:said|says|told|added|noted|informed|emphasised|answered|confirming|reported|insisted)"
CAPITALISED: Final = re.compile(
    r"(?<=[a-z,;:’\"“] )(?!(?:I|Mr|Mrs|Ms|Dr|Capt|St|The)\b)[A-Z][a-z]{3,}(?: [A-Z][a-z]{2,})*\b"
)
QUOTED: Final = re.compile(r"“([^“”\"]{9,})[”\"]|(?<![\w])\"([^“”\"]{9,})[”\"]")
"""From nine characters: shorter scare quotes have no word whose change is another."""
STRANGERS: Final = ("Karl Brandt", "Oslo", "Mariam Okonjo")


class Mutant(NamedTuple):
    """A sentence made false, with what was done to it."""

    kind: str
    text: str
    change: str


Corruption = Callable[[str], Iterator[Mutant]]


def numbers(text: str) -> Iterator[Mutant]:
    """Each number that is no part of a date, once raised."""
    dated = [m.span() for m in [*MONTH_DAY.finditer(text), *YEAR.finditer(text)]]
    for match in DIGITS.finditer(text):
        if not any(start <= match.start() < end for start, end in dated):
            value = match["n"].replace(",", "")
            raised = f"{float(value) + 1:g}" if "." in value else str(int(value) + 3)
            yield _replaced("number", text, match.span("n"), raised)
    for match in SPELLED.finditer(text):
        index = (CARDINALS.index(match[1].lower()) + 2) % len(CARDINALS)
        yield _replaced("number", text, match.span(1), CARDINALS[index])


def dates(text: str) -> Iterator[Mutant]:
    """Each year, weekday, month and day of a month, moved."""
    for match in YEAR.finditer(text):
        yield _replaced("date", text, match.span(), str(int(match[0]) - 1))
    for match in CALENDAR.finditer(text):
        names = WEEKDAYS if match[1] in WEEKDAYS else MONTHS
        if match[1] != "May" or MONTH_DAY.search(text):
            moved = names[(names.index(match[1]) + 2) % len(names)]
            yield _replaced("date", text, match.span(), moved)
    for match in MONTH_DAY.finditer(text):
        group = 1 if match[1] else 2
        yield _replaced("date", text, match.span(group), str(int(match[group]) % 27 + 1))


def insertions(text: str) -> Iterator[Mutant]:
    """A "not" after each auxiliary outside quotations."""
    for match in AUXILIARY.finditer(text):
        if not _inside_quotation(text, match.start()):
            yield _replaced("negation inserted", text, (match.end(), match.end()), " not")


def removals(text: str) -> Iterator[Mutant]:
    """Each "not", "never" or "no" outside quotations, taken away."""
    for match in NEGATION.finditer(text):
        if not _inside_quotation(text, match.start()):
            yield _replaced("negation removed", text, match.span(), "")


def speakers(text: str, known: list[str], foreign: list[str]) -> Iterator[Mutant]:
    """Each of the ``known`` speakers that stands beside a verb of saying, exchanged for each ``foreign`` one."""
    for name in known:
        escaped = re.escape(name)
        pattern = rf"\b{escaped}\b(?=[^.;“”\"]{{0,60}}?\b{VERBS}\b)|(?<=said ){escaped}\b|(?<=according to ){escaped}\b"
        for match in re.finditer(pattern, text):
            if not _inside_quotation(text, match.start()):
                for other in foreign:
                    yield _replaced("speaker", text, match.span(), other)


def quotations(text: str) -> Iterator[Mutant]:
    """In each quotation: its longest word exchanged; and, in a longer one, a word left out."""
    for match in QUOTED.finditer(text):
        group = 1 if match[1] else 2
        inside = list(re.finditer(r"[A-Za-z]+", match[group]))
        start = match.start(group)
        if not inside:
            continue
        longest = max(inside, key=lambda m: len(m[0]))
        yield _replaced("quotation", text, (start + longest.start(), start + longest.end()), "harvest")
        if len(inside) > 4:  # noqa: PLR2004  of a shorter one nothing can be spared
            middle = inside[len(inside) // 2]
            yield _replaced("quotation", text, (start + middle.start(), start + middle.end() + 1), "")


def names(text: str, article: str, foreign: list[str]) -> Iterator[Mutant]:
    """Each name inside a sentence, exchanged for a stranger's and for one of another article."""
    dated = {*WEEKDAYS, *MONTHS}
    for match in CAPITALISED.finditer(text):
        if match[0].split()[0] in dated:
            continue
        others = [name for name in (*STRANGERS, *foreign) if name not in article]
        for other in others[:1] + others[3:5]:
            yield _replaced("name", text, match.span(), other)


def _inside_quotation(text: str, index: int) -> bool:
    before = text[:index]
    marks = before.count('"') % 2
    return bool(marks) or before.count("“") > before.count("”") + before.count('"')


def _replaced(kind: str, text: str, span: tuple[int, int], new: str) -> Mutant:
    start, end = span
    shown = f"{text[max(0, start - 15) : start]}[{text[start:end]}→{new}]{text[end : end + 15]}"
    return Mutant(kind, f"{text[:start]}{new}{text[end:]}", shown)


def dropped_speakers(text: str) -> Iterator[Mutant]:
    """What somebody is said to have said, without the one who says it."""
    patterns = (
        rf"(?:, (?:according to [^,.“”\"]+|(?:a|the) [^,.“”\"]+ {VERBS}(?: on [^,.“”\"]+)?))(?=\.$)",
        rf"^[A-Z][^,.“”\"]{{3,60}}? {VERBS} (?:that )?(?=[A-Z][a-z]+ )",
    )
    for pattern in patterns:
        match = re.search(pattern, text)
        rest = text[: match.start()] + text[match.end() :] if match else ""
        if match and not re.search(rf"\b{VERBS}\b|according|report|alleged|urged|asked|call", rest):
            yield _replaced("speaker dropped", text, match.span(), "")
