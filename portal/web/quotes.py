"""A few of somebody's words, with a line under those that a claim rests on."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from portal import needs
from portal.web.marks import marked

AROUND = 70


def excerpt(text: str, spans: Sequence[Sequence[int]], *, around: int = AROUND) -> Markup:
    """The words around the first span, cut between words, with every span inside marked.

    :param spans: pairs of start and end in characters of `text`.
    :param around: characters to keep on each side.
    """
    start, end = _window(text, spans, around)
    inside = [(a - start, b - start, "1") for a, b in spans if start <= a < b <= end]
    body = marked(text[start:end].replace("\n", " "), inside)
    return Markup("{}{}{}").format("… " if start else "", body, " …" if end < len(text) else "")


def masked_excerpt(text: str, spans: Sequence[Sequence[int]], *, around: int = AROUND) -> Markup:
    """The same for the team, with personal data replaced; without marks where something had to be replaced."""
    start, end = _window(text, spans, around)
    plain = text[start:end]
    hidden = needs.masked(plain)
    return excerpt(text, spans, around=around) if hidden == plain else escape(hidden.replace("\n", " "))


def _window(text: str, spans: Sequence[Sequence[int]], around: int) -> tuple[int, int]:
    first = next(((a, b) for a, b in spans if 0 <= a < b <= len(text)), (0, 0))
    start, end = max(0, first[0] - around), min(len(text), first[1] + around)
    if start:
        start = text.find(" ", start, first[0]) + 1 or start
    if end < len(text):
        cut = text.rfind(" ", first[1], end)
        end = cut if cut > 0 else end
    return start, end
