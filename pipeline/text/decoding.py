"""From bytes to text: by byte order mark, as UTF-8, else by what the bytes look like."""

from __future__ import annotations

import unicodedata
from typing import Final

from pipeline.errors import InputError

_MOSTLY_ASCII: Final = 0.08
"""Share of other bytes up to which a text is in English or the like."""


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-8, else by what its bytes look like.

    Raises:
        InputError: an empty file, a binary one, or no encoding fits.

    >>> decode("Orbán".encode("utf-16"))
    'Orbán'
    """
    if not data.strip():
        raise InputError("The file is empty.")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data:
        raise InputError("The file is binary, not text.", hint="Save the article as plain text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"The file starts like {encoding} but is not.", hint="Save it as UTF-8.") from error


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  only files that are no UTF-8 need it

    text = _western(data) or str(from_bytes(data).best() or "")
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text)
    if not text or controls > len(text) / 100:
        raise InputError("The file is binary, or in an encoding that cannot be told.", hint="Save it as UTF-8.")
    return text


def _western(data: bytes) -> str:
    """As Windows-1252 if only a few letters are not ASCII, as in English with names and quotation marks; else nothing.

    Statistics over so few letters guess at random ("Orbán" became "Orbįn").
    """
    if sum(byte >= 0x80 for byte in data) > len(data) * _MOSTLY_ASCII:  # noqa: PLR2004  the end of ASCII
        return ""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
