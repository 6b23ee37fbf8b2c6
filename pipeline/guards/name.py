"""Every proper name of the text stands in the evidence, in some spelling, title or short form."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, verdict_of
from pipeline.text.names import Name, fold_token, initials, is_spelling_variant, proper_names
from pipeline.text.words import words


def name_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the names of ``text`` with the words of the passages and with the names their articles join to them."""
    wanted = proper_names(text)
    near = _tokens_near(passages)
    longer = _longer_forms(passages, near)
    problems = [f"“{name.text}” is not named in the cited passage" for name in wanted if not _known(name, near, longer)]
    return verdict_of("name", problems, applicable=bool(wanted), passed="every name stands in the cited passage")


def _tokens_near(passages: Sequence[Passage]) -> set[str]:
    """All words of the contexts (a name may be written small), the sentence before, and the publisher."""
    texts = [part for p in passages for part in (p.context, p.before, p.article.publisher or "")]
    return {fold_token(word.text) for text in texts for word in words(text)}


def _longer_forms(passages: Sequence[Passage], near: set[str]) -> set[str]:
    """Tokens that stand beside a token of the passage in a name elsewhere in the same article."""
    joined: set[str] = set()
    for text in {passage.article.text for passage in passages}:
        for name in proper_names(text):
            if len(name.tokens) > 1 and name.tokens[-1] in near:
                joined.update(name.tokens)
    return joined


def _known(name: Name, near: set[str], longer: set[str]) -> bool:
    present = [token in near or token in longer or _has_parts(token, near) for token in name.tokens]
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


def _is_acronym(name: Name, near: set[str]) -> bool:
    short = "".join(name.tokens)
    return (len(name.tokens) > 1 and initials(name.tokens) in near) or (len(short) > 1 and short in near)
