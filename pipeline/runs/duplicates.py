"""Reading articles for a run: copies and earlier versions are left out, and said to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.domain.run import Change, Duplicate
from pipeline.runs.inputs import Inputs
from pipeline.settings import Settings
from pipeline.stages.duplicates import sort_out
from pipeline.stages.ingest import Caps, Ingested, ingest

_WHY: Final = {
    "bytes": "the same, byte for byte, as",
    "text": "the same text as",
    "nearly": "nearly word for word the same as",
    "earlier": "an earlier version of",
}


def read_articles(inputs: Inputs, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Ingested:
    """The articles that a run uses.

    ``tell`` gets what to do about articles that are left out; that they are is in the notes.

    Raises:
        InputError: as `ingest`.
    """
    ingested = ingest(inputs.paths, given=inputs.texts, out=Path(settings.out), caps=Caps.of(settings))
    if settings.keep_duplicates:
        return ingested
    left = without_duplicates(ingested)
    if len(left.articles) < len(ingested.articles):
        tell("Copies and earlier versions are not used; --keep-duplicates uses them.")
    return left


def without_duplicates(ingested: Ingested) -> Ingested:
    """Without copies and earlier versions; each is in ``duplicates``, and in the notes."""
    found = sort_out(ingested.articles)
    kept = {duplicate.path: duplicate.kept for duplicate in found.duplicates}
    before = (one.model_copy(update={"kept": kept.get(one.kept, one.kept)}) for one in ingested.duplicates)
    notes = (
        *(f"{one.path} is {described(one)}; it is left out." for one in found.duplicates),
        *(f"{one} and {two} are versions of one article; both are used, since none says which is newer."
          for one, two in found.undecided),
    )  # fmt: skip
    return ingested.model_copy(
        update={
            "articles": found.articles,
            "duplicates": (*before, *found.duplicates),
            "notes": (*ingested.notes, *notes),
        }
    )


def described(duplicate: Duplicate) -> str:
    """What a file that was left out is, in words.

    >>> described(Duplicate(path="a.txt", sha256="", kept="b.txt", relation="earlier"))
    'an earlier version of b.txt (no sentence differs)'
    """
    amount = f" ({_counted(duplicate.changes)})" if duplicate.relation == "earlier" else ""
    return f"{_WHY[duplicate.relation]} {duplicate.kept}{amount}"


def _counted(changes: Sequence[Change]) -> str:
    counts = {
        "added": sum(change.before is None for change in changes),
        "reworded": sum(change.before is not None and change.after is not None for change in changes),
        "taken out": sum(change.after is None for change in changes),
    }
    return ", ".join(_parts(counts)) or "no sentence differs"


def _parts(counts: dict[str, int]) -> Iterator[str]:
    for word, count in counts.items():
        if count:
            yield f"{count} sentence{'' if count == 1 else 's'} {word}"
