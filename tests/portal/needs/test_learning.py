"""Learning for real: labels become a model that is judged, reads along, is made live and left again."""

import json
import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, conversations, db, needs
from portal.accounts.models import Account
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import LearntModel, MessageReading
from portal.needs.learning.models import LearntFile, LearntItem
from tests import people, taught
from tests.cast import Cast

FILE = "needs_bank_v0.train.jsonl"
needs_data = pytest.mark.skipif("CANDOUR_DATA" not in os.environ, reason="CANDOUR_DATA names no labelled texts")
NEW = "At the van at nine strangers stood close and heard me talk by the gate."


def learned(engine: Engine, now: datetime) -> LearntModel:
    assert needs.learn(engine, clock=lambda: now, worker="test") == (1, 0)
    with db.reading(engine) as session:
        return session.scalars(sa.select(LearntModel).order_by(LearntModel.number.desc()).limit(1)).one()


def ines(session: Session) -> Account:
    account = accounts.account_by_email(session, "ines@example.org")
    assert account is not None
    return account


def reading_of(engine: Engine, text: str, now: datetime) -> str:
    """Which reader read a text that was just written."""
    with db.writing(engine) as session:
        message_id = conversations.submit(session, customer=None, text=text, now=now).id
    needs.look_soon()
    assert needs.read_waiting(engine, clock=lambda: now, worker="test") == (1, 0)
    with db.reading(engine) as session:
        return session.get_one(MessageReading, message_id).reader_version


def act(engine: Engine, do: Callable[[Session], object]) -> None:
    with db.writing(engine) as session:
        do(session)


@pytest.fixture
def in_shadow(engine: Engine, cast: Cast, now: datetime) -> LearntModel:
    """A model that learned from a hundred messages, one of them Ada's, and reads along."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        people.says(session, session.merge(cast.ada), "needs", "granted", now - timedelta(days=1))
    taught.finished(engine, taught.told(136), 36, now, by=cast.ada)
    model = learned(engine, now)
    assert (model.number, model.state) == (1, "shadow"), model.verdicts
    return model


def test_a_model_reads_along_before_it_is_heard_and_can_be_left_again(
    engine: Engine, in_shadow: LearntModel, now: datetime
) -> None:
    who = in_shadow.measured["tasks"]["needs"]["readers"]
    assert who["model"]["low"] > who["rules"]["high"]
    before = reading_of(engine, NEW, now)
    assert "model" not in before
    with db.reading(engine) as session:
        seen = session.scalars(sa.select(LearntModel)).one()
        assert (seen.shadow_count, seen.shadow_changed, len(seen.shadow_examples)) == (1, 1, 1)

    with pytest.raises(Invalid):  # it would change every text, so somebody has to look first
        act(engine, lambda session: needs.make_live(session, 1, by=ines(session), now=now))
    act(engine, lambda session: needs.make_live(session, 1, by=ines(session), now=now, signed_off=True))
    assert reading_of(engine, NEW, now).endswith("; model v1")
    assert "privacy" in {claim.need for claim in needs.preview(NEW).needs}

    act(engine, lambda session: needs.go_back(session, None, by=ines(session), now=now))
    assert reading_of(engine, NEW, now) == before
    act(engine, lambda session: needs.go_back(session, 1, by=ines(session), now=now))
    assert reading_of(engine, NEW, now).endswith("; model v1")
    with pytest.raises(Conflict):
        act(engine, lambda session: needs.go_back(session, 1, by=ines(session), now=now))
    with pytest.raises(NotFound):
        act(engine, lambda session: needs.go_back(session, 7, by=ines(session), now=now))


def test_a_model_whose_files_were_changed_is_not_used_and_the_rules_read_on(
    engine: Engine, in_shadow: LearntModel, now: datetime
) -> None:
    act(engine, lambda session: needs.make_live(session, 1, by=ines(session), now=now, signed_off=True))
    act(engine, lambda session: session.execute(sa.update(LearntFile).values(content=b"something else")))
    needs.begin_anew()
    with db.reading(engine) as session:
        assert needs.catch_up(session, force=True).model_number is None
    assert "model" not in reading_of(engine, NEW, now)


def test_words_taken_back_mark_the_model_and_teach_no_other(
    engine: Engine, in_shadow: LearntModel, cast: Cast, now: datetime
) -> None:
    assert needs.learn(engine, clock=lambda: now, worker="test") == (0, 0), "nothing is new"
    later = now + timedelta(hours=1)
    with db.writing(engine) as session:
        needs.end_signals(session, cast.ada.id, cause="consent", now=later)
        people.says(session, session.merge(cast.ada), "needs", "withdrawn", later)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(LearntModel.tainted_at)).one() == later
    second = learned(engine, later)
    with db.reading(engine) as session:
        items = sa.select(sa.func.count()).select_from(LearntItem)
        assert session.scalar(items.where(LearntItem.model_id == in_shadow.id)) == 100
        assert session.scalar(items.where(LearntItem.model_id == second.id)) == 99


def test_a_model_trained_on_muddled_labels_is_refused_and_every_criterion_kept(engine: Engine, now: datetime) -> None:
    said = taught.told(136)
    wrong = [need for _text, need in said[:100]]
    random.Random(1).shuffle(wrong)
    muddled = [(text, need) for (text, _need), need in zip(said[:100], wrong, strict=True)]
    taught.finished(engine, muddled + said[100:], 36, now)
    model = learned(engine, now)
    assert model.state == "refused"
    assert model.info["tasks"]["needs"]["reason"] == "not_better" or any(
        not one["passed"] for verdict in model.verdicts for one in verdict["criteria"]
    )
    with db.reading(engine) as session:
        assert session.scalars(sa.select(LearntFile)).all() == [], "what is refused is not kept to read with"
    assert needs.catch_up(session, force=True).shadow is None


def test_too_few_texts_to_measure_on_are_too_few(engine: Engine, now: datetime) -> None:
    taught.finished(engine, taught.told(90), 12, now)
    model = learned(engine, now)
    (verdict,) = model.verdicts
    assert (model.state, verdict["criteria"][0]["code"], verdict["criteria"][0]["passed"]) == (
        "refused",
        "enough_items",
        False,
    )


def test_a_handful_of_labels_teaches_nothing(engine: Engine, now: datetime) -> None:
    taught.finished(engine, taught.told(15), 0, now)
    assert needs.learn(engine, clock=lambda: now, worker="test") == (0, 0)


@needs_data
@pytest.mark.one_database
def test_four_hundred_labels_of_a_bank_teach_more_than_the_rules_know(engine: Engine, now: datetime) -> None:
    lines = (Path(os.environ["CANDOUR_DATA"]) / FILE).read_text().splitlines()
    said = [(row["text"], row["need"]) for row in map(json.loads, random.Random(5).sample(lines, 550))]
    taught.finished(engine, said, 150, now)
    who = learned(engine, now).measured["tasks"]["needs"]["readers"]
    assert who["model"]["macro_f1"] > who["rules"]["macro_f1"] + 0.02
