"""Texts somebody labelled elsewhere: they become anonymous feedback, are read, and the labels a team member's reviews.

Only kinds that have a column are settled. About every fifth, by its own number and a seed, is only for measuring: so it
stays on its side whatever else the file holds, and however often it is brought in.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Account
from portal.conversations import Feedback, check_columns
from portal.conversations.models import Conversation, Message
from portal.crm import Clock, Good, ImportRun, Progress, Row, Taken, bring_in
from portal.errors import Conflict, Invalid
from portal.needs.learning.actions import accept_untouched, finish_some
from portal.needs.learning.cells import heard_in
from portal.needs.learning.heard import Heard, say
from portal.needs.learning.models import QueueItem
from portal.needs.models import MessageReading
from portal.needs.queries import tags_of
from portal.needs.reading import read_waiting

SEED = 7
MEASURED = 5
"""One of so many is only for measuring."""
AT_ONCE = 100
KINDS = ("sentiment", "needs", "intents")


@dataclass(slots=True)
class Labelled:
    """What became of a file of labels.

    :param run: what became of its rows as feedback.
    :param recorded: messages whose labels are reviews now; `measured` of them are only for measuring.
    :param known: messages that were gone through before, by this file or by people.
    :param unread: messages that another process is reading still; the same file again records them.
    :param unreadable: messages in a language that is not read.
    :param kinds: how many messages each kind of tag was settled for.
    """

    run: ImportRun
    recorded: int = 0
    measured: int = 0
    known: int = 0
    unread: int = 0
    unreadable: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def import_labels(
    engine: Engine,
    path: Path,
    *,
    columns: dict[str, str],
    by: Account,
    clock: Clock,
    worker: str,
    seed: int = SEED,
    dry_run: bool = False,
    progress: Progress | None = None,
    reports: Path | None = None,
) -> Labelled:
    """Bring in labelled texts; the same file twice changes nothing.

    :param columns: of `text`, `id`, `sentiment`, `needs` and `intents` those there are, by the column that holds it.
    :param by: whose reviews the labels become.
    :param worker: who reads the texts, should nobody have read them meanwhile.
    :param dry_run: only say what would happen.
    :param reports: folder for the list of refused rows; the file's own folder if left out.
    :raises Invalid: when the file is of an unknown kind, lacks a column, no column holds labels, or `by` is a customer.
    """
    if by.role is None:
        raise Invalid("Labels are those of somebody in the team.", code="not-in-the-team")
    if not any(kind in columns for kind in KINDS):
        raise Invalid("Name at least one column with labels: of feelings, needs or intents.", code="no-labels")
    check_columns(path, columns)
    rows = _LabelledFeedback(columns)
    run = bring_in(
        engine, path, rows, kind="labels", reports=reports or path.parent, dry_run=dry_run, clock=clock,
        progress=progress,
    )  # fmt: skip
    told = Labelled(run)
    if not dry_run:
        read_waiting(engine, clock=clock, worker=worker)
        keys = list(rows.heard)
        for start in range(0, len(keys), AT_ONCE):
            part = {key: rows.heard[key] for key in keys[start : start + AT_ONCE]}
            with db.writing(engine) as session:
                _record(session, part, told, by, seed, clock())
    return told


class _LabelledFeedback(Feedback):
    """Feedback of nobody, with what somebody heard in each text, by the name under which the text is known again."""

    def __init__(self, columns: dict[str, str]) -> None:
        super().__init__({name: column for name, column in columns.items() if name not in KINDS})
        self._labels = {name: column for name, column in columns.items() if name in KINDS}
        self.heard: dict[str, Heard] = {}

    def cells(self, row: Row) -> dict[str, Any]:
        told = {name: row.cells.get(column) for name, column in self._labels.items()}
        return {**super().cells(row), "labels": told}

    def plainly(self, cells: dict[str, Any]) -> dict[str, Any] | None:
        labels = cells.pop("labels")
        values = super().plainly(cells) or self.schema.load(cells)
        return {**values, "labels": labels}

    def take(self, session: Session, rows: list[Good], now: datetime, *, dry_run: bool) -> Taken:
        good, refused = [], []
        for row in rows:
            try:
                row.values["heard"] = heard_in(row.values["labels"])
            except ValueError as fault:
                refused.append((row.line, str(fault)))
            else:
                good.append(row)
        taken = super().take(session, good, now, dry_run=dry_run)
        taken.refused += refused
        return taken

    def key_of(self, values: dict[str, Any], said: datetime | None) -> str:
        key = super().key_of(values, said)
        self.heard[key] = values["heard"]
        return key


def is_measured(key: str, seed: int) -> bool:
    """Whether a text is one of those that are only for measuring."""
    return int.from_bytes(sha256(f"{seed}:{key}".encode()).digest()[:8], "big") % MEASURED == 0


def _record(session: Session, heard: dict[str, Heard], told: Labelled, by: Account, seed: int, now: datetime) -> None:
    """Record the labels of some texts, unless somebody went through them before."""
    for row in _messages(session, heard):
        if row.readable is None:
            told.unread += 1
        elif not row.readable:
            told.unreadable += 1
        elif row.state in ("done", "skipped"):
            told.known += 1
        else:
            _record_one(session, row, heard[row.external_id], told, by, seed, now)


def _messages(session: Session, keys: Iterable[str]) -> Any:
    return session.execute(
        sa.select(
            Conversation.external_id, Message.id, MessageReading.readable, QueueItem.id.label("item"), QueueItem.state
        )
        .join(Message, Message.conversation_id == Conversation.id)
        .outerjoin(MessageReading, MessageReading.message_id == Message.id)
        .outerjoin(QueueItem, QueueItem.message_id == Message.id)
        .where(db.among(Conversation.external_id, list(keys)), Message.author == "customer")
        .order_by(Message.id)
    ).all()


def _record_one(
    session: Session, row: Any, heard: Heard, told: Labelled, by: Account, seed: int, now: datetime
) -> None:
    measured = is_measured(row.external_id, seed)
    try:
        finish_some(session, row.id, row.item, heard.kinds, measured=measured, by=by, now=now)
    except Conflict:  # somebody went through it at this very moment
        told.known += 1
        return
    say(session, row.id, heard, tags_of(session, [row.id])[row.id], by=by, now=now)
    accept_untouched(session, row.id, heard.kinds, by=by, now=now)
    told.recorded += 1
    told.measured += measured
    told.kinds.update(heard.kinds)
