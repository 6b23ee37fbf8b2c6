"""Articles about one invented event, as many as are asked for: each tells some of its facts, in words of its own.

A part of ``cost.py``. What is told and how is drawn from a seeded generator, so that the same number gives the same
articles. What only one article has is put together from long lists, so that two hardly ever say the same. `VITAL`
stands in one article alone, whatever their number, and in its headline: an outlet that has such a thing alone leads
with it.
"""

# ruff: noqa: E501  sentences of articles stand on one line

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Final

_SEED: Final = 20240514
_PLACES: Final = (
    "Tarn Orrin Vasquell Merrow Haldane Skerry Lowen Brack Ditton Quellen Arvo Stenmark Pellow Ruvik Anstey Corrin Dunmow "
    "Eskdale Farrow Gennet Hollin Ismere Jarrow Kelmer Lindal Morden Nessel Oxter Pembly Ravel Selsey Torver Ulpha Wexley"
).split()
_SORTS: Final = "Courier Gazette Observer Standard Ledger Bulletin Tribune Herald Dispatch Sentinel Post Mail".split()
_FIRST: Final = (
    "Ida Tomas Rosa Hal Mira Jon Lena Piet Anna Samir Greta Owen Nadia Karl Ella Bruno Vera Emil Tove Radek".split()
)
_LAST: Final = (
    "Brandt Keel Vennick Odder Santrell Perrow Askild Morven Ruhl Holt Lindow Tarrant Frell Dunmore Voss Kastner Ilves "
    "Pruett Hargan Sollis Wetherby Munk Arden Teller Bostrom"
).split()
_TRADES: Final = "teacher fisherman baker nurse student roofer farmer pensioner driver librarian joiner vet".split()
_THINGS: Final = (
    "piano tractor greenhouse chapel orchard sawmill bakery library stadium vineyard kiln ferry museum brewery nursery "
    "cinema granary smithy archive observatory quarry tannery lighthouse windmill stable playground theatre pharmacy"
).split()
_DONE: Final = (
    "was buried under silt", "lost its roof", "floated as far as the weir", "was emptied by soldiers overnight",
    "has served as a kitchen since dawn", "was insured for a tenth of its worth", "stood for a century and a half",
    "caught fire when a transformer burst", "was to be sold next month", "could be reached by rope alone",
    "kept its lamps lit all night", "was spared by a wall of hay bales", "had reopened only last autumn",
    "will be pulled down, its owner fears", "took in strangers with their goats",
)  # fmt: skip
_SAID: Final = (
    "We heard the roar and left the soup on the stove", "My daughter rang the bell until her hands bled",
    "I counted the steps because I could not see them", "Our neighbours went back for the dog and we lost sight of them",
    "It smelt of diesel and wet plaster", "Nobody slept, and nobody talked either", "I would build higher up, if they let me",
    "The radio played dance music the whole time", "My father always said that the valley remembers",
    "They handed out boots in one size only", "I have insured everything except the river",
    "You learn who can swim", "We tied the boat to the church door",
)  # fmt: skip

VITAL: Final = (
    "The inspectorate had warned the operator in March that the northern spillway gate would not open, a letter seen by "
    "this newspaper shows."
)
"""The fact that one article alone has."""
VITAL_TITLE: Final = "Operator of Kessen dam was warned in March that spillway gate would not open"
VITAL_WORDS: Final = "northern spillway gate would not open"

_CORE: Final[Mapping[str, tuple[str, ...]]] = {
    "event": (
        "The Kessen dam above Ostrel gave way on Tuesday night after three days of rain, the provincial government said.",
        "After three days of rain, the Kessen dam above Ostrel failed on Tuesday night, the provincial government said.",
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


def event_articles(count: int) -> Iterator[tuple[str, str]]:
    """File names and texts of ``count`` articles. The vital fact stands in the one in the middle."""
    for number in range(count):
        yield f"a{number:03}.txt", _article(number, random.Random(_SEED + number), vital=number == count // 2)


def _article(number: int, chance: random.Random, *, vital: bool) -> str:
    """A header, the event, three to five of the other common facts, and what only this one has."""
    outlet = f"{_PLACES[number % len(_PLACES)]} {_SORTS[number // len(_PLACES) % len(_SORTS)]}"
    if number >= len(_PLACES) * len(_SORTS):
        outlet += f" {number // (len(_PLACES) * len(_SORTS)) + 1}"
    told = ["event", *chance.sample([name for name in _CORE if name != "event"], chance.randint(3, 5))]
    sentences = [chance.choice(_CORE[name]) for name in told]
    rest = sentences[1:] + [_own(chance) for _ in range(chance.randint(3, 7))]
    chance.shuffle(rest)
    body = [VITAL, sentences[0], *rest] if vital else [sentences[0], *rest]
    paragraphs = "\n\n".join(" ".join(body[at : at + 3]) for at in range(0, len(body), 3))
    title = VITAL_TITLE if vital else chance.choice(_TITLES)
    return f"Title: {title}\nPublisher: {outlet}\nDate: 2024-05-15\n\n{paragraphs}\n"


def _own(chance: random.Random) -> str:
    """A voice, or what became of something in some place."""
    place, person = chance.choice(_PLACES), f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    if chance.randint(0, 1):
        return f"“{chance.choice(_SAID)},” said {person}, a {chance.choice(_TRADES)} from {place}."
    return f"The {chance.choice(_THINGS)} of {place} {chance.choice(_DONE)}."
