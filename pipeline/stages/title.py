"""What the summary is called: nothing is made up for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.synthesis import Disagreement, Statement
from pipeline.text.languages.scripts import length_in_words
from pipeline.text.quantities import quantities
from pipeline.text.sentences import units_of_text
from pipeline.text.similarity import content_coverage
from pipeline.text.words import content_stems

_LONGEST: Final = 30
"""Words of a title."""
_FEW: Final = 3
"""Words that say little yet: "Leave the lights on" shares half of its own with nearly anything."""


def title(articles: Sequence[Article], statements: Sequence[Statement], differing: Sequence[Disagreement]) -> str:
    """The sources' own title that the statements bear out best, and the first of them most.

    One with a figure that ``differing`` shows to be replaced by a later report is not taken while there is another.
    Where no source has a title, it is the first sentence that is short enough; where nothing is told, the first file.
    """
    texts = [statement.text for statement in statements]
    titles = [a.title for a in articles if a.title and length_in_words(a.title) <= _LONGEST]
    old = _overtaken(differing)
    current = [title for title in titles if not old & _values(title)] or titles
    if current:
        return max(current, key=lambda title: _borne_out(title, texts) + _borne_out(title, texts[:1]))
    told = [_without_stop(sentence) for text in texts for sentence in _sentences(text)]
    short = [sentence for sentence in told if length_in_words(sentence) <= _LONGEST]
    return next(iter([*short, *told, *(article.path for article in articles)]), "")


def _borne_out(title: str, texts: Sequence[str]) -> float:
    """The share of its words that the texts hold; a title of few words needs more of them."""
    stems = content_stems(title)
    return (
        content_coverage(stems, {stem for text in texts for stem in content_stems(text)})
        * len(stems)
        / (len(stems) + _FEW)
    )


def _overtaken(differing: Sequence[Disagreement]) -> set[float]:
    """Figures that a later report has replaced: those of the earlier positions that the last one does not hold."""
    rows = [[_values(p.text) for p in d.positions] for d in differing if d.relation == "superseded"]
    return {value for row in rows for earlier in row[:-1] for value in earlier - row[-1]}


def _values(text: str) -> set[float]:
    return {quantity.value for quantity in quantities(text) if not quantity.ordinal}


def _without_stop(sentence: str) -> str:
    """As titles are printed; the stop of an abbreviation ("in the U.S.") stays."""
    return sentence[:-1] if re.search(r"[^\W_]{3}[.。]$", sentence) else sentence


def _sentences(text: str) -> Iterator[str]:
    return (span.of(text) for span in units_of_text(text))
