"""What the sources contradict each other about becomes claims, whatever the engine picked."""

from __future__ import annotations

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile, ArticleSummary, Claim, Usage
from pipeline.runs.contested import with_contested
from tests.stages.story import story

LONG = "The train stood on the viaduct for about 50 minutes on Monday, the railway said. The cafe car stayed open."
SHORT = "The train stood on the viaduct for less than 20 minutes on Monday, a passenger said. Snow fell in Tarn."
CALM = "The viaduct was built in 1931. The train was full of schoolchildren."


def files(*texts: str, picked: tuple[str, ...]) -> list[ArticleFile]:
    """The texts as articles, each with those claims that hold one of the ``picked`` words."""
    made = story(*texts)
    chosen = [claim for claim in made.claims.values() if any(word in claim.text for word in picked)]
    return [
        _file(article, [c for c in chosen if c.evidence[0].article_id == key]) for key, article in made.articles.items()
    ]


def _file(article: Article, claims: list[Claim]) -> ArticleFile:
    summary = ArticleSummary(article_id=article.id, headline=None, claims=tuple(claims), rejected=(), usage=Usage())
    return ArticleFile(article=article, summary=summary)


def texts(file: ArticleFile) -> list[str]:
    """What its claims say."""
    return [claim.text for claim in file.summary.claims]


def test_both_sides_that_the_engine_left_out_are_there() -> None:
    """Two figures for one thing, and neither was picked."""
    long, short, calm = with_contested(files(LONG, SHORT, CALM, picked=("cafe", "Snow", "1931")))
    assert any("50 minutes" in text for text in texts(long))
    assert any("20 minutes" in text for text in texts(short))
    assert texts(calm) == ["The viaduct was built in 1931."]


def test_what_was_picked_is_not_told_twice() -> None:
    """Where a claim takes the side already, its sentence adds nothing; the other side still does."""
    long, short, _ = with_contested(files(LONG, SHORT, CALM, picked=("50 minutes",)))
    assert len(texts(long)) == 1
    assert any("20 minutes" in text for text in texts(short))


def test_nothing_is_added_where_all_sentences_are_claims_or_nothing_differs() -> None:
    """The embedded engine's claims are all sentences; calm articles have no sides."""
    everything = files(LONG, SHORT, picked=("",))
    assert with_contested(everything) == everything
    calm = files(CALM, CALM.replace("full", "empty"), picked=("1931",))
    assert with_contested(calm) == calm


def test_claims_added_stand_in_their_articles() -> None:
    """Every evidence is the text that it quotes."""
    for file in with_contested(files(LONG, SHORT, picked=("cafe",))):
        for claim in file.summary.claims:
            (evidence,) = claim.evidence
            assert file.article.text[evidence.start : evidence.end] == evidence.quote
