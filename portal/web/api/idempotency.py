"""The same request sent again gets the same answer: `Idempotency-Key`.

The key is inserted before anything is done, in the transaction of the act, so that of two requests with one key the
second waits for the first and then gives its answer again. Errors roll everything back: a request that failed may be
sent again as it is.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import ApiToken, IdempotencyKey
from portal.errors import Conflict, Invalid
from portal.web.database import db

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
Answer = tuple[dict[str, Any], int, dict[str, str]]


def once(token: ApiToken, act: Callable[[], tuple[dict[str, Any], int]], *, now: datetime) -> Answer:
    """Do `act`, unless this token has sent the same request before: then give the answer of that time.

    :raises Invalid: code `idempotency-key-reused`, when the key came with another request before.
    :raises Conflict: code `in-progress`, when the first request has not ended.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return *act(), {}
    if not KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key has 1 to 200 visible ASCII characters.", code="bad-idempotency-key")
    kept = _insert(token.id, key, now)
    if kept is None:
        return _again(token.id, key)
    body, status = act()
    kept.body, kept.status = body, status
    return body, status, {}


def fingerprint() -> str:
    """What makes two requests the same: method, address and body."""
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(said).hexdigest()


def _insert(token_id: int, key: str, now: datetime) -> IdempotencyKey | None:
    """The new row; None when the key is taken. Waits for a transaction that is about to take it."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    values = {"token_id": token_id, "key": key, "request_hash": fingerprint(), "created_at": now}
    insert = dialect.insert(IdempotencyKey).values(values).on_conflict_do_nothing().returning(IdempotencyKey.id)
    identity = db.session.scalar(insert)
    return None if identity is None else db.session.get(IdempotencyKey, identity)


def _again(token_id: int, key: str) -> Answer:
    mine = (IdempotencyKey.token_id == token_id, IdempotencyKey.key == key)
    before = db.session.scalars(select(IdempotencyKey).where(*mine)).one()
    if before.request_hash != fingerprint():
        raise Invalid("This Idempotency-Key came with another request before.", code="idempotency-key-reused")
    if before.status is None:
        raise Conflict("The first request with this key has not ended yet.", code="in-progress", retry_after=1)
    return before.body or {}, before.status, {"Idempotency-Replayed": "true"}
