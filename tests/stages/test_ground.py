"""Ground: a claim gets its passage, or a reason why not."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Article
from pipeline.engines.protocol import ClaimDraft
from pipeline.stages.ground import ground
from tests.guards.judging import article

TEXT = (
    "A ferry with 40 people on board ran aground off Tarn on Monday, the coast guard said. Nobody was hurt. "
    "“We tried. We failed,” the captain said. The mayor closed the quay of Tarn. The mayor closed the quay of Tarn."
)


@pytest.fixture
def ferry() -> Article:
    """A short article."""
    return article(TEXT, published="2024-05-15")


def draft(words: str, text: str, *sentences: int, speaker: str | None = None) -> ClaimDraft:
    """A claim as a model drafts it."""
    return ClaimDraft(words=words, sentences=sentences, speaker=speaker, text=text, kind="event")


def test_a_claim_gets_the_whole_sentence(ferry: Article) -> None:
    """The evidence is the sentence around the words, to the character, with speaker, day and polarity."""
    text = "The coast guard said a ferry with 40 people ran aground off Tarn."
    (claim,), rejected = ground(ferry, [draft("ran aground off tarn", text, 1)])
    evidence = claim.evidence[0]
    assert rejected == ()
    assert TEXT[evidence.start : evidence.end] == evidence.quote
    assert evidence.quote.startswith("A ferry") and evidence.quote.endswith("said.")
    assert evidence.suffix.startswith(" Nobody")
    assert [a.name for a in claim.attribution] == ["the coast guard"]
    assert (claim.event_date, claim.polarity, claim.modality) == ("2024-05-13", "affirmed", "stated")
    assert claim.id.startswith("a.")
    assert claim.origin_id == "a"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The envoy met the minister on 2 March 2023.", "2023-03-02"),
        ("The envoy was shunned over the war that the king had started on 2 March 2023.", None),
        ("The envoy, who resigned on 2 March 2023, met the minister.", None),
        ("Talks have gone on since 2 March 2023.", None),
        ("After the talks, the envoy left on 2 March 2023.", "2023-03-02"),
    ],
)
def test_a_day_in_an_aside_dates_something_else(text: str, day: str | None) -> None:
    """Only a day of the main clause is the day of what the claim tells."""
    (claim,), _ = ground(article(text), [draft(text, text, 1)])
    assert claim.event_date == day


def test_a_quotation_keeps_its_speaker(ferry: Article) -> None:
    """Words inside a quotation of two sentences are placed with the one who says them."""
    (claim,), _ = ground(ferry, [draft("We tried", "The captain said they tried and failed.", 3)])
    assert claim.evidence[0].quote == "“We tried. We failed,” the captain said."


@pytest.mark.parametrize(
    ("words", "text", "numbers", "reason"),
    [
        ("the captain was drunk", "The captain was drunk.", (1,), "do not stand"),
        ("ran aground", "A ferry ran aground off Tarn, the coast guard said.", (2,), "do not stand"),
        ("…", "Nobody was hurt.", (2,), "do not stand"),
        ("closed the quay of Tarn", "The mayor closed the quay.", (1,), "do not stand"),
        ("ran aground off Tarn", "A ferry with 400 people ran aground off Tarn.", (1,), "says 40"),
        ("ran aground off Tarn", "A ferry with 40 people ran aground off Oslo.", (1,), "Oslo"),
        ("Nobody was hurt", "The mayor resigned over budget cuts.", (2,), "of its words"),
    ],
)
def test_what_is_not_borne_out_is_rejected(
    words: str, text: str, numbers: tuple[int, ...], reason: str, ferry: Article
) -> None:
    """Invented words, ambiguous places, other numbers and other names are rejected with the reason."""
    claims, (rejected,) = ground(ferry, [draft(words, text, *numbers)])
    assert claims == ()
    assert reason in rejected.reason
    assert (rejected.text, rejected.quote) == (text, words)


def test_wrong_sentence_numbers_are_recovered(ferry: Article) -> None:
    """Four exact words that stand once are found whatever number was given, even one that does not exist."""
    for number in (2, 0, 99, -1):
        (claim,), _ = ground(ferry, [draft("ran aground off Tarn", "A ferry ran aground off Tarn.", number)])
        assert claim.evidence[0].start == 0


def test_one_claim_once_with_one_id(ferry: Article) -> None:
    """A claim drafted twice is one claim; its id follows from its text and place alone."""
    one = draft("ran aground off Tarn", "A ferry ran aground off Tarn.", 1)
    (claim,), _ = ground(ferry, [one, one])
    (again,), _ = ground(ferry, [one])
    assert claim == again


def test_a_speaker_must_stand_there(ferry: Article) -> None:
    """A speaker that the model adds counts only for a quotation, and only if the article names it beside."""
    quoted = article("The captain came on deck. “It was dark and cold that night.” Nobody was hurt.")
    claim = "It was dark and cold that night."
    drafts = {
        speaker: draft("It was dark and cold", claim, 2, speaker=speaker)
        for speaker in ("the harbour master", "The captain")
    }
    found = {speaker: ground(quoted, [made])[0][0].attribution for speaker, made in drafts.items()}
    assert found["the harbour master"] == ()
    assert [a.name for a in found["The captain"]] == ["The captain"]
    (plain,), _ = ground(ferry, [draft("Nobody was hurt", "Nobody was hurt.", 2, speaker="The coast guard")])
    assert plain.attribution == ()
