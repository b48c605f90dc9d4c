"""What a message teaches, what may be learned from, and where a new model begins."""

from collections.abc import Sequence
from dataclasses import replace

from nlp.learning import Criterion, Label, Verdict
from portal.needs.learning import rules
from portal.needs.learning.rules import Learnable, Spoken, Standing

NEEDS = ("cost", "speed")
SPOKEN = Spoken(
    message_id=1, text="The fee is high.", language="en", origin="portal", giver="customer:7",
    finished=frozenset(), frozen=False, reviewed=frozenset(), by_team=False, at="2026-11-23",
    tags=(Standing("need", "cost", False), Standing("sentiment", "negative", False)),
)  # fmt: skip


def taught(**changes: object) -> Learnable | None:
    return rules.learnable(replace(SPOKEN, **changes), NEEDS)  # type: ignore[arg-type]


def test_what_nobody_settled_teaches_nothing() -> None:
    assert taught() is None


def test_a_finished_message_teaches_every_need_and_every_intent_also_that_there_is_none() -> None:
    every = frozenset({"sentiment", "need", "intent"})
    found = taught(finished=every, tags=(Standing("need", "cost", True), Standing("need", "gone", True)))
    assert found is not None
    assert (found.label.needs, found.label.intents, found.label.weight, found.label.giver) == (("cost",), (), 3.0, None)


def test_what_was_gone_through_for_its_needs_alone_teaches_nothing_of_its_intents() -> None:
    found = taught(finished=frozenset({"need"}), tags=(Standing("need", "cost", True),))
    assert found is not None
    assert (found.label.needs, found.label.intents, found.label.weight) == (("cost",), None, 3.0)


def test_needs_are_known_only_when_all_of_them_were_settled() -> None:
    both = (Standing("need", "cost", True), Standing("need", "speed", False))
    assert taught(reviewed=frozenset({"need"}), tags=both) is None
    settled = tuple(replace(tag, settled=True) for tag in both)
    found = taught(reviewed=frozenset({"need"}), tags=settled)
    assert found is not None
    assert (found.label.needs, found.label.sentiment, found.label.intents) == (("cost", "speed"), None, None)


def test_a_need_that_was_taken_away_teaches_that_there_is_none() -> None:
    found = taught(reviewed=frozenset({"need"}), tags=())
    assert found is not None
    assert found.label.needs == ()


def test_a_customer_weighs_one_and_is_told_apart_and_the_team_three() -> None:
    felt = (Standing("sentiment", "negative", True),)
    own, ours = taught(tags=felt), taught(tags=felt, by_team=True)
    assert own is not None
    assert ours is not None
    assert (own.label.weight, own.label.giver) == (1.0, "customer:7")
    assert (ours.label.weight, ours.label.giver) == (3.0, None)


def item(number: int, *, frozen: bool = False, need: str = "cost") -> Learnable:
    return Learnable(number, Label(f"text {number}", needs=(need,)), frozen, False)


def test_nothing_like_a_frozen_text_is_learned_from() -> None:
    items = [item(1), item(2, frozen=True), item(3), item(4)]
    training, frozen = rules.for_training(items, [0, 1, 1, 3])
    assert [one.message_id for one in training] == [1, 4]
    assert [one.message_id for one in frozen] == [2]


def test_the_same_labels_in_another_order_are_nothing_new_and_another_label_is() -> None:
    one, two = item(1), item(2)
    before = rules.fingerprint([one, two], [], "r1")
    assert before == rules.fingerprint([two, one], [], "r1")
    others = (
        rules.fingerprint([one, item(2, need="speed")], [], "r1"),
        rules.fingerprint([one], [], "r1"),
        rules.fingerprint([one], [two], "r1"),
        rules.fingerprint([one, two], [], "r2"),
    )
    assert before not in others


def verdict(**passed: bool) -> Verdict:
    return Verdict("needs", tuple(Criterion(code, good, 1.0, 0.0) for code, good in passed.items()))


def test_a_model_reads_along_when_all_is_met_or_only_a_persons_look_is_missing() -> None:
    assert rules.state_after([verdict(gain=True, flips=True)]) == "shadow"
    assert rules.state_after([verdict(gain=True, flips=False)]) == "shadow"
    assert rules.state_after([verdict(gain=True), verdict(gain=False)]) == "refused"
    assert rules.state_after([]) == "refused"


def test_only_what_is_not_met_has_to_be_signed_off() -> None:
    assert rules.wants_sign_off([verdict(gain=True, flips=False).as_dict()])
    assert not rules.wants_sign_off([verdict(gain=True, flips=True).as_dict()])


def test_an_interval_holds_the_figure_and_draws_near_duplicates_together() -> None:
    right = [1, 1, 1, 0, 0, 1, 1, 1, 1, 0]

    def share(places: Sequence[int]) -> float:
        return sum(right[place] for place in places) / len(places)

    low, high = rules.interval(share, list(range(10)))
    assert 0 < low < share(range(10)) < high <= 1
    assert rules.interval(share, [0] * 10) == (0.7, 0.7), "one group is the same in every draw"


def test_only_the_newest_examples_are_kept() -> None:
    assert rules.with_examples([1, 2], [3]) == [1, 2, 3]
    assert rules.with_examples(range(30), [99])[-2:] == [29, 99]
    assert len(rules.with_examples(range(30), [99])) == rules.EXAMPLES
