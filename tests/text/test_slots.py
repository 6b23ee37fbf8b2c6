"""Who does what to whom: which name and noun stands where."""

from __future__ import annotations

import pytest

from pipeline.text.slots import slots

Told = tuple[str, str, str | None, tuple[str, ...]]


def _told(text: str) -> set[Told]:
    return {
        (s.role, s.head, s.filler.text if s.filler else None, tuple(unit.text for unit in s.also)) for s in slots(text)
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The ferry was rammed by a tanker off Tarn.",
         {("undergoes", "ram", "ferry", ()), ("does", "ram", "tanker", ("Tarn",)), ("by", "ram", "tanker", ("Tarn",)),
          ("off", "tanker", "Tarn", ()), ("off", "ram", "Tarn", ())}),
        ("The ferry was rammed when Penn sued Oss by law.",  # what follows another verb is no agent
         {("undergoes", "ram", "ferry", ()), ("does", "su", "Penn", ()), ("undergoes", "su", "Oss", ()),
          ("by", "oss", "law", ()), ("by", "su", "law", ())}),
        ("Ada Penn, head of Tarn Lines, said the ferry sank.",
         {("does", "say", "Ada Penn", ("head", "Tarn Lines")), ("does", "sink", "ferry", ()),
          ("of", "head", "Tarn Lines", ())}),
        ("Penn is a sailor who left Tarn.",
         {("does", "leav", "sailor", ("Penn",)), ("undergoes", "leav", "Tarn", ())}),
        ("Penn, Oss and Lund sued Tarn.",
         {("does", "su", "Lund", ("Oss", "Penn")), ("undergoes", "su", "Tarn", ())}),
        ("Penn was ordered to pay Oss.",
         {("undergoes", "order", "Penn", ()), ("does", "pay", "Penn", ()), ("undergoes", "pay", "Oss", ())}),
        ("Penn came and sued Oss.",
         {("does", "come", "Penn", ()), ("does", "su", "Penn", ()), ("undergoes", "su", "Oss", ())}),
        ("Lund’s lawyer met minister Penn.",
         {("does", "meet", "lawyer", ()), ("undergoes", "meet", "Penn", ("minister",)), ("owns", "lawyer", "Lund", ()),
          ("titled", "minist", "Penn", ())}),
        ("The Tarn minister Penn left.",
         {("does", "leav", "Penn", ("Tarn", "minister")), ("modifies", "minist", "Tarn", ()),
          ("titled", "minist", "Penn", ())}),
        ("The owner of the ferry in the port sued Oss.",
         {("does", "su", "owner", ("ferry", "port")), ("undergoes", "su", "Oss", ()), ("of", "owner", "ferry", ()),
          ("in", "ferri", "port", ())}),
        ("The ferry, which Penn sold, sank.",
         {("does", "sell", "Penn", ()), ("does", "sink", "ferry", ("Penn",))}),
        ("The ferry, which hit Tarn, sank.",
         {("does", "hit", "ferry", ()), ("undergoes", "hit", "Tarn", ()), ("does", "sink", "ferry", ("Tarn",))}),
        ("The ferry that sank hit Tarn.",
         {("does", "sink", "ferry", ()), ("does", "hit", "ferry", ()), ("undergoes", "hit", "Tarn", ())}),
        ("When Penn left, Oss sued Lund.",
         {("does", "leav", "Penn", ()), ("does", "su", "Oss", ()), ("undergoes", "su", "Lund", ())}),
        ("When sued Oss.", {("does", "su", None, ()), ("undergoes", "su", "Oss", ())}),
        ("Penn was a captain.", set()),
    ],
)  # fmt: skip
def test_slots(text: str, told: set[Told]) -> None:
    """Subjects, objects, agents, owners, titles, and what stands beside them."""
    assert _told(text) == told


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Oss met Lund.", True),
        ("Penn and Oss met Lund.", True),
        ("He and Oss met Lund.", False),
        ("He met Lund.", False),
        ("Oss’s lawyer met Lund.", True),
    ],
)
def test_a_pronoun_may_be_anybody(text: str, known: bool) -> None:
    """Who does it is known only where nobody is hidden behind a pronoun."""
    (does,) = [slot for slot in slots(text) if slot.role == "does"]
    assert does.known is known
    assert all(slot.known for slot in slots(text) if slot.role == "owns")


def test_the_nearest_reading_is_certain() -> None:
    """Off Tarn was the tanker; that it rammed there is possible."""
    found = {slot.head: slot.certain for slot in slots("A tug rammed a tanker off Tarn.") if slot.role == "off"}
    assert found == {"tanker": True, "ram": False}
