"""Rows of a file somebody brings: CSV and JSONL, one by one, so that a bad row is reported and the others go on."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from portal.errors import Invalid
from portal.sentences import Sentence

CELL_LIMIT = 2_000_000
"""Longest cell or line that is even looked at, in characters; what is longer is reported."""

CSV = {".csv": ",", ".tsv": "\t"}
JSONL = (".jsonl", ".ndjson")
_SURROGATES = re.compile("[\ud800-\udfff]")
"""What is left of bytes that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it ends on, its cells by column, and why it cannot be used (empty when it can)."""

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a `.csv`, `.tsv`, `.jsonl` or `.ndjson` file in UTF-8, with or without a byte order mark.

    :raises Invalid: when the file is of another kind, or a CSV has no header.
    """
    suffix = path.suffix.lower()
    if suffix in CSV:
        yield from _csv_rows(path, CSV[suffix])
    elif suffix in JSONL:
        yield from _jsonl_rows(path)
    else:
        raise Invalid(
            Sentence("“%(name)s” is neither .csv, .tsv, .jsonl nor .ndjson.", name=path.name), code="unknown-file-kind"
        )


def columns_in(path: Path) -> list[str]:
    """The columns of a file: the header of a CSV, the keys of the first good line of a JSONL."""
    for row in read_rows(path):
        if not row.fault:
            return list(row.cells)
    return []


def _csv_rows(path: Path, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        header = [name.strip() for name in next(reader, [])]
        if not any(header):
            raise Invalid(
                Sentence("“%(name)s” has no header with the names of the columns.", name=path.name), code="no-header"
            )
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(reader.line_num, fault="cell too long, or a quote that is never closed")
                continue
            if cells:
                yield _checked(reader.line_num, header, cells)


def _checked(line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header):
        return Row(line, fault="more cells than the header has columns")
    row = dict(zip(header, cells, strict=False))
    return Row(line, row, "" if _is_plain("".join(cells)) and _is_plain("".join(header)) else _fault_in(row))


def _jsonl_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if text.strip():
                yield _parsed(number, text)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines of a file; of one that is too long only the beginning, which then is no JSON."""
    while line := file.readline(CELL_LIMIT):
        yield line
        while not line.endswith(b"\n") and len(line) == CELL_LIMIT:
            line = file.readline(CELL_LIMIT)


def _parsed(number: int, line: bytes) -> Row:
    try:
        cells = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Row(number, fault="bad encoding: not UTF-8")
    except (ValueError, RecursionError):
        return Row(number, fault="not one JSON object, or a line too long")
    if not isinstance(cells, dict):
        return Row(number, fault="not one JSON object, or a line too long")
    return Row(number, cells, _fault_in(cells))


def _fault_in(cells: dict[str, Any]) -> str:
    """What makes any cell unusable, whatever it is for."""
    if all(map(_is_plain, cells.values())) and all(map(_is_plain, cells)):
        return ""
    for value in (*cells, *cells.values()):
        if not isinstance(value, str) or (value.isascii() and "\x00" not in value):
            continue
        if "\x00" in value:
            return "holds a NUL character"
        if _SURROGATES.search(value):
            return "bad encoding: not UTF-8"
    return ""


def _is_plain(value: Any) -> bool:
    """Whether a cell is a text that anything can keep, as most are."""
    return type(value) is str and value.isascii() and "\x00" not in value


def sha256_of(path: Path) -> str:
    """Fingerprint of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Report:
    """Rows that were refused, with line and reason; the file is made with the first of them.

    It never repeats what is in a row: the line number leads there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIOWrapper | None = None

    def refuse(self, line: int, reason: str) -> None:
        """Write down one refused row."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._file.write("line,reason\r\n")
        csv.writer(self._file).writerow((line, reason))
        self.count += 1

    def close(self) -> str | None:
        """Finish; gives the path when anything was refused."""
        if self._file is None:
            return None
        self._file.close()
        return str(self.path)
