"""Number roles, comparisons, modality, denials and speakers on fictional sentences: what passes, what does not, why."""

from __future__ import annotations

import pytest

from tests.guards.judging import guard, verdict

REFUSED = [
    # guard, statement, passage, part of the explanation
    ("quantity", "40 people were killed and 18 injured.", "18 people were killed and 40 injured.", "changed places"),
    ("quantity", "The plant makes 4 million tins a week.", "The plant makes 4 million tins a day.", "“a day”"),
    ("quantity", "About half of the crew left.", "About a third of the crew left.", "does not stand"),
    (
        "quantity",
        "The number fell from 62 to 140.",
        "The number fell to 62 from 140.",
        "the cited passage says “to 62”",
    ),
    ("quantity", "Ten of its three rafts leaked.", "Three of its ten rafts leaked.", "part of 3"),
    ("quantity", "It left an hour and a half late.", "It left a quarter of an hour late.", "90"),
    ("comparison", "It was their last meeting since May.", "It was their first meeting since May.", "says “first”"),
    ("comparison", "The report is due after 30 May.", "The report is due by 30 May.", "from the other side"),
    ("comparison", "It struck at exactly 4 p.m.", "It struck at about 4 p.m.", "about"),
    ("comparison", "It left ten minutes before time.", "It left ten minutes behind time.", "later"),
    ("modality", "Crews did raise the hull.", "Crews plan to raise the hull.", "only planned"),
    ("modality", "Penn got Dray to publish the plan.", "Penn urged Dray to publish the plan.", "brought it about"),
    ("modality", "Corvel will join the pact.", "Penn said Corvel should join the pact.", "only asks"),
    ("modality", "Dray agreed to publish the plan.", "Penn urged Dray to publish the plan.", "no word of that"),
    ("modality", "Dray obtained a loan of 3 crowns.", "Dray asked for a loan of 3 crowns.", "“obtained”"),
    ("modality", "He was jailed for spying.", "He was jailed for alleged spying.", "alleged"),
    ("modality", "Corvel is arming Dray, Penn warned.", "Penn warned of steps if Corvel was arming Dray.", "condition"),
    ("modality", "The mayor may be moved.", "The mayor was moved.", "only possible"),
    ("negation", "The crash caused injuries.", "The boats crashed. Nobody was hurt.", "affirms"),
    (
        "negation",
        "The meeting was not “marred by war”, Penn said.",
        "The meeting was “marred by war”, Penn said.",
        "denies",
    ),
    ("speaker", "Foremen warned them of losses.", "The branch alleges that foremen warned them of losses.", "branch"),
    ("speaker", "The ministry put the crowd at 900.", "The crowd was 900, the union said.", "ministry"),
    ("content", "The crew heard a noise.", "He kept the receipt in a tin. It was cold.", "stand in the cited passage"),
]
PASSING = [
    ("quantity", "18 people died and 40 were hurt.", "18 people were killed and 40 injured."),
    ("quantity", "It left fifteen minutes late.", "It left a quarter of an hour late."),
    ("quantity", "One account says ten, another twelve.", "Some say ten, others twelve."),
    ("quantity", "There were 62 inspectors last year.", "The number of inspectors fell to 62 last year."),
    ("comparison", "It was their first meeting this year.", "Last year over, it was their first meeting."),
    ("comparison", "The report is due no later than 30 May.", "The report is due by 30 May."),
    ("modality", "Crews intend to raise the hull.", "Crews plan to raise the hull."),
    ("modality", "Dray consented to talks.", "Dray accepted the invitation to talks."),
    ("modality", "Penn would not comment.", "Penn declined to comment."),
    ("negation", "The crash caused no injuries.", "The boats crashed. Nobody was hurt."),
    ("negation", "They had had no talks since the war began.", "These were their first talks since the war began."),
    ("negation", "The rejection of the bid came in May.", "The board rejected the bid in May."),
    ("negation", "The driver killed a rider.", "The driver failed to spot the rider and killed him."),
    ("speaker", "Dorn was told by Penn to leave, the union said.", "Penn told Dorn to leave, the union said."),
    ("speaker", "The union's count is 900.", "The union said it counted 900."),
    ("content", "Constructed in 1998, it was acquired by Tarn Lines.", "Tarn Lines bought it; it was built in 1998."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "source", "why"), REFUSED)
def test_what_is_false_is_refused_with_a_reason(name: str, text: str, source: str, why: str) -> None:
    """Each guard names what is wrong."""
    found = guard(name, verdict(text, source))
    assert found.outcome == "fail", found
    assert why in found.detail


@pytest.mark.parametrize(("name", "text", "source"), PASSING)
def test_what_is_said_in_other_words_passes(name: str, text: str, source: str) -> None:
    """The guard that is asked for this knows it in other words."""
    assert guard(name, verdict(text, source)).outcome != "fail"


def test_a_plan_for_a_weekday_is_of_the_coming_one() -> None:
    """An article of Wednesday 15 May 2024 that plans for Saturday means the 18th; one that looks back, the 11th."""
    day = "Crews {} the hull on {} May 2024."
    plan, past = "Crews plan to raise the hull on Saturday.", "Crews raised the hull on Saturday."
    published = "2024-05-15"
    assert guard("date", verdict(day.format("plan to raise", 18), plan, published=published)).outcome == "pass"
    assert guard("date", verdict(day.format("raised", 11), past, published=published)).outcome == "pass"
    assert guard("date", verdict(day.format("raised", 18), past, published=published)).outcome == "fail"


def test_the_sentence_before_alone_bears_nothing_out() -> None:
    """A citation one sentence further on is the wrong one, though the sentence before it is read for names."""
    source = "The tug rammed the ferry off Tarn at noon. Marek Dorn lives in Corrin with two cats."
    assert verdict("The tug rammed the ferry off Tarn.", source, "rammed the ferry").status == "supported"
    assert verdict("The tug rammed the ferry off Tarn.", source, "lives in Corrin").status != "supported"


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The union speaks of 2,300 jobs, while Dravik says at most 640.", True),
        ("The union speaks of 640 jobs, while Dravik says at most 640.", False),
        ("Dravik speaks of 2,300 jobs.", False),
        ("Dravik speaks of at most 640 jobs.", True),
    ],
)
def test_a_figure_is_given_by_who_gives_it(text: str, passed: bool) -> None:
    """Where both give one of the same, neither gives the other's."""
    source = "Dravik speaks of at most 640 jobs. The union speaks of 2,300."
    assert (guard("quantity", verdict(text, source)).outcome == "pass") is passed
