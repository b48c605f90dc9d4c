"""Words in the middle, inferences in the margin: one letter of a thread with its numbered notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup

from portal import needs
from portal.conversations import Message
from portal.needs import MessageReading, SeenTag, Tag
from portal.web import need_words
from portal.web.database import db
from portal.web.marks import Place, marked

Span = tuple[int, int]
DRAWN = ("need", "safety")
HIDDEN = {
    "card": "[card number hidden]", "email": "[e-mail hidden]", "phone": "[phone number hidden]",
    "iban": "[account number hidden]", "account": "[account number hidden]",
    "secret": "[password or code hidden]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """One inference beside the words. Without a `number`, `quotes` are the words it rests on, if any."""

    number: str
    tag: Tag
    own: bool = False
    disputed: bool = False
    quotes: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it is shown: its words with marks, and what stands in the margin beside it."""

    message: Message
    words: Markup
    notes: Sequence[Note]
    reading: MessageReading | None
    hides: bool = False

    @property
    def not_read(self) -> str | None:
        """Why nothing stands in the margin, when the reader could not read it."""
        return need_words.not_read(self.reading) if self.reading is not None and not self.reading.readable else None


def for_author(messages: Sequence[Message]) -> list[Letter]:
    """A thread as its author sees it: own corrections stand."""
    ids = [message.id for message in messages]
    tags, readings = needs.tags_for_customer(db.session, ids), needs.readings_of(db.session, ids)
    letters = []
    for message in messages:
        seen = [one for one in tags[message.id] if _worth_telling(one)]
        letters.append(_letter(message, seen, readings.get(message.id), hide=False))
    return letters


def for_team(messages: Sequence[Message], *, hide: bool) -> list[Letter]:
    """A thread as the team sees it; personal data is covered when `hide`."""
    ids = [message.id for message in messages]
    tags, readings = needs.tags_of(db.session, ids), needs.readings_of(db.session, ids)
    return [
        _letter(message, [SeenTag(tag, False, False) for tag in tags[message.id]], readings.get(message.id), hide=hide)
        for message in messages
    ]


def _worth_telling(seen: SeenTag) -> bool:
    """The author is told needs, feelings that are not neutral, and what kind of message it seems to be."""
    return seen.tag.kind in ("need", "intent") or (seen.tag.kind == "sentiment" and seen.tag.value != "neutral")


def _letter(message: Message, seen: Sequence[SeenTag], reading: MessageReading | None, *, hide: bool) -> Letter:
    notes, places = _numbered(seen)
    text = message.text
    personal = reading.pii if reading is not None and hide else []
    notes = [note if note.number or not note.tag.spans else _quoted(note, text, personal) for note in notes]
    covered = False
    if hide and message.author == "customer":
        if reading is None:
            masked = needs.masked(text)
            return Letter(message, marked(masked, []), notes, reading, masked != text)
        covered = bool(reading.pii)
        text, places = cover(text, [(int(start), int(end), str(kind)) for start, end, kind in reading.pii], places)
    return Letter(message, marked(text, places), notes, reading, covered)


def _quoted(note: Note, text: str, personal: Sequence[Sequence[int | str]]) -> Note:
    return replace(note, quotes=covered_words(text, personal, [list(span) for span in spans_of(note.tag)][:3]))


def _numbered(seen: Sequence[SeenTag]) -> tuple[list[Note], list[Place]]:
    """Notes in the order of their words, numbered from 1, and where those words stand.

    Needs and dangers are underlined: the longest evidence first, what lies within it not again, and where all words are
    taken the mark is shared. Feelings and kinds of message rest on words all over the text; they have no number.
    """
    marks = _placed(seen)
    firsts = {
        index: min((span for span, owners in marks.items() if index in owners), default=None)
        for index in range(len(seen))
    }
    order = sorted(range(len(seen)), key=lambda index: (firsts[index] is None, firsts[index] or (0, 0), index))
    numbers = {index: str(number) for number, index in enumerate(order, 1) if firsts[index] is not None}
    notes = [Note(numbers.get(index, ""), seen[index].tag, seen[index].own, seen[index].disputed) for index in order]
    places = [
        (start, end, ", ".join(sorted((numbers[index] for index in owners), key=int)))
        for (start, end), owners in marks.items()
    ]
    return notes, places


def _placed(seen: Sequence[SeenTag]) -> dict[Span, list[int]]:
    """Which words are underlined, and for which of the tags (by index)."""
    wanted = [(span, index) for index, one in enumerate(seen) if one.tag.kind in DRAWN for span in spans_of(one.tag)]
    wanted.sort(key=lambda pair: (pair[0][0] - pair[0][1], pair))
    marks: dict[Span, list[int]] = {}
    for span, index in wanted:
        if not any(_overlap(span, taken) for taken in marks):
            marks[span] = [index]
    marked_tags = {index for owners in marks.values() for index in owners}
    for span, index in wanted:
        if index not in marked_tags:
            marks[next(taken for taken in marks if _overlap(span, taken))].append(index)
            marked_tags.add(index)
    return marks


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def spans_of(tag: Tag) -> list[Span]:
    """Where the evidence of a tag stands in its text; what overlaps or touches is one stretch."""
    return needs.stretches(tag.spans)


def cover(text: str, personal: Iterable[tuple[int, int, str]], places: Sequence[Place]) -> tuple[str, list[Place]]:
    """`text` with personal data replaced by a word, and `places` moved to where their words now stand."""
    pieces: list[str] = []
    moves: list[tuple[int, int, int, int]] = []
    at = length = 0
    for start, end, kind in sorted(personal):
        if start < at:
            continue
        word = _(HIDDEN.get(kind, "[hidden]"))
        pieces += [text[at:start], word]
        length += start - at
        moves.append((start, end, length, length + len(word)))
        length += len(word)
        at = end
    pieces.append(text[at:])
    moved = [(_moved(start, moves, first=True), _moved(end, moves, first=False), note) for start, end, note in places]
    return "".join(pieces), moved


def _moved(offset: int, moves: Sequence[tuple[int, int, int, int]], *, first: bool) -> int:
    """Where an offset of the typed text stands in the covered one; inside covered data, at its edge."""
    shift = 0
    for start, end, new_start, new_end in moves:
        if offset <= start:
            break
        if offset < end:
            return new_start if first else new_end
        shift = new_end - end
    return offset + shift


def covered_words(text: str, pii: Iterable[Sequence[int | str]], spans: Iterable[Sequence[int]]) -> str:
    """The words at `spans`, personal data in them covered, for lists and exports."""
    personal = [(int(start), int(end), str(kind)) for start, end, kind in pii]
    places: list[Place] = [(int(span[0]), int(span[1]), "") for span in spans]
    shown, moved = cover(text, personal, places)
    return " … ".join(shown[start:end] for start, end, _note in sorted(moved)) or shown[:160]
