"""The ledger read again for many customers at once: where each cell stood at any position, and what followed from it.

For whoever checks or counts what was; whoever is about to act asks `allows`.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.consent.models import ConsentEntry, Notice, Purpose
from portal.consent.parts import parts_of
from portal.consent.permissions import Permission, PurposeFacts, is_owed, permission
from portal.consent.queries import _paused_by_pause, changed_by
from portal.consent.rules import AFFIRMATIVE, ANY, Cell, Key, after, proof_of


class LedgerAgain:
    """The entries of some customers, read once, and what every purpose was like."""

    def __init__(self, session: Session, customers: Iterable[int] | None = None) -> None:
        """:param customers: whose entries; everybody's when None."""
        statement = select(ConsentEntry).order_by(ConsentEntry.customer_id, ConsentEntry.seq)
        if customers is not None:
            statement = statement.where(ConsentEntry.customer_id.in_(list(customers)))
        self.entries: dict[int, list[ConsentEntry]] = defaultdict(list)
        for entry in session.scalars(statement):
            self.entries[entry.customer_id].append(entry)
        self.purposes = {
            each.key: (each, paused) for each, paused in session.execute(select(Purpose, _paused_by_pause(Purpose)))
        }
        void = select(Notice).where(Notice.change == "controller", Notice.published_at.is_not(None))
        self.voids = [
            (one.purpose_key, one.version, max(one.published_at, one.effective_at or one.published_at))
            for one in session.scalars(void)
            if one.published_at is not None
        ]

    def position(self, customer_id: int, known_at: datetime, *, before: bool = False) -> int:
        """How many entries were recorded by then; with `before`, strictly before then."""
        moments = [entry.recorded_at for entry in self.entries.get(customer_id, ())]
        return (bisect_left if before else bisect_right)(moments, known_at)

    def cells(self, customer_id: int, seq: int) -> dict[Key, Cell]:
        """Where the cells of a customer stood after the entry `seq`."""
        cells: dict[Key, Cell] = {}
        for row in self.entries.get(customer_id, ())[:seq]:
            key = (row.purpose, row.channel, row.topic)
            cell = after(cells.get(key), row.action, changed_by(row), occurred_at=row.occurred_at)
            if cell is not None:
                cells[key] = cell
        return cells

    def proved(self, customer_id: int, key: Key, cell: Cell, merged: Iterable[int] = ()) -> str:
        """How well the yes of a cell is proved: its grade, else what its own entries can show.

        Entries from before grades were kept have none. What the customer did on our own form, to words we have, is A;
        what the team or another system told counts as a flag, C, until it is said again.

        :param merged: the customers who were merged into this one: a yes carried over is proved as it was there.
        """
        if cell.grade is not None:
            return cell.grade
        said = [row for row in self._yeses(customer_id, key, cell.seq) if row.occurred_at >= cell.since]
        if any(row.method == "rule" and row.grade is None for row in said):
            said += [row for other in merged for row in self._yeses(other, key, None)]
        return min(map(proof_of, said), default="C")

    def _yeses(self, customer_id: int, key: Key, seq: int | None) -> list[ConsentEntry]:
        rows = self.entries.get(customer_id, [])[:seq]
        return [row for row in rows if (row.purpose, row.channel, row.topic) == key and row.action in AFFIRMATIVE]

    def facts(self, purpose: str, at: datetime) -> PurposeFacts | None:
        """What of a purpose mattered at an instant; None when it was not there."""
        found = self.purposes.get(purpose)
        if found is None:
            return None
        each, paused = found
        below = [version for key, version, since in self.voids if key == purpose and since <= at]
        retired = each.retired_at is not None and each.retired_at <= at
        return PurposeFacts(
            each.key, each.asks, paused, retired, max(below, default=0), parts_of(each.part_dates),
            carries=tuple(each.carries), owed=is_owed(each.asks, each.lawful_basis),
        )  # fmt: skip

    def permission(
        self, customer_id: int, purpose: str, seq: int, at: datetime, *, channel: str = ANY, topic: str = ANY
    ) -> Permission:
        """What the ledger allowed at the position `seq`, at the instant `at`."""
        cells = self.cells(customer_id, seq)
        return permission(self.facts(purpose, at), cells, now=at, channel=channel, topic=topic)
