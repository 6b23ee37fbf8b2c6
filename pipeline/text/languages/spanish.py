"""Spanish."""

from __future__ import annotations

from typing import Final

from pipeline.text.languages.language import Calendar, Language, Numerals, forms, numbered, table

SPANISH: Final = Language(
    code="es",
    name="Spanish",
    function_words=forms(
        """el la los las un una unos unas lo al del de a ante bajo con contra desde durante en entre hacia hasta para
        por según sin sobre tras y e o u pero sino que quien quienes cual cuales cuyo cuya donde cuando como si se su
        sus le les me mi mis te tu tus nos nuestro nuestra él ella ellos ellas yo usted ustedes este esta estos estas
        ese esa esos esas eso esto aquel aquella es son era eran fue fueron ser sido será serán está están estaba
        estaban estar ha han había habían haber hay he muy más menos ya también así aunque porque pues mientras entonces
        aún todavía cada todo toda todos todas otro otra otros otras mismo misma tan tanto qué quién cómo"""
    ),
    stemmer="spanish",
    abbreviations=forms(
        """sr sra srta sres dr dra d dña prof ing lic gral cnel cap tte mons av avda c cía núm nº n pág págs art
        ej aprox ee uu ee.uu p s a j vol tel ene feb abr jun jul ago sept sep oct nov dic"""
    ),
    negators=forms("no nunca jamás ningún ninguna ninguno ninguna nadie nada ni tampoco sin"),
    deniers=r"nieg\w*|neg(?:ó|aron|aba|ado)|desm(?:ie|i|e)nt\w*|rechaz\w*",
    complementizers=r"que",
    numerals=Numerals(
        grouping=".\u202f\u00a0\u2009 ",
        decimal=",",
        small=table(
            {
                0: "cero", 1: "uno un una", 2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete",
                8: "ocho", 9: "nueve", 10: "diez", 11: "once", 12: "doce", 13: "trece", 14: "catorce", 15: "quince",
                16: "dieciséis", 17: "diecisiete", 18: "dieciocho", 19: "diecinueve", 20: "veinte",
                21: "veintiuno veintiún veintiuna", 22: "veintidós", 23: "veintitrés", 24: "veinticuatro",
                25: "veinticinco", 26: "veintiséis", 27: "veintisiete", 28: "veintiocho", 29: "veintinueve",
                30: "treinta", 40: "cuarenta", 50: "cincuenta", 60: "sesenta", 70: "setenta", 80: "ochenta",
                90: "noventa", 100: "cien ciento", 200: "doscientos doscientas", 300: "trescientos trescientas",
                400: "cuatrocientos cuatrocientas", 500: "quinientos quinientas", 600: "seiscientos seiscientas",
                700: "setecientos setecientas", 800: "ochocientos ochocientas", 900: "novecientos novecientas",
            }
        ),
        scales=table({1e3: "mil", 1e6: "millón millones", 1e12: "billón billones", 12: "docena docenas"}),
        alone=forms("mil"),
        joints=forms("y"),
        articles=forms("un una uno"),
    ),
    comparators={
        "under": r"menos de|casi|cerca de|por debajo de",
        "at_most": r"como máximo|hasta|no más de|a lo sumo",
        "over": r"más de|por encima de",
        "at_least": r"al menos|por lo menos|no menos de|como mínimo",
        "about": r"unos|unas|alrededor de|aproximadamente|en torno a|cerca de los",
    },
    calendar=Calendar(
        months=numbered(
            "enero ene|febrero feb|marzo|abril abr|mayo|junio jun|julio jul|agosto ago|septiembre setiembre sept sep"
            "|octubre oct|noviembre nov|diciembre dic"
        ),
        weekdays=numbered("lunes|martes|miércoles|jueves|viernes|sábado sábados|domingo domingos"),
        of=r"(?:del?\s+)?",
        ordinal=r"[.]?[ºo°]",
    ),
    leaning=forms(
        """él ella ellos ellas esto eso este esta estos estas ese esa esos esas pero y además también así entonces luego
        su sus ambos aquello"""
    ),
    affirming=r"no s[oó]lo|no solamente|no obstante|sin embargo|sin duda|no (?:más|menos) de",
    not_units=forms("por ciento % horas hora h"),
)  # fmt: skip
