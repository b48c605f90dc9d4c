"""The last look before a mail leaves: only under a claim that has not run out, and with nothing changed since."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, treatment
from portal.outreach.digests import take_out
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.outreach.queries import facts_of
from portal.treatment.models import CLAIMED, Decision

STATE_AFTER = {"deny": "denied", "expire": "expired"}


def may_leave(engine: Engine) -> Callable[[int, datetime], bool | datetime]:
    """What the outbox asks just before it hands a mail over: yes, not any more, or not before then.

    Within the lease of its claim a mail leaves when the customer's ledger is where it was and every rule still says
    yes. Otherwise it is claimed anew; what is not allowed any more is stopped, and the record says why. Mail about an
    account rests on no decision and always may.
    """

    def ask(mail_id: int, now: datetime) -> bool | datetime:
        with db.reading(engine) as session:
            waiting = behind(session, Dispatch.outbox_id == mail_id)
            if all(stands(session, *row, now) for row in waiting):
                return not waiting or any(dispatch.stopped_at is None for dispatch, _intent, _words in waiting)
        with db.writing(engine) as session:
            rows = behind(session, Dispatch.outbox_id == mail_id)
            if len(rows) > 1:
                return _together(session, mail_id, rows, now)
            answers = [anew(session, *row, now) for row in rows]
        later = [answer for answer in answers if isinstance(answer, datetime)]
        return all(answer is True for answer in answers) or (max(later) if later and False not in answers else False)

    return ask


def _together(
    session: Session, mail_id: int, rows: list[tuple[Dispatch, Intent, MessageTemplate]], now: datetime
) -> bool | datetime:
    """The last look at a digest: what may not go is taken out of it, and the rest goes at once.

    What only has to wait is a wish again, as if it had not been sent. Where a message cannot be taken out cleanly, the
    mail never leaves, and what may go is a wish again too: a new digest is made of it.
    """
    inside = [row for row in rows if row[0].stopped_at is None]
    answers = [(row, anew(session, *row, now)) for row in inside]
    stay = [dispatch for (dispatch, _intent, _words), answer in answers if answer is True]
    if len(stay) == len(inside):
        return bool(stay)
    clean = take_out(session, mail_id, [dispatch for dispatch, _intent, _words in inside], stay)
    for (dispatch, intent, _words), answer in answers:
        if isinstance(answer, datetime):
            _wish_again(session, dispatch, intent, answer, together=None)
        elif answer is True and not clean:
            _wish_again(session, dispatch, intent, now, together=now)
    return now if clean else False


def _wish_again(
    session: Session, dispatch: Dispatch, intent: Intent, at: datetime, *, together: datetime | None
) -> None:
    """Make a message that has not left a wish again, due at an instant, alone or `together` with others in a digest."""
    intent.state, intent.decide_after, intent.settled_at, intent.digest_at = "held", at, None, together
    session.delete(dispatch)
    session.flush()


def behind(session: Session, which: sa.ColumnElement[bool]) -> list[tuple[Dispatch, Intent, MessageTemplate]]:
    """What a mail, or a message for a gateway, was made for."""
    rows = session.execute(
        sa.select(Dispatch, Intent, MessageTemplate)
        .join(Intent, Intent.id == Dispatch.intent_id)
        .join(MessageTemplate, MessageTemplate.id == Intent.template_id)
        .where(which)
        .order_by(Dispatch.id)
    )
    return [(dispatch, intent, words) for dispatch, intent, words in rows]


def stands(session: Session, dispatch: Dispatch, intent: Intent, words: MessageTemplate, now: datetime) -> bool:
    """Whether the newest claim has not run out and nothing has come against it since, or it was stopped already."""
    if dispatch.stopped_at is not None:
        return True
    claims = sa.select(Decision).where(Decision.intent_key == intent.key, CLAIMED)
    newest = session.scalars(claims.order_by(Decision.attempt.desc()).limit(1)).one()
    in_time = newest.claim_until is not None and newest.decided_at <= now < newest.claim_until
    if not in_time:
        return False
    today = treatment.preview(session, facts_of(intent, words), now=now)
    return today.ledger_seq == newest.ledger_seq and today.outcome.outcome == "allow"


def anew(
    session: Session, dispatch: Dispatch, intent: Intent, words: MessageTemplate, now: datetime
) -> bool | datetime:
    """Claim it anew, with every rule: yes, not any more, or not before then. What may not go is stopped for good."""
    decision = treatment.claim(session, facts_of(intent, words), now=now)
    if decision.outcome == "allow":
        return True
    if decision.outcome == "hold" and decision.hold_until is not None:
        return decision.hold_until
    stop(session, dispatch, intent, decision.outcome, now)
    return False


def stop(session: Session, dispatch: Dispatch, intent: Intent, outcome: str, now: datetime) -> None:
    """Write down that it never left, because of this outcome of its last claim; a hold without an end is a no."""
    dispatch.stopped_at = now
    intent.state = STATE_AFTER.get(outcome, "denied")
    session.flush()
