"""Takes a file of consents in, shows what it would change, and lets an admin apply that or throw it away."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, writing
from portal.errors import Conflict, Invalid
from portal.importing.judging import Bench
from portal.importing.models import ConsentBatch, ConsentBatchRow
from portal.importing.reading import Line, Reader, check_columns
from portal.importing.rules import Verdict, event_id
from portal.sentences import Sentence

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
LARGEST = 20_000_000
"""Bytes of the largest file of consents; 100,000 rows take about 8,000,000."""
BATCH = 2_000
"""Rows judged in one go, with one transaction."""
ALREADY = Verdict("same", "already-in")


def take_in(
    session: Session, *, name: str, content: bytes, columns: dict[str, str], by: str, now: datetime,
    submission_key: str | None = None,
) -> ConsentBatch:  # fmt: skip
    """Keep a file, to be read by `stage`; nothing takes effect. The same key again gives the same batch.

    :param columns: what the file's columns are called, by what they mean, where that differs.
    :raises Invalid: code `empty-file`, `file-too-large` or `unknown-file-kind`.
    """
    if submission_key is not None:
        known = session.scalars(sa.select(ConsentBatch).where(ConsentBatch.submission_key == submission_key)).first()
        if known is not None:
            return known
    _check_file(name, content)
    digest = hashlib.sha256(content).hexdigest()
    undone = sa.select(sa.func.count()).where(ConsentBatch.file_sha256 == digest, ConsentBatch.state == "undone")
    batch = ConsentBatch(
        ref=db.random_ref("B"), file_name=Path(name).name[:200], file_sha256=digest, columns=columns, content=content,
        generation=session.scalar(undone) or 0, state="waiting", fault="", done=0, uploaded_at=now, uploaded_by=by,
        expected=content.count(b"\n"), submission_key=submission_key,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def _check_file(name: str, content: bytes) -> None:
    if not content.strip():
        raise Invalid("The file is empty.", code="empty-file")
    if len(content) > LARGEST:
        raise Invalid(
            Sentence("A file may have at most %(most)s MB. Split it.", most=LARGEST // 1_000_000), code="file-too-large"
        )
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Invalid(
            Sentence("“%(name)s” is neither .csv, .tsv, .jsonl nor .ndjson.", name=Path(name).name[:80]),
            code="unknown-file-kind",
        )


def stage(
    engine: Engine,
    batch_id: int,
    *,
    key: str,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Read a batch that waits and write down, row by row, what it would change. Begun again, it begins anew.

    :param key: the portal's secret key.
    :return: how many rows were looked at; the batch is `staged` then, or `unusable` with the reason.
    """
    with db.writing(engine) as session:
        batch = session.get_one(ConsentBatch, batch_id)
        if batch.state != "waiting" or batch.content is None:
            return 0
        session.execute(sa.delete(ConsentBatchRow).where(ConsentBatchRow.batch_id == batch_id))
        batch.done = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"consents{Path(batch.file_name).suffix.lower()}"
        path.write_bytes(batch.content)
        try:
            check_columns(path, batch.columns)
            done = _judge_all(engine, batch, path, key=key, clock=clock, should_stop=should_stop)
        except Invalid as fault:
            _settle(engine, batch_id, state="unusable", fault=_told(fault, batch.file_name), content=None)
            return 0
    if not should_stop():
        _settle(engine, batch_id, state="staged", content=None)
    return done


def _told(fault: Invalid, name: str) -> str:
    """The reason in words, with the name the file came with."""
    return fault.message.replace(f"consents{Path(name).suffix.lower()}", name)


def _settle(engine: Engine, batch_id: int, **values: Any) -> None:
    with db.writing(engine) as session:
        session.execute(sa.update(ConsentBatch).where(ConsentBatch.id == batch_id).values(**values))


def _judge_all(
    engine: Engine, batch: ConsentBatch, path: Path, *, key: str, clock: Callable[[], datetime],
    should_stop: Callable[[], bool],
) -> int:  # fmt: skip
    done, bench = 0, None
    with db.reading(engine) as session:
        seen_before = session.scalar(sa.select(sa.exists().where(*_same_file(batch)))) or False
    lines: Iterator[Line] = Reader(batch.columns).lines(path)
    while (some := list(islice(lines, BATCH))) and not should_stop():
        with db.writing(engine, much=True) as session:
            bench = bench or Bench(session, key=key, now=clock())
            bench.bring(session, some)
            known = _lines_known(session, batch, some) if seen_before else ()
            rows = [_row(batch, line, ALREADY if line.number in known else bench.judge(line)) for line in some]
            writing.insert_many(session, ConsentBatchRow, _once(rows))
            done += len(rows)
            session.execute(sa.update(ConsentBatch).where(ConsentBatch.id == batch.id).values(done=done))
    return done


def _same_file(batch: ConsentBatch) -> tuple[sa.ColumnElement[bool], ...]:
    """What other batches of the same file have in common that were, or are being, applied."""
    return (
        ConsentBatch.id != batch.id,
        ConsentBatch.file_sha256 == batch.file_sha256,
        ConsentBatch.state.in_(("applying", "applied")),
    )


def _lines_known(session: Session, batch: ConsentBatch, lines: list[Line]) -> set[int]:
    """The numbers of the rows that the ledger has already."""
    events = {_event(batch, line): line.number for line in lines}
    return {events[event] for event in consent.known_events(session, list(events))}


def _event(batch: ConsentBatch, line: Line) -> str:
    return event_id(batch.file_sha256, batch.generation, line.number)


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by their line: of two that end on the same line, as after a quote that is never closed, the first."""
    return list({row["line"]: row for row in reversed(rows)}.values())[::-1]


def _row(batch: ConsentBatch, line: Line, verdict: Verdict) -> dict[str, Any]:
    claim, known = line.claim, line.customer is not None and line.claim is not None
    purpose, channel, topic = line.key
    return {
        "batch_id": batch.id, "line": line.number, "row_sha256": line.sha256,
        "customer_id": line.customer.id if line.customer else None,
        "purpose": purpose, "channel": channel, "topic": topic, "act": claim.act if claim else "",
        "claimed_at": claim.at if claim else None, "grade": line.grade,
        "source": line.proof.get("source", "") if known else "",
        "wording": line.proof.get("wording", "") if known else "",
        "evidence": line.proof.get("evidence", "") if known else "",
        "notice_id": line.notice.id if line.notice else None, "outcome": verdict.outcome, "reason": verdict.reason,
        "was": line.was, "becomes": line.becomes,
        "event_id": _event(batch, line) if verdict.action else None,
    }  # fmt: skip


def ask_apply(session: Session, batch: ConsentBatch, *, by: str, now: datetime) -> bool:
    """Let what the difference shows take effect; gives whether this was the first to ask.

    :raises Conflict: code `not-staged`, when there is no difference to apply.
    """
    return _ask(session, batch, "staged", ("applying", "applied"), "not-staged", applied_at=now, applied_by=by)


def ask_undo(session: Session, batch: ConsentBatch, *, by: str, now: datetime) -> bool:
    """Take back what a batch wrote; gives whether this was the first to ask.

    :raises Conflict: code `not-applied`, when it was never applied.
    """
    return _ask(session, batch, "applied", ("undoing", "undone"), "not-applied", undone_at=now, undone_by=by)


def discard(session: Session, batch: ConsentBatch) -> bool:
    """Throw a batch away that changed nothing; gives whether it was there to throw away.

    :raises Conflict: code `already-applied`.
    """
    states = ("waiting", "staged", "unusable")
    found = sa.update(ConsentBatch).where(ConsentBatch.id == batch.id, ConsentBatch.state.in_(states))
    gone = session.execute(found.values(state="discarded", content=None).returning(ConsentBatch.id)).all()
    session.refresh(batch)
    if not gone and batch.state != "discarded":
        raise Conflict("This import has taken effect. It can be undone instead.", code="already-applied")
    if gone:
        session.execute(sa.delete(ConsentBatchRow).where(ConsentBatchRow.batch_id == batch.id))
    return bool(gone)


def _ask(session: Session, batch: ConsentBatch, state: str, then: tuple[str, ...], code: str, **values: Any) -> bool:
    """Bring a batch from one state to the next, once."""
    here = sa.update(ConsentBatch).where(ConsentBatch.id == batch.id, ConsentBatch.state == state)
    moved = session.execute(here.values(state=then[0], done=0, **values).returning(ConsentBatch.id)).all()
    session.refresh(batch)
    if not moved and batch.state not in then:
        raise Conflict("This import is not where this can be done. Look at it again.", code=code)
    return bool(moved)
