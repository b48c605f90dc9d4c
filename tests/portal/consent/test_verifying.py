"""Whoever touches the ledger behind our back is found."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.consent.models import ConsentEntry, ConsentState, Notice
from tests.cast import Cast
from tests.people import ask_for, says


@pytest.fixture(autouse=True)
def history(session: Session, cast: Cast, now: datetime) -> None:
    ask_for(session, "needs", "marketing")
    for days, (purpose, action) in enumerate(
        [("needs", "granted"), ("marketing", "granted"), ("needs", "withdrawn"), ("needs", "granted")]
    ):
        says(session, cast.ada, purpose, action, now + timedelta(days=days))
    says(session, cast.ben, "needs", "granted", now, evidence="call 4")
    session.commit()


def kinds(session: Session) -> set[str]:
    return {fault.kind for fault in consent.verify(session)}


def tamper(session: Session, cast: Cast, position: int, **values: Any) -> None:
    mine = (ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == position)
    session.execute(sa.update(ConsentEntry).where(*mine).values(**values))


def test_an_untouched_ledger_verifies(session: Session, cast: Cast) -> None:
    assert consent.verify(session) == []
    assert consent.verify(session, cast.ada.id) == []


def test_an_edited_entry_is_found_and_named(session: Session, cast: Cast) -> None:
    tamper(session, cast, 3, action="granted")
    found = consent.verify(session, cast.ada.id)
    assert ("edited", 3) in [(fault.kind, fault.seq) for fault in found]
    assert consent.verify(session, cast.ben.id) == []


def test_a_backdated_entry_is_found(session: Session, cast: Cast, now: datetime) -> None:
    tamper(session, cast, 1, recorded_at=now - timedelta(days=1))
    assert "edited" in kinds(session)


def test_a_deleted_entry_is_found(session: Session, cast: Cast) -> None:
    session.execute(sa.delete(ConsentEntry).where(ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == 3))
    assert "deleted" in kinds(session)


def test_a_ledger_cut_off_at_the_end_is_found_by_the_state_that_names_more(session: Session, cast: Cast) -> None:
    session.execute(
        sa.delete(ConsentState).where(ConsentState.customer_id == cast.ada.id, ConsentState.purpose == "needs")
    )
    session.execute(sa.delete(ConsentEntry).where(ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == 4))
    assert "state" in kinds(session)


def test_entries_that_changed_places_are_found(session: Session, cast: Cast) -> None:
    tamper(session, cast, 2, seq=99)
    tamper(session, cast, 3, seq=2)
    tamper(session, cast, 99, seq=3)
    assert "reordered" in kinds(session)


def test_an_inserted_entry_is_found(session: Session, cast: Cast, now: datetime) -> None:
    row = (
        session.execute(
            sa.select(ConsentEntry.__table__).where(ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == 4)
        )
        .mappings()
        .one()
    )
    forged = {**row, "seq": 5, "event_id": "forged", "action": "withdrawn", "global_seq": 900_000}
    session.execute(sa.insert(ConsentEntry).values(**forged))
    assert "inserted" in kinds(session)


def test_a_state_that_does_not_follow_from_the_ledger_is_found(session: Session, cast: Cast) -> None:
    session.execute(sa.update(ConsentState).where(ConsentState.customer_id == cast.ada.id).values(earlier_words=True))
    assert kinds(session) == {"state"}


def test_exchanged_evidence_is_found_and_erased_evidence_is_not_a_fault(session: Session, cast: Cast) -> None:
    bens = ConsentEntry.customer_id == cast.ben.id
    session.execute(sa.update(ConsentEntry).where(bens).values(evidence="call 5"))
    assert kinds(session) == {"evidence"}
    session.execute(sa.update(ConsentEntry).where(bens).values(evidence=None))
    assert kinds(session) == set()


def test_published_words_that_were_changed_are_found(session: Session) -> None:
    session.execute(sa.update(Notice).where(Notice.purpose_key == "needs").values(text="May we do anything?"))
    assert kinds(session) == {"notice"}
