"""Messages that say something alike."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import conversations, db, likeness, needs
from portal.conversations import Message
from portal.errors import Invalid
from portal.likeness import print_of
from portal.needs.models import MessageFingerprint
from tests.cast import Cast

PERSONAL = "Write to zebedee.quux@example.org please, it is broken"
WORDS = {
    "ada": "The fee for a transfer abroad is far too high.",
    "ben": "Why is the transfer fee for sending money abroad so high?",
    "cleo": "Your branch on the quay closes before I finish work.",
}


@pytest.fixture
def said(engine: Engine, cast: Cast, now: datetime) -> dict[str, int]:
    """Each of the three said something, and it was read."""
    ids = {}
    with db.writing(engine) as session:
        for name, text in WORDS.items():
            customer = session.merge(getattr(cast, name))
            ids[name] = conversations.submit(session, customer=customer, text=text, now=now).id
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    return ids


@pytest.fixture
def writing(session: Session, said: dict[str, int]) -> Session:
    db.begin_writing(session)
    return session


def like(session: Session, message_id: int) -> list[int]:
    return [one.message.id for one in needs.messages_like(session, session.get_one(Message, message_id))]


def test_what_was_read_is_found_by_what_is_alike(writing: Session, said: dict[str, int]) -> None:
    assert like(writing, said["ada"]) == [said["ben"]]
    assert like(writing, said["cleo"]) == []


def test_that_two_are_not_alike_is_remembered_for_both(writing: Session, said: dict[str, int], now: datetime) -> None:
    ada, ben = (writing.get_one(Message, said[name]) for name in ("ada", "ben"))
    needs.not_alike(writing, ben, ada, by="Priya", now=now)
    needs.not_alike(writing, ada, ben, by="Priya", now=now)
    assert like(writing, ada.id) == like(writing, ben.id) == []
    with pytest.raises(Invalid):
        needs.not_alike(writing, ada, ada, by="Priya", now=now)


def test_no_personal_data_is_in_a_fingerprint(engine: Engine, cast: Cast, now: datetime) -> None:
    with db.writing(engine) as session:
        ada, ben = session.merge(cast.ada), session.merge(cast.ben)
        conversations.submit(session, customer=ada, text=PERSONAL, now=now)
        conversations.submit(session, customer=ben, text="Write to please, it is broken", now=now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    with db.reading(engine) as session:
        first, second = session.scalars(sa.select(MessageFingerprint.features).order_by(MessageFingerprint.message_id))
        plain = kept_for("Write to [email] please, it is broken")
        assert first == plain != second


def kept_for(text: str) -> bytes:
    return bytes(print_of(text)["features"])


def test_the_job_makes_findable_what_was_read_before_and_what_older_fingerprints_cannot(
    engine: Engine, said: dict[str, int], now: datetime
) -> None:
    with db.writing(engine) as session:
        session.execute(sa.delete(MessageFingerprint).where(MessageFingerprint.message_id == said["ada"]))
        session.execute(
            sa.update(MessageFingerprint)
            .where(MessageFingerprint.message_id == said["ben"])
            .values(version=0, features=b"")
        )
    with db.reading(engine) as session:
        assert like(session, said["ada"]) == []
    assert needs.index_missing(engine, clock=lambda: now, worker="test", limit=1) == (2, 0)
    assert needs.index_missing(engine, clock=lambda: now, worker="test") == (0, 0)
    with db.reading(engine) as session:
        assert like(session, said["ada"]) == [said["ben"]]


def test_what_is_erased_while_its_fingerprint_is_made_does_not_come_back(
    engine: Engine, said: dict[str, int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = likeness.prints_of

    def erased_meanwhile(key: str, texts: dict[int, str]) -> list[likeness.Print]:
        with db.writing(engine) as session:  # possible only while the job holds no writing transaction
            session.execute(sa.update(Message).where(Message.id == said["ada"]).values(masked_text=None))
        return made(key, texts)

    with db.writing(engine) as session:
        session.execute(sa.delete(MessageFingerprint))
    monkeypatch.setattr(likeness, "prints_of", erased_meanwhile)
    assert needs.index_missing(engine, clock=lambda: now, worker="test") == (2, 0)
    with db.reading(engine) as session:
        found = session.scalars(sa.select(MessageFingerprint.message_id))
        assert set(found) == {said["ben"], said["cleo"]}
