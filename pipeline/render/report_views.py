"""What the report shows, as plain values the template can lay out without deciding anything."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from pipeline.domain.article import Removal
from pipeline.domain.clusters import Holder
from pipeline.domain.verdict import Guard


class CiteView(NamedTuple):
    """A link to a passage. ``label`` is the source's number, with a letter where one text cites it twice."""

    key: str
    label: str
    source: str
    quote: str
    is_proposed: bool
    is_attribution: bool


class VerdictView(NamedTuple):
    """A verdict in plain words; ``idle`` names the checks that found nothing to look at, ``advice`` is of models."""

    status: str
    sign: str
    word: str
    summary: str
    checks: tuple[Guard, ...]
    idle: tuple[str, ...]
    advice: tuple[Guard, ...]
    basis: str


class StatementView(NamedTuple):
    """One statement."""

    id: str
    text: str
    cites: tuple[CiteView, ...]
    speaker: str | None
    relays: tuple[str, ...]
    reach: str
    verdict: VerdictView


class PositionView(NamedTuple):
    """One side of a disagreement, or one position of a cluster."""

    holders: tuple[Holder, ...]
    text: str
    cites: tuple[CiteView, ...]


class TopicView(NamedTuple):
    """A disagreement or an omitted cluster: a question, a remark on it, and the positions."""

    id: str
    topic: str
    remark: str
    positions: tuple[PositionView, ...]


class DroppedView(NamedTuple):
    """A statement that did not pass."""

    text: str
    cites: tuple[CiteView, ...]
    reason: str
    verdict: VerdictView


class SegmentView(NamedTuple):
    """A piece of an article's text, escaped; see `pipeline.render.passages.Segment`."""

    html: Markup
    cites: str
    anchors: tuple[str, ...]


class ParagraphView(NamedTuple):
    """Pieces of one paragraph."""

    segments: tuple[SegmentView, ...]
    tight: bool


class Bar(NamedTuple):
    """One mark on the coverage strip."""

    x: int
    width: int
    cites: str


class SourceView(NamedTuple):
    """One source. Without a file there is no text, and ``paragraphs`` is empty."""

    number: int
    name: str
    title: str
    has_title: bool
    publisher: str | None
    published: str | None
    day: str | None
    link: tuple[str, str] | None
    path: str
    sha256: str
    language: str | None
    paragraphs: tuple[ParagraphView, ...]
    bars: tuple[Bar, ...]
    coverage: str
    shared: str | None
    removed: tuple[Removal, ...]


class PageView(NamedTuple):
    """The whole page."""

    title: str
    statements: tuple[StatementView, ...]
    disagreements: tuple[TopicView, ...]
    omissions: tuple[TopicView, ...]
    dropped: tuple[DroppedView, ...]
    sources: tuple[SourceView, ...]
    engine: str
    model: str | None
