"""Words are immutable once published, and publishing never enlarges what anybody allowed."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.audit import Actor, AuditEntry
from portal.consent.models import ConsentEntry, Notice
from portal.errors import Conflict, Invalid, NotFound
from tests.cast import Cast
from tests.people import JOINED, ask_for, says


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    ask_for(session, "needs")


def new_words(session: Session, now: datetime, change: str = "editorial", **values: str) -> Notice:
    given = {"title": "New", "summary": "New", "text": "New words", **values}
    return consent.draft_notice(session, purpose="needs", change=change, now=now, **given)  # type: ignore[arg-type]


def test_a_draft_is_seen_by_nobody_until_it_is_published(session: Session, now: datetime) -> None:
    draft = new_words(session, now)
    assert consent.current_notice(session, "needs").version == 1
    with pytest.raises(NotFound):
        consent.notice(session, "needs", 2)
    consent.publish_notice(session, draft.id, now=now)
    assert consent.current_notice(session, "needs", now=now).version == 2
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "notice.published")).all()[-1]
    assert entry.detail["sha256"] == draft.sha256


def test_published_words_are_never_changed(session: Session, now: datetime) -> None:
    words = consent.current_notice(session, "needs")
    with pytest.raises(Conflict, match="never change"):
        consent.edit_notice(session, words.id, title="x", summary="x", text="x")
    with pytest.raises(Conflict):
        consent.publish_notice(session, words.id, now=now)


def test_a_draft_that_was_edited_after_reading_is_not_published(session: Session, now: datetime) -> None:
    draft = new_words(session, now)
    read = draft.sha256
    consent.edit_notice(session, draft.id, title="New", summary="New", text="Other words")
    with pytest.raises(Conflict) as refusal:
        consent.publish_notice(session, draft.id, now=now, seen_sha256=read)
    assert refusal.value.code == "stale"
    consent.publish_notice(session, draft.id, now=now, seen_sha256=draft.sha256)


def test_words_in_force_later_do_not_count_yet(session: Session, now: datetime) -> None:
    draft = new_words(session, now)
    consent.publish_notice(session, draft.id, now=now, effective_at=now + timedelta(days=30))
    assert consent.current_notice(session, "needs", now=now).version == 1
    assert consent.current_notice(session, "needs", now=now + timedelta(days=30)).version == 2


@pytest.mark.parametrize("change", ["editorial", "narrowing", "widening"])
def test_publishing_new_words_lets_a_yes_stand_for_what_was_said_then(
    session: Session, cast: Cast, now: datetime, change: str
) -> None:
    says(session, cast.ada, "needs", "granted", now)
    says(session, cast.ben, "needs", "refused", now)
    before = consent.allows(session, cast.ada.id, "needs", now=now)
    consent.publish_notice(session, new_words(session, now, change).id, now=now)
    after = consent.allows(session, cast.ada.id, "needs", now=now)
    assert after == before
    assert after.notice_version == 1
    assert not consent.allows(session, cast.ben.id, "needs", now=now)
    assert not consent.allows(session, cast.cleo.id, "needs", now=now)


def test_a_yes_keeps_the_scope_of_its_day(session: Session, cast: Cast, now: datetime) -> None:
    entry = says(session, cast.ada, "needs", "granted", now)
    purpose = consent.purposes(session)[0]
    purpose.recipients = "us and everybody else"
    session.flush()
    session.refresh(entry)
    assert entry.scope["recipients"] == "us"


def test_another_controller_ends_every_earlier_yes_on_the_day_it_takes_effect(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now)
    later = now + timedelta(days=30)
    consent.publish_notice(session, new_words(session, now, "controller").id, now=now, effective_at=later)
    assert consent.allows(session, cast.ada.id, "needs", now=now)
    assert consent.allows(session, cast.ada.id, "needs", now=later).reason == "void"
    assert [row.customer_id for row in session.execute(consent.permitted("needs", now))] == [cast.ada.id]
    assert session.execute(consent.permitted("needs", later)).all() == []
    says(session, cast.ada, "needs", "reaffirmed", later)
    assert consent.allows(session, cast.ada.id, "needs", now=later)


def test_words_are_shown_in_the_customers_language_if_there_are_any(session: Session, now: datetime) -> None:
    translated = new_words(session, now, language="it")
    translated.version = 1
    session.flush()
    consent.edit_notice(session, translated.id, title="Possiamo?", summary="Possiamo?", text="Possiamo?")
    consent.publish_notice(session, translated.id, now=now)
    assert consent.current_notice(session, "needs", "it", now=now).title == "Possiamo?"
    assert consent.current_notice(session, "needs", "zh", now=now).language == "en"
    assert consent.notice(session, "needs", 1, "it").title == "Possiamo?"


def test_a_purpose_that_is_not_used_any_more_allows_nothing_and_keeps_its_ledger(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "needs", "granted", now)
    consent.retire_purpose(session, "needs", now=now, by=Actor("team", 1, "Ines"))
    assert consent.allows(session, cast.ada.id, "needs", now=now).reason == "retired"
    assert session.scalar(sa.select(sa.func.count()).select_from(ConsentEntry)) == 1
    with pytest.raises(Invalid):
        says(session, cast.ben, "needs", "granted", now)


def test_a_purpose_has_a_key_of_its_own(session: Session) -> None:
    with pytest.raises(Conflict):
        ask_for(session, "needs")
    assert [purpose.key for purpose in consent.purposes(session)] == ["needs"]
    assert consent.purposes(session)[0].created_at == JOINED
