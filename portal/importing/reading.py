"""From a file to claims: each row checked, hashed, its customer found, and judged against how its cell stands."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from portal import consent
from portal.consent import ANY, Cell, Key, PurposeFacts
from portal.crm import Row, columns_in, read_rows
from portal.errors import Invalid
from portal.importing.asked import Words, of_another
from portal.importing.models import ConsentBatchRow
from portal.importing.rules import ANSWERS, Claim, Stand, Verdict, grade_of, judge
from portal.importing.schemas import (
    COLUMNS,
    LONGEST_CUSTOMER,
    LONGEST_EVIDENCE,
    NEEDED,
    CellSchema,
    ProofSchema,
)
from portal.importing.who import Who, customers_named
from portal.sentences import Sentence

TAKEN_BACK: sa.Select[Any] = sa.select(ConsentBatchRow.event_id).where(
    ConsentBatchRow.undone == "undone", ConsentBatchRow.event_id.is_not(None)
)
OF_A_CELL = ("purpose", "channel", "topic", "answer", "grade", "at", "source", "wording")
OF_A_PROOF = ("customer", "evidence")
KNOWN_CELLS = 50_000
"""How many different combinations of these are remembered while a file is read."""
_CANONICAL = json.JSONEncoder(sort_keys=True, default=str)


@dataclass(slots=True)
class Line:
    """One row on its way: where it stands, what it says, and why it cannot be used (empty when it can)."""

    number: int
    sha256: str
    fault: str = ""
    named: str = ""
    key: Key = ("", "", "")
    claim: Claim | None = None
    proof: dict[str, str] = field(default_factory=dict)
    notice: Words | None = None
    customer: Who | None = None
    grade: str | None = None
    was: str = ""
    becomes: str = ""


class Judged(NamedTuple):
    """What a row does about somebody of whom nothing was ever said: the same for everybody, so it is judged once."""

    verdict: Verdict
    notice: Words | None
    grade: str | None
    was: str
    becomes: str
    cell: Cell | None


def check_columns(path: Path, columns: dict[str, str]) -> None:
    """Refuse a file in which a column is missing that must be there, or that was named.

    :raises Invalid: naming the column, and those the file has.
    """
    there = columns_in(path)
    wanted = [columns.get(name, name) for name in COLUMNS if name in NEEDED or name in columns]
    missing = [column for column in wanted if column not in there]
    if missing:
        raise Invalid(
            Sentence(
                "“%(name)s” has no column “%(missing)s”. It has: %(there)s.",
                name=path.name, missing=missing[0], there=", ".join(there)[:300] or "–",
            ),
            code="no-such-column",
        )  # fmt: skip


class Reader:
    """Turns rows of a file into lines with a claim. What many rows share is checked once."""

    def __init__(self, columns: dict[str, str]) -> None:
        self._cell, self._proof = CellSchema(), ProofSchema()
        self._columns = {name: columns.get(name, name) for name in COLUMNS}
        self._cells: dict[tuple[str, ...], dict[str, Any] | str] = {}

    def lines(self, path: Path) -> Iterator[Line]:
        """Every row of the file, the unusable ones too."""
        for row in read_rows(path):
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        text = _CANONICAL.encode(row.cells)
        line = Line(row.line, hashlib.sha256(text.encode()).hexdigest(), row.fault)
        if line.fault:
            return line
        given = {name: str(row.cells.get(column) or "").strip() for name, column in self._columns.items()}
        cell = self._looked_at(tuple(given[name] for name in OF_A_CELL))
        proof = _plain_proof(given) or _loaded(self._proof, {name: given[name] for name in OF_A_PROOF if given[name]})
        line.fault = "; ".join(found for found in (cell, proof) if isinstance(found, str))
        if isinstance(cell, dict) and isinstance(proof, dict):
            _fill(line, cell, proof)
        return line

    def _looked_at(self, values: tuple[str, ...]) -> dict[str, Any] | str:
        if values not in self._cells:
            if len(self._cells) >= KNOWN_CELLS:
                self._cells.clear()
            given = {name: value for name, value in zip(OF_A_CELL, values, strict=True) if value}
            if "answer" in given:
                given["answer"] = given["answer"].lower()
            self._cells[values] = _loaded(self._cell, given)
        return self._cells[values]


def _plain_proof(given: dict[str, str]) -> dict[str, Any] | None:
    """What `ProofSchema` gives for plain letters of a fitting length, as most rows have; in a tenth of its time."""
    customer, evidence = given["customer"], given["evidence"]
    fits = 0 < len(customer) <= LONGEST_CUSTOMER and len(evidence) <= LONGEST_EVIDENCE
    whole = customer + evidence
    return {"customer": customer, "evidence": evidence} if fits and whole.isascii() and whole.isprintable() else None


def _loaded(schema: Schema, given: dict[str, str]) -> dict[str, Any] | str:
    """The values, or what is wrong with them; never what a row says."""
    try:
        return dict(schema.load(given))
    except ValidationError as error:
        return "; ".join(f"{name}: {texts[0]}" for name, texts in sorted(error.messages_dict.items()))


def _fill(line: Line, cell: dict[str, Any], proof: dict[str, Any]) -> None:
    line.key = (cell["purpose"], cell["channel"], cell["topic"])
    line.named = proof["customer"]
    line.proof = {"source": cell["source"], "wording": cell["wording"], "evidence": proof["evidence"]}
    grade = grade_of(cell.get("grade"), at=cell["at"], **line.proof)
    line.claim = Claim(ANSWERS[cell["answer"]], cell["at"], grade)


class Bench:
    """How the cells stand while the rows of a file are gone through, in their order, without writing anything.

    :param key: the portal's secret key, by which addresses of erased people are recognised.
    """

    def __init__(self, session: Session, *, key: str, now: datetime) -> None:
        self._key, self._now = key, now
        self._purposes = consent.purposes_with_facts(session, now)
        self._words = {
            purpose: [Words(one.id, one.version, one.language, one.effective_at) for one in words]
            for purpose, words in consent.words_by_day(session).items()
        }
        self._cells: dict[int, dict[Key, Cell]] = {}
        self._noes: dict[tuple[int, Key], datetime] = {}
        self._erased: set[int] = set()
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
        customer = line.customer
        fresh = (customer.id, line.key) not in self._noes and customer.id not in self._erased
        if not fresh or self._cells[customer.id]:
            return self._judge(line, customer.id, claim)
        alike = (line.key, claim, line.proof["wording"], customer.language)
        if alike not in self._judged:
            if len(self._judged) >= KNOWN_CELLS:
                self._judged.clear()
            verdict = self._judge(line, customer.id, claim)
            cell = self._cells[customer.id].get(line.key)
            self._judged[alike] = Judged(verdict, line.notice, line.grade, line.was, line.becomes, cell)
            return verdict
        verdict, line.notice, line.grade, line.was, line.becomes, cell = self._judged[alike]
        if cell is not None:
            self._cells[customer.id][line.key] = cell
        if verdict.action in (*consent.DENYING, "objected"):
            self._noes[customer.id, line.key] = self._now
        return verdict

    def _judge(self, line: Line, customer_id: int, claim: Claim) -> Verdict:
        odd = self._unknown_cell(line.key, claim)
        if odd:
            return Verdict("refused", odd)
        if claim.act == "granted":
            line.notice, claim = self._words_of(line, claim)
        line.grade, stand = claim.grade, self._stand(line)
        line.was = line.becomes = stand.state or ""
        verdict = judge(claim, stand, now=self._now)
        return self._carried_out(line, customer_id, claim, verdict) if verdict.action else verdict

    def _unknown_cell(self, key: Key, claim: Claim) -> str:
        purpose, channel, topic = key
        if purpose == ANY:
            return "no-blanket-consent" if claim.act == "granted" else ("" if topic == ANY else "no-such-topic")
        if purpose not in self._purposes:
            return "no-such-purpose"
        known, facts = self._purposes[purpose]
        odd = of_another(known, facts, channel, topic, claim.act == "granted")
        return odd or ("retired" if known.retired_at is not None and claim.act == "granted" else "")

    def _words_of(self, line: Line, claim: Claim) -> tuple[Words | None, Claim]:
        """The words a yes was given to: the version named, else those in force that day; without any it is a flag."""
        words = self._words.get(line.key[0], [])
        wording = line.proof["wording"].lower().removeprefix("v")
        if wording.isascii() and wording.isdigit():
            words = [one for one in words if one.version == int(wording)]
        spoken = line.customer.language if line.customer else "en"
        then = [one for one in words if claim.at and one.effective_at and one.effective_at <= claim.at]
        newest = [one for one in then if one.version == then[0].version]
        found = min(newest, key=lambda one: (one.language != spoken, one.language != "en", one.id), default=None)
        return found, claim if found else replace(claim, grade="C")

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
        if until is not None and until <= now:
            return Verdict("refused", "ran-out")
        before = self._allowed(cells, line.key)
        version = line.notice.version if line.notice else None
        brought = Cell("open", 0, 0, now, version, False, until, claim.grade)
        found = consent.after(cells.get(line.key), action, brought, occurred_at=claim.at or now)
        if found is not None:
            cells[line.key] = found
            line.becomes = found.state
        if action in (*consent.DENYING, "objected"):
            self._noes[customer_id, line.key] = now
        after = self._allowed(cells, line.key)
        if verdict.outcome == "unknown" or before != after:
            return verdict
        return Verdict("noted", "still-yes" if after else "still-no", action)

    def _until(self, purpose: str, claim: Claim) -> datetime | None:
        months = self._purposes[purpose][0].expires_months
        return consent.months_later(claim.at, months) if months and claim.at else None

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
