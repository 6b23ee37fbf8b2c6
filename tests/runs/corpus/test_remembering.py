"""Stories that were finished before: the same bytes with and without them, and never what the replies do not give."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pipeline.runs.corpus.job import CorpusJob, run_corpus
from pipeline.runs.corpus.manifest import CorpusManifest
from pipeline.settings import Settings
from tests.cli.command import KEY, Model
from tests.fake_openai import FakeOpenAI, api_error
from tests.runs.corpus.stories import lines, story

HERE = "were finished before", "was finished before"


class Desk:
    """A corpus with a model: runs of it into folders of their own, over one cache."""

    def __init__(self, folder: Path, model: Callable[[dict[str, Any]], Any] | None = None) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.model = Model()
        self.server = FakeOpenAI(model or self.model)
        self.told: list[str] = []
        self._runs = 0

    def run(self, stories: list[dict[str, Any]], **changed: Any) -> tuple[bytes, CorpusManifest]:
        """What one run writes and records; ``told`` and ``model.asked`` are of this run alone."""
        self._runs += 1
        given, out = self.folder / "in.jsonl", self.folder / f"out-{self._runs}"
        given.write_bytes(lines(stories))
        told: dict[str, Any] = {"engine": "openai", "model": "tiny", "base_url": self.server.base_url, "api_key": KEY}
        told |= {"cache_dir": str(self.cache), "max_attempts": 1, **changed}
        self.told, self.model.asked[:] = [], []
        job = CorpusJob(input=str(given), out=out, workers=0)
        manifest = asyncio.run(run_corpus(job, Settings.model_validate(told), tell=self.told.append))
        return (out / "syntheses.jsonl").read_bytes(), manifest.model_copy(update={"seconds": 0.0})

    def recalled(self) -> bool:
        """Whether the last run took any story from those that were finished before."""
        return any(here in line for here in HERE for line in self.told)

    def change(self, file: str, statement: str) -> None:
        """Change a file of the cache."""
        with sqlite3.connect(self.cache / f"{file}.sqlite", isolation_level=None) as opened:
            opened.execute(statement)
        opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose model answers from the prompts."""
    made = Desk(tmp_path)
    with made.server:
        yield made


RUN = st.tuples(st.lists(st.integers(0, 5), max_size=3, unique=True), st.sampled_from([60, 300]))
"""Which stories, and how many words."""


@hypothesis_settings(max_examples=6, deadline=None)
@given(runs=st.lists(RUN, max_size=4))
def test_the_same_bytes_with_and_without_what_was_finished_before(runs: list[tuple[list[int], int]]) -> None:
    """In whatever order stories come again and with whatever settings: lines and record are those of a run without."""
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(Path(name))
        with desk.server:
            for numbers, words in runs:
                stories = [story(number) for number in numbers]
                with_them = desk.run(stories, words=words)
                again = desk.run(stories, words=words)
                (desk.cache / "results.sqlite").unlink()
                without = desk.run(stories, words=words)
                assert again == without
                assert with_them[0] == without[0]


def test_a_second_run_takes_all_and_says_so(desk: Desk) -> None:
    """No call is made; the replies count as taken from the store, as if the stories had been made again."""
    stories = [story(number) for number in range(3)]
    first, _ = desk.run(stories)
    assert not desk.recalled()
    again, manifest = desk.run(stories)
    assert (again, desk.recalled(), desk.model.asked) == (first, True, [])
    assert (manifest.usage.calls, manifest.usage.cached > 0) == (0, True)


def test_other_words_are_another_story(desk: Desk) -> None:
    """So is an edited article, and another id."""
    desk.run([story(0)])
    desk.run([story(0)], words=60)
    assert not desk.recalled()
    desk.run([{**story(0), "id": "other"}])
    assert not desk.recalled()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM replies WHERE digest = (SELECT MIN(digest) FROM replies)",
        "UPDATE replies SET reply = json_set(reply, '$.text', '{\"claims\": []}') WHERE request LIKE '%summarize%'",
    ],
)
def test_a_result_whose_replies_are_gone_or_others_is_made_again(change: str, desk: Desk) -> None:
    """What is told is always what the replies that are stored give."""
    desk.run([story(0)])
    desk.change("replies", change)
    found = desk.run([story(0)])
    assert not desk.recalled()
    (desk.cache / "results.sqlite").unlink()
    assert desk.run([story(0)])[0] == found[0]


def test_a_damaged_result_is_told_and_made_again(desk: Desk) -> None:
    """The run ends as ever, and the next one has a whole one."""
    first, _ = desk.run([story(0)])
    desk.change("results", "UPDATE results SET told = x'1234'")
    again, _ = desk.run([story(0)])
    assert (again, desk.recalled(), any("damaged" in line for line in desk.told)) == (first, False, True)
    desk.run([story(0)])
    assert desk.recalled()


def test_a_file_that_is_no_store_is_told_and_gone_without(desk: Desk) -> None:
    """Nothing that can be made again ends a run."""
    desk.cache.mkdir()
    (desk.cache / "results.sqlite").write_bytes(b"mine" * 1000)
    assert desk.run([story(0)])[1].stories.done == 1
    assert any("are not kept" in line for line in desk.told)
    assert (desk.cache / "results.sqlite").read_bytes() == b"mine" * 1000


def test_without_stored_replies_nothing_is_kept(desk: Desk) -> None:
    """What turns the one off turns the other off."""
    desk.run([story(0)], cache="off")
    assert not desk.cache.exists()


def test_a_story_that_was_not_calm_is_not_kept(tmp_path: Path) -> None:
    """An article on which the model failed: the next run asks again."""
    failing = True

    def sometimes(body: dict[str, Any]) -> Any:
        refused = failing and "carrying" in json.dumps(body["messages"])
        return api_error(500, "down") if refused else Model.summarize(body)

    desk = Desk(tmp_path, Model(summarize=sometimes))
    with desk.server:
        desk.run([story(0)])
        desk.run([story(0)])
        assert not desk.recalled()
        failing = False
        found, manifest = desk.run([story(0)])
        assert (desk.recalled(), manifest.stories.partial) == (False, 0)
        assert (desk.run([story(0)])[0], desk.recalled()) == (found, True)
