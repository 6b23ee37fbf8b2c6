"""Shorter forms of sentences: what may be taken out, and what never."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.engines.telling import told_shortly
from pipeline.guards.judge import judge
from pipeline.stages.ingest import ingest
from pipeline.text.attribution import attributions
from pipeline.text.polarity import negations
from pipeline.text.quotes import quoted_runs
from pipeline.text.shortening import shorter_forms
from tests.stages.story import story
from tests.strategies import articles

SHORTER = [
    (
        "The heist, which took place on the evening of January 29, was captured on the cameras, The Mail reports.",
        "The heist was captured on the cameras, The Mail reports.",
    ),
    (
        "Marius Okander, chief executive of Pellan Line, blamed the coastguard for the grounding.",
        "Marius Okander blamed the coastguard for the grounding.",
    ),
    (
        "A senior ministry official, speaking on condition of anonymity, said early signs pointed to the rudder.",
        "A senior ministry official said early signs pointed to the rudder.",
    ),
    (
        "Islamic State and Al-Qaeda in the Arabian Peninsula (AQAP) have taken advantage of the war.",
        "Islamic State and Al-Qaeda in the Arabian Peninsula have taken advantage of the war.",
    ),
    (
        "A search for the suspect - including helicopters and officers on the ground - followed in the evening.",
        "A search for the suspect followed in the evening.",
    ),
    (
        "The pair became the first athletes of the North to qualify -- a development that could have consequences.",
        "The pair became the first athletes of the North to qualify.",
    ),
    (
        "The nuns were from the Missionaries of Charity congregation, which runs the home of the elderly.",
        "The nuns were from the Missionaries of Charity congregation.",
    ),
    (
        "Kim pumped his fists at the end of their routine, hugging his partner before a wrap was brought.",
        "Kim pumped his fists at the end of their routine.",
    ),
    (
        "Officers Santander and Almeida joined the department three years ago, assigned to the Northeast Division.",
        "Officers Santander and Almeida joined the department three years ago.",
    ),
    (
        "In a statement, the Vatican said two of the nuns killed were Rwandan.",
        "The Vatican said two of the nuns killed were Rwandan.",
    ),
    (
        "The attorney's office has assigned a team to the case, Faith Johnson said in a written statement.",
        "The attorney's office has assigned a team to the case, Faith Johnson said.",
    ),
    (
        "Police of Tarn arrested the man on Tuesday night, and the woman was taken to hospital.",
        "Police of Tarn arrested the man on Tuesday night.",
    ),
]
WHOLE = [
    # somebody's word, a doubt, a denial, a condition, a comparison
    "The Star of Tarn was overloaded, according to the union of the seafarers of Halvera.",
    "The four gunmen, police said, were from the north of the country and unknown to them.",
    "The driver of the lorry, allegedly drunk, was arrested on Tuesday night near Tarn.",
    "Almeida and the guard, who has not been identified, were in critical condition on Wednesday.",
    "Paul Whelan was convicted of espionage in Moscow, denying that he had spied for anybody.",
    "The trains of Tarn will run on Monday morning, if the strike of the drivers ends.",
    "The number of jobs was put at 640, fewer than the union of the metalworkers had said.",
    # a row
    "The mayor, the guard, and the driver were taken to the hospital of Tarn on Monday.",
    "Thieves got in by climbing onto the roof, cutting holes in it, and abseiling down into the building.",
    "After the shooting, a manhunt, and a late chase, the man was taken into custody by police.",
    "The police arrested the man in the shop, the owner of the shop, and the driver.",
    # a name, a figure
    "Armando Juarez's grandmother, Janie Longoria, told reporters that he was a lovable person.",
    "The captain, Joren Askvold, was questioned by police for three hours on Wednesday.",
    "Divers recovered three more bodies from the wreck, bringing the number of dead to 17.",
    # a name that holds a day, a restrictive clause, a quotation
    "The Mail on Sunday reports that the thieves stole the books to order from the warehouse.",
    "The man who shot the officers woke up behind bars in Tarn on Wednesday morning.",
    "The minister called the talks “a farce, which nobody in this country will forget” on Monday.",
    "“The ferry, which was full, was not overloaded,” the company told the newspaper on Monday.",
    # too little would be left
    "Kim won, hugging his partner before an official wrapped a jacket over him.",
    # no sentence
    "Kim, the captain of the ferry, in Tarn",
]


@pytest.mark.parametrize(("text", "shorter"), SHORTER)
def test_an_aside_can_go(text: str, shorter: str) -> None:
    """Interruptions, closing clauses, brackets and occasions; what is left is a sentence that ends like one."""
    assert shorter in shorter_forms(text)


@pytest.mark.parametrize("text", WHOLE)
def test_in_doubt_nothing_goes(text: str) -> None:
    """Attribution, doubt, denial, condition, comparison, rows, names, figures and quotations stay as they are."""
    assert shorter_forms(text) == ()


def test_every_choice_of_asides_is_a_form() -> None:
    """Two asides give three forms, shortest first."""
    text = "The union (TML) of Ostrel, which called the strike, was sued by the train maker on Tuesday."
    forms = shorter_forms(text)
    assert forms[0] == "The union of Ostrel was sued by the train maker on Tuesday."
    assert len(forms) == 3
    assert list(forms) == sorted(forms, key=lambda form: (len(form), form))


@given(articles())
@settings(max_examples=30)
def test_a_form_keeps_quotations_denials_and_speakers(text: str) -> None:
    """Whatever the sentence, its quotations and denials are all there, and so is somebody who says so."""
    for sentence in (line for line in text.splitlines() if line.strip()):
        for form in shorter_forms(sentence):
            assert [r.of(form) for r in quoted_runs(form)] == [r.of(sentence) for r in quoted_runs(sentence)]
            assert len(negations(form)) == len(negations(sentence))
            assert attributions(form) or not attributions(sentence)


def test_forms_are_borne_out_by_their_sentences(seeds: Path) -> None:
    """Every form that the seeds' sentences have passes all guards against its own sentence."""
    texts = [article.text for article in ingest([str(seeds)]).articles]
    made = story(*texts, words=2000)
    for draft in (draft for draft in told_shortly(made.brief) if len(draft.claim_ids) == 1):
        evidence = [e for claim in draft.claim_ids for e in made.claims[claim].evidence]
        assert judge(draft.text, evidence, made.articles).status == "supported"


def test_no_form_falls_into_two_sentences() -> None:
    """What holds two halves together cannot go: each would be read, and cited, as a sentence of its own."""
    text = "The plan was rejected by the U.S. (and others) The ferry left with 12 people, Bo Li told reporters."
    assert not any(form.startswith("The plan") and "(" not in form for form in shorter_forms(text))
