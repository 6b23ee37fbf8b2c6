"""Articles about one invented event, as many as are asked for: each tells some of its facts, in words of its own.

A part of ``cost.py``. What is told and how is drawn from a seeded generator, so that the same number gives the same
articles; no two outlets open alike. `VITAL` stands in one article alone, whatever their number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Final

_SEED: Final = 20240514
_PLACES: Final = "Tarn Orrin Vasquell Merrow Haldane Skerry Lowen Brack Ditton Quellen Arvo Stenmark Pellow Ruvik".split()
_SORTS: Final = "Courier Gazette Observer Standard Ledger Bulletin Tribune Herald Dispatch Sentinel Post Mail".split()
_PEOPLE: Final = (
    "Ida Brandt", "Tomas Keel", "Rosa Vennick", "Hal Odder", "Mira Santrell", "Jon Perrow", "Lena Askild", "Piet Morven",
    "Anna Ruhl", "Samir Holt", "Greta Lindow", "Owen Tarrant", "Nadia Frell", "Karl Dunmore", "Ella Voss",
)  # fmt: skip
_TRADES: Final = "teacher fisherman baker nurse student electrician farmer pensioner driver librarian".split()

VITAL: Final = (
    "The inspectorate had warned the operator in March that the northern spillway gate would not open, a letter seen by "
    "this newspaper shows."
)
"""The fact that one article alone has."""
VITAL_TITLE: Final = "Operator of Kessen dam was warned in March that spillway gate would not open"
"""What only one outlet has stands in its headline."""
VITAL_WORDS: Final = "northern spillway gate would not open"

_CORE: Final[Mapping[str, tuple[str, ...]]] = {
    "event": (
        "The Kessen dam above Ostrel gave way on Tuesday night after three days of rain, the provincial government said.",
        "After three days of rain, the Kessen dam above Ostrel failed on Tuesday night, according to the provincial government.",
        "The dam at Kessen, above the town of Ostrel, collapsed on Tuesday night, the provincial government said.",
    ),
    "toll": (
        "At least 17 people were killed, the civil protection agency said on Wednesday.",
        "The civil protection agency put the number of dead at 17 on Wednesday.",
        "The civil protection agency said on Wednesday that 17 people had died.",
    ),
    "evacuated": (
        "About 4,200 residents of the lower quarters were taken to schools on higher ground.",
        "Some 4,200 people from the lower quarters spent the night in schools on higher ground.",
        "Buses brought about 4,200 residents of the lower quarters to schools on higher ground.",
    ),
    "operator": (
        "Halvera Power, which runs the dam, said that all gates had worked as planned.",
        "All gates had worked as planned, said Halvera Power, the company that runs the dam.",
        "The operator, Halvera Power, said in a statement that every gate had worked as planned.",
    ),
    "inquiry": (
        "Prosecutors in Ostrel have opened an inquiry and seized the control room's records.",
        "An inquiry was opened by prosecutors in Ostrel, who seized the records of the control room.",
        "The prosecutors of Ostrel opened an inquiry and took away the records of the control room.",
    ),
    "aid": (
        "The government released 60 million crowns for emergency aid.",
        "Emergency aid of 60 million crowns was released by the government.",
        "For emergency aid, the government set free 60 million crowns.",
    ),
    "bridge": (
        "The road bridge at Lower Ostrel was swept away, and trains on the valley line stopped.",
        "Trains on the valley line stopped after the road bridge at Lower Ostrel had been swept away.",
        "The flood swept away the road bridge at Lower Ostrel and halted trains on the valley line.",
    ),
}
_TITLES: Final = (
    "Dam at Kessen fails", "Flood after dam breaks above Ostrel", "Ostrel under water", "Kessen dam gives way",
    "Many dead below Kessen dam",
)  # fmt: skip
_VOICES: Final = (
    "“{quote},” said {person}, a {trade} from {place}.",
    "{person}, a {trade} from {place}, said: “{quote}.”",
)
_QUOTES: Final = (
    "We heard the water before we saw it", "I carried my mother up {n} steps in the dark",
    "There was no siren until {n} minutes after the wave", "My shop stood here for {n} years and nothing is left of it",
    "The {trade}s of {place} came with {n} boats before anybody else did", "We counted {n} cars in the orchard this morning",
    "Somebody must explain why the reservoir was full in May", "Nobody told us that {place} would be under water by ten",
    "I do not want to go back to {place} before the spring", "They gave us {n} blankets for the whole of {place}",
)  # fmt: skip
_LOCAL: Final = (
    "In {place}, {n} houses stood in water up to the first floor.",
    "The hospital of {place} moved {n} patients to other wards.",
    "Volunteers from {place} filled {n} thousand sandbags along the embankment.",
    "Power was out in {n} villages around {place} until the afternoon.",
    "The mayor of {place}, {person}, asked for {n} more pumps.",
    "A warehouse in {place} with {n} tonnes of fertiliser was flooded.",
    "Schools in {place} stay closed for {n} days.",
    "The fire brigade of {place} pulled {n} people from roofs.",
)


def event_articles(count: int) -> Iterator[tuple[str, str]]:
    """File names and texts of ``count`` articles. The vital fact stands in the one in the middle."""
    for number in range(count):
        yield f"a{number:03}.txt", _article(number, random.Random(_SEED + number), vital=number == count // 2)  # noqa: S311


def _article(number: int, chance: random.Random, *, vital: bool) -> str:
    """A header, the event, three to five of the other common facts, and what only this one has."""
    outlet = f"{_PLACES[number % len(_PLACES)]} {_SORTS[number // len(_PLACES) % len(_SORTS)]}"
    if number >= len(_PLACES) * len(_SORTS):
        outlet += f" {number // (len(_PLACES) * len(_SORTS)) + 1}"
    told = ["event", *chance.sample([name for name in _CORE if name != "event"], chance.randint(3, 5))]
    sentences = [chance.choice(_CORE[name]) for name in told]
    own = [_own(chance) for _ in range(chance.randint(3, 7))]
    body = [sentences[0], *([VITAL] if vital else []), *_shuffled([*sentences[1:], *own], chance)]
    paragraphs = "\n\n".join(" ".join(body[at : at + 3]) for at in range(0, len(body), 3))
    title = VITAL_TITLE if vital else chance.choice(_TITLES)
    return f"Title: {title}\nPublisher: {outlet}\nDate: 2024-05-15\n\n{paragraphs}\n"


def _own(chance: random.Random) -> str:
    fill = {"n": str(chance.randint(3, 95)), "place": chance.choice(_PLACES), "person": chance.choice(_PEOPLE),
            "trade": chance.choice(_TRADES)}  # fmt: skip
    if chance.random() < 0.5:  # noqa: PLR2004  half of them are voices
        return chance.choice(_VOICES).format(quote=chance.choice(_QUOTES).format(**fill), **fill)
    return chance.choice(_LOCAL).format(**fill)


def _shuffled(sentences: list[str], chance: random.Random) -> list[str]:
    chance.shuffle(sentences)
    return sentences
