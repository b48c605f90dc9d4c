"""The one door to change a consent, and what follows in the same transaction."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, live, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.consent import Receipt
from portal.errors import Conflict, NotAllowed, NotFound
from portal.needs.models import Signal
from portal.privacy import CellChange
from portal.segments import define, go_live, place_customer
from portal.segments.models import Membership
from tests.cast import Cast
from tests.people import ask_for, says, signal

YESTERDAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "marketing", "research")
    session.commit()


def change(
    session: Session, customer: Customer, act: str, now: datetime, purpose: str = "needs", **values: object
) -> Receipt:
    given: dict[str, object] = {
        "actor": Actor("customer", None, customer.ref), "method": "web_form", "expected_seq": None, **values
    }  # fmt: skip
    return privacy.change_consent(session, customer, [CellChange(purpose=purpose, act=act)], now=now, **given)  # type: ignore[arg-type]


def open_signals(session: Session, customer: Customer) -> int:
    return privacy.resting_on(session, customer.id)


def test_a_change_gives_a_receipt_that_shows_what_was_recorded(session: Session, cast: Cast, now: datetime) -> None:
    receipt = change(session, cast.ada, "give", now)
    line = receipt.body["changes"][0]
    entry = consent.history(session, cast.ada.id)[0]
    assert (line["action"], line["was"], line["seq"], line["entry_hash"]) == ("granted", None, 1, entry.entry_hash)
    assert receipt.body["ledger_seq"] == 1
    assert consent.receipt_by_code(session, receipt.code).customer_id == cast.ada.id
    assert live.since(session, cast.ada.id, 0)[-1].kind == "consent-changed"


def test_withdrawing_ends_every_signal_at_once_and_says_so(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    for days in (1, 2, 3):
        signal(session, cast.ada, "cost", now - days * YESTERDAY)
    signal(session, cast.ben, "cost", now - YESTERDAY)
    receipt = change(session, cast.ada, "withdraw", now)
    assert receipt.body["signals_ended"] == 3
    assert (open_signals(session, cast.ada), open_signals(session, cast.ben)) == (0, 1)
    ended = session.scalars(sa.select(Signal).where(Signal.customer_id == cast.ada.id)).all()
    assert {(row.ended_cause, row.ended_at) for row in ended} == {("consent", now)}


def test_objecting_ends_them_too_and_lifting_the_objection_brings_nothing_back(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - YESTERDAY)
    change(session, cast.ada, "object", now)
    assert open_signals(session, cast.ada) == 0
    change(session, cast.ada, "lift", now + timedelta(minutes=1))
    assert open_signals(session, cast.ada) == 0
    assert not consent.allows(session, cast.ada.id, "needs", now=now + timedelta(minutes=1))


def test_withdrawing_something_else_leaves_the_signals_alone(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    says(session, cast.ada, "marketing", "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - YESTERDAY)
    receipt = change(session, cast.ada, "withdraw", now, purpose="marketing")
    assert (receipt.body["signals_ended"], open_signals(session, cast.ada)) == (0, 1)


@pytest.mark.parametrize(("earlier_words", "expected"), [(False, 0), (True, 2)])
def test_giving_it_again_uses_earlier_words_only_when_the_customer_says_so(
    session: Session, cast: Cast, now: datetime, earlier_words: bool, expected: int
) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - 3 * YESTERDAY)
    signal(session, cast.ada, "speed", now - 2 * YESTERDAY)
    change(session, cast.ada, "withdraw", now - YESTERDAY)
    receipt = change(session, cast.ada, "give", now, earlier_words=earlier_words)
    assert receipt.body["signals_rested"] == expected
    assert open_signals(session, cast.ada) == expected


def test_the_question_about_earlier_words_can_be_answered_afterwards(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - 3 * YESTERDAY)
    change(session, cast.ada, "withdraw", now - YESTERDAY)
    change(session, cast.ada, "give", now)
    assert open_signals(session, cast.ada) == 0
    receipt = change(session, cast.ada, "give", now + timedelta(minutes=1), earlier_words=True)
    assert [line["action"] for line in receipt.body["changes"]] == ["reaffirmed"]
    assert open_signals(session, cast.ada) == 1


def test_withdrawing_closes_the_memberships_with_consent_as_their_cause(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    for days in (1, 2, 3):
        signal(session, cast.ada, "cost", now - days * YESTERDAY)
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 2}
    define(session, key="costly", name="Cost matters", why="", tree=tree, by="Omar", now=now)
    go_live(session, "costly", now=now)
    place_customer(session, cast.ada.id, cause="signal", now=now)
    assert session.scalars(sa.select(Membership).where(Membership.valid_to.is_(None))).one().customer_id == cast.ada.id
    change(session, cast.ada, "withdraw", now + timedelta(minutes=1))
    ended = session.scalars(sa.select(Membership)).one()
    assert (ended.end_cause, ended.valid_to) == ("consent", now + timedelta(minutes=1))


def test_the_same_form_sent_twice_gives_the_same_receipt_and_one_entry(
    session: Session, cast: Cast, now: datetime
) -> None:
    first = change(session, cast.ada, "give", now, expected_seq=0, submission_key="K-1")
    again = change(session, cast.ada, "give", now, expected_seq=0, submission_key="K-1")
    assert again.code == first.code
    assert consent.head(session, cast.ada.id) == 1


def test_saying_no_to_what_is_off_already_records_nothing(session: Session, cast: Cast, now: datetime) -> None:
    change(session, cast.ada, "withdraw", now)
    receipt = change(session, cast.ada, "withdraw", now)
    assert receipt.body["changes"] == []
    assert consent.head(session, cast.ada.id) == 1


def test_a_stale_page_is_refused_with_what_changed(session: Session, cast: Cast, now: datetime) -> None:
    change(session, cast.ada, "give", now, expected_seq=0)
    with pytest.raises(Conflict) as refusal:
        change(session, cast.ada, "withdraw", now, expected_seq=0)
    assert refusal.value.detail["changes"][0]["purpose"] == "needs"


def test_withdrawing_everything_is_one_act_that_leaves_silence_as_it_was(
    session: Session, cast: Cast, now: datetime
) -> None:
    for purpose in ("needs", "marketing"):
        says(session, cast.ada, purpose, "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - YESTERDAY)
    actor = Actor("customer", None, cast.ada.ref)
    receipt = privacy.withdraw_all(session, cast.ada, actor=actor, method="web_form", expected_seq=2, now=now)
    assert {(line["purpose"], line["action"]) for line in receipt.body["changes"]} == {
        ("needs", "withdrawn"),
        ("marketing", "withdrawn"),
    }
    states = {
        cell.purpose.key: cell.state for cell in consent.state_of(session, cast.ada.id, now) if cell.channel == "*"
    }
    assert states["research"] == "never"
    assert open_signals(session, cast.ada) == 0


def test_undo_brings_back_consent_and_signals(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "needs", "granted", now - 9 * YESTERDAY)
    signal(session, cast.ada, "cost", now - YESTERDAY)
    receipt = change(session, cast.ada, "withdraw", now)
    soon, actor = now + timedelta(seconds=20), Actor("customer", None, cast.ada.ref)
    undone = privacy.undo(session, cast.ada, receipt, soon, actor=actor)
    assert undone.body["undoes"] == receipt.code
    assert consent.allows(session, cast.ada.id, "needs", now=soon)
    assert open_signals(session, cast.ada) == 1
    assert privacy.undo(session, cast.ada, receipt, soon, actor=actor).code == undone.code


def test_undo_does_not_use_words_the_consent_before_did_not_cover(session: Session, cast: Cast, now: datetime) -> None:
    entry = says(session, cast.ada, "needs", "granted", now - 5 * YESTERDAY)
    signal(session, cast.ada, "cost", now - YESTERDAY)
    before = signal(session, cast.ada, "speed", now - 8 * YESTERDAY)
    before.ended_at, before.ended_cause = now - 6 * YESTERDAY, "consent"
    session.flush()
    receipt = change(session, cast.ada, "withdraw", now)
    privacy.undo(session, cast.ada, receipt, now, actor=Actor("customer", None, cast.ada.ref))
    needs = session.scalars(sa.select(Signal.need).where(Signal.ended_at.is_(None))).all()
    assert "speed" not in needs
    assert entry.seq == 1


def test_undo_is_refused_after_something_newer_and_for_anybody_else(
    session: Session, cast: Cast, now: datetime
) -> None:
    receipt = change(session, cast.ada, "give", now)
    with pytest.raises(NotFound):
        privacy.undo(session, cast.ben, receipt, now, actor=Actor("customer", None, cast.ben.ref))
    change(session, cast.ada, "withdraw", now, purpose="research")
    with pytest.raises(Conflict):
        privacy.undo(session, cast.ada, receipt, now, actor=Actor("customer", None, cast.ada.ref))


def test_a_team_member_may_take_a_no_by_phone_but_needs_proof_for_a_yes(
    session: Session, cast: Cast, now: datetime
) -> None:
    priya = Actor("team", cast.priya.id, "Priya")
    change(session, cast.ada, "withdraw", now, actor=priya, method="phone")
    with pytest.raises(NotAllowed):
        change(session, cast.ada, "give", now, actor=priya, method="phone")
    receipt = change(session, cast.ada, "give", now, actor=priya, method="phone", evidence="call 17")
    assert receipt.body["method"] == "phone"


def test_a_yes_that_has_ended_is_written_down_once_with_its_effects(
    engine: Engine, session: Session, cast: Cast
) -> None:
    given = datetime(2026, 1, 1, tzinfo=UTC)
    ends = datetime(2026, 6, 1, tzinfo=UTC)
    says(session, cast.ada, "needs", "granted", given, valid_until=ends)
    says(session, cast.ben, "needs", "granted", given)
    signal(session, cast.ada, "cost", given + YESTERDAY)
    session.commit()
    assert privacy.expire_consents(engine, clock=lambda: ends - timedelta(seconds=1), worker="w") == (0, 0)
    assert privacy.expire_consents(engine, clock=lambda: ends, worker="w") == (1, 0)
    assert privacy.expire_consents(engine, clock=lambda: ends + YESTERDAY, worker="w") == (0, 0)
    session.expire_all()
    assert consent.history(session, cast.ada.id)[0].action == "expired"
    assert open_signals(session, cast.ada) == 0
    assert consent.allows(session, cast.ben.id, "needs", now=ends)
    assert consent.verify(session) == []
