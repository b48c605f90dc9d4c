"""One act of tampering in any history is found, by its name and in its place; where there is none, nothing is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from portal.consent.chain import CHAINED, START, entry_hash
from portal.consent.faults import Fault, Head, faults_in, line_of

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ACTIONS = ["granted", "withdrawn", "objected", "objection_lifted", "refused"]
Entries = list[dict[str, Any]]


@st.composite
def histories(draw: st.DrawFn, least: int = 1) -> Entries:
    """Entries as the ledger writes them: gapless, each naming the one before."""
    before, entries = START, []
    for seq, action in enumerate(draw(st.lists(st.sampled_from(ACTIONS), min_size=least, max_size=9)), 1):
        entry: dict[str, Any] = dict.fromkeys(CHAINED)
        entry |= {"customer_id": 1, "seq": seq, "event_id": f"e-{seq}", "action": action, "scope": {}}
        entry |= {"recorded_at": BEGUN + timedelta(days=seq), "prev_hash": before}
        entry |= {"evidence": None, "evidence_salt": None, "entry_hash": entry_hash(entry)}
        before = entry["entry_hash"]
        entries.append(entry)
    return entries


def found(entries: Entries, signed: Head | None = None) -> list[tuple[str, int]]:
    ordered = sorted(entries, key=lambda entry: entry["seq"])
    faults: list[Fault] = faults_in(1, [line_of(entry) for entry in ordered], signed)
    return [(fault.kind, fault.seq) for fault in faults]


def head(entries: Entries) -> Head:
    return entries[-1]["seq"], entries[-1]["entry_hash"]


def renumbered(entries: Entries) -> Entries:
    return [{**entry, "seq": seq} for seq, entry in enumerate(entries, 1)]


@given(histories(), st.data())
def test_where_nobody_tampered_nothing_is_said(entries: Entries, data: st.DataObject) -> None:
    assert found(entries, head(entries)) == []
    earlier = data.draw(st.integers(1, len(entries)))
    assert found(entries, head(entries[:earlier])) == [], "what came after the signing is no fault"


@given(histories(), st.data())
def test_an_edit_is_found(entries: Entries, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([name for name in CHAINED if name not in ("seq", "prev_hash")]))
    entries[index] = {**entries[index], name: "something else"}
    assert found(entries) == [("edited", index + 1)]


@given(histories(), st.data())
def test_an_edit_with_a_new_hash_is_found(entries: Entries, data: st.DataObject) -> None:
    signed = head(entries)
    index = data.draw(st.integers(0, len(entries) - 1))
    entries[index] = {**entries[index], "actor": "somebody else"}
    entries[index]["entry_hash"] = entry_hash(entries[index])
    last = index == len(entries) - 1
    assert found(entries, signed) == [("rewritten" if last else "edited", index + 1)]


@given(histories(least=2), st.data(), st.booleans())
def test_a_deletion_is_found_also_when_renumbered(entries: Entries, data: st.DataObject, tidy: bool) -> None:
    index = data.draw(st.integers(0, len(entries) - 2))
    many = data.draw(st.integers(1, len(entries) - 1 - index))
    del entries[index : index + many]
    assert found(renumbered(entries) if tidy else entries) == [("deleted", index + 1)]


@given(histories(least=2), st.data(), st.booleans())
def test_an_insertion_is_found(entries: Entries, data: st.DataObject, with_hash: bool) -> None:
    index = data.draw(st.integers(1, len(entries) - 1))
    forged = {**entries[index], "event_id": "forged", "action": "merged", "prev_hash": entries[index - 1]["entry_hash"]}
    if with_hash:
        forged["entry_hash"] = entry_hash(forged)
    else:
        forged["entry_hash"] = "f" * 64
    entries.insert(index, forged)
    told = found(renumbered(entries))
    if with_hash and index == len(entries) - 2:  # two good entries at the end, and nothing tells which came first
        assert [kind for kind, _seq in told] == ["inserted"]
    else:
        assert told == [("inserted", index + 1)]


@given(histories(least=2), st.data())
def test_entries_that_changed_places_are_found(entries: Entries, data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.sets(st.integers(0, len(entries) - 1), min_size=2, max_size=2)))
    entries[one], entries[other] = entries[other], entries[one]
    assert found(renumbered(entries)) == [("reordered", one + 1), ("reordered", other + 1)]


@given(histories(), st.data())
def test_a_cut_at_the_end_is_found_against_what_was_signed(entries: Entries, data: st.DataObject) -> None:
    signed, kept = head(entries), data.draw(st.integers(0, len(entries) - 1))
    assert found(entries[:kept]) == []
    assert found(entries[:kept], signed) == [("truncated", kept + 1)]
