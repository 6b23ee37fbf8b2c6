"""Where sentences end, and which of them stand in one quotation."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Span
from pipeline.text.sentences import closed, ends_like_a_sentence, split_sentences, units_of_text


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained on Monday;  Boats left the port.", ["It rained on Monday;  Boats left the port."]),
        ("It rained; Boats left. Sailors sang.", ["It rained; Boats left.", "Sailors sang."]),
        ("It rained.  Boats left.", ["It rained.", "Boats left."]),
        ("It ended.It rained.", ["It ended.", "It rained."]),  # a space was lost
        ("See www.tarn.example/Port.Now for it. It ended.It rained.",
         ["See www.tarn.example/Port.Now for it.", "It ended.", "It rained."]),
        ("It ended.It rained at www.tarn.example/Port.Now in Oslo.",
         ["It ended.", "It rained at www.tarn.example/Port.Now in Oslo."]),
    ],
)  # fmt: skip
def test_sentences(text: str, sentences: list[str]) -> None:
    """No semicolon and no point of an address ends one."""
    assert [span.of(text) for span in split_sentences(text, [Span(start=0, end=len(text))])] == sentences


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("He said “we tried. We failed”. Boats left.", ["He said “we tried. We failed”.", "Boats left."]),
        ("Boats left. “We tried. We failed.”", ["Boats left.", "“We tried. We failed.”"]),
        ("“We left.” Boats sank.", ["“We left.”", "Boats sank."]),
        ("“We left.” “Boats sank.”", ["“We left.”", "“Boats sank.”"]),
    ],
)
def test_units(text: str, units: list[str]) -> None:
    """A quotation is not torn; two are not joined."""
    assert [span.of(text) for span in units_of_text(text)] == units


@pytest.mark.parametrize("end", [".", "!", "?", "…", "。", "؟", "।", "۔", ".”", "!)  ", ". ”"])
def test_marks_that_close(end: str) -> None:
    """In any script, marks and brackets after it aside."""
    assert ends_like_a_sentence(f"We left{end}")


@pytest.mark.parametrize("end", ["", ":", ";", ",", "”"])
def test_marks_that_do_not_close(end: str) -> None:
    """Headlines, and lines that go on."""
    assert not ends_like_a_sentence(f"We left{end}")


def test_full_stops() -> None:
    """As the script has them."""
    assert [closed(line) for line in ("Talks failed", "会谈失败", "")] == ["Talks failed.", "会谈失败。", "."]
