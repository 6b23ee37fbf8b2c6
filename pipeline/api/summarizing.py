"""`summarize` and `asummarize`: what `pipeline run` does, as a function."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import SecretStr

from pipeline.api.articles import Input, as_inputs
from pipeline.api.blocking import blocking
from pipeline.api.options import chosen
from pipeline.api.run import Run
from pipeline.api.telling import tell, tell_failed
from pipeline.errors import ConfigurationError, NoSummary
from pipeline.runs.engines import choose_engine
from pipeline.runs.job import make_run
from pipeline.runs.runner import Progress, no_progress
from pipeline.settings import EngineChoice, Settings


async def asummarize(  # noqa: PLR0913  names that can be read in a call, and all but the first can be left out
    inputs: Input | Iterable[Input],
    *,
    engine: EngineChoice | None = None,
    model: str | None = None,
    base_url: str | None = None,
    api_key: str | SecretStr | None = None,
    words: int | None = None,
    language: str | None = None,
    max_cost: float | None = None,
    settings: Settings | None = None,
    progress: Progress = no_progress,
) -> Run:
    """Summarize the articles of one event into one cited summary. Nothing is written; `Run.save` does that.

    Args:
        inputs: files, folders, globs, or `ArticleText` for what is at hand; one of them, or several.
        engine: "openai": a model; "extractive": none; "auto": a model where a key or a base URL is set.
        model: its name at the endpoint.
        base_url: any OpenAI-compatible server.
        api_key: instead of that of the environment.
        words: how long the statements may be in all.
        language: of the summary, as a tag ("de") or an English name; default: that of most articles.
        max_cost: US dollars; ends before the call that could exceed it.
        settings: all settings at once. The environment and ``pipeline.toml``, which else have what no argument says,
            are not read then.
        progress: told of every step: stage, how many are done, of how many.

    Returns:
        The run. Articles that failed are in its ``failures``, and warned of on the logger ``pipeline``.

    Raises:
        InputError: nothing to read, or a path that does not exist.
        ConfigurationError: settings that cannot work; a refused key (CredentialsError), an unknown model.
        BudgetError, QuotaError: ``max_cost`` or the account's quota would be exceeded. Replies so far are stored, and
            the same call goes on.
        NoSummary: every article failed.
    """
    given = {"engine": engine, "model": model, "base_url": base_url, "api_key": api_key, "words": words}
    made_with = chosen(settings, given | {"language": language, "max_cost": max_cost})
    if max_cost is not None and choose_engine(made_with) == "extractive":
        raise ConfigurationError("max_cost does nothing with the extractive engine: it calls no model.")
    read = as_inputs(inputs)
    done = await make_run(read, made_with, progress=progress, tell=tell)
    for failure in done.manifest.failures:
        tell_failed(failure)
    if done.synthesis is None:
        reasons = [f"{one.path} ({one.stage}): {one.message}" for one in done.manifest.failures]
        raise NoSummary(f"No article could be used. {reasons[0]}", reasons=reasons)
    return Run(done.synthesis, done.files, done.manifest, done.articles, tuple(read.paths))


summarize = blocking(asummarize, "summarize")
