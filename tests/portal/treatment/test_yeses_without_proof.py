"""A yes told before grades were kept is as good as its proof: none. Its customer is asked anew."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, merging, treatment
from portal.accounts.models import Customer
from portal.consent.models import ConsentEntry, ConsentState
from portal.treatment import BulkWish, IntentFacts
from tests import people
from tests.cast import Cast

TOLD = [("team", "phone"), ("team", "import"), ("team", "rule"), ("system", "web_form")]


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    people.ask_for(session, "marketing", "research")


def ungraded(session: Session, entry: ConsentEntry, actor_type: str = "team", method: str = "import") -> None:
    """The same entry as it was written before grades were kept."""
    values = {"grade": None, "actor_type": actor_type, "method": method}
    session.execute(sa.update(ConsentEntry).where(ConsentEntry.global_seq == entry.global_seq).values(values))
    cell = sa.update(ConsentState).where(ConsentState.entry_id == entry.global_seq)
    session.execute(cell.values(state="granted", grade=None))
    session.expire_all()


def told(session: Session, customer: Customer, now: datetime, message_class: str = "marketing") -> treatment.Result:
    """What rule 4 says; and that asking about many says the same."""
    intent = IntentFacts("k", customer.id, "in_app", message_class, "marketing")
    verdict = treatment.preview(session, intent, now=now)
    wish = BulkWish("marketing", "in_app", message_class=message_class)
    for among in ([customer.id], None):
        answer = treatment.may_contact(session, wish, now=now, among=among)
        assert (customer.id in list(answer.allowed)) == (verdict.outcome.outcome == "allow")
    return next(one for one in verdict.outcome.results if one.rule == "consent")


@pytest.mark.parametrize(("actor_type", "method"), TOLD)
def test_what_was_told_before_grades_were_kept_lets_no_offer_go(
    session: Session, cast: Cast, now: datetime, actor_type: str, method: str
) -> None:
    ungraded(session, people.says(session, cast.ada, "marketing", "granted", now), actor_type, method)
    found = told(session, cast.ada, now)
    assert (found.result, found.code, found.remedy) == ("deny", "consent-unproven", "say-yes-again")
    answer = treatment.may_contact(session, BulkWish("marketing", "in_app"), now=now, among=[cast.ada.id])
    assert answer.counts == {"unproven": 1}


@pytest.mark.parametrize("message_class", ["marketing", "repermission"])
def test_it_lets_nobody_be_asked_again_by_a_message_either(
    session: Session, cast: Cast, now: datetime, message_class: str
) -> None:
    ungraded(session, people.says(session, cast.ada, "marketing", "granted", now))
    assert told(session, cast.ada, now, message_class).code == "consent-unproven"


def test_an_own_act_on_our_form_needs_no_grade(session: Session, cast: Cast, now: datetime) -> None:
    people.says(session, cast.ada, "marketing", "granted", now)
    assert told(session, cast.ada, now).code == "allowed-since"


def test_saying_yes_again_here_proves_it(session: Session, cast: Cast, now: datetime) -> None:
    ungraded(session, people.says(session, cast.ada, "marketing", "granted", now))
    people.says(session, cast.ada, "marketing", "reaffirmed", now + timedelta(days=1))
    assert told(session, cast.ada, now + timedelta(days=2)).code == "allowed-since"


def test_what_is_told_after_an_own_yes_takes_its_proof_from_that(session: Session, cast: Cast, now: datetime) -> None:
    people.says(session, cast.ada, "marketing", "granted", now)
    since = session.get_one(ConsentState, (cast.ada.id, "marketing", "*", "*")).since
    ungraded(session, people.says(session, cast.ada, "marketing", "reaffirmed", now + timedelta(days=1)))
    cell = session.get_one(ConsentState, (cast.ada.id, "marketing", "*", "*"))
    assert (cell.since, cell.seq) == (since, 2)
    assert told(session, cast.ada, now + timedelta(days=2)).code == "allowed-since"


def test_an_own_yes_from_before_a_no_proves_nothing_of_what_was_told_later(
    session: Session, cast: Cast, now: datetime
) -> None:
    people.says(session, cast.ada, "marketing", "granted", now)
    people.says(session, cast.ada, "marketing", "withdrawn", now + timedelta(days=1))
    ungraded(session, people.says(session, cast.ada, "marketing", "granted", now + timedelta(days=2)))
    assert told(session, cast.ada, now + timedelta(days=3)).code == "consent-unproven"


@pytest.mark.parametrize("own", [True, False])
def test_a_merge_carries_a_yes_over_as_well_proved_as_it_was(
    session: Session, cast: Cast, now: datetime, own: bool
) -> None:
    entry = people.says(session, cast.ben, "marketing", "granted", now)
    if not own:
        ungraded(session, entry)
    merging.merge(
        session, cast.ada, cast.ben, verified=True, how="one passport", by="Ines", now=now + timedelta(days=1)
    )  # fmt: skip
    found = told(session, cast.ada, now + timedelta(days=2))
    assert found.code == ("allowed-since" if own else "consent-unproven")


def test_a_purpose_that_asks_nothing_needs_no_proof(session: Session, cast: Cast, now: datetime) -> None:
    people.ask_for(session, "service", asks=False)
    ungraded(session, people.says(session, cast.ada, "service", "granted", now))
    intent = IntentFacts("k", cast.ada.id, "in_app", "service", "service")
    assert treatment.preview(session, intent, now=now).outcome.outcome == "allow"
    wish = BulkWish("service", "in_app", message_class="service")
    assert list(treatment.may_contact(session, wish, now=now, among=[cast.ada.id]).allowed) == [cast.ada.id]


def test_nobody_s_proof_is_looked_for_without_an_index(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return
    where = consent.unproven("sqlite", consent.PurposeFacts("marketing", asks=True), few=False)
    text = str(where.element.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    plan = " ".join(str(row) for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")))
    print(text, plan.replace(") (", ")\n("))
    assert "ix_consent_entries_unproven" in plan
