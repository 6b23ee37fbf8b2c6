"""`pipeline run --group` and what becomes of copies and versions, as a user meets it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Model, Ran, files, kind_of, load, numbered, pipeline, run_with, without_times
from tests.fake_openai import FakeOpenAI, api_error

ROOT = Path(__file__).parents[2]
NOISE = ("02-marlet-ferry-grounding", "06-railway-drivers", "13-central-asia")
USUAL = {"summary.json", "summary.md", "report.html", "run.json", "articles"}
COMET = "A comet was seen over Orrin on Monday, the observatory said. It will be back in 71 years.\n"
STRIKE = "Bus drivers in Ostrand walked out on Friday after pay talks collapsed. The union wants 8 percent more.\n"


def heap_in(folder: Path) -> Path:
    """Three stories and three articles beside them, mixed."""
    folder.mkdir(parents=True)
    stories = (ROOT / "seeds", *(ROOT / "evals" / "stories" / name / "articles" for name in ("ferry", "strike")))
    given = [path for story in stories for path in story.iterdir() if path.suffix in {".txt", ".md"}]
    given += [ROOT / "evals" / "grouping" / "articles" / f"{name}.txt" for name in NOISE]
    for path in given:
        shutil.copyfile(path, folder / path.name)
    return folder


def texts_in(folder: Path, **texts: str) -> Path:
    """A folder with these articles, by file stem."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


class Grouped:
    """A finished run over a heap."""

    def __init__(self, heap: Path, out: Path) -> None:
        self.heap, self.out = heap, out
        self.ran: Ran = pipeline("run", heap, "--group", "--out", out)
        self.groups: Any = load(out, "groups.json")
        self.index = (out / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Grouped:
    """The mixed articles, sorted and summarised."""
    folder = tmp_path_factory.mktemp("group")
    return Grouped(heap_in(folder / "heap"), folder / "out")


def paths_of(stories: Iterable[Any]) -> list[list[str]]:
    """The files of each story."""
    return [sorted(source["path"] for source in story["sources"]) for story in stories]


def test_each_event_has_the_usual_files(grouped: Grouped) -> None:
    """A folder for each story, with the files of a run and no others; the index and groups.json beside them."""
    assert grouped.ran.status == 0, grouped.ran.err
    stories = {story["path"] for story in grouped.groups["stories"]}
    assert {path.name for path in grouped.out.iterdir()} == {*stories, "index.html", "groups.json"}
    for story in stories:
        assert {path.name for path in (grouped.out / story).iterdir()} == USUAL


def test_the_stories_are_told_apart(grouped: Grouped) -> None:
    """Five, five and four articles; each of the others is a story of its own. Every file is in exactly one."""
    found = paths_of(grouped.groups["stories"])
    assert sorted(map(len, found)) == [1, 1, 1, 4, 5, 5]
    assert sorted(name for story in found for name in story) == sorted(p.name for p in grouped.heap.iterdir())


def test_the_list_names_every_story_and_where_it_is(grouped: Grouped) -> None:
    """Markdown on stdout, those of several articles first; the way to the index on stderr."""
    lines = [line for line in grouped.ran.out.splitlines() if line.startswith("- ")]
    assert len(lines) == 6
    assert [int(re.findall(r"(\d+) articles?", line)[-1]) for line in lines] == [5, 4, 5, 1, 1, 1]
    for story in grouped.groups["stories"]:
        assert any(f"{grouped.out}/{story['path']}" in line for line in lines)
    assert f"Index: {grouped.out}/index.html" in grouped.ran.err


def test_the_index_leads_to_every_report(grouped: Grouped) -> None:
    """Its links are to files that are there; it loads nothing, runs nothing, and needs no script."""
    links = set(re.findall(r'href="([^"]+)"', grouped.index))
    assert sum(link.endswith("report.html") for link in links) == 6
    assert all((grouped.out / link).is_file() for link in links)
    assert "<script" not in grouped.index
    assert "default-src &#39;none&#39;" in grouped.index
    assert not re.search(r'(?:src|href)="(?:https?:|//)', grouped.index)


def test_a_story_s_run_is_the_run_of_its_articles(grouped: Grouped, tmp_path: Path) -> None:
    """What a run over these articles alone would write, to the byte, but for paths of settings and times."""
    story = next(s for s in grouped.groups["stories"] if "03_thranna_bulletin.txt" in paths_of([s])[0])
    articles = [grouped.heap / source["path"] for source in story["sources"]]
    alone = tmp_path / "alone"
    assert pipeline("run", *sorted(articles), "--out", alone).status == 0
    one, two = files(grouped.out / story["path"]), files(alone)
    for name in set(one) - {"run.json"}:
        assert one[name] == two[name], name
    assert without_times(one["run.json"])["inputs"] == without_times(two["run.json"])["inputs"]


def test_a_rerun_is_the_same(grouped: Grouped, tmp_path: Path) -> None:
    """To the byte, times aside; into the same folder, and as --json, which prints groups.json."""
    out = tmp_path / "out"
    shutil.copytree(grouped.out, out)
    ran = pipeline("run", grouped.heap, "--group", "--out", out, "--json")
    assert ran.status == 0
    assert ran.out == (grouped.out / "groups.json").read_text(encoding="utf-8")
    before, after = files(grouped.out), files(out)
    assert set(before) == set(after)
    assert all(before[name] == after[name] for name in before if not name.endswith("run.json"))


def test_the_order_of_the_inputs_changes_no_group(tmp_path: Path) -> None:
    """The same stories under the same ids, in the same index."""
    one, two = texts_in(tmp_path / "one", comet=COMET), texts_in(tmp_path / "two", strike=STRIKE, star=f"{COMET}Late.")
    for name, inputs in (("a", (one, two)), ("b", (two, one))):
        assert pipeline("run", *inputs, "--group", "--out", tmp_path / name).status == 0
    for name in ("groups.json", "index.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_story_that_is_gone_goes_and_nothing_else(tmp_path: Path) -> None:
    """Its run is removed, what anybody put beside it stays; other stories keep their names."""
    heap, out = texts_in(tmp_path / "heap", comet=COMET, strike=STRIKE), tmp_path / "out"
    assert pipeline("run", heap, "--group", "--out", out).status == 0
    kept, gone = (next(s for s in load(out, "groups.json")["stories"] if paths_of([s]) == [[name]])["path"]
                  for name in ("comet.txt", "strike.txt"))  # fmt: skip
    (out / gone / "review.jsonl").write_text("mine\n", encoding="utf-8")
    (heap / "strike.txt").unlink()
    assert pipeline("run", heap, "--group", "--out", out).status == 0
    assert [s["path"] for s in load(out, "groups.json")["stories"]] == [kept]
    assert {path.name for path in (out / gone).rglob("*")} == {"review.jsonl"}
    assert {path.name for path in (out / kept).iterdir()} == USUAL


def test_a_forged_list_removes_nothing(tmp_path: Path) -> None:
    """A groups.json that names other folders, inside or outside, does not get them removed."""
    heap, out = texts_in(tmp_path / "heap", comet=COMET), tmp_path / "out"
    mine = tmp_path / "mine"
    assert pipeline("run", heap, "--out", mine).status == 0
    out.mkdir()
    forged = {"stories": [{"path": "../mine"}, {"path": str(mine)}, {"path": "."}, {"path": None}]}
    (out / "groups.json").write_text(json.dumps(forged), encoding="utf-8")
    before = files(mine)
    assert pipeline("run", heap, "--group", "--out", out).status == 0
    assert files(mine) == before


@pytest.mark.parametrize("name", ["index.html", "groups.json", "run.json"])
def test_a_folder_with_other_files_is_refused(name: str, tmp_path: Path) -> None:
    """Neither somebody's index nor the run of one story is mixed with."""
    heap, out = texts_in(tmp_path / "heap", comet=COMET), tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}", encoding="utf-8")
    assert pipeline("run", heap, "--group", "--out", out).status == 2
    assert files(out) == {name: b"{}"}


def test_results_inside_the_input_are_not_articles(tmp_path: Path) -> None:
    """Neither for the next run into the same folder nor for one into another."""
    heap = texts_in(tmp_path / "heap", comet=COMET, strike=STRIKE)
    for out in ("out", "out", "other"):
        ran = pipeline("run", heap, "--group", "--out", heap / out)
        assert ran.status == 0
        assert "2 articles" in ran.err


def test_one_article_and_none(tmp_path: Path) -> None:
    """One is a story; an empty folder is an input error, and nothing is written."""
    one = texts_in(tmp_path / "one", comet=COMET)
    assert pipeline("run", one, "--group", "--out", tmp_path / "a").status == 0
    assert len(load(tmp_path / "a", "groups.json")["stories"]) == 1
    (tmp_path / "none").mkdir()
    assert pipeline("run", tmp_path / "none", "--group", "--out", tmp_path / "b").status == 2
    assert not (tmp_path / "b").exists()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Exit 4, in groups.json and on the page; also where nothing else was given."""
    heap = texts_in(tmp_path / "heap", comet=COMET, empty="")
    ran = pipeline("run", heap, "--group", "--out", tmp_path / "out")
    assert ran.status == 4
    assert "failed: empty.txt" in ran.err
    assert [f["path"] for f in load(tmp_path / "out", "groups.json")["failures"]] == ["empty.txt"]
    assert "empty.txt" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    (heap / "comet.txt").unlink()
    ran = pipeline("run", heap, "--group", "--out", tmp_path / "none")
    assert (ran.status, load(tmp_path / "none", "groups.json")["stories"]) == (4, [])
    assert "no stories" in ran.out


def test_hostile_names_and_titles_are_text(tmp_path: Path) -> None:
    """In the page, the list and the terminal: no markup, no link, no control character."""
    name = "<img src=x onerror=alert(1)>`\n\x1b[31m"
    title = "Title: </style><script>alert(1)</script> [x](javascript:1) \x1b[2J \u202e"
    heap = texts_in(tmp_path / "heap", **{name: f"{title}\n\n{COMET}", "strike": STRIKE})
    ran = pipeline("run", heap, "--group", "--out", tmp_path / "out")
    assert ran.status == 0
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    listed = (tmp_path / "out" / "groups.json").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", ran.out + ran.err + page + listed)
    assert "\\<script\\>" in ran.out


def test_one_story_that_fails_leaves_the_others(tmp_path: Path) -> None:
    """Exit 4; the page says that it could not be told, and its run.json why. The same command mends it."""
    heap, out = texts_in(tmp_path / "heap", comet=COMET, strike=STRIKE), tmp_path / "out"

    def refuses(body: dict[str, Any]) -> Any:
        return api_error(400, "content filter") if _about(body, "comet") else Model.summarize(body)

    with FakeOpenAI(Model(summarize=refuses)) as server:
        ran = run_with(server.base_url, [heap], out, "--group")
        assert ran.status == 4, ran.err
        failed, told = sorted(load(out, "groups.json")["stories"], key=lambda story: story["title"] or "")
        assert (failed["title"], [f["path"] for f in failed["failures"]]) == (None, ["comet.txt"])
        assert told["statements"] > 0
        assert "No article of it could be used" in (out / "index.html").read_text(encoding="utf-8")
    model = Model()
    with FakeOpenAI(model) as server:
        assert run_with(server.base_url, [heap], out, "--group").status == 0
    assert all(story["title"] for story in load(out, "groups.json")["stories"])


def _about(body: dict[str, Any], word: str) -> bool:
    return kind_of(body) == "summarize" and any(word in sentence for sentence in numbered(body).values())


def test_a_rerun_pays_for_nothing_twice(tmp_path: Path) -> None:
    """All replies come from the store."""
    heap, model = texts_in(tmp_path / "heap", comet=COMET, strike=STRIKE), Model()
    with FakeOpenAI(model) as server:
        for _ in range(2):
            assert run_with(server.base_url, [heap], tmp_path / "out", "--group").status == 0
    assert model.asked.count("summarize") == 2


def test_a_dry_run_counts_the_stories(tmp_path: Path) -> None:
    """What all of them may take; nothing is written."""
    heap = texts_in(tmp_path / "heap", comet=COMET, strike=STRIKE)
    ran = pipeline("run", heap, "--group", "--dry-run", "--base-url", "http://127.0.0.1:9/v1", "--model", "tiny")
    assert ran.status == 0, ran.err
    assert "Articles: 2, of 2 stories" in ran.out
    separately = [
        pipeline("run", heap / name, "--dry-run", "--json", "--base-url", "http://127.0.0.1:9/v1", "--model", "tiny")
        for name in ("comet.txt", "strike.txt")
    ]
    together = pipeline(
        "run", heap, "--group", "--dry-run", "--json", "--base-url", "http://127.0.0.1:9/v1", "--model", "tiny"
    )
    calls = [json.loads(one.out)["most"]["calls"] for one in (*separately, together)]
    assert calls[2] == calls[0] + calls[1]


# --- copies and versions


FIRST = (
    "Published: 14 May 2031 09:10\n\nThe ferry Marigold ran aground off Tarn on Monday with 40 people on board, the "
    "coastguard said. Rescuers brought 38 of them ashore before dawn in three boats from the harbour of Orrin. "
    "Two people were taken to hospital with broken bones, the mayor, Ida Brandt, told Lake Radio.\n"
)
SECOND = FIRST.replace("09:10", "11:40").replace("brought 38", "brought 39") + "Tugs will try again on Friday.\n"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Two versions of one article, a copy of the newer, and a copy of that to the byte; and another article."""
    folder = texts_in(
        tmp_path / "articles",
        early=FIRST,
        late=SECOND,
        other="The ferry Marigold lay off Tarn on Tuesday. Its owner, Pell Line, did not answer questions.\n",
        again=SECOND.replace("\n\n", "\n\n\n"),
        bytes=SECOND.replace("\n\n", "\n\n\n"),
    )
    (folder / "sources.yaml").write_text(
        "".join(f"{name}.txt: {{title: Ferry runs aground off Tarn}}\n" for name in ("early", "late", "again")),
        encoding="utf-8",
    )
    return folder


def test_copies_and_earlier_versions_are_left_out_and_named(versions: Path, tmp_path: Path) -> None:
    """On stderr, in run.json with what changed, and in the report; the summary has the newest figure, undisputed."""
    out = tmp_path / "out"
    ran = pipeline("run", versions, "--out", out)
    assert ran.status == 0
    record = load(out, "run.json")
    left = {one["path"]: one for one in record["duplicates"]}
    kept = set(record["inputs"])
    assert {name: one["relation"] for name, one in left.items()}.items() >= {"early.txt": "earlier"}.items()
    assert sorted(one["relation"] for one in left.values()) == ["bytes", "earlier", "text"]
    assert kept | set(left) == {p.name for p in versions.glob("*.txt")}
    assert all(one["kept"] in kept for one in left.values())
    assert all(f"{name} is " in ran.err for name in left)
    assert "--keep-duplicates" in ran.err
    changed = [(c["before"], c["after"]) for c in left["early.txt"]["changes"]]
    assert (None, "Tugs will try again on Friday.") in changed
    assert any("38" in (before or "") and "39" in (after or "") for before, after in changed)
    assert load(out, "summary.json")["disagreements"] == []
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Stands for 3 other files" in report
    assert "an earlier version" in report


def test_they_can_be_kept(versions: Path, tmp_path: Path) -> None:
    """By flag or by setting: all that are not the same to the byte are used."""
    for name, flags, variables in (
        ("flag", ("--keep-duplicates",), {}),
        ("setting", (), {"PIPELINE_KEEP_DUPLICATES": "1"}),
    ):
        ran = pipeline("run", versions, "--out", tmp_path / name, *flags, variables=variables)
        assert ran.status == 0
        assert set(load(tmp_path / name, "run.json")["inputs"]) >= {"early.txt", "late.txt", "other.txt"}
        assert len(load(tmp_path / name, "run.json")["inputs"]) == 4
        assert "--keep-duplicates" not in ran.err


def test_one_report_of_two_outlets_counts_once(tmp_path: Path) -> None:
    """Under two titles both articles stay, and whatever they say has one origin."""
    heap = texts_in(
        tmp_path / "heap", a=f"Title: Ferry aground\n\n{FIRST[30:]}", b=f"Title: Forty saved off Tarn\n\n{FIRST[30:]}"
    )
    out = tmp_path / "out"
    assert pipeline("run", heap, "--out", out).status == 0
    assert load(out, "run.json")["duplicates"] == []
    summary = load(out, "summary.json")
    assert len(summary["sources"]) == 2
    assert {statement["origins"] for statement in summary["statements"]} == {1}


def test_a_heap_names_its_duplicates(versions: Path, tmp_path: Path) -> None:
    """In groups.json and on the page, and in the run of the story that they belong to."""
    (versions / "comet.txt").write_text(COMET, encoding="utf-8")
    out = tmp_path / "out"
    assert pipeline("run", versions, "--group", "--out", out).status == 0
    groups = load(out, "groups.json")
    assert len(groups["duplicates"]) == 3
    assert "Left out" in (out / "index.html").read_text(encoding="utf-8")
    counts = {tuple(paths): len(load(out / story["path"], "run.json")["duplicates"])
              for story, paths in zip(groups["stories"], paths_of(groups["stories"]), strict=True)}  # fmt: skip
    assert sum(counts.values()) == 3
    assert counts["comet.txt",] == 0
