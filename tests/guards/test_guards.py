"""Each guard: what it lets pass, what it stops, and how it says why."""

from __future__ import annotations

import time

import pytest

from pipeline.domain.article import Span
from pipeline.guards.judge import CHECKS, judge
from pipeline.text.spans import find_words, make_evidence
from tests.guards.judging import article, guard, verdict

SOURCE = (
    "Maria Zakharova, the spokesperson, said on Thursday that Blinken and Lavrov spoke for about 10 minutes. "
    "The official said there were no talks. “We found that positions were very far apart,” Subrahmanyam "
    "Jaishankar said. "
    "At least 12 people died in June 2020 when the boat left Pell Quay."
)

CASES = [
    # guard, statement, passage, passes, part of the explanation
    ("quantity", "They spoke for 11 minutes, Zakharova said.", "about 10 minutes", False, "says 10 here"),
    ("quantity", "They spoke for about 10 hours, Zakharova said.", "about 10 minutes", False, "counts something else"),
    ("quantity", "They spoke for less than 10 minutes, Zakharova said.", "about 10 minutes", False, "differently"),
    ("quantity", "They spoke for 10 minutes, Zakharova said.", "about 10 minutes", False, "differently"),
    ("quantity", "They spoke for roughly ten minutes, Zakharova said.", "about 10 minutes", True, ""),
    ("quantity", "At least twelve people died.", "At least 12 people", True, ""),
    ("quantity", "Twelve people died.", "At least 12 people", False, "differently"),
    ("quantity", "More than 12 people died.", "At least 12 people", False, "differently"),
    ("quantity", "At least 40 boats left.", "At least 12 people", False, "does not stand"),
    ("date", "They died in July 2020.", "At least 12 people", False, "not the date"),
    ("date", "They died in June 2021.", "At least 12 people", False, "not the date"),
    ("date", "They died in 2020.", "At least 12 people", True, ""),
    ("date", "They died on 3 June 2020.", "At least 12 people", False, "not the date"),
    ("date", "They spoke on Friday, Zakharova said.", "about 10 minutes", False, "not the date"),
    ("date", "They spoke on Thursday, Zakharova said.", "about 10 minutes", True, ""),
    ("date", "They spoke, Zakharova said.", "about 10 minutes", True, ""),
    ("name", "Zakharova said Blinken and Wang spoke.", "about 10 minutes", False, "Wang"),
    ("name", "Maria Zakharova said Blinken and Lavrov spoke.", "about 10 minutes", True, ""),
    ("name", "Maria Zarkhova said Blinken and Lavrov spoke.", "about 10 minutes", True, ""),
    ("name", "Mr. Brandt and Blinken spoke, Zakharova said.", "about 10 minutes", False, "Brandt"),
    ("negation", "The official said there were talks.", "no talks", False, "affirms"),
    ("negation", "The official said no talks were held.", "no talks", True, ""),
    ("negation", "Blinken and Lavrov did not speak, Zakharova said.", "about 10 minutes", False, "does not deny"),
    ("negation", "The official denied that there were no talks.", "no talks", False, "inside another denial"),
    ("speaker", "Lavrov said that he and Blinken spoke.", "about 10 minutes", False, "Lavrov"),
    ("speaker", "Jaishankar said Blinken and Lavrov spoke.", "about 10 minutes", False, "Jaishankar"),
    ("speaker", "Blinken and Lavrov spoke for about 10 minutes.", "about 10 minutes", False, "who says so"),
    ("speaker", "The official said there were no talks.", "no talks", True, ""),
    ("speaker", "Zakharova said there were no talks.", "no talks", True, ""),
    ("speaker", "Jaishankar said there were no talks.", "no talks", False, "Jaishankar"),
    ("quotation", "“Positions were very far apart,” Jaishankar said.", "We found", True, ""),
    ("quotation", "“Positions were quite far apart,” Jaishankar said.", "We found", False, "quite far apart"),
    ("quotation", "Jaishankar said positions were 'very close'.", "We found", False, "very close"),
    (
        "content",
        "The harvest of barley in the valley was poor, Zakharova said.",
        "about 10 minutes",
        False,
        "of its words",
    ),
    ("content", "Zakharova said Blinken and Lavrov spoke.", "about 10 minutes", True, ""),
]


@pytest.mark.parametrize(("name", "statement", "cited", "passes", "why"), CASES)
def test_guards_pass_and_fail_with_a_reason(name: str, statement: str, cited: str, passes: bool, why: str) -> None:
    """The guard decides as a careful reader would, and names what is wrong."""
    found = guard(name, verdict(statement, SOURCE, cited))
    assert (found.outcome != "fail") == passes, found
    assert why in found.detail


def test_weekdays_follow_from_the_date_of_the_article() -> None:
    """A "Thursday" in an article of 2 March 2023 is that day, and no other."""
    source = "The ministers met in New Delhi on Thursday."
    day = "The ministers met in New Delhi on {}."
    assert verdict(day.format("2 March 2023"), source, published="2023-03-02").status == "supported"
    assert verdict(day.format("Thursday, 2 March 2023"), source, published="2023-03-03").status == "supported"
    assert verdict(day.format("9 March 2023"), source, published="2023-03-02").status == "contradicted"
    assert verdict(day.format("2 March 2023"), source).status == "contradicted"


def test_a_name_from_elsewhere_in_the_article_must_be_joined_to_the_passage() -> None:
    """A last name may be given its first name or its title's holder, not another person of the article."""
    source = (
        "Sergey Lavrov arrived. Lavrov left early. Qin Gang stayed. The Russian Foreign Minister Sergey Lavrov ate."
    )
    assert verdict("Sergey Lavrov left early.", source, "Lavrov left early").status == "supported"
    assert verdict("Qin Gang left early.", source, "Lavrov left early").status == "unsupported"
    assert verdict("Gang left early.", source, "Lavrov left early").status == "unsupported"


def test_a_country_and_its_people_are_one_name() -> None:
    """The word "Russian" may be said of "Russia", "Iraqi" not of "Iran"."""
    assert verdict("Russian officials left the hall.", "Officials of Russia left the hall.").status == "supported"
    assert verdict("The Iraqi officials left the hall.", "Officials of Iran left the hall.").status == "unsupported"
    assert (
        verdict("Officials of Australia left the hall.", "Officials of Austria left the hall.").status == "unsupported"
    )


def test_what_is_not_cited_is_uncited() -> None:
    """Without a citation there is no verdict of the guards."""
    result = judge("It sank.", [], {})
    assert (result.status, result.guards) == ("uncited", ())


def test_a_verdict_names_every_guard() -> None:
    """Each guard reports once, passed, failed, or with nothing to check."""
    result = verdict("It sank.", "It sank.")
    assert [g.name for g in result.guards] == [
        "quantity",
        "date",
        "name",
        "negation",
        "opposite",
        "comparison",
        "role",
        "modality",
        "speaker",
        "quotation",
        "content",
    ]
    assert len(result.guards) == len(CHECKS)
    assert result.failures() == ()


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("Maria Zakharova said on Thursday that Blinken and Lavrov spoke for 20 minutes.", "contradicted"),
        ("Maria Zakharova said on Thursday that Qin Gang and Lavrov spoke.", "unsupported"),
        ("The harvest of barley failed.", "unsupported"),
    ],
)
def test_contradiction_is_told_from_no_support(statement: str, status: str) -> None:
    """A passage about this that says otherwise contradicts; anything else just does not support."""
    assert verdict(statement, SOURCE, "about 10 minutes").status == status


FERRY = (
    "The Marisol was carrying 212 passengers and 11 crew when it struck the Gull Rocks at about 7:40 pm, the "
    "coastguard said. “We heard a terrible noise and then the lights went out,” said Ana Pell, a passenger from "
    "Corrin. The operator, Tarn Lines, denied that the ship had been overloaded. “The Marisol was certified for 300 "
    "passengers,” chief executive Boris Hale said. The captain, Jon Veld, has been arrested."
)


@pytest.mark.parametrize(
    ("statement", "source", "why"),
    [
        ("Tarn lies 40 miles north of Corrin.", "Tarn lies 40 km north of Corrin.", "counts something else"),
        ("The train moved at 100 mph.", "The train moved at 100 km/h.", "counts something else"),
        ("It sank at 7:40 am.", "It sank at 7:40 pm.", "says 7:40 pm here"),
        ("It sank at 7:50 pm.", "It sank at about 7:40 pm.", "says 7:40 pm here"),
        ("Tarn lies 40 km south of Corrin.", "Tarn lies 40 km north of Corrin.", "says “south”"),
        (
            "Divers ended their search on Monday.",
            "Divers began their search on Monday.",
            "the cited passage says “began”",
        ),
        ("Shares rose.", "Shares fell.", "says “rose”"),
        ("Residents voted for the plan.", "Residents voted against the plan.", "says “for”"),
        ("The vote came after the storm.", "The vote came before the storm.", "says “after”"),
        ("The captain was found alive on the rocks.", "The captain was found dead near the rocks.", "says “alive”"),
        ("The captain has been arrested.", "The captain may be arrested.", "only possible"),
        ("The captain may be arrested.", "The captain has been arrested.", "only possible"),
        ("Russia suspended the treaty.", "Russia plans to suspend the treaty.", "only planned"),
        ("Moscow released Paul Whelan.", "Blinken urged Moscow to release Paul Whelan.", "only asked for"),
        ("The captain ignored the warning.", "The captain allegedly ignored the warning.", "only alleged"),
    ],
)
def test_what_the_passage_says_otherwise_is_contradicted(statement: str, source: str, why: str) -> None:
    """One word, unit or time turned round is found, and named."""
    result = verdict(statement, source)
    assert result.status == "contradicted", result
    assert why in "; ".join(g.detail for g in result.failures())


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Nobody is thought to be missing.", "Nobody is believed to be missing."),
        ("12 died when the boat capsized.", "12 people died when the boat capsized."),
        ("Twelve people died when the boat capsized.", "12 died when the boat capsized."),
        ("The ship lies 40 kilometres north of Tarn.", "The ship lies 40km north of Tarn."),
        ("It struck the rocks at 19:40.", "It struck the rocks at 7:40 pm."),
        ("The bridge cost 5 million dollars.", "The bridge cost $5 million."),
        ("Russia left the pact a week before the meeting.", "The meeting came a week after Russia left the pact."),
        ("The meeting ended without a deal.", "The meeting, which began on Monday, ended without a deal."),
        ("The captain may be arrested.", "The captain may be arrested; two sailors were arrested."),
        ("Blinken urged Moscow to free Whelan.", "Blinken urged Moscow to free Whelan."),
        ("The minister urged Oslo to lift the ban.", "The minister urged Norway to lift the ban."),
        ("Tomas Ekberg-Ruhl has invited both sides.", "Minister Tomas Ekberg-Ruhl has invited both sides."),
        ("The pact was not signed, the WTC said.", "The pact was not signed, the World Trade Council said."),
        (
            "The court threw out the suit that Dravell had brought.",
            "The court dismissed the suit that Dravell brought.",
        ),
        ("The bid was rejected by the board.", "The board turned down the bid."),
        (
            "The workers will strike if the firm does not make an offer by noon.",
            "The workers will strike unless the firm makes an offer by noon.",
        ),
        (
            "A public inquiry into the sinking has been ordered by minister Petra Ullock.",
            "Minister Petra Ullock ordered a public inquiry into the sinking and said it must report by May.",
        ),
        (
            "The board rejected a bid of 38 crowns a share.",
            "The board rejected a bid of 38 crowns a share, saying that it was too low.",
        ),
    ],
)
def test_faithful_words_are_not_refused(statement: str, source: str) -> None:
    """Opposites, modals and units that agree with the passage pass."""
    assert verdict(statement, source).failures() == ()


@pytest.mark.parametrize(
    ("statement", "source", "name"),
    [
        ("Moscow and Beijing did not agree to the text.", "Russia and China did not agree to the text.", "name"),
        ("The pact was not signed, the World Trade Council said.", "The pact was not signed, the WTC said.", "speaker"),
        ("No more than 640 jobs would go.", "At most 640 jobs would go.", "negation"),
        ("The firm would not close the works.", "The firm would keep the works open.", "negation"),
        ("The coastguard puts the number at 241.", "There were 241 on board, the coastguard said.", "speaker"),
    ],
)
def test_another_way_to_say_it_passes(statement: str, source: str, name: str) -> None:
    """The guard that asks for this very thing knows it in other words."""
    assert guard(name, verdict(statement, source)).outcome != "fail"


@pytest.mark.parametrize(
    ("statement", "source", "name"),
    [
        ("The man was jailed in Moscow.", "The man was jailed in Russia.", "name"),  # the town itself, not who governs
        ("Talks with Beijing failed.", "Talks with Russia failed.", "name"),
        (
            "The workers will strike if the firm does not make an offer.",
            "They will strike if it makes one.",
            "negation",
        ),
        ("The firm would close the works.", "The firm would not close the works.", "negation"),
        ("The board accepted the bid.", "The board turned down the bid.", "negation"),
        ("The ship was overloaded.", "The ship was overloaded, the union said.", "speaker"),
        ("It was not signed, the WTO said.", "It was not signed, the World Trade Council said.", "speaker"),
    ],
)
def test_lenience_has_its_limits(statement: str, source: str, name: str) -> None:
    """What is let pass as another way to say it is not let pass where it says something else."""
    assert guard(name, verdict(statement, source)).outcome == "fail"


def test_a_quotation_stays_with_its_speaker() -> None:
    """Of two cited passages, the speaker of the one does not speak the words of the other; nor of one not cited."""
    noise = "{} said: “We heard a terrible noise and then the lights went out.”"
    assert verdict(noise.format("Ana Pell"), FERRY).failures() == ()
    assert guard("speaker", verdict(noise.format("Boris Hale"), FERRY, "certified for 300")).outcome == "fail"
    whole = article(FERRY)
    everything = Span(start=0, end=len(FERRY))
    spans = [find_words(words, FERRY, everything) for words in ("heard a terrible noise", "certified for 300")]
    cited = [make_evidence(whole, span) for span in spans if span]
    for name, outcome in (("Ana Pell", "pass"), ("Boris Hale", "fail")):
        assert guard("speaker", judge(noise.format(name), cited, {"a": whole})).outcome == outcome


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        ("The Marisol sank off Tarn, police said.", "fail"),
        ("Divers lost their ship near Tarn.", "fail"),
        ("The Marisol hit rocks off Tarn.", "pass"),
    ],
)
def test_a_short_statement_keeps_to_the_words(statement: str, outcome: str) -> None:
    """Up to eight content words, one may be another, and not the only one that tells what happened."""
    source = "The Marisol ran aground on rocks off Tarn while divers watched, police said."
    assert guard("content", verdict(statement, source)).outcome == outcome


def test_a_date_before_all_calendars_raises_nothing() -> None:
    """An article that is dated to the first day there is can still be judged."""
    result = verdict("It sank on Sunday.", "It sank on Sunday.", published="0001-01-01")
    assert result.status == "supported"


def test_judging_does_not_read_the_whole_article_each_time() -> None:
    """The time for a statement does not grow with the article, once the article's names were read."""
    names = ("Stone", "Veld", "Dorr", "Hale", "Pell", "Thrale", "Brandt", "Errigan")
    lines = [f"{names[i % 8]} told {names[i // 8 % 8]} that {i} boats had left the harbour." for i in range(2000)]
    whole = article("\n".join(lines))
    cited = [make_evidence(whole, span) for span in whole.sentences[:300]]
    judge(lines[0], cited[:1], {"a": whole})
    started = time.process_time()
    for line, evidence in zip(lines, cited, strict=False):
        judge(line, [evidence], {"a": whole})
    assert time.process_time() - started < 4
