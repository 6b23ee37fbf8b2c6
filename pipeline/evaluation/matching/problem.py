"""What a check finds against a text's telling a fact."""

from __future__ import annotations

from typing import Literal, NamedTuple

MatchFlag = Literal["contradicted", "wrong_number"]
Most = Literal["part", "none"]


class Problem(NamedTuple):
    """Why a text does not tell a fact in full. Without a flag it only falls short; with one it says otherwise.

    ``most`` is how far it can tell the fact at the most, if that does not follow from the flag: what says otherwise
    tells nothing.
    """

    why: str
    flag: MatchFlag | None = None
    most: Most | None = None

    def cap(self) -> Most:
        """How far the text can tell the fact at the most."""
        return self.most or ("none" if self.flag else "part")
