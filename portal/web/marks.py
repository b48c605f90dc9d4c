"""What a person wrote, untouched, with a dotted line under the words a claim rests on."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Place = tuple[int, int, str]


def marked(text: str, places: Iterable[Place]) -> Markup:
    """`text` escaped, with `<mark data-note="1">` around each place.

    :param places: (start, end, note) in characters of `text`; overlapping places share the longer mark.
    """
    pieces: list[Markup] = []
    position = 0
    for start, end, note in _apart(text, places):
        pieces.append(escape(text[position:start]))
        pieces.append(Markup('<mark data-note="{}">{}</mark>').format(note, text[start:end]))
        position = end
    pieces.append(escape(text[position:]))
    return Markup("").join(pieces)


def _apart(text: str, places: Iterable[Place]) -> list[Place]:
    """Places within the text, in order; those that overlap are joined and keep all their notes."""
    inside = sorted(place for place in places if 0 <= place[0] < place[1] <= len(text))
    joined: list[Place] = []
    for start, end, note in inside:
        if joined and start < joined[-1][1]:
            before = joined[-1]
            notes = before[2] if note in before[2].split(", ") else f"{before[2]}, {note}"
            joined[-1] = (before[0], max(before[1], end), notes)
        else:
            joined.append((start, end, note))
    return joined
