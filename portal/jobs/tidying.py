"""Drops what has served its time: ended sign-ins, used links, old answers and counts. Nothing a customer said.

Also lets SQLite look how large its tables have become: before it knows, it may take an index that leads through
everybody's rows. PostgreSQL looks by itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.engine import Engine

from portal import db, live
from portal.accounts.models import AccountLink, IdempotencyKey, RateCount, SignIn
from portal.jobs.models import JobRequest, JobRun
from portal.jobs.rules import KEPT_RUNS

KEPT_SIGN_INS = timedelta(days=30)
KEPT_ANSWERS = timedelta(days=2)
KEPT_LIVE = timedelta(hours=6)
LOOKED_AT = 1_000
"""Rows of each index."""


def tidy(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool]
) -> tuple[int, int]:
    """Delete rows nobody can need any more, one short transaction for each kind.

    :return: rows deleted, and 0: there is nothing here that can fail by itself.
    """
    now = clock()
    ended_long_ago = or_(SignIn.expires_at < now - KEPT_SIGN_INS, SignIn.ended_at < now - KEPT_SIGN_INS)
    statements = (
        delete(SignIn).where(ended_long_ago),
        delete(AccountLink).where(AccountLink.expires_at < now - KEPT_SIGN_INS),
        delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT_ANSWERS),
        delete(RateCount).where(RateCount.expires_at < int(now.timestamp())),
        delete(JobRequest).where(JobRequest.taken_at < now - KEPT_RUNS),
        delete(JobRun).where(JobRun.finished_at < now - KEPT_RUNS),
    )
    deleted = 0
    for statement in statements:
        if should_stop():
            return deleted, 0
        with db.writing(engine) as session:
            deleted += session.connection().execute(statement).rowcount
    with db.writing(engine) as session:
        live.forget(session, now - KEPT_LIVE)
    look_at_sizes(engine)
    return deleted, 0


def look_at_sizes(engine: Engine) -> None:
    """Let SQLite look at a sample of each index, which takes milliseconds; connections opened from now on know it."""
    if engine.dialect.name != "sqlite":
        return
    with db.writing(engine) as session:
        for statement in (f"PRAGMA analysis_limit={LOOKED_AT}", "ANALYZE"):
            session.connection().exec_driver_sql(statement)
