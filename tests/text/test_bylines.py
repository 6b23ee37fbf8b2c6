"""Head lines give author, publisher and day where they are certain, and nothing where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.text.bylines import Imprint, printed_author, printed_imprint
from pipeline.text.normalise import clean
from tests.strategies import any_text

BODY = "A ship with 40 people on board ran aground off Tarn, the owner of the ship said. Nobody was hurt.\n"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Roe", "Jane Roe"),
        ("BY JANE ROE", "JANE ROE"),
        ("by Ludwig van der Berg", "Ludwig van der Berg"),
        ("By J. K. O’Hara-Smith", "J. K. O’Hara-Smith"),
        ("*By Silke Àmdahl*", "Silke Àmdahl"),
        ("By Jane Roe and Ann Poe", "Jane Roe, Ann Poe"),
        ("By Jane Roe, Ann Poe & Max Orr", "Jane Roe, Ann Poe, Max Orr"),
        ("By Jane Roe, Transport Correspondent", "Jane Roe"),
        ("By Jane Roe in Port Osk", "Jane Roe"),
        ("By Jane Roe (with material from TW)", "Jane Roe"),
        ("By Jane Roe, with Tarvonia Wire (TW)", "Jane Roe"),
        ("By Jane Roe | The Courier | 4 March 2025", "Jane Roe"),
        ("By Jane Roe, New York", "Jane Roe"),
        ("Words by Jane Roe", "Jane Roe"),
        ("By Staff Reporter", None),
        ("By Our Correspondent", None),
        ("By Associated Press", None),
        ("By Courier Reporters", None),
        ("By Reuters", None),
        ("By Monday evening", None),
        ("By 4 March 2025", None),
        ("By Jane Roe told police that the ship had sunk.", None),
        ("By the numbers", None),
        ("By and large", None),
        ("Photograph by Jane Roe", None),
        ("Jane Roe", None),
        ("Standby Jane Roe", None),
    ],
)
def test_bylines(line: str, author: str | None) -> None:
    """A person behind "By"; an office, an agency, a day or a sentence is none."""
    assert printed_author([line]) == author


def test_two_bylines_are_none() -> None:
    """The same name twice is one; another name may be that of another story."""
    assert printed_author(["By Jane Roe", "Share", "By Jane Roe"]) == "Jane Roe"
    assert printed_author(["By Jane Roe", "By Ann Poe"]) is None


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Courier, 4 March 2025", "Courier"),
        ("The Osk Valley Gazette | Tuesday 4 March 2025, 18:40", "The Osk Valley Gazette"),
        ("**The Osk Herald** | Comment | 4 March 2025", "The Osk Herald"),
        ("4 March 2025 · Osk Tribune", "Osk Tribune"),
        ("Osk Tribune (4 March 2025)", "Osk Tribune"),
        ("Published by 4 March 2025", None),
        ("Osk, 4 March 2025", None),
        ("LONDON, March 4, 2025", None),
        ("Jane Roe, 4 March 2025", None),
        ("Sport, 4 March 2025", None),
        ("Tuesday, 4 March 2025", None),
        ("Blog Post, 4 March 2025", None),
        ("Osk Tribune, Osk Herald, 4 March 2025", None),
        ("Osk Tribune, 4 March 2025 and 5 March 2025", None),
        ("Osk Tribune, March 2025", None),
        ("The Osk Herald closed on 4 March 2025.", None),
        ("the herald of spring, 4 March 2025", None),
    ],
)
def test_imprints(line: str, publisher: str | None) -> None:
    """A newspaper beside one day; a place, a person, a section or a weekday beside it is none."""
    expected = None if publisher is None else Imprint(publisher, "2025-03-04")
    assert printed_imprint([line], "") == expected


def test_the_text_shows_who_publishes_it() -> None:
    """A name that could be a place is a publisher's if somebody told it something."""
    line = "Halverne Today, 4 March 2025"
    assert printed_imprint([line], "The minister told Halverne Today that he would resign.") is not None
    assert printed_imprint([line], "The minister told Osk Today that he would resign.") is None


def test_head_lines_complete_the_header() -> None:
    """They are used, and are not in the text; a labelled line says it better."""
    head = "Ship runs aground off Tarn\nBy Jane Roe\nThe Courier, 4 March 2025\n\n"
    header = clean(head + BODY).header
    assert (header.author, header.publisher, header.published) == ("Jane Roe", "The Courier", "2025-03-04")
    assert clean(head + BODY).text == BODY
    labelled = clean("Author: Ann Poe\nSource: Lake Radio\nDate: 5 March 2025\n\n" + head + BODY).header
    assert (labelled.author, labelled.publisher, labelled.published) == ("Ann Poe", "Lake Radio", "2025-03-05")


def test_lines_below_the_text_say_nothing() -> None:
    """A byline or a newspaper's name after the article is of another one."""
    header = clean(f"{BODY}{BODY.replace('40', '50')}\nBy Jane Roe\nThe Courier, 4 March 2025\n").header
    assert (header.author, header.publisher, header.published) == (None, None, None)


@pytest.mark.parametrize("head", ["\n\n", "\n \n\t\n", "Menu\n\n\n", "\nShip runs aground\n\nBy Jane Roe\n\n", ""])
def test_a_text_begins_with_its_body(head: str) -> None:
    """Blank lines around what was taken out above it go, too, and are recorded."""
    cleaned = clean(head + BODY)
    assert cleaned.text == BODY
    assert "".join(removal.text for removal in cleaned.removed) == head


@given(any_text, any_text)
def test_any_line_is_read(line: str, text: str) -> None:
    """Whatever stands above an article, a name comes out that stands in it, or none."""
    for lines in ([line], [f"By {line}"], [f"{line}, 4 March 2025"]):
        author, imprint = printed_author(lines), printed_imprint(lines, text)
        assert author is None or author.strip()
        assert imprint is None or imprint.publisher.strip()


def test_a_long_line_is_no_byline() -> None:
    """More than a hundred and twenty characters that begin with "By" are prose, whatever stands in front of a bar."""
    line = "By Jane Roe | "
    assert printed_author([line + "x" * (120 - len(line))]) == "Jane Roe"
    assert printed_author([line + "x" * (121 - len(line))]) is None
