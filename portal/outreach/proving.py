"""The code by which a customer confirms a number: a text message they asked for, decided and recorded like any other.

What is kept of the message has a blank where the code stands. The blank is filled when a gateway takes it, so that
nobody reads the code but whoever holds the number: not the customer's own pages, not their archive, not the team.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, gateways
from portal.accounts import ContactPoint, Customer, Proof
from portal.errors import Conflict, TooMany
from portal.gateways import GatewayMessage
from portal.outreach.actions import intend
from portal.outreach.leaving import behind, stop
from portal.outreach.letters import letter_for
from portal.outreach.models import Dispatch, Intent
from portal.outreach.queries import PROVES, intents_by_key
from portal.outreach.rules import filled
from portal.outreach.sending import decide, send
from portal.outreach.templating import kept_template
from portal.sentences import Sentence, in_language
from portal.settings import Settings
from portal.treatment.models import CLAIMED, ContactEvent, Decision

DAY = timedelta(days=1)
MOST_A_DAY = 5
"""Codes for one customer, and codes to one number, whoever asked."""
CHANNEL = "sms"
HIDDEN = "••••••"
CODE: dict[str, str] = {
    "key": "number_code",
    "message_class": "mandatory",
    "purpose": "service",
    "topic": "*",
    "channel": CHANNEL,
    "subject": Sentence("Your code for $company"),
    "text": Sentence(
        "$code is your code for $company. It counts for 10 minutes. If you did not ask for it, there is nothing to do."
    ),
}
BECAUSE = Sentence("You asked for a code to confirm this number.")


class Progress(NamedTuple):
    """How far a number has come: what was asked for, what was decided, and how far its text message is."""

    point: ContactPoint | None
    proof: Proof | None
    decision: Decision | None
    message: GatewayMessage | None
    unreached: bool

    def waits_for_code(self, now: datetime) -> bool:
        """Whether a code was sent that can still be typed."""
        sent = self.decision is not None and self.decision.outcome == "allow"
        return sent and self.proof is not None and self.proof.is_open(now)


def ask_code(session: Session, customer: Customer, *, settings: Settings, now: datetime) -> Decision:
    """Send a code to the customer's number, if the rules let it; the record says why, either way.

    Asked for again it is another code, and the one before never leaves any more if it did not yet.

    :raises Conflict: code `no-number`, `no-gateway` (nothing takes text messages), `number-confirmed`, or `code-sent`
        when the last one was asked for less than a minute ago.
    :raises TooMany: when there were too many for a day.
    """
    accounts.lock_customer(session, customer.id)
    point = accounts.number_point(session, customer.id)
    if point is None:
        raise Conflict("There is no number yet.", code="no-number")
    session.refresh(point)
    if point.verified_at is not None and not unreached(session, point):
        raise Conflict("This number is confirmed already.", code="number-confirmed")
    proof = accounts.proof_of(point)
    if proof is not None and now < proof.again_at:
        raise Conflict("A code was sent less than a minute ago.", code="code-sent")
    if not accounts.gateway_came(session):
        raise Conflict("Text messages cannot be sent here yet.", code="no-gateway")
    if _asked_lately(session, point, now) >= MOST_A_DAY:
        raise TooMany(
            "There were many codes today. Ask for another one tomorrow.", retry_after=int(DAY.total_seconds())
        )
    _drop_earlier(session, proof, now)
    return _send(session, customer, point, accounts.begin_proof(session, point, now=now), settings, now)


def progress_of(session: Session, customer_id: int) -> Progress:
    """How far the customer's number has come; writes nothing."""
    point = accounts.number_point(session, customer_id)
    proof = accounts.proof_of(point)
    if proof is None:
        return Progress(point, None, None, None, point is not None and unreached(session, point))
    key = f"{PROVES}{proof.tag}"
    newest = sa.select(Decision).where(Decision.intent_key == key, CLAIMED)
    decision = session.scalar(newest.order_by(Decision.attempt.desc()).limit(1))
    _intent, _words, message = intents_by_key(session, [key]).get(key, (None, None, None))
    return Progress(point, proof, decision, message, unreached=False)


def text_of(session: Session, message: GatewayMessage, settings: Settings) -> str:
    """The very words as a gateway sends them: with the code, where the message brings one."""
    point = accounts.number_point(session, message.customer_id)
    if point is None or not _brings_code(session, message):
        return message.text
    return filled(message.text, {"code": accounts.code_of(point, settings)})


def unreached(session: Session, point: ContactPoint) -> bool:
    """Whether we were told, since it was confirmed, that nobody is reached at a number."""
    told = sa.select(ContactEvent.id).where(
        ContactEvent.customer_id == point.customer_id, ContactEvent.channel == CHANNEL,
        ContactEvent.kind != "reply_stop", ContactEvent.recorded_at >= (point.verified_at or point.recorded_at),
    )  # fmt: skip
    return session.scalar(told.limit(1)) is not None


def _send(
    session: Session, customer: Customer, point: ContactPoint, tag: str, settings: Settings, now: datetime
) -> Decision:
    words = kept_template(session, CODE, now)
    intent = intend(
        session, key=f"{PROVES}{tag}", customer_id=customer.id, template_key=words.key, now=now,
        reason=in_language(customer.language, BECAUSE), words={"code": HIDDEN},
        expires_at=(point.proof_at or now) + accounts.CODE_LASTS,
    )  # fmt: skip
    if intent is None:
        raise Conflict("A code was sent less than a minute ago.", code="code-sent")
    decision = decide(session, intent, words, now)
    if decision.outcome == "allow":
        send(session, intent, words, decision, settings, now, kept=letter_for(words, customer, {}, settings))
    elif decision.outcome == "hold":
        intent.state, intent.settled_at = "expired", now  # nobody waits for a code
    session.flush()
    return decision


def _asked_lately(session: Session, point: ContactPoint, now: datetime) -> int:
    """Codes of the last day: to this customer, or to this number, whichever were more."""
    lately = sa.and_(Intent.key.startswith(PROVES), Intent.created_at > now - DAY)
    asked = sa.select(sa.func.count()).select_from(Intent).where(lately)
    theirs = asked.where(Intent.customer_id == point.customer_id)
    there = (
        asked.join(Dispatch, Dispatch.intent_id == Intent.id)
        .join(GatewayMessage, GatewayMessage.id == Dispatch.gateway_id)
        .where(GatewayMessage.to_point == point.value, GatewayMessage.created_at > now - DAY)
    )
    return max(int(session.scalar(theirs) or 0), int(session.scalar(there) or 0))


def _drop_earlier(session: Session, proof: Proof | None, now: datetime) -> None:
    """The code before counts no more, so its message need not leave."""
    if proof is None:
        return
    rows = sa.select(Dispatch, Intent, GatewayMessage).join(Intent, Intent.id == Dispatch.intent_id)
    rows = rows.join(GatewayMessage, GatewayMessage.id == Dispatch.gateway_id)
    for sent, intent, message in session.execute(rows.where(Intent.key == f"{PROVES}{proof.tag}")):
        if message.state == "waiting":
            gateways.stop(session, message, now=now)
            stop(session, sent, intent, "expire", now)


def _brings_code(session: Session, message: GatewayMessage) -> bool:
    wishes = behind(session, Dispatch.gateway_id == message.id)
    return any(intent.key.startswith(PROVES) for _sent, intent, _words in wishes)
