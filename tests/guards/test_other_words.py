"""What later readers found: true statements that were refused, and false ones that passed."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Span
from pipeline.domain.verdict import Verdict
from pipeline.guards.judge import judge
from pipeline.guards.passage import units_of
from pipeline.text.spans import make_evidence
from tests.guards.judging import article, guard, verdict


def judged(text: str, source: str, *, published: str | None = None) -> Verdict:
    """The verdict on the text against the last sentence of the source."""
    one = article(source, published=published)
    unit = units_of(one)[-1]
    return judge(text, [make_evidence(one, unit)], {one.id: one})


TRUE = {
    "compared rightly": (
        "The estimate of 140 million francs is higher than the 90 million of the insurer Gothian.",
        "Gothian, its insurer, put the estimate at 90 million francs; the other estimate was 140 million.",
    ),
    "an Irishman": ("An Irishman won the race.", "A man from Ireland won the race on Sunday; the Irish team rejoiced."),
    "all but two": (
        "Of 16 people detained, 14 were released.",
        "Police detained 16 people; all but two were released.",
    ),
    "five of twelve": ("The jury had seven women and five men.", "Seven of the twelve jurors were women."),
    "no less than": ("A demand is for no less than £50,000.", "The group demanded at least 50,000 pounds."),
    "sold and bought": (
        "The dam was sold by the state in 2018 to the company Aldane.",
        "The dam is owned by the company Aldane, which bought it from the state in 2018.",
    ),
    "without power": (
        "The storm left 200,000 homes without electricity.",
        "The storm crossed the islands and left many in the dark, cutting power to 200,000 homes.",
    ),
    "not him": (
        "Adair said the hospital ordered the implants, and not Reeve.",
        "The surgeon is Malcolm Reeve. His lawyer, Ann Adair, said the hospital ordered the implants, not him.",
    ),
    "behind a pronoun": (
        "Marta Oss said all 300 posts at the mill would go.",
        "Union leader Marta Oss spoke at the gate. It rained. All 300 posts at the mill would go, she said.",
    ),
    "a date before the speaker": (
        "On 2 March a port spokesperson said the quay had been closed.",
        "On 2 March the quay had been closed, a port spokesperson said.",
    ),
    "not until": (
        "The crew sent a distress call at 22:04.",
        "The crew sent no distress call until 22:04.",
    ),
    "a million and a half": (
        "The repair cost three and a half million euros.",
        "The repair cost 3.5 million euros.",
    ),
    "roughly half": (
        "Roughly half of the 2,300 workers, 1,200, stayed at home.",
        "1,200 of the 2,300 workers stayed at home.",
    ),
    "metres and kilometres": (
        "The worm lives 2.6 kilometres below the surface of the sea.",
        "The worm lives 2,600 metres below the surface of the sea.",
    ),
    "two out of three": (
        "Two out of three lines did not run on Monday.",
        "Two thirds of the lines did not run on Monday.",
    ),
    "not involved": (
        "Sabotage was not behind the fire at the mill, police said.",
        "Police ruled out sabotage behind the fire at the mill.",
    ),
}
FALSE = {
    "compared wrongly": (
        "The estimate of 140 million francs is lower than the 90 million of the insurer Gothian.",
        "Gothian, its insurer, put the estimate at 90 million francs; the other estimate was 140 million.",
    ),
    "the two of all but two": (
        "Of 16 people detained, two were released.",
        "Police detained 16 people; all but two were released.",
    ),
    "the other seven": ("The jury had seven men and five women.", "Seven of the twelve jurors were women."),
    "all of them": ("All of the jurors were women.", "Seven of the twelve jurors were women."),
    "less for no less": ("A demand is for less than £50,000.", "The group demanded at least 50,000 pounds."),
    "sold the other way": (
        "The dam was sold by the company Aldane in 2018 to the state.",
        "The dam is owned by the company Aldane, which bought it from the state in 2018.",
    ),
    "still without power": (
        "By noon the 130,000 homes were still without electricity.",
        "By noon the 130,000 homes had electricity again.",
    ),
    "cut is not raised": (
        "The museum's budget was increased by 12 percent last year by the council.",
        "The council cut the museum's budget by 12 percent last year.",
    ),
    "a plan is no deed": (
        "The university carried out a field trial in September.",
        "The university plans a field trial in September.",
    ),
    "may is not will": (
        "The army will withdraw from the valley on Friday.",
        "The army may withdraw from the valley on Friday.",
    ),
    "signs are no proof": (
        "Photographs prove that the gate was chained on Monday.",
        "Photographs seem to show that the gate was chained on Monday.",
    ),
    "nobody heard of critics": (
        "The pipes of the plant were old, critics said.",
        "The regulator Ofgrid said the pipes of the plant were old.",
    ),
    "convicted is not cleared": (
        "Miles Tarrant was cleared of fraud by a jury on Monday.",
        "Miles Tarrant was convicted of fraud by a jury on Monday.",
    ),
    "killed is not survived": (
        "Commander Joram Kast survived an air strike on Monday.",
        "Commander Joram Kast was killed in an air strike on Monday.",
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_in_other_words(name: str) -> None:
    """Supported, with no guard against it."""
    verdict = judged(*TRUE[name])
    assert verdict.status == "supported", verdict.failures()


@pytest.mark.parametrize("name", FALSE)
def test_false_in_nearly_the_same_words(name: str) -> None:
    """Refused."""
    assert judged(*FALSE[name]).status != "supported"


def test_next_summer_is_the_year_after_the_article() -> None:
    """What is told relative to the day of publication may be told as a year."""
    source = "The board will keep the forward until next summer."
    text = "The board will keep the forward until the summer of 2032."
    assert judged(text, source, published="2031-07-22").status == "supported"
    assert judged(text.replace("2032", "2033"), source, published="2031-07-22").status != "supported"


def test_many_articles_do_not_bear_out_together_what_none_of_them_says() -> None:
    """A short text whose words are picked from several; each article alone lacks the point of it."""
    first = article("Karsia said on Monday that it would chair the league of ports.")
    second = article("The harbour of Tarn will leave the exchange next year, its owner said.").model_copy(
        update={"id": "b", "path": "b.txt"}
    )
    evidence = [make_evidence(one, Span(start=0, end=len(one.text))) for one in (first, second)]
    sources = {"a": first, "b": second}
    picked = judge("Karsia will leave the league next year.", evidence, sources)
    assert [g.name for g in picked.failures()] == ["content"]
    assert "no article alone" in guard("content", picked).detail
    both = judge("Karsia said on Monday that it would chair the league of ports.", evidence, sources)
    assert both.status == "supported"


def test_a_denial_that_is_missing_is_told_in_the_text_s_words() -> None:
    """Not by stems, which no reader knows."""
    found = verdict("The guards were on duty on Monday.", "The guards were not on duty on Monday, the mayor said.")
    assert "“duty”" in guard("negation", found).detail


def test_those_of_a_part_of_the_world_are_named_by_it() -> None:
    """As "the West" for "Western nations"; not the East."""
    source = "Orrin accused the Western nations of staying quiet about the campaigns of the league."
    assert guard("name", verdict("Orrin accused the West of keeping quiet.", source)).outcome == "pass"
    assert guard("name", verdict("Orrin accused the East of keeping quiet.", source)).outcome == "fail"
