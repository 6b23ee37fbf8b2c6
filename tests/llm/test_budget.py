"""A cap on spending holds whatever happens."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.claims import Usage
from pipeline.errors import (
    AttemptTimeout,
    BudgetError,
    ConnectionFault,
    GarbledReply,
    NoConnection,
    PipelineError,
    RateLimited,
    RequestRefused,
    ServerFault,
)
from pipeline.llm.budget import Budget, BudgetedChat
from pipeline.llm.protocol import ChatReply, ChatRequest
from tests.llm.scripted import ScriptedChat, chat_request, reply


def price(prompt: int, completion: int) -> float:
    """A cent a prompt token, two a completion token."""
    return (prompt + 2 * completion) / 100


def bound(request: ChatRequest) -> tuple[int, int]:
    """Ten in at most, the limit out."""
    return 10, request.max_tokens


def _chat(budget: Budget, *turns: ChatReply | Exception) -> BudgetedChat:
    return BudgetedChat(ScriptedChat(*turns), budget, price, bound)


def test_the_call_that_could_exceed_the_limit_is_not_made() -> None:
    """A call costs 1.10 at most and .07 in the end: two fit a limit of 1.20, and the third could exceed it."""

    async def calls() -> tuple[Budget, int]:
        budget = Budget(1.2)
        inner = ScriptedChat(reply("a"), reply("b"), reply("c"))
        chat = BudgetedChat(inner, budget, price, bound)
        await chat.complete(chat_request())
        await chat.complete(chat_request())
        with pytest.raises(BudgetError, match=r"\$0\.1400 is spent, and the next call could cost \$1\.1000"):
            await chat.complete(chat_request())
        return budget, len(inner.left)

    budget, left = asyncio.run(calls())
    assert left == 1
    assert budget.spent == pytest.approx(0.14)


@pytest.mark.parametrize(
    ("error", "spent"),
    [
        (RateLimited("x"), 0.0),
        (ServerFault("x"), 0.0),
        (RequestRefused("x"), 0.0),
        (AttemptTimeout("x"), 1.1),
        (ConnectionFault("x"), 1.1),
        (NoConnection("x"), 0.0),
        (GarbledReply("x"), 1.1),
    ],
)
def test_what_may_have_been_charged_counts_in_full(error: PipelineError, spent: float) -> None:
    """After a timeout, a cut connection or rubbish nobody knows the price; refused calls cost nothing."""

    async def call() -> float:
        budget = Budget(2.0)
        with pytest.raises(type(error)):
            await _chat(budget, error).complete(chat_request())
        return budget.spent

    assert asyncio.run(call()) == pytest.approx(spent)


def test_an_answer_that_is_an_error_costs_what_the_server_counts() -> None:
    """An error inside a 200 that carries a count is charged by it, whatever kind of error it is."""

    async def call() -> float:
        budget = Budget(2.0)
        error = ServerFault("an error inside a 200")
        error.spent = (1, 5, 20)
        with pytest.raises(ServerFault):
            await _chat(budget, error).complete(chat_request())
        return budget.spent

    assert asyncio.run(call()) == pytest.approx(0.45)


@pytest.mark.parametrize(("prompt", "completion", "spent"), [(5, 0, 1.05), (0, 5, 0.2), (5, 5, 0.15)])
def test_what_was_not_counted_is_the_most_it_could_be(prompt: int, completion: int, spent: float) -> None:
    """Half a count is no reason to take the other half for free."""

    async def call() -> float:
        budget = Budget(2.0)
        usage = Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion)
        await _chat(budget, reply("x").model_copy(update={"usage": usage})).complete(chat_request())
        return budget.spent

    assert asyncio.run(call()) == pytest.approx(spent)


def test_a_server_that_does_not_count_is_charged_in_full() -> None:
    """No usage in the reply means the most that the call could cost."""

    async def call() -> float:
        budget = Budget(2.0)
        await _chat(budget, reply("x").model_copy(update={"usage": Usage(calls=1)})).complete(chat_request())
        return budget.spent

    assert asyncio.run(call()) == pytest.approx(1.1)


class Watching:
    """Counts what is under way, and answers with a given usage."""

    def __init__(self, tokens: list[int]) -> None:
        self.tokens = tokens
        self.under_way = 0
        self.most = 0

    async def complete(self, request: ChatRequest) -> ChatReply:
        """An answer after a few turns of the loop."""
        del request
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(3):
            await asyncio.sleep(0)
        self.under_way -= 1
        return reply("x").model_copy(
            update={"usage": Usage(calls=1, prompt_tokens=1, completion_tokens=self.tokens.pop())}
        )


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.floats(0.5, 20))
def test_the_limit_holds_with_calls_side_by_side(tokens: list[int], limit: float) -> None:
    """Calls that do not fit wait for those under way; what is spent never exceeds the limit; every call ends."""

    async def calls() -> tuple[float, int, int]:
        budget, inner = Budget(limit), Watching(list(tokens))
        chat = BudgetedChat(inner, budget, price, bound)
        done = await asyncio.gather(*(chat.complete(chat_request()) for _ in tokens), return_exceptions=True)
        assert all(isinstance(result, (ChatReply, BudgetError)) for result in done)
        return budget.spent, sum(isinstance(result, ChatReply) for result in done), inner.most

    spent, answered, most = asyncio.run(asyncio.wait_for(calls(), 10))
    assert spent <= limit
    assert most <= limit / 1.1
    assert answered >= min(len(tokens), int(limit / 1.1) > 0)
