"""What may wait comes in one mail for whoever asked for that, each message decided on its own, twice."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, mail, outreach
from portal.accounts.models import Customer
from portal.mail.models import OutboxMessage
from portal.outreach.models import Dispatch, Intent
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.portal.outreach.test_sending import NOW, send

MORNING = (NOW + timedelta(days=1)).replace(hour=9)
KINDS = {
    "rate": ("marketing", "marketing", "savings"),
    "card": ("marketing", "marketing", "cards"),
    "outcome": ("answer", "service", "*"),
    "must": ("mandatory", "service", "*"),
}


@pytest.fixture
def ada_id(engine: Engine) -> int:
    """Ada allows offers by mail, and wants one mail a day."""
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        people.ask_for(session, "service", asks=False)
        ada = people.customer(session)
        people.says(session, ada, "marketing", "granted", people.JOINED)
        consent.set_preference(session, ada, now=people.JOINED, digest="daily")
        for key, (kind, purpose, topic) in KINDS.items():
            outreach.add_template(
                session, key=key, message_class=kind, purpose=purpose, topic=topic, channel="email",
                subject=f"About {key}", text=f"Words of {key}.", by="Priya", now=people.JOINED,
            )  # fmt: skip
        return ada.id


def wishes(engine: Engine, ada: int, *keys: str, lasts: timedelta = timedelta(days=20)) -> None:
    with db.writing(engine) as session:
        for key in keys:
            outreach.intend(
                session, key=key, customer_id=ada, template_key=key, reason="So", now=NOW, expires_at=NOW + lasts
            )


def read(engine: Engine, ask: Callable[[Session], list[object]]) -> list[object]:
    with db.reading(engine) as session:
        return ask(session)


def mails(engine: Engine) -> list[OutboxMessage]:
    return read(engine, lambda session: list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))))  # type: ignore[return-value]


def states(engine: Engine) -> dict[str, str]:
    with db.reading(engine) as session:
        return {one.key: one.state for one in session.scalars(sa.select(Intent))}


def withdraw(engine: Engine, ada: int, at: datetime, topic: str = "*") -> None:
    with db.writing(engine) as session:
        people.says(session, session.get_one(Customer, ada), "marketing", "withdrawn", at, topic=topic)


def post(engine: Engine, at: datetime) -> tuple[int, int]:
    return mail.send_waiting(
        engine, settings=Settings(), clock=lambda: at, worker="w", may_leave=outreach.may_leave(engine)
    )


def test_what_may_wait_comes_together_with_one_way_to_stop_and_what_must_be_told_comes_alone(
    engine: Engine, ada_id: int
) -> None:
    wishes(engine, ada_id, "rate", "outcome", "must")
    send(engine)
    assert [one.subject for one in mails(engine)] == ["About must"]
    assert states(engine) == {"rate": "waiting", "outcome": "waiting", "must": "sent"}
    send(engine, MORNING - timedelta(minutes=1))
    assert len(mails(engine)) == 1
    send(engine, MORNING)
    digest = mails(engine)[1]
    assert digest.kind == "digest"
    assert [digest.text.count(f"Words of {key}.") for key in ("rate", "outcome", "must")] == [1, 1, 0]
    assert digest.text.count("/u/") == 1
    assert digest.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 3
        assert set(session.scalars(sa.select(Dispatch.outbox_id))) == {1, 2}


def test_an_empty_digest_sends_nothing_and_a_single_message_comes_as_it_would_alone(
    engine: Engine, ada_id: int
) -> None:
    wishes(engine, ada_id, "rate")
    send(engine)
    withdraw(engine, ada_id, NOW)
    send(engine, MORNING)
    assert (mails(engine), states(engine)) == ([], {"rate": "denied"})
    wishes(engine, ada_id, "outcome")
    send(engine, MORNING)
    send(engine, MORNING + timedelta(days=1))
    assert [one.subject for one in mails(engine)] == ["About outcome"]


def test_what_would_be_too_late_for_the_digest_comes_alone(engine: Engine, ada_id: int) -> None:
    wishes(engine, ada_id, "outcome", lasts=timedelta(hours=20))
    send(engine)
    assert states(engine) == {"outcome": "sent"}


def test_what_is_withdrawn_after_the_digest_was_made_is_taken_out_of_it(engine: Engine, ada_id: int) -> None:
    wishes(engine, ada_id, "rate", "card", "outcome")
    send(engine)
    send(engine, MORNING)
    withdraw(engine, ada_id, MORNING, topic="cards")
    post(engine, MORNING + timedelta(seconds=1))
    (digest,) = mails(engine)
    assert digest.state == "kept"
    assert [f"Words of {key}." in digest.text for key in ("rate", "card", "outcome")] == [True, False, True]
    assert "About card" not in digest.text
    assert states(engine) == {"rate": "sent", "card": "denied", "outcome": "sent"}


def test_where_a_message_cannot_be_taken_out_cleanly_the_mail_never_leaves_and_the_rest_comes_in_a_new_one(
    engine: Engine, ada_id: int
) -> None:
    wishes(engine, ada_id, "rate", "card", "outcome")
    send(engine)
    send(engine, MORNING)
    with db.writing(engine) as session:
        kept = session.scalars(sa.select(OutboxMessage)).one()
        kept.text = kept.text.replace("Words of card.", "Words of  card.")  # as a relay or a hand might have left it
    withdraw(engine, ada_id, MORNING, topic="cards")
    later = MORNING + timedelta(seconds=1)
    post(engine, later)
    assert [one.state for one in mails(engine)] == ["dead"]
    assert states(engine) == {"rate": "held", "card": "denied", "outcome": "held"}
    send(engine, later)
    post(engine, later + timedelta(seconds=1))
    _dead, digest = mails(engine)
    assert (digest.kind, digest.state) == ("digest", "kept")
    assert [key for key in ("rate", "card", "outcome") if f"Words of {key}." in digest.text] == ["rate", "outcome"]
    assert "card" not in digest.text
    assert states(engine) == {"rate": "sent", "card": "denied", "outcome": "sent"}


def test_a_message_that_begins_like_another_takes_nothing_of_it_away(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        outreach.add_template(
            session, key="longer", message_class="answer", purpose="service", topic="*", channel="email",
            subject="About card", text="Words of card.\n\nAnd why we owe you them.", by="Priya", now=people.JOINED,
        )  # fmt: skip
    wishes(engine, ada_id, "longer", "card", "outcome")
    send(engine)
    send(engine, MORNING)
    withdraw(engine, ada_id, MORNING, topic="cards")
    post(engine, MORNING + timedelta(seconds=1))
    (digest,) = mails(engine)
    assert digest.state == "kept"
    assert digest.text.count("Words of card.\n\nAnd why we owe you them.") == 1
    assert digest.text.count("Words of card.") == 1
    assert digest.text.count("Words of outcome.\n\n--") == 1


def test_a_digest_of_which_nothing_may_go_never_leaves(engine: Engine, ada_id: int) -> None:
    wishes(engine, ada_id, "rate", "card")
    send(engine)
    send(engine, MORNING)
    withdraw(engine, ada_id, MORNING)
    post(engine, MORNING + timedelta(seconds=1))
    assert [one.state for one in mails(engine)] == ["dead"]
    assert states(engine) == {"rate": "denied", "card": "denied"}


def test_what_only_has_to_wait_is_a_wish_again_and_the_rest_goes(engine: Engine, ada_id: int) -> None:
    wishes(engine, ada_id, "rate", "outcome")
    send(engine)
    send(engine, MORNING)
    with db.writing(engine) as session:
        ada = session.get_one(Customer, ada_id)
        consent.pause(session, ada, until=(MORNING + timedelta(days=3)).date(), now=MORNING, actor="Ada")
    post(engine, MORNING + timedelta(seconds=1))
    (digest,) = mails(engine)
    assert (digest.state, "Words of rate." in digest.text, "Words of outcome." in digest.text) == ("kept", False, True)
    assert states(engine) == {"rate": "held", "outcome": "sent"}
    send(engine, MORNING + timedelta(days=5))
    send(engine, MORNING + timedelta(days=6))
    assert states(engine)["rate"] == "sent"


def test_the_customer_sees_what_waits_and_who_changes_their_mind_gets_it_alone(engine: Engine, ada_id: int) -> None:
    wishes(engine, ada_id, "rate", "outcome")
    send(engine)
    with db.writing(engine) as session:
        waits = outreach.waiting_together(session, ada_id)
        assert [(intent.key, intent.decide_after) for intent, _words in waits] == [
            ("rate", MORNING), ("outcome", MORNING),
        ]  # fmt: skip
        consent.set_preference(session, session.get_one(Customer, ada_id), now=NOW, digest=None)
        outreach.regroup(session, ada_id, NOW)
    send(engine)
    assert [one.kind for one in mails(engine)] == ["marketing", "answer"]
