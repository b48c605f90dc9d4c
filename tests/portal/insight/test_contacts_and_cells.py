"""What followed a contact, how late we were, and who said yes to what, each counted by the day nothing changes it."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import conversations, db, outreach
from portal.consent import Notice, NoticeServed
from portal.conversations import Promise, Speaker
from portal.mail import OutboxMessage
from portal.needs.models import MessageReading
from portal.outreach.models import Dispatch
from portal.settings import Settings
from portal.treatment.models import ContactEvent
from tests import people
from tests.portal.insight.test_measuring import DAY, NOW, SUNDAY, measure, week

SENT_AT = NOW - 6 * DAY


@pytest.fixture
def cast(engine: Engine, settings: Settings) -> dict[str, int]:
    """Ada, Ben and Cleo said yes to offers by mail; each was sent one."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        people.ask_for(session, "service", asks=False)
        found = {}
        outreach.add_template(
            session, key="offer", message_class="marketing", purpose="marketing", channel="email", subject="Offer",
            text="Dear $name", by="Priya", now=people.JOINED,
        )  # fmt: skip
        for name in ("Ada", "Ben", "Cleo"):
            one = people.customer(session, name, created_at=NOW - 20 * DAY)
            people.says(session, one, "marketing", "granted", NOW - 15 * DAY)
            found[name] = one.id
            outreach.intend(
                session, key=name, customer_id=one.id, template_key="offer", reason="New", campaign="spring",
                now=SENT_AT,
            )  # fmt: skip
    outreach.send_due(engine, settings=settings, clock=lambda: SENT_AT, worker="test")
    return found


def left(session: Session, state: str, at: datetime | None) -> None:
    """The mails are in this state; the mail server took them at `at`."""
    session.execute(sa.update(OutboxMessage).values(state=state, sent_at=at))


def heard(session: Session, customer_id: int, kind: str, at: datetime) -> None:
    session.add(
        ContactEvent(
            source="gateway", event_id=f"{kind}-{customer_id}", kind=kind, channel="email", customer_id=customer_id,
            occurred_at=at, recorded_at=at,
        )
    )  # fmt: skip


def test_spam_reports_and_bounces_count_within_three_days_of_the_mail_that_left(
    engine: Engine, cast: dict[str, int]
) -> None:
    with db.writing(engine) as session:
        left(session, "sent", SENT_AT)
        heard(session, cast["Ada"], "spam_complaint", SENT_AT + DAY)
        heard(session, cast["Ben"], "hard_bounce", SENT_AT + 2 * DAY)
        heard(session, cast["Cleo"], "hard_bounce", SENT_AT + 4 * DAY)  # of another mail
    measure(engine)
    assert week(engine)["spam", ""] == week(engine)["bounces", ""] == (1, 3)
    assert week(engine, scope="campaign", key="spring")["spam", ""] == (1, 3)


def test_a_mail_is_a_contact_when_it_leaves_and_not_when_it_is_queued(engine: Engine, cast: dict[str, int]) -> None:
    with db.writing(engine) as session:
        left(session, "sent", SENT_AT + 2 * DAY)
        people.says(session, session.get_one(people.Customer, cast["Ada"]), "marketing", "withdrawn", SENT_AT + DAY)
    measure(engine)
    assert week(engine)["after_withdrawal", ""] == (1, 3)  # it was queued before the no, and left after it


@pytest.mark.parametrize("state", ["waiting", "dead"])
def test_a_mail_that_never_left_is_no_contact(engine: Engine, cast: dict[str, int], state: str) -> None:
    with db.writing(engine) as session:
        left(session, state, None)
    measure(engine)
    assert ("balance", "") not in week(engine)


def test_a_message_that_was_stopped_is_no_contact(engine: Engine, cast: dict[str, int]) -> None:
    with db.writing(engine) as session:
        left(session, "sent", SENT_AT)
        stopped = session.scalars(sa.select(Dispatch).where(Dispatch.customer_id == cast["Ada"])).one()
        stopped.stopped_at = SENT_AT
    measure(engine)
    assert week(engine)["balance", ""] == (0, 2)


def test_unhappy_words_after_a_contact_are_set_beside_those_of_the_others(engine: Engine, cast: dict[str, int]) -> None:
    with db.writing(engine) as session:
        feelings = (("Ada", "negative", DAY), ("Ben", "positive", DAY), ("Cleo", "negative", -DAY / 4))
        for name, felt, after in feelings:
            at = SENT_AT + after
            said = people.message_of(session, session.get_one(people.Customer, cast[name]), at, reading="read")
            session.add(
                MessageReading(
                    message_id=said.id, reader_version="r", language="en", readable=True, sentiment=felt,
                    actionability="none", urgency=0, read_at=at,
                )
            )  # fmt: skip
    measure(engine)
    assert week(engine)["feeling", "contacted"] == (1, 2)
    assert week(engine)["feeling", "others"] == (1, 1)  # said before the contact


def test_how_late_a_promise_was_kept_is_counted_when_it_is_kept(engine: Engine, cast: dict[str, int]) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, cast["Ada"])
        said = people.message_of(session, ada, NOW - 19 * DAY, reading="read")
        for days_late in (2, 9):
            session.add(
                Promise(
                    conversation_id=said.conversation_id, message_id=said.id, customer_id=ada.id, text="We will.",
                    due_at=NOW - (3 + days_late) * DAY, state="late", settled_at=NOW - 3 * DAY,
                )
            )  # fmt: skip
    measure(engine)
    assert week(engine)["lateness", ""] == (1, 2)  # one within a week of its day


def test_an_apology_makes_no_promise_kept(engine: Engine, cast: dict[str, int]) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, cast["Ada"])
        said = people.message_of(session, ada, NOW - 19 * DAY, reading="read")
        for state in ("open", "broken"):
            promise = Promise(
                conversation_id=said.conversation_id, message_id=said.id, customer_id=ada.id, text="We will.",
                due_at=NOW - 4 * DAY, state=state, settled_at=NOW - 3 * DAY if state == "broken" else None,
            )  # fmt: skip
            session.add(promise)
            session.flush()
            conversations.apologise(session, Speaker(None, "Priya"), promise.id, text="Sorry.", now=NOW - 3 * DAY)
    measure(engine)
    assert week(engine)["promises", ""] == (0, 2)


def test_who_is_owed_the_outcome_of_an_idea_is_told_within_seven_days(
    engine: Engine, cast: dict[str, int], settings: Settings
) -> None:
    asked_at = NOW - 12 * DAY
    with db.writing(engine) as session:
        outreach.add_template(
            session, key="idea_outcome", message_class="answer", purpose="service", channel="in_app", subject="Done",
            text="Done", by="Priya", now=people.JOINED,
        )  # fmt: skip
    for name, told_at in (("Ada", asked_at + DAY), ("Ben", asked_at + 8 * DAY)):
        with db.writing(engine) as session:
            outreach.intend(
                session, key=f"told-{name}", customer_id=cast[name], template_key="idea_outcome", reason="Yours",
                now=asked_at,
            )  # fmt: skip
        outreach.send_due(engine, settings=settings, clock=lambda at=told_at: at, worker="test")  # type: ignore[misc]
    measure(engine)
    assert week(engine)["closed_loop", ""] == (1, 2)


def test_the_opt_in_rate_is_counted_for_each_cell_and_version_of_those_who_saw_the_words(
    engine: Engine, cast: dict[str, int]
) -> None:
    with db.writing(engine) as session:
        notice = session.scalars(sa.select(Notice).where(Notice.purpose_key == "marketing")).one()
        for name in ("Ada", "Ben"):  # Cleo never saw them
            session.add(NoticeServed(customer_id=cast[name], notice_id=notice.id, place="consent", at=NOW - 16 * DAY))
        ben = session.get_one(people.Customer, cast["Ben"])
        people.says(session, ben, "marketing", "withdrawn", NOW - 10 * DAY, channel="email")
        people.says(session, ben, "marketing", "withdrawn", NOW - 10 * DAY, topic="cards")
    measure(engine)
    found = week(engine)
    version = notice.version
    assert found["opt_in", f"marketing × * × * @ {version}"] == (2, 2)
    assert found["opt_in", f"marketing × email × * @ {version}"] == (1, 2)
    assert found["opt_in", f"marketing × * × cards @ {version}"] == (1, 2)
    assert found["opt_in", f"marketing × * × savings @ {version}"] == (2, 2)
    before = week(engine, SUNDAY - 14 * DAY, "channel", "email")
    assert before["opt_in", f"marketing × email × * @ {version}"] == (2, 2)
