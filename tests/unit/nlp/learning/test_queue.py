"""Whom to ask about what: a fair draw for measuring, doubtful texts for learning, nothing twice."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nlp.learning import Candidate, choose

MANY = [Candidate(f"t{n}", n / 400, safety=n % 40 == 0, abstained=n % 10 == 0) for n in range(400)]


def test_the_queue_is_made_of_three_parts() -> None:
    queue = choose(MANY, 50, seed=1)
    assert Counter(one.part for one in queue) == {"uncertain": 30, "random": 10, "watch": 10}
    by_key = {one.key: one for one in MANY}
    assert {one.key for one in MANY if one.safety} <= {one.key for one in queue}
    assert all(by_key[one.key].safety or by_key[one.key].abstained for one in queue if one.part == "watch")
    assert all((by_key[one.key].confidence or 0) < 0.2 for one in queue if one.part == "uncertain")


def test_the_random_part_does_not_look_at_confidence() -> None:
    drawn = [float(one.key[1:]) for seed in range(40) for one in choose(MANY, 50, seed=seed) if one.part == "random"]
    assert 180 < sum(drawn) / len(drawn) < 220


def test_the_same_seed_gives_the_same_queue_in_any_order_of_candidates() -> None:
    assert choose(MANY, 30, seed=4) == choose(MANY[::-1], 30, seed=4)
    assert choose(MANY, 30, seed=4) != choose(MANY, 30, seed=5)


candidates = st.builds(
    Candidate,
    st.text(max_size=3),
    st.one_of(st.none(), st.floats(0, 1)),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 5)),
)


@given(st.lists(candidates, max_size=40), st.integers(-1, 30), st.integers())
def test_nothing_is_asked_twice_and_copies_once(given: list[Candidate], size: int, seed: int) -> None:
    queue = choose(given, size, seed=seed)
    keys = [one.key for one in queue]
    assert len(keys) == len(set(keys)) <= max(0, size)
    unique = {one.key: one for one in given}
    if len(unique) == len(given):
        groups = [unique[key].group for key in keys if unique[key].group is not None]
        assert len(groups) == len(set(groups))
