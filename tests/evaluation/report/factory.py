"""Results made by hand: one story with one thing of every kind, and the same with any text in every place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.evaluation.evaluated import Evaluated, Evaluation, FactDetail
from pipeline.evaluation.report.words import STAGES
from pipeline.evaluation.results import (
    UNDEFINED,
    Comparison,
    DisagreementCoverage,
    EvalReport,
    FactCoverage,
    FalsehoodFound,
    Flag,
    Gate,
    Importance,
    Level,
    Metric,
    Stage,
    StoryResult,
    count_of,
)

Statement = tuple[str, str, str, tuple[str, ...]]
Disagreement = tuple[str, tuple[tuple[str, str | None], ...]]

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>' onclick='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- --> ]]> &lt;b&gt; &amp; &#x202e;",
    "a | b \\| c \\\\| `d` *e* _f_ ~~g~~ [h](javascript:i) ![j](k) <http://l.example>",
    "@user #12 GH-3 https://example.org www.example.org $x$ and $`y`$ :tada: m@example.org",
    "abc\u202edef\u2066ghi\u200bjkl\ufeff\x00\x1b[31m\x9b\r\n\n\u2028\U000e0041\ud800\uffff",
)


def metric(value: float, n: int) -> Metric:
    """Measured whole."""
    return count_of(value, n)


def fact(
    name: str,
    importance: Importance = "vital",
    level: Level = "full",
    *,
    lost_at: Stage | None = None,
    flags: tuple[Flag, ...] = (),
    because: tuple[str, ...] = (),
    text: str = "",
    statement: str | None = "They met.",
) -> tuple[FactCoverage, FactDetail]:
    """A fact told by s1, or lost; the trail follows from where."""
    is_lost = lost_at is not None
    reached = STAGES.index(lost_at) if lost_at else len(STAGES)
    told = None if is_lost or level == "unmeasured" else statement
    coverage = FactCoverage(
        id=name,
        importance=importance,
        level=level,
        statement_id=None if told is None else "s1",
        lost_at=lost_at,
        flags=flags,
    )
    trail = () if level == "unmeasured" else tuple((stage, index < reached) for index, stage in enumerate(STAGES))
    detail = FactDetail(text or f"Fact {name}.", importance, told, 0.0 if told is None else 0.9, because, trail)
    return coverage, detail


def story(*facts: tuple[FactCoverage, FactDetail], **fields: Any) -> Evaluated:
    """A story of which only its facts are known, unless a test says more."""
    metrics: Mapping[str, Metric] = fields.pop("metrics", {})
    disagreements: tuple[tuple[DisagreementCoverage, Disagreement], ...] = fields.pop("disagreements", ())
    falsehoods: tuple[tuple[FalsehoodFound, str], ...] = fields.pop("falsehoods", ())
    result = StoryResult(
        metrics=metrics,
        facts=tuple(coverage for coverage, _ in facts),
        disagreements=tuple(coverage for coverage, _ in disagreements),
        falsehoods=tuple(found for found, _ in falsehoods),
    )
    known: dict[str, Any] = {
        "id": "seeds",
        "title": "The meeting",
        "annotators": ("model (first)",),
        "statements": (),
        "notes": (),
    }
    return Evaluated(
        result=result,
        facts=tuple(detail for _, detail in facts),
        disagreements=tuple(shown for _, shown in disagreements),
        falsehoods=tuple(text for _, text in falsehoods),
        **(known | fields),
    )


def evaluation(*stories: Evaluated, **fields: Any) -> Evaluation:
    """An evaluation of the extractive engine without gates, baseline and notes, unless a test says more."""
    notes: tuple[str, ...] = fields.pop("notes", ())
    known: dict[str, Any] = {"engine": "extractive", "model": None, "gates": ()}
    report = EvalReport(stories={one.id: one.result for one in stories}, **(known | fields))
    return Evaluation(report, stories, notes)


def gate(name: str, *, passed: bool | None, detail: str = "0.714 of 14") -> Gate:
    """A gate."""
    return Gate(name=name, passed=passed, detail=detail)


def disagreement(
    name: str, question: str, *positions: tuple[str, str | None]
) -> tuple[DisagreementCoverage, Disagreement]:
    """Collapsed where one position alone is stated."""
    stated = sum(where is not None for _, where in positions)
    coverage = DisagreementCoverage(id=name, positions_stated=stated, positions=len(positions), collapsed=stated == 1)
    return coverage, (question, positions)


def falsehood(name: str, text: str, stated_in: str | None = None) -> tuple[FalsehoodFound, str]:
    """A labelled falsehood."""
    return FalsehoodFound(id=name, stated_in=stated_in), text


def everything() -> Evaluation:
    """One thing of each kind: what counts, every way not to, all gates, flips and notes."""
    one = story(
        fact("met", text="They met in New Delhi.", statement="They met in New Delhi on Thursday."),
        fact("lasted", text="They spoke for 10 minutes.", flags=("wrong_number",), because=("it says 40 for 10",)),
        fact("asked", level="none", lost_at="summarize", text="Moscow says Blinken asked for it."),
        fact("later", "okay", level="none", lost_at="verify", text="They may meet again."),
        fact("part", "okay", level="part", text="Lavrov and Blinken both spoke."),
        fact(
            "open", "okay", level="unmeasured", text="The treaty is suspended.", because=("the judge gave no verdict",)
        ),
        metrics={
            "words": count_of(287, 9),
            "vital_recall": metric(1 / 3, 3),
            "weighted_recall": Metric(value=0.55, low=0.5, high=0.6, n=6, unmeasured=1),
            "rouge_1": UNDEFINED,
        },
        disagreements=(
            disagreement("how-long", "How long did they speak?", ("10 minutes.", "s1"), ("Less.", None)),
            disagreement("who-asked", "Who asked?", ("Blinken.", "d1.1"), ("Nobody.", "d1.2")),
            disagreement("talks", "Was it a talk?", ("Yes.", None), ("No.", None)),
        ),
        falsehoods=(falsehood("forty", "They spoke for 40 minutes.", "s2"), falsehood("paris", "They met in Paris.")),
        statements=(
            ("s1", "They met in New Delhi on Thursday.", "supported", ()),
            ("s2", "They spoke for 40 minutes.", "contradicted", ("number: 40 stands in no cited passage",)),
            ("d1.1", "Blinken asked.", "supported", ()),
            ("d1.2", "Nobody asked.", "partial", ()),
        ),
        notes=("lost.txt failed at summarize: the reply was cut off",),
    )
    return evaluation(
        one,
        gates=(
            gate("seeds: vital_recall at least 0.3", passed=True),
            gate("seeds: falsehoods_stated at most 0", passed=False, detail="0.500 of 2"),
            gate("baseline", passed=None, detail="it was made by version 1 of the metrics"),
        ),
        baseline=Comparison(lost=("seeds/asked", "seeds/later"), gained=("seeds/met",), p=1.0),
        notes=("Smallest difference that could be told from noise: 6 facts of 34",),
    )


def everywhere(text: str) -> Evaluation:
    """``text`` in every place that takes a string from a label, an article, a model or a setting."""
    one = story(
        fact(f"{text}1", text=text, statement=text),
        fact(f"{text}2", text=text, flags=("misattributed",), because=(text,), statement=text),
        fact(f"{text}3", "okay", "none", lost_at="ingest", text=text, because=(text,)),
        fact(f"{text}4", level="unmeasured", text=text, because=(text,)),
        id=text,
        title=text,
        annotators=(text,),
        metrics={text: metric(0.5, 2)},
        disagreements=(disagreement(text, text, (text, text), (text, None)),),
        falsehoods=(falsehood(text, text, text), falsehood(text, text)),
        statements=((text, text, "unsupported", (text,)), ("s1", text, text, (text,))),
        notes=(text,),
    )
    return evaluation(
        one,
        engine=text,
        model=text,
        gates=tuple(gate(text, passed=passed, detail=text) for passed in (True, False, None)),
        baseline=Comparison(lost=(text,), gained=(text,), p=0.5),
        notes=(text,),
    )
