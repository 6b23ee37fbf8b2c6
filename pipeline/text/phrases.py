"""A sentence cut into phrases by the form of its words: noun phrases, verbs, prepositions, and what stands between.

No dictionary and no model: closed-class words, endings and capitals. What cannot be told by them is a noun phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.names import fold_token, proper_names
from pipeline.text.terms import form_of
from pipeline.text.verbs import is_irregular_past
from pipeline.text.words import Word, is_function_word, stem, words

Kind = Literal["noun", "verb", "preposition", "and", "clause", "comma", "break"]

_DETERMINERS: Final = frozenset(
    "a an the this these those its his her their our my your some any no each every another both all several".split()
)
_PREPOSITIONS: Final = frozenset(
    """in on at of to from with by for against over under into between through near off via during about around amid
    toward towards onto aboard across within without outside inside among behind beyond despite above below""".split()
)
_CLAUSES: Final = frozenset(
    """that which who whom whose when while because if unless whether although though as where after before since until
    than how why what so""".split()
)
_PRONOUNS: Final = frozenset(
    "he she it they him them we us i you himself herself itself themselves one others there nobody".split()
)
_BE: Final = frozenset("be is are was were been being am isn't aren't wasn't weren't".split())
_HELPING: Final = _BE | frozenset(
    """has have had do does did will would shall should can could may might must hasn't haven't hadn't don't doesn't
    didn't won't wouldn't can't cannot couldn't shouldn't ought""".split()
)
_ADVERBS: Final = frozenset(
    "not also never still already again now then soon later earlier once twice even just only yet so far here "
    "today yesterday tomorrow"
    " morning afternoon evening night overnight".split()
)
_UNCHANGED: Final = frozenset("beat hit cut put set shut hurt cost bid split quit let cast spread ran led".split())
_NOUN: Final = re.compile(
    r"(?:m[ea]n|people|children|feet|death|dead|dealt?|injur(?:y|ies)|spokes\w+|rescuers?|survivors?|\w+ions?|[a-z]{3}al"
    r"|\w+ments?|defen[cs]e|responses?|complaints?|hundred|weed|seed|bed|shed|deed|hurts)$"
)
_PRESENT: Final = frozenset(
    stem(word)
    for word in """say claim deny want plan accuse urge call warn insist allege demand tell ask own run lead hold expect
    hope seek support oppose face need intend aim believe argue blame reject accept refuse describe report put stand
    owe employ make
    sell build operate control include cover represent chair head threaten promise offer propose call maintain know
    remain sue back fear doubt regard see think find keep give take get become agree suggest show""".split()
)
"""Verbs that are taken for one in the present tense: "accuses", "says"."""
_HONORIFICS: Final = frozenset("Mr Mrs Ms Dr Capt".split())
_SOME_TIME: Final = re.compile(
    r"\b(?:last|next|this|that|past|the (?:previous|following)|earlier this)\s+"
    r"(?:week|month|year|summer|winter|spring|autumn|night|weekend|morning|evening|afternoon|time)\b",
    re.IGNORECASE,
)
"""Dates that only the day of writing settles."""
_SHORTEST: Final = 4
_DATE: Final = "<date>"
_PLURAL: Final = re.compile(r"[^su]s$")
"""No verb's infinitive ends so, but "pass" and "focus" do."""


class Unit(NamedTuple):
    """A word, or a name of several words: its tokens as names are compared and its stems as words are."""

    tokens: frozenset[str]
    stems: frozenset[str]
    name: bool
    text: str


class Phrase(NamedTuple):
    """A phrase of a sentence with its place.

    A noun phrase has ``units``, the last of which is its head, and perhaps an ``owner`` ("Tarn's ferry"); a verb has
    its
    ``stem``, and is ``passive`` where it has the form. ``infinitive``: it begins with "to". ``pronoun``: a noun
    phrase that only refers.
    """

    kind: Kind
    start: int
    end: int
    word: str
    stem: str = ""
    units: tuple[Unit, ...] = ()
    owner: tuple[Unit, ...] = ()
    passive: bool = False
    pronoun: bool = False
    infinitive: bool = False


class _Token(NamedTuple):
    """A word or a name with what stands before it."""

    text: str
    start: int
    end: int
    name: bool
    gap: str


@lru_cache(maxsize=8192)
def phrases(text: str) -> tuple[Phrase, ...]:
    """The phrases of a text in order; dates and times of day are left out.

    >>> [p.kind for p in phrases("The ferry was hit by a tug.")], phrases("He said the ferry sank.")[-1].stem
    (['noun', 'verb', 'preposition', 'noun'], 'sink')
    """
    tokens = list(_tokens(text))
    found: list[Phrase] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.text == _DATE:
            if found and found[-1].kind == "preposition":
                found.pop()
            index += 1
            continue
        found += _breaks(token)
        size, phrase = _phrase(text, tokens, index, found)
        if phrase is not None:
            found.append(phrase)
        index += size
    return tuple(found)


def _tokens(text: str) -> Iterator[_Token]:
    """The words outside dates, each name as one."""
    dated = {i for m in calendar_mentions(text) for i in range(m.start, m.end)}
    dated |= {i for m in _SOME_TIME.finditer(text) for i in range(m.start(), m.end())}
    dated |= {i for t in clock_times(text) for i in range(t.start, t.end)}
    names = {i: name for name in proper_names(text) for i in range(name.start, name.end)}
    end = 0
    for word in words(text):
        if word.start < end:
            continue
        if word.text in _HONORIFICS:
            end = word.end + text.startswith(".", word.end)
            continue
        if word.start in dated:
            yield _Token(_DATE, word.start, word.end, name=False, gap=text[end : word.start])
            end = word.end
            continue
        name = names.get(word.start)
        start, stop = (word.start, name.end) if name else (word.start, word.end)
        yield _Token(text[start:stop], start, stop, name is not None, text[end:start])
        end = stop


def _breaks(token: _Token) -> Iterator[Phrase]:
    if re.search(r"[;:()“”\"–—?!]|\.\s|\n", token.gap):
        yield Phrase("break", token.start, token.start, "")
    elif "," in token.gap:
        yield Phrase("comma", token.start, token.start, ",")


def _phrase(  # noqa: PLR0911  one way out for each kind of phrase
    text: str, tokens: Sequence[_Token], index: int, before: Sequence[Phrase]
) -> tuple[int, Phrase | None]:
    """The phrase that begins at a token, and how many tokens it takes."""
    token = tokens[index]
    lowered = token.text.lower()
    if not token.name:
        if lowered in {"and", "or", "but", "nor"}:
            return 1, Phrase("and", token.start, token.end, lowered)
        if lowered in _HELPING or (lowered == "to" and _is_infinitive(tokens, index)):
            size, verb = _verb_group(tokens, index)
            return size, verb
        if lowered == "about" and index + 1 < len(tokens) and tokens[index + 1].text[0].isdigit():
            return 1, None
        if lowered in _PREPOSITIONS:
            return 1, Phrase("preposition", token.start, token.end, lowered)
        if lowered in _CLAUSES:
            return 1, Phrase("clause", token.start, token.end, lowered)
        if lowered in _PRONOUNS and not _follows_closely(tokens, index):
            return 1, Phrase("noun", token.start, token.end, lowered, pronoun=True)
        if lowered in _ADVERBS or (lowered.endswith("ly") and len(lowered) > _SHORTEST and lowered != "family"):
            return 1, None
        if _is_verb(tokens, index, before):
            by = _is_agent_next(tokens, index)
            return 1, Phrase("verb", token.start, token.end, token.text, form_of(token.text), passive=by)
    return _noun_phrase(text, tokens, index)


def _is_agent_next(tokens: Sequence[_Token], index: int) -> bool:
    """Whether "by" follows and somebody after it, not a number: "fell by 18 per cent"."""
    after = tokens[index + 1 : index + 3]
    return (
        len(after) > 1 and after[0].text.lower() == "by" and after[1].text != _DATE and not after[1].text[0].isdigit()
    )


def _is_infinitive(tokens: Sequence[_Token], index: int) -> bool:
    """Whether "to" is followed by a verb: a small word that is no determiner and no plural ("spoke to sailors")."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is None or after.name or not after.text[0].islower() or after.gap.strip():
        return False
    if after.text.endswith("ing") or _PLURAL.search(after.text):
        return False
    return not (is_function_word(after.text) and after.text.lower() not in _HELPING)


def _follows_closely(tokens: Sequence[_Token], index: int) -> bool:
    """Such as "one" or "us" in a name's place; never for a pronoun that stands alone."""
    return tokens[index].text == "US"


def _verb_group(tokens: Sequence[_Token], index: int) -> tuple[int, Phrase | None]:
    """Auxiliaries, adverbs and the verb that they end with: "has not been", "was arrested", "to leave"."""
    first, size = tokens[index], 0
    being = False
    for token in tokens[index:]:
        lowered = token.text.lower()
        if size and token.gap.strip(" '’nt"):
            break
        if lowered in _HELPING or lowered in _ADVERBS or lowered.endswith("ly") or (lowered == "to" and not size):
            being = being or lowered in _BE
            size += 1
            continue
        if token.name or is_function_word(lowered) or lowered in _DETERMINERS or not lowered[0].isalpha():
            break
        past = _looks_past(lowered)
        if being and not (past or lowered.endswith("ing")):
            break
        lemma, passive = form_of(token.text), being and past
        infinitive = first.text.lower() == "to"
        return size + 1, Phrase(
            "verb", first.start, token.end, token.text, lemma, passive=passive, infinitive=infinitive
        )
    return max(size, 1), Phrase("verb", first.start, tokens[index + max(size, 1) - 1].end, first.text, "be")


def _looks_past(word: str) -> bool:
    regular = word.endswith("ed") and len(word) >= _SHORTEST
    return regular or word in _UNCHANGED or (is_irregular_past(word) and not _NOUN.search(word))


def _is_verb(tokens: Sequence[_Token], index: int, before: Sequence[Phrase]) -> bool:
    """A past form that does not stand where an adjective would, or a known verb in the present."""
    token = tokens[index]
    word, previous = token.text, before[-1] if before else None
    if not word[0].islower() or "-" in word or index == 0 or token.gap.startswith(("'", "’")):
        return False
    if _looks_past(word) and not _NOUN.search(word):
        follows_determiner = tokens[index - 1].text.lower() in _DETERMINERS and not token.gap.strip()
        after_preposition = previous is not None and previous.kind == "preposition"
        return not (follows_determiner or after_preposition)
    if word.endswith("ing") and previous is not None and previous.kind == "comma":
        return True
    after = tokens[index + 1].text.lower() if index + 1 < len(tokens) else ""
    plural = index > 0 and tokens[index - 1].text.endswith("s")
    if stem(word) in _PRESENT and plural and previous is not None and (after == "to" or after in _DETERMINERS):
        return True
    if not word.endswith("s") or previous is None or previous.kind != "noun" or after in {"of", "for", "and"}:
        return False
    return stem(word) in _PRESENT or (tokens[index - 1].name and after in _DETERMINERS)


def _noun_phrase(text: str, tokens: Sequence[_Token], index: int) -> tuple[int, Phrase | None]:
    """Words up to the next verb, function word or mark; an owner is kept apart."""
    units: list[Unit] = []
    owner: tuple[Unit, ...] = ()
    size = 0
    for place, token in enumerate(tokens[index:], start=index):
        lowered = token.text.lower()
        owned = size and text[tokens[place - 1].end : token.start].startswith(("'", "’"))
        if size and not owned and (token.gap.strip() or (lowered in _DETERMINERS and not token.name)):
            break
        if size and not token.name and _ends_noun_phrase(tokens, place, units):
            break
        if owned:
            owner, units = tuple(units), []
        size += 1
        if token.name or not (is_function_word(token.text) or lowered in _DETERMINERS or lowered[0].isdigit()):
            units.append(_unit(token))
    last = tokens[index + size - 1]
    if not units:
        return size, None
    return size, Phrase("noun", tokens[index].start, last.end, last.text, units=tuple(units), owner=owner)


def _ends_noun_phrase(tokens: Sequence[_Token], place: int, units: Sequence[Unit]) -> bool:
    lowered = tokens[place].text.lower()
    if lowered in _HELPING | _PREPOSITIONS | _CLAUSES | _PRONOUNS or lowered in {"and", "or", "but", "nor", _DATE}:
        return True
    if lowered in _ADVERBS or lowered.endswith("ly"):
        return bool(units)
    noun = Phrase("noun", 0, 0, "")
    return bool(units) and _is_verb(tokens, place, [noun])


def _unit(token: _Token) -> Unit:
    inside = words(token.text)
    own = [word for word in inside if not is_function_word(word.text)] or inside
    return Unit(
        tokens=frozenset(fold_token(word.text) for word in own),
        stems=frozenset(form_of(word.text) for word in own),
        name=token.name or _is_capital(own),
        text=token.text,
    )


def _is_capital(own: Sequence[Word]) -> bool:
    return all(word.text[0].isupper() for word in own)
