"""After erasing: the day it happens, what a hold keeps waiting, and who comes back under the same address."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, crm, mail, privacy, rights
from portal.accounts.models import Customer
from portal.consent import NewEntry
from portal.mail import OutboxMessage
from portal.settings import Settings, secret_of
from tests.people import says
from tests.portal.privacy.planted import CANARY, erase, places_of


@pytest.fixture
def returning(tmp_path: Path, engine: Engine, settings: Settings) -> Any:
    def bring_back(now: datetime, **row: str) -> None:
        path = tmp_path / "customers.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
        crm.import_customers(engine, path, settings=settings, clock=lambda: now)

    return bring_back


@pytest.mark.parametrize(
    "row",
    [
        {"external_ref": "new", "name": "Ada", "email": f"{CANARY.upper()}@example.org"},
        {"external_ref": f"{CANARY}-7", "name": "Ada", "email": "another@example.org"},
    ],
)
def test_who_comes_back_by_import_stays_denied_until_they_say_yes_themselves(
    session: Session, ada: Customer, now: datetime, settings: Settings, returning: Any, row: dict[str, str]
) -> None:
    privacy.erase(session, ada, by="portal", reason="asked", now=now, key=secret_of(settings))
    session.commit()
    returning(now + timedelta(days=1), **row)
    session.rollback()
    back = session.scalars(sa.select(Customer).where(Customer.external_ref == row["external_ref"])).one()
    assert back.id != ada.id
    older = NewEntry(purpose="marketing", action="granted", method="import", actor_type="system", actor="file",
                     occurred_at=now - timedelta(days=1))  # fmt: skip
    consent.record(session, back, older, now=now + timedelta(days=2))
    assert consent.allows(session, back.id, "marketing", now=now + timedelta(days=2)).reason == "denied"
    says(session, back, "marketing", "granted", now + timedelta(days=3))
    assert consent.allows(session, back.id, "marketing", now=now + timedelta(days=3))
    assert consent.verify(session) == []


def test_a_stranger_is_not_taken_for_somebody_erased(
    session: Session, ada: Customer, now: datetime, settings: Settings, returning: Any
) -> None:
    privacy.erase(session, ada, by="portal", reason="asked", now=now, key=secret_of(settings))
    session.commit()
    returning(now, external_ref="Z-1", name="Zoe", email="zoe@example.org")
    session.rollback()
    zoe = accounts.customer_by_email(session, "zoe@example.org")
    assert zoe is not None
    assert consent.head(session, zoe.id) == 0


def test_an_erased_customer_gets_no_facts_from_a_file(
    session: Session, ada: Customer, now: datetime, settings: Settings, returning: Any
) -> None:
    rights.set_hold(session, ada, covers=["identity"], reason="Law", until=now + timedelta(days=9), by="I", now=now)
    erase(session, ada, now)
    session.commit()
    returning(now, **{"external_ref": f"{CANARY}-7", "name": "Ada", "attribute.new": "fact"})
    session.rollback()
    assert "new" not in crm.attributes_of(session, ada.id)


def test_the_day_comes_a_week_after_asking_and_a_mail_says_so_both_times(
    engine: Engine, session: Session, ada: Customer, now: datetime, settings: Settings
) -> None:
    asked = privacy.ask_erasure(session, ada, keep_ideas=False, settings=settings, now=now)
    session.commit()
    terms: dict[str, Any] = {"settings": settings, "worker": "w"}
    assert privacy.erase_due(engine, clock=lambda: now + timedelta(days=7, seconds=-1), **terms) == (0, 0)
    address = ada.email
    assert session.scalars(sa.select(OutboxMessage.kind).where(OutboxMessage.to_address == address)).all() == [
        "answer", "erasure-asked"]  # fmt: skip
    day = now + timedelta(days=7)
    assert privacy.erase_due(engine, clock=lambda: day, **terms) == (1, 0)
    assert privacy.erase_due(engine, clock=lambda: day, **terms) == (0, 0)
    session.rollback()
    session.refresh(asked)
    assert (asked.state, asked.settled_at) == ("done", day)
    letter = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.customer_id == ada.id)).one()
    certificate = rights.last_certificate(session, ada.id)
    assert certificate is not None
    assert f"/erased/{certificate.code}" in letter.text
    assert places_of(session, CANARY) == ["outbox_messages.to_address"]
    mail.send_waiting(engine, settings=settings, clock=lambda: day, worker="w")
    privacy.erase_due(engine, clock=lambda: day + timedelta(days=2), **terms)
    session.rollback()
    assert places_of(session, CANARY) == []


def test_what_was_taken_back_is_not_done(
    engine: Engine, session: Session, ada: Customer, now: datetime, settings: Settings
) -> None:
    asked = privacy.ask_erasure(session, ada, keep_ideas=False, settings=settings, now=now)
    rights.take_back(session, ada, asked, now=now + timedelta(days=1))
    session.commit()
    assert privacy.erase_due(engine, clock=lambda: now + timedelta(days=40), settings=settings, worker="w") == (0, 0)
    session.rollback()
    session.refresh(ada)
    assert ada.erased_at is None


def test_a_hold_makes_the_wish_wait_for_the_rest(
    engine: Engine, session: Session, ada: Customer, now: datetime, settings: Settings
) -> None:
    asked = privacy.ask_erasure(session, ada, keep_ideas=False, settings=settings, now=now)
    hold = rights.set_hold(
        session, ada, covers=["words"], reason="A lawsuit", until=now + timedelta(days=200), by="Ines", now=now
    )
    session.commit()
    terms: dict[str, Any] = {"settings": settings, "worker": "w"}
    assert privacy.erase_due(engine, clock=lambda: now + timedelta(days=8), **terms) == (1, 0)
    assert privacy.erase_due(engine, clock=lambda: now + timedelta(days=9), **terms) == (0, 0)
    session.rollback()
    session.refresh(asked)
    assert asked.state == "held"
    rights.lift_hold(session, session.merge(hold), by="Ines", now=now + timedelta(days=10))
    session.commit()
    assert privacy.erase_due(engine, clock=lambda: now + timedelta(days=11), **terms) == (1, 0)
    session.rollback()
    session.refresh(asked)
    assert asked.state == "done"
    assert [place for place in places_of(session, CANARY) if not place.startswith("outbox")] == []
