"""Reads the ledger and what follows from it. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from portal.accounts import Customer
from portal.consent.models import ConsentEntry, ConsentState, Notice, Preference, Purpose
from portal.consent.parts import CHANNEL, TOPIC, parts_of, there_at
from portal.consent.permissions import OWED, Permission, PurposeFacts, is_owed, permission
from portal.consent.published import published
from portal.consent.rules import ANY, NOT_PAUSED, PAUSE, STOP, Cell, Key, after, brought
from portal.db import UtcDateTime


@dataclass(frozen=True)
class CellState:
    """One cell as its customer sees it.

    :param cell: what was said last about this very cell, None when nothing.
    :param permission: what follows for it, all cells considered.
    """

    purpose: Purpose
    channel: str
    topic: str
    cell: Cell | None
    permission: Permission

    @property
    def state(self) -> str:
        """`granted`, `denied`, `objected`, `paused` or `never`, as said about this very cell."""
        return "never" if self.cell is None or self.cell.state == "open" else self.cell.state


@lru_cache(maxsize=32)  # building it takes longer than running it, and one act often asks twice
def permitted(purpose: str, now: datetime) -> Select[int, int, int, bool, datetime]:
    """Everybody who allows a purpose at `now`, for joins over many customers; the same answer as `allows`.

    Columns: `customer_id`, `entry_id`, `seq`, `earlier_words`, `since`; entry, seq and
    since are None where no consent is asked.
    """
    own = aliased(ConsentState)
    facts = aliased(Purpose)
    here = (own.customer_id == Customer.id, own.purpose == purpose, own.channel == ANY, own.topic == ANY)
    in_force = or_(own.valid_until.is_(None), own.valid_until > now)
    void_below = (
        select(func.coalesce(func.max(Notice.version), 0))
        .where(Notice.purpose_key == purpose, Notice.change == "controller", *published(now))
        .scalar_subquery()
    )
    granted = and_(own.state == "granted", in_force, func.coalesce(own.notice_version, 0) >= void_below)
    unopposed = or_(own.state.is_(None), own.state.not_in(("denied", "objected")))
    return (
        select(
            Customer.id.label("customer_id"),
            own.entry_id.label("entry_id"),
            own.seq.label("seq"),
            func.coalesce(own.earlier_words, False).label("earlier_words"),
            own.since.label("since"),
        )
        .select_from(Customer)
        .join(facts, facts.key == purpose)
        .outerjoin(own, and_(*here))
        .where(facts.retired_at.is_(None), or_(and_(facts.asks, granted), and_(not_(facts.asks), unopposed)))
        .where(or_(_owed(facts), ~_restricted(STOP, ("denied", "objected"), now)))
        .where(or_(~_paused_by_pause(facts), ~_restricted(PAUSE, ("paused",), now)))
    )


def _owed(purpose: type[Purpose]) -> ColumnElement[bool]:
    """As `permissions.is_owed`."""
    return and_(not_(purpose.asks), purpose.lawful_basis.in_(OWED))


def _restricted(key: Key, states: tuple[str, ...], now: datetime) -> Exists:
    cell = aliased(ConsentState)
    return exists().where(
        cell.customer_id == Customer.id,
        cell.purpose == key[0],
        cell.channel == key[1],
        cell.topic == key[2],
        cell.state.in_(states),
        or_(cell.valid_until.is_(None), cell.valid_until > now),
    )


def _paused_by_pause(purpose: type[Purpose]) -> ColumnElement[bool]:
    """Whether a pause covers a purpose: one we ask for, under which we write on our own account. Answers still come."""
    return and_(purpose.asks, purpose.key.not_in(NOT_PAUSED), cast(purpose.channels, Text) != "[]")


def _standing(
    session: Session, customer_id: int, now: datetime
) -> tuple[list[tuple[Purpose, PurposeFacts]], dict[Key, Cell]]:
    """Purposes in their order, retired or not, with what matters for permissions, and a customer's cells for them.

    One statement, always fresh from the database: what was withdrawn a moment ago must not be seen as given.
    """
    rows = session.execute(
        _STANDING, {"customer": customer_id, "at": now}, execution_options={"populate_existing": True}
    )
    found: dict[str, tuple[Purpose, PurposeFacts]] = {}
    cells: dict[Key, Cell] = {}
    for each, paused, below, state in rows:
        found.setdefault(each.key, (each, _facts(each, paused, below or 0, now)))
        if state is not None:
            cells[state.purpose, state.channel, state.topic] = cell_of(state)
    return list(found.values()), cells


def standing_of(*columns: Any) -> Select[Any]:
    """Purposes with what makes a yes void, and the cells of the bound `customer` about them, as of the bound `at`.

    To be built once, since building takes longer than running.

    :param columns: what to read between the two.
    """
    void = (
        select(Notice.purpose_key, func.max(Notice.version).label("below"))
        .where(Notice.change == "controller", *published(bindparam("at", type_=UtcDateTime())))
        .group_by(Notice.purpose_key)
        .subquery()
    )
    theirs = and_(ConsentState.customer_id == bindparam("customer"), ConsentState.purpose.in_((Purpose.key, ANY)))
    return (
        select(*columns, _paused_by_pause(Purpose).label("paused"), void.c.below)
        .outerjoin(void, void.c.purpose_key == Purpose.key)
        .outerjoin(ConsentState, theirs)
        .order_by(Purpose.position, Purpose.key)
    )


_STANDING: Select[Purpose, bool, int, ConsentState] = standing_of(Purpose).add_columns(ConsentState)


def _facts(purpose: Purpose, paused_by_pause: bool, void_below: int, now: datetime) -> PurposeFacts:
    return PurposeFacts(
        key=purpose.key,
        asks=purpose.asks,
        paused_by_pause=paused_by_pause,
        retired=purpose.retired_at is not None and purpose.retired_at <= now,
        void_below=void_below,
        parts=parts_of(purpose.part_dates),
        owed=is_owed(purpose.asks, purpose.lawful_basis),
    )


def cells_of(session: Session, customer_id: int) -> dict[Key, Cell]:
    """Every cell of a customer about which something was said, as stored now."""
    rows = session.scalars(
        select(ConsentState).where(ConsentState.customer_id == customer_id),
        execution_options={"populate_existing": True},
    )
    return {(row.purpose, row.channel, row.topic): cell_of(row) for row in rows}


def cell_of(state: ConsentState) -> Cell:
    """A stored state as a value."""
    return Cell(
        state.state, state.seq, state.entry_id, state.since, state.notice_version, state.earlier_words,
        state.valid_until, state.grade,
    )  # fmt: skip


def changed_by(row: ConsentEntry) -> Cell:
    """The particulars an entry brings to its cell; the state follows from `rules.after`."""
    return brought(row.seq, row.global_seq, row.recorded_at, row.notice_version, row.valid_until, row.grade, row.scope)


def state_of(session: Session, customer_id: int, now: datetime) -> list[CellState]:
    """Every cell a customer can decide about, by purpose: the purpose itself, then its channels, then its topics."""
    return state_and_stops(session, customer_id, now)[0]


def state_and_stops(session: Session, customer_id: int, now: datetime) -> tuple[list[CellState], dict[Key, Cell]]:
    """As `state_of`; and the cells in which everything is or was stopped, at once or by one channel."""
    standing, cells = _standing(session, customer_id, now)
    found = _cells(((purpose, facts) for purpose, facts in standing if purpose.retired_at is None), cells, now)
    return found, {key: cell for key, cell in cells.items() if key[0] == ANY and key != PAUSE}


def state_as_of(session: Session, customer_id: int, *, known_at: datetime, valid_at: datetime) -> list[CellState]:
    """Like `state_of`, for any moment: as the ledger knew it at one, as it was in force at another.

    :param known_at: what was recorded later does not count.
    :param valid_at: what was said later does not count, and what had run out by then had run out.
    """
    void = (
        select(Notice.purpose_key, func.max(Notice.version).label("below"))
        .where(Notice.change == "controller", Notice.published_at <= known_at, Notice.effective_at <= valid_at)
        .group_by(Notice.purpose_key)
        .subquery()
    )
    there = or_(Purpose.retired_at.is_(None), Purpose.retired_at > valid_at, Purpose.retired_at > known_at)
    rows = session.execute(
        select(Purpose, _paused_by_pause(Purpose), void.c.below)
        .outerjoin(void, void.c.purpose_key == Purpose.key)
        .where(Purpose.created_at <= known_at, there)
        .order_by(Purpose.position, Purpose.key)
    )
    standing = [
        (
            each,
            PurposeFacts(
                each.key,
                each.asks,
                paused,
                void_below=below or 0,
                parts=parts_of(each.part_dates),
                owed=is_owed(each.asks, each.lawful_basis),
            ),
        )
        for each, paused, below in rows
    ]
    mine = (ConsentEntry.customer_id == customer_id, ConsentEntry.recorded_at <= known_at)
    cells: dict[Key, Cell] = {}
    for row in session.scalars(
        select(ConsentEntry).where(*mine, ConsentEntry.occurred_at <= valid_at).order_by(ConsentEntry.seq)
    ):
        key = (row.purpose, row.channel, row.topic)
        cell = after(cells.get(key), row.action, changed_by(row), occurred_at=row.occurred_at)
        if cell is not None:
            cells[key] = cell
    return _cells(standing, cells, valid_at)


def _cells(standing: Iterable[tuple[Purpose, PurposeFacts]], cells: dict[Key, Cell], now: datetime) -> list[CellState]:
    found: list[CellState] = []
    for purpose, facts in standing:
        parts = [(channel, ANY) for channel in there_at(CHANNEL, purpose.channels, facts.parts, now)]
        parts += [(ANY, topic) for topic in there_at(TOPIC, purpose.topics, facts.parts, now)]
        for channel, topic in [(ANY, ANY), *parts]:
            answer = permission(facts, cells, now=now, channel=channel, topic=topic)
            found.append(CellState(purpose, channel, topic, cells.get((purpose.key, channel, topic)), answer))
    return found


def head(session: Session, customer_id: int, *, known_at: datetime | None = None) -> int:
    """Position of the customer's newest ledger entry; 0 when there is none.

    :param known_at: if given, what was recorded later does not count.
    """
    newest = select(func.max(ConsentEntry.seq)).where(ConsentEntry.customer_id == customer_id)
    return session.scalar(newest.where(ConsentEntry.recorded_at <= known_at) if known_at else newest) or 0


def history(
    session: Session, customer_id: int, *, purpose: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[ConsentEntry]:
    """The customer's entries, newest first.

    :param before: seq of the last entry of the page before.
    """
    statement = _history(bool(purpose), before is not None)
    asked = {"customer": customer_id, "purpose": purpose, "before": before, "most": limit}
    return session.scalars(statement, asked).all()


@cache
def _history(of_purpose: bool, further: bool) -> Select[ConsentEntry]:
    """A page of somebody's entries, built once for each kind: building takes longer than running."""
    statement = select(ConsentEntry).where(ConsentEntry.customer_id == bindparam("customer", type_=Integer()))
    if of_purpose:
        statement = statement.where(ConsentEntry.purpose == bindparam("purpose", type_=Text()))
    if further:
        statement = statement.where(ConsentEntry.seq < bindparam("before", type_=Integer()))
    return statement.order_by(ConsentEntry.seq.desc()).limit(bindparam("most", type_=Integer()))


def purposes(session: Session, *, retired: bool = False) -> Sequence[Purpose]:
    """The purposes in their order; with the retired ones if asked for."""
    statement = select(Purpose).order_by(Purpose.position, Purpose.key)
    return session.scalars(statement if retired else statement.where(Purpose.retired_at.is_(None))).all()


def preference_of(session: Session, customer_id: int) -> Preference:
    """What a customer prefers; an empty one, not stored, when nothing was ever chosen."""
    return session.get(Preference, customer_id) or Preference(customer_id=customer_id)
