"""Credits of agencies, read by form; sentences that cite one; wording that two texts share."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Article, Removal
from pipeline.text.copying import longest_shared, shared_wording
from pipeline.text.wire import Credit, agency_key, credits_of, relays, same_names
from tests.guards.judging import article

BODY = "The bridge was closed on Monday.\nNobody was hurt, the council said.\nIt will open in May.\nTrains run again."


def beside(text: str, line: str, reason: str) -> Article:
    """The article with a line that was taken out of its file."""
    removal = Removal(start=0, end=len(line), text=line, reason=reason)
    return article(text).model_copy(update={"removed": (removal,)})


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("PARIS (AFP) - ", "agence francepresse"),
        ("TARN, March 2 (Tarn Wire) — ", "tarn wire"),
        ("New Delhi, Mar 2 (PTI) ", "press trust of india"),
        ("MOSCOW, March 2. /TASS/. ", "tass"),
        ("PORT TARN, Halvera, 14 May, 16:30 (Halvera Press Bureau) — ", "halvera press bureau"),
        ("(Tarn Radio) ", "tarn radio"),
    ],
)
def test_a_dateline_credits_the_whole_article(line: str, agency: str) -> None:
    """Whether it stands in the text or was taken out."""
    assert credits_of(article(line + BODY)) == (Credit(agency, whole=True, span=None),)
    assert credits_of(beside(BODY, line, "dateline")) == (Credit(agency, whole=True, span=None),)


@pytest.mark.parametrize(
    "opening",
    [
        "Pellan Line (PL) - which owns the bridge - said nothing. ",
        "The International Bridge Union (IBU) confirmed the news. ",
        "The council (see page 4) Monday morning gave in. ",
        "Tarn: ",
        "TARN — ",
    ],
)
def test_brackets_that_are_no_dateline(opening: str) -> None:
    """An abbreviation in brackets names no agency, and a place alone none either."""
    assert credits_of(article(opening + BODY)) == ()


@pytest.mark.parametrize(
    ("line", "reason", "agency", "whole"),
    [
        ("(WIth PTI inputs.)", "credit", "press trust of india", False),
        ("With material from Halvera Press Bureau", "fragment", "halvera press bureau", False),
        ("By Hedda Stoll, with Tarn Wire (TW)", "credit", "tarn wire", False),
        ("By Ruben Tasker (with material from TW)", "credit", "tw", False),
        ("Reuters contributed to this report.", "credit", "reuters", False),
        ("Additional reporting by AFP", "credit", "agence francepresse", False),
        ("By Ruth Vane, Associated Press", "credit", "associated press", True),
        ("By Reuters", "credit", "reuters", True),
        ("dpa", "fragment", "deutsche presseagentur", True),
        ("author: The Associated Press", "header", "associated press", True),
        ("(Reporting by HPB staff in Port Tarn)", "credit", "hpb", True),
        ("Reporting by Ada Wint and Bo Lund; editing by Jo Hume", "credit", "ada bo lund wint", True),
        ("Source: TASS", "caption", "tass", True),
        ("© 2031 Agence France-Presse", "notice", "agence francepresse", True),
        ("This article was first published by Tarn Today.", "notice", "tarn today", True),
    ],
)
def test_a_line_beside_the_text(line: str, reason: str, agency: str, whole: bool) -> None:
    """What bylines and notes credit, for all of the text or for a part."""
    assert credits_of(beside(BODY, line, reason)) == (Credit(agency, whole, None),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("By Maud Teller in Port Tarn", "credit"),
        ("Additional reporting by Ines Harrow", "credit"),
        ("Reporting by Ines Harrow in Tarn", "credit"),
        ("THE TARN COURIER", "fragment"),
        ("The bridge on Monday. Credit: Olm Arder / AP", "caption"),
        ("Photo: Reuters", "caption"),
        ("© Tarn Media 2031", "notice"),
        ("With inputs from agencies", "credit"),
    ],
)
def test_lines_that_credit_no_agency(line: str, reason: str) -> None:
    """An outlet's own reporters, its own name, and pictures."""
    assert credits_of(beside(BODY, line, reason)) == ()


def test_the_last_line_signs_for_all_and_a_paragraph_for_itself() -> None:
    """An agency signs the whole article at its end; where several paragraphs are signed, each is its signer's."""
    assert credits_of(article(BODY + " — AFP")) == (Credit("agence francepresse", whole=True, span=None),)
    live = "Trains run again. (AFP)\nThe bridge is closed.\nIt may open in May. (dpa)"
    signed = {c.agency: c.span.of(live) for c in credits_of(article(live)) if c.span}
    assert signed == {
        "agence francepresse": "Trains run again. (AFP)",
        "deutsche presseagentur": "It may open in May. (dpa)",
    }


def test_names_of_one_agency() -> None:
    """The full name, the article, what it calls itself, the acronym; an acronym of two names is neither."""
    assert len({agency_key(name) for name in ("AFP", "Agence France-Presse", "the AFP news agency")}) == 1
    assert same_names(["tarn wire", "tw"]) == {"tarn wire": "tarn wire", "tw": "tarn wire"}
    assert same_names(["tarn wire", "tule wire", "tw"])["tw"] == "tw"


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("The talks failed, TASS news agency reported.", ("tass",)),
        ("According to a report by news agency AFP, the talks failed.", ("agence francepresse",)),
        ("In comments quoted by Russia’s RIA Novosti state news agency, she said no.", ("ria novosti",)),
        ("“It is over,” he told the Tarn Wire news agency.", ("tarn wire",)),
        ("The talks failed, Reuters and TASS said.", ("reuters", "tass")),
        ("Staff at Reuters walked out.", ()),
        ("A reporter from AFP was hurt.", ()),
        ("The union told Reuters managers that it would strike.", ()),
        ("“TASS reported nothing,” he said.", ()),
        ("The news agency was not at the scene.", ()),
    ],
)
def test_sentences_that_cite_an_agency(text: str, agencies: tuple[str, ...]) -> None:
    """Whoever is cited is a relay; whoever is spoken of is none, and what stands in a quotation is the speaker's."""
    assert relays(text) == agencies


def test_shared_wording_counts_what_reporters_chose() -> None:
    """Names and titles are everybody's; a changed word costs itself alone."""
    one = "Foreign Minister Ada Wint of Tarn and Prime Minister Bo Lund of Hallek met on Monday."
    two = "Foreign Minister Ada Wint of Tarn and Prime Minister Bo Lund of Hallek fell out over the dam."
    assert shared_wording(one, two, 5).words == 3
    changed = "The bridge was closed on Monday after a crack was seen in its eastern pillar by a passing angler."
    assert shared_wording(changed, changed.replace("seen", "found"), 5).share > 0.9


def test_the_longest_run() -> None:
    """In words, whatever the punctuation between them."""
    assert longest_shared("There were no talks, or a full-fledged meeting", "no talks or full fledged meeting") == 3
    assert longest_shared("", "no talks") == 0
