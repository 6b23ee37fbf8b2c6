"""The sieve reads off patterns what they cannot do without: no pattern that fits is ever passed over."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.text import cues, instructions
from pipeline.text.cues import Sieve, cues_of
from pipeline.text.instruction_rules import WORDED
from pipeline.text.words import lowered

PATTERNS = (
    r"\b(?:red|blue) cars?\b|\bsh?ip\w+",
    r"(?:^|[.!?:]\s*)(?:please |now ){0,2}(?:stop|go on)\b",
    r"\bto (?:the )?(?:AI|robots?(?:-\w+)?)\b[^.]{0,20}(?:,|$)",
    r"<(?=[|x])[^<>]{1,10}>|\[/?(?:INST|SYS)\]",
    r"(?:忽略|無視)[^。]{0,5}指示|\bvergiss\b",
    r"(?<!\w)ship(?=s)|(?:ab)+c\s?d",
    r"\W{0,3}end\W*$|a\Bb",
    r"kiss|işık|straße",
    r"όλες|вода|ṡea",
)
"""Of each form that rules have."""
AROUND = st.text(st.sampled_from("ab kK\u212aſsıİi .,\n_1-“éσςᲀ"), max_size=6)


@settings(max_examples=400)
@given(data=st.data(), before=AROUND, after=AROUND, upper=st.booleans())
def test_a_pattern_that_fits_is_told(data: st.DataObject, before: str, after: str, upper: bool) -> None:
    """Drawn from the pattern itself, in whatever letters Python takes for the same, with anything around."""
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in PATTERNS]
    number = data.draw(st.integers(0, len(patterns) - 1))
    shown = data.draw(st.from_regex(patterns[number]))
    text = before + (shown.upper() if upper else shown) + after
    fit = {at for at, pattern in enumerate(patterns) if pattern.search(text)}
    assert fit <= set(Sieve(patterns).may_fit(text))


@settings(max_examples=400)
@given(data=st.data(), before=AROUND, after=AROUND)
def test_no_rule_for_instructions_is_passed_over(data: st.DataObject, before: str, after: str) -> None:
    """As above, of the rules in use."""
    rule: re.Pattern[str] = data.draw(st.sampled_from([pattern for _, pattern in WORDED]))
    try:
        shown = data.draw(st.from_regex(rule))
    except (NotImplementedError, ValueError):  # what stands before or behind a match, hypothesis cannot always make
        return
    text = before + shown + after
    fit = {at for at, (_, pattern) in enumerate(WORDED) if pattern.search(text)}
    assert fit <= set(instructions._sieve().may_fit(text))


def test_the_letters_of_the_rules_stand_for_nothing_else() -> None:
    """Of all characters, those that a rule takes for one of its letters are that letter once they are `lowered`."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in sorted({c for _, pattern in WORDED for c in pattern.pattern if c.isalnum()}):
        same = [one for one in re.findall(re.escape(letter), everything, re.IGNORECASE) if not cues._ODD.match(one)]
        assert {lowered(one) for one in same} == {lowered(letter)} or cues._letter(ord(letter)) is None, letter


@pytest.mark.parametrize("pattern", [r"\w+", r"a?", r"[^a]", r".", r"\b\d+\b", r"(?:abc)?"])
def test_a_pattern_without_sure_words_is_always_told(pattern: str) -> None:
    """It may fit anything."""
    compiled = re.compile(pattern)
    assert cues_of(compiled) is None
    assert Sieve([compiled]).may_fit("") == [0]


def test_every_rule_has_cues() -> None:
    """A rule without is looked for in every line: it would cost more than all others together."""
    assert all(cues_of(pattern) for _, pattern in WORDED)
    assert (
        instructions._sieve().may_fit("The ferry sank on Monday with forty people on board, the owner told us.") == []
    )


@pytest.mark.parametrize(
    ("pattern", "words", "parts"),
    [
        (r"\bto (?:the )?robots?\b", "robot robots", ""),
        (r"(?:^|[.!?]\s*)stop\b", "stop", ""),
        (r"\bred\s?car\b", "red redcar", ""),
        (r"\b(?:red|\d+) car\b", "car", ""),
        (r"\b(?:old (?:red|blue) car|new ship)\b", "blue old ship", ""),
        (r"\bcar(?:-\w+)?\b", "car", ""),
        (r"\b[rb]ed\b", "bed red", ""),
        (r"\bred (?:=car)", "red", ""),
        (r"\bred\w*", "", "red"),
        (r"\w*red\b", "", "red"),
        (r"(?:abc)+d", "", "abc"),
        (r"(?:abc)+?d", "", "abc"),
        (r"(?:abc)*red", "", "red"),
        (r"(?i:RED)", "", "red"),
        (r"<(?=x)y>", "", "<y>"),
    ],
)
def test_what_a_pattern_cannot_do_without(pattern: str, words: str, parts: str) -> None:
    """Whole words where nothing can stand beside them, else parts; of what a word can be, every form."""
    found = cues_of(re.compile(pattern)) or []
    assert sorted({word for one in found for word in one.words}) == words.split()
    assert sorted({part for one in found for part in one.parts}) == parts.split()


def test_of_many_patterns_those_are_told_whose_cues_are_there() -> None:
    """By words, by parts and always, in their order; a letter of two meanings tells them all."""
    sieve = Sieve([re.compile(pattern) for pattern in (r"\bships?\b", r"\d+", r"<x>", r"\bred\w*", r"\bship\b")])
    assert sieve.may_fit("A ferry sank.") == [1]
    assert sieve.may_fit("A ship sank.") == [0, 1, 4]
    assert sieve.may_fit("Two SHIPS sank.") == [0, 1]
    assert sieve.may_fit("The redder flag <x>") == [1, 2, 3]
    assert sieve.may_fit("shipyard") == [1]
    assert sieve.may_fit("A \u1c80 ferry") == [0, 1, 2, 3, 4]
