"""How well `pipeline run --group` sorts a heap of articles into events, beside a floor.

    python evals/benchmarks/grouping.py               # the stories of the project among what is near them
    python evals/benchmarks/grouping.py DATA          # and the stories of a folder, as in `sources.py`
    python evals/benchmarks/grouping.py DATA --among FILE.jsonl
    python evals/benchmarks/grouping.py DATA --embeddings DIR   # and with a sentence encoder, in the same run

DATA (or ``$PIPELINE_DATA/clusters``) is a folder of stories, each a folder with ``*_doc.txt`` articles. ``--among``
adds articles without labels (one ``{"text": …}`` a line) to the heap; how they are sorted is not counted, but what
labelled articles are joined with is.

Printed: B-cubed precision, recall and F1, of ours as committed, and with the threshold that is best without the story
that is held out (the worst and the mean of these); and of the floor: cosine of plain TF-IDF, single link, given the
threshold that is best on these very articles. Then what was sorted wrongly, and how long it took.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

from pipeline.domain.article import Article
from pipeline.embedding.encoder import open_encoder
from pipeline.evaluation.grouping import BCubed, Mix, b_cubed, load_mix
from pipeline.stages.grouping import THRESHOLD, THRESHOLD_WITH_MEANING, Alike, group
from pipeline.text.words import content_stems

ROOT: Final = Path(__file__).parents[2]
LABELS: Final = ROOT / "evals" / "grouping" / "labels.yaml"
STEPS: Final = tuple(step / 100 for step in range(4, 61))

Groups = list[Sequence[str]]


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    among = arguments[arguments.index("--among") + 1] if "--among" in arguments else None
    encoder = arguments[arguments.index("--embeddings") + 1] if "--embeddings" in arguments else None
    folders = [a for a in arguments if not a.startswith("--") and a not in {among, encoder}]
    folder = folders[0] if folders else str(Path(os.environ.get("PIPELINE_DATA") or "absent") / "clusters")
    mix = load_mix(LABELS, ROOT)
    if Path(folder).is_dir():
        for story in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
            mix = mix.plus(story.name, sorted(map(str, story.glob("*_doc.txt"))), one_event=True)
    else:
        print("No folder of stories given: only the project's own are measured.")
    unlabelled = [_unlabelled(line) for line in Path(among).read_text(encoding="utf-8").splitlines()] if among else []
    heap = [*mix.articles, *unlabelled]
    stories = [name for name, count in Counter(mix.events.values()).items() if count > 1]
    print(f"{len(mix.articles)} articles, {len(stories)} stories of several, {len(unlabelled)} without a label")
    print(f"\n{'':<44}{'precision':>10}{'recall':>8}{'F1':>8}")
    found = _measured("ours", heap, mix, stories)
    floor = _floor(heap)
    best = max(STEPS, key=lambda step: b_cubed(floor(step), mix.events).f1)
    _row(f"TF-IDF, single link, at its best ({best})", b_cubed(floor(best), mix.events))
    _mistakes(found, mix.events)
    if encoder:
        opened = open_encoder(Path(encoder))
        print(f"\nWith {opened.name}:")
        _mistakes(_measured("with embeddings", heap, mix, stories, _remembered(opened.likenesses)), mix.events)


def _measured(
    name: str, heap: Sequence[Article], mix: Mix, stories: Sequence[str], alike: Alike | None = None
) -> Groups:
    """Print how well one way of sorting does, as committed and with thresholds chosen without each story."""
    started = time.perf_counter()
    found = _ours(heap, None, alike)
    seconds = time.perf_counter() - started
    tried = {step: _ours(heap, step, alike) for step in STEPS}
    _row(f"{name}, threshold {THRESHOLD_WITH_MEANING if alike else THRESHOLD}", b_cubed(found, mix.events))
    _held_out(tried, mix, stories)
    good = [step for step in STEPS if b_cubed(tried[step], mix.events).f1 >= 0.95]  # noqa: PLR2004  what is called good
    print(f"(F1 of .95 or more at thresholds {min(good, default='-')} to {max(good, default='-')}; {seconds:.1f} s)")
    return found


def _remembered(alike: Alike) -> Alike:
    """The same for the same texts: they are read once, however many thresholds are tried."""
    known: dict[tuple[str, ...], Mapping[tuple[int, int], float]] = {}

    def remembered(texts: Sequence[str]) -> Mapping[tuple[int, int], float]:
        if tuple(texts) not in known:
            known[tuple(texts)] = alike(texts)
        return known[tuple(texts)]

    return remembered


def _row(name: str, result: BCubed) -> None:
    print(f"{name:<44}{result.precision:>10.3f}{result.recall:>8.3f}{result.f1:>8.3f}")


def _ours(heap: Sequence[Article], threshold: float | None, alike: Alike | None = None) -> Groups:
    return [found.article_ids for found in group(heap, threshold, alike=alike)]


def _held_out(tried: Mapping[float, Groups], mix: Mix, stories: Sequence[str]) -> None:
    """For each story the threshold that is best on all others (of several the middle one), used on everything."""
    results = {}
    for story in stories:
        others = {article: event for article, event in mix.events.items() if event != story}
        scores = {step: b_cubed(groups, others).f1 for step, groups in tried.items()}
        best = [step for step, score in scores.items() if math.isclose(score, max(scores.values()))]
        results[story] = (best[len(best) // 2], b_cubed(tried[best[len(best) // 2]], mix.events))
    worst = min(results, key=lambda story: results[story][1].f1)
    _row(f"threshold without {worst[:19]} ({results[worst][0]}), worst", results[worst][1])
    count = len(results)
    mean = BCubed(
        sum(r.precision for _, r in results.values()) / count, sum(r.recall for _, r in results.values()) / count
    )
    _row(f"threshold without each story, mean of {count}", mean)


def _floor(heap: Sequence[Article]) -> Callable[[float], Groups]:
    """Groups by threshold: articles that are joined by a chain of pairs as alike as that."""
    counts = [Counter(content_stems(article.text)) for article in heap]
    held = Counter(stem for stems in counts for stem in stems)
    vectors = [{s: c * math.log(len(heap) / held[s]) for s, c in stems.items()} for stems in counts]
    lengths = [math.sqrt(sum(w * w for w in vector.values())) or 1.0 for vector in vectors]
    pairs = sorted(
        (-sum(w * vectors[two].get(s, 0.0) for s, w in vectors[one].items()) / (lengths[one] * lengths[two]), one, two)
        for one, two in combinations(range(len(heap)), 2)
    )

    def at(threshold: float) -> Groups:
        member = {index: [index] for index in range(len(heap))}
        for unlike, one, two in pairs:
            if -unlike < threshold:
                break
            if member[one] is not member[two]:
                joined = member[one] + member[two]
                member |= dict.fromkeys(joined, joined)
        return [[heap[index].id for index in several] for several in {id(m): m for m in member.values()}.values()]

    return at


def _unlabelled(line: str) -> Article:
    text = str(json.loads(line)["text"])
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = dict.fromkeys(("title", "publisher", "published", "url", "language"))
    return Article(id=f"-/{digest}", path=digest, text=text, sentences=(), sha256=digest, removed=(), **known)


def _mistakes(groups: Groups, events: Mapping[str, str]) -> None:
    sizes = Counter(events.values())
    for found in groups:
        told = {events.get(article, article) for article in found}
        if len(told) > 1 and any(article in events for article in found):
            print("joined: ", ", ".join(found))
        elif len(told) == 1 and (event := told.pop()) in sizes and len(found) < sizes[event]:
            print("apart:  ", ", ".join(found))


if __name__ == "__main__":
    main(sys.argv[1:])
