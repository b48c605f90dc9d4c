"""What stands between us and a customer, in one question: events, marks, holders, requests, words, promises, claims."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import accounts, rights
from portal.conversations.models import Conversation, Message, Promise
from portal.db import UtcDateTime
from portal.needs.models import MessageReading, Tag
from portal.rights.models import RightsRequest
from portal.treatment.facts import Claim, Complaint
from portal.treatment.models import CLAIMED, ContactEvent, Decision, JointHolder, Mark, claimed
from portal.treatment.policy import COUNTED, PRODUCT_LINES

SETTLED = ("answered", "closed")
LOOK_BACK = timedelta(days=366)
SPLIT = sa.literal_column("'/'", sa.Text)
"""Between channel, topic and purpose of a claim; no name has it."""


class Standing(NamedTuple):
    """One row of it: `what` kind of thing, its `key` (kind or state), since when, until when, and its ref or name."""

    what: str
    key: str
    at: datetime
    until: datetime | None
    ref: str


def _among(column: Any, names: Iterable[str]) -> sa.ColumnElement[bool]:
    """That a column is one of these, which are our own words: written out, so that nothing is put in when it runs."""
    return sa.or_(*(column == sa.literal_column(f"'{name}'") for name in names))


def _row(what: str, key: Any, at: Any, until: Any, ref: Any, *where: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal_column(f"'{what}'", sa.Text).label("what"), key.label("key"), at.label("at"), until.label("until"),
        ref.label("ref"),
    ).where(*where)  # fmt: skip


def _statement() -> sa.CompoundSelect[Any]:
    """Built once, since building takes longer than running."""
    mine, now = sa.bindparam("customer", type_=sa.Integer), sa.bindparam("now", type_=UtcDateTime())
    back = sa.bindparam("back", type_=UtcDateTime())
    nothing, never = sa.literal_column("''", sa.Text), sa.cast(sa.null(), UtcDateTime())
    tagged = sa.and_(Message.conversation_id == Conversation.id, Tag.message_id == Message.id, Tag.ended_at.is_(None))
    complains = sa.exists().where(tagged, Tag.kind == "intent", Tag.value == "complaint", Tag.review != "rejected")
    confirmed = sa.or_(Tag.source == "human", Tag.review == "accepted")
    negative = (tagged, Tag.kind == "sentiment", Tag.value == "negative", confirmed, Message.written_at > back)
    answered = sa.func.coalesce(Conversation.answered_at, Conversation.last_at)
    broken = (_among(Promise.state, ("open", "broken")), Promise.due_at < now, Promise.due_at > back)
    begun = sa.func.coalesce(Mark.since, Mark.set_at, type_=UtcDateTime())
    cell = Decision.channel + SPLIT + Decision.topic + SPLIT + Decision.purpose
    others = Decision.intent_key != sa.bindparam("key", type_=sa.Text)
    before = aliased(Decision)  # one that was claimed anew before it left is still one message
    same = (before.intent_key == Decision.intent_key, claimed(before), before.attempt < Decision.attempt)
    again = sa.exists().where(*same, before.outcome + nothing == "allow")
    allowed = Decision.outcome + nothing == "allow"  # else SQLite goes through what was allowed to everybody
    counted = (Decision.decided_at > back, CLAIMED, allowed, others, ~again)
    return sa.union_all(
        _row("event", ContactEvent.kind, ContactEvent.recorded_at, never, ContactEvent.channel,
             ContactEvent.customer_id == mine),
        _row("mark", Mark.kind, begun, Mark.until, nothing, Mark.customer_id == mine, Mark.ended_at.is_(None)),
        _row("holder", JointHolder.state, JointHolder.said_at, never, JointHolder.name,
             JointHolder.customer_id == mine, JointHolder.state != "left"),
        _row("rights", RightsRequest.kind, RightsRequest.asked_at, never, RightsRequest.ref,
             RightsRequest.customer_id == mine, _among(RightsRequest.state, rights.OPEN)),
        _row("distress", Conversation.state, Conversation.opened_at, never, Conversation.ref,
             Conversation.customer_id == mine, Conversation.distress, Conversation.state != "closed"),
        _row("promise", Promise.state, Promise.due_at, never, Conversation.ref,
             Promise.customer_id == mine, Conversation.id == Promise.conversation_id, *broken),
        _row("complaint", Conversation.state, Conversation.opened_at, answered, Conversation.ref,
             Conversation.customer_id == mine, complains),
        _row("claim", Decision.message_class, Decision.decided_at, never, cell,
             Decision.customer_id.in_(accounts.one_person(mine)), *counted, _among(Decision.message_class, COUNTED)),
        _row("negative", Tag.value, Message.written_at, never, Conversation.ref,
             Conversation.customer_id == mine, *negative),
    )  # fmt: skip


_STATEMENT = _statement()
_SPOKEN_OF = (
    sa.select(Conversation.ref, Conversation.product_line, MessageReading.aspects)
    .join(Message, Message.conversation_id == Conversation.id)
    .outerjoin(MessageReading, MessageReading.message_id == Message.id)
    .where(Conversation.ref.in_(sa.bindparam("refs", expanding=True)))
)


def standing(session: Session, customer_id: int, key: str, now: datetime) -> list[Standing]:
    """Everything of it, in no order; claims only of other intents than the one with this key."""
    bound = {"customer": customer_id, "key": key, "now": now, "back": now - LOOK_BACK}
    return [Standing(*row) for row in session.connection().execute(_STATEMENT, bound)]


def told(rows: Sequence[Standing], channel: str, confirmed_at: datetime | None) -> str:
    """What a provider told last that stops a channel, unless the address was confirmed after it; else nothing.

    Of a bounce and a spam report at the same instant the bounce is named.
    """
    stops = [row for row in rows if row.what == "event" and row.key != "reply_stop" and row.ref == channel]
    stops = [row for row in stops if confirmed_at is None or row.at >= confirmed_at]
    return max(stops, key=lambda row: (row.at, row.key == "hard_bounce")).key if stops else ""


def facts_of(rows: Sequence[Standing], now: datetime) -> dict[str, Any]:
    """The facts that follow from what stands, but for complaints and suppression."""
    by: dict[str, list[Standing]] = {}
    for row in sorted(rows, key=lambda one: one.at):
        by.setdefault(row.what, []).append(row)
    found: dict[str, Any] = {}
    for name, moment, pick in (("rights", "since", 0), ("distress", "since", 0), ("negative", "at", -1)):
        if name in by:
            what = "rights_open" if name == "rights" else name
            found |= {f"{what}_{moment}": by[name][pick].at, f"{name}_ref": by[name][pick].ref}
    if "promise" in by:
        found |= {"promise_broken_at": by["promise"][-1].at, "promise_ref": by["promise"][-1].ref}
    spam = [row.at for row in by.get("event", ()) if row.key == "spam_complaint" and row.at <= now]
    marks = {row.key for row in by.get("mark", ()) if row.at <= now and (row.until is None or now < row.until)}
    return {
        **found,
        "spam_at": max(spam, default=None),
        "marks": tuple(sorted(marks)),
        "claims": tuple(Claim(row.at, row.key, *row.ref.split("/")) for row in by.get("claim", ())),
        "holders": tuple(sorted((row.ref, row.key) for row in by.get("holder", ()))),
    }


def complaints(session: Session, rows: Sequence[Standing], now: datetime) -> tuple[Complaint, ...]:
    """Those open and those answered within a year, with the product lines they are about.

    What a person here said they are about counts; else what their words speak of.
    """
    found = [row for row in rows if row.what == "complaint"]
    found = [row for row in found if row.key not in SETTLED or row.until is None or row.until > now - LOOK_BACK]
    if not found:
        return ()
    lines = _lines(session.execute(_SPOKEN_OF, {"refs": [row.ref for row in found]}))
    return tuple(
        Complaint(row.ref, row.at, lines.get(row.ref, ()), row.until if row.key in SETTLED else None)
        for row in sorted(found, key=lambda row: (row.at, row.ref))
    )


def _lines(rows: Any) -> Mapping[str, tuple[str, ...]]:
    """By conversation, the product lines that were named in it; one that names none is about we know not what."""
    found: dict[str, set[str]] = {}
    for ref, line, aspects in rows:
        spoken_of = (one["aspect"] for one in aspects or () if one.get("kind") == "product")
        found.setdefault(ref, set()).update((line,) if line is not None else spoken_of)
    return {ref: tuple(sorted(named & set(PRODUCT_LINES))) for ref, named in found.items()}
