"""Reading stories: every line once, whatever the parts; nothing unbounded; folders by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.runs.corpus.source import Folders, JsonLines, byte_range, open_source
from tests.runs.corpus.stories import lines, story, written


@given(
    texts=st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), max_size=20),
    ending=st.sampled_from([b"\n", b""]),
    parts=st.integers(1, 7),
)
def test_parts_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], ending: bytes, parts: int
) -> None:
    """Each line that is not blank belongs to exactly one part, wherever the cuts fall."""
    path = tmp_path_factory.mktemp("parts") / "in.jsonl"
    path.write_bytes(b"\n".join(texts) + ending)
    ranges = [byte_range(str(path), index, parts) for index in range(1, parts + 1)]
    found = [item.payload for start, end in ranges for item in JsonLines(str(path), start, end).items()]
    assert found == [text.strip() for text in texts if text.strip()]
    assert found == [item.payload for item in JsonLines(str(path)).items()]


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    """Blank lines count, and are no stories."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n" + lines([story(1)]) + b"  \n" + lines([story(2)]))
    read = JsonLines(str(path))
    assert [(item.number, read.where(item), read.story_id(item)) for item in read.items()] == [
        (2, "line 2", "story-1"),
        (4, "line 4", "story-2"),
    ]
    assert [item.position for item in read.items()][-1] == read.total


def test_a_line_without_end_is_one_failure(tmp_path: Path) -> None:
    """It is not kept, and the story behind it is read."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"x" * 5_000_000 + b"\n" + lines([story(1)]))
    read = JsonLines(str(path), longest=2000)
    first, second = read.items()
    assert (first.payload, first.number, second.number) == (b"", 1, 2)
    assert read.story_id(second) == "story-1"
    with pytest.raises(InputError, match="longer"):
        read.story_id(first)


def test_a_line_has_the_digest_of_its_words(tmp_path: Path) -> None:
    """The same line has the same digest wherever it stands; an edited one has not."""
    one, two = (tmp_path / "1.jsonl"), (tmp_path / "2.jsonl")
    one.write_bytes(lines([story(1), story(2)]))
    two.write_bytes(lines([story(2), story(1)]).replace(b"noon", b"dusk", 1))
    (a, b), (c, d) = ([i.digest for i in JsonLines(str(p)).items()] for p in (one, two))
    assert a == d
    assert b != c


def test_folders_are_stories_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Files, hidden folders and the results are none."""
    for name in ("b", "a", ".git", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.txt").write_text("A ferry sank.", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no story", encoding="utf-8")
    read = Folders(tmp_path, tmp_path / "out")
    before = list(read.items())
    assert [read.story_id(item) for item in before] == ["a", "b"]
    assert read.total == 2
    (tmp_path / "a" / "two.txt").write_text("It was late.", encoding="utf-8")
    after = list(read.items())
    assert [x.digest == y.digest for x, y in zip(before, after, strict=True)] == [False, True]


def test_what_has_no_parts_is_not_cut(tmp_path: Path) -> None:
    """A folder, a stream and what is not there are refused in words."""
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="byte ranges"):
        open_source(str(tmp_path), tmp_path / "out", 5)
    with pytest.raises(InputError, match="stream"):
        open_source("-", tmp_path / "out", 5)
    with pytest.raises(InputError, match="no file or folder"):
        open_source(str(tmp_path / "b"), tmp_path / "out")
    with pytest.raises(InputError, match="no subfolders"):
        open_source(str(tmp_path / "a"), tmp_path / "out")
    with pytest.raises(InputError, match="sharded"):
        byte_range(str(tmp_path), 1, 2)
    assert open_source(str(written(tmp_path / "in", 1)), tmp_path / "out", 5).total is not None
