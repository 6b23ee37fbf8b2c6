"""Reconcile: claims about one thing come together, differences are found, and what only looks like one is not."""

from __future__ import annotations

from pipeline.domain.clusters import DIFFERING, ClaimCluster
from tests.stages.story import Story, story

TEN = "Blinken and Lavrov spoke for about 10 minutes in New Delhi, a US official said. It rained in Tarn."
LESS = "Lavrov and Blinken talked for less than 10 minutes in New Delhi on Thursday. The quay of Tarn was closed."


def differing(made: Story) -> list[ClaimCluster]:
    """The clusters whose positions differ."""
    return [cluster for cluster in made.brief.clusters if cluster.relation in DIFFERING]


def test_topics_partition_the_claims() -> None:
    """Every claim is in exactly one topic, and claims of two articles about one thing share it."""
    made = story(TEN, LESS)
    topics = [c for c in made.brief.clusters if c.relation not in DIFFERING]
    ids = [claim_id for cluster in topics for claim_id in cluster.claim_ids()]
    assert sorted(ids) == sorted(made.claims)
    assert any(set(cluster.articles) == {"a0", "a1"} for cluster in topics)


def test_figures_that_differ_are_found() -> None:
    """One thing counted in two ways is a difference with both sides and who says so."""
    (found,) = differing(story(TEN, LESS))
    assert len(found.positions) == 2
    assert {p.holders[0].name for p in found.positions} == {"a US official", "a1"}


def test_figures_that_agree_or_count_other_things_are_none() -> None:
    """The same figure, or minutes of a talk and minutes of a flight, do not differ."""
    assert differing(story(TEN, TEN.replace("spoke for", "met for"))) == []
    assert differing(story(TEN, "The storm tore the roof off the market within 40 minutes. Divers left.")) == []


def test_a_denial_is_found_with_both_sides() -> None:
    """What one article affirms and another's speaker denies is a difference."""
    made = story(
        "Antony Blinken and Sergey Lavrov held talks in New Delhi on Thursday.",
        "There were no talks between Blinken and Lavrov, Maria Zakharova said.",
    )
    (found,) = differing(made)
    assert found.relation == "reported_position"
    assert [p.holders[0].name for p in found.positions] == ["a0", "Maria Zakharova"]


def test_an_outright_denial_needs_no_shared_name() -> None:
    """What is denied stands in the denial; "the company" there is "Pellan Line" elsewhere."""
    made = story(
        "The seafarers' union accused Pellan Line of overloading the ferry.",
        "The company denied that the ferry had been overloaded when it ran onto the reef.",
    )
    (found,) = differing(made)
    assert len(found.positions) == 2


def test_a_refusal_contradicts_no_offer() -> None:
    """Who declines an invitation bears out that there was one."""
    made = story(
        "TML has invited Rafael Denholt, chief executive of Corvane, to speak at the gate.",
        "Corvane chief executive Rafael Denholt declined TML’s invitation to speak at the factory gate.",
    )
    assert differing(made) == []


def test_the_dead_and_the_missing_are_two_counts() -> None:
    """Nine dead and five missing do not differ; those on board are a third count."""
    made = story(
        "Nine people died when the ferry Thranna sank off the reef, the coastguard said.",
        "Five people are missing after the ferry Thranna sank off the reef, the coastguard said.",
        "There were 241 people on board when the ferry Thranna sank off the reef, the coastguard said.",
    )
    assert differing(made) == []


def test_the_whelan_trap() -> None:
    """Imprisoned since 2018 and convicted in June 2020: two questions, no difference."""
    made = story(
        "Moscow should release Paul Whelan, who has been imprisoned in Russia since 2018, the official said.",
        "Paul Whelan is a former U.S. Marine who was convicted in June 2020 on espionage charges in Moscow.",
        "Paul Whelan was sentenced to 16 years of hard labour in Russia.",
    )
    assert differing(made) == []


def test_copies_have_one_origin() -> None:
    """A passage that another article carries word for word counts as one origin."""
    copied = story(TEN, TEN.split(". It", maxsplit=1)[0] + ". The quay of Tarn was closed.")
    (shared,) = [c for c in copied.brief.clusters if len(c.articles) == 2 and c.relation not in DIFFERING]
    assert shared.origins == 1


def test_the_same_claims_give_the_same_clusters() -> None:
    """Ids, order and words depend on nothing but the claims."""
    assert story(TEN, LESS).brief == story(TEN, LESS).brief
    assert [c.id for c in story(TEN, LESS).brief.clusters][:2] == ["c01", "c02"]


def test_a_toll_that_rose_is_shown_with_both_counts() -> None:
    """A bare number behind "toll" counts people, and what rose later is called superseded."""
    found = differing(
        story(
            "Four people were killed when a ferry ran aground off Tarn on Monday, police said.",
            "The death toll in the Tarn ferry accident rose to six on Tuesday, police said.",
        )
    )
    assert [(c.relation, len(c.positions)) for c in found] == [("superseded", 2)]
    assert found[0].question.startswith("How many people died")


def test_killed_and_injured_are_different_questions() -> None:
    """Four killed here and seventeen injured there do not contradict each other."""
    assert not differing(
        story(
            "The ferry accident off Tarn killed four people on Monday, police said.",
            "The ferry accident off Tarn injured 17 people on Monday, police said.",
        )
    )


def test_an_increment_is_no_count() -> None:
    """That two more bodies were found does not say that two died."""
    assert not differing(
        story(
            "The ferry accident off Tarn killed six people on Monday, police said.",
            "Two more bodies were recovered from the ferry off Tarn on Monday, police said.",
        )
    )


def test_a_denial_is_not_merged_with_what_it_denies() -> None:
    """One shared name is enough where the claims are otherwise alike; the denier holds the denial only."""
    made = story(
        "The captain of the ferry, Jon Veld, has been arrested in Tarn.",
        "The captain of the ferry, Jon Veld, has not been arrested in Tarn, his lawyer Petra Lund said.",
    )
    (difference,) = [c for c in made.brief.clusters if c.relation in DIFFERING]
    affirmed, denied = difference.positions
    assert "has been arrested" in affirmed.text
    assert [holder.name for holder in denied.holders] == ["his lawyer Petra Lund"]
    assert "his lawyer Petra Lund" not in [holder.name for holder in affirmed.holders]
    assert not any(c.relation == "agree" for c in made.brief.clusters)


def test_the_same_said_of_two_others_is_no_topic() -> None:
    """Nor are two sentences that share one word."""
    made = story(
        "Corvane declined to comment. The hearing about the mill is on Wednesday.",
        "Thorell declined to comment. Let us hear the owner first.",
    )
    assert all(len(cluster.articles) == 1 for cluster in made.brief.clusters)
    same = story("Corvane declined to comment.", "Corvane declined to comment on Monday.")
    assert any(len(cluster.articles) == 2 for cluster in same.brief.clusters)


def test_a_topic_is_told_by_a_claim_that_can_be_read_alone() -> None:
    """Not by the first one where that begins with a pronoun."""
    made = story(
        "It has sought to put food and energy security of poor nations on the agenda of the Tarn summit.",
        "Karsia has sought to put food and energy security of poor nations on the agenda of the Tarn summit.",
    )
    (topic,) = made.brief.clusters
    assert topic.positions[0].text.startswith("Karsia")
