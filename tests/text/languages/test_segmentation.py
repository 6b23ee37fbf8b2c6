"""Sentences of six languages."""

from __future__ import annotations

import itertools
import time
import unicodedata

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Span
from pipeline.text.languages.calendar import days
from pipeline.text.languages.detection import detect
from pipeline.text.languages.known import KNOWN, language_of
from pipeline.text.languages.numerals import clocks, numbers
from pipeline.text.languages.segmentation import clauses, sentence_starts
from pipeline.text.languages.stems import pieces, stems
from pipeline.text.quotes import quoted_runs, single_quoted_runs
from pipeline.text.sentences import join_quotations, split_sentences
from pipeline.text.words import words
from tests.languages import Known, known
from tests.strategies import any_text

CASES = [
    ("de", ["Am 3. März kam Dr. Weiß nach St. Pölten, z. B. mit dem Zug.", "Es kamen 12.", "Die Polizei prüft das."]),
    ("de", ["Im 20. Jahrhundert war das anders!", "Das kostet ca. 3,5 Mio. Euro.", "A. B. Müller war da."]),
    ("de", ["Der 2. Weltkrieg endete 1945.", "„Nein!“, rief er.", "Danach kam u. a. Prof. Klein."]),
    (
        "fr",
        [
            "M. Dupont a parlé.",
            "«\u202fNous avons tout fait\u202f!\u202f» a-t-il déclaré.",
            "Que faire\u202f?",
            "Rien.",
        ],
    ),
    ("fr", ["Mme Martin, elle, s'est tue…", "Puis elle est partie.", "J.-P. Blanc aussi.", "Le Dr. Roux est mort."]),
    ("es", ["¿Qué pasó?", "El Sr. Gómez no lo sabe.", "«¡No hubo reunión!», dijo.", "EE. UU. lo negó.", "¡Basta!"]),
    ("ru", ["В. В. Путин приехал в г. Москву 3 марта 2022 г. и выступил.", "«Переговоров не было», — сказал он."]),
    ("ru", ["Ущерб составил 3,5 млн руб.", "Погибли 12 человек.", "По словам А. С. Иванова, это т. е. неправда."]),
    ("ar", ["قالت الشرطة إن 12 شخصا قتلوا.", "ماذا حدث؟", "لا أحد يعلم!", "وقال د. أحمد: «لم نتفاوض.»", "ثم غادر."]),
    ("zh", ["他说：“没有会谈。”", "会谈持续了十分钟！", "“我们尽力了。”部长说。", "真的吗？", "「不行！」他说。"]),
]


def _split(text: str, code: str) -> list[str]:
    return [s.of(text) for s in split_sentences(text, [Span(start=0, end=len(text))], code)]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_abbreviations_ordinals_and_quotations(code: str, expected: list[str]) -> None:
    """Each ends where a reader would say, and nowhere else."""
    assert _split(("" if code == "zh" else " ").join(expected), code) == expected


@pytest.mark.parametrize("article", known(), ids=lambda a: f"{a.code}-{a.name}")
def test_articles_fall_into_the_sentences_that_were_written(article: Known) -> None:
    """Also where nobody says which language it is."""
    blocks = [Span(start=m, end=m + len(b)) for b in article.text.split("\n\n") for m in [article.text.index(b)]]
    for told in (article.code, None):
        found = split_sentences(article.text, blocks, told)
        expected = [s for line in article.sentences for s in _split(line, article.code)]
        assert [s.of(article.text) for s in found] == expected
        joined = [unit.of(article.text) for unit in join_quotations(article.text, found)]
        assert joined == list(article.sentences)


SCRIPTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n\u00a0\u202f.!?…،؛؟。！？、：«»„“”‚‘’「」『』¿¡-—123١٢٣三十百万,"),
        st.characters(min_codepoint=0x41, max_codepoint=0x24F),
        st.characters(min_codepoint=0x400, max_codepoint=0x4FF),
        st.characters(min_codepoint=0x600, max_codepoint=0x6FF),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF),
        st.characters(min_codepoint=0x20000, max_codepoint=0x20100),
        st.sampled_from("👩‍👩‍👧é한ไท"),
    ),
    max_size=120,
)
MIXED = st.lists(
    st.one_of(SCRIPTS, st.sampled_from([s for a in known() for s in a.sentences]), any_text), max_size=6
).map(" ".join)
LANGUAGE = st.sampled_from([*KNOWN, "fi", "ja", "en", None])


@given(MIXED, LANGUAGE)
def test_offsets_are_right_in_any_script(text: str, code: str | None) -> None:
    """Sentences are in order, apart, trimmed, slices of the text, and leave out nothing that is seen."""
    found = split_sentences(text, [Span(start=0, end=len(text))], code)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(s.of(text) == s.of(text).strip() != "" for s in found)
    covered = {i for s in found for i in range(s.start, s.end)}
    assert all(unicodedata.category(text[i])[0] in "ZC" for i in set(range(len(text))) - covered)
    units = join_quotations(text, found)
    assert {u.start for u in units} <= {s.start for s in found}
    assert {u.end for u in units} <= {s.end for s in found}


@given(MIXED, st.sampled_from([*KNOWN, "fi"]))
def test_what_is_found_stands_where_it_is_said_to(text: str, code: str) -> None:
    """Numbers, days, times, quotations and words lie in the text; each word is the text at its place."""
    language = language_of(code)
    assert language is not None
    for spans in (
        numbers(text, language),
        days(text, language),
        clocks(text),
        quoted_runs(text),
        single_quoted_runs(text),
    ):
        bounds = [(span.start, span.end) for span in spans]
        assert all(0 <= start < end <= len(text) for start, end in bounds)
        assert bounds == sorted(bounds)
    assert all(text[w.start : w.end] == w.text for w in words(text))
    assert "".join(clauses(text)).strip() in text or len(clauses(text)) > 1
    starts = sentence_starts(text, language)
    assert starts == sorted(set(starts))
    assert starts[0] == 0


@given(SCRIPTS)
def test_pieces_of_a_run_are_its_characters(text: str) -> None:
    """Pairs of neighbours in scripts without spaces; each stands where it says, and together they are all of it."""
    found = pieces(text, 7)
    assert all(text[at - 7 : at - 7 + len(piece)] == piece for piece, at in found)
    assert {i for piece, at in found for i in range(at - 7, at - 7 + len(piece))} == set(range(len(text)))


FLOODS = [
    "一", "三百", "1.", "1 000 ", "3. ", "z. B. ", "В. ", "«", "»", "„", "“ ", "「", "。", "。”", "؟ ", "trois cents ",
    "dreihundert", "tausend", "quatre-vingt-", "و", "ثلاثة و", "3月", "2022年", "не ", "، ", "١٢٬", "А", "ß", "… ",
]  # fmt: skip


@pytest.mark.alone
@pytest.mark.parametrize("unit", FLOODS)
def test_no_reader_is_slow(unit: str) -> None:
    """A long line of one thing over and over is read in seconds, in any language."""
    text = unit * (10_000 // len(unit))
    for language in KNOWN.values():
        started = time.process_time()
        sentence_starts(text, language)
        numbers(text, language)
        days(text, language)
        clauses(text)
        stems(text, language)
        assert time.process_time() - started < 4, language.code
    started = time.process_time()
    detect(text)
    quoted_runs(text)
    assert time.process_time() - started < 2
