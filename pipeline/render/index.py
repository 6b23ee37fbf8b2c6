"""The stories of a heap: a self-contained page that leads to each, and the same as a list in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from pipeline.domain.groups import GroupedStory, GroupsFile
from pipeline.domain.run import Duplicate
from pipeline.domain.synthesis import Source
from pipeline.render import wording
from pipeline.render.markdown import escape, shown_path
from pipeline.render.report import content_security_policy, page_environment, styles

_NO_SCRIPT: Final = ""
_UNTOLD: Final = "No article of it could be used"


class StoryView(NamedTuple):
    """One story as the page shows it; ``files`` are links within the folder, by what they are called."""

    id: str
    title: str
    is_told: bool
    when: str | None
    first: str | None
    counts: str
    sources: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    failures: tuple[str, ...]


class IndexView(NamedTuple):
    """The whole page; ``several`` are told by more than one article."""

    several: tuple[StoryView, ...]
    single: tuple[StoryView, ...]
    failures: tuple[str, ...]
    duplicates: tuple[str, ...]
    counts: str


def render_index(groups: GroupsFile) -> str:
    """The page as HTML; it loads nothing and has no script. The same stories give the same page, to the byte."""
    environment = page_environment("pipeline.render")
    style = styles(environment, "report.css", "index.css")
    return environment.get_template("index.html.j2").render(
        view=_view(groups),
        policy=content_security_policy(style, _NO_SCRIPT),
        style=Markup(style),  # noqa: S704 - our own files, admitted by their digest
    )


def render_list(groups: GroupsFile, folder: str) -> str:
    """The stories as Markdown, those of several articles first; ``folder`` is where they are, as it was given."""
    parts = ["# Stories"]
    for heading, stories in _parted(groups.stories):
        if stories:
            parts += [f"## {heading}", "\n".join(_line(story, folder) for story in stories)]
    if not groups.stories:
        parts.append("No article could be used, so there are no stories.")
    return "\n\n".join(parts) + "\n"


def _parted(stories: Sequence[GroupedStory]) -> list[tuple[str, list[GroupedStory]]]:
    return [
        ("Told by several articles", [story for story in stories if len(story.sources) > 1]),
        ("Told by one article", [story for story in stories if len(story.sources) == 1]),
    ]


def _line(story: GroupedStory, folder: str) -> str:
    parts = [f"**{escape(story.title or _UNTOLD)}**"]
    if _when(story):
        parts.append(_when(story) or "")
    parts += [wording.count(len(story.sources), "article"), f"`{shown_path(f'{folder}/{story.path}')}`"]
    return f"- {' — '.join(parts)}"


def _view(groups: GroupsFile) -> IndexView:
    several, single = (tuple(map(_story, stories)) for _, stories in _parted(groups.stories))
    articles = sum(len(story.sources) for story in groups.stories)
    return IndexView(
        several=several,
        single=single,
        failures=tuple(f"{failure.path}: {failure.message}" for failure in groups.failures),
        duplicates=tuple(map(_duplicate, groups.duplicates)),
        counts=f"{wording.count(len(groups.stories), 'story', 'stories')} from {wording.count(articles, 'article')}",
    )


def _story(story: GroupedStory) -> StoryView:
    is_told = story.title is not None
    counts = [wording.count(len(story.sources), "article"), wording.count(story.statements, "statement")]
    if story.disagreements:
        counts.append(wording.count(story.disagreements, "difference"))
    names = {"Report": "report.html", "Markdown": "summary.md", "JSON": "summary.json", "Record": "run.json"}
    return StoryView(
        id=story.id,
        title=story.title or _UNTOLD,
        is_told=is_told,
        when=_when(story),
        first=story.first if story.first != story.title else None,
        counts=", ".join(counts),
        sources=tuple(map(_source, story.sources)),
        files=tuple((name, f"{story.path}/{file}") for name, file in names.items() if is_told or name == "Record"),
        failures=tuple(f"{failure.path}: {failure.message}" for failure in story.failures),
    )


def _when(story: GroupedStory) -> str | None:
    """The days of a story's articles: one, or the first and the last."""
    days = dict.fromkeys((wording.day(story.earliest), wording.day(story.latest)))
    return " to ".join(day for day in days if day) or None


def _source(source: Source) -> str:
    named = ": ".join(filter(None, (source.publisher, source.title)))
    return named or source.path


def _duplicate(duplicate: Duplicate) -> str:
    return f"{duplicate.path}: {wording.DUPLICATE[duplicate.relation]}; {duplicate.kept} stands for it"
