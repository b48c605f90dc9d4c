"""One person writes a message, another sets its kind, and only then it can be sent: in the language of its reader."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, outreach
from portal.audit import Actor
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.mail.models import OutboxMessage
from portal.outreach import MessageTemplate
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.cast import Cast
from tests.portal.outreach.test_sending import NOW

SETTINGS = Settings()
WORDS = {
    "message_class": "service", "purpose": "service", "topic": "*", "channel": "email", "subject": "News for $name",
    "text": "Dear $name, the branch moves.", "subject_it": "Novità per $name", "text_it": "La filiale si trasferisce.",
}  # fmt: skip


def actor(account: object) -> Actor:
    return Actor("team", account.id, account.name)  # type: ignore[attr-defined]


@pytest.fixture
def house(session: Session, cast: Cast) -> Cast:
    people.ask_for(session, "service", asks=False)
    session.commit()
    return cast


def draft(session: Session, cast: Cast, **values: object) -> MessageTemplate:
    return outreach.draft_template(session, key="moves", author=actor(cast.omar), now=NOW, **{**WORDS, **values})


def test_a_draft_can_be_sent_only_once_somebody_else_has_set_its_kind(session: Session, house: Cast) -> None:
    made = draft(session, house)
    with pytest.raises(NotFound):
        outreach.template(session, "moves")
    with pytest.raises(NotAllowed, match="somebody else"):
        outreach.confirm_template(session, "moves", 1, message_class="service", by=actor(house.omar), now=NOW)
    outreach.confirm_template(session, "moves", 1, message_class="mandatory", by=actor(house.ines), now=NOW)
    assert outreach.template(session, "moves") is made
    assert (made.message_class, made.confirmed_by, made.state) == ("mandatory", "Ines", "confirmed")


def test_the_version_in_use_stays_in_use_until_the_next_one_is_confirmed(session: Session, house: Cast) -> None:
    draft(session, house)
    outreach.confirm_template(session, "moves", 1, message_class="service", by=actor(house.ines), now=NOW)
    draft(session, house, text="Dear $name, it moves on Monday.")
    assert outreach.template(session, "moves").version == 1
    assert [one.version for one in outreach.written_templates(session)] == [2]
    outreach.confirm_template(session, "moves", 2, message_class="service", by=actor(house.ines), now=NOW)
    assert outreach.template(session, "moves").version == 2
    assert [one.text for one in outreach.template_versions(session, "moves")][1] == WORDS["text"]


def test_a_version_says_which_data_it_uses_in_the_words_of_the_notices(
    engine: Engine, session: Session, house: Cast
) -> None:
    with pytest.raises(Invalid, match="shoe size"):
        draft(session, house, data_used=["messages", "shoe size"])
    made = draft(session, house, data_used=["messages", "us"])
    outreach.confirm_template(session, "moves", 1, message_class="service", by=actor(house.ines), now=NOW)
    assert outreach.would_send(session, house.ada, made, NOW).intent.data_used == ("messages", "us")
    outreach.intend(session, key="k", customer_id=house.ada.id, template_key="moves", reason="It moves", now=NOW)
    session.commit()
    outreach.send_due(engine, settings=SETTINGS, clock=lambda: NOW, worker="w")
    with db.reading(engine) as fresh:
        assert fresh.scalars(sa.select(Decision)).one().intent["data_used"] == ["messages", "us"]


def test_a_settled_version_is_settled_for_good(session: Session, house: Cast) -> None:
    draft(session, house)
    outreach.turn_down_template(session, "moves", 1, because="Too short.", by=actor(house.ines), now=NOW)
    with pytest.raises(Conflict):
        outreach.confirm_template(session, "moves", 1, message_class="service", by=actor(house.ines), now=NOW)
    draft(session, house)
    draft(session, house)
    outreach.confirm_template(session, "moves", 3, message_class="service", by=actor(house.ines), now=NOW)
    with pytest.raises(Conflict, match="newer"):
        outreach.confirm_template(session, "moves", 2, message_class="service", by=actor(house.ines), now=NOW)


def test_words_that_do_not_go_with_the_kind_are_refused_by_name(session: Session, house: Cast) -> None:
    with pytest.raises(Invalid, match=r"\$unknown"):
        draft(session, house, text="Dear $unknown")
    with pytest.raises(Invalid, match="“discount”"):
        draft(session, house, message_class="mandatory", text="A discount.")
    draft(session, house, text_it="Uno sconto.")
    with pytest.raises(Invalid, match="“sconto”"):
        outreach.confirm_template(session, "moves", 1, message_class="mandatory", by=actor(house.ines), now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(MessageTemplate)) == 1


@pytest.mark.parametrize(
    ("language", "subject", "fallback"),
    [("it", "Novità per Ada", False), ("fr", "News for Ada", True), ("en", "News for Ada", False)],
)
def test_everybody_gets_their_language_or_english(
    engine: Engine, house: Cast, language: str, subject: str, fallback: bool
) -> None:
    with db.writing(engine) as session:
        made = draft(session, house)
        outreach.confirm_template(session, "moves", 1, message_class="service", by=actor(house.ines), now=NOW)
        ada = session.get_one(people.Customer, house.ada.id)
        ada.language = language
        seen = outreach.letter_for(made, ada, {}, SETTINGS)
        assert (seen.subject, seen.fallback) == (subject, fallback)
        outreach.intend(session, key="k", customer_id=ada.id, template_key="moves", reason="It moves", now=NOW)
    outreach.send_due(engine, settings=SETTINGS, clock=lambda: NOW, worker="w")
    with db.reading(engine) as session:
        letter = session.scalars(sa.select(OutboxMessage)).one()
        ((sent, _, _),) = outreach.dispatches_of(session, house.ada.id)
        assert (letter.subject, sent.subject, sent.language) == (subject, subject, seen.language)
        assert letter.text == outreach.as_mail(seen, made, SETTINGS, None, language)
