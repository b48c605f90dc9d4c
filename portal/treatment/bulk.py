"""May we contact these many people: one answer, of one state of the ledger, for the rules that can be asked of sets.

These are suppression (1), identity (2), objection (3), consent with channel, topic and version (4; its age is left to
the claim) and pause (7). The others need a person's own story (complaints, caps, quiet hours…): a claim decides about
each of them in the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from portal import consent, gateways
from portal.accounts.models import ContactPoint, Customer
from portal.consent import Ids, PurposeFacts
from portal.segments.models import Membership
from portal.treatment.facts import IntentFacts
from portal.treatment.ground import SUPPRESSING, misnaming
from portal.treatment.models import ContactEvent, Mark
from portal.treatment.policy import OWED

COVERED = ("suppression", "identity", "objection", "consent", "pause")
REASONS = (
    "allowed", "paused", "profiling-not-allowed", "out-of-scope", "topic-off", "channel-off", "void", "expired",
    "unproven", "not-asked", "denied", "stopped", "retired", "offer", "unconfirmed", "class",
    "objected-to-profiling", "objected", "address-unverified", "no-address", "spam-complaint", "hard-bounce",
    "mark-court", "mark-bereaved", "erased",
)  # fmt: skip
"""The weightiest last: it is what is counted for somebody to whom several apply."""
CODE = {reason: number for number, reason in enumerate(REASONS)}
NOBODY = len(REASONS)
FEW = 500
"""Up to so many named customers, only their rows are read."""
Codes = NDArray[np.uint8]


@dataclass(frozen=True)
class BulkWish:
    """What somebody would like to send to many.

    :ivar segment_id: the segment that selects them, which asks whether they may be grouped by need.
    """

    purpose: str
    channel: str
    topic: str = "*"
    message_class: str = "marketing"
    segment_id: int | None = None

    def intent(self) -> IntentFacts:
        """The same wish as one about nobody in particular."""
        return IntentFacts("", 0, self.channel, self.message_class, self.purpose, self.topic)


@dataclass(frozen=True)
class BulkAnswer:
    """Who may be contacted as far as `COVERED` goes.

    :ivar allowed: their ids, in order. :ivar counts: how many for each reason, those that occur.
    :ivar position: the answer knows every entry of the ledger up to it.
    """

    allowed: Ids
    counts: dict[str, int]
    position: int


def may_contact(
    session: Session, wish: BulkWish, *, now: datetime, among: Sequence[int] | Ids | None = None
) -> BulkAnswer:
    """Ask about everybody, the members of a segment, or those whose ids are named.

    :param among: ids of customers; None for the segment of the wish, or for everybody.
    :raises NotFound: code `no-such-purpose`.
    """
    asked = None if among is None else np.asarray(among, dtype=np.int64)
    few = None if asked is None or len(asked) > FEW else sorted({int(one) for one in asked})
    facts = [consent.purpose_facts(session, wish.purpose, now, channel=wish.channel, topic=wish.topic)]
    if wish.segment_id is not None:
        facts.append(consent.purpose_facts(session, "needs", now))
    position = consent.horizon(session)
    row = dict(session.execute(_statement(session, wish, facts, consent.Among(few), now)).mappings().one())
    codes = _codes(row, wish, facts)
    if asked is None and wish.segment_id is not None:
        asked = consent.ids(row["members"])
    if asked is not None:
        asked = asked[(asked > 0) & (asked < len(codes))]
        kept = np.full(len(codes), NOBODY, dtype=np.uint8)
        kept[asked] = codes[asked]
        codes = kept
    counts = np.bincount(codes, minlength=NOBODY + 1)
    return BulkAnswer(
        allowed=np.flatnonzero(codes == CODE["allowed"]),
        counts={reason: int(counts[number]) for reason, number in CODE.items() if counts[number]},
        position=position,
    )


def _statement(
    session: Session, wish: BulkWish, facts: Sequence[PurposeFacts], among: consent.Among, now: datetime
) -> sa.Select[Any]:
    dialect = session.get_bind().dialect.name
    parts = [_people(dialect, wish, among), _suppressed(dialect, wish, among), _marked(dialect, among, now)]
    parts += consent.other_cells(dialect, facts[0], now, among, channel=wish.channel, topic=wish.topic)
    parts.append(consent.narrow_cell(dialect, facts[0], among))
    columns = [column for part in parts for column in part.c]
    for number, one in enumerate(facts):
        own = consent.own_cell(dialect, one, now, among)
        parts.append(own)
        columns += [column.label(f"{column.name}_{number}") for column in own.c]
    if wish.segment_id is not None:
        inside = (Membership.segment_id == wish.segment_id, Membership.valid_to.is_(None))
        members = consent.joined(dialect, Membership.customer_id).label("members")
        parts.append(sa.select(members).where(*inside).subquery())
        columns += parts[-1].c
    together: Any = parts[0]
    for part in parts[1:]:
        together = together.join(part, sa.true())  # each part has one row: together they are one
    return sa.select(*columns).select_from(together)


def _people(dialect: str, wish: BulkWish, among: consent.Among) -> sa.Subquery:
    person = Customer
    sets: dict[str, Any] = {
        "everybody": None,
        "erased": sa.or_(person.erased_at.is_not(None), person.merged_into_id.is_not(None)),
    }
    if wish.channel == "email":  # an empty address is none
        has_one = sa.func.coalesce(person.email, "") != ""
        sets |= {
            "no_address": sa.not_(has_one),
            "unverified": sa.and_(has_one, person.email_verified_at.is_(None)),
        }
    people = sa.select(person.id)
    if wish.channel in gateways.KINDS:
        point = sa.and_(ContactPoint.customer_id == person.id, ContactPoint.kind == gateways.KINDS[wish.channel])
        there = ContactPoint.customer_id.is_not(None)
        sets |= {
            "no_address": sa.not_(there),
            "unverified": sa.and_(there, ContactPoint.verified_at.is_(None)),
        }
        people = people.outerjoin(ContactPoint, point)
    columns = [consent.joined(dialect, person.id, condition).label(name) for name, condition in sets.items()]
    return people.with_only_columns(*columns).where(*among.of(person.id)).subquery()


def _suppressed(dialect: str, wish: BulkWish, among: consent.Among) -> sa.Subquery:
    """Whom a provider told last about, in a way that stops the channel, unless the address was confirmed after it."""
    stopping = (ContactEvent.channel == wish.channel, ContactEvent.kind.in_(("hard_bounce", "spam_complaint")))
    last = (
        sa.select(ContactEvent.customer_id, sa.func.max(ContactEvent.recorded_at).label("at"))
        .where(*stopping, *among.of(ContactEvent.customer_id))
        .group_by(ContactEvent.customer_id)
    )
    if wish.channel == "email":
        since = sa.or_(
            Customer.email_verified_at.is_(None), ContactEvent.recorded_at >= Customer.email_verified_at
        )  # fmt: skip
        last = last.join(Customer, Customer.id == ContactEvent.customer_id).where(since)
    elif wish.channel in gateways.KINDS:
        kind = ContactPoint.kind == gateways.KINDS[wish.channel]
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


def _marked(dialect: str, among: consent.Among, now: datetime) -> sa.Subquery:
    """Of whom the team wrote down something that stops everything."""
    begun = sa.or_(Mark.since.is_(None), Mark.since <= now)
    stands = (Mark.ended_at.is_(None), begun, sa.or_(Mark.until.is_(None), Mark.until > now))
    columns = [
        consent.joined(dialect, Mark.customer_id, Mark.kind == kind).label(f"mark_{kind}") for kind in SUPPRESSING
    ]
    return sa.select(*columns).where(*stands, *among.of(Mark.customer_id)).subquery()


def _codes(row: Mapping[str, Any], wish: BulkWish, facts: Sequence[PurposeFacts]) -> Codes:
    """The reason for everybody, by id."""
    everybody = consent.ids(row["everybody"])
    codes: Codes = np.full(int(everybody.max(initial=0)) + 1, NOBODY, dtype=np.uint8)
    codes[everybody] = CODE["allowed"]
    for reason, those in _in_order(row, wish, facts, everybody, len(codes)):
        codes[those] = CODE[reason]
    return codes


def _in_order(
    row: Mapping[str, Any], wish: BulkWish, facts: Sequence[PurposeFacts], everybody: Ids, size: int
) -> Iterator[tuple[str, Ids]]:
    """Reasons with those they apply to, the weightiest last."""
    if wish.message_class not in OWED:
        yield "paused", consent.ids(row["paused"])
    profiling = _own(row, 1, facts[1], everybody, size) if len(facts) > 1 else {}
    if profiling:
        for reason in ("void", "expired", "unproven", "not-asked", "denied", "retired"):
            yield "profiling-not-allowed", profiling[reason]
        yield "profiling-not-allowed", consent.ids(row["stopped_all"])
    yield "out-of-scope", consent.ids(row["narrow"])
    yield "topic-off", consent.ids(row["topic_off"])
    yield "channel-off", consent.ids(row["channel_off"])
    own = _own(row, 0, facts[0], everybody, size)
    for reason in ("void", "expired", "unproven", "not-asked", "denied"):
        yield reason, own[reason]
    yield "stopped", consent.ids(None if facts[0].owed else row["stopped"])
    yield from _of_everybody(wish, facts[0], everybody)
    if profiling:
        yield "objected-to-profiling", profiling["objected"]
    yield "objected", own["objected"]
    yield from _without_address(row, wish)
    for kind in ("spam_complaint", "hard_bounce"):
        yield kind.replace("_", "-"), consent.ids(row[kind])
    for kind in reversed(SUPPRESSING):  # the first of them is named first
        yield f"mark-{kind}", consent.ids(row[f"mark_{kind}"])
    yield "erased", consent.ids(row["erased"])


def _of_everybody(wish: BulkWish, purpose: PurposeFacts, everybody: Ids) -> Iterator[tuple[str, Ids]]:
    """What rule 4 says whoever it is for."""
    if purpose.retired:
        yield "retired", everybody
    misnamed = misnaming(wish.intent(), purpose.carries)
    if misnamed:
        yield misnamed.removeprefix("consent-"), everybody


def _own(row: Mapping[str, Any], number: int, purpose: PurposeFacts, everybody: Ids, size: int) -> dict[str, Ids]:
    """What the cell of a purpose itself says against it, with those of whom it says so."""
    sets = {name: consent.ids(row[f"{name}_{number}"]) for name in consent.OWN}
    nobody = np.empty(0, dtype=np.int64)
    found = {**sets, "not-asked": nobody, "retired": everybody if purpose.retired else nobody}
    if not purpose.asks:
        return found | dict.fromkeys(("unproven", "expired", "void"), nobody)
    silent = np.zeros(size, dtype=bool)
    silent[everybody] = True
    for said in sets.values():
        silent[said] = False
    return found | {"not-asked": np.flatnonzero(silent)}


def _without_address(row: Mapping[str, Any], wish: BulkWish) -> Iterator[tuple[str, Ids]]:
    if wish.channel != "in_app":
        yield "address-unverified", consent.ids(row["unverified"])
        yield "no-address", consent.ids(row["no_address"])
