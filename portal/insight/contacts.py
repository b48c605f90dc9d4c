"""What happened with contacts in a span of time: what was sent, what the rules kept back, and what followed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.consent import LedgerAgain
from portal.consent.models import ANY, ConsentEntry
from portal.conversations.models import Conversation, Message
from portal.gateways import GatewayMessage
from portal.insight.auditing import NO
from portal.insight.observing import LEAVING, Span
from portal.insight.rules import Observation
from portal.mail import OutboxMessage
from portal.needs.models import MessageReading
from portal.outreach.models import Dispatch, Intent
from portal.treatment import OWED
from portal.treatment.models import ContactEvent, Decision

LEAVES_WITHIN = timedelta(hours=24)
TOLD_WITHIN = timedelta(days=3)
FEELS_WITHIN = timedelta(days=14)
Moments = dict[int, list[tuple[datetime, str]]]


def sent(session: Session, span: Span) -> Iterator[Observation]:
    """Each message sent: whether it sells nothing, and whether a no had been recorded before it."""
    rows = _dispatches(session, span)
    ledger = LedgerAgain(session, {row.customer_id for row in rows}) if rows else None
    for row in rows:
        about = (row.customer_id, row.channel, row.campaign)
        yield Observation("balance", "", row.sent_at, int(row.message_class != "marketing"), *about)
        if ledger is not None:
            seq = ledger.position(row.customer_id, row.sent_at, before=True)
            stood = ledger.permission(
                row.customer_id, row.purpose, seq, row.sent_at, channel=row.channel, topic=row.topic
            )
            against = any(code in NO for code in stood.restrictions)
            yield Observation("after_withdrawal", "", row.sent_at, int(against), *about)


def _dispatches(session: Session, span: Span) -> Sequence[Any]:
    """What really left, at the moment a mail server or a gateway took it, and nothing that was stopped."""
    left_at = sa.func.coalesce(OutboxMessage.sent_at, GatewayMessage.handed_over_at, Dispatch.sent_at)
    waits = sa.or_(
        sa.func.coalesce(OutboxMessage.state.in_(("waiting", "sending", "dead")), sa.false()),
        sa.and_(Dispatch.gateway_id.is_not(None), GatewayMessage.handed_over_at.is_(None)),
    )
    return session.execute(
        sa.select(
            Dispatch.customer_id,
            Dispatch.channel,
            sa.type_coerce(left_at, Dispatch.sent_at.type).label("sent_at"),
            Intent.campaign,
            Decision.message_class,
            Decision.purpose,
            Decision.topic,
        )
        .join(Decision, Decision.id == Dispatch.decision_id)
        .join(Intent, Intent.id == Dispatch.intent_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == Dispatch.outbox_id)
        .outerjoin(GatewayMessage, GatewayMessage.id == Dispatch.gateway_id)
        .where(Dispatch.stopped_at.is_(None), sa.func.coalesce(waits, sa.false()).is_(sa.false()))
        .where(left_at >= span[0], left_at < span[1])
    ).all()


def followed(session: Session, span: Span) -> Iterator[Observation]:
    """What followed a contact: leaving within a day, a spam report or a bounce within three."""
    earlier = (span[0] - TOLD_WITHIN, span[1])
    left, told = _left(session, earlier), _told(session, earlier)
    for row in _dispatches(session, earlier):
        about = (row.customer_id, row.channel, row.campaign)
        counts = row.sent_at + LEAVES_WITHIN
        if row.message_class not in OWED and span[0] <= counts < span[1]:
            gone = _any(left, row.customer_id, row.sent_at, counts, {row.purpose, ANY})
            yield Observation("opt_out", "", counts, int(gone), *about)
        counts = row.sent_at + TOLD_WITHIN
        if row.channel == "email" and span[0] <= counts < span[1]:
            for indicator, kind in (("spam", "spam_complaint"), ("bounces", "hard_bounce")):
                heard = _any(told, row.customer_id, row.sent_at, counts, {kind})
                yield Observation(indicator, "", counts, int(heard), *about)


def _left(session: Session, span: Span) -> Moments:
    entries = sa.select(ConsentEntry.customer_id, ConsentEntry.recorded_at, ConsentEntry.purpose)
    entries = entries.where(ConsentEntry.action.in_(LEAVING))
    return _moments(session, entries.where(ConsentEntry.recorded_at >= span[0], ConsentEntry.recorded_at < span[1]))


def _told(session: Session, span: Span) -> Moments:
    events = sa.select(ContactEvent.customer_id, ContactEvent.recorded_at, ContactEvent.kind)
    return _moments(session, events.where(ContactEvent.recorded_at >= span[0], ContactEvent.recorded_at < span[1]))


def _moments(session: Session, rows: Any) -> Moments:
    found: Moments = defaultdict(list)
    for customer_id, at, what in session.execute(rows):
        found[customer_id].append((at, what))
    return {customer_id: sorted(moments) for customer_id, moments in found.items()}


def _any(moments: Moments, customer_id: int | None, since: datetime, until: datetime, what: set[str]) -> bool:
    """Whether something of a kind happened to somebody after one moment and not after another."""
    mine = moments.get(customer_id or 0, [])
    return any(at <= until and kind in what for at, kind in mine[bisect_left(mine, (since, "\uffff")) :])


def decided(session: Session, span: Span) -> Iterator[Observation]:
    """Each decision, and which rule kept it back."""
    rows = session.execute(
        sa.select(
            Decision.customer_id, Decision.channel, Decision.decided_at, Decision.outcome, Decision.decisive_rule,
            Decision.intent,
        ).where(Decision.mode == "claim", Decision.decided_at >= span[0], Decision.decided_at < span[1])
    )  # fmt: skip
    for customer_id, channel, at, outcome, rule, intent in rows:
        about = (customer_id, channel, str(intent.get("campaign") or ""))
        kept_back = outcome != "allow"
        yield Observation("denials", "", at, int(kept_back), *about)
        if kept_back and rule:
            yield Observation("denials", rule, at, 1, *about)


def feelings(session: Session, span: Span) -> Iterator[Observation]:
    """Unhappy words up to two weeks after a contact that was not owed, beside those of the control group and others."""
    before = (span[0] - FEELS_WITHIN, span[1])
    choices = sa.select(Decision.customer_id, Decision.decided_at, Decision.decisive_rule).where(
        Decision.mode == "claim", Decision.decided_at >= before[0], Decision.decided_at < before[1]
    )
    contacted = _moments(session, choices.where(Decision.outcome == "allow", Decision.message_class.not_in(OWED)))
    control = _moments(session, choices.where(Decision.decisive_rule == "control"))
    rows: Iterable[Any] = session.execute(
        sa.select(Conversation.customer_id, Message.written_at, MessageReading.sentiment)
        .join(Message, Message.conversation_id == Conversation.id)
        .join(MessageReading, MessageReading.message_id == Message.id)
        .where(Conversation.customer_id.is_not(None), MessageReading.sentiment.is_not(None))
        .where(Message.written_at >= span[0], Message.written_at < span[1])
    )
    for customer_id, at, sentiment in rows:
        part = "contacted" if _since(contacted, customer_id, at) else "control"
        if part == "control" and not _since(control, customer_id, at):
            part = "others"
        yield Observation("feeling", part, at, int(sentiment == "negative"), customer_id)


def _since(moments: Moments, customer_id: int, at: datetime) -> bool:
    return any(at - FEELS_WITHIN < moment <= at for moment, _what in moments.get(customer_id, ()))
