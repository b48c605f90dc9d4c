"""Reads where several customers stand at once, for files with many rows. Nothing here writes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from portal import db
from portal.consent.models import ConsentEntry, ConsentState, Notice, Purpose, Suppression
from portal.consent.parts import parts_of
from portal.consent.permissions import PurposeFacts, is_owed
from portal.consent.published import published
from portal.consent.queries import purposes
from portal.consent.rules import DENYING, NOT_PAUSED, Cell, Key
from portal.consent.suppressing import fingerprint

NOES = (*sorted(DENYING), "objected")
"""The acts that say no."""


def cells_of_several(session: Session, customer_ids: Collection[int]) -> dict[int, dict[Key, Cell]]:
    """Every cell of these customers about which something was said, by customer."""
    found: dict[int, dict[Key, Cell]] = {customer_id: {} for customer_id in customer_ids}
    row = ConsentState
    place = (row.customer_id, row.purpose, row.channel, row.topic)
    stands = (row.state, row.seq, row.entry_id, row.since, row.notice_version, row.earlier_words, row.valid_until)
    chosen = select(*place, *stands, row.grade).where(db.among(row.customer_id, customer_ids))
    for customer_id, purpose, channel, topic, *values in session.execute(chosen):
        found[customer_id][purpose, channel, topic] = Cell(*values)
    return found


def newest_noes(
    session: Session, customer_ids: Collection[int], *, taken_back: Select[Any]
) -> dict[tuple[int, Key], datetime]:
    """When the last no to each cell of these customers was recorded, lifted since or not.

    :param taken_back: event ids of what turned out never to have been said.
    """
    cell = (ConsentEntry.customer_id, ConsentEntry.purpose, ConsentEntry.channel, ConsentEntry.topic)
    this_one = taken_back.where(taken_back.selected_columns[0] == ConsentEntry.event_id).correlate(ConsentEntry)
    rows = session.execute(
        select(*cell, func.max(ConsentEntry.recorded_at))
        .where(db.among(ConsentEntry.customer_id, customer_ids), ConsentEntry.action.in_(NOES))
        .where(~exists(this_one))
        .group_by(*cell)
    )
    return {(row[0], (row[1], row[2], row[3])): row[4] for row in rows}


class Addressed(Protocol):
    """Somebody with the address and number by which they are recognised."""

    @property
    def id(self) -> int:
        """Of the customer."""

    @property
    def email(self) -> str | None:
        """The address."""

    @property
    def external_ref(self) -> str | None:
        """The company's own number."""


def erased_before(session: Session, customers: Iterable[Addressed], *, key: str) -> set[int]:
    """Which of these customers have an address or number of somebody who was erased."""
    if not session.scalar(select(select(Suppression.id).exists())):
        return set()
    known = {
        fingerprint(kind, value, key=key): one.id
        for one in customers
        for kind, value in (("email", one.email), ("external_ref", one.external_ref))
        if value
    }
    found = session.scalars(select(Suppression.fingerprint).where(db.among(Suppression.fingerprint, known)))
    return {known[one] for one in found}


def purposes_with_facts(session: Session, now: datetime) -> dict[str, tuple[Purpose, PurposeFacts]]:
    """Every purpose, retired or not, with what of it matters for a permission."""
    void = dict(
        session.execute(
            select(Notice.purpose_key, func.max(Notice.version))
            .where(Notice.change == "controller", *published(now))
            .group_by(Notice.purpose_key)
        ).all()
    )
    return {
        one.key: (
            one,
            PurposeFacts(
                key=one.key,
                asks=one.asks,
                paused_by_pause=one.asks and one.key not in NOT_PAUSED and bool(one.channels),
                retired=one.retired_at is not None and one.retired_at <= now,
                void_below=void.get(one.key, 0),
                parts=parts_of(one.part_dates),
                owed=is_owed(one.asks, one.lawful_basis),
            ),
        )
        for one in purposes(session, retired=True)
    }


def words_by_day(session: Session) -> dict[str, list[Notice]]:
    """The published words of each purpose, the newest version first."""
    found: dict[str, list[Notice]] = {}
    chosen = select(Notice).where(Notice.published_at.is_not(None)).order_by(Notice.version.desc(), Notice.id)
    for notice in session.scalars(chosen):
        found.setdefault(notice.purpose_key, []).append(notice)
    return found


def known_events(session: Session, event_ids: Collection[str]) -> set[str]:
    """Which of these events the ledger has already."""
    return set(session.scalars(select(ConsentEntry.event_id).where(db.among(ConsentEntry.event_id, event_ids))))
