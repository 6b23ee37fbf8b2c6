"""What each function of the text layer promises, by example."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.domain.article import Span
from pipeline.text.attribution import attributions, is_attributed
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions, parse_date, resolve_weekday
from pipeline.text.header import dateline_end, read_header
from pipeline.text.markup import without_markdown
from pipeline.text.names import fold_token, is_spelling_variant, proper_names
from pipeline.text.normalise import clean
from pipeline.text.polarity import affirmed_stems, denied_stems, modality, negations
from pipeline.text.quantities import quantities
from pipeline.text.quotes import outside_quotes, quoted_runs, single_quoted_runs
from pipeline.text.sentences import join_quotations, split_sentences
from pipeline.text.similarity import containment, cosine, coverage, inverse_frequencies
from pipeline.text.spans import count_words, find_words
from pipeline.text.words import content_stems, stem, words

LEAD = "A ferry with 40 people on board ran aground off Tarn on Monday, the coast guard of the island said."


def _whole(text: str) -> list[Span]:
    return [Span(start=0, end=len(text))]


def _sentences(text: str) -> list[str]:
    return [s.of(text) for s in split_sentences(text, _whole(text))]


# --- words and stems


def test_forms_of_a_word_share_a_stem() -> None:
    """Inflected and irregular forms are one word; a country is no pronoun."""
    assert stem("met") == stem("meets") == stem("Meeting")
    assert stem("U.S") == stem("US") != stem("us")
    assert stem("G-20") == stem("G20")
    assert content_stems("they and the of") == []


def test_possessives_are_no_part_of_a_word() -> None:
    """The word of "India’s" is India; "don't" stays whole."""
    assert [w.text for w in words("India’s G-20, the students’ union's")] == [
        "India",
        "G-20",
        "the",
        "students",
        "union",
    ]


# --- sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Blinken met Dr. Li. They spoke.", ["Mr. Blinken met Dr. Li.", "They spoke."]),
        ("It held; barely. So be it!", ["It held; barely.", "So be it!"]),
        ("He ended the conflict.It aimed at peace.", ["He ended the conflict.", "It aimed at peace."]),
        ("See https://a.example/Tarn.Pell now. It is up.", ["See https://a.example/Tarn.Pell now.", "It is up."]),
        ("The toll rose 1.5 per cent. Nobody left.", ["The toll rose 1.5 per cent.", "Nobody left."]),
        ("", []),
        (" \r\n\t ", []),
    ],
)
def test_sentences_are_split_where_they_end(text: str, expected: list[str]) -> None:
    """Abbreviations, decimals, semicolons and addresses do not end a sentence; glued sentences are parted."""
    assert _sentences(text) == expected


def test_a_quotation_is_one_unit_with_its_speaker() -> None:
    """Sentences inside one quotation stay with the words that say who speaks."""
    text = "“We tried. We failed,” he said. It rained."
    units = join_quotations(text, split_sentences(text, _whole(text)))
    assert [u.of(text) for u in units] == ["“We tried. We failed,” he said.", "It rained."]


def test_an_unclosed_quotation_does_not_swallow_the_article() -> None:
    """After some paragraphs' length a quotation that was never closed is given up."""
    text = "“He left. " + "The boat sank off the coast in the night. " * 200
    units = join_quotations(text, split_sentences(text, _whole(text)))
    assert len(units) > 20
    assert max(u.end - u.start for u in units) < 2500


# --- cleaning


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b", "\n\n", "\r\r"])
def test_every_kind_of_line_end_parts_paragraphs(end: str) -> None:
    """Whatever ends the lines of a file, each paragraph is a block of its own and none is lost."""
    second = "Nobody was hurt, and the ferry was towed to the port of Tarn on Monday night, the guard said."
    cleaned = clean(end.join([LEAD, second, LEAD.replace("40", "50")]))
    assert [b.of(cleaned.text) for b in cleaned.blocks] == [LEAD, second, LEAD.replace("40", "50")]
    assert cleaned.removed == ()


def test_a_dateline_is_cut_and_recorded() -> None:
    """The place before the lead is no part of the sentence, and is listed as removed."""
    cleaned = clean(f"NEW DELHI, March 2 (Agency) - {LEAD}\n{LEAD.replace('40', '41')}")
    assert cleaned.blocks[0].of(cleaned.text) == LEAD
    assert [(r.text, r.reason) for r in cleaned.removed] == [("NEW DELHI, March 2 (Agency) - ", "dateline")]


def test_markdown_headings_are_titles_and_headings() -> None:
    """The first heading is the title, without its marks; rules and images are furniture."""
    cleaned = clean(f"# Ferry in C# ##\n\n{LEAD}\n\n## Why\n\n---\n\n![a boat](x.png)\n", markdown=True)
    assert cleaned.header.title == "Ferry in C#"
    assert cleaned.text.strip() == LEAD


def test_a_list_after_a_colon_stays() -> None:
    """Items that a sentence announces are body, however short."""
    items = ["Three things are known about the ferry:", "1) The boat left late", "2) It was full", "3) It sank"]
    cleaned = clean("\n".join([LEAD, *items]))
    assert cleaned.removed == ()


# --- header


def test_header_lines_become_metadata() -> None:
    """Labelled lines and a leading date are read; what is not said is None."""
    header = read_header("Title: Storm\nSource: The Bugle\nDate: 2 March 2023\nURL: https://a.example/x\n\nIt rained.")
    assert (header.title, header.publisher, header.published) == ("Storm", "The Bugle", "2023-03-02")
    assert (header.url, header.language) == ("https://a.example/x", None)
    assert read_header(" date 2023-03-02 It rained.").published == "2023-03-02"
    assert read_header("It rained on 2023-03-02.").end == 0


@pytest.mark.parametrize(
    "matter", ["date: 2023-02-31", "title: [", "[" * 3000, "- a\n- b", "title: !!python/object:os.system x", ": : :"]
)
def test_broken_front_matter_is_no_metadata(matter: str) -> None:
    """Front matter that is no YAML mapping, or gives an impossible date, is skipped without a fuss."""
    header = read_header(f"---\n{matter}\n---\nIt rained.")
    assert (header.title, header.published) == (None, None)


def test_front_matter_is_read() -> None:
    """YAML between dashes gives the metadata, dates in any form."""
    header = read_header("---\ntitle: Storm\ndate: 2023-03-02\nlang: en\ntags: [a]\n---\nIt rained.")
    assert (header.title, header.published, header.language) == ("Storm", "2023-03-02", "en")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("PARIS — Ministers of twenty states met.", "Ministers of twenty states met."),
        ("New Delhi: US Secretary of State Antony Blinken asked.", "US Secretary of State Antony Blinken asked."),
        ("Ministers of twenty states met.", "Ministers of twenty states met."),
        ("Blinken: no talks", "Blinken: no talks"),
    ],
)
def test_datelines(text: str, rest: str) -> None:
    """A place before a dash or colon is a dateline if a sentence follows."""
    assert text[dateline_end(text) :] == rest


# --- quotations


def test_quoted_runs_of_every_kind() -> None:
    """Curly, straight and mixed marks; apostrophes are none."""
    text = 'He said “no talks" and "left"; it’s the ‘full meeting’ of «them»'
    assert [r.of(text) for r in quoted_runs(text)] == ["no talks", "left", "them"]
    assert [r.of(text) for r in single_quoted_runs(text)] == ["full meeting"]
    assert "talks" not in outside_quotes(text)


# --- quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("for about 10 minutes", 10, "minut", "about"),
        ("less than ten minutes", 10, "minut", "under"),
        ("at least 1,000 people died", 1000, "person", "at_least"),
        ("fell 18% in a day", 18, "%", "exact"),
        ("$1.5bn was lost", 1.5e9, "$", "exact"),
        ("two hundred and five boats", 205, "boat", "exact"),
        ("more than a dozen boats", 12, "boat", "over"),
        ("up to 20 years", 20, "year", "at_most"),
        ("ten or more boats", 10, None, "at_least"),
        ("16 years of hard labour", 16, "year", "exact"),
        ("40 km north of Tarn", 40, "km", "exact"),
        ("40km north", 40, "km", "exact"),
        ("40 kilometres away", 40, "km", "exact"),
        ("40 miles north of", 40, "mile", "exact"),
        ("5 million dollars", 5e6, "$", "exact"),
        ("100 miles per hour", 100, "mph", "exact"),
        ("12 more people", 12, "person", "exact"),
    ],
)
def test_quantities_have_value_unit_and_comparator(text: str, value: float, unit: str | None, comparator: str) -> None:
    """A number is read with what it counts and how exactly it is meant."""
    (found,) = quantities(text)
    assert (found.value, found.comparator) == (value, comparator)
    assert unit is None or found.unit == unit


@pytest.mark.parametrize(
    "text", ["on March 2, 2023", "since 2018", "1 – The US would go", "the G20 and G-20", "one of them", "no one"]
)
def test_dates_names_and_pronouns_are_no_quantities(text: str) -> None:
    """Days, years, list numbers, "G20" and "one of" count nothing."""
    assert quantities(text) == []


def test_measures_are_shared_in_a_range_and_verbs_are_no_units() -> None:
    """In "10 to 12 km" both are kilometres; "died" and "spoke" are not what is counted."""
    assert [q.unit for q in quantities("between 10 and 12 km away")] == ["km", "km"]
    assert [q.unit for q in quantities("12 died in it; two spoke for long; 17 injured")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at about 7:40 pm, the ferry", (7, 40, "pm")),
        ("at 7.40 a.m.", (7, 40, "am")),
        ("at 19:40", (7, 40, "pm")),
        ("at 00:05", (0, 5, "am")),
        ("at 12 pm", (0, 0, "pm")),
        ("at 7:40 in the evening", (7, 40, "pm")),
        ("at 7 o'clock", (7, 0, None)),
    ],
)
def test_times_of_day_are_no_quantities(text: str, time: tuple[int, int, str | None]) -> None:
    """A time is read as one, and its numbers count nothing."""
    (found,) = clock_times(text)
    assert (found.hour, found.minute, found.half) == time
    assert quantities(text) == []


# --- dates


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on 2 March 2023", (2023, 3, 2, None)),
        ("March 2nd", (None, 3, 2, None)),
        ("in June 2020", (2020, 6, None, None)),
        ("since 2018", (2018, None, None, None)),
        ("on Thursday", (None, None, None, 3)),
        ("most recently in December", (None, 12, None, None)),
        ("last March", (None, 3, None, None)),
    ],
)
def test_calendar_expressions(text: str, parts: tuple[int | None, ...]) -> None:
    """A date is read as far as its words go."""
    (found,) = calendar_mentions(text)
    assert (found.year, found.month, found.day, found.weekday) == parts


@pytest.mark.parametrize(
    "text", ["they may march", "March on, may you win", "2000 people", "$1999", "1,950", "marched"]
)
def test_words_like_dates_are_none(text: str) -> None:
    """Common words, amounts and counts are no dates."""
    assert calendar_mentions(text) == []


def test_only_whole_and_possible_dates_parse() -> None:
    """An impossible day is no date, and neither is a weekday."""
    assert parse_date("2023-03-02T10:00:00Z") == "2023-03-02"
    assert parse_date("31 February 2023") is None
    assert parse_date("Thursday") is None
    assert parse_date("0001-01-01") is None
    assert parse_date("9999-12-31") is None


def test_weekdays_are_counted_back_from_the_day_of_print() -> None:
    """The last such day; none where the day of print is not known, or before the calendar begins."""
    assert resolve_weekday(3, "2023-03-02") == date(2023, 3, 2)
    assert resolve_weekday(4, "2023-03-02") == date(2023, 2, 24)
    assert resolve_weekday(6, "0001-01-01") is None
    assert resolve_weekday(6, None) is None
    assert resolve_weekday(6, "soon") is None


# --- names


def test_names_are_runs_of_capitals() -> None:
    """Titles and months are no names; a word that only opens a sentence is none."""
    found = [n.text for n in proper_names("However, Mr. Lavrov met Qin Gang in March. Talks failed.")]
    assert found == ["Lavrov", "Qin Gang"]
    assert fold_token("Orbán") == "orban"


def test_spelling_variants_are_long_and_alike() -> None:
    """Transliterations are one name, countries that differ by a letter are not."""
    assert is_spelling_variant("zakharova", "zarkhova")
    assert not is_spelling_variant("iran", "iraq")
    assert not is_spelling_variant("austria", "australia")


# --- attribution


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("They spoke, a US official said, according to Reuters.", ["Reuters", "a US official"]),
        ("“No,” said Russian spokesperson Maria Zakharova on Thursday.", ["Russian spokesperson Maria Zakharova"]),
        ("Maria Zakharova, the spokesperson, said there were none.", ["Maria Zakharova"]),
        ("A US official, speaking on Thursday, said Blinken wanted to leave.", ["A US official"]),
        ("Nobody spoke.", []),
    ],
)
def test_speakers_are_found(text: str, names: list[str]) -> None:
    """Who says so, before or after the verb, relays first."""
    assert [a.name for a in attributions(text)] == names
    assert is_attributed(text) == bool(names)


# --- polarity


def test_negations_reach_to_the_end_of_their_clause() -> None:
    """What is denied ends where the clause ends; the rest is affirmed."""
    text = "There were no talks or full meeting, but a contact."
    assert denied_stems(text) == {"talk", "full", "meet"}
    assert "contact" in affirmed_stems(text)
    assert [n.scope for n in negations("he did not take the “secret boat” out")] == [("take",)]


def test_negation_reaches_into_a_quotation() -> None:
    """A denial before quotation marks denies what is quoted."""
    assert negations("they had not the “contact” that was claimed")[0].scope == ("contact",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He urged Russia to withdraw.", "urged"),
        ("They will meet.", "planned"),
        ("He was reportedly there.", "alleged"),
        ("They agreed on grain.", "agreed"),
        ("It sank.", "done"),
    ],
)
def test_modality(text: str, expected: str) -> None:
    """Done, planned, asked for, alleged and agreed are kept apart."""
    assert modality(text, attributed=False) == expected


# --- similarity and spans


def test_similarities_are_shares() -> None:
    """Coverage and containment are 1 for a copy and 0 for strangers; telling words weigh more."""
    assert coverage("The talks failed", ["Talks failed."]) == 1
    assert coverage("The talks failed", ["It rained."]) == 0
    assert containment("one two three four five six", "zero one two three four five six seven") == 1
    weights = inverse_frequencies(["storm port", "storm fades"])
    assert weights["storm"] < weights["port"]
    assert cosine({"a"}, {"a"}, {}) == 1


def test_words_are_found_whatever_the_marks() -> None:
    """Kinds of quotation marks, dashes and white space do not matter; letters and word boundaries do."""
    text = "He said: “No\u00a0talks — none.” No talksy."
    whole = Span(start=0, end=len(text))
    found = find_words('"no talks - none"', text, whole)
    assert found is not None
    assert found.of(text) == "No\u00a0talks — none"
    assert find_words("talk", text, whole) is None
    assert find_words("…", text, whole) is None
    assert count_words("no talks", text) == 1


def test_a_speakers_label_is_no_dateline() -> None:
    """In a transcript a name before a colon is who speaks: it stays, and the sentence is theirs."""
    raw = (
        "Mira Stone: The company lied to the harbour police about the ship on Monday.\n"
        "Boris Hale: We have answered every question that the harbour police asked.\n"
    )
    assert clean(raw).text == raw
    assert [who.name for who in attributions(raw.splitlines()[0])] == ["Mira Stone"]
    assert is_attributed(raw.splitlines()[0])


@pytest.mark.parametrize("said", ["police said", "officials said", "rescue workers said", "according to prosecutors"])
def test_speakers_without_an_article_are_speakers(said: str) -> None:
    """Wire style names "police" and "officials" bare."""
    (who,) = attributions(f"Four people died off Tarn on Monday, {said}.")
    assert who.name in said
    assert who.role == "official"


def test_a_link_does_not_make_a_paragraph_a_notice() -> None:
    """A Markdown lead that links somewhere is still the lead, and is told without the link."""
    lead = "A passenger ferry ran aground on [rocks off Tarn](https://example.org/a) on Monday, killing four people."
    assert clean(lead + "\n", markdown=True).text.strip() == lead
    assert without_markdown(lead) == "A passenger ferry ran aground on rocks off Tarn on Monday, killing four people."


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x0b"])
def test_an_open_quotation_does_not_join_over_a_line_end(end: str) -> None:
    """Something may have been taken out there; whatever character ends the line."""
    text = f"He said “we tried hard.{end}We failed” again."
    middle = text.index("We failed")
    sentences = [Span(start=0, end=text.index(end)), Span(start=middle, end=len(text))]
    assert join_quotations(text, sentences) == sentences
