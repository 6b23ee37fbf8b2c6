"""How many words, pairs of words and words in order a summary shares with a reference summary (ROUGE).

Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries". As Google's ``rouge-score`` computes them without
stemming: tokens are runs of the lower-cased letters a to z and digits, and the score is F1 (beta 1). ROUGE-L is the
plain one: one longest common subsequence of the whole texts (``rougeL``), not the union over sentences of the
summary-level one (``rougeLsum``), so that it depends on no sentence splitter.

A summary may be good and share few words with the reference: reported for comparison with other systems, not gated.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipeline.evaluation.results import UNDEFINED, Metric, count_of

_TOKEN: Final = re.compile(r"[a-z0-9]+")


def rouge_metrics(summary: str, reference: str | None) -> dict[str, Metric]:
    """ROUGE-1, ROUGE-2 and ROUGE-L F1; undefined where there is no reference, or none with as many tokens.

    ``n`` is the number of the reference's words (pairs of words for ROUGE-2).

    >>> found = rouge_metrics("the cat sat", "the cat ran")
    >>> [round(found[name].value, 3) for name in ("rouge_1", "rouge_2", "rouge_l")]
    [0.667, 0.5, 0.667]
    """
    told, wanted = _tokens(summary), _tokens(reference or "")
    told_pairs, wanted_pairs = list(pairwise(told)), list(pairwise(wanted))
    return {
        "rouge_1": _f1((Counter(told) & Counter(wanted)).total(), len(told), len(wanted)),
        "rouge_2": _f1((Counter(told_pairs) & Counter(wanted_pairs)).total(), len(told_pairs), len(wanted_pairs)),
        "rouge_l": _f1(lcs_length(told, wanted), len(told), len(wanted)),
    }


def lcs_length(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence, bit-parallel: one addition of long integers a token.

    Hyyrö 2004, "Bit-parallel LCS-length computation revisited". A bit of ``row`` is 0 where a token of ``first`` makes
    the subsequence longer.

    >>> lcs_length("a b c d e".split(), "b x d a e".split())
    3
    """
    places: defaultdict[str, int] = defaultdict(int)
    for index, token in enumerate(first):
        places[token] |= 1 << index
    everywhere = row = (1 << len(first)) - 1
    for token in second:
        hits = row & places.get(token, 0)
        row = ((row + hits) | (row - hits)) & everywhere
    return len(first) - row.bit_count()


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _f1(shared: int, told: int, wanted: int) -> Metric:
    """``2·shared / (told + wanted)``: the harmonic mean of ``shared / told`` and ``shared / wanted``."""
    return count_of(2 * shared / (told + wanted), wanted) if wanted else UNDEFINED
