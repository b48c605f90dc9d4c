"""Features of customers, aggregated once for all segments: one row per customer, one column per feature.

Only signals that have not ended count, and of them those that say a need is not met or wished. What somebody said
before they allowed us to learn from it counts only when they allowed that too.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from portal import consent
from portal.accounts.models import Customer
from portal.consent.models import ConsentState
from portal.conversations.models import Conversation, Message
from portal.crm.models import Attribute, Holding
from portal.ideas.models import Vote
from portal.needs.models import MessageReading, Signal
from portal.segments.rules import Feature, feature

PURPOSE = "needs"
OPEN_NEED = ("unmet", "wished")
Column = sa.ColumnElement[Any]


class days_between(FunctionElement[int]):  # noqa: N801  # read as a function of SQL
    """Whole days in UTC from the day of the first instant to the day of the second."""

    type = sa.Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday(date({second})) - julianday(date({first})) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({second} AS DATE) - CAST({first} AS DATE))"


@dataclass(frozen=True)
class Table:
    """One row per customer who allows the purpose: `values` by feature, `oldest` with the first instant in its window.

    An attribute has two columns, `name:number` and `name:text`, of which at most one is set.
    """

    source: sa.Subquery | sa.CTE
    values: dict[str, Column]
    oldest: list[tuple[Column, int]]
    last_message: Column | None
    valid_until: Column


def table(names: Iterable[str], now: datetime, ids: Collection[int] | None = None) -> Table:
    """The features with these names for all permitted customers, or for those in `ids`."""
    wanted = [found for name in names if (found := feature(name)) is not None]
    permitted = consent.permitted(PURPOSE, now).subquery("permitted")
    joins: list[tuple[sa.Subquery, list[tuple[str, Column]], list[tuple[str, int]]]] = [
        part
        for part in (
            _signals(wanted, now, ids), _moods(wanted, now, ids, permitted), _votes(wanted, now, ids),
            _products(wanted, now, ids), _attributes(wanted, ids), _last_message(wanted, now, ids),
        )
        if part is not None
    ]  # fmt: skip
    ends = _consent_end(ids)
    columns: list[Column] = [Customer.id.label("customer_id"), ends.c.valid_until.label("valid_until")]
    joined: Any = sa.join(Customer, permitted, permitted.c.customer_id == Customer.id)
    joined = joined.outerjoin(ends, ends.c.customer_id == Customer.id)
    for source, values, oldest in joins:
        joined = joined.outerjoin(source, source.c.customer_id == Customer.id)
        columns += [value.label(name) for name, value in values]
        columns += [source.c[name].label(name) for name, _days in oldest]
    columns += [value.label(name) for name, value in _own(wanted, now)]
    statement = sa.select(*columns).select_from(joined).where(Customer.erased_at.is_(None))
    rows = (statement if ids is None else statement.where(Customer.id.in_(ids))).cte("features")
    return _described(rows, joins)


def _described(rows: sa.CTE, joins: list[Any]) -> Table:
    oldest = [(rows.c[name], days) for _source, _values, names in joins for name, days in names]
    plain = {"customer_id", "valid_until", "last_message_at", *(column.name for column, _days in oldest)}
    return Table(
        source=rows,
        values={column.name: column for column in rows.c if column.name not in plain},
        oldest=[(column, days) for column, days in oldest if days],
        last_message=rows.c.get("last_message_at"),
        valid_until=rows.c.valid_until,
    )


def _among(column: Any, ids: Collection[int] | None) -> list[Column]:
    return [] if ids is None else [column.in_(ids)]


def _consent_end(ids: Collection[int] | None) -> sa.Subquery:
    return (
        sa.select(ConsentState.customer_id, sa.func.min(ConsentState.valid_until).label("valid_until"))
        .where(ConsentState.purpose == PURPOSE, *_among(ConsentState.customer_id, ids))
        .group_by(ConsentState.customer_id)
        .subquery("consent_end")
    )


def _windowed(wanted: list[Feature], code: str, rows: Any, at: Any, now: datetime, count: Any = None) -> Any:
    """Aggregates, value columns by name, and oldest columns by name, for plain counts in windows."""
    aggregates, values, oldest = [], [], []
    for number, found in enumerate(item for item in wanted if item.code == code):
        inside = at > now - timedelta(days=found.days)
        aggregates += [
            sa.func.count().filter(inside).label(f"{code}_{number}"),
            sa.func.min(at).filter(inside).label(f"{code}_{number}_oldest"),
        ]
        values.append((found.name, f"{code}_{number}"))
        oldest.append((f"{code}_{number}_oldest", found.days))
    return aggregates, values, oldest


def _finish(
    statement: Any, name: str, values: list[tuple[str, str]], oldest: list[tuple[str, int]], default: Any = 0
) -> Any:
    source = statement.subquery(name)
    return (
        source,
        [(feature_name, sa.func.coalesce(source.c[column], default)) for feature_name, column in values],
        oldest,
    )


def _signals(wanted: list[Feature], now: datetime, ids: Collection[int] | None) -> Any:
    mine = [found for found in wanted if found.code in ("need-count", "need-strength")]
    if not mine:
        return None
    aggregates, values, oldest = [], [], []
    for number, found in enumerate(mine):
        inside = sa.and_(Signal.need == found.key, Signal.observed_at > now - timedelta(days=found.days))
        value = sa.func.count() if found.code == "need-count" else sa.func.max(Signal.strength)
        aggregates += [
            value.filter(inside).label(f"s_{number}"),
            sa.func.min(Signal.observed_at).filter(inside).label(f"s_{number}_oldest"),
        ]
        values.append((found.name, f"s_{number}"))
        oldest.append((f"s_{number}_oldest", found.days))
    statement = (
        sa.select(Signal.customer_id, *aggregates)
        .where(*open_signals(now, max(found.days for found in mine)), *_among(Signal.customer_id, ids))
        .where(Signal.need.in_(sorted({found.key for found in mine})))
        .group_by(Signal.customer_id)
    )
    return _finish(statement, "signals_of", values, oldest)


def open_signals(now: datetime, days: int) -> list[Column]:
    """What makes a signal count: not ended, a need not met or wished, seen in the last `days` days."""
    return [
        Signal.ended_at.is_(None),
        Signal.need_state.in_(OPEN_NEED),
        Signal.observed_at > now - timedelta(days=days),
        Signal.observed_at <= now,
    ]


def _moods(wanted: list[Feature], now: datetime, ids: Collection[int] | None, permitted: sa.Subquery) -> Any:
    aggregates, values, oldest = _windowed(wanted, "negative-count", MessageReading, Message.written_at, now)
    if not aggregates:
        return None
    statement = (
        sa.select(Conversation.customer_id, *aggregates)
        .select_from(MessageReading)
        .join(Message, Message.id == MessageReading.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(permitted, permitted.c.customer_id == Conversation.customer_id)
        .where(MessageReading.sentiment == "negative", Message.author == "customer", Message.written_at <= now)
        .where(sa.or_(permitted.c.earlier_words, Message.written_at >= permitted.c.since))
        .where(*_among(Conversation.customer_id, ids))
        .group_by(Conversation.customer_id)
    )
    return _finish(statement, "moods_of", values, oldest)


def _votes(wanted: list[Feature], now: datetime, ids: Collection[int] | None) -> Any:
    aggregates, values, oldest = _windowed(wanted, "votes", Vote, Vote.at, now)
    if not aggregates:
        return None
    statement = (
        sa.select(Vote.customer_id, *aggregates)
        .where(Vote.at <= now, *_among(Vote.customer_id, ids))
        .group_by(Vote.customer_id)
    )
    return _finish(statement, "votes_of", values, oldest)


def _products(wanted: list[Feature], now: datetime, ids: Collection[int] | None) -> Any:
    mine = [found for found in wanted if found.code == "product"]
    if not mine:
        return None
    today = now.astimezone(UTC).date()
    aggregates = [
        sa.func.max(sa.case((Holding.product == found.key, 1), else_=0)).label(f"p_{number}")
        for number, found in enumerate(mine)
    ]
    statement = (
        sa.select(Holding.customer_id, *aggregates)
        .where(Holding.since <= today, sa.or_(Holding.until.is_(None), Holding.until > today))
        .where(*_among(Holding.customer_id, ids))
        .group_by(Holding.customer_id)
    )
    source = statement.subquery("products_of")
    held = [(found.name, sa.func.coalesce(source.c[f"p_{number}"], 0) == 1) for number, found in enumerate(mine)]
    return source, held, []


def _attributes(wanted: list[Feature], ids: Collection[int] | None) -> Any:
    mine = [found for found in wanted if found.code == "attribute"]
    if not mine:
        return None
    aggregates: list[Column] = []
    for number, found in enumerate(mine):
        aggregates += [
            sa.func.max(Attribute.number).filter(Attribute.key == found.key).label(f"a_{number}_number"),
            sa.func.max(Attribute.text).filter(Attribute.key == found.key).label(f"a_{number}_text"),
        ]
    statement = sa.select(Attribute.customer_id, *aggregates).where(*_among(Attribute.customer_id, ids))
    source = statement.group_by(Attribute.customer_id).subquery("attributes_of")
    columns = [
        (f"{found.name}:{kind}", source.c[f"a_{number}_{kind}"])
        for number, found in enumerate(mine)
        for kind in ("number", "text")
    ]
    return source, columns, []


def _last_message(wanted: list[Feature], now: datetime, ids: Collection[int] | None) -> Any:
    if not any(found.code == "last-message" for found in wanted):
        return None
    statement = (
        sa.select(Conversation.customer_id, sa.func.max(Message.written_at).label("last_message_at"))
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.author == "customer", Message.written_at <= now, Conversation.customer_id.is_not(None))
        .where(*_among(Conversation.customer_id, ids))
        .group_by(Conversation.customer_id)
    )
    source = statement.subquery("last_message_of")
    moment = sa.literal(now, type_=Message.written_at.type)
    return source, [("message.last_days", days_between(source.c.last_message_at, moment))], [("last_message_at", 0)]


def _own(wanted: list[Feature], now: datetime) -> list[tuple[str, Column]]:
    today = now.astimezone(UTC).date()
    columns: list[tuple[str, Column]] = []
    for found in wanted:
        if found.code == "language":
            columns.append((found.name, Customer.language.expression))
        elif found.code == "tenure":
            years = today.year - sa.extract("year", Customer.since)
            months = today.month - sa.extract("month", Customer.since)
            short = sa.case((sa.extract("day", Customer.since) > today.day, 1), else_=0)
            columns.append((found.name, sa.cast(years * 12 + months - short, sa.Integer)))
    return columns


def next_midnight(now: datetime) -> datetime:
    """When the next day begins in UTC: features counted in days or months can change then."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(0), tzinfo=UTC)
