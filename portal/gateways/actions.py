"""Records what waits for a gateway, gives it out for a while, and takes what became of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db
from portal.errors import Conflict
from portal.gateways.models import GatewayMessage
from portal.gateways.queries import gateway_message
from portal.gateways.rules import LONGEST_LEASE, moves

TOLD_OF = ("failed", "bounced", "opted_out", "delivered")


def record(session: Session, *, now: datetime, **values: Any) -> GatewayMessage:
    """The adapter we ship: it keeps a rendered message until a gateway asks for it.

    :param values: channel, customer_id, decision_ref, to_point, subject, text, language.
    """
    made = GatewayMessage(ref=db.random_ref("G"), state="waiting", not_before=now, created_at=now, lease=0, **values)
    session.add(made)
    session.flush()
    return made


def lease(session: Session, message: GatewayMessage, *, by: str, until: datetime) -> None:
    """Give it out, to be sent before `until`; after that it waits again, and is decided anew when asked for."""
    message.state, message.leased_by, message.leased_until = "leased", by, until
    message.lease += 1
    session.flush()


def begin_leases_anew(session: Session, *, now: datetime) -> None:
    """Let leases that a jumped clock wrote run from now on: neither stuck until that time nor given out to two."""
    ahead = (GatewayMessage.state == "leased", GatewayMessage.leased_until > now + LONGEST_LEASE)
    session.execute(sa.update(GatewayMessage).where(*ahead).values(leased_until=now + LONGEST_LEASE))


def put_off(session: Session, message: GatewayMessage, *, until: datetime) -> None:
    """Nobody gets it before then."""
    message.state, message.not_before, message.leased_until = "waiting", until, None
    session.flush()


def stop(session: Session, message: GatewayMessage, *, now: datetime) -> None:
    """It is not allowed any more: it never leaves."""
    message.state, message.settled_at, message.leased_until = "stopped", now, None
    session.flush()


def report(
    session: Session, ref: str, *, outcome: str, by: str, note: str, at: datetime, now: datetime
) -> tuple[GatewayMessage, bool]:
    """Take what a gateway says became of a message it was given; gives whether that is news.

    Said again it changes nothing. What was not given out cannot have arrived.

    :param outcome: one of `OUTCOMES`. :param at: when it happened.
    :raises NotFound: when there is no such message.
    :raises Conflict: code `not-leased`, when another took it or nobody did; `settled`, when it came to another end.
    """
    message = gateway_message(session, ref, lock=True)
    if not message.lease or message.leased_by != by:
        raise Conflict("You were not given this message.", code="not-leased")
    if message.state == outcome or (outcome == "handed_over" and message.handed_over_at is not None):
        return message, False
    if not moves(message.state, outcome):
        raise Conflict("This message came to another end already.", code="settled")
    message.state, message.note, message.leased_until = outcome, note, None
    if message.handed_over_at is None and outcome != "failed":
        message.handed_over_at = min(at, now)
    if outcome in TOLD_OF:
        message.settled_at = now
    session.flush()
    return message, True
