"""Digests: what may wait comes together in one mail a day or a week, for whoever asked for that.

Each message in it is a wish of its own, decided on its own when the mail is made, and once more before it leaves.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, mail, treatment
from portal.accounts import Customer
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.outreach.rules import FOOT, STOPPABLE, mail_text, stop_headers
from portal.sentences import Sentence, in_language
from portal.settings import Settings, secret_of
from portal.treatment.models import Decision

MAY_WAIT = ("answer", "research", "marketing")
"""Classes that a digest may hold: what must be told, and service, goes at once and alone."""
SENT_AT = time(9, 0)
"""When digests are made, on the customer's clock; later where their quiet hours end later. Weekly ones on Mondays."""
DAY, MONDAY = timedelta(days=1), 0
RULE = "— — —"
SUBJECT = Sentence("What came together for you at %(company)s")
INTRO = Sentence("You asked to get what can wait in one mail. This is what came together.")
Wish = tuple[Intent, MessageTemplate]


def next_digest(now: datetime, how: str, zone: ZoneInfo, at: time = SENT_AT) -> datetime:
    """When the next digest after `now` is made: at a time of day in a zone, each day or each Monday.

    On a day on which the clock skips that time it is the first instant after; where it comes twice, the first.
    """
    day = now.astimezone(zone).date()
    while True:
        if how == "daily" or day.weekday() == MONDAY:
            moment = treatment.instant(day, at, zone)
            if moment > now:
                return moment
        day += DAY


def slot_of(session: Session, wish: Wish, settings: Settings, now: datetime) -> datetime | None:
    """When a message waits for its digest; None when it goes alone and now.

    That is so when nobody asked for digests, when it may not wait, and when it would be too late then.
    """
    intent, words = wish
    if intent.channel != "email" or words.message_class not in MAY_WAIT:
        return None
    chosen = consent.preference_of(session, intent.customer_id)
    if not chosen.digest:
        return None
    customer = session.get_one(Customer, intent.customer_id)
    zone = ZoneInfo(chosen.time_zone or customer.time_zone or settings.default_zone)
    at = max(SENT_AT, chosen.quiet_until) if chosen.quiet_until and chosen.quiet_from else SENT_AT
    slot = next_digest(now, chosen.digest, zone, at)
    return slot if slot < intent.expires_at else None


def due_together(session: Session, customer_id: int, now: datetime) -> list[Wish]:
    """What waits for the digest of a customer and is due, the most urgent first; the rows are held."""
    rows = session.execute(
        _waiting(customer_id)
        .where(Intent.decide_after <= now)
        .order_by(Intent.priority.desc(), Intent.id)
        .with_for_update(of=Intent)
    )
    return [(intent, words) for intent, words in rows]


def waiting_together(session: Session, customer_id: int) -> list[Wish]:
    """What waits for the digest of a customer, in the order in which it will come."""
    rows = session.execute(_waiting(customer_id).order_by(Intent.decide_after, Intent.priority.desc(), Intent.id))
    return [(intent, words) for intent, words in rows]


def _waiting(customer_id: int) -> sa.Select[Intent, MessageTemplate]:
    return (
        sa.select(Intent, MessageTemplate)
        .join(MessageTemplate, MessageTemplate.id == Intent.template_id)
        .where(Intent.customer_id == customer_id, Intent.digest_at.is_not(None))
        .where(Intent.state.in_(("waiting", "held")))
    )


def regroup(session: Session, customer_id: int, now: datetime) -> None:
    """The customer wants it otherwise from now on: what waited for a digest is looked at anew."""
    waits = sa.and_(
        Intent.customer_id == customer_id, Intent.digest_at.is_not(None), Intent.state.in_(("waiting", "held"))
    )
    session.execute(
        sa.update(Intent)
        .where(waits)
        .values(digest_at=None, decide_after=now)
        .execution_options(synchronize_session=False)
    )


def queue_together(
    session: Session, customer: Customer, sent: Sequence[tuple[Dispatch, MessageTemplate, Decision]],
    settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """One mail with several messages and one way to stop them, for a customer who is held."""
    language = customer.language
    stop = _stop_address(customer, sent, settings)
    blocks = [block_of(dispatch) for dispatch, _words, _decision in sent]
    body = "\n\n".join([in_language(language, INTRO), *blocks])
    why = f"{settings.base_url.rstrip('/')}/me/why"
    queued = mail.queue(
        session, kind="digest", to=customer.email or "", now=now, customer_id=customer.id,
        subject=in_language(language, SUBJECT, company=settings.company),
        text=mail_text(body, why, language, stop), headers=stop_headers(stop),
        dedupe_key=f"digest:{sent[0][2].ref}:{now.isoformat()}",
    )  # fmt: skip
    for dispatch, _words, _decision in sent:
        dispatch.outbox_id = queued.id
    session.flush()


def block_of(dispatch: Dispatch) -> str:
    """How one message stands in a digest."""
    return f"{RULE}\n{dispatch.subject}\n\n{dispatch.text}"


def take_out(session: Session, mail_id: int, before: Sequence[Dispatch], stay: Sequence[Dispatch]) -> bool:
    """Leave in a digest that has not left only the messages that stay; gives whether that could be done.

    It can when the mail is, from its first message to its last, exactly what was made of all of them: then no part of
    a message that may not go can be left in it. Otherwise nothing is changed, and the mail must not leave.

    :param before: every message that is in it, in their order. :param stay: some of them.
    """
    kept = session.get_one(mail.OutboxMessage, mail_id)
    whole = _blocks(before)
    if not stay or kept.text.count(whole) != 1:
        return False
    kept.text = kept.text.replace(whole, _blocks(stay))
    session.flush()
    return True


def _blocks(messages: Sequence[Dispatch]) -> str:
    """The messages as they stand in a digest, up to its foot."""
    return "\n\n".join(block_of(dispatch) for dispatch in messages) + FOOT


def _stop_address(
    customer: Customer, sent: Sequence[tuple[Dispatch, MessageTemplate, Decision]], settings: Settings
) -> str | None:
    """One address that stops what of it is not owed: one kind where all is of one, else all we send by mail."""
    kinds = {(words.purpose, words.topic) for _sent, words, _decision in sent if words.message_class in STOPPABLE}
    if not kinds:
        return None
    purpose, topic = kinds.pop() if len(kinds) == 1 else (consent.ANY, consent.ANY)
    link = consent.StopLink(customer.ref, purpose, "email", topic, sent[0][2].ref)
    return f"{settings.base_url.rstrip('/')}/u/{consent.seal_stop(secret_of(settings), link)}"
