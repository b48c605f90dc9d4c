"""The chain finds every change to what was written."""

import copy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from portal.consent.chain import (
    CHAINED,
    START,
    canonical,
    entry_hash,
    entry_text,
    evidence_hash,
    in_order,
    instant_again,
    salted,
    words_hash,
    written_again,
)
from portal.consent.faults import faults_in, line_of

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
    return {fault.kind for fault in faults_in(1, [line_of(entry) for entry in entries])}


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
    assert kinds(entries) == {"deleted"}


def test_a_removed_entry_is_found_even_when_the_rest_is_renumbered() -> None:
    entries = ledger(4)
    del entries[1]
    for seq, entry in enumerate(entries, 1):
        entry["seq"] = seq
    assert kinds(entries) == {"deleted"}


def test_an_inserted_entry_is_found_even_with_a_right_hash_of_its_own() -> None:
    entries = ledger(3)
    forged = copy.deepcopy(entries[1]) | {"action": "withdrawn"}
    forged["entry_hash"] = entry_hash(forged)
    entries[1] = forged
    assert kinds(entries) == {"edited"}


def test_entries_that_changed_places_are_found() -> None:
    entries = ledger(3)
    entries[0], entries[1] = {**entries[1], "seq": 1}, {**entries[0], "seq": 2}
    assert kinds(entries) == {"reordered"}


def test_evidence_can_be_erased_but_not_exchanged() -> None:
    entries = ledger(2)
    entries[0]["evidence"] = None
    assert kinds(entries) == set()
    entries[1]["evidence"] = "another note"
    assert kinds(entries) == {"evidence"}


def test_the_same_values_are_always_written_the_same_way() -> None:
    assert canonical({"b": NOW, "a": "é"}) == '{"a":"é","b":"2026-11-23T10:00:00.000000Z"}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def written(**values: Any) -> dict[str, Any]:
    """An entry with every field, as it was written when the ledger began."""
    entry: dict[str, Any] = {
        "customer_id": 7, "seq": 1, "event_id": "3f0c1a52-9d7e-4a57-8f7d-0d3f3c2d1a01", "purpose": "needs",
        "channel": "*", "topic": "*", "action": "granted", "basis": "consent", "notice_id": 3, "notice_version": 2,
        "notice_sha256": "ab" * 32, "language": "en",
        "scope": {"recipients": "us", "data_used": "messages", "earlier_words": True},
        "occurred_at": NOW, "recorded_at": NOW.replace(microsecond=250), "valid_until": NOW.replace(year=2028),
        "actor_type": "customer", "actor": "C-ADA", "method": "web_form", "evidence_sha256": None,
        "source_system": "portal", "authority": "self", "prev_hash": START,
    }  # fmt: skip
    return {**entry, **values}


HARD = "Zoë “the \\ quick”\n\t\x01\x7f\u2028 😀 /</script>"
INDIA = timezone(timedelta(hours=5, minutes=30))
EARLY = datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=INDIA)
NESTED = {"z": [1, 2.5, None, {"b": 1, "a": "é"}], "a": {"y": False, "x": "\x00"}}
OLD = {
    "6eb316a48df0fb51c97f3dee5b9a88fd74e70764daef69be9671fa03375a133d": written(),
    "6beba7b979503ec79280ec9351cf644aa3dacc9e557c159d8de5a6bfaf6fbbb7": written(
        seq=2, action="withdrawn", notice_id=None, notice_version=None, notice_sha256=None, scope={}, valid_until=None,
        actor=HARD, language="zh-Hant", purpose="研究", evidence_sha256="0" * 64,
    ),
    "98388982ef633f256f83d361c0ec18675e67e8edc521081b6e24a421246dd0c5": written(
        seq=2**40, customer_id=10**12, scope=NESTED, occurred_at=EARLY
    ),
}  # fmt: skip
"""Hashes made by the first version of this code. Whatever becomes faster, ledgers in the world must still verify."""


@pytest.mark.parametrize("known", OLD)
def test_hashes_of_the_first_day_never_change(known: str) -> None:
    assert entry_hash(OLD[known]) == known


@given(st.data())
def test_the_fast_way_to_write_an_entry_is_the_plain_way_byte_for_byte(data: st.DataObject) -> None:
    texts = st.text(st.characters(exclude_categories=["Cs"]))
    instants = st.datetimes(min_value=datetime(1, 1, 2), timezones=st.sampled_from([UTC, INDIA]))  # noqa: DTZ001
    anything = st.one_of(st.none(), texts, st.integers(), instants, st.booleans(), st.dictionaries(texts, texts))
    entry = {name: data.draw(anything) for name in CHAINED} | {"grade": data.draw(st.none() | texts)}
    plainly = {name: value for name, value in entry.items() if name != "grade" or value is not None}
    assert entry_text(in_order(entry)).encode() == canonical(plainly)


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_and_scopes_as_databases_write_them_are_what_was_hashed(moment: datetime) -> None:
    expected = canonical({"a": moment})[5:-1].decode()
    sqlite, postgresql = str(moment.replace(tzinfo=None)), moment.isoformat()
    assert instant_again(sqlite) == instant_again(postgresql) == (expected, moment)
    value = {"b": 1, "earlier_words": True, "a": "é"}
    assert written_again('{"b": 1, "earlier_words": true, "a": "é"}') == (
        '{"a":"é","b":1,"earlier_words":true}',
        value,
    )


def test_what_a_database_cannot_have_written_fits_no_hash() -> None:
    assert written_again("{nonsense") == ("?{nonsense", {})
    assert instant_again("yesterday")[0] == "?yesterday"
    assert instant_again(None) == ("null", None)


def test_the_same_evidence_has_another_hash_each_time() -> None:
    first, second = salted("I said so"), salted("I said so")
    assert first[1] != second[1]
    assert evidence_hash(first[0], "I said so") == first[1]


def test_a_comma_in_the_words_changes_their_fingerprint() -> None:
    words = {"purpose_key": "needs", "version": 1, "language": "en", "change": "first", "title": "t", "summary": "s"}
    words |= {"data_used": "messages", "recipients": "us"}
    assert words_hash({**words, "text": "May we, please?"}) != words_hash({**words, "text": "May we please?"})
    said = words_hash({**words, "text": "May we?"})
    assert said != words_hash({**words, "text": "May we?", "recipients": "us; Partner Ltd"})
    assert said != words_hash({**words, "text": "May we?"}, first_kind=True)
