"""Who a statement hands a fact to."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.attribution import Attributed, attribution_metrics, handed_rightly, names_speaker
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import all_hold
from tests.strategies import any_text

OFFICIAL = ("state department official", "US official", "official")
OTHERS = ("Sergei Lavrov", "Lavrov", "Russian official")
texts = st.lists(any_text, max_size=2).map(tuple)


def told(text: str, *holders: str, contested: bool = False) -> Attributed:
    """A statement of what the US official says."""
    return Attributed(text, holders, OFFICIAL, contested, OTHERS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A US official said they met.", True),
        ("A senior U.S. official said they met.", True),
        ("An American official said they met.", True),
        ("They met, according to an unnamed official.", True),
        ("A State Department official said they met.", True),
        ("An official of the US state department said they met.", True),
        ("US officials said they met.", True),
        ("A Russian official said they met.", False),
        ("An official from the Russian foreign ministry said they met.", False),
        ("An Indian state department official said they met.", False),
        ("They met.", False),
        ("They met officially.", False),
        ("Two state department officials said they met.", True),
    ],
)
def test_anonymous_officials_are_kept_apart(text: str, names: bool) -> None:
    """A nationality or an office that no alias has makes somebody else of "an official"."""
    assert names_speaker(text, OFFICIAL) is names


@pytest.mark.parametrize("text", ["The official said so.", "A Russian official said so.", "A French US official."])
def test_a_bare_official_is_no_us_official(text: str) -> None:
    """Where every alias has the nationality, a speaker without it, or with another one, is not this one."""
    assert not names_speaker(text, ("US official",))


@pytest.mark.parametrize(
    ("text", "aliases", "names"),
    [
        ("Foreign ministry spokeswoman Maria Zarkhova said", ("Maria Zakharova",), True),
        ("Maria, who is not Zakharova", ("Maria Zakharova",), False),
        ("Mr Lavrov said", ("Foreign Minister Lavrov",), True),
        ("Secretary of State Antony Blinken said", ("Blinken",), True),
        ("The Justice Department said", ("State Department",), False),
        ("Russia's foreign ministry said", ("Russian foreign ministry",), True),
        ("The foreign ministry said", ("Russian foreign ministry",), False),
        ("A Russian analyst said", ("Russia",), False),
        ("Moscow said", ("Moscow",), True),
        ("Police said", ("police",), True),
        ("Anybody said", (), False),
        ("Anybody said", ("",), False),
        ("Anybody said", ("the",), False),
    ],
)
def test_names_and_offices(text: str, aliases: tuple[str, ...], names: bool) -> None:
    """Spellings and titles are tolerated, another person or office is not."""
    assert names_speaker(text, aliases) is names


def test_a_role_has_one_form_in_the_singular_and_the_plural() -> None:
    """Several spokesmen are of the kind that a spokesman is, several agencies of the kind that an agency is."""
    assert names_speaker("Two army spokesmen said so.", ("army spokesman",))
    assert names_speaker("The agencies said so.", ("the agency",))


def test_a_comma_ends_the_phrase_before_the_head() -> None:
    """What stands before it is of somebody else."""
    assert names_speaker("Weary of the Russian, US officials left.", ("US official",))
    assert not names_speaker("Weary of the Russian US officials, they left.", ("US official",))


def test_a_contested_fact_must_name_its_speaker() -> None:
    """In the text or beside it; told as plain truth or by somebody else it is handed wrongly."""
    assert handed_rightly(told("They met, a US official said.", contested=True))
    assert handed_rightly(told("They met.", "a US official", contested=True))
    assert not handed_rightly(told("They met.", contested=True))
    assert not handed_rightly(told("They met, Lavrov said.", contested=True))


def test_an_uncontested_fact_may_go_without_a_speaker() -> None:
    """Told as a fact, or through an outlet, it is nobody else's word."""
    assert handed_rightly(told("They met."))
    assert handed_rightly(told("They met, Reuters reported."))


def test_an_uncontested_fact_must_not_go_to_another_speaker() -> None:
    """Nor to a holder shown beside it; naming both is right, and being met is not speaking."""
    assert not handed_rightly(told("They met, Sergei Lavrov said."))
    assert not handed_rightly(told("They met, a Russian official said."))
    assert not handed_rightly(told("They met.", "Russian official"))
    assert handed_rightly(told("They met, Lavrov and a US official said.", "US official"))
    assert handed_rightly(told("Blinken met Lavrov."))


def test_accuracy_is_the_share_handed_rightly() -> None:
    """Two of three; undefined where no told fact has a speaker."""
    ones = [told("They met."), told("They met, a US official said."), told("They met, Lavrov said.")]
    assert attribution_metrics(ones)["attribution_accuracy"].value == pytest.approx(2 / 3)
    assert attribution_metrics([])["attribution_accuracy"] == UNDEFINED


@given(st.lists(st.builds(Attributed, any_text, texts, texts, st.booleans(), texts), max_size=3))
def test_any_text_can_be_asked(ones: list[Attributed]) -> None:
    """Whatever texts and names hold, the answer is a share."""
    assert all_hold(attribution_metrics(ones))


@given(any_text, texts, texts)
def test_naming_the_speaker_never_hurts(text: str, others: tuple[str, ...], holders: tuple[str, ...]) -> None:
    """With the speaker's own name among the holders a statement is handed rightly, contested or not."""
    for contested in (True, False):
        assert handed_rightly(Attributed(text, (*holders, "Ann Lee"), ("Ann Lee",), contested, others))
