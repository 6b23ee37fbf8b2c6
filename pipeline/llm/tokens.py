"""Counting tokens without ever waiting for a download.

tiktoken fetches its tables at first use, without a time limit, and deletes a cached table whose digest is
wrong to fetch it again. So the table is looked for first, by the rule of ``tiktoken.load.read_file_cached``:
the file is named after the SHA-1 of the URL, in ``TIKTOKEN_CACHE_DIR``, else ``DATA_GYM_CACHE_DIR``, else
``data-gym-cache`` in the folder for temporary files. Where there is none, the count is an estimate.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from pipeline.llm.protocol import ChatRequest

if TYPE_CHECKING:
    import tiktoken

_DOWNLOAD_SECONDS: Final = 5.0
_READ_SECONDS: Final = 60.0
_REMEMBERED: Final = 64
_MOST_CHARACTERS: Final = 8
_TEMPLATE_TOKENS: Final = 16
"""Tokens that a chat template adds to each text of a call, at most, for the templates in use."""
_SMALL_PIECE: Final = re.compile(r"\d|[^\W\d]+|[^\w\s]")
_PIECE: Final = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Table:
    """A table of tokens: where tiktoken gets it, and the digest it must have."""

    url: str
    sha256: str


_BLOBS: Final = "https://openaipublic.blob.core.windows.net/encodings/"
_O200K: Final = Table(
    _BLOBS + "o200k_base.tiktoken", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
)
_CL100K: Final = Table(
    _BLOBS + "cl100k_base.tiktoken", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
)
TABLES: Final[Mapping[str, Table]] = {
    "o200k_base": _O200K,
    "o200k_harmony": _O200K,
    "cl100k_base": _CL100K,
}
"""The encodings of models in use; those of retired models are estimated."""


class TokenCounter:
    """Counts the tokens of a text, without what a chat template adds; ``exact`` where it has the table."""

    def __init__(self, encoding: tiktoken.Encoding | None) -> None:
        """Without an encoding, counts are estimates."""
        self._encoding = encoding
        self._count = lru_cache(maxsize=_REMEMBERED)(self._uncached)

    @classmethod
    def for_model(cls, model: str, *, hosted: bool, allow_download: bool = False) -> Self:
        """The counter for a model. It takes up to a second; make one for a run.

        Args:
            model: the name; OpenAI's own are known whoever serves them.
            hosted: whether OpenAI serves it: a name that tiktoken does not know then has its newest encoding.
            allow_download: whether a missing table may be fetched, for at most 5 seconds.
        """
        name = encoding_name(model, hosted=hosted)
        if name is None or name not in TABLES:
            return cls(None)
        if is_cached(TABLES[name], os.environ):
            return cls(_within(_READ_SECONDS, lambda: _construct(name)))
        return cls(_within(_DOWNLOAD_SECONDS, lambda: _construct(name)) if allow_download else None)

    @property
    def exact(self) -> bool:
        """Whether counts are those of the model's own table."""
        return self._encoding is not None

    def count(self, text: str) -> int:
        """The number of tokens; text that looks like a special token is text.

        Instructions and schemas come again with each article, and are counted once.
        """
        return self._count(text)

    def most(self, text: str) -> int:
        """A number that the tokens do not exceed: the count where it is exact."""
        return self.count(text) if self.exact else most_tokens(text)

    def _uncached(self, text: str) -> int:
        if self._encoding is None:
            return estimate(text)
        return len(self._encoding.encode(text, disallowed_special=()))


def estimate(text: str) -> int:
    """A count that is rather too high than too low for prose: a third of the bytes, or the pieces if more.

    >>> estimate("Blinken and Lavrov met.")
    8
    """
    return max(math.ceil(len(text.encode("utf-8", "replace")) / 3), len(_PIECE.findall(text)))


def most_tokens(text: str) -> int:
    """A count that byte-level tokenizers do not exceed for any text with words, figures and marks.

    Two ASCII letters of a word take a token at most, a digit or a mark one, anything else one a byte.

    >>> most_tokens("Met 40 men"), most_tokens("т")
    (6, 2)
    """
    return sum(_most_of(piece) for piece in _SMALL_PIECE.findall(text))


def _most_of(piece: str) -> int:
    return math.ceil(len(piece) / 2) if piece.isascii() else len(piece.encode("utf-8", "replace"))


def fewest_tokens(text: str) -> int:
    """A count that no tokenizer in use stays below: English prose has 4 to 5 characters a token, never 8.

    >>> fewest_tokens("Blinken and Lavrov met.")
    2
    """
    return len(text) // _MOST_CHARACTERS


def prompt_bound(request: ChatRequest, counter: TokenCounter) -> int:
    """The most prompt tokens of a call: the texts, what a chat template adds, and the schema.

    The schema counts twice: servers put it into the prompt, and lower rungs of the ladder say it in words, too.
    """
    texts = sum(counter.most(message.content) + _TEMPLATE_TOKENS for message in request.messages)
    return texts + 2 * counter.most(json.dumps(request.json_schema, separators=(",", ":")))


def encoding_name(model: str, *, hosted: bool) -> str | None:
    """The name of a model's encoding, or None if that is not known."""
    from tiktoken.model import encoding_name_for_model  # noqa: PLC0415 - slow to import

    try:
        return encoding_name_for_model(model)
    except KeyError:
        return "o200k_base" if hosted else None


def is_cached(table: Table, environ: Mapping[str, str]) -> bool:
    """Whether tiktoken would read the table from its cache, whole and unchanged, and so download nothing."""
    folder = _cache_folder(environ)
    if folder is None:
        return False
    file = folder / hashlib.sha1(table.url.encode(), usedforsecurity=False).hexdigest()
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == table.sha256
    except OSError:
        return False


def _cache_folder(environ: Mapping[str, str]) -> Path | None:
    """The folder, or None where caching is switched off by an empty name."""
    for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if name in environ:
            return Path(environ[name]) if environ[name] else None
    return Path(tempfile.gettempdir()) / "data-gym-cache"


def _construct(name: str) -> tiktoken.Encoding:
    """An encoding of our own: `tiktoken.get_encoding` holds a lock that a hanging download would keep."""
    import tiktoken  # noqa: PLC0415 - slow to import

    public: Any = importlib.import_module("tiktoken_ext.openai_public")
    parts: dict[str, Any] = public.ENCODING_CONSTRUCTORS[name]()
    return tiktoken.Encoding(**parts)


def _within(seconds: float, make: Callable[[], tiktoken.Encoding]) -> tiktoken.Encoding | None:
    """What ``make`` gives in time, from a daemon thread: one that hangs does not hold up the exit."""
    made: list[tiktoken.Encoding] = []

    def run() -> None:
        try:
            made.append(make())
        except Exception:  # noqa: BLE001 - whatever stops the download, an estimate does
            return

    thread = threading.Thread(target=run, name="tiktoken", daemon=True)
    thread.start()
    thread.join(seconds)
    return made[0] if made else None
