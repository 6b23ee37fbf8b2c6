"""French."""

from __future__ import annotations

from typing import Final

from pipeline.text.languages.language import Calendar, Language, Numerals, forms, numbered, table

FRENCH: Final = Language(
    code="fr",
    name="French",
    function_words=forms(
        """le la les l un une des du de d au aux et ou mais où donc or ni car que qu qui quoi dont ce cet cette ces c
        s se sa son ses leur leurs il elle ils elles on nous vous je j tu me m te t lui en y à dans par pour sur sous
        avec sans entre vers chez contre depuis pendant avant après selon lors est sont était étaient été être a ont
        avait avaient avoir eu fut sera seront serait fait font plus moins très aussi alors ainsi comme si tout tous
        toute toutes même mêmes autre autres encore déjà deux-mêmes celui celle ceux celles notre nos votre vos mon
        ma mes ton ta tes jusqu jusque lorsque puis quand dès afin cela ça aurait auraient puisque"""
    ),
    stemmer="french",
    abbreviations=forms(
        """m mm mme mmes mlle mlles me mgr dr pr st ste av bd boul éd env ex fig p pp art cf vol no n tél
        janv févr avr juil sept oct nov déc lt col gén cie"""
    ),
    negators=forms("ne n pas jamais aucun aucune rien ni sans nul nulle nullement"),
    deniers=r"dément\w*|ni(?:e|é|ent|er|ait)|réfut\w*|rejett\w*|contest(?:e|ent|é)",
    complementizers=r"que|qu",
    numerals=Numerals(
        grouping=".\u202f\u00a0\u2009 ",
        decimal=",",
        small=table(
            {
                0: "zéro", 1: "un une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit",
                9: "neuf", 10: "dix", 11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize",
                20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 70: "septante",
                80: "huitante octante", 90: "nonante",
            }
        ) | {"quatre-vingt": 80.0, "quatre-vingts": 80.0},
        hundreds=table({100: "cent cents"}),
        scales=table({1e3: "mille", 1e6: "million millions", 1e9: "milliard milliards", 12: "douzaine douzaines"}),
        alone=forms("mille"),
        joints=forms("et"),
        articles=forms("un une"),
    ),
    comparators={
        "under": r"moins de|moins d['’]|près de|presque|à peine",
        "at_most": r"au maximum|au plus|jusqu['’]à|tout au plus|pas plus de",
        "over": r"plus de|plus d['’]|au-delà de|au-dessus de",
        "at_least": r"au moins|pas moins de|au minimum",
        "about": r"environ|quelque|autour de|à peu près|approximativement|une? (?:estimation )?d['’]environ",
    },
    calendar=Calendar(
        months=numbered(
            "janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre sept|octobre oct"
            "|novembre nov|décembre déc"
        ),
        weekdays=numbered("lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"),
        ordinal=r"(?:er|ᵉʳ)",
    ),
    leaning=forms(
        """il elle ils elles ce cela ceci cette ces celui celle ceux celles mais et or donc puis ensuite ainsi aussi
        cependant pourtant toutefois néanmoins c son sa ses leur leurs tous là"""
    ),
    affirming=r"(?:pas|non) seulement|sans doute|pas (?:plus|moins) d|n['’]est autre",
    not_units=forms("pour cent % heures heure h"),
)  # fmt: skip
