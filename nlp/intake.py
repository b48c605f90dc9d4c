"""Stage 0: make any string safe to read, and remember where each character came from.

The clean text is NFC, without HTML tags, control, zero-width or bidi characters; curly quotes, full-width forms and
other digits become their plain ASCII twins, so that later rules see one spelling. ``starts`` and ``ends`` lead every
clean character back to the typed text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from .reading import Span

CAP: Final = 5_000
"""Characters of the typed text that are read; the rest is left unread and the reading says so."""

LOOKAHEAD: Final = 64
"""Characters past the cap that are only looked at to see whether personal data straddles the cut."""

_RUN = re.compile(r"[\x20-\x25\x27-\x3b\x3d-\x7e\n]+")
"""A stretch that is clean as it stands: no tag, entity, control or accented character begins in it."""
_TAG = re.compile(r"<!--.{0,2000}?-->|</?[a-zA-Z][a-zA-Z0-9:-]{0,40}(?:[\s/][^<>]{0,1000})?>", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_DROPPED = frozenset("\u00ad\u034f\u061c\u180e\ufeff\ufe0e\ufe0f") | {
    chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
}
_TWINS = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "\u2032": "'"}
_MARKS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Intake:
    """A clean text and the way back. ``starts`` is ``None`` when every character stayed where it was.

    ``hidden`` are the stretches of personal data, start inclusive, end exclusive, in order.
    """

    original: str
    clean: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None
    truncated: bool
    hidden: tuple[tuple[int, int], ...] = ()

    def hiding(self, places: Iterable[tuple[int, int]]) -> Intake:
        """The same intake that shows nothing of these places to any claim."""
        hidden = tuple(places)
        return replace(self, hidden=hidden) if hidden else self

    def spans(self, places: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """The typed stretches behind the places a claim rests on, each once, in order, without personal data."""
        if self.hidden:
            places = [piece for place in places for piece in self._in_the_open(*place)]
        starts, ends = self.starts, self.ends
        if starts is None or ends is None:
            typed = {(start, max(start, end)) for start, end in places}
        else:
            typed = {(starts[start], ends[end - 1]) if end > start else (start, start) for start, end in places}
        return tuple([Span(start, end, self.original[start:end]) for start, end in sorted(typed)])

    def span(self, start: int, end: int) -> Span:
        """The typed stretch behind ``clean[start:end]``; an empty stretch gives an empty span."""
        if self.starts is None or self.ends is None or end <= start:
            return Span(start, max(start, end), self.original[start : max(start, end)])
        first, last = self.starts[start], self.ends[end - 1]
        return Span(first, last, self.original[first:last])

    def _in_the_open(self, start: int, end: int) -> list[tuple[int, int]]:
        """A place, or what is left of it beside the personal data within it."""
        pieces, at = list[tuple[int, int]](), start
        for first, last in self.hidden:
            if first < end and start < last:
                pieces.append((at, first))
                at = last
        if at == start:
            return [(start, end)]
        typed = [(low, self.clean[low:high]) for low, high in (*pieces, (at, end))]
        return [
            (low + len(piece) - len(piece.lstrip()), low + len(piece.rstrip())) for low, piece in typed if piece.strip()
        ]

    def cut(self, length: int) -> Intake:
        """The same intake with only the first ``length`` clean characters."""
        starts = None if self.starts is None else self.starts[:length]
        ends = None if self.ends is None else self.ends[:length]
        return Intake(self.original, self.clean[:length], starts, ends, self.truncated, self.hidden)

    def clean_length_within(self, limit: int) -> int:
        """How many clean characters come from the first ``limit`` typed ones."""
        if self.ends is None:
            return min(limit, len(self.clean))
        return sum(1 for end in self.ends if end <= limit)


def take_in(original: str) -> Intake:
    """Clean the first :data:`CAP` characters (and a short look-ahead) of any string whatever; never raises."""
    truncated = len(original) > CAP
    text = original[: CAP + LOOKAHEAD] if truncated else original
    if _is_plain(text):
        return Intake(original, text, None, None, truncated)
    pieces = _pieces(text)
    clean = "".join([piece for piece, _, _ in pieces])
    if len(clean) == len(text) and all(map(_stays, pieces)):
        return Intake(original, clean, None, None, truncated)
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in pieces:
        if len(piece) == end - start > 1 and piece.isascii():
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
    return Intake(original, clean, tuple(starts), tuple(ends), truncated)


def _stays(piece: tuple[str, int, int]) -> bool:
    """Whether every letter of a piece stands for one typed in the same place, as a plain quote for a curly one."""
    clean, start, end = piece
    return len(clean) == end - start and (end - start == 1 or clean.isascii())


def _is_plain(text: str) -> bool:
    """Whether a text is clean as it stands, as most are."""
    return text.isascii() and "<" not in text and "&" not in text and text.replace("\n", "").isprintable()


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """Clean stretches with the typed stretch each stands for, in order; a long one stands letter for letter."""
    markup = {match.start(): match.end() for match in _TAG.finditer(text)} if "<" in text else {}
    entities = {match.start(): match.end() for match in _ENTITY.finditer(text)} if "&" in text else {}
    pieces: list[tuple[str, int, int]] = []
    at = 0
    while at < len(text):
        run = _RUN.match(text, at)
        if run:
            end = _run_end(text, run)
            clean = text[at:end]
        if run is None or end == at:
            end, clean = _odd_piece(text, at, markup, entities)
        if clean:
            pieces.append((clean, at, end))
        at = end
    return pieces


def _run_end(text: str, run: re.Match[str]) -> int:
    """The end of a clean stretch, without a last letter that carries a combining mark."""
    end = run.end()
    carries = end < len(text) and not text[end].isascii() and unicodedata.combining(text[end])
    return end - 1 if carries else end


def _odd_piece(text: str, at: int, markup: dict[int, int], entities: dict[int, int]) -> tuple[int, str]:
    """Where the tag, entity or character at ``at`` ends, and what it reads as."""
    if at in markup:
        return markup[at], " "
    if at in entities:
        end = entities[at]
        return end, "".join(_plain(character) for character in html.unescape(text[at:end]))
    end = _cluster_end(text, at)
    return end, _cluster(text[at:end])


def _cluster_end(text: str, at: int) -> int:
    """Where the base character at ``at`` and the combining marks that sit on it end."""
    end = at + 1
    while end < len(text) and not text[end].isascii() and unicodedata.combining(text[end]):
        end += 1
    return end


def _cluster(cluster: str) -> str:
    if len(cluster) == 1:
        return _plain(cluster)
    base = _plain(cluster[0])
    return unicodedata.normalize("NFC", base + cluster[1 : 1 + _MARKS_KEPT])


def _plain(character: str) -> str:
    """One character as later stages see it: itself, its ASCII twin, a space, or nothing."""
    code = ord(character)
    if 0x20 <= code < 0x7F or character == "\n":
        return character
    if character in _TWINS:
        return _TWINS[character]
    if character in _DROPPED:
        return ""
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    if code >= 0x660 and (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category[0] == "Z" or category in ("Cc", "Cs", "Co", "Cn"):
        return " "
    return "" if category == "Cf" else unicodedata.normalize("NFC", character)
