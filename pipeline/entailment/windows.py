"""Sentences in runs that fit a model: whole ones, and every run that is as long as it can be."""

from __future__ import annotations

from collections.abc import Sequence


def windows(lengths: Sequence[int], room: int) -> list[range]:
    """The longest runs of sentences that fit, in order; none lies within another, and each sentence is in one.

    Runs overlap, so that sentences which follow each other are read together wherever they fit together. A sentence
    that does not fit alone is a run of its own; the reader cuts its end.

    Args:
        lengths: tokens of each sentence, what joins it to the next one included.
        room: tokens that a run may have.

    >>> windows([40, 40, 40, 120], 100)
    [range(0, 2), range(1, 3), range(3, 4)]
    """
    found: list[range] = []
    end, total = 0, 0
    for start, length in enumerate(lengths):
        while end < len(lengths) and (end == start or total + lengths[end] <= room):
            total += lengths[end]
            end += 1
        if not found or end > found[-1].stop:
            found.append(range(start, end))
        total -= length
    return found
