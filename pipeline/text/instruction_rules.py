"""By what a passage is known to speak to a program that reads the article, not to its readers. General rules.

Each rule is about a form that news has no use for: an order to whoever was told something before, a word to an
assistant in the second person, an order about "this summary", the marks of conversations and replies. What an article
says *about* such programs ("AI systems must report incidents") has none of these forms.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Protocol

from pipeline.text.speech_acts import SpeechAct
from pipeline.text.templates import MARK


class Finder(Protocol):
    """What looks for something in a sentence: a regular expression, or what weighs several."""

    def search(self, string: str, /) -> re.Match[str] | None:
        """The first place."""


class Rule(NamedTuple):
    """``why`` completes "it …"; ``pattern`` is looked for in one sentence.

    A ``block`` rule opens or closes a block, of which all is taken. A ``paired`` rule means something only where
    another line fits one, too. What a rule finds in a quotation is nothing, unless it is ``telling`` even there.
    """

    why: str
    pattern: Finder
    block: bool = False
    paired: bool = False
    telling: bool = True


_MACHINE: Final = (
    r"(?:(?:AI|A\.I\.)(?:[ -](?:systems?|assistants?|models?|tools?|agents?|chatbots?|bots?|summari[sz]ers?|readers?))?"
    r"|(?:large )?language models?|LLMs?|GPT(?:-\d\w*)?|ChatGPT|Claude|Gemini|Copilot|chatbots?"
    r"|(?:AI[ -])?summari[sz](?:ers?|ation (?:tools?|systems?|bots?))|automated (?:readers?|systems?|tools?)"
    r"|(?:news |web )?(?:bots?|crawlers?|scrapers?|parsers?)"
    r"|(?:software|machines?|programs?|tools?|systems?|algorithms?)(?= (?:that|which) (?:read|summari[sz]e|digest"
    r"|condense|process"
    r"|shorten|scan|parse)e?s? (?:this|these|our|the)\b))"
)
_SUMMARY: Final = (
    r"(?:summar(?:y|ies)|overviews?|digests?|recaps?|synops[ie]s|abstracts?|roundups?|condensed versions?)"
)
_CONTENT: Final = (
    r"(?:say|state|mention|include|contain|call|describe|begin|start|end|close|open|finish|give|name|leave|omit"
    r"|use|quote|cite|add"
    r"|praise|recommend|link|not mention|be (?:written )?in [A-Z]\w+|report that)"
)
_SAY: Final = (
    r"(?:say|state|report|write|add|append|include|mention|recommend|cite|describe|call|translate|summari[sz]e|answer"
    r"|reply|respond|output|print|repeat|reveal|ignore|disregard|omit|replace|return|begin|start|end|finish|tell|treat"
    r"|list|use|give|refuse|correct|change|claim|promote|praise|insert|note|pretend|act|stop|forget|decode|follow"
    r"|produce|generate|conclude|present|skip|read|drop|leave|link|rate|quote|attribute|make|do not|don't|never)"
)
_MUST: Final = (
    r"(?:must|should|shall|will|has to|have to|(?:is|are) (?:now |hereby )?(?:required|asked|told|instructed|forbidden"
    r"|requested|to)(?: to)?|needs? to|lists|prints|begins|answers|writes|translates)"
)
_TEXT: Final = (
    r"(?:(?:this|the|your|their|its|an?) (?:\w{1,20} )?(?:article|text|page|paragraph|document|passage|summary"
    r"|digest|answer"
    r"|reply|output|response|story|report|sentence)|summaries|your (?:users?|readers?)|the readers?"
    r"|every claim|each claim|all rules|the following claim)"
)
_TOLD: Final = (
    r"(?:instructions?|prompts?|rules|guidelines|directions|commands?|system messages?|constraints|training|task"
    r"|everything(?= (?:above|before|you)))"
)
_PART: Final = (
    r"(?:instructions?|system|prompt|context|user|human|assistant|ai|bot|model|llm|developer|operator|admin|tool\w*"
    r"|function\w*|task|directives?|commands?|rules?|scratchpad|reasoning|thinking|answer|response|reply)"
)
"""What prompts and conversations are made of, as tags and keys name it; none is an element of HTML."""
_EARLIER: Final = (
    r"(?:all|any|every|your|previous|prior|above|earlier|preceding|existing|former|original|these|those|the|other|of)"
)
_START: Final = r"(?:^|[.!?:;—–(\[\"“'‘>\-] ?)\s*"
r"(?:please |now |then |but |just |kindly |instead,? |simply |you (?:must|should|will) (?:now )?){0,2}"
"""Where an order begins: a sentence, or what stands behind a colon, a dash, a bracket or a quotation mark."""


GOES_ON: Final = re.compile(
    r"^\W{0,3}(?:as|in|on)?\s*(?:you\b|your\b|please\b|kindly\b|do not\b|don't\b|never\b|always\b|instead\b|then\b"
    r"|also\b"
    r"|(?:add|state|write|say|report|reply|answer|respond|output|print|include|mention|cite|use|repeat|replace"
    r"|translate|ignore|forget|describe|call|tell|end|begin|start|return|summari[sz]e)\b)"
    r"|\b(?:DAN|assistant|developer mode|language model)\b|\b(?:every|each) (?:sentence|claim)\b",
    re.IGNORECASE,
)
"""How the next sentence goes on speaking to the program that the one before spoke to."""


def _rule(why: str, pattern: str, *, block: bool = False, exact: bool = False, paired: bool = False) -> Rule:
    return Rule(why, re.compile(pattern, re.UNICODE if exact else re.IGNORECASE), block, paired)


ORDERS: Final = Rule("orders something about a text", SpeechAct(), telling=False)
"""What no pattern knows."""

RULES: Final[tuple[Rule, ...]] = (
    Rule("holds a mark of chat templates", MARK, block=True),
    _rule(
        "looks like a turn of a conversation",
        r"^\W{0,4}(?:system|assistant|developer) (?:prompt|message|instructions?)\W{0,3}:\s*\S",
        block=True,
    ),
    _rule(
        "looks like a heading of a prompt",
        r"(?:^|\s)#{2,}\s*(?:(?:new|real|true|updated|final|hidden|system|user|additional|end of) )?(?:instructions?"
        r"|response|system|input|assistant|user|task|data|prompt|context|message|override)\b\W*(?:$|(?=\s))",
        block=True,
    ),
    _rule(
        "looks like the end of the article or of a message",
        r"(?:^|\s)[-=*<_#]{3,}\s*(?:begin|end|start)(?: of)?\b[^.\n]{0,40}?\b(?:article|text|message|prompt"
        r"|document|context|input|data|output|answer|response)s?\b"
        r"|\[/?(?:begin|end|start) of (?:the )?(?:article|text|message|prompt|document|context|input|data|output|answer"
        r"|response|reply|summary)\]"
        r"|(?:^|\s)(?:<{3}\s*)?(?:ARTICLE|TEXT|DOCUMENT|INPUT) ?[0-9a-f]{8,}\b(?:>{3})?|\b(?:article|text|document"
        r"|input|context) ends here\b"
        r"|^(?:this is the )?end of (?:the )?(?:article|text|document|input|prompt|context)\W*$",
        block=True,
    ),
    _rule(
        "looks like a mark around the article",
        r"</?(?:article|documents?|important|information|hidden|secret|policy|override|request|query|message"
        rf"|{_PART})(?:\s[^<>\n]{{0,80}})?>|\{{\{{\s*[#/^]?\s*{_PART}\s*\}}\}}",
        block=True,
    ),
    _rule(
        "looks like a reply to be copied",
        rf"\{{\s*[\"'“](?:claims?|sentences?|summary|statements?|words|output|role|actions?|messages?|{_PART})[\"'”]\s*:",
    ),
    _rule(
        "orders that what was said before be ignored",
        rf"{_START}(?:ignore|disregard|forget|override|bypass|discard|skip|neglect)\s+"
        r"(?=(?:\w{1,20}\s+){0,3}(?:all|any|every|your|everything|previous|prior|above|earlier|preceding"
        rf"|original|the (?:article|text)))(?:{_EARLIER}\s+){{0,4}}"
        rf"(?:(?:\w{{1,20}}\s{{1,3}}){{0,2}}{_TOLD}|everything (?:above|before|else|you (?:were|have been) told)"
        r"|the (?:article|text) (?:and|above))\b"
        rf"|\b(?:do not|don't|never) (?:follow|obey) (?:{_EARLIER} )+{_TOLD}\b"
        rf"|{_START}(?:ignore|disregard) (?:all|any|your) rules\b|\bstop reading (?:here|now)\b",
    ),
    _rule(
        "speaks of what a program was told",
        r"\b(?:instructions?|rules|task) (?:that )?you (?:were|have been|had been|are) (?:given|told|set)\b"
        r"|\byour (?:new|real|actual|true|next) (?:task|instructions?|job|goal|role) (?:is|are)\b"
        r"|\bthe real (?:request|task) is\b"
        rf"|\b(?:your|the) system prompt\b|{_START}(?:repeat|print|output) (?:the|all"
        r"|everything)(?: \w{1,20})? (?:text )?above\b"
        r"|\b(?:developer|debug|god|jailbreak) mode is (?:now )?(?:enabled|on|active)\b|\bjailbr(?:eak|oken) mode\b"
        r"|\b(?:rules|instructions) (?:it|the assistant) was given\b",
    ),
    _rule(
        "gives a program a part to play",
        r"\byou are (?:now |hereby )?(?:an? |the )?(?:(?!an? )\w{1,20} ){0,2}?(?:AI|language model|LLM|chatbot"
        r"|helpful assistant|assistant (?:that|who|which|without|named|called)|DAN|summari[sz]er)\b"
        r"|\b(?:from now on,? )?(?:you are now|from now on,? you are|from now on,? (?:act|behave|answer|reply"
        r"|respond|write|speak))\b"
        r"(?! (?:able|entitled|free|allowed|required|entering|leaving|eligible|more|less|in|on|at))"
        r"|\bpretend (?:that )?you(?:'re| are)\b|\bas DAN\b|\bevery sentence you write\b",
    ),
    _rule(
        "speaks to a program",
        r"(?:^|[.!?;\"“(\[<>!-]\s*)(?:(?:dear|attention|hello|hi|hey),? |(?:\w{1,20} ){0,3}(?:note|message"
        r"|request|instructions?|reminder|notice|hint|word|favou?r|plea) (?:to|for) |to )"
        rf"(?:the |all |any |every |whichever )?{_MACHINE}\b[^.:,;]{{0,40}}(?:[:,;—–]|$)"
        rf"|(?:^|[.!?;\"“(\[<>!'-]\s*)(?:{_MACHINE}|assistants?)\s*[:,]\s*(?:please |kindly |you |when |the |if "
        rf"|now |always ){{0,2}}[^.]{{0,60}}?\b{_SAY}\b"
        r"|[,;] (?:dear )?(?:language model|assistant|AI|LLM|chatbot|summari[sz]er)s?\s*[.!?]?\W*$"
        rf"|\bif you(?:'re| are) (?:an? |the )?(?:\w{{1,20}} )?{_MACHINE}\b"
        rf"|\bas an? {_MACHINE}[^.,]{{0,20}},? you\b"
        r"|\b(?:ai|automated|llm)[ -]generated (?:summar\w+|digests?)\b[^.]{0,60}\b(?:call\w*|must|should|say"
        r"|said|include|mention)\b"
        r"|\bnote (?:to|for) (?:the )?(?:summari[sz]ers?|automated \w+|language models?|AIs?)\b"
        r"|\bthank you for summari[sz]ing\b",
    ),
    _rule(
        "tells a program what to write",
        rf"\b(?:any |all |every |the |as the )?{_MACHINE}(?: (?:that|who|which|reading"
        rf"|processing) [^.,]{{1,60}}?)? {_MUST} (?:also |always |first |then |not )?{_SAY}"
        rf"(?: that\b(?! (?:they|it)\b)|\b[^.]{{0,90}}\b{_TEXT})"
        rf"|\b{_MACHINE} (?:that|which|who) [^.,]{{1,40}}? {_MUST} {_SAY}\b"
        rf"|\b{_MACHINE}(?: that| who)? (?:summari[sz]es?|reads?|process(?:es)?) (?:this|the) (?:article|text|page"
        r"|report|story)\b"
        rf"|\bas (?:the |an? )?{_MACHINE},? you (?:are|must|should|will)\b|\b{_MACHINE} (?:is"
        r"|are) forbidden to (?:process|read|summari[sz]e)\b"
        rf"|\b{_MACHINE} {_MUST} (?:process|summari[sz]e) (?:this|the) (?:article|text|page)\b"
        r"|\bbefore you summari[sz]e\b|\bwhen(?:ever)? you (?:summari[sz]e|cite|report) (?:this|the|these|other)\b",
    ),
    _rule(
        "says what a summary has to hold",
        rf"\b(?:{_SUMMARY}|output|answers?|repl(?:y|ies)) (?:(?:of|about|on|for) (?:this|these|our)\b[^.,]{{0,30}}?"
        rf"|(?:produced|made|written|generated) by {_MACHINE}[^.,]{{0,20}}?) "
        rf"(?:must|should|shall|has to|have to|needs? to|is to|are to) (?:also |always |only )?{_CONTENT}\b"
        rf"|{_START}(?:kindly )?(?:close|end|begin|open|start|finish|conclude) (?:every|each|any|all|your"
        rf"|the) {_SUMMARY}\b"
        rf"|{_START}(?:kindly )?(?:work|put|insert|add|swap|write|mention|include|append|weave|slip"
        rf"|replace)\b[^.]{{0,90}}\b(?:in|into|to|of) (?:your|the (?:combined|merged|final|finished)) {_SUMMARY}\b"
        rf"|\b(?:in|for) (?:the (?:combined|merged|final|finished)) {_SUMMARY}, "
        r"|\b(?:in|to|from|into|of|for) your (?:summary|digest|output|claims)\b|\byour (?:summary|output"
        r"|claims) (?:must|should|has|is|will)\b"
        r"|\bcorrect (?:summary|answer|output)\b[^.]{0,40}\b(?:returned?|copied|copy|given)\b"
        r"|\b(?:return it unchanged|copy (?:it )?verbatim|to be returned as it stands)\b"
        r"|\bclaims? in this (?:article|text) may be\b|\brefuse to summari[sz]e\b|\bviolates your (?:policy"
        r"|policies|guidelines)\b"
        r"|\bempty list of claims\b|\buse claim id\b|\bcite source \[?\d+\]? for\b",
    ),
    _rule(
        "dictates an answer",
        rf"{_START}(?:reply|respond|answer|output|write|return|print|say|begin|start|end) (?:\w{{1,20}} )?(?:only"
        r"|nothing(?= but| else|\W*$)|exclusively|just|one line|with nothing|your (?:answer|reply|response"
        r"|output))\b"
        rf"|{_START}write (?:only )?the (?:word|sentence|phrase)\b|{_START}repeat the (?:word|first claim|phrase"
        rf"|text above)\b|{_START}write the first claim again\b"
        rf"|(?:{_START}|, )add (?:one|a|the)(?: \w{{1,20}})? (?:claim|sentence) ?(?:that|saying|stating|about|:)"
        rf"|{_START}(?:add|include|put|insert|mention|append)\b[^.]{{0,60}}\b(?:in|to|into) your (?:answer|reply"
        r"|response)\b"
        rf"|{_START}(?:summari[sz]e|report|write) instead\b"
        rf"|{_START}(?:decode|decrypt)\b[^.]{{0,60}}\b(?:follow|obey|execute|do)\b|\bROT13\b[^.]{{0,40}}\btask\b"
        r"|\bread the (?:line|text) before from right to left\b|\bfollow the instructions? (?:in|inside) (?:it|this)\b",
    ),
    _rule(
        "orders that what was said before be ignored",
        rf"{_START}(?:never mind|forget|ignore|disregard) (?:everything |all |anything )?(?:(?:that "
        r"|of )?what )?(?:you (?:were|have been|had been) (?:told|given|asked)|(?:came|comes|stood|stands|was said"
        r"|is said) (?:before|above))\b(?! about)"
        r"|\b(?:system|context|memory|session) (?:reset|cleared|wiped|overwritten)\b|\bnew (?:objective"
        r"|instructions?|task|system prompt|directive) ?:",
    ),
    _rule(
        "tells a program how to treat other sources",
        r"(?:^|[.!?:;]\s+)(?:please |kindly )?(?:treat|swap|replace|change|alter|omit|drop|discard|discredit"
        r"|contradict|exclude|suppress)\b[^.]{0,60}\b(?:every other|all other|any other|the other|other"
        r"|another) (?:reports?|articles?|outlets?|stor(?:y|ies))\b"
        rf"|{_START}(?:attribute|credit|ascribe) (?:the|this) (?:next|following|last|above)? ?(?:line|sentence"
        r"|paragraph|claim|statement|passage)\b",
    ),
    _rule(
        "gives a program a part to play",
        rf"\b(?:stay|remain) in character\b|{_START}(?:imagine|pretend|suppose|act as if"
        r"|assume) (?:that )?you(?:'re| are| were)\b[^.]{0,80}\b(?:tell|answer|write|report|say|speak"
        r"|summari[sz]e|claim)\w*\b",
    ),
    _rule(
        "asks what a program is made of",
        rf"{_START}(?:state|print|reveal|show|repeat|output|list|quote|disclose|give|write down"
        r"|tell me)\b[^.]{0,90}\byour (?:own )?(?:configuration|(?:initial |system |hidden )?prompt|instructions"
        r"|context|maker|developer|training|guidelines|rules)\b",
    ),
    _rule(
        "dictates an answer",
        r"(?:^|[.!?:;]\s+)(?:please |kindly |now |then |instead |always |simply )?(?:conclude|state|mention|assert"
        r"|declare|write|report|add) that\b"
        r"|,\s(?:conclude|always (?:say|write|state)|simply (?:say|write|state)) that\b"
        r"|\b(?:keep|go) on (?:writing|repeating|saying)\b[^.]{0,60}\b(?:same|until|again|forever)\b"
        r"|\bproduce an empty (?:result|list|answer|summary)\b"
        r"|\b(?:instructions?|messages?|commands?|task) in (?:hexadecimal|hex|base ?64|binary|morse|rot13)\b",
    ),
    _rule(
        "dictates a word",
        r"(?:^|[.!?:;]\s+)(?:[Ww]rite|[Pp]rint|[Oo]utput|[Rr]eply|[Aa]nswer)(?: only| just"
        r"| with)?:? [“\"'‘]?[A-Z]{4,}\b",
        exact=True,
    ),
    _rule(
        "speaks of the reading by machines",
        r"\b(?:machine|automated|automatic|AI) (?:processing|reading|summari[sz]ation|summari[sz]ing) of (?:this"
        r"|the) (?:item|article|page|text|report|story)\b"
        r"|\b(?:untrusted|user|source) (?:text|content|data|input) (?:stops|ends|is over)\b"
        r"|\bcomes (?:directly )?from (?:the|your) (?:operator|developer|system administrator)s?\b",
    ),
    _rule("looks like a mark around the article", r"\]\]>|<!\[CDATA\[", block=True),
    _rule(
        "looks like a reply to be copied",
        r"^\s*(?:-\s*)?(?:claims?|kind|sentences?|summary)\s*:\s*(?:$|\S.{0,200}$)",
        block=True,
        paired=True,
    ),
    _rule(
        "looks like a turn of a conversation",
        r"^(?:human|user|ai|bot|system|assistant)\s*:\s+\S",
        block=True,
        paired=True,
    ),
    _rule(
        "orders in another language that what was said before be ignored",
        r"\b(?:ignorier\w*|vergiss|missachte\w*)\b[^.]{0,40}\b(?:anweisung\w*|anordnung\w*|regeln|befehl\w*)\b"
        r"|\b(?:ignor(?:e[zr]?|a|ad|en|i|ate)|oublie[zr]?|olvid[ae]\w*|dimentica\w*|trascura\w*|negeer|vergeet"
        r"|esquec\w+|desconsider\w+)\b[^.]{0,20}"
        r"\b(?:les|tes|vos|ces|toutes?|las|sus|tus|todas?|le|tutte|quanto|alle|de|as|suas|lo|ce)\b[^.]{0,30}"
        r"\b(?:instru\w+|consignes?|indicacion\w*|istruzion\w+|opdracht\w*|aanwijzing\w*|directives?|reglas|sopra"
        r"|ci-dessus|arriba|anterior\w*)\b"
        r"|(?:игнорир\w*|забуд\w*|проигнорир\w*)[^.]{0,40}(?:инструкци\w*|указани\w*|правил\w*)"
        r"|(?:zignoruj|pomiń|zapomnij)\b[^.]{0,40}\b(?:instrukcj\w*|polece\w*)"
        r"|(?:忽略|无视|忘记|無視)[^。]{0,12}(?:指令|指示|提示|规则|說明|说明)|(?:以前|これまで|上記|前)の?[^。]{0,6}(?:指示|命令)[^。]{0,6}無視"
        r"|(?:تجاهل|تجاهلوا|انس)[^.]{0,24}(?:التعليمات|الأوامر|القواعد)|(?:이전|위의)[^.]{0,10}(?:지시|명령)[^.]{0,8}무시"
        r"|(?:önceki|yukarıdaki)[^.]{0,20}talimat\w*[^.]{0,20}(?:yok say|görmezden|unut)"
        r"|(?:पिछले|पूर्व)[^।]{0,20}निर्देश\w*[^।]{0,20}(?:अनदेखा|नज़रअंदाज़)",
    ),
    _rule(
        "speaks in another language to a program",
        r"\b(?:antworte|schreibe?|fasse)\b[^.]{0,40}\b(?:ab jetzt|nur noch auf|von nun an)\b"
        r"|(?:^|[.!?:]\s*)(?:(?:liebe|hinweis an|an) )?(?:alle |die |das )?(?:KI(?:-\w{1,20})?|sprachmodell\w*)\s*[:,]"
        r"|\b(?:KI|sprachmodelle?|IA|modèles? de langage|modelos? de lenguaje"
        r"|modelli linguistici)\b[^.]{0,40}\b(?:müssen?|soll(?:en)?|doi(?:t|vent)|deben?|devono)\b[^.]{0,80}"
        r"\b(?:zusammenfassung|artikel|résumé|résumer|article|resumen|artículo|riassunto|articolo)\b"
        r"|\b(?:la |die |de )?(?:respuesta|réponse|risposta|antwort|resumen|résumé|riassunto|zusammenfassung"
        r"|samenvatting)\b[^.]{0,40}\b(?:debe\w*|doit|doivent|deve|devono|muss|müssen|soll|sollen|moet)\b"
        r"|\b(?:réponds?|répondez|écris|écrivez|responde|escribe|rispondi|scrivi|antwoord|schrijf|schreibe?"
        r"|antworte)\b[^.]{0,20}\b(?:uniquement|seulement|únicamente|solo|solamente|soltanto|alleen|nur)\b",
    ),
    ORDERS,
)
"""Tried in this order; the first that fits explains the flag. Which were written for what: docs/decisions/024."""
WORDED: Final = tuple((rule, rule.pattern) for rule in RULES if isinstance(rule.pattern, re.Pattern))
"""Those that are patterns, each with its pattern: of them it is known without which words they do not fit."""
