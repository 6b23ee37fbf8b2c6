"""What the engines make of articles in other languages, and of a language that is asked for."""

from __future__ import annotations

import asyncio
import json

import pytest

from pipeline.domain.article import Span
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import LlmEngine
from pipeline.engines.requests import Requests
from pipeline.engines.written_language import majority_language, written_language
from pipeline.prompting import load_prompts
from pipeline.runs.runner import Story, run_story
from pipeline.stages.ingest import Given, SourceEntry, ingest_given
from tests.languages import CODES, known
from tests.llm.scripted import ScriptedChat, reply
from tests.stages.story import story

ENGLISH = "A ferry with 40 people on board ran aground off Tarn on Monday. Nobody on the ferry was hurt."


def told(*codes: str, words: int = 90, language: str | None = None) -> Story:
    """The story of the articles in these languages, told by the extractive engine."""
    given = [Given(f"{a.code}-{a.name}", a.file, SourceEntry()) for a in known() if a.code in codes]
    return asyncio.run(run_story(ingest_given(given), ExtractiveEngine(), words=words, language=language))


@pytest.mark.parametrize("code", CODES)
def test_a_summary_is_whole_sentences_of_its_articles(code: str) -> None:
    """In their language, each cited to the character, none twice, of both articles, within the words."""
    made = told(code)
    assert made.synthesis is not None
    articles = {file.article.id: file.article for file in made.files}
    assert {article.language for article in articles.values()} == {code}
    sentences = {s for a in known() if a.code == code for s in a.sentences}
    assert all(any(s in article.text for article in articles.values()) for s in sentences), "none is furniture"
    texts = [statement.text for statement in made.synthesis.statements]
    assert set(texts) <= sentences
    assert len(set(texts)) == len(texts) >= 4
    cited = [c.evidence for s in made.synthesis.statements for c in s.citations]
    assert {e.article_id for e in cited} == set(articles)
    for evidence in cited:
        assert Span(start=evidence.start, end=evidence.end).of(articles[evidence.article_id].text) == evidence.quote
    assert {s.verdict.status for s in made.synthesis.statements} == {"supported"}
    assert any(figure in " ".join(texts) for figure in ("40", "٤٠", "Quarante"))
    assert any("2 articles in " in note and "who says so" in note for note in made.notes)


@pytest.mark.parametrize("code", ["de", "ru", "zh"])
def test_articles_that_differ_in_a_figure_are_set_side_by_side(code: str) -> None:
    """120 passengers or 135: found by the figures of that language; the heading is not put together from its stems."""
    made = told(code)
    assert made.synthesis is not None
    (difference,) = made.synthesis.disagreements
    assert difference.topic == "What the sources say"
    shown = " ".join(position.text for position in difference.positions)
    assert "120" in shown
    assert "135" in shown


def test_articles_in_two_languages_are_told_in_both_unless_one_is_asked_for() -> None:
    """Nothing is left out in silence: a note says what became of the others."""
    both, german = told("de", "fr"), told("de", "fr", language="de-AT")
    assert both.synthesis is not None
    assert german.synthesis is not None
    sentences = {code: {s for a in known() if a.code == code for s in a.sentences} for code in ("de", "fr")}
    texts = {s.text for s in both.synthesis.statements}
    assert texts & sentences["de"]
    assert texts & sentences["fr"]
    assert any("in French and German" in note for note in both.notes)
    assert {s.text for s in german.synthesis.statements} <= sentences["de"]
    assert any("2 articles in other languages are not told" in note for note in german.notes)


def test_a_language_that_no_article_is_in_is_not_pretended() -> None:
    """The sentences stay as they are, and that is said (the command refuses it beforehand)."""
    made = told("de", language="fr")
    assert made.synthesis is not None
    assert made.synthesis.statements
    assert any("No article is in French" in note for note in made.notes)


def engine(chat: ScriptedChat) -> LlmEngine:
    """An engine over the prompts of the repository, one call for the brief."""
    return LlmEngine(chat, "tiny", load_prompts(), "brief")


def test_an_english_story_is_asked_as_ever() -> None:
    """No word of languages in a request: recorded replies stay good."""
    made = story(ENGLISH)
    chat = ScriptedChat(reply(json.dumps({"statements": []})))
    asyncio.run(engine(chat).synthesize(made.brief))
    requests = [Requests("tiny", load_prompts()).summarize(made.articles["a0"]), chat.requests[0]]
    assert not any("Language:" in message.content for request in requests for message in request.messages)
    assert written_language(made.brief.model_copy(update={"language": "en-GB"})) is None


def test_claims_are_asked_for_in_the_language_of_their_article() -> None:
    """There the guards know the words."""
    german = story(ENGLISH).articles["a0"].model_copy(update={"language": "de"})
    system, user = (m.content for m in Requests("tiny", load_prompts()).summarize(german).messages)
    assert "write every sentence of your own in German" in system
    assert "never put words that you have translated between quotation marks" in system
    assert user.endswith("(Your own sentences in German; quotations in the language of the article.)")


@pytest.mark.parametrize(("asked", "expected"), [(None, "German"), ("en", "English"), ("pt-BR", "Portuguese")])
def test_a_summary_is_asked_for_in_a_language(asked: str | None, expected: str) -> None:
    """That which the user wants, else that of most articles."""
    made = story(ENGLISH, "Die Fähre lief am Montag vor Tarn auf Grund.", "Auf der Fähre waren 40 Menschen.")
    articles = {k: a.model_copy(update={"language": "de" if k != "a0" else "en"}) for k, a in made.articles.items()}
    brief = made.brief.model_copy(update={"articles": articles, "language": asked})
    statement = {"claim_ids": [next(iter(made.claims))], "text": "A ferry ran aground off Tarn."}
    chat = ScriptedChat(reply(json.dumps({"statements": [statement]})))
    asyncio.run(engine(chat).synthesize(brief))
    assert f"write every sentence of your own in {expected}" in chat.requests[0].messages[0].content


def test_the_language_of_most_articles() -> None:
    """English among equals, and where nobody told."""
    assert majority_language(["fr", "en"]) == "en"
    assert majority_language([None, None, "de"]) == "en"
    assert majority_language(["de-AT", "de-CH", "en"]) == "de"
    assert majority_language([]) == "en"


def test_one_claim_is_translated_where_it_has_to_be() -> None:
    """Told by cluster, a topic of one claim is that claim's words; not where they are in another language."""
    made = story("Die Fähre „Nordstern“ lief am Montag mit 40 Menschen an Bord vor Tarn auf Grund.")
    articles = {name: article.model_copy(update={"language": "de"}) for name, article in made.articles.items()}
    english = "The ferry Nordstern ran aground off Tarn on Monday with 40 people on board."
    chat = ScriptedChat(reply(json.dumps({"sentence": english})))
    by_cluster = LlmEngine(chat, "tiny", load_prompts(), "cluster")
    draft = asyncio.run(by_cluster.synthesize(made.brief.model_copy(update={"articles": articles, "language": "en"})))
    assert [s.text for s in draft.statements] == [english]
    draft = asyncio.run(by_cluster.synthesize(made.brief.model_copy(update={"articles": articles})))
    assert [s.text for s in draft.statements] == [made.articles["a0"].text]
    assert chat.left == []
