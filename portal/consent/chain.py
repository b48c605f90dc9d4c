"""The chain of the ledger: canonical text of an entry, its hash, and the hashes of evidence and of words."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from portal.consent.rules import plain

START = "0" * 64
"""What the first entry of a customer names as the hash before it."""

CHAINED = (
    "customer_id seq event_id purpose channel topic action basis notice_id notice_version notice_sha256 language scope "
    "occurred_at recorded_at valid_until actor_type actor method evidence_sha256 grade source_system authority "
    "prev_hash"
).split()
ORDERED = sorted(CHAINED)
"""What an entry's hash covers, in the order in which it is written."""
WHERE_THERE = "grade"
"""A value that is written only when there is one: entries are older than it."""

_TEMPLATE = "{" + ",".join(f'"{name}":%s' for name in ORDERED) + "}"
_TEMPLATE = _TEMPLATE.replace(f',"{WHERE_THERE}":', "")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Written(str):
    """A value that is canonical JSON already."""

    __slots__ = ()


@lru_cache(maxsize=64)
def written_grade(grade: str | None) -> Written:
    """The grade of an entry with its name, as canonical JSON goes on; nothing when there is none."""
    return Written("" if grade is None else f',"{WHERE_THERE}":{encode_basestring(grade)}')


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one way to write these values as JSON: sorted, no blanks, UTF-8, instants in UTC."""
    return _ENCODER.encode({name: plain(value) for name, value in values.items()}).encode("utf-8")


def entry_text(values: Sequence[Any]) -> str:
    """The same as `canonical` for the values of one entry, in the order of `ORDERED`, several times as fast.

    A `Written` is taken as it stands. The grade comes as `written_grade` gives it.
    """
    return _TEMPLATE % tuple(["null" if value is None else _WRITERS.get(type(value), _any)(value) for value in values])


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 of the hash before and the canonical entry.

    The evidence enters as its own salted hash, so that it can be erased.
    """
    return hash_of(values["prev_hash"], in_order(values))


def in_order(values: Mapping[str, Any]) -> list[Any]:
    """The values of an entry, given by name, as `hash_of` wants them."""
    return [written_grade(values.get(name)) if name == WHERE_THERE else values[name] for name in ORDERED]


def hash_of(prev_hash: str, values: Sequence[Any]) -> str:
    """`entry_hash` for values in the order of `ORDERED`."""
    return hashlib.sha256((prev_hash + entry_text(values)).encode()).hexdigest()


def _any(value: Any) -> str:
    return _ENCODER.encode(plain(value))


def _instant(value: datetime) -> str:
    if value.tzinfo is not UTC or value.year < 1000:  # before the year 1000, libraries differ in the leading zeros
        return _any(value)
    return f'"{value.isoformat(timespec="microseconds")[:26]}Z"'


def _mapping(value: dict[str, Any]) -> str:
    if all(type(one) is str for one in value.values()):  # True and 1 would be the same to a cache
        return _texts(tuple(value.items()))
    return _any(value)


@lru_cache(maxsize=1024)  # what purposes cover has few values
def _texts(items: tuple[tuple[str, str], ...]) -> str:
    return _any(dict(items))


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    datetime: _instant,
    dict: _mapping,
    Written: str.__str__,
}


@lru_cache(maxsize=1024)  # what purposes cover has few values, however many entries there are
def written_again(text: str | None) -> tuple[Written, Mapping[str, Any]]:
    """A scope as a database keeps it, as canonical JSON and as a value.

    What is no JSON can only come from somebody else's hand; it is given so that no hash fits it.
    """
    try:
        value = json.loads(text) if text is not None else None
    except ValueError:
        return Written(f"?{text}"), {}
    return Written(_ENCODER.encode(value)), value if isinstance(value, dict) else {}


@lru_cache(maxsize=4096)  # an act is mostly recorded when it occurs
def instant_again(text: str | None) -> tuple[Written, datetime | None]:
    """An instant as a database writes it, as canonical JSON and as a value; None stays None.

    What is no instant is given so that no hash fits it.
    """
    if text is None:
        return Written("null"), None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return Written(f"?{text}"), datetime.min.replace(tzinfo=UTC)
    value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return Written(_instant(value)), value


def salted(evidence: str) -> tuple[str, str]:
    """Salt and salted hash of a piece of evidence."""
    salt = secrets.token_hex(16)
    return salt, evidence_hash(salt, evidence)


def evidence_hash(salt: str, evidence: str) -> str:
    """The hash that stands for the evidence in the chain."""
    return hashlib.sha256((salt + evidence).encode("utf-8")).hexdigest()


WORDS = ("purpose_key", "version", "language", "change", "title", "summary", "text")
TERMS = ("data_used", "recipients")


def words_hash(notice: Mapping[str, Any], *, first_kind: bool = False) -> str:
    """SHA-256 of a notice: everything a person was shown, and which version it is.

    :param first_kind: as it was made before notices had terms of their own, for those published then.
    """
    names = WORDS if first_kind else (*WORDS, *TERMS)
    return hashlib.sha256(canonical({name: notice[name] for name in names})).hexdigest()
