"""What follows at once when many acts are written: signals and memberships end or begin, open pages are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal import consent, live, needs, segments
from portal.consent import ANY
from portal.importing.keeping import BatchRow

NEEDS = "needs"


class Effects:
    """Looks whom the rows of a chunk may touch before they are written, and lets it take effect after."""

    def __init__(self, session: Session, rows: Sequence[BatchRow], now: datetime) -> None:
        self._now = now
        self._touched = {row.customer_id for row in rows if row.customer_id and row.purpose in (NEEDS, ANY)}
        self._before = self._allowing(session)

    def _allowing(self, session: Session) -> set[int]:
        """Who of those touched lets us understand their needs."""
        if not self._touched:
            return set()
        purpose = consent.purposes_with_facts(session, self._now).get(NEEDS)
        facts = purpose[1] if purpose else None
        cells = consent.cells_of_several(session, self._touched)
        return {one for one, theirs in cells.items() if consent.permission(facts, theirs, now=self._now)}

    def take_place(self, session: Session, written: Sequence[BatchRow]) -> None:
        """End and rest signals and place anew whose permission changed, and tell the open pages of all.

        :param written: the rows that changed something.
        """
        after = self._allowing(session)
        changed = self._before ^ after
        for customer_id in sorted(needs.who_wrote(session, changed)) if changed else ():
            if customer_id in after:
                needs.rest_signals(session, customer_id, now=self._now, earlier_words=False)
            else:
                needs.end_signals(session, customer_id, cause="consent", now=self._now)
        segments.place_several(session, changed, cause="consent", now=self._now)
        purposes: dict[int, set[str]] = {}
        for row in written:
            purposes.setdefault(row.customer_id or 0, set()).add(row.purpose)
        payloads = {one: {"purposes": sorted(names)} for one, names in purposes.items()}
        live.tell_all(session, "consent-changed", payloads, self._now)
