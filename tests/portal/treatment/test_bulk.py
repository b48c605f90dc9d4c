"""Asking about many at once gives what asking about each would give, for the rules that it covers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, segments, treatment
from portal.accounts.models import Customer
from portal.consent import ConsentEntry, ConsentState, Notice, Purpose
from portal.treatment import BulkWish, ContactEvent, IntentFacts
from portal.treatment.models import Mark
from tests import people
from tests.people import JOINED

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATELY = NOW - timedelta(days=30)
CHANNELS, TOPICS = ("*", "email", "in_app"), ("*", "savings")
CELLS = (
    *((purpose, channel, topic) for purpose in ("marketing",) for channel in CHANNELS for topic in TOPICS),
    ("needs", "*", "*"), ("*", "*", "*"), ("*", "email", "*"), ("*", "*", "pause"), ("service", "*", "*"),
)  # fmt: skip
AROUND = st.sampled_from([None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])
CELL = st.fixed_dictionaries({
    "state": st.sampled_from(["granted", "granted", "denied", "objected", "open", "paused"]),
    "valid_until": AROUND,
    "notice_version": st.sampled_from([None, 1, 2]),
    "grade": st.sampled_from([None, "A", "C"]),
})  # fmt: skip
PERSON = st.fixed_dictionaries({
    "cells": st.dictionaries(st.sampled_from(CELLS), CELL, max_size=8),
    "email": st.sampled_from([True, True, True, False]),
    "verified": st.sampled_from([True, True, False]),
    "number": st.sampled_from([None, "said", "verified", "verified"]),
    "erased": st.sampled_from([False, False, False, False, True]),
    "yes": st.booleans(),
    "mark": st.sampled_from([None, None, None, "bereaved", "court", "vulnerable"]),
    "told": st.lists(
        st.tuples(st.sampled_from(["hard_bounce", "spam_complaint", "reply_stop"]), st.sampled_from(["email", "sms"]),
                  st.sampled_from([JOINED - timedelta(days=1), JOINED, NOW])),
        max_size=2,
    ),
})  # fmt: skip
WISH = st.builds(
    BulkWish,
    purpose=st.sampled_from(["marketing", "marketing", "marketing", "service", "needs"]),
    channel=st.sampled_from(["email", "email", "in_app", "sms"]),
    topic=st.sampled_from(TOPICS),
    message_class=st.sampled_from(["marketing", "service"]),
    segment_id=st.sampled_from([None, 1]),
)


def populate(session: Session, persons: list[dict[str, Any]], world: dict[str, Any]) -> list[int]:
    people.ask_for(session, "marketing", "needs")
    people.ask_for(session, "service", asks=False)
    if world["void"]:
        session.execute(
            sa.insert(Notice).values(
                purpose_key="marketing", version=2, language="en", change="controller", title="May we?", summary="?",
                text="?", sha256="0", effective_at=JOINED, published_at=JOINED, created_at=JOINED, created_by="Ines",
            )
        )  # fmt: skip
    if world["retired"]:
        session.execute(sa.update(Purpose).where(Purpose.key == "marketing").values(retired_at=JOINED))
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=NOW)
    made: list[int] = []
    entry = 0
    for number, person in enumerate(persons):
        one = people.customer(
            session, f"P{number}", email=f"p{number}@example.org" if person["email"] else None,
            email_verified_at=JOINED if person["verified"] else None, erased_at=NOW if person["erased"] else None,
        )  # fmt: skip
        if not made:
            entry = people.says(session, one, "service", "requested", JOINED).global_seq
            session.execute(sa.delete(ConsentState))
            session.expunge_all()
        say(session, one.id, number, person, entry)
        made.append(one.id)
    session.flush()
    return made


def say(session: Session, customer_id: int, number: int, person: dict[str, Any], entry: int) -> None:
    """What one of them said, what the team wrote down, and what providers told."""
    if person["mark"]:
        session.add(Mark(customer_id=customer_id, kind=person["mark"], note="", set_at=JOINED, set_by="Ines"))
    if person["number"]:
        verified_at = JOINED if person["number"] == "verified" else None
        accounts.set_point(
            session, customer_id, kind="number", value="+44 1", verified_at=verified_at, source="crm", now=JOINED
        )
    cells = dict(person["cells"])
    if person["yes"]:
        cells["marketing", "*", "*"] = {"state": "granted", "notice_version": 2}
    for (purpose, channel, topic), cell in cells.items():
        if cell["state"] == "granted":  # a yes of grade C is never granted, and its age is left to the claim
            cell = {**cell, "grade": None}
        session.add(
            ConsentState(
                customer_id=customer_id, purpose=purpose, channel=channel, topic=topic, seq=1, since=LATELY,
                entry_id=entry, **cell,
            )
        )  # fmt: skip
    for place, (kind, channel, at) in enumerate(person["told"]):
        session.add(
            ContactEvent(
                source="esp", event_id=f"{number}-{place}", kind=kind, channel=channel, customer_id=customer_id,
                occurred_at=at, recorded_at=at,
            )
        )  # fmt: skip


def one_by_one(session: Session, wish: BulkWish, customer_id: int) -> str:
    """What the rules that are covered say about one, as the bulk answer words it: the first denial, else the pause."""
    segment = "fees" if wish.segment_id else None
    intent = IntentFacts(
        "k", customer_id, wish.channel, wish.message_class, wish.purpose, wish.topic, segment_key=segment
    )
    results = treatment.preview(session, intent, now=NOW).outcome.results
    covered = [one for one in results if one.rule in treatment.COVERED]
    assert {one.rule for one in covered} == set(treatment.COVERED)
    first = next((one for one in covered if one.result == "deny"), None)
    if first is not None:
        return first.code.removeprefix("consent-")
    return "paused" if any(one.result == "hold" for one in covered) else "allowed"


@settings(max_examples=20)
@given(
    persons=st.lists(PERSON, min_size=1, max_size=6), wish=WISH,
    world=st.fixed_dictionaries({"void": st.booleans(), "retired": st.sampled_from([False, False, True])}),
)  # fmt: skip
def holds(engine: Engine, persons: list[dict[str, Any]], wish: BulkWish, world: dict[str, Any]) -> None:
    with Session(engine) as session:
        db.begin_writing(session)
        ids = populate(session, persons, world)
        segment = segments.segment(session, "fees")
        wish = BulkWish(wish.purpose, wish.channel, wish.topic, wish.message_class, wish.segment_id and segment.id)
        answer = treatment.may_contact(session, wish, now=NOW, among=ids)
        each = {one: one_by_one(session, wish, one) for one in ids}
        assert list(answer.allowed) == [one for one in ids if each[one] == "allowed"], each
        counted = {reason: list(each.values()).count(reason) for reason in set(each.values())}
        assert answer.counts == counted
        if wish.segment_id is None:
            assert treatment.may_contact(session, wish, now=NOW).counts == counted, "everybody"
        assert answer.position == consent.horizon(session)
        session.rollback()


def test_asking_about_many_is_asking_about_each(engine: Engine) -> None:
    holds(engine)


def test_an_answer_about_a_segment_is_about_its_members(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing", "needs")
    ada, ben = people.customer(session), people.customer(session, "Ben")
    people.signal(session, ada, "cost", now)
    for one in (ada, ben):
        people.says(session, one, "marketing", "granted", now)
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=now)
    segments.go_live(session, "fees", now=now)
    segments.place_customer(session, ada.id, cause="signal", now=now)
    wish = BulkWish("marketing", "email", segment_id=segments.segment(session, "fees").id)
    answer = treatment.may_contact(session, wish, now=now)
    assert (list(answer.allowed), answer.counts) == ([ada.id], {"allowed": 1})
    assert answer.position == session.scalar(sa.select(sa.func.max(ConsentEntry.global_seq)))


def test_whoever_does_not_exist_is_in_no_answer(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing")
    people.customer(session)
    answer = treatment.may_contact(session, BulkWish("marketing", "email"), now=now, among=[0, 7, 10**9, -1])
    assert (list(answer.allowed), answer.counts) == ([], {})
    assert treatment.may_contact(session, BulkWish("marketing", "email"), now=now).counts == {"not-asked": 1}
    assert session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 1
