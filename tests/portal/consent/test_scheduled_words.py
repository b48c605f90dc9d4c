"""Words that take effect on a later day: until then the earlier ones are asked with, and hold."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal import audit, consent
from portal.consent import NewEntry, Notice
from portal.errors import Conflict, Invalid
from tests import people

DAY = timedelta(days=1)
INES = audit.Actor("team", 1, "Ines")


def scheduled(
    session: Session, now: datetime, days: int = 10, *, purpose: str = "marketing", change: str = "widening"
) -> Notice:
    draft = consent.draft_notice(
        session, purpose=purpose, change=change, title="May we?", summary="?", text="?", now=now,
        data_used="messages; payments", recipients="us; Partner Ltd",
    )  # fmt: skip
    return consent.publish_notice(session, draft.id, now=now, effective_at=now + days * DAY)


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    people.ask_for(session, "marketing")
    people.ask_for(session, "service", asks=False)


def test_terms_words_and_scope_change_on_the_day_and_not_before(session: Session, now: datetime) -> None:
    scheduled(session, now)
    scheduled(session, now, purpose="service")
    ada, ben = people.customer(session), people.customer(session, "Ben")
    day = now + 10 * DAY
    for at, named, version in ((day - timedelta(seconds=1), "messages", 1), (day, "messages; payments", 2)):
        assert consent.terms_in_force(session, at)["marketing"]["data_used"] == named
        assert consent.current_notice(session, "marketing", now=at).version == version
        who = ada if version == 1 else ben
        entry = people.says(session, who, "marketing", "granted", at)
        assert (entry.notice_version, entry.scope["data_used"]) == (version, named)
        wide = consent.allows(session, who.id, "service", now=at, uses=["payments"])
        assert bool(wide) == (version == 2)
    assert not consent.allows(session, ada.id, "marketing", now=day, uses=["payments"])


def test_nobody_says_yes_to_words_that_have_not_taken_effect(session: Session, now: datetime) -> None:
    words, ada = scheduled(session, now), people.customer(session)
    with pytest.raises(Invalid, match="not taken effect"):
        people.says(session, ada, "marketing", "granted", now, notice_id=words.id)
    early = NewEntry(purpose="marketing", action="granted", notice_id=words.id)
    with pytest.raises(Invalid, match="not taken effect"):
        consent.record_all(session, [(ada, early)], now=now)
    assert people.says(session, ada, "marketing", "granted", now + 10 * DAY, notice_id=words.id).notice_version == 2


def test_what_is_scheduled_is_taken_back_until_its_day(session: Session, now: datetime) -> None:
    words = scheduled(session, now)
    draft = consent.take_back(session, words.id, now=now + 9 * DAY, by=INES)
    assert (draft.published_at, draft.effective_at) == (None, None)
    assert consent.current_notice(session, "marketing", now=now + 20 * DAY).version == 1
    consent.publish_notice(session, words.id, now=now + 9 * DAY)
    assert consent.current_notice(session, "marketing", now=now + 9 * DAY).version == 2
    with pytest.raises(Conflict) as told:
        consent.take_back(session, words.id, now=now + 9 * DAY, by=INES)
    assert told.value.code == "in-force"


def test_no_version_takes_effect_in_the_past_or_before_an_earlier_one(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid) as told:
        scheduled(session, now, -1)
    assert told.value.code == "in-the-past"
    session.rollback()
    people.ask_for(session, "research")
    scheduled(session, now, purpose="research")
    with pytest.raises(Invalid) as told:
        scheduled(session, now, 3, purpose="research")
    assert told.value.code == "before-scheduled"


def test_what_follows_a_scheduled_version_is_compared_with_that_one(session: Session, now: datetime) -> None:
    scheduled(session, now)
    assert scheduled(session, now, 12, change="editorial").version == 3


def test_another_controller_ends_a_yes_on_its_day_only(session: Session, now: datetime) -> None:
    ada = people.customer(session)
    people.says(session, ada, "marketing", "granted", now)
    scheduled(session, now, change="controller")
    assert consent.allows(session, ada.id, "marketing", now=now + 9 * DAY)
    assert consent.allows(session, ada.id, "marketing", now=now + 10 * DAY).reason == "void"
