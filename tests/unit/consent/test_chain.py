"""The chain finds every change to what was written."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.consent.chain import CHAINED, START, canonical, entry_hash, evidence_hash, faults_in, salted, words_hash

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def ledger(length: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    before = START
    for seq in range(1, length + 1):
        salt, proof = salted(f"note {seq}")
        entry: dict[str, Any] = dict.fromkeys(CHAINED)
        entry |= {"customer_id": 1, "seq": seq, "action": "granted", "recorded_at": NOW, "prev_hash": before}
        entry |= {"evidence": f"note {seq}", "evidence_salt": salt, "evidence_sha256": proof, "scope": {"b": 1, "a": 2}}
        entry["entry_hash"] = before = entry_hash(entry)
        entries.append(entry)
    return entries


def kinds(entries: list[dict[str, Any]]) -> set[str]:
    return {fault.kind for fault in faults_in(1, entries)}


def test_an_untouched_ledger_has_no_fault() -> None:
    assert kinds(ledger(5)) == set()


@pytest.mark.parametrize("name", [name for name in CHAINED if name != "prev_hash"])
def test_every_edited_field_is_found(name: str) -> None:
    entries = ledger(3)
    entries[1][name] = "something else" if name != "seq" else 7
    assert kinds(entries)


def test_a_removed_entry_leaves_a_gap() -> None:
    entries = ledger(4)
    del entries[1]
    assert "missing" in kinds(entries)


def test_a_removed_entry_is_found_even_when_the_rest_is_renumbered() -> None:
    entries = ledger(4)
    del entries[1]
    for seq, entry in enumerate(entries, 1):
        entry["seq"] = seq
    assert {"reordered", "edited"} <= kinds(entries)


def test_an_inserted_entry_is_found_even_with_a_right_hash_of_its_own() -> None:
    entries = ledger(3)
    forged = copy.deepcopy(entries[1]) | {"action": "withdrawn"}
    forged["entry_hash"] = entry_hash(forged)
    entries[1] = forged
    assert kinds(entries) == {"reordered"}


def test_entries_that_changed_places_are_found() -> None:
    entries = ledger(3)
    entries[0], entries[1] = entries[1], entries[0]
    assert kinds(entries)


def test_evidence_can_be_erased_but_not_exchanged() -> None:
    entries = ledger(2)
    entries[0]["evidence"] = None
    assert kinds(entries) == set()
    entries[1]["evidence"] = "another note"
    assert kinds(entries) == {"evidence"}


def test_the_same_values_are_always_written_the_same_way() -> None:
    assert canonical({"b": NOW, "a": "é"}) == '{"a":"é","b":"2026-11-23T10:00:00.000000Z"}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_the_same_evidence_has_another_hash_each_time() -> None:
    first, second = salted("I said so"), salted("I said so")
    assert first[1] != second[1]
    assert evidence_hash(first[0], "I said so") == first[1]


def test_a_comma_in_the_words_changes_their_fingerprint() -> None:
    words = {"purpose_key": "needs", "version": 1, "language": "en", "change": "first", "title": "t", "summary": "s"}
    assert words_hash({**words, "text": "May we, please?"}) != words_hash({**words, "text": "May we please?"})
