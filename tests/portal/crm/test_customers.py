"""Customers from files, on both databases."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import crm, db
from portal.accounts.models import Customer
from portal.crm.customers import typed
from portal.errors import Invalid
from portal.settings import Settings
from tests import people

FILE = """external_ref,name,email,language,time_zone,country,since,products,attribute.visits,attribute.town
A-1,Ada Rossi,ADA@example.org,en,Europe/Rome,IT,2019-03-01,current account;card,12,Port Ellery
B-1,Ben Clegg,ben@example.org,xx9,,,,,,
,Nobody,,,,,,,,
C-1,Cleo Nair,cleo@example.org,,,,not a day,,,
D-1,Dee Quinn,ada@example.org,,,,,,,
E-1,Eve Parry,,,,,,,0042,
A-1,Ada again,,,,,,,,
"""


def bring(engine: Engine, settings: Settings, path: Path, now: datetime, **options: object) -> crm.ImportRun:
    return crm.import_customers(engine, path, settings=settings, clock=lambda: now, **options)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_good_rows_become_customers_and_bad_ones_a_report(
    engine: Engine, settings: Settings, file: Path, now: datetime
) -> None:
    run = bring(engine, settings, file, now)
    assert (run.rows, run.added, run.rejected) == (7, 2, 5)
    assert run.report is not None
    report = Path(run.report).read_text(encoding="utf-8").splitlines()
    reasons = {int(row["line"]): row["reason"] for row in csv.DictReader(report)}
    assert sorted(reasons) == [3, 4, 5, 6, 8]
    assert reasons[6] == "email: belongs to another customer"
    with db.reading(engine) as session:
        ada = session.scalars(sa.select(Customer).where(Customer.external_ref == "A-1")).one()
        eve = session.scalars(sa.select(Customer).where(Customer.external_ref == "E-1")).one()
        assert (ada.name, ada.email, ada.since) == ("Ada Rossi", "ada@example.org", date(2019, 3, 1))
        assert ada.email_verified_at is None
        assert [held.product for held in crm.holdings_of(session, ada.id)] == ["current account", "card"]
        assert crm.attributes_of(session, ada.id) == {"visits": 12, "town": "Port Ellery"}
        assert crm.attributes_of(session, eve.id) == {"visits": "0042"}


def test_the_same_file_twice_adds_nobody_and_a_newer_one_brings_facts_up_to_date(
    engine: Engine, settings: Settings, file: Path, now: datetime
) -> None:
    bring(engine, settings, file, now)
    again = bring(engine, settings, file, now)
    assert (again.added, again.already_there) == (0, 2)
    file.write_text(FILE.replace(",12,", ",13,"), encoding="utf-8")
    bring(engine, settings, file, now)
    with db.reading(engine) as session:
        ada = session.scalars(sa.select(Customer).where(Customer.external_ref == "A-1")).one()
        assert crm.attributes_of(session, ada.id)["visits"] == 13
        assert len(crm.holdings_of(session, ada.id)) == 2


def test_a_dry_run_keeps_nothing(engine: Engine, settings: Settings, file: Path, now: datetime) -> None:
    assert bring(engine, settings, file, now, dry_run=True).added == 2
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Customer)).all() == []


def test_a_column_that_means_nothing_is_refused(
    engine: Engine, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("external_ref,name,shoe_size\nA-1,Ada,38\n")
    with pytest.raises(Invalid, match="shoe_size"):
        bring(engine, settings, path, now)


def test_facts_are_put_down_in_place_of_what_was_known(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        ada = people.customer(session)
        for value in ("Rome", 7, date(2026, 1, 2), None, "Turin"):
            crm.set_attribute(session, ada.id, "town", value, now)
        crm.set_attribute(session, ada.id, "gone", 1, now)
        crm.set_attribute(session, ada.id, "gone", None, now)
        first = crm.add_holding(session, ada.id, "card", since=date(2020, 1, 1), now=now)
        again = crm.add_holding(session, ada.id, "card", since=date(2020, 1, 1), now=now, until=date(2021, 1, 1))
        assert first.id == again.id
        assert crm.attributes_of(session, ada.id) == {"town": "Turin"}
        assert crm.holdings_of(session, ada.id, on=date(2020, 6, 1)) != []
        assert crm.holdings_of(session, ada.id, on=date(2021, 6, 1)) == []


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("2026-11-23", date(2026, 11, 23)),
        ("1.5", "1.5"),
        ("-", "-"),
        ("²", "²"),
    ],
)
def test_a_cell_is_a_number_a_day_or_the_text_it_is(cell: str, value: object) -> None:
    assert typed(cell) == value
