"""Handing over: everything about one customer, nothing about another, no secret."""

import csv
import io
import json
import zipfile
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, consent, privacy, tables
from portal.privacy.reach import THROUGH
from portal.settings import Settings
from tests.cast import PASSWORD, Cast
from tests.people import ask_for, message_of, says, signal

NOT_ABOUT_A_CUSTOMER = set(
    "alembic_version api_tokens audit_entries benefits boards idempotency_keys import_runs job_requests "
    "downstream_systems job_runs learnt_files learnt_models leases message_templates not_duplicates notices policies "
    "purposes rate_counts campaign_steps campaigns cell_parts consent_batches contradictions decision_audits "
    "indicator_alarms indicator_figures indicator_periods "
    "call_register_numbers call_registers campaign_paces rereads taxonomy_versions "
    "segment_definitions segments signed_heads suppressions treatment_rules".split()
)
MADE_OF_THEIR_TEXTS = {"idea_fingerprints", "message_fingerprints", "not_alike"}
"""Left out, and the file says so."""


def test_everything_about_a_customer_is_there_and_nothing_about_another(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    ask_for(session, "needs")
    for person, words in ((cast.ada, "The fee for cards abroad is too high"), (cast.ben, "Ben writes about queues")):
        says(session, person, "needs", "granted", now)
        signal(session, person, "cost", now, text=words)
        consent.set_preference(session, person, now=now, max_per_week=2)
    accounts.sign_in(session, "ada@example.org", PASSWORD, settings=settings, user_agent="Firefox", now=now)
    everything = privacy.hand_over(session, cast.ada, now=now)
    for name in ("customers", "accounts", "sign_ins", "consent_entries", "consent_states", "preferences", "messages",
                 "tags", "signals"):  # fmt: skip
        assert everything[name], name
    text = json.dumps(everything)
    assert "The fee for cards abroad is too high" in text
    assert "Ben" not in text
    assert "queues" not in text


def test_no_secret_is_handed_over(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    accounts.sign_in(session, "ada@example.org", PASSWORD, settings=settings, user_agent="", now=now)
    text = json.dumps(privacy.hand_over(session, cast.ada, now=now))
    assert "argon2" not in text
    hashes = session.scalars(sa.text("SELECT token_hash FROM sign_ins")).all()
    assert hashes
    assert not [one for one in hashes if one in text]


def test_internal_notes_of_the_team_stay_out_and_the_file_says_so(session: Session, cast: Cast, now: datetime) -> None:
    note = message_of(session, cast.ada, now, text="Call her before noon")
    note.internal = True
    session.flush()
    everything = privacy.hand_over(session, cast.ada, now=now)
    assert everything["messages"] == []
    assert "Internal notes" in everything["left_out"][0]


def test_every_table_about_customers_is_handed_over_or_says_why_not() -> None:
    reached = {child for children in THROUGH.values() for child in children} | {"customers"}
    silent = [
        name
        for name, table in tables.metadata.tables.items()
        if "customer_id" not in table.c and name not in reached | NOT_ABOUT_A_CUSTOMER | MADE_OF_THEIR_TEXTS
    ]
    assert silent == []


def test_the_archive_holds_all_of_it_twice_and_no_cell_is_run_by_a_spreadsheet(
    session: Session, cast: Cast, now: datetime
) -> None:
    message_of(session, cast.ada, now, text="=SUM(A1) is what I typed")
    everything = privacy.hand_over(session, cast.ada, now=now)
    made = privacy.archive(everything, company="Harbour Bank", language="en", now=now)
    assert made == privacy.archive(everything, company="Harbour Bank", language="en", now=now)
    with zipfile.ZipFile(io.BytesIO(made)) as zipped:
        assert json.loads(zipped.read("everything.json")) == everything
        tables_there = {name for name, rows in everything.items() if rows and isinstance(rows[0], dict)}
        assert {f"tables/{name}.csv" for name in tables_there} <= set(zipped.namelist())
        (row,) = csv.DictReader(io.StringIO(zipped.read("tables/messages.csv").decode()))
        assert row["text"] == "'=SUM(A1) is what I typed"
        assert "Internal notes" in zipped.read("README.txt").decode()
