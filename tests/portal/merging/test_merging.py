"""Two customers who are one: all comes together, nothing is allowed that neither allowed, and it parts again."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import (
    accounts,
    consent,
    conversations,
    ideas,
    merging,
    privacy,
    rights,
    tables,
    treatment,
)
from portal.accounts import Customer
from portal.consent import ConsentEntry
from portal.errors import Conflict, Invalid
from portal.merging import CustomerMerge
from portal.privacy.reach import reached
from portal.settings import Settings, secret_of
from portal.treatment import IntentFacts
from tests import people
from tests.cast import Cast

DAY = timedelta(days=1)


@pytest.fixture
def pair(session: Session, cast: Cast, now: datetime) -> tuple[Customer, Customer]:
    people.ask_for(session, "marketing", "needs")
    ideas.add_board(session, "Cards")
    return cast.ada, cast.ben


def joined(session: Session, one: Customer, other: Customer, now: datetime, *, verified: bool = True) -> CustomerMerge:
    found = merging.merge(session, one, other, verified=verified, how="Both passports seen", by="Ines", now=now)
    session.flush()
    return found


def allowed(session: Session, customer: Customer, now: datetime, purpose: str = "marketing", **cell: str) -> bool:
    return bool(consent.allows(session, customer.id, purpose, now=now, **cell))


def test_every_table_about_a_customer_either_moves_or_says_why_it_stays() -> None:
    about = {name for name, table in reached().items() if "customer_id" in table.c}
    assert about == {*merging.MOVES, *merging.STAY}
    assert set(merging.MOVES) & set(merging.STAY) == set()
    assert about <= set(tables.metadata.tables)


def test_what_one_said_and_owns_is_the_others_from_then_on_and_goes_back(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, ben = pair
    people.says(session, ada, "needs", "granted", now - 9 * DAY)
    signal = people.signal(session, ben, "cost", now - DAY)
    receipt = people.receipt(session, ben, "R-OLD", now - DAY)
    idea = ideas.propose(session, ben, title="Longer hours", text="Until eight.", board="Cards", now=now)
    found = joined(session, ada, ben, now)
    said = session.scalars(sa.select(conversations.Conversation)).one()
    assert {said.customer_id, signal.customer_id, idea.customer_id, receipt.customer_id} == {ada.id}
    assert signal.ended_at is None
    assert consent.receipt_by_code(session, "R-OLD").customer_id == ada.id
    assert accounts.customer_by_ref(session, ben.ref) is ada
    assert accounts.customer_by_email(session, "ben@example.org") is ada
    later = people.message_of(session, ada, now + DAY)
    merging.unmerge(session, found, by="Ines", now=now + 2 * DAY)
    for row in (signal, idea, receipt):
        session.refresh(row)
        assert row.customer_id == ben.id
    assert session.get_one(conversations.Conversation, later.conversation_id).customer_id == ada.id
    assert accounts.customer_by_ref(session, ben.ref) is ben
    assert consent.verify(session) == []


def test_one_person_has_one_vote_and_two_again_when_parted(
    session: Session, pair: tuple[Customer, Customer], cast: Cast, now: datetime
) -> None:
    ada, ben = pair
    idea = ideas.propose(session, cast.cleo, title="Longer hours", text="Until eight.", board="Cards", now=now)
    alone = ideas.propose(session, cast.cleo, title="Free coffee", text="In each branch.", board="Cards", now=now)
    for one in (ada, ben):
        session.add(ideas.Vote(idea_id=idea.id, customer_id=one.id, at=now))
    session.add(ideas.Vote(idea_id=alone.id, customer_id=ben.id, at=now))
    ideas.recount(session)
    before = (idea.votes, alone.votes)
    found = joined(session, ada, ben, now)
    assert (idea.votes, alone.votes) == (before[0] - 1, before[1])
    merging.unmerge(session, found, by="Ines", now=now)
    session.expire_all()
    assert (idea.votes, alone.votes) == before


def test_what_was_sent_to_both_counts_against_the_cap_and_is_read_by_the_one_who_stays(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, ben = pair
    for one in pair:
        people.says(session, one, "marketing", "granted", now - 5 * DAY)
        intent = IntentFacts(f"to-{one.ref}", one.id, "in_app", "marketing", "marketing")
        assert treatment.claim(session, intent, now=now).outcome == "allow"
    third = IntentFacts("third", ada.id, "in_app", "marketing", "marketing")
    assert treatment.preview(session, third, now=now).outcome.outcome == "allow"
    joined(session, ada, ben, now)
    assert treatment.preview(session, third, now=now).outcome.decisive == "frequency"
    sent = treatment.decisions_of(session, ada.id)
    assert {one.customer_id for one in sent} == {ada.id, ben.id}
    assert {treatment.decision(session, one.ref, customer_id=ada.id).id for one in sent} == {one.id for one in sent}
    assert list(treatment.verify(session)) == []


def test_the_tombstone_allows_nothing_and_signs_in_no_more(
    session: Session, pair: tuple[Customer, Customer], settings: Settings, now: datetime
) -> None:
    ada, ben = pair
    people.says(session, ben, "marketing", "granted", now - DAY)
    found = joined(session, ada, ben, now)
    assert allowed(session, ada, now)
    assert not allowed(session, ben, now)
    account = accounts.account_by_email(session, "ben@example.org")
    assert account is not None
    assert account.disabled_at == now
    merging.unmerge(session, found, by="Ines", now=now + DAY)
    session.refresh(account)
    assert account.disabled_at is None
    assert allowed(session, ben, now + DAY)
    assert not allowed(session, ada, now + DAY)


def test_whose_survivor_has_no_sign_in_keeps_theirs(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    _ada, ben = pair
    dora = people.customer(session, "Dora")
    found = joined(session, dora, ben, now)
    account = accounts.account_by_email(session, "ben@example.org")
    assert account is not None
    assert (account.customer_id, account.disabled_at) == (dora.id, None)
    merging.unmerge(session, found, by="Ines", now=now)
    session.refresh(account)
    assert account.customer_id == ben.id


@pytest.mark.parametrize("verified", [True, False])
def test_a_later_yes_outweighs_a_no_only_of_the_same_verified_person(
    session: Session, pair: tuple[Customer, Customer], now: datetime, verified: bool
) -> None:
    ada, ben = pair
    people.says(session, ada, "marketing", "withdrawn", now - 5 * DAY)
    people.says(session, ben, "marketing", "granted", now - DAY)
    joined(session, ada, ben, now, verified=verified)
    assert allowed(session, ada, now) is verified


def test_what_was_restricted_while_they_were_one_stays_restricted_for_both(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, ben = pair
    for one in pair:
        people.says(session, one, "marketing", "granted", now - 5 * DAY)
    found = joined(session, ada, ben, now)
    people.says(session, ada, "marketing", "withdrawn", now + DAY)
    merging.unmerge(session, found, by="Ines", now=now + 2 * DAY)
    assert not allowed(session, ada, now + 2 * DAY)
    assert not allowed(session, ben, now + 2 * DAY)
    assert consent.verify(session) == []


def test_merging_or_parting_twice_changes_nothing_more(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, ben = pair
    found = joined(session, ada, ben, now)
    head = consent.head(session, ada.id)
    assert joined(session, ada, ben, now).id == found.id
    assert consent.head(session, ada.id) == head
    merging.unmerge(session, found, by="Ines", now=now)
    head = consent.head(session, ada.id)
    merging.unmerge(session, found, by="Ines", now=now)
    assert consent.head(session, ada.id) == head


def test_three_become_one_and_part_in_reverse(
    session: Session, pair: tuple[Customer, Customer], cast: Cast, now: datetime
) -> None:
    ada, ben = pair
    first = joined(session, ben, cast.cleo, now)
    second = joined(session, ada, ben, now)
    assert accounts.customer_by_ref(session, cast.cleo.ref) is ada
    with pytest.raises(Conflict) as refused:
        merging.unmerge(session, first, by="Ines", now=now)
    assert refused.value.code == "merged-since"
    merging.unmerge(session, second, by="Ines", now=now)
    assert accounts.customer_by_ref(session, cast.cleo.ref) is ben
    merging.unmerge(session, first, by="Ines", now=now)
    assert accounts.customer_by_ref(session, cast.cleo.ref) is cast.cleo


def test_whoever_asked_to_be_erased_is_not_merged(
    session: Session, pair: tuple[Customer, Customer], settings: Settings, now: datetime
) -> None:
    ada, ben = pair
    for arguments, code in (((ada, ada, "x"), "same-customer"), ((ada, ben, " "), "needs-reason")):
        with pytest.raises(Invalid) as invalid:
            merging.merge(session, *arguments[:2], verified=True, how=arguments[2], by="Ines", now=now)
        assert invalid.value.code == code
    rights.ask(session, ben, kind="erase", now=now)
    with pytest.raises(Conflict) as refused:
        joined(session, ada, ben, now)
    assert refused.value.code == "erasure-open"


def test_erasing_one_person_erases_both_sides(
    session: Session, pair: tuple[Customer, Customer], settings: Settings, now: datetime
) -> None:
    ada, ben = pair
    people.signal(session, ben, "cost", now - DAY)
    found = joined(session, ada, ben, now)
    privacy.erase(session, ada, by="portal", reason="asked", now=now, key=secret_of(settings))
    session.expire_all()
    assert (ben.email, ben.name, ben.erased_at, found.how) == (None, "", now, "")
    for one in (ada, ben):
        again = privacy.erase(session, one, by="portal", reason="asked", now=now, key=secret_of(settings))
        assert again.rows == 0
    with pytest.raises(Conflict):
        merging.unmerge(session, found, by="Ines", now=now)
    assert consent.verify(session) == []


def test_a_copy_of_everything_holds_both_ledgers(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, ben = pair
    entry = people.says(session, ben, "marketing", "granted", now - DAY)
    joined(session, ada, ben, now)
    told = privacy.hand_over(session, ada, now=now)["consent_entries"]
    assert entry.event_id in {row["event_id"] for row in told}


def test_customers_who_may_be_one_are_suggested_with_their_reasons(
    session: Session, pair: tuple[Customer, Customer], now: datetime
) -> None:
    ada, _ben = pair
    twin = people.customer(session, "Ada", ref="C-TWIN", email="ada+bank@example.org")
    (found,) = merging.suggestions(session)
    assert ({found.one.id, found.other.id}, found.reasons) == ({ada.id, twin.id}, ("email", "name"))
    joined(session, ada, twin, now)
    assert merging.suggestions(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(ConsentEntry)) == 3
