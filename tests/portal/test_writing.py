"""Many rows at once are the same rows that one by one would have been."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from portal import db, writing
from portal.conversations.models import Conversation
from portal.jobs.models import Lease


def test_many_rows_are_inserted_as_they_are_with_marks_that_would_end_a_column_and_nothing(engine: Engine) -> None:
    until = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    names = ["plain", "tab\tand\nline", "back\\slash \\N", "", "\u5bb9\u6613 \U0001f600"]
    with db.writing(engine) as session:
        writing.insert_many(session, Lease, [])
        rows = [{"name": name, "holder": name, "until": until, "fence": at} for at, name in enumerate(names)]
        writing.insert_many(session, Lease, rows)
    with db.reading(engine) as session:
        kept = session.scalars(sa.select(Lease).order_by(Lease.fence)).all()
    assert [(lease.name, lease.holder, lease.until, lease.fence) for lease in kept] == [
        (name, name, until, at) for at, name in enumerate(names)
    ]


def test_many_rows_of_which_one_is_known_are_refused_together(engine: Engine) -> None:
    row = {"name": "count", "holder": "nobody", "until": datetime(2026, 1, 1, tzinfo=UTC), "fence": 0}
    with pytest.raises(IntegrityError), db.writing(engine) as session:
        writing.insert_many(session, Lease, [row, row])
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Lease)).all() == []


def test_of_many_rows_those_that_are_known_are_left_out_and_the_others_told(engine: Engine, now: datetime) -> None:
    def row(number: int, text: str) -> dict[str, object]:
        at = now - timedelta(days=number)
        return {"ref": f"T-{number}", "receipt_code": f"I-{number}", "title": text, "external_id": f"id:{number}",
                "opened_at": at, "last_at": at}  # fmt: skip

    alike = {"state": "open", "origin": "import", "may_reply": False, "urgency": 0, "distress": False}
    with db.writing(engine) as session:
        assert writing.insert_many_new(session, Conversation, [], **alike) == []
        first = writing.insert_many_new(session, Conversation, [row(1, "one"), row(2, "two")], **alike)
    with db.writing(engine) as session:
        more = [row(2, "two, otherwise"), row(3, "three"), {**row(4, "one"), "external_id": "id:1"}]
        second = writing.insert_many_new(session, Conversation, more, **alike)
    with db.reading(engine) as session:
        kept = {one.id: one for one in session.scalars(sa.select(Conversation))}
        assert [[kept[number].title for number in ids] for ids in (first, second)] == [["one", "two"], ["three"]]
        assert len(kept) == 3
        assert [(one.state, one.may_reply, one.opened_at) for one in kept.values()] == [
            ("open", False, now - timedelta(days=days)) for days in (1, 2, 3)
        ]


def test_many_naive_instants_are_refused_as_one_is(engine: Engine) -> None:
    row = {"name": "count", "holder": "nobody", "until": datetime(2026, 1, 1), "fence": 0}  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"), db.writing(engine) as session:
        writing.insert_many(session, Lease, [row])
