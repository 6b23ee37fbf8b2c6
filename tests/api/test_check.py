"""`pipeline.check`: the command's verdicts as a value."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pipeline import ArticleText, CitedText, acheck, check, summarize
from pipeline.errors import ConfigurationError, InputError
from tests.cli.command import pipeline
from tests.fake_openai import FakeOpenAI, always, chat_reply
from tests.runs.ran import ARTICLES, articles_in

CITED = "Rescuers brought 38 people ashore before dawn [1]. Nobody was rescued [1]. It is green.\n"
TEXTS = [ArticleText(text, id=name) for name, text in ARTICLES.items()]


def test_report_is_the_commands(tmp_path: Path) -> None:
    """A file, its text, and the command: the same JSON."""
    articles = articles_in(tmp_path / "articles")
    summary = tmp_path / "summary.md"
    summary.write_text(CITED, encoding="utf-8")
    ran = pipeline("check", summary, "--sources", articles, "--json")
    assert ran.status == 1
    of_file, of_text = check(summary, articles), check(CitedText(CITED), str(articles))
    assert of_file.model_dump(mode="json") == of_text.model_dump(mode="json") == json.loads(ran.out)
    assert [s.verdict.status for s in of_file.sentences] == ["supported", "contradicted", "uncited"]
    assert not of_file.passed()


class Printed:
    """What IPython's printer is to an object that it shows."""

    def __init__(self) -> None:
        self.shown = ""

    def text(self, obj: str) -> None:
        self.shown += obj


def test_report_shows_itself(tmp_path: Path) -> None:
    """Printed, as the command prints it; in one line where a value is named; as HTML; as text where there is none."""
    articles = articles_in(tmp_path / "articles")
    summary = tmp_path / "summary.md"
    summary.write_text(CITED, encoding="utf-8")
    report = check(summary, articles)
    assert f"{report}\n" == pipeline("check", summary, "--sources", articles).out
    assert repr(report) == "<CheckReport of 3 sentences: 1 contradicted, 1 supported, 1 uncited>"
    assert "Rescuers brought 38 people ashore before dawn" in report._repr_html_()
    printer = Printed()
    report._repr_pretty_(printer, cycle=False)
    assert printer.shown == str(report)


def test_own_summaries_pass_in_each_form() -> None:
    """What `summarize` gives is borne out by what it was given: as Markdown and as JSON, awaited or waited for."""
    run = summarize(TEXTS, engine="extractive")
    assert check(CitedText(run.markdown), TEXTS).passed()
    assert asyncio.run(acheck(CitedText(run.synthesis.model_dump_json()), TEXTS)).passed()


def test_a_model_only_advises() -> None:
    """With ``judge`` the model's word stands beside the verdicts, which stay."""
    answer = json.dumps({"words": "Rescuers brought 38 people ashore", "differs": "", "label": "not supported"})
    with FakeOpenAI(always(chat_reply(answer))) as server:
        asked = check(CitedText(CITED), TEXTS, judge=True, base_url=server.base_url, model="tiny", api_key="none")
    assert len(server.chats) == 2
    assert asked.sentences[0].verdict.advice()
    without = check(CitedText(CITED), TEXTS).sentences
    assert [s.verdict.status for s in asked.sentences] == [s.verdict.status for s in without]


def test_mistakes_are_told() -> None:
    """A text given as a path, an article given as a summary, a model that nobody asks, an empty text."""
    with pytest.raises(InputError) as caught:
        check(CITED, TEXTS)
    assert "CitedText" in caught.value.hint
    with pytest.raises(InputError, match="not an ArticleText"):
        check(TEXTS[0], TEXTS)  # type: ignore[arg-type]  # a user's mistake
    with pytest.raises(ConfigurationError, match="judge"):
        check(CitedText(CITED), TEXTS, model="tiny")
    with pytest.raises(InputError, match="empty"):
        check(CitedText(" "), TEXTS)
    with pytest.raises(InputError, match="no text"):
        check(CitedText("A \ud800 ferry sank. [1]"), TEXTS)
