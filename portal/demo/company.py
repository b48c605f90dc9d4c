"""Sets up the demo company: its team, what it asks for in which words, its boards and its benefits."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal import accounts, consent, crm, entitlements, ideas
from portal.accounts import Account, Customer
from portal.audit import Actor
from portal.demo.backed import boards
from portal.demo.consents import TOPICS
from portal.demo.persons import PASSWORD, TEAM, Colleague, Person, written
from portal.demo.timeline import Act, World, is_cast

BEGAN_DAYS = 905
CHANNELS = {
    "service": ["in_app", "email", "sms", "post"],
    "reply": ["in_app", "email"],
    "research": ["in_app", "email"],
    "marketing": ["in_app", "email", "sms", "phone", "post", "push"],
    "partners": ["email"],
}
# So that not everybody can be reached by every way: some never confirmed their address, some have no sign-in, some
# gave no number.
UNCONFIRMED_EVERY, BY_LETTER_EVERY = 19, 11
NUMBER_EVERY = 3
INES = "ines@example.org"


def acts(people: list[Person], now: datetime) -> list[Act]:
    """Everything that has to be there before anybody says anything, each on its own day."""
    began = now - timedelta(days=BEGAN_DAYS)
    made = [Act(began, partial(_colleague, colleague)) for colleague in TEAM]
    made += [
        Act(began, partial(_purpose, place, purpose)) for place, purpose in enumerate(written("notices")["purpose"], 1)
    ]
    made += [Act(began, partial(_board, place, board)) for place, board in enumerate(boards(), 1)]
    made += [Act(began, partial(_benefit, benefit)) for benefit in written("benefits")["benefit"]]
    for notice in written("notices")["notice"]:
        made.append(Act(now - timedelta(days=notice["days_ago"]), partial(_notice, notice)))
    for person in people:
        joined = max(began + timedelta(days=1), datetime.combine(person.since, now.timetz()))
        made.append(Act(joined, partial(_customer, person)))
    return made


def actor(session: Session, world: World, email: str = INES) -> Actor:
    """A colleague as the audit log names them."""
    account = world.account(session, email)
    return Actor("team", account.id, account.name)


def _colleague(colleague: Colleague, session: Session, world: World, now: datetime) -> None:
    account = accounts.add_team_member(
        session,
        email=colleague.email,
        name=colleague.name,
        role=colleague.role,
        team=colleague.team,
        password=PASSWORD,
        settings=world.settings,
        now=now,
    )
    world.accounts[colleague.email] = account.id


def _purpose(place: int, purpose: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    key = purpose["key"]
    consent.add_purpose(
        session,
        **purpose,
        position=place,
        channels=CHANNELS.get(key, []),
        topics=list(TOPICS) if key == "marketing" else [],
        now=now,
        by=actor(session, world),
    )


def _notice(notice: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    by = actor(session, world)
    draft = consent.draft_notice(
        session,
        purpose=notice["purpose"],
        title=notice["title"],
        summary=notice["summary"],
        text=notice["text"],
        change=notice["change"],
        version=notice["version"],
        created_by=by.name,
        now=now,
    )
    consent.publish_notice(session, draft.id, by=by, now=now)


def _board(place: int, name: str, session: Session, _world: World, _now: datetime) -> None:
    ideas.add_board(session, name, position=place)


def _benefit(benefit: dict[str, Any], session: Session, _world: World, now: datetime) -> None:
    entitlements.add_benefit(session, **benefit, now=now)


def _customer(person: Person, session: Session, world: World, now: datetime) -> None:
    customer = accounts.add_customer(
        session,
        name=person.name,
        email=person.email,
        external_ref=person.external_ref,
        language=person.language,
        time_zone=person.time_zone,
        country=person.country,
        since=person.since,
        email_verified=person.number % UNCONFIRMED_EVERY != 0,
        now=now,
    )
    world.customers[person.key] = customer.id
    if is_cast(person) or person.number % NUMBER_EVERY == 0:
        known = person.number % UNCONFIRMED_EVERY != 0
        accounts.set_point(
            session, customer.id, kind="number", value=f"+44 7700 900{person.number % 1000:03d}",
            verified_at=now if known else None, source="Core banking", now=now,
        )  # fmt: skip
    if is_cast(person) or person.number % BY_LETTER_EVERY != 0:
        _sign_in_for(customer, session, world, now)
    for product, since in person.products:
        crm.add_holding(session, customer.id, product, since=since, now=now)
    for key, value in person.facts.items():
        crm.set_attribute(session, customer.id, key, value, now=now)


def _sign_in_for(customer: Customer, session: Session, world: World, now: datetime) -> None:
    """A sign-in with the demo's password. Hashing is slow on purpose, so the first hash serves everybody."""
    if world.password_hash is None:
        first = accounts.add_customer_account(session, customer, password=PASSWORD, settings=world.settings, now=now)
        world.password_hash = first.password_hash
        return
    account = Account(
        email=customer.email,
        name=customer.name,
        customer_id=customer.id,
        password_hash=world.password_hash,
        confirmed_at=now,
        created_at=now,
    )
    session.add(account)
    session.flush()
