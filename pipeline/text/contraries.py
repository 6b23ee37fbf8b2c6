"""Contraries: of two sentences by different hands, whether they cannot both be right, whoever is named.

"Police said they were not treating the fire as suspicious" is set against "Police are treating the blaze as
suspicious", "the bridge was unsafe" against "the bridge was safe", "sales fell" against "sales rose". Three things
must come together: a *flip*, a word that the one sentence affirms and the other denies, or whose opposite it has; the
*same matter*, most of what the one clause says besides is in the other; and *no way out*: no other time, no other
subject, nothing left open, nothing denied only in part. In doubt two sentences are no contraries.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.text.denied import (
    BEFORE_CLAUSE,
    BEHIND_NOUN,
    COPULA,
    LEFT_OPEN,
    NEAR,
    Denial,
    Reading,
    forms,
    noun_of,
    read,
    subject_of,
    told_words,
)
from pipeline.text.quotes import outside_quotes
from pipeline.text.synonyms import groups_of, may_stand_for, stands_in
from pipeline.text.terms import form_of
from pipeline.text.words import stem, words

_LITTLE: Final = 0.3
"""The share that is enough where both the deed and its object are there."""
_SHARED: Final = 2
_OF_A_TIME: Final = re.compile(
    r"\b(?:yet|previously|earlier|initially|at first|originally|(?:no|any) longer|still|now|any ?more|again|until"
    r"|(?<!at )once|used to|already|later|ago|formerly|anymore|so far|for years|in (?:the )?past|back then)\b"
    r"|\bbefore\b(?! the (?:train|crash|fire|accident|attack|collision))",
    re.IGNORECASE,
)
"""Words that say it was otherwise at another time; one that stands in both sentences is of the same time."""
_DAY: Final = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|august|september|october"
    r"|november|december|(?:19|20)\d\d|yesterday|tomorrow|(?:last|next) (?:week|month|year|night|summer|winter|spring"
    r"|autumn))\b",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(
    r"\b(?:(?:an)?other|first|second|third|fourth|fifth|last|next|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|\d+|some|most|several|many|few|both|only|adults?|child(?:ren)?|m[ae]n|wom[ae]n|boys?|girls?|lower|upper|inner"
    r"|outer|old|new|north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?)\b",
    re.IGNORECASE,
)
"""Words that pick one of several: where each sentence has its own, they tell of different ones."""
_WHERE: Final = re.compile(r"\b(?P<how>in|at|on|from|near|inside|during|outside|through)\s+(?P<noun>[^,.;:]{3,60})")
_MODALS: Final = (
    re.compile(
        r"\b(?:will|won|would|shall|going to|due to|set to|is to|are to|promis\w*|pledg\w*|vow\w*"
        r"|plan(?:s|ned|ning)?|intend\w*|expect\w*)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:should|must|ought|urg\w+|call(?:ed|s|ing)? (?:for|on)|demand\w*|need(?:s|ed)? to)\b", re.IGNORECASE
    ),
)
_NOT: Final = re.compile(r"\b(?:not|no|never|nobody|none|neither|without)\b|n['’]t\b", re.IGNORECASE)
_POSSESSOR: Final = re.compile(r"\b[\w-]+(?:['’]s\b|s['’](?=\s))")


class Contrary(NamedTuple):
    """The word that is turned round, as each of the two sentences has it, and the clause that affirms it."""

    said: str
    other: str
    affirmed: str


class _Vocabulary(NamedTuple):
    """The forms of a heap of sentences, by what `_is_deed` asks of them: their first letter and their groups."""

    by_letter: dict[str, list[str]]
    by_group: dict[int, list[str]]

    @classmethod
    def of(cls, forms: Collection[str]) -> _Vocabulary:
        by_letter: dict[str, list[str]] = {}
        by_group: dict[int, list[str]] = {}
        for form in forms:
            by_letter.setdefault(form[0], []).append(form)
            for group in groups_of(form):
                by_group.setdefault(group, []).append(form)
        return cls(by_letter, by_group)

    def deeds(self, denial: Denial) -> set[str]:
        """The forms that `_is_deed`."""
        near = {form for deed in denial.deed for form in self.by_letter.get(deed[0], ())}
        listed = {f for deed in denial.deed for group in groups_of(deed) for f in self.by_group.get(group, ())}
        return {form for form in near | listed if _is_deed(form, denial)}


def contrary(first: str, second: str) -> Contrary | None:
    """The word in which two sentences contradict each other; None where both can be right.

    >>> contrary("The bridge was not safe, an engineer said.", "The operator says the bridge was safe.")
    Contrary(said='not safe', other='safe', affirmed='the bridge was safe.')
    >>> contrary("The driver was not hurt.", "A cyclist was hurt.")
    """
    one, two = read(first), read(second)
    found = [*_turned_round(one, two), *_turned_round(two, one), *_opposed(one, two), *_opposed(two, one)]
    return found[0] if found else None


def contraries(texts: Sequence[str]) -> Iterator[tuple[int, int, Contrary]]:
    """The pairs of texts that contradict each other, by number, in order.

    Only those are compared of which the one has a word that the other turns round, so that a heap of sentences costs
    little more than to read each.
    """
    readings = [read(text) for text in texts]
    by_form = _index(
        (form, number) for number, r in enumerate(readings) for fact in r.facts for form, _ in told_words(fact)
    )
    by_stem = _index(
        (stem(w), number) for number, r in enumerate(readings) for c in r.clauses for _, w in told_words(c)
    )
    vocabulary = _Vocabulary.of(by_form)
    pairs: set[tuple[int, int]] = set()
    for number, reading in enumerate(readings):
        telling = [by_form[form] for denial in reading.denials for form in vocabulary.deeds(denial)]
        telling += [by_stem[one] for turned in reading.opposites for one in turned.deed & by_stem.keys()]
        pairs.update(
            (min(number, other), max(number, other)) for found in telling for other in found if other != number
        )
    for one, two in sorted(pairs):
        found = contrary(texts[one], texts[two])
        if found:
            yield one, two, found


def _index(held: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = {}
    for key, number in held:
        index.setdefault(key, set()).add(number)
    return index


def _turned_round(denying: Reading, telling: Reading) -> Iterator[Contrary]:
    for denial in denying.denials:
        for fact in telling.facts:
            word = next((w for form, w in told_words(fact) if _is_deed(form, denial)), None)
            if not word or (denial.in_a_word and not _is_said_of(denial.needs, fact, word)):
                continue
            if _same_matter(denial, fact, word) and not _way_out(denial.clause, fact):
                yield Contrary(denial.said, word, fact.strip())


def _is_said_of(nouns: Collection[str], fact: str, told: str) -> bool:
    """Whether the word is said of one of the nouns: armed police have not shot an armed man."""
    of = next((noun_of(fact, word) for word in words(fact) if word.text == told), None)
    return of is not None and stands_in(of, nouns)


def _is_deed(form: str, denial: Denial) -> bool:
    """Whether the form, or one like it or listed with it, is what is denied."""
    if form in denial.deed or denial.in_this_word:
        return form in denial.deed
    groups = groups_of(form)
    return any(groups & groups_of(deed) or (form[0] == deed[0] and may_stand_for(form, deed)) for deed in denial.deed)


def _opposed(one: Reading, two: Reading) -> Iterator[Contrary]:
    for turned in one.opposites:
        for clause in two.clauses if not _NOT.search(turned.clause) else ():
            present = {stem(w): w for _, w in told_words(clause) if w != NEAR}
            found = sorted(turned.deed & present.keys())
            if not found or stem(turned.said) in present or _NOT.search(clause):
                continue
            other = present[found[0]]
            if _two_subjects((turned.clause, turned.said), (clause, other)):
                continue
            if _same_matter(turned, clause, other) and not _way_out(turned.clause, clause):
                yield Contrary(turned.said, other, clause.strip())


def _two_subjects(*told: tuple[str, str]) -> bool:
    """Whether each word has its own subject: who won the final is not who lost it."""
    before = [clause[: clause.index(word)] for clause, word in told]
    subjects = [subject_of(BEFORE_CLAUSE.split(text)[-1]) for text in before]
    if None in subjects or any(COPULA.search(text) for text in before):
        return False
    return not stands_in(subjects[0] or "", {subjects[1] or ""})


# --- whether the two are of one thing


def _same_matter(denial: Denial, told: str, word: str) -> bool:
    """Whether the fact has the subject, the object, and most of what the shorter of the two says besides."""
    there = forms(told)
    if denial.subject and not stands_in(denial.subject, there):
        return False
    if any(not stands_in(form, forms(_POSSESSOR.sub(" ", told))) for form in denial.needs):
        return False
    flipped = {form_of(denial.said), form_of(word), *denial.deed}
    shorter, longer = sorted((forms(denial.clause) - flipped, there - flipped), key=len)
    if denial.of_all and not shorter:
        return True
    shared = sum(stands_in(form, longer) for form in shorter)
    if denial.needs:
        return shared > 0 and shared >= _LITTLE * len(shorter)
    return shared >= max(1, min(_SHARED, len(shorter))) and shared >= denial.share * len(shorter)


def _way_out(one: str, two: str) -> bool:
    """Whether the two may be of another time, of another one, of what is and what is to be, or left open."""
    if LEFT_OPEN.search(outside_quotes(one)) or _marks(_OF_A_TIME, one) != _marks(_OF_A_TIME, two):
        return True
    if any(_marks(m, one) and _marks(m, two) and not _marks(m, one) & _marks(m, two) for m in (_DAY, _ANOTHER)):
        return True
    return any(bool(m.search(one)) != bool(m.search(two)) for m in _MODALS) or _elsewhere(one, two)


def _elsewhere(one: str, two: str) -> bool:
    """Whether both name a place or time by the same preposition, and no word of the one is in the other's."""
    first, second = _places(one), _places(two)
    return any(not any(stands_in(form, second[how]) for form in first[how]) for how in first.keys() & second.keys())


def _places(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for match in _WHERE.finditer(text):
        noun = BEHIND_NOUN.split(match["noun"])[0]
        found[match["how"]] = found.get(match["how"], frozenset()) | forms(noun)
    return found


def _marks(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(m.group().lower() for m in pattern.finditer(text))
