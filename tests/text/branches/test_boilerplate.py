"""What a publisher's articles have nearly in common, and when nothing goes."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Article
from pipeline.text.boilerplate import boilerplate
from tests.guards.judging import article

FIRE = (
    "A fire broke out in a paint works in Orrin on Tuesday night.\n"
    "Sixty firemen fought it until dawn, the brigade said.\n"
    "The works had closed an hour before, and nobody was inside.\n"
    "Its owner, Bo Lund, said that two halls were lost.\n"
    "The smoke drifted over the harbour, and schools there kept their windows shut.\n"
)
VOTE = (
    "Members of the teachers' union voted for a strike in May.\n"
    "Nine in ten of those who took part were for it.\n"
    "The minister, Ines Corb, called the vote a disappointment and offered new talks.\n"
    "Parents in Tarn have begun to share out the care of their children.\n"
    "The last strike, four years ago, went on for nine days.\n"
)
LETTER = (
    "Sign up here and we will send you the best stories of the lake each {} morning before you have had breakfast.\n"
)
APPEAL = "We need your help: if you value what we do, please support us with as much as you can this year.\n"


def _gone(*texts: str) -> list[list[str]]:
    """What goes of each text; all are of one publisher."""
    articles: list[Article] = [
        article(text, publisher="The Tarn Courier").model_copy(update={"id": f"a{n}"}) for n, text in enumerate(texts)
    ]
    return [[span.of(one.text) for span in spans] for one, spans in zip(articles, boilerplate(articles), strict=True)]


def test_nearly_the_same_appeal_goes() -> None:
    """Though a word of it is another one each day; what only begins alike stays."""
    monday, friday = LETTER.format("Monday"), LETTER.format("Friday")
    assert _gone(FIRE + monday, VOTE + friday) == [[monday.strip()], [friday.strip()]]
    other = "Sign up here and we shall see whether nine halls of the old works in Orrin can be built anew by spring.\n"
    assert _gone(FIRE + monday, VOTE + other) == [[], []]


def test_an_appeal_goes_though_its_words_are_the_story_s() -> None:
    """Some of them; where it is on what the articles are about, it stays."""
    assert _gone(FIRE + APPEAL, VOTE + APPEAL) == [[APPEAL.strip()]] * 2
    asked = (
        "If you saw the fire in the paint works in Orrin, or the firemen of the brigade, please write to our desk.\n"
    )
    assert _gone(FIRE + asked, VOTE + asked) == [[], []]


@pytest.mark.parametrize("body", ["A fire broke out.\n", ""])
def test_where_most_would_go_nothing_goes(body: str) -> None:
    """Articles that have most in common may be one report; an article without a sentence has nothing to lose."""
    appeals = APPEAL + APPEAL.replace("help", "trust").replace("this year", "in the valley")
    assert _gone(body + appeals, VOTE + appeals)[0] == []
    assert _gone("", VOTE) == [[], []]
