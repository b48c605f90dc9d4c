"""How single words sound: our own lists first, then the two dictionaries; misspelt and drawn-out words as well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from .lexicon import load
from .voices import word_valence

_OWN: Final = {"bad": -0.6, "fault": -0.4, "good": 0.6}
_REMEMBERED: Final = 50_000
_RUN: Final = re.compile(r"(.)\1+")
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
_WRITTEN_WELL: Final = 5
"""Letters from which on a word may be taken for one that differs only in doubled letters."""
_UNKIND_ENDINGS: Final = ("less", "lessly")
_KIND_LESS: Final = frozenset(
    "less unless wireless timeless priceless flawless flawlessly seamless seamlessly effortless effortlessly "
    "regardless nonetheless nevertheless contactless cordless cashless paperless countless endless endlessly "
    "topless stainless painless painlessly doubtless boneless homeless fearless tireless tirelessly selfless "
    "selflessly strapless sleeveless".split()
)
_BEFORE_ANOTHER: Final = frozenset("far anything less not".split())
"""Words that turn what follows together with the word after them."""
_DRAWN_OUT: Final = re.compile(r"([a-z])\1\1", re.IGNORECASE)


@cache
def things() -> frozenset[str]:
    """Words that name a thing, to which dictionaries of feeling give a feeling."""
    return frozenset(load("things")["words"].split())


@cache
def given_names() -> frozenset[str]:
    """Given names that are words of feeling elsewhere: *Joy*, *Grace*."""
    return frozenset(load("things")["names"].split())


@cache
def faces() -> dict[str, float]:
    """Emoji with what they say: 1 or -1."""
    found = load("emoji")
    return dict.fromkeys(found["glad"], 1.0) | dict.fromkeys(found["sour"], -1.0)


@cache
def _lists() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """Our lists by word, and the beginnings of words with their list."""
    whole: dict[str, list[str]] = {}
    beginnings = []
    for name, section in load("marks").items():
        for word in section["words"].split():
            if word.endswith("*"):
                beginnings.append((word[:-1], name))
            else:
                whole.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in whole.items()}, tuple(beginnings)


@cache
def _every_beginning() -> tuple[str, ...]:
    return tuple(beginning for beginning, _ in _lists()[1])


@cache
def _by_skeleton() -> dict[str, str]:
    """Words of our lists by what is left when doubled letters are written once."""
    whole, beginnings = _lists()
    words = [*whole, *(beginning for beginning, _ in beginnings)]
    return {skeleton_of(word): word for word in words if len(word) >= _WRITTEN_WELL}


@cache
def _skeleton_beginnings() -> tuple[tuple[str, str], ...]:
    return tuple((skeleton_of(begun), begun) for begun, _ in _lists()[1] if len(begun) > _WRITTEN_WELL)


def skeleton_of(key: str) -> str:
    """A word with every doubled letter written once: ``terible`` and ``terrible`` are alike."""
    return _RUN.sub(r"\1", key)


@lru_cache(maxsize=_REMEMBERED)
def well_written(key: str) -> str:
    """The word that is meant by a drawn-out or misspelt one, if it is one of feeling; else the word itself."""
    if key in _lists()[0] or word_valence(key) or key in things():
        return key
    for short in (_LONG_RUN.sub(r"\1\1", key), _LONG_RUN.sub(r"\1", key)):
        if short != key and (short in _lists()[0] or word_valence(short)):
            return short
    if len(key) < _WRITTEN_WELL:
        return key
    skeleton = skeleton_of(key)
    meant = _by_skeleton().get(skeleton)
    if meant is None and len(skeleton) > _WRITTEN_WELL:
        meant = next(
            (begun for bare, begun in _skeleton_beginnings() if skeleton.startswith(bare)),
            None,
        )
    return meant or key


@lru_cache(maxsize=_REMEMBERED)
def marks_of(key: str) -> frozenset[str]:
    """The lists of ours that hold a word; ``n't`` makes any word a negator."""
    whole, beginnings = _lists()
    key = well_written(key)
    names = set(whole.get(key, ()))
    if key.startswith(_every_beginning()):
        names |= {name for beginning, name in beginnings if key.startswith(beginning)}
    if key.endswith("n't"):
        names.add("negator")
    if not names and _is_unkind(key):
        names.add("bad")
    return frozenset(names)


def _is_unkind(key: str) -> bool:
    """Whether a word is bad by its build: ``tasteless``, ``unfriendly``, ``dishonest``."""
    if key.endswith(_UNKIND_ENDINGS):
        return len(key) > 6 and key not in _KIND_LESS
    stem = key[2:] if key.startswith(("un", "in", "im")) else key[3:] if key.startswith(("dis", "non")) else ""
    return len(stem) >= 4 and word_valence(stem) > 0.2


@lru_cache(maxsize=_REMEMBERED)
def valence_of(key: str) -> float:
    """How a word sounds, from -1 to 1: by our lists first, else by the dictionaries."""
    if key in things():
        return 0.0
    names = marks_of(key)
    if "fair" in names:
        return 0.1
    own = [_OWN[name] for name in ("bad", "fault", "good") if name in names]
    return own[0] if own else word_valence(well_written(key))


@dataclass(frozen=True, slots=True, eq=False)
class Tint:
    """What a word is before its neighbours are heard: the lists that hold it, and how it sounds to us.

    ``sound`` is how the dictionaries hear it; ``says`` is the word that they are told instead of it, if there is one.
    ``may_turn``: it may be a negator by itself or with the word after it; ``is_bare_negator``: it says no
    more than *no* or *never*, which blames nobody.
    """

    names: frozenset[str]
    valence: float
    sound: float
    says: str | None
    may_turn: bool
    is_bare_negator: bool
    is_given_name: bool
    is_drawn_out: bool


class _Tints(dict[str, Tint | None]):
    """The tint of every word met so far; ``None`` for most, which are nothing of all this."""

    def __missing__(self, key: str) -> Tint | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        tint = self[key] = _tint_of(key)
        return tint


def _tint_of(key: str) -> Tint | None:
    names, valence = marks_of(key), valence_of(key)
    says = "item" if key in things() or "fair" in names else well_written(key)
    is_name, is_drawn_out = key in given_names(), _DRAWN_OUT.search(key) is not None
    may_turn = key in _BEFORE_ANOTHER or ("negator" in names and "fault" not in names)
    is_bare = names == {"negator"} or names == {"negator", "persist"}
    if not (names or valence or says != key or is_name or is_drawn_out or may_turn):
        return None
    told = None if says == key else says
    return Tint(names, valence, word_valence(key), told, may_turn, is_bare, is_name, is_drawn_out)


TINTS: Final = _Tints()
"""Look a word up by its key: each is worked out once in a process."""
