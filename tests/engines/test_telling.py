"""What the extractive engine tells."""

from __future__ import annotations

from pipeline.engines.telling import told_shortly
from tests.stages.story import Story, story

EVENT = "The ferry Anna of Tarn Lines ran aground off the port of Tarn on Monday, killing four people."


def _texts(made: Story) -> list[str]:
    return [draft.text for draft in told_shortly(made.brief)]


def test_a_sentence_follows_the_one_it_leans_on() -> None:
    """Both make one statement that cites both; alone the second is not told."""
    divers = "Divers of the navy came to Tarn on Tuesday with a crane, the coastguard of Tarn said."
    they = "They recovered two of the dead from the wreck of the ferry Anna in forty metres of water."
    made = story(f"{EVENT} {divers} {they}")
    (draft,) = [draft for draft in told_shortly(made.brief) if they in draft.text]
    assert draft.text == f"{divers} {they}"
    assert [made.claims[i].text for i in draft.claim_ids] == [divers, they]


def test_what_leans_on_a_sentence_across_a_gap_is_not_told() -> None:
    """A heading or a picture between the two may be what it is about."""
    they = "They recovered two of the dead from the wreck of the ferry Anna in forty metres of water."
    divers = "Divers of the navy came to Tarn on Tuesday with a crane, the coastguard of Tarn said."
    assert not any(they in text for text in _texts(story(f"{EVENT} {divers}\n\n\n\n{they}")))


def test_a_topic_is_told_once_while_there_is_another() -> None:
    """The same in other words waits behind what has not been told."""
    again = "On Monday the ferry Anna of Tarn Lines had run aground off the port of Tarn and four people had died."
    other = "The minister Lena Dorr ordered a public inquiry, which must report to parliament by the end of June."
    texts = _texts(story(EVENT, f"{again} {other}", words=40))
    assert any("public inquiry" in text for text in texts)
    assert again not in texts


def test_words_of_somebody_unnamed_wait_for_the_name() -> None:
    """A quotation of which only the sentence before says whose it is comes with that one, or not at all."""
    account = "The union's president Lena Dorr of Tarn stood by her account of the talks of Monday."
    words = "“I have held the plan in my hands, and the works of Tarn are to be shut with 2,300 jobs,” she said."
    texts = _texts(story(f"{EVENT} {account} {words}"))
    assert words not in texts
    assert any(text == f"{account} {words}" for text in texts)


def test_the_headline_is_told() -> None:
    """Of two sentences that are as long and that one article alone has, the one that tells its title is told."""
    title = "Minister orders public inquiry into old quay of Tarn"
    inquiry = "Later the minister Lena Dorr ordered a public inquiry into the old quay of Tarn."
    insurer = "Insurers in Vastrel expected claims for the cargo of timber to be paid by summer."
    made = story(f"{EVENT} {insurer} {inquiry}", EVENT, words=36)
    titled = {k: a.model_copy(update={"title": title if k == "a0" else None}) for k, a in made.articles.items()}
    told = [draft.text for draft in told_shortly(made.brief.model_copy(update={"articles": titled}))]
    assert any("public inquiry" in text for text in told)
    assert not any("Insurers" in text for text in told)


def test_what_says_something_of_this_comes_with_what_this_is() -> None:
    """Alone, "explains that this is when …" and "rejects this" tell nothing; behind their sentence they do."""
    theft = "The books of the dealer Lena Dorr of Tarn were cut up and sold by the page in Vastrel."
    this = "The lawyer Chris Marell explained in Tarn that this is when the second crime of the thieves takes place."
    assert not any(this in text for text in _texts(story(f"{EVENT}\n\n\n\n{this}")))
    assert any(text == f"{theft} {this}" for text in _texts(story(f"{EVENT} {theft} {this}")))


def test_this_day_and_quoted_this_lean_on_nothing() -> None:
    """A determiner names its thing, and what a quotation means by "this" is its speaker's affair."""
    for text in (
        "The minister Lena Dorr of Tarn said this week that the quay had been closed to lorries since May.",
        "The minister Lena Dorr of Tarn said of the quay of Vastrel: “This is a disgrace to the whole country.”",
    ):
        assert text in _texts(story(f"{EVENT}\n\n\n\n{text}"))


def test_a_judgement_that_nobody_makes_waits_behind_what_happened() -> None:
    """By nobody's measure "highly unpredictable" is the writer's opinion; with a speaker it is theirs."""
    judged = "The owner of the ferry, Bo Marell of Tarn, is highly unpredictable."
    happened = "The insurer Dorr of Vastrel sent two divers to the ferry on Tuesday."
    assert judged not in _texts(story(f"{EVENT} {judged} {happened}", words=31))
    said = "Bo Marell of Tarn is highly unpredictable, the insurer Dorr said."
    assert said in _texts(story(f"{EVENT} {said}", words=31))
