"""Pieces of pages that look the same for everybody who is shown the same values: rendered once and kept.

What a piece shows is its key: the language, the zone in which days are written, where the portal is mounted, and every
value given. So a piece cannot be older than what it shows, and a changed value is a new piece at once. It is a macro of
one of the templates in `KEPT`, called with nothing but those values: what belongs to one reader (a name, a token of a
form, what they searched for) is written by the page around it. `tests/web/ideas/test_pieces.py` reads those templates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from flask import Flask, g, request
from flask_babel import get_timezone
from markupsafe import Markup

from portal.web import idea_words
from portal.web.spoken import SpokenEnvironment

KEPT = frozenset(
    {"customer/consent/_pieces.html", "layout/frame.html", "open/ideas/_controls.html", "open/ideas/_row.html"}
)
MOST = 4_096
"""How many pieces are kept for each language: what was not shown for longest goes first."""
VALUES = frozenset({str, int, bool, type(None), datetime})
"""Of these types, exactly, must a value be. Text that counts as escaped is equal to text that does not, and is none."""

Piece = Callable[..., Markup]
"""What `kept_piece(template, macro, *values)` is in templates."""


def prepare(app: Flask) -> None:
    """Let the templates of `app` speak of ideas in pieces, too."""
    app.jinja_env.globals["idea_words"] = idea_words


def begin(environment: SpokenEnvironment) -> Piece:
    """Before a page is rendered: what gives its pieces, in the language of `environment`, to this reader."""
    keep = partial(_keeper(environment), request.root_path, str(get_timezone()))

    def kept(template: str, macro: str, *values: Any) -> Markup:
        """What `macro` of `template` says of these values.

        :raises TypeError: when a value is of a type that could hide what it shows.
        """
        types = tuple(map(type, values))
        if not VALUES.issuperset(types):
            raise TypeError(f"{macro} is given a value whose type could hide what it shows: {types}.")
        return keep(template, macro, values, types)

    g.kept_piece = kept
    return kept


def of_this_page() -> Piece:
    """What gives the pieces of the page that is being rendered."""
    found: Piece = g.kept_piece
    return found


def _keeper(environment: SpokenEnvironment) -> Piece:
    """The pieces kept for a language; they live as long as its templates."""
    if environment.pieces is None:
        environment.pieces = lru_cache(MOST)(partial(_render, environment))
    return environment.pieces


def _render(
    environment: SpokenEnvironment,
    _root: str,
    _zone: str,
    template: str,
    macro: str,
    values: tuple[Any, ...],
    _types: tuple[type, ...],
) -> Markup:
    if template not in KEPT:
        raise KeyError(f"{template} is not among the templates whose macros may be kept.")
    module: Any = environment.get_template(template).module
    piece: Markup = getattr(module, macro)(*values)
    return piece
