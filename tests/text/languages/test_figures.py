"""Figures, days and quotations as six languages write them."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Span
from pipeline.text.dates import calendar_mentions
from pipeline.text.languages.calendar import days
from pipeline.text.languages.known import KNOWN, language_of
from pipeline.text.languages.numerals import clocks, numbers
from pipeline.text.quantities import quantities
from pipeline.text.quotes import outside_quotes, quoted_runs, single_quoted_runs
from pipeline.text.spans import find_words

VALUES = [
    ("de", "1.234,56 Euro", 1234.56), ("de", "3,5 Millionen Menschen", 3.5e6), ("de", "3 Mio. Euro", 3e6),
    ("de", "dreihundert Tote", 300), ("de", "zweiundzwanzig Boote", 22), ("de", "dreitausendzweihundert Euro", 3200),
    ("de", "fünfzehntausend Menschen", 15000), ("de", "drei Millionen Euro", 3e6), ("de", "12 Prozent", 12),
    ("fr", "1\u202f234,56 euros", 1234.56), ("fr", "trois cents morts", 300), ("fr", "12 %", 12),
    ("fr", "quatre-vingt-dix-huit blessés", 98), ("fr", "soixante et onze blessés", 71), ("fr", "vingt et un", 21),
    ("fr", "deux mille trois cents", 2300), ("fr", "3,5 millions d'habitants", 3.5e6), ("fr", "mille personnes", 1000),
    ("es", "1.234,56 euros", 1234.56), ("es", "doce muertos", 12), ("es", "treinta y dos heridos", 32),
    ("es", "3.5 millones", 3.5e6), ("es", "10 000 personas", 10000), ("es", "ciento veinte", 120),
    ("ru", "1\u00a0234,56 рубля", 1234.56), ("ru", "двенадцать человек", 12), ("ru", "тридцать два пассажира", 32),
    ("ru", "3,5 млн рублей", 3.5e6), ("ru", "две тысячи триста", 2300), ("ru", "двух миллионов", 2e6),
    ("ru", "10 тыс. человек", 10000), ("ru", "тысяча человек", 1000),
    ("ar", "١٢٣ شخصا", 123), ("ar", "اثنا عشر قتيلا", 12), ("ar", "١٬٢٣٤٫٥٦ دولار", 1234.56),
    ("ar", "خمسة وعشرون راكبا", 25), ("ar", "ألفي شخص", 2000), ("ar", "3.5 مليون شخص", 3.5e6), ("ar", "وأربعين", 40),
    ("ar", "ثلاثة آلاف", 3000), ("ar", "12 في المئة", 12),
    ("zh", "一百二十名乘客", 120), ("zh", "3.5万元", 35000), ("zh", "三亿元", 3e8), ("zh", "十二人", 12),
    ("zh", "两名船员", 2), ("zh", "1,234人", 1234), ("zh", "百分之二十", 20), ("zh", "１２人", 12),
    ("zh", "3,5 万", 3.5e4),
]  # fmt: skip
NONE = [
    ("de", "Tausende Menschen, ein Mann, eine Frau"), ("fr", "des milliers de gens, une femme"),
    ("es", "un hombre, miles de personas"), ("ru", "один мужчина"), ("zh", "一个十分重要的统一"),
    ("de", "am 3. März 2022 um 14.30 Uhr"), ("fr", "le 3 mars 2022 à 14 h 30"), ("zh", "2022年3月3日"),
]  # fmt: skip
DAYS = [
    ("de", "am 3. März 2022", (2022, 3, 3, None)), ("de", "am 03.03.2022", (2022, 3, 3, None)),
    ("de", "seit März", (None, 3, None, None)), ("de", "am Donnerstag", (None, None, None, 3)),
    ("fr", "le 3 mars", (None, 3, 3, None)), ("fr", "le 1er mai 2021", (2021, 5, 1, None)),
    ("fr", "jeudi", (None, None, None, 3)), ("es", "3 de marzo de 2022", (2022, 3, 3, None)),
    ("es", "el jueves", (None, None, None, 3)), ("es", "en marzo de 2022", (2022, 3, None, None)),
    ("ru", "3 марта", (None, 3, 3, None)), ("ru", "12 января 2022 г.", (2022, 1, 12, None)),
    ("ru", "в четверг", (None, None, None, 3)), ("ar", "٣ مارس", (None, 3, 3, None)),
    ("ar", "3 مارس/آذار 2022", (2022, 3, 3, None)), ("ar", "يوم الخميس", (None, None, None, 3)),
    ("zh", "3月3日", (None, 3, 3, None)), ("zh", "2022年3月3日", (2022, 3, 3, None)),
    ("zh", "二〇二二年三月三日", (2022, 3, 3, None)), ("zh", "星期四", (None, None, None, 3)),
    ("de", "im Jahr 2019", (2019, None, None, None)),
]  # fmt: skip
MEANT = [
    ("de", "mehr als 40 Menschen", "over"), ("de", "mindestens 40 Menschen", "at_least"), ("de", "rund 40", "about"),
    ("fr", "moins de 40 personnes", "under"), ("fr", "environ 40", "about"), ("es", "más de 40", "over"),
    ("es", "al menos 40", "at_least"), ("ru", "не менее 40 человек", "at_least"), ("ru", "около 40", "about"),
    ("ar", "أكثر من 40 شخصا", "over"), ("ar", "نحو 40 شخصا", "about"), ("ar", "بنحو 3.5 مليون", "about"),
    ("zh", "超过40人", "over"), ("zh", "约300名", "about"), ("zh", "至少十二人", "at_least"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "value"), VALUES)
def test_values(code: str, text: str, value: float) -> None:
    """One number, with this value."""
    assert [n.value for n in numbers(text, KNOWN[code])] == [pytest.approx(value)]


@pytest.mark.parametrize(("code", "text"), NONE)
def test_what_is_no_figure(code: str, text: str) -> None:
    """Articles, plurals without a number, days and times."""
    assert numbers(text, KNOWN[code]) == ()


@pytest.mark.parametrize(("code", "text", "expected"), DAYS)
def test_days(code: str, text: str, expected: tuple[int | None, ...]) -> None:
    """Year, month, day and weekday, as far as the words go."""
    assert [(d.year, d.month, d.day, d.weekday) for d in days(text, KNOWN[code])] == [expected]


@pytest.mark.parametrize(("code", "text", "kind"), MEANT)
def test_how_exactly_a_number_is_meant(code: str, text: str, kind: str) -> None:
    """Bounds, and "about", are part of a figure."""
    assert [n.comparator for n in numbers(text, KNOWN[code])] == [kind]


def test_times_of_day() -> None:
    """In the ways that the six write them with digits."""
    text = "um 14.30 Uhr, à 14 h 30, a las 14:30, в 14:30"
    assert [c.value for c in clocks(text)] == [870.0] * 4


def test_a_language_of_which_nothing_is_known_has_digits() -> None:
    """And dates in digits."""
    finnish = language_of("fi")
    assert finnish is not None
    assert [n.value for n in numbers("Kuolleita on 12, loukkaantuneita 40.", finnish)] == [12, 40]
    assert [d.day for d in days("3.3.2022", finnish)] == [3]


def test_rules_for_english_texts_hand_over() -> None:
    """Whoever asks for quantities and dates of a sentence gets them in its language."""
    german = "Bei dem Unglück sind am 3. März nach Angaben der Küstenwache 1.200 Menschen verletzt worden."
    assert [(q.value, q.unit) for q in quantities(german)] == [(1200, "mensch")]
    assert [(m.month, m.day) for m in calendar_mentions(german)] == [(3, 3)]


QUOTED = [
    ("Er sagte: „Nein, ‚so‘ nicht“, und ging. »Doch«, rief sie.", ["Nein, ‚so‘ nicht", "Doch"]),
    ("«\u202fNon\u202f», dit-il, « c'est “faux” ».", ["\u202fNon\u202f", " c'est “faux” "]),
    ("Он сказал: «Банк «Восток» закрыт», и „нет“.", ["Банк «Восток» закрыт", "нет"]),
    ("他说：「不行『好』了」，“没有”。", ["不行『好』了", "没有"]),
    ("«¡No hubo reunión!», dijo; “nada”.", ["¡No hubo reunión!", "nada"]),
    ("وقالت: «بذلنا كل ما في وسعنا».", ["بذلنا كل ما في وسعنا"]),
    ('„Ja", sagte er.', ["Ja"]),
]


@pytest.mark.parametrize(("text", "expected"), QUOTED)
def test_quotations(text: str, expected: list[str]) -> None:
    """Each language's marks, one inside another included."""
    assert [run.of(text) for run in quoted_runs(text)] == expected
    assert len(outside_quotes(text)) == len(text)


def test_quotations_within_quotations() -> None:
    """Single marks, the low one included."""
    text = "Er sagte, das sei ‚nicht wahr‘."
    assert [run.of(text) for run in single_quoted_runs(text)] == ["nicht wahr"]


def test_words_are_found_inside_a_script_without_spaces() -> None:
    """A quotation is a part of a run of characters there."""
    text = "部长说没有会谈，也没有声明。"
    span = find_words("没有会谈", text, Span(start=0, end=len(text)))
    assert span is not None
    assert span.of(text) == "没有会谈"
    assert find_words("没有会议", text, Span(start=0, end=len(text))) is None
