"""Wish, decide, post and hand out against every way of stopping, in any order, by what really sends.

A machine plays customer, jobs, mail server, gateway and clock with free interleaving: nothing leaves after somebody
stopped it. Two wrong last looks are planted and must be caught.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import Engine

from portal import accounts, db, mail, outreach, treatment
from portal.mail.models import OutboxMessage
from portal.outreach.models import Dispatch
from portal.treatment.models import Decision, Mark
from portal.treatment.policy import DEFAULT_POLICY
from tests import people
from tests.portal.outreach.test_draining import NUMBER, Register
from tests.portal.outreach.test_sending import NOW, SETTINGS

LEASE = timedelta(seconds=int(DEFAULT_POLICY["lease_seconds"]))
LastLook = Callable[[int, datetime], bool | datetime]


def no_look(_engine: Engine) -> LastLook:
    return lambda _mail_id, _now: True


def looks_at_the_lease_alone(engine: Engine) -> LastLook:
    def ask(mail_id: int, now: datetime) -> bool:
        with db.reading(engine) as session:
            claimed = sa.select(sa.func.max(Decision.claim_until)).join(
                Dispatch, Dispatch.customer_id == Decision.customer_id
            )
            until = session.scalar(claimed.where(Dispatch.outbox_id == mail_id, Decision.outcome == "allow"))
            return until is not None and now < until

    return ask


class Play(RuleBasedStateMachine):
    """Each example has a customer of its own, who said yes to offers by mail and by text message."""

    engine: ClassVar[Engine]
    last_look: ClassVar[Callable[[Engine], LastLook]]
    number: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        type(self).number += 1
        self.now, self.stopped, self.wishes, self.left, self.too_late = NOW, False, 0, 0, 0
        with db.writing(self.engine) as session:
            ada = people.customer(session, f"Ada{self.number}")
            people.says(session, ada, "marketing", "granted", people.JOINED)
            accounts.set_point(
                session, ada.id, kind="number", value=NUMBER, verified_at=people.JOINED, source="crm", now=people.JOINED
            )
            self.ada_id = ada.id

    def _gone(self) -> int:
        """How many mails of theirs are out; without a server a mail that may leave is kept for the page of mails."""
        out = sa.select(sa.func.count(Dispatch.id)).join(OutboxMessage, OutboxMessage.id == Dispatch.outbox_id)
        with db.reading(self.engine) as session:
            return session.scalar(out.where(Dispatch.customer_id == self.ada_id, OutboxMessage.state == "kept")) or 0

    def _count(self, more: int) -> None:
        self.too_late += more if self.stopped else 0

    @rule()
    def somebody_wishes(self) -> None:
        with db.writing(self.engine) as session:
            for template in ("by-mail", "by-text"):
                outreach.intend(
                    session, key=f"{template}:{self.ada_id}:{self.wishes}", customer_id=self.ada_id,
                    template_key=template, reason="You save", now=self.now,
                )  # fmt: skip
        self.wishes += 1

    @rule()
    def the_job_decides(self) -> None:
        outreach.send_due(self.engine, settings=SETTINGS, clock=lambda: self.now, worker="w")

    @rule()
    def the_job_posts(self) -> None:
        before = self._gone()
        look = type(self).last_look(self.engine)
        mail.send_waiting(self.engine, settings=SETTINGS, clock=lambda: self.now, worker="w", may_leave=look)
        self._count(self._gone() - before)

    @rule()
    def a_gateway_asks(self) -> None:
        with db.writing(self.engine) as session:
            given = outreach.give_out(session, "sms", by="token:7", limit=50, now=self.now)
            self._count(sum(one.message.customer_id == self.ada_id for one in given))

    @rule()
    def she_withdraws(self) -> None:
        if not self.stopped:
            with db.writing(self.engine) as session:
                people.says(session, accounts.lock_customer(session, self.ada_id), "marketing", "withdrawn", self.now)
            self.stopped = True

    @rule()
    def her_death_is_recorded(self) -> None:
        if not self.stopped:
            with db.writing(self.engine) as session:
                accounts.lock_customer(session, self.ada_id)
                session.add(Mark(customer_id=self.ada_id, kind="bereaved", note="", set_at=self.now, set_by="Ines"))
            self.stopped = True

    @rule()
    def time_passes(self) -> None:
        self.now += LEASE / 2

    @invariant()
    def nothing_leaves_after_it_was_stopped(self) -> None:
        assert not getattr(self, "too_late", 0)


def play(engine: Engine, last_look: Callable[[Engine], LastLook], examples: int) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        treatment.import_register(session, Register(), by="Ines", now=NOW - timedelta(days=1))
        for key, channel in (("by-mail", "email"), ("by-text", "sms")):
            outreach.add_template(
                session, key=key, message_class="marketing", purpose="marketing", topic="savings", channel=channel,
                subject="A rate", text="$name, savings pay 3 % now.", by="Priya", now=people.JOINED,
            )  # fmt: skip
    quick = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(
        type("Played", (Play,), {"engine": engine, "last_look": staticmethod(last_look)}), settings=quick
    )


def test_nothing_leaves_after_somebody_stopped_it(engine: Engine) -> None:
    play(engine, outreach.may_leave, 15)
    with db.reading(engine) as session:
        kept = sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.state == "kept")
        assert session.scalar(kept), "a machine in which nothing ever leaves would prove nothing"


@pytest.mark.parametrize("wrong", [no_look, looks_at_the_lease_alone])
def test_each_wrong_last_look_is_caught(engine: Engine, wrong: Callable[[Engine], LastLook]) -> None:
    with pytest.raises(AssertionError):
        play(engine, wrong, 60)
