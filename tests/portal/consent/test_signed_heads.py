"""What was signed of the ledger is found to be gone, even where the states were mended by the same hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db
from portal.consent.chain import entry_hash
from portal.consent.models import ConsentEntry, ConsentState, SignedHead
from portal.settings import Settings
from tests.cast import Cast
from tests.people import ask_for, says

DAY = timedelta(days=1)
Sign = Callable[[datetime], tuple[int, int]]


@pytest.fixture
def sign(engine: Engine, settings: Settings) -> Sign:
    return lambda moment: consent.sign_heads(engine, settings=settings, clock=lambda: moment, worker="test")


@pytest.fixture(autouse=True)
def history(session: Session, cast: Cast, now: datetime, sign: Sign) -> None:
    """Two signed days: Ada's three entries and Ben's first on the first day, Ada's fourth before the second."""
    ask_for(session, "needs", "marketing")
    for hours, action in enumerate(["granted", "withdrawn", "granted"]):
        says(session, cast.ada, "needs", action, now + timedelta(hours=hours))
    says(session, cast.ben, "marketing", "granted", now)
    session.commit()
    assert sign(now + timedelta(hours=9)) == (1, 0)
    says(session, cast.ada, "needs", "withdrawn", now + DAY)
    session.commit()
    assert sign(now + DAY + timedelta(hours=9)) == (1, 0)


def faults(engine: Engine, settings: Settings) -> list[tuple[str, int | None, int]]:
    with db.reading(engine) as session:
        signed = consent.read_heads(session, settings)
        found = signed.faults + consent.verify(session, signed=signed.heads)
    return [(one.kind, one.customer_id, one.seq) for one in found]


def delete(session: Session, *where: Any) -> None:
    session.execute(
        sa.delete(ConsentState).where(ConsentState.entry_id.in_(sa.select(ConsentEntry.global_seq).where(*where)))
    )
    session.execute(sa.delete(ConsentEntry).where(*where))


def test_an_untouched_ledger_agrees_with_what_was_signed(
    engine: Engine, session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    says(session, cast.ada, "marketing", "granted", now + 2 * DAY)  # what came after the signing is no fault
    session.commit()
    assert faults(engine, settings) == []


def test_a_day_is_signed_once_and_names_only_those_who_said_something_since(
    session: Session, cast: Cast, sign: Sign, settings: Settings, now: datetime
) -> None:
    assert sign(now + DAY + timedelta(hours=10)) == (0, 0)
    documents = [json.loads(text) for text in session.scalars(sa.select(SignedHead.document).order_by(SignedHead.day))]
    assert [[head[0] for head in one["heads"]] for one in documents] == [[cast.ada.id, cast.ben.id], [cast.ada.id]]
    assert [(one["entries"], one["customers"]) for one in documents] == [(4, 2), (5, 2)]
    files = sorted(Path(settings.instance, "heads").iterdir())
    assert [json.loads(path.read_text()) for path in files] == documents


def test_a_tail_cut_off_with_its_states_mended_is_found(
    engine: Engine, session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    last = session.scalars(
        sa.select(ConsentEntry).where(ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == 3)
    ).one()
    delete(session, ConsentEntry.customer_id == cast.ada.id, ConsentEntry.seq == 4)
    session.add(ConsentState(
        customer_id=cast.ada.id, purpose="needs", channel="*", topic="*", state="granted", seq=3,
        entry_id=last.global_seq, notice_version=1, since=last.recorded_at,
    ))  # fmt: skip
    session.commit()
    with db.reading(engine) as reading:
        assert consent.verify(reading) == [], "by the ledger alone nobody can tell"
    assert faults(engine, settings) == [("truncated", cast.ada.id, 4)]


def test_a_whole_ledger_that_is_gone_is_found(engine: Engine, session: Session, cast: Cast, settings: Settings) -> None:
    delete(session, ConsentEntry.customer_id == cast.ben.id)
    session.commit()
    assert faults(engine, settings) == [("truncated", cast.ben.id, 1)]


def test_a_ledger_written_anew_with_right_hashes_is_found(
    engine: Engine, session: Session, cast: Cast, settings: Settings
) -> None:
    row = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.customer_id == cast.ben.id)).one()
    row.language = "it"
    row.entry_hash = entry_hash({name: getattr(row, name) for name in row.__table__.columns.keys()})  # noqa: SIM118
    session.commit()
    with db.reading(engine) as reading:
        assert consent.verify(reading) == []
    assert faults(engine, settings) == [("rewritten", cast.ben.id, 1)]


@pytest.mark.parametrize("act", ["edit", "delete", "insert", "reorder"])
def test_what_the_chain_finds_is_found_beside_the_signed_heads_too(
    engine: Engine, session: Session, cast: Cast, settings: Settings, act: str
) -> None:
    mine = ConsentEntry.customer_id == cast.ada.id
    table = ConsentEntry.__table__
    if act == "edit":
        session.execute(sa.update(ConsentEntry).where(mine, ConsentEntry.seq == 1).values(action="refused"))
    elif act == "delete":
        session.execute(sa.delete(ConsentEntry).where(mine, ConsentEntry.seq == 2))
    elif act == "insert":
        row = session.execute(sa.select(table).where(mine, ConsentEntry.seq == 4)).mappings().one()
        session.execute(sa.insert(table).values({**row, "seq": 5, "event_id": "forged", "global_seq": 900_000}))
    else:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            session.execute(sa.update(ConsentEntry).where(mine, ConsentEntry.seq == old).values(seq=new))
    session.commit()
    kinds = {"edit": "edited", "delete": "deleted", "insert": "inserted", "reorder": "reordered"}
    assert kinds[act] in {kind for kind, _customer, _seq in faults(engine, settings)}


@pytest.mark.parametrize("place", ["table", "folder", "both"])
def test_signed_heads_that_were_exchanged_or_taken_away_are_found(
    engine: Engine, session: Session, settings: Settings, now: datetime, place: str
) -> None:
    first = Path(settings.instance, "heads", f"{now:%Y-%m-%d}.json")
    if place == "table":
        session.execute(sa.update(SignedHead).where(SignedHead.day == now.date()).values(document='{"heads": []}'))
    elif place == "folder":
        first.unlink()
    else:
        first.unlink()
        session.execute(sa.delete(SignedHead).where(SignedHead.day == now.date()))
    session.commit()
    assert {kind for kind, _customer, _seq in faults(engine, settings)} == {"heads"}


def test_heads_signed_by_somebody_else_do_not_count(engine: Engine, settings: Settings) -> None:
    other = replace(settings, secret_key="the key of somebody who would like to have cut the ledger")
    assert {kind for kind, _customer, _seq in faults(engine, other)} == {"heads"}


def test_a_ledger_that_was_cut_is_not_signed_over(session: Session, cast: Cast, sign: Sign, now: datetime) -> None:
    delete(session, ConsentEntry.customer_id == cast.ben.id)
    session.commit()
    assert sign(now + 2 * DAY) == (0, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignedHead)) == 2


def test_a_signing_that_was_cut_off_between_file_and_table_is_finished(
    engine: Engine, session: Session, sign: Sign, settings: Settings, now: datetime
) -> None:
    session.execute(sa.delete(SignedHead).where(SignedHead.day == (now + DAY).date()))
    session.commit()
    assert sign(now + DAY + timedelta(hours=11)) == (1, 0)
    assert faults(engine, settings) == []
