"""The error tree: what its docstring draws is what it is."""

from __future__ import annotations

import pickle
import re

import pytest

from pipeline import errors
from pipeline.errors import PipelineError, RateLimited


def _tree(kind: type[PipelineError]) -> list[type[PipelineError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


KINDS = [kind for kind in _tree(PipelineError) if kind.__module__ == errors.__name__]


def test_the_drawing_is_the_tree() -> None:
    """Every class is drawn, with its exit status and whether it is retryable."""
    drawn = dict(re.findall(r"[├└]── (\w+) +(.*)", errors.__doc__ or ""))
    assert set(drawn) == {kind.__name__ for kind in KINDS} - {"PipelineError"}
    for kind in KINDS[1:]:
        assert drawn[kind.__name__].startswith(str(kind.exit_status)), kind
        assert ("retryable" in drawn[kind.__name__]) == kind.retryable, kind


def test_codes_are_unique() -> None:
    """A code names one kind of error."""
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_a_process_boundary(kind: type[PipelineError]) -> None:
    """Message, hint and other fields come out of a pickle as they went in."""
    error = kind("what happened", hint="what to do")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (type(again), again.message, again.hint, str(again)) == (
        kind,
        "what happened",
        "what to do",
        "what happened",
    )


def test_a_wait_that_was_asked_for_is_kept() -> None:
    """``retry_after`` survives too, and a hint that is not given is the class's own."""
    again = pickle.loads(pickle.dumps(RateLimited("slow down", retry_after=2.5)))  # noqa: S301
    assert again.retry_after == 2.5
    assert again.hint == RateLimited.default_hint
