"""How a benefit is used up: pure arithmetic over grants and what was taken from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Lot:
    """One grant as arithmetic sees it. `used` and `amount` are in its unit; a smaller `priority` goes first."""

    grant_id: int
    amount: int
    used: int
    valid_from: datetime
    valid_until: datetime | None
    priority: int = 100

    @property
    def left(self) -> int:
        """What can still be taken from this grant."""
        return self.amount - self.used

    def valid_at(self, at: datetime) -> bool:
        """Whether the grant can be used at `at`; its last instant is excluded."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """Lots in the order they are used up: priority, then earliest end, then creation."""
    return sorted(lots, key=_order)


def _order(lot: Lot) -> tuple[int, bool, float, int]:
    ends = lot.valid_until.timestamp() if lot.valid_until else 0.0
    return (lot.priority, lot.valid_until is None, ends, lot.grant_id)


def left(lots: Iterable[Lot], at: datetime) -> int:
    """How much can be used at `at`."""
    return sum(lot.left for lot in lots if lot.valid_at(at))


def split(lots: Sequence[Lot], amount: int, at: datetime) -> list[tuple[int, int]] | None:
    """Which grants an amount is taken from, as (grant id, amount); None when there is not enough."""
    parts: list[tuple[int, int]] = []
    missing = amount
    for lot in in_order(lots):
        if missing and lot.left > 0 and lot.valid_at(at):
            taken = min(missing, lot.left)
            parts.append((lot.grant_id, taken))
            missing -= taken
    return None if missing else parts
