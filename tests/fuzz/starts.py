"""What each target starts from: whole documents, which are then changed. Regressions are in ``regressions/``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from pipeline.runs.output import RUN_FILE, SUMMARY_JSON
from tests.fuzz.targets import run_files
from tests.runs.ran import ARTICLES
from tests.stages.ingest.documents import DOCUMENTS, gzipped, mail, text

REGRESSIONS: Final = Path(__file__).parent / "regressions"
"""One file for each input that once broke a target: ``<target>-<what happened>``, as small as it could be made."""

_RECORDING: Final = Path(__file__).parents[2] / "evals" / "recordings" / "seeds"
_SOURCES: Final = b"""\
a.txt: {id: first, title: "Ferry runs aground", publisher: The Courier, published: 2024-05-14, url: https://c.example}
sub/b.txt:
  publisher: &p Lake Radio
  language: en-GB
feed.xml/feed-2: {publisher: *p, author: Ann Hale, published: "14 May 2024"}
"""
_DECISIONS: Final = (
    b'{"schema_version":1,"id":"d1","kind":"accept","target":"s1","by":"Ann","at":"2024-05-14T06:30:00+00:00"}\n'
)
_SUMMARY: Final = """\
# The ferry Marigold ran aground

The ferry Marigold ran aground off Tarn on Monday [1][2]. **Pell Line** denied that the engine had failed (Source:
ledger). Rescuers brought 38 people ashore[^a]; see [the radio](radio.txt).

> “We heard the hull tear,” the cook said [radio].

## Sources

1. courier.txt
2. radio.txt

[^a]: courier, “Rescuers brought 38 people ashore before dawn.”
"""
_PLEA: Final = "Our reporting is free because readers pay for it. Join the Courier today."
_PAGE: Final = (
    "<!DOCTYPE html><html><body><h1>The ferry</h1><p>The ferry Marigold ran aground off Tarn on Monday "
    '<sup><a href="#s1">1</a></sup>.</p><ol><li id="s1"><a href="courier.txt">courier.txt</a></li></ol></body></html>'
)


@lru_cache(maxsize=1)
def _by_target() -> dict[str, tuple[bytes, ...]]:
    made = run_files()
    replies = b"\n".join(sorted((_RECORDING / "replies.jsonl").read_bytes().splitlines(), key=len)[:2])
    return {
        "decoding": (text(), "Orbán".encode("utf-16"), "“Orbán”".encode("cp1252")),
        "text": (text(), b"Ferry runs aground\nBy Ann Hale\nThe Courier, 14 May 2024\n\n" + text()),
        "markdown": (DOCUMENTS["ferry.md"],),
        "html": (DOCUMENTS["ferry.html"], _PAGE.encode()),
        "pdf": (DOCUMENTS["ferry.pdf"],),
        "docx": (DOCUMENTS["ferry.docx"],),
        "eml": (DOCUMENTS["ferry.eml"], mail(plain=False)),
        "json": (DOCUMENTS["ferry.json"], DOCUMENTS["list.json"]),
        "jsonl": (DOCUMENTS["lines.jsonl"],),
        "feed": (DOCUMENTS["rss.xml"], DOCUMENTS["atom.xml"]),
        "zip": (DOCUMENTS["bundle.zip"],),
        "gz": (DOCUMENTS["packed.txt.gz"], gzipped(DOCUMENTS["bundle.zip"])),
        "sources": (_SOURCES,),
        "corpus": (b'{"id": "a", "articles": [{"text": "A ferry sank off Tarn on Monday.", "publisher": "Courier"}]}',),
        "recording": ((_RECORDING / "recording.json").read_bytes().replace(b"\n\n", b"\n") + b"\n\n" + replies,),
        "summary": (made[SUMMARY_JSON],),
        "manifest": (made[RUN_FILE],),
        "article": (made["articles/courier.json"],),
        "decisions": (_DECISIONS,),
        "check-text": (_SUMMARY.encode(),),
        "check-markdown": (_SUMMARY.encode(),),
        "check-html": (_PAGE.encode(),),
        "check-json": (made[SUMMARY_JSON],),
        "run": (
            "\f".join(ARTICLES.values()).encode(),
            "\f".join(f"{text}\n\n{_PLEA}\n" for text in list(ARTICLES.values())[::2]).encode(),
        ),
    }


def starts(target: str) -> tuple[bytes, ...]:
    """The documents that a target starts from."""
    return _by_target()[target]


def regressions(target: str | None = None) -> list[tuple[str, Path]]:
    """The inputs that once broke a target (or any), each with the target's name."""
    named = [(path.stem.partition("--")[0], path) for path in sorted(REGRESSIONS.iterdir())]
    return [(name, path) for name, path in named if target in {None, name}]
