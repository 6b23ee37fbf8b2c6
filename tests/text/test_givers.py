"""Who gives which figure."""

from __future__ import annotations

import pytest

from pipeline.text.givers import given_figures


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Police put the toll at 9, while hospitals spoke of 11.", [("police", 9), ("hospitals", 11)]),
        ("The mayor, Ada Brink, counted 40 boats.", []),  # an apposition: who counted is not told by the clause
        ("Ada Brink later said 40 boats had sunk.", [("brink", 40)]),
        (
            "They disagree, with the union reporting 640 jobs and Dravik saying 12.",
            [("union", 640), ("dravik", 12)],
        ),
        ("He says 640; the union 2,300.", [("", 640)]),
        ("The union says 12 of 40 boats sank.", []),  # which of the two it gives is not told
        ("Of the 40 boats, the union says, 12 sank.", []),
    ],
)
def test_a_figure_belongs_to_who_gives_it_in_its_clause(text: str, given: list[tuple[str, int]]) -> None:
    """One figure a clause; pronouns are nobody that can be compared."""
    assert [(one.who, one.figure.value) for one in given_figures(text)] == given
