"""Paragraphs taken out of an article that was cleaned already, and put back: the record of removals stays whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.domain.article import Article, Removal, Span


def without(article: Article, spans: Sequence[Span], reason: str) -> Article:
    """The article without some of its paragraphs, each recorded with the white space before it.

    Args:
        article: as it was cleaned.
        spans: runs of whole sentences, in order.
        reason: why they go.
    """
    cuts: list[Span] = []
    opened = 0  # up to here nothing is left
    for span in spans:
        cuts.append(_with_blank(article.text, span, cuts[-1].end if cuts else 0, opened))
        opened = cuts[-1].end if cuts[-1].start == opened else opened
    kept = [s for s in article.sentences if not any(cut.overlaps(s) for cut in cuts)]
    more = [removal for cut in cuts for removal in _removals(article, cut, reason)]
    starts, ends = [0, *(cut.end for cut in cuts)], [*(cut.start for cut in cuts), len(article.text)]
    return article.model_copy(
        update={
            "text": "".join(article.text[start:end] for start, end in zip(starts, ends, strict=True)),
            "sentences": tuple(
                _moved(sentence, -sum(c.end - c.start for c in _before(cuts, sentence))) for sentence in kept
            ),
            "removed": tuple(sorted([*article.removed, *more], key=lambda removal: removal.start)),
        }
    )


def put_back(article: Article, reason: str) -> Article:
    """The article with what was taken out for a reason in its text again, though not among its sentences."""
    back = [removal for removal in article.removed if removal.reason == reason]
    rest = tuple(removal for removal in article.removed if removal.reason != reason)
    raw = raw_text(article)
    starts, ends = [0, *(removal.end for removal in rest)], [*(removal.start for removal in rest), len(raw)]
    places = [(start, piece) for start, piece in _kept(article) if piece.start < piece.end]
    moved = []
    for sentence in article.sentences:
        start = next(at for at, piece in places if piece.start <= sentence.start < piece.end)
        moved.append(_moved(sentence, sum(r.end - r.start for r in back if r.end <= start)))
    text = "".join(raw[start:end] for start, end in zip(starts, ends, strict=True))
    return article.model_copy(update={"text": text, "sentences": tuple(moved), "removed": rest})


def raw_text(article: Article) -> str:
    """The decoded file, or what was extracted from it, after NFC: what the offsets of removals count in."""
    pieces: list[tuple[int, str]] = [(removal.start, removal.text) for removal in article.removed]
    pieces += [(start, piece.of(article.text)) for start, piece in _kept(article) if piece.start < piece.end]
    return "".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _before(cuts: Sequence[Span], sentence: Span) -> Iterator[Span]:
    return (cut for cut in cuts if cut.end <= sentence.start)


def _moved(span: Span, by: int) -> Span:
    return Span(start=span.start + by, end=span.end + by)


def _with_blank(text: str, span: Span, after: int, opened: int) -> Span:
    """With the white space before the span; where nothing is left before it, with that behind it."""
    start = max(after, len(text[: span.start].rstrip()))
    behind = text[span.end :]
    end = span.end + (len(behind) - len(behind.lstrip()) if start == opened else 0)
    return Span(start=start, end=end)


def _removals(article: Article, cut: Span, reason: str) -> Iterator[Removal]:
    """What a cut takes from the raw text: one piece, or several where pieces were removed within it before."""
    for start, piece in _kept(article):
        inner = Span(start=max(cut.start, piece.start), end=min(cut.end, piece.end))
        if inner.start < inner.end:
            at = start + inner.start - piece.start
            yield Removal(start=at, end=at + inner.end - inner.start, text=inner.of(article.text), reason=reason)


def _kept(article: Article) -> Iterator[tuple[int, Span]]:
    """The pieces of the text, each with its place in the raw text."""
    taken = position = 0
    for removal in sorted(article.removed, key=lambda removal: removal.start):
        length = removal.start - position
        yield position, Span(start=taken, end=taken + length)
        taken += length
        position = removal.end
    yield position, Span(start=taken, end=len(article.text))
