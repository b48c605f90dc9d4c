"""The way back of what an import wrote: for each cell the acts that bring back what it was, where it may go back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, db
from portal.consent import AFFIRMATIVE, ANY, ConsentEntry, Key, NewEntry
from portal.importing.keeping import ROWS, BatchRow
from portal.importing.models import ConsentBatch
from portal.importing.rules import way_back

SYSTEM = "import"
Place = tuple[int, Key]
OF_AN_ENTRY = tuple(
    ConsentEntry.__table__.c[name]
    for name in (
        "global_seq seq notice_id language occurred_at recorded_at valid_until grade authority scope evidence "
        "actor_type method notice_sha256"
    ).split()
)


class Undoing(Protocol):
    """For which batch, and when."""

    @property
    def batch(self) -> ConsentBatch:
        """The batch that is undone."""

    @property
    def now(self) -> datetime:
        """The moment it is undone at."""


class WaysBack:
    """What stands about the cells of these rows, read at once."""

    def __init__(self, session: Session, rows: Sequence[BatchRow]) -> None:
        owners = {row.customer_id for row in rows if row.customer_id is not None}
        self._cells = consent.cells_of_several(session, owners)
        before = {row.before["entry_id"] for row in rows if row.before}
        chosen = sa.select(*OF_AN_ENTRY).where(db.among(ConsentEntry.global_seq, before))
        self._entries = {one.global_seq: one for one in session.execute(chosen)}
        self._returned = _returned(session, owners)
        self._purposes = {one.key: one for one in consent.purposes(session, retired=True)}

    def back(self, rows: Sequence[BatchRow], undoing: Undoing) -> list[NewEntry] | None:
        """The acts that bring the cell of these rows back to before the first of them; None when it must stay.

        It stays when anything changed it since, or when what it was cannot be said any more: a yes to what is retired.
        """
        first = rows[0]
        place = (first.customer_id or 0, (first.purpose, first.channel, first.topic))
        cell = self._cells.get(place[0], {}).get(place[1])
        if cell is None or self._as_left(place, cell.seq) != max(row.entry_seq or 0 for row in rows):
            return None
        acts = way_back(first.before, cell.state)
        if AFFIRMATIVE.intersection(acts) and not self._asked(first):
            return None
        return [self._entry(first, act, undoing) for act in acts]

    def _as_left(self, place: Place, seq: int) -> int:
        """The position that decides about a cell, when what later imports did to it and was undone is left out."""
        while (place, seq) in self._returned:
            seq = self._returned[place, seq]
        return seq

    def _asked(self, row: BatchRow) -> bool:
        purpose = self._purposes.get(row.purpose)
        return (
            purpose is not None
            and purpose.retired_at is None
            and row.channel in (ANY, *purpose.channels)
            and row.topic in (ANY, *purpose.topics)
        )

    def _entry(self, first: BatchRow, act: str, undoing: Undoing) -> NewEntry:
        before: dict[str, Any] = first.before or {}
        earlier = self._entries.get(before.get("entry_id", 0))
        again = earlier if act == "granted" else None
        proof = f"{undoing.batch.ref} undone; before it stood entry {earlier.seq if earlier else 0}"
        yes: dict[str, Any] = {}
        if again is not None:
            since = datetime.fromisoformat(before["since"]) if "since" in before else again.recorded_at
            yes = consent.repeated(again, since=since, earlier_words=bool(before.get("earlier_words")))
            yes["grade"] = consent.proof_of(again)
            proof += f": {again.evidence}" if again.evidence else ""
        return NewEntry(
            purpose=first.purpose, channel=first.channel, topic=first.topic, action=act, actor_type="team",
            actor=undoing.batch.undone_by or "", method="import", source_system=SYSTEM,
            evidence=proof, **yes,
        )  # fmt: skip


def _returned(session: Session, owners: set[int]) -> dict[tuple[Place, int], int]:
    """Of each entry that undid an import, the position at which its cell stood before that import."""
    row = ROWS.c
    chosen = sa.select(row.customer_id, row.purpose, row.channel, row.topic, row.undone_seq, row.before).where(
        db.among(row.customer_id, owners), row.undone_seq.is_not(None)
    )
    return {
        ((owner, (purpose, channel, topic)), seq): before["seq"]
        for owner, purpose, channel, topic, seq, before in session.execute(chosen)
        if before
    }
