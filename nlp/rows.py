"""Rows of CSV and JSON Lines files, one by one; a bad row becomes a report, never a crash and never silence."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LONGEST_FIELD: Final = 10_000_000
"""Characters a CSV field may have; csv's own limit of 131,072 would stop the whole file."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its line in the file (from 1) and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row with a text, and everything else that it holds."""

    line: int
    text: str
    fields: dict[str, Any]


def rows_of(path: Path, text_column: str) -> Iterator[GoodRow | BadRow]:
    """The rows of a ``.csv`` or ``.jsonl`` file. Raises ``ValueError`` for other files and for a missing CSV column."""
    kind = path.suffix.lower()
    if kind == ".csv":
        yield from _csv_rows(path, text_column)
    elif kind in (".jsonl", ".ndjson"):
        yield from _json_rows(path, text_column)
    else:
        raise ValueError(f"{path.name}: only .csv and .jsonl files can be read")


def _json_rows(path: Path, text_column: str) -> Iterator[GoodRow | BadRow]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield _json_row(number, raw, text_column)


def _json_row(number: int, raw: bytes, text_column: str) -> GoodRow | BadRow:
    try:
        row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return BadRow(number, "not valid UTF-8")
    except (ValueError, RecursionError):
        return BadRow(number, "not valid JSON")
    if not isinstance(row, dict):
        return BadRow(number, "not a JSON object")
    return _checked(number, row, text_column)


def _checked(number: int, row: dict[str, Any], text_column: str) -> GoodRow | BadRow:
    text = row.get(text_column)
    if not isinstance(text, str):
        return BadRow(number, f"no text in {text_column!r}")
    if not text.strip():
        return BadRow(number, f"empty text in {text_column!r}")
    return GoodRow(number, text, row)


def _csv_rows(path: Path, text_column: str) -> Iterator[GoodRow | BadRow]:
    csv.field_size_limit(LONGEST_FIELD)
    # Bytes that are not UTF-8 become lone surrogates, so that only their own row is refused.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file)
        if text_column not in (reader.fieldnames or ()):
            raise ValueError(f"{path.name}: there is no column {text_column!r}")
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(reader.line_num, f"not valid CSV: {error}")
                continue
            yield _csv_row(reader.line_num, row, text_column)


def _csv_row(number: int, row: dict[str | Any, Any], text_column: str) -> GoodRow | BadRow:
    if any(isinstance(value, str) and not _is_unicode(value) for value in row.values()):
        return BadRow(number, "not valid UTF-8")
    if None in row:
        return BadRow(number, "more fields than columns")
    return _checked(number, row, text_column)


def _is_unicode(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
