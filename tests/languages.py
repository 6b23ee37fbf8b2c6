"""Articles on one invented event in six languages, of which every sentence is known: one a line of their files."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(__file__).parent / "fixtures" / "languages"
CODES: Final = ("ar", "de", "es", "fr", "ru", "zh")
_UNSPACED: Final = frozenset({"zh"})


class Known(NamedTuple):
    """An article with its sentences: ``text`` is the body as it is printed, ``file`` the whole file."""

    code: str
    name: str
    head: str
    sentences: tuple[str, ...]
    text: str

    @property
    def file(self) -> str:
        """Labelled lines, an empty line, the paragraphs."""
        return f"{self.head}\n\n{self.text}\n"


def known() -> list[Known]:
    """Every article, by language and name."""
    return [_read(path) for code in CODES for path in sorted((FOLDER / code).glob("*.txt"))]


def _read(path: Path) -> Known:
    head, _, body = path.read_text(encoding="utf-8").strip().partition("\n\n")
    code = path.parent.name
    joint = "" if code in _UNSPACED else " "
    paragraphs = [block.splitlines() for block in body.split("\n\n")]
    text = "\n\n".join(joint.join(lines) for lines in paragraphs)
    return Known(code, path.name, head, tuple(line for lines in paragraphs for line in lines), text)


def write(code: str, folder: Path) -> Path:
    """The articles of one language as files, to be read by a command."""
    folder.mkdir(parents=True, exist_ok=True)
    for article in known():
        if article.code == code:
            (folder / article.name).write_text(article.file, encoding="utf-8")
    return folder
