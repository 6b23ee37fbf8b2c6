"""All that can take back what the words have made likely. No check promotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pipeline.evaluation.matching.denial import denial_problems, modality_problems
from pipeline.evaluation.matching.figures import figure_problems
from pipeline.evaluation.matching.naming import name_problems
from pipeline.evaluation.matching.problem import Problem
from pipeline.evaluation.matching.roles import role_problems, speaker_problems
from pipeline.evaluation.matching.slots import name_slot_problems, slot_problems
from pipeline.evaluation.matching.wording import (
    cause_problems,
    clause_problems,
    opposite_problems,
    quantifier_problems,
    rival_problems,
    superlative_problems,
)
from pipeline.text.terms import plain

Check = Callable[[str, str], Iterator[Problem]]
CHECKS: Final[tuple[Check, ...]] = (
    figure_problems,
    denial_problems,
    modality_problems,
    name_problems,
    name_slot_problems,
    role_problems,
    speaker_problems,
    opposite_problems,
    rival_problems,
    quantifier_problems,
    superlative_problems,
    cause_problems,
    clause_problems,
    slot_problems,
)


def problems(target: str, text: str) -> list[Problem]:
    """What every check finds, in their order, each once."""
    wanted, told = plain(target), plain(text)
    return list(dict.fromkeys(problem for check in CHECKS for problem in check(wanted, told)))


def unmet(require: Sequence[str], text: str) -> list[str]:
    """The patterns that do not match the text on one line, whatever the case."""
    folded = " ".join(text.split())
    return [pattern for pattern in require if not re.search(pattern, folded, re.IGNORECASE)]


def struck(forbid: Sequence[str], text: str) -> list[str]:
    """The patterns that do match."""
    folded = " ".join(text.split())
    return [pattern for pattern in forbid if re.search(pattern, folded, re.IGNORECASE)]
