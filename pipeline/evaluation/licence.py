"""Whether a model judge may gate: only where it has been shown to agree with hand-made labels.

A licence is a committed file. It holds for one model, one wording of the judge's prompt and one version of the labelled
pairs; whatever of these changes, the judge is to be calibrated again (``evals/benchmarks/judge_calibration.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self, TypeVar, get_args

from pydantic import Field, ValidationError, model_validator

from pipeline.domain.base import Model
from pipeline.errors import OutputError
from pipeline.llm.replay import RecordedPrompt

FOLDER: Final = Path("evals/calibration/licences")
FLOOR: Final = 0.6
"""The least kappa: above it agreement is called substantial (Landis and Koch 1977)."""
FEWEST: Final = 100
"""Pairs; on fewer, a kappa of .6 may well be chance."""
MOST_UNMEASURED: Final = 0.1
"""The greatest share of pairs that the judge may have failed to answer: the hard ones, as a rule."""

Degree = Literal["full", "part", "none"]
"""How far a text tells a fact, where that was measured."""
DEGREES: Final[tuple[Degree, ...]] = get_args(Degree)

Table = Mapping[Degree, Mapping[Degree, int]]
"""How many pairs were labelled so (outer key) and judged so (inner key)."""

_ROUNDING: Final = 1e-6
_Rating = TypeVar("_Rating")


class Licence(Model):
    """How far a judge agreed with the labels: what a file of `FOLDER` holds.

    ``labels`` is the SHA-256 of the file of pairs; ``n`` counts the pairs, those included that the judge could not
    answer (``unmeasured``), which neither ``kappa`` nor ``agreement`` has.
    """

    schema_version: Literal[1] = 1
    model: str = Field(min_length=1)
    prompt: RecordedPrompt
    labels: str = Field(pattern=r"^[0-9a-f]{64}$")
    n: int = Field(ge=0)
    unmeasured: int = Field(ge=0)
    kappa: float | None
    agreement: Table
    made: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="ISO date")

    @model_validator(mode="after")
    def _follows_from_the_table(self) -> Self:
        """A figure that was mended by hand is no measure."""
        counts = [count for row in self.agreement.values() for count in row.values()]
        if min(counts, default=0) < 0 or sum(counts) + self.unmeasured != self.n:
            raise ValueError("its counts do not add up to n")
        again = kappa_of(self.agreement)
        if (again is None) != (self.kappa is None) or abs((again or 0.0) - (self.kappa or 0.0)) > _ROUNDING:
            raise ValueError("its kappa does not follow from its table")
        return self


class Licensed(NamedTuple):
    """Whether a judge may gate, and why, in plain words."""

    ok: bool
    why: str


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Agreement of two raters beyond chance (Cohen 1960): ``(po - pe) / (1 - pe)``.

    ``po`` is the share of things that both call the same, ``pe`` the share that they would by chance, were each to keep
    the frequencies of their own calls. None where that is all of them (both say one thing alone, or nothing was rated).

    >>> cohen_kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])  # po = 3/4, pe = 1/2·1/4 + 1/2·3/4 = 1/2
    0.5
    >>> cohen_kappa(["yes", "yes"], ["yes", "yes"]) is None
    True

    Raises:
        ValueError: they rated different numbers of things.
    """
    return _kappa(Counter(zip(first, second, strict=True)))


def table_of(labelled: Sequence[Degree], judged: Sequence[Degree]) -> Table:
    """The agreement table of two ratings of the same things.

    >>> table_of(["full", "part"], ["full", "none"])["part"]
    {'full': 0, 'part': 0, 'none': 1}
    """
    counts = Counter(zip(labelled, judged, strict=True))
    return {row: {column: counts[row, column] for column in DEGREES} for row in DEGREES}


def kappa_of(table: Table) -> float | None:
    """Cohen's kappa of a table.

    >>> kappa_of({"full": {"full": 20, "none": 5}, "none": {"full": 10, "none": 15}})
    0.4
    """
    return _kappa({(row, column): n for row, cells in table.items() for column, n in cells.items()})


def told_or_not(table: Table, told: Collection[Degree]) -> float | None:
    """Cohen's kappa of a table where ``told`` are one thing and the other degrees another.

    >>> told_or_not({"full": {"part": 3, "none": 1}, "none": {"none": 4}}, {"full", "part"})
    0.75
    """
    merged: Counter[tuple[bool, bool]] = Counter()
    for row, cells in table.items():
        for column, n in cells.items():
            merged[row in told, column in told] += n
    return _kappa(merged)


def _kappa(counts: Mapping[tuple[_Rating, _Rating], int]) -> float | None:
    """Cohen's kappa of the counts of pairs of ratings; in integers to the last step, so that 1 is met exactly."""
    first: Counter[_Rating] = Counter()
    second: Counter[_Rating] = Counter()
    for (one, other), count in counts.items():
        first[one] += count
        second[other] += count
    n, agreed = sum(counts.values()), sum(count for (one, other), count in counts.items() if one == other)
    by_chance = sum(count * second[rating] for rating, count in first.items())
    return None if by_chance == n * n else (agreed * n - by_chance) / (n * n - by_chance)


def licence_path(model: str, folder: Path = FOLDER) -> Path:
    """Where a model's licence lies.

    >>> licence_path("org/Model 7B").name
    'org-Model-7B.json'
    """
    return folder / ("".join(c if c.isalnum() or c in "._-" else "-" for c in model) + ".json")


def write_licence(licence: Licence, folder: Path = FOLDER) -> Path:
    """Write a model's licence, in place of an earlier one.

    Raises:
        OutputError: it cannot be written.
    """
    path = licence_path(licence.model, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(licence.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The licence {path} cannot be written: {error.strerror or error}.") from error
    return path


def licensed(model: str, prompt_digest: str, labels_digest: str, folder: Path = FOLDER) -> Licensed:
    """Whether the model may gate with this prompt, by a calibration on these labels.

    Every file of the folder counts; where several are the model's, one that holds is enough.
    """
    found = [_of_file(path, model, prompt_digest, labels_digest) for path in sorted(folder.glob("*.json"))]
    verdicts = [verdict for verdict in found if verdict is not None]
    missing = Licensed(ok=False, why=f"{model} was never calibrated: no licence in {folder} is for it")
    return next((verdict for verdict in verdicts if verdict.ok), verdicts[0] if verdicts else missing)


def _of_file(path: Path, model: str, prompt_digest: str, labels_digest: str) -> Licensed | None:
    """What a file says of the model; None if it is about another."""
    try:
        licence = Licence.model_validate_json(path.read_bytes())
    except OSError as error:
        return Licensed(ok=False, why=f"{path} cannot be read: {error.strerror}")
    except ValidationError as error:
        return Licensed(ok=False, why=f"{path} is no licence: {error.errors()[0]['msg']}")
    if licence.model != model:
        return None
    problem = _stale(licence, prompt_digest, labels_digest) or _too_poor(licence)
    if problem:
        return Licensed(ok=False, why=f"{model}: {problem}")
    return Licensed(ok=True, why=f"{model} agrees with {licence.n} labelled pairs, kappa {licence.kappa:.2f}")


def _stale(licence: Licence, prompt_digest: str, labels_digest: str) -> str | None:
    if licence.prompt.digest != prompt_digest:
        return f"its calibration of {licence.made} is stale: the judge's prompt has changed since"
    if licence.labels != labels_digest:
        return f"its calibration of {licence.made} is stale: the labelled pairs have changed since"
    return None


def _too_poor(licence: Licence) -> str | None:
    if licence.unmeasured > MOST_UNMEASURED * licence.n:
        return f"it could not answer {licence.unmeasured} of {licence.n} pairs, more than {MOST_UNMEASURED:.0%}"
    if licence.kappa is None:
        return f"its agreement with {licence.n} pairs is undefined: nothing was to be told apart"
    if licence.kappa < FLOOR:
        return f"its kappa of {licence.kappa:.2f} with {licence.n} labelled pairs is below {FLOOR}"
    if licence.n < FEWEST:
        return f"it was calibrated on {licence.n} pairs, fewer than {FEWEST}"
    return None
