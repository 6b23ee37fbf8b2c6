"""Differences inside one article, and acts of which one excludes the other."""

from __future__ import annotations

import pytest

from pipeline.domain.clusters import DIFFERING, ClaimCluster
from pipeline.stages.reconcile.common import same_speaker
from tests.stages.story import claim_with, story


def differing(*texts: str) -> list[ClaimCluster]:
    """The clusters of the texts' story whose positions differ."""
    return [cluster for cluster in story(*texts).brief.clusters if cluster.relation in DIFFERING]


def holders(cluster: ClaimCluster) -> list[list[str]]:
    """Names of the holders, position by position."""
    return [[holder.name for holder in position.holders] for position in cluster.positions]


# --- answers


def test_a_rejection_stands_against_what_was_said_before_it() -> None:
    """The reply names nothing of the charge; where it stands tells what it is about."""
    (found,) = differing(
        "The miners' federation alleged that Orrin Coal had switched off the alarms in the shaft. "
        "The company rejected the allegation. It rained in Tarn."
    )
    assert found.relation == "reported_position"
    assert holders(found) == [["The miners' federation"], ["The company"]]
    assert found.question == "Disputed: what the miners' federation says"


@pytest.mark.parametrize(
    "between",
    [
        "The mine lies in the hills above Tarn. The shaft was dug in 1931. ",
        "",
    ],
    ids=["far", "same speaker"],
)
def test_a_rejection_of_something_else_is_none(between: str) -> None:
    """Too far behind, or by the same speaker, it is about something else."""
    speaker = "Orrin Coal" if not between else "The federation"
    assert not differing(
        f"{speaker} said that the alarms in the shaft had been switched off. {between}Orrin Coal denied this."
    )


def test_a_denial_by_the_other_side_needs_no_names() -> None:
    """An offer was made, says one; there was none, says the other."""
    (found,) = differing(
        "Petra Lind said the clinic had offered the nurses a rise of 6%. "
        "“There was no offer, and nobody called us,” Jonas Ehrl said."
    )
    assert holders(found) == [["Petra Lind"], ["Jonas Ehrl"]]
    assert "offer" in found.question


def test_a_part_of_a_name_is_not_what_is_denied() -> None:
    """The Foreign Ministers' Meeting is no meeting of the two."""
    assert not differing(
        "Sergei Bron spoke at the Harbour Ministers' Meeting, an official said. “We had no meeting,” Anna Vale said."
    )


def test_another_count_without_its_noun() -> None:
    """Of what "police counted 400", the sentence before tells."""
    (found,) = differing(
        "More than 900 farmers blocked the bridge on Monday, the growers' union said. Police counted 400."
    )
    assert found.relation == "contradiction"
    assert found.question.startswith("How many farmers")
    assert holders(found) == [["the growers' union"], ["Police"]]


def test_a_count_of_something_else_answers_nothing() -> None:
    """Days are no jobs, and a measure is no count."""
    assert not differing(
        "The ministry said that notice must be given 90 days before. Ana Holt put the number of jobs at 640."
    )
    assert not differing("The pilot said he flew 900 km. Police counted 400.")


def test_counts_of_several_articles_are_one_question() -> None:
    """Positions with the same number are one, whoever holds it."""
    (found,) = differing(
        "All 2,300 posts at the mill would go, Wim Daal says. Mayor Ella Roth speaks of 3,500.",
        "“The mill will shut, with 2,300 posts,” Kai Moen said. Orrin Paper speaks of at most 640.",
    )
    assert sorted(map(tuple, holders(found))) == [("Mayor Ella Roth",), ("Orrin Paper",), ("Wim Daal", "Kai Moen")]


def test_who_counts_more_contradicts_nobody() -> None:
    """3,500 with the suppliers and 2,300 without them are both right."""
    (found,) = differing(
        "All 2,300 posts at the mill would go, Wim Daal says. "
        "Mayor Ella Roth speaks of 3,500, because she counts the suppliers as well."
    )
    assert found.relation == "scope"


# --- acts


def test_suspended_here_and_withdrew_there() -> None:
    """One act on one thing, told as two that exclude each other."""
    (found,) = differing(
        "Halvera suspended its membership of the Northern Grain Pact in May. The harvest was poor.",
        "The talks follow Halvera's withdrawal from the Northern Grain Pact. Prices rose.",
    )
    assert found.relation == "contradiction"
    assert len(found.positions) == 2
    assert "suspended or withdrawal" in found.question


@pytest.mark.parametrize(
    "other",
    [
        "Halvera was urged to withdraw from the Northern Grain Pact. Prices rose.",
        "Halvera will withdraw from the Northern Grain Pact. Prices rose.",
        "Halvera did not withdraw from the Northern Grain Pact. Prices rose.",
        "Halvera withdrew its troops from Tarn. Prices rose.",
        "Halvera froze its payments to the Northern Grain Pact. Prices rose.",
    ],
    ids=["urged", "planned", "denied", "another thing", "the same side"],
)
def test_acts_that_do_not_exclude_each_other(other: str) -> None:
    """What was only to be done, or not, or with something else, contradicts nothing here."""
    assert not differing("Halvera suspended its membership of the Northern Grain Pact in May.", other)


def test_an_article_that_tells_both_acts_contradicts_nobody() -> None:
    """First suspended, then withdrew: two steps."""
    assert not differing(
        "Halvera suspended its membership of the Northern Grain Pact in May. "
        "In June Halvera withdrew from the Northern Grain Pact.",
        "Halvera withdrew from the Northern Grain Pact.",
    )


# --- who says so


def test_she_said_is_handed_to_whoever_spoke_before() -> None:
    """The pronoun's sentence gets the speaker of the sentence before."""
    made = story("Dr Ines Corb said the dam was safe. All the valves had been changed in March, she said.")
    assert [who.name for who in claim_with(made, "valves").attribution] == ["Dr Ines Corb"]


def test_a_quotation_goes_on() -> None:
    """A sentence that is all quotation belongs to whoever spoke before it, or whom that sentence is about."""
    made = story("Harbour master Ines Corb stood by her account. “The dam was safe. I saw it myself.” It rained.")
    assert [who.name for who in claim_with(made, "myself").attribution] == ["Harbour master Ines Corb"]


def test_nobody_is_guessed() -> None:
    """Where the sentences before name nobody, "she" stays unknown."""
    made = story("The dam was built in 1931. All the valves had been changed in March, she said.")
    assert claim_with(made, "valves").attribution == ()


# --- denials inside a word


def test_lit_and_unlit() -> None:
    """A word with "un" denies what the word without it says, if the rest of what it is said of is there, too."""
    (found,) = differing(
        "Karl Oss blamed the harbour office, saying that the beacon on the mole had been unlit. It rained.",
        "The harbour office maintains that the beacon was lit. Divers left at noon.",
    )
    assert found.question == "Disputed: lit or unlit"
    assert holders(found) == [["The harbour office"], ["Karl Oss"]]


def test_unlit_here_and_something_else_lit_there() -> None:
    """Another lamp is another question; and not every "un" denies."""
    assert not differing("The beacon on the mole had been unlit.", "The stage was lit at eight.")
    assert not differing("Police uncovered a plot in the harbour.", "Snow covered the harbour, he said.")


# --- what does not contradict each other, though the words are near

NO_DISPUTE = {
    "a fire is no dismissal": (
        "A fire at Brimhaven General Hospital forced the evacuation of 80 patients on Monday.",
        "The director of Brimhaven General Hospital, Ruth Adler, resigned on Tuesday.",
    ),
    "talks and an ambassador": (
        "The European Union suspended trade talks with Ardania on Monday.",
        "The European Union withdrew its ambassador from Ardania on Tuesday.",
    ),
    "somebody else's bookings": (
        "The Corrin Marathon was postponed by a week.",
        "Hotels near the Corrin Marathon said guests had cancelled bookings.",
    ),
    "flights and a terminal": (
        "Corrin Airways suspended all flights to Melbrook on Monday.",
        "Corrin Airways quit Melbrook's southern terminal last year.",
    ),
    "armed and unarmed": (
        "Armed police shot a 24-year-old man in Corrin, the interior ministry said.",
        "They accuse the police of having shot an unarmed man in Corrin.",
    ),
    "rest and unrest": (
        "The rest of the city was quiet on Monday evening.",
        "There was unrest in the city on Monday.",
    ),
    "injured and uninjured": (
        "Three passengers were injured in the crash near Corrin.",
        "The driver was uninjured in the crash near Corrin.",
    ),
    "another theft": (
        "The dismissed teacher, Ada Penn, denied theft or fraud.",
        "The insurance covers theft or fraud up to 5,000 euros.",
    ),
    "another year": (
        "Twelve miners were killed when a shaft collapsed at the Vell mine on Monday.",
        "In 1987, 43 miners were killed at the Vell mine when gas exploded.",
    ),
    "another town": (
        "In Corrin, 12 people died in the floods, officials said.",
        "In Melbrook, 30 people died in the floods, officials said.",
    ),
    "employed and laid off": (
        "Hartwell employs 400 people in the valley.",
        "Hartwell will lay off 120 people by June.",
    ),
    "expected two things": (
        (
            "Finance minister Ruth Adler said she expected a vote on the budget in May. "
            "Opposition leader Miles Tarrant said he did not expect to win it, but would try."
        ),
    ),
    "trained": (
        (
            "Coach Ada Penn said the team had trained hard for the final. "
            "Captain Olive Stern said she had not trained for a week because of her knee."
        ),
    ),
    "marched and injured": (
        "Police said 400 demonstrators had marched through Corrin. The city hospital put the number of injured at 12.",
    ),
    "its own chief": (
        (
            "Dana Pruitt, the chief executive of Hartwell, said the plant was safe and would stay open. "
            "The company denied the allegations."
        ),
    ),
}


@pytest.mark.parametrize("name", NO_DISPUTE)
def test_no_dispute_is_made_up(name: str) -> None:
    """Two things that can both be so are not set against each other."""
    assert [cluster.question for cluster in differing(*NO_DISPUTE[name])] == []


def test_one_number_more_or_less_exactly_is_one_side() -> None:
    """The union does not disagree with itself over "about"."""
    (found,) = differing(
        "The union said 300 nurses had walked out in Corrin. It rained.",
        "About 300 nurses walked out in Corrin, the union said. Trams ran.",
        "In Corrin, 120 nurses walked out, the hospital said. Schools were open.",
    )
    assert len(found.positions) == 2


def test_she_may_be_either() -> None:
    """Where the sentence before names two people, nobody is guessed."""
    made = story("Police officer Dan Kroll arrested Ada Penn at the gate. She said there were no shots fired.")
    assert claim_with(made, "shots").attribution == ()


def test_money_is_asked_for_in_words() -> None:
    """No sign stands for the question."""
    (found,) = differing(
        "Repairs to the Corrin bridge will cost 4 million euros, the council said. It rained.",
        "Repairs to the Corrin bridge will cost 9 million euros, the contractor said. Trams ran.",
    )
    assert found.question.startswith("How much money")


# --- contraries: no name, no figure


def test_two_sides_without_a_name_are_set_against_each_other() -> None:
    """What one article says and another denies is one question, asked in the words of who says it."""
    (found,) = differing(
        "Police are treating the fire at the mill as suspicious. The mill was built in 1931.",
        "Police said they were not treating the fire at the mill as suspicious. Rain fell all night.",
    )
    assert found.question == "Whether police are treating the fire at the mill as suspicious"
    assert found.relation == "reported_position"
    assert [len(position.claim_ids) for position in found.positions] == [1, 1]


def test_articles_that_agree_stand_on_one_side() -> None:
    """Two reports against one are two sides, not three."""
    (found,) = differing("The bridge was safe.", "The bridge was not safe.", "The bridge over the river was safe.")
    assert sorted(len(position.claim_ids) for position in found.positions) == [1, 2]


def test_one_article_does_not_contradict_itself() -> None:
    """Both sides in one report are what it reports."""
    assert not differing("The bridge was safe. The bridge was not safe.")


# --- contraries, shares, names without words


def test_all_who_say_one_thing_are_on_one_side() -> None:
    """Each of them contradicts each on the other side, and every pair but the first two adds nothing new."""
    (found,) = differing(
        "The museum was open on Monday. It rained.",
        "The museum was not open on Monday. Prices rose.",
        "The museum was open on Monday morning, a guide said. The harvest was poor.",
        "The museum was not open on Monday, a teacher said. Divers left at noon.",
    )
    sides = [{claim_id.partition(".")[0] for claim_id in position.claim_ids} for position in found.positions]
    assert sides == [{"a0", "a2"}, {"a1", "a3"}]
    assert found.question == "Whether the museum was open on Monday"


def test_a_long_clause_is_no_question() -> None:
    """Then the words that differ are asked about."""
    bridge = (
        "The old iron bridge over the upper river between the harbour and the town hall was{} safe for lorries and "
    )
    (found,) = differing(
        f"{bridge.format('')}coaches and all who walked. It rained.",
        f"{bridge.format(' not')}coaches and all who walked. Prices rose.",
    )
    assert found.question == "Disputed: not safe or safe"


def test_shares_are_asked_for_as_shares() -> None:
    """Two percentages of one thing."""
    (found,) = differing(
        "The levy on ferry tickets in Tarn rose to 12% of the fare, the harbour office said. It rained.",
        "The levy on ferry tickets in Tarn rose to 15% of the fare, the harbour office said. Prices rose.",
    )
    assert found.question.startswith("What share")


@pytest.mark.parametrize(("first", "second"), [("…", "Ines Corb"), ("Ines Corb", ""), ("?", "!")])
def test_what_has_no_word_is_no_speaker(first: str, second: str) -> None:
    """So it is not the same one as another, either."""
    assert not same_speaker(first, second)
