"""What every page shares, and what templates may call."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, session, url_for
from flask.globals import request_ctx
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.db import random_ref
from portal.web import marks, pieces, plots
from portal.web.idea_rows import idea_rows
from portal.web.identity import current_settings, viewer
from portal.web.language import other_tongues
from portal.web.navigation import navigation, rail
from portal.web.translations import templates

SECRET = frozenset({"token", "code"})
"""Parts of an address that only its reader should know: no link of a page carries them on."""
MOST_FIELDS = 1_024
_fields: dict[tuple[str, str | None], Markup] = {}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def prepare(app: Flask) -> None:
    """Let every template see the navigation, the company and the small makers of marked text and plots."""
    app.jinja_env.globals.update(
        marked=marks.marked,
        plots=plots,
        asset=asset,
        csrf_field=csrf_field,
        submission_key=random_ref,
        navigation=navigation,
        rail=rail,
        idea_rows=idea_rows,
    )
    pieces.prepare(app)


def rendered(template: str, **values: Any) -> str:
    """`template` as the reader sees it, in their language."""
    environment = templates()
    kept = pieces.begin(environment)
    return environment.get_template(template).render({**_shared(), "kept_piece": kept, **values})


def csrf_field() -> Markup:
    """The hidden field every form that acts must carry; a list has one in each row, all alike."""
    field: Markup
    try:
        field = g.csrf_field
    except AttributeError:
        field = g.csrf_field = _field_of(session.get("csrf_token"))
    return field


def _field_of(own: str | None) -> Markup:
    """The field for a session whose own secret is `own`: signed once, as it grows no older than the session."""
    place = str(current_app.secret_key), own
    field = _fields.get(place) if own else None
    if field is None:
        field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
        if len(_fields) >= MOST_FIELDS:
            _fields.clear()
        _fields[str(current_app.secret_key), session["csrf_token"]] = field
    return field


def asset(name: str) -> str:
    """Address of a static file that changes when the file does."""
    return url_for("static", filename=name, v=_fingerprint(f"{current_app.static_folder}/{name}"))


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def _shared() -> dict[str, Any]:
    person, settings, asked = viewer(), current_settings(), request_ctx.request
    language = str(get_locale() or "en").replace("_", "-")
    endpoint = asked.endpoint or ""
    return {
        "company": settings.company,
        "settings": settings,
        "person": person,
        "role": person.role if person else None,
        "endpoint": endpoint,
        "area": endpoint.split(".")[0],
        "locale": language,
        "tongues": other_tongues(language),
        "path_here": asked.path,
        "came_from": "/" if SECRET & set(asked.view_args or ()) else asked.path,
        "direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
    }
