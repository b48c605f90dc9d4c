"""Templates, what is intended and what was sent, as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import treatment
from portal.accounts.models import Customer
from portal.conversations.models import Conversation, Message
from portal.errors import NotFound
from portal.gateways.models import GatewayMessage
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.segments.models import Membership, Segment
from portal.sentences import Sentence
from portal.treatment import IntentFacts, TreatmentRule, Verdict
from portal.treatment.models import Decision

PROVES = "number-code:"
"""How the key of a wish begins that brings a code to the number it is to confirm."""


@dataclass(frozen=True)
class ContactTrial:
    """What a contact rule would do now: `members` of its segment, `missing` of whom nothing was intended for yet.

    `tried` are some of the missing with the verdict each would get.
    """

    members: int
    missing: int
    tried: list[tuple[Customer, Verdict]]


def template(session: Session, key: str) -> MessageTemplate:
    """The version of a template that may be sent: the newest whose class a second person has set.

    :raises NotFound: when there is none with this key.
    """
    statement = sa.select(MessageTemplate).where(MessageTemplate.key == key, MessageTemplate.confirmed_at.is_not(None))
    found = session.scalars(statement.order_by(MessageTemplate.version.desc()).limit(1)).first()
    if found is None:
        text = Sentence("There is no message template called “%(key)s” that may be sent.", key=key)
        raise NotFound(text, code="no-such-template")
    return found


def templates(session: Session) -> Sequence[MessageTemplate]:
    """The version that may be sent of every template, by key."""
    return _newest(session, MessageTemplate.confirmed_at.is_not(None))


def written_templates(session: Session) -> Sequence[MessageTemplate]:
    """The newest version of every template, sent or not, by key."""
    return _newest(session, sa.true())


def template_versions(session: Session, key: str) -> Sequence[MessageTemplate]:
    """All versions of a template, newest first.

    :raises NotFound: when there is none.
    """
    statement = sa.select(MessageTemplate).where(MessageTemplate.key == key)
    found = session.scalars(statement.order_by(MessageTemplate.version.desc())).all()
    if not found:
        raise NotFound(Sentence("There is no message called “%(key)s”.", key=key), code="no-such-template")
    return found


def template_version(session: Session, key: str, version: int) -> MessageTemplate:
    """One version of a template.

    :raises NotFound: when there is none.
    """
    found = next((one for one in template_versions(session, key) if one.version == version), None)
    if found is None:
        raise NotFound("There is no such version.", code="no-such-version")
    return found


def _newest(session: Session, among: sa.ColumnElement[bool]) -> Sequence[MessageTemplate]:
    newest = sa.select(MessageTemplate.key, sa.func.max(MessageTemplate.version).label("version")).where(among)
    latest = newest.group_by(MessageTemplate.key).subquery()
    statement = sa.select(MessageTemplate).join(
        latest, sa.and_(latest.c.key == MessageTemplate.key, latest.c.version == MessageTemplate.version)
    )
    return session.scalars(statement.order_by(MessageTemplate.key)).all()


def facts_of(intent: Intent, words: MessageTemplate, contact_point: str = "") -> IntentFacts:
    """An intent as treatment decides on it.

    :param contact_point: where it would go; empty for the one we know.
    """
    return IntentFacts(
        key=intent.key,
        customer_id=intent.customer_id,
        channel=intent.channel,
        message_class=words.message_class,
        purpose=words.purpose,
        topic=words.topic,
        template=f"{words.key}@{words.version}",
        campaign=intent.campaign,
        reason=intent.reason,
        segment_key=intent.segment_key,
        subject_ref=intent.subject_ref,
        expires_at=intent.expires_at,
        product_line=intent.product_line,
        cross_sell=intent.cross_sell,
        priority=intent.priority,
        control=intent.control,
        contact_point=contact_point,
        proves=intent.key.startswith(PROVES),
        template_state=words.state,
        data_used=tuple(words.data_used),
    )


def would_send(session: Session, customer: Customer, words: MessageTemplate, now: datetime) -> Verdict:
    """What would be decided now if this were to go to a customer. Writes nothing."""
    facts = IntentFacts(
        key="try", customer_id=customer.id, channel=words.channel, message_class=words.message_class,
        purpose=words.purpose, topic=words.topic, template=f"{words.key}@{words.version}",
        template_state=words.state, data_used=tuple(words.data_used),
    )  # fmt: skip
    return treatment.preview(session, facts, now=now)


def dispatches_of(
    session: Session, customer_id: int, *, unseen_in_portal: bool = False, limit: int = 50
) -> list[tuple[Dispatch, Decision, Intent]]:
    """What was really sent to a customer, with the decision that let it, newest first."""
    statement = (
        sa.select(Dispatch, Decision, Intent)
        .join(Decision, Decision.id == Dispatch.decision_id)
        .join(Intent, Intent.id == Dispatch.intent_id)
        .where(Dispatch.customer_id == customer_id, Dispatch.stopped_at.is_(None))
        .order_by(Dispatch.sent_at.desc(), Dispatch.id.desc())
        .limit(limit)
    )
    if unseen_in_portal:
        statement = statement.where(Dispatch.channel == "in_app", Dispatch.seen_at.is_(None))
    return [(sent, decided, intent) for sent, decided, intent in session.execute(statement)]


def intents_by_key(
    session: Session, keys: Sequence[str]
) -> dict[str, tuple[Intent, MessageTemplate, GatewayMessage | None]]:
    """The intents with these keys, the words they would send, and what they became for a gateway, if they did."""
    statement = (
        sa.select(Intent, MessageTemplate, GatewayMessage)
        .join(MessageTemplate, MessageTemplate.id == Intent.template_id)
        .outerjoin(Dispatch, Dispatch.intent_id == Intent.id)
        .outerjoin(GatewayMessage, GatewayMessage.id == Dispatch.gateway_id)
        .where(Intent.key.in_(keys))
    )
    return {intent.key: (intent, words, message) for intent, words, message in session.execute(statement)}


def dispatch_of(session: Session, decision_id: int) -> Dispatch | None:
    """What was sent because of a decision, None when nothing was."""
    return session.scalar(sa.select(Dispatch).where(Dispatch.decision_id == decision_id))


def untold_members(rule: TreatmentRule) -> sa.Select[int, int]:
    """Id and customer of the open memberships in a contact rule's segment for which nothing was intended yet."""
    key = sa.literal(rule_key(rule.key, "")) + sa.cast(Membership.id, sa.Text)
    there = sa.select(Intent.id).where(Intent.key == key)
    return (
        sa.select(Membership.id, Membership.customer_id)
        .join(Segment, Segment.id == Membership.segment_id)
        .where(Segment.key == rule.segment_key, Membership.valid_to.is_(None), ~there.exists())
        .order_by(Membership.id)
    )


def answer_key(message_id: int | str) -> str:
    """The key of the intent to tell somebody that the team answered."""
    return f"answer:{message_id}"


def untold_answers(since: datetime) -> sa.Select[Message, Conversation, Customer]:
    """Answers of the team written after `since`, with conversation and customer, of which nobody was told yet.

    Only where an answer is welcome, and we know whose conversation it is.
    """
    key = sa.literal(answer_key("")) + sa.cast(Message.id, sa.Text)
    there = sa.select(Intent.id).where(Intent.key == key)
    return (
        sa.select(Message, Conversation, Customer)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Message.author == "team", ~Message.internal, Message.written_at > since, Message.recorded_at > since)
        .where(Conversation.may_reply, Customer.erased_at.is_(None), ~there.exists())
        .order_by(Message.id)
    )


def rule_key(key: str, membership: int | str) -> str:
    """The key of the intent that a rule has for one membership."""
    return f"rule:{key}:membership:{membership}"


def try_contact_rule(session: Session, rule: TreatmentRule, now: datetime, limit: int = 20) -> ContactTrial:
    """What would be decided for members of the rule's segment if it ran now. Writes nothing.

    :raises NotFound: when the rule's template is not there.
    """
    words = template(session, rule.template_key or "")
    missing = untold_members(rule)
    count = session.scalar(sa.select(sa.func.count()).select_from(missing.order_by(None).subquery()))
    inside = sa.select(sa.func.count()).select_from(Membership).join(Segment, Segment.id == Membership.segment_id)
    members = session.scalar(inside.where(Segment.key == rule.segment_key, Membership.valid_to.is_(None)))
    some = missing.limit(limit).subquery()
    tried = []
    for customer in session.scalars(sa.select(Customer).join(some, some.c.customer_id == Customer.id)):
        facts = IntentFacts(
            key="try", customer_id=customer.id, channel=words.channel, message_class=words.message_class,
            purpose=words.purpose, topic=words.topic, template=f"{words.key}@{words.version}", reason=rule.sentence,
            segment_key=rule.segment_key, template_state=words.state, data_used=tuple(words.data_used),
        )  # fmt: skip
        tried.append((customer, treatment.preview(session, facts, now=now)))
    return ContactTrial(int(members or 0), int(count or 0), tried)
