"""How long a text message is, as networks count it, and how a message for a gateway may move on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways import OUTCOMES, STATES, limits_of, parts_of
from portal.gateways.rules import GSM, GSM_TWICE, moves

PLAIN = st.text(st.sampled_from(sorted(GSM | GSM_TWICE)), max_size=500)
ANY = st.text(st.sampled_from(["a", "€", "你", "😀", "é", " "]), max_size=250)


@pytest.mark.parametrize(
    ("text", "plain", "parts"),
    [
        ("", True, 0),
        ("a" * 160, True, 1),
        ("a" * 161, True, 2),
        ("a" * 306, True, 2),
        ("a" * 307, True, 3),
        ("€" * 80, True, 1),
        ("€" * 81, True, 2),
        ("你" * 70, False, 1),
        ("你" * 71, False, 2),
        ("你" * 135, False, 3),
        ("a" * 152 + "€" + "a" * 152, True, 3),
        ("😀" * 35, False, 1),
        ("😀" * 66, False, 2),
        ("😀" * 67, False, 3),
    ],
)
def test_a_text_has_as_many_parts_as_networks_count(text: str, plain: bool, parts: int) -> None:
    counted = parts_of(text)
    assert (counted.plain, counted.parts) == (plain, parts)


@given(PLAIN | ANY, st.sampled_from(["a", "€", "你", "😀"]))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert parts_of(text + more).parts >= parts_of(text).parts


@given(PLAIN | ANY)
def test_the_parts_have_room_for_all_of_it_and_none_is_empty(text: str) -> None:
    counted = parts_of(text)
    alone, each = (160, 153) if counted.plain else (70, 67)
    assert counted.units <= max(alone, counted.parts * each)
    assert counted.parts <= 1 or counted.units > (counted.parts - 1) * (each - 1)


@pytest.mark.parametrize(
    ("channel", "title", "text", "limit"),
    [
        ("sms", "s" * 200, "a" * 459, ""),
        ("sms", "", "a" * 460, "sms"),
        ("push", "t" * 66, "a", "title"),
        ("push", "t" * 65, "a" * 241, "text"),
        ("push", "t" * 65, "a" * 240, ""),
        ("phone", "", "a" * 2_001, "text"),
        ("post", "t" * 200, "a" * 9_000, ""),
        ("email", "t" * 200, "a" * 9_000, ""),
    ],
)
def test_each_way_has_its_limit(channel: str, title: str, text: str, limit: str) -> None:
    assert limits_of(channel, title, text) == limit


def test_an_end_is_an_end_and_what_was_given_out_may_still_be_told_of_late() -> None:
    reached = {state: {outcome for outcome in OUTCOMES if moves(state, outcome)} for state in STATES}
    assert reached["failed"] == reached["bounced"] == reached["opted_out"] == set()
    assert reached["leased"] == reached["waiting"] == reached["stopped"] == set(OUTCOMES)
    assert reached["delivered"] == {"bounced", "opted_out"}
