"""German."""

from __future__ import annotations

from typing import Final

from pipeline.text.languages.language import Calendar, Language, Numerals, forms, numbered

_ONES: Final = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn \
siebzehn achtzehn neunzehn".split()
)
_TENS: Final = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()


def _below_hundred(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    first = "ein" if ones == 1 else _ONES[ones]
    return _TENS[tens - 2] if not ones else f"{first}und{_TENS[tens - 2]}"


def _spelled(number: int) -> list[str]:
    """The forms of a number below a thousand: German writes them as one word."""
    hundreds, rest = divmod(number, 100)
    tail = _below_hundred(rest) if rest else ""
    if not hundreds:
        return [_below_hundred(number)]
    heads = ["hundert", "einhundert"] if hundreds == 1 else [f"{_ONES[hundreds]}hundert"]
    return [head + joint + tail for head in heads for joint in (("", "und") if rest else ("",))]


_WORDS: Final = {form: float(number) for number in range(1000) for form in _spelled(number)}
_WORDS_AND_CASES: Final = _WORDS | {"zweier": 2.0, "dreier": 3.0, "zwo": 2.0, "dreissig": 30.0, "dutzend": 12.0}

GERMAN: Final = Language(
    code="de",
    name="German",
    function_words=forms(
        """der die das den dem des ein eine einen einem einer eines und oder aber auch als am an auf aus bei beim bis
        da dabei dafür damit danach dann daran darauf darüber dass denn dessen deren dies diese diesem diesen dieser
        dieses doch dort du durch er es etwa etwas euch für gegen habe haben hat hatte hatten hier ich ihm ihn ihnen
        ihr ihre ihrem ihren ihrer ihres im in ins ist ja je jede jedem jeden jeder jedes jedoch kann konnte können
        man mehr mein mich mir mit muss nach noch nun nur ob ohne schon sehr sei sein seine seinem seinen seiner seit
        sich sie sind so sollen sollte sondern soll sowie über um uns unser unter vom von vor wann war waren was weil
        welche wenn wer werden wie wieder wir wird wo worden wurde wurden während würde würden zu zum zur zwischen
        zwar bereits"""
    ),
    stemmer="german",
    capitals=False,
    capital_nouns=True,
    abbreviations=forms(
        """dr prof hr fr frl st str nr abs art bd bzw ca evtl ggf inkl max min mio mrd tsd sog vgl z.b d.h u.a z b d
        h u a o i s v jr sen dipl ing geb gest mind kath ev bspw phil med jur rer nat hon tel bes
        jan feb apr jun jul aug sep sept okt nov dez mo di mi do sa so"""
    ),
    ordinal_after=forms(
        """am der die das im vom zum zur den dem des bis ab seit dieser diesem diese jeder jede jedem ihren ihrem
        seinen seinem ersten und ein eine einen einem beim dritten"""
    ),
    negators=forms(
        """nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne nirgends keinerlei
        keineswegs"""
    ),
    deniers=r"bestreite\w*|bestritt\w*|dementier\w*|leugne\w*|(?:wies|weist|wiesen|weisen)\b[^,;.]*\bzurück|zurückgewiesen",
    numerals=Numerals(
        grouping=".\u202f\u00a0’'",
        decimal=",",
        small=_WORDS_AND_CASES,
        scales={
            "tausend": 1e3, "tsd": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9,
            "milliarden": 1e9, "mrd": 1e9, "billion": 1e12, "billionen": 1e12,
        },
        alone=forms("tausend"),
        articles=forms("ein eine einen einem einer eines"),
        compounds=("tausend",),
    ),
    comparators={
        "under": r"weniger als|unter|fast|beinahe|nahezu|knapp",
        "at_most": r"höchstens|maximal|bis zu|nicht mehr als",
        "over": r"mehr als|über|gut|rund mehr als",
        "at_least": r"mindestens|wenigstens|nicht weniger als",
        "about": r"etwa|ungefähr|rund|circa|ca\.|gegen|schätzungsweise|um die",
    },
    calendar=Calendar(
        months=numbered(
            "januar jänner jan|februar feber feb|märz|april apr|mai|juni jun|juli jul|august aug|september sept sep"
            "|oktober okt|november nov|dezember dez"
        ),
        weekdays=numbered("montag|dienstag|mittwoch|donnerstag|freitag|samstag sonnabend|sonntag"),
        ordinal=r"\.",
    ),
    leaning=forms(
        """er sie es das dies diese dieser dieses dabei dafür damit dagegen daher darum deshalb dennoch dort dann danach
        doch aber und oder auch sein seine ihr ihre zudem außerdem allerdings jedoch denn beide"""
    ),
    affirming=r"nicht nur|nicht zuletzt|ohnehin|nicht weniger als|nicht mehr als",
    not_units=forms("uhr prozent"),
)  # fmt: skip
