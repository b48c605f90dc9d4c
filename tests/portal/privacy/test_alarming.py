"""Who answers for requests by right is told when one is nearly late and when it is late: once each."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, privacy, rights
from portal.audit import AuditEntry
from portal.mail.models import OutboxMessage
from portal.rights.models import RightsRequest
from portal.settings import Settings
from tests.cast import Cast

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


def asks(engine: Engine, cast: Cast, kind: str = "access") -> None:
    with db.writing(engine) as session:
        rights.ask(session, session.merge(cast.ada), kind=kind, words="Please", now=NOW)


def look(engine: Engine, days: float, settings: Settings | None = None) -> int:
    at = NOW + timedelta(days=days)
    return privacy.alarm_requests(engine, settings=settings or Settings(), clock=lambda: at, worker="w")[0]


def mails(engine: Engine) -> list[OutboxMessage]:
    with db.reading(engine) as session:
        return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_request_is_told_of_when_nearly_late_and_when_late_once_each(
    engine: Engine, session: Session, cast: Cast
) -> None:
    asks(engine, cast)
    assert [look(engine, days) for days in (22, 23.5, 24, 29.9, 30.1, 31)] == [0, 1, 0, 0, 1, 0]
    told = mails(engine)
    assert [one.to_address for one in told] == ["ines@example.org", "ines@example.org"]
    assert [one.subject for one in told] == [
        "A request by right is due on 1 December 2026", "A request by right is late since 1 December 2026",
    ]  # fmt: skip
    assert "Please" not in told[0].text, "the mail carries no words of the customer"
    assert "/admin/requests/Q-" in told[0].text
    with db.reading(engine) as fresh:
        acts = fresh.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.like("rights.%")).order_by(AuditEntry.id))
        assert list(acts) == ["rights.nearly-late", "rights.late"]


def test_what_was_settled_in_time_or_is_under_a_hold_is_not_told_of(
    engine: Engine, session: Session, cast: Cast
) -> None:
    asks(engine, cast)
    with db.writing(engine) as fresh:
        fresh.execute(sa.update(RightsRequest).values(state="held"))
    assert look(engine, 40) == 0
    with db.writing(engine) as fresh:
        fresh.execute(sa.update(RightsRequest).values(state="done", settled_at=NOW))
    assert look(engine, 40) == 0
    assert mails(engine) == []


def test_a_complaint_is_told_of_for_each_of_its_two_days(engine: Engine, session: Session, cast: Cast) -> None:
    asks(engine, cast, "complaint")
    assert look(engine, 24) == 1
    with db.writing(engine) as fresh:
        rights.acknowledge(fresh, fresh.scalars(sa.select(RightsRequest)).one(), by="Ines", now=NOW + timedelta(25))
    assert [look(engine, days) for days in (26, 54, 61)] == [0, 1, 1]


def test_it_is_written_in_the_language_of_the_house(engine: Engine, session: Session, cast: Cast) -> None:
    asks(engine, cast)
    look(engine, 24, Settings(languages="it,en"))
    assert mails(engine)[0].subject == "Una richiesta di diritto scade il 1 dicembre 2026"
