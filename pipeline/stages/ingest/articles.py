"""From what a reader found to an article: the common cleaning, and who has the last word on metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from pipeline.domain.article import Article, Flag
from pipeline.errors import InputError
from pipeline.stages.ingest.caps import LONGEST_SENTENCE, Caps
from pipeline.stages.ingest.languages import settled_language
from pipeline.stages.ingest.names import slug
from pipeline.stages.ingest.raw import Raw
from pipeline.stages.ingest.sources import SourceEntry
from pipeline.text.normalise import Cleaned, clean
from pipeline.text.screening import field_flag, screened_field
from pipeline.text.sentences import split_sentences

_CORRECTION: Final = re.compile(
    r"\bthis (?:story|article|report|piece|page) (?:was|has been|is) (?:corrected|amended|clarified)\b",
    re.IGNORECASE,
)


_SELECTED: Final = frozenset({"html", "json", "jsonl", "feed"})
"""Formats of which a reader has picked the article out, or in which a field holds nothing else."""


def make_article(path: str, raw: Raw, digest: str, entry: SourceEntry, caps: Caps) -> Article:
    """The article of a reader's text.

    Raises:
        InputError: it is too long, or holds no sentence.
    """
    size = len(raw.text.encode("utf-8", "replace"))
    if size > caps.text_bytes:
        raise InputError(
            f"It holds {size:,} bytes of text; at most {caps.text_bytes:,} are read.",
            hint="Split it, or raise PIPELINE_MAX_TEXT_BYTES.",
        )
    selected = raw.format in _SELECTED
    raw, told = _screened(raw)
    cleaned = clean(
        raw.text,
        markdown=raw.format == "markdown",
        selected=selected,
        title=raw.title,
        instructions=raw.screened,
    )
    declared = entry.language or raw.language or cleaned.header.language
    language = settled_language(declared, cleaned.text)
    sentences = split_sentences(cleaned.text, cleaned.blocks, language)
    if not sentences:
        raise InputError("No sentence of an article was found in the file.", hint="Is it empty, or only a menu?")
    longest = max(sentence.end - sentence.start for sentence in sentences)
    if longest > LONGEST_SENTENCE:
        raise InputError(
            f"It has a sentence of {longest:,} characters; at most {LONGEST_SENTENCE:,} are read.",
            hint="Is it prose? Lines or full stops are missing.",
        )
    return Article(
        id=entry.id or slug(PurePosixPath(path).stem),
        path=path,
        **_metadata(raw, cleaned, entry),
        language=language,
        text=cleaned.text,
        sentences=tuple(sentences),
        sha256=digest,
        removed=cleaned.removed,
        correction=raw.correction or _visible_correction(cleaned),
        format=raw.format,
        flags=(*told, *cleaned.flags),
    )


def _screened(raw: Raw) -> tuple[Raw, list[Flag]]:
    """The file's own fields without what nobody sees or what speaks to a program, and which of them held such.

    They are shown or told; a date, an address and a language have a form of their own.
    """
    given = {"title": raw.title, "publisher": raw.publisher, "author": raw.author}
    kept = {name: screened_field(value) for name, value in given.items()}
    flags = [field_flag(name, value) for name, value in given.items() if value and _shorter(kept[name], value)]
    return raw._replace(title=kept["title"], publisher=kept["publisher"], author=kept["author"]), flags


def _shorter(kept: str | None, value: str) -> bool:
    """Whether words are gone, not only what nobody sees; that is flagged where it stands in the text."""
    return len((kept or "").split()) < len(value.split())


def with_unique_ids(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Where two ids would collide, each of them gets six digits of its content's digest."""
    counts: dict[str, int] = {}
    for article in articles:
        counts[article.id] = counts.get(article.id, 0) + 1
    return tuple(a if counts[a.id] == 1 else a.model_copy(update={"id": f"{a.id}-{a.sha256[:6]}"}) for a in articles)


def _metadata(raw: Raw, cleaned: Cleaned, entry: SourceEntry) -> dict[str, str | None]:
    """A person's word first, then the file's own fields, then what its text says."""
    header = cleaned.header
    return {
        "title": entry.title or raw.title or header.title,
        "publisher": entry.publisher or raw.publisher or header.publisher,
        "published": entry.published or raw.published or header.published,
        "url": entry.url or raw.url or header.url,
        "author": entry.author or raw.author or header.author,
    }


def _visible_correction(cleaned: Cleaned) -> str | None:
    """What the article says of an earlier version of itself.

    It is no sentence to be told, since it repeats what was wrong; whoever edits the summary has to know of it.
    """
    for removal in cleaned.removed:
        if removal.reason == "correction" or (removal.reason == "notice" and _CORRECTION.search(removal.text)):
            return " ".join(removal.text.split())
    return None
