"""The entailment model as a reader: from the settings to opinions on verdicts."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipeline.domain.base import first_fault
from pipeline.domain.verdict import Guard
from pipeline.entailment.model import CrossEncoder, Pair, open_model
from pipeline.errors import ConfigurationError
from pipeline.guards.judge import METHOD
from pipeline.guards.support.calibration import Calibration
from pipeline.guards.support.features import features_of
from pipeline.guards.support.sentence import cited_texts
from pipeline.runs.opinions import Opinion, Question
from pipeline.settings import Settings

CALIBRATION: Final = "support.json"
"""Beside the model: what ``evals/benchmarks/entailment.py`` writes."""
LIKELY: Final = 0.5
"""From which probability on the model is told to agree."""
_UNREAD: Final = "not read: the model's context holds no such statement, or it gave no number"


class EntailmentReader:
    """Reads each statement beside the union of what it cites. ``why_not`` says why its word is in no score.

    ``name`` has the model's folder and digest, and after a slash that of its calibration, where the score goes by it.
    """

    def __init__(self, model: CrossEncoder, calibration: Calibration | None, why_not: str) -> None:
        self._model = model
        self._calibration = calibration
        self._why_not = why_not
        weighed = f"/{_digest(calibration)}" if calibration else ""
        self.name: Final = f"entailment:{model.name}{weighed}"

    async def read(self, questions: Sequence[Question]) -> list[Opinion]:
        """An opinion on each; the model works in a thread, so that a wish to stop is heard."""
        pairs = [Pair(tuple(cited_texts(question.passages)), question.text) for question in questions]
        found = await asyncio.to_thread(self._model.entailment, pairs)
        return [self._opinion(question, p) for question, p in zip(questions, found, strict=True)]

    def _opinion(self, question: Question, probability: float | None) -> Opinion:
        if probability is None:
            return Opinion(Guard(name="entailment", outcome="not_applicable", detail=_UNREAD))
        told = f"p = {probability:.2f} that the cited passages entail it"
        score = None
        if self._calibration is None:
            told += f"; the score is without it ({self._why_not})"
        else:
            features = features_of(question.text, question.passages, question.verdict.guards)
            score = self._calibration.score(features, probability)
        agrees = probability >= LIKELY
        return Opinion(Guard(name="entailment", outcome="pass" if agrees else "not_applicable", detail=told), score)


def open_reader(settings: Settings, tell: Callable[[str], None]) -> EntailmentReader | None:
    """The reader that the settings name; None where they name none.

    Raises:
        ConfigurationError: the extra is missing, or the folder holds no model that can be used, or a calibration
            that is none.
    """
    if settings.entailment is None:
        return None
    folder = Path(settings.entailment)
    model = open_model(folder)
    calibration = load_calibration(folder / CALIBRATION)
    why_not = "it was never calibrated"
    if calibration is not None:
        why_not = calibration.problem(model.folder.digest, METHOD) or ""
    used = None if why_not else calibration
    how = "it counts in the support score" if used else f"it only advises: {why_not}"
    tell(f"Entailment: {model.name}; {how}.")
    return EntailmentReader(model, used, why_not)


def _digest(calibration: Calibration) -> str:
    return hashlib.sha256(calibration.model_dump_json().encode()).hexdigest()[:8]


def load_calibration(path: Path) -> Calibration | None:
    """The calibration in a file; None where there is no such file.

    Raises:
        ConfigurationError: it cannot be read, or is none.
    """
    try:
        return Calibration.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise ConfigurationError(
            f"{path} is no calibration: {first_fault(error)}.",
            hint="Delete it, or write it anew: evals/benchmarks/entailment.py DATA MODEL_DIR --write.",
        ) from None
