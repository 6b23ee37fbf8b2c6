"""One and the same, named in two ways."""

from __future__ import annotations

import pytest

from pipeline.evaluation.metrics.naming import same_token, stands_in, without_titles
from pipeline.text.names import proper_names


@pytest.mark.parametrize(
    ("tokens", "name"),
    [
        ("us secretary of state ada penn", "ada penn"),
        ("foreign secretary ada penn", "ada penn"),
        ("detective inspector penn", "penn"),
        ("secretary of the state bank", "secretary state bank"),
        ("the prime minister", "prime minister"),
        ("ada penn", "ada penn"),
    ],
)
def test_a_title_goes_with_what_stands_before_it(tokens: str, name: str) -> None:
    """A "secretary of state" ends at "state", and a state that is no part of a title is a word like others."""
    assert without_titles(tokens.split()) == name.split()


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("They saw Ekberg.", True),
        ("They saw Mr Ekberg.", True),
        ("They saw Jean Ekberg.", True),
        ("They saw Boris Ekberg.", False),
        ("They saw Boris Paul.", False),
    ],
)
def test_a_person_may_go_by_the_last_name_alone(text: str, stands: bool) -> None:
    """Unless another first name stands before it there."""
    (name,) = proper_names("He met Jean Paul Ekberg.")
    assert stands_in(name, text) is stands


def test_two_letters_can_be_an_acronym() -> None:
    """The short form stands for the long one, and the long one for it."""
    (short,), (long,) = proper_names("He spoke at the WB."), proper_names("He spoke at the World Bank.")
    assert stands_in(short, "He spoke at the World Bank.")
    assert stands_in(long, "He spoke at the WB.")


def test_a_country_of_four_letters_has_a_people() -> None:
    """Four letters in common are enough, three are not."""
    assert same_token("chad", "chadian")
    assert not same_token("nor", "norian")
