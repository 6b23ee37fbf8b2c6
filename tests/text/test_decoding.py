"""From bytes to text."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.text.decoding import decode

ENGLISH = "The mayor, Zoë Orbán, said “the ferry sank” off the pier on Monday; nobody was hurt, the coastguard said."
RUSSIAN = "Паром затонул ночью у берега, сообщила береговая охрана. Никто не пострадал, сказал мэр города. " * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_english_is_read_in_any_usual_encoding(encoding: str) -> None:
    """By its byte order mark, as UTF-8, or as Windows wrote it."""
    assert decode(ENGLISH.encode(encoding)) == ENGLISH


def test_big_endian_is_known_by_its_mark() -> None:
    """As little endian is."""
    assert decode(b"\xfe\xff" + ENGLISH.encode("utf-16-be")) == ENGLISH


def test_another_alphabet_is_guessed_by_its_letters() -> None:
    """Most of its bytes are no ASCII, so it is no English."""
    assert decode(RUSSIAN.encode("cp1251")) == RUSSIAN


@pytest.mark.parametrize("text", ["é" * 8 + "a" * 92, "á\tb\r\nc\f" + "d" * 20])
def test_a_few_letters_and_marks_of_lines_are_no_sign_of_another_encoding(text: str) -> None:
    """Up to eight letters of a hundred; tabs and ends of lines are text."""
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("data", "said", "hint"),
    [
        (b" \n", "The file is empty.", ""),
        (b"ab\0cd", "The file is binary, not text.", "Save the article as plain text."),
        (b"\xff\xfe\x00\xd8", "The file starts like utf-16 but is not.", "Save it as UTF-8."),
        (b"\xef\xbb\xbfa\xff", "The file starts like utf-8-sig but is not.", "Save it as UTF-8."),
        (
            b"\xe1" + b"\x01" * 4 + b"a" * 95,
            "The file is binary, or in an encoding that cannot be told.",
            "Save it as UTF-8.",
        ),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, said: str, hint: str) -> None:
    """What happened, and what to do."""
    with pytest.raises(InputError) as caught:
        decode(data)
    assert (caught.value.message, caught.value.hint or "") == (said, hint)
