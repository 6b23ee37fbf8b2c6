"""The error tree: what its docstring draws is what it is."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from pipeline import errors
from pipeline.errors import PipelineError, RateLimited, ServerFault


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
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_a_process_boundary(kind: type[PipelineError], protocol: int) -> None:
    """Message, hint and whatever else an error carries come out of a pickle, or a copy, as they went in."""
    error = kind("what happened", hint="what to do")
    error.__dict__ |= {name: 2.5 for name in vars(error) if name == "retry_after"}
    pickled = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301  our own bytes
    for again in (pickled, copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert (vars(again), str(again)) == (vars(error), "what happened")


@pytest.mark.parametrize("kind", KINDS)
def test_errors_say_what_they_are(kind: type[PipelineError]) -> None:
    """Every error that a command can end with has a code and a hint, and a wait only where trying again may help."""
    error = kind("what happened")
    assert kind.code == kind.code.lower().strip() != ""
    assert kind.retryable or not hasattr(error, "retry_after")
    assert isinstance(error.hint, str)


@pytest.mark.parametrize("kind", [RateLimited, ServerFault])
def test_a_wait_that_was_asked_for_is_kept(kind: type[RateLimited | ServerFault]) -> None:
    """``retry_after`` survives too, and a hint that is not given is the class's own."""
    again = pickle.loads(pickle.dumps(kind("slow down", retry_after=2.5)))  # noqa: S301  our own pickle
    assert again.retry_after == 2.5
    assert again.hint == kind.default_hint
