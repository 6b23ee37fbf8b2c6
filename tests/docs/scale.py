"""What a million articles take, worked out from the measured figures in evals/results/scaling.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

SIZES: Final = (1_000_000, 100_000_000)
_TIMES: Final = ((1.0, "s"), (60.0, "min"), (3600.0, "h"), (86_400.0, "days"), (365 * 86_400.0, "years"))
_COUNTS: Final = ((1e6, "million"), (1e9, "billion"))
_BYTES: Final = ((1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB"))

Row = tuple[str, Callable[[int], str]]


def scale_rows(measured: Mapping[str, Any]) -> list[list[str]]:
    """The rows of the table: a name, and what it is for each size."""
    return [[name, *(of(articles) for articles in SIZES)] for name, of in _rows(measured)]


def _rows(m: Mapping[str, Any]) -> Iterator[Row]:
    calls, each_story = m["calls_an_article"], m["articles_a_story"]
    tokens_in, tokens_out = m["tokens_in_an_article"], m["tokens_out_an_article"]
    yield "stories", lambda n: _count(n / each_story)
    yield "calls", lambda n: _count(n * calls)
    yield "tokens, in and out", lambda n: f"{_count(n * tokens_in)} and {_count(n * tokens_out)}"
    yield "dollars", lambda n: f"{n * m['dollars_an_article']:,.0f}"
    for limits in m["limits"]:
        yield from _under_limits(limits, m)
    asking = m["asking_seconds_a_call"]
    yield (
        f"one process asks for all (`p` = {asking * 1000:.1f} ms: {1 / asking:.0f} calls a second)",
        lambda n: _time(n * calls * asking),
    )
    yield "processor time of verification", lambda n: f"{_time(n * m['verification_seconds_an_article'])} of a core"
    alone, cores = m["extractive_seconds_an_article"], m["extractive_cores"]
    name = f"the extractive engine alone (no calls), {cores} cores, at {alone * 1000:.0f} ms an article"
    yield name, lambda n: _time(n * alone / cores)
    yield "the limiter's processor time", lambda n: _time(n * calls * m["limiter_seconds_a_call"])
    yield "taking over the shards", lambda n: _time(n / each_story * m["taking_over_seconds_a_story"])
    size = m["input_kilobytes_an_article"]
    yield (
        f"input read at each start of a cluster's run ({size} kB an article)",
        lambda n: _time(n * size / 1e6 * m["reading_seconds_a_gigabyte"]),
    )
    output, store = m["output_kilobytes_a_story"], m["store_kilobytes_a_call"]
    yield f"output ({output} kB a story)", lambda n: _in_units(n / each_story * output * 1000, _BYTES)
    yield f"store ({store} kB a call)", lambda n: _in_units(n * calls * store * 1000, _BYTES)


def _under_limits(limits: Mapping[str, int], m: Mapping[str, Any]) -> Iterator[Row]:
    """How long these limits make it take, which of them bounds it, and what it takes to use them up."""
    calls, tokens = m["calls_an_article"], m["tokens_in_an_article"] + m["tokens_out_an_article"]
    minutes = {
        "requests": calls / limits["requests_a_minute"],
        "tokens": tokens / limits["tokens_a_minute"],
    }
    bound = max(minutes, key=lambda name: minutes[name])
    a_second = 1 / (60 * minutes[bound])
    name = f"at {limits['requests_a_minute']:,} RPM, {_count(limits['tokens_a_minute'])} TPM: {bound} bound"
    yield name, lambda n: _time(n * 60 * minutes[bound])
    under_way = f"{_two(a_second * calls * m['seconds_a_call'])}"
    cores = f"{_two(a_second * m['verification_seconds_an_article'])}"
    yield "— calls under way for that; cores", lambda _: f"{under_way}; {cores}"


def _time(seconds: float) -> str:
    return _in_units(seconds, _TIMES)


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < _COUNTS[0][0] else _in_units(number, _COUNTS)


def _in_units(number: float, units: tuple[tuple[float, str], ...]) -> str:
    """In the largest unit of which there is one or more."""
    size, name = next((unit for unit in reversed(units) if number >= unit[0]), units[0])
    return f"{_two(number / size)} {name}"


def _two(number: float) -> str:
    """Two digits that count: 569.4 is "570", 0.0292 is "0.029"."""
    return f"{float(f'{number:.2g}'):,.10g}"
