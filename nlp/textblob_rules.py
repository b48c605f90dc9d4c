"""TextBlob's rules for the words of a sentence, as its ``assessments`` has them, over tokens looked up once."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final, NamedTuple

_REMEMBERED: Final = 50_000
"""Tokens that are remembered, at most."""


class Known(dict[str, Any]):
    """TextBlob's dictionary as a plain one: its own asks at each word whether it has been loaded yet."""

    def __init__(self, lazy: Any) -> None:
        super().__init__(lazy.items())
        self.labeler = lazy.labeler
        self.negations = frozenset(lazy.negations)
        self.modifiers = lazy.modifiers
        self.modifier = lazy.modifier


class Token(NamedTuple):
    """What TextBlob knows of a token.

    ``sounds``: polarity, subjectivity and intensity. ``strengthens`` the next word; ``turns`` it. ``is_adverb`` by its
    ending. ``feels``: the polarity of an emoticon. ``clears`` turning and strengthening that came before it.
    """

    text: str
    sounds: tuple[float, float, float] | None
    strengthens: bool
    turns: bool
    is_adverb: bool
    feels: float | None
    clears: tuple[bool, bool]


class Tokens(dict[str, Token | None]):
    """Every token met so far; ``None`` for most, which only part what stands before from what stands behind them."""

    def __init__(self, known: Known, module: ModuleType) -> None:
        super().__init__()
        self._known = known
        self._punctuation = module.PUNCTUATION
        self._smiles = [(value, {one.lower() for one in signs}) for (_, value), signs in module.EMOTICONS.items()]

    def __missing__(self, text: str) -> Token | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        known, clears = self._known, (len(text.strip("'")) > 1, len(text) > 2)
        senses: dict[str | None, tuple[float, float, float]] | None = known.get(text)
        sounds = senses.get(None) if senses is not None else None
        strengthens = any(modifier in senses for modifier in known.modifiers) if senses is not None else False
        turns, feels = text in known.negations, None
        if not text.isalpha() and len(text) <= 5 and text not in self._punctuation:
            feels = next((value for value, signs in self._smiles if text in signs), None)
        is_plain = sounds is None and not turns and feels is None and all(clears) and text != "(!)"
        token = Token(text, sounds, strengthens, turns, bool(known.modifier(text)), feels, clears)
        found = self[text] = None if is_plain else token
        return found


def weighed(tokens: Iterable[Token | None]) -> tuple[float, float]:
    """Mean polarity and subjectivity, by the rules of TextBlob's ``assessments``."""
    found: list[list[float]] = []  # polarity, subjectivity, intensity, and -1 when it is turned
    before: Token | None = None
    is_turned = False
    for token in tokens:
        if token is None:
            before, is_turned = None, False
        elif token.sounds is not None:
            _add_known(found, token.sounds, before is not None, is_turned)
            before, is_turned = token if token.strengthens else None, token.turns
        else:
            is_turned = token.turns or (is_turned and not token.clears[0])
            if is_turned and before is not None and before.is_adverb:
                found[-1][3], is_turned = -1.0, False
            elif before is not None and token.clears[1]:
                before = None
            _add_sign(found, token)
    count = len(found) or 1
    polarity = sum([one[0] * -0.5 if one[3] < 0 else one[0] for one in found])
    return polarity / count, sum([one[1] for one in found]) / count


def _add_sign(found: list[list[float]], token: Token) -> None:
    """What a mark or an emoticon adds."""
    if token.text == "!" and found:
        found[-1][0] = max(-1.0, min(found[-1][0] * 1.25, 1.0))
    elif token.text == "(!)":
        found.append([0.0, 1.0, 1.0, 1.0])
    if token.feels is not None:
        found.append([token.feels, 1.0, 1.0, 1.0])


def _add_known(
    found: list[list[float]], sounds: tuple[float, float, float], is_strengthened: bool, is_turned: bool
) -> None:
    polarity, subjectivity, intensity = sounds
    if is_strengthened:
        last = found[-1]
        last[0] = max(-1.0, min(polarity * last[2], 1.0))
        last[1] = max(-1.0, min(subjectivity * last[2], 1.0))
        last[2] = intensity
    else:
        found.append([polarity, subjectivity, intensity, 1.0])
    if is_turned:
        found[-1][2] = 1.0 / found[-1][2]
        found[-1][3] = -1.0
