"""From a file to lines: each row checked, hashed, and what it claims. What many rows share is checked once."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from portal.consent import Key
from portal.crm import Row, columns_in, read_rows
from portal.errors import Invalid
from portal.importing.asked import Words
from portal.importing.rules import ANSWERS, Claim, grade_of
from portal.importing.schemas import (
    COLUMNS,
    LONGEST_CUSTOMER,
    LONGEST_EVIDENCE,
    NEEDED,
    CellSchema,
    ProofSchema,
    moment,
)
from portal.importing.who import Who
from portal.sentences import Sentence

OF_A_CELL = ("purpose", "channel", "topic", "answer", "grade", "source", "wording")
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
    """Turns rows of a file into lines with a claim."""

    def __init__(self, columns: dict[str, str]) -> None:
        self._cell, self._proof = CellSchema(), ProofSchema()
        self._columns = [columns.get(name, name) for name in COLUMNS]
        self._cells: dict[tuple[str, ...], dict[str, Any] | str] = {}
        self._names: dict[tuple[str, ...], list[tuple[str, str]]] = {}

    def lines(self, path: Path) -> Iterator[Line]:
        """Every row of the file, the unusable ones too."""
        for row in read_rows(path):
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        cells = row.cells
        line = Line(row.line, hashlib.sha256(self._text_of(cells).encode()).hexdigest(), row.fault)
        if line.fault:
            return line
        customer, purpose, answer, channel, topic, at, grade, source, wording, evidence = [
            str(cells.get(column) or "").strip() for column in self._columns
        ]
        cell = self._looked_at((purpose, channel, topic, answer, grade, source, wording))
        when = _moment(at)
        proof = _proof(self._proof, {"customer": customer, "evidence": evidence})
        if isinstance(cell, str) or isinstance(when, str) or isinstance(proof, str):
            line.fault = "; ".join(found for found in (cell, when, proof) if isinstance(found, str))
        else:
            _fill(line, cell, when, proof)
        return line

    def _text_of(self, cells: dict[str, Any]) -> str:
        """The row as `_CANONICAL` writes it; where every cell is a text, in a fifth of the time."""
        there = tuple(cells)
        names = self._names.get(there)
        if names is None:
            if len(self._names) >= KNOWN_CELLS:
                self._names.clear()
            names = self._names[there] = [(f"{encode_basestring_ascii(name)}: ", name) for name in sorted(there)]
        try:
            return "{" + ", ".join([label + encode_basestring_ascii(cells[name]) for label, name in names]) + "}"
        except TypeError:
            return _CANONICAL.encode(cells)

    def _looked_at(self, values: tuple[str, ...]) -> dict[str, Any] | str:
        if values not in self._cells:
            if len(self._cells) >= KNOWN_CELLS:
                self._cells.clear()
            given = {name: value for name, value in zip(OF_A_CELL, values, strict=True) if value}
            if "answer" in given:
                given["answer"] = given["answer"].lower()
            self._cells[values] = _loaded(self._cell, given)
        return self._cells[values]


def _moment(text: str) -> datetime | str | None:
    """When it was said, None when the row does not tell, or what is wrong with it."""
    try:
        return moment(text) if text else None
    except ValidationError as error:
        return f"at: {error.messages[0]}"


def _proof(schema: Schema, given: dict[str, str]) -> dict[str, Any] | str:
    return _plain_proof(given) or _loaded(schema, {name: text for name, text in given.items() if text})


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


def _fill(line: Line, cell: dict[str, Any], at: datetime | None, proof: dict[str, Any]) -> None:
    line.key = (cell["purpose"], cell["channel"], cell["topic"])
    line.named = proof["customer"]
    line.proof = {"source": cell["source"], "wording": cell["wording"], "evidence": proof["evidence"]}
    line.claim = Claim(ANSWERS[cell["answer"]], at, grade_of(cell.get("grade"), at=at, **line.proof))
