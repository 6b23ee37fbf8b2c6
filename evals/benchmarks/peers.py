"""What other checkers of citations let through and refuse, beside ours: hand-written statements, true and false.

    python evals/benchmarks/peers.py [--write] [FILE…]

``--write`` keeps the shares in ``evals/results/peers.json``, from which the tables of the documents are made
(``make pages``). Of a peer that is not installed the kept figures stay, as long as the statements are the same.

FILE is by default each of ``evals/calibration/rewrites*.yaml``: faithful rewrites of passages, each with versions that
were made false by hand. Every system gets the statement and the passages that it cites, whole sentences, as one source:

- *ours*: the guards of `pipeline check`; a statement passes if its verdict is "supported";
- *anchorcite*: ``anchor_claim`` with its scorer that needs no model, at its own threshold; it passes if it is anchored;
- *langextract*: its aligner, fuzzy as by default; it passes if the statement is aligned with the source. It was made to
  find where extracted words stand, not to judge: what it shows is how far finding words goes;
- *words*: the share of the statement's content words that stand in the passages, at the threshold that is best on these
  very statements.

A peer that is not installed is left out, and said to be: ``pip install anchorcite langextract``, into an environment
of its own or this one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.evaluation.selftest.verification import Case, hand_written, load_rewrites
from pipeline.guards.passage import contexts, passage_of
from pipeline.stages.ingest import ingest
from pipeline.text.similarity import content_coverage
from pipeline.text.words import content_stems

ROOT = Path(__file__).parents[2]
REWRITES = sorted((ROOT / "evals/calibration").glob("rewrites*.yaml"))
PLACES = ("seeds", "evals/stories/ferry/articles", "evals/stories/strike/articles", "tests/fixtures/furniture",
          "tests/fixtures/furniture_second", "evals/calibration/articles")  # fmt: skip
RESULTS = ROOT / "evals/results/peers.json"
PEERS = ("anchorcite", "langextract")
TRUE = "faithful"

Passes = Callable[["Asked"], bool]


class Asked(NamedTuple):
    """A statement, the passages it cites as one text, and what it is: faithful, or false of a kind."""

    text: str
    source: str
    kind: str
    case: Case


def main(arguments: Sequence[str]) -> None:
    """Print the shares that each system judges rightly."""
    asked = statements([Path(argument) for argument in arguments if argument != "--write"] or REWRITES)
    systems: dict[str, Passes] = {"ours": ours, "words": _words(asked)}
    for name, made in zip(PEERS, (_anchorcite, _langextract), strict=True):
        try:
            systems[name] = made()
        except ImportError:
            print(f"{name} is not installed: pip install {name}")
    right = {name: _right(asked, passes) for name, passes in systems.items()}
    _table(Counter(one.kind for one in asked), right)
    if "--write" in arguments:
        RESULTS.write_text(_results(asked, right), encoding="utf-8")


def statements(files: Sequence[Path] = tuple(REWRITES)) -> list[Asked]:
    """All statements of the files, with what they cite."""
    articles = [article for place in PLACES for article in ingest([str(ROOT / place)]).articles]
    return [
        one for file in files for case in hand_written(file.name, load_rewrites(file), articles) for one in _asked(case)
    ]


def ours(one: Asked) -> bool:
    """Whether `pipeline check` would pass it."""
    return not one.case.refusal(one.text)


def counted(asked: Sequence[Asked], passes: Passes) -> dict[str, int]:
    """How many of the true are passed, and of the false refused."""
    return _counts(_right(asked, passes))


def _asked(case: Case) -> Iterator[Asked]:
    source = "\n".join(contexts([passage_of(case.articles[e.article_id], e) for e in case.evidence]))
    yield Asked(case.text, source, TRUE, case)
    for one in case.made:
        yield Asked(one.text, source, one.kind, case)


def _right(asked: Sequence[Asked], passes: Passes) -> Counter[str]:
    return Counter(one.kind for one in asked if passes(one) == (one.kind == TRUE))


# --- systems


def _words(asked: Sequence[Asked]) -> Passes:
    """Word overlap at the threshold with the best balanced accuracy on what it is tried on."""
    shares = {(one.text, one.source): _share(one) for one in asked}

    def balanced(least: float) -> float:
        held = [(shares[one.text, one.source] >= least, one.kind == TRUE) for one in asked]
        rates = [[passed == true for passed, true in held if true is side] for side in (True, False)]
        return sum(sum(rate) / len(rate) for rate in rates)

    best = max(sorted(set(shares.values())), key=balanced)
    return lambda one: _share(one) >= best


def _share(one: Asked) -> float:
    return content_coverage(content_stems(one.text), set(content_stems(one.source)))


def _anchorcite() -> Passes:
    anchorcite: Any = import_module("anchorcite")
    scorer = anchorcite.LexicalScorer()
    return lambda one: anchorcite.anchor_claim(one.text, one.source, scorer=scorer) is not None


def _langextract() -> Passes:
    resolver: Any = import_module("langextract.resolver")
    data: Any = import_module("langextract.data")
    aligner = resolver.WordAligner()

    def aligned(one: Asked) -> bool:
        extraction = data.Extraction(extraction_class="statement", extraction_text=one.text)
        ((found,),) = aligner.align_extractions([[extraction]], one.source)
        return found.char_interval is not None

    return aligned


# --- output


def _table(made: Mapping[str, int], right: Mapping[str, Mapping[str, int]]) -> None:
    false = [kind for kind in sorted(made) if kind != TRUE]
    width = max(map(len, [*made, "all that is false, refused"])) + 2
    print(f"\n{'':<{width}}{'n':>6}" + "".join(f"{name:>13}" for name in right))
    rows = [("faithful, passed", [TRUE]), *((kind, [kind]) for kind in false), ("all that is false, refused", false)]
    for title, kinds in rows:
        n = sum(made[kind] for kind in kinds)
        shares = [sum(found[kind] for kind in kinds) / n for found in right.values()]
        print(f"{title:<{width}}{n:>6}" + "".join(f"{share:>13.0%}" for share in shares))
    print(
        f"{'balanced accuracy':<{width + 6}}" + "".join(f"{_balanced(made, found):>13.3f}" for found in right.values())
    )


def _balanced(made: Mapping[str, int], right: Mapping[str, int]) -> float:
    false = sum(n for kind, n in made.items() if kind != TRUE)
    refused = sum(n for kind, n in right.items() if kind != TRUE)
    return (right[TRUE] / made[TRUE] + refused / false) / 2


def _counts(found: Counter[str]) -> dict[str, int]:
    return {"passed_faithful": found[TRUE], "refused_false": found.total() - found[TRUE]}


def _results(asked: Sequence[Asked], right: Mapping[str, Counter[str]]) -> str:
    """The counts as JSON: how many statements there are, and how many each system judges rightly."""
    true = sum(one.kind == TRUE for one in asked)
    total = {"faithful": true, "false": len(asked) - true}
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    systems = dict(kept["systems"]) if kept["statements"] == total else {}
    for name, found in right.items():
        systems[name] = {"version": version(name) if name in PEERS else None, **_counts(found)}
    missing = [name for name in PEERS if name not in systems]
    if missing:
        sys.exit(f"Not written: the statements are others than before, and {', '.join(missing)} was not measured.")
    return json.dumps({"by": "evals/benchmarks/peers.py", "statements": total, "systems": systems}, indent=2) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
