"""Ways to stop that need no sign-in: a link in a mail, a signal of the browser, a reply, a report of a mail provider.

None of them can do anything but take away, and each says nothing when there is nothing left to take.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import accounts, consent, gateways, outreach, treatment
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import ANY, PAUSE, ConsentEntry, Receipt
from portal.gateways import GatewayMessage
from portal.privacy.actions import change_consent
from portal.privacy.rules import CellChange, actions_for

PAUSE_DAYS = 30
EVENTS = ("reply_stop", "hard_bounce", "spam_complaint")
HEARD_AS = {"bounced": "hard_bounce", "opted_out": "reply_stop"}
"""Outcomes of a message that count like what a provider tells."""
STOPPED_BY = {"reply_stop": "reply", "spam_complaint": "report"}
"""Events that are a no, and the method under which the ledger keeps it. A bounce says nothing about what is wanted."""


def stop(
    session: Session,
    customer: Customer,
    changes: list[CellChange],
    *,
    actor: Actor,
    method: str,
    evidence: str | None,
    now: datetime,
) -> Receipt | None:
    """Withdraw or object where that still changes something, through `change_consent`.

    :param changes: acts that take away only. :param evidence: what proves it, such as the mail whose link was used.
    :returns: the receipt; None when it was all so already, or the customer was erased: then nothing is written.
    :raises ValueError: when one of the acts is not a stop.
    """
    if any(change.act not in ("withdraw", "object") for change in changes):
        raise ValueError("This way can only take away.")
    if accounts.lock_customer(session, customer.id).erased_at is not None:
        return None
    cells = consent.cells_of(session, customer.id)
    states = {key: cell.state for key, cell in cells.items()}
    left = [one for one in changes if actions_for(one.act, states.get((one.purpose, one.channel, one.topic)))]
    if not left:
        return None
    return change_consent(
        session, customer, left, actor=actor, method=method, expected_seq=None, now=now, evidence=evidence
    )


def stop_all(
    session: Session, customer: Customer, channel: str, *, actor: Actor, method: str, evidence: str | None,
    now: datetime,
) -> Receipt | None:  # fmt: skip
    """Withdraw, on one channel, everything under which we write on our own account."""
    changes = [
        CellChange(purpose=one.key, channel=channel, act="withdraw")
        for one in consent.own_account(session)
        if channel in one.channels
    ]
    return stop(session, customer, changes, actor=actor, method=method, evidence=evidence, now=now)


def pause_by_link(
    session: Session, customer: Customer, *, zone: str, evidence: str, now: datetime
) -> ConsentEntry | None:
    """Hold everything we send on our own account for 30 days, unless a pause that lasts as long is on already."""
    if accounts.lock_customer(session, customer.id).erased_at is not None:
        return None
    until = (now + timedelta(days=PAUSE_DAYS)).date()
    cell = consent.cells_of(session, customer.id).get(PAUSE)
    ends = consent.end_of_pause(session, customer, until, zone)
    if cell is not None and cell.state == "paused" and (cell.valid_until is None or cell.valid_until >= ends):
        return None
    return consent.pause(
        session, customer, until=until, zone=zone, now=now, actor=customer.ref, method="one_click", evidence=evidence
    )


def object_by_browser(session: Session, customer: Customer, *, now: datetime) -> Receipt | None:
    """Take the browser's signal (Global Privacy Control) as an objection, once for each purpose that heeds it.

    Whoever lifts such an objection has decided for themselves: the signal does not bring it back.
    """
    keys = consent.unheard_by_gpc(session, customer.id)
    if not keys:
        return None
    return stop(
        session,
        customer,
        [CellChange(purpose=key, act="object") for key in keys],
        actor=Actor(type="customer", id=None, name=customer.ref),
        method="gpc",
        evidence="Sec-GPC: 1",
        now=now,
    )


def hear(
    session: Session,
    customer: Customer,
    *,
    kind: str,
    channel: str,
    source: str,
    event_id: str,
    occurred_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Receipt | None:
    """Take what a provider tells about a contact; told again under the same number, nothing happens.

    A STOP and a spam report are a no to all we write on our own account on that channel; a spam report and a hard
    bounce also keep anything from being sent there until the address is confirmed anew.

    :param kind: one of `EVENTS`. :param source: whose number `event_id` is.
    """
    accounts.lock_customer(session, customer.id)
    values = {"customer_id": customer.id, "kind": kind, "channel": channel, "source": source, "event_id": event_id}
    new = treatment.note_event(session, **values, occurred_at=occurred_at or now, now=now)
    if not new or kind not in STOPPED_BY:
        return None
    evidence = f"{kind} {event_id}, {(occurred_at or now).isoformat(timespec='seconds')}"
    return stop_all(session, customer, channel, actor=actor, method=STOPPED_BY[kind], evidence=evidence, now=now)


def one_cell(purpose: str, channel: str = ANY, topic: str = ANY) -> list[CellChange]:
    """The change that stops one cell."""
    return [CellChange(purpose=purpose, channel=channel, topic=topic, act="withdraw")]


def hear_of_message(
    session: Session, ref: str, *, outcome: str, note: str, at: datetime, actor: Actor, now: datetime
) -> tuple[GatewayMessage, bool]:
    """Take what a gateway says became of a message it was given, and let it count for what may be sent next.

    Somebody who is not reached there is not written to there; a stop is a no to all we send on our own account that
    way.

    :returns: the message, and whether it was news.
    :raises NotFound, Conflict: as `gateways.report`.
    """
    by = f"{actor.type}:{actor.id}"
    customer = accounts.lock_customer(session, gateways.gateway_message(session, ref).customer_id)
    message, news = gateways.report(session, ref, outcome=outcome, by=by, note=note, at=at, now=now)
    if news and outcome != "failed":
        outreach.it_left(session, message)
    kind = HEARD_AS.get(outcome)
    if news and kind is not None:
        hear(
            session, customer, kind=kind, channel=message.channel, source=by, event_id=f"{ref}:{outcome}",
            occurred_at=at, actor=actor, now=now,
        )  # fmt: skip
    return message, news
