"""The law of merging, in the database as on paper."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import audit, consent, db, merging, treatment
from portal.accounts import Customer
from portal.merging import CustomerMerge
from portal.treatment import IntentFacts
from tests import people
from tests.cast import Cast

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["ada", "ben", "cleo"]),
        st.sampled_from([("marketing", "*"), ("marketing", "email"), ("*", "*")]),
        st.sampled_from(["granted", "withdrawn", "objected", "objection_lifted"]),
        st.sampled_from([1, 30, 700]),
    ),
    max_size=7,
)


@given(acts=ACTS, verified=st.booleans())
@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.one_database
def test_the_database_keeps_the_law_of_merging(
    engine: Engine, cast: Cast, now: datetime, acts: list[Any], verified: bool
) -> None:
    """What both allow was allowed by one of them, whoever stays and in whichever order; parting restores each."""
    answers: dict[str, dict[str, bool]] = {}
    orders: dict[str, Callable[[Session, dict[str, Customer]], Customer]] = {
        "ab": lambda s, who: _merged(s, who["ada"], who["ben"], now, verified),
        "ba": lambda s, who: _merged(s, who["ben"], who["ada"], now, verified),
        "(ab)c": lambda s, who: _merged(
            s, _merged(s, who["ada"], who["ben"], now, verified), who["cleo"], now, verified
        ),
        "a(bc)": lambda s, who: _merged(
            s, who["ada"], _merged(s, who["ben"], who["cleo"], now, verified), now, verified
        ),
    }
    for name, order in orders.items():
        with Session(engine) as session:
            db.begin_writing(session)
            who = _who_said(session, cast, acts, now)
            before = {key: _answers(session, one, now) for key, one in who.items()}
            answers[name] = _answers(session, order(session, who), now)
            sides = [before[key] for key in (("ada", "ben", "cleo") if "c" in name else ("ada", "ben"))]
            for cell, yes in answers[name].items():
                assert not yes or any(side[cell] for side in sides), (name, cell)
            for found in session.scalars(sa.select(CustomerMerge).order_by(CustomerMerge.id.desc())):
                merging.unmerge(session, found, by="Ines", now=now)
            assert {key: _answers(session, one, now) for key, one in who.items()} == before
            assert consent.verify(session) == []
            session.rollback()
    assert answers["ab"] == answers["ba"]
    assert answers["(ab)c"] == answers["a(bc)"]


def test_a_merge_makes_an_old_yes_no_younger_and_parting_neither(session: Session, cast: Cast, now: datetime) -> None:
    who = _who_said(session, cast, [("ben", ("marketing", "*"), "granted", 800)], now)
    merging.merge(session, who["ada"], who["ben"], verified=True, how="Both passports seen", by="Ines", now=now)
    [again] = [one for one in consent.history(session, who["ada"].id) if one.action == "granted"]
    assert again.occurred_at == now - timedelta(days=800)
    assert not _offer_by_mail(session, who["ada"], now)


def test_a_merge_keeps_who_said_it_how_it_was_proved_and_when_it_ends(
    session: Session, cast: Cast, now: datetime
) -> None:
    people.ask_for(session, "marketing")
    ben, ada = (session.get_one(Customer, one.id) for one in (cast.ben, cast.ada))
    end, said = now + timedelta(days=9), now - timedelta(days=40)
    proved = {"grade": "B", "evidence": "recording 7", "method": "phone", "authority": "guardian", "valid_until": end}
    people.says(session, ben, "marketing", "granted", now - timedelta(days=3), occurred_at=said, **proved)
    merging.merge(session, ada, ben, verified=True, how="Both passports seen", by="Ines", now=now)
    [again] = [one for one in consent.history(session, ada.id) if one.action == "granted"]
    assert (again.occurred_at, again.grade, again.authority, again.valid_until) == (said, "B", "guardian", end)
    assert "recording 7" in (again.evidence or "")


def _who_said(session: Session, cast: Cast, acts: list[Any], now: datetime) -> dict[str, Customer]:
    people.ask_for(session, "marketing")
    part = {"name": "Phone", "now": now - timedelta(days=10), "by": audit.PORTAL}
    consent.add_part(session, "marketing", "channel", "phone", **part)
    who = {name: session.get_one(Customer, getattr(cast, name).id) for name in ("ada", "ben", "cleo")}
    at = now - timedelta(days=sum(days for *_act, days in acts))
    for name, (purpose, channel), action, days in acts:
        if purpose != "*" or action != "granted":
            people.says(session, who[name], purpose, action, at, channel=channel)
        at += timedelta(days=days)
    return who


def _merged(session: Session, one: Customer, other: Customer, now: datetime, verified: bool) -> Customer:
    merging.merge(session, one, other, verified=verified, how="Both passports seen", by="Ines", now=now)
    return one


def _answers(session: Session, customer: Customer, now: datetime) -> dict[str, bool]:
    answers = {
        channel: bool(consent.allows(session, customer.id, "marketing", now=now, channel=channel))
        for channel in ("*", "email", "sms", "phone")
    }
    return {**answers, "rule 4": _offer_by_mail(session, customer, now)}


def _offer_by_mail(session: Session, customer: Customer, now: datetime) -> bool:
    """Whether rule 4 lets an offer go to them by e-mail: not on a yes of 24 months ago."""
    offer = IntentFacts("o", customer.id, "email", "marketing", "marketing", "savings")
    found = {one.rule: one.result for one in treatment.preview(session, offer, now=now).outcome.results}
    return found["consent"] == "pass"
