"""What just happened, for the customer's open pages: a stream where there is room, else a question now and then."""

import json
import threading
import time
from collections.abc import Iterator

from flask import Response, jsonify, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Engine

from portal import live
from portal.db import reading
from portal.web.customer.blueprint import blueprint
from portal.web.database import db, engine
from portal.web.identity import current_customer, current_settings

STREAM_SECONDS = 50
LOOK_EVERY_SECONDS = 1.0
_count_lock = threading.Lock()
_count = 0


@blueprint.get("/live")
def live_events() -> ResponseReturnValue:
    """Server-sent events for less than a minute; the browser comes back by itself with `Last-Event-ID`.

    204 when this process has enough streams open: the browser then stops asking and the page polls instead.
    """
    if not _enter(current_settings().live_streams):
        return Response(status=204)
    customer_id = current_customer().id
    after = _number(request.headers.get("Last-Event-ID")) or live.newest_id(db.session, customer_id)
    body = stream_with_context(_stream(engine(), customer_id, after))
    response = Response(body, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.call_on_close(_leave)
    return response


@blueprint.get("/live/latest")
def live_latest() -> ResponseReturnValue:
    """The number of the newest note and the kinds since `after`; 304 when `If-None-Match` already knows it."""
    customer_id = current_customer().id
    newest = live.newest_id(db.session, customer_id)
    after = _number(request.args.get("after"))
    kinds = [note.kind for note in live.since(db.session, customer_id, after)] if after and after < newest else []
    response = jsonify(newest=newest, kinds=kinds)
    response.set_etag(f"live-{newest}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _stream(database: Engine, customer_id: int, after: int) -> Iterator[str]:
    """Notes as they come, each with its number; sessions are opened for each look, so none is held."""
    yield f"retry: 2000\nid: {after}\nevent: hello\ndata: {{}}\n\n"
    ends = time.monotonic() + STREAM_SECONDS
    while time.monotonic() < ends:
        with reading(database) as session:
            notes = [(note.id, note.kind, note.payload) for note in live.since(session, customer_id, after)]
        for after, kind, payload in notes:
            yield f"id: {after}\nevent: note\ndata: {json.dumps({'kind': kind, **payload})}\n\n"
        if not notes:
            yield ": still here\n\n"
        time.sleep(LOOK_EVERY_SECONDS)


def _enter(limit: int) -> bool:
    global _count
    with _count_lock:
        if _count >= limit:
            return False
        _count += 1
        return True


def _leave() -> None:
    global _count
    with _count_lock:
        _count -= 1


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
