"""Everything that writes a template or intends, and what the customer has seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, treatment
from portal.errors import Invalid, NotFound
from portal.ideas.models import Idea, IdeaAnswer, Vote
from portal.outreach.models import CLASSES, Dispatch, Intent, MessageTemplate
from portal.outreach.queries import rule_key, template, untold_members

BATCH = 500
LASTS = timedelta(days=30)
OWED_LASTS = timedelta(days=365)
IDEA_OUTCOME: Mapping[str, str] = {
    "key": "idea_outcome",
    "message_class": "answer",
    "purpose": "service",
    "topic": "*",
    "channel": "in_app",
    "subject": "An answer to an idea you backed: $title",
    "text": "“$title” is now: $status.\n\n$answer\n\nYou get this because you backed the idea: we owe you its outcome.",
}
STATUS_WORDS = {
    "open": "open", "considering": "being considered", "planned": "planned", "started": "started", "shipped": "here",
    "declined": "not going to happen",
}  # fmt: skip


def add_template(
    session: Session,
    *,
    key: str,
    message_class: str,
    purpose: str,
    channel: str,
    subject: str,
    text: str,
    by: str,
    now: datetime,
    topic: str = "*",
) -> MessageTemplate:
    """Add a template, or a new version of one; intents keep the version they were made with.

    :param message_class: mandatory, service, answer (what we owe), research, marketing or repermission.
    :param text: may have blanks such as `$name`, filled when it is sent.
    :raises Invalid: when the class is unknown.
    """
    if message_class not in CLASSES:
        raise Invalid(f"A message is one of {', '.join(CLASSES)}.", code="bad-class")
    newest = session.scalar(sa.select(sa.func.max(MessageTemplate.version)).where(MessageTemplate.key == key)) or 0
    made = MessageTemplate(
        key=key, version=newest + 1, message_class=message_class, purpose=purpose, topic=topic, channel=channel,
        subject=subject, text=text, created_at=now, created_by=by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


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
    row = _row(found, key, customer_id, reason, now) | {
        "campaign": campaign,
        "segment_key": segment_key,
        "subject_ref": subject_ref,
        "words": dict(words or {}),
        "decide_after": decide_after or now,
        "expires_at": expires_at or now + LASTS,
    }
    ids = db.insert_new(session, Intent, [row])
    return session.get_one(Intent, ids[0]) if ids else None


def _row(found: MessageTemplate, key: str, customer_id: int, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "key": key, "customer_id": customer_id, "template_id": found.id, "channel": found.channel, "campaign": "",
        "reason": reason, "subject_ref": "", "segment_key": None, "words": {}, "state": "waiting", "decide_after": now,
        "expires_at": now + LASTS, "created_at": now, "attempts": 0,
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
    if rule.state != "live":
        return 0, 0
    try:
        found = template(session, rule.template_key or "")
    except NotFound:
        return 0, 1
    rows = [
        _row(found, rule_key(key, membership_id), customer_id, rule.sentence, now)
        | {"segment_key": rule.segment_key, "campaign": rule.key}
        for membership_id, customer_id in session.execute(untold_members(rule).limit(BATCH))
    ]
    rule.last_run_at = now
    return len(db.insert_new(session, Intent, rows)), 0


def tell_outcomes(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Owe everybody who backed an idea the answer it got: one intent per voter and answer.

    :returns: how many intents were made, and 0.
    """
    done = 0
    while not should_stop():
        with db.writing(engine) as session:
            made = _owe_next(session, clock())
        if made is None:
            break
        done += made
    return done, 0


def _owe_next(session: Session, now: datetime) -> int | None:
    row = session.execute(
        sa.select(IdeaAnswer, Idea)
        .join(Idea, Idea.id == IdeaAnswer.idea_id)
        .where(IdeaAnswer.told_at.is_(None), IdeaAnswer.at <= now)
        .order_by(IdeaAnswer.id)
        .limit(1)
        .with_for_update(of=IdeaAnswer, skip_locked=True)
    ).first()
    if row is None:
        return None
    given, idea = row
    found = _template_for_outcomes(session, now)
    shown = {"title": idea.title, "status": STATUS_WORDS[given.status], "answer": given.text}
    voters = sa.select(Vote.customer_id).where(Vote.idea_id == idea.id, Vote.at <= given.at).order_by(Vote.customer_id)
    rows = [
        _row(found, f"idea-answer:{given.id}:{customer_id}", customer_id, f"You backed the idea “{idea.title}”.", now)
        | {"subject_ref": idea.ref, "words": shown, "expires_at": now + OWED_LASTS}
        for customer_id in session.scalars(voters)
    ]
    given.told_at = now
    return sum(len(db.insert_new(session, Intent, rows[start : start + BATCH])) for start in range(0, len(rows), BATCH))


def _template_for_outcomes(session: Session, now: datetime) -> MessageTemplate:
    try:
        return template(session, IDEA_OUTCOME["key"])
    except NotFound:
        return add_template(session, by="portal", now=now, **IDEA_OUTCOME)


def mark_seen(session: Session, customer_id: int, dispatch_id: int, *, now: datetime) -> None:
    """Note that a customer has read a message in the portal; another's is left alone."""
    mine = sa.and_(Dispatch.id == dispatch_id, Dispatch.customer_id == customer_id, Dispatch.seen_at.is_(None))
    session.execute(sa.update(Dispatch).where(mine).values(seen_at=now))
