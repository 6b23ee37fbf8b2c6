"""--init: a label file in which all is there that needs no reading."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from pipeline.errors import InputError, OutputError
from pipeline.evaluation import lint
from pipeline.evaluation.skeleton import write_skeleton
from pipeline.evaluation.story import load_story
from tests.evaluation.tiny import Home, replace

ODD = (
    "a b.txt",
    "it's.txt",
    'say "so".txt',
    "a: b.txt",
    "#1.txt",
    "a #b.txt",
    "naïve.txt",
    "каталог.txt",
    "新闻.txt",
    "ferry 🚢.txt",
    "{x}.txt",
    "[x].txt",
    "&x.txt",
    "*x.txt",
    "!x.txt",
    "%x.txt",
    "@x.txt",
    "`x`.txt",
    "a,b.txt",
    "-.txt",
    "back\\slash.txt",
    "1e3.txt",
    "٣.txt",
    "two\nlines.txt",
    "tab\there.txt",
    "bell\x07.txt",
    "\u2028.txt",
    "\u202ertl.txt",
)


def _filled(path: Path, quote: str) -> None:
    """The skeleton as somebody fills it in who has read the first article."""
    replace(path, 'labelled: "YYYY-MM-DD"', 'labelled: "2026-11-22"')
    text = path.read_text("utf-8").replace(
        "quote: COPY THE WORDS HERE\n    # speaker", f"quote: {quote}\n    # speaker"
    )
    path.write_text(text, "utf-8")


def test_skeleton_has_what_needs_no_reading(home: Home) -> None:
    """Name, folder, every article with the digest of its bytes; the schema that an editor completes it by."""
    path = write_skeleton("mine", home.articles, home.story.parent)
    assert path == home.story.with_name("mine") / "facts.yaml"
    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert (loaded["schema_version"], loaded["id"]) == (2, "mine")
    assert (path.parent / loaded["articles"]).resolve() == home.articles.resolve()
    digests = {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(home.articles.iterdir())}
    assert loaded["digests"] == digests
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=../facts.schema.json\n")


def test_skeleton_is_refused_for_what_must_be_filled_in_alone(home: Home) -> None:
    """First the date of the labels, then the words of the first fact; filled in, nothing is wrong with it."""
    path = write_skeleton("mine", home.articles, home.story.parent)
    with pytest.raises(InputError, match=r"annotators\.first\.labelled"):
        load_story(path)
    replace(path, "YYYY-MM-DD", "2026-11-22")
    assert lint.problems(load_story(path)) == ["what-happened: not word for word in courier.txt: “COPY THE WORDS HERE”"]
    path.unlink()
    _filled(write_skeleton("mine", home.articles, home.story.parent), "The bridge was built in 1932")
    assert lint.problems(load_story(path)) == []


def test_commented_parts_are_of_the_form(home: Home) -> None:
    """What the comments show can be taken out of them: a disagreement, a falsehood, a speaker."""
    path = write_skeleton("mine", home.articles, home.story.parent)
    _filled(path, "The bridge was built in 1932")
    text = (
        path.read_text("utf-8")
        .replace("disagreements: []\n", "disagreements:\n")
        .replace("falsehoods: []\n", "falsehoods:\n")
    )
    head, rest = text.split("disagreements:\n")
    shown = head.replace("    # speaker", "    speaker").replace("    # require", "    require")
    rest = "\n".join(line.removeprefix("# ").removeprefix("#") for line in rest.splitlines())
    path.write_text(f"{shown}disagreements:\n{rest}\n", "utf-8")
    labels = load_story(path).labels
    assert labels.facts[0].speaker is not None
    assert [position.id for position in labels.positions()] == ["ten", "twelve"]
    assert labels.falsehoods[0].allows(labels.falsehoods[0].text)


def _skeleton_of(folder: Path, names: Sequence[str]) -> None:
    articles = folder / "articles"
    articles.mkdir(parents=True)
    for name in names:
        (articles / name).write_text(f"Something happened on Monday in {sha256(name.encode()).hexdigest()}.\n", "utf-8")
    path = write_skeleton("mine", articles, folder / "stories")
    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert set(loaded["digests"]) == set(names)
    assert loaded["facts"][0]["support"][0]["article"] == min(names)
    assert (path.parent / loaded["articles"]).resolve() == articles.resolve()
    replace(path, "YYYY-MM-DD", "2026-11-22")
    assert [problem.split(":")[0] for problem in lint.problems(load_story(path))] == ["what-happened"]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_file_names_survive(tmp_path: Path, name: str) -> None:
    """Blanks, quotes, colons, hashes, other scripts, controls: read back, the name is what it was."""
    _skeleton_of(tmp_path, [name])


@pytest.mark.parametrize("name", ["a b", "it's: #1", "naïve", 'say "so"', "🚢", "{x}"])
def test_odd_folder_names_survive(tmp_path: Path, name: str) -> None:
    """The folder of the articles may be called anything, too."""
    _skeleton_of(tmp_path / name, ["one.txt", "two.txt"])


_CHARS = st.characters(exclude_characters="/\x00", exclude_categories=["Cs"])


@given(stems=st.lists(st.text(_CHARS, min_size=1, max_size=8), min_size=1, max_size=3, unique=True))
def test_any_file_name_survives(tmp_path_factory: pytest.TempPathFactory, stems: list[str]) -> None:
    """Whatever a file system takes as a name."""
    _skeleton_of(tmp_path_factory.mktemp("any"), [f"x{stem}.txt" for stem in stems])


def test_existing_story_is_not_touched(home: Home) -> None:
    """It is refused, and every byte of it stays."""
    before = home.labels.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        write_skeleton("tiny", home.articles, home.story.parent)
    assert home.labels.read_bytes() == before


@pytest.mark.parametrize("name", ["", "My Story", "a/b", "../a", "-a", "a.b", "é", "a\n", "٣", "A"])
def test_bad_name_is_refused(home: Home, name: str) -> None:
    """Small letters, digits and hyphens; the hint proposes one that will do, and nothing is written."""
    before = sorted(home.folder.rglob("*"))
    with pytest.raises(InputError, match="no name for a story") as raised:
        write_skeleton(name, home.articles, home.story.parent)
    proposed = raised.value.hint.rsplit(" ", 1)[1].rstrip(".")
    write_skeleton(proposed, home.articles, home.folder / "elsewhere")
    assert sorted(path for path in home.folder.rglob("*") if "elsewhere" not in path.parts) == before


def test_folder_without_articles_is_refused(home: Home, tmp_path: Path) -> None:
    """No folder, an empty one, one without a readable file, a file: an input error each, and no label file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    for folder in (tmp_path / "nowhere", tmp_path / "empty", tmp_path / "broken", home.labels):
        with pytest.raises(InputError):
            write_skeleton("mine", folder, home.story.parent)
    assert not home.story.with_name("mine").exists()


def test_unwritable_folder_is_told(home: Home) -> None:
    """A file where the folder should be is an error of the output, not a traceback."""
    home.story.with_name("mine").write_text("in the way", "utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_skeleton("mine", home.articles, home.story.parent)


def test_articles_in_folders_below_are_found(home: Home) -> None:
    """An article's path below the folder is its name, as a run has it."""
    (home.articles / "more").mkdir()
    (home.articles / "tribune.txt").rename(home.articles / "more" / "tribune.txt")
    path = write_skeleton("mine", home.articles, home.story.parent)
    assert list(yaml.safe_load(path.read_text("utf-8"))["digests"]) == ["courier.txt", "herald.txt", "more/tribune.txt"]
