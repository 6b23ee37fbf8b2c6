"""Who may be whom where somebody speaks: names, offices and ranks for one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from pipeline.guards.passage import Passage
from pipeline.text.attribution import attributions
from pipeline.text.names import fold_token, initials, is_spelling_variant, proper_names
from pipeline.text.synonyms import is_listed, stands_in
from pipeline.text.terms import form_of
from pipeline.text.words import content_stems, is_function_word, stem, words

TITLES = frozenset(
    stem(word) for word in "mr mrs ms dr senior top former the one several another unnamed anonymous".split()
)
"""What may stand before a name or an office, or not."""
_BEFORE_NAME = (
    r"(?:\b(?:An?|The|[A-Z]\w+[’']s)\s"
    r"(?:(?!(?:during|in|on|with|from|by|about|over|the)\b)[\w-]+\s){0,3}[\w-]+(?:\s(?:of|for|at|to)(?:\s[\w.’'-]+){1,4})?,\s)?"
)
"""What somebody is, before the name: "A lawyer for the captain, "."""
_POLICE = re.compile(r"(?:[Tt]he )?[Pp]olice(?: officers)?|[Dd]etectives")
_OF_POLICE = re.compile(
    r"\b(?:[Dd]etective|[Ss]uperintendent|[Ii]nspector|[Ss]ergeant|[Cc]onstable|[Ss]heriff|[Pp]olice)\b"
)
"""Ranks: who holds one speaks for the police."""


def may_speak(name: str, passage: Passage) -> bool:
    """The name is a speaker of the passage, its subject in the sentence before, or the article's outlet."""
    said = [who.name for who in attributions(passage.context)]
    if any(same_speaker(name, other) or same_speaker(name, _with_apposition(other, passage.context)) for other in said):
        return True
    if any(_ends_alike(name, other) and _all_told(name, passage) for other in said):
        return True
    if _POLICE.fullmatch(name) and any(_OF_POLICE.search(other) for other in said):
        return True
    outlet = passage.article.publisher or ""
    if outlet and same_speaker(name, outlet):
        return True
    if not said:
        return same_speaker(name, f"{passage.context} {passage.before}")
    earlier = [who.name for who in attributions(passage.before)] or [passage.before]
    return any(_refers_back(other) for other in said) and any(same_speaker(name, other) for other in earlier)


def _ends_alike(name: str, other: str) -> bool:
    """The words that both end with are one: "a ministry spokeswoman", "a spokeswoman"."""
    one, two = (content_stems(who)[-1:] for who in (name, other))
    return bool(one) and one == two


def _all_told(name: str, passage: Passage) -> bool:
    """Whom the text calls by what they are has all words from the passage, or from the sentence before."""
    there = {form_of(word.text) for word in words(f"{passage.context} {passage.before}")}
    wanted = [word.text for word in words(name) if not is_function_word(word.text) and stem(word.text) not in TITLES]
    return not proper_names(f"so {name}") and all(stands_in(form_of(word), there) for word in wanted)


def _with_apposition(name: str, context: str) -> str:
    """The speaker with what stands beside the name between commas: "Anna Tarn, a lawyer for the captain,"."""
    found = re.search(_BEFORE_NAME + re.escape(name) + r"(?:,\s[^,;.“”]{2,60}(?=,))?", context)
    return found.group() if found else name


def _refers_back(name: str) -> bool:
    """Such as "the official", "the spokesperson": somebody whom the sentence before named."""
    return name.lower().startswith("the ") and not any(word.text[0].isupper() for word in words(name)[1:])


def same_speaker(name: str, other: str) -> bool:
    """Every telling word of ``name`` occurs in ``other``, in some spelling; its last word must."""
    wanted = [word for word in words(name) if stem(word.text) not in TITLES and content_stems(word.text)]
    there = {fold_token(word.text) for word in words(other)}
    stems = set(content_stems(other))
    if not wanted or _by_initials([word.text for word in wanted], other):
        return True
    hits = [
        stem(w.text) in stems or any(is_spelling_variant(fold_token(w.text), token) for token in there) for w in wanted
    ]
    proper = [hit for word, hit in zip(wanted, hits, strict=True) if word.text[0].isupper() and not _is_role(word.text)]
    at_end = list(takewhile(lambda pair: pair[0].text[0].isupper(), zip(wanted[::-1], hits[::-1], strict=True)))
    whole = (len(proper) > 1 and all(proper)) or (bool(at_end) and all(hit for _, hit in at_end[:2]))
    return hits[-1] and (whole or sum(hits) * 2 > len(hits))


def _is_role(word: str) -> bool:
    """A common noun that a sentence opens with: "Rescue leader Ada Penn"."""
    return is_listed(form_of(word))


def _by_initials(wanted: Sequence[str], other: str) -> bool:
    """Such as "the Wall Street Journal" for "WSJ", or "AP" for "Associated Press"."""
    if len(wanted) > 1:
        return initials(fold_token(word) for word in wanted) in {fold_token(word.text) for word in words(other)}
    shown = [name.tokens for name in proper_names(f"so {other}") if len(name.tokens) > 1]
    return wanted[0].isupper() and fold_token(wanted[0]) in {initials(tokens) for tokens in shown}
