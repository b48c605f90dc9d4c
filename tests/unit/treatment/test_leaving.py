"""A campaign is held when the lower bound of the share that left in a day lies above what may leave, and only then."""

from datetime import UTC, datetime
from math import sqrt

import pytest

from portal.outreach.rules import leave_too_fast
from portal.treatment import DEFAULT_POLICY, wilson_low
from portal.treatment.facts import Facts, IntentFacts
from portal.treatment.pace import leaving

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OFFER = IntentFacts("k", 1, "email", "marketing", "marketing", campaign="rates")


def held(sent: int, left: int, usual: float | None = None) -> bool:
    """What rule 17 says, which the job that brakes has to say too."""
    facts = Facts(campaign_sent=sent, campaign_left=left, campaign_usual=usual)
    said = leaving(OFFER, facts, DEFAULT_POLICY, NOW).result == "hold"
    assert leave_too_fast(sent, left, usual, DEFAULT_POLICY, wilson_low(left, sent)) == said
    return said


def by_hand(sent: int, left: int, usual: float | None) -> bool:
    """The formula as it is written in books, with nothing beside it."""
    z, share = 1.959964, left / sent
    low = (share + z**2 / (2 * sent) - z * sqrt((share * (1 - share) + z**2 / (4 * sent)) / sent)) / (1 + z**2 / sent)
    return low > max(0.005, 3 * (usual or 0.0))


@pytest.mark.parametrize("usual", [None, 0.0, 0.001, 0.002, 0.01, 0.05])
def test_it_is_the_formula_and_nothing_beside_it_for_every_campaign_large_or_small(usual: float | None) -> None:
    for sent in (*range(1, 121), 200, 500, 1000, 5000):
        for left in range(min(sent, 60) + 1):
            assert held(sent, left, usual) == by_hand(sent, left, usual), (sent, left, usual)


@pytest.mark.parametrize(
    ("sent", "left", "stops"),
    [
        (1, 0, False), (1, 1, True), (2, 1, True), (34, 1, True), (36, 1, False), (100, 1, False), (100, 2, True),
        (120, 2, False), (200, 3, True), (210, 3, False), (1000, 9, False), (1000, 11, True),
    ],
)  # fmt: skip
def test_one_who_leaves_stops_a_campaign_of_a_few_and_not_one_of_a_hundred(sent: int, left: int, stops: bool) -> None:
    assert held(sent, left) == stops


def test_whoever_wants_more_people_to_have_left_says_so_in_the_settings() -> None:
    facts = Facts(campaign_sent=10, campaign_left=2)
    assert leaving(OFFER, facts, DEFAULT_POLICY, NOW).result == "hold"
    assert leaving(OFFER, facts, {**DEFAULT_POLICY, "leaving_least": 3}, NOW).result == "pass"
    assert not leave_too_fast(10, 2, None, {**DEFAULT_POLICY, "leaving_least": 3}, wilson_low(2, 10))
