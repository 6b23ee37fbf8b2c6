"""How long the report of a large story takes to open and to answer a click, in a real browser.

The story: 50 articles of 2,000 words (sentences of the project's stories, drawn with a fixed seed), each sentence a
claim, and a summary of 200 statements with two citations each. Beside it the report of the same browser on one article
and one statement, as the floor: what opening any page takes here.

    python evals/benchmarks/report_page.py [--articles 50] [--statements 200] [--chromium /usr/bin/chromium]
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import ArticleFile, ArticleSummary, Claim, Usage
from pipeline.domain.synthesis import Citation, Source, Statement, Synthesis
from pipeline.domain.verdict import Guard, Verdict
from pipeline.render.report import render_report
from pipeline.stages.ingest import ingest
from pipeline.text.spans import make_evidence

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "seeds", ROOT / "evals/stories/ferry/articles", ROOT / "evals/stories/strike/articles")
WORDS = 2000
CLICKS = 40
CLICK = """link => new Promise(done => {
  const start = performance.now();
  link.click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""
"""From a click to the second frame after it: by then the passage is marked and painted."""
VERDICT = Verdict(
    status="supported",
    guards=tuple(Guard(name=name, outcome="pass", detail="it agrees") for name in ("quantity", "date", "name")),
    method="benchmark",
    score=0.9,
)


class Timed(NamedTuple):
    """Seconds to load and to be scrolled to the end; milliseconds of clicks; bytes of the page."""

    opened: float
    scrolled: float
    clicks: list[float]
    size: int


def main() -> None:
    """Make the page, open it, print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50)
    parser.add_argument("--statements", type=int, default=200)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    chosen = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=["--no-sandbox"])
        for articles, statements in ((1, 1), (chosen.articles, chosen.statements)):
            timed = _timed(browser, Path(folder), articles, statements)
            slow = sorted(timed.clicks)[-3:]
            clicks = f"click median {statistics.median(timed.clicks):.0f} ms, slowest {slow}"
            opened = f"open {timed.opened:.2f} s, scrolled {timed.scrolled:.2f} s"
            print(f"{articles} articles, {statements} statements, {timed.size / 1e6:.1f} MB: {opened}, {clicks}")
        browser.close()


def _timed(browser: Browser, folder: Path, articles: int, statements: int) -> Timed:
    files = _files(articles)
    path = folder / f"{articles}.html"
    path.write_text(render_report(_synthesis(files, statements), files), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    started = time.perf_counter()
    page.goto(path.as_uri())
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    opened = time.perf_counter() - started
    page.evaluate("scrollTo(0, document.body.scrollHeight); new Promise(done => requestAnimationFrame(done))")
    scrolled = time.perf_counter() - started
    links = page.locator("#view-statements a.cite")
    count = links.count()
    clicks = [links.nth(i * max(count // CLICKS, 1)).evaluate(CLICK) for i in range(min(CLICKS, count))]
    page.close()
    return Timed(opened, scrolled, clicks, path.stat().st_size)


def _files(number: int) -> list[ArticleFile]:
    """Articles of ``WORDS`` words, of sentences that stand in the project's stories."""
    chance = random.Random(7)
    found = [a for folder in FOLDERS for a in ingest([str(folder)]).articles]
    sentences = [" ".join(article.text[s.start : s.end].split()) for article in found for s in article.sentences]
    return [_file(f"a{n}", chance.sample(sentences, k=min(len(sentences), WORDS // 22))) for n in range(number)]


def _file(article_id: str, sentences: list[str]) -> ArticleFile:
    text = "\n\n".join(sentences)
    known = {
        "path": f"{article_id}.txt",
        "title": f"Article {article_id}",
        "publisher": None,
        "published": "2029-03-12",
    }
    article = Article(
        id=article_id, text=text, sentences=(), url=None, language="en", sha256="0" * 64, removed=(), **known
    )
    claims, start = [], 0
    for number, sentence in enumerate(sentences):
        evidence = make_evidence(article, Span(start=start, end=start + len(sentence)))
        start += len(sentence) + 2
        claims.append(
            Claim(
                id=f"{article_id}.{number}",
                text=sentence,
                kind="event",
                attribution=(),
                polarity="affirmed",
                modality="done",
                event_date="2029-03-12",
                evidence=(evidence,),
                origin_id=article_id,
            )
        )
    summary = ArticleSummary(article_id=article_id, headline=None, claims=tuple(claims), rejected=(), usage=Usage())
    return ArticleFile(article=article, summary=summary)


def _synthesis(files: list[ArticleFile], statements: int) -> Synthesis:
    chance = random.Random(11)
    claims = [claim for file in files for claim in file.summary.claims]
    chosen = [chance.sample(claims, k=2) for _ in range(statements)]
    told = tuple(
        Statement(
            id=f"s{number}",
            text=pair[0].text,
            citations=tuple(Citation(claim_id=claim.id, evidence=claim.evidence[0]) for claim in pair),
            cluster_ids=(),
            attribution=(),
            verdict=VERDICT,
            origins=2,
        )
        for number, pair in enumerate(chosen, 1)
    )
    return Synthesis(
        title="A large story",
        statements=told,
        disagreements=(),
        omissions=(),
        dropped=(),
        clusters=(),
        sources=tuple(Source.of(file.article) for file in files),
        engine="extractive",
        model=None,
    )


if __name__ == "__main__":
    main()
