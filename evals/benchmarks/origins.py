"""Which claims of different articles are judged to be of one origin, beside the labelled copies and a floor.

    python evals/benchmarks/origins.py           # the three stories against their labels
    python evals/benchmarks/origins.py DATA      # and what is joined in the stories of a folder, to read through

The claims are sentences, as the extractive engine makes them. *Pairs* are of claims of two articles that both stand on
labelled copies (``copies`` in ``facts.yaml``): joining them is right if one label has both. Labels speak of passages
and credits of whole articles, so what is joined beyond the labels is not counted but listed, with a question mark.
*Clusters* are topics and differences of two or more articles; their count of origins is held against the most that
the labels allow.

The floor joins claims whose passages have 60 % of their runs of five words in common, as this project did first.
DATA is a folder of folders with ``*_doc.txt``; its text is printed and is not ours to keep.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.evaluation.metrics.origins import independent_origins
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.stages.reconcile import reconcile, trace_origins
from pipeline.text.similarity import shingles
from pipeline.text.spans import find_words

STORIES = Path(__file__).parents[1] / "stories"

Pair = tuple[str, str]
Rule = Callable[[Sequence[Claim], Mapping[str, Article]], tuple[Claim, ...]]


class Story(NamedTuple):
    """Articles by id, their claims, and for each claim the labelled copies that it stands on."""

    name: str
    articles: Mapping[str, Article]
    claims: Sequence[Claim]
    copies: Mapping[str, frozenset[str]]


def main(arguments: Sequence[str]) -> None:
    """Print precision and recall by story, then what is joined in the stories of a folder."""
    stories = [_labelled(path) for path in sorted(STORIES.glob("*/facts.yaml"))]
    rules: dict[str, Rule] = {"floor": floor, "ours": trace_origins}
    print(f"{'':<10}{'rule':<8}{'right':>6}{'wrong':>6}{'missed':>7}{'precision':>10}{'recall':>8}", end="")
    print(f"{'clusters':>10}{'too many':>9}{'fewer':>7}")
    for name, rule in rules.items():
        rows = {story.name: (*_pairs(story, rule), *_clusters(story, rule)) for story in stories}
        for story_name, row in (rows | {"all": tuple(map(sum, zip(*rows.values(), strict=True)))}).items():
            _print(story_name, name, row)
    for story in stories:
        _list(story)
    for folder in [f for a in arguments for f in sorted(Path(a).iterdir()) if f.is_dir()]:
        _list(_story(folder.name, sorted(map(str, folder.glob("*_doc.txt")))))


def _print(name: str, rule: str, row: Sequence[int]) -> None:
    right, wrong, missed, clusters, over, under = row
    precision, recall = (right / total if total else 1.0 for total in (right + wrong, right + missed))
    print(f"{name:<10}{rule:<8}{right:>6}{wrong:>6}{missed:>7}{precision:>10.2f}{recall:>8.2f}", end="")
    print(f"{clusters:>10}{over:>9}{under:>7}")


def floor(claims: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[Claim, ...]:
    """A claim has the origin of the first claim of another article that it copies, else its article's."""
    del articles
    runs = [shingles(claim.evidence[0].quote) for claim in claims]
    origins: list[str] = []
    for index, claim in enumerate(claims):
        article = claim.evidence[0].article_id
        copied = (
            i
            for i in range(index)
            if claims[i].evidence[0].article_id != article
            and len(runs[i] & runs[index]) >= 0.6 * min(len(runs[i]), len(runs[index]))
        )
        origins.append(next((origins[i] for i in copied), article))
    return tuple(c.model_copy(update={"origin_id": o}) for c, o in zip(claims, origins, strict=True))


# --- stories


def _labelled(path: Path) -> Story:
    labels = yaml.safe_load(path.read_text(encoding="utf-8"))
    story = _story(labels["id"], [str((path.parent / labels["articles"]).resolve())])
    files = {Path(article.path).name: article for article in story.articles.values()}
    found: dict[str, set[str]] = {}
    for copy in labels.get("copies", ()):
        for passage in copy["passages"]:
            article = files[passage["article"]]
            whole = article.sentences[0].model_copy(update={"start": 0, "end": len(article.text)})
            place = find_words(passage["quote"], article.text, whole)
            for claim in story.claims if place else ():
                one = claim.evidence[0]
                if place and one.article_id == article.id and one.start < place.end and place.start < one.end:
                    found.setdefault(claim.id, set()).add(copy["id"])
    return story._replace(copies={key: frozenset(names) for key, names in found.items()})


def _story(name: str, inputs: Sequence[str]) -> Story:
    articles = {article.id: article for article in ingest(inputs).articles}
    engine = ExtractiveEngine()
    drafts = {key: asyncio.run(engine.summarize(article)).claims for key, article in articles.items()}
    claims = [claim for key, article in articles.items() for claim in ground(article, drafts[key])[0]]
    return Story(name, articles, claims, {})


# --- measures


def _joined(story: Story, rule: Rule) -> Iterator[tuple[Claim, Claim]]:
    """Pairs of claims of two articles with one origin."""
    traced = rule(story.claims, story.articles)
    for one, two in combinations(traced, 2):
        if one.evidence[0].article_id != two.evidence[0].article_id and one.origin_id == two.origin_id:
            yield one, two


def _pairs(story: Story, rule: Rule) -> tuple[int, int, int]:
    """Pairs joined rightly, wrongly, and not at all."""
    labelled = {
        (one, two)
        for one, two in combinations(sorted(story.copies), 2)
        if one.split(".")[0] != two.split(".")[0] and story.copies[one] & story.copies[two]
    }
    joined = {tuple(sorted((one.id, two.id))) for one, two in _joined(story, rule)}
    both = {pair for pair in joined if all(key in story.copies for key in pair)}
    return len(labelled & joined), len(both - labelled), len(labelled - joined)


def _clusters(story: Story, rule: Rule) -> tuple[int, int, int]:
    """Clusters of several articles; those that claim more origins than the labels allow, and those that claim fewer."""
    traced = rule(story.claims, story.articles)
    shared = [c for c in reconcile(traced, story.articles) if len(c.articles) > 1]
    places = {claim.id: claim.evidence[0].article_id for claim in traced}
    most = [_most_origins([(places[i], story.copies.get(i, frozenset())) for i in c.claim_ids()]) for c in shared]
    counts = [cluster.origins for cluster in shared]
    over = sum(count > allowed for count, allowed in zip(counts, most, strict=True))
    return len(shared), over, sum(count < allowed for count, allowed in zip(counts, most, strict=True))


def _most_origins(places: Sequence[tuple[str, frozenset[str]]]) -> int:
    """As many as articles and labelled copies leave."""
    keys = {key for article, names in places for key in ([f"{article} {n}" for n in names] or [article])}
    names = {name for _, several in places for name in several}
    copies = [frozenset(key for key in keys if key.endswith(f" {name}")) for name in sorted(names)]
    return min(independent_origins(sorted(keys), copies), len({article for article, _ in places}))


def _list(story: Story) -> None:
    """What is joined, group by group, with a mark on what no label has."""
    print(f"\n{story.name}")
    groups: dict[str, dict[str, Claim]] = {}
    for one, two in _joined(story, trace_origins):
        groups.setdefault(one.origin_id, {}).update({one.id: one, two.id: two})
    for origin, members in groups.items():
        print(f"  {origin}")
        for claim in members.values():
            mark = " " if claim.id in story.copies or not story.copies else "?"
            print(f"   {mark} {claim.evidence[0].article_id[:12]:<13}{' '.join(claim.evidence[0].quote.split())[:150]}")


if __name__ == "__main__":
    main(sys.argv[1:])
