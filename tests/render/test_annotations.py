"""Claims as W3C Web Annotations: every selector finds its passage, and ids stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.claims import Attribution
from pipeline.render.annotations import render_annotations
from pipeline.runs.folder import RunFolder, read_run
from tests.runs.ran import run_of

from .factory import cite, evidence, make_article, make_claim, make_file, make_statement, make_synthesis


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A genuine run over three short articles."""
    return read_run(run_of(tmp_path_factory.mktemp("ran")))


def read(lines: str) -> list[Any]:
    """The annotations; each line is one JSON document."""
    return [json.loads(line) for line in lines.splitlines()]


def bodies(annotation: Any, purpose: str) -> list[str]:
    """The texts of one purpose."""
    return [body["value"] for body in annotation["body"] if body["purpose"] == purpose]


@pytest.mark.parametrize("all_claims", [False, True])
def test_every_selector_finds_its_passage(run: RunFolder, *, all_claims: bool) -> None:
    """Position and quote select the same characters of the article that the digest names."""
    texts = {f"nih:sha-256;{article.sha256}": article.text for article in run.articles().values()}
    found = read(render_annotations(run.synthesis, run.files, all_claims=all_claims))
    assert found
    for annotation in found:
        (target,) = annotation["target"]
        text = texts[target["source"]]
        position, quote = target["selector"]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert text[: position["start"]].endswith(quote["prefix"])
        assert text[position["end"] :].startswith(quote["suffix"])
        assert (quote["prefix"] != "", quote["suffix"] != "") == (position["start"] > 0, position["end"] < len(text))
        assert text.count(quote["prefix"] + quote["exact"] + quote["suffix"]) == 1


def test_the_keys_are_those_of_the_model(run: RunFolder) -> None:
    """Names and values of the Web Annotation Data Model, and nothing beside them."""
    for annotation in read(render_annotations(run.synthesis, run.files)):
        assert list(annotation) == ["@context", "id", "type", "motivation", "body", "target"]
        assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert (annotation["type"], annotation["motivation"]) == ("Annotation", "describing")
        assert {body["type"] for body in annotation["body"]} == {"TextualBody"}
        (target,) = annotation["target"]
        assert [selector["type"] for selector in target["selector"]] == ["TextPositionSelector", "TextQuoteSelector"]


def test_what_the_summary_uses(run: RunFolder) -> None:
    """Each statement stands with the claims it cites; claims that nothing cites come only on request."""
    used = read(render_annotations(run.synthesis, run.files))
    every = read(render_annotations(run.synthesis, run.files, all_claims=True))
    linked = {text for annotation in used for text in bodies(annotation, "linking")}
    assert {statement.text for statement in run.synthesis.statements} <= linked
    assert all(bodies(annotation, "linking") for annotation in used)
    assert {annotation["id"] for annotation in used} < {annotation["id"] for annotation in every}
    assert len(every) == len({annotation["id"] for annotation in every})
    assert len(every) == sum(len(claim.evidence) for file in run.files for claim in file.summary.claims)


def test_ids_stay_when_names_drift(run: RunFolder, tmp_path: Path) -> None:
    """Another run over the same articles gives the same ids."""
    again = read_run(run_of(tmp_path))
    ids = [annotation["id"] for annotation in read(render_annotations(run.synthesis, run.files))]
    assert [annotation["id"] for annotation in read(render_annotations(again.synthesis, again.files))] == ids
    assert all(identifier.startswith("urn:uuid:") for identifier in ids)


def test_a_page_is_selected_by_its_words() -> None:
    """On the page at the article's address positions mean nothing: there the quote stands alone, and first."""
    one = make_article("a", "It sank 👩‍👧 off Tarn.", url="https://example.org/a")
    claim = make_claim("c1", "It sank.", evidence(one, 0, len(one.text)))
    (annotation,) = read(render_annotations(make_synthesis([one]), [make_file(one, [claim])], all_claims=True))
    page, file = annotation["target"]
    assert page["source"] == "https://example.org/a"
    assert [selector["type"] for selector in page["selector"]] == ["TextQuoteSelector"]
    assert file["selector"][0]["end"] == len(one.text)


def test_who_says_so_goes_along() -> None:
    """A claim in somebody's name keeps it, with those through whom it came."""
    one = make_article("a", "It sank, the mayor told AFP.")
    said = (Attribution(name="AFP", role="agency"), Attribution(name="the mayor", role="official"))
    claim = make_claim("c1", "It sank.", evidence(one, 0, len(one.text))).model_copy(update={"attribution": said})
    (annotation,) = read(render_annotations(make_synthesis([one]), [make_file(one, [claim])], all_claims=True))
    assert bodies(annotation, "commenting") == ["Said by the mayor, via AFP."]


def test_a_citation_without_a_claim_is_no_less() -> None:
    """A statement that cites a passage and no claim links to it."""
    one = make_article("a", "It sank.")
    synthesis = make_synthesis([one], [make_statement("It went down.", [cite(one, "It sank.")])])
    (annotation,) = read(render_annotations(synthesis, [make_file(one)]))
    assert annotation["motivation"] == "linking"
    assert [body["value"] for body in annotation["body"]] == ["It went down."]
