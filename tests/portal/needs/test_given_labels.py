"""Labels from a file: texts somebody labelled elsewhere are read, reviewed in their name, and learned from."""

import csv
import json
import os
import random
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import accounts, conversations, db, needs
from portal.accounts.models import Account
from portal.conversations import Conversation, Message
from portal.errors import Invalid
from portal.needs import Labelled, LearntModel, QueueItem, Review
from portal.needs.learning.cells import heard_in
from portal.needs.learning.rules import Learnable
from tests import taught
from tests.cast import Cast

FILE = "needs_bank_v0.train.jsonl"
needs_data = pytest.mark.skipif("CANDOUR_DATA" not in os.environ, reason="CANDOUR_DATA names no labelled texts")
ALL = {"text": "text", "id": "number", "sentiment": "feeling", "needs": "needs", "intents": "wanted"}
ROWS = (
    ("1", "The transfer fee is far too high for what it is.", "negative", "cost:unmet", "complaint"),
    ("2", "Support answered within a minute, thank you so much.", "pos", "support:met; speed", "praise"),
    ("3", "Please add a dark mode to the app for the night.", "neutral", "none", "idea"),
    ("4", "Do you do cards for children under twelve years?", "", "choice:wished", "question"),
)
Given = Callable[..., Labelled]


def account(engine: Engine, name: str) -> Account:
    with db.reading(engine) as session:
        found = accounts.account_by_email(session, f"{name}@example.org")
    assert found is not None
    return found


def written(path: Path, rows: Iterable[Iterable[str]], columns: Iterable[str] = ALL.values()) -> Path:
    names = ["number", "text", *(column for column in columns if column not in ("number", "text"))]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return path


@pytest.fixture
def given(engine: Engine, cast: Cast, now: datetime, tmp_path: Path) -> Given:
    """Brings rows in as Priya's."""

    def give(rows: Iterable[Iterable[str]] = ROWS, **more: object) -> Labelled:
        columns = {"columns": ALL, "by": account(engine, "priya"), **more}
        path = written(tmp_path / "labels.csv", rows, columns["columns"].values())  # type: ignore[attr-defined]
        return needs.import_labels(engine, path, clock=lambda: now, worker="test", reports=tmp_path, **columns)  # type: ignore[arg-type]

    return give


def learned(engine: Engine, now: datetime) -> dict[str, Learnable]:
    with db.reading(engine) as session:
        return {one.label.text: one for one in needs.labels(session, now)}


def test_labels_become_reviews_of_a_team_member_and_are_learned_from_as_they_are(
    engine: Engine, given: Given, now: datetime
) -> None:
    told = given()
    assert (told.run.rows, told.run.added, told.recorded, told.known) == (4, 4, 4, 0)
    assert told.kinds == {"sentiment": 3, "need": 4, "intent": 4}
    labels = learned(engine, now)
    for _number, text, feeling, wanted, intent in ROWS:
        label = labels[text].label
        assert label.sentiment == ({"pos": "positive"}.get(feeling, feeling) or None)
        expected = sorted(one.split(":")[0].strip() for one in wanted.split(";") if one != "none")
        assert (label.needs, label.intents, label.weight) == (tuple(expected), (intent,), 3.0)
    with db.reading(engine) as session:
        assert set(session.scalars(sa.select(Review.by_name))) == {"Priya"}
        assert set(session.scalars(sa.select(Conversation.customer_id))) == {None}
        assert set(session.scalars(sa.select(QueueItem.kinds))) == {"sentiment,need,intent", "need,intent"}
        assert needs.queue_today(session, "Priya", now).all == 0, "nobody went through them today"


def test_the_same_file_twice_changes_nothing(engine: Engine, given: Given, now: datetime) -> None:
    given()
    before = learned(engine, now)
    again = given()
    assert (again.run.added, again.run.already_there, again.recorded, again.known) == (0, 4, 0, 4)
    assert learned(engine, now) == before
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 4


def test_trying_first_says_what_would_happen_and_does_nothing(engine: Engine, given: Given) -> None:
    told = given(dry_run=True)
    assert (told.run.added, told.recorded) == (4, 0)
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_only_kinds_with_a_column_are_settled(engine: Engine, given: Given, now: datetime) -> None:
    rows = [(number, text, wanted) for number, text, _feeling, wanted, _intent in ROWS]
    told = given(rows, columns={"text": "text", "id": "number", "needs": "needs"})
    assert told.kinds == {"need": 4}
    for one in learned(engine, now).values():
        assert (one.label.sentiment, one.label.intents) == (None, None)
        assert one.label.needs is not None


def test_what_cannot_be_used_is_reported_with_its_line_and_the_labels_there_are(given: Given, tmp_path: Path) -> None:
    bad = (
        ("5", "This one names a need nobody knows.", "neutral", "parking", "idea"),
        ("6", "This one has no such feeling.", "furious", "cost", "idea"),
        ("7", "This one has no such state.", "neutral", "cost:lost", "idea"),
        ("8", "This one says nothing at all.", "", "", ""),
        ("9", "", "neutral", "cost", "idea"),
    )
    told = given([*ROWS, *bad])
    assert (told.run.rows, told.recorded, told.run.rejected) == (9, 4, 5)
    report = Path(told.run.report or "").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in report[1:]] == ["6", "7", "8", "9", "10"]
    assert "'parking' is not one of cost, reward" in report[1]
    assert "'furious' is not one of negative, neutral, positive, mixed" in report[2]
    assert "'lost' of need 'cost' is not one of unmet, met, wished" in report[3]


def test_a_message_that_waits_in_the_queue_is_settled_where_it_stands_and_one_that_was_settled_is_left(
    engine: Engine, given: Given, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path / "before.csv", [row[:2] for row in ROWS], ["text"])
    conversations.import_feedback(engine, path, text_column="text", id_column="number", clock=lambda: now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    needs.fill_queue(engine, clock=lambda: now, worker="test")
    with db.writing(engine) as session:
        parts = dict(session.execute(sa.select(QueueItem.message_id, QueueItem.part)).all())
        done = session.scalars(sa.select(QueueItem.id).order_by(QueueItem.id)).first() or 0
        needs.skip_item(session, done, by=account(engine, "priya"), now=now)
    told = given()
    assert (told.run.already_there, told.recorded, told.known) == (4, 3, 1)
    with db.reading(engine) as session:
        assert dict(session.execute(sa.select(QueueItem.message_id, QueueItem.part)).all()) == parts
        assert set(session.scalars(sa.select(QueueItem.state))) == {"done", "skipped"}


def test_labels_are_those_of_the_team_and_of_some_kind(engine: Engine, given: Given) -> None:
    with pytest.raises(Invalid, match="somebody in the team"):
        given(by=account(engine, "ada"))
    with pytest.raises(Invalid, match="at least one column"):
        given([row[:2] for row in ROWS], columns={"text": "text", "id": "number"})


@pytest.mark.parametrize(
    ("cell", "understood"),
    [
        ("cost", {"cost": None}),
        ("Cost:Unmet, support : met", {"cost": "unmet", "support": "met"}),
        (["cost:wished"], {"cost": "wished"}),
        ("none", {}),
        ("", None),
        (None, None),
    ],
)
def test_a_cell_of_needs_is_understood_in_more_than_one_spelling(cell: object, understood: object) -> None:
    assert heard_in({"sentiment": "neutral", "needs": cell}).needs == understood


def taught_rows(count: int, seed: int, muddled: bool = False) -> list[tuple[str, str, str]]:
    said = taught.told(count, seed)
    heard = [need for _text, need in said]
    if muddled:
        random.Random(1).shuffle(heard)
    return [(f"{seed}-{number}", text, need) for number, ((text, _), need) in enumerate(zip(said, heard, strict=True))]


def newest(engine: Engine, now: datetime) -> LearntModel:
    assert needs.learn(engine, clock=lambda: now, worker="test") == (1, 0)
    with db.reading(engine) as session:
        return session.scalars(sa.select(LearntModel).order_by(LearntModel.number.desc()).limit(1)).one()


NEW = "At the van at nine strangers stood close and heard me talk by the gate."


def needs_read(engine: Engine) -> set[str]:
    with db.reading(engine) as session:
        needs.catch_up(session, force=True)
    return {claim.need for claim in needs.preview(NEW).needs}


def test_labels_of_a_company_make_its_reader_better_a_worse_model_is_refused_and_one_can_go_back(
    engine: Engine, given: Given, now: datetime
) -> None:
    columns = {"text": "text", "id": "number", "needs": "needs"}
    told = given(taught_rows(200, seed=3), columns=columns)
    assert told.recorded == 200
    assert 25 <= told.measured <= 55, "about every fifth"
    better = newest(engine, now)
    assert (better.number, better.state) == (1, "shadow"), better.verdicts
    who = better.measured["tasks"]["needs"]["readers"]
    assert who["model"]["low"] > who["rules"]["high"]
    ines = account(engine, "ines")
    assert "privacy" not in needs_read(engine)
    with db.writing(engine) as session:
        needs.make_live(session, 1, by=ines, now=now, signed_off=True)
    assert "privacy" in needs_read(engine)

    given(taught_rows(400, seed=8, muddled=True), columns=columns)
    assert newest(engine, now).state == "refused"
    assert "privacy" in needs_read(engine), "what was live reads on"
    with db.writing(engine) as session:
        needs.go_back(session, None, by=ines, now=now)
    assert "privacy" not in needs_read(engine)
    with db.writing(engine) as session:
        needs.go_back(session, 1, by=ines, now=now)
    assert "privacy" in needs_read(engine)


@needs_data
@pytest.mark.one_database
def test_four_hundred_labels_of_a_bank_from_a_file_teach_more_than_the_rules_know(
    engine: Engine, given: Given, now: datetime
) -> None:
    lines = (Path(os.environ["CANDOUR_DATA"]) / FILE).read_text().splitlines()
    said = [json.loads(line) for line in random.Random(5).sample(lines, 400)]
    rows = [(str(number), row["text"], row["need"]) for number, row in enumerate(said)]
    told = given(rows, columns={"text": "text", "id": "number", "needs": "needs"})
    assert told.recorded + told.unreadable == 400
    model = newest(engine, now)
    who = model.measured["tasks"]["needs"]["readers"]
    assert who["model"]["macro_f1"] > who["rules"]["macro_f1"]
