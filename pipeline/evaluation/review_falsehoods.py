"""What reviewers called false, as falsehoods that no summary may state, and as pairs that a judge is tried on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Span
from pipeline.domain.claims import Evidence
from pipeline.domain.review import NOT_FALSE
from pipeline.domain.verdict import Verdict
from pipeline.evaluation.calibration import Pair
from pipeline.evaluation.lint import say_the_same
from pipeline.evaluation.review_labels import Ids, LabelSource, fact_on, support_of
from pipeline.evaluation.story import Corruption, Fact, Falsehood
from pipeline.evaluation.yardstick import Yardstick
from pipeline.guards.judge import judge
from pipeline.guards.passage import units_of
from pipeline.runs.review.edits import verify_text
from pipeline.text.similarity import coverage
from pipeline.text.spans import make_evidence

_FALSE: Final = re.compile(
    r"\b(?:false\w*|not in the source|not (?:said|true|right|so|what)|misleading|misquot\w+|misattribut\w+|wrong\w*"
    r"|untrue|incorrect\w*|inaccura\w+|invent\w+|made up|hallucinat\w+|mistaken\w*|contradict\w*|fabricat\w+)\b",
    re.IGNORECASE,
)
"""In a reason of the reviewer's own words, what says that the statement is false, and not only out of place."""
_KINDS: Final[Mapping[str, Corruption]] = {
    "quantity": "number",
    "date": "date",
    "negation": "negation",
    "opposite": "negation",
    "name": "entity",
    "speaker": "speaker",
    "role": "role_swap",
    "modality": "modality",
}
_RELATED: Final = 0.5
"""Share of a false statement's words from which a fact may be what it distorts, though it rests on other passages."""


class Rejected(NamedTuple):
    """A statement that was called false, and the passages that it cited."""

    id: str
    text: str
    evidence: tuple[Evidence, ...]
    by: str


def called_false(review: LabelSource) -> tuple[list[Rejected], list[str]]:
    """The statements that were rejected because they are false; those rejected for another reason are no labels."""
    found, left_out = [], []
    for statement in review.items.run.synthesis.statements:
        how = review.standing.of("statement", statement.id)
        if how.state != "rejected" or how.by is None:
            continue
        if says_false(how.reason or ""):
            evidence = tuple(c.evidence for c in statement.citations)
            found.append(Rejected(statement.id, statement.text, evidence, how.by))
        else:
            left_out.append(f"{statement.id}, rejected as “{how.reason}”: that does not make it false")
    return found, left_out


def says_false(reason: str) -> bool:
    """Whether a reason says that a statement is false.

    >>> says_false("not in the source"), says_false("It was wrongly dated."), says_false("unimportant")
    (True, True, False)
    """
    return reason.strip().lower() not in NOT_FALSE and _FALSE.search(reason) is not None


def truth_of(rejected: Rejected, facts: Sequence[Fact], review: LabelSource, ids: Ids) -> Fact | None:
    """The fact that a false statement distorts: one on the same passages, else what they say, else a related one.

    None where the statement is in the source's own words: then the source is what the reviewer does not believe, and
    no label says what is true instead.
    """
    cited = set(support_of(rejected.evidence, review))
    near = [fact for fact in facts if cited & set(fact.support) and not _same(fact.text, rejected.text)]
    if near:
        return max(near, key=lambda fact: coverage(rejected.text, [fact.text]))
    quote = " ".join(rejected.evidence[0].quote.split())
    if not _same(quote, rejected.text) and not any(say_the_same(quote, fact.text) for fact in facts):
        own = fact_on(quote, rejected.evidence[:1], review, vital=False, by=(rejected.by,))
        return own.model_copy(update={"id": ids.new(quote)})
    related = [fact for fact in facts if not _same(fact.text, rejected.text)]
    best = max(related, key=lambda fact: coverage(rejected.text, [fact.text]), default=None)
    return best if best is not None and coverage(rejected.text, [best.text]) >= _RELATED else None


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def falsehood_of(
    rejected: Rejected, truth: Fact, review: LabelSource, yardstick: Yardstick, ids: Ids
) -> Falsehood | None:
    """The label; None where the matcher would take a fact for it, or what a source says: good summaries would state it.

    Where it would, the words that no passage bears out are required; they are what is false.
    """
    verified = verify_text(rejected.text, rejected.evidence, review.items.run.articles())
    plain = Falsehood(
        id=ids.new(rejected.text, "false-"),
        text=rejected.text,
        corrupts=truth.id,
        kind=_kind(rejected.text, truth, review) if verified.supported else kind_of(verified.verdict),
        by=(rejected.by,),
    )
    runs = [" ".join(rejected.text[start:end].split()) for start, end in verified.unsupported]
    strict = plain.model_copy(update={"require": tuple(rf"(?<!\w){re.escape(run)}(?!\w)" for run in runs)})
    told = _told(rejected, review, yardstick)
    for falsehood in (plain, strict):
        # The yardstick remembers matches by the label's id, and these two differ in their patterns alone.
        named = falsehood.model_copy(update={"id": f"{plain.id}-{len(falsehood.require)}"})
        blunt = bool(falsehood.require) and falsehood.allows(truth.text)
        if not blunt and not any(yardstick.match(named, text).level == "full" for text in told):
            return falsehood
    return None


def _told(rejected: Rejected, review: LabelSource, yardstick: Yardstick) -> list[str]:
    """What a good summary may say: the facts, the sources' sentences, and statements that nobody rejected."""
    labels, standing = yardstick.labels, review.standing
    texts = [one.text for one in (*labels.facts, *labels.positions())]
    texts += [unit.of(article.text) for article in yardstick.articles.values() for unit in units_of(article)]
    kept = [
        one for one in review.items.run.synthesis.statements if standing.of("statement", one.id).state != "rejected"
    ]
    return [text for text in [*texts, *(one.text for one in kept)] if not say_the_same(text, rejected.text)]


def kind_of(verdict: Verdict) -> Corruption:
    """How it was made false, by the first guard that found something."""
    return next((_KINDS[guard.name] for guard in verdict.failures() if guard.name in _KINDS), "exaggeration")


def _kind(text: str, truth: Fact, review: LabelSource) -> Corruption:
    """By the passages of what it distorts, where its own passages bear it out."""
    return kind_of(judge(text, list(_passages(truth, review)), review.items.run.articles()))


def _passages(fact: Fact, review: LabelSource) -> Iterator[Evidence]:
    for article in review.items.run.articles().values():
        for support in fact.support:
            start = article.text.find(support.quote) if support.article == review.names[article.id] else -1
            if start >= 0:
                yield make_evidence(article, Span(start=start, end=start + len(support.quote)))


# --- pairs


def pairs_of(
    review: LabelSource, facts: Sequence[Fact], falsehoods: Sequence[tuple[Rejected, Falsehood]], story: str
) -> list[Pair]:
    """Statements that were accepted tell their fact in full; those called false do not tell what they distort."""
    synthesis = review.items.run.synthesis
    by_id = {fact.id: fact for fact in facts}
    origin = "extractive" if synthesis.engine == "extractive" else "model"
    told: list[tuple[Fact, str, str, str]] = []
    for statement in synthesis.statements:
        how = review.standing.of("statement", statement.id)
        fact = next((fact for fact in facts if say_the_same(fact.text, statement.text)), None)
        if how.state == "accepted" and how.by and fact is not None:
            told.append((fact, statement.text, "full", how.by))
    told += [(by_id[label.corrupts], label.text, "none", rejected.by) for rejected, label in falsehoods]
    return [
        Pair.model_validate(
            {
                "id": f"{story}-review-{number:03}",
                "story": story,
                "fact": fact.id,
                "fact_text": fact.text,
                "statement": text,
                "origin": origin,
                "level": level,
                "by": (by,),
            }
        )
        for number, (fact, text, level, by) in enumerate(told, start=1)
    ]
