"""How telling a stem is in a story: rare in its articles, more telling."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pipeline.text.terms import terms


class Weights:
    """Inverse document frequencies of stems; frozen once made.

    ``log(1 + (n + 1) / (df + 1/2))``: a stem in no document has the greatest weight, one in all still counts a little.
    """

    __slots__ = ("_frequencies", "_size")
    _frequencies: Mapping[str, int]
    _size: int

    def __init__(self, frequencies: Mapping[str, int], size: int) -> None:
        object.__setattr__(self, "_frequencies", MappingProxyType(dict(frequencies)))
        object.__setattr__(self, "_size", size)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"weights are frozen: {name}")

    def of(self, stem: str) -> float:
        """The weight of a stem, always above 0."""
        return math.log(1 + (self._size + 1) / (self._frequencies.get(stem, 0) + 0.5))

    def knows(self, stem: str) -> bool:
        """Whether a document has the stem; where there are no documents, nothing is unknown."""
        return not self._size or stem in self._frequencies


def weights_of(documents: Sequence[str]) -> Weights:
    """The weights that the documents, sentences or articles of one story, give.

    >>> w = weights_of(["Storm hits port.", "The storm fades."])
    >>> w.of("storm") < w.of("port") < w.of("never-seen")
    True
    """
    counts = Counter(stem for document in documents for stem in {term.stem for term in terms(document)})
    return Weights(counts, len(documents))
