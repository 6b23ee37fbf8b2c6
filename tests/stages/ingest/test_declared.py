"""Every format by everything that it can say: right where it says it, unknown where it does not."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.domain.article import Format
from tests.stages.ingest.declared import DECLARED, FIELDS, PAGE, read, table
from tests.stages.ingest.documents import BODY


@pytest.mark.parametrize("name", DECLARED)
def test_all_that_is_declared_is_read(name: str) -> None:
    """Body, title, publisher, author, date, language, address and correction; and citations that resolve."""
    found = read(name)
    wanted = {field: value if field in DECLARED[name].fields else None for field, value in FIELDS.items()}
    assert {field: getattr(found.article, field) for field in FIELDS} == wanted
    assert " ".join(found.article.sentence_texts()) == " ".join(BODY)
    assert found.cited == found.resolved > 0


def test_every_format_is_there() -> None:
    """A format that is read is in the table."""
    assert {read(name).article.format for name in DECLARED} == set(get_args(Format))


def test_the_page_is_current() -> None:
    """docs/formats.md is what the code does: ``python -m tests.stages.ingest.declared`` writes it."""
    assert PAGE.read_text(encoding="utf-8") == table()
