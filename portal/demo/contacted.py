"""Plays what the demo company wanted to send: campaigns, and what it owed people. The rules of contact decide."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import entitlements, outreach, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.conversations.models import Promise
from portal.demo.calendar import Thread
from portal.demo.persons import CAST, Person, written
from portal.demo.timeline import Act, World, is_cast
from portal.outreach import Dispatch, Intent

OVERDUE_KNOWN = timedelta(hours=8)
LASTS = timedelta(days=75)  # longer than a broken promise holds everything back
# Ada is asked on her own, some hours ago, so that the promise broken to her stands in the way.
NOT_ASKED = {("ada", "branches"), ("ada", "after-answers")}
ASKED_HOURS = 3
LEFT_BECAUSE, LEFT = "savings-without-lock", 2
# The gateway for text messages: what became of what it took, in turn.
GATEWAY, GATEWAY_AT, MOST_GIVEN = Actor("token", 0, "Text gateway"), time(13, 30), 40
DONE = ("handed_over", "delivered")
BECAME = (DONE, DONE, ("handed_over",), DONE, ("failed",), DONE, DONE, ("handed_over", "bounced"), DONE)
NOTES = {"failed": "switched off for three days", "bounced": "number not in use"}
LATE_WHY = "We said when we would answer and did not. That is our fault, so one fee of your choice comes back to you."
LATE_REASON = "We promised you an answer by a day and did not give it."


def acts(people: Sequence[Person], threads: Sequence[Thread], now: datetime, rng: random.Random) -> list[Act]:
    """Every wish to contact somebody, and what people got for promises that were not kept."""
    made: list[Act] = []
    for campaign in written("groups")["campaign"]:
        at = now - timedelta(days=campaign["days_ago"], hours=2)
        for person in people:
            held = {product for product, since in person.products if since < at.date()}
            wanted = campaign.get("product") in (None, *held) and person.since < at.date()
            chosen = is_cast(person) or rng.random() < campaign["share"]
            chosen &= (person.key, campaign["key"]) not in NOT_ASKED
            if wanted and chosen:
                made.append(Act(at, partial(_campaign, campaign, person)))
    for thread in threads:
        made += _owed(thread, now)
    after_answers = next(campaign for campaign in written("groups")["campaign"] if campaign["key"] == "after-answers")
    ada = next(person for person in people if person.key == "ada")
    made.append(Act(datetime.combine(now.date() - timedelta(days=2), GATEWAY_AT, now.tzinfo), _leave))
    made.append(Act(datetime.combine(now.date() - timedelta(days=1), GATEWAY_AT, now.tzinfo), _gateway))
    made.append(Act(now - timedelta(hours=ASKED_HOURS), partial(_campaign, after_answers, ada)))
    return made


def _gateway(session: Session, _world: World, now: datetime) -> None:
    """A gateway took the text messages that waited, and says what became of each."""
    given = outreach.give_out(session, "sms", by=f"{GATEWAY.type}:{GATEWAY.id}", limit=MOST_GIVEN, now=now)
    for number, one in enumerate(given):
        for outcome in BECAME[number % len(BECAME)]:
            note = NOTES.get(outcome, "")
            privacy.hear_of_message(
                session, one.message.ref, outcome=outcome, note=note, at=now, actor=GATEWAY, now=now
            )  # fmt: skip


def _leave(session: Session, world: World, now: datetime) -> None:
    """Some who got the news about savings stopped it by the link at its foot."""
    got = sa.select(Dispatch).join(Intent, Intent.id == Dispatch.intent_id).where(Intent.campaign == LEFT_BECAUSE)
    cast = {customer_id for key, customer_id in world.customers.items() if key in CAST}
    others = [one for one in session.scalars(got.order_by(Dispatch.id)) if one.customer_id not in cast]
    for one in others[:: len(others) // LEFT + 1]:
        customer = session.get_one(Customer, one.customer_id)
        privacy.stop(
            session, customer, privacy.one_cell("marketing", "email", "savings"), method="one_click", now=now,
            actor=Actor("customer", None, customer.ref), evidence=f"mail of campaign {LEFT_BECAUSE}",
        )  # fmt: skip


def _owed(thread: Thread, now: datetime) -> list[Act]:
    """What follows when the day of a promise goes by: we say so, and give a fee back."""
    made = []
    for place, turn in enumerate(thread.turns):
        kept = next((later.at for later in thread.turns[place + 1 :] if later.keeps), None)
        if turn.due is None or turn.due + OVERDUE_KNOWN > now or (kept is not None and kept <= turn.due):
            continue
        made.append(Act(turn.due + OVERDUE_KNOWN, partial(_sorry, f"{thread.key}:{place}", thread.person)))
    return made


def _campaign(campaign: dict[str, Any], person: Person, session: Session, world: World, now: datetime) -> None:
    outreach.intend(
        session,
        key=f"{campaign['key']}:{person.external_ref}",
        customer_id=world.customers[person.key],
        template_key=campaign["template"],
        expires_at=now + LASTS,
        campaign=campaign["key"],
        reason=campaign["reason"],
        now=now,
    )


def _sorry(key: str, person: Person, session: Session, world: World, now: datetime) -> None:
    """Only where the promise is still open or was late: kept ones were settled before."""
    customer_id = world.customers[person.key]
    if not _is_overdue(session, customer_id, now):
        return
    kind = entitlements.benefit(session, "fee_refund")
    entitlements.grant(
        session,
        customer_id,
        kind.key,
        valid_from=now,
        valid_until=entitlements.usual_end(kind, now),
        source="compensation",
        source_ref=key,
        why=LATE_WHY,
        dedupe_key=f"late:{key}",
        now=now,
    )
    outreach.intend(
        session, key=f"late:{key}", customer_id=customer_id, template_key="promise_late", reason=LATE_REASON, now=now
    )


def _is_overdue(session: Session, customer_id: int, now: datetime) -> bool:
    overdue = (Promise.customer_id == customer_id, Promise.state == "open", Promise.due_at < now)
    return session.scalar(sa.select(sa.exists().where(*overdue))) or False
