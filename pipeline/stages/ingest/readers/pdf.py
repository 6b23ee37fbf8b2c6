"""PDF: its text layer, by pypdf (the extra ``pdf``); lines are put together to paragraphs again."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps
from pipeline.stages.ingest.extras import missing
from pipeline.stages.ingest.fields import language, one_line
from pipeline.stages.ingest.raw import Raw
from pipeline.text.sentences import ends_like_a_sentence

_MOST_PAGES: Final = 200
_GAP: Final = 1.35
"""Times the usual distance of lines; a greater one parts paragraphs."""
_SHORT: Final = 0.8
"""Of the usual length: a line that closes a sentence and is shorter than this ends its paragraph."""
_LETTERS: Final = re.compile(r"\w+")


class Line(NamedTuple):
    """A line of a page: its text, its height on the page (from below, in points) and the size of its letters."""

    text: str
    y: float
    size: float


def read_pdf(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """The text of all pages, without running heads and feet.

    The title and author in the properties count only if the page shows them: programs fill them with names of files.
    When a PDF was made does not say when its article was published.

    Raises:
        InputError: pypdf is not installed; damaged, encrypted, or without a text layer.
    """
    del name
    pypdf = _library()
    try:
        reader = _opened(pypdf, data)
        pages = list(_pages(reader, caps))
        properties = {key: one_line(str(value)) for key, value in (reader.metadata or {}).items()}
        tag = language(str(reader.root_object.get("/Lang", "")))
    except InputError:
        raise
    except Exception as error:  # a library for a format this large raises all kinds on what is hostile
        raise InputError("The PDF cannot be read.", hint="Is it damaged or cut off? Save it as plain text.") from error
    text = join_pages(pages)
    if not text.strip():
        raise InputError(
            "The PDF has no text layer: it is a picture of a page.", hint="Recognise its text first (OCR)."
        )
    shown = " ".join(text.split())
    said = {key: value for key in ("/Title", "/Author") if (value := properties.get(key)) and value in shown}
    return [Raw(text, "pdf", title=said.get("/Title"), author=said.get("/Author"), language=tag)]


def _library() -> Any:
    try:
        import pypdf  # noqa: PLC0415  an extra
    except ImportError as error:
        raise missing("PDF", "pdf") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it has to say of a damaged file, we say
    return pypdf


def _opened(pypdf: Any, data: bytes) -> Any:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError("The PDF is encrypted.", hint="Save it without a password.")
    if len(reader.pages) > _MOST_PAGES:
        raise InputError(f"The PDF has {len(reader.pages):,} pages; at most {_MOST_PAGES} are read.", hint="Split it.")
    return reader


def _pages(reader: Any, caps: Caps) -> Iterator[list[Line]]:
    total = 0
    for page in reader.pages:
        lines = _lines(page)
        total += sum(len(line.text) for line in lines)
        if total > caps.text_bytes:
            raise InputError(
                f"The PDF holds more than {caps.text_bytes:,} characters.",
                hint="Split it, or raise PIPELINE_MAX_TEXT_BYTES.",
            )
        yield lines


def _lines(page: Any) -> list[Line]:
    """The lines in the order in which the page draws them, which is that of reading in all but odd files."""
    pieces: list[tuple[str, float, float]] = []

    def visit(text: str, matrix: Sequence[float], own: Sequence[float], _: object, size: float) -> None:
        if text:
            y = own[4] * matrix[1] + own[5] * matrix[3] + matrix[5]
            pieces.append((text, y, abs(size * own[3] * matrix[3]) or size))

    page.extract_text(visitor_text=visit)
    lines: list[Line] = []
    open_line = False
    for text, y, size in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                open_line = False
            if not part.strip():
                continue
            if open_line:
                lines[-1] = lines[-1]._replace(text=lines[-1].text + part)
            else:
                lines.append(Line(part, y, size))
                open_line = True
    return [line._replace(text=" ".join(line.text.split())) for line in lines]


def join_pages(pages: Sequence[Sequence[Line]]) -> str:
    r"""Paragraphs, parted by blank lines; one that runs over a page's end is whole again.

    >>> join_pages([[Line("A ferry ran aground off", 700, 10), Line("Tarn on Monday.", 688, 10)],
    ...             [Line("Nobody was hurt.", 700, 10)]])
    'A ferry ran aground off Tarn on Monday.\n\nNobody was hurt.'
    """
    running = _running(pages)
    bodies = [[line for line in page if _masked(line.text) not in running] for page in pages]
    lines = [line for page in bodies for line in page]
    if not lines:
        return ""
    known = Counter(word.lower() for line in lines for word in _LETTERS.findall(line.text))
    usual = median(len(line.text) for line in lines)
    step = _usual_step(bodies)
    paragraphs: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _goes_on(before, line, step, usual):
            paragraphs[-1] = _joined(paragraphs[-1], line.text, known)
        else:
            paragraphs.append(line.text)
        before = line
    return "\n\n".join(paragraphs)


def _usual_step(pages: Sequence[Sequence[Line]]) -> float:
    steps = [a.y - b.y for page in pages for a, b in pairwise(page) if a.y > b.y]
    return median(steps) if steps else 0.0


def _goes_on(before: Line, line: Line, step: float, usual: float) -> bool:
    """Whether a line continues the paragraph above it."""
    if abs(before.size - line.size) > 0.15 * max(before.size, line.size):
        return False
    ended = ends_like_a_sentence(before.text)
    distance = before.y - line.y
    if distance <= 0 or distance > 4 * max(step, 1):  # another column or page
        return not ended and not line.text[:1].isupper()
    if distance > _GAP * step:
        return False
    return not (ended and len(before.text) < _SHORT * usual)


def _running(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Heads and feet: first and last lines that most pages have, but for their numbers."""
    if len(pages) < 2:  # noqa: PLR2004  nothing runs over one page
        return set()
    edges = Counter(edge for page in pages for edge in {_masked(line.text) for line in (*page[:2], *page[-2:])})
    return {edge for edge, count in edges.items() if count > len(pages) / 2 and count > 1}


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _joined(paragraph: str, line: str, known: Counter[str]) -> str:
    """With a space; a word that was broken with a hyphen is whole again, unless it has a hyphen elsewhere, too."""
    if not re.search(r"[a-zа-яß-ÿ]-$", paragraph) or not line[:1].islower():
        return f"{paragraph} {line}"
    first, second = _LETTERS.findall(paragraph)[-1].lower(), _LETTERS.findall(line)[0].lower()
    whole = known[first + second] or not (known[first] > 1 and known[second] > 1)
    return (paragraph[:-1] if whole else paragraph) + line
