"""What the evidence hands to a speaker stays with that speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.domain.article import Span
from pipeline.domain.claims import Attribution
from pipeline.domain.verdict import Guard
from pipeline.guards.house import is_house_of_speaker
from pipeline.guards.passage import Passage, passage_at, verdict_of
from pipeline.guards.speaking import TITLES, may_speak, same_speaker
from pipeline.text.attribution import attributions, is_attributed, only_gives_figure, unnamed_speaker
from pipeline.text.names import fold_token, is_spelling_variant, proper_names
from pipeline.text.polarity import modality
from pipeline.text.quantities import quantities
from pipeline.text.quotes import outside_quotes, quoted_runs
from pipeline.text.sentences import units_of_text
from pipeline.text.similarity import content_coverage
from pipeline.text.spans import find_words
from pipeline.text.synonyms import stands_in
from pipeline.text.terms import form_of
from pipeline.text.words import content_stems, stem, words

_GUESSED = re.compile(r"\b(?:is|are|was|were) (?:thought|considered|presumed|feared|said)\b", re.IGNORECASE)
"""Besides "is believed" and the like: words that leave open whose guess it is, as the passage does."""


_OPENING = 6
"""Words in which the subject of a sentence stands."""
_PARTICIPLE = re.compile(r"[A-Z][a-z]+(?:ing|ed)\s[^,;:.“”\"]{2,60},\s+(?=[\w])")
_BY = re.compile(r"\bby (?P<agent>(?:[\w.’'-]+ ){0,5}[\w.’'-]+)")
_ALSO_SAID = re.compile(
    r",? (?:(?:and|but) (?:has |had |also )*(?:said|says|added|told|warned|announced|stated)|saying|adding|warning)\b"
)
_TOLD_TO = re.compile(
    r"\W+(?:was|were|is|are|had been|has been|have been)\s+(?:\w+ly\s+|also\s+)?"
    r"(?:told|informed|warned|reminded|advised)\b"
)
_WRITERS = frozenset(map(stem, "columnist correspondent reporter writer author".split()))
"""Whoever wrote the article need not be named in it."""
_DEEDS = re.compile(
    r"\s(?:\w+\s)?(?:warn|answer|inform|describ|den|confirm|acknowledg|threaten|insist|maintain)(?:s|es|ed|ied|ies)\b"
)
_CLAIMING = re.compile(
    r"(?:Claim|Argu|Insist|Stat|Alleg|Contend|Maintain|Warn)ing that\s.*?,\s(?P<who>(?:[\w’'-]+\s){0,4}[A-Z][\w’'-]+)\s"
    r"(?=[a-z]+(?:ed|s)\b)"
)
"""A claim as a participle, and whose it is."""
_WHOSE = re.compile(
    r"(?:[Tt]he(?:\s[a-z-]+){1,4}\s(?:of|at|for)|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|(?:[\w’'-]+\s){0,3}?[\w-]+['’]s?)\s"
)
_HOLDS = re.compile(
    r"(?:,[^,]{2,60},)?\s+(?:(?:also|still|now|is|was|are|were|has|had|[a-z]+ly)\s+)*(?:hop|want|plan|intend|expect|fear"
    r"|believ|consider|aim|vow|pledg|promis|think|insist|maintain)(?:e?s|e?d|ing)?\b"
)
"""Behind a speaker's name: what he has in mind is his word."""
_ACCOUNT = re.compile(
    r"[’']s?\s+(?:own\s+)?(?:account|figures?|count|tally|estimate|version|words?|view|claim|statement|testimony)\b"
    r"|\b(?:account|figure|count|estimate|version|report|claim|tally|statement|testimony)s?,?\s+(?:from|of|by"
    r"|given by)\b"
    r"|\b(?:shows?|showed|indicates?|indicated)\s+that\b"
    r"|\b(?:speaks?|spoke) of\b|\b(?:is|are|was|were) said (?:by|to)\b|\bin the (?:words|view) of\b",
    re.IGNORECASE,
)
"""Other ways to say whose word it is."""
_PUTS = re.compile(
    r"(?:^|[,;] )(?P<who>(?:[Tt]he |[A-Z])[^,;:]{2,60}?) puts? (?=(?:[\w’'-]+ ){0,12}?at (?:about |around |some "
    r"|more than )?[\d$€£])"
)
"""Who puts a number at so many vouches for it. `text.attribution` knows of the number alone, and not whose it is."""
_URGES = re.compile(
    r"(?P<who>[A-Z][^,;:]{2,60}?)\s(?:(?:also|again|repeatedly|has|had|then)\s)*"
    r"(?:called\s(?:on|for|upon)|urged|demanded|appealed\s(?:to|for))\b"
)
"""Who urges something speaks; `text.attribution` leaves that to what is urged."""
_ALLEGES = re.compile(r"\b(?:alleges|claims|charges|contends|asserts|suggests)\b")
"""Enough to see that a passage reports; not for `text.attribution`, where whoever "charges" or "claims" would speak."""
_REPORTS = re.compile(
    r"(?P<who>(?:\b[Tt]he|\b[Aa]n?|\b[A-Z][\w’'-]+)(?:\s+[\w’'-]+){0,4}?),?\s+(?:also\s+)?"
    r"(?:says|said|alleges|alleged|claims|claimed|contends|asserts)\s+(?:that\s+)?(?=[a-zA-Z])"
)
"""Who reports, where a clause follows: what stands in it is that one's word."""
_BESIDE = re.compile(r",?\s+(?:who|which|whose)\b[^,]*$")
"""A clause beside a name, which opens no report: "Ada Penn, who leads the rescue, said"."""
_CLAUSE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would)\b")
"""What is reported, before "said Ada Penn", not who reports."""
_OF_ITS_OWN = re.compile(r",\s+(?:when|where|which|who|whose)\s+(?P<clause>[^,.;“”]{12,120})")
"""A clause that tells something beside what is said."""
_OWN = 0.8
"""Share of the text's words that the part in the article's own voice must hold."""
_ALL_BUT_ONE = 0.9
"""The same of those words alone that the passage has."""
_TAKEN = 4
_AND_ANOTHER_SAID = re.compile(r",? (?:and|but|while|whereas) (?:[\w.’'-]+ ){1,6}(?:said|says|added|told)\b")
_SEMICOLON = re.compile(r";\s")


def speaker_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """A speaker named in ``text`` is one in the evidence; attributed evidence is not told as plain fact."""
    speakers = [who for who in attributions(text) if not _is_told(who.name, text)]
    speakers += [Attribution(name=match["who"], role="official") for match in _PUTS.finditer(outside_quotes(text))]
    strangers = [who for who in speakers if not any(may_speak(_whole_name(who.name, text), p) for p in passages)]
    strangers = [who for who in strangers if not is_house_of_speaker(who.name, passages)]
    if len(strangers) < len(speakers):  # beside one who does speak, "the foremen warned temps" is what is told
        strangers = [who for who in strangers if not any(_acts(who.name, text, passage) for passage in passages)]
    problems = [f"the cited passage does not hand this to “{speaker.name}”" for speaker in strangers]
    problems += _unheard_of(text, passages) or _urged_by_another(text, passages)
    if not problems:
        problems = _lent_words(text, speakers, passages)
    attributed = bool(passages) and all(
        _is_reported(passage.context) and not _is_its_own(text, passage.context) for passage in passages
    )
    if not problems:
        problems = _outer_speaker_lost(text, speakers, passages)
    kept = (
        _is_reported(text)
        or _claims(text, passages)
        or _ACCOUNT.search(text)
        or _GUESSED.search(text)
        or modality(text, attributed=False) == "urged"
    )
    if attributed and not (kept or _told_of_speaker(text, passages) or _in_own_voice(text, passages)):
        problems.append("the cited passage says who says so; this text does not")
    return verdict_of("speaker", problems, applicable=bool(speakers) or attributed, passed="it stays with who said it")


def _claims(text: str, passages: Sequence[Passage]) -> bool:
    """As in "Claiming that …, Ada Penn justified it", where she speaks in a passage."""
    claim = _CLAIMING.match(text)
    who = [name.text for name in proper_names(claim["who"])] if claim else []
    return any(may_speak(name, passage) for name in who[-1:] for passage in passages)


def _whole_name(name: str, text: str) -> str:
    """The speaker as the text has it, with a name that stands beside it: "The union's leader, Ada Penn"."""
    if not _WHOSE.match(name):
        return name
    beside = re.search(re.escape(name) + r",\s(?P<who>[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){1,3})(?=[,.;]|$)", text)
    return beside["who"] if beside else name


def _urged_by_another(text: str, passages: Sequence[Passage]) -> list[str]:
    """Who urges it here neither speaks nor stands in any of the passages, which somebody else speaks."""
    urges = _URGES.match(text)
    who = urges["who"] if urges else ""
    if (
        not who
        or is_attributed(who)
        or any(not attributions(p.context) or may_speak(who, p) or same_speaker(who, p.context) for p in passages)
    ):
        return []
    return [f"the cited passage does not hand this to “{who}”"] if not is_house_of_speaker(who, passages) else []


def _unheard_of(text: str, passages: Sequence[Passage]) -> list[str]:
    """A speaker told by what they are alone, of whose kind the whole cited articles have no word: "critics said"."""
    who = unnamed_speaker(text)
    if who is None:
        return []
    head = stem(words(who.name)[-1].text)
    if head in _WRITERS:
        return []
    told = [_told_in(passage.article.text) for passage in passages]
    heard = any(head in stems or stands_in(form_of(head), forms) for stems, forms in told)
    return [] if heard else [f"the cited article has no word of “{who.name}”"]


@lru_cache(maxsize=64)
def _told_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems and the forms of an article's words; every statement that cites it asks for them."""
    found = words(text)
    return frozenset(stem(word.text) for word in found), frozenset(form_of(word.text) for word in found)


def _is_told(name: str, text: str) -> bool:
    """Somebody to whom it is said, not who says it: "Ada Penn was told"."""
    return _goes_on(name, text, _TOLD_TO)


def _goes_on(name: str, text: str, pattern: re.Pattern[str]) -> bool:
    """The pattern follows the name at once, wherever it stands; to make one pattern of both takes far longer."""
    place = text.find(name)
    while place >= 0:
        if pattern.match(text, place + len(name)):
            return True
        place = text.find(name, place + 1)
    return False


def _is_its_own(text: str, context: str) -> bool:
    """All that the passage hands to anybody is a number, and the text has another: "above the 225 allowed"."""
    figures = {q.value for q in quantities(text)}
    given = [q.value for q in quantities(context) if not q.ordinal]
    return only_gives_figure(context) and bool(figures) and bool(given) and given[0] not in figures


def _is_reported(context: str) -> bool:
    return is_attributed(context) or _ALLEGES.search(outside_quotes(context)) is not None


def _outer_speaker_lost(text: str, speakers: Sequence[Attribution], passages: Sequence[Passage]) -> list[str]:
    """The text keeps a speaker inside the report ("foremen warned") and drops the one who reports it ("the branch").

    That is so where, in every passage, the text's speaker speaks only behind "says that" or inside a quotation.
    """
    if not speakers or _ACCOUNT.search(text):
        return []
    lost = []
    for passage in passages:
        if any(_speaks_alone(who.name, passage.context) for who in speakers):
            return []
        told = outside_quotes(passage.context)
        reported = [match for match in _REPORTS.finditer(told) if not _BESIDE.search(told, 0, match.start())]
        outer = [match["who"] for match in reported if not _CLAUSE.search(match["who"])]
        inside = _REPORTS.sub(" ", outside_quotes(passage.context))
        own = [said.name for said in attributions(passage.context) if said.name not in inside]
        if any(same_speaker(who.name, name) for who in speakers for name in own):
            return []
        named = [
            name
            for name in outer
            if not any(same_speaker(who.name, name) or same_speaker(name, who.name) for who in speakers)
        ]
        if (
            not named
            or len(named) < len(outer)
            or not any(set(content_stems(who.name)[-1:]) & set(content_stems(inside)) for who in speakers)
        ):
            return []
        if any(_same_end(name, text) for name in outer):
            return []
        lost.append(named[0])
    is_lost = bool(lost) and not any(is_house_of_speaker(who.name, passages) for who in speakers)
    return [f"the cited passage has this from “{lost[0].strip()}”; this text does not"] if is_lost else []


def _speaks_alone(name: str, context: str) -> bool:
    """A sentence of the passage has the name for its one speaker: what others say stands in others."""
    said = [attributions(unit.of(context)) for unit in units_of_text(context)]
    return any(len(one) == 1 and same_speaker(name, one[0].name) for one in said)


def _told_of_speaker(text: str, passages: Sequence[Passage]) -> bool:
    """The text is about what a speaker of the passages holds or does: "The coastguard puts it at 241".

    The speaker opens it, or is who it is done by.
    """
    said = [name for passage in passages for name in _speakers_of(passage)]
    opening = _opening(text)
    agents = [match["agent"] for match in _BY.finditer(text)]
    minded = [name.text for name in proper_names(text) if _HOLDS.match(text, name.end)]
    return any(_same_end(name, place) for name in said for place in [opening, *agents, *minded])


def _speakers_of(passage: Passage) -> list[str]:
    """Those that the passage names as speaking; in "X ordered it and said …" the one whom its sentence is about."""
    said = [who.name for who in attributions(passage.context)]
    return said or [name.text for name in proper_names(_opening(passage.context))]


def _opening(text: str) -> str:
    """Where the subject stands: at once, or behind "Asked about it," and "Addressing supporters in Orlin,"."""
    before = _PARTICIPLE.match(text)
    if before:
        return _opening(text[before.end() :])
    found = words(text)[:_OPENING]
    return text[: found[-1].end] if found else ""


def _same_end(name: str, place: str) -> bool:
    """The telling word that ends the name stands there, in some spelling."""
    tokens = [fold_token(w.text) for w in words(name) if stem(w.text) not in TITLES and content_stems(w.text)]
    there = [fold_token(word.text) for word in words(place)]
    return any(is_spelling_variant(token, other) for token in tokens[-1:] for other in there)


def _in_own_voice(text: str, passages: Sequence[Passage]) -> bool:
    """All that the text takes from the passages stands in what the articles tell in their own voice.

    That is what stands before "and said that …", beside what is said (", which he left"), behind a semicolon, or in a
    sentence in which nobody speaks.
    """
    wanted = content_stems(text)
    own = {stem for passage in passages for part in _own_parts(passage.context) for stem in content_stems(part)}
    if own and content_coverage(wanted, own) >= _OWN:
        return True
    told = {stem for passage in passages for stem in content_stems(passage.context)}
    taken = [stem for stem in wanted if stem in told]
    return len(taken) >= _TAKEN and content_coverage(taken, own) >= _ALL_BUT_ONE


def _own_parts(context: str) -> Iterator[str]:
    yield from (context[: match.start()] for match in _ALSO_SAID.finditer(context))
    yield from (match["clause"] for match in _OF_ITS_OWN.finditer(context))
    before = (context[: match.start()] for match in _AND_ANOTHER_SAID.finditer(context))
    yield from (part for part in before if not _is_reported(part))
    for unit in units_of_text(context):
        yield from (part for part in _SEMICOLON.split(unit.of(context)) if not _is_reported(part))


def _lent_words(text: str, speakers: Sequence[Attribution], passages: Sequence[Passage]) -> list[str]:
    """Quotations of which no speaker of the text is a speaker where they stand, in the citation or in its article."""
    named = [who.name for who in speakers if who.role in {"speaker", "official"}] or [who.name for who in speakers]
    runs = [run.of(text).strip() for run in quoted_runs(text)] if named else []
    return [
        f"“{run}” is not handed to “{named[-1]}” where it stands"
        for run in runs
        if (places := _places_of(run, passages))
        and not any(may_speak(name, place) for name in named for place in places)
    ]


def _places_of(run: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that hold the run; where none does, those of their articles that do."""
    held = [p for p in passages if find_words(run, p.context, Span(start=0, end=len(p.context)))]
    if held:
        return held
    articles = {p.article.text: p.article for p in passages}
    whole = [(a, find_words(run, text, Span(start=0, end=len(text)))) for text, a in articles.items()]
    return [passage_at(article, span) for article, span in whole if span is not None]


def _acts(name: str, text: str, passage: Passage) -> bool:
    """Somebody who warns, answers or denies in what is told, as the passage tells it, and does not vouch for it."""
    return _goes_on(name, text, _DEEDS) and same_speaker(name, passage.context)
