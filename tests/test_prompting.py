"""Prompt files: what is accepted, how they are filled in, and the lock."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import PromptError
from pipeline.prompting import (
    LOCK_NAME,
    Prompt,
    check_lock,
    digest_of,
    fence_of,
    load_prompt,
    load_prompts,
    locked_prompts,
    prompt_directory,
    write_lock,
)

TEXT = """---
id: greet
version: 1
inputs: [name, place]
output: Greeting
---

## system

Greet {{name}}.

## user

{{ name }} is in {{place}}. Even {single} braces and ## not a section stay.
"""


def _write(folder: Path, text: str = TEXT, name: str = "greet") -> Path:
    path = folder / f"{name}.md"
    path.write_bytes(text.encode())
    return folder


def _prompt(system: str, user: str) -> Prompt:
    head = {"id": "p", "version": 1, "inputs": ("one", "two"), "output": "X", "digest": "sha256:0"}
    return Prompt.model_validate({**head, "system": system, "user": user})


def test_a_prompt_is_read_and_filled_in(tmp_path: Path) -> None:
    """Front matter, sections and placeholders come out as written."""
    prompt = load_prompt("greet", _write(tmp_path))
    rendered = prompt.render({"name": "Ann", "place": "Delhi"})
    assert (prompt.version, prompt.inputs, prompt.output) == (1, ("name", "place"), "Greeting")
    assert rendered.system == "Greet Ann."
    assert rendered.user == "Ann is in Delhi. Even {single} braces and ## not a section stay."


@given(st.text(), st.text())
def test_inputs_are_never_expanded(one: str, two: str) -> None:
    """Whatever an input says, placeholders and backslashes included, it appears exactly as it is, once."""
    prompt = _prompt("a{{one}}b", "c{{two}}d{{one}}e")
    for first, second in ((one, two), ("{{two}}", "{{one}}"), ("\\1\\g<0>" + one, "{{ two }}")):
        rendered = prompt.render({"one": first, "two": second})
        assert rendered.system == f"a{first}b"
        assert rendered.user == f"c{second}d{first}e"


@pytest.mark.parametrize("inputs", [{}, {"one": "x"}, {"one": "x", "two": "y", "three": "z"}])
def test_missing_and_extra_inputs_are_refused(inputs: dict[str, str]) -> None:
    """A prompt is rendered with exactly its inputs."""
    with pytest.raises(PromptError, match="wrong inputs"):
        _prompt("{{one}}", "{{two}}").render(inputs)


BROKEN = {
    "no front matter": TEXT.removeprefix("---\n"),
    "no yaml": TEXT.replace("id: greet", "id: [greet"),
    "other id": TEXT.replace("id: greet", "id: meet"),
    "no version": TEXT.replace("version: 1\n", ""),
    "version is text": TEXT.replace("version: 1", "version: '1'"),
    "version is true": TEXT.replace("version: 1", "version: true"),
    "version 0": TEXT.replace("version: 1", "version: 0"),
    "unknown key": TEXT.replace("version: 1", "version: 1\nmodel: gpt"),
    "input unused": TEXT.replace("[name, place]", "[name, place, time]"),
    "input undeclared": TEXT.replace("[name, place]", "[name]"),
    "input twice": TEXT.replace("[name, place]", "[name, place, name]"),
    "stray braces": TEXT.replace("{single}", "{{not-a-name}}"),
    "no user": TEXT.replace("## user", "## users"),
    "two systems": TEXT + "\n## system\n\nMore.\n",
    "empty system": TEXT.replace("Greet {{name}}.", ""),
    "text before": TEXT.replace("## system", "Hello\n\n## system"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_malformed_prompts_are_refused(tmp_path: Path, text: str) -> None:
    """A malformed file is an error that names the file, before any model is asked."""
    with pytest.raises(PromptError, match=r"greet\.md"):
        load_prompt("greet", _write(tmp_path, text))


def test_missing_and_undecodable_prompts_are_refused(tmp_path: Path) -> None:
    """No file, no folder and no UTF-8 are errors, not tracebacks."""
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    for name in ("absent", "latin"):
        with pytest.raises(PromptError, match="cannot be read"):
            load_prompt(name, tmp_path)
    with pytest.raises(PromptError, match="no prompts"):
        load_prompts(tmp_path / "nowhere")


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_line_ends_do_not_change_the_digest(lines: list[str]) -> None:
    """A checkout with other line ends has the same digests; any other change has not."""
    unix, dos, mac = (end.join(lines).encode() for end in ("\n", "\r\n", "\r"))
    assert digest_of(unix) == digest_of(dos) == digest_of(mac)
    assert digest_of(unix + b"x") != digest_of(unix)


def test_a_windows_checkout_renders_the_same(tmp_path: Path) -> None:
    """Line ends as Windows writes them change neither text nor digest."""
    unix = load_prompt("greet", _write(tmp_path))
    assert load_prompt("greet", _write(tmp_path, TEXT.replace("\n", "\r\n"))) == unix


def test_a_lock_just_written_is_in_order(tmp_path: Path) -> None:
    """Writing the lock settles it, and leaves nothing else behind."""
    prompts = load_prompts(_write(tmp_path))
    write_lock(prompts, tmp_path)
    assert check_lock(prompts, tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["greet.md", LOCK_NAME]


def test_an_edit_without_a_new_version_is_found_and_cannot_be_locked(tmp_path: Path) -> None:
    """A silent edit is a problem that writing the lock again does not hide."""
    write_lock(load_prompts(_write(tmp_path)), tmp_path)
    edited = load_prompts(_write(tmp_path, TEXT.replace("Greet", "Welcome")))
    assert "still 1" in check_lock(edited, tmp_path)[0]
    with pytest.raises(PromptError, match="without a higher version"):
        write_lock(edited, tmp_path)


def test_an_edit_with_a_new_version_asks_to_be_locked(tmp_path: Path) -> None:
    """A raised version is fine once it is locked."""
    write_lock(load_prompts(_write(tmp_path)), tmp_path)
    raised = load_prompts(_write(tmp_path, TEXT.replace("version: 1", "version: 2")))
    assert "not locked yet" in check_lock(raised, tmp_path)[0]
    write_lock(raised, tmp_path)
    assert check_lock(raised, tmp_path) == []


def test_new_and_removed_prompts_are_named(tmp_path: Path) -> None:
    """A prompt without a lock entry, and an entry without a prompt, are problems."""
    prompts = load_prompts(_write(tmp_path))
    write_lock(prompts, tmp_path)
    _write(tmp_path, TEXT.replace("id: greet", "id: meet"), "meet")
    (tmp_path / "greet.md").unlink()
    assert [problem.split(":")[0] for problem in check_lock(load_prompts(tmp_path), tmp_path)] == [
        "meet",
        "greet",
    ]


@pytest.mark.parametrize("text", [None, "", "[]", '{"greet": 1}', '{"greet": {"version": 1}}'])
def test_a_missing_or_broken_lock_is_an_error(tmp_path: Path, text: str | None) -> None:
    """Without a lock that can be read nothing can be said about edits, and that is said."""
    prompts = load_prompts(_write(tmp_path))
    if text is not None:
        (tmp_path / LOCK_NAME).write_text(text)
    with pytest.raises(PromptError, match=r"prompts\.lock"):
        check_lock(prompts, tmp_path)


def test_the_checkouts_prompts_are_beside_the_package() -> None:
    """From a checkout, prompts are read from its own folder."""
    assert prompt_directory() == Path(__file__).parents[1] / "prompts"


def test_some_prompts_are_not_concerned_with_the_others(tmp_path: Path) -> None:
    """Who asks with one prompt goes on when another is new, edited or broken; an edit of its own is named."""
    write_lock(load_prompts(_write(tmp_path)), tmp_path)
    _write(tmp_path, TEXT.replace("id: greet", "id: meet"), "meet")
    (tmp_path / "broken.md").write_text("no front matter", encoding="utf-8")
    assert list(locked_prompts(["greet"], tmp_path)) == ["greet"]
    with pytest.raises(PromptError, match="meet: not locked"):
        locked_prompts(["greet", "meet"], tmp_path)
    _write(tmp_path, TEXT.replace("Greet", "Welcome"))
    with pytest.raises(PromptError, match="greet: edited, but its version is still 1"):
        locked_prompts(["greet"], tmp_path)
    with pytest.raises(PromptError, match="cannot be read"):
        locked_prompts(["gone"], tmp_path)


@given(st.text(), st.text())
def test_a_fence_stands_in_no_input(one: str, two: str) -> None:
    """The same inputs have the same mark, so that stored replies are found again; no input can hold it."""
    inputs = {"one": one, "two": two}
    mark = fence_of(inputs)
    assert re.fullmatch("[0-9a-f]{16}", mark)
    assert mark not in f"{one}\n{two}".lower()
    assert fence_of(dict(reversed(inputs.items()))) == mark
    rendered = _prompt("S", "{{fence}} {{one}}{{two}} {{fence}}").render(inputs)
    assert rendered.user == f"{mark} {one}{two} {mark}"


@given(st.text(), st.text(min_size=1))
def test_another_article_has_another_fence(one: str, more: str) -> None:
    """Whoever puts the mark of an article into it makes another article, with another mark."""
    mark = fence_of({"one": one})
    assert fence_of({"one": one + more}) != mark
    assert fence_of({"one": f"{one}\n{mark}>>>"}) != mark


def test_a_fence_is_no_input(tmp_path: Path) -> None:
    """Nobody can hand in a mark of their own."""
    text = TEXT.replace("[name, place]", "[name, place, fence]").replace("in {{place}}", "in {{place}} {{fence}}")
    with pytest.raises(PromptError, match="made for each call"):
        load_prompt("greet", _write(tmp_path, text))


OWN_INPUTS = {"most", "words", "language"}
"""Numbers and names that the program itself puts into prompts; whatever else they hold, somebody else wrote."""


@pytest.mark.parametrize("prompt", load_prompts().values(), ids=lambda prompt: prompt.id)
def test_what_others_wrote_is_fenced_and_declared_as_data(prompt: Prompt) -> None:
    """Every prompt that carries words of articles puts all of them between marks, and says that they are data."""
    foreign = {f"{{{{{name}}}}}" for name in prompt.inputs if name not in OWN_INPUTS}
    if not foreign:
        return
    assert prompt.user.count("{{fence}}") == 2
    before, inside, after = prompt.user.split("{{fence}}")
    opening, closing = before.rpartition("<<<")[2].strip(), inside.rpartition("\n")[2].strip()
    assert opening == closing
    assert opening.isupper()
    assert after == ">>>"
    assert all(name in inside for name in foreign)
    assert not any(name in before + prompt.system for name in foreign)
    assert re.search(r"\b(?:is|are) data\b", prompt.system)
    assert "carry the same mark" in prompt.system
