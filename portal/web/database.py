"""The request's database session, and the one place where a request commits.

A request with an unsafe method runs in one writing transaction, committed when the answer is not an error. A request
with a safe method only reads, and is rolled back.
"""

from collections.abc import Callable
from inspect import iscoroutinefunction

from flask import Flask, Response
from flask.globals import request_ctx
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.engine import Engine

from portal.db import begin_writing, engine_options, listen
from portal.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PREVIEWS = frozenset(
    {"/say/preview", "/ideas/similar", "/admin/taxonomy/draft/try", "/receipts/check", "/api/v1/permissions/bulk"}
)
"""Asked by POST because they carry what somebody is typing, which belongs in no address; they keep nothing of it."""
db = SQLAlchemy()


def connect(app: Flask, settings: Settings) -> None:
    """Give the app its engine."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": settings.url, **engine_options(settings.url)}}
    db.init_app(app)
    # The library also closes asynchronous sessions after each request, on an event loop in a thread started for that.
    # We have no asynchronous engine, and the thread cost more CPU than a small page.
    app.teardown_appcontext_funcs = [each for each in app.teardown_appcontext_funcs if not iscoroutinefunction(each)]
    with app.app_context():
        listen(db.engine)


def engine() -> Engine:
    """The engine of the running app, for work outside the request's transaction."""
    return db.engine


def writes() -> bool:
    """Whether this request may change anything."""
    asked = request_ctx.request
    return asked.method not in SAFE and asked.path not in PREVIEWS


def begin_request() -> None:
    """Open the writing transaction of a request that writes, before anything reads.

    What had to be read even before, such as the language in which a form is refused, was read in a transaction of its
    own, which ends here: a transaction that began by reading may not become a writing one.
    """
    if writes():
        db.session.rollback()
        begin_writing(db.session)


def unlocked(work: Callable[[], str]) -> str:
    """Do something costly while nobody waits for this request: its transaction is given back and begun anew after it.

    To be called before anything is written; whatever was read before must be read again.
    """
    db.session.rollback()
    found = work()
    begin_request()
    return found


def end_request(response: Response) -> Response:
    """Commit what an unsafe request did, unless it is answered with an error."""
    if writes() and response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response
