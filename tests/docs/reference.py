"""The pages of docs/reference: made from the commands, the settings, the errors, the metrics and the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

import typer
from pydantic.fields import FieldInfo

from pipeline import errors
from pipeline.cli import schema
from pipeline.cli.app import app
from pipeline.errors import PipelineError
from pipeline.evaluation.metrics.catalogue import BETTER, COUNTS, METRICS
from pipeline.settings import _NOT_FROM_FILE, _OPENAI_NAMES, Settings

MADE: Final = "<!-- Written by `make pages`; the tests say when it is stale. -->"
_WIDTH: Final = 80

STATUSES: Final[Mapping[int, str]] = {
    0: "done; for `eval`, every gate passed; for `diff`, whatever differs",
    1: "`check` found a sentence that is not borne out; a gate of `eval` failed",
    2: "usage, settings or input cannot be used; nothing was written",
    3: "not measured: a recorded reply is missing or stale, `eval` could not measure what a gate asks, "
    "`check` found nothing wrong and something that it cannot check",
    4: "finished, but some articles (of a corpus: stories) failed: `run.json`, `groups.json` or `failures.jsonl` "
    "names each with its reason",
    5: "`--max-cost` or the account's quota would be, or was, exceeded",
    130: "interrupted (Ctrl-C)",
    143: "asked to end (SIGTERM)",
}
"""What each exit status means. After 2 (once mended), 4, 5, 130 and 143 the same command goes on where it stopped."""


def _page(title: str, lead: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, lead, *parts]).rstrip() + "\n"


# --- commands


def cli_page() -> str:
    """The help of every command, as `--help` prints it."""
    commands = list(_commands(typer.main.get_command(app), "pipeline", None))
    parts = [f"## {path}\n\n```text\n{text}\n```" for path, text in commands]
    lead = (
        "Results go to standard output, everything else to standard error. A setting that a flag does not give comes "
    )
    lead += "from the environment or a file: [Settings](settings.md). How a command may end: [Errors](errors.md)."
    return _page("Commands", lead, *parts)


def _commands(command: Any, path: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(
        command, info_name=path if parent is None else command.name, parent=parent,
        terminal_width=_WIDTH, max_content_width=_WIDTH, color=False,
    )  # fmt: skip
    yield path, command.get_help(context).rstrip()
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{path} {name}", context)


# --- settings


def settings_page() -> str:
    """A row a setting: its variable, kind, default and meaning."""
    rows = [_setting(name, field) for name, field in Settings.model_fields.items()]
    head = "| environment | value | default | what it is |\n|---|---|---|---|"
    lead = (
        "A flag goes before the environment, the environment before a `pipeline.toml` in the working folder, where "
        "names are in small letters and without the prefix: `PIPELINE_WORDS` is `words`. What is marked * says whom to "
        "ask or what to load, and is never read from the file: a downloaded folder must not be able to send your key "
        "elsewhere. There is no telemetry."
    )
    return _page("Settings", lead, "\n".join([head, *rows]))


def _setting(name: str, field: FieldInfo) -> str:
    variable = {own: theirs for theirs, own in _OPENAI_NAMES.items()}.get(name, f"PIPELINE_{name.upper()}")
    mark = " *" if name in _NOT_FROM_FILE else ""
    shape = Settings.model_json_schema()["properties"][name]
    default = "–" if field.default is None else f"`{json.dumps(field.default)}`"
    return f"| `{variable}`{mark} | {_value(shape)} | {default} | {_cell(field.description or '')} |"


def _value(shape: Mapping[str, Any]) -> str:
    """The kind of a value and its bounds, in words."""
    choices = [_value(one) for one in shape.get("anyOf", []) if one.get("type") != "null"]
    if choices:
        return ", ".join(choices)
    if "enum" in shape:
        return " · ".join(f"`{one}`" for one in shape["enum"])
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    bounds = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most"}
    said = [f"{how} {shape[key]:,}" for key, how in bounds.items() if key in shape]
    return ", ".join([words.get(shape.get("type", ""), shape.get("type", "")), *said])


# --- errors and exit statuses


def errors_page() -> str:
    """The exit statuses, and every error with its code, status and what to do next."""
    kinds = list(_kinds(PipelineError))
    unknown = {kind.exit_status for kind in kinds} - set(STATUSES)
    assert not unknown, f"an exit status without a meaning: {unknown}"
    statuses = "\n".join(["| status | means |", "|---|---|", *(f"| {n} | {text} |" for n, text in STATUSES.items())])
    rows = "\n".join(["| code | what happened | status | what to do next |", "|---|---|---|---|", *map(_error, kinds)])
    lead = "Every command ends with one of these statuses; an error is one message on standard error that begins with "
    lead += "`error[code]` and says what to do next. With `--json` it is a JSON document, too."
    again = "After 2 (once mended), 4, 5, 130 and 143 the same command goes on where it stopped: [nothing is paid for "
    again += "twice](../endpoints.md#nothing-is-paid-for-twice)."
    tried = (
        "Errors marked ↻ pass by themselves: they are tried again, with growing waits, before anybody hears of them."
    )
    return _page("Exit statuses and errors", lead, "## Exit statuses", statuses, again, "## Errors", rows, tried)


def _kinds(kind: type[PipelineError]) -> Iterator[type[PipelineError]]:
    """The errors that the tree in `pipeline.errors` draws, in its order."""
    if kind is not PipelineError and kind.__module__ == errors.__name__:
        yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _error(kind: type[PipelineError]) -> str:
    said = (kind.__doc__ or "").split("\n\n")[0].split("``")[0].strip()
    sentence = re.split(r"(?<=[.)])\s", " ".join(said.split()))[0]
    again, next_step = " ↻" if kind.retryable else "", _cell(kind.default_hint) or "as the message says"
    return f"| `{kind.code}`{again} | {_cell(sentence)} | {kind.exit_status} | {next_step} |"


# --- metrics


def metrics_page() -> str:
    """A row a metric: what it is, and which way is better."""
    better = {"higher": "higher", "lower": "lower", "none": "reported only"}
    rows = [
        f"| `{name}` | {'number' if name in COUNTS else 'share'} | {better[BETTER[name]]} | {_cell(text)} |"
        for name, text in METRICS.items()
    ]
    lead = "What `pipeline eval` measures of each labelled story, and what [gates](../stories.md#gates) may bound. "
    lead += "A share without a denominator is undefined, never zero."
    return _page("Metrics", lead, "\n".join(["| metric | is a | better | what it is |", "|---|---|---|---|", *rows]))


# --- data formats


class _Shapes:
    """The objects of all files, each once; two that differ and have one name are told apart by their file's."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.titles: dict[str, dict[str, str]] = {}
        self.by_title: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for file, whole in schemas.items():
            shapes = whole.get("$defs", {})
            self.titles[file] = {kind: self._title(kind, file, shape) for kind, shape in shapes.items()}

    def _title(self, kind: str, file: str, shape: Mapping[str, Any]) -> str:
        like = {title: one for title, (_, one) in self.by_title.items() if title.split(" of ")[0] == kind}
        known = [title for title, one in like.items() if one == shape]
        if known:
            return known[0]
        title = f"{kind} of {_file_title(file)}" if kind in self.by_title else kind
        self.by_title[title] = (file, shape)
        return title

    def link(self, kind: str, file: str) -> str:
        """A link to the object's heading, as GitHub and MyST name headings."""
        title = self.titles[file][kind]
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        return f"[{title}](#{anchor})"


def data_page() -> str:
    """Every file by its JSON Schema: fields of the file, and of the objects in it, each object once."""
    schemas = printed_schemas()
    shapes = _Shapes(schemas)
    files = [f"## {_file_title(name)}\n\n{_object(one, name, shapes)}" for name, one in schemas.items()]
    objects = [
        f"### {title}\n\n{_object(shape, file, shapes)}" for title, (file, shape) in sorted(shapes.by_title.items())
    ]
    lead = (
        "Every file carries `schema_version`; it is raised when a key changes its meaning or goes away. "
        "The JSON Schemas (draft 2020-12) are in [schemas.json](schemas.json), one for each file; `pipeline schema` "
        "prints those of the version that you have. Offsets count Unicode code points of the article's `text`, from "
        "0, the end not included: `text[start:end] == quote`, always."
    )
    return _page("Data formats", lead, *files, "## Objects in these files", *objects)


def schemas_file() -> str:
    """All JSON Schemas, by the name of the file that each describes."""
    return json.dumps(printed_schemas(), indent=1) + "\n"


def printed_schemas() -> dict[str, dict[str, Any]]:
    """What `pipeline schema` prints."""
    with redirect_stdout(StringIO()) as printed:
        schema.schema()
    found: dict[str, dict[str, Any]] = json.loads(printed.getvalue())
    return found


def _file_title(name: str) -> str:
    return name.replace("<", "‹").replace(">", "›")


def _object(shape: Mapping[str, Any], file: str, shapes: _Shapes) -> str:
    """What it is, and a row a field."""
    described = " ".join(re.sub(r"`+", "`", shape.get("description", "")).split())
    if "properties" not in shape:
        return "\n\n".join(filter(None, [described, _kind(shape, file, shapes)]))
    required = set(shape.get("required", []))
    rows = [
        f"| `{name}` | {_kind(field, file, shapes)} | {'yes' if name in required else ''} "
        f"| {_cell(field.get('description', ''))} |"
        for name, field in shape["properties"].items()
    ]
    return "\n".join([described, "", "| field | is | required | |", "|---|---|---|---|", *rows]).strip()


def _kind(shape: Mapping[str, Any], file: str, shapes: _Shapes) -> str:
    """The type of a value, with links to the objects of this page."""
    if "$ref" in shape:
        return shapes.link(shape["$ref"].rsplit("/", 1)[1], file)
    if "anyOf" in shape:
        return " or ".join(_kind(one, file, shapes) for one in shape["anyOf"])
    if "enum" in shape or "const" in shape:
        return " · ".join(f"`{one}`" for one in shape.get("enum", [shape.get("const")]))
    if shape.get("type") == "array":
        items = shape.get("items") or {"anyOf": shape.get("prefixItems", [{}])}
        return f"list of {_kind(items, file, shapes)}"
    if shape.get("type") == "object" and isinstance(shape.get("additionalProperties"), dict):
        return f"object of {_kind(shape['additionalProperties'], file, shapes)}"
    return str(shape.get("type", "anything"))


def _cell(text: str) -> str:
    """Text that is safe in a cell of a table, where ``<`` would begin HTML."""
    flat = " ".join(re.sub(r"``", "`", text).split())
    return flat.replace("|", "\\|").replace("<", "‹").replace(">", "›")
