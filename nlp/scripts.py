"""Languages that show in their letters alone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

_RANGES: Final = (
    ("zh", "\u3400-\u9fff\uf900-\ufaff"),
    ("ja", "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"),
    ("ko", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    ("ru", "\u0400-\u052f"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("he", "\u0590-\u05ff\ufb1d-\ufb4f"),
    ("ar", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe"),
    ("hi", "\u0900-\u097f"),
    ("th", "\u0e00-\u0e7f"),
)
_LETTERS: Final = tuple((code, re.compile(f"[{span}]")) for code, span in _RANGES)
_TELLING: Final = (
    ("ru", "uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", "und", re.compile("[јљњћђџқғңәөүұһў]", re.IGNORECASE)),
    ("ar", "und", re.compile("[پچژگٹڈڑےںہکی]")),
)
"""Letters that a language shares with no other of the same script; what we cannot tell apart further is not named."""
_BULGARIAN: Final = re.compile("ъ[^еёюяЕЁЮЯ]", re.IGNORECASE)
_NOT_BULGARIAN: Final = re.compile("[ыэё]", re.IGNORECASE)
NAMED: Final = frozenset({"zh", "ja", "ko", "ru", "uk", "el", "he", "ar", "hi", "th"})
"""Languages that a reading may name for their letters."""


@dataclass(frozen=True, slots=True)
class Script:
    """The language that the letters name (``und`` when they do not), and the ``share`` of Latin letters beside them."""

    code: str
    confidence: float
    share: float


def by_script(text: str) -> Script | None:
    """What the writing system says; ``None`` when hardly any letter is other than Latin."""
    characters = set(text)
    if not any(map(_is_strange, characters)) and any(map(_is_latin, characters)):
        return None  # as most: their other letters are none but e.g. curly quotes
    letters = sum(map(str.isalpha, text))
    latin = sum(count for character, count in Counter(text).items() if _is_latin(character))
    if letters - latin < 2 and latin > letters - latin:
        return None
    counts = Counter({code: len(pattern.findall(text)) for code, pattern in _LETTERS})
    counts["ja"] += counts["zh"] if counts["ja"] else 0
    code, count = counts.most_common(1)[0]
    if not count:
        return Script("und", 0.9, latin / max(1, letters))  # fractions and marks look like letters and are none
    # A Chinese sign says as much as several Latin letters: 'APP很慢' is Chinese.
    weight = 3 if code in ("zh", "ja", "ko") else 1
    share = latin / max(1, latin + weight * (letters - latin))
    return Script(_told_apart(code, text), round(min(0.99, 0.7 + 0.3 * count / letters), 3), share)


def _is_latin(character: str) -> bool:
    return (character.isalpha() and character < "\u0250") or "\u1e00" <= character <= "\u1eff"


def _is_strange(character: str) -> bool:
    return character >= "\u0250" and character.isalpha() and not _is_latin(character)


def _told_apart(code: str, text: str) -> str:
    for shared, other, telling in _TELLING:
        if code == shared and telling.search(text):
            return other
    if code == "ru" and _BULGARIAN.search(text) and not _NOT_BULGARIAN.search(text):
        return "und"
    return code
