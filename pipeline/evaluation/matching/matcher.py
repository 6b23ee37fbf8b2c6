"""Whether a sentence, or a whole summary, tells a labelled fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.evaluation.matching.checks import problems, struck, unmet
from pipeline.evaluation.matching.evidence import besides_names, evidence_in, fact_of, score_of
from pipeline.evaluation.matching.problem import MatchFlag, Problem
from pipeline.evaluation.matching.roles import SOMEBODY_ELSE, says
from pipeline.evaluation.matching.weights import Weights

Level = Literal["full", "part", "none"]
RANK: Final[Mapping[Level, int]] = {"none": 0, "part": 1, "full": 2}

FULL: Final = 0.4
PART: Final = 0.35
"""Where the agreement with hand-made labels is greatest, in steps of .05; chosen on two stories and tried on the third,
they are .3 or .4, and .3 (`evals/benchmarks/matcher_calibration.py --held-out`). They lie low: a fact told with
pronouns and other words has few of its own, and the checks, not the score, keep apart what only resembles it."""
NAMES_ALONE: Final = 0.25
"""Below `FULL`, a text with less than this share of a fact's words, names aside, has only the same people in it."""
NOTHING_ELSE: Final = 0.1
"""With less than this, it has whatever the score."""


class Target(NamedTuple):
    """What is looked for: a text, patterns that must all match, and patterns of which none may.

    ``speakers``: all names by which whoever says it may go.
    """

    text: str
    require: tuple[str, ...]
    forbid: tuple[str, ...]
    speakers: tuple[str, ...] = ()


class Match(NamedTuple):
    """How far a text tells a target; ``because`` says in plain words why it was demoted.

    ``lacking``: a pattern that the target requires does not match, so that the text may well be about something else.
    """

    level: Level
    score: float
    flags: tuple[MatchFlag, ...]
    because: tuple[str, ...]
    lacking: bool = False


class Comparison(NamedTuple):
    """All that speaks for and against a text's telling a target, before it is decided how far it does.

    ``besides``: the share of the target's words, names aside, that the text has.
    """

    score: float
    besides: float
    problems: tuple[Problem, ...]
    missed: tuple[str, ...]
    hit: tuple[str, ...]

    def level(self, full: float = FULL, part: float = PART) -> Level:
        """How far the text tells the target, under these thresholds."""
        if self.score < part or self.hit or any(problem.cap() == "none" for problem in self.problems):
            return "none"
        if self.besides < (NAMES_ALONE if self.score < full else NOTHING_ELSE):
            return "none"
        return "full" if self.score >= full and not self.problems and not self.missed else "part"


def match(target: Target, text: str, weights: Weights) -> Match:
    """Judge one text by its words, then by what the checks find against it."""
    found = compare(target, text, weights)
    because = [p.why for p in found.problems]
    because += [f"“{pattern}” is required and does not match" for pattern in found.missed]
    because += [f"“{pattern}” is forbidden and matches" for pattern in found.hit]
    if found.score >= PART and found.besides < (NAMES_ALONE if found.score < FULL else NOTHING_ELSE):
        because.append("it has little but the names")
    flags = {p.flag for p in found.problems if p.flag} if found.score >= FULL else set()
    return Match(found.level(), found.score, tuple(sorted(flags)), tuple(because), bool(found.missed))


def compare(target: Target, text: str, weights: Weights, least: float = PART) -> Comparison:
    """What the words say for it, and what the checks find against it where the score is ``least`` or more."""
    fact = fact_of(target.text, weights)
    score = score_of(evidence_in(fact, [text]))
    found = problems(target.text, text) if score >= least else []
    if SOMEBODY_ELSE in found and says(target.speakers, text):
        found.remove(SOMEBODY_ELSE)
    missed, hit = unmet(target.require, text), struck(target.forbid, text)
    return Comparison(score, besides_names(fact, text), tuple(found), tuple(missed), tuple(hit))


def presence(text_of_fact: str, sentences: Sequence[str], weights: Weights) -> float:
    """How far a summary tells a fact, from 0 to 1: what the benchmark ranks by. The checks have no part in it."""
    return score_of(evidence_in(fact_of(text_of_fact, weights), sentences))
