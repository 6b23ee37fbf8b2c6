"""Which lines of a page are the article, and which are furniture: navigation, captions, credits, adverts.

No outlet, site or phrase of a known page is named. What is judged is form (does it close like a sentence, is it
a caption, a credit, a notice), whom it addresses (a reader, outside quotation marks), and whether its words
occur elsewhere in the article. In doubt a line stays; what goes is recorded with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.text.forms import (
    PROSE_WORDS,
    Role,
    describes_a_picture,
    formal_role,
    speaks_to_reader,
    times_addressed,
)
from pipeline.text.languages.scripts import length_in_words
from pipeline.text.lists import LIST_MARK
from pipeline.text.quotes import outside_quotes
from pipeline.text.sentences import ends_like_a_sentence
from pipeline.text.words import content_stems, is_function_word, words

_UNPUNCTUATED_PROSE_WORDS: Final = 14
_LONGEST_HEADLINE: Final = 24
_LONGEST_LIST: Final = 200
_CLOSING_BLOCK: Final = 4
"""So many paragraphs of furniture in a row, at the page's end, close the article."""
_EDGE_OVERLAP: Final = 0.34
_ON_TOPIC: Final = 0.5
_FOREIGN: Final = 0.15
"""Below this share of known words, a paragraph that furniture separates from the body is another story's."""
_HELD_TOGETHER: Final = 0.5
"""Share of the body's paragraphs that must have words in common before one that has none is another story's."""
_KEEP_AT_LEAST: Final = 0.35
"""If less of the file's words than this would stay, its form is not understood and nothing is dropped by form."""

_LINK_LABEL: Final = re.compile(
    r"^\W*(?:see also|related|read (?:more|next|also)|more(?: on this)?|also read)\s*:", re.IGNORECASE
)
_CLOSING_LABEL: Final = re.compile(
    r"^\W*(?:\d+ )?(?:comments?|readers?['’]? comments|join the (?:conversation|debate|discussion)|have your say"
    r"|most (?:read|popular|viewed|shared)|trending(?: now)?|recommended(?: for you)?|you (?:may|might) also like"
    r"|sponsored(?: content| links)?|what to read next|top stories|latest news)\W*\d*\W*$",
    re.IGNORECASE,
)
_CAMERA: Final = re.compile(r"^\s*[📷📸🎥📹]")
"""Opens a picture's credit; the unpunctuated line above it is the picture's caption."""


def roles(paragraphs: Sequence[str]) -> list[Role]:
    """The role of each paragraph (for unwrapped pages: of each line), in order.

    >>> roles(["Menu", "Ferry runs aground off Tarn", "A ferry with 40 people on board ran aground off Tarn on "
    ... "Monday, the coast guard said.", "Subscribe to our newsletter."])
    ['fragment', 'title', 'body', 'reader address']
    """
    page = _Page(paragraphs)
    found: list[Role] = []
    for index in range(len(paragraphs)):
        found.append(page.role(index, found))
    _demote_beyond_the_body(page, found)
    _demote_after_the_end(page, found)
    _demote_after_closing_label(page, found)
    _demote_teasers(page, found)
    _pair_captions(page, found)
    _name_the_title(page, found)
    return found if page.enough_stays(found) else _by_length(paragraphs)


class _Page:
    """The paragraphs with what is needed to judge each: its stems, and the stems of the others' prose."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = paragraphs
        self.stems = [set(content_stems(paragraph)) for paragraph in paragraphs]
        self.prose = [
            ends_like_a_sentence(p) and length_in_words(p) >= PROSE_WORDS and not speaks_to_reader(p)
            for p in paragraphs
        ]
        self.first = self.prose.index(True) if any(self.prose) else 0
        self.last = len(self.prose) - 1 - self.prose[::-1].index(True) if any(self.prose) else len(self.prose)
        self.seen: dict[str, int] = {}
        self.normal = [_normal(paragraph) for paragraph in paragraphs]
        for index, normal in enumerate(self.normal):
            self.seen.setdefault(normal, index)
        self.frequency: dict[str, int] = {}
        for stems, is_prose in zip(self.stems, self.prose, strict=True):
            for stem in stems if is_prose else ():
                self.frequency[stem] = self.frequency.get(stem, 0) + 1

    def overlap(self, index: int) -> float:
        """Share of the paragraph's content stems that occur in the prose of other paragraphs."""
        return self.shared(index) / len(self.stems[index]) if self.stems[index] else 0.0

    def shared(self, index: int) -> int:
        """Number of the paragraph's content stems that occur in the prose of other paragraphs."""
        own = 1 if self.prose[index] else 0
        return sum(self.frequency.get(stem, 0) > own for stem in self.stems[index])

    def tells(self, index: int) -> bool:
        """Whether the paragraph is long prose on the article's topic."""
        return self.prose[index] and len(self.stems[index]) >= PROSE_WORDS and self.overlap(index) >= _ON_TOPIC

    def role(self, index: int, before: Sequence[Role]) -> Role:
        """The role by the paragraph itself and by what stands before it."""
        paragraph = self.paragraphs[index]
        if self.seen[self.normal[index]] < index:
            return "repeated"
        behind_furniture = index > 0 and before[index - 1] != "body"
        formal = formal_role(paragraph) or ("caption" if behind_furniture and describes_a_picture(paragraph) else None)
        if formal:
            return formal
        if self._continues_list(index, before):
            return "body"
        if speaks_to_reader(paragraph) and self._may_speak_to_reader(index):
            return "reader address"
        if ends_like_a_sentence(paragraph):
            return "heading" if paragraph.rstrip().endswith("?") and self._is_short_question(index) else "body"
        return self._unpunctuated_role(index)

    def _unpunctuated_role(self, index: int) -> Role:
        paragraph = self.paragraphs[index]
        if paragraph.rstrip().endswith((":", ";", ",")) and len(paragraph.split()) >= PROSE_WORDS // 2:
            return "body"
        count = len(words(paragraph))
        on_topic = self.overlap(index) >= _ON_TOPIC
        if index < self.first and on_topic and 2 < count <= _LONGEST_HEADLINE and ";" not in paragraph:  # noqa: PLR2004  two words name, they do not tell
            return "heading"
        if count >= _UNPUNCTUATED_PROSE_WORDS and on_topic and _has_function_words(paragraph):
            return "body"
        return "heading" if on_topic and count > 2 else "fragment"  # noqa: PLR2004  two words name, they do not tell

    def _is_short_question(self, index: int) -> bool:
        return len(words(self.paragraphs[index])) <= PROSE_WORDS and not _is_all_quotation(self.paragraphs[index])

    def _may_speak_to_reader(self, index: int) -> bool:
        """At the edges of the page any off-topic address is furniture; inside the body only a foreign one is."""
        outside = index < self.first or index > self.last
        insistent = times_addressed(self.paragraphs[index]) > 1
        outside = outside or insistent
        return self.overlap(index) < (_ON_TOPIC if outside else _EDGE_OVERLAP)

    def _continues_list(self, index: int, before: Sequence[Role]) -> bool:
        """A list introduced by a colon: marked items, or unmarked ones of at least four words."""
        at = index - 1
        while at >= max(0, index - _LONGEST_LIST) and before[at] == "body":
            paragraph = self.paragraphs[at]
            if paragraph.rstrip().endswith(":"):
                marked = bool(LIST_MARK.match(self.paragraphs[index]))
                first_marked = bool(LIST_MARK.match(self.paragraphs[at + 1]))
                return marked if first_marked else len(words(self.paragraphs[index])) > 3  # noqa: PLR2004  fewer words are a label
            if ends_like_a_sentence(paragraph) and not LIST_MARK.match(paragraph):
                return False
            at -= 1
        return False

    def enough_stays(self, found: Sequence[Role]) -> bool:
        """Whether the page was understood: enough of its words are body."""
        total = sum(length_in_words(p) for p in self.paragraphs)
        kept = sum(length_in_words(p) for p, role in zip(self.paragraphs, found, strict=True) if role == "body")
        return kept >= _KEEP_AT_LEAST * total or (any(self.prose) and "body" in found and kept >= 5 * PROSE_WORDS)


def _is_all_quotation(paragraph: str) -> bool:
    """Whether nothing but quotation is left: a quoted question is body, an unquoted one a subheading."""
    return not words(outside_quotes(paragraph))


def _demote_beyond_the_body(page: _Page, found: list[Role]) -> None:
    """Teasers and notices: full sentences that furniture separates from the body and that are about something else.

    A short article may be held together by no words of its own: where most of its paragraphs share next to nothing with
    the others, it shows nothing that one more shares nothing.
    """
    body = [i for i, role in enumerate(found) if role == "body"]
    core = [i for i in body if page.overlap(i) >= _FOREIGN]
    if not core or len(core) < _HELD_TOGETHER * len(body):
        return
    for order, above in ((range(core[-1] + 1, len(found)), False), (range(core[0] - 1, -1, -1), True)):
        separated = False
        for index in order:
            if found[index] != "body":
                separated = True
            elif separated or (above and not ends_like_a_sentence(page.paragraphs[index])):
                found[index] = "unrelated"


def _demote_after_the_end(page: _Page, found: list[Role]) -> None:
    """What follows a whole block of furniture, behind the last paragraph that is on topic, is another story's."""
    last = max((i for i, role in enumerate(found) if role == "body" and page.overlap(i) >= _EDGE_OVERLAP), default=None)
    if last is None:
        return
    block = 0
    for index in range(last + 1, len(found)):
        if found[index] != "body":
            block += 1
        elif block >= _CLOSING_BLOCK:
            found[index] = "unrelated"
        else:
            block = 0


def _demote_after_closing_label(page: _Page, found: list[Role]) -> None:
    """Behind "Comments" or "Most read" stands nothing of the article, if no long paragraph on topic follows."""
    for index, paragraph in enumerate(page.paragraphs):
        rest = range(index + 1, len(found))
        if index > page.first and _CLOSING_LABEL.match(paragraph) and not any(page.tells(i) for i in rest):
            for following in rest:
                found[following] = "unrelated" if found[following] == "body" else found[following]
            return


def _demote_teasers(page: _Page, found: list[Role]) -> None:
    """A paragraph about something else that a labelled link ("Related: …") opens is the blurb of that link."""
    for index in range(1, len(found)):
        linked = found[index - 1] != "body" and _LINK_LABEL.match(page.paragraphs[index - 1])
        if linked and found[index] == "body" and page.overlap(index) < _FOREIGN:
            found[index] = "unrelated"


def _pair_captions(page: _Page, found: list[Role]) -> None:
    for index in range(1, len(found)):
        if _CAMERA.match(page.paragraphs[index]) and found[index] != "body":
            found[index] = "caption"
            found[index - 1] = "caption" if found[index - 1] == "heading" else found[index - 1]


def _name_the_title(page: _Page, found: list[Role]) -> None:
    """Of the headings before the body, the one that shares most words with it; the first of equals.

    More than half of its words must be the body's: a masthead's motto shares a few.
    """
    told = {stem for stems, role in zip(page.stems, found, strict=True) if role == "body" for stem in stems}
    shared = {
        index: len(page.stems[index] & told)
        for index, role in enumerate(found)
        if role == "heading" and index < page.first
    }
    titles = [index for index, count in shared.items() if count > _ON_TOPIC * len(page.stems[index])]
    if titles:
        found[max(titles, key=lambda index: shared[index])] = "title"


def _has_function_words(paragraph: str) -> bool:
    found = words(paragraph)
    return sum(is_function_word(word.text) for word in found) >= len(found) / 5


def _normal(paragraph: str) -> str:
    return " ".join(word.text.lower() for word in words(paragraph)) or paragraph.strip()


def _by_length(paragraphs: Sequence[str]) -> list[Role]:
    """For a page whose form is not understood (verse, notes, other scripts): all but the shortest lines stay."""
    return ["body" if len(p) >= 15 or ends_like_a_sentence(p) else "fragment" for p in paragraphs]  # noqa: PLR2004  characters, of which fewer tell nothing
