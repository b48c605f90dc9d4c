"""The chain of the ledger: canonical text of an entry, its hash, and what a broken chain looks like."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.consent.rules import plain

START = "0" * 64
"""What the first entry of a customer names as the hash before it."""

CHAINED = (
    "customer_id seq event_id purpose channel topic action basis notice_id notice_version notice_sha256 language scope "
    "occurred_at recorded_at valid_until actor_type actor method evidence_sha256 source_system authority prev_hash"
).split()


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written.

    :param kind: `edited` (an entry says something else now), `missing` (entries before `seq` are gone), `reordered`
        (an entry does not follow the one before it: moved or put in), `evidence` (the proof was exchanged), `state` (a
        cell does not say what the ledger says), `notice` (published words were changed).
    """

    customer_id: int | None
    seq: int
    kind: str
    detail: str = ""


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one way to write these values as JSON: sorted, no blanks, UTF-8, instants in UTC."""
    plain_values = {name: plain(value) for name, value in values.items()}
    return json.dumps(plain_values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 of the hash before and the canonical entry.

    The evidence enters as its own salted hash, so that it can be erased.
    """
    chained = {name: values[name] for name in CHAINED}
    return hashlib.sha256(chained["prev_hash"].encode() + canonical(chained)).hexdigest()


def salted(evidence: str) -> tuple[str, str]:
    """Salt and salted hash of a piece of evidence."""
    salt = secrets.token_hex(16)
    return salt, evidence_hash(salt, evidence)


def evidence_hash(salt: str, evidence: str) -> str:
    """The hash that stands for the evidence in the chain."""
    return hashlib.sha256((salt + evidence).encode("utf-8")).hexdigest()


def words_hash(notice: Mapping[str, Any]) -> str:
    """SHA-256 of a notice: everything a person was shown, and which version it is."""
    names = ("purpose_key", "version", "language", "change", "title", "summary", "text")
    return hashlib.sha256(canonical({name: notice[name] for name in names})).hexdigest()


def faults_in(customer_id: int, entries: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """What is wrong with one customer's entries, given by `seq`."""
    found: list[Fault] = []
    before, hash_before = 0, START
    for entry in entries:
        seq = entry["seq"]
        if seq != before + 1:
            found.append(Fault(customer_id, seq, "missing", f"{before + 1}…{seq - 1}"))
        elif entry["prev_hash"] != hash_before:
            found.append(Fault(customer_id, seq, "reordered"))
        if entry_hash(entry) != entry["entry_hash"]:
            found.append(Fault(customer_id, seq, "edited"))
        evidence, salt = entry["evidence"], entry["evidence_salt"]
        if evidence is not None and evidence_hash(salt or "", evidence) != entry["evidence_sha256"]:
            found.append(Fault(customer_id, seq, "evidence"))
        before, hash_before = seq, entry["entry_hash"]
    return found
