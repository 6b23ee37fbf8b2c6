"""Which lines of a page are the article, and which are furniture: navigation, captions, credits, adverts.

No outlet, site or phrase of a known page is named. What is judged is form (does it close like a sentence, is it
a caption, a credit, a notice), whom it addresses (a reader, outside quotation marks), and whether its words
occur elsewhere in the article. In doubt a line stays; what goes is recorded with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from pipeline.text.dates import calendar_mentions
from pipeline.text.lists import LIST_MARK
from pipeline.text.quotes import outside_quotes
from pipeline.text.sentences import ends_like_a_sentence
from pipeline.text.words import content_stems, is_function_word, words

Role = Literal[
    "body", "title", "heading", "caption", "credit", "notice", "repeated", "fragment", "reader address", "unrelated"
]

_PROSE_WORDS: Final = 12
"""A closed line of this many words is taken for prose when the article's vocabulary is collected."""
_UNPUNCTUATED_PROSE_WORDS: Final = 14
_LONGEST_HEADLINE: Final = 24
_LONGEST_NOTE: Final = 1000
"""Characters: no caption, credit or notice is longer, and the patterns for them are not asked about more."""
_LONGEST_LIST: Final = 200
_CLOSING_BLOCK: Final = 4
"""So many paragraphs of furniture in a row, at the page's end, close the article."""
_EDGE_OVERLAP: Final = 0.34
_ON_TOPIC: Final = 0.5
_FOREIGN: Final = 0.15
"""Below this share of known words, a paragraph that furniture separates from the body is another story's."""
_KEEP_AT_LEAST: Final = 0.35
"""If less of the file's words than this would stay, its form is not understood and nothing is dropped by form."""

_CAPTION: Final = re.compile(
    r"\((?:left|right|cent(?:re|er)|top|bottom|[LRC]|l-r|from left)\)"
    r"|\b(?:from left|pictured|file (?:photo|picture|image)|handout)\b"
    r"|(?:^|[.\s|(\[])(?:credits?|photo(?:graph)?|image|picture|illustration|video|graphic|source)s?"
    r"(?: (?:by|credit))?\s*[:/]"
    r"|\|\s*[A-Z][\w ./&-]{1,30}$"
    r"|\b[A-Z][\w.-]+(?: [A-Z][\w.-]+)?\s?/\s?[A-Z][\w.-]+(?: [A-Z][\w.-]+)?[\])]?\.?$"
    r"|\bcourtesy of\b|\([^()]*\s/\s[^()]*\)\s*$",
    re.IGNORECASE,
)
_CAPTION_STRICT: Final = re.compile(
    r"\([^()]*\s/\s[^()]*\)\s*$|\|\s*[A-Z][\w ./&-]{1,30}$|\b[A-Z][\w.-]+\s?/\s?[A-Z][\w.-]+[\])]?\.?$"
)
_CREDIT: Final = re.compile(
    r"^\W*(?:by|words by|text by|story by)\s+[A-Z][\w.'’-]+(?:\s+(?:and\s+)?[A-Z][\w.'’-]+){0,6}\b(?!.*[.!?]\s)"
    r"|^\W*(?:additional )?(?:reporting|writing|editing|edited|research|photography|photographs?|illustrations?"
    r"|translation|fact-?check(?:ed|ing)|produced|compiled)(?: and \w+)? (?:by|from)\b"
    r"|\bcontributed (?:to|reporting)\b.{0,20}\b(?:report|story|article|reporting)\b"
    r"|^\W*\(?with\b[^.]{0,60}\b(?:inputs?|reports?|agenc(?:y|ies)|contributions?)\b"
    r"|^\W*(?:the )?(?:author|writer|reporter) (?:is|was|can be)\b",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(
    r"©|\bcopyright\s+\d{4}|\(c\)\s*\d{4}|\ball rights reserved\b"
    r"|\bcookies?\b.*\b(?:use|accept|policy|consent|settings|experience)\b|\b(?:use|accept)\w*\b.*\bcookies?\b"
    r"|\bterms (?:of (?:use|service)|and conditions)\b|\bprivacy (?:policy|notice)\b"
    r"|^\W*(?:correction|clarification|editor['’]?s['’]? note|note to readers)\b|\bcreative commons\b"
    r"|\bthis (?:story|article|page|website|web site|post|column) (?:was|is|has|appeared)\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,80}\.\w{2,}|(?:^|\s)@\w{3,}|https?://|\bwww\.", re.IGNORECASE)
_STAMP: Final = re.compile(
    r"^\W*(?:(?:first |last )?(?:published|updated|posted|modified)\b|\d+ (?:min(?:ute)?s?|hours?|days?) (?:ago|read)\b"
    r"|\d{1,2}:\d{2}\b)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_SECOND_PERSON: Final = re.compile(r"\b(?:you|your|yours|you['’]re|you['’]ve|you['’]ll)\b", re.IGNORECASE)
_FIRST_PERSON: Final = re.compile(r"\b(?:our|ours|us|we|we['’]re)\b")
_IMPERATIVE: Final = re.compile(
    r"(?:^|[.!?:|•]\s+|[^\w\s.,;'\"“”‘’()-]\s+)(?:please\s+)?(?:click|tap|subscribe|sign|log"
    r"|register|follow|join|download|share|read|watch|listen|see|view|support|donate|contact|email|write|send|visit|get|try|start|enable|accept|allow|"
    r"manage|skip|scroll|swipe|choose|save|print|comment|become|help|find|discover|explore|browse|check|stay)\b",
    re.IGNORECASE,
)
_LINK_LABEL: Final = re.compile(
    r"^\W*(?:see also|related|read (?:more|next|also)|more(?: on this)?|also read)\s*:", re.IGNORECASE
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
            ends_like_a_sentence(p) and len(p.split()) >= _PROSE_WORDS and not _speaks_to_reader(p) for p in paragraphs
        ]
        self.first = self.prose.index(True) if any(self.prose) else 0
        self.last = len(self.prose) - 1 - self.prose[::-1].index(True) if any(self.prose) else len(self.prose)
        self.seen: dict[str, int] = {}
        for index, paragraph in enumerate(paragraphs):
            self.seen.setdefault(_normal(paragraph), index)
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

    def role(self, index: int, before: Sequence[Role]) -> Role:
        """The role by the paragraph itself and by what stands before it."""
        paragraph = self.paragraphs[index]
        if self.seen[_normal(paragraph)] < index:
            return "repeated"
        formal = _formal_role(paragraph)
        if formal:
            return formal
        if self._continues_list(index, before):
            return "body"
        if _speaks_to_reader(paragraph) and self._may_speak_to_reader(index):
            return "reader address"
        if ends_like_a_sentence(paragraph):
            return "heading" if paragraph.rstrip().endswith("?") and self._is_short_question(index) else "body"
        return self._unpunctuated_role(index)

    def _unpunctuated_role(self, index: int) -> Role:
        paragraph = self.paragraphs[index]
        if paragraph.rstrip().endswith((":", ";", ",")) and len(paragraph.split()) >= _PROSE_WORDS // 2:
            return "body"
        count = len(words(paragraph))
        on_topic = self.overlap(index) >= _ON_TOPIC
        if index < self.first and on_topic and 2 < count <= _LONGEST_HEADLINE and ";" not in paragraph:  # noqa: PLR2004
            return "heading"
        if count >= _UNPUNCTUATED_PROSE_WORDS and on_topic and _has_function_words(paragraph):
            return "body"
        return "heading" if on_topic and count > 2 else "fragment"  # noqa: PLR2004  two words name, they do not tell

    def _is_short_question(self, index: int) -> bool:
        return len(words(self.paragraphs[index])) <= _PROSE_WORDS and not outside_quotes_empty(self.paragraphs[index])

    def _may_speak_to_reader(self, index: int) -> bool:
        """At the edges of the page any off-topic address is furniture; inside the body only a foreign one is."""
        outside = index < self.first or index > self.last
        insistent = len(_SECOND_PERSON.findall(outside_quotes(self.paragraphs[index]))) > 1
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
                return marked if first_marked else len(words(self.paragraphs[index])) > 3  # noqa: PLR2004
            if ends_like_a_sentence(paragraph) and not LIST_MARK.match(paragraph):
                return False
            at -= 1
        return False

    def enough_stays(self, found: Sequence[Role]) -> bool:
        """Whether the page was understood: enough of its words are body."""
        total = sum(len(p.split()) for p in self.paragraphs)
        kept = sum(len(p.split()) for p, role in zip(self.paragraphs, found, strict=True) if role == "body")
        return kept >= _KEEP_AT_LEAST * total or (any(self.prose) and "body" in found and kept >= 5 * _PROSE_WORDS)


def outside_quotes_empty(paragraph: str) -> bool:
    """Whether nothing but quotation is left: a quoted question is body, an unquoted one a subheading."""
    return not words(outside_quotes(paragraph))


def _demote_beyond_the_body(page: _Page, found: list[Role]) -> None:
    """Teasers and notices: full sentences that furniture separates from the body and that are about something else."""
    core = [i for i, role in enumerate(found) if role == "body" and page.overlap(i) >= _FOREIGN]
    if not core:
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


def _formal_role(paragraph: str) -> Role | None:
    if len(paragraph) > _LONGEST_NOTE:
        return None
    unquoted = outside_quotes(paragraph)
    count = len(paragraph.split())
    if _CREDIT.search(paragraph) and count <= 30:  # noqa: PLR2004  a credit is a line, not a story
        return "credit"
    closed = ends_like_a_sentence(paragraph)
    legal = bool(_NOTICE.search(unquoted)) and count <= 60  # noqa: PLR2004
    contact = bool(_ADDRESS.search(unquoted)) and not (closed and count >= _PROSE_WORDS)
    stamp = (bool(_STAMP.search(paragraph)) and not closed) or _is_time_stamp(paragraph)
    if legal or contact or stamp:
        return "notice"
    if (_CAPTION_STRICT if closed else _CAPTION).search(unquoted) and count <= 60:  # noqa: PLR2004
        return "caption"
    return None


def _is_time_stamp(paragraph: str) -> bool:
    """Nothing but days, times and a word or two ("Updated", "GMT")."""
    mentions = calendar_mentions(paragraph)
    rest = [w for w in words(paragraph) if not any(m.start <= w.start < m.end for m in mentions)]
    telling = [w for w in rest if w.text.isalpha() and len(w.text) > 2 and not is_function_word(w.text)]  # noqa: PLR2004
    clocks = len(_CLOCK.findall(paragraph))
    return len(mentions) + clocks > 1 and len(telling) < len(mentions) + clocks


def _speaks_to_reader(paragraph: str) -> bool:
    """Addresses a reader, outside quotation marks: "your", or an imperative, with or without "our"."""
    unquoted = outside_quotes(paragraph)
    if _SECOND_PERSON.search(unquoted):
        return True
    return bool(_IMPERATIVE.search(unquoted.strip())) and (
        bool(_FIRST_PERSON.search(unquoted)) or not ends_like_a_sentence(paragraph)
    )


def _has_function_words(paragraph: str) -> bool:
    found = words(paragraph)
    return sum(is_function_word(word.text) for word in found) >= len(found) / 5


def _normal(paragraph: str) -> str:
    return " ".join(word.text.lower() for word in words(paragraph)) or paragraph.strip()


def _by_length(paragraphs: Sequence[str]) -> list[Role]:
    """For a page whose form is not understood (verse, notes, other scripts): all but the shortest lines stay."""
    return ["body" if len(p) >= 15 or ends_like_a_sentence(p) else "fragment" for p in paragraphs]  # noqa: PLR2004
