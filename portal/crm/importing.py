"""Bringing in a file: one run with its counts, rows in batches with a commit each, refused rows in a report.

What the rows become is for the caller (`Taker`); this is the part that customers and feedback have in common.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from marshmallow import Schema, ValidationError
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.crm.models import ImportRun
from portal.crm.rows import Report, Row, read_rows, sha256_of

BATCH = 4_000
"""Rows kept with one commit. Each commit writes most pages of the indexes of names anew, however few rows it has."""
Clock = Callable[[], datetime]
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Good:
    """A row that passed its schema: where it stands, and its values."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class Taken:
    """What became of one batch. `refused` is for what only the database could tell: (line, reason)."""

    added: int = 0
    already_there: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    noted: dict[str, int] = field(default_factory=dict)


class Taker(Protocol):
    """What turns good rows into rows of ours."""

    @property
    def schema(self) -> Schema:
        """What a row must be like."""

    def cells(self, row: Row) -> dict[str, Any]:
        """The cells the schema is to look at."""

    def plainly(self, cells: dict[str, Any]) -> dict[str, Any] | None:
        """What the schema gives, where that is plain to see, as for most rows: it takes ten times as long."""

    def take(self, session: Session, rows: list[Good], now: datetime, *, dry_run: bool) -> Taken:
        """Keep a batch in the session's transaction; with `dry_run` only say what would become of it."""


def bring_in(
    engine: Engine,
    path: Path,
    taker: Taker,
    *,
    kind: str,
    reports: Path,
    dry_run: bool,
    clock: Clock,
    progress: Progress | None,
) -> ImportRun:
    """Bring in one file; the same file twice changes nothing.

    :param reports: folder for the list of refused rows.
    :param progress: told how many more rows were looked at.
    """
    run = _begin(engine, path, kind, dry_run, clock())
    report = Report(reports / f"{path.stem}-{run.id}-refused.csv")
    try:
        for batch in _batches(read_rows(path)):
            _bring_in_batch(engine, run, batch, taker, report, clock())
            if progress is not None:
                progress(len(batch))
    finally:
        _end(engine, run, report, clock())
    return run


def _begin(engine: Engine, path: Path, kind: str, dry_run: bool, now: datetime) -> ImportRun:
    run = ImportRun(
        kind=kind,
        file_name=path.name,
        file_sha256=sha256_of(path),
        dry_run=dry_run,
        started_at=now,
        detail={},
        rows=0,
        added=0,
        already_there=0,
        rejected=0,
    )
    with db.writing(engine) as session:
        session.add(run)
        session.flush()
    return run


def _end(engine: Engine, run: ImportRun, report: Report, now: datetime) -> None:
    run.report = report.close()
    run.finished_at = now
    with db.writing(engine) as session:
        session.merge(run)


def _batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _bring_in_batch(
    engine: Engine, run: ImportRun, batch: list[Row], taker: Taker, report: Report, now: datetime
) -> None:
    good: list[Good] = []
    refused: list[tuple[int, str]] = []
    for row in batch:
        found = _looked_at(row, taker)
        if isinstance(found, Good):
            good.append(found)
        else:
            refused.append((row.line, found))
    with db.writing(engine, much=True) as session:
        taken = taker.take(session, good, now, dry_run=run.dry_run)
        _count(run, len(batch), taken, len(refused))
        session.merge(run)
    for line, reason in sorted(refused + taken.refused):
        report.refuse(line, reason)


def _count(run: ImportRun, rows: int, taken: Taken, refused: int) -> None:
    run.rows += rows
    run.added += taken.added
    run.already_there += taken.already_there
    run.rejected += refused + len(taken.refused)
    run.detail = {**run.detail, **{key: run.detail.get(key, 0) + count for key, count in taken.noted.items()}}


def _looked_at(row: Row, taker: Taker) -> Good | str:
    """The row as values, or the reason it is refused."""
    if row.fault:
        return row.fault
    cells = taker.cells(row)
    try:
        return Good(row.line, taker.plainly(cells) or taker.schema.load(cells))
    except ValidationError as error:
        return "; ".join(f"{name}: {_first(texts)}" for name, texts in sorted(error.messages_dict.items()))


def _first(texts: Any) -> str:
    while isinstance(texts, dict):
        texts = next(iter(texts.values()))
    return str(texts[0] if isinstance(texts, list) else texts)
