"""The program's fingerprint: any change of its files is another one."""

from __future__ import annotations

from pathlib import Path

from pipeline.runs.fingerprint import fingerprint_of, program_fingerprint


def test_any_change_of_a_file_is_another_program(tmp_path: Path) -> None:
    """Content, name and place count; what Python compiles does not."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "one.py").write_text("x = 1\n", encoding="utf-8")
    seen = [fingerprint_of(tmp_path)]
    (tmp_path / "inner" / "one.py").write_text("x = 2\n", encoding="utf-8")
    seen.append(fingerprint_of(tmp_path))
    (tmp_path / "inner" / "one.py").rename(tmp_path / "one.py")
    seen.append(fingerprint_of(tmp_path))
    (tmp_path / "list.txt").write_text("", encoding="utf-8")
    seen.append(fingerprint_of(tmp_path))
    assert len(set(seen)) == len(seen)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "one.pyc").write_bytes(b"\0")
    assert fingerprint_of(tmp_path) == seen[-1]


def test_the_same_program_has_the_same_fingerprint() -> None:
    """Asked anew, too."""
    package = Path(__file__).parents[2] / "pipeline"
    assert program_fingerprint() == fingerprint_of(package)
