"""A model whose replies come with batches: what is not known yet is noted, and the asker told to come again."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import Deferred, ModelError
from pipeline.llm.batch_journal import Journal, Known
from pipeline.llm.keeping import Keeper
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.llm.store import canonical_request


class BatchChat:
    """A `ChatModel` over the store of replies and the journal of a job. It calls nobody.

    The same job is done again and again, from the store, until nothing is noted any more. In each such pass what the
    job's batches took counts once, for who asks first, as it would if the model had been asked; what the store had
    before counts as ``cached``.
    """

    def __init__(self, journal: Journal, keeper: Keeper, endpoint: str, *, counting: bool) -> None:
        """``counting``: whether anybody looks at what a reply took; it takes memory with each request of a pass."""
        self._journal = journal
        self._keeper = keeper
        self._endpoint = endpoint
        self._counting = counting
        self._counted: set[str] = set()

    def begin(self) -> None:
        """Another pass."""
        self._journal.begin_pass()
        self._counted.clear()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The reply, if it is there.

        Raises:
            Deferred: it is not, and is asked for with the next batch.
            ModelError: its batch gave an error.
        """
        digest = self._keeper.digest(request)
        known = self._journal.known(digest)
        if known is not None and known.error is not None and known.state == "failed":
            raise self._again(digest, known)
        reply = known.reply if known is not None and known.reply is not None else self._keeper.known(digest)
        if reply is not None and (known is None or known.state in {"stored", "answered"}):
            if known is None:
                self._journal.met(digest)
            return self._counted_once(digest, reply, paid=known is not None and known.state == "answered")
        if known is None or known.state not in {"wanted", "sent"}:  # idle, or stored once and pruned since
            self._journal.want(digest, canonical_request(request, self._endpoint))
        raise Deferred(f"The reply to “{request.schema_name}” comes with a batch.")

    def forget(self, requests: Iterable[ChatRequest]) -> None:
        """Replies that were of no use: they serve until the job has ended, or each pass would ask for them again."""
        self._journal.useless(self._keeper.digest(request) for request in requests)

    def _counted_once(self, digest: str, reply: ChatReply, *, paid: bool) -> ChatReply:
        if not paid or digest in self._counted:
            return reply.model_copy(update={"usage": reply.usage.from_store()})
        if self._counting:
            self._counted.add(digest)
        return reply.model_copy(update={"usage": reply.usage.in_all()})

    def _again(self, digest: str, known: Known) -> ModelError:
        """The error that a batch gave, with what was spent on it, once in a pass."""
        if known.error is None:
            raise RuntimeError("no error to raise")
        error = known.error.again()
        if self._counting and digest not in self._counted:
            self._counted.add(digest)
            used = known.usage
            error.spent = (used.calls, used.prompt_tokens, used.completion_tokens)
        return error
