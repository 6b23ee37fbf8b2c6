"""Which language a text is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.stages.ingest import ingest
from pipeline.text.languages.detection import agrees, detect
from pipeline.text.languages.known import KNOWN, language_name, language_of, tag_of
from pipeline.text.languages.library import named_by_library
from pipeline.text.languages.scripts import length_in_words
from tests.languages import Known, known

ROOT = Path(__file__).parents[3]
OTHERS = {
    "pt": "O navio encalhou ao largo da costa na quinta-feira, e todos os passageiros foram salvos por outro barco.",
    "it": "La nave si è arenata al largo della costa giovedì, e tutti i passeggeri sono stati salvati da un'altra.",
    "nl": "Het schip liep donderdag voor de kust aan de grond en alle passagiers werden door een ander schip gered.",
    "fi": "Laiva ajoi karille rannikon edustalla, mutta kaikki matkustajat pelastettiin laivaan, joka oli lähellä.",
    "pl": "Statek osiadł na mieliźnie u wybrzeży, a pasażerowie zostali uratowani przez inny statek, który był obok.",
    "sv": "Fartyget gick på grund utanför kusten och alla passagerare räddades av ett annat fartyg som var nära.",
    "da": "Skibet gik på grund ud for kysten, og alle passagerer blev reddet af et andet skib, der var i nærheden.",
    "uk": "Корабель сів на мілину біля узбережжя, і всіх пасажирів урятувало інше судно.",
    "bg": "Корабът заседна край брега в четвъртък, но пътниците бяха спасени от друг кораб, който беше наблизо.",
    "fa": "کشتی روز پنجشنبه در ساحل به گل نشست و همه مسافران توسط کشتی دیگری نجات یافتند.",
    "ja": "船は木曜日に沖合で座礁し、乗客は全員救助された。",
    "ko": "배가 목요일에 해안에서 좌초했다.",
    "el": "Το πλοίο προσάραξε την Πέμπτη.",
}


@pytest.mark.parametrize("article", known(), ids=lambda a: f"{a.code}-{a.name}")
def test_articles_show_their_language(article: Known) -> None:
    """An article of a few sentences is enough; nearly all of its single sentences are, too, and none is another's."""
    assert detect(article.text) == article.code
    found = [detect(sentence) for sentence in article.sentences]
    assert set(found) <= {article.code, None}
    assert found.count(article.code) >= 0.5 * len(found)


@pytest.mark.parametrize(("code", "text"), OTHERS.items())
def test_neighbours_are_not_taken_for_each_other(code: str, text: str) -> None:
    """Portuguese is not Spanish, Danish not German, Persian not Arabic, Japanese not Chinese."""
    assert detect(text) == code
    language = language_of(code)
    assert language is not None
    assert language.code not in KNOWN


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("da", "af efter blev mod ud havde sig"),
        ("no", "av etter ble mot ut hadde seg"),
        (None, "ifølge fra for"),  # both have them
    ],
)
def test_danish_and_norwegian(code: str | None, words: str) -> None:
    """They share most words; any one that they do not share tells, and without one nothing does."""
    both = "Det er en båd som ikke er til, og det er den med en mand på"
    assert [detect(f"{both} {word}") for word in words.split()] == [code] * len(words.split())
    assert detect(f"{both} af av") is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "Паром сел на мель, їх їх"),  # two letters may stand in a name
        ("uk", "Паром сел на мель, їх їх їх"),
        ("ru", "Паром сел на мель, і. " * 9 + "Все пассажиры были спасены другим судном. " * 90),  # nor nine in a book
        ("bg", "Корабът ъ ъ, мы были"),
        ("ru", "Объезд съезд подъезд, мы были это ты"),
        ("ru", "Объезд съезд, это эра, эхо"),
        ("en", "of the that"),
    ],
)
def test_letters_and_words_that_tell(code: str, text: str) -> None:
    """So many, and so large a share."""
    assert detect(text) == code


def test_english_is_never_another_language() -> None:
    """Of the stories that the evals rest on, every article is English, and no sentence is anything else."""
    folders = [ROOT / "seeds", *(ROOT / "evals" / "stories").glob("*/articles")]
    articles = [a for folder in folders for a in ingest([str(folder)]).articles]
    assert len(articles) > 10
    assert {a.language for a in articles} == {"en"}
    assert {detect(s) for a in articles for s in a.sentence_texts()} <= {"en", None}


@pytest.mark.parametrize("text", ["", "Ferry aground", "12:30", "Zwölf Tote", "https://a.example/b", "sha256:52d2d"])
def test_what_is_too_short_is_not_guessed(text: str) -> None:
    """Where words do not tell, the answer is None."""
    assert detect(text) is None


def test_what_is_declared_must_agree_with_the_script() -> None:
    """English cannot be in Cyrillic; "und" and its like declare nothing."""
    assert agrees("zh-Hant", "外交部")
    assert agrees("sr-Latn", "Brod")
    assert not agrees("en", "Паром сел на мель")
    assert not agrees("ru", "Ferry aground")
    assert not agrees("mul", "Ferry aground")


def test_languages_by_name_and_tag() -> None:
    """People write either in sources.yaml and on the command line."""
    assert [tag_of(w) for w in ("German", "DE", "pt_BR", "zh-hans", "en-gb", "Klingon-ish", "")] == [
        "de", "de", "pt-BR", "zh-Hans", "en-GB", None, None,
    ]  # fmt: skip
    assert language_name("qya") == "“qya”"


def test_the_library_is_not_needed_and_never_says_what_is_known_here() -> None:
    """With the extra or without it, what is checked of an article is the same."""
    german = next(article.text for article in known() if article.code == "de")
    assert named_by_library(german) is None
    assert named_by_library("x") is None


def test_length_counts_pairs_of_characters_as_words() -> None:
    """A budget of words is one for scripts without spaces, too."""
    assert length_in_words("渡轮在塔纳港外触礁") == 4
    assert length_in_words("G20 外长会议 in Delhi") == 5
    assert length_in_words("one two — three") == len("one two — three".split())
