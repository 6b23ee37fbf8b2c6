"""What a run would take, without calling anybody: what is likely, and what it can be at most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import Bound
from pipeline.engines.merging import MOST_LEVELS, most_parts
from pipeline.engines.replies import MOST_CITED
from pipeline.engines.requests import (
    SLACK_TOKENS,
    TOKENS_PER_CLAIM,
    TOKENS_PER_STATEMENT,
    Requests,
    most_claims,
    most_splits,
    most_statements,
)
from pipeline.llm.endpoint import output_bound
from pipeline.llm.structured import MOST_CALLS
from pipeline.llm.tokens import prompt_bound
from pipeline.runs.costs import cost, counter_of
from pipeline.runs.engines import checked_prompts, choose_engine
from pipeline.settings import Settings
from pipeline.text.languages.known import language_of
from pipeline.text.sentences import units_of_text

_CITED_SENTENCES: Final = 3
"""A claim may rest on so many sentences, each of which brings the whole unit it stands in."""
_SCHEMA_TOKENS: Final = 300
"""A schema of statements, said twice, and what a chat template adds."""
_ID_TOKENS: Final = 40
"""A claim's id in the schema, twice."""
_NAME_TOKENS: Final = 20
"""The name of a language, said three times."""
_LIKELY_SHARE: Final = 0.5
"""The part of the room for an answer that answers fill, roughly: measured .3 to .6."""
_LIKELY_WORDS: Final = 20
"""Words of a statement."""


class Estimate(Model):
    """``likely`` is one answer a call; ``most`` holds whatever happens, retries of failed connections aside."""

    articles: int
    engine: str
    model: str | None
    exact_counts: bool
    likely: Bound
    most: Bound


def in_all(estimates: Sequence[Estimate]) -> Estimate:
    """What several runs of one engine can take together; at least one."""
    first = estimates[0]
    return first.model_copy(
        update={
            "articles": sum(one.articles for one in estimates),
            "likely": _sum([one.likely for one in estimates]),
            "most": _sum([one.most for one in estimates]),
        }
    )


def _sum(bounds: Sequence[Bound]) -> Bound:
    costs = [bound.cost_usd for bound in bounds if bound.cost_usd is not None]
    return Bound(
        calls=sum(bound.calls for bound in bounds),
        prompt_tokens=sum(bound.prompt_tokens for bound in bounds),
        completion_tokens=sum(bound.completion_tokens for bound in bounds),
        cost_usd=math.fsum(costs) if len(costs) == len(bounds) else None,
    )


class _Take(NamedTuple):
    """Calls and tokens."""

    calls: int
    prompt: int
    completion: int


def estimate(
    articles: Sequence[Article],
    settings: Settings,
    known: Mapping[str, ArticleFile] = MappingProxyType({}),
    *,
    batch: bool = False,
) -> Estimate:
    """What a run over these articles can take: those ``known``, by id, were summarized before; ``batch``: its prices.

    At most: each article asked about whole and in all its parts; the brief in one call, and if that fails one
    cluster a call; a repair for each statement of both; and each of these with all that `ask` may try.
    """
    if choose_engine(settings) == "extractive":
        free = Bound(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)
        count = len(articles)
        return Estimate(articles=count, engine="extractive", model=None, exact_counts=True, likely=free, most=free)
    sizes = _Sizes(articles, settings, known)
    return Estimate(
        articles=len(articles),
        engine="openai",
        model=settings.model,
        exact_counts=sizes.counter.exact,
        likely=_bound(_likely(sizes, settings), settings, batch=batch),
        most=_bound(_most(sizes, settings), settings, batch=batch),
    )


class _Sizes:
    """How many tokens the parts of prompts have."""

    def __init__(self, articles: Sequence[Article], settings: Settings, known: Mapping[str, ArticleFile]) -> None:
        self.counter = counter_of(settings)
        self._prompts = checked_prompts()
        requests = Requests(settings.model, self._prompts)
        unread = [article for article in articles if article.id not in known]
        self.requests = [requests.summarize(article) for article in unread]
        self.prompts = [prompt_bound(request, self.counter) for request in self.requests]
        told = [settings.language, *(article.language for article in articles)]
        foreign = any(language_of(language) is not None for language in told)
        asked = self._prompts["language"]
        self._asking = self.counter.most(asked.system + asked.user) + _NAME_TOKENS if foreign else 0
        self.splits = [most_splits(article) for article in unread]
        self.claims = sum(map(_claims_in_parts, unread)) + sum(len(file.summary.claims) for file in known.values())
        self.passage = max((self._longest_unit(article) for article in articles), default=0)

    def instructions(self, prompt: str) -> int:
        """A prompt without what is filled in, with its schema."""
        text = self._prompts[prompt].system + self._prompts[prompt].user
        return self.counter.most(text) + self._asking + _SCHEMA_TOKENS

    def _longest_unit(self, article: Article) -> int:
        return max((self.counter.most(unit.of(article.text)) for unit in units_of_text(article.text)), default=0)


def _claims_in_parts(article: Article) -> int:
    """The most claims of an article that is read in as many parts as it can be."""
    parts: int = 2 ** most_splits(article)
    return parts * most_claims(math.ceil(len(article.sentences) / parts))


def _likely(sizes: _Sizes, settings: Settings) -> _Take:
    """Every article, and the statements one by one or together, answered at once and well."""
    calls = 1 if settings.synthesis == "brief" else settings.words // _LIKELY_WORDS
    claims = 2 * settings.words // _LIKELY_WORDS
    prompt = "synthesize" if settings.synthesis == "brief" else "synthesize_cluster"
    written = sum(request.max_tokens for request in sizes.requests) + calls * TOKENS_PER_STATEMENT
    return _Take(
        len(sizes.requests) + calls,
        sum(sizes.prompts) + calls * sizes.instructions(prompt) + claims * (TOKENS_PER_STATEMENT + sizes.passage // 2),
        round(_LIKELY_SHARE * written),
    )


def _most(sizes: _Sizes, settings: Settings) -> _Take:
    """Everything that can be asked, as often as it can be."""
    takes = [
        _ask(prompt, request.max_tokens, 2 ** (splits + 1) - 1, settings)
        for prompt, request, splits in zip(sizes.prompts, sizes.requests, sizes.splits, strict=True)
    ]
    claim = TOKENS_PER_CLAIM + _CITED_SENTENCES * sizes.passage
    statements = most_statements(settings.words)
    if settings.synthesis != "cluster":
        takes.append(_briefs(sizes, claim + _ID_TOKENS, settings))
    one = sizes.instructions("synthesize_cluster") + math.ceil(sizes.claims * claim / statements)
    takes.append(_ask(one, TOKENS_PER_STATEMENT, statements, settings))
    again = sizes.instructions("repair") + MOST_CITED * claim + 2 * TOKENS_PER_STATEMENT
    rounds = 1 if settings.synthesis == "cluster" else 2
    takes.append(_ask(again, TOKENS_PER_STATEMENT, rounds * statements, settings))
    return _Take(*(sum(column) for column in zip(*takes, strict=True)))


def _briefs(sizes: _Sizes, claim: int, settings: Settings) -> _Take:
    """The whole brief in one call; a large one in parts on every level, each level as large as the first."""
    parts = most_parts(sizes.claims, sizes.claims * claim)
    levels = 1 if parts == 1 else 1 + MOST_LEVELS
    prompt = sizes.instructions("synthesize") + math.ceil(sizes.claims * claim / parts)
    return _ask(prompt, most_statements(settings.words) * TOKENS_PER_STATEMENT, parts * levels, settings)


def _ask(prompt: int, answer: int, times: int, settings: Settings) -> _Take:
    """What `ask` can take for a prompt and an answer of so many tokens: once, once wider, and a repair as wide.

    A repair shows the bad reply, which has no more tokens than the wider answer.
    """
    room = answer + SLACK_TOKENS
    repair = prompt + 2 * room + _SCHEMA_TOKENS
    first, wide = (output_bound(settings.model, limit) for limit in (room, 2 * room))
    return _Take(times * MOST_CALLS, times * (2 * prompt + repair), times * (first + 2 * wide))


def _bound(take: _Take, settings: Settings, *, batch: bool) -> Bound:
    dollars = cost(settings, take.prompt, take.completion, batch=batch)
    return Bound(calls=take.calls, prompt_tokens=take.prompt, completion_tokens=take.completion, cost_usd=dollars)
