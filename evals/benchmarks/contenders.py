"""One contender of ``throughput.py`` in a process of its own: does the work once and prints what it took, as JSON.

    python evals/benchmarks/contenders.py NAME --base-url URL [--work FILE] [--articles N] [--concurrency N]

Every contender asks for the claims of N articles with the same words and validates the replies with the same pydantic
model. ``ours`` is the chain of ``pipeline.runs.engines`` whole: requests, retries, limits, the reply store on disk,
validation. The others are given their prompts ready made, and keep nothing. What is imported, read and opened before
the first request, and one request to warm up, counts only in "CPU in all".

Nothing but the standard library and pydantic is imported at the top: a peer's Python need not know this project.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from pipeline.domain.article import Article

MODEL: Final = "stub-model"
KEY: Final = "sk-stub-0000000000000000"
PEERS: Final = {
    "langchain abatch": "langchain-openai",
    "instructor": "instructor",
    "pydantic-ai": "pydantic-ai-slim",
}
"""The peers and the packages they come in."""

_SUBJECTS: Final = ("The harbour master", "A spokeswoman of the city", "The regional water board", "Jana Reid")
_VERBS: Final = ("said on Thursday that", "confirmed in a statement that", "denied reports that", "told reporters that")
_MATTERS: Final = (
    "about {} residents of the lower quarter were asked to leave their homes before the second tide",
    "the old sea wall had been inspected {} times since the storm of 1987 without a single finding",
    "repairs would cost at least {} million and could not begin before the spring",
    "{} volunteers had filled sandbags through the night along the northern embankment",
)


class ClaimReply(BaseModel):
    """One claim of a reply. The order of the fields is the order in which the model writes them."""

    words: str = Field(max_length=120)
    sentences: list[int] = Field(min_length=1, max_length=3)
    speaker: str | None = Field(max_length=120)
    claim: str = Field(max_length=400)
    kind: Literal["event", "statement", "figure", "background"]


class ClaimsReply(BaseModel):
    """The reply to ``summarize``."""

    claims: list[ClaimReply]


class Prompt(NamedTuple):
    """What one article is asked with."""

    system: str
    user: str


class Work(NamedTuple):
    """What a contender is to do."""

    base_url: str
    prompts: list[Prompt]
    schema: dict[str, Any]
    max_tokens: int
    articles: int
    concurrency: int
    lazy: bool
    """Ours only: make each article when its turn comes."""


Finish = Callable[[], Awaitable[int]]
"""Does the work, and says how many replies were valid."""


def articles(count: int) -> Iterator[Article]:
    """Distinct articles of about 2.5 kB, made as they are asked for."""
    from pipeline.domain.article import Article, Span  # only ours needs the project

    for number in range(count):
        sentences = [_sentence(number, place) for place in range(18)]
        text = " ".join(sentences)
        starts = [sum(len(s) + 1 for s in sentences[:place]) for place in range(len(sentences))]
        spans = tuple(Span(start=a, end=a + len(s)) for a, s in zip(starts, sentences, strict=True))
        yield Article(
            id=f"a{number}",
            path=f"a{number}.txt",
            title=f"Second tide reaches the sea wall, report {number}",
            publisher=None,
            published=None,
            url=None,
            language=None,
            text=text,
            sentences=spans,
            sha256="0" * 64,
            removed=(),
        )


def _sentence(number: int, place: int) -> str:
    turn = number + place
    matter = _MATTERS[turn % 4].format(100 + (7919 * number + 31 * place) % 9000)
    return f"{_SUBJECTS[(turn // 4) % 4]} {_VERBS[(turn // 3) % 4]} {matter}."


async def pooled(calls: Iterable[Callable[[], Awaitable[None]]], concurrency: int) -> None:
    """Run the calls, so many at a time; each is made only when there is room for it."""
    waiting = iter(calls)

    async def worker() -> None:
        for call in waiting:
            await call()

    await asyncio.gather(*(worker() for _ in range(concurrency)))


async def _each(ask: Callable[[Prompt], Awaitable[object]], work: Work) -> int:
    """Ask for every prompt; how many replies were valid."""
    valid = 0

    async def one(prompt: Prompt) -> None:
        nonlocal valid
        reply = await ask(prompt)
        valid += _is_reply(reply)

    await pooled((partial(one, prompt) for prompt in work.prompts[1:]), work.concurrency)
    return valid


def _is_reply(value: object) -> bool:
    return isinstance(value, ClaimsReply) and len(value.claims) > 0


@asynccontextmanager
async def ours(work: Work) -> AsyncIterator[Finish]:
    """The chain of the real run, with a reply store in a folder that is thrown away."""
    from pipeline.runs.engines import open_engine
    from pipeline.runs.runner import ARTICLES_PER_SLOT
    from pipeline.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {
                "engine": "openai",
                "model": MODEL,
                "base_url": work.base_url,
                "api_key": KEY,
                "synthesis": "brief",
                "concurrency": work.concurrency,
                "cache_dir": folder,
            }
        )
        source = articles(work.articles + 1)
        # A run has read its articles by now. Where memory is looked at, the chain is to be seen alone.
        todo: Iterable[Article] = source if work.lazy else list(source)
        async with open_engine(settings) as opened:
            waiting = iter(todo)
            valid = 0

            async def one(article: Article) -> None:
                nonlocal valid
                draft = await opened.engine.summarize(article)
                valid += len(draft.claims) > 0

            async def finish() -> int:
                # As a run does: the way to the model decides how many calls are under way.
                at_once = work.concurrency * ARTICLES_PER_SLOT
                await pooled((partial(one, article) for article in waiting), at_once)
                return valid - 1

            await one(next(waiting))
            yield finish


@asynccontextmanager
async def _client(work: Work) -> AsyncIterator[Any]:
    openai: Any = importlib.import_module("openai")
    async with openai.AsyncOpenAI(base_url=work.base_url, api_key=KEY, max_retries=0) as client:
        yield client


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    return [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]


@asynccontextmanager
async def bare(work: Work) -> AsyncIterator[Finish]:
    """The SDK's ``create``, and pydantic on the text."""
    schema = {"name": "summarize", "strict": True, "schema": work.schema}
    async with _client(work) as client:

        async def ask(prompt: Prompt) -> ClaimsReply:
            completion = await client.chat.completions.create(
                model=MODEL,
                messages=_messages(prompt),
                max_tokens=work.max_tokens,
                temperature=0,
                response_format={"type": "json_schema", "json_schema": schema},
            )
            return ClaimsReply.model_validate_json(completion.choices[0].message.content)

        await ask(work.prompts[0])
        yield lambda: _each(ask, work)


@asynccontextmanager
async def bare_parse(work: Work) -> AsyncIterator[Finish]:
    """The SDK's ``parse`` helper."""
    async with _client(work) as client:

        async def ask(prompt: Prompt) -> object:
            completion = await client.chat.completions.parse(
                model=MODEL,
                messages=_messages(prompt),
                max_tokens=work.max_tokens,
                temperature=0,
                response_format=ClaimsReply,
            )
            parsed: object = completion.choices[0].message.parsed
            return parsed

        await ask(work.prompts[0])
        yield lambda: _each(ask, work)


@asynccontextmanager
async def langchain(work: Work) -> AsyncIterator[Finish]:
    """``with_structured_output`` with the schema enforced, and ``abatch``."""
    module: Any = importlib.import_module("langchain_openai")
    chat = module.ChatOpenAI(
        model=MODEL, base_url=work.base_url, api_key=KEY, max_retries=0, temperature=0, max_tokens=work.max_tokens
    )
    chain = chat.with_structured_output(ClaimsReply, method="json_schema", strict=True)
    inputs = [[("system", p.system), ("user", p.user)] for p in work.prompts]

    async def finish() -> int:
        replies = await chain.abatch(inputs[1:], config={"max_concurrency": work.concurrency})
        return sum(map(_is_reply, replies))

    await chain.abatch(inputs[:1])
    yield finish


@asynccontextmanager
async def instructor(work: Work) -> AsyncIterator[Finish]:
    """Its client, in the mode that has the schema enforced."""
    module: Any = importlib.import_module("instructor")
    async with _client(work) as client:
        patched = module.from_openai(client, mode=module.Mode.JSON_SCHEMA)

        async def ask(prompt: Prompt) -> object:
            reply: object = await patched.chat.completions.create(
                model=MODEL,
                messages=_messages(prompt),
                max_tokens=work.max_tokens,
                temperature=0,
                response_model=ClaimsReply,
                max_retries=1,
            )
            return reply

        await ask(work.prompts[0])
        yield lambda: _each(ask, work)


@asynccontextmanager
async def pydantic_ai(work: Work) -> AsyncIterator[Finish]:
    """An agent whose output is the model's native structured output."""
    module: Any = importlib.import_module("pydantic_ai")
    models: Any = importlib.import_module("pydantic_ai.models.openai")
    providers: Any = importlib.import_module("pydantic_ai.providers.openai")
    async with _client(work) as client:
        agent = module.Agent(
            models.OpenAIChatModel(MODEL, provider=providers.OpenAIProvider(openai_client=client)),
            output_type=module.NativeOutput(ClaimsReply, strict=True),
            system_prompt=work.prompts[0].system,
            model_settings={"max_tokens": work.max_tokens, "temperature": 0.0},
        )

        async def ask(prompt: Prompt) -> object:
            result = await agent.run(prompt.user)
            output: object = result.output
            return output

        await ask(work.prompts[0])
        yield lambda: _each(ask, work)


CONTENDERS: Final[dict[str, Callable[[Work], AbstractAsyncContextManager[Finish]]]] = {
    "ours": ours,
    "bare": bare,
    "bare parse": bare_parse,
    "langchain abatch": langchain,
    "instructor": instructor,
    "pydantic-ai": pydantic_ai,
}


async def measured(name: str, work: Work) -> dict[str, float]:
    """Do the work; closing connections and files is part of it."""
    async with CONTENDERS[name](work) as finish:
        started, before = time.perf_counter(), _cpu_seconds()
        valid = await finish()
    wall, cpu = time.perf_counter() - started, _cpu_seconds() - before
    return {"wall": wall, "cpu": cpu, "cpu_all": _cpu_seconds(), "peak_mb": _peak_mb(), "valid": valid}


def _cpu_seconds() -> float:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak_mb() -> float:
    """The most memory held so far. Linux lets ``ru_maxrss`` begin with the parent's, so its own file goes first."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
        return next(int(words[1]) for words in lines if words[0] == "VmHWM:") / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _read_work(arguments: argparse.Namespace) -> Work:
    held: dict[str, Any] = {"prompts": [], "schema": {}, "max_tokens": 0}
    if arguments.name != "ours":  # which makes its prompts itself, as part of the work
        held = json.loads(Path(arguments.work).read_text(encoding="utf-8"))
    return Work(
        base_url=arguments.base_url,
        prompts=[Prompt(*pair) for pair in held["prompts"]],
        schema=held["schema"],
        max_tokens=held["max_tokens"],
        articles=arguments.articles,
        concurrency=arguments.concurrency,
        lazy=arguments.lazy,
    )


def main() -> None:
    """Read the arguments, do the work, print the figures."""
    parser = argparse.ArgumentParser(description="One contender of throughput.py, once.")
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--work", help="a file of prompts, as throughput.py writes it; ours needs none")
    parser.add_argument("--articles", type=int, default=640)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--lazy", action="store_true", help="ours only: make each article when its turn comes")
    arguments = parser.parse_args()
    figures = asyncio.run(measured(arguments.name, _read_work(arguments)))
    packages = ["openai", "pydantic", *([PEERS[arguments.name]] if arguments.name in PEERS else [])]
    print(json.dumps({**figures, "versions": {name: version(name) for name in packages}}))


if __name__ == "__main__":
    main()
