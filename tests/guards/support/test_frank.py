"""The benchmark of the support score runs where its data is, and says so where it is not."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmark import run_benchmark

SCRIPT = "frank.py"
PLACES = "Tarn Osk Lisby Corrin Undershill Pell".split()


def test_it_ranks_what_the_article_says_over_what_it_does_not(tmp_path: Path) -> None:
    """Invented data of the same form: a copied summary is right, one of another article is wrong."""
    articles: list[dict[str, object]] = []
    items: list[dict[str, object]] = []
    published: list[dict[str, object]] = []
    for dataset in ("cnndm", "bbc"):
        for place, other in zip(PLACES, [*PLACES[1:], PLACES[0]], strict=True):
            name = f"{dataset}-{place}"
            text = f"A ferry sank off {place} on Monday.Police in {place} found {len(place)} sailors."
            articles.append({"doc_id": name, "text": text})
            told = {True: f"a ferry sank off {place} on monday .", False: f"a tanker burned in {other} ."}
            for right, summary in told.items():
                row = {"id": f"{name}-{right}", "doc_id": name, "dataset": dataset, "summary": summary.lower()}
                items.append({**row, "factuality": float(right), "label": int(right)})
                published.append({"id": row["id"], "FactCC": 0.5, "FEQA": None})
    files = {"articles": articles, "items_test": items, "published_metric_outputs_test": published}
    for file, lines in files.items():
        (tmp_path / f"{file}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = run_benchmark(SCRIPT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CNN: 12 summaries of 6 articles, 0.500 right" in done.stdout
    assert done.stdout.count("support score           1.000 [1.000, 1.000]") == 2
    assert done.stdout.count("FactCC                  0.500") == 2


def test_it_says_where_the_data_is_missing(tmp_path: Path) -> None:
    """A sentence, not a traceback."""
    done = run_benchmark(SCRIPT, tmp_path)
    assert done.returncode == 1
    assert "does not have articles.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
