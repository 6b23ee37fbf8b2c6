"""Limits: what is too large, too deep or no plain file is refused by name, and never loses the others."""

from __future__ import annotations

import os
import socket
import struct
import threading
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.settings import Settings
from pipeline.stages.ingest import Caps, Ingested, ingest
from pipeline.stages.ingest.caps import DEFAULT
from tests.stages.ingest import documents as made

SMALL = DEFAULT._replace(file_bytes=20_000, text_bytes=5_000, unpacked_bytes=50_000, members=5)


def _beside_a_good_one(folder: Path, name: str, data: bytes, caps: Caps = DEFAULT) -> Ingested:
    """What is read of a folder with this file and a good one."""
    (folder / name).write_bytes(data)
    (folder / "good.txt").write_bytes(made.text())
    found = ingest([str(folder)], caps=caps)
    assert "good.txt" in {article.path for article in found.articles}
    return found


def _nested(depth: int) -> bytes:
    data, name = made.text(), "a.txt"
    for number in range(depth):
        data, name = made.zipped({name: data}), f"{number}.zip"
    return data


BOMB = made.gzipped(b" " * 20_000_000)


@pytest.mark.parametrize(
    ("name", "data", "caps", "reason"),
    [
        ("a.txt", b"It rained. " * 3000, SMALL, "PIPELINE_MAX_FILE_BYTES"),
        ("a.txt", b"It rained on Monday. " * 300, SMALL, "PIPELINE_MAX_TEXT_BYTES"),
        ("a.txt", b"word " * 5_000, DEFAULT, "a sentence of"),
        ("a.pdf", made.pdf((made.BODY * 20,)), SMALL._replace(text_bytes=900), "PIPELINE_MAX_TEXT_BYTES"),
        ("a.gz", BOMB, DEFAULT, "200 times"),
        ("a.gz", made.gzipped(os.urandom(15_000).hex().encode()), SMALL, "PIPELINE_MAX_FILE_BYTES"),
        ("a.gz.gz", made.gzipped(BOMB), DEFAULT, "200 times"),
        ("a.zip", made.zipped({"a.txt": b" " * 9_000_000}), DEFAULT, "200 times"),
        ("a.zip", made.zipped({f"{n}.txt": b"x" for n in range(9)}), SMALL, "PIPELINE_MAX_MEMBERS"),
        (
            "a.zip",
            made.zipped({f"{n}.txt": os.urandom(9_000).hex().encode() for n in range(3)}),
            SMALL._replace(file_bytes=40_000),
            "UNPACKED_BYTES",
        ),
        (
            "a.zip",
            made.zipped({f"{n}.zip": made.zipped({"a.txt": b"x", "b.txt": b"y"}) for n in range(3)}),
            SMALL,
            "MAX_MEMBERS",
        ),
        ("a.jsonl", b"x\n" * 9, SMALL, "PIPELINE_MAX_MEMBERS"),
        ("a.json", b"[" + b'{"text": "It rained."},' * 9 + b"{}]", SMALL, "PIPELINE_MAX_MEMBERS"),
        ("a.xml", b"<rss>" + b"<item/>" * 9 + b"</rss>", SMALL, "PIPELINE_MAX_MEMBERS"),
        ("a.zip", _nested(4), DEFAULT, "archives deep"),
        ("a.docx", made.zipped({"word/document.xml": b" " * 9_000_000}), DEFAULT, "200 times"),
        ("a.zip", b"PK\x03\x04 and nothing else", DEFAULT, "zip"),
        ("a.gz", made.gzipped(made.text())[:-20], DEFAULT, "gzip"),
        ("a.zip", b"no archive at all", DEFAULT, "whatever its name says"),
        (
            "a.xml",
            b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><item/></channel></rss>',
            DEFAULT,
            "document type",
        ),
        ("a.xml", b"<rss>" + b"<a>" * 1000 + b"</a>" * 1000 + b"</rss>", DEFAULT, "nested"),
        ("a.json", b"[" * 100_000, DEFAULT, "JSON"),
        ("a.json", b'{"text": ' + b"9" * 9000, DEFAULT, "JSON"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1", DEFAULT, "old Office"),
        ("a.txt", b"a.txt".ljust(257, b"\0") + b"ustar", DEFAULT, "tar"),
    ],
)
def test_what_is_over_a_limit_fails_alone(name: str, data: bytes, caps: Caps, reason: str, tmp_path: Path) -> None:
    """Every limit has an error that says what it is, and what to do."""
    failures = _beside_a_good_one(tmp_path, name, data, caps).failures
    assert failures
    assert all(failure.path.startswith(name) for failure in failures)
    assert reason in failures[-1].message


def test_three_archives_deep_is_read(tmp_path: Path) -> None:
    """The deepest nesting that is read."""
    (tmp_path / "a.zip").write_bytes(_nested(3))
    assert [article.path for article in ingest([str(tmp_path)]).articles] == ["a.zip/1.zip/0.zip/a.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "x/../../a.txt", "..\\a.txt", "C:\\a.txt"])
def test_members_with_paths_that_lead_out(name: str, tmp_path: Path) -> None:
    """Such a member is refused, the others are read, and no path of it is shown as one of ours."""
    found = _beside_a_good_one(tmp_path, "a.zip", made.zipped({name: made.text(), "b.txt": made.markdown()}))
    assert {article.path for article in found.articles} == {"a.zip/b.txt", "good.txt"}
    (failure,) = found.failures
    assert "out of the archive" in failure.message
    assert ".." not in failure.path


def test_one_bad_member_never_loses_the_others(tmp_path: Path) -> None:
    """An encrypted and a broken member are named; what lies beside a README and hidden files is read."""
    data = bytearray(
        made.zipped({"a.txt": made.text(), "README.md": b"x", "__MACOSX/._a.txt": b"x", "b.md": made.markdown()})
    )
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1  # the flag of encryption
    (tmp_path / "a.zip").write_bytes(data)
    found = ingest([str(tmp_path / "a.zip")])
    assert [article.path for article in found.articles] == ["a.zip/b.md"]
    assert [failure.path for failure in found.failures] == ["a.zip/a.txt"]
    assert "encrypted" in found.failures[0].message


def test_a_member_that_lies_about_its_size(tmp_path: Path) -> None:
    """What counts is what comes out, not what the archive says of itself."""
    data = bytearray(made.zipped({"a.txt": b" " * 9_000_000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + at, 10)
    found = _beside_a_good_one(tmp_path, "a.zip", bytes(data))
    assert [failure.path for failure in found.failures] == ["a.zip/a.txt"]


def test_members_of_one_name(tmp_path: Path) -> None:
    """Two members of one name are two articles with paths of their own; a name from Windows is a path, too."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x\\a.txt", made.text())
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x\\a.txt", made.markdown())
    found = ingest([str(tmp_path)])
    assert [article.path for article in found.articles] == ["a.zip/x/a.txt", "a.zip/x/a-2.txt"]


def test_other_packings_are_refused(tmp_path: Path) -> None:
    """Of bzip2 and LZMA inside a zip a few bytes can become gigabytes before anybody counts."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", made.text())
    (failure,) = ingest([str(tmp_path)]).failures
    assert "packed in a way" in failure.message


def test_number_of_articles(tmp_path: Path) -> None:
    """More articles than are read end the run before anything is spent, with the setting that raises the limit."""
    (tmp_path / "a.jsonl").write_bytes(made.json_lines())
    with pytest.raises(InputError) as error:
        ingest([str(tmp_path)], caps=Caps.of(Settings(max_articles=4)))
    assert "PIPELINE_MAX_ARTICLES" in (error.value.hint or "")
    assert len(ingest([str(tmp_path)], caps=Caps.of(Settings(max_articles=5))).articles) == 5


def test_special_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, a socket and a device are refused at once, in a folder and by name: nothing is waited for."""
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as bound:
        monkeypatch.chdir(tmp_path)  # a socket's path must be short
        bound.bind("socket.txt")
        (tmp_path / "device.txt").symlink_to("/dev/zero")
        found = _beside_a_good_one(tmp_path, "other.txt", made.markdown())
    assert {failure.path for failure in found.failures} == {"pipe.txt", "socket.txt", "device.txt"}
    for name in ("pipe.txt", "device.txt"):
        (failure,) = ingest([str(tmp_path / name)]).failures
        assert "no regular file" in failure.message


def test_a_pipe_of_the_shell_is_read() -> None:
    """``<(command)`` names a pipe that is open already, and was given by the user."""
    reading, writing = os.pipe()

    def write() -> None:
        with open(writing, "wb") as pipe:  # noqa: PTH123  a descriptor has no path
            pipe.write(made.text())

    thread = threading.Thread(target=write)
    thread.start()
    found = ingest([f"/dev/fd/{reading}"])
    thread.join()
    os.close(reading)
    assert [article.title for article in found.articles] == [made.TITLE]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    """A downloaded folder cannot have a file from elsewhere read; a link inside it, or one that was named, is fine."""
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.txt").write_bytes(made.markdown())
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up.txt").symlink_to("../secret.txt")
    (folder / "sub").mkdir()
    (folder / "sub" / "real.txt").write_bytes(made.text())
    (folder / "within.txt").symlink_to("sub/real.txt")
    found = ingest([str(folder)])
    assert {failure.path for failure in found.failures} <= {"out.txt", "up.txt"}
    assert all("out of the folder" in failure.message for failure in found.failures)
    assert found.failures
    assert len(found.articles) == 1
    assert len(ingest([str(folder / "out.txt")]).articles) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into everything")
def test_a_folder_that_cannot_be_looked_into(tmp_path: Path) -> None:
    """Inside another it fails alone; one that is given by name is an error that says why."""
    (tmp_path / "a.txt").write_text("A ferry ran aground off Tarn on Monday, the coastguard said.")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    ingested = ingest([str(tmp_path)])
    assert [article.path for article in ingested.articles] == ["a.txt"]
    assert [(failure.path, "permissions" in failure.message) for failure in ingested.failures] == [("closed", True)]
    with pytest.raises(InputError, match="cannot be read") as caught:
        ingest([str(closed)])
    assert "permissions" in caught.value.hint
    closed.chmod(0o700)
