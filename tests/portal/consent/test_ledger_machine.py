"""Any order of acts: what is allowed equals a simple model, the chain verifies, a stale act changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from portal import consent, db, tables
from portal.consent import NewEntry
from portal.errors import Conflict
from portal.privacy.rules import actions_for
from tests.people import ask_for, customer

PURPOSES, WAYS, TOPICS = ("needs", "marketing"), ("email", "sms"), ("savings", "cards")
EVERY = "*"
TABLES = (
    "accounts customers audit_entries purposes cell_parts notices consent_entries consent_states preferences "
    "downstream_systems deliveries"
).split()
purposes, ways, topics = st.sampled_from(PURPOSES), st.sampled_from(WAYS), st.sampled_from(TOPICS)


class Ledger(RuleBasedStateMachine):
    """One customer against a model of four small sets and two dates."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = db.make_engine("sqlite://")
        tables.metadata.create_all(self.engine, [tables.metadata.tables[name] for name in TABLES])
        self.session = Session(self.engine, expire_on_commit=False)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.yes: dict[str, datetime | None] = {}
        self.objected: set[str] = set()
        self.off: set[tuple[str, str, str]] = set()
        self.denied: dict[str, datetime] = {}
        self.paused_until: datetime | None = None
        self.stop: str | None = None
        self.shut: set[str] = set()
        self.acts = 0

    @initialize()
    def begin(self) -> None:
        ask_for(self.session, *PURPOSES)
        self.ada = customer(self.session)

    def act(self, purpose: str, action: str, channel: str = EVERY, topic: str = EVERY, **values: object) -> None:
        entry = NewEntry(purpose=purpose, action=action, channel=channel, topic=topic, expected_seq=self.acts, **values)  # type: ignore[arg-type]
        consent.record(self.session, self.ada, entry, now=self.now)
        self.acts += 1

    @rule(purpose=purposes, days=st.one_of(st.none(), st.integers(1, 20)))
    def give(self, purpose: str, days: int | None) -> None:
        until = self.now + timedelta(days=days) if days else None
        self.act(purpose, "granted", **({"valid_until": until} if until else {}))
        if purpose not in self.objected:
            self.yes[purpose] = until
            self.denied.pop(purpose, None)

    @rule(purpose=purposes, action=st.sampled_from(["withdrawn", "refused", "revoked", "invalidated"]))
    def take_back(self, purpose: str, action: str) -> None:
        self.act(purpose, action)
        self.yes.pop(purpose, None)
        if action == "invalidated":
            self.denied.pop(purpose, None)
        elif purpose not in self.objected:
            self.denied[purpose] = self.now

    @rule(purpose=purposes, days=st.integers(0, 6), answer=st.sampled_from(["yes", "flag", "no"]))
    def bring_in(self, purpose: str, days: int, answer: str) -> None:
        """A row of a file: a yes that is proved counts from its day, a flag never, a no always; and with it another."""
        at = self.now - timedelta(days=days)
        row = NewEntry(
            purpose=purpose, action="withdrawn" if answer == "no" else "granted", occurred_at=at, actor_type="team",
            actor="Ines", method="import", evidence="row 7", grade="C" if answer == "flag" else "B",
        )  # fmt: skip
        stop = replace(row, purpose=EVERY, channel="sms", action="objected", grade=None)
        consent.record_all(self.session, [(self.ada, row), (self.ada, stop)], now=self.now)
        self.acts += 2
        self.shut.add("sms")
        if answer == "no" and purpose not in self.objected:
            self.yes.pop(purpose, None)
            self.denied[purpose] = self.now
        free = purpose not in self.objected and self.denied.get(purpose, at) <= at
        if answer == "yes" and free:
            self.yes[purpose] = None
            self.denied.pop(purpose, None)

    @rule(purpose=purposes)
    def object_to(self, purpose: str) -> None:
        self.act(purpose, "objected")
        self.objected.add(purpose)
        self.yes.pop(purpose, None)
        self.denied.pop(purpose, None)

    @rule(purpose=purposes)
    def lift(self, purpose: str) -> None:
        self.act(purpose, "objection_lifted")
        self.objected.discard(purpose)

    @rule(purpose=purposes, way=ways, off=st.booleans())
    def switch_a_way(self, purpose: str, way: str, off: bool) -> None:
        self.act(purpose, "withdrawn" if off else "granted", channel=way)
        (self.off.add if off else self.off.discard)((purpose, way, EVERY))

    @rule(purpose=purposes, topic=topics, off=st.booleans())
    def switch_a_topic(self, purpose: str, topic: str, off: bool) -> None:
        self.act(purpose, "withdrawn" if off else "granted", topic=topic)
        (self.off.add if off else self.off.discard)((purpose, EVERY, topic))

    @rule(days=st.integers(1, 10))
    def pause(self, days: int) -> None:
        self.paused_until = self.now + timedelta(days=days)
        self.act(EVERY, "paused", valid_until=self.paused_until)

    @rule()
    def resume(self) -> None:
        self.act(EVERY, "resumed")
        self.paused_until = None

    @rule(action=st.sampled_from(["objected", "suppressed", "revoked"]))
    def stop_everything(self, action: str) -> None:
        self.act(EVERY, action)
        self.stop = "objected" if "objected" in (action, self.stop) else "denied"

    @rule()
    def end_the_stop(self) -> None:
        """Lifting ends an objection to everything; what we stopped ourselves ends as found invalid."""
        self.act(EVERY, "objection_lifted" if self.stop != "denied" else "invalidated")
        self.stop = None

    @rule(act=st.sampled_from(["object", "lift"]))
    def press_stop_or_lift(self, act: str) -> None:
        """The control on their page: it ends a stop whoever put it there, and however, and restores what was said."""
        stood = consent.cells_of(self.session, self.ada.id).get(consent.STOP)
        for action in actions_for(act, stood.state if stood else None, stop=True):
            self.act(EVERY, action)
        self.stop = (self.stop or "objected") if act == "object" else None

    @rule(way=ways, off=st.booleans())
    def stop_a_way(self, way: str, off: bool) -> None:
        self.act(EVERY, "objected" if off else "objection_lifted", channel=way)
        (self.shut.add if off else self.shut.discard)(way)

    @rule(purpose=purposes)
    def write_down_the_end(self, purpose: str) -> None:
        until = self.yes.get(purpose)
        if until is not None and until <= self.now:
            self.act(purpose, "expired")
            del self.yes[purpose]

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(purpose=purposes, behind=st.integers(1, 3))
    def act_on_a_stale_page(self, purpose: str, behind: int) -> None:
        stale = NewEntry(purpose=purpose, action="granted", expected_seq=self.acts - behind)
        with pytest.raises(Conflict):
            consent.record(self.session, self.ada, stale, now=self.now)

    def may(self, purpose: str, way: str = EVERY, topic: str = EVERY) -> bool:
        if purpose in self.objected or purpose not in self.yes or self.stop or way in self.shut:
            return False
        until = self.yes[purpose]
        if until is not None and until <= self.now:
            return False
        if purpose == "marketing" and self.paused_until is not None and self.now < self.paused_until:
            return False
        return not {(purpose, way, EVERY), (purpose, EVERY, topic)} & self.off

    @invariant()
    def what_is_allowed_is_what_the_model_says(self) -> None:
        if not hasattr(self, "ada"):
            return
        for purpose in PURPOSES:
            for way, topic in (("email", "cards"), (EVERY, EVERY)):
                answer = consent.allows(self.session, self.ada.id, purpose, now=self.now, channel=way, topic=topic)
                assert answer.allowed == self.may(purpose, way, topic), (purpose, way, topic, answer)
            everybody = self.session.execute(consent.permitted(purpose, self.now)).all()
            assert bool(everybody) == self.may(purpose)

    def teardown(self) -> None:
        if hasattr(self, "ada"):
            assert consent.verify(self.session) == []
            assert consent.head(self.session, self.ada.id) == self.acts
        self.session.close()
        self.engine.dispose()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=16, stateful_step_count=25, deadline=None)
