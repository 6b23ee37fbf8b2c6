"""Prompts are files: load, validate, fill in and lock them.

``prompts/<id>.md`` starts with YAML front matter (``id``, ``version``, ``inputs``, ``output``), followed by
the sections ``## system`` and ``## user``. ``{{name}}`` stands for an input. ``{{fence}}`` stands for a mark that is
made anew for each call, to put around what somebody else wrote. ``prompts.lock.json`` beside them holds each prompt's
version and digest, so that an edit without a new version is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import yaml
from pydantic import Field, ValidationError

from pipeline.domain.base import Model
from pipeline.errors import PromptError

LOCK_NAME: Final = "prompts.lock.json"
FENCE: Final = "fence"
"""The placeholder of the mark; no input can have this name."""
_FENCE_DIGITS: Final = 16

_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SECTION: Final = re.compile(r"^## (system|user)[ \t]*$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_FIX_FILE: Final = "See the other prompts for the form: front matter, then `## system` and `## user`."

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Rendered(NamedTuple):
    """A prompt with its inputs filled in."""

    system: str
    user: str


class FrontMatter(Model):
    """The head of a prompt file. ``output`` names the schema of the reply."""

    id: str
    version: int = Field(ge=1, strict=True)
    inputs: tuple[Name, ...]
    output: str = Field(min_length=1)


class Prompt(FrontMatter):
    """A prompt as its file says. ``digest`` is over the file's bytes with Unix line ends."""

    system: str
    user: str
    digest: str

    def render(self, inputs: Mapping[str, str]) -> Rendered:
        """Fill in the inputs, in one pass: what an input says is never expanded again.

        Raises:
            PromptError: an input is missing, or one is given that the prompt does not have.
        """
        if set(inputs) != set(self.inputs):
            differing = ", ".join(sorted(set(inputs) ^ set(self.inputs)))
            raise PromptError(f"prompt {self.id!r} is rendered with the wrong inputs: {differing}", hint="")
        filled = {**inputs, FENCE: fence_of(inputs)}
        return Rendered(_fill(self.system, filled), _fill(self.user, filled))


class Locked(Model):
    """What the lock file says of one prompt."""

    version: int
    digest: str


def prompt_directory() -> Path:
    """Where the prompts are: inside the installed package, else in the checkout beside it."""
    package = Path(__file__).parent
    packed = package / "_prompts"
    return packed if packed.is_dir() else package.parent / "prompts"


def load_prompt(name: str, directory: Path | None = None) -> Prompt:
    """Read one prompt.

    Raises:
        PromptError: it is not there, or not well-formed.
    """
    path = (directory or prompt_directory()) / f"{name}.md"
    try:
        data = path.read_bytes()
        text = _unix(data).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"the prompt {path} cannot be read: {error}", hint=_FIX_FILE) from error
    head, sections = _parts(path, text)
    prompt = Prompt(**head.model_dump(), **sections._asdict(), digest=digest_of(data))
    _check_names(path, prompt)
    return prompt


def load_prompts(directory: Path | None = None) -> dict[str, Prompt]:
    """All prompts of a folder, by id, in order.

    Raises:
        PromptError: there are none, or one is not well-formed.
    """
    folder = directory or prompt_directory()
    names = sorted(path.stem for path in folder.glob("*.md"))
    if not names:
        raise PromptError(f"there are no prompts in {folder}", hint="Reinstall, or run from a whole checkout.")
    return {name: load_prompt(name, folder) for name in names}


def locked_prompts(names: Iterable[str], directory: Path | None = None) -> dict[str, Prompt]:
    """These prompts alone, which must be what the lock file says; what became of others is not their affair.

    Raises:
        PromptError: one of them is malformed, missing or changed without a new version.
    """
    folder = directory or prompt_directory()
    prompts = {name: load_prompt(name, folder) for name in sorted(names)}
    problems = _differences(prompts, _required_lock(folder))
    if problems:
        raise PromptError(f"The prompts differ from their lock file: {'; '.join(problems)}.")
    return prompts


def digest_of(data: bytes) -> str:
    """``sha256:`` and the SHA-256 of a file with Unix line ends, whatever the checkout made of them."""
    return "sha256:" + hashlib.sha256(_unix(data)).hexdigest()


def fence_of(inputs: Mapping[str, str]) -> str:
    """A mark for these inputs that stands in none of them.

    It is made of a digest over all of them, so that a stored or recorded reply is found again, which a random mark
    would prevent. Who writes an article cannot put its mark there: each attempt makes another article, with another
    mark, and 64 bits are too many to try.

    >>> fence_of({"title": "Storm"}) == fence_of({"title": "Storm"}) != fence_of({"title": "Storms"})
    True
    """
    whole = json.dumps(dict(sorted(inputs.items())))
    marks = (hashlib.sha256(f"{attempt}:{whole}".encode()).hexdigest()[:_FENCE_DIGITS] for attempt in count())
    return next(mark for mark in marks if mark not in whole.lower())


def check_lock(prompts: Mapping[str, Prompt], directory: Path | None = None) -> list[str]:
    """What differs between the prompts and the lock file, in words; an empty list if nothing does.

    Raises:
        PromptError: the lock file is missing or malformed.
    """
    lock = _required_lock(directory or prompt_directory())
    gone = [f"{name}: locked, but there is no such prompt" for name in sorted(lock.keys() - prompts.keys())]
    return _differences(prompts, lock) + gone


def write_lock(prompts: Mapping[str, Prompt], directory: Path | None = None) -> Path:
    """Write the lock file, whole or not at all.

    Raises:
        PromptError: a prompt was edited without a new version (locking it would hide that), or the folder
            cannot be written.
    """
    folder = directory or prompt_directory()
    lock = _read_lock(folder) or {}
    silent = [name for name, prompt in sorted(prompts.items()) if _is_silent_edit(prompt, lock.get(name))]
    if silent:
        raise PromptError(f"edited without a higher version: {', '.join(silent)}", hint="Raise the version.")
    entries = {name: {"version": p.version, "digest": p.digest} for name, p in sorted(prompts.items())}
    path = folder / LOCK_NAME
    draft = path.with_name(f".{LOCK_NAME}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise PromptError(f"{path} cannot be written: {error}", hint="Lock prompts in a checkout.") from error
    return path


def _unix(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _fill(template: str, inputs: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: inputs[match[1]], template)


def _parts(path: Path, text: str) -> tuple[FrontMatter, Rendered]:
    match = _FRONT.match(text)
    if match is None:
        raise PromptError(f"{path}: there is no front matter between two lines of ---", hint=_FIX_FILE)
    try:
        head = FrontMatter.model_validate(yaml.safe_load(match[1]))
    except yaml.YAMLError as error:
        raise PromptError(f"{path}: the front matter is no YAML: {error}", hint=_FIX_FILE) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise PromptError(f"{path}: the front matter is not valid: {wrong}", hint=_FIX_FILE) from error
    return head, _sections(path, match[2])


def _sections(path: Path, body: str) -> Rendered:
    before, *rest = _SECTION.split(body)
    names, texts = rest[::2], [text.strip() for text in rest[1::2]]
    if before.strip() or names != ["system", "user"] or not all(texts):
        raise PromptError(f"{path}: the body must be one `## system` and then one `## user`", hint=_FIX_FILE)
    return Rendered(*texts)


def _check_names(path: Path, prompt: Prompt) -> None:
    """Refuse a file that names itself, or its inputs, otherwise than it uses them."""
    if prompt.id != path.stem:
        raise PromptError(f"{path}: its id is {prompt.id!r}", hint="Make id and file name the same.")
    whole = f"{prompt.system}\n{prompt.user}"
    used = [name for name in _PLACEHOLDER.findall(whole) if name != FENCE]
    if FENCE in prompt.inputs:
        raise PromptError(f"{path}: {FENCE} is made for each call; it is no input", hint=_FIX_FILE)
    if set(used) != set(prompt.inputs) or len(set(prompt.inputs)) != len(prompt.inputs):
        differing = ", ".join(sorted(set(used) ^ set(prompt.inputs))) or "one is listed twice"
        raise PromptError(f"{path}: inputs and placeholders differ: {differing}", hint=_FIX_FILE)
    if "{{" in _PLACEHOLDER.sub("", whole):
        raise PromptError(f"{path}: there is a {{{{ that is no placeholder", hint=_FIX_FILE)


def _read_lock(folder: Path) -> dict[str, Locked] | None:
    path = folder / LOCK_NAME
    try:
        entries: Any = json.loads(path.read_text(encoding="utf-8"))
        return {name: Locked.model_validate(entry) for name, entry in entries.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        raise PromptError(f"{path} cannot be read: {error}", hint="Restore it from version control.") from error


def _required_lock(folder: Path) -> dict[str, Locked]:
    lock = _read_lock(folder)
    if lock is None:
        raise PromptError(f"there is no {LOCK_NAME}", hint="Run `pipeline prompts --lock`.")
    return lock


def _differences(prompts: Mapping[str, Prompt], lock: Mapping[str, Locked]) -> list[str]:
    found = (_difference(prompt, lock.get(name)) for name, prompt in sorted(prompts.items()))
    return [problem for problem in found if problem]


def _is_silent_edit(prompt: Prompt, locked: Locked | None) -> bool:
    return locked is not None and prompt.digest != locked.digest and prompt.version <= locked.version


def _difference(prompt: Prompt, locked: Locked | None) -> str | None:
    if locked is None:
        return f"{prompt.id}: not locked; run `pipeline prompts --lock`"
    if _is_silent_edit(prompt, locked):
        return f"{prompt.id}: edited, but its version is still {prompt.version}; raise it"
    if prompt.digest != locked.digest:
        return f"{prompt.id}: version {prompt.version} is not locked yet; run `pipeline prompts --lock`"
    return None if prompt.version == locked.version else f"{prompt.id}: the lock gives another version"
