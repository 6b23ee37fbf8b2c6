"""What the passage has under "may", "seems" or "possibly" is not told as sure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.text.polarity import negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.synonyms import stands_in
from pipeline.text.terms import form_of
from pipeline.text.words import is_function_word, words

_CERTAIN: Final = re.compile(
    r"\b(?:prov(?:e|es|ed|en)|establish(?:ed|es)?|confirm(?:s|ed)?|demonstrat\w+|determined|certain(?:ly)?"
    r"|definite(?:ly)?"
    r"|undoubted(?:ly)?|conclude[sd]?|no doubt|beyond doubt|clearly)\b",
    re.IGNORECASE,
)
_NOT_YET: Final = re.compile(r"(?:\bnot|n['’]t)\s+(?:yet\s+)?(?:been\s+)?[a-z]+")
UNSURE: Final = re.compile(
    r"\b(?:seem\w*|appear(?:s|ed)? to|apparent\w*|thought|believ\w+|suspect\w*|indicat\w+|suggest\w*|possib\w+|may"
    r"|might|could|likely|probabl\w+|perhaps|unclear|early indications|not clear)\b",
    re.IGNORECASE,
)
_MAYBE: Final = re.compile(
    r"\b(?:may|might|could(?! not\b)|possibly|perhaps|probably|(?:is|are|was|were) (?:likely|thought|believed"
    r"|suspected) to)\b"
)
_DOUBTING: Final = re.compile(
    r"\b(?:may|might|could|can|able|possib\w*|perhaps|probab\w+|likel\w+|unlikely|potential\w*|consider\w*|weigh\w*"
    r"|mull\w*|if|unless|whether"
    r"|thought|think\w*|believ\w+|suspect\w*|seem\w*|appear\w*|apparent\w*|suggest\w*|indicat\w*|reported\w*"
    r"|alleg\w*|would|should|fear\w*"
    r"|threat\w*|risk\w*|chance|prospect\w*|option\w*|open|estimat\w*|forecast\w*|expect\w*|understood|question\w*"
    r"|unclear|not|no|never|none|unable|without|fac(?:e|es|ed|ing)|rul\w+ out"
    r"|hop\w+|explor\w+|study\w*|presum\w*|supposed\w*|warn\w*|plan\w*|seek\w*|ready|envisag\w*|room)\b",
    re.IGNORECASE,
)
_SHARED: Final = 2
_HALF: Final = 0.5
_REACH: Final = 5
"""Content words behind such a word in which stands what is possible."""


def certainty_problems(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """What the text makes surer than the passages do, in words."""
    yield from _made_certain(text, evidence)
    yield from _made_sure(text, evidence)


def _made_certain(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """A thing established for which each passage has only signs: it "seemed", is "thought" or "believed" to be so."""
    sure = _CERTAIN.search(outside_quotes(text))
    unsure = [match for context in evidence if (match := UNSURE.search(outside_quotes(context)))]
    known = UNSURE.search(text) or any(_CERTAIN.search(_NOT_YET.sub("", context)) for context in evidence)
    if sure and not known and len(unsure) == len(evidence):
        yield f"says “{sure.group()}”; the cited passage says only “{unsure[0].group()}”"


def _made_sure(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Told without any doubt, where every passage has it under "may", "might", "could", "possibly" or the like."""
    unquoted = outside_quotes(text)
    if _DOUBTING.search(text):
        return
    own = {form_of(word.text) for word in words(unquoted) if not is_function_word(word.text)}
    told = [form_of(word.text) for context in evidence for word in words(context) if not is_function_word(word.text)]
    for context in evidence:
        denied = [(negation.start, negation.end) for negation in negations(context)]
        for cue in _MAYBE.finditer(outside_quotes(context)):
            if any(start <= cue.start() < end for start, end in denied):  # "no pact that all could sign"
                continue
            behind = re.split(
                r"[.;:,“”]|\b(?:but|while|and|if|unless|because|after|before|when|until)\b",
                context[cue.end() :],
                maxsplit=1,
            )[0]
            forms = [form_of(w.text) for w in words(behind) if not is_function_word(w.text)][:_REACH]
            once = [form for form in forms if told.count(form) == 1]
            shared = [form for form in once if stands_in(form, own)]
            if len(shared) >= _SHARED and len(shared) > _HALF * len(once):
                yield f"tells it without doubt; the cited passage says “{cue.group()}{behind.rstrip()}”"
                return
