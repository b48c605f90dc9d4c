"""Gives out what waits for a gateway: each message is looked at again, with every rule, before it may be sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal import accounts, gateways, treatment
from portal.gateways import GatewayMessage
from portal.outreach.leaving import behind, stands, stop
from portal.outreach.models import Dispatch
from portal.outreach.queries import PROVES, facts_of

ASK_AGAIN = timedelta(minutes=10)


class Given(NamedTuple):
    """A message given out, and until when it may be sent."""

    message: GatewayMessage
    until: datetime


def give_out(session: Session, channel: str, *, by: str, limit: int, now: datetime) -> list[Given]:
    """Give out up to `limit` messages that wait, the oldest first, each to one gateway at a time.

    All of their customers are held until this transaction ends, in one order, so that two gateways wait for each other
    instead of stopping each other. Each is decided again: what is not allowed any more is stopped and never given out.

    :param by: which gateway asks; only it can say what became of them.
    """
    gateways.begin_leases_anew(session, now=now)
    due = gateways.due(session, channel, now, limit)
    for customer_id in sorted({customer_id for _number, customer_id in due}):
        accounts.lock_customer(session, customer_id)
    given = []
    for number, _customer_id in due:
        message = gateways.found(session, number, now)
        until = None if message is None else _looked_at(session, message, now)
        if message is not None and until is not None:
            gateways.lease(session, message, by=by, until=until)
            given.append(Given(message, until))
    return given


def _looked_at(session: Session, message: GatewayMessage, now: datetime) -> datetime | None:
    """Until when it may be sent; None when it may not now, and then it waits or is stopped.

    A contact point that changed since is not written to any more: once the claim has run out, the rules say so.
    """
    rows = behind(session, Dispatch.gateway_id == message.id)
    if not rows:
        gateways.stop(session, message, now=now)
        return None
    dispatch, intent, words = rows[0]
    if intent.key.startswith(PROVES) and not _still_asked(session, message, now):
        stop(session, dispatch, intent, "expire", now)
        gateways.stop(session, message, now=now)
        return None
    if _moved(session, message) and stands(session, dispatch, intent, words, now):
        gateways.put_off(session, message, until=now + ASK_AGAIN)
        return None
    decision = treatment.claim(session, facts_of(intent, words, message.to_point), now=now)
    if decision.outcome == "allow":
        return decision.claim_until
    if decision.outcome == "hold" and decision.hold_until is not None:
        gateways.put_off(session, message, until=decision.hold_until)
        return None
    stop(session, dispatch, intent, decision.outcome, now)
    gateways.stop(session, message, now=now)
    return None


def _still_asked(session: Session, message: GatewayMessage, now: datetime) -> bool:
    """Whether a code is of use yet: its number was not confirmed meanwhile, and not too many were typed wrong."""
    proof = accounts.proof_of(accounts.number_point(session, message.customer_id))
    return proof is not None and proof.is_open(now)


def _moved(session: Session, message: GatewayMessage) -> bool:
    kind = gateways.KINDS[message.channel]
    points = accounts.points_of(session, message.customer_id)
    return message.to_point not in [point.value for point in points if point.kind == kind]


def it_left(session: Session, message: GatewayMessage) -> None:
    """A gateway says late that it sent what was stopped since: then it was sent, and the record says so."""
    for dispatch, intent, _words in behind(session, Dispatch.gateway_id == message.id):
        dispatch.stopped_at, intent.state = None, "sent"
    session.flush()
