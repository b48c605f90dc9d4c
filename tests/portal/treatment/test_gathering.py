"""What a decision is made from is read from where it is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import conversations, db, treatment
from portal.conversations import Conversation
from portal.errors import Conflict, Invalid, NotFound
from portal.needs.models import MessageReading, Tag
from portal.treatment import Facts, IntentFacts
from portal.treatment.models import CampaignPace, ContactEvent, TrustIndex
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing", "research")
        ada = people.customer(session)
        people.says(session, ada, "marketing", "granted", people.JOINED)
        return ada.id


def known(engine: Engine, customer_id: int, now: datetime = NOW, **wish: object) -> Facts:
    intent = replace(IntentFacts("o", customer_id, "email", "marketing", "marketing", "savings"), **wish)
    with db.reading(engine) as session:
        return treatment.preview(session, intent, now=now).facts


def complains(session: Session, customer_id: int, *aspects: str, value: str = "complaint") -> None:
    ada = session.get_one(people.Customer, customer_id)
    message = people.message_of(session, ada, NOW - timedelta(days=3), reading="read")
    kind = "intent" if value == "complaint" else "sentiment"
    session.add(Tag(
        message_id=message.id, kind=kind, value=value, source="rule", reader_version="r1", spans=[],
        created_at=NOW, review="accepted",
    ))  # fmt: skip
    session.add(MessageReading(
        message_id=message.id, reader_version="r1", language="en", readable=True, actionability="response_needed",
        urgency=1, aspects=[{"kind": "product", "aspect": one} for one in aspects], read_at=NOW,
    ))  # fmt: skip


def test_when_the_last_yes_was_said_is_known(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.says(
            session, session.get_one(people.Customer, ada_id), "marketing", "reaffirmed", NOW - timedelta(days=9)
        )
    facts = known(engine, ada_id)
    assert (facts.allowed_since, facts.affirmed_at) == (people.JOINED, NOW - timedelta(days=9))


def test_a_yes_covers_the_data_its_words_name(engine: Engine, ada_id: int) -> None:
    assert known(engine, ada_id, data_used=("messages",)).restrictions == ()
    assert known(engine, ada_id, data_used=("messages", "balance")).restrictions == ("out-of-scope",)


def test_what_the_team_recorded_counts_until_it_ends(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        of_age = NOW + timedelta(days=30)
        treatment.set_mark(session, ada_id, "minor", by="Ines", now=NOW, until=of_age)
        grief = treatment.set_mark(session, ada_id, "bereaved", by="Ines", now=NOW)
        with pytest.raises(Conflict):
            treatment.set_mark(session, ada_id, "bereaved", by="Ines", now=NOW)
        with pytest.raises(Invalid):
            treatment.set_mark(session, ada_id, "rude", by="Ines", now=NOW)
    assert known(engine, ada_id).marks == ("bereaved", "minor")
    assert known(engine, ada_id, now=of_age).marks == ("bereaved",)
    with db.writing(engine) as session:
        treatment.end_mark(session, grief.id, by="Ines", now=NOW)
        treatment.set_mark(session, ada_id, "minor", by="Ines", now=of_age)
        with pytest.raises(NotFound):
            treatment.end_mark(session, 999, by="Ines", now=NOW)
    assert known(engine, ada_id, now=of_age).marks == ("minor",)


def test_what_begins_later_does_not_count_before(engine: Engine, ada_id: int) -> None:
    begins = NOW + timedelta(days=10)
    with db.writing(engine) as session:
        treatment.set_mark(session, ada_id, "court", by="Ines", now=NOW, note="Order 7", since=begins)
        treatment.set_mark(session, ada_id, "vulnerable", by="Ines", now=NOW, since=NOW - timedelta(days=90))
        with pytest.raises(Invalid):
            treatment.set_mark(session, ada_id, "minor", by="Ines", now=NOW, since=begins, until=begins)
        assert [one.stage(NOW) for one in treatment.marks_of(session, ada_id)] == ["holds", "coming"]
    assert known(engine, ada_id).marks == ("vulnerable",)
    assert known(engine, ada_id, now=begins).marks == ("court", "vulnerable")
    wish = treatment.BulkWish("marketing", "in_app")
    with db.reading(engine) as session:
        before, after = (treatment.may_contact(session, wish, now=when) for when in (NOW, begins))
    assert (before.counts, after.counts) == ({"vulnerable-product": 1}, {"mark-court": 1})


def test_a_complaint_is_about_what_a_person_here_says(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        complains(session, ada_id, "card")
        opened = session.scalars(sa.select(Conversation)).one()
        conversations.say_product_line(session, opened, "loan")
    assert [one.lines for one in known(engine, ada_id).complaints] == [("loan",)]
    with db.writing(engine) as session:
        conversations.say_product_line(session, session.get_one(Conversation, opened.id), "")
    assert [one.lines for one in known(engine, ada_id).complaints] == [()]
    with db.writing(engine) as session:
        conversations.say_product_line(session, session.get_one(Conversation, opened.id), None)
    assert [one.lines for one in known(engine, ada_id).complaints] == [("card",)]


def test_who_holds_something_together_is_asked_each(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        for name, state in (("Ben", "asked"), ("Cleo", "approved"), ("Ben", "revoked"), ("Dora", "left")):
            treatment.set_holder(session, ada_id, name, state, by="Ines", now=NOW)
    assert known(engine, ada_id).holders == (("Ben", "revoked"), ("Cleo", "approved"))


def test_a_complaint_is_about_the_products_its_words_name(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        complains(session, ada_id, "card", "fees")
        complains(session, ada_id, "fees")
    assert [one.lines for one in known(engine, ada_id).complaints] in ([("card",), ()], [(), ("card",)])


def test_negative_words_that_a_person_confirmed_are_known(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        complains(session, ada_id, value="negative")
        session.add(ContactEvent(
            source="esp", event_id="1", kind="spam_complaint", channel="sms", customer_id=ada_id, occurred_at=NOW,
            recorded_at=NOW - timedelta(days=5),
        ))  # fmt: skip
    facts = known(engine, ada_id)
    assert (facts.negative_at, facts.spam_at) == (NOW - timedelta(days=3), NOW - timedelta(days=5))
    assert facts.suppressed == ""


def test_an_address_we_do_not_know_is_not_confirmed(engine: Engine, ada_id: int) -> None:
    assert known(engine, ada_id, contact_point="Ada@Example.org").address == "verified"
    assert known(engine, ada_id, contact_point="eve@example.org").address == "unverified"


def test_how_we_treated_somebody_is_known(engine: Engine, ada_id: int) -> None:
    assert (known(engine, ada_id).trust, known(engine, ada_id).trust_floors) == (None, ())
    with db.writing(engine) as session:
        session.add(TrustIndex(customer_id=ada_id, value=381, floors=["cross_sell"], measured_at=NOW))
    assert (known(engine, ada_id).trust, known(engine, ada_id).trust_floors) == (0.381, ("cross_sell",))


def test_the_pace_of_a_campaign_is_read(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        session.add(CampaignPace(campaign="rates", sent=100, left=7, usual=2500, counted_at=NOW))
    facts = known(engine, ada_id, campaign="rates")
    assert (facts.campaign_sent, facts.campaign_left, facts.campaign_usual) == (100, 7, 0.0025)
    assert known(engine, ada_id, campaign="other").campaign_sent == 0


def test_a_number_is_looked_up_in_the_newest_register(engine: Engine, ada_id: int, tmp_path: Path) -> None:
    call = {"channel": "phone", "contact_point": "0044 20 7946 0000"}
    assert known(engine, ada_id, **call).call_register == "none"
    file = tmp_path / "list.txt"
    file.write_text('+44 (20) 7946-0000,London\n\n"442079460001"\n')
    with db.writing(engine) as session:
        taken = NOW - timedelta(days=2)
        made = treatment.import_register(
            session, treatment.FileList(file, name="tps", taken_at=taken), by="Ines", now=NOW
        )
        assert made.numbers == 2
        with pytest.raises(Conflict):
            treatment.import_register(session, treatment.FileList(file, name="tps", taken_at=taken), by="Ines", now=NOW)
    facts = known(engine, ada_id, **call)
    assert (facts.call_register, facts.call_list_at) == ("listed", taken)
    file.write_text("442079460009\n")
    with db.writing(engine) as session:
        treatment.import_register(session, treatment.FileList(file, name="tps", taken_at=NOW), by="Ines", now=NOW)
        assert [one.numbers for one in treatment.registers(session)] == [1, 2]
        draft = treatment.LineList(["442079460000", "5"], name="tps", taken_at=NOW + timedelta(days=1))
        later = NOW + timedelta(days=2)
        for _twice in range(2):  # a newer draft of the same name takes the place of the older
            staged = treatment.stage_register(session, draft, by="Ines", now=later)
        assert treatment.difference(session, staged) == (2, 1, 0)
    assert known(engine, ada_id, **call).call_register == "free"
    with db.writing(engine) as session:
        assert treatment.discard_register(session, staged.id)
        assert not treatment.discard_register(session, staged.id)
        assert treatment.put_in_force(session, made.id, by="Eve", now=later).state == "replaced"
    assert known(engine, ada_id, channel="phone").call_register == "none"
