"""`pipeline check`: our own summaries pass, changed ones do not, and other people's formats are understood."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline.runs.check import check_summary
from pipeline.stages.ingest import ingest
from tests.cli.command import environment, load, pipeline, program

FERRY = (
    "A ferry with 40 people on board ran aground off Tarn on Monday, the coast guard said. Nobody was hurt, and "
    "the boat "
    "was towed to Pell Quay. It had left the quay at noon, its owner Doran Vasquell said.\n"
)
STORM = (
    "A storm hit Pell Quay on Tuesday and tore the roof off the fish market, the mayor said. The storm lasted "
    "six hours and "
    "cut power to 1,200 homes in the town.\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Two short articles."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "storm-news.txt").write_text(STORM, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def out(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run over the seeds."""
    folder = tmp_path_factory.mktemp("checked") / "out"
    assert pipeline("run", seeds, "--out", folder).status == 0
    return folder


def _checked(document: str, sources: Path, tmp_path: Path) -> tuple[int, Any]:
    (tmp_path / "summary.md").write_text(document, encoding="utf-8")
    ran = pipeline("check", tmp_path / "summary.md", "--sources", sources, "--json")
    assert "Traceback" not in ran.err
    return ran.status, json.loads(ran.out) if ran.out else None


def _statuses(document: str, sources: Path, tmp_path: Path) -> list[str]:
    _, report = _checked(document, sources, tmp_path)
    return [s["verdict"]["status"] for s in report["sentences"]]


def _parts(out: str) -> list[str]:
    """What is shown of each sentence, on one line."""
    return [" ".join(part.split()) for part in out.split("\n\n")]


def test_our_own_summary_passes(out: Path, seeds: Path) -> None:
    """summary.md and summary.json, checked against their sources, exit 0 with every sentence supported."""
    for name in ("summary.md", "summary.json"):
        ran = pipeline("check", out / name, "--sources", seeds, "--json")
        report = json.loads(ran.out)
        assert ran.status == 0
        assert set(report) == {"schema_version", "sentences", "counts"}
        assert report["counts"] == {"supported": len(report["sentences"])}


def test_a_changed_number_is_named(out: Path, seeds: Path, tmp_path: Path) -> None:
    """Exit 1, and the sentence that was changed is shown with what is wrong."""
    changed = (
        (out / "summary.md").read_text(encoding="utf-8").replace("less than 10 minutes", "less than 14 minutes", 1)
    )
    (tmp_path / "changed.md").write_text(changed, encoding="utf-8")
    ran = pipeline("check", tmp_path / "changed.md", "--sources", seeds)
    assert ran.status == 1
    (shown,) = [part for part in _parts(ran.out) if part.startswith(("contradicted", "unsupported"))]
    assert "less than 14 minutes" in shown
    assert "says 10 here" in ran.out


def test_every_changed_number_of_our_summary_is_found(out: Path, seeds: Path, tmp_path: Path) -> None:
    """Whichever number of the statements or positions is changed, that sentence is refused and no other."""
    markdown = (out / "summary.md").read_text(encoding="utf-8").split("## Sources")[0]
    tail = (out / "summary.md").read_text(encoding="utf-8")[len(markdown) :]
    articles = ingest([str(seeds)]).articles
    path = tmp_path / "changed.md"
    places = list(re.finditer(r"(?<![\w\[.-])\d+(?![\w\]])", markdown))
    assert places
    for match in places:
        line_start = markdown.rfind("\n", 0, match.start()) + 1
        label_ends = markdown.find(":**", line_start)
        if markdown[line_start] == "#" or match.start() < label_ends < markdown.find("\n", line_start):
            continue
        changed = f"{markdown[: match.start()]}{int(match[0]) + 7}{markdown[match.end() :]}"
        path.write_text(changed + tail, encoding="utf-8")
        report = check_summary(path, articles)
        refused = [s.text for s in report.sentences if s.verdict.status != "supported"]
        assert len(refused) == 1, (match[0], refused)
        assert str(int(match[0]) + 7) in refused[0]


def test_a_tampered_json_is_found(out: Path, seeds: Path, tmp_path: Path) -> None:
    """A moved span and a source that has changed are refused, not followed."""
    summary = load(out, "summary.json")
    summary["statements"][0]["citations"][0]["evidence"]["start"] += 1
    (tmp_path / "moved.json").write_text(json.dumps(summary), encoding="utf-8")
    ran = pipeline("check", tmp_path / "moved.json", "--sources", seeds)
    assert ran.status == 1
    assert "is not the text it quotes" in ran.out
    copies = tmp_path / "copies"
    copies.mkdir()
    for article in seeds.glob("*.txt"):
        (copies / article.name).write_bytes(article.read_bytes() + b"\nMore was said of the ferry on Monday.")
    assert pipeline("check", out / "summary.json", "--sources", copies).status == 1


def test_numbers_mean_the_files_in_order(sources: Path, tmp_path: Path) -> None:
    """Without a source list, [1] is the first file; the marks are not in the text that is given back."""
    status, report = _checked("The coast guard said a ferry ran aground off Tarn. [1]\n", sources, tmp_path)
    assert status == 0
    assert report["sentences"][0]["text"] == "The coast guard said a ferry ran aground off Tarn."
    assert report["sentences"][0]["citations"][0]["evidence"]["article_id"] == "ferry"
    assert _statuses("The coast guard said a ferry ran aground off Tarn. [2]\n", sources, tmp_path) == ["unsupported"]


@pytest.mark.parametrize(
    "document",
    [
        "The storm lasted six hours. [storm-news]\n",
        "The storm lasted six hours.[^s]\n\n[^s]: storm-news.txt\n",
        "The storm lasted six hours [1].\n\n## Sources\n\n1. storm-news.txt\n2. ferry.txt\n",
        "The storm lasted six hours [1]. The storm cut power to 1,200 homes. [1]\n\nSources:\n\n[1] storm-news.txt\n",
        "The storm lasted six hours, and a ferry with 40 people ran aground off Tarn, the coast guard said. [1, 2]\n",
        "- **The mayor:** The storm lasted six hours. [2]\n",
        "# Storm and ferry\n\nThe storm lasted six hours. [2]\n",
        "The storm lasted six hours [2](https://x.org/a). The storm cut power to 1,200 homes. ([2](#s2), [2](#s3))\n",
        "The storm lasted six hours.<sup>2</sup>\n\n<p>The storm cut power to 1,200 homes.<sup>[2]</sup></p>\n",
        "The storm lasted six hours, and a ferry with 40 people ran aground off Tarn, the coast guard said. [1-2]\n",
        "The storm lasted six hours. [1]\n\nSources:\n[1] storm-news.txt\n[2] ferry.txt\n",
        "The storm lasted six hours. [1]\n\nSources\n\n[1]: storm-news.txt\n[2]: ferry.txt\n",
        "The storm lasted six hours \\[2\\].\n",
        "| What | Where |\n|---|---|\n| The storm lasted six hours. | [2] |\n| It cut power to 1,200 homes. [2] | |\n",
    ],
)
def test_other_ways_to_cite_are_understood(document: str, sources: Path, tmp_path: Path) -> None:
    """File stems, footnotes, own source lists in any order, several marks, bold labels."""
    statuses = _statuses(document, sources, tmp_path)
    assert statuses == ["supported"] * len(statuses) != []


def test_an_uncited_sentence_gets_a_proposal(sources: Path, tmp_path: Path) -> None:
    """Exit 1; the best passage is proposed, and marked as proposed."""
    status, report = _checked("The storm lasted six hours.\n", sources, tmp_path)
    (sentence,) = report["sentences"]
    assert (status, sentence["verdict"]["status"]) == (1, "uncited")
    assert {c["cited"] for c in sentence["citations"]} == {"proposed"}
    assert sentence["citations"][0]["evidence"]["article_id"] == "storm-news"


def test_a_mark_without_a_source_is_refused(sources: Path, tmp_path: Path) -> None:
    """[99] names nothing: unsupported, with the mark named, whatever else is cited."""
    status, report = _checked("The storm lasted six hours. [99]\n", sources, tmp_path)
    (sentence,) = report["sentences"]
    assert (status, sentence["verdict"]["status"]) == (1, "unsupported")
    assert "[99]" in sentence["verdict"]["guards"][0]["detail"]


def test_what_cannot_be_checked_is_an_input_error(sources: Path, tmp_path: Path) -> None:
    """Exit 2 for a missing file, a foreign JSON, an empty or a binary file."""
    (tmp_path / "foreign.json").write_text('{"a": 1}', encoding="utf-8")
    (tmp_path / "list.json").write_text('[{"a": 1}]', encoding="utf-8")
    (tmp_path / "list.txt").write_text('[{"a": 1}]', encoding="utf-8")
    (tmp_path / "no.json").write_text("The storm lasted six hours. [1]", encoding="utf-8")
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    (tmp_path / "binary.md").write_bytes(b"\x00\x01")
    (tmp_path / "headings.md").write_text("# Only\n\n## headings\n", encoding="utf-8")
    json_files = ("foreign.json", "list.json", "list.txt", "no.json")
    for name in ("missing.md", *json_files, "empty.md", "binary.md", "headings.md"):
        ran = pipeline("check", tmp_path / name, "--sources", sources)
        assert ran.status == 2, name
        assert "error[input]" in ran.err
        assert "Traceback" not in ran.err


FALSEHOOD = "The mayor was executed in Paris."
TRUTH = "The storm lasted six hours. [2]"


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("a.md", f"<p>{FALSEHOOD}</p>\n\n{TRUTH}\n"),
        ("a.md", f"<div>\n{FALSEHOOD}\n</div>\n\n{TRUTH}\n"),
        ("a.md", f"<!-- a comment --> {FALSEHOOD}\n\n{TRUTH}\n"),
        ("a.md", f"    {FALSEHOOD}\n\n{TRUTH}\n"),
        ("a.md", f"```\n{FALSEHOOD}\n```\n\n{TRUTH}\n"),
        ("a.txt", f"```\n{FALSEHOOD}\n```\n\n{TRUTH}\n"),
        ("a.txt", f"    {FALSEHOOD} [2]\n\n{TRUTH}\n"),
        ("a.txt", f"{FALSEHOOD}\n-----\n\n{TRUTH}\n"),
        ("a.txt", f"<p>{FALSEHOOD}</p>\n\n{TRUTH}\n"),
        ("a", f"    {FALSEHOOD}\n\n{TRUTH}\n"),
        ("a.md", f"**{FALSEHOOD}:** {TRUTH}\n"),
        ("a.md", f"**{FALSEHOOD[:-1]} on Monday after he had been brought there in a boat by night:** {TRUTH}\n"),
        ("a.md", f"{TRUTH}\n\n## Sources\n\n1. ferry.txt\n2. storm-news.txt\n\n{FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\n## Sources\n\n1. ferry.txt\n2. storm-news.txt\n{FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\n## Sources\n\n1. ferry.txt\n2. storm-news.txt\n\n   {FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\n## Notes\n\n- {FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\nNotes\n\n{FALSEHOOD}\n"),
        ("a.txt", f"{TRUTH}\nNotes\n{FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\n[note]: {FALSEHOOD}\n"),
        ("a.md", f"{TRUTH}\n\n[7]: {FALSEHOOD}\n"),
        ("a.md", "> " * 100 + f"{FALSEHOOD}\n\n{TRUTH}\n"),
        ("a.md", f"| What |\n|---|\n| {FALSEHOOD} |\n| {TRUTH} |\n"),
    ],
)
def test_no_place_hides_a_falsehood(name: str, document: str, sources: Path, tmp_path: Path) -> None:
    """Whatever a file's format makes of a text, the text is checked: exit 1, and the falsehood is shown."""
    (tmp_path / name).write_text(document, encoding="utf-8")
    ran = pipeline("check", tmp_path / name, "--sources", sources, "--json")
    assert ran.status == 1
    by_status = {s["verdict"]["status"]: s["text"] for s in json.loads(ran.out)["sentences"]}
    assert any("executed in Paris" in text for status, text in by_status.items() if status != "supported")


def test_what_is_not_checked_is_counted(sources: Path, tmp_path: Path) -> None:
    """The last line says how many headings, labels and so on there were; --json keeps to its keys."""
    document = f"# Storm\n\n- **The mayor:** {TRUTH}\n\n<!-- x -->\n\n## Sources\n\n1. ferry.txt\n2. storm-news.txt\n"
    status, report = _checked(document, sources, tmp_path)
    assert (status, set(report)) == (0, {"schema_version", "sentences", "counts"})
    ran = pipeline("check", tmp_path / "summary.md", "--sources", sources)
    assert ran.out.splitlines()[-2:] == [
        "1 sentence: 1 supported",
        "Not checked: 1 comment, 2 headings, 1 label, 2 source entries.",
    ]


def test_a_table_is_its_cells(sources: Path, tmp_path: Path) -> None:
    """Neither the bars nor the line under the head are sentences; a cell of marks cites for its row."""
    _, report = _checked(f"| What | Where |\n|---|---|\n| {TRUTH} | |\n| Nobody was hurt. | [1] |\n", sources, tmp_path)
    assert [s["text"] for s in report["sentences"]] == ["The storm lasted six hours.", "Nobody was hurt."]


@pytest.mark.parametrize("entry", ['Reuters, "Ferry captain held", 2019', "data.txt", "a-z.txt", "The A road, 2019"])
def test_an_entry_that_names_no_file_is_unresolved(entry: str, tmp_path: Path) -> None:
    """A stem counts neither inside other words nor when it is a letter or a year; the number is not a file either."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in (("a.txt", FERRY), ("1.txt", STORM), ("2019.txt", STORM + "It rained for a week after that.\n")):
        (folder / name).write_text(text, encoding="utf-8")
    document = f"The storm lasted six hours. [1]\n\n## Sources\n\n1. {entry}\n2. a.txt\n"
    status, report = _checked(document, folder, tmp_path)
    (sentence,) = report["sentences"]
    assert (status, sentence["verdict"]["status"]) == (1, "unsupported")
    assert sentence["verdict"]["guards"][0]["detail"] == "[1] names no source among the given files"


NAMES = (
    "`tick`.txt",
    "a`b — c.txt",
    "c.txt",
    "new\nline.txt",
    "\x1b[31mred.txt",
    "\u202ertl.txt",
    " a  b .txt",
    "[1].txt",
    "<b>x.txt",
    "back\\slash.txt",
    "\\x60tick\\x60.txt",
    "ünï 船.txt",
    "con—dash.txt",
    "2.txt",
    "C.txt",
)


def test_our_own_summary_passes_whatever_its_files_are_called(tmp_path: Path) -> None:
    """No name leads to another file, though titles name other files too."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        other = NAMES[number - 1].replace("\n", " ")
        text = f"News — {other} — is here\n\nPUBLISHED 2 March 2023\n\nFerry number {number}5 ran aground off Cape "
        (folder / name).write_text(
            f"{text}{'ABCDEFGHIJKLMNOPQ'[number]}dale on Monday, police said.\n", encoding="utf-8"
        )
    assert pipeline("run", folder, "--out", tmp_path / "out").status == 0
    summary = load(tmp_path / "out", "summary.json")
    assert len(summary["sources"]) == len(NAMES)
    ran = pipeline("check", tmp_path / "out" / "summary.md", "--sources", folder, "--json")
    report = json.loads(ran.out)
    assert report["counts"] == {"supported": len(report["sentences"])}
    listed = {s["article_id"] for s in summary["sources"]}
    cited = {c["evidence"]["article_id"] for s in report["sentences"] for c in s["citations"]}
    assert cited == {c["evidence"]["article_id"] for s in summary["statements"] for c in s["citations"]} <= listed


def test_a_passage_fetched_for_one_word_does_not_speak(tmp_path: Path) -> None:
    """A true sentence is not contradicted by what another passage, which only shares a word with it, denies."""
    (tmp_path / "a.txt").write_text(
        "The Marisol was carrying 212 passengers when it struck the Gull Rocks at about 7:40 pm, the coastguard said."
        "\n\n"
        "The operator, Tarn Lines, denied that the ship had been overloaded. Nobody was hurt, police said.\n",
        encoding="utf-8",
    )
    for true in (
        "The ship struck the Gull Rocks around 7:40 pm, the coastguard said. [1]",
        "The Marisol struck the Gull Rocks at 7:40 pm, the coastguard said, and nobody was hurt, police said. [1]",
    ):
        assert _statuses(true, tmp_path / "a.txt", tmp_path) == ["supported"]
    assert _statuses("The ship had been overloaded, Tarn Lines said. [1]", tmp_path / "a.txt", tmp_path) == [
        "contradicted"
    ]


def test_a_summary_without_statements(out: Path, seeds: Path, tmp_path: Path) -> None:
    """Our own JSON may be empty: nothing in it is wrong."""
    summary = load(out, "summary.json") | {"statements": [], "disagreements": []}
    (tmp_path / "empty.json").write_text(json.dumps(summary), encoding="utf-8")
    ran = pipeline("check", tmp_path / "empty.json", "--sources", seeds)
    assert (ran.status, ran.out) == (0, "0 sentences\n")
    ran = pipeline("check", tmp_path / "empty.json", "--sources", seeds, "--json")
    assert json.loads(ran.out) == {"schema_version": 1, "sentences": [], "counts": {}}


@pytest.mark.parametrize(
    "document", ['{"statements": ' + "[" * 100_000, "[" * 5_000, "*" * 20_000 + "a.", "> " * 3_000 + "It sank."]
)
def test_no_document_breaks_the_check(document: str, sources: Path, tmp_path: Path) -> None:
    """Nesting without end is an error of ours or a verdict, never a traceback."""
    (tmp_path / "odd.md").write_text(document, encoding="utf-8")
    ran = pipeline("check", tmp_path / "odd.md", "--sources", sources)
    assert ran.status in {1, 2}
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "document",
    [
        "[The storm lasted six hours](storm-news.txt).\n",
        "The storm lasted six hours ([Storm news](./sources/storm-news.txt#top)).\n",
        "The storm lasted six hours [1](storm-news.txt), [[2]](storm-news.txt).\n",
        "The storm lasted six hours. (Source: storm-news)\n",
        "The storm lasted six hours (sources: storm-news.txt; storm-news).\n\nSource: storm-news.txt\n",
    ],
)
def test_links_and_notes_cite(document: str, sources: Path, tmp_path: Path) -> None:
    """A link to a source is a citation of it, whatever its text; a note in words, too; neither stays in the text."""
    status, report = _checked(document, sources, tmp_path)
    (sentence,) = report["sentences"]
    assert (status, sentence["verdict"]["status"]) == (0, "supported")
    assert sentence["text"] == "The storm lasted six hours."
    assert {c["evidence"]["article_id"] for c in sentence["citations"]} == {"storm-news"}


def test_a_link_to_a_file_with_a_number_for_a_name(tmp_path: Path) -> None:
    """It leads to the file, not to the entry of that number; an entry that is a link names its file."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in (("1.txt", STORM), ("2.txt", FERRY)):
        (folder / name).write_text(text, encoding="utf-8")
    document = (
        "The storm lasted six hours ([here](1.txt)). A ferry ran aground off Tarn, the coast guard said. [1]\n\n"
        "## Sources\n\n1. [The ferry](2.txt)\n2. [The storm](1.txt)\n"
    )
    assert _statuses(document, folder, tmp_path) == ["supported", "supported"]


def test_a_link_elsewhere_cites_nothing(sources: Path, tmp_path: Path) -> None:
    """Not even where its address has the name of a source in it."""
    document = "[The storm lasted six hours](https://example.org/storm-news).\n"
    assert _statuses(document, sources, tmp_path) == ["uncited"]


def test_a_note_that_names_nobody_known_is_refused(sources: Path, tmp_path: Path) -> None:
    """It is a citation that leads nowhere, as [99] is; where the sentence stands is proposed."""
    _, report = _checked("The storm lasted six hours. (Source: Reuters)\n", sources, tmp_path)
    (sentence,) = report["sentences"]
    assert sentence["verdict"]["status"] == "unsupported"
    assert sentence["verdict"]["guards"][0]["detail"] == "[Reuters] names no source among the given files"
    assert {(c["cited"], c["evidence"]["article_id"]) for c in sentence["citations"]} == {("proposed", "storm-news")}


def test_standard_input_is_a_summary(out: Path, seeds: Path) -> None:
    """So that one command's output is checked by the next."""
    ran = pipeline("check", "-", "--sources", seeds, stdin=(out / "summary.md").read_bytes())
    assert ran.status == 0
    assert "supported" in ran.out


def test_a_page_is_checked(sources: Path, tmp_path: Path) -> None:
    """HTML by its ending or its beginning; scripts, styles, headings and menus are no sentences."""
    page = (
        "<!DOCTYPE html><html><head><title>Storm</title><style>p{}</style></head><body><nav><a>Home</a></nav>"
        "<script>var x = 'The mayor is dead.'</script><p>The storm lasted <b>six</b> hours.<sup>2</sup></p></body>"
    )
    for name in ("page.html", "page.txt"):
        (tmp_path / name).write_text(page, encoding="utf-8")
        ran = pipeline("check", tmp_path / name, "--sources", sources)
        assert ran.status == 0
        assert ran.out.endswith("1 sentence: 1 supported\nNot checked: 1 heading, 1 menu.\n")


def test_a_summary_beside_its_sources_is_none_of_them(sources: Path) -> None:
    """It neither bears itself out nor moves the numbers."""
    (sources / "a-summary.txt").write_text("The storm lasted nine hours. [2]\n", encoding="utf-8")
    ran = pipeline("check", sources / "a-summary.txt", "--sources", sources)
    assert ran.status == 1
    assert "storm-news.txt: " in ran.out


def test_nothing_to_check_against_is_an_error(sources: Path, tmp_path: Path) -> None:
    """An empty folder, and one in which nothing can be read: exit 2, no verdict on every sentence."""
    (tmp_path / "a.txt").write_text("The storm lasted six hours.\n", encoding="utf-8")
    (tmp_path / "none").mkdir()
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "a.txt").write_bytes(b"\0\1")
    for folder in ("none", "binary"):
        ran = pipeline("check", tmp_path / "a.txt", "--sources", tmp_path / folder)
        assert (ran.status, ran.out) == (2, "")
        assert "error[input]" in ran.err
    ran = pipeline("check", sources, "--sources", sources)
    assert ran.status == 2
    assert "is a folder" in ran.err


def test_what_is_shown_fits_and_harms_nobody(tmp_path: Path) -> None:
    """Eighty columns, no escape sequence, and nothing from a file at the start of a line."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a\x1b[31m.txt").write_text(
        "The king\u202e sank the \x1b[31mferry\x1b[0m off Tarn on Monday, police said " + "of it " * 40 + "twice.\n"
        "\nsupported The mayor is dead, police said.\n",
        encoding="utf-8",
    )
    text = "The king sank the \x1b[2Jferry off Tarn.\u2028supported The mayor is dead." + "船" * 90
    (tmp_path / "a.md").write_text(f"{text}\n", encoding="utf-8")
    ran = pipeline("check", tmp_path / "a.md", "--sources", folder)
    assert ran.status == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", ran.out)
    verdicts = re.findall(r"^\S+", ran.out, re.MULTILINE)
    assert set(verdicts) <= {"uncited", "unsupported", "contradicted", "1", "2", "3"}
    assert all(cell_len(line) <= 80 for line in ran.out.splitlines())


def test_every_verdict_comes_with_its_passage(sources: Path, tmp_path: Path) -> None:
    """Also the good ones; the article is named by its file."""
    document = "The storm lasted six hours. [2]\n\nThe storm lasted nine hours.\n"
    (tmp_path / "a.md").write_text(document, encoding="utf-8")
    good, bad, _ = _parts(pipeline("check", tmp_path / "a.md", "--sources", sources).out)
    assert good.startswith("supported The storm lasted six hours. > storm-news.txt: “The storm lasted six hours")
    assert bad.startswith("uncited The storm lasted nine hours. - names no source; this is the nearest")
    assert "- quantity: “nine”: the passage says 6 here" in bad
    assert "> proposed, storm-news.txt: “The storm" in bad


@pytest.mark.parametrize("plain", [False, True])
def test_only_a_terminal_gets_colour(plain: bool, sources: Path, tmp_path: Path) -> None:
    """And not where the user says no; a pipe never does."""
    (tmp_path / "a.md").write_text("The storm lasted six hours. [2]\n", encoding="utf-8")
    main, other = pty.openpty()
    command = [program(), "check", str(tmp_path / "a.md"), "--sources", str(sources)]
    variables = environment(TERM="xterm", **({"NO_COLOR": "1"} if plain else {}))
    done = subprocess.run(command, stdout=other, env=variables, check=False, timeout=60)
    os.close(other)
    shown = os.read(main, 10_000).decode()
    os.close(main)
    assert done.returncode == 0
    assert ("\x1b[" in shown) != plain
    assert "\x1b" not in pipeline(*command[1:]).out
