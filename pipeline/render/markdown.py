"""``summary.md``: the summary with numbered citations and its source list. `pipeline check` can read it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Holder
from pipeline.domain.synthesis import Citation, Disagreement, Source, Statement, Synthesis
from pipeline.render import wording
from pipeline.render.visible import plain
from pipeline.text.sentences import units_of_text

SOURCES_HEADING: Final = "Sources"
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~&])")
_LIST_START: Final = re.compile(r"^(\d+)([.)])|^([+-])(?=\s)")
_LABEL_WORDS: Final = 12
_SENTENCE_END: Final = re.compile(r"(?:(?<=[^\W\d_]{4})[.!?…]+|[。！？؟।]+)(?=[”\"’')\]]*(?:[\s:]|$))")
_AGAINST_THE_EYE: Final = re.compile(r"[`\\]|[^\S ]|^ | $|(?<= ) ")


def render_markdown(synthesis: Synthesis, articles: Sequence[Article], claims: Iterable[Claim]) -> str:
    """The summary as Markdown. Article text is escaped: it can make no link, heading, image or HTML."""
    numbers = {source.article_id: n for n, source in enumerate(synthesis.sources, start=1)}
    by_id = {claim.id: claim for claim in claims}
    shared = wording.common_origins(synthesis.sources, by_id.values())
    parts = [
        [f"# {escape(synthesis.title)}"],
        [_statement(statement, numbers) for statement in synthesis.statements],
        _section("Where sources differ", [_disagreement(d, numbers) for d in synthesis.disagreements]),
        _section(
            "Also reported by several sources",
            ["\n".join(_omission(c, by_id, numbers) for c in synthesis.omissions)] if synthesis.omissions else [],
        ),
        _section(
            SOURCES_HEADING,
            ["\n".join(_source(n, s, articles, shared) for n, s in enumerate(synthesis.sources, 1))],
        ),
    ]
    return "\n\n".join(block for part in parts for block in part) + "\n"


def escape(text: str) -> str:
    r"""One line of text in which nothing is Markdown.

    >>> escape("1. <b>*not*</b>\n[link](x)")
    '1\\. \\<b\\>\\*not\\*\\</b\\> \\[link\\](x)'
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))
    return _LIST_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", line)


def source_name(source: Source, articles: Sequence[Article]) -> str:
    """Title and publisher as far as they are known, else the article's first words."""
    if source.title or source.publisher:
        return ", ".join(filter(None, (source.title, source.publisher)))
    text = next((a.text for a in articles if a.id == source.article_id), "")
    return wording.first_words(text) or source.path


def shown_path(path: str) -> str:
    r"""A path for a code span: one line, no backtick, and no two paths alike; what cannot be seen is escaped.

    >>> shown_path("a `b`\n.txt")
    'a \\x60b\\x60\\x0a.txt'
    """
    hidden = {i for i, (char, seen) in enumerate(zip(path, plain(path), strict=True)) if char != seen}
    hidden |= {match.start() for match in _AGAINST_THE_EYE.finditer(path)}
    return "".join(_escaped(char) if i in hidden else char for i, char in enumerate(path))


def _escaped(character: str) -> str:
    code = ord(character)
    return "\\\\" if character == "\\" else f"\\x{code:02x}" if code <= 0xFF else f"\\U{code:08x}"  # noqa: PLR2004  a byte


def is_label(text: str) -> bool:
    """Whether bold text that opens a paragraph only says whose the rest is: "Reuters; the mayor:".

    It ends with a colon, holds at most twelve words for each holder, and no end of a sentence.
    """
    text = text.rstrip()
    holders = text.split(";")
    return (
        text.endswith(":")
        and all(len(holder.split()) <= _LABEL_WORDS for holder in holders)
        and _SENTENCE_END.search(text) is None
    )


def label(name: str) -> str:
    """The name as far as it fits a label; the dots stand alone, since after a word they would end a sentence.

    >>> is_label(label("word " * 20) + ":")
    True
    """
    words = _SENTENCE_END.sub("", name).split()
    return escape(" ".join(words if len(words) <= _LABEL_WORDS else [*words[: _LABEL_WORDS - 1], "…"]))


def _section(heading: str, blocks: Sequence[str]) -> list[str]:
    return [f"## {heading}", *blocks] if any(blocks) else []


def _statement(statement: Statement, numbers: dict[str, int]) -> str:
    articles = {citation.evidence.article_id for citation in statement.citations}
    doubt = _UNVERIFIED if statement.verdict.status == "unverified" else ""
    return doubt + reach(len(articles), statement.origins) + _cited(statement.text, statement.citations, numbers)


_UNVERIFIED: Final = "**not fully checked:** "
"""Before a statement in another language than what it cites: its words could not be compared."""


def reach(articles: int, origins: int) -> str:
    """A label before a statement, for what several articles have from one report; nothing where each is an origin."""
    told = wording.fewer_origins(articles, origins)
    return f"**{told}:** " if told else ""


def _cited(text: str, citations: Sequence[Citation], numbers: dict[str, int]) -> str:
    """Every sentence carries the citations, so that none of them reads as uncited."""
    marks = "".join(f"[{n}]" for n in sorted({numbers[c.evidence.article_id] for c in citations}))
    sentences = units_of_text(text)
    return " ".join(f"{escape(sentence.of(text))} {marks}" for sentence in sentences)


def _disagreement(disagreement: Disagreement, numbers: dict[str, int]) -> str:
    lines = [f"### {escape(wording.heading(disagreement))}", ""]
    for position in disagreement.positions:
        holders = "; ".join(_holder(holder, numbers) for holder in position.holders)
        lines.append(f"- **{holders}:** {_cited(position.text, position.citations, numbers)}")
    return "\n".join(lines)


def _holder(holder: Holder, numbers: dict[str, int]) -> str:
    """A speaker or publisher by name; an article without a publisher by its number in the source list."""
    return f"source {numbers[holder.name]}" if holder.name in numbers else label(holder.name)


def _omission(cluster: ClaimCluster, claims: dict[str, Claim], numbers: dict[str, int]) -> str:
    """The words of one of its passages, so that nothing unverified is shown."""
    shortest = wording.shortest_claim(cluster.positions[0], claims)
    citation = Citation(claim_id=shortest.id, evidence=shortest.evidence[0])
    told = reach(len(cluster.articles), cluster.origins)
    return f"- {told}{_cited(wording.shortest_quote(cluster.positions[0], claims), [citation], numbers)}"


def _source(number: int, source: Source, articles: Sequence[Article], shared: Mapping[str, str]) -> str:
    parts = [escape(source_name(source, articles))]
    if source.published:
        parts.append(source.published)
    parts.append(f"`{shown_path(source.path)}`")
    if source.url and urlsplit(source.url).scheme in {"http", "https"} and not re.search(r"[\s<>]", source.url):
        parts.append(f"<{plain(source.url)}>")
    parts += [told for told in [shared.get(source.article_id)] if told]
    return f"{number}. {' — '.join(parts)}"
