"""Contraries: what two sentences cannot both be right in, and what only looks so."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from pipeline.text.contraries import Contrary, contraries, contrary

CONTRADICTING = [
    ("Police are treating the fire as suspicious.", "Police said they were not treating the fire as suspicious."),
    ("The driver was drunk, a witness said.", "The driver was not drunk, the hospital said."),
    ("The bridge was safe, the council said.", "Engineers said the bridge was not safe."),
    ("Nobody was hurt.", "Three people were hurt in the collapse."),
    ("No passengers were injured, the operator said.", "Two passengers were injured, according to the fire service."),
    ("Investigators found no evidence of sabotage.", "Investigators found evidence of sabotage on the line."),
    (
        "The ministry denied that the water was contaminated.",
        "The water was contaminated with lead, a laboratory said.",
    ),
    ("The airline said the crew had not been warned about the storm.", "The crew had been warned about the storm."),
    ("The mayor did not approve the demolition.", "The mayor approved the demolition in a letter."),
    ("The members were never consulted on the plan.", "The company says the members were consulted on the plan."),
    ("The council will not close the library.", "The council will close the library next spring."),
    ("The suspect had no weapon.", "The suspect had a weapon, police said."),
    ("The firm had failed to maintain the lift.", "The firm had maintained the lift, its lawyer said."),
    ("There was no fire on board.", "There was a fire on board, two passengers said."),
    ("The young man was armed, police said.", "Relatives say the young man was unarmed."),
    ("Nurses voted to accept the pay offer.", "The pay offer was turned down by the nurses."),
    ("Sales at the chain rose in June.", "Sales at the chain fell in June."),
    ("Not a single flight was cancelled.", "Dozens of flights were cancelled."),
    ("The mayor did not back the plan.", "The mayor supported the plan."),
    ("The driver was not drunk, the hospital said.", "It rained hard; the driver was drunk, a witness said."),
    (
        "The bridge across the river by the old mill and the harbour was not safe.",
        "The river bridge was perfectly safe.",
    ),
    ("None of the passengers on the bus was hurt.", "Two passengers were hurt."),
    ("The council did not approve the new harbour plan.", "The council approved the plan."),
    ("No brake safety checks were made at the depot.", "Checks were made at the depot, the operator said."),
    ("The company refused to sell the plant.", "The company sold the plant."),
    ("The board raised its offer for the mill.", "The board cut its offer for the mill."),
    ("Sales at the chain rose in June.", "It rained in June; rents fell; sales at the chain fell in June."),
    ("The climber was found alive on the north face.", "The climber was dead on the north face."),
]
COMPATIBLE = {
    "another subject": ("The driver was not hurt.", "A cyclist was hurt."),
    "some of them": ("No children were hurt.", "Two adults were hurt."),
    "not yet": ("The fire is not yet under control.", "The fire is under control."),
    "not all": ("Not all trains were cancelled.", "Trains were cancelled on Monday."),
    "not known": ("Police do not know whether the driver was drunk.", "The driver was drunk."),
    "before": ("The bridge was not safe before the repair.", "The bridge is safe."),
    "a possessor": ("Police did not arrest the owner.", "Police arrested the owner's brother."),
    "another day": ("The museum was not open on Monday.", "The museum was open on Tuesday."),
    "to comment": ("The company did not comment.", "The company commented on the fire in a statement."),
    "a plan": ("The council will not close the library.", "The library was closed for a day in 2019."),
    "for a reason": ("The talks did not fail because of money.", "The talks failed."),
    "could": ("The ferry did not sink.", "The ferry could sink, the harbour master warned."),
    "two teams": ("Spain won the final in extra time.", "Italy lost the final in extra time."),
    "an offer": ("The board turned down the bid.", "The board received the bid on Monday."),
    "an exception": ("Nobody except the captain was hurt.", "The captain was hurt."),
    "another place": ("No bacteria were found in the tap water.", "Bacteria were found in a cooling tower."),
    "armed and unarmed": ("Armed police shot a man.", "Police shot an unarmed man."),
    "twice denied": ("He denied that the report was not true.", "The report was true."),
    "another month": ("Sales at the chain rose in June.", "Sales at the chain fell in May."),
    "another matter": ("Sales at the chain rose in June.", "Rents in the port fell in June."),
    "two deeds": ("The union accepted the pay offer on Friday.", "The company rejected the pay offer on Friday."),
    "not so": ("The committee did not back the plan unanimously.", "The committee backed the plan."),
    "others": ("No passengers were injured in the crash.", "A cyclist was injured in the crash."),
    "of the noun": ("No passengers were injured.", "The passengers were taken to a hotel."),
    "not the contrary": ("Sales at the chain did not rise in June.", "Sales at the chain fell in June."),
    "close to": ("The shop stood close to the harbour road.", "The shop stood open to the harbour road."),
    "one of two": ("The morning ferry sank off the pier.", "The evening ferry sank off the pier."),
    "trade": ("The bosses of the mill sell the old looms.", "The bosses of the mill buy the old looms."),
    "promised": ("The camp was not evacuated.", "The government had promised to evacuate the camp."),
}
SENTENCES = [sentence for pair in [*CONTRADICTING, *COMPATIBLE.values()] for sentence in pair]
SETS = Path(__file__).parents[2] / "evals" / "calibration"


@pytest.mark.parametrize(("first", "second"), CONTRADICTING)
def test_what_cannot_both_be_right(first: str, second: str) -> None:
    """Whichever comes first."""
    assert contrary(first, second)
    assert contrary(second, first)


def test_the_two_words_and_the_clause_are_told() -> None:
    """As each sentence has the word; of opposites, the clause of the second."""
    found = contrary("Sales at the chain rose in June.", "It rained; sales at the chain fell in June.")
    assert found == Contrary("rose", "fell", "; sales at the chain fell in June.")


@pytest.mark.parametrize("name", sorted(COMPATIBLE))
def test_what_can_both_be_right(name: str) -> None:
    """Two things, two times, a part of it, or nothing settled."""
    first, second = COMPATIBLE[name]
    assert contrary(first, second) is None
    assert contrary(second, first) is None


@pytest.mark.parametrize(("name", "least"), [("contraries", 24), ("contraries-second", 12)])
def test_the_labelled_pairs(name: str, least: int) -> None:
    """Of the pairs labelled by hand a good part is found, and hardly anything else."""
    rows = yaml.safe_load((SETS / f"{name}.yaml").read_text(encoding="utf-8"))
    found = [row["relation"] for row in rows if contrary(row["first"], row["second"])]
    assert found.count("contradiction") >= least
    assert found.count("none") <= 1


@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=12, unique=True))
def test_the_index_finds_what_comparing_each_pair_finds(texts: list[str]) -> None:
    """Only pairs with nothing to turn round are left out."""
    found = {(one, two) for one, two, _ in contraries(texts)}
    assert found == {(one, two) for one, two in combinations(range(len(texts)), 2) if contrary(texts[one], texts[two])}


@given(st.sampled_from(SENTENCES))
def test_nothing_contradicts_itself(text: str) -> None:
    """The same sentence twice is one sentence."""
    assert contrary(text, text) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_read(first: str, second: str) -> None:
    """Whatever the letters, and whichever way round, the answer is the same."""
    assert (contrary(first, second) is None) == (contrary(second, first) is None)
