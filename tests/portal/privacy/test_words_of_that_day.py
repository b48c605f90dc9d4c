"""What somebody said on the phone or by letter rests on the words there were that day, and on none that came later."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal import audit, consent, privacy
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import ConsentEntry, Receipt
from tests import people

DAY = timedelta(days=1)
MARKETING = ("marketing", "*", "*")


@pytest.fixture
def ada(session: Session, now: datetime) -> Customer:
    """Offers are asked for since long; ten days ago the words became wider."""
    people.ask_for(session, "marketing")
    wider = consent.draft_notice(
        session, purpose="marketing", change="widening", title="May we?", summary="May we?", text="May we, wider?",
        data_used="messages; payments", recipients="us; Partner Ltd", now=now - 10 * DAY,
    )  # fmt: skip
    consent.publish_notice(session, wider.id, now=now - 10 * DAY)
    return people.customer(session)


def letter(session: Session, ada: Customer, said_at: datetime | None, now: datetime, act: str = "give") -> Receipt:
    return privacy.told(
        session, ada, privacy.CellChange(purpose="marketing", act=act), actor=Actor("team", None, "Priya"),
        method="letter", evidence="letter in binder 7", grade="A", said_at=said_at,
        expected_seq=consent.head(session, ada.id), now=now,
    )  # fmt: skip


def standing(session: Session, ada: Customer) -> ConsentEntry:
    return session.get_one(ConsentEntry, consent.cells_of(session, ada.id)[MARKETING].entry_id)


def test_a_letter_from_before_a_widening_agrees_to_the_narrower_words(
    session: Session, ada: Customer, now: datetime
) -> None:
    letter(session, ada, now - 60 * DAY, now)
    entry = standing(session, ada)
    assert (entry.action, entry.notice_version, entry.grade) == ("granted", 1, "A")
    assert entry.scope == {"data_used": "messages", "recipients": "us"}
    assert consent.allows(session, ada.id, "marketing", now=now, uses=["messages"])
    assert not consent.allows(session, ada.id, "marketing", now=now, uses=["payments"])


def test_a_letter_from_after_the_widening_agrees_to_the_wider_words(
    session: Session, ada: Customer, now: datetime
) -> None:
    letter(session, ada, now - 5 * DAY, now)
    assert standing(session, ada).notice_version == 2
    assert consent.allows(session, ada.id, "marketing", now=now, uses=["payments"])


def test_a_letter_from_a_day_without_words_is_unknown_and_allows_nothing(
    session: Session, ada: Customer, now: datetime
) -> None:
    receipt = letter(session, ada, people.JOINED - DAY, now)
    [change] = receipt.body["changes"]
    assert (change["action"], change["grade"], change["notice_version"]) == ("imported", "C", None)
    assert consent.allows(session, ada.id, "marketing", now=now).reason == "unproven"


def test_an_older_letter_takes_nothing_from_a_newer_yes(session: Session, ada: Customer, now: datetime) -> None:
    people.says(session, ada, "marketing", "granted", now - DAY)
    assert letter(session, ada, now - 60 * DAY, now).body["changes"] == []
    assert standing(session, ada).notice_version == 2


def test_a_letter_from_before_a_way_was_added_does_not_agree_to_that_way(
    session: Session, ada: Customer, now: datetime
) -> None:
    consent.add_part(session, "marketing", "channel", "phone", name="Phone", now=now - 3 * DAY, by=audit.PORTAL)
    letter(session, ada, now - 5 * DAY, now)
    assert consent.allows(session, ada.id, "marketing", now=now, channel="email")
    assert consent.allows(session, ada.id, "marketing", now=now, channel="phone").reason == "not-asked"


@pytest.mark.parametrize(("days", "version", "grade"), [(60, 1, "B"), (5, 2, "B"), (1000, None, "C")])
def test_the_ledger_itself_takes_the_words_of_the_day_it_was_said(
    session: Session, ada: Customer, now: datetime, days: int, version: int | None, grade: str
) -> None:
    said = {"method": "phone", "grade": "B", "evidence": "recording 7", "occurred_at": now - days * DAY}
    entry = people.says(session, ada, "marketing", "granted", now, **said)
    ben = people.customer(session, "Ben")
    [written] = consent.record_all(
        session, [(ben, consent.NewEntry(purpose="marketing", action="granted", **said))], now=now
    )
    for one in (entry, session.get_one(ConsentEntry, written.entry_id)):
        assert (one.notice_version, one.grade) == (version, grade)
        assert one.scope.get("data_used", "") == {1: "messages", 2: "messages; payments"}.get(version or 0, "")
