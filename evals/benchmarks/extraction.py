"""How much of a page's body is found, and how little else: token F1 on invented pages, beside other extractors.

    python evals/benchmarks/extraction.py            # both sets of tests/fixtures
    python evals/benchmarks/extraction.py FOLDER     # another one, with an expected.yaml (page: {body: [paragraph]})

Tokens are words, counted as often as they occur (as in the evaluations of these extractors). *Ours* is the text that
sentences are taken from: trafilatura's body of the page as `page_layout` puts it right, less what the cleaning takes
out. The others are used as they come; headings count against them, and against us. Peers that are not installed are
left out: ``pip install readability-lxml resiliparse newspaper4k``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from pipeline.stages.ingest import ingest
from pipeline.stages.ingest.fragment import html_text
from pipeline.stages.ingest.readers.page import decode_page

FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures"
SETS = ("pages", "pages_second")
Extract = Callable[[Path], str]


def main(arguments: Sequence[str]) -> None:
    """Print a table for each folder."""
    extractors = _extractors()
    for folder in [Path(given) for given in arguments] or [FIXTURES / name for name in SETS]:
        expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
        print(f"{folder.name:<20}" + "".join(f"{name:>14}" for name in extractors))
        rows = {page: _row(folder / page, " ".join(known["body"]), extractors) for page, known in expected.items()}
        for page, row in rows.items():
            print(f"{page:<20}" + "".join(f"{score:>14.3f}" for score in row))
        means = [sum(column) / len(rows) for column in zip(*rows.values(), strict=True)]
        print(f"{'mean':<20}" + "".join(f"{mean:>14.3f}" for mean in means), end="\n\n")


def token_f1(found: str, body: str) -> float:
    """The harmonic mean of precision and recall of words, with their counts."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (found, body))
    shared = sum((one & other).values())
    return 2 * shared / (one.total() + other.total()) if shared else 0.0


def _row(page: Path, body: str, extractors: Mapping[str, Extract]) -> list[float]:
    return [token_f1(extract(page), body) for extract in extractors.values()]


def _extractors() -> dict[str, Extract]:
    known: dict[str, tuple[str, Extract]] = {
        "ours": ("trafilatura", _ours),
        "trafilatura": ("trafilatura", _trafilatura),
        "… precision": ("trafilatura", lambda page: _trafilatura(page, favor_precision=True)),
        "readability": ("readability", _readability),
        "resiliparse": ("resiliparse", _resiliparse),
        "newspaper4k": ("newspaper", _newspaper),
        "all text": ("trafilatura", lambda page: html_text(decode_page(page.read_bytes()))),
    }
    return {name: extract for name, (module, extract) in known.items() if find_spec(module)}


def _ours(page: Path) -> str:
    articles = ingest([str(page)]).articles
    return " ".join(articles[0].sentence_texts()) if articles else ""


def _trafilatura(page: Path, **options: Any) -> str:
    import trafilatura

    return trafilatura.extract(page.read_bytes(), include_comments=False, **options) or ""


def _readability(page: Path) -> str:
    from readability import Document

    return html_text(Document(decode_page(page.read_bytes())).summary())


def _resiliparse(page: Path) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(decode_page(page.read_bytes()), main_content=True))


def _newspaper(page: Path) -> str:
    import newspaper

    article = newspaper.Article(url="https://page.example/article")
    article.download(input_html=decode_page(page.read_bytes()))
    article.parse()
    return str(article.text)


if __name__ == "__main__":
    main(sys.argv[1:])
