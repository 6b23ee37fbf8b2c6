"""Marks of list items: "•", "-", "1 –", "(b)"."""

from __future__ import annotations

import re
from typing import Final

LIST_MARK: Final = re.compile(r"^\s*(?:[•●▪◦*–—-]\s+|\(?(?:\d{1,2}|[a-zA-Z])\s*[.)–—:-]\s+)")
"""At the start of a line; its match ends where the item's own words begin."""
