"""The head of the ledger, signed each day and put in a second place: whoever cuts entries off at the end is found.

A day's document names the head of every customer whose ledger grew since the day before, and the hash of that day's
document, so that the days form a chain of their own. It stands in a table and, the same bytes, in a file elsewhere.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.consent.chain import START
from portal.consent.faults import Fault, Head
from portal.consent.models import ConsentEntry, SignedHead
from portal.consent.signing import check_signature, document_in, head_keys, signed
from portal.settings import Settings

log = structlog.get_logger()
LONGEST = 1_000_000_000
KIND = "candour ledger heads 1"


@dataclass
class SignedHeads:
    """What was signed so far.

    :ivar heads: by customer, position and hash of the newest entry at the last signing that named them.
    :ivar newest: the last day there is, None when nothing was ever signed.
    :ivar last: hash of the last document.
    :ivar faults: what is wrong with the documents themselves.
    """

    heads: dict[int, Head] = field(default_factory=dict)
    newest: date | None = None
    last: str = START
    faults: list[Fault] = field(default_factory=list)


def sign_heads(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Sign the heads of today, once. A ledger that contradicts what was signed before is not signed over.

    :return: (1, 0) when it was signed now, (0, 0) when it had been, (0, 1) when the ledger or the documents were
        touched: `candour consent verify` says where.
    """
    now = clock()
    with db.writing(engine) as session:
        if session.scalar(sa.select(SignedHead.id).where(SignedHead.day == now.date())) is not None:
            return 0, 0
        if _adopted(session, settings, now):
            return 1, 0
        before = read_heads(session, settings)
        there = heads_now(session)
        cut = [number for number, (seq, _hash) in before.heads.items() if there.get(number, (0, ""))[0] < seq]
        if before.faults or cut:
            log.error("the ledger contradicts its signed heads", customers=len(cut), documents=len(before.faults))
            return 0, 1
        _sign(session, before, there, settings, now)
    return 1, 0


def _adopted(session: Session, settings: Settings, now: datetime) -> bool:
    """Take today's file into the table, when whoever wrote it was cut off before they were done."""
    path = _file_of(now.date(), settings)
    data = path.read_bytes() if path.exists() else b""
    document = document_in(data, longest=LONGEST)
    if check_signature(document, head_keys(settings)) != "ours" or document is None:
        return False
    named = {name: document[name] for name in ("global_seq", "entries", "customers", "heads_sha256")}
    at = datetime.fromisoformat(document["at"])
    session.add(SignedHead(day=now.date(), at=at, document=data.decode(), **named))
    return True


def heads_now(session: Session) -> dict[int, Head]:
    """By customer, position and hash of the newest entry."""
    newest = (
        sa.select(ConsentEntry.customer_id, sa.func.max(ConsentEntry.seq).label("seq"))
        .group_by(ConsentEntry.customer_id)
        .subquery()
    )
    here = sa.and_(ConsentEntry.customer_id == newest.c.customer_id, ConsentEntry.seq == newest.c.seq)
    columns = (ConsentEntry.customer_id, ConsentEntry.seq, ConsentEntry.entry_hash)
    rows = session.execute(sa.select(*columns).join(newest, here))
    return {number: (seq, entry_hash) for number, seq, entry_hash in rows}


def hash_of_heads(heads: Mapping[int, Head]) -> str:
    """One hash that stands for the heads of everybody."""
    lines = (f"{number} {seq} {entry_hash}\n" for number, (seq, entry_hash) in sorted(heads.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_heads(session: Session, settings: Settings) -> SignedHeads:
    """What was signed, out of both places, and everything by which they are not as they were left."""
    found, keys = SignedHeads(), head_keys(settings)
    kept = {row.day.isoformat(): row.document.encode() for row in session.scalars(sa.select(SignedHead))}
    filed = dict(_files(heads_folder(settings)))
    for day in sorted({*kept, *filed}):
        for place, missing in (("the table", day not in kept), ("the folder", day not in filed)):
            if missing:
                found.faults.append(_fault(day, f"missing in {place}"))
        if len({kept.get(day), filed.get(day)} - {None}) > 1:
            found.faults.append(_fault(day, "the table and the folder differ"))
        for data in dict.fromkeys(one for one in (kept.get(day), filed.get(day)) if one is not None):
            _take(found, day, data, keys)
    return found


def _take(found: SignedHeads, day: str, data: bytes, keys: list[bytes]) -> None:
    """Add what a document says, if it is ours and follows from the one before."""
    document = document_in(data, longest=LONGEST)
    if check_signature(document, keys) != "ours" or document is None or document.get("kind") != KIND:
        found.faults.append(_fault(day, "not as we signed it"))
        return
    if document["day"] != day:
        found.faults.append(_fault(day, f"is the document of {document['day']}"))
        return
    if document["before"] != found.last:
        found.faults.append(_fault(day, "does not follow from the day before"))
    found.heads.update({number: (seq, entry_hash) for number, seq, entry_hash in document["heads"]})
    found.newest, found.last = date.fromisoformat(day), hashlib.sha256(data).hexdigest()


def _sign(session: Session, before: SignedHeads, there: Mapping[int, Head], settings: Settings, now: datetime) -> None:
    newest, entries = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(ConsentEntry.global_seq), 0), sa.func.count(ConsentEntry.global_seq))
    ).one()
    summary: dict[str, Any] = {
        "global_seq": newest, "entries": entries, "customers": len(there), "heads_sha256": hash_of_heads(there)
    }  # fmt: skip
    grown = [[number, *head] for number, head in sorted(there.items()) if before.heads.get(number) != head]
    document = {"kind": KIND, "day": now.date().isoformat(), "at": now.isoformat(), **summary, "before": before.last}
    data = signed({**document, "heads": grown}, head_keys(settings))
    session.add(SignedHead(day=now.date(), at=now, document=data.decode(), **summary))
    session.flush()
    _write(_file_of(now.date(), settings), data)


def heads_folder(settings: Settings) -> Path:
    """The second place."""
    return Path(settings.heads) if settings.heads else Path(settings.instance) / "heads"


def _file_of(day: date, settings: Settings) -> Path:
    return heads_folder(settings) / f"{day.isoformat()}.json"


def _write(path: Path, data: bytes) -> None:
    """A whole file or none; a file that is there stays, which the check then tells of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o440)
    part.replace(path)


def _files(folder: Path) -> Iterable[tuple[str, bytes]]:
    for path in sorted(folder.glob("????-??-??.json")):
        yield path.stem, path.read_bytes()


def _fault(day: str, detail: str) -> Fault:
    return Fault(None, 0, "heads", f"{day} {detail}")
