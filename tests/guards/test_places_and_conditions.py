"""What changes places, is left out or made surer: values, shares, conditions, causes; and rewordings that keep them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.guards.certainty import certainty_problems
from pipeline.guards.condition import condition_problems
from pipeline.text.order import sequences
from pipeline.text.pairing import crossed
from pipeline.text.quantifiers import quantifiers
from pipeline.text.terms import form_of, form_of_stem
from pipeline.text.words import stem
from tests.guards.judging import guard, verdict

FALSE = {
    "values of two places": (
        "quantity",
        "Rents rose 9 percent in Tarn and 4 percent in Voss.",
        "Rents rose 4 percent in Tarn and 9 percent in Voss.",
    ),
    "years of two storms": (
        "quantity",
        "It was weaker than Hilda in 2019 and Ines in 2024.",
        "It was weaker than Hilda in 2024 and Ines in 2019.",
    ),
    "all for most": (
        "quantity",
        "All the tenants signed the petition.",
        "Most of the tenants signed the petition.",
    ),
    "most for half": (
        "quantity",
        "Most of the tenants signed the petition, the mayor said.",
        "Half of the tenants signed the petition, the mayor said.",
    ),
    "cause for effect": (
        "comparison",
        "The harvest failed because prices doubled.",
        "Prices doubled because the harvest failed.",
    ),
    "later for earlier": (
        "comparison",
        "The crew left the ship after the pump had failed.",
        "The pump failed after the crew had left the ship.",
    ),
    "a condition left out": (
        "modality",
        "The club will sell the stadium to the city.",
        "The club will sell the stadium to the city if its members agree.",
    ),
    "if for unless": (
        "modality",
        "The club will sell the stadium if its members object.",
        "The club will sell the stadium unless its members object.",
    ),
    "a condition put in": (
        "modality",
        "The club sold the stadium provided that its members agreed.",
        "The club sold the stadium and its members agreed.",
    ),
    "sure for possible": (
        "modality",
        "A leaking valve started the fire in the cellar.",
        "A leaking valve may have started the fire in the cellar.",
    ),
    "criticised for welcomed": (
        "opposite",
        "The plan was criticised by the teachers.",
        "The teachers welcomed the plan.",
    ),
}

TRUE = {
    "values in another order": (
        "In Voss rents rose 9 percent and in Tarn 4 percent.",
        "Rents rose 4 percent in Tarn and 9 percent in Voss.",
    ),
    "a majority": ("The majority of the tenants signed the petition.", "Most of the tenants signed the petition."),
    "one in five": ("One in five tenants signed.", "A fifth of the tenants signed."),
    "the effect first": (
        "Because the harvest failed, prices doubled.",
        "Prices doubled because the harvest failed.",
    ),
    "before for after": (
        "The crew had left the ship before the pump failed.",
        "The pump failed after the crew had left the ship.",
    ),
    "unless as if not": (
        "If its members do not object, the club will sell the stadium.",
        "The club will sell the stadium unless its members object.",
    ),
    "possible in another word": (
        "The fire in the cellar was possibly started by a leaking valve.",
        "A leaking valve may have started the fire in the cellar.",
    ),
    "never before": (
        "Never before had a woman won the race in Tarn.",
        "It was the first time that a woman had won the race in Tarn.",
    ),
    "people of a country": ("The Dane Ada Holm won the race.", "Ada Holm of Denmark won the race."),
    "the same under another noun": (
        "Penn has 410 factory staff.",
        "Penn employs 410 people in its factory.",
    ),
    "a shared measure": (
        "Sales came to 5 million euros, up from 4 million.",
        "Sales rose to 5 million euros from 4 million euros.",
    ),
    "goes up to": ("The fee is to go up to 30 euros from 20.", "The fee is to rise from 20 to 30 euros."),
    "over a time": ("Over two years the firm halved its debt.", "In two years the firm halved its debt."),
    "a small acronym": ("The deficit is 3 percent of GDP.", "The deficit is 3 percent of gross domestic product."),
    "whoever the sentence before names": (
        "A ministry spokeswoman said the road was open again.",
        "The transport ministry denied this. A spokeswoman said the road was open again.",
    ),
}


@pytest.mark.parametrize("case", FALSE)
def test_what_changed_places_is_refused(case: str) -> None:
    """By the guard that it belongs to, with words that name what is wrong."""
    name, text, source = FALSE[case]
    failed = guard(name, verdict(text, source))
    assert failed.outcome == "fail"
    assert "cited passage" in failed.detail or "condition" in failed.detail


@pytest.mark.parametrize("case", TRUE)
def test_rewordings_that_keep_it_pass(case: str) -> None:
    """True statements in other words are borne out."""
    text, source = TRUE[case]
    result = verdict(text, source)
    assert result.status == "supported", result.failures()


@pytest.mark.parametrize("case", FALSE)
def test_the_passage_bears_itself_out(case: str) -> None:
    """No sentence that cites itself is refused."""
    _, _, source = FALSE[case]
    assert verdict(source, source).status == "supported"


WORDS = st.sampled_from(
    "Tarn Voss Penn 4 9 2019 2024 percent in because after before most all half none of the tenants prices harvest "
    "rose failed if unless will may possibly Monday Friday north south, said and .".split()
)
SENTENCES = st.lists(WORDS, max_size=20).map(" ".join)


@given(SENTENCES)
def test_nothing_is_wrong_with_a_copy(text: str) -> None:
    """Neither values nor clauses nor conditions of a text are the other way round in itself."""
    assert crossed(text, text) == []
    assert list(condition_problems(text, [text])) == []
    assert list(certainty_problems(text, [text])) == []


@given(SENTENCES, SENTENCES)
def test_crossing_is_mutual(text: str, other: str) -> None:
    """What has changed places there has changed places here."""
    assert bool(crossed(text, other)) == bool(crossed(other, text))


@given(SENTENCES)
def test_readers_take_anything(text: str) -> None:
    """The two clauses of an order share no word, and a share is one of five."""
    assert all(not pair.first & pair.second for pair in sequences(text))
    assert {found.share for found in quantifiers(text)} <= {"none", "few", "half", "most", "all"}


@pytest.mark.parametrize(
    "word", ["increase", "raise", "release", "promise", "organise", "harbour", "decrease", "close"]
)
def test_a_stem_is_not_stemmed_again(word: str) -> None:
    """Of a word of which only the stem is at hand the form is the same as of the word."""
    assert form_of_stem(stem(word)) == form_of(word)
