"""`pipeline run` over articles in other languages, and with --language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import load, pipeline
from tests.languages import CODES, write

NAMES = {"ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "ru": "Russian", "zh": "Chinese"}
FINNISH = (
    "Laiva ajoi karille torstaina rannikon edustalla, ja 12 matkustajaa kuoli. Kaikki muut, jotka olivat laivassa, "
    "pelastettiin toiseen laivaan. Kapteeni sanoi, että laiva ei ollut liian täynnä, mutta tutkinta on jo alkanut. "
    "Laivan omistaja on ollut vaiti, eikä hän ole vielä vastannut kysymyksiin, joita sille on esitetty."
)


@pytest.mark.parametrize("code", CODES)
def test_each_of_the_six_languages(code: str, tmp_path: Path) -> None:
    """A summary, checked, with what was not checked said on the terminal, in the record and in the report."""
    out = tmp_path / "out"
    ran = pipeline("run", write(code, tmp_path / "in"), "--out", out, "--words", "90", "--engine", "extractive")
    assert ran.status == 0, ran.err
    note = f"2 articles in {NAMES[code]}: figures, dates, names"
    assert note in ran.err
    assert any(note in told for told in load(out, "run.json")["notes"])
    summary = load(out, "summary.json")
    for statement in summary["statements"]:
        for citation in statement["citations"]:
            evidence = citation["evidence"]
            article = load(out, f"articles/{evidence['article_id']}.json")["article"]
            assert article["language"] == code
            assert article["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert f", in {NAMES[code]}</p>" in page
    assert f'<div class="text" lang="{code}">' in page
    assert '<p class="prose" dir="auto">' in page
    checked = pipeline("check", out / "summary.md", "--sources", tmp_path / "in")
    assert checked.status == 0, checked.out


def test_a_language_that_is_not_known_is_said_to_be_so(tmp_path: Path) -> None:
    """The run works; what is not checked is named."""
    (tmp_path / "a.txt").write_text(FINNISH, encoding="utf-8")
    ran = pipeline("run", tmp_path / "a.txt", "--out", tmp_path / "out", "--engine", "extractive")
    assert ran.status == 0, ran.err
    assert "1 article in Finnish: figures, quotations and words are checked; dates, names, denial," in ran.err


def test_what_an_article_declares_goes_first_and_is_doubted(tmp_path: Path) -> None:
    """Where its script can be that language; a person's word in sources.yaml puts it right."""
    folder = write("de", tmp_path / "in")
    text = (folder / "bote.txt").read_text(encoding="utf-8")
    (folder / "bote.txt").write_text(f"Language: en\n{text}", encoding="utf-8")
    ran = pipeline("run", folder, "--out", tmp_path / "out", "--engine", "extractive")
    assert "bote.txt declares itself to be in English, and is taken so, but reads as German" in ran.err
    (folder / "sources.yaml").write_text("bote.txt: {language: German}\n", encoding="utf-8")
    ran = pipeline("run", folder, "--out", tmp_path / "two", "--engine", "extractive")
    assert "2 articles in German" in ran.err
    assert "declares itself" not in ran.err


def test_the_extractive_engine_does_not_translate(tmp_path: Path) -> None:
    """Asked for a language that no article is in, the command says so and writes nothing."""
    folder, out = write("de", tmp_path / "in"), tmp_path / "out"
    ran = pipeline("run", folder, "--out", out, "--engine", "extractive", "--language", "fr")
    assert ran.status == 2
    assert "No article is in French: the extractive engine picks the sources' own sentences, here in German" in ran.err
    assert not out.exists()
    ran = pipeline("run", folder, "--out", out, "--engine", "extractive", "--language", "German")
    assert ran.status == 0, ran.err
    assert load(out, "run.json")["parameters"]["language"] == "de"


def test_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    """With what to give instead."""
    ran = pipeline("run", write("de", tmp_path / "in"), "--out", tmp_path / "out", "--language", "as it comes")
    assert ran.status == 2
    assert "give a tag such as de or pt-BR" in ran.err


def test_check_says_what_it_could_not_check(tmp_path: Path) -> None:
    """An English summary of German articles: not refused, not passed, exit status 3; a wrong figure fails."""
    folder = write("de", tmp_path / "in")
    summary = tmp_path / "summary.txt"
    summary.write_text(
        "Twelve people died in the ferry accident off Tarnau, and 40 were injured. [2]\n", encoding="utf-8"
    )
    ran = pipeline("check", summary, "--sources", folder)
    assert ran.status == 3, ran.out + ran.err
    assert ran.out.startswith("unverified")
    assert "not compared: the text is in English, what it cites is not" in " ".join(ran.out.split())
    asjson = json.loads(pipeline("check", summary, "--sources", folder, "--json").out)
    assert asjson["counts"] == {"unverified": 1}
    summary.write_text("Thirty people died in the accident off Tarnau, and 40 were hurt. [2]\n", encoding="utf-8")
    assert pipeline("check", summary, "--sources", folder).status == 1
