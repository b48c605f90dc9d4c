"""Feedback from files: row by row, idempotent, bad rows reported with line and reason, the rest imported."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import conversations, db, needs
from portal.conversations import Conversation, Message, Rating
from portal.crm import ImportRun
from portal.errors import Invalid
from portal.needs import Signal
from tests import people


def bring(engine: Engine, path: Path, now: datetime, **options: object) -> ImportRun:
    return conversations.import_feedback(engine, path, text_column="text", clock=lambda: now, **options)  # type: ignore[arg-type]


def jsonl(path: Path, *rows: object) -> Path:
    path.write_bytes(b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows))
    return path


def count(engine: Engine, table: type) -> int:
    with db.reading(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_every_kind_of_bad_row_is_reported_and_the_rest_imported(engine: Engine, now: datetime, tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "said.jsonl",
        {"text": "The fee is too high", "when": "2026-11-01"},
        b'{"text": "caf\xe9"}\n',
        {"text": "a\x00b"},
        {"when": "2026-11-01"},
        {"text": "x" * 1_000_000},
        {"text": "when?", "when": "the other day"},
        {"text": "tomorrow", "when": "2027-01-01"},
        b"not json\n",
        {"text": "half \ud800"},
        {"text": 5},
        {"text": "Thank you", "when": "2026-11-02T10:00:00+02:00"},
    )
    run = bring(engine, path, now, at_column="when")
    assert (run.rows, run.added, run.already_there, run.rejected) == (11, 2, 0, 9)
    assert run.report is not None
    reasons = {
        int(row["line"]): row["reason"]
        for row in csv.DictReader(Path(run.report).read_text(encoding="utf-8").splitlines())
    }
    assert sorted(reasons) == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert "encoding" in reasons[2]
    assert "NUL" in reasons[3]
    assert "missing" in reasons[4]
    assert "100,000 bytes" in reasons[5]
    assert "date" in reasons[6]
    assert "future" in reasons[7]
    with db.reading(engine) as session:
        said = session.scalars(sa.select(Message).order_by(Message.written_at)).all()
        assert [one.text for one in said] == ["The fee is too high", "Thank you"]
        assert said[1].written_at.isoformat() == "2026-11-02T08:00:00+00:00"
        assert (said[0].conversation.state, said[0].conversation.may_reply) == ("open", False)


def test_a_spreadsheet_with_mark_quotes_and_a_bad_line_is_read_row_by_row(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "said.csv"
    path.write_bytes(
        b'\xef\xbb\xbftext,who\r\n"Two\nlines, with a ""quote""",a-1\r\n'
        b"bad \xff byte,a-2\r\nnul \x00,a-3\r\ntoo,many,cells\r\nlast,\r\n"
    )
    run = bring(engine, path, now, customer_column="who")
    assert (run.rows, run.added, run.rejected) == (5, 2, 3)
    with db.reading(engine) as session:
        texts = set(session.scalars(sa.select(Message.text)))
    assert texts == {'Two\nlines, with a "quote"', "last"}


def test_the_same_file_twice_changes_nothing_even_with_equal_texts(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    path = jsonl(tmp_path / "said.jsonl", {"text": "Same"}, {"text": "Same"}, {"text": "Other"})
    assert bring(engine, path, now).added == 3
    again = bring(engine, path, now)
    assert (again.added, again.already_there) == (0, 3)
    assert count(engine, Message) == 3


def test_a_row_without_its_date_is_known_again_on_another_day(engine: Engine, now: datetime, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "said.jsonl", {"text": "Nobody answers", "when": "2026-11-01"}, {"text": "Thank you"})
    assert bring(engine, path, now, at_column="when").added == 2
    again = bring(engine, path, now + timedelta(days=1), at_column="when")
    assert (again.added, again.already_there) == (0, 2)


def test_a_row_is_known_again_by_its_own_number(engine: Engine, now: datetime, tmp_path: Path) -> None:
    first = jsonl(tmp_path / "one.jsonl", {"id": 7, "text": "before"})
    second = jsonl(tmp_path / "two.jsonl", {"id": "7", "text": "corrected"}, {"id": 8, "text": "new"})
    bring(engine, first, now, id_column="id")
    run = bring(engine, second, now, id_column="id")
    assert (run.added, run.already_there) == (1, 1)


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(engine: Engine, now: datetime, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "said.jsonl", {"text": "a"}, {"text": ""}, {"text": "b"})
    run = bring(engine, path, now, dry_run=True)
    assert (run.added, run.rejected) == (2, 1)
    assert count(engine, Message) == count(engine, Conversation) == 0
    bring(engine, path, now)
    assert bring(engine, path, now, dry_run=True).already_there == 2


def test_progress_is_told_in_rows(engine: Engine, now: datetime, tmp_path: Path) -> None:
    told: list[int] = []
    bring(
        engine, jsonl(tmp_path / "said.jsonl", *({"text": f"n {n}"} for n in range(4_500))), now, progress=told.append
    )
    assert told == [4_000, 500]


def test_words_of_a_known_customer_rest_on_their_consent_and_of_nobody_on_none(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = people.customer(session, external_ref="A-1")
        ben = people.customer(session, "Ben", external_ref="B-1")
        people.says(session, ada, "needs", "granted", now, earlier_words=True)
        ada_id, ben_id = ada.id, ben.id
    fee = "The transfer fee is too high and you charged me twice."
    path = jsonl(
        tmp_path / "said.jsonl",
        *(
            {"text": fee, "who": who, "at": "2026-10-01"}
            for who in ("A-1", "ADA@example.org", "B-1", "gone@example.org", None)
        ),
    )
    run = bring(engine, path, now, customer_column="who", at_column="at")
    assert run.detail == {"without_customer": 2, "customer_not_found": 1}
    assert needs.read_waiting(engine, clock=lambda: now, worker="w") == (5, 0)
    with db.reading(engine) as session:
        owners = list(session.scalars(sa.select(Conversation.customer_id).order_by(Conversation.id)))
        assert sorted(owners, key=str) == sorted([ada_id, ada_id, ben_id, None, None], key=str)
        assert set(session.scalars(sa.select(Signal.customer_id))) == {ada_id}
        told = needs.coverage(session, now)
    assert (told.messages, told.messages_read, told.messages_without_customer) == (5, 5, 2)
    assert (told.customers, told.customers_allowing, told.customers_speaking, told.customers_speaking_allowing) == (
        2,
        1,
        2,
        1,
    )


def test_a_file_without_the_column_or_of_another_kind_is_refused_before_anything_is_kept(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="no column"):
        bring(engine, jsonl(tmp_path / "said.jsonl", {"words": "a"}), now)
    with pytest.raises(Invalid, match="neither"):
        bring(engine, jsonl(tmp_path / "said.txt", {"text": "a"}), now)
    assert count(engine, ImportRun) == 0


def test_ratings_come_in_on_their_own_scale_and_belong_to_their_words(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    rows = [
        {"text": "Bad", "nps": 2, "when": "2026-11-01"}, {"text": "Fine", "nps": "9"}, {"text": "Unsaid", "nps": None},
        {"text": "Odd", "nps": "11"},
    ]  # fmt: skip
    path = jsonl(tmp_path / "said.jsonl", *rows)
    for added in (3, 0):
        run = bring(engine, path, now, at_column="when", rating_column="nps", rating_scale=(0, 10))
        assert (run.added, run.rejected) == (added, 1)
    with db.reading(engine) as session:
        kept = session.execute(
            sa.select(Message.text, Rating.score, Rating.source, Rating.given_at)
            .join_from(Rating, Message)
            .order_by(Rating.id)
        )
        assert [tuple(row) for row in kept] == [
            ("Bad", 2, "import", datetime(2026, 11, 1, tzinfo=UTC)), ("Fine", 5, "import", now),
        ]  # fmt: skip
