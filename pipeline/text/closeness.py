"""How nearly two terms are one: the same stem, a country and its people or capital, a synonym, forms of one word."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile
from typing import Final

from pipeline.text.names import COUNTRY_START, OF_COUNTRY
from pipeline.text.places import states_of
from pipeline.text.terms import form_of

_GROUPS: Final = """
    not fail without unable lack
    electricity power
    say tell state report announce declare add note remark comment
    talk discuss conversation dialogue negotiate
    meet encounter
    speak talk converse
    kill dead die slay fatal
    injure wound hurt
    arrest detain apprehend
    buy purchase acquire
    begin start commence launch
    end finish conclude
    show display demonstrate
    ask request
    help assist aid
    big large huge major
    car vehicle automobile
    house home residence
    child kid
    doctor physician
    police officer cop
    boat ship vessel
    fire blaze
    collapse crumble
    resign quit
    job post position role
    attack assault raid
    quit leave depart exit
    boss chief head leader
    company firm business
    plan intend
    stop halt cease
    rise climb increase soar
    fall drop decline decrease
    reject refuse decline
    illegal unlawful
    accuse allege
    get obtain receive
    film movie
    photo picture image photograph
    win victory triumph
    defeat beat
    evacuate flee
    study research
    scientist researcher
    try attempt bid
    choose select pick
    build construct
    destroy demolish
    damage harm
    murder kill
    marry wed wedding marriage
    pupil student
    mum mother mom
    dad father
    crash collide collision
    probe investigate inquiry
    urge call
    near close
    reveal disclose
    believe think
    want wish hope
    allow permit let
    money cash
    city town
    employee worker staff
    happen occur place
    suspect believe
    promise pledge vow
    sack fire dismiss
    award prize
    cause trigger spark
    row dispute
    hit strike
    trip journey visit
    flat apartment
    road street
    shop store
    lawyer attorney
    jail prison
    sentence jail
    rubbish waste litter
    footage video
    release publish
    criticise condemn
    fan supporter
    match game
    club side team
    injure injury
    storm hurricane cyclone typhoon
    flood inundate
    shake quake earthquake
    vote elect election ballot poll
    ban prohibit bar
    approve back endorse
    delay postpone
    cancel scrap
    save rescue
    find discover
    lady woman
    guy man
    return back
    recover recovery
    flight plane aircraft jet
    gun firearm weapon
    soldier troop
    death dead
    birth born
    hospital hospitalise
    cost price
    pay salary wage
    restaurant eatery
    meal food
    teacher tutor
"""
_EQUAL: Final = 1.0
_PEOPLE: Final = 0.95
_SYNONYM: Final = 0.8
_KIN: Final = 0.8
"""Two forms of one word that the stemmer leaves apart: "destroy" and "destruction"."""
_DERIVED_START: Final = 4
_DERIVED: Final = frozenset(map(frozenset, (("d", "s"), ("", "ur"), ("e", "ur"), ("ain", "ent"))))
"""Ends of a verb and its noun: "divide" and "division", "seize" and "seizure", "abstain" and "abstention"."""
_KIN_START: Final = 5
_KIN_SHARE: Final = 0.6
_LONG: Final = 6
_ALIKE: Final = 0.84
_SHORT_FORM: Final = 4
_TRANSCRIBED: Final = 7
_TRANSCRIBED_ALIKE: Final = 0.75


def _groups() -> dict[str, frozenset[int]]:
    listed: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for word in line.split():
            listed.setdefault(form_of(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in listed.items()}


_SYNONYMS: Final = _groups()


@lru_cache(maxsize=262_144)
def closeness(first: str, second: str) -> float:
    """From 0, two things, to 1, the same; numbers are the same or not.

    >>> closeness("russia", "russian"), closeness("beijing", "china"), closeness("wound", "injur")
    (0.95, 0.95, 0.8)
    >>> closeness("#10", "#11")
    0.0
    """
    if first == second:
        return _EQUAL
    if _one_government(first, second):
        return _PEOPLE
    if not (first[0].isalpha() and second[0].isalpha()) or "-" in {first[-1], second[-1]}:
        return 0.0
    if _SYNONYMS.get(first, frozenset()) & _SYNONYMS.get(second, frozenset()):
        return _SYNONYM
    return _kinship(first, second) if first[0] == second[0] else 0.0


def _one_government(first: str, second: str) -> bool:
    """Whether one is the capital of the other, or both are seats of one government."""
    states, others = _states(first), _states(second)
    if not states and not others:  # as of nearly all words
        return False
    if states and others:
        return bool(states & others)
    seat, state = (states, second) if states else (others, first)
    return any(state == known or (state[0] == known[0] and _kinship(state, known) == _PEOPLE) for known in seat)


@lru_cache(maxsize=16_384)
def _states(seat: str) -> frozenset[str]:
    """The states, as terms, that a capital can stand for."""
    return frozenset(form_of(state.capitalize()) for state in states_of(seat) if state != "united")


def _kinship(first: str, second: str) -> float:
    """By their letters: a country and its people, a long beginning in common, or nearly one spelling."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
    if shared >= COUNTRY_START and {first[shared:], second[shared:]} <= OF_COUNTRY:
        return _PEOPLE
    if shared >= _DERIVED_START and frozenset({first[shared:], second[shared:]}) in _DERIVED:
        return _KIN
    if shared >= _KIN_START and shared >= _KIN_SHARE * max(len(first), len(second)):
        return _KIN
    near = min(len(first), len(second)) >= _LONG and abs(len(first) - len(second)) <= 1
    return _KIN if near and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE else 0.0


def is_one_name(one: str, other: str) -> bool:
    """Looser, for a name of which another part agrees already: short forms and other ways to transcribe it.

    >>> is_one_name("chris", "christopher"), is_one_name("volodymyr", "volodimir"), is_one_name("marta", "maria")
    (True, True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _SHORT_FORM and longer.startswith(shorter):
        return True
    transcribed = len(shorter) >= _TRANSCRIBED and one[0] == other[0]
    return transcribed and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _TRANSCRIBED_ALIKE
