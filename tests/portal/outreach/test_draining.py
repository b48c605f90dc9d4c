"""What goes by text message waits for a gateway, and is decided again when one asks for it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, outreach, privacy, treatment
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.errors import Conflict
from portal.gateways import GatewayMessage
from portal.mail.models import OutboxMessage
from portal.outreach.models import Dispatch, Intent
from portal.treatment.models import Decision
from tests import people
from tests.portal.outreach.test_sending import NOW, send

NUMBER = "+44 20 7946 0001"
GATEWAY = Actor("token", 7, "texts")


class Register:
    """A register in which somebody else stands."""

    name, taken_at = "TPS", NOW - timedelta(days=1)

    def numbers(self) -> list[str]:
        return ["+44 20 7946 9999"]


def prepare(session: Session, ada: Customer | None = None) -> int:
    """Ada, who said yes to offers and whose number is confirmed, and an offer that goes as a text message."""
    people.ask_for(session, "marketing")
    ada = ada or people.customer(session)
    people.says(session, ada, "marketing", "granted", people.JOINED)
    accounts.set_point(
        session, ada.id, kind="number", value=NUMBER, verified_at=people.JOINED, source="crm", now=people.JOINED
    )
    treatment.import_register(session, Register(), by="Ines", now=NOW - timedelta(days=1))
    outreach.add_template(
        session, key="rate", message_class="marketing", purpose="marketing", topic="savings", channel="sms",
        subject="A rate", text="$name, savings pay 3 % now.", by="Priya", now=people.JOINED,
    )  # fmt: skip
    return ada.id


@pytest.fixture
def ada_id(engine: Engine) -> int:
    """Ada, with one message that waits for a gateway."""
    with db.writing(engine) as session:
        ada = prepare(session)
        wish(session, ada, "w1")
    assert send(engine) == (1, 0)
    return ada


def wish(session: Session, customer_id: int, key: str) -> None:
    outreach.intend(session, key=key, customer_id=customer_id, template_key="rate", reason="You save", now=NOW)


def take(engine: Engine, seconds: float = 1, by: str = "token:7", of: int | None = None) -> list[str]:
    with db.writing(engine) as session:
        now = NOW + timedelta(seconds=seconds)
        given = [one.message for one in outreach.give_out(session, "sms", by=by, limit=10, now=now)]
        return [message.ref for message in given if of in (None, message.customer_id)]


def tell(engine: Engine, ref: str, outcome: str, seconds: float = 2, actor: Actor = GATEWAY) -> tuple[str, bool]:
    with db.writing(engine) as session:
        now = NOW + timedelta(seconds=seconds)
        message, news = privacy.hear_of_message(
            session, ref, outcome=outcome, note="", at=now, actor=actor, now=now
        )  # fmt: skip
        return message.state, news


def only(engine: Engine) -> GatewayMessage:
    with db.reading(engine) as session:
        return session.scalars(sa.select(GatewayMessage)).one()


def outcomes(engine: Engine) -> list[tuple[str, str | None]]:
    with db.reading(engine) as session:
        return [(one.outcome, one.decisive_rule) for one in session.scalars(sa.select(Decision).order_by(Decision.id))]


def withdraw(engine: Engine, customer_id: int, seconds: float) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(Customer, customer_id)
        people.says(session, ada, "marketing", "withdrawn", NOW + timedelta(seconds=seconds))


def test_an_allowed_text_message_is_recorded_with_its_way_out_and_no_mail_leaves(engine: Engine, ada_id: int) -> None:
    kept = only(engine)
    assert (kept.state, kept.to_point, kept.channel) == ("waiting", NUMBER, "sms")
    assert kept.text == "Ada, savings pay 3 % now. To stop these, reply STOP."
    with db.reading(engine) as session:
        decided, sent = session.scalars(sa.select(Decision)).one(), session.scalars(sa.select(Dispatch)).one()
        assert (kept.decision_ref, sent.gateway_id, sent.outbox_id) == (decided.ref, kept.id, None)
        assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_who_withdraws_before_a_gateway_asks_gets_nothing(engine: Engine, ada_id: int) -> None:
    withdraw(engine, ada_id, 1)
    assert take(engine, 2) == []
    assert only(engine).state == "stopped"
    assert outcomes(engine) == [("allow", None), ("deny", "consent")]
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Intent.state)).one() == "denied"
        assert session.scalars(sa.select(Dispatch.stopped_at)).one() is not None


def test_one_gateway_has_it_at_a_time_and_after_its_lease_it_is_decided_again_under_the_same_ref(
    engine: Engine, ada_id: int
) -> None:
    first = take(engine)
    assert take(engine, 59, by="token:8") == []
    assert take(engine, 61, by="token:8") == first
    assert (only(engine).lease, len(outcomes(engine))) == (2, 2)
    with pytest.raises(Conflict):
        tell(engine, first[0], "handed_over", 62)
    assert tell(engine, first[0], "handed_over", 62, Actor("token", 8, "other")) == ("handed_over", True)
    assert take(engine, 3_600, by="token:8") == []


def test_what_waited_into_the_night_waits_for_the_morning(engine: Engine, ada_id: int) -> None:
    assert take(engine, 12 * 3_600) == []
    kept = only(engine)
    assert (kept.state, kept.not_before) == ("waiting", (NOW + timedelta(days=1)).replace(hour=8))
    assert take(engine, 22 * 3_600) == [kept.ref]


def test_a_number_that_was_forgotten_is_not_written_to(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        assert accounts.drop_point(session, ada_id, "number")
    assert take(engine, 1) == []
    assert take(engine, 700) == []
    assert outcomes(engine)[-1] == ("deny", "identity")
    assert only(engine).state == "stopped"


def test_a_stop_is_a_no_to_all_we_send_that_way_and_a_report_said_twice_is_one(engine: Engine, ada_id: int) -> None:
    ref = take(engine)[0]
    assert [tell(engine, ref, outcome) for outcome in ("handed_over", "delivered", "delivered", "opted_out")] == [
        ("handed_over", True), ("delivered", True), ("delivered", False), ("opted_out", True),
    ]  # fmt: skip
    with db.writing(engine) as session:
        wish(session, ada_id, "w2")
    send(engine, NOW + timedelta(days=1))
    assert outcomes(engine)[-1] == ("deny", "consent")


def test_what_a_gateway_sent_and_tells_late_was_sent_whatever_was_withdrawn_since(engine: Engine, ada_id: int) -> None:
    ref = take(engine)[0]
    withdraw(engine, ada_id, 30)
    assert take(engine, 70) == []
    assert only(engine).state == "stopped"
    assert tell(engine, ref, "delivered", 71) == ("delivered", True)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Intent.state)).one() == "sent"
        assert session.scalars(sa.select(Dispatch.stopped_at)).one() is None


def test_where_nobody_is_reached_nothing_is_sent_until_it_is_confirmed_anew(engine: Engine, ada_id: int) -> None:
    tell(engine, take(engine)[0], "bounced")
    later = NOW + timedelta(days=1)
    with db.writing(engine) as session:
        wish(session, ada_id, "w2")
    send(engine, later)
    assert outcomes(engine)[-1] == ("deny", "suppression")
    with db.writing(engine) as session:
        accounts.set_point(
            session, ada_id, kind="number", value=NUMBER, verified_at=later, source="crm", now=later
        )  # fmt: skip
        wish(session, ada_id, "w3")
    send(engine, later)
    assert outcomes(engine)[-1] == ("allow", None)


STEPS = st.lists(st.sampled_from(["take", "take", "withdraw", "give", "wait", "report"]), min_size=3, max_size=9)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=["take", "withdraw", "wait"])
@given(steps=STEPS)
def test_in_any_order_nothing_is_given_out_while_it_is_not_allowed(engine: Engine, steps: list[str]) -> None:
    with db.writing(engine) as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(Customer)) or 0
        ada = prepare(session) if not number else another(session, number)
        wish(session, ada, f"any-{number}")
    send(engine)
    second, allowed, out = 0, True, list[str]()
    for step in [*steps, "take"]:
        second += 70 if step == "wait" else 1
        if step == "withdraw":
            withdraw(engine, ada, second)
            allowed = False
        elif step == "give":
            with db.writing(engine) as session:
                at = NOW + timedelta(seconds=second)
                people.says(session, session.get_one(Customer, ada), "marketing", "granted", at)
            allowed = True
        elif step == "report" and out:
            tell(engine, out.pop(), "delivered", second)
        else:
            given = take(engine, second, of=ada)
            assert allowed or not given
            out = given or out
    if out:
        tell(engine, out.pop(), "failed", second)


def another(session: Session, number: int) -> int:
    """Somebody else who allows the same."""
    made = people.customer(session, f"P{number}")
    people.says(session, made, "marketing", "granted", people.JOINED)
    accounts.set_point(
        session, made.id, kind="number", value=NUMBER, verified_at=people.JOINED, source="crm", now=people.JOINED
    )
    return made.id
