"""Withdraw against claim and send, in any order: nothing goes out after a withdrawal is done.

A machine plays customer, sender and clock with free interleaving. It plays three wrong designs too, and must catch
each: one that looks at the consent before it takes the lock, one that sends on a preview, one that ignores the lease.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, treatment
from portal.treatment import IntentFacts
from portal.treatment.policy import DEFAULT_POLICY
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LEASE = timedelta(seconds=int(DEFAULT_POLICY["lease_seconds"]))


class Design:
    """How a sender asks: `look` may come long before `take`, and `may_send` is asked when the message is handed off."""

    def look(self, session: Session, intent: IntentFacts, now: datetime) -> Any:
        """What is found out before the customer is locked: nothing."""
        return None

    def take(self, session: Session, intent: IntentFacts, seen: Any, now: datetime) -> tuple[bool, datetime]:
        """Whether it is allowed, and until when that may be used; the customer is held."""
        found = treatment.claim(session, intent, now=now)
        return found.outcome == "allow", found.claim_until or now

    def may_send(self, until: datetime, now: datetime) -> bool:
        """Whether the claim may still be used."""
        return now < until


class LooksBeforeLocking(Design):
    def look(self, session: Session, intent: IntentFacts, now: datetime) -> Any:
        return treatment.preview(session, intent, now=now).outcome.outcome

    def take(self, session: Session, intent: IntentFacts, seen: Any, now: datetime) -> tuple[bool, datetime]:
        accounts.lock_customer(session, intent.customer_id)
        return seen == "allow", now + LEASE


class SendsOnAPreview(Design):
    kept: dict[int, bool]

    def __init__(self) -> None:
        self.kept = {}

    def take(self, session: Session, intent: IntentFacts, seen: Any, now: datetime) -> tuple[bool, datetime]:
        if intent.customer_id not in self.kept:
            verdict = treatment.preview(session, intent, now=now)
            self.kept[intent.customer_id] = verdict.outcome.outcome == "allow"
        return self.kept[intent.customer_id], now + LEASE


class IgnoresTheLease(Design):
    def may_send(self, until: datetime, now: datetime) -> bool:
        return True


class Play(RuleBasedStateMachine):
    """Each example has a customer of its own; a claim is kept with when it was taken and whether a no came first."""

    engine: ClassVar[Engine]
    made: ClassVar[Callable[[], Design]]
    number: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        type(self).number += 1
        self.design, self.now, self.withdrawn, self.wrong = type(self).made(), NOW, False, False
        self.seen: list[Any] = []
        self.claimed: list[tuple[datetime, datetime, bool]] = []
        with db.writing(self.engine) as session:
            ada = people.customer(session, f"Ada{self.number}")
            people.says(session, ada, "marketing", "granted", people.JOINED)
            self.ada_id = ada.id
        self.wish = IntentFacts(f"wish:{self.ada_id}", self.ada_id, "in_app", "marketing", "marketing")

    @rule()
    def looks(self) -> None:
        with db.reading(self.engine) as session:
            self.seen = [self.design.look(session, self.wish, self.now)]

    @rule()
    def claims(self) -> None:
        with db.writing(self.engine) as session:
            seen = self.seen[-1] if self.seen else None
            allowed, until = self.design.take(session, self.wish, seen, self.now)
        if allowed:
            self.claimed.append((self.now, until, self.withdrawn))

    @rule()
    def sends(self) -> None:
        if not self.claimed:
            return
        taken, until, after_a_no = self.claimed.pop()
        if self.design.may_send(until, self.now):
            self.wrong = after_a_no or (self.withdrawn and self.now >= taken + LEASE)

    @rule()
    def withdraws(self) -> None:
        if not self.withdrawn:
            with db.writing(self.engine) as session:
                people.says(session, accounts.lock_customer(session, self.ada_id), "marketing", "withdrawn", self.now)
            self.withdrawn = True

    @rule()
    def time_passes(self) -> None:
        self.now += LEASE / 2

    @invariant()
    def nothing_is_sent_on_a_claim_from_after_a_no_or_once_its_lease_is_over(self) -> None:
        assert not getattr(self, "wrong", False)


def play(engine: Engine, made: Callable[[], Design], examples: int) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
    quick = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    played = type("Played", (Play,), {"engine": engine, "made": staticmethod(made)})
    run_state_machine_as_test(played, settings=quick)


def test_nothing_is_sent_after_a_withdrawal(engine: Engine) -> None:
    play(engine, Design, 25)


@pytest.mark.parametrize("wrong", [LooksBeforeLocking, SendsOnAPreview, IgnoresTheLease])
def test_each_wrong_design_is_caught(engine: Engine, wrong: Callable[[], Design]) -> None:
    with pytest.raises(AssertionError):
        play(engine, wrong, 120)
