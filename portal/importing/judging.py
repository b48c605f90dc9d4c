"""Judges what each line of a file does to its cell, line by line, without writing anything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.consent import ANY, Cell, Key, PurposeFacts
from portal.importing.asked import Wordings, of_another
from portal.importing.models import ConsentBatchRow
from portal.importing.reading import Line
from portal.importing.rules import Claim, Stand, Verdict, judge
from portal.importing.who import Who, customers_named

TAKEN_BACK: sa.Select[Any] = sa.select(ConsentBatchRow.event_id).where(
    ConsentBatchRow.undone == "undone", ConsentBatchRow.event_id.is_not(None)
)


class Judged(NamedTuple):
    """What a row does about somebody of whom nothing was ever said: the same for everybody, so it is judged once."""

    verdict: Verdict
    was: str
    becomes: str
    cell: Cell | None


class Bench:
    """How the cells stand while the rows of a file are gone through, in their order.

    :param key: the portal's secret key, by which addresses of erased people are recognised.
    """

    def __init__(self, session: Session, *, key: str, now: datetime) -> None:
        self._key, self._now = key, now
        self._purposes = consent.purposes_with_facts(session, now)
        self._wordings = Wordings(consent.words_by_day(session))
        self._cells: dict[int, dict[Key, Cell]] = {}
        self._noes: dict[tuple[int, Key], datetime] = {}
        self._erased: set[int] = set()
        self._odd: dict[tuple[Key, bool], str] = {}
        self._answers: dict[tuple[Any, ...], bool] = {}
        self._judged: dict[tuple[Any, ...], Judged] = {}

    def bring(self, session: Session, lines: Sequence[Line]) -> None:
        """Find the customers of these lines, and how they stand."""
        found = customers_named(session, {line.named for line in lines if line.named})
        for line in lines:
            line.customer = found.get(line.named) or found.get(line.named.lower()) if line.named else None
        self.know(session, {line.customer.id: line.customer for line in lines if line.customer})

    def know(self, session: Session, customers: dict[int, Who]) -> None:
        """Read how these customers stand, unless that is known."""
        fresh = {number: one for number, one in customers.items() if number not in self._cells}
        self._cells |= consent.cells_of_several(session, fresh)
        self._noes |= consent.newest_noes(session, list(fresh), taken_back=TAKEN_BACK)
        self._erased |= consent.erased_before(session, fresh.values(), key=self._key)

    def cell(self, customer_id: int, key: Key) -> Cell | None:
        """How a cell stands, with the rows gone through so far."""
        return self._cells[customer_id].get(key)

    def judge(self, line: Line) -> Verdict:
        """What a line does; from here on its cell stands as if it had been written."""
        if line.fault:
            return Verdict("refused", line.fault)
        claim = line.claim
        if line.customer is None or claim is None:
            return Verdict("refused", "no-such-customer")
        odd = self._unknown_cell(line.key, claim.act == "granted")
        if odd:
            return Verdict("refused", odd)
        if claim.act == "granted":
            line.notice = self._wordings.of(line.key[0], line.proof["wording"], line.customer.language, claim.at)
            claim = claim if line.notice else replace(claim, grade="C")
        line.grade, customer_id = claim.grade, line.customer.id
        said_before = self._cells[customer_id] or (customer_id, line.key) in self._noes or customer_id in self._erased
        if said_before:
            return self._judge(line, customer_id, claim)
        return self._judge_like_others(line, customer_id, claim)

    def _judge_like_others(self, line: Line, customer_id: int, claim: Claim) -> Verdict:
        """The verdict about somebody of whom nothing was said yet: of when a row was said, only this much counts."""
        when = "" if claim.at is None else "future" if claim.at > self._now else "past"
        over = claim.act == "granted" and self._ran_out(self._until(line.key[0], claim))
        alike = (line.key, claim.act, claim.grade, line.notice and line.notice.id, when, over)
        if alike not in self._judged:
            verdict = self._judge(line, customer_id, claim)
            self._judged[alike] = Judged(verdict, line.was, line.becomes, self._cells[customer_id].get(line.key))
            return verdict
        verdict, line.was, line.becomes, cell = self._judged[alike]
        if cell is not None:
            self._cells[customer_id][line.key] = cell
        self._note_a_no(customer_id, line.key, verdict.action)
        return verdict

    def _judge(self, line: Line, customer_id: int, claim: Claim) -> Verdict:
        stand = self._stand(line)
        line.was = line.becomes = stand.state or ""
        verdict = judge(claim, stand, now=self._now)
        return self._carried_out(line, customer_id, claim, verdict) if verdict.action else verdict

    def _unknown_cell(self, key: Key, gives: bool) -> str:
        if (key, gives) not in self._odd:
            self._odd[key, gives] = self._look_for_cell(key, gives)
        return self._odd[key, gives]

    def _look_for_cell(self, key: Key, gives: bool) -> str:
        purpose, channel, topic = key
        if purpose == ANY:
            return "no-blanket-consent" if gives else ("" if topic == ANY else "no-such-topic")
        if purpose not in self._purposes:
            return "no-such-purpose"
        known, facts = self._purposes[purpose]
        odd = of_another(known, facts, channel, topic, gives)
        return odd or ("retired" if known.retired_at is not None and gives else "")

    def _stand(self, line: Line) -> Stand:
        customer_id = line.customer.id if line.customer else 0
        cell = self._cells[customer_id].get(line.key)
        return Stand(
            state=cell.state if cell else None,
            in_force=cell is None or cell.in_force(self._now),
            newest_no=self._noes.get((customer_id, line.key)),
            erased_before=customer_id in self._erased,
        )

    def _carried_out(self, line: Line, customer_id: int, claim: Claim, verdict: Verdict) -> Verdict:
        """The verdict with what follows for the permission; the cell stands as written from here on."""
        cells, now, action = self._cells[customer_id], self._now, verdict.action or ""
        until = self._until(line.key[0], claim) if action == "granted" else None
        if self._ran_out(until):
            return Verdict("refused", "ran-out")
        before = self._allowed(cells, line.key)
        version = line.notice.version if line.notice else None
        brought = Cell("open", 0, 0, now, version, False, until, claim.grade)
        found = consent.after(cells.get(line.key), action, brought, occurred_at=claim.at or now)
        if found is not None:
            cells[line.key] = found
            line.becomes = found.state
        self._note_a_no(customer_id, line.key, action)
        after = self._allowed(cells, line.key)
        if verdict.outcome == "unknown" or before != after:
            return verdict
        return Verdict("noted", "still-yes" if after else "still-no", action)

    def _note_a_no(self, customer_id: int, key: Key, action: str | None) -> None:
        if action == "objected" or action in consent.DENYING:
            self._noes[customer_id, key] = self._now

    def _until(self, purpose: str, claim: Claim) -> datetime | None:
        months = self._purposes[purpose][0].expires_months
        return consent.months_later(claim.at, months) if months and claim.at else None

    def _ran_out(self, until: datetime | None) -> bool:
        return until is not None and until <= self._now

    def _allowed(self, cells: dict[Key, Cell], key: Key) -> bool:
        """Whether this cell allows what it is about; a stop to everything is judged by whether it stands."""
        purpose, channel, topic = key
        if purpose == ANY:
            cell = cells.get(key)
            return cell is None or cell.state not in ("denied", "objected")
        facts: PurposeFacts = self._purposes[purpose][1]
        if len(cells) > 1:
            return bool(consent.permission(facts, cells, now=self._now, channel=channel, topic=topic))
        alike = (
            key,
            *((which, cell.state, cell.in_force(self._now), cell.notice_version) for which, cell in cells.items()),
        )
        if alike not in self._answers:
            self._answers[alike] = bool(consent.permission(facts, cells, now=self._now, channel=channel, topic=topic))
        return self._answers[alike]
