"""Verdicts where the text, or what it cites, is not English."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Article, Span
from pipeline.domain.verdict import Verdict
from pipeline.guards.judge import judge
from pipeline.text.sentences import split_sentences
from pipeline.text.spans import make_evidence
from tests.guards.judging import guard
from tests.languages import Known, known

SOURCES = {
    "de": "Bei dem Fährunglück vor Tarnau sind am 3. März zwölf Menschen ums Leben gekommen, 40 weitere wurden "
    "verletzt, wie Ministerin Anna Weber mitteilte. „Das Schiff war nicht überladen“, sagte der Kapitän.",
    "fr": "Douze personnes sont mortes le 3 mars dans le naufrage d'un ferry près de Tarneau et 40 ont été blessées, "
    "a indiqué la ministre Anne Weber. « Le navire n'était pas surchargé », a dit le capitaine.",
    "es": "Doce personas murieron el 3 de marzo al encallar un transbordador cerca de Tarnavela y 40 resultaron "
    "heridas, informó la ministra Ana Weber. «El barco no estaba sobrecargado», dijo el capitán.",
    "ru": "Двенадцать человек погибли 3 марта при крушении парома у Тарнова, 40 получили ранения, сообщила министр "
    "Анна Вебер. «Судно не было перегружено», — сказал капитан.",
    "ar": "لقي اثنا عشر شخصا مصرعهم في 3 مارس في جنوح عبارة قبالة ترنوفة وأصيب 40 آخرون، بحسب الوزيرة آنا ويبر. "
    "وقال القبطان: «لم تكن العبارة محملة بأكثر من طاقتها».",
    "zh": "3月3日，一艘渡轮在塔纳港外触礁，十二人遇难，40人受伤，交通部长安娜·韦伯说。船长说：“渡轮没有超载。”",
}
FAITHFUL = [
    ("de", "Bei dem Fährunglück vor Tarnau kamen am 3. März 12 Menschen ums Leben."),
    ("de", "Der Kapitän sagte, das Schiff war „nicht überladen“."),
    ("fr", "Le 3 mars, 12 personnes sont mortes dans le naufrage d'un ferry près de Tarneau."),
    ("es", "El 3 de marzo murieron 12 personas al encallar un transbordador cerca de Tarnavela."),
    ("ru", "При крушении парома у Тарнова 3 марта погибли 12 человек."),
    ("ru", "Министр Анна Вебер сообщила, что погибли 12 человек."),
    ("ar", "لقي ١٢ شخصا مصرعهم في ٣ مارس في جنوح عبارة قبالة ترنوفة."),
    ("zh", "3月3日，一艘渡轮在塔纳港外触礁，12人遇难。"),
]
FALSE = [
    ("de", "quantity", "Bei dem Fährunglück vor Tarnau kamen am 3. März 14 Menschen ums Leben."),
    ("de", "quantity", "Bei dem Fährunglück vor Tarnau kamen am 3. März 40 Menschen ums Leben."),
    ("de", "quantity", "Bei dem Fährunglück vor Tarnau kamen mehr als zwölf Menschen ums Leben."),
    ("de", "date", "Bei dem Fährunglück vor Tarnau kamen am 4. März zwölf Menschen ums Leben."),
    (
        "de",
        "name",
        "Ministerin Eva Klein sagte, dass bei dem Fährunglück vor Tarnau zwölf Menschen ums Leben kamen.",
    ),
    ("de", "negation", "Bei dem Fährunglück vor Tarnau sind 12 Menschen nicht ums Leben gekommen."),
    ("de", "negation", "Das Schiff war überladen, sagte der Kapitän."),
    ("de", "quotation", "„Das Schiff war völlig überladen“, sagte der Kapitän vor Tarnau."),
    ("fr", "quantity", "Le 3 mars, treize personnes sont mortes dans le naufrage d'un ferry près de Tarneau."),
    ("fr", "date", "Le 5 mars, douze personnes sont mortes dans le naufrage d'un ferry près de Tarneau."),
    ("fr", "name", "Douze personnes sont mortes dans le naufrage d'un ferry, a indiqué la ministre Claire Dubois."),
    ("fr", "negation", "Le navire était surchargé, a dit le capitaine."),
    ("es", "quantity", "El 3 de marzo murieron trece personas al encallar un transbordador cerca de Tarnavela."),
    ("es", "date", "El 3 de abril murieron doce personas al encallar un transbordador cerca de Tarnavela."),
    ("es", "negation", "El barco estaba sobrecargado, dijo el capitán."),
    ("ru", "quantity", "При крушении парома у Тарнова 3 марта погибли двадцать человек."),
    ("ru", "date", "При крушении парома у Тарнова 8 марта погибли двенадцать человек."),
    ("ru", "negation", "Судно было перегружено, сказал капитан."),
    ("ar", "quantity", "لقي ٢٥ شخصا مصرعهم في ٣ مارس في جنوح عبارة قبالة ترنوفة."),
    ("ar", "date", "لقي ١٢ شخصا مصرعهم في ٨ مارس في جنوح عبارة قبالة ترنوفة."),
    ("ar", "negation", "العبارة كانت محملة بأكثر من طاقتها، قال القبطان."),
    ("zh", "quantity", "3月3日，一艘渡轮在塔纳港外触礁，二十人遇难。"),
    ("zh", "date", "3月8日，一艘渡轮在塔纳港外触礁，十二人遇难。"),
    ("zh", "negation", "船长说：渡轮超载。"),
]
NEVER = {"speaker", "role", "modality", "comparison", "opposite"}


def article(text: str, language: str | None, *, published: str | None = "2022-03-04") -> Article:
    """An article of one block in a language."""
    sentences = split_sentences(text, [Span(start=0, end=len(text))], language)
    return Article(
        id="a", path="a.txt", title=None, publisher=None, published=published, url=None, language=language, text=text,
        sentences=tuple(sentences), sha256="0", removed=(),
    )  # fmt: skip


def verdict(statement: str, source: str, language: str | None, *, published: str | None = "2022-03-04") -> Verdict:
    """The verdict on a statement that cites every sentence of a source."""
    whole = article(source, language, published=published)
    return judge(statement, [make_evidence(whole, sentence) for sentence in whole.sentences], {"a": whole})


def failed(found: Verdict) -> set[str]:
    """The names of the guards that failed."""
    return {one.name for one in found.failures()}


@pytest.mark.parametrize(("code", "text"), FAITHFUL)
def test_what_the_source_says_is_borne_out(code: str, text: str) -> None:
    """In other words and other digits; what is not checked is said."""
    found = verdict(text, SOURCES[code], code)
    assert (found.status, failed(found)) == ("supported", set())
    assert {one.name for one in found.unchecked()} >= NEVER


@pytest.mark.parametrize(("code", "name", "text"), FALSE)
def test_what_was_changed_is_refused(code: str, name: str, text: str) -> None:
    """Another figure, day, name or quotation, and a denial dropped or put in, each by its own guard."""
    found = verdict(text, SOURCES[code], code)
    assert name in failed(found), found.guards
    assert found.status in {"contradicted", "unsupported"}


@pytest.mark.parametrize("told", known(), ids=lambda a: f"{a.code}-{a.name}")
def test_every_sentence_bears_itself_out(told: Known) -> None:
    """Cited alone, in whole; and no sentence bears out one of another topic."""
    whole = article(told.text, told.code)
    for text in told.sentences:
        at = told.text.index(text)
        evidence = make_evidence(whole, Span(start=at, end=at + len(text)))
        assert judge(text, [evidence], {"a": whole}).status == "supported", text
    first, last = told.sentences[0], told.sentences[-1]
    evidence = make_evidence(whole, Span(start=told.text.index(last), end=told.text.index(last) + len(last)))
    assert judge(first, [evidence], {"a": whole}).status not in {"supported", "unverified"}


def test_part_of_a_sentence_is_not_taken_as_it_stands() -> None:
    """It may have lost who says so, or the word of denial: the guards look at it."""
    source = "Niemand hat behauptet, dass das Schiff an diesem Tag mit 200 Passagieren überladen war."
    found = verdict("Das Schiff war an diesem Tag mit 300 Passagieren überladen.", source, "de")
    assert "quantity" in failed(found)
    assert guard("content", verdict(source, source, "de")).detail == "it stands in the cited passage word for word"


def test_a_weekday_and_a_day_are_one_by_the_articles_date() -> None:
    """Thus "am Donnerstag" of an article of 4 March 2022 is 3 March; without the article's date nobody knows."""
    source = "Am Donnerstag sind bei dem Fährunglück vor Tarnau zwölf Menschen ums Leben gekommen."
    told = "Bei dem Fährunglück vor Tarnau sind am 3. März zwölf Menschen ums Leben gekommen."
    assert verdict(told, source, "de").status == "supported"
    assert failed(verdict(told, source, "de", published=None)) == {"date"}
    assert failed(verdict(told.replace("3. März", "1. März"), source, "de")) == {"date"}


ENGLISH = "Twelve people died and 40 were injured in a ferry accident on 3 March, Anna Weber said."


def test_across_languages_nothing_is_borne_out_by_words() -> None:
    """Figures, days and names agree: not refused for its words, and not called supported, either."""
    found = verdict(ENGLISH, SOURCES["de"], "de")
    assert (found.status, found.tellable()) == ("unverified", True)
    assert {g.name for g in found.guards if g.outcome == "pass"} == {"quantity", "date", "name"}
    assert {one.name for one in found.unchecked()} >= {"content", "negation", *NEVER}


@pytest.mark.parametrize(
    ("was", "told", "name"),
    [("Twelve", "Fourteen", "quantity"), ("3 March", "4 March", "date"), ("Anna Weber", "Eva Klein", "name"),
     ("died", "“died at sea”", "quotation")],
)  # fmt: skip
def test_across_languages_a_changed_fact_is_refused(was: str, told: str, name: str) -> None:
    """Values, days and people's names mean the same in each language; a quotation is not translated."""
    found = verdict(ENGLISH.replace(was, told), SOURCES["de"], "de")
    assert (found.status, failed(found)) == ("unsupported", {name})


@pytest.mark.parametrize("code", ["ru", "ar", "zh"])
def test_across_scripts_names_are_not_compared(code: str) -> None:
    """They are transliterated; figures and days are compared."""
    found = verdict(ENGLISH, SOURCES[code], code)
    assert found.status == "unverified"
    assert guard("name", found).outcome == "not_applicable"
    assert failed(verdict(ENGLISH.replace("Twelve", "Thirteen"), SOURCES[code], code)) == {"quantity"}


def test_across_languages_what_has_nothing_to_compare_is_not_told() -> None:
    """Neither supported nor refused: nobody has looked at anything."""
    found = verdict("The minister was sad about all of this, and so were the people of the town.", SOURCES["de"], "de")
    assert (found.status, found.tellable()) == ("unverified", False)


def test_a_german_sentence_about_an_english_article_is_across() -> None:
    """Whichever of the two is English."""
    source = "Twelve people died on 3 March when a ferry ran aground off Tarn, and 40 of those on board were hurt."
    told = "Bei dem Fährunglück vor Tarn kamen am 3. März zwölf Menschen ums Leben, 40 wurden verletzt."
    assert verdict(told, source, "en").status == "unverified"
    assert failed(verdict(told.replace("zwölf", "zwanzig"), source, "en")) == {"quantity"}


FINNISH = (
    "Laiva ajoi karille torstaina, ja 12 matkustajaa kuoli, mutta kaikki muut, jotka olivat laivassa, pelastettiin."
)


def test_a_language_that_is_not_known_is_not_called_checked() -> None:
    """The sentence itself stands; in other words it says what was not checked; a wrong figure is refused."""
    assert verdict(FINNISH, FINNISH, "fi").status == "supported"
    other = "12 matkustajaa kuoli, kun laiva ajoi karille torstaina, mutta kaikki muut pelastettiin."
    found = verdict(other, FINNISH, "fi")
    assert (found.status, found.tellable()) == ("unverified", True)
    assert {one.name for one in found.unchecked()} >= {"negation", "name", "date"}
    assert failed(verdict(other.replace("12", "21"), FINNISH, "fi")) == {"quantity"}


def test_english_is_judged_as_ever() -> None:
    """By its own guards, whether or not somebody told the language."""
    source = "A ferry with 40 people on board ran aground off Tarn on Monday."
    same = [verdict(source, source, language) for language in (None, "en", "en-GB")]
    assert {one.method for one in same} == {same[0].method}
    assert "languages" not in same[0].method


COUNTED = [(a, s, n) for a in known() for s in a.sentences for n in ("40", "120", "135", "٤٠", "١٣٥") if n in s]


@given(st.sampled_from(COUNTED), st.integers(201, 997))
def test_a_figure_from_nowhere_never_passes(counted: tuple[Known, str, str], other: int) -> None:
    """Whatever the language: a number that the article does not have is found out."""
    told, text, number = counted
    whole = article(told.text, told.code)
    at = told.text.index(text)
    evidence = make_evidence(whole, Span(start=at, end=at + len(text)))
    assert "quantity" in failed(judge(text.replace(number, str(other)), [evidence], {"a": whole}))
