"""How often one visitor may ask: counted in the database, so that all processes count together.

Counting happens before the request's own transaction begins, in a short one of its own, and before any password is
hashed.
"""

import hashlib
import itertools
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, request, session
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from portal import accounts, clock, consent, db
from portal.accounts import RateCount
from portal.errors import TooMany
from portal.settings import Settings, secret_of
from portal.web import database
from portal.web.counting import counting
from portal.web.identity import current_settings

GUARDED = ("/sign-in", "/sign-up", "/reset")
"""Where a password is hashed or a mail goes out for whoever asks."""
PRUNE_EVERY = 500


def _counting(insert: Any) -> Any:
    """Count under a name; a window that is over starts anew. Gives the count, and when its window ends."""
    table: Any = RateCount.__table__
    amount, now, until = (sa.bindparam(name, type_=sa.Integer) for name in ("amount", "now", "until"))
    over = table.c.expires_at <= now
    changed = {
        "count": sa.case((over, amount), else_=table.c.count + amount),
        "expires_at": sa.case((over, until), else_=table.c.expires_at),
    }
    fresh = insert(table).values(key=sa.bindparam("name"), count=amount, expires_at=until)
    counted = fresh.on_conflict_do_update(index_elements=["key"], set_=changed)
    return counted.returning(table.c.count, table.c.expires_at)


_COUNT = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}


def _known() -> dict[str, tuple[int, float]]:
    """What was counted for this request, so that its answer can tell it without asking again."""
    found: dict[str, tuple[int, float]] = g.setdefault("counts", {})
    return found


def _looked_up(key: str) -> tuple[int, float]:
    """The count under a key, and when its window ends."""
    if key not in _known():
        with db.reading(database.engine()) as counting:
            row = counting.get(RateCount, key)
            return (row.count, float(row.expires_at)) if row is not None else (0, float(_seconds()))
    return _known()[key]


class CountsInDatabase(Storage):
    """Counters of fixed windows in the table `rate_counts`."""

    STORAGE_SCHEME = ["candour"]  # noqa: RUF012  the library declares it so
    _turns = itertools.count(1)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What may go wrong in here."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more under `key`; a window that is over starts anew. Gives the count."""
        now = _seconds()
        values = {"name": key, "amount": amount, "now": now, "until": now + expiry}
        with counting() as short:
            if next(self._turns) % PRUNE_EVERY == 0:
                short.execute(sa.delete(RateCount).where(RateCount.expires_at < now))
            count, until = short.execute(_COUNT[short.dialect.name], values).one()
        _known()[key] = (int(count), float(until))
        return int(count)

    def get(self, key: str) -> int:
        """The count under `key` in the window that runs now."""
        count, until = _looked_up(key)
        return count if until > _seconds() else 0

    def get_expiry(self, key: str) -> float:
        """When the window of `key` ends, in seconds since 1970."""
        return _looked_up(key)[1]

    def check(self) -> bool:
        """Whether counting works at all."""
        with db.reading(database.engine()) as counting:
            counting.execute(sa.select(1))
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with db.writing(database.engine()) as counting:
            counting.execute(sa.delete(RateCount))
        return None

    def clear(self, key: str) -> None:
        """Forget the count of one key."""
        with db.writing(database.engine()) as counting:
            counting.execute(sa.delete(RateCount).where(RateCount.key == key))


class Watched(Limiter):
    """A limiter that does not begin to look at limits where none can apply: when a page is read."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if database.writes() or _is_api() or _is_preview():
            super()._check_request_limit(callable_name, in_middleware)


def prepare(app: Flask, settings: Settings) -> None:
    """Set the limits of the settings: sign-ins per address and account, writes, calls."""
    limiter = Watched(
        key_func=_visitor,
        app=app,
        storage_uri="candour://",
        key_prefix="rate",
        request_identifier=_somewhere,
        on_breach=_refuse,
        application_limits=[
            ApplicationLimit(limit_provider=settings.rate_api, key_function=_token, exempt_when=lambda: not _is_api()),
            ApplicationLimit(
                limit_provider=settings.rate_write, key_function=_visitor, exempt_when=lambda: not _is_write()
            ),
            ApplicationLimit(
                limit_provider=settings.rate_write, key_function=_typing, exempt_when=lambda: not _is_preview()
            ),
            ApplicationLimit(
                limit_provider=settings.rate_sign_in, key_function=_from_where, exempt_when=lambda: not _is_guarded()
            ),
            ApplicationLimit(
                limit_provider=settings.rate_sign_in, key_function=_account, exempt_when=lambda: not _is_guarded()
            ),
        ],
    )
    app.after_request(partial(_tell, limiter))


def _seconds() -> int:
    return int(clock.utc_now().timestamp())


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _is_write() -> bool:
    return database.writes() and not _is_api() and not _is_stop()


def _is_stop() -> bool:
    """A good link to stop mail: providers press it for many people from few addresses, and each must get through."""
    root, _slash, token = request.path.removeprefix("/").partition("/")
    return root == "u" and consent.open_stop(secret_of(current_settings()), token) is not None


def _is_preview() -> bool:
    return request.path in database.PREVIEWS


def _is_guarded() -> bool:
    return request.method == "POST" and request.path.startswith(GUARDED)


def _hashed(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:24]


def _from_where() -> str:
    return f"from:{request.remote_addr or ''}"


def _account() -> str:
    return f"account:{_hashed(request.form.get('email', '').strip().lower())}"


def _visitor() -> str:
    """The signed-in browser, known by its cookie without a look into the database, else the address."""
    token = session.get("_user_id")
    return f"browser:{_hashed(str(token))}" if token else _from_where()


def _typing() -> str:
    """Previews count apart, so that somebody who types for long can still send."""
    return f"typing:{_visitor()}"


def _token() -> str:
    """The token, if it counts; else the address, so that guessing tokens opens no new count for each guess."""
    kind, _space, plain = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and plain.strip():
        with database.engine().connect() as looking:
            number = accounts.token_number(looking, plain.strip(), clock.utc_now())
            if number is not None:
                return f"token:{number}"
    return f"api:{_from_where()}"


def _somewhere() -> str:
    """What is asked for; a name also where nothing is, since what has none would not be counted."""
    return request.endpoint or "nowhere"


def _refuse(limit: RequestLimit) -> None:
    wait = max(limit.reset_at - _seconds(), 1)
    raise TooMany("That was a lot at once. Wait a little and try again.", retry_after=wait)


def _tell(limiter: Limiter, response: Response) -> Response:
    """Tell machines how much is left, on every answer of the API."""
    limit = limiter.current_limit if _is_api() else None
    if limit is not None:
        response.headers["RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["RateLimit-Remaining"] = str(max(limit.remaining, 0))
        response.headers["RateLimit-Reset"] = str(max(limit.reset_at - _seconds(), 0))
    return response
