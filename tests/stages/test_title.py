"""What the summary is called."""

from __future__ import annotations

import asyncio

from pipeline.domain.article import Article
from pipeline.domain.synthesis import Statement
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.stages.synthesize import synthesize
from pipeline.stages.title import title
from pipeline.stages.verify import disagreements, verify
from tests.stages.story import Story, ToldEngine, drafts, story

FERRY = "A ferry with 40 people on board ran aground off Tarn on Monday. Nobody on the ferry was hurt."
GOOD = "A ferry with 40 people ran aground off Tarn on Monday."


def test_a_title_is_a_source_s_or_a_statement_s() -> None:
    """Nothing is made up for a title."""
    made = story(FERRY)
    told = _told(made, (GOOD, ["40 people"]))
    assert title(list(made.articles.values()), told, ()) == GOOD.removesuffix(".")
    assert title(_titled(made, "Ferry runs aground"), told, ()) == "Ferry runs aground"
    assert title([], (), ()) == ""


def test_the_title_that_the_first_statement_bears_out_is_taken() -> None:
    """Of two that the summary holds alike, the one of what it opens with."""
    made = story(FERRY, "The mayor closed the quay of Pell on Friday after a complaint by fishermen.")
    articles = _titled(made, "Ferry aground off Tarn", "Mayor closes quay of Pell")
    mayor = "The mayor closed the quay of Pell on Friday after a complaint by fishermen."
    one, other = _told(made, (GOOD, ["40 people"])), _told(made, (mayor, ["The mayor closed"]))
    assert title(articles, (*one, *other), ()) == "Ferry aground off Tarn"
    assert title(articles, (*other, *one), ()) == "Mayor closes quay of Pell"


def test_a_title_with_a_figure_that_a_later_report_replaced_is_not_taken() -> None:
    """Unless there is no other."""
    made = story(
        "The number of dead in the fire at the Corran mill rose to nine on Monday, police in Tarn said.",
        "The number of dead in the fire at the Corran mill rose to 14 on Wednesday, police in Tarn said.",
    )
    shown = disagreements(made.brief.clusters, made.claims, made.articles)
    assert [d.relation for d in shown] == ["superseded"]
    drafted = asyncio.run(synthesize(ExtractiveEngine(), made.brief)).statements
    statements = asyncio.run(verify(drafted, ToldEngine(), made.brief)).statements
    old, new = "Nine dead in fire at Corran mill", "Corran mill fire: more bodies found"
    assert title(_titled(made, old, new), statements, shown) == new
    assert title(_titled(made, old, new), statements, ()) == old
    assert title(_titled(made, old, "Nine pages on the fire"), statements, shown) == old
    newest = shown[0].positions[-1]
    both = newest.model_copy(update={"text": "Up from nine, the number of dead rose to 14."})
    repeated = shown[0].model_copy(update={"positions": (*shown[0].positions[:-1], both)})
    assert title(_titled(made, old, new), statements, [repeated]) == old


def test_without_titles_the_first_sentence_that_is_short_enough_is_taken() -> None:
    """Not a later statement because the first has two sentences."""
    made = story(FERRY)
    both = _told(made, (FERRY, ["40 people", "Nobody on the"]))
    assert title(list(made.articles.values()), both, ()) == FERRY.split(". ", maxsplit=1)[0]


def _told(made: Story, *texts: tuple[str, list[str]]) -> tuple[Statement, ...]:
    return asyncio.run(verify(drafts(made, *texts), ToldEngine(), made.brief)).statements


def _titled(made: Story, *titles: str) -> list[Article]:
    pairs = zip(made.articles.values(), titles, strict=True)
    return [article.model_copy(update={"title": title}) for article, title in pairs]


def test_a_title_of_few_words_needs_more_of_them() -> None:
    """One word of three shared is less than four of nine."""
    text = "The minister invited both sides in the strike at Ostrel to talks on Monday, and the union agreed."
    made = story(text, "The mayor of Ostrel left the lights of the town hall on for the workers.")
    told = _told(made, (text, ["The minister invited"]))
    long = "Minister invites both sides to talks, union threatens to call out second depot next week"
    assert title(_titled(made, long, "Keep Ostrel bright"), told, ()) == long
