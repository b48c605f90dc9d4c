"""Addresses and names of users and files: what stands in a text and is in no language."""

from __future__ import annotations

import re
from typing import Final

_ENDING: Final = re.compile(
    r"\.(?:com|org|net|io|co|de|nl|html?|php|jsp?|py|java|cpp|css|xml|json|exe|dll|txt|pdf|png|jpe?g|zip|md|rb|ts|jar|ini)\b"
)
_WITHOUT_ENDING: Final = re.compile(r"https?://\S*|\bwww\.\S+|[@/\\]\w+")
_NOISE: Final = re.compile(
    rf"{_WITHOUT_ENDING.pattern}|\b[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{0,5}}{_ENDING.pattern}\S{{0,200}}"
)
_SIGN: Final = re.compile(r"[@/\\]\w|//|\.\S")
"""What every piece of noise holds; looking for that alone is much cheaper."""
_DOT_WITHIN: Final = re.compile(r"\.\S")


def places_of_noise(text: str) -> list[tuple[int, int]]:
    """Where noise stands, start inclusive, end exclusive."""
    return [match.span() for match in _pattern_for(text).finditer(text)] if _may_hold_noise(text) else []


def without_noise(text: str) -> str:
    """The text with a space in the place of each piece of noise."""
    return _pattern_for(text).sub(" ", text) if _may_hold_noise(text) else text


def _may_hold_noise(text: str) -> bool:
    """Looks for its rare marks before for all of it: that is much cheaper."""
    is_marked = "@" in text or "/" in text or "\\" in text or _DOT_WITHIN.search(text) is not None
    return is_marked and _SIGN.search(text) is not None


def _pattern_for(text: str) -> re.Pattern[str]:
    """What to look for: names of files are tried at every word, so only when one of their endings is there."""
    return _WITHOUT_ENDING if _ENDING.search(text) is None else _NOISE
