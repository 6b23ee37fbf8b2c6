"""Who did it to whom."""

from __future__ import annotations

import pytest

from pipeline.text.deeds import Deed, deeds


@pytest.mark.parametrize(
    ("text", "doers", "done_to"),
    [
        ("Bergen sued Oslo in May, and Tarn left.", {"bergen"}, {"oslo"}),
        ("Bergen sued Oslo, and Tarn left.", {"bergen"}, {"oslo"}),
        ("Oslo was sued by Bergen.", {"bergen"}, {"oslo"}),
        ("Penn warned Corrin during the June floods.", {"penn"}, {"corrin"}),
        ("Penn will sue the council on Friday.", {"penn"}, {"council"}),
        ("The council is suing Penn.", {"council"}, {"penn"}),
        ("Penn visits Corrin.", {"penn"}, {"corrin"}),
        ("Corrin beat Dunmere.", {"corrin"}, {"dunmer"}),
        ("It was Ferro who resigned.", {"ferro"}, set()),
        ("It was a strike that closed Tarn.", {"strike"}, {"tarn"}),
        ("It was the plant which angered Penn.", {"plant"}, {"penn"}),
    ],
)
def test_doers_and_what_it_is_done_to(text: str, doers: set[str], done_to: set[str]) -> None:
    """As far as the clause goes, up to a preposition; the passive is turned round; "who" stands for the noun before."""
    first = deeds(text)[0]
    assert (set(first.doers), set(first.done_to)) == (doers, done_to)


def test_what_only_looks_like_a_verb_is_not_sure() -> None:
    """A form in "-s" may be a noun; nouns that end as irregular pasts do are none."""

    def only(text: str) -> Deed:
        (found,) = deeds(text)
        return found

    assert not only("Penn visits Corrin.").surely and only("Penn visited Corrin.").surely
    assert only("People met Penn.").verb == only("The arrival met Penn.").verb == "meet"


def test_an_acronym_may_go_by_its_long_name() -> None:
    """So it is marked where it is the doer."""
    assert [d.acronym for text in ("The USA praised Corrin.", "Corrin praised the USA.") for d in deeds(text)] == [
        True,
        False,
    ]
