"""Every proper name of the text stands in the evidence, in some spelling, title or short form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, verdict_of
from pipeline.text.names import Name, fold_token, initials, is_spelling_variant, opening_words, proper_names
from pipeline.text.words import words

_STEM_OF_COUNTRY = 4
_OF_COUNTRY = frozenset({"", "a", "e", "n", "s", "i", "an", "ns", "ans", "ian", "ians", "ese"})
"""How names of countries and of their people end: Russia, Russian; Ukraine, Ukrainian; China, Chinese."""


def name_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the names of ``text`` with the words of the passages and with the names their articles join to them."""
    wanted = proper_names(text)
    near = _tokens_near(passages)
    longer = _longer_forms(passages, near)
    problems = [f"“{name.text}” is not named in the cited passage" for name in wanted if not _known(name, near, longer)]
    opening = [w for w in opening_words(text) if _is_name_in(fold_token(w.text), passages)]
    problems += [
        f"“{word.text}” is not named in the cited passage"
        for word in opening
        if fold_token(word.text) not in near | longer
    ]
    return verdict_of(
        "name", problems, applicable=bool(wanted or opening), passed="every name stands in the cited passage"
    )


def _tokens_near(passages: Sequence[Passage]) -> set[str]:
    """All words of the contexts (a name may be written small), the sentence before, and the publisher."""
    texts = [part for p in passages for part in (p.context, p.before, p.article.publisher or "")]
    return {fold_token(word.text) for text in texts for word in words(text)}


def _longer_forms(passages: Sequence[Passage], near: set[str]) -> set[str]:
    """Tokens that the article's names join to a last name, or to a title, of the passage."""
    joined: set[str] = set()
    for passage in passages:
        long = [name.tokens for name in proper_names(passage.article.text) if len(name.tokens) > 1]
        joined.update(token for tokens in long if tokens[-1] in near for token in tokens)
        for title in proper_names(passage.context):
            joined.update(_holder_of(title.tokens, long))
    return joined


def _holder_of(title: tuple[str, ...], long: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The one to whom the article joins a title: "US Secretary of State" is Blinken if nobody else has the title."""
    size = len(title)
    named = [tokens[size:] for tokens in long if size > 1 and tokens[:size] == title and len(tokens) > size]
    return named[0] if named and len({tokens[-1] for tokens in named}) == 1 else ()


def _known(name: Name, near: set[str], longer: set[str]) -> bool:
    present = [
        token in near or token in longer or _has_parts(token, near) or _has_country(token, near)
        for token in name.tokens
    ]
    if all(present):
        return True
    if any(present):  # "Maria Zarkhova" for "Maria Zakharova": one token vouches for a variant of the other
        return all(
            ok or any(is_spelling_variant(token, other) for other in near)
            for ok, token in zip(present, name.tokens, strict=True)
        )
    return _is_acronym(name, near)


def _has_parts(token: str, near: set[str]) -> bool:
    """Such as "USled" of "US-led" and the like: hyphenated parts all known."""
    return any(token.startswith(other) and token[len(other) :] in near for other in near if other)


def _is_name_in(token: str, passages: Sequence[Passage]) -> bool:
    """Whether an article ends a name with the token and never writes it small."""
    texts = {passage.article.text for passage in passages}
    last = {name.tokens[-1] for text in texts for name in proper_names(text)}
    return token in last and not any(
        w.text[0].islower() and fold_token(w.text) == token for t in texts for w in words(t)
    )


def _has_country(token: str, near: set[str]) -> bool:
    """Whether the token is "russian" and "russia" is near, and the like."""
    return any(token[len(stem) :] in _OF_COUNTRY for stem in _stems(token, near))


def _stems(token: str, near: set[str]) -> list[str]:
    """What the token shares, from its first letter on, with each word that goes on like a country or its people."""
    alike = [other for other in near if other[:_STEM_OF_COUNTRY] == token[:_STEM_OF_COUNTRY]]
    shared = [(_common_start(token, other), other) for other in alike]
    return [stem for stem, other in shared if other[len(stem) :] in _OF_COUNTRY]


def _common_start(first: str, second: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return "".join(letter for letter, _ in same)


def _is_acronym(name: Name, near: set[str]) -> bool:
    short = "".join(name.tokens)
    return (len(name.tokens) > 1 and initials(name.tokens) in near) or (len(short) > 1 and short in near)
