"""The reviewed summary as Markdown. Whatever is a reviewer's stands in bold labels, which are no sentences.

So `pipeline check` reads it like ``summary.md``: what the summary tells is checked, and what was decided is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.domain.review import ABOUT_A_PASSAGE, AboutKind, Action
from pipeline.domain.synthesis import Statement
from pipeline.render.footnotes import render_footnotes
from pipeline.render.markdown import SOURCES_HEADING, escape, is_label, render_markdown
from pipeline.runs.folder import RunFolder
from pipeline.runs.job import to_json
from pipeline.runs.review.reviewed import (
    REVIEWED_JSON,
    Added,
    Reviewed,
    ReviewedStatement,
    Told,
    as_synthesis,
    review_of,
)
from pipeline.runs.review.standing import Standing
from pipeline.text.sentences import units_of_text

REVIEWED_MD: Final = "summary.reviewed.md"
DECIDED_HEADING: Final = "What reviewers decided"
ELSEWHERE_HEADING: Final = "Decided about what this run does not say"
_LABEL_WORDS: Final = 12
"""In each part of a label; see `is_label`."""
_ENDS: Final = re.compile(r"[.!?…。！？؟।]+(?=[”\"’')\]]*(?:\s|$))")
_INNER: Final = str.maketrans("“”", "‘’")
_DONE: Final[Mapping[Action, str]] = {
    "accept": "accepted",
    "reject": "rejected",
    "edit": "edited",
    "comment": "commented on",
    "vital": "called vital",
    "missing": "added",
}
_WHAT: Final[Mapping[AboutKind, str]] = {
    "disagreement": "the disagreement",
    "omission": "what was left out",
    "dropped": "the dropped draft",
    "claim": "the claim",
}


def reviewed_files(run: RunFolder, standing: Standing) -> dict[str, str]:
    """The two files by name. The same decisions give the same files, to the byte."""
    reviewed = review_of(run, standing)
    return {REVIEWED_JSON: to_json(reviewed), REVIEWED_MD: _markdown(run, standing, reviewed)}


def reviewed_footnotes(run: RunFolder, standing: Standing) -> str:
    """The reviewed summary as Markdown with footnotes; what was added follows the statements."""
    reviewed = review_of(run, standing)
    synthesis = as_synthesis(run, standing, reviewed)
    added = [_as_statement(number, one) for number, one in enumerate(reviewed.added, start=1)]
    whole = synthesis.model_copy(update={"statements": (*synthesis.statements, *added)})
    rendered = render_footnotes(whole, list(run.articles().values()))
    labels = [*map(_edited, reviewed.statements), *map(_how_added, reviewed.added)]
    return "\n\n".join(_all_labelled(labels, rendered)) + "\n"


def _as_statement(number: int, added: Added) -> Statement:
    return Statement(
        id=f"added{number}",
        text=added.text,
        citations=added.citations,
        cluster_ids=(),
        attribution=(),
        verdict=added.verdict,
        origins=len({citation.evidence.article_id for citation in added.citations}),
    )


def _markdown(run: RunFolder, standing: Standing, reviewed: Reviewed) -> str:
    """As ``summary.md``, with a label on whatever is a reviewer's, and with what was decided at its end."""
    rendered = render_markdown(
        as_synthesis(run, standing, reviewed),
        list(run.articles().values()),
        [claim for file in run.files for claim in file.summary.claims],
    )
    blocks = _all_labelled([_edited(statement) for statement in reviewed.statements], rendered)
    sources = len(blocks) - 1 - blocks[::-1].index(f"## {SOURCES_HEADING}")
    numbers = {source.article_id: number for number, source in enumerate(run.synthesis.sources, start=1)}
    if reviewed.added:
        blocks[sources:sources] = ["## Added in review", "\n".join(_addition(one, numbers) for one in reviewed.added)]
    return "\n\n".join([*blocks, *_decided(reviewed)]) + "\n"


def _all_labelled(labels: Sequence[str], rendered: str) -> list[str]:
    """The blocks of a rendered summary, which gives one to the title, then one to each statement."""
    blocks = rendered.rstrip("\n").split("\n\n")
    for number, label in enumerate(labels, start=1):
        blocks[number] = _labelled(label, blocks[number])
    return blocks


def _labelled(label: str, block: str) -> str:
    """The block behind a label; one that has a label already gets both in one, as a block has one at most."""
    if not label:
        return block
    return f"**{label}; {block[2:]}" if block.startswith("**") else f"**{label}:** {block}"


def _edited(statement: ReviewedStatement) -> str:
    if statement.state != "edited":
        return ""
    what = "In the reviewer's own words, not borne out" if statement.own_words else "Edited"
    return f"{what}; {_who(statement.by)}"


def _addition(added: Added, numbers: Mapping[str, int]) -> str:
    marks = "".join(f"[{n}]" for n in sorted({numbers[c.evidence.article_id] for c in added.citations}))
    told = " ".join(f"{escape(sentence.of(added.text))} {marks}" for sentence in units_of_text(added.text))
    return f"- **{_how_added(added)}:** {told}"


def _how_added(added: Added) -> str:
    supported = added.verdict.status == "supported"
    if added.own_words:
        what = "In the reviewer's own words, not borne out"
    elif added.kind != ABOUT_A_PASSAGE:
        what = "Accepted" if supported else "Accepted by the reviewer although not borne out"
    else:
        what = "Added"
    return f"{what}; {_who(added.by)}"


def _who(name: str | None) -> str:
    """The name as a part of a label, if it can be one; the JSON has it as it is."""
    shown = escape((name or "").replace(";", ","))
    return shown if is_label(f"{shown}:") else "a reviewer"


# --- what was decided


def _decided(reviewed: Reviewed) -> Iterator[str]:
    """A line a decision; what nobody decided about is counted."""
    if reviewed.decided:
        lines = [_line(one) for one in reviewed.decided]
        still = reviewed.counts["open"]
        lines += [f"- **Not decided on; {still} statement(s):**"] if still else []
        yield f"## {DECIDED_HEADING}"
        yield "\n".join(lines)
    elsewhere = [_line(one, "which this run says otherwise") for one in reviewed.outdated]
    elsewhere += [_line(one, "which is not in this run") for one in reviewed.unmatched]
    if elsewhere:
        yield f"## {ELSEWHERE_HEADING}"
        yield "\n".join(elsewhere)


def _line(told: Told, note: str = "") -> str:
    """Who, when, what about which text, and the reason or the words, each as long as a part of a label may be."""
    what = " ".join(filter(None, (_DONE[told.action], _WHAT.get(told.kind))))
    parts = [f"{what} {_quoted(told.about, _LABEL_WORDS - len(what.split()))}", note]
    if told.action == "edit":
        parts.append(f"to {_quoted(told.text or '', _LABEL_WORDS - 1)}")
    else:
        parts += [_short(told.reason or "", _LABEL_WORDS), _short(told.text or "", _LABEL_WORDS)]
    shown = "; ".join(filter(None, parts))
    shown = shown if is_label(f"{shown}:") else what
    return f"- **{_who(told.by)}; {told.at[:10]}; {escape(shown)}:**"


def _quoted(text: str, most: int) -> str:
    return f"“{_short(text.translate(_INNER), most)}”"


def _short(text: str, most: int) -> str:
    """The first words, without what would end the label or a part of it."""
    words = _ENDS.sub("", text.replace(";", ",")).split()
    return " ".join(words if len(words) <= most else [*words[: most - 1], "…"])
