"""The gate: what lets a challenger through, and each thing that stops it."""

import dataclasses

import pytest

from nlp import Reader
from nlp.learning import Behaviour, Failure, Item, Verdict, decide, put_to_the_test

WELL = Behaviour(20)


def items(count: int = 200, champion_right: float = 0.7, challenger_right: float = 0.78) -> list[Item]:
    made = []
    for number in range(count):
        truth = ("positive", "negative", "neutral")[number % 3]
        other = ("negative", "neutral", "positive")[number % 3]
        share = (number // 3) / (count // 3 + 1)
        champion = truth if share < champion_right else other
        challenger = truth if share < challenger_right else other
        made.append(
            Item(
                (truth,),
                (champion,),
                (challenger,),
                challenger_right,
                number,
                "en",
                "private" if number % 2 else "business",
            )
        )
    return made


def failed(verdict: Verdict) -> set[str]:
    return {criterion.code for criterion in verdict.criteria if not criterion.passed}


def test_a_better_challenger_passes_and_every_condition_tells_its_figure() -> None:
    verdict = decide("sentiment", items(), WELL)
    assert verdict.passed
    gain = next(criterion for criterion in verdict.criteria if criterion.code == "gain")
    assert gain.figure == pytest.approx(8, abs=1)
    assert verdict.as_dict()["passed"] is True
    assert verdict == decide("sentiment", items(), WELL)


def test_a_worse_or_equal_one_is_refused() -> None:
    assert failed(decide("sentiment", items(challenger_right=0.62), WELL)) >= {"gain", "gain_lower_bound"}
    assert failed(decide("sentiment", items(challenger_right=0.7), WELL)) == {"gain"}


def test_nothing_to_measure_on_is_no_pass() -> None:
    assert failed(decide("sentiment", [], WELL)) >= {"enough_items", "gain"}
    assert "enough_items" in failed(decide("sentiment", items(20), WELL))


def test_many_flips_need_a_person() -> None:
    bold = items(challenger_right=0.95)
    bold = [dataclasses.replace(item, confidence=0.95) for item in bold]
    assert failed(decide("sentiment", bold, WELL)) == {"flips"}
    assert decide("sentiment", bold, WELL, signed_off=True).passed


def test_a_label_a_language_or_a_segment_that_is_read_worse_stops_it() -> None:
    worse = items(300, 0.7, 0.85)
    hurt = [
        dataclasses.replace(item, champion=item.truth, challenger=("neutral",), language="de", segment="old")
        if number < 12
        else item
        for number, item in enumerate(worse)
    ]
    assert {"language", "segment"} <= failed(decide("sentiment", hurt, WELL, signed_off=True))
    blind = [
        dataclasses.replace(item, challenger=("positive",)) if item.truth == ("negative",) else item for item in worse
    ]
    stopped = decide("sentiment", blind, WELL, signed_off=True)
    assert "label_recall" in failed(stopped)
    named = next(criterion for criterion in stopped.criteria if criterion.code == "label_recall")
    assert named.params["name"] == "negative"


def test_a_safety_flag_that_is_lost_stops_it() -> None:
    made = items()
    made[0] = dataclasses.replace(made[0], safety=True, champion_flagged=True)
    assert failed(decide("sentiment", made, WELL)) == {"safety_recall"}


def test_boasting_stops_it() -> None:
    boasting = [dataclasses.replace(item, confidence=0.99) for item in items()]
    assert failed(decide("sentiment", boasting, WELL)) == {"calibration"}


def test_unlearned_plain_cases_stop_it() -> None:
    forgot = Behaviour(20, (Failure("not good", "negation", "positive"), Failure("x", "emoji", "neutral")))
    verdict = decide("sentiment", items(), forgot)
    assert failed(verdict) == {"behaviour"}
    assert verdict.criteria[-1].params["failed"] == ["not good", "x"]


def test_copies_of_one_text_are_drawn_together() -> None:
    alone = decide("sentiment", items(), WELL).criteria[2]
    copies = [dataclasses.replace(item, group=item.group // 20) for item in items()]  # type: ignore[operator]
    together = decide("sentiment", copies, WELL).criteria[2]
    assert alone.figure is not None
    assert together.figure is not None
    assert together.figure < alone.figure


def test_the_reader_that_ships_passes_the_plain_cases() -> None:
    assert put_to_the_test(Reader.default()).share >= 0.95
