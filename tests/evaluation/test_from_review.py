"""A review becomes a story that an eval runs: facts, falsehoods, disagreements and pairs, in the reviewers' names."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given, strategies as st

from pipeline.domain.article import Removal, Span
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation
from pipeline.errors import InputError
from pipeline.evaluation import lint
from pipeline.evaluation.calibration import load_pairs
from pipeline.evaluation.from_review import MARKER, export_review
from pipeline.evaluation.review_falsehoods import says_false
from pipeline.evaluation.reviewed_articles import article_files, raw_bytes
from pipeline.evaluation.story import Fact, LabelledStory, Position, Tellable, load_story
from pipeline.runs.folder import read_run
from pipeline.runs.job import to_json
from pipeline.runs.review.items import Items
from pipeline.runs.review.store import append
from pipeline.stages.ingest import ingest
from pipeline.text.cutting import raw_text
from pipeline.text.spans import make_evidence
from tests.evaluation.tiny import invoke
from tests.render.factory import make_article, make_statement
from tests.runs.ran import extractive, run_of
from tests.runs.review.decisions import Reviewer

STORIES = Path(__file__).parents[2] / "evals" / "stories"
FALSE = "The ferry Marigold ran aground off Tarn on Monday with 60 people on board, the coastguard said."


class Reviewing(NamedTuple):
    """A run's folder and somebody who decides about it; ``save`` puts the decisions beside the run."""

    folder: Path
    reviewer: Reviewer

    def save(self) -> None:
        """Write what was decided since the last time."""
        path = self.folder / "review.jsonl"
        for decision in self.reviewer.decisions[len(path.read_text("utf-8").splitlines()) if path.exists() else 0 :]:
            append(path, decision)

    def named(self, words: str) -> str:
        """The id of the statement with these words."""
        return next(one.id for one in self.reviewer.items.run.synthesis.statements if words in one.text)

    def mark(self, article: str, quote: str) -> list[dict[str, object]]:
        """The words of an article, marked."""
        start = self.reviewer.items.run.articles()[article].text.index(quote)
        return [{"article_id": article, "start": start, "end": start + len(quote)}]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which one statement is made false, as a model's might be."""
    out = run_of(tmp_path_factory.mktemp("exported"))
    path = out / "summary.json"
    loaded = json.loads(path.read_text("utf-8"))
    told = next(one for one in loaded["statements"] if "40 people" in one["text"])
    told["text"] = FALSE
    path.write_text(json.dumps(loaded), "utf-8")
    return out


@pytest.fixture
def reviewing(ran: Path, tmp_path: Path) -> Reviewing:
    """A copy of the run, and nothing decided yet."""
    shutil.copytree(ran, tmp_path / "out")
    return Reviewing(tmp_path / "out", Reviewer(Items(read_run(tmp_path / "out"))))


@pytest.fixture
def decided(reviewing: Reviewing) -> Reviewing:
    """A whole review."""
    decide = reviewing.reviewer.decide
    decide("accept", "statement", reviewing.named("Shares"))
    decide("vital", "statement", reviewing.named("Shares"))
    decide("reject", "statement", reviewing.named("60 people"), reason="false")
    decide("reject", "statement", reviewing.named("hull"), reason="unimportant")
    decide("edit", "statement", reviewing.named("Orrin"), text="Two people went to hospital in Orrin, the mayor said.")
    decide("edit", "statement", reviewing.named("inquiry"), text="An inquiry will open on 9 June, the ministry said.")
    decide("missing", "passage", "courier", evidence=reviewing.mark("courier", "Rescuers brought 38 people ashore"))
    decide("accept", "disagreement", "d1")
    reviewing.save()
    return reviewing


def _story(path: Path) -> LabelledStory:
    return load_story(path / "facts.yaml")


def test_the_labels_are_what_was_decided(decided: Reviewing, tmp_path: Path) -> None:
    """Facts with the words of each source, vital where marked or missing; falsehoods tied to what they distort."""
    exported = export_review(decided.folder, tmp_path / "story")
    story = _story(tmp_path / "story")
    labels = story.labels
    assert lint.problems(story) == []
    facts = {fact.text: fact for fact in labels.facts}
    shares = facts["Shares in Pell Line fell 12% on Tuesday after its ferry Marigold ran aground off Tarn."]
    assert (shares.importance, shares.by, shares.support[0].article) == ("vital", ("Ada Penn",), "ledger.txt")
    assert facts["Two people went to hospital in Orrin, the mayor said."].importance == "okay"
    assert facts["Rescuers brought 38 people ashore"].importance == "vital"
    assert not [text for text in facts if "9 June" in text or "hull" in text or "60 people" in text]
    (falsehood,) = labels.falsehoods
    assert (falsehood.text, falsehood.kind, falsehood.by) == (FALSE, "number", ("Ada Penn",))
    truth = next(fact for fact in labels.facts if fact.id == falsehood.corrupts)
    assert "40 people" in truth.text
    (disagreement,) = labels.disagreements
    assert [holder.name for side in disagreement.positions for holder in side.holders] == [
        "the coastguard",
        "Pell Line",
    ]
    assert {name: who.kind for name, who in labels.annotators.items()} == {"Ada Penn": "person"}
    assert labels.annotators["Ada Penn"].labelled == "2026-03-02"
    told = "\n".join(exported.notes)
    assert "unimportant" in told
    assert "do not bear it out" in told


def test_pairs_for_calibration(decided: Reviewing, tmp_path: Path) -> None:
    """What was accepted tells its fact; what was called false does not tell what it distorts."""
    export_review(decided.folder, tmp_path / "story")
    pairs = load_pairs(tmp_path / "story" / "pairs.yaml").pairs
    assert [(pair.level, pair.origin) for pair in pairs] == [("full", "extractive"), ("none", "extractive")]
    facts = {fact.id: fact.text for fact in _story(tmp_path / "story").labels.facts}
    assert all(facts[pair.fact] == pair.fact_text for pair in pairs)
    assert pairs[1].statement == FALSE


def test_an_eval_runs_the_story(decided: Reviewing, tmp_path: Path) -> None:
    """Live with the extractive engine: every vital fact is looked for, and the falsehood is not stated."""
    export_review(decided.folder, tmp_path / "story")
    ran = invoke("eval", tmp_path / "story", "--engine", "extractive", "--json", folder=tmp_path)
    assert ran.status in {0, 1}, ran.err
    measured = json.loads(ran.out)["stories"]["story"]
    levels = {fact["id"]: fact["level"] for fact in measured["facts"] if fact["importance"] == "vital"}
    assert levels
    shares = next(fact.id for fact in _story(tmp_path / "story").labels.facts if "12%" in fact.text)
    assert levels[shares] == "full"
    assert [one["stated_in"] for one in measured["falsehoods"]] == [None]


def test_an_eval_scores_the_reviewed_run(decided: Reviewing, tmp_path: Path) -> None:
    """The articles are the run's own to the byte, so the run itself can be measured; its falsehood is found."""
    export_review(decided.folder, tmp_path / "story")
    ran = invoke("eval", tmp_path / "story", "--run", decided.folder, "--json", folder=tmp_path)
    measured = json.loads(ran.out)["stories"]["story"]
    assert ran.status == 1
    assert [one["stated_in"] for one in measured["falsehoods"]] == [decided.named("60 people")]


def test_the_command_exports(decided: Reviewing, tmp_path: Path) -> None:
    """The path on stdout, the counts and what was left out on stderr."""
    ran = invoke("review", decided.folder, "--export", tmp_path / "story", folder=tmp_path)
    assert (ran.status, ran.out) == (0, f"{tmp_path / 'story' / 'facts.yaml'}\n")
    assert "1 falsehoods" in ran.err


def test_exporting_again_takes_what_was_decided_since(decided: Reviewing, tmp_path: Path) -> None:
    """The same decisions give the same bytes; more decisions, more labels."""
    story = tmp_path / "story"
    export_review(decided.folder, story)
    first = {path.name: path.read_bytes() for path in story.rglob("*") if path.is_file()}
    export_review(decided.folder, story)
    assert {path.name: path.read_bytes() for path in story.rglob("*") if path.is_file()} == first
    decided.reviewer.decide("accept", "statement", decided.named("failed twice"))
    decided.save()
    export_review(decided.folder, story)
    assert [fact for fact in _story(story).labels.facts if "failed twice" in fact.text]


def test_nobodys_work_is_written_over(decided: Reviewing, tmp_path: Path) -> None:
    """A folder of somebody else's, labels that were edited by hand, and a marker that points outside."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "facts.yaml").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="no export wrote it"):
        export_review(decided.folder, mine)
    story = tmp_path / "story"
    export_review(decided.folder, story)
    edited = story / "facts.yaml"
    before = edited.read_text("utf-8")
    edited.write_text(before + "\n# mine\n", "utf-8")
    with pytest.raises(InputError, match="was edited"):
        export_review(decided.folder, story)
    assert edited.read_text("utf-8").endswith("# mine\n")
    edited.write_text(before, "utf-8")
    (story / MARKER).write_text(json.dumps({"schema_version": 1, "files": {"../mine/facts.yaml": "0"}}), "utf-8")
    with pytest.raises(InputError, match="not in the folder"):
        export_review(decided.folder, story)
    assert (mine / "facts.yaml").read_text("utf-8") == "mine"


def test_what_cannot_be_exported_is_said(reviewing: Reviewing, tmp_path: Path) -> None:
    """No decisions, nothing vital, a name that no story can have; nothing is written."""
    with pytest.raises(InputError, match="Nothing has been decided"):
        export_review(reviewing.folder, tmp_path / "story")
    reviewing.reviewer.decide("accept", "statement", "s1")
    reviewing.save()
    with pytest.raises(InputError, match="vital"):
        export_review(reviewing.folder, tmp_path / "story")
    with pytest.raises(InputError, match="no name for a story"):
        export_review(reviewing.folder, tmp_path / "My Story")
    assert not (tmp_path / "story").exists()


def test_a_source_that_is_not_believed(reviewing: Reviewing, tmp_path: Path) -> None:
    """A statement in the source's own words, called false: without a fact that says otherwise it is no label."""
    reviewing.reviewer.decide("vital", "statement", reviewing.named("Shares"))
    reviewing.reviewer.decide("reject", "statement", reviewing.named("failed twice"), reason="It is wrong.")
    reviewing.save()
    exported = export_review(reviewing.folder, tmp_path / "story")
    assert _story(tmp_path / "story").labels.falsehoods == ()
    assert any("its source says so" in note for note in exported.notes)


def test_vital_claims_and_merged_twins(reviewing: Reviewing, tmp_path: Path) -> None:
    """A claim that should have been told is a vital fact; the same thing twice is one fact with both supports."""
    claim = next(one for one in reviewing.reviewer.items.claims.values() if "38 people" in one.text)
    reviewing.reviewer.decide("vital", "claim", claim.id)
    quote = claim.evidence[0].quote
    reviewing.reviewer.decide("missing", "passage", "courier", evidence=reviewing.mark("courier", quote))
    reviewing.save()
    export_review(reviewing.folder, tmp_path / "story")
    (fact,) = _story(tmp_path / "story").labels.facts
    assert (fact.text, fact.importance, len(fact.support)) == (claim.text, "vital", 1)


@pytest.mark.parametrize(
    ("reason", "is_false"),
    [
        ("false", True),
        ("not in the source", True),
        ("misleading", True),
        ("unimportant", False),
        ("repeats", False),
        ("They misquote the mayor.", True),
        ("too long", False),
        ("The year is wrong.", True),
    ],
)
def test_reasons_that_say_false(reason: str, *, is_false: bool) -> None:
    """The page's own reasons, and a reviewer's."""
    assert says_false(reason) == is_false


def test_pages_with_furniture_are_read_as_they_were(pages: Path, tmp_path: Path) -> None:
    """What was taken out is put back, so that each article is the same file again, and is read as the same text."""
    articles = ingest([str(pages)]).articles
    _, files = article_files(articles)
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    again = {article.id: article for article in ingest([str(tmp_path)]).articles}
    assert {name: article.text for name, article in again.items()} == {a.id: a.text for a in articles}
    assert sum(again[article.id].sha256 == article.sha256 for article in articles) >= len(articles) * 0.9


@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=5), st.text())
def test_what_was_taken_out_is_put_back(pieces: list[tuple[str, str]], last: str) -> None:
    """Kept and removed pieces in any mixture give the file again."""
    raw, removed, kept = "", [], ""
    for text, cut in pieces:
        removed.append(Removal(start=len(raw + text), end=len(raw + text + cut), text=cut, reason="x"))
        raw, kept = raw + text + cut, kept + text
    assert raw_text(make_article("a", kept + last, removed=tuple(removed))) == raw + last


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_kept(encoding: str) -> None:
    """An article's file is the very one that was read."""
    data = "Orbán said “no”.\r\n".encode(encoding)
    article = make_article("a", data.decode(encoding), sha256=hashlib.sha256(data).hexdigest())
    assert raw_bytes(article) == data


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd.txt", "/etc/a.txt", "a/../../b.txt", ".hidden.txt", "readme.txt", "x.json", "a\n.txt", "stdin"],
)
def test_articles_stay_in_the_story(path: str) -> None:
    """A path that a run's file names is never one outside the story's folder, nor one that would not be read."""
    names, files = article_files([make_article("a", "It sank.", path=path)])
    assert names == {"a": "article-a.txt"}
    assert set(files) == {"article-a.txt", "sources.yaml"}


def test_the_sources_say_what_is_known(decided: Reviewing, tmp_path: Path) -> None:
    """Ids and metadata of the articles are kept beside them."""
    export_review(decided.folder, tmp_path / "story")
    known: Any = yaml.safe_load((tmp_path / "story" / "articles" / "sources.yaml").read_text("utf-8"))
    assert known["courier.txt"]["id"] == "courier"


def _reviewed(story: str, folder: Path) -> Path:
    """A run over a labelled story whose statements are the story's falsehoods, all rejected, and no vital fact told."""
    labelled = load_story(STORIES / story / "facts.yaml")
    run = read_run(extractive(labelled.folder, folder / "out"))
    files = {article.path: article for article in run.articles().values()}
    truths = {label.id: label for label in (*labelled.labels.facts, *labelled.labels.positions())}

    def marked(label: Tellable) -> list[Evidence]:
        support = label.support if isinstance(label, Fact | Position) else ()
        found = ((files[one.article], files[one.article].text.find(one.quote), len(one.quote)) for one in support)
        return [make_evidence(a, Span(start=at, end=at + length)) for a, at, length in found if at >= 0]

    statements = [
        make_statement(false.text, [Citation(claim_id=None, evidence=one) for one in cited], id=f"s{number}")
        for number, false in enumerate(labelled.labels.falsehoods, start=1)
        if (cited := marked(truths[false.corrupts]))
    ]
    synthesis = run.synthesis.model_copy(update={"statements": tuple(statements)})
    (folder / "out" / "summary.json").write_text(to_json(synthesis), "utf-8")
    reviewing = Reviewing(folder / "out", Reviewer(Items(read_run(folder / "out"))))
    for statement in statements:
        reviewing.reviewer.decide("reject", "statement", statement.id, reason="false")
    for fact in labelled.labels.facts:
        if fact.importance == "vital" and (places := marked(fact)):
            evidence = [one.model_dump(include={"article_id", "start", "end"}) for one in places]
            reviewing.reviewer.decide("missing", "passage", places[0].article_id, evidence=evidence, text=fact.text)
    reviewing.save()
    return folder / "out"


@pytest.mark.parametrize("story", ["ferry", "strike", "seeds"])
def test_falsehoods_are_found_where_they_are_and_nowhere_else(story: str, tmp_path: Path) -> None:
    """Most become labels; a run that states them is caught at every one, and a run in the sources' words at none."""
    folder = _reviewed(story, tmp_path)
    export_review(folder, tmp_path / "story")
    labels = _story(tmp_path / "story").labels
    called = len(read_run(folder).synthesis.statements)
    assert len(labels.falsehoods) >= 0.6 * called
    for arguments, stated in ((("--run", folder), True), (("--engine", "extractive"), False)):
        ran = invoke("eval", tmp_path / "story", *arguments, "--json", folder=tmp_path)
        found = json.loads(ran.out)["stories"]["story"]["falsehoods"]
        assert [one["id"] for one in found if (one["stated_in"] is not None) != stated] == []
