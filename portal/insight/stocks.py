"""What stood at the end of a day, by the ledger as known then: who said yes to what, and how well that is proved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Customer
from portal.consent import ANY, Cell, LedgerAgain, Notice, NoticeServed
from portal.conversations.models import Conversation, Message
from portal.insight.rules import Observation
from portal.needs.models import Tag
from portal.treatment import business_days_later

OPEN_DAYS = {"3bd": 3, "15bd": 15, "8w": 40}
"""Complaints older than so many business days."""


class Stocks:
    """Reads once what is needed for every day up to `until`."""

    def __init__(self, session: Session, until: datetime) -> None:
        self.ledger = LedgerAgain(session)
        self.people: list[tuple[int, datetime, datetime | None]] = [
            (number, created_at, erased_at)
            for number, created_at, erased_at in session.execute(
                sa.select(Customer.id, Customer.created_at, Customer.erased_at).where(Customer.created_at < until)
            )
        ]
        self.merged: dict[int, list[int]] = defaultdict(list)
        gone = sa.select(Customer.id, Customer.merged_into_id).where(Customer.merged_into_id.is_not(None))
        for other, number in session.execute(gone):
            self.merged[number or 0].append(other)
        self.served: dict[int, list[tuple[datetime, str, int]]] = defaultdict(list)
        shown = sa.select(NoticeServed.customer_id, NoticeServed.at, Notice.purpose_key, Notice.version)
        for number, at, purpose, version in session.execute(shown.join(Notice, Notice.id == NoticeServed.notice_id)):
            self.served[number].append((at, purpose, version))
        self.complaints = _complaints(session, until)

    def at(self, end: datetime) -> Iterator[Observation]:
        """Everything that stood at an instant, as observations a moment before it."""
        moment = end - timedelta(microseconds=1)
        for number, created_at, erased_at in self.people:
            if created_at >= end or (erased_at is not None and erased_at < end):
                continue
            seq = self.ledger.position(number, end, before=True)
            cells = self.ledger.cells(number, seq)
            yield from self._yes(number, seq, cells, end, moment)
        yield from self._open_complaints(end, moment)

    def _yes(
        self, number: int, seq: int, cells: dict[Any, Cell], end: datetime, moment: datetime
    ) -> Iterator[Observation]:
        shown = {(purpose, version) for at, purpose, version in self.served.get(number, ()) if at < end}
        for key, (purpose, _paused) in self.ledger.purposes.items():
            if not purpose.asks or purpose.created_at >= end:
                continue
            cell = cells.get((key, ANY, ANY))
            yes = cell is not None and cell.state == "granted" and cell.in_force(end)
            yield Observation("coverage", key, moment, int(yes), number)
            if yes and cell is not None:
                grade = self.ledger.proved(number, (key, ANY, ANY), cell, self.merged[number])
                for each in ("A", "B", "C"):
                    yield Observation("evidence", each, moment, int(grade == each), number)
            for about, version in shown:
                if about == key:
                    under = yes and cell is not None and (cell.notice_version or version) == version
                    yield from _cells(purpose, version, under, cells, moment, number)

    def _open_complaints(self, end: datetime, moment: datetime) -> Iterator[Observation]:
        for customer_id, opened_at, closed_at, turns in self.complaints:
            waits = [author for at, author in turns if at < end][-1:] == ["customer"]
            if opened_at < end and waits and (closed_at is None or closed_at >= end):
                for part, days in OPEN_DAYS.items():
                    old = business_days_later(opened_at, days) < end
                    yield Observation("open_complaints", part, moment, int(old), customer_id)


def _cells(
    purpose: Any, version: int, yes: bool, cells: dict[Any, Cell], moment: datetime, number: int
) -> Iterator[Observation]:
    """The purpose itself, then each channel and each topic of it: whether the yes holds there."""
    places = [
        (ANY, ANY),
        *((channel, ANY) for channel in purpose.channels),
        *((ANY, topic) for topic in purpose.topics),
    ]
    for channel, topic in places:
        own = cells.get((purpose.key, channel, topic))
        shut = own is not None and own.state in ("denied", "objected")
        name = f"{purpose.key} × {channel} × {topic} @ {version}"
        yield Observation("opt_in", name, moment, int(yes and not shut), number, "" if channel == ANY else channel)


def _complaints(session: Session, until: datetime) -> list[tuple[int | None, datetime, datetime | None, Sequence[Any]]]:
    complains = (
        sa.select(Message.conversation_id)
        .join(Tag, Tag.message_id == Message.id)
        .where(Tag.kind == "intent", Tag.value == "complaint", Tag.ended_at.is_(None), Tag.review != "rejected")
    )
    turns: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    said = sa.select(Message.conversation_id, Message.written_at, Message.author).where(
        Message.conversation_id.in_(complains), Message.author != "portal", ~Message.internal
    )
    for number, at, author in session.execute(said.order_by(Message.written_at, Message.id)):
        turns[number].append((at, author))
    rows = session.scalars(
        sa.select(Conversation).where(
            Conversation.id.in_(complains), Conversation.may_reply, Conversation.opened_at < until
        )
    )
    return [
        (row.customer_id, row.opened_at, row.last_at if row.state == "closed" else None, turns[row.id]) for row in rows
    ]
