"""How the database is opened: what is acknowledged is stored, and writers wait for each other instead of failing."""

import re
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import db
from portal.accounts import Customer
from portal.jobs.models import Lease


@pytest.fixture
def sqlite(tmp_path: Path) -> Engine:
    return db.make_engine(f"sqlite:///{tmp_path / 'one.sqlite3'}")


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_every_sqlite_connection_is_durable_and_checks_foreign_keys(sqlite: Engine, pragma: str, value: object) -> None:
    with sqlite.connect() as first, sqlite.connect() as second:
        assert first.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert second.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_writing_transaction_takes_the_lock_at_once_and_a_reading_one_does_not(sqlite: Engine) -> None:
    begun: list[str] = []
    sa.event.listen(sqlite, "checkout", lambda raw, *_rest: raw.set_trace_callback(begun.append))
    with Session(sqlite) as session:
        db.begin_writing(session)
    with db.reading(sqlite) as session:
        session.execute(sa.text("SELECT 1"))
    assert [statement for statement in begun if statement.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_twenty_writers_at_once_all_succeed(engine: Engine) -> None:
    """Each reads and then writes what it read plus one: without the lock from the start, some would fail or be lost."""
    with db.writing(engine) as session:
        session.add(Lease(name="count", holder="nobody", until=datetime(2026, 1, 1, tzinfo=UTC), fence=0))
    failures: list[Exception] = []

    def count_one_up() -> None:
        try:
            with db.writing(engine) as session:
                lease = session.scalars(sa.select(Lease).where(Lease.name == "count").with_for_update()).one()
                lease.fence += 1
        except Exception as error:  # the thread's error must reach the test
            failures.append(error)

    threads = [threading.Thread(target=count_one_up) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Lease.fence)).one() == 20


def test_an_instant_comes_back_aware_and_in_utc(session: Session) -> None:
    rome = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    session.add(Lease(name="a", holder="b", until=rome, fence=1))
    session.flush()
    session.expire_all()
    until = session.scalars(sa.select(Lease.until)).one()
    assert until == rome
    assert until.utcoffset() == timedelta(0)


def test_a_naive_datetime_is_refused(session: Session) -> None:
    session.add(Lease(name="a", holder="b", until=datetime(2026, 7, 1), fence=1))  # noqa: DTZ001
    with pytest.raises(Exception, match="naive"):
        session.flush()


def add_twice(engine: Engine) -> None:
    with db.writing(engine) as session:
        for holder in ("a", "b"):
            session.execute(
                sa.insert(Lease).values(name="once", holder=holder, until=datetime(2026, 1, 1, tzinfo=UTC), fence=1)
            )


def test_a_failure_inside_a_writing_block_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        add_twice(engine)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Lease)).all() == []


def test_a_transaction_that_writes_much_gives_its_room_back_also_when_it_fails(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL shares its room")
    with engine.connect() as connection:
        usual = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    with db.writing(engine, much=True) as session:
        assert session.connection().exec_driver_sql("PRAGMA cache_size").scalar() == db.ROOM
        until = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(Lease(name="much", holder="a", until=until, fence=1))
    with pytest.raises(IntegrityError), db.writing(engine, much=True) as session:
        session.add(Lease(name="much", holder="b", until=until, fence=1))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == usual
        assert connection.scalar(sa.select(Lease.holder)) == "a"


def test_names_made_many_at_once_are_like_those_made_one_by_one() -> None:
    names = db.random_refs("T", 50)
    assert len(set(names)) == 50
    alike = re.compile("T-[2-9A-HJ-NP-Z]{10}")
    assert all(alike.fullmatch(name) for name in (*names, db.random_ref("T")))
    assert db.random_refs("T", 0) == []


def test_a_long_list_is_one_parameter_finds_the_same_and_uses_the_index(engine: Engine, now: datetime) -> None:
    """`… = 1` behind it, which SQLAlchemy likes to write, would make SQLite read the whole table."""
    names = [f"C-{number}" for number in range(40)] + ["C-ü’😀", 'C-"\\']
    with db.writing(engine) as session:
        rows = [{"ref": name, "name": "x", "email": f"{name.lower()}@example.org", "created_at": now} for name in names]
        session.execute(sa.insert(Customer), rows)
    with db.reading(engine) as session:
        for some in ([], names[:1], names[5:30], [*names, "nobody"]):
            here = sa.or_(db.among(Customer.ref, some), db.among(Customer.external_ref, some))
            found = session.scalars(sa.select(Customer.ref).where(here)).all()
            assert sorted(found) == sorted(set(names) & set(some))
            ids = session.scalars(sa.select(Customer.id).where(db.among(Customer.ref, some))).all()
            assert len(session.scalars(sa.select(Customer).where(db.among(Customer.id, ids))).all()) == len(found)
        asked = sa.select(Customer.id).where(here)
        if engine.dialect.name == "sqlite":
            text = str(asked.compile(engine))
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]", "[]")).all()
            assert [step for step in plan if step[3].startswith("SCAN customers")] == []


def test_an_instant_is_kept_in_utc_and_read_in_the_order_of_time(engine: Engine, now: datetime) -> None:
    later = now.astimezone(timezone(timedelta(hours=-5))) + timedelta(microseconds=1)
    with db.writing(engine) as session:
        made = ((f"C-{at.microsecond}", at) for at in (later, now))
        session.add_all([Customer(ref=ref, name="x", created_at=at) for ref, at in made])
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Customer.created_at).order_by(Customer.created_at)).all() == [now, later]
        found = session.scalars(sa.select(Customer.created_at).where(Customer.created_at > now)).one()
        assert found == later
        assert found.tzinfo is UTC
