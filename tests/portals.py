"""The portal on the database of a test, made once per process: its addresses and templates cost more than most tests.

Before each test it is as if just made, save for addresses added to it: whoever adds one makes a portal of their own.
"""

import dataclasses
from typing import Any

from flask import Flask

from portal.app import create_app
from portal.settings import Settings
from portal.web import database
from tests import databases
from tests.html import Reader

_made: dict[Settings, tuple[Flask, dict[str, Any]]] = {}


def on(settings: Settings) -> Flask:
    """The portal with these settings, whose clients check every page; another one if more than the place differs."""
    kind = dataclasses.replace(settings, database_url="", instance="")
    if kind in _made:
        app, first = _made[kind]
        _put_back(app, first)
        app.extensions["candour"] = settings
        database.connect(app, settings)
    else:
        app = create_app(settings)
        _made[kind] = app, {**vars(app), "config": dict(app.config), "extensions": dict(app.extensions)}
    with app.app_context():
        databases.with_known_statements(database.engine())
    app.test_client_class = Reader
    return app


def leave(app: Flask) -> None:
    """Close what the portal has open in the database of a test."""
    with app.app_context():
        database.engine().dispose()


def _put_back(app: Flask, first: dict[str, Any]) -> None:
    for name, values in (("config", app.config), ("extensions", app.extensions)):
        values.clear()
        values.update(first[name])
    del app.extensions["sqlalchemy"]
    app.teardown_appcontext_funcs = []
    app._got_first_request = False
