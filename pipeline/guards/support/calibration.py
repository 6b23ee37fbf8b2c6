"""The support score with an entailment model as one feature more, by weights that were fitted for that very model.

What a probability is worth differs from model to model, so there are no weights for "a model": they are fitted by
``evals/benchmarks/entailment.py`` to what people said of summaries, and hold for the model and the guards that they
were fitted with. Without them the score is the lexical one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from pipeline.domain.base import Model
from pipeline.guards.support.features import Features
from pipeline.guards.support.score import logistic

_STEEPEST: Final = 4.0
"""Log-odds beyond which a model is not believed more (p = .982): one that is always sure must not outvote all else."""


class Gain(Model):
    """The area under the curve that the model adds to the lexical score, with 95 % of the resamples, on CNN."""

    lexical: float = Field(ge=0, le=1)
    value: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat


class Calibration(Model):
    """Weights for one model: what the benchmark writes and the folder of the model keeps.

    ``model`` is the digest of the model's files, ``method`` that of the verdicts whose features were weighed,
    ``summaries`` how many were judged by people. Weights are held to their signs: a further fault never helps, and what
    entails never harms.
    """

    schema_version: Literal[1] = 1
    model: str = Field(pattern=r"^[0-9a-f]{64}$")
    method: str = Field(min_length=1)
    summaries: int = Field(ge=1)
    gain: Gain
    intercept: FiniteFloat
    weights: Mapping[str, FiniteFloat]
    entailed: float = Field(ge=0, allow_inf_nan=False)
    made: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="ISO date")

    @model_validator(mode="after")
    def _is_of_the_features(self) -> Self:
        if tuple(self.weights) != Features._fields:
            raise ValueError(f"its weights must be those of {', '.join(Features._fields)}, in this order")
        wrong = [name for name, weight in self.weights.items() if (weight < 0) == (name == "aligned") and weight]
        if wrong:
            raise ValueError(f"its weight of {wrong[0]} has the wrong sign")
        return self

    def problem(self, model: str, method: str) -> str | None:
        """Why it does not hold for a model with this digest and verdicts by this method; None if it does."""
        if self.model != model:
            return "its calibration is another model's"
        if self.method != method:
            return f"its calibration is for {self.method}"
        if self.gain.low <= 0:
            return "by its calibration it adds nothing"
        return None

    def score(self, features: Features, probability: float) -> float:
        """How likely the statement follows, 0 to 1."""
        weighed = math.fsum(self.weights[name] * x for name, x in features._asdict().items())
        return logistic(self.intercept + weighed + self.entailed * log_odds(probability))


def log_odds(probability: float) -> float:
    """The log-odds of a probability, within bounds.

    >>> log_odds(0.5), log_odds(1.0), log_odds(0.0)
    (0.0, 4.0, -4.0)
    """
    if probability <= 0 or probability >= 1:
        return math.copysign(_STEEPEST, probability - 0.5)
    return max(-_STEEPEST, min(_STEEPEST, math.log(probability / (1 - probability))))
