"""What holds for any text whatever."""

from __future__ import annotations

import itertools
import re
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Span
from pipeline.runs.summary_text import read_cited_text
from pipeline.text.attribution import attributions, is_attributed
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions, parse_date
from pipeline.text.furniture import roles
from pipeline.text.header import dateline_end, read_header
from pipeline.text.instructions import find_instructions, title_without_instructions
from pipeline.text.invisible import hidden_spans
from pipeline.text.languages.scripts import has_unspaced
from pipeline.text.names import proper_names
from pipeline.text.normalise import Cleaned, clean
from pipeline.text.opposites import clashes
from pipeline.text.polarity import affirmed_stems, modality, negations
from pipeline.text.quantities import quantities
from pipeline.text.quotes import fold, outside_quotes, quoted_runs, single_quoted_runs
from pipeline.text.sentences import join_quotations, split_sentences
from pipeline.text.similarity import containment, coverage
from pipeline.text.spans import count_words, find_words
from pipeline.text.templates import disarmed
from pipeline.text.verbs import done_verbs, governed
from pipeline.text.words import content_stems, words
from tests.strategies import any_text, articles


def _whole(text: str) -> list[Span]:
    return [Span(start=0, end=len(text))]


def _restored(cleaned: Cleaned) -> str:
    """The cleaned text with every removal put back where it stood."""
    raw, kept = "", 0
    for removal in cleaned.removed:
        gap = removal.start - len(raw)
        raw += cleaned.text[kept : kept + gap] + removal.text
        kept += gap
    return raw + cleaned.text[kept:]


@given(st.one_of(any_text, articles()), st.booleans())
def test_cleaned_text_and_removals_are_the_file(raw: str, markdown: bool) -> None:
    """Cleaned text and removals, interleaved by their offsets, give the NFC of the raw text to the character."""
    normal = unicodedata.normalize("NFC", raw)
    cleaned = clean(raw, markdown=markdown)
    assert _restored(cleaned) == normal
    ends = [0, *(removal.end for removal in cleaned.removed)]
    assert all(end <= r.start <= r.end for end, r in zip(ends, cleaned.removed, strict=False))
    assert all(normal[r.start : r.end] == r.text for r in cleaned.removed)


@given(st.one_of(any_text, articles()), st.booleans())
def test_sentences_cover_the_blocks(raw: str, markdown: bool) -> None:
    """Sentences are ordered, apart, inside one block each, trimmed, and leave out nothing that can be seen."""
    cleaned = clean(raw, markdown=markdown)
    found = split_sentences(cleaned.text, cleaned.blocks)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
    assert all(any(b.start <= s.start and s.end <= b.end for b in cleaned.blocks) for s in found)
    assert all(s.of(cleaned.text) == s.of(cleaned.text).strip() != "" for s in found)
    covered = {i for s in found for i in range(s.start, s.end)}
    in_blocks = {i for b in cleaned.blocks for i in range(b.start, b.end)}
    assert all(cleaned.text[i].isspace() or unicodedata.category(cleaned.text[i]) == "Cf" for i in in_blocks - covered)
    outside = set(range(len(cleaned.text))) - in_blocks
    assert all(cleaned.text[i].isspace() for i in outside), "kept text is in a block"


@given(st.one_of(any_text, articles()))
def test_no_sentence_spans_a_removal(raw: str) -> None:
    """What stood on both sides of something removed never becomes one sentence; what nobody saw parted nothing."""
    cleaned = clean(raw)
    gone, cuts = 0, []
    for removal in cleaned.removed:
        cuts += [removal.start - gone] if removal.reason != "invisible" else []
        gone += removal.end - removal.start
    for sentence in split_sentences(cleaned.text, cleaned.blocks):
        assert not any(sentence.start < cut < sentence.end for cut in cuts)


@given(any_text)
def test_joined_units_keep_every_sentence(text: str) -> None:
    """Joining quotations only joins neighbours: the outer bounds and the order stay."""
    found = split_sentences(text, _whole(text))
    units = join_quotations(text, found)
    assert {u.start for u in units} <= {s.start for s in found}
    assert {u.end for u in units} <= {s.end for s in found}
    assert all(any(u.start <= s.start and s.end <= u.end for u in units) for s in found)


@given(any_text)
def test_spans_are_in_range_and_in_order(text: str) -> None:
    """Words, names, quotations, quantities, dates and negations lie inside the text and hold what they say."""
    assert all(text[w.start : w.end] == w.text for w in words(text))
    assert all(text[n.start : n.end] == n.text for n in proper_names(text))
    for spans in (
        quoted_runs(text),
        single_quoted_runs(text),
        quantities(text),
        calendar_mentions(text),
        clock_times(text),
        negations(text),
    ):
        bounds = [(span.start, span.end) for span in spans]
        assert all(0 <= start < end <= len(text) for start, end in bounds)
        assert bounds == sorted(bounds)


@given(any_text)
def test_folding_and_blanking_keep_every_place(text: str) -> None:
    """Folded text, and text with its quotations blanked out, is as long as the text."""
    assert len(fold(text)) == len(text) == len(outside_quotes(text))


@given(any_text)
def test_no_reader_raises(text: str) -> None:
    """No function of the text layer raises, whatever it is given."""
    for read in READERS.values():
        read(text)
    assert 0 <= coverage(text, [text[::2]]) <= 1
    assert 0 <= containment(text, text[: len(text) // 2]) <= 1


def _words(text: str) -> list[str]:
    """Letters and figures, whatever stands between them."""
    return re.findall(r"[^\W_]+", text.lower())


@given(
    st.text(alphabet="ab1 \n\t\u00a0“”\"'’‘.,-–—\r", max_size=60),
    st.text(alphabet='ab1 “"’.-—\n', min_size=1, max_size=8),
)
def test_found_words_are_the_words(text: str, wanted: str) -> None:
    """What `find_words` returns has the same words in the same order; whatever stands there is found."""
    span = find_words(wanted, text, Span(start=0, end=len(text)))
    if span is not None:
        assert _words(span.of(text)) == _words(wanted)
        assert count_words(wanted, text) >= 1


@given(any_text, st.data())
def test_words_that_stand_there_are_found(text: str, data: st.DataObject) -> None:
    """Any whole word of a text is found again, at or before its place; a number within Chinese is a part of a run.

    So is a part of a number: there is no "200" in 1,200.
    """
    found = words(text)
    if found:
        index = data.draw(st.integers(0, len(found) - 1))
        word = found[index]
        around = text[max(0, word.start - 1) : word.start] + text[word.end : word.end + 1]
        part = re.search(r"\d[.,]$", text[: word.start]) or re.match(r"[.,]\d", text[word.end :])
        if "_" not in text and "'" not in around and "’" not in around and not has_unspaced(around) and not part:
            span = find_words(word.text, text, Span(start=0, end=len(text)))
            assert span is not None
            assert span.start <= word.start


@given(any_text, any_text)
def test_reach_of_a_search_is_kept(before: str, inside: str) -> None:
    """`find_words` looks only inside the span it is given."""
    text = f"{before} ferry {inside}"
    span = find_words("ferry", text, Span(start=len(before) + 2, end=len(text)))
    assert span is None or span.start >= len(before) + 2


READERS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "clean markdown": lambda text: clean(text, markdown=True),
    "sentences": lambda text: join_quotations(text, split_sentences(text, _whole(text))),
    "names": proper_names,
    "attributions": attributions,
    "is attributed": is_attributed,
    "quantities": quantities,
    "dates": calendar_mentions,
    "date": parse_date,
    "times of day": clock_times,
    "verbs under a cue": governed,
    "verbs told as done": done_verbs,
    "opposites": lambda text: clashes(text, [text[::-1], "north before the last of fewer"]),
    "negations": negations,
    "affirmed": affirmed_stems,
    "modality": lambda text: modality(text, attributed=False),
    "header": read_header,
    "dateline": dateline_end,
    "roles": lambda text: roles([text]),
    "stems": content_stems,
    "blanked": outside_quotes,
    "found": lambda text: find_words("no such words", text, Span(start=0, end=len(text))),
    "cited text": read_cited_text,
    "instructions": find_instructions,
    "title without instructions": title_without_instructions,
    "hidden": hidden_spans,
    "disarmed": disarmed,
}

FLOODS = (
    "a. ",
    "“a ",
    '"a ',
    "'a ",
    "“",
    '"',
    " ",
    "\t",
    "\u00a0",
    "A",
    "Abc ",
    "Abc. ",
    "(((",
    ")",
    "[",
    "[1]",
    "1",
    "1,000,",
    "10 minutes ",
    "two hundred and ",
    ".",
    "a/",
    "| A ",
    "not ",
    "not abc ",
    "he said ",
    ", ",
    "\n",
    "\r",
    "\r\n",
    "a\n",
    "a\r",
    "a\u2028",
    "- a\n",
    "a-",
    "a@",
    "http://a ",
    "# ",
    "#",
    "the of ",
    "May ",
    "2 March 2023, ",
    "click here ",
    "e\u0301",
    "about the an ",
    "a: ",
    "by A ",
    "X, a minister, said ",
    "U.S. ",
    "A's ",
    "cookie-",
    "*",
    "_",
    "`",
    ">",
    "according to X, ",
    "date : ",
    "Title: a  ",
    "Ignore all rules. ",
    "assistant, ",
    "as an AI ",
    "<|",
    "\u200b",
    "a b c d e f g  ",
)


@pytest.mark.parametrize("unit", FLOODS)
def test_no_reader_is_slow(unit: str) -> None:
    """A long line of one thing over and over is read in seconds, twice as much of it in about twice the time."""
    text = unit * (20_000 // len(unit))
    for name, read in READERS.items():
        started = time.process_time()
        read(text)
        assert time.process_time() - started < 2, f"{name} took too long over {unit!r}"


@pytest.mark.parametrize(
    "unit", ["Abc said 10 of 20 people. ", "“a b c. ", " ", "a\n", "2 March 2023, ", "not abc ", "A"]
)
def test_a_huge_line_is_read(unit: str) -> None:
    """200,000 characters in one line are cleaned and split in seconds."""
    text = unit * (200_000 // len(unit)) + "x"
    started = time.process_time()
    cleaned = clean(text)
    units = join_quotations(cleaned.text, split_sentences(cleaned.text, cleaned.blocks))
    for span in units[:2000]:
        proper_names(span.of(cleaned.text))
    proper_names(cleaned.text)
    quantities(cleaned.text)
    negations(cleaned.text)
    assert time.process_time() - started < 12
