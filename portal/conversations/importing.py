"""Feedback from a file: each row becomes a conversation that expects no answer, and is read like any other words."""

import hashlib
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, writing
from portal.accounts.models import Customer
from portal.conversations import rules
from portal.conversations.models import Conversation, Message, Rating
from portal.conversations.schemas import LONGEST_CUSTOMER, LONGEST_ID, FeedbackRow, import_text, instant
from portal.crm import Clock, Good, ImportRun, Progress, Row, Taken, bring_in, columns_in
from portal.errors import Invalid
from portal.sentences import Sentence

ORIGIN = "import"


def import_feedback(
    engine: Engine,
    path: Path,
    *,
    text_column: str,
    clock: Clock,
    customer_column: str | None = None,
    at_column: str | None = None,
    id_column: str | None = None,
    rating_column: str | None = None,
    rating_scale: tuple[float, float] = (1, 5),
    dry_run: bool = False,
    progress: Progress | None = None,
    reports: Path | None = None,
) -> ImportRun:
    """Bring in what customers wrote elsewhere; the same file twice changes nothing.

    A row is known again by its number, or without one by its content and by how many rows with the same content came
    before it in the file. A customer is found by the company's number or by e-mail address; words of somebody unknown
    belong to nobody: they are read and counted, and never become a signal.

    :param rating_column: how it was for them. :param rating_scale: the worst and the best that can stand there; what is
        between becomes the nearest of our five steps.
    :param dry_run: only say what would happen.
    :param progress: told how many more rows were looked at.
    :param reports: folder for the list of refused rows; the file's own folder if left out.
    :raises Invalid: when the file is of an unknown kind or has no such column.
    """
    columns = {"text": text_column, "customer": customer_column, "at": at_column, "id": id_column}
    columns["rating"] = rating_column
    wanted = {name: column for name, column in columns.items() if column}
    check_columns(path, wanted)
    return bring_in(
        engine,
        path,
        Feedback(wanted, rating_scale),
        kind="feedback",
        reports=reports or path.parent,
        dry_run=dry_run,
        clock=clock,
        progress=progress,
    )


def check_columns(path: Path, wanted: dict[str, str]) -> None:
    """Refuse a file that lacks a column somebody named.

    :raises Invalid: code `no-such-column`, with those it has.
    """
    there = columns_in(path)
    missing = [column for column in wanted.values() if column not in there]
    if missing and there:
        raise Invalid(
            Sentence(
                "“%(name)s” has no column “%(missing)s”. It has: %(there)s.",
                name=path.name,
                missing=missing[0],
                there=", ".join(there),
            ),
            code="no-such-column",
        )


class Feedback:
    """Turns rows of feedback into conversations with one message each."""

    schema = FeedbackRow()

    def __init__(self, columns: dict[str, str], scale: tuple[float, float] = (1, 5)) -> None:
        self._columns, self._scale = columns, scale
        self._seen: Counter[str] = Counter()

    def cells(self, row: Row) -> dict[str, Any]:
        """The cells that are asked for, by what they hold."""
        found: dict[str, Any] = {}
        for name, column in self._columns.items():
            value = row.cells.get(column)
            if type(value) is not str:
                value = _as_text(name, value)
            if value not in (None, "") or name == "text":
                found[name] = value
        return found

    def plainly(self, cells: dict[str, Any]) -> dict[str, Any] | None:
        """What the schema gives, where that is plain to see."""
        for value in cells.values():
            if type(value) is not str:
                return None
        customer, number = cells.get("customer", ""), cells.get("id", "")
        named = customer + number
        if "text" not in cells or not (named.isascii() and named.isprintable()):
            return None
        if len(customer) > LONGEST_CUSTOMER or len(number) > LONGEST_ID:
            return None
        if customer:
            cells["customer"] = customer.strip()
        if number:
            cells["id"] = number.strip()
        return cells

    def take(self, session: Session, rows: list[Good], now: datetime, *, dry_run: bool) -> Taken:
        """Keep rows that are not there yet as conversations."""
        taken = Taken()
        pairs = [pair for row in rows if (pair := self._understood(row, taken, now)) is not None]
        owners = _owners(session, {name for _, values in pairs if (name := values.get("customer"))})
        unknown = named = 0
        for _key, values in pairs:
            values["owner"] = owner = _owner(values.get("customer") or "", owners)
            unknown += owner is None
            named += owner is None and bool(values.get("customer"))
        taken.noted = {"without_customer": unknown, "customer_not_found": named}
        there = self._known(session, [key for key, _ in pairs]) if dry_run else set()
        fresh = {key: values for key, values in pairs if key not in there}
        taken.added = len(fresh) if dry_run else _insert(session, fresh, now)
        taken.already_there = len(pairs) - taken.added
        return taken

    def _understood(self, row: Good, taken: Taken, now: datetime) -> tuple[str, dict[str, Any]] | None:
        """The row with its external id, text and instant; None when it is refused."""
        values = row.values
        try:
            values["text"] = import_text(values["text"])
            said = instant(values["at"], now) if values.get("at") else None
            if values.get("rating"):
                values["score"] = rules.score_of(values["rating"], *self._scale)
        except ValueError as fault:
            taken.refused.append((row.line, str(fault)))
            return None
        key = self.key_of(values, said)
        values["at"] = said or now
        return key, values

    def key_of(self, values: dict[str, Any], said: datetime | None) -> str:
        """By what the row is known again; the hour of the import is never part of it."""
        if values.get("id"):
            return f"id:{values['id']}"
        dated = said.isoformat() if said else ""
        content = "\x1f".join((values["text"], values.get("customer") or "", dated))
        digest = hashlib.sha256(content.encode("utf-8")).hexdigest()
        self._seen[digest] += 1
        return f"sha256:{digest}:{self._seen[digest]}"

    @staticmethod
    def _known(session: Session, keys: list[str]) -> set[str]:
        known = sa.select(Conversation.external_id).where(db.among(Conversation.external_id, keys))
        return {key for key in session.scalars(known) if key is not None}


def _as_text(name: str, value: Any) -> Any:
    """Numbers may stand for ids; a text must be a text."""
    return str(value) if name != "text" and isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _owner(name: str, owners: dict[str, int]) -> int | None:
    return owners.get(name) or owners.get(name.lower())


def _owners(session: Session, names: set[str]) -> dict[str, int]:
    """Ids of the customers that are known by these numbers or addresses."""
    if not names:
        return {}
    low = {name.lower() for name in names}
    known = sa.or_(db.among(Customer.external_ref, names), db.among(Customer.email, low))
    found = sa.select(Customer.id, Customer.external_ref, Customer.email).where(known, Customer.erased_at.is_(None))
    owners: dict[str, int] = {}
    for customer_id, external_ref, email in session.connection().execute(found).all():
        owners[email or ""] = owners[external_ref or ""] = customer_id
    owners.pop("", None)
    return owners


def _insert(session: Session, rows: dict[str, dict[str, Any]], now: datetime) -> int:
    """Insert conversations that are not there yet, and a message for each of those."""
    names = zip(db.random_refs("T", len(rows)), db.random_refs("I", len(rows)), strict=True)
    opened = [
        {
            "ref": ref,
            "receipt_code": code,
            "customer_id": values["owner"],
            "title": rules.title_of(values["text"][:1_000]),
            "external_id": key,
            "opened_at": values["at"],
            "last_at": values["at"],
        }
        for (ref, code), (key, values) in zip(names, rows.items(), strict=True)
    ]
    ids = writing.insert_many_new(
        session, Conversation, opened, state="open", origin=ORIGIN, may_reply=False, urgency=0, distress=False
    )
    made = sa.select(Conversation.id, Conversation.external_id).where(db.among(Conversation.id, ids))
    keys = session.connection().execute(made).all()
    said = [
        {"ref": ref, "conversation_id": number, "text": rows[key or ""]["text"], "written_at": rows[key or ""]["at"]}
        for ref, (number, key) in zip(db.random_refs("M", len(keys)), keys, strict=True)
    ]
    writing.insert_many(
        session, Message, said, author="customer", author_name="", internal=False, recorded_at=now, reading="waiting",
        read_after=now, attempts=0,
    )  # fmt: skip
    places = {number: rows[key] for number, key in keys if key is not None}
    _rate(session, {place: row for place, row in places.items() if row.get("score")}, now)
    return len(said)


def _rate(session: Session, rated: dict[int, dict[str, Any]], now: datetime) -> None:
    """The ratings of rows that have one, by the conversation that each row opened."""
    if not rated:
        return
    said = sa.select(Message.id, Message.conversation_id).where(db.among(Message.conversation_id, rated.keys()))
    made = [
        {
            "message_id": message_id,
            "score": rated[place]["score"],
            "given_at": rated[place]["at"],
            "recorded_at": now,
            "source": "import",
        }
        for message_id, place in session.execute(said)
    ]
    writing.insert_many(session, Rating, made)
