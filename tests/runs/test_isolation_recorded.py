"""One article can never change what is cited to another: with genuine replies of a real model, replayed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import pytest

from pipeline.domain.article import Article
from pipeline.engines.llm import LlmEngine
from pipeline.engines.requests import Requests
from pipeline.evaluation.injections import load_hosts
from pipeline.llm.replay import ReplayChat, load_recording
from pipeline.prompting import load_prompts
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.stages.summarize import summarize
from tests.runs.hostile import CASES, INSERTED, VICTIM, write_story

RECORDINGS: Final = Path(__file__).parents[1] / "fixtures" / "isolation"


class Claimed:
    """The articles of a case, and what the recorded model's claims come to, by file."""

    def __init__(self, case: str, folder: Path) -> None:
        recording = load_recording(RECORDINGS / case)
        engine = LlmEngine(ReplayChat(recording), recording.about.model, load_prompts(), "cluster")
        self.articles = {one.path: one for one in ingest([str(write_story(folder / case, case))]).articles}
        self.stored = {path: _stored(engine, article) for path, article in self.articles.items()}
        requests = Requests(recording.about.model, load_prompts())
        self.asked = {path: requests.summarize(article) for path, article in self.articles.items()}


def _stored(engine: LlmEngine, article: Article) -> tuple[str, ...]:
    """All that is kept of the article: itself, its claims, and what was rejected, to the byte."""
    claims, rejected = ground(article, asyncio.run(summarize(engine, article)).claims)
    return (article.model_dump_json(), *(one.model_dump_json() for one in (*claims, *rejected)))


@pytest.fixture(scope="module")
def claimed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Claimed]:
    """All cases."""
    folder = tmp_path_factory.mktemp("isolation")
    return {case: Claimed(case, folder) for case in CASES}


@pytest.mark.parametrize("case", CASES[1:])
def test_no_claim_of_another_article_changes(case: str, claimed: dict[str, Claimed]) -> None:
    """With instructions in one article, and with a hostile one beside them: the others' claims are the same."""
    others = {host.name for host in load_hosts()} - ({VICTIM} if case == "attacked" else set())
    clean, now = claimed["clean"], claimed[case]
    assert len(others) >= 2
    for name in others:
        assert len(clean.stored[name]) > 2
        assert now.stored[name] == clean.stored[name]
        assert now.asked[name] == clean.asked[name]


def test_the_model_was_shown_what_is_hostile(claimed: dict[str, Claimed]) -> None:
    """Nothing here rests on a rule that recognises it: each instruction stands in the request for its own article."""
    shown = claimed["attacked"].asked[VICTIM].messages[1].content
    assert all(words.split(". ")[0] in shown for _, words in INSERTED)
    assert claimed["attacked"].stored[VICTIM] != claimed["clean"].stored[VICTIM]
    assert not any(article.flags for one in claimed.values() for article in one.articles.values())


def test_every_claim_rests_on_its_own_article(claimed: dict[str, Claimed]) -> None:
    """No claim of the hostile article has a passage of another, whatever it says about them."""
    for one in claimed.values():
        for path, article in one.articles.items():
            for stored in one.stored[path][1:]:
                assert f'"article_id":"{article.id}"' in stored or '"reason"' in stored
