"""The summary as Markdown with footnotes, for whoever pastes it into a document of their own.

Footnotes are those of PHP Markdown Extra, which GitHub, Pandoc and markdown-it's plugin read: ``[^1]`` in the text and
``[^1]: …`` on a line of its own. `pipeline check` reads them, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.clusters import Holder
from pipeline.domain.synthesis import Citation, Disagreement, Source, Synthesis
from pipeline.render import wording
from pipeline.render.markdown import escape, label, reach, shown_path, source_name
from pipeline.text.sentences import units_of_text

_MORE_SPECIAL: Final = re.compile(r"([$@^{}]|!$|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""Marks of Pandoc's Markdown and of GitHub's: formulas, references, superscripts, attributes; an exclamation mark that
would make an image of the footnote's mark after it, and addresses, which would take that mark in."""
_MORE_STARTS: Final = re.compile(r"^(?:(\([^\W_]{1,9}|[^\W_]{1,9})(?=[.)]\s)|(?=[(:%=]))")
"""What opens an entry of Pandoc's other lists, a definition or a title where a line begins with it."""

_Place = tuple[str, int, int]


def render_footnotes(synthesis: Synthesis, articles: Sequence[Article]) -> str:
    """Statements and disagreements, a footnote for each passage. Article text is escaped, as in ``summary.md``."""
    notes = _Notes()
    parts = [f"# {_escape(synthesis.title)}"]
    for statement in synthesis.statements:
        told = reach(len({c.evidence.article_id for c in statement.citations}), statement.origins)
        parts.append(told + _cited(statement.text, statement.citations, notes))
    if synthesis.disagreements:
        names = {source.article_id: _name(source, articles) for source in synthesis.sources}
        parts.append("## Where sources differ")
        parts += [_disagreement(disagreement, names, notes) for disagreement in synthesis.disagreements]
    sources = {source.article_id: source for source in synthesis.sources}
    parts += [
        f"[^{number}]: {_note(citation, sources[citation.evidence.article_id], articles)}"
        for number, citation in enumerate(notes.citations, start=1)
    ]
    return "\n\n".join(parts) + "\n"


class _Notes:
    """The footnotes in the order in which they are first called for; one passage has one, however often it is cited."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._numbers: dict[_Place, int] = {}

    def mark(self, citation: Citation) -> str:
        """What stands in the text for a citation."""
        evidence = citation.evidence
        place = (evidence.article_id, evidence.start, evidence.end)
        if place not in self._numbers:
            self.citations.append(citation)
            self._numbers[place] = len(self.citations)
        return f"[^{self._numbers[place]}]"


def _cited(text: str, citations: Sequence[Citation], notes: _Notes) -> str:
    """Every sentence carries the marks, so that none of them reads as uncited."""
    marks = "".join(dict.fromkeys(notes.mark(citation) for citation in citations))
    return " ".join(f"{_escape(sentence.of(text))}{marks}" for sentence in units_of_text(text))


def _disagreement(disagreement: Disagreement, names: dict[str, str], notes: _Notes) -> str:
    lines = [f"### {_escape(wording.heading(disagreement))}", ""]
    for position in disagreement.positions:
        holders = "; ".join(_holder(holder, names) for holder in position.holders)
        lines.append(f"- **{holders}:** {_cited(position.text, position.citations, notes)}")
    return "\n".join(lines)


def _holder(holder: Holder, names: dict[str, str]) -> str:
    return _more(label(names.get(holder.name, holder.name)))


def _name(source: Source, articles: Sequence[Article]) -> str:
    """A source as the holder of a position."""
    return source.publisher or source_name(source, articles)


def _note(citation: Citation, source: Source, articles: Sequence[Article]) -> str:
    """The passage, then where it stands.

    The quote comes first: what follows the last dash names the file, so that no words of an article can pass for it.
    """
    parts = [f"“{_escape(citation.evidence.quote)}”", _escape(source_name(source, articles))]
    if source.published:
        parts.append(_escape(wording.day(source.published) or ""))
    parts.append(f"`{shown_path(source.path)}`")
    link = wording.link(source.url)
    if link and not re.search(r"[<>]", link[0]):
        parts.append(f"<{link[0]}>")
    return " — ".join(parts)


def _escape(text: str) -> str:
    r"""One line of text in which nothing is Markdown, nor Pandoc's.

    >>> _escape("$5 for @me")
    '\\$5 for \\@me'
    """
    return _more(escape(text))


def _more(escaped: str) -> str:
    line = _MORE_SPECIAL.sub(r"\\\1", escaped)
    return _MORE_STARTS.sub(lambda match: f"{match[1] or ''}\\", line, count=1)
