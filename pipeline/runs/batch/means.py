"""What a job with batches works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pipeline.llm.batch_api import BatchApi
from pipeline.llm.batch_chat import BatchChat
from pipeline.llm.batch_journal import Journal
from pipeline.llm.store import ReplyStore
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat


class Means(NamedTuple):
    """The journal of the job, the endpoint and its batches, the store of replies, whom passes ask, whom to tell."""

    journal: Journal
    client: OpenAIChat
    api: BatchApi
    store: ReplyStore
    chat: BatchChat
    settings: Settings
    tell: Callable[[str], None]
