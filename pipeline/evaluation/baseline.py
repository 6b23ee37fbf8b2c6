"""A committed result to compare with: which facts flipped, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import ValidationError

from pipeline.domain.base import Model, first_fault
from pipeline.errors import InputError
from pipeline.evaluation.results import METRICS_VERSION, Comparison, EvalReport, Flag, Gate, Importance, StoryResult

BASELINES: Final = Path("evals/baselines")
SIGNIFICANT: Final = 0.05
_HINT: Final = "Look at the results, then accept them with --update-baseline."


class BaselineFact(Model):
    """Whether the fact counted: told in full, cited rightly."""

    importance: Importance
    counted: bool
    flags: tuple[Flag, ...] = ()


class BaselineStory(Model):
    """One story's facts by id, what was wrong with its summary, and how many sides of each disagreement it shows."""

    facts: Mapping[str, BaselineFact]
    contradicted: int
    falsehoods: tuple[str, ...]
    shown: Mapping[str, int]


class Baseline(Model):
    """What ``evals/baselines/<engine>.json`` holds."""

    schema_version: Literal[1] = 1
    metrics_version: int = METRICS_VERSION
    engine: str
    model: str | None
    stories: Mapping[str, BaselineStory]


class Flips(NamedTuple):
    """Facts (``story/fact``) that counted and no longer do, and the other way round, of ``compared`` in all.

    ``unlabelled`` are vital facts of the baseline that the labels no longer have.
    """

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    vital_lost: tuple[str, ...]
    unmeasured: tuple[str, ...]
    unlabelled: tuple[str, ...]
    compared: int

    def p(self) -> float:
        """How often chance alone would make a difference at least as great."""
        return mcnemar(len(self.lost), len(self.gained))


def mcnemar(lost: int, gained: int) -> float:
    """McNemar's test, exact and two-sided (McNemar 1947): under no change each flip goes either way alike.

    >>> mcnemar(6, 0), mcnemar(5, 0), mcnemar(0, 0)
    (0.03125, 0.0625, 1.0)
    """
    flips, fewer = lost + gained, min(lost, gained)
    return min(1.0, 2 * sum(comb(flips, k) for k in range(fewer + 1)) / (1 << flips))


def least_telling(facts: int) -> int | None:
    """The fewest facts lost, none gained, that could be told from noise; None where there are too few facts for any.

    >>> least_telling(34), least_telling(5)
    (6, None)
    """
    return next((lost for lost in range(1, facts + 1) if mcnemar(lost, 0) < SIGNIFICANT), None)


def baseline_path(engine: str, model: str | None, folder: Path = BASELINES) -> Path:
    """Where the baseline of an engine lies: ``extractive.json``, ``openai-qwen2.5-….json``."""
    plain = "".join(c if c.isalnum() or c in "._-" else "-" for c in f"{engine}-{model}" if c) if model else engine
    return folder / f"{plain}.json"


def make_baseline(report: EvalReport, earlier: Baseline | None = None) -> Baseline:
    """The report as a baseline; stories that were not run keep what ``earlier`` says of them.

    Raises:
        InputError: something in the report was not measured; what is not known cannot be a measure.
    """
    unmeasured = [f"{name}/{f.id}" for name, story in report.stories.items() for f in story.facts if f.counts() is None]
    if unmeasured:
        raise InputError(
            f"No baseline of what was not measured: {unmeasured[0]} and {len(unmeasured) - 1} more.",
            hint="Mend what is named as missing or stale, then run it again.",
        )
    made_by = (METRICS_VERSION, report.engine, report.model)
    kept = (
        dict(earlier.stories) if earlier and (earlier.metrics_version, earlier.engine, earlier.model) == made_by else {}
    )
    stories = kept | {name: _story(result) for name, result in report.stories.items()}
    return Baseline(engine=report.engine, model=report.model, stories=dict(sorted(stories.items())))


def _story(result: StoryResult) -> BaselineStory:
    facts = {f.id: BaselineFact(importance=f.importance, counted=bool(f.counts()), flags=f.flags) for f in result.facts}
    stated = tuple(found.id for found in result.falsehoods if found.stated_in)
    return BaselineStory(facts=facts, contradicted=_contradicted(result), falsehoods=stated, shown=_shown(result))


def _shown(result: StoryResult) -> dict[str, int]:
    return {one.id: one.positions_stated for one in result.disagreements if one.positions_stated > 1}


def _contradicted(result: StoryResult) -> int:
    metric = result.metrics.get("contradicted")
    return round(metric.value * metric.n) if metric and metric.value is not None else 0


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: it cannot be read, or is none.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"The baseline {path} cannot be read: {error.strerror}.", hint="Write it: --update-baseline."
        ) from None
    except ValidationError as error:
        raise InputError(f"{path} is no baseline: {first_fault(error)}.") from None


def flips(baseline: Baseline, stories: Mapping[str, StoryResult]) -> Flips:
    """The facts of the stories that both know, by what became of them."""
    lost, gained, vital, unmeasured, compared = [], [], [], [], 0
    for name, result in stories.items():
        before = baseline.stories.get(name)
        for fact in result.facts if before else ():
            earlier = before.facts.get(fact.id) if before else None
            now, label = fact.counts(), f"{name}/{fact.id}"
            if earlier is None:
                continue
            compared += 1
            if now is None:
                unmeasured.append(label)
            elif earlier.counted and not now:
                lost.append(label)
                vital += [label] if "vital" in {fact.importance, earlier.importance} else []
            elif now and not earlier.counted:
                gained.append(label)
    return Flips(tuple(lost), tuple(gained), tuple(vital), tuple(unmeasured), _unlabelled(baseline, stories), compared)


def _unlabelled(baseline: Baseline, stories: Mapping[str, StoryResult]) -> tuple[str, ...]:
    """A vital fact that was renamed or taken out of the labels must not drop out of sight."""
    return tuple(
        f"{name}/{fact}"
        for name, result in stories.items()
        if name in baseline.stories
        for fact, before in baseline.stories[name].facts.items()
        if before.importance == "vital" and fact not in {one.id for one in result.facts}
    )


def compare(baseline: Baseline, stories: Mapping[str, StoryResult]) -> tuple[Comparison, tuple[Gate, ...]]:
    """The comparison, and its gates: no vital fact lost, nothing newly false, no more lost than chance explains."""
    if baseline.metrics_version != METRICS_VERSION:
        detail = f"it was made by version {baseline.metrics_version} of the metrics, this is {METRICS_VERSION}. {_HINT}"
        return Comparison(), (Gate(name="baseline", passed=None, detail=detail),)
    new = [name for name in stories if name not in baseline.stories]
    if new:
        detail = f"it does not know {', '.join(new)}. {_HINT}"
        return Comparison(), (Gate(name="baseline", passed=None, detail=detail),)
    found = flips(baseline, stories)
    gates = (_vital(found), *(_undecided(gate, found) for gate in _others(baseline, stories, found)))
    return Comparison(lost=found.lost, gained=found.gained, p=found.p()), gates


def _others(baseline: Baseline, stories: Mapping[str, StoryResult], found: Flips) -> tuple[Gate, ...]:
    return _newly_false(baseline, stories), _collapsed(baseline, stories), _regression(found)


def _undecided(gate: Gate, found: Flips) -> Gate:
    """What passes only as far as it was measured is not passed."""
    if not gate.passed or not found.unmeasured:
        return gate
    return Gate(name=gate.name, passed=None, detail=f"not measured: {_some(found.unmeasured)}")


def _vital(found: Flips) -> Gate:
    name = "baseline: no vital fact is lost"
    if found.vital_lost:
        return Gate(name=name, passed=False, detail=f"lost: {', '.join(found.vital_lost)}")
    if found.unmeasured:
        return Gate(name=name, passed=None, detail=f"not measured: {_some(found.unmeasured)}")
    if found.unlabelled:
        return Gate(name=name, passed=None, detail=f"no longer labelled: {_some(found.unlabelled)}. {_HINT}")
    return Gate(name=name, passed=True, detail=f"{found.compared} facts compared")


def _newly_false(baseline: Baseline, stories: Mapping[str, StoryResult]) -> Gate:
    known = ((name, result, baseline.stories[name]) for name, result in stories.items() if name in baseline.stories)
    new = [problem for name, result, before in known for problem in _new_problems(name, result, before)]
    return Gate(name="baseline: nothing newly false", passed=not new, detail="; ".join(new) or "none")


def _new_problems(name: str, result: StoryResult, before: BaselineStory) -> Iterator[str]:
    """Falsehoods, facts told wrongly, and contradicted statements that the baseline does not have."""
    for falsehood in result.falsehoods:
        if falsehood.stated_in and falsehood.id not in before.falsehoods:
            yield f"{name}/{falsehood.id} is stated in {falsehood.stated_in}"
    for fact in result.facts:
        new = set(fact.flags) - set(before.facts[fact.id].flags) if fact.id in before.facts else set()
        if new:
            yield f"{name}/{fact.id} is {' and '.join(sorted(new)).replace('_', ' ')} in {fact.statement_id}"
    more = _contradicted(result) - before.contradicted
    if more > 0:
        yield f"{name}: {more} more statements that the cited articles contradict"


def _collapsed(baseline: Baseline, stories: Mapping[str, StoryResult]) -> Gate:
    """A disagreement is shown with as many of its sides as before."""
    name = "baseline: no disagreement is collapsed"
    gone, unlabelled = [], []
    for story, result in stories.items():
        before = baseline.stories[story].shown if story in baseline.stories else {}
        now = {one.id: one for one in result.disagreements}
        unlabelled += [f"{story}/{one}" for one in before if one not in now]
        gone += [
            f"{story}/{one}: {now[one].positions_stated} of {now[one].positions} positions are stated, {count} were"
            for one, count in before.items()
            if one in now and now[one].positions_stated < count
        ]
    if gone or not unlabelled:
        return Gate(name=name, passed=not gone, detail="; ".join(gone) or "none")
    return Gate(name=name, passed=None, detail=f"no longer labelled: {_some(unlabelled)}. {_HINT}")


def _regression(found: Flips) -> Gate:
    worse = len(found.lost) > len(found.gained) and found.p() < SIGNIFICANT
    detail = (
        f"{len(found.lost)} lost, {len(found.gained)} gained of {found.compared}, p = {found.p():.3f} (McNemar, exact)"
    )
    if found.lost:
        detail += f"; lost: {_some(found.lost)}"
    return Gate(name="baseline: no more facts lost than chance explains", passed=not worse, detail=detail)


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
