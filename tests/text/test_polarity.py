"""What a text denies, and how far that reaches."""

from __future__ import annotations

import pytest

from pipeline.text.polarity import affirmed_stems, denied_stems, modality, negations


@pytest.mark.parametrize(
    ("text", "scope", "heads"),
    [
        ("They held no talks or full meeting.", ("talk", "full", "meet"), ("talk", "meet")),
        ("They held no talks on fishing.", ("talk", "fish"), ("talk",)),
        ("He denied that talks were held.", ("talk", "hold"), ("talk", "hold")),  # a clause has no head
        ("It did not sink off Tarn.", ("sink", "tarn"), ("sink", "tarn")),
        ("“They pay nothing” for boats, she said.", (), ()),  # it ends with the quotation
        ('"They pay nothing" for boats, she said.', (), ()),
        ("They called it no “quick full meeting” of theirs.", ("quick", "full", "meet"), ("meet",)),
    ],
)
def test_reach(text: str, scope: tuple[str, ...], heads: tuple[str, ...]) -> None:
    """Of a denied noun the heads, else all."""
    (found,) = negations(text)
    assert found.scope[: len(scope)] == scope and (scope or not found.scope)
    assert found.heads == heads if not found.nominal else found.heads[: len(heads)] == heads


@pytest.mark.parametrize(
    "text",
    [
        "Without doubt they left.",
        "Without a doubt they left.",
        "Without any doubt they left.",
        "No doubt they left.",
        "Not only they left.",
        "Er sagt, dass die no Boote nicht kommen und der Hafen geschlossen ist.",
    ],
)
def test_nothing_is_denied(text: str) -> None:
    """Turns of phrase that affirm, and other languages."""
    assert negations(text) == ()


def test_affirmed_and_denied() -> None:
    """What stands outside every negation, and what stands inside."""
    text = "Boats left. They did not sink. Sailors sang."
    assert affirmed_stems(text) == {"boat", "leav", "sailor", "sing"}
    assert denied_stems(text) == {"sink"}


def test_modality_without_a_sign() -> None:
    """What somebody says is stated."""
    assert modality("Boats sank.", attributed=True) == "stated"
    assert modality("Boats sank.", attributed=False) == "done"
