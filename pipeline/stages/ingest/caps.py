"""How much is read at most. Nobody's articles come near these; what does is hostile, or is no article."""

from __future__ import annotations

from typing import Final, NamedTuple

from pipeline.errors import InputError
from pipeline.settings import Settings

RATIO: Final = 200
"""Text is packed to a fifth, at best to a fiftieth; what unpacks to more than this times its size was made to."""
RATIO_FROM: Final = 1_000_000
"""Bytes from which the ratio is judged: a few kilobytes of spaces harm nobody."""
DEPTH: Final = 3
"""Archives within archives."""
LONGEST_SENTENCE: Final = 20_000
"""Characters; what has no sentence end for so long is no prose, and is slow to compare."""
LONGEST_FIELD: Final = 1000
"""Characters of a title, a name, an address."""


class Caps(NamedTuple):
    """What a user may have to raise; `Settings` has the defaults and the reasons."""

    file_bytes: int
    text_bytes: int
    unpacked_bytes: int
    members: int
    articles: int

    @staticmethod
    def of(settings: Settings) -> Caps:
        """The caps that the settings name."""
        return Caps(
            file_bytes=settings.max_file_bytes,
            text_bytes=settings.max_text_bytes,
            unpacked_bytes=settings.max_unpacked_bytes,
            members=settings.max_members,
            articles=settings.max_articles,
        )


DEFAULT: Final = Caps.of(Settings())


class Budget:
    """The bytes that one file given by the user may still unpack to, whatever the nesting."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self._left = caps.unpacked_bytes
        self._members = 0

    def count(self, members: int) -> None:
        """Count the files of an archive.

        Raises:
            InputError: more than are read, with those of the archives around it.
        """
        self._members += members
        check_entries(self._members, self.caps)

    def most(self) -> int:
        """How many bytes the next member may have."""
        return min(self._left, self.caps.file_bytes)

    def take(self, size: int, packed: int) -> None:
        """Count a member of ``size`` bytes that took ``packed`` bytes in its archive.

        Raises:
            InputError: more than may be unpacked, or a ratio that no text has.
        """
        if size > RATIO_FROM and size > RATIO * max(packed, 1):
            raise InputError(
                f"It unpacks to more than {RATIO} times its size, as no article does.",
                hint="If it is one all the same, unpack it and give the file itself.",
            )
        if size > self.caps.file_bytes:
            raise too_large(f"more than {self.caps.file_bytes:,}", self.caps.file_bytes)
        if size > self._left:
            raise InputError(
                f"The archive unpacks to more than {self.caps.unpacked_bytes:,} bytes.",
                hint="Unpack it and give the files, or raise PIPELINE_MAX_UNPACKED_BYTES.",
            )
        self._left -= size


def check_entries(count: int, caps: Caps) -> None:
    """Nothing, if a file may hold so many files, lines or entries.

    Raises:
        InputError: it may not.
    """
    if count > caps.members:
        raise InputError(
            f"It holds {count:,} files or entries; at most {caps.members:,} are read.",
            hint="Split it, or raise PIPELINE_MAX_MEMBERS.",
        )


def too_large(size: str, most: int) -> InputError:
    """What is said of a file over the limit."""
    return InputError(
        f"The file has {size} bytes; at most {most:,} are read.", hint="Split it, or raise PIPELINE_MAX_FILE_BYTES."
    )
