"""The function words of English; all else that is known of it is what the other modules of `pipeline.text` know."""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = frozenset(
    """
    a about above across after again against all along also although am amid among amongst an and any are as at
    be because been before being below beneath besides between both but by can could did do does despite doing
    down during each either even ever few for from further had has have having he her here hers herself him
    himself his how however i if in into is it its itself just like many may me meanwhile might mine more
    moreover most much must my myself near neither nevertheless nonetheless nor of off on once only onto or
    other our ours ourselves out over own per rather same shall she should since so some still such than that
    the their theirs them themselves then there therefore these they this those though through throughout thus
    to too toward towards under until up upon us very via was we were what whatever when whenever where whereas
    wherever whether which while who whoever whom whose why will with within would yet you your yours yourself
    yourselves 's s t re ve ll d m
    """.split()
)
"""Closed-class words of English, without negations: those carry meaning here (`pipeline.text.polarity`)."""
