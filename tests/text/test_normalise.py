"""An article cut out of its page: what stays stands where it is said to stand."""

from __future__ import annotations

from pipeline.text.normalise import clean

LEAD = "A ship with 40 people on board ran aground off Tarn on Monday, the owner of the ship said."
SECOND = "Nobody was hurt, and the ship was towed to the port of Tarn on Monday night, the guard said."
THIRD = "The owner of the ship said that it would be repaired in the port of Oslo within six weeks."


def test_blocks_behind_several_cuts() -> None:
    """However much was taken out before them."""
    page = f"Menu\nShip runs aground\n{LEAD}\nAdvertisement\n{SECOND}\nAdvertisement\nShare\n{THIRD}\nMost read\n"
    cleaned = clean(page)
    assert [block.of(cleaned.text) for block in cleaned.blocks] == [LEAD, SECOND, THIRD]
    assert [page[removal.start : removal.end] for removal in cleaned.removed] == [r.text for r in cleaned.removed]
    assert cleaned.header.title == "Ship runs aground"


def test_headings_of_markdown() -> None:
    """The first is the title, the others are not; what looks like a title without a mark is none, either."""
    cleaned = clean(f"# Ship runs aground\n\n{LEAD}\n\n## Nobody hurt\n\n{SECOND}\n", markdown=True)
    assert cleaned.header.title == "Ship runs aground"
    assert [removal.reason for removal in cleaned.removed] == ["title", "heading"]
    assert [block.of(cleaned.text) for block in cleaned.blocks] == [LEAD, SECOND]


def test_lines_of_one_width_are_one_paragraph() -> None:
    """Where the next line's first word would not have fitted."""
    lines = [
        "A ship with 40 people on board ran",
        "aground off Tarn on Monday, as the",
        "owner of the ship said in the port",
        "of Tarn on the following morning.",
    ]
    (block,) = clean("\n".join(lines)).blocks
    assert block.end - block.start == len("\n".join(lines))
    assert len(clean(f"{LEAD}\n{SECOND}\nIt sank.\n{THIRD}").blocks) == 4


def test_names_before_a_colon() -> None:
    """Of one paragraph a place; where several have one, those who speak."""
    one = clean(f"Tarn: {LEAD}\n{SECOND}")
    assert [block.of(one.text) for block in one.blocks] == [LEAD, SECOND]
    both = clean(f"Tarn: {LEAD}\nOslo: {SECOND}")
    assert [block.of(both.text) for block in both.blocks] == [f"Tarn: {LEAD}", f"Oslo: {SECOND}"]


def test_the_day_of_a_page_that_is_not_the_articles() -> None:
    """Above the title it is today's; below, the article's."""
    assert clean(f"Monday 12 March 2029\nShip runs aground\n{LEAD}\n{SECOND}").header.published is None
    below = clean(f"Ship runs aground\n12 March 2029\n{LEAD}\n{SECOND}")
    assert below.header.published == "2029-03-12"
