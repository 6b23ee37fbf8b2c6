"""What the report shows, as plain values the template can lay out without deciding anything."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from pipeline.domain.article import Flag, Removal
from pipeline.domain.clusters import Holder
from pipeline.domain.run import Change
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
    """A verdict in plain words.

    ``idle`` names the checks that found nothing to look at, ``unchecked`` those that could not look, with the reason;
    ``advice`` is of models.
    """

    status: str
    sign: str
    word: str
    summary: str
    checks: tuple[Guard, ...]
    idle: tuple[str, ...]
    unchecked: tuple[tuple[str, str], ...]
    advice: tuple[Guard, ...]
    basis: str


class Remark(NamedTuple):
    """Why a statement deserves a second look, with the id of the place on the page that says more, if there is one."""

    text: str
    target: str | None


class StatementView(NamedTuple):
    """One statement."""

    id: str
    text: str
    cites: tuple[CiteView, ...]
    speaker: str | None
    relays: tuple[str, ...]
    reach: str
    verdict: VerdictView
    remarks: tuple[Remark, ...]


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

    id: str
    text: str
    cites: tuple[CiteView, ...]
    reason: str
    verdict: VerdictView


class ClaimView(NamedTuple):
    """A claim of one article. ``told`` are the numbers of the statements that cite it."""

    id: str
    text: str
    cites: tuple[CiteView, ...]
    nature: str
    speaker: str | None
    relays: tuple[str, ...]
    told: tuple[int, ...]


class RejectedView(NamedTuple):
    """What a model claimed and code could not find in the article."""

    text: str
    quote: str
    reason: str


class ClaimsView(NamedTuple):
    """What one article says."""

    number: int
    name: str
    remark: str
    claims: tuple[ClaimView, ...]
    rejected: tuple[RejectedView, ...]


class SharedView(NamedTuple):
    """One report that several articles carry: each passage in its own wording."""

    passages: tuple[PositionView, ...]


class OriginView(NamedTuple):
    """The reports that the same articles have in common."""

    id: str
    title: str
    remark: str
    shared: tuple[SharedView, ...]


class HappeningView(NamedTuple):
    """What is said to have happened on a day."""

    text: str
    cites: tuple[CiteView, ...]
    reach: str


class DayView(NamedTuple):
    """One day of the timeline."""

    iso: str
    day: str
    happenings: tuple[HappeningView, ...]


class StageView(NamedTuple):
    """One stage of the run: what went in and came out, and the tokens of its replies."""

    name: str
    count_in: int
    count_out: int
    calls: int
    prompt_tokens: int
    completion_tokens: int


class RunView(NamedTuple):
    """How the summary was made: pairs of a name and a value, the stages, digests of prompts and inputs, remarks."""

    facts: tuple[tuple[str, str], ...]
    stages: tuple[StageView, ...]
    prompts: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    failures: tuple[str, ...]


class SegmentView(NamedTuple):
    """A piece of an article's text, escaped; see `pipeline.render.passages.Segment`.

    ``kind`` is "cited" where the summary rests on it, "mentioned" where only other parts of the page link to it,
    "" where nothing does; ``is_shared`` where another article carries the same report.
    """

    html: Markup
    cites: str
    anchors: tuple[str, ...]
    kind: str
    is_shared: bool


class ParagraphView(NamedTuple):
    """Pieces of one paragraph. ``start`` is its first character's place in the article's text, in code points.

    ``flags`` are those of passages in it, or of what was taken out in it or behind it.
    """

    segments: tuple[SegmentView, ...]
    tight: bool
    start: int
    flags: tuple[Flag, ...] = ()


class Bar(NamedTuple):
    """One mark on the coverage strip."""

    x: int
    width: int
    cites: str


class AlsoView(NamedTuple):
    """A file that was left out, since the source stands for it."""

    path: str
    what: str
    title: str | None
    publisher: str | None
    day: str | None
    link: tuple[str, str] | None
    changes: tuple[Change, ...]


class SourceView(NamedTuple):
    """One source. Without a file there is no text, and ``paragraphs`` is empty."""

    id: str
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
    in_language: str | None
    paragraphs: tuple[ParagraphView, ...]
    bars: tuple[Bar, ...]
    coverage: str
    shared: str | None
    removed: tuple[Removal, ...]
    also: tuple[AlsoView, ...] = ()
    flags: tuple[Flag, ...] = ()


class PageView(NamedTuple):
    """The whole page. ``run`` is None where there is no record of the run."""

    title: str
    statements: tuple[StatementView, ...]
    disagreements: tuple[TopicView, ...]
    omissions: tuple[TopicView, ...]
    dropped: tuple[DroppedView, ...]
    claims: tuple[ClaimsView, ...]
    origins: tuple[OriginView, ...]
    days: tuple[DayView, ...]
    run: RunView | None
    sources: tuple[SourceView, ...]
    engine: str
    model: str | None
