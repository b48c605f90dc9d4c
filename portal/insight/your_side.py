"""What a customer finds on their own first page, gathered from everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import entitlements
from portal.accounts.models import Customer
from portal.consent.models import ANY, ConsentState, Preference, Purpose
from portal.conversations.models import Conversation, Promise
from portal.db import plainly
from portal.ideas.models import Idea, IdeaAnswer, Vote
from portal.outreach.models import Dispatch
from portal.treatment.models import Decision

RECENT = timedelta(days=60)
NEW = timedelta(days=14)
SOON = timedelta(days=30)
OWED = ("mandatory", "service", "answer")
SHOWN = 5


@dataclass(frozen=True)
class Allowed:
    """One purpose as the customer left it: True, False, or None when never answered."""

    sentence: str
    yes: bool | None


@dataclass(frozen=True)
class Letter:
    """Something we sent, and the decision that let it."""

    subject: str
    text: str
    sent_at: datetime
    message_class: str
    decision_ref: str


@dataclass(frozen=True)
class Benefit:
    """A balance worth showing, because it is new or about to end; `news` is `new`, `ending` or empty."""

    balance: entitlements.Balance
    news: str


@dataclass(frozen=True)
class Outcome:
    """The newest official answer to an idea the customer proposed or backed."""

    ref: str
    title: str
    status: str
    text: str
    at: datetime
    own: bool


@dataclass(frozen=True)
class YourSide:
    """Everything the page shows.

    `contacts_this_week` counts what was not owed, against `budget` a week (None: no limit of their own).
    """

    threads: Sequence[Conversation]
    promises: Sequence[tuple[Promise, str]]
    letters: list[Letter]
    benefits: list[Benefit]
    allowed: list[Allowed]
    outcomes: list[Outcome]
    contacts_this_week: int
    budget: int | None
    paused_until: object


def your_side(session: Session, customer_id: int, *, now: datetime) -> YourSide:
    """Gather the page for one customer; five statements, whatever the customer has."""
    letters = _letters(session, customer_id, now)
    week = now - timedelta(days=7)
    threads, promises = _threads_and_promises(session, customer_id)
    allowed, budget, paused_until = _allowed(session, customer_id, now)
    return YourSide(
        threads=threads,
        promises=promises,
        letters=letters,
        benefits=_benefits(session, customer_id, now),
        allowed=allowed,
        outcomes=_outcomes(session, customer_id, now),
        contacts_this_week=sum(letter.sent_at > week and letter.message_class not in OWED for letter in letters),
        budget=budget,
        paused_until=paused_until,
    )


def _whose() -> sa.BindParameter[int]:
    return sa.bindparam("customer", type_=sa.Integer())


def _threads() -> sa.Select[Conversation, Promise, bool]:
    first = sa.case((Conversation.state == "waiting_customer", 0), (Conversation.state == "answered", 1), else_=2)
    open_ones = (
        sa.select(Conversation.id)
        .where(Conversation.customer_id == _whose(), Conversation.state != "closed")
        .order_by(first, Conversation.last_at.desc(), Conversation.id.desc())
        .limit(SHOWN)
        .subquery()
    )
    owed = (
        sa.select(Promise.id)
        .where(Promise.customer_id == _whose(), Promise.state == "open")
        .order_by(Promise.due_at, Promise.id)
        .limit(SHOWN)
        .subquery()
    )
    waiting = Conversation.id.in_(sa.select(open_ones.c.id))
    promised = sa.and_(Promise.conversation_id == Conversation.id, Promise.id.in_(sa.select(owed.c.id)))
    return (
        sa.select(Conversation, Promise, waiting)
        .outerjoin(Promise, promised)
        .where(sa.or_(waiting, Promise.id.is_not(None)))
        .order_by(first, Conversation.last_at.desc(), Conversation.id.desc())
    )


_THREADS = _threads()


def _threads_and_promises(session: Session, customer_id: int) -> tuple[list[Conversation], list[tuple[Promise, str]]]:
    """Conversations that are not closed, those that wait for the customer first, and open promises, the soonest first.

    A promise may stand in a conversation that is closed or not among the first, so both are picked by themselves and
    then fetched together.
    """
    rows = session.execute(_THREADS, {"customer": customer_id}).all()
    threads = {found.id: found for found, _promise, is_open in rows if is_open}
    promises = [(promise, found.ref) for found, promise, _is_open in rows if promise is not None]  # type: ignore[redundant-expr]  # an outer join
    return list(threads.values()), sorted(promises, key=lambda pair: (pair[0].due_at, pair[0].id))


_LETTERS = (
    sa.select(Dispatch.subject, Dispatch.text, Dispatch.sent_at, Decision.message_class, Decision.ref)
    .join(Decision, Decision.id == Dispatch.decision_id)
    .where(
        Dispatch.customer_id == _whose(),
        Dispatch.sent_at > sa.bindparam("since", type_=Dispatch.sent_at.type),
        Dispatch.stopped_at.is_(None),
    )
    .order_by(Dispatch.sent_at.desc(), Dispatch.id.desc())
    .limit(50)
)


def _letters(session: Session, customer_id: int, now: datetime) -> list[Letter]:
    rows = plainly(session).execute(_LETTERS, {"customer": customer_id, "since": now - RECENT})
    return [Letter(*row) for row in rows]


def _benefits(session: Session, customer_id: int, now: datetime) -> list[Benefit]:
    found = []
    for balance in entitlements.balances(session, customer_id, now):
        if not balance.left:
            continue
        new = any(one.grant.granted_at > now - NEW for one in balance.grants)
        ending = balance.until is not None and balance.until < now + SOON
        found.append(Benefit(balance, "new" if new else "ending" if ending else ""))
    return sorted(found, key=lambda benefit: benefit.news == "")


def _answers() -> sa.Select[str, str, datetime | None, int | None, date | None]:
    asked = sa.and_(Purpose.asks, Purpose.retired_at.is_(None))
    state = sa.and_(
        ConsentState.purpose == Purpose.key,
        ConsentState.customer_id == Customer.id,
        ConsentState.channel == ANY,
        ConsentState.topic == ANY,
    )
    return (
        sa.select(
            Purpose.sentence,
            ConsentState.state,
            ConsentState.valid_until,
            Preference.max_per_week,
            Preference.paused_until,
        )
        .select_from(Customer)
        .outerjoin(Preference, Preference.customer_id == Customer.id)
        .outerjoin(Purpose, asked)
        .outerjoin(ConsentState, state)
        .where(Customer.id == _whose())
        .order_by(Purpose.position, Purpose.key)
    )


_ALLOWED = _answers()


def _allowed(session: Session, customer_id: int, now: datetime) -> tuple[list[Allowed], int | None, date | None]:
    """What the customer answered to each purpose, how many letters a week they want, and until when they pause."""
    rows = plainly(session).execute(_ALLOWED, {"customer": customer_id}).all()
    answers = [
        Allowed(sentence, None if at in (None, "open") else at == "granted" and (until is None or until > now))
        for sentence, at, until, _budget, _paused in rows
        if sentence is not None  # type: ignore[redundant-expr]  # an outer join
    ]
    return answers, rows[0][3] if rows else None, rows[0][4] if rows else None


def _answered() -> sa.Select[str, str, str, str, datetime, bool]:
    backed = sa.exists().where(Vote.idea_id == Idea.id, Vote.customer_id == _whose())
    own = Idea.customer_id == _whose()
    return (
        sa.select(
            Idea.ref,
            Idea.title,
            IdeaAnswer.status,
            IdeaAnswer.text,
            IdeaAnswer.at,
            sa.func.coalesce(own, sa.false()),
        )
        .join(Idea, Idea.id == IdeaAnswer.idea_id)
        .where(
            sa.or_(own, backed),
            IdeaAnswer.at > sa.bindparam("since", type_=IdeaAnswer.at.type),
            Idea.hidden_at.is_(None),
        )
        .order_by(IdeaAnswer.at.desc(), IdeaAnswer.id.desc())
        .limit(5)
    )


_OUTCOMES = _answered()


def _outcomes(session: Session, customer_id: int, now: datetime) -> list[Outcome]:
    rows = plainly(session).execute(_OUTCOMES, {"customer": customer_id, "since": now - RECENT * 2})
    return [Outcome(ref, title, status, text, at, bool(mine)) for ref, title, status, text, at, mine in rows]
