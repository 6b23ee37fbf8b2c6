"""HTML pages of many layouts: the body and nothing but the body, and what the page says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from pipeline.domain.article import Article
from pipeline.evaluation.reviewed_articles import article_files
from pipeline.stages.ingest import ingest
from pipeline.text.header import dateline_end

FIXTURES: Final = Path(__file__).parents[2] / "fixtures"
PAGES: Final = FIXTURES / "pages"
EXPECTED: Final[Mapping[str, Any]] = yaml.safe_load((PAGES / "expected.yaml").read_text(encoding="utf-8"))
SECOND: Final[Mapping[str, Any]] = yaml.safe_load(
    (FIXTURES / "pages_second" / "expected.yaml").read_text(encoding="utf-8")
)
"""Written after the rules; what they count for is in docs/decisions/019."""
KEPT_FURNITURE: Final = {"microdata.html": 4}
"""Sentences that stay though they are no body: an advert and a post inside the body."""


def _article(name: str) -> Article:
    (article,) = ingest([str(PAGES / name)]).articles
    return article


@pytest.mark.parametrize(
    ("folder", "name"), [("pages", name) for name in EXPECTED] + [("pages_second", n) for n in SECOND]
)
def test_no_sentence_of_the_body_is_lost(folder: str, name: str) -> None:
    """Every paragraph of the body is in the text, word for word, in its order, but for its dateline."""
    (article,) = ingest([str(FIXTURES / folder / name)]).articles
    text = " ".join(" ".join(article.sentence_texts()).split())
    at = 0
    for paragraph in (EXPECTED if folder == "pages" else SECOND)[name]["body"]:
        at = text.find(" ".join(paragraph[dateline_end(paragraph) :].split()), at)
        assert at >= 0, paragraph


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_not_the_body_is_left_out(name: str) -> None:
    """Menus, teasers, comments, banners and pleas are no sentences of the article."""
    body = " ".join(EXPECTED[name]["body"])
    foreign = [sentence for sentence in _article(name).sentence_texts() if sentence not in body]
    assert len(foreign) == KEPT_FURNITURE.get(name, 0), foreign


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("field", ["title", "publisher", "published", "author", "url", "language", "correction"])
def test_metadata(name: str, field: str) -> None:
    """What the page says is found wherever it says it; what it does not say stays None, but for what its words tell."""
    assert getattr(_article(name), field) == EXPECTED[name][field]


def test_pages_become_text_files_again(tmp_path: Path) -> None:
    """A story that is made of a run's articles has the same sentences and metadata, with no page to read."""
    articles = ingest([str(PAGES), str(FIXTURES / "pages_second")]).articles
    _, files = article_files(articles)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    again = {article.id: article for article in ingest([str(tmp_path)]).articles}
    assert set(again) == {article.id for article in articles}
    for article in articles:
        other = again[article.id]
        assert other.sentence_texts() == article.sentence_texts()
        assert (other.format, other.title, other.published) == ("text", article.title, article.published)


def test_a_teaser_is_called_one() -> None:
    """A page that says it is not free to read gives a note: a summary of a teaser would be no summary."""
    (note,) = ingest([str(PAGES / "paywall.html")]).notes
    assert "teaser" in note


def test_a_sources_file_goes_before_the_page(tmp_path: Path) -> None:
    """What a person says overrides what the page says; the rest stays."""
    (tmp_path / "a.html").write_bytes((PAGES / "portal.html").read_bytes())
    (tmp_path / "sources.yaml").write_text("a.html: {publisher: Another, author: Somebody}\n")
    (article,) = ingest([str(tmp_path)]).articles
    assert (article.publisher, article.author, article.published) == ("Another", "Somebody", "2024-05-14")


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        ('<meta property="og:site_name" content="unknown">', None),
        ('<meta name="publisher" content="https://www.courier.example">', None),
        ('<meta name="twitter:site" content="@courier">', None),
        ('<link rel="canonical" href="https://courier.example/a">', None),
        ('<meta name="publisher" content="  The&amp;nbsp;Courier \x1b[31m">', "The Courier [31m"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","publisher":[[["x"]]]}</script>',
            None,
        ),
        ('<script type="application/ld+json">[[[[[[[[[[{"@type":"NewsArticle"}]]]]]]]]]]</script>', None),
    ],
)
def test_a_publisher_is_never_guessed(head: str, publisher: str | None, tmp_path: Path) -> None:
    """An address or a handle is no publisher, and "unknown" is nobody; a name is one clean line."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in EXPECTED["portal.html"]["body"])
    (tmp_path / "a.html").write_text(f"<html><head>{head}</head><body><article>{body}</article></body></html>")
    (article,) = ingest([str(tmp_path)]).articles
    assert article.publisher == publisher


@pytest.mark.parametrize("prefix", ["", "a" * 30 + " "])
def test_encodings_of_pages(prefix: str, tmp_path: Path) -> None:
    """A page is read in the encoding that it declares, in UTF-16 by its mark, and in UTF-8 whatever it declares."""
    source = (PAGES / "russian.html").read_bytes().decode("cp1251").replace("<title>", f"<title>{prefix}")
    texts = set()
    for encoding in ("cp1251", "utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "a.html").write_bytes(source.encode(encoding))
        texts.add(ingest([str(tmp_path / "a.html")]).articles[0].text)
    assert len(texts) == 1
