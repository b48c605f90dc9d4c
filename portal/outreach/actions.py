"""Everything that intends, and what the customer has seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, treatment
from portal.errors import NotFound
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.outreach.queries import rule_key, template, untold_members

BATCH = 500
LASTS = timedelta(days=30)


def intend(
    session: Session,
    *,
    key: str,
    customer_id: int,
    template_key: str,
    reason: str,
    now: datetime,
    campaign: str = "",
    segment_key: str | None = None,
    subject_ref: str = "",
    words: Mapping[str, str] | None = None,
    decide_after: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intent | None:
    """Wish to send one message to one customer; whether it goes is decided when it is due.

    :param key: names this wish, so that wishing twice has one effect.
    :param reason: why this customer gets it, in words the customer reads.
    :param words: what fills the blanks of the template.
    :param decide_after: not before then; now when None. :param expires_at: not after then; 30 days from now when None.
    :returns: the intent, or None when it was there already.
    :raises NotFound: when there is no such template.
    """
    found = template(session, template_key)
    row = row_of(found, key, customer_id, reason, now) | {
        "campaign": campaign,
        "segment_key": segment_key,
        "subject_ref": subject_ref,
        "words": dict(words or {}),
        "decide_after": decide_after or now,
        "expires_at": expires_at or now + LASTS,
    }
    ids = db.insert_new(session, Intent, [row])
    return session.get_one(Intent, ids[0]) if ids else None


def row_of(found: MessageTemplate, key: str, customer_id: int, reason: str, now: datetime) -> dict[str, Any]:
    """A new intent as a row, for ways that make many at once; what differs is put over it."""
    return {
        "key": key, "customer_id": customer_id, "template_id": found.id, "channel": found.channel, "campaign": "",
        "reason": reason, "subject_ref": "", "segment_key": None, "words": {}, "state": "waiting", "decide_after": now,
        "expires_at": now + LASTS, "created_at": now, "attempts": 0, "control": "", "priority": 0, "product_line": "",
        "cross_sell": False,
    }  # fmt: skip


def intend_from_rules(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Intend what live contact rules say for the members of their segments, once per membership.

    :returns: how many intents were made, and how many rules name a template that is not there.
    """
    with db.reading(engine) as session:
        keys = [rule.key for rule in treatment.live_rules(session, "contact")]
    done = failed = 0
    for key in keys:
        while not should_stop():
            with db.writing(engine) as session:
                made, stuck = _intend_some(session, key, clock())
            done, failed = done + made, failed + stuck
            if made < BATCH:
                break
    return done, failed


def _intend_some(session: Session, key: str, now: datetime) -> tuple[int, int]:
    rule = treatment.rule(session, key)
    if rule.state != "live" or rule.approved_at is None:
        return 0, 0
    try:
        found = template(session, rule.template_key or "")
    except NotFound:
        return 0, 1
    rows = [
        row_of(found, rule_key(key, membership_id), customer_id, rule.sentence, now)
        | {"segment_key": rule.segment_key, "campaign": rule.key}
        for membership_id, customer_id in session.execute(untold_members(rule).limit(BATCH))
    ]
    rule.last_run_at = now
    return len(db.insert_new(session, Intent, rows)), 0


def mark_seen(session: Session, customer_id: int, dispatch_id: int, *, now: datetime) -> None:
    """Note that a customer has read a message in the portal; another's is left alone."""
    mine = sa.and_(Dispatch.id == dispatch_id, Dispatch.customer_id == customer_id, Dispatch.seen_at.is_(None))
    session.execute(sa.update(Dispatch).where(mine).values(seen_at=now))
