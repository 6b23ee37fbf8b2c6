"""No word of the text is the opposite, or a rival, of the one that the evidence has in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.opposites import clashes
from pipeline.text.synonyms import with_plain_words
from pipeline.text.words import content_stems, stem

_MEASURING: Final = frozenset({"more", "fewer", "less", "higher", "lower", "above", "below", "earlier", "later"})
_COMPARED: Final = re.compile(
    r"(?P<before>.{0,90})\b(?P<number>[\d,.]+)\s+(?:\w+\s+)?(?P<way>more|fewer|less)\b.{0,40}?\bthan\b(?P<after>.{3,70})"
)


_TRADE: Final = {"sell", "buy"}
_SOLD: Final = re.compile(r"\b(?:sold|sells?|selling)\b")
_BOUGHT: Final = re.compile(r"\b(?:bought|buys?|buying|acquired)\b")
_TO: Final = re.compile(r"\bto (?P<who>(?:(?:the|an?) )?(?:[\w’'-]+ ?){1,4})")
_FROM: Final = re.compile(r"\bfrom (?P<who>(?:(?:the|an?) )?(?:[\w’'-]+)(?: [A-Z][\w’'-]+){0,3})")


_NOT_BEFORE: Final = re.compile(
    r"\bonly after\b|\bnot until\b|\b(?:not?|nothing|nobody|never|none)\b[^.;]{0,80}\bbefore\b"
    r"|n['’]t\b[^.;]{0,60}\bbefore\b",
    re.IGNORECASE,
)
"""As in "nothing before", which is "only after"."""


def _turned_comparisons(text: str, context: str) -> Iterator[bool]:
    """Comparisons by the same number whose sides are exchanged: True where the direction is the same, and so wrong.

    As in "the list has 29 fewer than the count" where the count "is 29 more than the list", which is right.
    """
    if "than" not in text or "than" not in context:  # to look for the whole pattern is slow
        return
    for own in _COMPARED.finditer(text):
        for told in _COMPARED.finditer(context):
            base = set(content_stems(told["after"]))
            turned = base & set(content_stems(own["before"])) and not base & set(content_stems(own["after"]))
            if own["number"] == told["number"] and turned:
                yield (own["way"] == "more") == (told["way"] == "more")


def opposite_agrees(text: str) -> bool:
    """Whether the guard has nothing to say of a text that is its own passage: no second comparison, no second sale."""
    return text.count("than") < 2 and not (_SOLD.search(text) and _BOUGHT.search(text))  # noqa: PLR2004  one, another


def _sales(text: str, evidence: Sequence[str]) -> set[bool]:
    """As in "the state sold it to Aldane" for "Aldane bought it from the state": True, and False the other way round.

    Empty where the two do not tell who sold to whom.
    """
    return {
        not (one & other)
        for context in evidence
        for sold, bought in ((text, context), (context, text))
        if _SOLD.search(sold) and _BOUGHT.search(bought)
        for one in _ends(_TO, sold)
        for other in _ends(_FROM, bought)
    }


def _ends(pattern: re.Pattern[str], text: str) -> list[set[str]]:
    """The last words of those whom a text names behind "to" or "from"."""
    return [end for match in pattern.finditer(text) if (end := set(content_stems(match["who"])[-1:]))]


def opposite_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Look for opposites that are said of the same words, turns of phrase put in plain words."""
    if is_own_words(text, passages) and opposite_agrees(text):
        return verdict_of("opposite", [], applicable=False, passed="")
    evidence = [with_plain_words(context) for context in contexts(passages)]
    found = clashes(with_plain_words(text), evidence)
    turned = [same_way for context in evidence for same_way in _turned_comparisons(text, context)]
    if False in turned:
        found = [clash for clash in found if clash.said not in _MEASURING]
    if _NOT_BEFORE.search(text) or any(_NOT_BEFORE.search(context) for context in evidence):
        found = [clash for clash in found if clash.said.lower() not in {"before", "after"}]
    sales = _sales(text, evidence)
    if True in sales:
        found = [clash for clash in found if {stem(clash.said), stem(clash.evidence)} != _TRADE]
    problems = [f"says “{clash.said}”; the cited passage says “{clash.evidence}”" for clash in found]
    problems += ["the cited passage has buyer and seller the other way round"] if sales == {False} else []
    problems += ["the cited passage compares the two the other way round"] if True in turned else []
    return verdict_of("opposite", problems, applicable=bool(problems), passed="")
