"""Sending: a due intent is decided, and what is allowed is sent, in one transaction that holds the customer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, gateways, live, mail, treatment
from portal.accounts import Customer
from portal.outreach.digests import due_together, queue_together, slot_of
from portal.outreach.letters import Letter, as_mail, for_gateway, letter_for, stop_address
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.outreach.queries import facts_of
from portal.outreach.rules import MOST_ATTEMPTS, stop_headers, wait_after
from portal.settings import Settings
from portal.treatment.models import Decision

log = structlog.get_logger()
BATCH = 100
WAITING = ("waiting", "held")
STATE_AFTER = {"allow": "sent", "hold": "held", "deny": "denied", "expire": "expired"}
LEAST_WAIT = timedelta(minutes=1)


def send_due(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Decide all intents that are due, and send what is allowed.

    An intent that throws is pushed ahead, each time longer, and marked failed after eight times: it never spins.

    :returns: how many intents were decided, and how many failed.
    """
    done = failed = 0
    while not should_stop():
        now = clock()
        with db.reading(engine) as session:
            due = sa.select(Intent.id).where(Intent.state.in_(WAITING), Intent.decide_after <= now)
            order = (Intent.priority.desc(), Intent.decide_after, Intent.id)
            ids = list(session.scalars(due.order_by(*order).limit(BATCH)))
        for intent_id in ids:
            if should_stop():
                return done, failed
            try:
                done += _settle(engine, intent_id, settings, clock())
            except Exception as error:
                failed += 1
                log.error("an intent could not be decided", intent=intent_id, kind=type(error).__name__)
                _push_ahead(engine, intent_id, clock())
        if len(ids) < BATCH:
            break
    return done, failed


def _settle(engine: Engine, intent_id: int, settings: Settings, now: datetime) -> int:
    with db.writing(engine) as session:
        customer_id = session.scalar(sa.select(Intent.customer_id).where(Intent.id == intent_id))
        if customer_id is None:
            return 0
        accounts.lock_customer(session, customer_id)
        row = session.execute(
            sa.select(Intent, MessageTemplate)
            .join(MessageTemplate, MessageTemplate.id == Intent.template_id)
            .where(Intent.id == intent_id, Intent.state.in_(WAITING), Intent.decide_after <= now)
            .with_for_update(of=Intent)
        ).first()
        if row is None:
            return 0  # another process was faster
        intent, words = row
        if intent.digest_at is not None:
            return _settle_together(session, customer_id, settings, now)
        slot = slot_of(session, (intent, words), settings, now)
        if slot is not None:
            intent.digest_at = intent.decide_after = slot
            return 1
        decision = decide(session, intent, words, now)
        if decision.outcome == "allow":
            send(session, intent, words, decision, settings, now)
    return 1


def decide(session: Session, intent: Intent, words: MessageTemplate, now: datetime) -> Decision:
    """Claim a wish, and write down where it stands after that."""
    decision = treatment.claim(session, facts_of(intent, words), now=now)
    intent.state = STATE_AFTER[decision.outcome]
    if decision.outcome == "hold":
        intent.decide_after = max(decision.hold_until or now, now + LEAST_WAIT)
    else:
        intent.settled_at = now
    return decision


def _settle_together(session: Session, customer_id: int, settings: Settings, now: datetime) -> int:
    """Decide each message of a digest on its own; what is allowed goes in one mail, a single one as it would alone.

    What is held waits for the first digest after that, unless it would be too late then.
    """
    customer = accounts.lock_customer(session, customer_id)
    rows = due_together(session, customer_id, now)
    allowed = []
    for intent, words in rows:
        decision = decide(session, intent, words, now)
        if decision.outcome == "allow":
            allowed.append((intent, words, decision))
        elif decision.outcome == "hold":
            held = intent.decide_after
            intent.digest_at = intent.decide_after = slot_of(session, (intent, words), settings, held) or held
    if len(allowed) == 1:
        send(session, *allowed[0], settings, now)
    elif allowed:
        made = [(_dispatched(session, *one, settings, now)[0], one[1], one[2]) for one in allowed]
        queue_together(session, customer, made, settings, now)
    return len(rows)


def send(
    session: Session, intent: Intent, words: MessageTemplate, decision: Decision, settings: Settings, now: datetime,
    kept: Letter | None = None,
) -> None:  # fmt: skip
    """Send what was allowed: it is put where it leaves from.

    :param kept: what waits for a gateway, where that is not what the customer's own pages show.
    """
    customer = accounts.lock_customer(session, intent.customer_id)
    sent, letter = _dispatched(session, intent, words, decision, settings, now)
    if intent.channel == "email" and customer.email:
        sent.outbox_id = _into_outbox(session, customer, words, letter, decision, settings, now)
    elif intent.channel in gateways.WAYS:
        sent.gateway_id = _for_gateway(session, customer, words, kept or letter, decision, now)
    session.flush()


def _dispatched(
    session: Session, intent: Intent, words: MessageTemplate, decision: Decision, settings: Settings, now: datetime
) -> tuple[Dispatch, Letter]:
    customer = accounts.lock_customer(session, intent.customer_id)
    letter = letter_for(words, customer, intent.words, settings)
    sent = Dispatch(
        decision_id=decision.id, intent_id=intent.id, customer_id=customer.id, channel=intent.channel,
        subject=letter.subject, text=letter.text, language=letter.language, sent_at=now,
    )  # fmt: skip
    session.add(sent)
    session.flush()
    live.tell(session, customer.id, "dispatch", {"decision": decision.ref, "channel": intent.channel}, now)
    return sent, letter


def _into_outbox(
    session: Session, customer: Customer, words: MessageTemplate, letter: Letter, decision: Decision,
    settings: Settings, now: datetime,
) -> int:  # fmt: skip
    stop = stop_address(customer, words, decision.ref, settings)
    queued = mail.queue(
        session, kind=words.message_class, to=customer.email or "", subject=letter.subject, now=now,
        customer_id=customer.id, text=as_mail(letter, words, settings, stop, customer.language),
        headers=stop_headers(stop), dedupe_key=f"decision:{decision.ref}",
    )  # fmt: skip
    return queued.id


def _for_gateway(
    session: Session, customer: Customer, words: MessageTemplate, letter: Letter, decision: Decision, now: datetime
) -> int:
    point = accounts.point_of(session, customer.id, gateways.KINDS[decision.channel])
    kept = gateways.record(
        session, channel=decision.channel, customer_id=customer.id, decision_ref=decision.ref, to_point=point.value,
        subject=letter.subject, text=for_gateway(letter, words, customer.language), language=letter.language, now=now,
    )  # fmt: skip
    return kept.id


def _push_ahead(engine: Engine, intent_id: int, now: datetime) -> None:
    with db.writing(engine) as session:
        intent = session.get(Intent, intent_id)
        if intent is None or intent.state not in WAITING:
            return
        intent.attempts += 1
        intent.decide_after = now + wait_after(intent.attempts)
        if intent.attempts >= MOST_ATTEMPTS:
            intent.state, intent.settled_at = "failed", now
