"""Are the citations enough, and is none of them idle? Citation recall and precision as ALCE defines them.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations", arXiv 2305.14627; what
the paper leaves open follows ``compute_autoais`` in ``eval.py`` of princeton-nlp/ALCE:

- Citations are a list, not a set. One passage cited twice is two citations; leaving one of them out leaves the other.
  So a duplicate of a passage that suffices is precise, and both of a passage that needs a third are not: each of
  them is without effect.
- A statement with one citation is not asked about irrelevance: with recall 1 its citation is precise.
- A citation out of range makes the recall of its statement 0, whatever else is cited.

In one point we differ: ALCE leaves the citations of a statement with one out of range out of the precision; here they
count as not precise, since a summary must not gain by citing what is not there. ALCE's limit of three citations a
statement is not applied.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipeline.evaluation.results import Metric, share

P = TypeVar("P")


class CitedText(NamedTuple, Generic[P]):
    """A statement with the passages it cites, in order, and the number of its citations that lead nowhere."""

    text: str
    passages: tuple[P, ...]
    out_of_range: int = 0


def citation_metrics(texts: Sequence[CitedText[P]], entails: Callable[[str, Sequence[P]], bool]) -> dict[str, Metric]:
    """Citation recall (over statements), citation precision and the share out of range (both over citations).

    Recall of a statement is 1 if it has a citation, none is out of range, and its passages together entail it. A
    citation is precise if its statement has recall 1 and it is not irrelevant: irrelevant is one that does not entail
    the statement alone, while the others do without it.

    Args:
        texts: the statements.
        entails: whether passages, together, entail a text; asked with at least one passage.

    >>> texts = [CitedText("ab", ("a", "b", "x")), CitedText("c", ())]
    >>> found = citation_metrics(texts, lambda text, passages: set(text) <= set(passages))
    >>> found["citation_recall"].value, found["citation_precision"].value == 2 / 3
    (0.5, True)
    """
    recalled = [_is_borne_out(one, entails) for one in texts]
    precise = [ok for one, whole in zip(texts, recalled, strict=True) for ok in _precise(one, entails, whole=whole)]
    reached = [index < len(one.passages) for one in texts for index in range(len(one.passages) + one.out_of_range)]
    return {
        "citation_recall": share(recalled),
        "citation_precision": share(precise),
        "citations_out_of_range": share([not there for there in reached]),
    }


def _is_borne_out(one: CitedText[P], entails: Callable[[str, Sequence[P]], bool]) -> bool:
    return bool(one.passages) and not one.out_of_range and entails(one.text, one.passages)


def _precise(one: CitedText[P], entails: Callable[[str, Sequence[P]], bool], *, whole: bool) -> list[bool]:
    """For each citation of a statement, whether it is precise; ``whole`` is the statement's recall."""
    if not whole or len(one.passages) == 1:
        return [whole] * (len(one.passages) + one.out_of_range)
    return [
        entails(one.text, (passage,)) or not entails(one.text, one.passages[:index] + one.passages[index + 1 :])
        for index, passage in enumerate(one.passages)
    ]
