"""The figures and the sample of the documents, made from what is kept in `evals/results` and from a real run.

A document has a place for each between two marks, ``<!-- figures: NAME -->`` and ``<!-- /figures -->``.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.cli.command import pipeline
from tests.docs.markdown import ROOT
from tests.docs.scale import SIZES, scale_rows

RESULTS: Final = ROOT / "evals" / "results"
MARKED: Final = re.compile(r"<!-- figures: ([a-z-]+) -->\n(.*?)<!-- /figures -->", re.DOTALL)
SHORT: Final[Mapping[str, str]] = {
    "vital_recall": "vital facts told, rightly cited",
    "weighted_recall": "all facts, weighted",
    "statement_precision": "statements borne out",
    "citation_recall": "citation recall (ALCE)",
    "citation_precision": "citation precision (ALCE)",
    "attribution_accuracy": "handed to the right speaker",
    "disagreement_coverage": "disagreements shown",
    "falsehoods_stated": "falsehoods stated",
}
"""Metrics in the words of a table; the order of its rows."""
PEERS: Final[Mapping[str, str]] = {
    "ours": "`pipeline check`",
    "words": "shared words, at the threshold that is best on these very statements",
    "langextract": "langextract's aligner",
    "anchorcite": "anchorcite, with its scorer that needs no model",
}


def filled(text: str) -> str:
    """The document with everything between its marks as it is now."""
    return MARKED.sub(lambda found: f"<!-- figures: {found[1]} -->\n{MADE[found[1]]()}<!-- /figures -->", text)


def without_figures(text: str) -> str:
    """The document less what stands between marks."""
    return MARKED.sub("", text)


def _kept(name: str) -> Any:
    return json.loads((RESULTS / name).read_text(encoding="utf-8"))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


# --- the evals


def evals_short() -> str:
    """A column an engine, over all stories."""
    kept = _kept("evals.json")
    engines = kept["engines"]
    rows = [
        [words, *(_share(one["metrics"][name]["all"]) for one in engines.values())] for name, words in SHORT.items()
    ]
    return _table(["", *map(_engine, engines.items())], rows) + f"\n{_about(kept)}\n"


def evals_by_story() -> str:
    """A table an engine: a column a story."""
    kept = _kept("evals.json")
    parts = []
    for item in kept["engines"].items():
        metrics = item[1]["metrics"]
        rows = [[f"`{name}`", *(_share(share) for share in metrics[name].values())] for name in SHORT]
        columns = list(metrics["vital_recall"])
        parts.append(f"**{_engine(item)}**\n\n{_table(['', *columns], rows)}")
    return "\n".join([*parts, _about(kept) + "\n"])


def _engine(item: tuple[str, Any]) -> str:
    name, found = item
    return f"{name} ({found['model']})" if found["model"] else name


def _about(kept: Any) -> str:
    facts = kept["facts"]
    stories = ", ".join(f"{name} {n}" for name, n in facts.items())
    total, words = sum(facts.values()), kept["words"]
    return f"Shares: 1.00 is all. {total} facts labelled ({stories}); at most {words} words a summary."


# --- beside others


def peers() -> str:
    """A row a checker: what it passes of the true, refuses of the false, and the mean of both."""
    kept = _kept("peers.json")
    of = kept["statements"]
    rows = []
    for name, words in PEERS.items():
        found = kept["systems"][name]
        true, false = found["passed_faithful"] / of["faithful"], found["refused_false"] / of["false"]
        title = f"{words} {found['version']}" if found["version"] else words
        rows.append([title, f"{true:.0%}", f"{false:.0%}", _share((true + false) / 2)])
    head = ["", f"true, passed (of {of['faithful']})", f"false, refused (of {of['false']})", "balanced accuracy"]
    return _table(head, rows)


# --- many stories


def scale() -> str:
    """A million articles, and a hundred times as many."""
    return _table(["", *(f"{n // 1_000_000} million articles" for n in SIZES)], scale_rows(_kept("scaling.json")))


# --- a real summary


def sample() -> str:
    """The beginning of what a run over the seeds prints, and its first difference between sources, as a quotation."""
    with tempfile.TemporaryDirectory() as scratch:
        variables = {"PIPELINE_CACHE_DIR": scratch}
        ran = pipeline("run", ROOT / "seeds", "--engine", "extractive", "--out", f"{scratch}/out", variables=variables)
    assert ran.status == 0, ran.err
    printed = ran.out
    told = [part for part in printed.split("\n\n") if not part.startswith("#")]
    first = printed.index("### ")
    difference = printed[first : printed.index("### ", first + 4)].strip().replace("### ", "**", 1)
    topic, _, sides = difference.partition("\n\n")
    quoted = "\n\n".join([told[0], told[1], "…", f"{topic}** *(sources differ)*", sides])
    return "".join(f"> {line}".rstrip() + "\n" for line in quoted.splitlines())


MADE: Final[Mapping[str, Callable[[], str]]] = {
    "evals": evals_short,
    "evals-by-story": evals_by_story,
    "peers": peers,
    "scale": scale,
    "sample": sample,
}
"""What may stand between marks."""
