"""An update gives what a run over everything would have given, under the numbers that the sources had."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pipeline.domain.synthesis import Synthesis
from pipeline.errors import ConfigurationError, InputError, OutputError
from pipeline.runs.folder import read_run
from pipeline.runs.job import run_job
from pipeline.runs.replacing import Replacement, replace_run
from pipeline.runs.updates.job import How, Updated, run_update
from pipeline.settings import Settings
from tests.cli.command import files, load, without_times
from tests.runs.ran import ARTICLES
from tests.strategies import articles

STORIES = Path(__file__).parents[3] / "evals" / "stories"
FERRY = sorted((STORIES / "ferry" / "articles").glob("*.txt"))
STRIKE = sorted(path for path in (STORIES / "strike" / "articles").iterdir() if path.is_file())


def _run(given_files: Sequence[Path], out: Path) -> Path:
    done = asyncio.run(run_job([str(path) for path in given_files], Settings(engine="extractive", out=str(out))))
    assert done.synthesis is not None
    return out


def _update(given_files: Sequence[Path], out: Path, how: How = How(), **extra: Any) -> Updated:  # noqa: B008  frozen
    settings = Settings(engine="extractive", out=str(out), **extra)
    return asyncio.run(run_update([str(path) for path in given_files], settings, how=how))


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _sources(out: Path) -> list[str]:
    return [source["article_id"] for source in load(out, "summary.json")["sources"]]


@pytest.mark.parametrize("story", [FERRY, STRIKE], ids=["ferry", "strike"])
@pytest.mark.parametrize("first", [1, 2, 3])
def test_an_update_is_a_run_over_everything(story: list[Path], first: int, tmp_path: Path) -> None:
    """The first articles, then the others: every result is the same to the byte, what is about the way aside."""
    out = _run(story[:first], tmp_path / "out")
    _update(story[first:], out)
    once = _run(story, tmp_path / "once")
    one, other = files(once), {name: data for name, data in files(out).items() if not name.startswith("previous/")}
    assert other.keys() - one.keys() == {"changes.html", "changes.json"}
    for name in one.keys() - {"run.json", "report.html"}:
        assert one[name] == other[name], name


@pytest.mark.parametrize("order", list(itertools.permutations(range(1, 4))))
def test_the_order_of_updates_changes_numbers_alone(order: tuple[int, ...], tmp_path: Path) -> None:
    """One after the other, in any order: the same statements with the same passages; only the numbers differ."""
    out = _run(FERRY[:1], tmp_path / "out")
    for number in order:
        _update([FERRY[number]], out)
    once = load(_run(FERRY[:4], tmp_path / "once"), "summary.json")
    assert _told(load(out, "summary.json")) == _told(once)


def _told(summary: dict[str, Any]) -> set[tuple[str, frozenset[tuple[str, int, int]]]]:
    places = ((s["text"], [c["evidence"] for c in s["citations"]]) for s in summary["statements"])
    return {(text, frozenset((e["article_id"], e["start"], e["end"]) for e in cited)) for text, cited in places}


@given(st.lists(articles(), min_size=2, max_size=4, unique=True), st.integers(1, 3))
@hypothesis_settings(max_examples=25)
def test_any_articles_taken_up_later_give_the_same_summary(texts: list[str], first: int) -> None:
    """Any little articles that are no copies: first some, then the rest, or all at once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given_files = _write(folder / "in", {f"a{n}.txt": text for n, text in enumerate(texts)})
        first = min(first, len(given_files) - 1)
        try:
            once = _run(given_files, folder / "once")
            out = _run(given_files[:first], folder / "out")
        except AssertionError:  # a text without a sentence
            return
        _update(given_files[first:], out)
        if load(once, "run.json")["duplicates"]:
            return  # of two copies the earlier run's stays
        assert (out / "summary.json").read_bytes() == (once / "summary.json").read_bytes()


def test_the_same_again_touches_nothing(tmp_path: Path) -> None:
    """All articles are known: nothing is written, not even a time; an update of an update neither."""
    out = _run(FERRY[:2], tmp_path / "out")
    _update(FERRY[2:3], out)
    before = files(out)
    for again in (FERRY[2:3], FERRY[:3]):
        updated = _update(again, out)
        assert updated.changes is None
        assert updated.done.synthesis is not None
        assert files(out) == before


def test_the_earlier_run_is_kept_whole(tmp_path: Path) -> None:
    """`previous/` is the run that was there, to the byte, and can be read and compared like any other."""
    out = _run(FERRY[:3], tmp_path / "out")
    before = files(out)
    updated = _update(FERRY[3:], out)
    assert files(out / "previous") == before
    assert read_run(out / "previous").synthesis == Synthesis.model_validate_json(before["summary.json"])
    assert updated.changes is not None
    assert load(out, "changes.json") == json.loads(updated.changes.model_dump_json())
    assert "<html" in (out / "changes.html").read_text(encoding="utf-8")
    _update(_write(tmp_path / "more", {"x.txt": ARTICLES["radio.txt"]}), out)
    assert "previous" not in {path.name for path in (out / "previous").iterdir()}, "the last one alone is kept"


def test_numbers_and_ids_stay(tmp_path: Path) -> None:
    """New articles come behind, even under a file name that is taken: what cited [2] goes on citing it."""
    names = list(ARTICLES)
    out = _run(_write(tmp_path / "monday", {n: ARTICLES[n] for n in names[:2]}), tmp_path / "out")
    before = _sources(out)
    _update(_write(tmp_path / "tuesday", {names[0]: ARTICLES[names[2]]}), out)
    after = _sources(out)
    assert after[:2] == before
    assert after[2].startswith("courier-")
    assert len(load(out, "run.json")["inputs"]) == 3


def test_a_newer_version_takes_its_number(tmp_path: Path) -> None:
    """The same file, edited: its number and id stay, and what changed in it is on record."""
    out = _run(_write(tmp_path / "in", dict(ARTICLES)), tmp_path / "out")
    edited = ARTICLES["courier.txt"].replace("38 people", "39 people")
    updated = _update(_write(tmp_path / "in2", {"courier.txt": edited}), out)
    assert _sources(out) == _sources(out / "previous")
    assert load(out, "articles/courier.json")["article"]["text"].count("39 people") == 1
    record = load(out, "run.json")
    assert record["update"]["replaced"] == ["courier"]
    assert record["update"]["kept"] == 2
    (version,) = record["duplicates"]
    assert (version["relation"], version["changes"][0]["after"]) == (
        "earlier",
        "Rescuers brought 39 people ashore before dawn.",
    )
    assert any("is a newer version of [1]" in note for note in record["notes"])
    assert (
        [c.kind for c in updated.changes.sources if c.before] == ["changed", "same", "same"]
        if updated.changes
        else False
    )
    assert _update([tmp_path / "in" / "courier.txt"], out).changes is None, "the older version brings nothing"


def test_a_later_dispatch_of_one_agency_replaces_the_earlier(tmp_path: Path) -> None:
    """Another file, the same publisher and most of the words, a later day: one article, whose number stays."""
    first = "Title: Ferry aground off Tarn\nPublisher: Lake Radio\nDate: 2024-05-14\n\n" + ARTICLES["courier.txt"]
    later = first.replace("05-14", "05-15").replace("38 people", "40 people")
    out = _run(_write(tmp_path / "in", {"w1.txt": first, "radio.txt": ARTICLES["radio.txt"]}), tmp_path / "out")
    _update(_write(tmp_path / "in2", {"w2.txt": later}), out)
    assert _sources(out) == ["w1", "radio"]
    assert load(out, "summary.json")["sources"][0]["path"] == "w2.txt"


def test_a_copy_of_what_is_there_is_left_out(tmp_path: Path) -> None:
    """The same text in another file changes nothing, and is no reason to write."""
    out = _run(_write(tmp_path / "in", dict(ARTICLES)), tmp_path / "out")
    before = files(out)
    assert (
        _update(_write(tmp_path / "in2", {"copy.txt": ARTICLES["radio.txt"].replace(". ", ".  ")}), out).changes is None
    )
    assert files(out) == before


def test_a_toll_that_rose_is_told(tmp_path: Path) -> None:
    """Fourteen dead, then seventeen."""
    out = _run(FERRY[:3], tmp_path / "out")
    (toll,) = (one for one in _update(FERRY[3:], out).tolls if "died" in one.question)
    assert (toll.before, toll.after) == (14, 17)


def test_settings_of_the_earlier_run_are_kept(tmp_path: Path) -> None:
    """A run of 80 words is updated to one of 80 words, unless another length is asked for."""
    out = tmp_path / "out"
    asyncio.run(run_job([str(path) for path in FERRY[:3]], Settings(engine="extractive", out=str(out), words=80)))
    asyncio.run(run_update([str(FERRY[3])], Settings(out=str(out))))
    assert load(out, "run.json")["parameters"]["words"] == 80
    assert load(out, "run.json")["engine"] == "extractive"
    _update([FERRY[4]], out, words=120)
    assert load(out, "run.json")["parameters"]["words"] == 120


@pytest.mark.parametrize("damage", ["nothing", "no summary", "other files"])
def test_what_is_no_run_is_refused(damage: str, tmp_path: Path) -> None:
    """An empty folder, half a run, somebody's folder: said to be none, and left as it is."""
    out = tmp_path / "out"
    out.mkdir()
    if damage == "no summary":
        _run(FERRY[:2], out)
        (out / "summary.json").unlink()
    elif damage == "other files":
        (out / "notes.txt").write_text("mine", encoding="utf-8")
    before = files(out)
    with pytest.raises(InputError):
        _update(FERRY[2:3], out)
    assert files(out) == before


def test_redo_summarizes_all_again(tmp_path: Path) -> None:
    """`--redo` takes nothing from the earlier run but its articles; the result is the same."""
    out = _run(FERRY[:3], tmp_path / "out")
    _update(FERRY[3:], out, How(redo=True))
    assert load(out, "run.json")["update"]["kept"] == 0
    assert load(out, "run.json")["stages"][0]["count_in"] == 5
    once = _run(FERRY, tmp_path / "once")
    assert (out / "summary.json").read_bytes() == (once / "summary.json").read_bytes()


def test_a_run_of_a_model_needs_a_model(tmp_path: Path) -> None:
    """Claims of a model are not mixed with sentences that the embedded engine picked."""
    out = _run(FERRY[:2], tmp_path / "out")
    record = load(out, "run.json") | {"engine": "openai", "model": "some-model"}
    (out / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no model is set"):
        asyncio.run(run_update([str(FERRY[2])], Settings(out=str(out))))
    with pytest.raises(ConfigurationError, match="the engine openai, not extractive"):
        _update(FERRY[2:3], out)


def test_an_article_without_a_sentence_changes_nothing(tmp_path: Path) -> None:
    """The only new file is empty: it is a failure, and the run is as it was."""
    out = _run(FERRY[:2], tmp_path / "out")
    before = files(out)
    updated = _update(_write(tmp_path / "in", {"empty.txt": "\n"}), out)
    assert [failure.path for failure in updated.failures] == ["empty.txt"]
    assert updated.changes is None
    assert files(out) == before


def test_a_plain_run_over_an_update_takes_its_page_away(tmp_path: Path) -> None:
    """The page of changes is of the update: a run from the start removes it, and leaves the kept run."""
    out = _run(FERRY[:2], tmp_path / "out")
    _update(FERRY[2:3], out)
    _run(FERRY[:3], out)
    assert not (out / "changes.html").exists()
    assert (out / "previous" / "run.json").exists()


def test_two_updates_at_once_do_not_mix(tmp_path: Path) -> None:
    """A run that was made again while an update worked is left as it is."""
    out = _run(FERRY[:2], tmp_path / "out")
    seen = (out / "run.json").read_bytes()
    _update(FERRY[2:3], out)
    before = files(out)
    with pytest.raises(OutputError, match="made again meanwhile"):
        replace_run(out, Replacement({"summary.md": "late"}, {}, seen))
    assert files(out) == before


def test_records_of_equal_updates_are_equal(tmp_path: Path) -> None:
    """Times aside, the same update gives the same record."""
    one, two = (_run(FERRY[:3], tmp_path / name) for name in ("one", "two"))
    for out in (one, two):
        _update(FERRY[3:], out)
    assert without_times((one / "run.json").read_bytes()) == without_times((two / "run.json").read_bytes())


def test_an_id_that_would_write_elsewhere_is_refused(tmp_path: Path) -> None:
    """A folder from somebody, whose article is called "../../x": nothing is written outside, nor inside."""
    out = _run(FERRY[:2], tmp_path / "a" / "b" / "out")
    name = _sources(out)[0]
    for path in (out / "summary.json", out / "articles" / f"{name}.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'"{name}"', '"../../../x"'), encoding="utf-8")
    before = files(tmp_path)
    with pytest.raises(InputError, match="which no run gives"):
        _update(FERRY[2:3], out)
    assert files(tmp_path) == before
