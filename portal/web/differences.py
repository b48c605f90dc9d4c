"""Two texts side by side, with what was taken out and what was put in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """A run of words; `changed` when the other side does not have it."""

    text: str
    changed: bool


def sides(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """The old text and the new one in pieces, compared word by word."""
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, start, end, from_, to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        changed = kind != "equal"
        for pieces, words in ((left, before[start:end]), (right, after[from_:to])):
            if words:
                pieces.append(Piece("".join(words), changed))
    return left, right
