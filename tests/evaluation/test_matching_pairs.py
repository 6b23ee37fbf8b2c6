"""Facts and sentences of invented news of many kinds: fair paraphrases, and true sentences beside lies."""

from __future__ import annotations

import pytest

from pipeline.evaluation.matching.matcher import Match, Target, match
from pipeline.evaluation.matching.weights import weights_of

ARTICLES = (
    "A coach carrying 58 pilgrims left the road near Tolva on Friday, killing 18 people and injuring 40.",
    "Police arrested the driver, Emil Brandt, 44, after the crash and said he had not slept for 20 hours.",
    "The transport minister, Ana Ferro, resigned on Saturday and rejected claims that she had ignored warnings.",
    "Norland accused Veskia of shelling the border town of Karsk, which Veskia denied.",
    "Norland's parliament approved a budget of $2.5 billion after a debate of about 10 hours.",
    "Helix Motors will close its plant in Dorn in June 2024 and cut 1,200 jobs, the union said.",
    "A court in Brell convicted the former mayor, Ivo Sandor, of fraud and sentenced him to three years in prison.",
    "Doctors at the children's hospital said the vaccine was safe and urged parents to come forward.",
    "The World Health Organization reported 312 cases of cholera in the flooded south.",
    "Storm Oda brought down power lines and left 60,000 homes without electricity in the north.",
    "Marta Lind beat Sofia Reyes 6-3 6-4 in the final in Oslo to win her first title.",
    "Rescuers saved two hikers who had been trapped in a cave for three days.",
    "The central bank raised interest rates by half a point because of inflation.",
    "Scientists discovered a new species of frog in the rainforest of Peru.",
)
"""Invented news of many kinds: what makes a word rare or common in these tests."""

WEIGHTS = weights_of(ARTICLES)


def judged(fact: str, text: str) -> Match:
    """The match of a fact without patterns."""
    return match(Target(fact, (), ()), text, WEIGHTS)


TOLD = [
    ("Eighteen people were killed and 40 injured.", "The crash near Tolva killed 18 people and injured 40."),
    ("A coach left the road near Tolva.", "A coach carrying 58 pilgrims left the road near Tolva on Friday."),
    ("The driver was arrested.", "Police arrested the driver, Emil Brandt, after Friday's crash."),
    ("Emil Brandt had not slept for 20 hours.", "Brandt, the driver, had not slept for twenty hours, police said."),
    ("Ana Ferro resigned.", "Transport minister Ana Ferro resigned on Saturday after a week of protests."),
    ("Ana Ferro resigned as transport minister.", "Ferro quit as transport minister on Saturday."),
    (
        "Ferro rejected claims that she had ignored warnings.",
        "Claims that she ignored warnings were rejected by Ferro.",
    ),
    ("Norland accused Veskia of shelling Karsk.", "Veskia was accused by Norland of shelling Karsk, a border town."),
    ("Veskia denied shelling Karsk.", "Norland accused Veskia of shelling Karsk; Veskia denied shelling the town."),
    (
        "Parliament approved a budget of $2.5 billion.",
        "Norland's parliament passed a $2.5bn budget; it approved it late.",
    ),
    ("The debate lasted about 10 hours.", "The debate lasted around ten hours, and the budget was approved."),
    ("The debate lasted about 10 hours.", "It was a debate of roughly 10 hours that lasted into the night."),
    ("Helix Motors will close its plant in Dorn.", "Helix Motors is to close its Dorn plant, cutting 1,200 jobs."),
    ("1,200 jobs will be cut.", "Helix will cut 1200 jobs when the plant closes, the union said."),
    ("The plant will close in June 2024.", "The Dorn plant will close in June 2024, according to the union."),
    ("Ivo Sandor was convicted of fraud.", "A court in Brell convicted the former mayor, Ivo Sandor, of fraud."),
    ("Sandor was sentenced to three years in prison.", "The court sentenced Sandor to 3 years in prison for fraud."),
    ("Doctors urged parents to come forward.", "Doctors said the vaccine was safe and urged parents to come forward."),
    ("The WHO reported 312 cholera cases.", "The World Health Organization reported 312 cases of cholera."),
    (
        "Storm Oda left 60,000 homes without electricity.",
        "Some lines fell, and Storm Oda left 60,000 homes without power.",
    ),
    ("Marta Lind won her first title.", "Lind beat Reyes in Oslo and won her first title."),
    ("Marta Lind beat Sofia Reyes in the final.", "Sofia Reyes was beaten by Marta Lind in the Oslo final."),
    ("Two hikers were rescued from a cave.", "Rescuers saved two hikers trapped in a cave for three days."),
    ("The bank raised interest rates because of inflation.", "Because of inflation, the bank raised interest rates."),
    ("Scientists found a new frog species in Peru.", "A new species of frog was discovered by scientists in Peru."),
    ("US officials met the union.", "Officials of the United States met the union on Monday."),
    ("The Russian minister visited Oslo.", "Russia's minister paid a visit to Oslo; he visited it twice."),
    ("The talks in Oslo lasted two hours.", "The talks in Oslo lasted 120 minutes."),
    ("Penn is 19 years old.", "The driver, a 19-year-old called Penn, was charged."),
    ("The ferry sank.", "He did not say why the ferry sank."),
    (
        "The two ministers met for about 10 minutes.",
        "The ministers met for about 10 minutes, but Veskia says it was no summit.",
    ),
    ("They did not reach an agreement.", "The two sides failed to reach agreement."),
    ("The town was not evacuated.", "The town had not been evacuated when the storm hit."),
    ("Brandt may be charged with murder.", "Prosecutors said Brandt could be charged with murder."),
    ("The minister is expected to resign.", "The minister will resign, aides say, and is expected to do so on Monday."),
    ("Volodymyr Petrenko won the vote.", "Volodimir Petrenko won the vote on Sunday."),
    ("Ferro plans to appeal.", "Ferro plans to appeal against the ruling, her lawyer said."),
    ("The budget was approved.", "The budget was approved on Monday, though not by all parties."),
    ("Sofia Reyes was beaten by Marta Lind.", "Marta Lind beat Sofia Reyes in straight sets."),
    ("Ferro resigned.", "Ana Ferro, a close ally of Luis Cole, resigned on Saturday."),
    ("Veskia and Norland signed the treaty.", "Norland and Veskia signed the treaty in Oslo."),
    ("At least 12 people were hurt.", "At least a dozen people were hurt when the stand fell."),
    ("The storm was the worst in decades.", "It was the worst storm in decades, forecasters said."),
    (
        "The minister and the ambassador spoke for about 10 minutes.",
        "The pair talked for roughly ten minutes, the ministry said; the minister asked for an end of the blockade.",
    ),
    ("The court upheld the ban.", "In a 5-4 ruling, the court on Monday upheld the ban on the drug."),
    ("Inflation fell to 8.1 percent in May.", "Inflation in May dropped to 8.1%, the lowest for a year."),
    ("The suspect was shot by police.", "Officers shot the suspect, police said."),
    ("The strike began on Tuesday.", "Train drivers started their strike on Tuesday."),
    ("The aid convoy did not reach the city.", "The aid convoy failed to reach the city."),
    ("Three firefighters were hurt in the blaze.", "The fire injured 3 firefighters."),
    (
        "The government suspended its participation in the arms treaty.",
        "The government has suspended participation in the arms control treaty.",
    ),
    ("Unions rejected the pay offer.", "The pay offer was rejected by the unions, who called it an insult."),
    ("The president may pardon the journalist.", "The journalist could be pardoned by the president."),
    ("The vote is on 14 March.", "The vote will be held on March 14."),
    (
        "The museum bought the painting for $4.2 million.",
        "The painting was purchased by the museum for 4.2 million dollars.",
    ),
    (
        "The opposition leader called for new elections.",
        "Fresh elections were demanded by the leader of the opposition.",
    ),
    ("The EU imposed sanctions on the bank.", "The European Union has imposed sanctions on the bank."),
    ("The ship ran aground off Brittany.", "The vessel ran aground near the coast of Brittany on Sunday."),
    ("The ministry denied that talks had taken place.", "The ministry said no talks took place."),
    ("The rebels have not claimed responsibility.", "Nobody, including the rebels, has claimed responsibility."),
    ("Voters rejected the referendum.", "The referendum was rejected by a majority of voters."),
    ("The pilot survived the crash.", "The pilot, who was alone, survived the crash near Turin."),
    (
        "Nurses ended their strike after a pay deal.",
        "After reaching a pay deal, nurses called an end to the strike.",
    ),
    ("Prosecutors charged the banker with fraud.", "The banker has been charged with fraud, prosecutors announced."),
    ("The firm denied the data breach.", "The firm denied there had been a data breach."),
    ("Kenya beat Ghana 2-1.", "Ghana lost 2-1 to Kenya."),
    ("The film was nominated for two awards.", "It was nominated for two awards, the producers said of the film."),
    ("Some 4,000 people fled the volcano.", "About 4,000 residents fled as the volcano erupted."),
    ("The editor resigned after the report.", "Following the report, the editor stepped down."),
    (
        "The king was invited to the ceremony by the prime minister.",
        "The prime minister invited the king to the ceremony.",
    ),
    ("The school closed in 2021.", "The school, which had 90 pupils, closed in 2021 for lack of money."),
    ("The dam burst late on Sunday.", "Late on Sunday, the dam burst and flooded two villages."),
    ("The company recalled 3 million cars.", "The company recalled three million vehicles."),
]  # fmt: skip

CORRUPTED = [
    ("40 people were killed and 18 injured.", "The crash near Tolva killed 18 people and injured 40."),
    ("28 people were killed.", "18 people were killed and 40 injured."),
    ("The debate lasted about 40 hours.", "The debate lasted about 10 hours."),
    ("The debate lasted less than 10 hours.", "The debate lasted about 10 hours."),
    ("The debate lasted about 10 hours.", "The debate lasted less than 10 hours."),
    ("The debate lasted more than 10 hours.", "The debate lasted less than 10 hours."),
    ("The debate lasted 10 minutes.", "The debate lasted 10 hours."),
    ("Parliament approved a budget of €2.5 billion.", "Parliament approved a budget of $2.5 billion."),
    ("Parliament approved a budget of $2.5 million.", "Parliament approved a budget of $2.5 billion."),
    ("Helix will cut 12,000 jobs.", "Helix will cut 1,200 jobs."),
    ("Rates rose by 5 percent.", "Rates rose by 5 points."),
    ("The quake struck 40 km north of Dorn.", "The quake struck 40 miles north of Dorn."),
    ("The plant will close in June 2025.", "The plant will close in June 2024."),
    ("The minister resigned on Friday.", "The minister resigned on Saturday."),
    ("The shop opens at 7 pm.", "The shop opens at 9 pm."),
    ("Ferro did not resign.", "Ferro resigned on Saturday."),
    ("Ferro resigned.", "Ferro did not resign."),
    ("Ferro resigned.", "Ferro refused to resign."),
    ("Veskia shelled Karsk.", "Veskia denied that it had shelled Karsk."),
    ("There were no survivors.", "There were two survivors, police said."),
    ("There were talks between the two sides.", "There were no talks between the two sides."),
    ("The driver had slept.", "The driver had not slept."),
    ("Lind lost the final.", "Lind won the final."),
    ("The bank lowered interest rates.", "The bank raised interest rates."),
    ("The quake struck south of Dorn.", "The quake struck north of Dorn."),
    ("The court acquitted Sandor of fraud.", "The court convicted Sandor of fraud."),
    ("Norland suspended the treaty with Veskia.", "Norland withdrew from the treaty with Veskia."),
    ("Veskia accused Norland of shelling Karsk.", "Norland accused Veskia of shelling Karsk."),
    ("Veskia accused Norland of shelling Karsk.", "Veskia was accused of shelling Karsk by Norland."),
    ("Sofia Reyes beat Marta Lind.", "Marta Lind beat Sofia Reyes in the final."),
    ("The hikers rescued two firefighters.", "Two firefighters rescued the hikers."),
    ("Helix sued the union.", "Helix was sued by the union."),
    ("The offer was rejected by the union.", "The union's offer was rejected by Helix."),
    ("Lavik asked Brenner for the meeting.", "Brenner asked Lavik for the meeting."),
    ("Lavik asked for the meeting.", "Brenner asked Lavik for the meeting."),
    ("Ana Ferro resigned on Saturday.", "Luis Cole resigned on Saturday."),
    ("Sonja Lind won the title.", "Marta Lind won the title in Oslo."),
    ("Storm Oda hit the coast of Norland.", "Storm Oda hit the coast of Veskia."),
    ("A court in Dorn convicted Ivo Sandor.", "A court in Brell convicted Ivo Sandor."),
    ("The union said 1,200 jobs would go.", "Helix said 1,200 jobs would go."),
    ("The plant was closed.", "The plant will be closed in June."),
    ("Norland withdrew its troops.", "Veskia urged Norland to withdraw its troops."),
    ("Norland withdrew its troops.", "Norland agreed to withdraw its troops."),
    ("Brandt ignored the warnings.", "Brandt allegedly ignored the warnings."),
    ("Brandt was charged with murder.", "Brandt may be charged with murder."),
    ("The union called on Helix to keep the plant.", "Helix kept the plant, as the union had wanted."),
    ("All passengers were hurt.", "Some passengers were hurt."),
    ("The bank raised rates because of the war.", "The bank raised rates because of inflation."),
    ("The crash was caused by fog.", "The crash was caused by a burst tyre."),
    ("The coach hit a tram near Tolva.", "The coach hit a lorry near Tolva."),
    ("Scientists discovered a new species of snake in Peru.", "Scientists discovered a new species of frog in Peru."),
    ("The budget was approved.", "The budget was not yet approved."),
    ("The driver is not in custody.", "The driver is in custody."),
    ("Brandt is in prison.", "Brandt is not in prison."),
    ("Veskia's minister said Norland would pay.", "Norland's minister said Veskia would pay."),
    (
        "The nuns work for a group founded by Ana Ferro.",
        "The nuns, who knew Ana Ferro, work for a group founded by Ida Mo.",
    ),
    ("South Norland boycotted the Games.", "North Norland boycotted the Games in South Norland."),
    ("Storm Oda was the worst in decades.", "Storm Oda was one of the worst in decades."),
    ("Thousands of homes were flooded.", "Hundreds of homes were flooded."),
    ("Norland agreed to withdraw its troops.", "Norland withdrew its troops."),
    ("At least 12 people were hurt.", "12 people were hurt."),
    ("Police beat the protesters.", "Protesters beat the police."),
    ("The plant was completely destroyed.", "The plant was partly destroyed."),
    (
        "The minister and the ambassador spoke for about 40 minutes.",
        "The minister and the ambassador spoke for about 10 minutes on the sidelines of the summit, an official said.",
    ),
    (
        "The government withdrew from the arms treaty.",
        "Last month the government suspended its participation in the arms treaty.",
    ),
    (
        "The ambassador asked for the meeting.",
        "Officials said that it was the minister who asked the ambassador for the meeting.",
    ),
    (
        "The minister refused to meet the ambassador.",
        "The minister met the ambassador in the corridor, although the ministry denied it was a meeting.",
    ),
    ("Three firefighters died in the blaze.", "Three people died in the blaze and two firefighters were injured."),
    (
        "The company paid a fine of 3 million euros.",
        "The company was ordered to pay a fine of 3 million euros but has appealed.",
    ),
    ("The court upheld the ban.", "The court overturned the ban, a victory for campaigners."),
    ("The airline cancelled all flights.", "The airline cancelled some flights and delayed others."),
    ("The president pardoned the journalist.", "The president was asked to pardon the journalist."),
    ("Inflation rose to 8.1 percent in May.", "Inflation fell to 8.1 percent in May from 9 percent in April."),
    (
        "The bridge collapsed because of an earthquake.",
        "The bridge collapsed because of heavy rain, engineers said.",
    ),
    ("The suspect was shot by police.", "The suspect shot a police officer before fleeing."),
    ("Denmark lent Iceland 300 million dollars.", "Iceland lent Denmark 300 million dollars."),
    ("The vote is scheduled for 14 March.", "The vote is scheduled for 24 March, parliament said."),
    ("The team won its third title.", "The team won its fourth title in a row."),
    (
        "The rebels claimed responsibility for the attack.",
        "The government blamed the rebels for the attack; nobody has claimed responsibility.",
    ),
    ("The mayor said the water was safe.", "The mayor said the water was not safe to drink."),
    ("The two companies will merge.", "The two companies called off plans to merge."),
    ("A teacher saved the pupil.", "A pupil saved the teacher."),
    ("The tunnel is 12 km long.", "The tunnel, 12 miles long, opened on Monday."),
    ("Over 500 people were evacuated.", "Fewer than 500 people were evacuated from the valley."),
    ("The aid convoy reached the city.", "The aid convoy was unable to reach the city."),
    ("The strike ended on Tuesday.", "The strike began on Tuesday."),
    ("The police chief fired the officer.", "The police chief was fired after the officer's arrest."),
    ("Voters approved the referendum by 52 percent.", "Voters rejected the referendum by 52 percent to 48 percent."),
    (
        "The volcano forced 4,000 people to leave.",
        "The volcano, which erupted 4,000 metres up, forced hundreds to leave.",
    ),
    ("The library opened in 1987.", "The library closed in 1987 and reopened in 2003."),
    ("The prime minister invited the king to the ceremony.", "The king invited the prime minister to the ceremony."),
    ("Nurses ended their strike after a pay deal.", "Nurses will end their strike if a pay deal is reached."),
    ("Prosecutors charged the banker with fraud.", "Prosecutors decided not to charge the banker with fraud."),
    ("The mine produces 20 tonnes of gold a year.", "The mine produces 20 tonnes of silver a year."),
    ("The film won two awards.", "The film was nominated for two awards."),
    ("Kenya beat Ghana 2-1.", "Ghana beat Kenya 2-1 in Accra."),
    ("The dam burst on Sunday night.", "The dam burst on Monday morning after a weekend of rain."),
    ("The senator voted for the bill.", "The senator voted against the bill."),
    ("Half of the workers were laid off.", "All of the workers were laid off."),
    ("The vaccine is 95 percent effective.", "The vaccine is 59 percent effective, the trial found."),
    ("The firm confirmed the data breach.", "The firm denied there had been a data breach."),
    ("The editor resigned before the report was published.", "The editor resigned after the report was published."),
    ("The army said rebels destroyed the bridge.", "Rebels said the army destroyed the bridge."),
    ("Police found a body in the lake.", "Police searched the lake but found no body."),
    ("The school has been closed since 2018.", "The school was closed in 2021."),
    ("Prices will fall next year.", "Prices fell last year."),
    ("The ferry was carrying 300 passengers.", "The ferry was carrying 30 crew and no passengers."),
    ("Doctors said the vaccine was dangerous.", "Doctors said the vaccine was safe."),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "text"), TOLD)
def test_a_fair_paraphrase_is_told_and_not_flagged(fact: str, text: str) -> None:
    """Other words, the other voice, more besides: none of it is a fault."""
    found = judged(fact, text)
    assert found.level != "none", found
    assert not found.flags, found


@pytest.mark.parametrize(("fact", "text"), CORRUPTED)
def test_a_corruption_is_never_told_in_full(fact: str, text: str) -> None:
    """Nearly all words of a falsehood stand in the true sentence; what differs is what counts."""
    found = judged(fact, text)
    assert found.level != "full", found


@pytest.mark.parametrize(("fact", "text"), CORRUPTED)
def test_a_falsehood_is_found_where_it_is_stated(fact: str, text: str) -> None:
    """Both sides of each pair, inside a longer sentence, tell themselves."""
    for claim in (fact, text):
        found = judged(claim, f"{claim.rstrip('.')}, officials in the capital told reporters.")
        assert found.level == "full", found


def test_most_paraphrases_are_told_in_full() -> None:
    """The checks may cost a few fair paraphrases their full mark, not many."""
    full = sum(judged(fact, text).level == "full" for fact, text in TOLD)
    assert full / len(TOLD) >= 0.75


NUMBERS = CORRUPTED[:10]


@pytest.mark.parametrize(("fact", "text"), NUMBERS)
def test_a_wrong_number_is_flagged(fact: str, text: str) -> None:
    """It is told, with another figure: the reader is misled, not left without."""
    assert "wrong_number" in judged(fact, text).flags


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Ferro did not resign.", "Ferro resigned on Saturday."),
        ("Ferro resigned.", "Ferro did not resign."),
        ("Lind lost the final.", "Lind won the final."),
        ("Veskia accused Norland of shelling Karsk.", "Norland accused Veskia of shelling Karsk."),
        ("There were talks between the two sides.", "There were no talks between the two sides."),
    ],
)
def test_the_opposite_is_flagged_as_contradicted(fact: str, text: str) -> None:
    """It counts for nothing, and the reason is said."""
    found = judged(fact, text)
    assert (found.level, found.flags) == ("none", ("contradicted",))
    assert found.because
