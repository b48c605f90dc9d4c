"""Words of a customer planted wherever a customer's words can stand, and how they are found again."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, conversations, crm, ideas, mail, privacy, rights, tables, treatment
from portal.accounts.models import Customer
from portal.consent import NewEntry
from portal.privacy.reach import reached, theirs
from tests.cast import Cast
from tests.people import message_of, signal

KEY = "a key for these tests"
CANARY = "xylophonquokka"
WHOLE = sa.literal(1) == 1
MOVES = {"ideas": {"votes", "comments", "trend"}, "learnt_models": {"tainted_at"}}
"""What may change in rows that are nobody's or others': counters, and the mark on models."""


def text_columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if isinstance(column.type, (sa.Text, sa.String, sa.JSON))]


def places_of(session: Session, word: str) -> list[str]:
    """Every column of every table in which a word stands."""
    found = []
    for table in tables.metadata.sorted_tables:
        for column in text_columns(table):
            holds = sa.func.lower(sa.cast(column, sa.Text)).contains(word.lower(), autoescape=True)
            if session.scalar(sa.select(sa.func.count()).select_from(table).where(holds)):
                found.append(f"{table.name}.{column.name}")
    return found


def rows(session: Session, customer_id: int) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row that is not about this customer, by table and key."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    about = reached()
    for table in tables.metadata.sorted_tables:
        which = sa.not_(sa.func.coalesce(theirs(table.name, customer_id), sa.false())) if table.name in about else WHOLE
        for row in session.execute(sa.select(table).where(which)).mappings():
            kept = {name: value for name, value in row.items() if name not in MOVES.get(table.name, ())}
            found[(table.name, *(row[column.name] for column in table.primary_key))] = kept
    return found


def plant(session: Session, customer: Customer, cast: Cast, now: datetime) -> None:
    """Words of the customer wherever a customer's words can stand."""
    by_phone = NewEntry(purpose="marketing", action="granted", method="phone", actor_type="team", actor="Priya",
                        evidence=f"Recording {CANARY}")  # fmt: skip
    consent.record(session, customer, by_phone, now=now - timedelta(days=9))
    message = message_of(session, customer, now - timedelta(days=2), text=f"{CANARY} the fee is too high")
    conversations.rate(session, message, 2, now=now - timedelta(days=1))
    conversations.reply(
        session, cast.priya, message.conversation, text=f"Hello, {CANARY}.", now=now - timedelta(days=1),
        promise_due=now + timedelta(days=3),
    )  # fmt: skip
    for days in (3, 4):
        signal(session, customer, "cost", now - timedelta(days=days), text=f"{CANARY} {days}")
    ideas.add_board(session, "Cards")
    idea = ideas.propose(session, customer, title=f"Idea {CANARY}", text=f"More {CANARY}", board="Cards", now=now)
    ideas.revise(session, idea, customer, title=f"Idea {CANARY} 2", text=f"Less {CANARY}", version=1, now=now)
    other = ideas.propose(session, cast.ben, title="Ben's own idea", text="Opening hours", board="Cards", now=now)
    ideas.vote(session, other, customer, "critical", now)
    ideas.vote(session, other, cast.cleo, "nice", now)
    ideas.comment(session, other, text=f"I say {CANARY}", customer=customer, now=now)
    crm.set_attribute(session, customer.id, "motto", CANARY, now)
    crm.add_holding(session, customer.id, f"{CANARY} card", since=now.date(), now=now)
    mail.queue(session, kind="answer", to=customer.email or "", subject=CANARY, text=CANARY, dedupe_key="m1", now=now)
    rights.ask(session, customer, kind="complaint", words=f"You lost {CANARY}", now=now)
    consent.set_preference(session, customer, now=now, max_per_week=2)
    intent = treatment.IntentFacts(
        "offer-1", customer.id, "email", "marketing", "marketing", "savings", reason=f"because {CANARY}"
    )
    treatment.claim(session, intent, now=now)
    session.commit()


def erase(session: Session, customer: Customer, now: datetime, **wishes: Any) -> privacy.Erased:
    return privacy.erase(session, customer, by="portal", reason="asked", now=now, key=KEY, **wishes)
