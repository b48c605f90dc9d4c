"""A signed receipt proves itself: nothing in it can change, whatever its layout."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consent.signing import check_signature, document_in, pseudonym, receipt_keys, signed
from portal.settings import Settings

KEY, OTHER = b"k" * 32, b"o" * 32
DOCUMENT: dict[str, Any] = {
    "@id": "https://bank.example.org/receipts/C-1",
    "dct:title": "Zürich – “yes”",
    "dpv:hasConsentStatus": [{"@type": ["dpv:ConsentGiven"], "candour:seq": 10}, {"candour:seq": 7, "nothing": None}],
}
FILE = signed(DOCUMENT, [KEY])


def found(data: bytes, *keys: bytes) -> str:
    return check_signature(document_in(data), keys or (KEY,))


def test_what_we_signed_is_ours() -> None:
    assert found(FILE) == "ours"


def test_another_layout_says_the_same() -> None:
    laid_out = json.dumps(dict(reversed(json.loads(FILE).items())), indent=4).encode()
    assert laid_out != FILE
    assert found(b"\n" + laid_out + b"\r\n") == "ours"


@given(place=st.integers(0, len(FILE) - 1), byte=st.integers(0, 255))
def test_one_byte_changed_anywhere_is_noticed(place: int, byte: int) -> None:
    tampered = FILE[:place] + bytes([byte]) + FILE[place + 1 :]
    assert (found(tampered) == "ours") == (tampered == FILE)


@given(place=st.integers(0, len(FILE) - 1))
def test_one_byte_taken_away_anywhere_is_noticed(place: int) -> None:
    assert found(FILE[:place] + FILE[place + 1 :]) != "ours"


@pytest.mark.parametrize("name", ["candour:algorithm", "candour:key", "candour:signature", "@type", "candour:more"])
def test_the_proof_itself_cannot_be_changed(name: str) -> None:
    document = json.loads(FILE)
    document["candour:proof"][name] = "none"
    assert found(json.dumps(document).encode()) in ("changed", "not-ours")


def test_a_key_that_is_there_twice_is_refused() -> None:
    twice = FILE.replace(b'"@id":', b'"@id":"https://evil.example.org","@id":', 1)
    assert json.loads(twice)["@id"] == DOCUMENT["@id"]
    assert found(twice) == "no-receipt"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"not json", b"\xff\xfe", b'{"candour:proof": 1}',
        b'{"a": NaN, "candour:proof": {}}',
        b"[" * 100_000, b'{"a":' * 50_000, b"1" * 10_000, b" " * 300_000,
    ],
    ids=lambda data: repr(data[:20]),
)  # fmt: skip
def test_what_is_no_receipt_is_told_so(data: bytes) -> None:
    assert found(data) == "no-receipt"


def test_half_a_character_is_no_reason_to_fail() -> None:
    document = {**json.loads(FILE), "dct:title": "\ud800"}
    assert found(json.dumps(document).encode()) == "changed"


def test_after_a_change_of_keys_old_receipts_still_prove_themselves() -> None:
    assert found(FILE, OTHER, KEY) == "ours"
    assert found(FILE, OTHER) == "not-ours"
    assert found(signed(DOCUMENT, [OTHER, KEY]), KEY) == "not-ours"


def test_keys_come_from_the_settings_and_never_stand_in_a_file() -> None:
    made, given_keys = Settings(secret_key="s" * 40), Settings(secret_key="s" * 40, receipt_keys="one, two")
    assert len(receipt_keys(made)) == 1
    assert len(set(receipt_keys(given_keys) + receipt_keys(made))) == 3
    for key in receipt_keys(given_keys):
        assert key.hex().encode() not in signed(DOCUMENT, [key])


def test_a_pseudonym_is_the_same_for_one_person_and_tells_nothing() -> None:
    assert pseudonym("C-ADA", KEY) == pseudonym("C-ADA", KEY) != pseudonym("C-BEN", KEY)
    assert pseudonym("C-ADA", KEY) != pseudonym("C-ADA", OTHER)


def test_the_secret_key_of_before_can_be_named_as_an_old_key() -> None:
    made = receipt_keys(Settings(secret_key="s" * 40))
    assert receipt_keys(Settings(secret_key="n" * 40, receipt_keys="new," + "s" * 40))[1:] == made
