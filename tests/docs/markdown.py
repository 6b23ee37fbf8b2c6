"""The documents as Markdown: which there are, and the fenced blocks of each.

The first word after the fence is the block's language, as GitHub and Sphinx read it. The second says what a test does
with it: a file name (the block is written there, for the commands below it), or ``output`` (the commands above must
say this; ``…`` stands for anything).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from markdown_it import MarkdownIt

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
GENERATED: Final = DOCS / "reference"


class Block(NamedTuple):
    """A fenced block; ``line`` is the number of its fence."""

    language: str
    use: str
    text: str
    line: int


def written_pages() -> list[Path]:
    """The documents that people write for users: the README and the pages of the site, without decisions."""
    return [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    found = []
    for token in tokens:
        if token.type == "fence":
            language, _, use = token.info.strip().partition(" ")
            found.append(Block(language, use.strip(), token.content, (token.map or [0])[0] + 1))
    return found


def commands(block: Block) -> list[str]:
    """The commands of a shell block, comments included; a line that ends with a backslash goes on in the next."""
    joined = block.text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]
