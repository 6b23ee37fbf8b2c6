"""The articles proposed for a sentence that cites none: all that carry it, and no others."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.domain.article import Article
from pipeline.errors import InputError
from pipeline.runs.check import check_document
from pipeline.runs.proposing import propose
from pipeline.runs.source_index import SourceIndex
from pipeline.stages.ingest import ingest
from tests.strategies import any_text, articles

FERRY = (
    "A ferry with 40 people on board ran aground off Tarn on Monday, the coast guard said. Nobody was hurt, and the "
    "boat was towed to Pell Quay."
)
AGAIN = (
    "The coast guard said that a ferry ran aground off Tarn on Monday with 40 people on board. Divers will look at the "
    "hull on Thursday."
)
STORM = (
    "A storm hit Pell Quay on Tuesday and tore the roof off the fish market, the mayor said. The storm lasted six "
    "hours and cut power to 1,200 homes in the town."
)
COUNCIL = "The council of Tarn will vote on the budget next week. The coast road stays closed for repairs until May."


def _read(folder: Path, **texts: str) -> tuple[Article, ...]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text.encode("utf-8", errors="surrogatepass"))
    return ingest([str(folder)]).articles


def _named(text: str, sources: Sequence[Article]) -> list[str]:
    return [proposal.article.id for proposal in propose(text, SourceIndex(sources))]


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Article, ...]:
    """Two reports of one accident, one of a storm, and one of the same town on other things."""
    return _read(tmp_path, ferry=FERRY, again=AGAIN, storm=STORM, council=COUNCIL)


def test_words_from_two_articles_bear_nothing_out(tmp_path: Path) -> None:
    """Nobody has said that they belong together: what is said of the proposal is what one article alone comes to."""
    sources = _read(
        tmp_path,
        market="The mayor opened the fish market on Friday and shook hands.",
        bridge="Engineers closed the old bridge after a storm.",
    )
    report = check_document("The mayor closed the old bridge on Friday.\n", Path("summary.txt"), sources)
    (sentence,) = report.sentences
    assert sentence.verdict.status == "uncited"
    assert sentence.citations
    assert sentence.verdict.failures()


def test_every_article_that_says_so_is_named(sources: tuple[Article, ...]) -> None:
    """That one of them says it best does not silence the other."""
    found = _named("A ferry carrying 40 people ran aground off Tarn, the coast guard said.", sources)
    assert sorted(found) == ["again", "ferry"]


def test_an_article_with_the_place_alone_is_not_named(sources: tuple[Article, ...]) -> None:
    """It shares a name and a common word, and says something else."""
    assert _named("The coast guard said a ferry ran aground off Tarn.", sources)[-1] != "council"
    assert "council" not in _named("The coast guard said a ferry ran aground off Tarn.", sources)


def test_a_merged_sentence_rests_on_two(sources: tuple[Article, ...]) -> None:
    """A part that the best passages do not have brings in the article that has it."""
    merged = (
        "A ferry with 40 people on board ran aground off Tarn on Monday, the coast guard said, a day before a storm "
        "tore the roof off the fish market."
    )
    assert set(_named(merged, sources)) == {"ferry", "again", "storm"}


def test_a_wrong_number_is_still_looked_up(sources: tuple[Article, ...]) -> None:
    """Who checks "nine hours" wants the article that says six."""
    report = check_document("The storm lasted nine hours.", Path("a.txt"), sources)
    (sentence,) = report.sentences
    assert [c.evidence.article_id for c in sentence.citations] == ["storm"]
    assert sentence.verdict.status == "uncited"
    assert [guard.name for guard in sentence.verdict.failures()] == ["quantity"]


def test_the_guards_say_how_it_would_fare(sources: tuple[Article, ...]) -> None:
    """Uncited all the same, but nothing failed: with the passage as its source it would stand."""
    (sentence,) = check_document("The storm lasted six hours.", Path("a.txt"), sources).sentences
    assert (sentence.verdict.status, sentence.verdict.failures()) == ("uncited", ())
    assert sentence.verdict.guards
    assert sentence.verdict.score > 0


def test_one_common_word_names_one_article(sources: tuple[Article, ...]) -> None:
    """There is nothing to go by: not every article that has "said" or "Tarn" is a source."""
    assert len(_named("The mayor of Rome danced in Tarn.", sources)) == 1
    assert _named("Zebras prefer jazz.", sources) == []
    (sentence,) = check_document("Zebras prefer jazz.", Path("a.txt"), sources).sentences
    assert (sentence.verdict.status, sentence.citations) == ("uncited", ())


@given(st.lists(articles(), min_size=2, max_size=4, unique=True), st.data())
@settings(max_examples=40)
def test_the_order_of_the_sources_makes_no_difference(texts: list[str], data: st.DataObject) -> None:
    """The same set is proposed, with the same passages."""
    with tempfile.TemporaryDirectory() as folder:
        read = _read(Path(folder), **{f"a{number}": text for number, text in enumerate(texts)})
    shuffled = data.draw(st.permutations(read))
    told = [sentence for article in read for sentence in article.sentence_texts()]
    for text in [*told[:4], f"{told[0]} {told[-1]}" if told else ""]:
        first = {(p.article.id, p.passage, p.worth) for p in propose(text, SourceIndex(read))}
        again = {(p.article.id, p.passage, p.worth) for p in propose(text, SourceIndex(shuffled))}
        assert first == again


@given(any_text, st.lists(st.one_of(articles(), any_text), min_size=1, max_size=3))
@settings(max_examples=60)
def test_every_proposed_citation_resolves(document: str, texts: list[str]) -> None:
    """Whatever is checked against whatever: the span's characters are the quote."""
    with tempfile.TemporaryDirectory() as folder:
        read = _read(Path(folder), **{f"a{number}": text for number, text in enumerate(texts)})
    by_id = {article.id: article for article in read}
    for name in ("a.txt", "a.md", "a.html"):
        try:
            report = check_document(document + "\n\n" + texts[0], Path(name), read)
        except InputError:
            continue
        for citation in (c for sentence in report.sentences for c in sentence.citations):
            e = citation.evidence
            assert by_id[e.article_id].text[e.start : e.end] == e.quote
        assert sum(report.counts.values()) == len(report.sentences)


def test_a_sentence_of_an_article_finds_that_article(sources: tuple[Article, ...]) -> None:
    """Word for word, it is the best of all."""
    for article in sources:
        for text in article.sentence_texts():
            assert article.id in _named(text, sources)
            passages = [p.passage.of(article.text) for p in propose(text, SourceIndex(sources)) if p.article is article]
            assert text in passages[0]
