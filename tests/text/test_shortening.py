"""Which runs of a sentence may go, by the rules alone."""

from __future__ import annotations

import pytest

from pipeline.text.shortening import asides, shorter_forms


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("The mayor — a former miner — opened the port of Tarn on Monday.",
         "The mayor opened the port of Tarn on Monday."),
        ("The mayor — a former miner — opened the port — and the mill — of Tarn.", None),  # which two belong together?
        ("The ferry sank off the coast of Tarn on Monday, leaving sailors in the water.",
         "The ferry sank off the coast of Tarn on Monday."),
        ("The ferry sank off the coast of Tarn on Monday, leaving 12 sailors in the water.", None),  # a figure
        ("By cutting costs and selling boats the firm of Tarn grew fast, hiring sailors from Oslo.", None),  # a row
        ("The firm of Tarn grew fast in the north, hiring sailors and selling boats there.", None),
        ("In a statement on Monday, the firm said it had sold the mill in Tarn.",
         "The firm said it had sold the mill in Tarn."),
        ("In a statement on Monday, the mill of Tarn, which closed, was in the north.", None),  # who stated it?
        ("The firm said in a statement on Monday that it had sold the old mill.",
         "The firm said on Monday that it had sold the old mill."),
        ("The ferry, which may sink, was towed to the port of Tarn by two tugs.",
         "The ferry was towed to the port of Tarn by two tugs."),
        ("The ferry, they may think, was towed to the port of Tarn by two tugs.", None),
        ("The ferry of Penn, once a liner, later sank in the port of Tarn off Oslo.",
         "The ferry of Penn later sank in the port of Tarn off Oslo."),
        ("The ferry of Penn, once a liner, also sank in the port of Tarn off Oslo.",
         "The ferry of Penn also sank in the port of Tarn off Oslo."),
        ("The ferry of Penn, once a liner, quickly in the port of Tarn was sunk.", None),  # no verb behind the comma
        ("The old stone mill of Tarn closed on Monday, and the workers went home by bus.",
         "The old stone mill of Tarn closed on Monday."),
        ("Mills, shops and farms of Tarn closed on Monday, and the workers went home by bus.", None),
        ("Both mills and farms of Tarn closed on Monday, and the workers went home by bus.", None),
        ("The mayor of the old town of Tarn was hurt, and the old driver of the bus.", None),  # a row
        ("She said the mill, a ruin for many years, burned in the town of Tarn.", None),  # its own verb
        ("She said the mill, which had closed for good, burned in the town of Tarn.", None),
        ("The two officers joined the police of Tarn in May, assigned to the port.",
         "The two officers joined the police of Tarn in May."),
        ("On Friday, the two officers joined the police of Tarn, assigned to the port.",
         "On Friday, the two officers joined the police of Tarn."),
        ("The ferry sank off Tarn, leaving it.", None),  # too little would be left
    ],
)  # fmt: skip
def test_the_longest_cut(text: str, shorter: str | None) -> None:
    """What is left when all goes that may; in doubt nothing does."""
    assert next(iter(shorter_forms(text)), None) == shorter


def test_places_of_asides() -> None:
    """From the mark that opens them to the mark that closes them."""
    text = "The ferry, once a liner, sank (again) off Tarn."
    assert [run.of(text) for run in asides(text)] == [" (again)", ", once a liner,"]
