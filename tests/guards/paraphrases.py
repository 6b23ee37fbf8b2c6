"""Faithful sentences of the kind a model writes about the seeds, by hand, each with words of the passages it cites."""

from __future__ import annotations

from typing import Final, NamedTuple


class Paraphrase(NamedTuple):
    """``passages`` are (first digits of the article, words that stand in the cited sentence)."""

    text: str
    passages: tuple[tuple[str, str], ...]


FAITHFUL: Final = tuple(
    Paraphrase(text, tuple(passages))
    for text, *passages in (
        (
            (
                "Antony Blinken met Sergei Lavrov for the first time since Russia launched its full-scale invasion "
                "of Ukraine."
            ),
            ("000", "for the first time since the Kremlin"),
        ),
        (
            (
                "According to a state department official, Blinken and Lavrov spoke for about 10 minutes on the "
                "sidelines of "
                "the G20 foreign ministers' meeting in New Delhi on Thursday."
            ),
            ("000", "spoke for about 10 minutes"),
        ),
        (
            "The two spoke for less than ten minutes, a senior US State Department official told reporters.",
            ("002", "less than 10 minutes"),
        ),
        ("The exchange was understood to have lasted about 10 minutes.", ("004", "lasted about 10 minutes")),
        (
            "Blinken told Lavrov that Washington would support Ukraine for as long as it took, the official said.",
            ("000", "for as long as it took"),
        ),
        (
            "A state department official said Blinken urged Moscow to release the detained American Paul Whelan.",
            ("000", "release detained American citizen"),
            ("000", "spoke for about 10 minutes"),
        ),
        (
            (
                "Maria Zakharova, the Russian foreign ministry spokesperson, said there were no official "
                "negotiations and that "
                "Blinken had requested the meeting."
            ),
            ("000", "no official negotiations"),
        ),
        (
            (
                "Russian spokesperson Maria Zakharova said Blinken asked for contact with Lavrov, but “there were "
                "no talks or "
                "full fledged meeting”."
            ),
            ("001", "no talks or full fledged meeting"),
        ),
        (
            (
                "Russia's foreign ministry told Interfax that the diplomats “conversed briefly” but that “there were "
                "no negotiations”."
            ),
            ("001", "conversed briefly"),
        ),
        (
            (
                "Lavrov dismissed the encounter as a “corridor conversation”, and the Russian Foreign Ministry "
                "called it a "
                "“contact” requested by Blinken, it said."
            ),
            ("003", "corridor conversation"),
        ),
        (
            (
                "Blinken said he had urged Lavrov to return to the START treaty and raised the wrongful detention "
                "of Paul "
                "Whelan."
            ),
            ("003", "I urged him to return"),
        ),
        (
            "Whelan, a former U.S. Marine, was convicted of espionage in Moscow in June 2020.",
            ("003", "convicted in June 2020"),
        ),
        (
            "Whelan was sentenced to 16 years of hard labour in Russia, and Blinken called for his release.",
            ("002", "sentenced to 16 years"),
        ),
        (
            "The meeting had not been scheduled ahead of the G20, the WSJ reported.",
            ("002", "was not scheduled ahead"),
        ),
        (
            (
                "According to WSJ, Blinken asked Russia to resume talks on the New START nuclear treaty, which "
                "Vladimir Putin "
                "suspended last month."
            ),
            ("002", "was not scheduled ahead"),
        ),
        (
            "Blinken declined to comment on Lavrov's response, the Associated Press reported.",
            ("002", "declined to comment"),
        ),
        (
            "There was no consensus among all parties on the Russia-Ukraine conflict, Jaishankar said.",
            ("002", 'there was no "consensus"'),
        ),
        (
            (
                "Indian foreign minister Subrahmanyam Jaishankar said there were differences over Ukraine that "
                "could not be "
                "reconciled between the parties."
            ),
            ("000", "There were differences on the Ukraine issue"),
        ),
        (
            "The G20 foreign ministers' gathering on Thursday ended without a joint communique.",
            ("000", "without a joint communique"),
        ),
        (
            "India instead issued a “chair’s summary and outcome document”.",
            ("000", "outcome document"),
        ),
        (
            (
                "A US official, speaking on condition of anonymity, said Blinken wanted to “disabuse the Russians "
                "of any notion "
                "that our support might be wavering”."
            ),
            ("001", "disabuse the Russians"),
        ),
        (
            (
                "Reuters reported that Blinken told Lavrov Washington was prepared to support Ukraine for as long "
                "as it takes."
            ),
            ("004", "prepared to support Ukraine"),
        ),
        (
            "Blinken called on Russia to reverse its decision to suspend participation in New START, TASS reported.",
            ("004", "TASS news agency reported"),
        ),
        (
            "Russia suspended its participation in the New START nuclear treaty more than a week before the meeting.",
            ("004", "comes over a week after"),
        ),
        (
            (
                "A senior EU official said the gap between western nations and Russia and China had widened since "
                "the G20 "
                "summit in Bali last year."
            ),
            ("000", "the gulf between western nations"),
        ),
        (
            "Blinken warned that there would be serious consequences if China helped Russia militarily, he said.",
            ("003", "stern warning to China"),
        ),
        (
            (
                "“Unfortunately, this meeting has again been marred by Russia’s unprovoked and unjustified war against "
                "Ukraine,” Blinken said."
            ),
            ("001", "unprovoked and unjustified war"),
        ),
    )
)
