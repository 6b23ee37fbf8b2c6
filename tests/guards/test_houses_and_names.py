"""Who speaks for whom, names made of two, days counted from the article's, and plans told as done."""

from __future__ import annotations

import pytest

from tests.guards.judging import guard, verdict

PLATFORM = (
    "The platform Stayhop, which lists 21,000 homes, said it was considering a legal challenge. "
    "“This bill breaches European rules,” said its head of policy, Claire Benoit. The ministry says it complies."
)
STAFF = "Mayor Ada Penn praised the crew. Captain Boris Tarn said he was tired. Ada Penn left."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Stayhop says the bill breaches European rules.", PLATFORM),
        ("No payment details were taken, Fennick says.",
         "The attack shut down Fennick's system. No payment details were taken, according to the company."),
        ("Kestria's ambassador, Ilse Domarin, said the officials had followed the case.",
         "Kestria called it absurd. Its ambassador, Ilse Domarin, said the officials had followed the case."),
    ],
)  # fmt: skip
def test_a_house_speaks_through_its_people(statement: str, source: str) -> None:
    """Whom the sentence before is about is whose people they are."""
    assert guard("speaker", verdict(statement, source)).outcome == "pass"


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Renthub says the bill breaches European rules.", PLATFORM),
        ("Claire Benoit's ministry says the bill breaches European rules.", PLATFORM.replace("its head", "a head")),
        ("Prosecutors say that no payment details were taken.",
         "The attack shut down Fennick's system. No payment details were taken, according to the company."),
    ],
)  # fmt: skip
def test_nobody_else_does(statement: str, source: str) -> None:
    """Another house, or one whose people they are not."""
    assert verdict(statement, source).status != "supported"


def test_a_name_of_two_people_is_nobody() -> None:
    """Each token is there, but never beside the other."""
    result = guard("name", verdict("Captain Boris Penn was tired.", STAFF))
    assert result.outcome == "fail"
    assert "no one name" in result.detail
    assert guard("name", verdict("Captain Boris Tarn was tired.", STAFF)).outcome == "pass"


@pytest.mark.parametrize(
    ("statement", "source", "outcome"),
    [
        ("It was turned down in November 2023.", "It was turned down in November.", "pass"),
        ("It was turned down in November 2024.", "It was turned down in November.", "pass"),
        ("It was turned down in November 2022.", "It was turned down in November.", "fail"),
        ("They will meet in March 2024.", "They will meet again next month.", "pass"),
        ("They will meet in April 2024.", "They will meet again next month.", "fail"),
        ("They met on 13 February 2024.", "They met yesterday.", "pass"),
        ("They met on 12 February 2024.", "They met yesterday.", "fail"),
        ("They met on 31 January 2024.", "They met two weeks ago.", "pass"),
        ("They met in December 2023.", "They met two months ago.", "pass"),
    ],
)
def test_days_are_counted_from_the_articles(statement: str, source: str, outcome: str) -> None:
    """The article is of 14 February 2024; a month without a year may be this year's or the last one's."""
    assert guard("date", verdict(statement, source, published="2024-02-14")).outcome == outcome


def test_a_plan_is_not_done_in_another_verb() -> None:
    """Has shut, for planned to close."""
    source = "Nadia Ferro said Lumetra planned to close its plant in Astwell and to cut 900 jobs."
    assert verdict("Lumetra has shut its plant in Astwell, Nadia Ferro said.", source).status != "supported"
    assert verdict("Lumetra intends to shut its plant in Astwell, Nadia Ferro said.", source).status == "supported"


@pytest.mark.parametrize(
    "statement", ["It was caused by floods, not by weak concrete, he said.", "Weak concrete was not to blame, he said."]
)
def test_what_is_put_aside_is_denied(statement: str) -> None:
    """Rather than is a denial of what follows it."""
    source = "He said the collapse was caused by floods rather than weak concrete."
    assert guard("negation", verdict(statement, source)).outcome == "pass"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Brannock was sentenced to 16 years of hard labour.", "supported"),
        ("Smith was sentenced to 16 years of hard labour.", "unsupported"),
        ("Vasquell was sentenced to 16 years of hard labour.", "unsupported"),
        ("Karsia should release Paul Brannock.", "supported"),
        ("Ostermark should release Paul Brannock.", "unsupported"),
    ],
)
def test_a_name_that_opens_the_sentence_alone_must_stand_in_the_passage(text: str, status: str) -> None:
    """A capital is no sign there; that no article stands before it is."""
    source = (
        "The minister said Karsia should release Paul Brannock. Brannock was sentenced in Karsia to 16 years of hard "
        "labour."
    )
    assert verdict(text, source).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Brink called for Karsia to free the sailor Paul Brannock.", "supported"),
        ("Vale called for Karsia to free the sailor Paul Brannock.", "unsupported"),
        ("Brink said he had urged Karsia to free the sailor Paul Brannock.", "supported"),
    ],
)
def test_who_urges_something_is_who_speaks(text: str, status: str) -> None:
    """Not whoever the sentence before is about."""
    source = (
        "Minister Ada Brink met Otto Vale of Karsia on Monday. Brink added that Karsia should free the sailor Paul "
        "Brannock, who has been held since May."
    )
    assert verdict(text, source, "Brink added that Karsia should free the sailor").status == status
