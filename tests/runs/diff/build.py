"""Small runs to compare: a few articles, any of their sentences told, under whatever ids and names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Citation, Disagreement, Dropped, Statement, Synthesis
from pipeline.runs.folder import RunFolder
from tests.render.factory import (
    cite,
    evidence,
    make_article,
    make_claim,
    make_cluster,
    make_disagreement,
    make_dropped,
    make_file,
    make_statement,
    make_synthesis,
)

SENTENCES = (
    "The ferry ran aground off Tarn on Monday.",
    "Rescuers brought 38 people ashore before dawn.",
    "The engine had failed twice in May, the operator said.",
    "Shares fell 12% on Tuesday.",
    "An inquiry opens on 3 June.",
    "The mayor called for a second boat.",
)
TEXTS = (" ".join(SENTENCES[:3]), " ".join(SENTENCES[2:5]), " ".join(SENTENCES[1:6]))


def article(number: int, article_id: str = "", text: str = "", **fields: Any) -> Article:
    """One of the articles; its digest is that of its text."""
    words = text or TEXTS[number]
    digest = hashlib.sha256(words.encode()).hexdigest()
    return make_article(article_id or f"a{number}", words, **({"sha256": digest} | fields))


def make_run(synthesis: Synthesis, articles: Sequence[Article], claims: Sequence[Claim] = (), **made: Any) -> RunFolder:
    """A run as it is read from its folder."""
    files = tuple(
        make_file(one, [claim for claim in claims if claim.evidence[0].article_id == one.id]) for one in articles
    )
    known: dict[str, Any] = {
        "inputs": {one.path: one.sha256 for one in articles},
        "prompts": {},
        "schema_digest": "sha256:0",
        "engine": synthesis.engine,
        "model": synthesis.model,
        "parameters": {"words": 300},
        "versions": {},
        "stages": (),
        "failures": (),
        "notes": (),
        "files": (),
        "settings": {},
        "started": "2026-01-01T00:00:00",
        "finished": "2026-01-01T00:00:01",
    }
    return RunFolder(synthesis, files, RunManifest(**(known | made)))


def told(articles: Sequence[Article], *statements: Statement, **fields: Any) -> RunFolder:
    """A run of these statements and nothing else."""
    return make_run(make_synthesis(articles, statements, **fields), articles)


@st.composite
def citations(draw: st.DrawFn, articles: Sequence[Article], most: int = 2) -> list[Citation]:
    """Sentences of the articles, one or two."""
    places = [(one, sentence) for one in articles for sentence in SENTENCES if sentence in one.text]
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=most))
    return [cite(one, sentence) for one, sentence in chosen]


@st.composite
def wordings(draw: st.DrawFn) -> str:
    """A sentence, or one with words changed."""
    words = draw(st.sampled_from(SENTENCES)).split()
    for at in draw(st.lists(st.integers(0, 3), max_size=2)):
        words[at] = draw(st.sampled_from(["boat", "the", "Rescuers", "late"]))
    return " ".join(words)


@st.composite
def runs(draw: st.DrawFn) -> RunFolder:
    """A run over one to three of the articles, renamed or edited or not."""
    numbers = draw(st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True))
    renamed, edited = draw(st.booleans()), draw(st.booleans())
    articles = [
        article(
            n,
            f"b{place}" if renamed else "",
            f"Corrected. {TEXTS[n]}" if edited and place == 0 else "",
            path=f"{n}.txt",
            title=draw(st.sampled_from([None, "A title"])),
        )
        for place, n in enumerate(numbers)
    ]
    statements = [
        make_statement(draw(wordings()), draw(citations(articles)), id=f"s{n}", origins=draw(st.integers(1, 2)))
        for n in range(draw(st.integers(0, 5)))
    ]
    places = [(one, sentence) for one in articles for sentence in SENTENCES if sentence in one.text]
    claims = [
        make_claim(f"c{n}", sentence, evidence(one, one.text.index(sentence), one.text.index(sentence) + len(sentence)))
        for n, (one, sentence) in enumerate(places)
    ]
    omitted = draw(st.lists(st.sampled_from(claims), max_size=3, unique_by=lambda claim: claim.id))
    synthesis = make_synthesis(
        articles,
        statements,
        title=draw(st.sampled_from(["A title", "Another"])),
        disagreements=draw(st.lists(disagreements(articles), max_size=2)),
        omissions=[make_cluster(f"k{n}", "What happened?", claim) for n, claim in enumerate(omitted)],
        dropped=draw(st.lists(dropped(articles), max_size=2)),
    )
    return make_run(synthesis, articles, claims, parameters={"words": draw(st.sampled_from([200, 300]))})


@st.composite
def disagreements(draw: st.DrawFn, articles: Sequence[Article]) -> Disagreement:
    """Two or three sides; a holder may be an article."""
    holders = st.sampled_from(["the mayor", "Pell Line", *(one.id for one in articles)])
    sides = [(draw(holders), draw(wordings()), draw(citations(articles, 1))[0]) for _ in range(draw(st.integers(2, 3)))]
    return make_disagreement(draw(st.sampled_from(["how many", "when"])), *sides)


@st.composite
def dropped(draw: st.DrawFn, articles: Sequence[Article]) -> Dropped:
    """A draft without support."""
    return make_dropped(draw(wordings()), "not borne out", *draw(citations(articles, 1)))
