"""Which articles an update has: those of the earlier run under their numbers, then the new ones.

An editor may hold a text that cites [2]. So no number is ever given to another article: a newer version takes the
number and the id of the one it replaces, and whatever is new comes behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import Duplicate
from pipeline.runs.duplicates import described
from pipeline.runs.folder import RunFolder
from pipeline.stages.duplicates import Sorted, duplicate, sort_out
from pipeline.stages.duplicates.moments import is_older
from pipeline.stages.duplicates.updated import is_rewritten
from pipeline.stages.ingest import Ingested

_LABELS = ("title", "publisher", "published", "url")


class TakenUp(NamedTuple):
    """What an update works on. ``known`` are the summaries that are taken as they are, by article.

    ``there`` are the paths of what the earlier run had read already; ``added`` and ``replaced`` are ids.
    """

    ingested: Ingested
    known: Mapping[str, ArticleFile]
    there: tuple[str, ...]
    added: tuple[str, ...]
    replaced: tuple[str, ...]

    def has_news(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.replaced)

    def unread(self) -> list[Article]:
        """The articles that are still to be summarized."""
        return [article for article in self.ingested.articles if article.id not in self.known]


class _Merged(NamedTuple):
    """By the place of an earlier article what has taken it; what comes behind; and which were left out."""

    instead: Mapping[int, Article]
    behind: tuple[Article, ...]
    duplicates: tuple[Duplicate, ...]
    notes: tuple[str, ...]


def take_up(run: RunFolder, given: Ingested, *, keep_duplicates: bool) -> TakenUp:
    """The earlier run's articles with the given ones: copies of what is there are left out, newer versions replace it.

    ``given`` is as it was read, with nothing left out but files that are the same to the byte.
    """
    old = [file.article for file in run.files]
    there = {article.path for article in given.articles if _is_there(article, run, keep_duplicates=keep_duplicates)}
    fresh = [article for article in given.articles if article.path not in there]
    merged = _merged(old, fresh, keep_duplicates=keep_duplicates)
    articles = tuple(merged.instead.get(place, article) for place, article in enumerate(old)) + merged.behind
    paths = {old[place].path: article.path for place, article in merged.instead.items()}
    earlier = [
        one.model_copy(update={"kept": paths.get(one.kept, one.kept)})
        for one in (*run.manifest.duplicates, *given.duplicates)
        if one.kept not in there
    ]
    replaced = tuple(article.id for article in merged.instead.values())
    return TakenUp(
        ingested=given.model_copy(
            update={
                "articles": articles,
                "duplicates": _each_once((*earlier, *merged.duplicates)),
                "notes": (
                    *_carried(run, paths),
                    *_without(given.notes, there),
                    *merged.notes,
                    *_failed_before(run, given),
                ),
            }
        ),
        known={f.article.id: _as_summarised(f) for f in run.files if f.article.id not in replaced},
        there=tuple(sorted(there)),
        added=tuple(article.id for article in merged.behind),
        replaced=replaced,
    )


def _is_there(article: Article, run: RunFolder, *, keep_duplicates: bool) -> bool:
    """Whether the earlier run has these bytes, and would call them the same; or has left them out."""
    if any(article.sha256 == file.article.sha256 and _same_labels(article, file.article) for file in run.files):
        return True
    return not keep_duplicates and any(article.sha256 == one.sha256 for one in run.manifest.duplicates)


def _same_labels(one: Article, other: Article) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _LABELS)


def _same_file(old: Sequence[Article], fresh: Sequence[Article]) -> dict[int, Article]:
    """By the place of an earlier article the given one that is the same file.

    That is: the same bytes, of which something else is known now; or another text under its name that was made from it.
    A name alone says little: tomorrow's export may have the names of today's.
    """
    found: dict[int, Article] = {}
    for article in fresh:
        places = (place for place, one in enumerate(old) if place not in found and _is_of_one_file(one, article))
        place = next(places, None)
        if place is not None:
            found[place] = article.model_copy(update={"path": old[place].path})
    return found


def _is_of_one_file(before: Article, after: Article) -> bool:
    if before.sha256 == after.sha256:
        return True
    return before.path == after.path and is_rewritten(before, after) and is_older(after, before) is not True


def _told_apart(old: Sequence[Article], fresh: Sequence[Article]) -> list[Article]:
    """New articles under ids and paths that no earlier one has."""
    ids, paths = {article.id for article in old}, {article.path for article in old}
    found = []
    for article in fresh:
        update = {}
        if article.id in ids:
            update["id"] = _free(article.id, article.sha256, ids)
        if article.path in paths:
            path = PurePosixPath(article.path)
            update["path"] = str(
                path.with_name(_free(path.stem, article.sha256, {PurePosixPath(p).stem for p in paths}) + path.suffix)
            )
        found.append(article.model_copy(update=update))
        ids.add(found[-1].id)
        paths.add(found[-1].path)
    return found


def _free(name: str, digest: str, taken: set[str]) -> str:
    """The name with as much of the digest as tells it apart."""
    names = (f"{name}-{digest[:length]}" for length in range(6, len(digest) + 1))
    return next(free for free in names if free not in taken)


def _merged(old: Sequence[Article], fresh: Sequence[Article], *, keep_duplicates: bool) -> _Merged:
    """Who replaces whom, and who is left out."""
    instead = _same_file(old, fresh)
    digests = {article.sha256 for article in instead.values()}  # of those given no two are the same to the byte
    rest = _told_apart(old, [article for article in fresh if article.sha256 not in digests])
    left_out: list[Duplicate] = []
    notes: list[str] = []
    if not keep_duplicates:
        unchanged = [article for place, article in enumerate(old) if place not in instead]
        places = {article.path: place for place, article in enumerate(old)}
        found = sort_out([*unchanged, *instead.values(), *rest])
        instead |= {places[earlier.path]: later for earlier, later in _newer(unchanged, rest, found)}
        left_out = _left_out(rest, found, {article.path for article in instead.values()})
        notes = [_undecided(one, two) for one, two in found.undecided if not (one in places and two in places)]
    gone = {one.path for one in left_out}
    kept = {place: article.model_copy(update={"id": old[place].id}) for place, article in sorted(instead.items())}
    taken = {article.path for article in kept.values()}
    return _Merged(
        instead=kept,
        behind=tuple(article for article in rest if article.path not in taken | gone),
        duplicates=(
            *(duplicate(old[n], new, "earlier") for n, new in kept.items() if old[n].sha256 != new.sha256),
            *left_out,
        ),
        notes=(
            *(f"{one.path} is {described(one)}; it is left out." for one in left_out),
            *(_takes_its_number(n, old[n], new) for n, new in kept.items()),
            *notes,
        ),
    )


def _takes_its_number(place: int, before: Article, after: Article) -> str:
    if before.sha256 == after.sha256:
        return f"{after.path} is [{place + 1}], of which something else is known now."
    return f"{after.path} is a newer version of [{place + 1}], and has its number now."


def _newer(unchanged: Sequence[Article], rest: Sequence[Article], found: Sorted) -> Iterator[tuple[Article, Article]]:
    """Earlier articles that give way to a new one, and that one; the first of several goes, so that none is lost.

    A new file of the same text, about which nothing else is known either, is no reason to exchange anything.
    """
    by_path, before = ({article.path: article for article in group} for group in (rest, unchanged))
    used: set[str] = set()
    for one in found.duplicates:
        earlier, article = before.get(one.path), by_path.get(one.kept)
        if earlier is None or article is None or article.path in used:
            continue
        if one.relation != "text" or not _same_labels(earlier, article):
            used.add(article.path)
            yield earlier, article


def _left_out(rest: Sequence[Article], found: Sorted, taken: set[str]) -> list[Duplicate]:
    """The new articles that another one stands for: of two with one text, that of the earlier run."""
    new = {article.path: article for article in rest}
    same = {
        one.kept: one.path
        for one in found.duplicates
        if one.path not in new and one.kept in new and one.kept not in taken and one.relation == "text"
    }
    copies = [Duplicate(path=path, sha256=new[path].sha256, kept=kept, relation="text") for path, kept in same.items()]
    others = [one for one in found.duplicates if one.path in new and one.path not in taken]
    return [*copies, *(one.model_copy(update={"kept": same.get(one.kept, one.kept)}) for one in others)]


def _undecided(one: str, two: str) -> str:
    return f"{one} and {two} are versions of one article; both are used, since none says which is newer."


def _each_once(found: Iterable[Duplicate]) -> tuple[Duplicate, ...]:
    return tuple({(one.path, one.sha256): one for one in found}.values())


def _as_summarised(file: ArticleFile) -> ArticleFile:
    """The article's file as it was before it was held against others: that is done again."""
    summary = file.summary.model_copy(update={"claims": file.summary.own_claims(), "contested": 0})
    return file.model_copy(update={"summary": summary})


def _carried(run: RunFolder, replaced: Mapping[str, str]) -> Iterator[str]:
    """What was noted about files that are still used, or still left out; a note names its file first."""
    paths = [a.path for a in run.articles().values()] + [one.path for one in run.manifest.duplicates]
    heads = tuple(f"{path} " for path in paths if path not in replaced)
    return (note for note in run.manifest.notes if note.startswith(heads))


def _without(notes: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    heads = tuple(f"{path} " for path in there)
    return (note for note in notes if not (heads and note.startswith(heads)))


def _failed_before(run: RunFolder, given: Ingested) -> Iterator[str]:
    """What the earlier run could not read, and was not given again."""
    again = {article.path for article in given.articles} | {failure.path for failure in given.failures}
    for failure in run.manifest.failures:
        if failure.path not in again:
            yield f"{failure.path} failed in the earlier run ({failure.stage}); give it again to have it read."
