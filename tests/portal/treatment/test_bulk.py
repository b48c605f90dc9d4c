"""Asking about many at once gives what asking about each would give, by all rules and under the policy in force."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, segments, treatment
from portal.accounts.models import Customer
from portal.consent import ConsentEntry
from portal.treatment import BulkWish, Reason
from tests import people
from tests.portal.treatment.crowd import PERSON, WISH, WORLD, populate


def one_by_one(
    session: Session, wish: BulkWish, customer_id: int, now: datetime, *, control: bool
) -> tuple[Reason, datetime | None]:
    """What is decided about one, worded as the answer about many words it."""
    intent = wish.intent(
        key="k", customer_id=customer_id, segment_key="fees" if wish.segment_id else None,
        control="trial" if control else "",
    )  # fmt: skip
    outcome = treatment.preview(session, intent, now=now).outcome
    rule = outcome.decisive or ""
    code = next((one.code for one in outcome.results if one.rule == rule), "allowed").removeprefix("consent-")
    if outcome.outcome == "expire":
        code = "too-late"
    return Reason(outcome.outcome, rule, code), outcome.hold_until


def check(session: Session, ids: list[int], wish: BulkWish, now: datetime, control: list[int]) -> None:
    """Of these people, the answer about all of them against the answers about each."""
    answer = treatment.may_contact(session, wish, now=now, among=ids, control=control)
    each = {one: one_by_one(session, wish, one, now, control=one in control) for one in ids}
    assert dict(answer.reasons) == Counter(reason for reason, _until in each.values()), each
    assert list(answer.allowed) == [one for one in ids if each[one][0].outcome == "allow"], each
    until = [until for _reason, until in each.values() if until is not None]
    assert answer.held == ((min(until), max(until)) if until else None), each
    if wish.segment_id is None:
        assert treatment.may_contact(session, wish, now=now, control=control).reasons == answer.reasons, "everybody"
    assert answer.position == consent.horizon(session)


@settings(max_examples=50)
@given(
    persons=st.lists(PERSON, min_size=3, max_size=7), wish=WISH, world=WORLD,
    expires=st.sampled_from([None, None, None, timedelta(0), timedelta(hours=12)]),
    control=st.sampled_from([(), (), (0, 2)]),
)  # fmt: skip
def holds(
    engine: Engine, persons: list[dict[str, Any]], wish: BulkWish, world: dict[str, Any], expires: timedelta | None,
    control: tuple[int, ...],
) -> None:  # fmt: skip
    with Session(engine) as session:
        db.begin_writing(session)
        ids = populate(session, persons, world)
        segment = segments.segment(session, "fees").id if wish.segment_id else None
        wish = replace(wish, segment_id=segment, expires_at=None if expires is None else world["now"] + expires)
        check(session, ids, wish, world["now"], [ids[one] for one in control if one < len(ids)])
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
