"""The function words of English; all else that is known of it is what the other modules of `pipeline.text` know."""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = frozenset(
    """
    a about above after again against all also am amid among an and any are as at be because been before being
    below between both but by can could did do does doing down during each either even ever few for from further
    had has have having he her here hers herself him himself his how however i if in into is it its itself just
    like many may me might mine more most much must my myself near neither nor of off on once only onto or other
    our ours ourselves out over own per rather same shall she should since so some still such than that the their
    theirs them themselves then there these they this those though through thus to too toward towards under until
    up upon us very via was we were what when where whether which while who whom whose why will with within would
    yet you your yours yourself yourselves 's s t re ve ll d m
    """.split()
)
"""Closed-class words of English, without negations: those carry meaning here (`pipeline.text.polarity`)."""
