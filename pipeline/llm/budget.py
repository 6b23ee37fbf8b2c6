"""A cap on what is spent: the call that could exceed it is not made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.errors import AttemptTimeout, BudgetError, ConnectionFault, ModelError, NoConnection, ReplyError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest

Price = Callable[[int, int], float]
"""US dollars for so many prompt and completion tokens."""

CallBound = Callable[[ChatRequest], tuple[int, int]]
"""The most prompt and completion tokens that a call can be charged for."""

_MAY_BE_CHARGED = (AttemptTimeout, ConnectionFault, ReplyError)
"""After these nobody knows whether the provider did the work. Refusals by status cost nothing."""


class Budget:
    """US dollars: what may be spent, what was, and what calls under way could still cost. For one event loop."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.spent = 0.0
        self._reserved = 0.0
        self._under_way = 0
        self._changed = asyncio.Event()

    async def reserve(self, most: float) -> None:
        """Set ``most`` aside for a call; waits for the calls under way where they may leave enough over.

        Raises:
            BudgetError: the call could exceed the limit. Nothing is set aside.
        """
        while self.spent + self._reserved + most > self.limit:
            if not self._under_way:
                raise BudgetError(
                    f"${self.spent:.4f} is spent, and the next call could cost ${most:.4f}: "
                    f"more than the ${self.limit:.4f} that --max-cost allows"
                )
            self._changed.clear()
            await self._changed.wait()
        self._reserved += most
        self._under_way += 1

    def settle(self, most: float, cost: float) -> None:
        """A call for which ``most`` was set aside is over, and took ``cost``."""
        self._reserved -= most
        self._under_way -= 1
        if not self._under_way:
            self._reserved = 0.0  # no rounding is left over
        self.spent += cost
        self._changed.set()


class BudgetedChat:
    """A `ChatModel` within a `Budget`. A call that nobody knows the cost of counts as the most it could cost."""

    def __init__(self, inner: ChatModel, budget: Budget, price: Price, bound: CallBound) -> None:
        self._inner = inner
        self._budget = budget
        self._price = price
        self._bound = bound

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer, or `BudgetError`."""
        bound = self._bound(request)
        most = self._price(*bound)
        await self._budget.reserve(most)
        cost = most  # of a call that is cancelled, too
        try:
            reply = await self._inner.complete(request)
            cost = self._counted(reply.usage.paid_tokens(), bound)
        except Exception as error:
            cost = self._of_failure(error, bound)
            raise
        finally:
            self._budget.settle(most, cost)
        return reply

    def _counted(self, tokens: tuple[int, int], bound: tuple[int, int]) -> float:
        """By the server's count; what it did not count is the most it could be."""
        prompt, completion = (counted or most for counted, most in zip(tokens, bound, strict=True))
        return self._price(prompt, completion)

    def _of_failure(self, error: Exception, bound: tuple[int, int]) -> float:
        if isinstance(error, ModelError) and error.spent[0]:
            return self._counted(error.spent[1:], bound)
        charged = isinstance(error, _MAY_BE_CHARGED) and not isinstance(error, NoConnection)
        return self._price(*bound) if charged else 0.0
