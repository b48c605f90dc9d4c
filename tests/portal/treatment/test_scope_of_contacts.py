"""A yes to old words lets go what uses what those named; what does not say what it uses waits for a yes to the new."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, treatment
from portal.consent import ConsentEntry, ConsentState
from portal.treatment import BulkWish, IntentFacts
from tests import people
from tests.cast import Cast

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def widened(session: Session, cast: Cast, now: datetime) -> None:
    """Ada said yes before the words were widened, Ben after; Cleo was never asked."""
    people.ask_for(session, "marketing")
    people.says(session, cast.ada, "marketing", "granted", now - 2 * DAY)
    reword(session, now - DAY, "widening", "messages; payments")
    people.says(session, cast.ben, "marketing", "granted", now - DAY)


def reword(session: Session, now: datetime, change: str, data: str) -> None:
    words = consent.draft_notice(
        session, purpose="marketing", title="May we?", summary="May we?", text=change, change=change, data_used=data,
        now=now,
    )  # fmt: skip
    consent.publish_notice(session, words.id, now=now)


def said(session: Session, customer_id: int, now: datetime, *uses: str, kind: str = "marketing") -> str:
    intent = IntentFacts("k", customer_id, "in_app", kind, "marketing", data_used=uses)
    return next(one.code for one in treatment.preview(session, intent, now=now).outcome.results if one.number == 4)


def test_a_contact_that_does_not_say_what_it_uses_needs_a_yes_to_the_wider_words(
    session: Session, cast: Cast, now: datetime
) -> None:
    assert said(session, cast.ada.id, now) == "consent-out-of-scope"
    assert said(session, cast.ben.id, now) == "allowed-since"
    people.says(session, cast.ada, "marketing", "reaffirmed", now)
    assert said(session, cast.ada.id, now) == "allowed-since"


def test_a_contact_that_uses_only_what_the_old_words_named_still_goes(
    session: Session, cast: Cast, now: datetime
) -> None:
    assert said(session, cast.ada.id, now, "messages", "us") == "allowed-since"
    assert said(session, cast.ada.id, now, "payments") == "consent-out-of-scope"


def test_asking_anew_may_go_where_the_words_became_wider(session: Session, cast: Cast, now: datetime) -> None:
    assert said(session, cast.ada.id, now, kind="repermission") == "asks-again"


@pytest.mark.parametrize("change", ["editorial", "narrowing"])
def test_words_that_name_no_more_leave_every_yes_its_reach(
    session: Session, cast: Cast, now: datetime, change: str
) -> None:
    reword(session, now, change, "payments")
    assert said(session, cast.ben.id, now) == "allowed-since"


def test_many_are_answered_the_same(session: Session, cast: Cast, now: datetime) -> None:
    ids = [cast.ada.id, cast.ben.id, cast.cleo.id]
    answer = treatment.may_contact(session, BulkWish("marketing", "in_app"), now=now, among=ids)
    assert answer.counts == {"out-of-scope": 1, "allowed": 1, "not-asked": 1}
    assert list(answer.allowed) == [cast.ben.id]


def test_many_are_answered_by_what_each_yes_named_whatever_its_version_names(
    session: Session, cast: Cast, now: datetime
) -> None:
    entry = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.customer_id == cast.ada.id)).one()
    people.says(session, cast.ada, "marketing", "reaffirmed", now)
    session.execute(
        sa.update(ConsentState).where(ConsentState.customer_id == cast.ada.id).values(entry_id=entry.global_seq)
    )
    for uses in (("messages",), ("payments",), ("messages", "friends")):
        answer = treatment.may_contact(session, BulkWish("marketing", "in_app", data_used=uses), now=now)
        alone = [one for one in (cast.ada.id, cast.ben.id) if said(session, one, now, *uses) == "allowed-since"]
        assert list(answer.allowed) == alone, uses


def test_where_we_do_not_ask_many_are_covered_by_the_words_in_force(
    session: Session, cast: Cast, now: datetime
) -> None:
    people.ask_for(session, "service", asks=False)
    for uses, code in ((("messages",), "allowed"), (("payments",), "out-of-scope")):
        answer = treatment.may_contact(session, BulkWish("service", "in_app", "*", "service", data_used=uses), now=now)
        assert answer.counts == {code: 3}
