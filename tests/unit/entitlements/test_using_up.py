"""What is left, and which grant is used first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.entitlements.rules import Lot, in_order, left, split

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)
days = st.integers(-50, 50).map(lambda number: DAY_ONE + timedelta(days=number))


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        amount = draw(st.integers(1, 9))
        start = draw(days)
        end = draw(st.none() | st.integers(1, 60).map(lambda span, start=start: start + timedelta(days=span)))
        made.append(Lot(number, amount, draw(st.integers(0, amount)), start, end, draw(st.sampled_from([1, 100]))))
    return made


def test_what_ends_first_is_used_first_and_priority_goes_before() -> None:
    soon = Lot(1, 5, 0, DAY_ONE, DAY_ONE + timedelta(days=2))
    late = Lot(2, 5, 0, DAY_ONE, DAY_ONE + timedelta(days=9))
    forever = Lot(3, 5, 0, DAY_ONE, None)
    urgent = Lot(4, 5, 0, DAY_ONE, None, priority=1)
    assert [lot.grant_id for lot in in_order([forever, late, soon, urgent])] == [4, 1, 2, 3]


def test_a_grant_is_not_valid_at_its_last_instant() -> None:
    lot = Lot(1, 5, 0, DAY_ONE, DAY_ONE + timedelta(days=2))
    assert lot.valid_at(DAY_ONE)
    assert not lot.valid_at(DAY_ONE + timedelta(days=2))


@given(lots(), st.integers(1, 30), days)
def test_a_split_takes_exactly_the_amount_or_nothing(found: list[Lot], amount: int, at: datetime) -> None:
    parts = split(found, amount, at)
    if parts is None:
        assert left(found, at) < amount
        return
    assert sum(taken for _, taken in parts) == amount
    by_id = {lot.grant_id: lot for lot in found}
    assert all(by_id[grant].valid_at(at) and 0 < taken <= by_id[grant].left for grant, taken in parts)


@given(lots(), st.lists(st.integers(1, 8), max_size=8), days)
def test_uses_one_after_the_other_never_overdraw(found: list[Lot], amounts: list[int], at: datetime) -> None:
    start = left(found, at)
    taken = 0
    for amount in amounts:
        parts = split(found, amount, at)
        if parts is None:
            continue
        taken += amount
        used = dict(parts)
        found = [
            Lot(
                lot.grant_id,
                lot.amount,
                lot.used + used.get(lot.grant_id, 0),
                lot.valid_from,
                lot.valid_until,
                lot.priority,
            )
            for lot in found
        ]
    assert left(found, at) == start - taken >= 0
    assert all(lot.left >= 0 for lot in found)
