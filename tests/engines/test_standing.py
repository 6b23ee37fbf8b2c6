"""How well a sentence stands alone."""

from __future__ import annotations

import pytest

from pipeline.engines.standing import STANDS, standing

ALONE = [
    "The ferry Anna ran aground off Tarn on Monday evening, killing four people, police said.",
    "Reports said the attackers pretended they were visiting their mothers to gain access to the home of the elderly.",
    "There were no talks or full meeting in Tarn on Monday, the Russian spokeswoman Lena Dorr said.",
    "His Holiness Pope Francis was shocked to learn of the killing of four nuns at a home for the elderly.",
    "“We stand by our manifest,” said the operator's chief executive Marius Okander, “and by our crew and captain.”",
]
LEANING = [
    "He said the ferry had run aground off Tarn on Monday evening with forty people on board.",
    "Asked about the talks in Tarn on Monday evening, she said that nothing had been agreed by anybody.",
    "All 2,300 jobs at the railway works of Ostrel would go by the summer, he says.",
    "Another ferry of the same line ran aground off Tarn in March with forty people on board.",
    "If anyone offers you any of these titles, please contact the police of Tarn and quote the number.",
    "Leading art lawyer Chris Marinello tells me that buyers of stolen books will be hard to find.",
    "What happens to the stolen books of Tarn now that everybody in the market knows of them?",
    "Two policemen of Tarn were reportedly shot at a nearby shop and reportedly taken to the...",
    "“There is a lot of work behind these books, and a lot of research, and nobody will pay for it.”",
    "Nobody was hurt.",
]


@pytest.mark.parametrize("text", ALONE)
def test_a_whole_sentence_stands(text: str) -> None:
    """A pronoun that its own sentence explains, "there were", a title and a quotation with its speaker are no fault."""
    assert standing(text) >= STANDS


@pytest.mark.parametrize("text", LEANING)
def test_what_leans_or_tells_nothing_does_not_stand(text: str) -> None:
    """Pronouns without a name, appeals to the reader, questions, cut-off lines and bare quotations are not told."""
    assert standing(text) < STANDS


def test_a_name_may_open_the_sentence() -> None:
    """A single word with a capital at the start is a name where the article uses it as one."""
    text = "As Juarez was led out of the shop in Tarn by two policemen, he opened fire on all of them."
    opening = "Juarez opened fire and said he was sorry."
    assert standing(text) >= STANDS
    assert standing(opening, known={"juarez"}) > standing(opening)


def test_a_list_item_and_an_unnamed_speaker_stand_worse() -> None:
    """Who says so, or which official, stands elsewhere."""
    text = (
        "Russia should rejoin the New START nuclear arms control treaty, which limits the warheads of both countries."
    )
    assert standing(text, listed=True) < standing(text)
    assert standing("The official said Russia should release a detained American citizen, Paul Whelan.") < 1


def test_what_follows_may_lean() -> None:
    """Told behind the sentence before it, a pronoun is no fault; a question still is one."""
    text = "He said the ferry had run aground off Tarn on Monday evening with forty people on board."
    assert standing(text, follows=True) >= STANDS
    assert standing("Why had it run aground off Tarn on Monday evening with forty people?", follows=True) < STANDS


@pytest.mark.parametrize(
    "text",
    [
        "The mill in Corran, which Tarn Timber owns, declined to comment on the fire of Monday.",
        "The owner of the Corran mill had not replied by the time of going to press.",
        "Tarn Timber did not immediately respond to several requests for comment on Tuesday.",
        "Tarn Timber says that call was made nine minutes after the mill at Corran had caught fire.",
        "Tarn Timber said on Tuesday in Corran that this was no reason to close the mill.",
    ],
)
def test_what_came_of_asking_and_what_was_said_before_are_no_news(text: str) -> None:
    """Below what is told while there is anything else, or worth half."""
    assert standing(text) <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The union in Corran has not replied to the offer of 4% that the mill's owner made on Monday.",
        "Tarn Timber said that talks had failed and that it would close the mill in Corran.",
        "Police in Tarn said that nobody was hurt when the mill at Corran caught fire on Monday.",
    ],
)
def test_an_answer_to_somebody_else_is_news(text: str) -> None:
    """And "that" before a clause is no pointer."""
    assert standing(text) >= 0.8
