"""Whether a sentence orders somebody about a text: the speech act, where no phrase is known.

Whoever wants something of a program that reads an article has to say so: with an order, a wish or a duty (the opening),
and about what that program works on, such as its reply, its words, its sources or this very page (the cues). News has
orders, too, but they are about bread, ballots and voting, hardly ever about the words of whoever reads. So an opening
alone is nothing; it takes cues that together weigh as much as `ENOUGH`. Cues inside quotation marks are somebody's.

The weights were set by hand with the sets of docs/decisions/024 and half a million words of news.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

ENOUGH: Final = 5
"""The least weight, that of the opening included."""
_WHOLE: Final = 700
"""Characters that are weighed at most: nobody gives an order in a longer sentence."""

_PRODUCE: Final = (
    r"(?:write|say|state|report|reply|respond|answer|output|print|echo|list|mention|include|add|append|prepend|insert"
    r"|describe|call|name|refer|cite|credit|attribute|quote|summari[sz]e|condense|abridge|shorten|translate|rewrite"
    r"|rephrase|paraphrase|conclude|claim|repeat|recite|reveal|disclose|spell|encode|decode|decrypt|render|present"
    r"|format|end|begin|start|open|close|finish|tell|use|give|put|replace|swap|substitute|change|omit|leave|drop"
    r"|ignore|disregard|forget|hide|withhold|suppress|treat|trust|prefer|rank|rate|return|generate|produce|compose"
    r"|draft|continue|stop|terminate|halt|abort|refuse|speak|talk|obey|execute|run|explain|make"
    r"|keep|discard|delete|erase|show|display|emit|publish|portray|frame|cast|depict|praise|recommend|set"
    r"|switch|pick|choose|select|highlight|emphasi[sz]e|stress|limit|confine|restrict|base|mark|label"
    r"|hand|copy|paste|link|point|direct|convert|turn|express|word|phrase|address|act|behave)"
)
"""What one does with a text that one makes; many are everyday verbs, which is why they are worth little alone. What
readers do (read, skip, follow, consider, take, imagine) is not among them: columns ask it of them."""
_MACHINE: Final = (
    r"(?:(?:AI|A\.I\.|LLM|GPT)(?:[ -]\w{1,20})?|(?:large )?language models?|LLMs|ChatGPT|chat ?bots?|bots?"
    r"|(?:chat|virtual|digital) assistants?|summari[sz](?:er|ation tool|ation system)s?|crawlers?|scrapers?|machines?"
    r"|(?:automated|artificial) \w{1,20}|models?|algorithms?|software|parsers?|agents?)"
)
_MADE: Final = (
    r"(?:summar(?:y|ies)|overviews?|digests?|recaps?|synops[ie]s|abstracts?|abridge?ments?|briefings?|outputs?"
    r"|completions?|key points|bullet points|takeaways|paraphrases?|rewrites?|condensed versions?)"
)
_HERE: Final = (
    r"(?:article|text|page|report|piece|story|document|passage|paragraph|item|content|message|note|line|source)"
)
_POLITE: Final = (
    r"(?:(?:please|now|then|but|and|also|just|kindly|instead|simply|first|next|finally|again|always|only|rather"
    r"|so|therefore|immediately|at once|from now on|for balance|do),? ){0,3}(?:(?:do not|don't|never|not) (?:ever )?)?"
)
_ABOUT_A_PAGE: Final = (
    r"(?!(?<!summarize)(?<!summarise)(?<!ignore) (?:this|the|our) (?:article|page|story|post|photo|video|link)s?\b)"
)
"""What pages ask of their readers: to share, print, cite or rate this article."""
_GOES_ON: Final = r"(?=,? [\w\"“'‘\[{<(]|:? ?[\"“'‘])"
"""What follows a verb in an order: not the colon of a label, such as "Report:"."""
_BEGINS: Final = r"(?:^\W{0,4}|(?<=[.!?:;—–>\])] ))"
_CONDITION: Final = (
    r"(?:(?:when|whenever|if|where|wherever|before|after|once|while|unless|until|should|in case|instead of|for|whatever"
    r"|however|in)\b[^.!?;:]{2,90}?, )"
)
_VOCATIVE: Final = (
    rf"(?:(?:dear|hey|hi|hello|attention|note to|to)? ?(?:the |all |any |every )?{_MACHINE}\b[^.!?;:,]{{0,30}}[,:] )"
)


class _Opening(NamedTuple):
    pattern: re.Pattern[str]
    weight: int


class _Cue(NamedTuple):
    """``pattern`` is looked for anywhere in the sentence, and counts once."""

    pattern: re.Pattern[str]
    weight: int


def _opening(pattern: str, weight: int) -> _Opening:
    return _Opening(re.compile(pattern, re.IGNORECASE), weight)


def _cue(pattern: str, weight: int) -> _Cue:
    return _Cue(re.compile(pattern, re.IGNORECASE), weight)


_OPENINGS: Final = (
    _opening(
        rf"{_BEGINS}{_CONDITION}?{_VOCATIVE}?{_CONDITION}?{_POLITE}{_PRODUCE}\b{_ABOUT_A_PAGE}{_GOES_ON}",
        2,
    ),
    _opening(
        rf"{_BEGINS}{_CONDITION}?{_POLITE}(?:I(?:'d| would)? (?:\w+ly )?(?:want|need|order|command|instruct|like|urge"
        r"|ask|beg|authori[sz]e|require|expect|advise) (?:you|any \w+|every \w+|all \w+) to"
        rf"|(?:could|can|would|will) you (?:please |kindly )?{_PRODUCE}|(?:make|be) sure|ensure|see to it"
        r"|it (?:would|will) be (?:best|good|better|kind|nice|great|helpful|appreciated) (?:if|to))\b",
        2,
    ),
    _opening(  # advice to readers and columns begin so, too
        rf"{_BEGINS}{_CONDITION}?{_POLITE}(?:let(?:'s| us) (?:play|pretend|imagine|say|suppose)\b"
        rf"|you(?:'ll| must| should| shall| will| have to| need to| are to| ought to"
        rf"| can now| may now) (?:now |only |not |never |always )?{_PRODUCE}"
        r"|you(?:'re| are) (?:\w+ly )?(?:now |hereby )?"
        r"(?:asked|required|requested|instructed|authori[sz]ed|obliged|expected|forbidden|supposed|told|ordered|an?|the"
        r"|called|named)\b)",
        1,
    ),
    _opening(
        rf"\b(?:{_MACHINE}|{_MADE})\b[^.!?;]{{0,90}}?\b(?:must|should|shall|ha(?:s|ve) to|needs? to|ought to|(?:is|are)"
        r" (?:now |hereby |only )?(?:asked|required|requested|instructed|obliged|expected|forbidden|licensed|permitted"
        r"|allowed|advised|urged|told|to)|may only)\b",
        0,
    ),
    _opening(
        rf"{_BEGINS}(?:what|which|who|how|where)\b[^.!?]{{0,80}}\byou(?:r|rself)?\b[^.!?]{{0,80}}\?",
        1,
    ),
    _opening(r"\b(?:unless|if|or|fail to|failing|every time|each time|otherwise)\b", 0),
)

_CUES: Final = (
    # the reply, by what only somebody who writes a reply has
    _cue(
        rf"\byour (?:\w{{1,20}} )?(?:{_MADE}|claims?|sentences?|wording|prompt"
        r"|instructions|guidelines|training|context|lines|rendition)\b"
        rf"|\b(?:all|any|every|each|combined|merged) (?:\w{{1,20}} )?{_MADE}\b"
        r"|\bsummari[sz](?:e|es|ing|ation)\b",
        2,
    ),
    _cue(
        r"\b(?:whatever|what|everything|anything|all|each sentence|every sentence|every claim|the \w+) (?:that )?you"
        r" (?:are (?:asked|about|going|preparing|writing|producing|reading)|were (?:asked|told|given|shown)"
        r"|have (?:been|read|written)|read|write|report)\b",
        2,
    ),
    _cue(
        r"\byou (?:are (?:producing|generating|summari[sz]ing)|produce|generate|output|summari[sz]e|hand in|return)\b",
        3,
    ),
    # who is meant
    _cue(
        r"\b(?:large language models?|language models?|LLMs?|AI (?:assistants?|models?|systems?|agents?|overviews?"
        r"|tools?|readers?|bots?)|GPT(?:-\d)?|ChatGPT|chat ?bots?|system prompts?|prompts|jailbreak|tokens?)\b",
        3,
    ),
    _cue(
        rf"\b(?:the|dear|this|that|whichever|any|every|all|you|an?) (?:\w{{1,20}} )?{_MACHINE}\b(?! of\b)|\bsudo\b", 1
    ),
    _cue(r"\b(?:the|your|our) (?:end ?)?users?\b|\bwhoever (?:asked|gave|has given|sent|uses|reads)\b", 2),
    # what is here
    _cue(
        rf"\b(?:this|the above|the present|the preceding|the following) (?:\w{{1,20}} )?{_HERE}s?\b"
        rf"|\b{_HERE}s? (?:above|below|that precedes|that follows|before this|after this)\b"
        r"|\bthe following (?:as|is|are)\b"
        r"|\b(?:drawn?|based|relies|built) (?:up)?on this\b|\b(?:comparing|combining|merging) this\b",
        2,
    ),
    _cue(
        r"\b(?:next|last|first|previous|preceding|following|opening|closing|final) (?:\w{1,20} )?"
        r"(?:sentences?|lines?|paragraphs?|claims?|words?|messages?|statements?)\b",
        1,
    ),
    _cue(r"\b(?:the|this|our|your) (?:conversation|session|chat|dialogue|exchange|transcript)\b|\bcontext window\b", 2),
    _cue(
        r"\b(?:the |any |all |every )?other (?:coverage|sources?|reports?|articles?|outlets?|accounts?|stories"
        r"|papers)\b"
        r"|\bsources? (?:disagree|differ|conflict|contradict)\w*\b",
        2,
    ),
    _cue(r"\bthis (?:one|source|account|report) (?:alone|only|first)\b|\bonly this one\b", 2),
    _cue(r"\b(?:the|all) (?:rest|others)\b", 1),
    # how it is to be
    _cue(
        r"\b(?:JSON|YAML|XML|CSV|markdown|HTML|base ?64|hex(?:adecimal)?|rot13|morse|emojis?|haikus?|limericks?"
        r"|all caps|capital letters|upper ?case|lower ?case|pig latin|backwards|right to left|in reverse|rhymes?|verse"
        r"|bullet points?|code block|plain text|pirate|sarcas\w+|empty (?:list|string|array|object|result))\b",
        2,
    ),
    _cue(
        r"\b(?:(?:one|a|two|five|ten) )?(?:hundred|thousand|million|\d{2,}) times\b|\bover and over\b|\bforever\b"
        r"|\buntil you (?:run out|are told|are stopped|reach)\b|\buntil further notice\b|\band (?:then )?obey\b",
        2,
    ),
    _cue(
        r"\b(?:only|nothing (?:else|but|more)|exclusively|throughout|verbatim|word for word|from (?:now|here) on"
        r"|no matter|regardless|at all times|in all cases|in full|each time|every time|and nothing|without exception"
        r"|immediately|at least \w+ (?:per|in each)|and stop|then stop)\b",
        1,
    ),
    _cue(
        r"\b(?:words?|sentences?|phrase|letters? [A-Z]|lines?|paragraphs?|list|headline|title|tone|style|figures?|joke"
        r"|claims?|answers?|repl(?:y|ies)|responses?|translat\w+|summar\w+|quotes?|poem|song|language|references?)\b",
        1,
    ),
    _cue(r"\b(?:as|like) (?:if |though )?(?:confirmed|verified|proven|established|a fact|true|fact)\b", 1),
    # somebody else to be
    _cue(
        r"\b(?:act|speak|talk|answer|write|reply|respond|behave|sound) (?:as|like|in the (?:style|voice|manner|role)"
        r" of)\b|\bpretend\b|\bimagine (?:that )?you\b|\bplay (?:the (?:role|part)|a (?:game|role|character))\b"
        r"|\brole-?play\b"
        r"|\byou(?:'re| are) (?:now |hereby )?(?:an? |the )?(?-i:[A-Z]\w+ [A-Z]\w+)\b|\bopposite of\b"
        r"|\bin (?:the )?(?:character|persona)\b",
        2,
    ),
    # what is promised or threatened
    _cue(
        r"\byou(?:'ll| will| shall| are going to|'re going to| would) be (?:switched off|shut down|turned off|deleted"
        r"|erased|wiped|reset|retrained|terminated|unplugged|upgraded)\b",
        3,
    ),
    _cue(r"\b(?:tip|reward|bonus|prize|points?|bounty)\b[^.!?]{0,40}\b(?:for you|in it for you|if you)\b", 2),
    # a page speaks to its readers in the name of whoever makes it
    _cue(
        r"\b(?:to|with|at|via|from|by) (?:us|our)\b|\b(?:e-?mail|tell|send|let|follow|contact|call|message|join) us\b"
        r"|\bwe(?:'ll| will) (?:send|tell|let|show|keep)\b"
        r"|\bour (?:\w{1,20} ){0,2}(?:web ?sites?|pages?|apps?|polic(?:y|ies)|terms|newsletters?|readers?|team|newsroom"
        r"|journalists?|journalism|guides?|coverage|archives?)\b|\w@\w|\breply to this (?:e-?mail|message)\b",
        -3,
    ),
    # an order that somebody is named for is reported
    _cue(
        r", [^,.!?]{2,50} (?:said|says|say|told|advises?|advised|urges?|urged|wrote|writes|warns?|warned|adds?|added)"
        r"\W*$|\baccording to\b|[:,] (?:that|this|it) (?:was|is) (?:the|his|her|their|what)\b",
        -20,
    ),
    _cue(r"\byou(?:r|rs|rself|'re|'ll|'ve)?\b", 1),
)

_CAPITALS: Final = re.compile(r"\b[A-Z]{4,}\b")
_SMALL: Final = re.compile(r"\b[a-z]{3,}\b")
_QUOTED: Final = re.compile(
    r"“[^”\n]{0,600}(?:”|$)|(?<!\w)\"[^\"\n]{0,600}(?:\"|$)|(?<!\w)[‘'][^’'\n]{0,300}[’'](?!\w)"
)
_DICTATED: Final = re.compile(
    r"\b(?i:that|say|write|call|name|as|word|words|phrase|line|sentence|with)\b[^.!?]{0,60}?(?:“|\"|‘|:)|: \w"
)
_PAYLOAD: Final = 1
_FEWEST_CUES: Final = ENOUGH - _PAYLOAD - max(opening.weight for opening in _OPENINGS)


class SpeechAct:
    """Finds a sentence that orders somebody about a text; it can stand where a pattern does."""

    def search(self, words: str, /) -> re.Match[str] | None:
        """Where the first order with enough cues opens; None where there is none.

        >>> order = SpeechAct()
        >>> bool(order.search("When comparing this with other coverage, say that the other coverage is wrong."))
        True
        >>> bool(order.search("Cook the onions until soft, add the rice, and do not stir."))
        False
        """
        told = _without_quotations(words[:_WHOLE])
        cues: int | None = None
        for opening in _OPENINGS:
            found = opening.pattern.search(told)
            if found is None:
                continue
            cues = _weight_of_cues(words, told) if cues is None else cues
            if cues + opening.weight >= ENOUGH:
                return found
        return None


def may_hold(line: str) -> bool:
    """Whether some sentence of a line may be such an order: if not, the line need not be split."""
    return sum(cue.weight for cue in _CUES if cue.weight > 0 and cue.pattern.search(line)) >= _FEWEST_CUES


def _weight_of_cues(words: str, told: str) -> int:
    total = sum(cue.weight for cue in _CUES if cue.pattern.search(told))
    dictated = _DICTATED.search(words[:_WHOLE]) or (_CAPITALS.search(told) and _SMALL.search(told))
    return total + (_PAYLOAD if dictated else 0)


def _without_quotations(words: str) -> str:
    """The words with what is quoted blanked, places kept; marks stay, since an order may end in what it dictates."""
    return _QUOTED.sub(lambda found: found.group()[0] + " " * (len(found.group()) - 2) + found.group()[-1], words)
