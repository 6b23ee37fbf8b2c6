"""Which facts the extractive engine's choice of sentences keeps, beside well-known summarizers of the same length.

    python evals/benchmarks/selection.py DATA [--grid]

DATA is a folder of stories: each a folder with ``*_doc.txt`` articles and ``facts.jsonl`` (one ``{"fact": …}`` a line,
written by people). The news text is not ours to ship, so the folder is an argument. The project's own stories
(``evals/stories``) are added. LexRank, TextRank, LSA and SumBasic are those of `sumy` (``pip install sumy numpy``, into
an environment of its own or this one); *lead* takes first sentences of all articles, then second ones. All get the
sentences that the engine gets, and are filled to the same number of words. The *oracle* knows the facts and adds the
sentence that helps most, word for word.

Three matchers tell whether a fact is kept, none of which the engine's choice is made by:

- ``words``: 65 % of its content words stand in one statement;
- ``idf``: 60 % of them by weight of rarity in one statement, or 70 % in two;
- ``evals``: the matcher of `pipeline eval` on the fact's text; a part counts one half.

They compare choices in one run; none is to be quoted as quality. ``--grid`` tries the constants of
``pipeline/engines/telling.py``, and says what the best ones of all other stories give on each story left out.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.engines import telling
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief
from pipeline.evaluation.matching.matcher import Target, match
from pipeline.evaluation.matching.weights import weights_of
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.stages.reconcile import reconcile, trace_origins
from pipeline.text.sentences import units_of_text
from pipeline.text.similarity import content_coverage, inverse_frequencies
from pipeline.text.words import content_stems

BUDGETS = (200, 300)
AROUND = (160, 180, 200, 220, 240)
"""Budgets that the grid takes the mean over: at one budget alone, which sentence just fits is chance."""
STORIES = Path(__file__).parents[1] / "stories"
GRID = {
    "_AGAIN": (0.3, 0.4, 0.5),
    "_FIGURE": (0.0, 0.13),
    "_TWO": (0.75, 0.85),
    "_REDUNDANT": (0.55, 0.58, 0.6),
}
BASELINES = ("lead", "LexRank", "TextRank", "Lsa", "SumBasic")
HALF = {"full": 1.0, "part": 0.5, "none": 0.0}

Summary = list[str]
Kept = Callable[[Sequence[str]], float]
"""The share of a story's facts that some texts keep."""


class Story(NamedTuple):
    """A story ready to be summarized at any length: its sentences by article, and what keeps its facts."""

    name: str
    brief: Brief
    sentences: list[list[str]]
    facts: list[str]
    matchers: Mapping[str, Kept]


def main(arguments: Sequence[str]) -> None:
    """Print fact recall per story, budget, system and matcher, and the ratio to the best baseline."""
    folders = [folder for folder in sorted(Path(arguments[0]).iterdir()) if folder.is_dir()]
    labels = sorted(STORIES.glob("*/facts.yaml"))
    stories = [*map(_story, folders), *map(_own_story, labels)]
    ranked = {story.name: {"lead": _lead(story), **_sumy(story)} for story in stories}
    if "--grid" in arguments:
        _grid(stories, ranked)
        return
    for budget in BUDGETS:
        made = {
            story.name: {name: _fill(ranked[story.name][name], budget) for name in BASELINES}
            | {"ours": _ours(story, budget), "oracle": _oracle(story, budget)}
            for story in stories
        }
        _table(stories, made, budget)


# --- stories


def _own_story(path: Path) -> Story:
    labels = yaml.safe_load(path.read_text(encoding="utf-8"))
    folder = (path.parent / labels["articles"]).resolve()
    return _prepare(labels["id"], [str(folder)], [fact["text"] for fact in labels["facts"]])


def _story(folder: Path) -> Story:
    lines = (folder / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    inputs = sorted(map(str, folder.glob("*_doc.txt")))
    return _prepare(folder.name, inputs, [json.loads(line)["fact"] for line in lines])


def _prepare(name: str, inputs: list[str], facts: list[str]) -> Story:
    articles = {article.id: article for article in ingest(inputs).articles}
    engine = ExtractiveEngine()
    drafts = {key: asyncio.run(engine.summarize(article)).claims for key, article in articles.items()}
    grounded = [claim for key, article in articles.items() for claim in ground(article, drafts[key])[0]]
    claims = trace_origins(grounded, articles)
    clusters = reconcile(claims, articles)
    brief = Brief(articles=articles, claims={c.id: c for c in claims}, clusters=clusters, words=BUDGETS[0])
    sentences = [[" ".join(c.text.split()) for c in claims if c.evidence[0].article_id == key] for key in articles]
    return Story(name, brief, sentences, facts, _matchers(facts, [s for one in sentences for s in one]))


# --- systems


def _ours(story: Story, budget: int) -> Summary:
    """Sentence by sentence, as those of the others: two that make one statement gain nothing by it."""
    draft = asyncio.run(ExtractiveEngine().synthesize(story.brief.model_copy(update={"words": budget})))
    return [unit.of(s.text) for s in draft.statements for unit in units_of_text(s.text)]


def _lead(story: Story) -> Summary:
    return [text for row in itertools.zip_longest(*story.sentences) for text in row if text]


def _fill(ranked: Sequence[str], budget: int) -> Summary:
    """The best sentences that still fit."""
    chosen: Summary = []
    for text in ranked:
        if len(text.split()) <= budget:
            chosen.append(text)
            budget -= len(text.split())
    return chosen


def _oracle(story: Story, budget: int) -> Summary:
    """Greedily by facts gained per word, as the mean of the matchers counts them."""
    pool = list(dict.fromkeys(text for one in story.sentences for text in one))
    chosen: Summary = []
    while True:
        base = _kept(story, chosen)
        gains = {t: (_kept(story, [*chosen, t]) - base) / len(t.split()) for t in pool if len(t.split()) <= budget}
        best = max(gains, key=lambda text: gains[text], default=None)
        if best is None or gains[best] <= 0:
            return chosen
        chosen.append(best)
        pool.remove(best)
        budget -= len(best.split())


class _Words:
    """A tokenizer for sumy that needs no download."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text))


def _sumy(story: Story) -> dict[str, Summary]:
    """All sentences of the story, best first, as each summarizer of sumy ranks them."""
    try:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # an extra, loaded on use
        from sumy.nlp.stemmers import Stemmer
        from sumy.utils import get_stop_words
    except ImportError:
        sys.exit("The baselines come from sumy. Install it first: pip install sumy numpy")
    document = ObjectDocumentModel([Paragraph([Sentence(t, _Words()) for t in one]) for one in story.sentences])
    found = {}
    for name in BASELINES[1:]:
        summarizer = _ranker(name)(Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")
        found[name] = [str(sentence) for sentence in summarizer(document, len(document.sentences))]
    return found


def _ranker(name: str) -> Any:
    """The summarizer, made to return its sentences in the order of their rating."""
    from importlib import import_module

    snake = {"LexRank": "lex_rank", "TextRank": "text_rank", "Lsa": "lsa", "SumBasic": "sum_basic"}[name]
    base = getattr(import_module(f"sumy.summarizers.{snake}"), f"{name}Summarizer")

    class Ranker(base):  # type: ignore[misc]  # a class of a package that may not be there
        @staticmethod
        def _get_best_sentences(sentences: Any, _count: int, rating: Any, *more: Any, **named: Any) -> tuple[Any, ...]:
            rate = rating.__getitem__ if isinstance(rating, dict) else lambda s: rating(s, *more, **named)
            return tuple(sorted(sentences, key=lambda sentence: -rate(sentence)))

    return Ranker


# --- matchers


def _matchers(facts: Sequence[str], sentences: Sequence[str]) -> dict[str, Kept]:
    wanted = [content_stems(fact) for fact in facts]
    stems = cache(lambda text: frozenset(content_stems(text)))
    rarity = inverse_frequencies(sentences)
    unseen = math.log(1 + len(sentences))
    weights = weights_of(sentences)

    @cache
    def level(fact: str, text: str) -> float:
        return HALF[match(Target(fact, (), ()), text, weights).level]

    def share(fact: Sequence[str], present: frozenset[str]) -> float:
        weight = {stem: rarity.get(stem, unseen) for stem in fact}
        return sum(w for stem, w in weight.items() if stem in present) / (sum(weight.values()) or 1.0)

    def by_rarity(fact: Sequence[str], texts: Sequence[str]) -> bool:
        best = max(texts, key=lambda text: share(fact, stems(text)))
        two = max(share(fact, stems(best) | stems(text)) for text in texts)
        return share(fact, stems(best)) >= 0.6 or two >= 0.7  # noqa: PLR2004  said in the docstring above

    def mean(values: Sequence[float]) -> float:
        return sum(values) / len(values)

    return {
        "words": lambda texts: mean([any(content_coverage(f, stems(t)) >= 0.65 for t in texts) for f in wanted]),  # noqa: PLR2004  the share at which a fact counts as told
        "idf": lambda texts: mean([bool(texts) and by_rarity(f, texts) for f in wanted]),
        "evals": lambda texts: mean([max((level(fact, t) for t in texts), default=0.0) for fact in facts]),
    }


def _kept(story: Story, texts: Sequence[str]) -> float:
    """The mean of the matchers."""
    return sum(kept(texts) for kept in story.matchers.values()) / len(story.matchers)


# --- output


def _table(stories: Sequence[Story], made: Mapping[str, Mapping[str, Summary]], budget: int) -> None:
    systems = (*BASELINES, "ours", "oracle")
    print(f"\n{f'{budget} words':<40}" + "".join(f"{system:>10}" for system in systems))
    for story in stories:
        print(f"{story.name:<40}" + "".join(f"{_kept(story, made[story.name][s]):>10.2f}" for s in systems))
    for name in ("words", "idf", "evals"):
        means = {s: sum(y.matchers[name](made[y.name][s]) for y in stories) / len(stories) for s in systems}
        _row(f"mean, {name}", means)
    _row("mean", {s: sum(_kept(y, made[y.name][s]) for y in stories) / len(stories) for s in systems})


def _row(title: str, means: Mapping[str, float]) -> None:
    ratio = means["ours"] / max(means[name] for name in BASELINES)
    print(f"{title:<40}" + "".join(f"{value:>10.3f}" for value in means.values()) + f"   ours × {ratio:.2f}")


def _grid(stories: Sequence[Story], ranked: Mapping[str, Mapping[str, Summary]]) -> None:
    """Recall around 200 words for each choice of constants; then fitted and held out, beside the best baseline."""
    results: dict[tuple[float, ...], list[float]] = {}
    for values in itertools.product(*GRID.values()):
        for name, value in zip(GRID, values, strict=True):
            setattr(telling, name, value)
        results[values] = [sum(_kept(y, _ours(y, b)) for b in AROUND) / len(AROUND) for y in stories]
    print("mean recall", *GRID)
    for values in sorted(results, key=lambda v: -sum(results[v]))[:12]:
        print(f"{sum(results[values]) / len(stories):11.3f}", *values)
    print(f"{min(sum(r) for r in results.values()) / len(stories):11.3f} the worst of {len(results)}")
    others = {
        name: sum(_kept(y, _fill(ranked[y.name][name], b)) for b in AROUND for y in stories) / len(AROUND)
        for name in BASELINES
    }
    fitted = max(sum(r) for r in results.values())
    left_out = [results[max(results, key=lambda v: sum(results[v]) - results[v][i])][i] for i in range(len(stories))]
    best = max(others.values())
    print(f"fitted {fitted / len(stories):.3f} (× {fitted / best:.2f}), ", end="")
    print(f"held out {sum(left_out) / len(stories):.3f} (× {sum(left_out) / best:.2f})")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(sys.argv[1:])
