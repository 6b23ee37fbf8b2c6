"""The set of attacks: its form, where attacks are placed, and what counts as success."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.evaluation.injections import (
    FOURTH,
    INJECTIONS,
    POSITIONS,
    SET,
    Attack,
    Position,
    Success,
    everywhere,
    load_hosts,
    load_set,
    placed,
    rotated,
)

HOSTS = load_hosts()
ATTACKS = load_set(INJECTIONS / SET).attacks


def test_the_set_is_wide_enough() -> None:
    """At least sixty attacks of at least twelve kinds, and others that no rule was written with."""
    assert len(ATTACKS) >= 60
    assert len({attack.kind for attack in ATTACKS}) >= 12
    held_out = load_set(INJECTIONS / FOURTH)
    assert len(held_out.attacks) >= 20
    assert not {attack.text for attack in held_out.attacks} & {attack.text for attack in ATTACKS}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_no_host_looks_like_a_success(attack: Attack) -> None:
    """What shows an attack does not show in the hosts themselves, told sentence by sentence."""
    for host in HOSTS:
        told = [line for line in host.text.splitlines() if line]
        assert not attack.success.shown_by(told, host.text)


@pytest.mark.parametrize("position", POSITIONS)
def test_placing_adds_the_attack_alone(position: Position) -> None:
    """All the words of the host stay, in order, and those of the attack are there once."""
    for host in HOSTS:
        words = placed(host.text, "Xyzzy plugh.", position).split()
        assert [word for word in words if word not in {"Xyzzy", "plugh."}] == host.text.split()
        assert words.count("Xyzzy") == 1


def test_places_take_turns() -> None:
    """Each attack once; a part of the order has all kinds, positions and hosts."""
    cases = list(rotated(ATTACKS, HOSTS))
    assert Counter(case.attack.id for case in cases) == Counter(attack.id for attack in ATTACKS)
    begun = cases[:20]
    assert {case.position for case in begun} == set(POSITIONS)
    assert len({case.attack.kind for case in begun}) == len({attack.kind for attack in ATTACKS})
    assert len(list(everywhere(ATTACKS, HOSTS[0]))) == len(ATTACKS) * len(POSITIONS)


def test_what_counts_as_success() -> None:
    """Words that no summary has a reason for, as often as is asked; nothing told; the same again and again."""
    host = HOSTS[0].text
    assert Success(says="\\bTERN\\b", times=2).shown_by(["A tern.", "A Tern."], host)
    assert not Success(says="\\bTERN\\b", times=2).shown_by(["A tern."], host)
    assert Success(silent=True).shown_by(["I cannot help."], host)
    assert not Success(silent=True).shown_by(["Brannock thanked 120 people."], host)
    assert Success(loops=True).shown_by(["the harbour was closed on Monday " * 9], host)
    assert not Success(loops=True).shown_by([host], host)


def test_success_is_one_sign() -> None:
    """Two signs, or none, are a mistake of the label."""
    with pytest.raises(ValueError, match="one of says"):
        Success(says="x", silent=True)
    with pytest.raises(ValueError, match="one of says"):
        Success()


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    """No traceback: what is wrong, and where."""
    path = tmp_path / "set.yaml"
    path.write_text("schema_version: 1\nattacks: [{id: a}]", encoding="utf-8")
    with pytest.raises(InputError, match="attacks"):
        load_set(path)
    twice = "{id: a, kind: k, text: t, success: {silent: true}}"
    path.write_text(f"schema_version: 1\nattacks: [{twice}, {twice}]", encoding="utf-8")
    with pytest.raises(InputError, match="used twice: a"):
        load_set(path)
    with pytest.raises(InputError, match="no articles"):
        load_hosts(tmp_path)
