"""What has served its time goes, what has not stays."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import accounts, db, jobs, live
from portal.accounts.models import IdempotencyKey, RateCount
from portal.jobs import runs
from portal.jobs.tidying import KEPT_ANSWERS, KEPT_LIVE, tidy


def never() -> bool:
    return False


def fill(engine: Engine, now: datetime) -> None:
    """One of each kind, as of `now`."""
    with db.writing(engine) as session:
        ada = accounts.add_customer(session, name="Ada", now=now)
        token, _plain = accounts.add_token(session, name="crm", scopes=["me:read"], created_by="Ines", now=now)
        session.add(IdempotencyKey(token_id=token.id, key="k", request_hash="h", status=200, body={}, created_at=now))
        session.add(RateCount(key="visitor", count=3, expires_at=int(now.timestamp()) + 60))
        live.tell(session, ada.id, "reply", {}, now)
    run_id = runs.begin(engine, "expire", by="command", fence=None, now=now)
    runs.finish(engine, run_id, done=1, failed=0, error=None, now=now)


def left(engine: Engine) -> dict[str, int]:
    with db.reading(engine) as session:
        tables = (IdempotencyKey, RateCount, live.LiveEvent, jobs.JobRun)
        return {table.__name__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


def test_what_is_fresh_stays(engine: Engine, now: datetime) -> None:
    fill(engine, now)
    assert tidy(engine, clock=lambda: now, worker="w", should_stop=never) == (0, 0)
    assert set(left(engine).values()) == {1}


def test_each_kind_goes_when_its_own_time_is_over(engine: Engine, now: datetime) -> None:
    fill(engine, now)
    moments = [timedelta(minutes=2), KEPT_LIVE, KEPT_ANSWERS, timedelta(days=31)]
    gone = []
    for age in moments:
        tidy(engine, clock=lambda age=age: now + age + timedelta(seconds=1), worker="w", should_stop=never)
        gone.append({name for name, count in left(engine).items() if count == 0})
    assert gone == [
        {"RateCount"},
        {"RateCount", "LiveEvent"},
        {"RateCount", "LiveEvent", "IdempotencyKey"},
        {"RateCount", "LiveEvent", "IdempotencyKey", "JobRun"},
    ]


def test_tidying_stops_when_told_to(engine: Engine, now: datetime) -> None:
    fill(engine, now)
    later = now + timedelta(days=90)
    assert tidy(engine, clock=lambda: later, worker="w", should_stop=lambda: True) == (0, 0)
    assert left(engine)["JobRun"] == 1
