"""Cite, synthesize and verify: what is not borne out is repaired once, replaced by the source's words, or dropped."""

from __future__ import annotations

import asyncio

from pipeline.engines.citing import cite
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief, StatementDraft
from pipeline.stages.synthesize import synthesize
from pipeline.stages.verify import disagreements, omissions, verify
from tests.stages.story import ToldEngine, claim_with, drafts, story

FERRY = "A ferry with 40 people on board ran aground off Tarn on Monday. Nobody on the ferry was hurt."
AGAIN = "The ferry that ran aground off Tarn on Monday had 40 people on board. The mayor closed the quay of Pell."
GOOD = "A ferry with 40 people ran aground off Tarn on Monday."
WRONG = "A ferry with 50 people ran aground off Tarn on Monday."


def test_citations_are_the_passages_of_the_claims() -> None:
    """Each claim gives its passage, once; another article that says all of it is cited too."""
    made = story(FERRY, AGAIN)
    (draft,) = drafts(made, (GOOD, ["40 people on board ran", "40 people on board ran"]))
    cited = cite(draft, made.brief)
    assert [c.evidence.article_id for c in cited.citations] == ["a0", "a1"]
    assert cited.cluster_ids


def test_unknown_claims_are_left_out_and_never_crash() -> None:
    """A draft that cites only what does not exist is dropped with its reason."""
    made = story(FERRY)
    draft = StatementDraft(text=GOOD, claim_ids=("a0.ffffff", "nonsense", ""))
    done = asyncio.run(verify([draft], ToldEngine(), made.brief))
    assert done.statements == ()
    assert (done.dropped[0].text, done.dropped[0].citations) == (GOOD, ())
    assert done.dropped[0].verdict.status == "uncited"
    assert done.dropped[0].reason


def test_a_repair_is_asked_for_once_and_used() -> None:
    """A failed statement is replaced by the engine's second try, and the first is listed."""
    made = story(FERRY)
    engine = ToldEngine(GOOD, "never asked for")
    done = asyncio.run(verify(drafts(made, (WRONG, ["40 people"])), engine, made.brief))
    assert [s.text for s in done.statements] == [GOOD]
    assert len(engine.asked) == 1
    assert [(d.text, d.verdict.status) for d in done.dropped] == [(WRONG, "contradicted")]
    assert "50" in done.dropped[0].reason


def test_after_a_failed_repair_the_source_speaks() -> None:
    """Where the repair fails too, the cited passage's own words stand; the draft is listed."""
    made = story(FERRY)
    done = asyncio.run(verify(drafts(made, (WRONG, ["40 people"])), ToldEngine(WRONG), made.brief))
    assert [s.text for s in done.statements] == [claim_with(made, "40 people").text]
    assert [d.text for d in done.dropped] == [WRONG]


def test_only_supported_and_cited_statements_pass() -> None:
    """Whatever is drafted, what comes out is supported, cited and numbered in order."""
    made = story(FERRY, AGAIN)
    told = drafts(
        made, (GOOD, ["40 people on board ran"]), (WRONG, ["Nobody"]), ("The mayor closed the quay.", ["closed"])
    )
    done = asyncio.run(verify(told, ToldEngine(), made.brief))
    assert all(s.verdict.status == "supported" and s.citations for s in done.statements)
    assert [s.id for s in done.statements] == [f"s{n + 1}" for n in range(len(done.statements))]


def test_the_budget_of_words_holds() -> None:
    """What does not fit is listed, and the first statement always stands."""
    made = story(FERRY, AGAIN, words=20)
    told = drafts(
        made,
        (GOOD, ["40 people on board ran"]),
        ("The mayor closed the quay of Pell.", ["closed"]),
        ("Nobody on the ferry was hurt.", ["Nobody"]),
    )
    done = asyncio.run(verify(told, ToldEngine(), made.brief))
    assert sum(len(s.text.split()) for s in done.statements) <= 20
    assert any("length" in d.reason for d in done.dropped)


def test_a_repetition_is_dropped() -> None:
    """A statement that says again what another said is listed, not told."""
    made = story(FERRY)
    told = drafts(made, (GOOD, ["40 people"]), (GOOD.replace("A ferry", "The ferry"), ["40 people"]))
    done = asyncio.run(verify(told, ToldEngine(), made.brief))
    assert len(done.statements) == 1
    assert "repeats" in done.dropped[0].reason


def test_synthesis_drops_empty_and_double_drafts() -> None:
    """The embedded engine tells nothing twice, and nothing where nothing is claimed."""
    made = story(FERRY, AGAIN)
    texts = [s.text for s in asyncio.run(synthesize(ExtractiveEngine(), made.brief)).statements]
    assert texts
    assert len(set(texts)) == len(texts)
    empty = Brief(articles={}, claims={}, clusters=(), words=300)
    assert asyncio.run(synthesize(ExtractiveEngine(), empty)).statements == ()


def test_disagreements_show_only_verified_positions() -> None:
    """Both sides are shown in words that their own passages bear out."""
    made = story(
        "Blinken and Lavrov spoke for about 10 minutes in New Delhi, a US official said.",
        "Lavrov and Blinken talked for less than 10 minutes in New Delhi on Thursday.",
    )
    (found,) = disagreements(made.brief.clusters, made.claims, made.articles)
    assert [("about 10" in p.text, "less than 10" in p.text) for p in found.positions] == [(True, False), (False, True)]
    assert all(p.citations for p in found.positions)


def test_omissions_are_what_several_tell_and_the_summary_does_not() -> None:
    """A topic of two origins that nothing covers is listed; one that a statement cites is not."""
    made = story(FERRY, AGAIN)
    assert [set(c.articles) for c in omissions(made.brief.clusters, (), ())] == [{"a0", "a1"}]
    done = asyncio.run(verify(drafts(made, (GOOD, ["40 people on board ran"])), ToldEngine(), made.brief))
    assert omissions(made.brief.clusters, done.statements, ()) == ()


def test_every_holder_of_a_position_has_a_passage() -> None:
    """Whoever else holds it is cited for that, beside the passages that bear the words out."""
    made = story(
        "Ore and Vale spoke for about 10 minutes in Tarn, a harbour official said.",
        "It is understood that Ore and Vale spoke for about 10 minutes in Tarn about the quay and much else.",
        "Ore and Vale talked for less than 10 minutes in Tarn, a union official said.",
    )
    (shown,) = disagreements(made.brief.clusters, made.claims, made.articles)
    about = next(p for p in shown.positions if "about" in p.text)
    assert about.holders[0].name == "a harbour official"
    assert {c.evidence.article_id for c in about.citations} >= {"a0"}
    for position in shown.positions:
        cited = [made.articles[c.evidence.article_id] for c in position.citations]
        for holder in position.holders:
            assert any(holder.name in (article.text, article.id) or holder.name in article.text for article in cited)


def test_a_disagreement_needs_two_sides_that_are_borne_out() -> None:
    """A position that neither its words nor its passages bear out is not shown; one side alone is no disagreement."""
    made = story(
        "Blinken and Lavrov spoke for about 10 minutes in New Delhi, a US official said.",
        "Lavrov and Blinken talked for less than 10 minutes in New Delhi on Thursday.",
    )
    (cluster,) = [one for one in made.brief.clusters if len(one.positions) > 1]
    one = cluster.positions[0].claim_ids[0]
    claim = made.claims[one]
    elsewhere = claim.evidence[0].model_copy(update={"start": 0, "end": 7, "quote": "Blinken"})
    claims = {**made.claims, one: claim.model_copy(update={"evidence": (elsewhere,), "text": "It rained in Tarn."})}
    doubtful = cluster.model_copy(
        update={"positions": (cluster.positions[0].model_copy(update={"text": "It rained."}), *cluster.positions[1:])}
    )
    assert len(disagreements([cluster], made.claims, made.articles)) == 1
    assert disagreements([doubtful], claims, made.articles) == ()


def test_what_replaces_a_statement_can_be_read_alone() -> None:
    """Of two passages that bear out a part of it, not the one that begins with a pronoun, though it is nearer."""
    made = story(
        "It speaks of 640 jobs at the mill of Tarn; the union speaks of 2,300.",
        "Dravik speaks of 640 jobs at the mill in a letter to staff.",
    )
    wrong = "The union speaks of 640 jobs at the mill of Tarn, and Dravik speaks of 2,300."
    done = asyncio.run(verify(drafts(made, (wrong, ["It speaks of", "Dravik speaks"])), ToldEngine(), made.brief))
    assert [s.text for s in done.statements] == ["Dravik speaks of 640 jobs at the mill in a letter to staff."]


def test_what_cannot_be_read_alone_is_no_topic_that_was_left_out() -> None:
    """Who "it" is, nobody who reads the list can know."""
    text = "It has sought to put food and energy security of poor nations on the agenda of the Tarn summit."
    assert omissions(story(text, text.replace("poor", "the poor")).brief.clusters, (), ()) == ()
