"""The algebra of two ledgers that are one person's: a merge never allows what neither side allowed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.merging.likeness import Facts, alike
from portal.merging.rules import Act, Ledger, acts_to, again, allows, beats, decisive, kept, merged

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MAIN = ("marketing", "*", "*")
KEYS = [
    MAIN, ("marketing", "email", "*"), ("marketing", "*", "cards"), ("marketing", "email", "cards"),
    ("*", "email", "*"), ("*", "*", "*"), ("*", "*", "pause"),
]  # fmt: skip
moments = st.integers(-9, 0).map(lambda days: NOW + timedelta(days=days))
ends = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))


@st.composite
def acts(draw: st.DrawFn) -> Act:
    return Act(
        draw(moments), draw(st.sampled_from(["yes", "no", "objection", "pause"])), draw(st.integers(1, 4)),
        draw(st.sampled_from(["", "C-ADA", "C-BEN"])), draw(st.integers(1, 99)), draw(ends),
    )  # fmt: skip


def of_one_side() -> st.SearchStrategy[Ledger]:
    """What one customer says before any merge: at most one live act in each cell."""
    return st.dictionaries(st.sampled_from(KEYS), acts().map(lambda act: frozenset({act})))


ledgers = of_one_side() | st.builds(merged, of_one_side(), of_one_side())


def allow(ledger: Ledger) -> bool:
    return allows(ledger, "marketing", "email", "cards", now=NOW)


@given(ledgers, ledgers)
def test_what_both_allow_together_one_of_them_allowed(one: Ledger, other: Ledger) -> None:
    assert not allow(merged(one, other)) or allow(one) or allow(other)


@given(ledgers, ledgers, ledgers)
def test_the_order_of_merges_makes_no_difference(one: Ledger, two: Ledger, three: Ledger) -> None:
    assert merged(one, two) == merged(two, one)
    assert merged(merged(one, two), three) == merged(one, merged(two, three))
    assert merged(one, one) == merged(one, {}) == dict(one)


@given(of_one_side(), of_one_side())
def test_a_live_no_wins_unless_the_same_verified_person_said_yes_later_with_as_good_a_proof(
    one: Ledger, other: Ledger
) -> None:
    both = merged(one, other).get(MAIN, frozenset())
    act = decisive(MAIN, both)
    for no in (each for each in both if each.kind != "yes"):
        if act is not None and act.kind == "yes":
            assert no.kind == "no"
            assert act.at > no.at
            assert act.strength >= no.strength
            assert act.person == no.person != ""


@given(ledgers, ledgers)
def test_silence_of_one_side_changes_nothing_the_other_said(one: Ledger, other: Ledger) -> None:
    quiet = {key: acts for key, acts in other.items() if key not in one}
    for key, said in one.items():
        assert decisive(key, merged(one, quiet)[key]) == decisive(key, said)


def test_a_way_that_is_closed_stays_closed_whoever_said_yes_later() -> None:
    no = Act(NOW - timedelta(days=5), "no", 1, "C-ADA", 1)
    yes = Act(NOW, "yes", 4, "C-ADA", 2)
    assert beats(yes, no)
    assert decisive(MAIN, {yes, no}) == yes
    assert decisive(("marketing", "email", "*"), {yes, no}) == no


@given(st.frozensets(acts(), max_size=4))
def test_what_is_kept_of_a_merge_comes_back_as_it_was(some: frozenset[Act]) -> None:
    assert again(kept(some)) == some


@given(st.sampled_from(["yes", "no", "objection", "pause"]), st.sampled_from([None, "granted", "denied", "objected"]))
def test_only_a_yes_is_written_as_a_yes(wanted: str, state: str | None) -> None:
    assert ("granted" in acts_to(wanted, state)) == (wanted == "yes" and state != "granted")


def test_customers_are_alike_by_address_number_phone_or_by_several_lighter_signs() -> None:
    people = [
        Facts(1, "Ada  Lovelace", "ada@example.org", "00-17", (("phone", "+44 20 7946 0001"),)),
        Facts(2, "ada lovelace", "ada+bank@example.org", None),
        Facts(3, "Somebody", None, "17"),
        Facts(4, "Another", None, None, (("mobile", "020 7946 0001"),)),
        Facts(5, "Ada Lovelace", "other@example.org", "99"),
        Facts(6, "Sixth", None, None, (("date_of_birth", "1990-01-01"),)),
        Facts(7, "Seventh", None, None, (("date_of_birth", "1990-01-01"),)),
    ]
    found = dict(alike(people))
    assert found == {(1, 2): ("email", "name"), (1, 3): ("number",), (1, 4): ("phone",)}


def test_a_sign_that_many_share_tells_nobody_apart() -> None:
    assert alike(Facts(number, "Same", None, None, (("phone", "0800 000 000"),)) for number in range(30)) == []
