"""What models think of verdicts that stand already: optional readers, which add to a verdict and decide nothing.

They come after the guards, not among them. The guards are pure, cheap and asked many times for one statement; a reader
is slow, reads many statements better than one, and may call somebody. So it sees every statement once, with what the
statement cites in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.domain.verdict import Guard, Verdict
from pipeline.guards.passage import Passage, passage_of


class Question(NamedTuple):
    """A statement with what it cites, and the verdict of the guards."""

    text: str
    passages: tuple[Passage, ...]
    verdict: Verdict


class Opinion(NamedTuple):
    """An advisory guard; ``score`` in place of the verdict's, None to leave that as it is."""

    guard: Guard
    score: float | None = None


class Reader(Protocol):
    """Somebody who reads statements beside what they cite. ``name`` is added to the verdicts' method."""

    @property
    def name(self) -> str: ...  # noqa: D102  the class says what it is

    async def read(self, questions: Sequence[Question]) -> list[Opinion]:
        """An opinion on each, in their order."""
        ...


class Told(NamedTuple):
    """A statement, what it cites and its verdict, wherever these stand."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict


async def read_again(told: Sequence[Told], articles: Mapping[str, Article], readers: Sequence[Reader]) -> list[Verdict]:
    """The verdicts with what the readers add, in order.

    Where nothing is cited, or a citation does not resolve, there is nothing to read, and the verdict stays as it is.
    """
    verdicts = [one.verdict for one in told]
    passages = {place: found for place, one in enumerate(told) if (found := _passages(one.citations, articles))}
    for reader in readers:
        questions = [Question(told[place].text, found, verdicts[place]) for place, found in passages.items()]
        opinions = await reader.read(questions)
        for place, opinion in zip(passages, opinions, strict=True):
            verdicts[place] = _with(verdicts[place], opinion, reader.name)
    return verdicts


async def read_synthesis(synthesis: Synthesis, articles: Mapping[str, Article], readers: Sequence[Reader]) -> Synthesis:
    """The summary with what the readers add to the verdicts of its statements, and of those that were dropped."""
    told = [Told(one.text, one.citations, one.verdict) for one in synthesis.statements]
    told += [Told(one.text, one.citations, one.verdict) for one in synthesis.dropped]
    again = iter(await read_again(told, articles, readers))
    statements = tuple(one.model_copy(update={"verdict": next(again)}) for one in synthesis.statements)
    dropped = tuple(one.model_copy(update={"verdict": next(again)}) for one in synthesis.dropped)
    return synthesis.model_copy(update={"statements": statements, "dropped": dropped})


def _passages(citations: Sequence[Citation], articles: Mapping[str, Article]) -> tuple[Passage, ...]:
    """What is cited; nothing where a part of it is not to be found."""
    evidence = [citation.evidence for citation in citations]
    if not all(_resolves(one, articles) for one in evidence):
        return ()
    return tuple(passage_of(articles[one.article_id], one) for one in evidence)


def _resolves(evidence: Evidence, articles: Mapping[str, Article]) -> bool:
    article = articles.get(evidence.article_id)
    return article is not None and article.text[evidence.start : evidence.end] == evidence.quote


def _with(verdict: Verdict, opinion: Opinion, name: str) -> Verdict:
    return verdict.model_copy(
        update={
            "guards": (*verdict.guards, opinion.guard),
            "method": f"{verdict.method}+{name}",
            "score": verdict.score if opinion.score is None else round(opinion.score, 4),
        }
    )
