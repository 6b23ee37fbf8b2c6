"""Who says so: speakers and relays named in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

from pipeline.domain.claims import Attribution
from pipeline.text.quotes import outside_quotes
from pipeline.text.words import is_function_word, words

Role = Literal["outlet", "agency", "official", "speaker"]

_VERB_FORMS: Final = (
    r"said|says|saying|told|tells|reported(?!\s+(?:it|them|him|her|this)\s+to)|reports|quoted|added|adds|stated"
    r"|announced(?!\s+(?:its|his|her|their|the|an?)\s+(?:\w+\s+){0,2}?(?:decision|verdict|ruling|results?|plans?)\b)"
    r"|announces|noted|notes|"
    "claimed|claims|confirmed|confirms|denied|denies|insisted|insists|argued|argues|explained|explains|commented|"
    "warned|warns|acknowledged|acknowledges|stressed|stresses|emphasi[sz]ed|emphasi[sz]es|described|declared|declares|"
    r"alleged|alleges|maintain(?:s|ed)(?=\s+that)|mentioned|informed|replied|answered|wrote|writes|testified|revealed|recalled|predicted|asserted|tweeted|posted"
    r"|(?:complain|contend|boast|lament)(?:s|ed)(?=\s+that)|concede[sd](?=\s+that)"
)
_SAY: Final = (
    r"(?<!to )(?<!a )(?<!the )(?<!no )(?<!final )(?<!not )(?<!n[’']t )(?<!would )(?<!will )(?<!could )(?<!can )"
    r"(?<!did )(?<!may )(?<!might )(?<!must )(?<!should )say(?! (?:in|on)\b)"
)
"""Said of several; "a say in it" is none."""
_REPORTING: Final = re.compile(
    rf"\b(?:{_VERB_FORMS}|according to|reportedly|allegedly|believed to|confirming"
    rf"|{_SAY}"
    r"|asserting|asserted|reaffirmed"
    r"|maintains|suggested|accused|puts?\s+(?:[\w’'-]+\s+){0,8}at\s+(?:about\s+|around\s+)?\d[\d,.]*"
    r"|(?:is|are|was|were) (?:understood|believed|reported|alleged))\b",
    re.IGNORECASE,
)
_HEARER: Final = r"(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z]|\s+(?:news|agency|newspaper|television|TV)\b|[,.]|$)"
"""To whom "in remarks to X" passes the word on: an outlet or an agency, not "the gathering of ministers"."""
_ACCORDING: Final = re.compile(
    r"\b(?:according to|as (?:reported|quoted|cited) by|quoted by|cited by|reported by"
    rf"|in (?:comments|remarks) to(?=\s+(?-i:{_HEARER})))\s+"
    r"(?P<np>[^,;:.“”\"]+(?:\.(?=[A-Z]\.)[^,;:.“”\"]*)*)",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    rf"\b(?:{_VERB_FORMS}|{_SAY}|(?<!is )(?<!are )(?<!was )(?<!were )(?<!been )(?:accuse[sd]|blame[sd]))\b"
)
_FIGURE_FOLLOWS: Final = (
    r"\s+(?:(?:about|around|some|only|just|up to|at (?:most|least)|(?:more|fewer|less) than)\s+)?\d"
)
_GIVES: Final = re.compile(
    rf"\b(?:(?:speaks?|spoke|talks?|talked)\s+of|counts?|counted|estimates?|estimated){_FIGURE_FOLLOWS}"
    rf"|\bputs?\s+(?:[^\s,;:.]+\s+){{0,12}}?at{_FIGURE_FOLLOWS}"
    r"|\b(?:called|calls|branded|termed)\s+(?:it|him|her|them|(?:the|this|that|its|his|their)(?:\s+\w+){1,3})\s+(?:an?\s+)?[“\"]"
)
"""Whose figure it is: "the union speaks of 2,300", "police counted 400", "he put the number at 12"."""
_REJECTS: Final = re.compile(
    r"\b(?:reject|den|dismiss|disput|contest|contradict)(?:s|ed|es|y|ies|ied)\s+"
    r"(?:this|that|it|both|(?:the|these|those|all|such)\s+"
    r"(?:claim|charge|allegation|accusation|account|report|suggestion|version|figure)s?)(?=\s*(?:[.,;]|as\b|$))"
)
"""Somebody is against what was just said, and does not say it again: "the company rejects this"."""
_SPOKEN_BY_PRONOUN: Final = re.compile(
    rf"\b(?:he|she)\s+(?:(?:also|later|then|had|has)\s+)*(?:{_VERB_FORMS}|(?:speaks|spoke)\s+of|puts?\b)\b",
    re.IGNORECASE,
)
_AUXILIARIES: Final = re.compile(
    r"(?:\s+(?:also|later|earlier|reportedly|repeatedly|previously|was|were|is|has|had|have|been))+\s*$", re.IGNORECASE
)
_BOUNDARY: Final = re.compile(
    r"[;:“”\"]|[.!?’]\s|\b(?:and|but|that|which|who|as|while|after|when|however)\b", re.IGNORECASE
)
_DASH: Final = re.compile(r"(?<=\s)[—–](?=\s|$)")
"""A dash that parts what is beside a name from it, as a comma does."""
_SUBJECT_REACH: Final = 160
"""Characters before a reporting verb in which its subject is looked for."""
_INVERTED: Final = re.compile(
    rf"[,”\"’'?!]\s*(?:{_VERB_FORMS})\s+(?P<np>(?:(?!\b(?:on|in|at|after|during|when|as|that|here|to|by|while|and)\b)"
    rf"[^,;:“”\"]){{2,90}})"
)
_CLAUSE: Final = re.compile(r"\b(?:had|has|have|was|were|is|are|would|will|could|did|does)\b|\b[A-Z]\w+\s+[a-z]+ed\b")
"""In "X, speaking yesterday, said Y wanted …" no speaker follows the verb, but a clause."""
_TRAILING: Final = re.compile(
    r"\s+(?:on|in|at|after|during|when|that|which|who|to|by|while|as|here|today|late|early|this|last|speaking|present|involved|familiar|still|again)\b.*$",
    re.DOTALL,
)
_LEADING: Final = re.compile(
    r"^(?:and|but|that|as|while|after|when|however|meanwhile|also|then|in|now|later|earlier|today|yesterday|nor|without)\s+",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(
    r"^(?:on|in|at|by|during|since|before|after)\b[^“”\"]*?\s(?=(?:an?|the)\s)|^(?:on|in|by)\s(?:[A-Za-z]+day,?\s)?(?:the\s)?"
    r"(?:\d{1,2}\s)?(?:[A-Z][a-z]+\s)?(?:\d{1,2},?\s)?(?:(?:19|20)\d\d,?\s)?(?=[A-Z])",
    re.IGNORECASE,
)
"""A time or place that opens the sentence before the speaker: "On 2 March a spokesperson"."""
_PRONOUNS: Final = frozenset("he she they it we i who which this that these those there the".split())
_DETERMINERS: Final = frozenset("a an the one two three several some his her its their our".split())
_BARE_ROLE: Final = re.compile(
    r"(?:[a-z-]+ ){0,2}(?:police|officials?|authorities|rescuers?|witnesses|prosecutors|investigators|firefighters"
    r"|doctors|organisers|organizers|lawyers|residents|survivors|relatives|analysts|experts|diplomats|sources"
    r"|spokes(?:men|women|people)|ministers|campaigners|scientists|researchers|engineers|workers|unions?|media|reports)"
)
"""Speakers whom news names without an article: "police said", "rescue officials said"."""
_ROLE_AND_NAME: Final = re.compile(r"(?:[a-z][\w’'-]* ){1,4}[A-Z][\w.’'-]*(?: (?:[a-z]{2,3} )?[A-Z][\w.’'-]*){1,3}")
"""News names a role without an article, too: "finance director Oskar Penhalt"."""
_PERSON: Final = re.compile(r"\s*[A-Z][\w.’'-]*(?: (?:[a-z]{2,3} )?[A-Z][\w.’'-]*){1,3}\s?")
_APPOSED: Final = re.compile(r",\s(?P<who>[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){1,3})(?=[,.]|$)")
_OPENING_PERSON: Final = re.compile(
    r"(?P<who>(?:[A-Z][\w’'-]* )?(?:[a-z-]+ ){0,4}[A-Z][\w’'-]+(?: (?:[a-z]{2,3} )?[A-Z][\w’'-]+){1,2}),?\s"
    r"(?:(?:also|later) )?(?:[a-z]+ed\b|[a-z]+s\b|has|had|who|stood|held|spoke|went|made|gave|took)"
)
_SAYER: Final = (
    r"company|firm|operator|owner|airline|bank|group|club|team|party|union|federation|association|organi[sz]ation|charity"
    r"|church|hospital|school|university|college|committee|commission|board|branch|regulator|campaign|congregation"
    r"|president|chairman|chairwoman|chair|minister|mayor|governor|senator|captain|master|pilot|driver|manager|director"
    r"|chief|head|boss|judge|lawyer|doctor|nurse|teacher|coach|engineer|expert|analyst|researcher|witness|survivor"
    r"|resident|neighbour|neighbor|customer|victim|suspect|defendant|columnist|correspondent|reporter|man|woman|mother"
    r"|father|brother|sister|son|daughter|wife|husband|widow|pope|king|queen|prince|princess|critic|supporter|opponent"
    r"|activist|campaigner|observer|movement|colleague|friend|relative"
)
_UNNAMED: Final = re.compile(
    rf"(?:^|[,;”\"]\s)(?P<np>(?:[Tt]he|[Aa]n?|[Oo]ne|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[A-Z]\w+['’]s)\s"
    rf"(?:[\w’'-]+\s){{0,3}}(?:{_SAYER})s?|(?:[a-z-]+\s)?(?i:(?:{_SAYER})s))"
    rf"(?:\s(?:also|again|later|earlier|has|have|had|repeatedly))*\s(?={_VERB.pattern}|{_REJECTS.pattern}|{_GIVES.pattern})"
)
"""A speaker whom the text calls by what they are: "The company denied", ", the growers' union said"."""
_LABEL: Final = re.compile(r"\s*(?P<np>[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){1,3}):\s+(?=\S)")
_ROLES: Final[tuple[tuple[re.Pattern[str], Role], ...]] = (
    (re.compile(r"\bagenc(?:y|ies)\b|\bwire service\b", re.IGNORECASE), "agency"),
    (re.compile(
        r"\b(?:outlet|newspaper|daily|tabloid|broadcaster|tv|television|radio|times|post|journal|press|report)\b",
        re.IGNORECASE), "outlet"),
    (re.compile(
        r"\b(?:officials?|sources?|ministry|department|police|authorit(?:y|ies)|government|office"
        r"|spokes(?:person|man|woman|people)|coastguard|coast guard|prosecutors?|army|military|officers?"
        r"|council|court)\b", re.IGNORECASE), "official"),
)  # fmt: skip


@lru_cache(maxsize=8192)
def attributions(text: str) -> tuple[Attribution, ...]:
    """The speakers and relays that a sentence names, outermost relay first, each as the text puts it.

    >>> [a.name for a in attributions("They spoke briefly, a US official said, according to Reuters.")]
    ['Reuters', 'a US official']
    """
    found: dict[str, tuple[int, Attribution]] = {}
    unquoted = outside_quotes(text)
    places = {*_labels(unquoted), *_after_according(unquoted), *_subjects(unquoted), *_inverted(unquoted)}
    for start, end, relays in sorted(places):
        name = _noun_phrase(text[start:end])
        if name and not any(name in other or other in name for other in found):
            role = _role(name)
            relay = relays or role in {"outlet", "agency"}
            found[name] = (0 if relay else 1, Attribution(name=name, role=role))
    return tuple(who for _, who in sorted(found.values(), key=lambda ranked: ranked[0]))


def _labels(unquoted: str) -> Iterator[tuple[int, int, bool]]:
    """The speaker before a colon, as transcripts and interviews write it."""
    match = _LABEL.match(unquoted)
    if match:
        yield match.start("np"), match.end("np"), False


def _after_according(unquoted: str) -> Iterator[tuple[int, int, bool]]:
    for match in _ACCORDING.finditer(unquoted):
        name = _APPOSED.match(unquoted, match.end("np")) if not _is_named(match["np"]) else None
        start, end = name.span("who") if name else match.span("np")
        yield start, end, True


def _inverted(unquoted: str) -> Iterator[tuple[int, int, bool]]:
    for match in _INVERTED.finditer(unquoted):
        if not _CLAUSE.search(match["np"]):
            name = _APPOSED.match(unquoted, match.end("np")) if not _is_named(match["np"]) else None
            start, end = name.span("who") if name else match.span("np")
            yield start, end, False


def _subjects(unquoted: str) -> Iterator[tuple[int, int, bool]]:
    """The noun phrase before each reporting verb."""
    for verb in (match for verbs in (_VERB, _GIVES, _REJECTS) for match in verbs.finditer(unquoted)):
        start = max(0, verb.start() - _SUBJECT_REACH)
        window = _DASH.sub(",", _AUXILIARIES.sub("", unquoted[start : verb.start()]).rstrip())
        if verb.group() == "saying" and window.endswith(","):  # said by whom the whole sentence is about
            opening = _OPENING_PERSON.match(unquoted)
            if opening:
                yield opening.start("who"), opening.end("who"), False
            continue
        left, right = _around_apposition(window) if window.endswith(",") else (0, len(window))
        boundaries = [m.end() for pattern in (_BOUNDARY, _VERB) for m in pattern.finditer(window[:right])]
        left = max([*boundaries, window.rfind(",", 0, right) + 1, left])
        if window[left:right].strip():
            yield start + left, start + right, False


def _around_apposition(window: str) -> tuple[int, int]:
    """Where the name is, between commas or before them: "X, the minister, said" is X; so is "The minister, X, said"."""
    before = window.rfind(",", 0, len(window) - 1)
    if before < 0:
        return 0, 0
    if _PERSON.fullmatch(window, before + 1, len(window) - 1) and not _is_named(window[:before]):
        return before + 1, len(window) - 1
    return 0, before


def _is_named(phrase: str) -> bool:
    """Whether its last word is a name: "Marta Kolsen", not "The union's president"."""
    last = phrase.split()[-1:]
    return bool(last) and last[0][0].isupper()


def gives_figure(text: str) -> bool:
    """Whether somebody gives a number of his own: "police counted 400", "the union speaks of 2,300"."""
    return bool(_GIVES.search(outside_quotes(text)))


def only_gives_figure(text: str) -> bool:
    """Whether all that the sentence hands to anybody is a number.

    >>> [only_gives_figure(text) for text in ("Police put the crowd at 400, above the 225.", "Police said 400 came.")]
    [True, False]
    """
    unquoted = outside_quotes(text)
    rest = _GIVES.sub(" ", unquoted)
    return bool(_GIVES.search(unquoted)) and not any(found.search(rest) for found in (_REPORTING, _REJECTS, _LABEL))


def rejects_what_was_said(text: str) -> bool:
    """Whether somebody is against what was said before, without saying it again.

    >>> rejects_what_was_said("The company rejects this."), rejects_what_was_said("The board rejected a bid.")
    (True, False)
    """
    return bool(_REJECTS.search(outside_quotes(text)))


def speaks_as_pronoun(text: str) -> bool:
    """Whether "he" or "she" says it: who that is stands in a sentence before.

    >>> speaks_as_pronoun("All the jobs would go, he says."), speaks_as_pronoun("Anna Tarn said he had left.")
    (True, False)
    """
    unquoted = outside_quotes(text)
    return bool(_SPOKEN_BY_PRONOUN.search(unquoted)) and not attributions(text)


def unnamed_speaker(text: str) -> Attribution | None:
    """Who says it, where that is told by what they are alone: "the company", "the growers' union".

    >>> who = unnamed_speaker("The company again denied that it had known.")
    >>> who.name if who else None
    'The company'
    """
    match = _UNNAMED.search(outside_quotes(text))
    return Attribution(name=match["np"], role="speaker") if match else None


def opening_person(text: str) -> str | None:
    """The person whom a sentence opens with, as the text puts them: a full name, maybe behind a role.

    >>> opening_person("TML president Marta Kolsen stood by her account."), opening_person("The strike went on.")
    ('TML president Marta Kolsen', None)
    """
    match = _OPENING_PERSON.match(text)
    return match["who"] if match else None


@lru_cache(maxsize=4096)
def is_attributed(text: str) -> bool:
    """Whether the text hands what it says to somebody: a reporting verb or "according to", outside quotations.

    >>> is_attributed("It sank, the owner said."), is_attributed("It sank.")
    (True, False)
    """
    unquoted = outside_quotes(text)
    return any(found.search(unquoted) for found in (_REPORTING, _GIVES, _REJECTS)) or bool(_LABEL.match(unquoted))


def _noun_phrase(raw: str) -> str | None:
    phrase = _WHEN.sub("", " ".join(_LEADING.sub("", raw.strip()).split()))
    phrase = _TRAILING.sub("", phrase).strip(" -–—'’")
    tokens = words(phrase)
    if not tokens or len(tokens) > 12 or tokens[-1].text.lower() in _PRONOUNS:  # noqa: PLR2004  longer is no name
        return None
    first = tokens[0].text
    if first.lower() in _PRONOUNS - {"the"} or (len(tokens) == 1 and (is_function_word(first) or first == "Without")):
        return None
    named = any(t.text[0].isupper() and not is_function_word(t.text) for t in tokens)
    starts = first[0].isupper() or first.lower() in _DETERMINERS or _is_bare(phrase)
    return phrase.rstrip(".") if starts and (named or _role(phrase) != "speaker") else None


def _is_bare(phrase: str) -> bool:
    return bool(_BARE_ROLE.fullmatch(phrase) or _ROLE_AND_NAME.fullmatch(phrase))


def _role(name: str) -> Role:
    if _BARE_ROLE.fullmatch(name):
        return "official"
    for pattern, role in _ROLES:
        if pattern.search(name):
            is_person = role == "official" and re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+$", name)
            return "speaker" if is_person else role
    return "speaker"
