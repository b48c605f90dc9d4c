"""Ines edits the needs: a draft, errors at their fields, two who edit at once, publishing, what is in force then."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nlp import Taxonomy
from portal import conversations, db, needs
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import Tag, TaxonomyVersion
from tests import people

QUEUES = "The queue at the counter was endless and I stood there for an hour."
HOURS: dict[str, Any] = {
    "name": "Opening hours",
    "gloss": "Being able to come when it suits: opening hours, queues, appointments.",
    "family": "Function",
    "servqual": "responsiveness",
    "seeds": ["you are closed on saturdays", "open longer in the evening", "no appointment before next month",
              "the branch closes at noon", "I waited in the queue for an hour"],
    "core": ["queue|queues", "opening hours"],
    "unmet": [], "met": [], "wished": [], "phrases": [], "hints": [],
    "examples_for": ["The queue was long again"], "examples_against": [],
}  # fmt: skip


def publish(session: Session, now: datetime, key: str = "hours", **values: Any) -> TaxonomyVersion:
    """Ines adds a need and publishes."""
    draft = needs.start_draft(session, by="Ines", now=now)
    needs.save_need(session, key, {**HOURS, **values}, seen="", by="Ines", now=now)
    return needs.publish_draft(session, note="Branches were missing", revision=draft.revision, by="Ines", now=now)


def read(engine: Engine, now: datetime) -> None:
    needs.read_waiting(engine, clock=lambda: now, worker="test")


def test_what_ships_is_in_force_until_something_is_published(session: Session) -> None:
    assert needs.catch_up(session, force=True).taxonomy == Taxonomy.shipped()
    assert needs.taxonomy_version(session, Taxonomy.shipped().version)[1] == Taxonomy.shipped()


def test_what_is_published_is_in_force_and_named_by_every_reading(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        ada = people.customer(session)
        earlier = conversations.submit(session, customer=ada, text=QUEUES, now=now).id
    read(engine, now)
    with db.writing(engine) as session:
        number = publish(session, now).number
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada.id)
        later = conversations.submit(session, customer=ada, text=QUEUES, now=now + timedelta(hours=1)).id
    read(engine, now + timedelta(hours=1))
    with db.reading(engine) as session:
        tags = {
            message: {tag.value: tag for tag in found if tag.kind == "need"}
            for message, found in needs.tags_of(session, [earlier, later]).items()
        }
        assert "hours" not in tags[earlier]
        assert f"taxonomy bank.en/{number};" in tags[later]["hours"].reader_version
        versions = set(session.scalars(sa.select(Tag.reader_version).where(Tag.message_id == earlier)))
        assert all(f"taxonomy bank.en/{Taxonomy.shipped().version};" in version for version in versions)
    assert needs.need_name("hours") == "Opening hours"
    assert needs.in_force().taxonomy_number == number


def test_another_process_learns_of_it_by_looking(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        number = publish(session, now).number
    needs.begin_anew()  # as a process that knows of nothing yet
    assert needs.in_force().taxonomy == Taxonomy.shipped()
    with db.reading(engine) as session:
        assert needs.catch_up(session).taxonomy_number == number


def test_a_look_is_rare(engine: Engine, now: datetime) -> None:
    with db.reading(engine) as session:
        before = needs.catch_up(session).taxonomy_number
    with db.writing(engine) as session:
        publish(session, now)
        needs.begin_anew()
        session.rollback()
    with db.reading(engine) as session:
        needs.catch_up(session)
    with db.writing(engine) as session:
        row = needs.start_draft(session, by="Ines", now=now)
        row.state, row.published_at = "published", now
    with db.reading(engine) as session:
        assert needs.catch_up(session).taxonomy_number == before, "it looked again at once"
        assert needs.catch_up(session, force=True).taxonomy_number == row.number


def test_a_version_that_this_code_cannot_use_does_not_stop_anybody(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        before = needs.catch_up(session, force=True)
        publish(session, now).toml = "key = 'from another time'"
    with db.reading(engine) as session:
        assert needs.catch_up(session, force=True) is before


def test_a_need_that_is_gone_keeps_its_name_and_its_tags(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        ada = people.customer(session)
        message = conversations.submit(session, customer=ada, text="Your fees are too high.", now=now).id
    read(engine, now)
    with db.writing(engine) as session:
        draft = needs.start_draft(session, by="Ines", now=now)
        seen = needs.fingerprint_of(needs.taxonomy().needs["cost"])
        needs.remove_need(session, "cost", seen=seen, by="Ines", now=now)
        needs.publish_draft(session, note="Asked elsewhere", revision=draft.revision, by="Ines", now=now)
    with db.reading(engine) as session:
        needs.catch_up(session)
        assert "cost" not in needs.taxonomy().needs
        assert needs.need_name("cost") == "Fair cost"
        assert "cost" in {tag.value for tag in needs.tags_of(session, [message])[message]}
        assert needs.uses_of_needs(session)["cost"].tags == 1


def test_there_is_one_draft(session: Session, now: datetime) -> None:
    needs.start_draft(session, by="Ines", now=now)
    with pytest.raises(Conflict) as refused:
        needs.start_draft(session, by="Ines", now=now)
    assert refused.value.code == "draft-exists"


def test_the_database_refuses_a_second_draft_and_a_published_one_without_a_date(
    session: Session, now: datetime
) -> None:
    needs.start_draft(session, by="Ines", now=now)
    row = {"toml": "", "names": {}, "based_on": 1, "created_at": now, "created_by": "Ines", "changed_at": now}
    for wrong in ({"number": 90, "state": "draft"}, {"number": 91, "state": "published"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.insert(TaxonomyVersion).values(**row, **wrong, changed_by="Ines"))


def test_two_who_edit_different_needs_do_not_disturb_each_other(session: Session, now: datetime) -> None:
    needs.start_draft(session, by="Ines", now=now)
    shipped = Taxonomy.shipped()
    for key in ("cost", "ease"):
        section = needs.section_of(shipped.needs[key]) | {"gloss": f"About {key}."}
        needs.save_need(session, key, section, seen=needs.fingerprint_of(shipped.needs[key]), by="Ines", now=now)
    kept = Taxonomy.from_toml(needs.the_draft(session).toml)
    assert [kept.needs[key].gloss for key in ("cost", "ease")] == ["About cost.", "About ease."]


def test_who_edits_what_somebody_changed_meanwhile_is_told(session: Session, now: datetime) -> None:
    draft = needs.start_draft(session, by="Ines", now=now)
    before, shown = Taxonomy.shipped().needs["cost"], draft.revision
    section = needs.section_of(before) | {"gloss": "What it costs."}
    needs.save_need(session, "cost", section, seen=needs.fingerprint_of(before), by="Ines", now=now)
    acts = (
        lambda: needs.save_need(session, "cost", section, seen=needs.fingerprint_of(before), by="Priya", now=now),
        lambda: needs.remove_need(session, "cost", seen=needs.fingerprint_of(before), by="Priya", now=now),
        lambda: needs.discard_draft(session, revision=shown),
        lambda: needs.publish_draft(session, note="Mine", revision=shown, by="Priya", now=now),
    )
    for act in acts:
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "changed-meanwhile"


def test_what_is_wrong_with_a_need_is_told_by_field_and_nothing_is_kept(session: Session, now: datetime) -> None:
    draft = needs.start_draft(session, by="Ines", now=now)
    before = draft.toml
    with pytest.raises(Invalid) as refused:
        needs.save_need(session, "hours", {**HOURS, "core": ["queue|"]}, seen="", by="Ines", now=now)
    assert set(refused.value.detail["fields"]) == {"core"}
    assert (draft.toml, draft.revision) == (before, 1)


def test_a_file_with_faults_is_refused_with_all_of_them(session: Session, now: datetime) -> None:
    draft = needs.start_draft(session, by="Ines", now=now)
    with pytest.raises(Invalid) as refused:
        needs.load_draft(session, 'key = "A b"\nversion = 0\n', revision=draft.revision, by="Ines", now=now)
    assert len(refused.value.detail["problems"]) == 3


def test_a_file_that_was_downloaded_can_be_loaded_again_under_the_drafts_number(
    session: Session, now: datetime
) -> None:
    draft = needs.start_draft(session, by="Ines", now=now)
    needs.load_draft(session, Taxonomy.shipped().as_toml(), revision=draft.revision, by="Ines", now=now)
    kept = Taxonomy.from_toml(draft.toml)
    assert kept.version == draft.number
    assert needs.difference(Taxonomy.shipped(), kept) == []


def test_nothing_new_is_not_published(session: Session, now: datetime) -> None:
    draft = needs.start_draft(session, by="Ines", now=now)
    with pytest.raises(Conflict) as refused:
        needs.publish_draft(session, note="The same", revision=draft.revision, by="Ines", now=now)
    assert refused.value.code == "nothing-new"


def test_the_way_back_is_a_draft_from_an_earlier_version(session: Session, now: datetime) -> None:
    first = publish(session, now)
    draft = needs.start_draft(session, by="Ines", now=now, number=Taxonomy.shipped().version)
    assert (draft.number, draft.based_on) == (first.number + 1, Taxonomy.shipped().version)
    back = needs.publish_draft(session, note="Back to the start", revision=draft.revision, by="Ines", now=now)
    assert "hours" not in needs.catch_up(session).taxonomy.needs
    assert [row.number for row in needs.taxonomy_versions(session)] == [back.number, first.number]
    with pytest.raises(NotFound):
        needs.start_draft(session, by="Ines", now=now, number=77)


def test_a_draft_is_tried_on_a_text_on_its_examples_and_on_messages(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        ada = people.customer(session)
        for text in (QUEUES, "Your fees are too high."):
            conversations.submit(session, customer=ada, text=text, now=now)
    read(engine, now)
    with db.writing(engine) as session:
        draft = needs.start_draft(session, by="Ines", now=now)
        needs.save_need(session, "hours", {**HOURS, "examples_for": ["Lovely weather"]}, seen="", by="Ines", now=now)
        now_read, then_read = needs.try_text(draft, QUEUES)
        assert "hours" in {claim.need for claim in then_read.needs} - {claim.need for claim in now_read.needs}
        assert {key: [one.text for one in found] for key, found in needs.failing_examples(draft).items()} == {
            "hours": ["Lovely weather"]
        }
        assert needs.try_on_newest(session, draft, seconds=0).done == 0
        run = needs.try_on_newest(session, draft, seconds=60)
        assert (run.is_whole, run.done, run.changed) == (True, 2, 1)
        assert run.needs["hours"] == [0, 1]
