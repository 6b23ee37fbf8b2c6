"""What a figure, a gate, a fact or a verdict is called in every report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, get_args

from pipeline.evaluation.evaluated import Evaluated, FactDetail
from pipeline.evaluation.metrics.catalogue import BETTER, METRICS
from pipeline.evaluation.results import Comparison, EvalReport, FactCoverage, Flag, Gate, Metric, Stage
from pipeline.render.visible import plain
from pipeline.render.wording import count

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""In the order of the flow."""

GATE: Final[Mapping[bool | None, str]] = {True: "passed", False: "FAILED", None: "NOT MEASURED"}

FLAG: Final[Mapping[Flag, str]] = {
    "contradicted": "the contrary is told",
    "misattributed": "credited to the wrong article or speaker",
    "wrong_number": "told with another number",
}
_FLAG_IN_SHORT: Final[Mapping[Flag, str]] = {
    "contradicted": "Contradicted",
    "misattributed": "Misattributed",
    "wrong_number": "Wrong number",
}
_BETTER: Final[Mapping[str, str]] = {"higher": "Higher is better.", "lower": "Lower is better."}
_JUDGED: Final = "judge_"
"""Metrics that rest on a model's verdicts are called as the others, with this before it."""


class Finding(NamedTuple):
    """What became of a fact. ``tone`` is one of good, wary, bad, unknown; sign and word say it without colour."""

    tone: str
    sign: str
    word: str


class Outcome(NamedTuple):
    """The sum of all gates: ``passed`` as of a `Gate`, and a sentence."""

    passed: bool | None
    sentence: str


def one_line(text: str) -> str:
    r"""Somebody else's text on one line, with nothing in it that a terminal would obey.

    >>> one_line("They\n met.\x1b[31m")
    'They met.␛[31m'
    """
    return " ".join(plain(text).split())


def figure(metric: Metric) -> str:
    """The value: three decimals for a share, as it is for a count; a word where there is none.

    >>> figure(Metric(value=2 / 3, low=0.5, high=0.75, n=4, unmeasured=1))
    '0.667'
    >>> figure(Metric(value=287, low=287, high=287, n=9))
    '287'
    >>> figure(Metric(value=None, low=None, high=None, n=0))
    'undefined'
    >>> figure(Metric(value=None, low=0, high=1, n=3, unmeasured=3))
    'unmeasured'
    """
    if metric.value is None:
        return "unmeasured" if metric.unmeasured else "undefined"
    return _number(metric.value)


def bounds(metric: Metric) -> str:
    """Between what it lies, where that is more than the value; else nothing. Noise of rounding is no difference.

    >>> bounds(Metric(value=2 / 3, low=0.5, high=0.75, n=4, unmeasured=1))
    '0.500 to 0.750'
    >>> bounds(Metric(value=0.3, low=0.3, high=0.1 + 0.2, n=4))
    ''
    """
    if metric.low is None or metric.high is None:
        return ""
    low, high = _number(metric.low), _number(metric.high)
    return "" if low == high else f"{low} to {high}"


def _number(value: float) -> str:
    return f"{value:.3f}" if value <= 1 else f"{value:g}"


def in_order(metrics: Mapping[str, Metric]) -> Iterator[tuple[str, Metric]]:
    """As the catalogue lists them; what it does not know comes last, by name."""
    known = list(METRICS)
    place = {name: index for index, name in enumerate(known)}
    yield from sorted(metrics.items(), key=lambda item: (place.get(item[0], len(known)), item[0]))


def definition(name: str) -> str:
    """What the metric is and which way is better, as far as the catalogue says.

    >>> definition("judge_no_such_metric")
    'By the verdicts of a judging model.'
    """
    base = name.removeprefix(_JUDGED)
    judged = "By the verdicts of a judging model." if base != name else ""
    return " ".join(filter(None, (METRICS.get(base, ""), judged, _BETTER.get(BETTER.get(base, ""), ""))))


def finding(fact: FactCoverage) -> Finding:
    """What became of a fact, in a sign and a word or two."""
    if fact.level == "unmeasured":
        return Finding("unknown", "?", "Not measured")
    if fact.flags:
        return Finding("bad", "✕", ", ".join(_FLAG_IN_SHORT[flag] for flag in fact.flags))
    if fact.level == "full":
        return Finding("good", "✓", "Counts")
    return Finding("wary", "◐", "Told in part") if fact.level == "part" else Finding("bad", "✕", "Not told")


def fate(fact: FactCoverage) -> str:
    """The same as a clause, with the stage.

    >>> lost = FactCoverage(id="f", importance="vital", level="none", statement_id=None, lost_at="verify", flags=())
    >>> fate(lost)
    'not told; lost at verify'
    """
    told = {"full": "told", "part": "told in part", "none": "not told", "unmeasured": "not measured"}[fact.level]
    flags = [FLAG[flag] for flag in fact.flags]
    lost = [f"lost at {fact.lost_at}"] if fact.lost_at else []
    return "; ".join((*([] if flags and fact.level == "full" else [told]), *flags, *lost))


def facts_of(story: Evaluated) -> list[tuple[FactCoverage, FactDetail]]:
    """Each fact's coverage with what people want to see beside it."""
    return list(zip(story.result.facts, story.facts, strict=True))


def uncounted(story: Evaluated) -> list[tuple[FactCoverage, FactDetail]]:
    """The facts that a reader cannot rely on, or of which that is not known; vital ones first."""
    found = [pair for pair in facts_of(story) if not pair[0].counts()]
    return sorted(found, key=lambda pair: pair[0].importance != "vital")


def counted(story: Evaluated) -> str:
    """How many facts count, and how many of the vital ones; what was not measured is said to be so."""
    every = story.result.facts
    vital = [fact for fact in every if fact.importance == "vital"]
    sure, vital_sure = (sum(fact.counts() is True for fact in facts) for facts in (every, vital))
    unmeasured = sum(fact.counts() is None for fact in every)
    said = f"{vital_sure} of {len(vital)} vital facts count, {sure} of {len(every)} in all"
    return f"{said}; {unmeasured} not measured" if unmeasured else said


def outcome(report: EvalReport) -> Outcome:
    """What the gates say together. No gate is no pass.

    >>> outcome(EvalReport(engine="extractive", model=None, stories={}, gates=()))
    Outcome(passed=None, sentence='There are no gates: nothing was decided')
    """
    total = count(len(report.gates), "gate")
    failed = sum(gate.passed is False for gate in report.gates)
    undecided = sum(gate.passed is None for gate in report.gates)
    if not report.gates:
        return Outcome(passed=None, sentence="There are no gates: nothing was decided")
    if failed:
        rest = f", {undecided} could not be decided" if undecided else ""
        return Outcome(passed=False, sentence=f"{failed} of {total} failed{rest}")
    if undecided:
        return Outcome(passed=None, sentence=f"{undecided} of {total} could not be decided")
    return Outcome(passed=True, sentence=f"{total} passed")


def worst_first(gates: tuple[Gate, ...]) -> list[Gate]:
    """Failed, then undecided, then passed; else in the order given."""
    return sorted(gates, key=lambda gate: (gate.passed is not False, gate.passed is not None))


def maker(report: EvalReport) -> str:
    """Whose summaries were measured.

    >>> maker(EvalReport(engine="openai", model="m1", stories={}, gates=()))
    'openai engine with m1'
    """
    return f"{one_line(report.engine)} engine" + (f" with {one_line(report.model)}" if report.model else "")


def comparison(baseline: Comparison) -> str:
    """The comparison with the baseline in a sentence.

    >>> comparison(Comparison(lost=("seeds/a",), gained=(), p=1.0))
    'Against the baseline: 1 fact lost, 0 gained; p = 1.000 (McNemar, exact).'
    """
    if baseline.p is None:
        return "There is no baseline to compare with."
    lost = count(len(baseline.lost), "fact")
    return f"Against the baseline: {lost} lost, {len(baseline.gained)} gained; p = {baseline.p:.3f} (McNemar, exact)."
