"""One thing that differs between two runs, in signs, words and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple

from pipeline.domain.clusters import Holder
from pipeline.domain.comparison import (
    Change,
    DisagreementChange,
    DroppedChange,
    OmissionChange,
    PositionChange,
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
    """One thing that came, went, changed or stayed.

    ``parts`` are the positions of a disagreement; ``lead`` says who holds one.
    """

    sign: Sign
    word: str
    runs: tuple[WordRun, ...]
    notes: tuple[NoteView, ...] = ()
    parts: tuple[ItemView, ...] = ()
    lead: str = ""

    def is_replaced(self) -> bool:
        """Whether the whole text went out and another came in: the two read best one below the other."""
        return [run.kind for run in self.runs if run.text.strip()] == ["removed", "added"]


class Names(NamedTuple):
    """What the sources of one run are called, by article id."""

    of: dict[str, str]

    def cited(self, citation: Citation) -> str:
        """The source of a citation."""
        return self.of[citation.evidence.article_id]

    def holder(self, holder: Holder) -> str:
        """Who holds a position: by name, or an article as its source is called."""
        return self.of.get(holder.name, holder.name)


def source_names(sources: Sequence[SourceChange]) -> tuple[Names, Names]:
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
        Names({c.before.article_id: name(c.before, c.kind) for c in sources if c.before}),
        Names({c.after.article_id: name(c.after, c.kind) for c in sources if c.after}),
    )


def _short(source: Source) -> str:
    return source.publisher or wording.first_words(source.title or "", _TITLE_WORDS) or source.path


# --- how they were made, and from what


def run_item(change: Change) -> ItemView:
    """The value that was, crossed out, and the one that is."""
    before, after = _value(change.before), _value(change.after)
    runs = (
        _plain(f"{change.name}: "),
        WordRun(kind="removed", text=before),
        _plain(" "),
        WordRun(kind="added", text=after),
    )
    return ItemView("~", "changed", runs)


def source_item(change: SourceChange) -> ItemView:
    """An article of either run."""
    source = change.after or change.before
    assert source is not None  # noqa: S101 - a change has at least one side
    signs: dict[str, Sign] = {"same": "=", "relabelled": "~", "changed": "~", "added": "+", "removed": "-"}
    notes = [NoteView("~", _told(detail)) for detail in change.details]
    if change.kind == "changed" and change.before and change.after:
        digests = Change(name="digest", before=_DIGEST + change.before.sha256, after=_DIGEST + change.after.sha256)
        notes.insert(0, NoteView("~", _told(digests)))
    described = " — ".join(filter(None, (source.title, source.publisher, wording.day(source.published), source.path)))
    return ItemView(signs[change.kind], change.kind, (_plain(described),), tuple(notes))


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


# --- texts with citations


def statement_item(change: StatementChange, left: Names, right: Names) -> ItemView:
    """A statement of either run with its partner."""
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


def _citations(change: StatementChange | PositionChange, left: Names, right: Names) -> Iterator[NoteView]:
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


def disagreement_item(change: DisagreementChange, left: Names, right: Names) -> ItemView:
    """A disagreement of either run with its positions."""
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


def _position(change: PositionChange, left: Names, right: Names) -> ItemView:
    signs: dict[str, Sign] = {"added": "+", "removed": "-"}
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
    lead = f"{holders}:" if holders else ""
    if change.is_same():
        return ItemView("=", "same", _runs(change), lead=lead)
    word = "changed" if change.kind == "same" else change.kind
    return ItemView(signs.get(word, "~"), word, _runs(change), tuple(notes), lead=lead)


# --- what is not in the summaries


class Tellers(NamedTuple):
    """The words of the statements of each run by their ids there."""

    before: dict[str, str]
    after: dict[str, str]


def omission_item(change: OmissionChange, tellers: Tellers) -> ItemView:
    """A cluster that a summary leaves untold, with the statements of the other that tell it."""
    signs: dict[str, Sign] = {"same": "=", "told": "-", "gone": "-", "untold": "+", "appeared": "+"}
    words = {"told": "now told", "untold": "no longer told"}
    known = {"told": ("the second tells it", tellers.after), "untold": ("the first tells it", tellers.before)}
    label, texts = known.get(change.kind, ("", {}))
    notes = tuple(NoteView("=", label, texts[name]) for name in change.told_by)
    return ItemView(signs[change.kind], words.get(change.kind, change.kind), (_plain(change.quote),), notes)


def dropped_item(change: DroppedChange) -> ItemView:
    """A draft that did not pass."""
    signs: dict[str, Sign] = {"same": "=", "appeared": "+", "gone": "-"}
    side = change.after or change.before
    assert side is not None  # noqa: S101 - a change has at least one side
    notes = () if change.kind == "same" else (NoteView("=", side.reason),)
    return ItemView(signs[change.kind], change.kind, (_plain(side.text),), notes)


def _plain(text: str) -> WordRun:
    return WordRun(kind="same", text=text)
