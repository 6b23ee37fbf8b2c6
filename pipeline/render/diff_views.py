"""What a comparison of two runs shows, on a terminal and on a page alike: plain values, to be laid out only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple

from pipeline.domain.clusters import Holder
from pipeline.domain.comparison import (
    Change,
    Comparison,
    DisagreementChange,
    DroppedChange,
    OmissionChange,
    PositionChange,
    RunHead,
    SourceChange,
    StatementChange,
    WordRun,
)
from pipeline.domain.synthesis import Citation, Source
from pipeline.render import wording
from pipeline.text.words import words as words_of

Sign = Literal["+", "-", "~", ">", "="]
"""Came, went, changed, moved, stayed."""

_DIGEST: Final = "sha256:"
_DIGITS: Final = 12
"""Hexadecimal digits that are shown of a digest: enough to tell two apart."""
_NONE: Final = "none"
_TITLE_WORDS: Final = 6
"""Words of a title that stand for a source without a publisher."""


class NoteView(NamedTuple):
    """A line below an item: a citation with its quote, or a value that changed."""

    sign: Sign
    label: str
    quote: str = ""


class ItemView(NamedTuple):
    """One thing that came, went, changed or stayed; ``parts`` are the positions of a disagreement."""

    sign: Sign
    word: str
    runs: tuple[WordRun, ...]
    notes: tuple[NoteView, ...] = ()
    parts: tuple[ItemView, ...] = ()

    def is_replaced(self) -> bool:
        """Whether the whole text went out and another came in: the two read best one below the other."""
        return [run.kind for run in self.runs if run.text.strip()] == ["removed", "added"]


class SectionView(NamedTuple):
    """Items of one kind. ``tally`` counts them in words; ``nothing`` says so where there are none."""

    id: str
    heading: str
    items: tuple[ItemView, ...]
    tally: str
    nothing: str

    def changed(self) -> tuple[ItemView, ...]:
        """Those that did not stay as they were."""
        return tuple(item for item in self.items if item.sign != "=")


class RunView(NamedTuple):
    """One of the two runs; ``counts`` are of its sources, statements and differences."""

    name: str
    title: str
    engine: str
    counts: str


class DiffView(NamedTuple):
    """The whole comparison."""

    before: RunView
    after: RunView
    sections: tuple[SectionView, ...]
    is_empty: bool


class _Names(NamedTuple):
    """What the sources of one run are called, by article id."""

    of: dict[str, str]

    def cited(self, citation: Citation) -> str:
        return self.of[citation.evidence.article_id]

    def holder(self, holder: Holder) -> str:
        return self.of.get(holder.name, holder.name)


def diff_view(comparison: Comparison, names: tuple[str, str]) -> DiffView:
    """The comparison as it is shown; ``names`` say which runs they are, as the user named them."""
    left, right = _source_names(comparison.sources)
    sections = (
        _section("run", "How they were made", map(_run, comparison.run), "Made in the same way."),
        _section("sources", "Sources", map(_source, comparison.sources), "The same sources."),
        _section(
            "statements",
            "Statements",
            (_statement(change, left, right) for change in comparison.statements),
            "Neither run has a statement.",
        ),
        _section(
            "differences",
            "Where sources differ",
            (_disagreement(change, left, right) for change in comparison.disagreements),
            "Neither run found a difference between sources.",
        ),
        _section(
            "omissions",
            "Reported by several, not in the summary",
            map(_omission, comparison.omissions),
            "Neither run left out what several sources report.",
        ),
        _section("dropped", "Dropped drafts", map(_dropped, comparison.dropped), "Neither run dropped a draft."),
    )
    return DiffView(
        before=_run_view(names[0], comparison.before, comparison, "before"),
        after=_run_view(names[1], comparison.after, comparison, "after"),
        sections=sections,
        is_empty=comparison.is_empty(),
    )


def closing(view: DiffView) -> str:
    """The counts in one line.

    Only what is not empty is counted; runs that differ in nothing are said to be the same.
    """
    counted = [f"{s.heading}: {s.tally}." for s in view.sections if s.items and s.id != "run"]
    return " ".join([*(["The two runs are the same."] if view.is_empty else []), *counted])


def _section(name: str, heading: str, items: Iterable[ItemView], nothing: str) -> SectionView:
    found = tuple(items)
    counts = Counter(word for item in found for word in item.word.split(", "))
    ordered = sorted(counts, key=lambda word: (_ORDER.find(f" {word} "), word))
    tally = ", ".join(f"{counts[word]} {_COUNTED.get(word, word)}" for word in ordered)
    return SectionView(name, heading, found, tally, nothing)


_ORDER: Final = " added appeared removed resolved reworded citations changed moved same "
_COUNTED: Final = {"citations": "with other citations", "same": "the same"}


# --- runs and sources


def _run_view(name: str, head: RunHead, comparison: Comparison, side: Literal["before", "after"]) -> RunView:
    counted = (
        wording.count(_having(comparison.sources, side), "source"),
        wording.count(_having(comparison.statements, side), "statement"),
        wording.count(_having(comparison.disagreements, side), "difference"),
    )
    engine = f"{head.engine}, {head.model}" if head.model else head.engine
    return RunView(name, head.title, engine, ", ".join(counted))


def _having(items: Iterable[object], side: str) -> int:
    """How many of them that run has."""
    return sum(getattr(item, side) is not None for item in items)


def _run(change: Change) -> ItemView:
    """The value that was, crossed out, and the one that is."""
    before, after = _value(change.before), _value(change.after)
    runs = (
        _plain(f"{change.name}: "),
        WordRun(kind="removed", text=before),
        _plain(" "),
        WordRun(kind="added", text=after),
    )
    return ItemView("~", "changed", runs)


def _told(change: Change) -> str:
    """A value that changed.

    >>> _told(Change(name="words", before=300, after=200))
    'words: 300 → 200'
    """
    return f"{change.name}: {_value(change.before)} → {_value(change.after)}"


def _value(value: object) -> str:
    if value is None:
        return _NONE
    text = str(value)
    return f"{text[: len(_DIGEST) + _DIGITS]}…" if text.startswith(_DIGEST) else text


def _source(change: SourceChange) -> ItemView:
    source = change.after or change.before
    assert source is not None  # noqa: S101 - a change has at least one side
    signs: dict[str, Sign] = {"same": "=", "relabelled": "~", "changed": "~", "added": "+", "removed": "-"}
    notes = [NoteView("~", _told(detail)) for detail in change.details]
    if change.kind == "changed" and change.before and change.after:
        digests = Change(name="digest", before=_DIGEST + change.before.sha256, after=_DIGEST + change.after.sha256)
        notes.insert(0, NoteView("~", _told(digests)))
    described = " — ".join(filter(None, (source.title, source.publisher, wording.day(source.published), source.path)))
    return ItemView(signs[change.kind], change.kind, (_plain(described),), tuple(notes))


def _source_names(sources: Sequence[SourceChange]) -> tuple[_Names, _Names]:
    """The shortest name that tells a source from all others, with a word on what became of it."""
    listed = [source for change in sources for source in (change.before, change.after) if source]
    paths: dict[str, set[str]] = {}
    for source in listed:
        paths.setdefault(_short(source), set()).add(source.path)
    words = {"added": " (new source)", "removed": " (source removed)", "changed": " (source edited)"}

    def name(source: Source, kind: str) -> str:
        short = _short(source)
        own = short if len(paths[short]) == 1 or short == source.path else f"{short}, {source.path}"
        return own + words.get(kind, "")

    return (
        _Names({c.before.article_id: name(c.before, c.kind) for c in sources if c.before}),
        _Names({c.after.article_id: name(c.after, c.kind) for c in sources if c.after}),
    )


def _short(source: Source) -> str:
    return source.publisher or wording.first_words(source.title or "", _TITLE_WORDS) or source.path


# --- texts with citations


def _statement(change: StatementChange, left: _Names, right: _Names) -> ItemView:
    notes = [*_citations(change, left, right), *(NoteView("~", _told(detail)) for detail in change.details)]
    if change.is_same():
        return ItemView("=", "same", _runs(change))
    return ItemView(_sign(change), ", ".join(_words(change)), _runs(change), tuple(notes))


def _sign(change: StatementChange) -> Sign:
    if change.kind == "same" and change.moved and not change.citations_gained and not change.citations_lost:
        return ">"
    signs: dict[str, Sign] = {"added": "+", "removed": "-"}
    return signs.get(change.kind, "~")


def _words(change: StatementChange) -> Iterator[str]:
    if change.kind != "same":
        yield change.kind
    if change.before and change.after and (change.citations_gained or change.citations_lost):
        yield "citations"
    if change.moved:
        yield "moved"
    if change.kind == "same" and not (change.citations_gained or change.citations_lost or change.moved):
        yield "changed"


def _runs(change: StatementChange | PositionChange) -> tuple[WordRun, ...]:
    """The words with what became of them; a text that came or went is all of one kind, told by its sign."""
    side = change.after or change.before
    assert side is not None  # noqa: S101 - a change has at least one side
    return tuple(run for word in change.words for run in _trimmed(word)) or (_plain(side.text),)


def _trimmed(run: WordRun) -> Iterator[WordRun]:
    """A change begins and ends with a word: spaces at its ends are shown as they are."""
    bare = run.text.strip()
    if run.kind == "same" or not bare:
        yield _plain(run.text)
        return
    before, _, after = run.text.partition(bare)
    pieces = (_plain(before), run.model_copy(update={"text": bare}), _plain(after))
    yield from (piece for piece in pieces if piece.text)


def _citations(change: StatementChange | PositionChange, left: _Names, right: _Names) -> Iterator[NoteView]:
    """What is cited now and was not, and the reverse; of a text that came or went, all it cites."""
    text = change.after.text if change.after else ""
    if change.before is None and change.after is not None:
        yield from (_cites("=", right.cited(c), c, change.after.text) for c in change.after.citations)
    elif change.after is None and change.before is not None:
        yield from (_cites("=", left.cited(c), c, change.before.text) for c in change.before.citations)
    else:
        yield from (_cites("+", right.cited(c), c, text) for c in change.citations_gained)
        yield from (_cites("-", left.cited(c), c, text) for c in change.citations_lost)


def _cites(sign: Sign, source: str, citation: Citation, text: str) -> NoteView:
    """A citation; a statement that is its source's own sentence needs no quotation of it."""
    words = {"+": "now cites ", "-": "no longer cites ", "=": "cites "}
    quote = " ".join(citation.evidence.quote.split())
    return NoteView(sign, words[sign] + source, "" if _spoken(quote) == _spoken(text) else quote)


def _spoken(text: str) -> list[str]:
    """The words alone."""
    return [word.text.lower() for word in words_of(text)]


def _disagreement(change: DisagreementChange, left: _Names, right: _Names) -> ItemView:
    signs: dict[str, Sign] = {"same": "=", "changed": "~", "appeared": "+", "resolved": "-"}
    notes = tuple(NoteView("~", _told(_relation(detail))) for detail in change.details)
    parts = tuple(_position(position, left, right) for position in change.positions)
    return ItemView(signs[change.kind], change.kind, (_plain(change.topic()),), notes, parts)


def _relation(detail: Change) -> Change:
    """A relation in the words of the report."""
    if detail.name != "relation":
        return detail
    words = {str(name): word for name, word in wording.RELATION.items()}
    return Change(name="relation", before=words.get(str(detail.before)), after=words.get(str(detail.after)))


def _position(change: PositionChange, left: _Names, right: _Names) -> ItemView:
    signs: dict[str, Sign] = {"same": "=", "reworded": "~", "added": "+", "removed": "-"}
    names = right if change.after else left
    side = change.after or change.before
    assert side is not None  # noqa: S101 - a change has at least one side
    staying = [holder for holder in side.holders if holder not in change.holders_gained]
    holders = ", ".join(names.holder(holder) for holder in staying or side.holders)
    notes = chain(
        (NoteView("+", f"held by {right.holder(holder)}, too") for holder in change.holders_gained),
        (NoteView("-", f"no longer held by {left.holder(holder)}") for holder in change.holders_lost),
        _citations(change, left, right),
    )
    runs = (_plain(f"{holders}: "), *_runs(change)) if holders else _runs(change)
    if change.is_same():
        return ItemView("=", "same", runs)
    return ItemView("~" if change.kind == "same" else signs[change.kind], change.kind, runs, tuple(notes))


# --- what is not in the summaries


def _omission(change: OmissionChange) -> ItemView:
    """``told`` is good news; what the first summary told and the second does not comes first to the eye."""
    signs: dict[str, Sign] = {"same": "=", "told": "-", "gone": "-", "untold": "+", "appeared": "+"}
    words = {"told": "now told", "untold": "no longer told"}
    tellers = {"told": "the second tells it in", "untold": "the first tells it in"}
    told_by = ", ".join(change.told_by)
    notes = (NoteView("=", f"{tellers[change.kind]} {told_by}"),) if change.kind in tellers else ()
    return ItemView(signs[change.kind], words.get(change.kind, change.kind), (_plain(change.quote),), notes)


def _dropped(change: DroppedChange) -> ItemView:
    signs: dict[str, Sign] = {"same": "=", "appeared": "+", "gone": "-"}
    side = change.after or change.before
    assert side is not None  # noqa: S101 - a change has at least one side
    notes = () if change.kind == "same" else (NoteView("=", side.reason),)
    return ItemView(signs[change.kind], change.kind, (_plain(side.text),), notes)


def _plain(text: str) -> WordRun:
    return WordRun(kind="same", text=text)
