"""What stands between us and a customer, in one question: events, marks, holders, requests, words, promises, claims.

The same question is asked of many customers at once, but for claims: most people have some, and they matter to few.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import rights
from portal.accounts.models import Customer
from portal.conversations import BAD
from portal.conversations.models import Conversation, Message, Promise, Rating
from portal.db import UtcDateTime
from portal.needs.models import MessageReading, Tag
from portal.rights.models import RightsRequest
from portal.treatment.facts import Claim, Complaint
from portal.treatment.models import CLAIMED, ContactEvent, Decision, JointHolder, Mark, claimed
from portal.treatment.policy import COUNTED, PRODUCT_LINES

SETTLED = ("answered", "closed")
UNCLOSED = ("open", "waiting_customer", "waiting_team", "answered")
LOOK_BACK = timedelta(days=366)
EVER = timedelta(days=36_500)
SINCE = ("events", "answers", "promises", "words")
"""What may be too old to matter: events, answers to complaints, promises by their day, negative words."""
AT_ONCE = 10_000
SPLIT = sa.literal_column("'/'", sa.Text)
"""Between channel, topic and purpose of a claim; no name has it."""


Whose = Callable[[Any], sa.ColumnElement[bool]]
"""Says of a column with ids of customers that it is about those who are asked about."""


class Standing(NamedTuple):
    """One row of it: `what` it is, its `key` (kind or state), since when, until when, its ref or name, and whose."""

    what: str
    key: str
    at: datetime
    until: datetime | None
    ref: str
    who: int = 0


def _among(column: Any, names: Iterable[str]) -> sa.ColumnElement[bool]:
    """That a column is one of these, which are our own words: written out, so that nothing is put in when it runs."""
    return sa.or_(*(column == sa.literal_column(f"'{name}'") for name in names))


def _row(what: str, key: Any, at: Any, until: Any, ref: Any, who: Any, *where: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal_column(f"'{what}'", sa.Text).label("what"), key.label("key"), at.label("at"), until.label("until"),
        ref.label("ref"), who.label("who"),
    ).where(*where)  # fmt: skip


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=UtcDateTime())


_NOTHING, _NEVER = sa.literal_column("''", sa.Text), sa.cast(sa.null(), UtcDateTime())


def _written_down(whose: Whose) -> list[sa.Select[Any]]:
    """What providers told and what the team wrote down; open requests."""
    begun = sa.func.coalesce(Mark.since, Mark.set_at, type_=UtcDateTime())
    return [
        _row("event", ContactEvent.kind, ContactEvent.recorded_at, _NEVER, ContactEvent.channel,
             ContactEvent.customer_id, whose(ContactEvent.customer_id), ContactEvent.recorded_at > _moment("events")),
        _row("mark", Mark.kind, begun, Mark.until, _NOTHING, Mark.customer_id,
             whose(Mark.customer_id), Mark.ended_at.is_(None)),
        _row("holder", JointHolder.state, JointHolder.said_at, _NEVER, JointHolder.name, JointHolder.customer_id,
             whose(JointHolder.customer_id), JointHolder.state != "left"),
        _row("rights", RightsRequest.kind, RightsRequest.asked_at, _NEVER, RightsRequest.ref,
             RightsRequest.customer_id, whose(RightsRequest.customer_id), _among(RightsRequest.state, rights.OPEN)),
    ]  # fmt: skip


def _tagged(everybody: bool, *what: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """That a message has such a tag: found from its own tags; of everybody, from all tags that are such."""
    if everybody:
        return Message.id.in_(sa.select(Tag.message_id).where(Tag.ended_at.is_(None), *what))
    return sa.exists().where(Tag.message_id == Message.id, Tag.ended_at.is_(None), *what)


def _complains(everybody: bool) -> sa.ColumnElement[bool]:
    said = _tagged(everybody, Tag.kind == "intent", Tag.value == "complaint", Tag.review != "rejected")
    if everybody:
        return Conversation.id.in_(sa.select(Message.conversation_id).where(said))
    return sa.exists().where(Message.conversation_id == Conversation.id, said)


def _talked_of(whose: Whose, everybody: bool) -> list[sa.Select[Any]]:
    """What follows from conversations: distress, promises, complaints, negative feedback, bad ratings."""
    confirmed = sa.or_(Tag.source == "human", Tag.review == "accepted")
    negative = _tagged(everybody, Tag.kind == "sentiment", Tag.value == "negative", confirmed)
    answered = sa.func.coalesce(Conversation.answered_at, Conversation.last_at)
    lately = sa.or_(~_among(Conversation.state, SETTLED), answered > _moment("answers"))
    broken = (_among(Promise.state, ("open", "broken")), Promise.due_at < _moment("now"))
    theirs, ref = whose(Conversation.customer_id), Conversation.ref
    return [
        _row("distress", Conversation.state, Conversation.opened_at, _NEVER, ref, Conversation.customer_id,
             theirs, Conversation.distress, _among(Conversation.state, UNCLOSED)),
        _row("promise", Promise.state, Promise.due_at, Promise.apologised_at, ref, Promise.customer_id,
             whose(Promise.customer_id), Conversation.id == Promise.conversation_id, *broken,
             Promise.due_at > _moment("promises")),
        _row("complaint", Conversation.state, Conversation.opened_at, answered, ref, Conversation.customer_id,
             theirs, _complains(everybody), lately),
        _row("negative", _NOTHING, Message.written_at, _NEVER, ref, Conversation.customer_id,
             theirs, Message.conversation_id == Conversation.id, negative, Message.written_at > _moment("words")),
        _row("rated", sa.cast(Rating.score, sa.Text), Rating.given_at, _NEVER, ref, Conversation.customer_id,
             theirs, Message.conversation_id == Conversation.id, Rating.message_id == Message.id,
             Rating.ended_at.is_(None), Rating.score <= sa.literal_column(str(BAD)),
             Rating.given_at > _moment("words")),
    ]  # fmt: skip


def counted(claim: sa.ColumnElement[bool] = CLAIMED) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions for a decision to count: one that was claimed anew before it left is still one message.

    :param claim: that it was a claim, in other words where another index is better.
    """
    outcome = Decision.outcome.concat(sa.literal_column("''"))  # or SQLite goes through all that was ever allowed
    before = aliased(Decision)
    same = (before.intent_key == Decision.intent_key, claimed(before), before.attempt < Decision.attempt)
    again = sa.exists().where(*same, before.outcome.concat(sa.literal_column("''")) == "allow")
    return (
        Decision.decided_at > _moment("back"),
        claim,
        _among(outcome, ("allow",)),
        _among(Decision.message_class, COUNTED),
        sa.or_(Decision.attempt == sa.literal_column("1"), ~again),
    )


CELL = Decision.channel + SPLIT + Decision.topic + SPLIT + Decision.purpose
"""What a claim was about, in one text."""


def _claims(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    others = Decision.intent_key != sa.bindparam("key", type_=sa.Text)
    row = _row("claim", Decision.message_class, Decision.decided_at, _NEVER, CELL, Decision.customer_id)
    return row.where(*where, *counted(), others)


def _of_one() -> sa.CompoundSelect[Any]:
    """Built once, since building takes longer than running."""
    mine = sa.bindparam("customer", type_=sa.Integer)

    def theirs(column: Any) -> sa.ColumnElement[bool]:
        return sa.and_(column == mine)

    merged = (Customer.merged_into_id == mine, Decision.customer_id == Customer.id)
    claims = (_claims(theirs(Decision.customer_id)), _claims(*merged))
    return sa.union_all(*_written_down(theirs), *_talked_of(theirs, everybody=False), *claims)


def _of_many(few: bool) -> sa.CompoundSelect[Any]:
    """The same of everybody, or of the few whose ids are bound."""

    def theirs(column: Any) -> sa.ColumnElement[bool]:
        if few:
            return sa.and_(column.in_(sa.bindparam("few", expanding=True)))
        return sa.and_(column.is_not(None))

    return sa.union_all(*_written_down(theirs), *_talked_of(theirs, everybody=not few))


_STATEMENT, _OF_ALL, _OF_FEW = _of_one(), _of_many(few=False), _of_many(few=True)
_SPOKEN_OF = (
    sa.select(Conversation.ref, Conversation.product_line, MessageReading.aspects)
    .join(Message, Message.conversation_id == Conversation.id)
    .outerjoin(MessageReading, MessageReading.message_id == Message.id)
    .where(Conversation.ref.in_(sa.bindparam("refs", expanding=True)))
)


def standing(session: Session, customer_id: int, key: str, now: datetime) -> list[Standing]:
    """Everything of it, in no order; claims only of other intents than the one with this key."""
    back = now - LOOK_BACK
    bound = {"customer": customer_id, "key": key, "now": now, "back": back, **dict.fromkeys(SINCE, back)}
    return [Standing(*row) for row in session.connection().execute(_STATEMENT, bound | {"events": now - EVER})]


def standing_of_many(
    session: Session, few: Sequence[int] | None, now: datetime, since: Mapping[str, datetime]
) -> Iterable[Standing]:
    """The same without claims, of everybody or of a few.

    :param since: for each of `SINCE`, how old it may be and still matter; what is older may be left out.
    """
    bound = {"now": now, **since}
    if few is None:
        return map(Standing._make, session.connection().execute(_OF_ALL, bound))
    return map(Standing._make, session.connection().execute(_OF_FEW, {**bound, "few": few}))


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
    if "rated" in by:
        last = by["rated"][-1]
        found |= {"rated_at": last.at, "rated_score": int(last.key), "rated_ref": last.ref}
    found |= _of_promises(by.get("promise", ()), now)
    spam = [row.at for row in by.get("event", ()) if row.key == "spam_complaint" and row.at <= now]
    marks = {row.key for row in by.get("mark", ()) if row.at <= now and (row.until is None or now < row.until)}
    return {
        **found,
        "spam_at": max(spam, default=None),
        "marks": tuple(sorted(marks)),
        "claims": tuple(Claim(row.at, row.key, *row.ref.split("/")) for row in by.get("claim", ())),
        "holders": tuple(sorted((row.ref, row.key) for row in by.get("holder", ()))),
    }


def _of_promises(rows: Sequence[Standing], now: datetime) -> dict[str, Any]:
    """Of promises whose day went by, in that order: the last we did nothing about, and the last we apologised for."""
    found: dict[str, Any] = {}
    for row in rows:
        if row.until is None or row.until > now:
            found |= {"promise_broken_at": row.at, "promise_ref": row.ref}
        else:
            found |= {"apologised_due": row.at, "apologised_at": row.until, "apologised_ref": row.ref}
    return found


def complaints(session: Session, rows: Sequence[Standing]) -> tuple[Complaint, ...]:
    """Those open and those answered within a year, with the product lines they are about.

    What a person here said they are about counts; else what their words speak of.
    """
    found = [row for row in rows if row.what == "complaint"]
    return complaints_of(found, lines_of(session, [row.ref for row in found])) if found else ()


def complaints_of(found: Iterable[Standing], lines: Mapping[str, tuple[str, ...]]) -> tuple[Complaint, ...]:
    """Rows about complaints, with the lines that each is about, as the facts name them."""
    return tuple(
        Complaint(row.ref, row.at, lines.get(row.ref, ()), row.until if row.key in SETTLED else None)
        for row in sorted(found, key=lambda row: (row.at, row.ref))
    )


def lines_of(session: Session, refs: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """By conversation, the product lines that it is about; those about we know not what have none."""
    found: dict[str, tuple[str, ...]] = {}
    for begin in range(0, len(refs), AT_ONCE):
        found |= _lines(session.execute(_SPOKEN_OF, {"refs": refs[begin : begin + AT_ONCE]}))
    return found


def _lines(rows: Any) -> Mapping[str, tuple[str, ...]]:
    """By conversation, the product lines that were named in it; one that names none is about we know not what."""
    found: dict[str, set[str]] = {}
    for ref, line, aspects in rows:
        spoken_of = (one["aspect"] for one in aspects or () if one.get("kind") == "product")
        found.setdefault(ref, set()).update((line,) if line is not None else spoken_of)
    return {ref: tuple(sorted(named & set(PRODUCT_LINES))) for ref, named in found.items()}
