"""Capitals that news name for the governments that sit there: "Moscow said", "between Washington and Beijing"."""

from __future__ import annotations

import re
from typing import Final

_SEATS: Final = """
    washington:us,american,usa,united|moscow:russia|kremlin:russia|beijing:china|london:uk,britain,british,united
    paris:france,french|berlin:germany,german|rome:italy,italian|madrid:spain,spanish|lisbon:portugal,portuguese
    brussels:eu,european,belgium,belgian|vienna:austria|bern:switzerland,swiss|warsaw:poland,polish|prague:czech,czechia
    budapest:hungary,hungarian|bucharest:romania|sofia:bulgaria|athens:greece,greek|ankara:turkey,turkish,turkiye
    kyiv:ukraine|kiev:ukraine|minsk:belarus|vilnius:lithuania|riga:latvia|tallinn:estonia|helsinki:finland,finnish
    stockholm:sweden,swedish|oslo:norway,norwegian|copenhagen:denmark,danish|dublin:ireland,irish|hague:dutch,netherlands
    belgrade:serbia|zagreb:croatia|tbilisi:georgia|yerevan:armenia|baku:azerbaijan|astana:kazakhstan|tashkent:uzbekistan
    tehran:iran|baghdad:iraq|riyadh:saudi|damascus:syria|beirut:lebanon,lebanese|amman:jordan|jerusalem:israel
    cairo:egypt|tripoli:libya|tunis:tunisia|algiers:algeria|rabat:morocco|khartoum:sudan|addis:ethiopia|nairobi:kenya
    abuja:nigeria|accra:ghana|pretoria:africa,african|harare:zimbabwe|kinshasa:congo|kigali:rwanda|kampala:uganda
    delhi:india|islamabad:pakistan|kabul:afghanistan,afghan|dhaka:bangladesh|colombo:lanka|kathmandu:nepal
    tokyo:japan|seoul:korea,korean|pyongyang:korea,korean|taipei:taiwan|manila:philippines,philippine,filipino
    hanoi:vietnam|bangkok:thailand,thai|jakarta:indonesia|canberra:australia|wellington:zealand|ottawa:canada,canadian
    mexico:mexican|havana:cuba|caracas:venezuela|bogota:colombia|lima:peru,peruvian|quito:ecuador|santiago:chile
    brasilia:brazil|aires:argentina,argentine
"""
_LISTED: Final = [seat.split(":") for line in _SEATS.split() for seat in line.split("|")]
_STATES: Final = {seat: tuple(states.split(",")) for seat, states in _LISTED}
_WHERE: Final = re.compile(
    r"\b(?:in|at|near|outside|around|across|through|mayor of|city of)\s+(?:\w+\s+)?$", re.IGNORECASE
)
"""Before a name that means the town itself."""


def states_of(seat: str) -> tuple[str, ...]:
    """How the state is named whose government the name of a capital can stand for; folded tokens.

    >>> states_of("moscow"), states_of("tarn")
    (('russia',), ())
    """
    return _STATES.get(seat, ())


def is_town(text: str, start: int) -> bool:
    """Whether the name that begins at ``start`` is where something is, not who does something.

    >>> is_town("jailed in Moscow", 10), is_town("urged Moscow to", 6)
    (True, False)
    """
    return bool(_WHERE.search(text[:start]))
