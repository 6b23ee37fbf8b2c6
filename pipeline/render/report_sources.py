"""The sources on the page: each article's text with its passages marked, and the strip that shows where they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article, Flag
from pipeline.domain.run import Duplicate
from pipeline.domain.synthesis import Source
from pipeline.render import wording
from pipeline.render.numbering import Numbering, short_name
from pipeline.render.passages import Passage, Segment, covered, paragraphs
from pipeline.render.report_views import AlsoView, Bar, ParagraphView, SegmentView, SourceView
from pipeline.render.visible import shown

_STRIP: Final = 1000
"""Width of the coverage strip in its own units."""


class Marks(NamedTuple):
    """Which passages are marked, and how: ``rests_on`` are the keys of those that the summary rests on."""

    numbering: Numbering
    rests_on: frozenset[str]
    shared: frozenset[str]

    def cited(self, article_id: str) -> list[Passage]:
        """The passages of an article that the summary rests on."""
        return [p for p in self.numbering.passages(article_id) if p.key in self.rests_on]


def source_view(number: int, source: Source, articles: Mapping[str, Article], marks: Marks) -> SourceView:
    """One source. All passages must have their keys by now."""
    article = articles.get(source.article_id)
    text = article.text if article else ""
    cited = marks.cited(source.article_id)
    coverage = f"{wording.count(len(cited), 'passage')} cited, {covered(text, cited):.0%} of the text"
    return SourceView(
        id=source.article_id,
        number=number,
        name=short_name(source, articles),
        title=source.title or wording.first_words(text) or source.path,
        has_title=source.title is not None,
        publisher=source.publisher,
        published=source.published,
        day=wording.day(source.published),
        link=wording.link(source.url),
        path=source.path,
        sha256=source.sha256,
        language=wording.language(article.language) if article else None,
        in_language=wording.other_language(article.language) if article else None,
        paragraphs=_paragraphs(text, source.article_id, marks, _placed(article)),
        bars=_bars(text, cited),
        coverage=coverage,
        shared=None,
        removed=article.removed if article else (),
        flags=tuple(flag for flag in article.flags if flag.start is None) if article else (),
    )


def also_views(path: str, duplicates: Sequence[Duplicate]) -> tuple[AlsoView, ...]:
    """The files that the article at ``path`` stands for."""
    return tuple(
        AlsoView(
            path=one.path,
            what=wording.DUPLICATE[one.relation],
            title=one.title,
            publisher=one.publisher,
            day=wording.day(one.published),
            link=wording.link(one.url),
            changes=one.changes,
        )
        for one in duplicates
        if one.kept == path
    )


def _placed(article: Article | None) -> list[Flag]:
    return [flag for flag in article.flags if flag.start is not None] if article else []


def _paragraphs(text: str, article_id: str, marks: Marks, flags: Sequence[Flag]) -> tuple[ParagraphView, ...]:
    passages = marks.numbering.passages(article_id)
    found = paragraphs(text, passages) if text else ()
    lasts = [paragraph.segments[-1].end for paragraph in found]
    # What was taken out at the end of a paragraph, space and all, has the first place of the next one, or none.
    at = [min(bisect_left(lasts, flag.start or 0), len(found) - 1) for flag in flags]
    return tuple(
        ParagraphView(
            tuple(_segment(text, segment, marks) for segment in paragraph.segments),
            paragraph.tight,
            paragraph.segments[0].start,
            tuple(flag for flag, place in zip(flags, at, strict=True) if place == index),
        )
        for index, paragraph in enumerate(found)
    )


def _segment(text: str, segment: Segment, marks: Marks) -> SegmentView:
    keys = frozenset(segment.cites)
    kind = "cited" if keys & marks.rests_on else "mentioned" if keys else ""
    return SegmentView(
        html=shown(text, segment.start, segment.end),
        cites=" ".join(segment.cites),
        anchors=segment.anchors,
        kind=kind,
        is_shared=bool(keys & marks.shared),
    )


def _bars(text: str, cited: Sequence[Passage]) -> tuple[Bar, ...]:
    """The cited segments, to scale; each at least two units wide, or it could not be seen."""
    scale = _STRIP / max(len(text), 1)
    segments = [s for paragraph in paragraphs(text, cited) for s in paragraph.segments if s.cites]
    return tuple(
        Bar(round(s.start * scale), max(2, round(s.end * scale) - round(s.start * scale)), " ".join(s.cites))
        for s in segments
    )
