"""Every metric by name: what it is, where the definition comes from, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Better = Literal["higher", "lower", "none"]

_TABLE: Final[Mapping[str, tuple[Better, str]]] = {
    "weighted_recall": (
        "higher",
        "Facts told, in part as half, okay ones weighing half (AutoNuggetizer's Weighted, Pradeep et al. 2024).",
    ),
    "vital_recall": (
        "higher",
        "Share of vital facts told in full and rightly (AutoNuggetizer's Vital Strict, Pradeep et al. 2024).",
    ),
    "statement_precision": (
        "higher",
        "Share of statements that their citations bear out (FActScore, Min et al. 2023).",
    ),
    "partial": ("lower", "Share of statements whose wording is too far from their citations to be sure of."),
    "unsupported": ("lower", "Share of statements that their citations do not bear out, or that cite nothing."),
    "contradicted": ("lower", "Share of statements of which their citations say the contrary."),
    "citation_recall": (
        "higher",
        "Share of statements entailed by their citations together, none out of range (ALCE, Gao et al. 2023).",
    ),
    "citation_precision": (
        "higher",
        "Share of citations whose statement is entailed and that are not irrelevant to it (ALCE, Gao et al. 2023).",
    ),
    "citations_out_of_range": ("lower", "Share of citations that do not lead to the text they quote."),
    "summhay_coverage": ("higher", "Mean coverage of the facts, in part as half (SummHay, Laban et al. 2024)."),
    "summhay_citation": (
        "higher",
        "Mean F1 of cited against labelled articles over the facts covered (SummHay, Laban et al. 2024).",
    ),
    "summhay_joint": ("higher", "Mean of coverage times citation F1 over all facts (SummHay, Laban et al. 2024)."),
    "rouge_1": ("none", "F1 of words shared with the gold summary (ROUGE-1, Lin 2004); reported only."),
    "rouge_2": ("none", "F1 of pairs of words shared with the gold summary (ROUGE-2, Lin 2004); reported only."),
    "rouge_l": (
        "none",
        "F1 of the longest common subsequence with the gold summary (ROUGE-L, Lin 2004); reported only.",
    ),
    "redundancy": (
        "none",
        "Mean share of a statement's words that an earlier one has (containment, Broder 1997); reported only.",
    ),
    "words": ("none", "Number of words in all statements; a gate may bound it, no average has it."),
    "number_precision": ("higher", "Share of the statements' numbers that stand in the evidence with their unit."),
    "date_precision": ("higher", "Share of the statements' dates that stand in the evidence, part by part."),
    "name_precision": ("higher", "Share of the statements' names that stand in the evidence, in some spelling."),
    "number_recall": ("higher", "Share of the numbers of told facts that stand in the statements that tell them."),
    "date_recall": ("higher", "Share of the dates of told facts that stand in the statements that tell them."),
    "name_recall": ("higher", "Share of the names of told facts that stand in the statements that tell them."),
    "attribution_accuracy": ("higher", "Share of facts with a labelled speaker that are handed to nobody else."),
    "disagreement_coverage": ("higher", "Share of labelled disagreements of which two positions or more are stated."),
    "collapsed_disagreements": (
        "lower",
        "Share of the labelled disagreements that are mentioned of which only one side is told.",
    ),
    "traps_sprung": ("lower", "Share of labelled differences that are no contradiction, yet are shown as one."),
    "falsehoods_stated": ("lower", "Share of labelled falsehoods that the summary states."),
    "origins_overcounted": ("lower", "Share of statements that claim more independent origins than there are."),
    "retained_ingest": ("higher", "Share of facts of which a passage is left after ingest."),
    "retained_summarize": ("higher", "Share of facts of which a passage is left after summarize."),
    "retained_reconcile": ("higher", "Share of facts of which a passage is left after reconcile."),
    "retained_synthesize": ("higher", "Share of facts of which a passage is left after synthesize."),
    "retained_verify": ("higher", "Share of facts of which a passage is left after verify: what is told."),
}

METRICS: Final[Mapping[str, str]] = {name: definition for name, (_, definition) in _TABLE.items()}
"""Name to definition, in the order in which a report shows them. Sources are in full in the modules."""

BETTER: Final[Mapping[str, Better]] = {name: better for name, (better, _) in _TABLE.items()}
"""Name to the better direction; "none" for what is reported and never gated."""

COUNTS: Final = frozenset({"words"})
"""Metrics that are no shares."""
