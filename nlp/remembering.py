"""What is worked out once for each word and remembered, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

_MOST: Final = 50_000
"""Answers that are remembered, at most, so that no flood of new words fills the memory."""
_LONGEST: Final = 60
"""Characters of a word that is remembered: longer strings are no words, and do not come again."""
V = TypeVar("V")


class Remembered(dict[str, V]):
    """The answers to a question about single words. A plain dictionary is asked faster than a list kept by last use."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Callable[[str], V]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, word: str) -> V:
        value = self._answer(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = value
        return value
