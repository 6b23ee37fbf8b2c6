"""A text tells a fact where its words do and nothing in it says otherwise."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.evaluation.matching.matcher import FULL, Level, Target, match, presence
from pipeline.evaluation.matching.weights import Weights, weights_of
from pipeline.text.terms import terms
from tests.evaluation.test_matching_pairs import WEIGHTS, judged
from tests.strategies import any_text, sentences


def test_a_denial_elsewhere_in_the_sentence_contradicts_nothing() -> None:
    """A statement may report one side and the other."""
    found = judged(
        "The ministers met on Friday.", "The ministers met on Friday, though Veskia says there were no talks."
    )
    assert (found.level, found.flags) == ("full", ())


def test_other_news_is_no_match() -> None:
    """Nothing is flagged in a sentence about something else."""
    found = judged("Ferro did not resign.", "Storm Oda left 60,000 homes without power.")
    assert (found.level, found.flags, found.because) == ("none", (), ())


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Russia recalled its envoy.", "Moscow recalled its envoy."),
        ("China signed the treaty with Japan.", "Beijing has signed the treaty with Tokyo."),
        ("Helix Motors will close its plant in Dorn.", "The company will close the plant in Dorn, Ana Ferro said."),
        ("Norland is increasing pressure on Veskia.", "Norland is ramping up pressure on Veskia."),
        ("Ferro said that the plant will close.", "The plant will close, Ferro told reporters, according to Reuters."),
        ("Ferro ignored the warnings.", "Ferro reportedly ignored the warnings."),
        (
            "Instead of a statement, Norland published a letter.",
            "There was no statement, and Norland published a letter.",
        ),
        ("Helix denied that the coach had been overloaded.", "Helix said that the coach was not overloaded."),
        ("Helix sent no warning until 22:04.", "Helix sent its warning at 22:04."),
        ("Brellian law requires notice of a closure.", "The ministry received no notice, which Brellian law requires."),
        (
            "The union will strike unless Helix makes an offer.",
            "The union will strike if Helix does not make an offer.",
        ),
        ("The board rejected a bid by Helix.", "The board turned down a bid by Helix."),
    ],
)
def test_other_words_for_it_are_no_fault(fact: str, text: str) -> None:
    """A capital for its government, a reference for a name, a synonym, a relay, a denial in another place."""
    found = judged(fact, text)
    assert (found.level, found.flags, found.because) == ("full", (), ())


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Lind told Reyes that Oslo would pay for the final.", "Lind told Brandt that Oslo would pay for the final."),
        ("The minister urged Veskia to leave Karsk.", "The minister urged Karsk to leave Veskia."),
        ("The court dismissed Norland's suit against Veskia.", "The court dismissed Veskia's suit against Norland."),
        ("Ferro was sentenced in Brell to three years.", "Ferro was sentenced in Ivo Sandor to three years."),
    ],
)
def test_a_name_in_anothers_place_is_flagged(fact: str, text: str) -> None:
    """It is told of somebody else: the reader is misled, not left without."""
    found = judged(fact, text)
    assert (found.level, found.flags) == ("part", ("contradicted",))


@pytest.mark.parametrize(
    ("fact", "text", "level"),
    [
        ("The coach left the road, which Helix had hidden.", "The coach left the road near Tolva.", "part"),
        ("The union claimed that Helix had lied.", "Ana Ferro rejects the claim that Helix lied.", "part"),
        ("The senior official said Helix wants money.", "Helix wants money, its spokesman said.", "part"),
        ("Helix may claim damages.", "Helix is claiming damages.", "part"),
        ("The driver did not sleep.", "The driver left the hotel to sleep and drive.", "none"),
        ("28 people were killed.", "18 people were killed.", "none"),
    ],
)
def test_what_falls_short(fact: str, text: str, level: Level) -> None:
    """A clause left out, a claim rejected, another's word, another stage of it, a denial untold, a wrong number."""
    assert judged(fact, text).level == level


def test_names_alone_tell_nothing() -> None:
    """The same people in other news."""
    found = judged("Ana Ferro accused Luis Cole of ignoring warnings.", "Ana Ferro and Luis Cole spent a week in Peru.")
    assert (found.level, found.flags) == ("none", ())


def test_patterns_take_back_and_say_so() -> None:
    """``require`` leaves a part, ``forbid`` nothing; neither needs the right case or the right line."""
    text = "The plant in Dorn\nwill close in June 2024."
    fact = "The plant in Dorn will close in June 2024."
    assert match(Target(fact, ("dorn will", "JUNE"), ("july",)), text, WEIGHTS).level == "full"
    missed = match(Target(fact, ("closed",), ()), text, WEIGHTS)
    assert (missed.level, missed.because) == ("part", ("“closed” is required and does not match",))
    assert match(Target(fact, (), (r"june \d+",)), text, WEIGHTS).level == "none"


@given(sentences())
def test_a_text_tells_itself_in_full(text: str) -> None:
    """Whatever the checks look for, they do not find it between a text and itself."""
    found = judged(text, text)
    assert (found.level, found.flags, found.because) == ("full", (), ())
    assert math.isclose(found.score, 1.0)


_ORDER: dict[Level, int] = {"none": 0, "part": 1, "full": 2}
_patterns = st.lists(st.sampled_from(("met", "Zakharova", "no", r"\d+", "^x")), max_size=2).map(tuple)


@given(sentences(), sentences(), _patterns, _patterns)
def test_patterns_never_promote(fact: str, text: str, require: tuple[str, ...], forbid: tuple[str, ...]) -> None:
    """A label's patterns can only take back."""
    free = match(Target(fact, (), ()), text, WEIGHTS)
    bound = match(Target(fact, require, forbid), text, WEIGHTS)
    assert _ORDER[bound.level] <= _ORDER[free.level]
    assert (bound.score, bound.flags) == (free.score, free.flags)


@given(sentences(), sentences())
def test_full_means_enough_words_and_no_objection(fact: str, text: str) -> None:
    """The checks never promote: the score bounds the level from above."""
    found = judged(fact, text)
    if found.level == "full":
        assert found.score >= FULL
        assert not found.flags
        assert not found.because


@given(sentences(), st.lists(sentences(), max_size=3), sentences())
def test_a_further_sentence_never_lowers_presence(fact: str, told: list[str], more: str) -> None:
    """Nor does it matter where the sentence stands."""
    before = presence(fact, told, WEIGHTS)
    after = presence(fact, [*told, more], WEIGHTS)
    assert before <= after + 1e-9
    assert math.isclose(after, presence(fact, [more, *told], WEIGHTS), abs_tol=1e-9)


@settings(max_examples=150)
@given(any_text, any_text)
def test_no_text_breaks_it(fact: str, text: str) -> None:
    """Labels and summaries hold what people and models write."""
    found = match(Target(fact, (), ()), text, weights_of([fact, text]))
    assert 0.0 <= found.score <= 1.0 + 1e-9
    assert 0.0 <= presence(fact, [text, fact], WEIGHTS) <= 1.0 + 1e-9


def test_nothing_is_told_by_nothing() -> None:
    """No sentences, an empty one, a fact of no words."""
    assert presence("The ferry sank.", [], WEIGHTS) == 0.0
    assert judged("The ferry sank.", "").level == "none"
    assert judged("", "The ferry sank.").level == "none"


def test_weights_know_what_is_rare() -> None:
    """Rarer is heavier, unknown heaviest, and nobody can change them."""
    weights = weights_of(["Storm hits port.", "The storm fades.", "Storm in the north."])
    assert weights.of("storm") < weights.of("port") < weights.of("zebra")
    assert Weights({}, 0).of("storm") > 0
    with pytest.raises(AttributeError):
        weights.anything = 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 minutes", "ten minutes"),
        ("the U.S. army", "the United States army"),
        ("organisation", "organization"),
        ("on Jan. 5", "on 5 January"),
        ("British troops", "UK troops"),
        ("the minister's plan", "the minister’s plan"),
    ],
)
def test_one_thing_has_one_form(one: str, other: str) -> None:
    """Figures, countries, dates and spellings are brought together before anything is compared."""
    assert {term.stem for term in terms(one)} == {term.stem for term in terms(other)}
