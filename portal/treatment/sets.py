"""Of many customers at once, what denies for good: suppression, address, objection and consent, each as sets of ids.

One statement asks for them, and for who is where, since half of everybody is in one of these sets: neither a row nor a
rule for each could be as fast. `bulk` asks the rules themselves about whoever is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, gateways
from portal.accounts.models import ContactPoint, Customer
from portal.consent import Ids, PurposeFacts
from portal.consent.models import ConsentEntry, ConsentState
from portal.db import UtcDateTime
from portal.segments.models import Membership
from portal.treatment.facts import IntentFacts
from portal.treatment.ground import SUPPRESSING, misnaming
from portal.treatment.models import ContactEvent, Mark
from portal.treatment.policy import ENDED

Said = Iterator[tuple[str, str, Ids]]


@dataclass(frozen=True)
class Asked:
    """What is asked, and of whom.

    :ivar intent: the wish, as one of nobody in particular. :ivar segment_id: the segment that selects them.
    :ivar few: the ids of those who are asked about; None for everybody.
    :ivar old_since: a yes that was last said until then is too old, if any is.
    """

    intent: IntentFacts
    segment_id: int | None
    few: tuple[int, ...] | None
    now: datetime
    old_since: datetime | None = None

    @property
    def bound(self) -> dict[str, Any]:
        """What is bound in the statements."""
        said = {"few": self.few, "old_since": self.old_since, "segment": self.segment_id}
        return {"now": self.now} | {name: value for name, value in said.items() if value is not None}


def ground(session: Session, asked: Asked, purposes: Sequence[PurposeFacts]) -> dict[str, Ids]:
    """One row of sets: everybody about whom something says no, by what it is; `members` of the segment.

    :param purposes: what is asked for; and, when a segment selects, being grouped by need.
    """
    statement = _statement(
        session.get_bind().dialect.name, asked.intent.channel, asked.intent.topic, tuple(purposes),
        few=asked.few is not None, by_age=asked.old_since is not None,
    )  # fmt: skip
    row = session.connection().execute(statement, asked.bound).mappings().one()
    return {name: consent.ids(text) for name, text in row.items()}


@lru_cache(maxsize=100)
def _statement(
    dialect: str, channel: str, topic: str, purposes: tuple[PurposeFacts, ...], *, few: bool, by_age: bool
) -> sa.Select[Any]:
    """Kept, since building it takes as long as running it for a few."""
    now = sa.bindparam("now", type_=UtcDateTime())
    parts = [
        *_people(dialect, channel, few),
        _suppressed(dialect, channel, few),
        _marked(dialect, now, few),
        _old(dialect, purposes[0].key if by_age else None, few),
        consent.unproven(dialect, purposes[0], few),
        *consent.other_cells(dialect, purposes[0], now, few, channel=channel, topic=topic),
    ]
    for number, one in enumerate(purposes):
        parts += consent.own_cell(dialect, one, now, few, number=number)
    if len(purposes) > 1:
        inside = (Membership.segment_id == sa.bindparam("segment"), Membership.valid_to.is_(None))
        members = consent.joined(dialect, Membership.customer_id).label("members")
        parts.append(sa.select(members).where(*inside).subquery())
    return consent.side_by_side(parts)


def places(session: Session, asked: Asked) -> list[tuple[str | None, str | None, Ids]]:
    """Everybody, by time zone and country."""
    statement = _places(session.get_bind().dialect.name, asked.few is not None)
    rows = session.connection().execute(statement, {} if asked.few is None else {"few": asked.few})
    return [(zone, country, consent.ids(text)) for zone, country, text in rows]


def pausing(session: Session, asked: Asked) -> tuple[Ids, Ids, Ids]:
    """Who pauses without an end; who pauses until some moment, and until when, in microseconds since 1970."""
    dialect = session.get_bind().dialect.name
    statement = consent.pausing(dialect, asked.few is not None)
    bound = {"now": asked.now} | ({} if asked.few is None else {"few": asked.few})
    lasting, others, until = session.connection().execute(statement, bound).one()
    return consent.ids(lasting), consent.ids(others), consent.moments(dialect, until)


@lru_cache
def _places(dialect: str, few: bool) -> sa.Executable:
    where = (Customer.time_zone, Customer.country)
    those = consent.joined(dialect, Customer.id)
    return sa.select(*where, those).where(*consent.among(Customer.id, few)).group_by(*where)


def _people(dialect: str, channel: str, few: bool) -> list[sa.Subquery]:
    """Those erased or merged, those without an address for the channel, and those whose address is not confirmed.

    Who is erased or merged are two questions: of either, each has its index, and of both together there is none.
    """
    person, point, kind = Customer, ContactPoint, gateways.KINDS.get(channel)
    sets: dict[str, list[Any]] = {
        "erased": [person.erased_at.is_not(None)], "merged": [person.merged_into_id.is_not(None)]
    }  # fmt: skip
    if channel == "email":  # an empty address is none; whoever has none is so rather than without a confirmed one
        none = sa.or_(person.email.is_(None), person.email == "")
        sets |= {"no_address": [none], "unverified": [person.email_verified_at.is_(None)]}
    if kind is not None:
        theirs = sa.exists().where(point.customer_id == person.id, point.kind == kind, point.value != "")
        sets |= {"no_address": [~theirs], "unverified": [theirs.where(point.verified_at.is_(None))]}
    return [
        sa.select(consent.joined(dialect, person.id).label(name))
        .where(*which, *consent.among(person.id, few))
        .subquery()
        for name, which in sets.items()
    ]


def _suppressed(dialect: str, channel: str, few: bool) -> sa.Subquery:
    """Whom a provider told last about, in a way that stops the channel, unless the address was confirmed after it."""
    stopping = (ContactEvent.channel == channel, ContactEvent.kind.in_(("hard_bounce", "spam_complaint")))
    last = (
        sa.select(ContactEvent.customer_id, sa.func.max(ContactEvent.recorded_at).label("at"))
        .where(*stopping, *consent.among(ContactEvent.customer_id, few))
        .group_by(ContactEvent.customer_id)
    )
    if channel == "email":
        since = sa.or_(
            Customer.email_verified_at.is_(None), ContactEvent.recorded_at >= Customer.email_verified_at
        )  # fmt: skip
        last = last.join(Customer, Customer.id == ContactEvent.customer_id).where(since)
    elif channel in gateways.KINDS:
        kind = ContactPoint.kind == gateways.KINDS[channel]
        point = sa.and_(ContactPoint.customer_id == ContactEvent.customer_id, kind)
        since = sa.or_(ContactPoint.verified_at.is_(None), ContactEvent.recorded_at >= ContactPoint.verified_at)
        last = last.outerjoin(ContactPoint, point).where(since)
    told = last.subquery()
    columns = [
        consent.joined(dialect, ContactEvent.customer_id, ContactEvent.kind == kind).label(kind)
        for kind in ("hard_bounce", "spam_complaint")
    ]
    lately = (ContactEvent.customer_id == told.c.customer_id, ContactEvent.recorded_at == told.c.at)
    return sa.select(*columns).where(*stopping, *lately).subquery()


def _marked(dialect: str, now: sa.BindParameter[datetime], few: bool) -> sa.Subquery:
    """Of whom the team wrote down something that stops everything."""
    begun = sa.func.coalesce(Mark.since, Mark.set_at) <= now
    stands = (Mark.ended_at.is_(None), begun, sa.or_(Mark.until.is_(None), Mark.until > now))
    columns = [
        consent.joined(dialect, Mark.customer_id, Mark.kind == kind).label(f"mark_{kind}") for kind in SUPPRESSING
    ]
    return sa.select(*columns).where(*stands, *consent.among(Mark.customer_id, few)).subquery()


def _old(dialect: str, purpose: str | None, few: bool) -> sa.Subquery:
    """Whose last yes is too old, found from the entries: those that are so old are few beside all that stand."""
    those = consent.joined(dialect, ConsentEntry.customer_id).label("old")
    if purpose is None:
        return sa.select(those).where(sa.false()).subquery()
    until = sa.bindparam("old_since", type_=UtcDateTime())
    mine = (ConsentEntry.purpose == purpose, ConsentEntry.occurred_at <= until)
    narrowed = consent.among(ConsentEntry.customer_id, few)
    return sa.select(those).where(*mine, is_last_word(), *narrowed).subquery()


def is_last_word() -> sa.ColumnElement[bool]:
    """That what stands about a purpose rests on an entry."""
    cell = ConsentState
    return sa.exists().where(
        cell.customer_id == ConsentEntry.customer_id, cell.purpose == ConsentEntry.purpose, cell.channel == consent.ANY,
        cell.topic == consent.ANY, cell.entry_id == ConsentEntry.global_seq,
    )  # fmt: skip


def said(row: Mapping[str, Ids], asked: Asked, purposes: Sequence[PurposeFacts], everybody: Ids, size: int) -> Said:
    """Rules and codes with those whom they deny, the weightiest last: who is in several has the last one.

    :param size: larger than every id.
    """
    again = asked.intent.message_class == "repermission"
    yield "consent", "old", row["old"]
    bare = row["unproven"]
    yield "consent", "unproven", np.setdiff1d(bare, list(ended(row, purposes[0]))) if again and len(bare) else bare
    profiling = _own(row, 1, purposes[1], everybody, size) if len(purposes) > 1 else {}
    if profiling:
        for reason in ("void", "expired", "unproven", "not-asked", "denied", "retired"):
            yield "consent", "profiling-not-allowed", profiling[reason]
        yield "consent", "profiling-not-allowed", row["stopped_all"]
    if not again:
        yield "consent", "out-of-scope", row["narrow_0"]
    yield "consent", "topic-off", row["topic_off"]
    yield "consent", "channel-off", row["channel_off"]
    own = _own(row, 0, purposes[0], everybody, size)
    for reason in ("void", "expired", "unproven", "not-asked", "denied"):
        yield "consent", reason, _not_asked_again(own[reason], row) if again and reason in ENDED else own[reason]
    yield "consent", "stopped", consent.NOBODY if purposes[0].owed else row["stopped"]
    yield "consent", "retired", own["retired"]
    misnamed = misnaming(asked.intent, purposes[0].carries)
    if misnamed:
        yield "consent", misnamed.removeprefix("consent-"), everybody
    if profiling:
        yield "objection", "objected-to-profiling", profiling["objected"]
    yield "objection", "objected", own["objected"]
    yield from _unreachable(row, asked.intent.channel)


def _not_asked_again(those: Ids, row: Mapping[str, Ids]) -> Ids:
    """Of those whose yes ended, the ones against whom more stands than that."""
    return np.intersect1d(those, np.concatenate([row["topic_off"], row["channel_off"]]))


def ended(row: Mapping[str, Ids], purpose: PurposeFacts) -> frozenset[int]:
    """Those whose yes ended without a no, or reaches less far than what is done."""
    ends = ("expired_0", "void_0", "narrow_0") if purpose.asks else ("narrow_0",)
    return frozenset(number for name in ends for number in row[name].tolist())


def _unreachable(row: Mapping[str, Ids], channel: str) -> Said:
    if channel != "in_app":
        yield "identity", "address-unverified", row["unverified"]
        yield "identity", "no-address", row["no_address"]
    for kind in ("spam_complaint", "hard_bounce"):
        yield "suppression", kind.replace("_", "-"), row[kind]
    for kind in reversed(SUPPRESSING):  # the first of them is named first
        yield "suppression", f"mark-{kind}", row[f"mark_{kind}"]
    for kind in ("erased", "merged"):
        yield "suppression", "erased", row[kind]


def _own(row: Mapping[str, Ids], number: int, purpose: PurposeFacts, everybody: Ids, size: int) -> dict[str, Ids]:
    """What the cell of a purpose itself says against it, with those of whom it says so."""
    sets = {name: row[f"{name}_{number}"] for name in consent.OWN}
    nobody = consent.NOBODY
    found = {**sets, "not-asked": nobody, "retired": everybody if purpose.retired else nobody}
    if not purpose.asks:
        return found | dict.fromkeys(("unproven", "expired", "void"), nobody)
    silent = np.zeros(size, dtype=bool)
    silent[everybody] = True
    for said in sets.values():
        silent[said] = False
    return found | {"not-asked": np.flatnonzero(silent)}
