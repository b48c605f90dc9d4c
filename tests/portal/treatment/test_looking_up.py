"""What a claim looks up takes no longer after a million decisions: SQLite goes straight to the customer or the key.

PostgreSQL chooses by its own statistics, which a test with few rows cannot show.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, treatment
from portal.jobs.tidying import look_at_sizes
from portal.treatment import IntentFacts
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def sqlite(engine: Engine) -> Engine:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL looks at its tables by itself")
    return engine


@pytest.fixture
def ids(sqlite: Engine) -> list[int]:
    """Customers about each of whom something was decided."""
    with db.writing(sqlite) as session:
        people.ask_for(session, "service", asks=False)
        made = [people.customer(session, f"Ada {number}", email=f"a{number}@example.org").id for number in range(40)]
        for number in made:
            treatment.claim(session, offer(number, "first"), now=NOW)
    return made


def offer(customer_id: int, key: str) -> IntentFacts:
    return IntentFacts(f"{key} {customer_id}", customer_id, "in_app", "service", "service")


def asked_with(engine: Engine, customer_id: int) -> list[tuple[str, Any]]:
    """Every question of a claim that is decided anew."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", note)
    with db.writing(engine) as session:
        treatment.claim(session, offer(customer_id, "first"), now=NOW + timedelta(days=1))
    sa.event.remove(engine, "before_cursor_execute", note)
    return [(statement, values) for statement, values in asked if statement.startswith("SELECT")]


@pytest.mark.parametrize("looked", [False, True], ids=["of a new portal", "after it looked how large its tables are"])
def test_no_question_of_a_claim_goes_through_the_decisions_about_others(
    sqlite: Engine, ids: list[int], looked: bool
) -> None:
    if looked:
        look_at_sizes(sqlite)
        sqlite.dispose()
    questions = asked_with(sqlite, ids[3])
    with sqlite.connect() as connection:
        steps = [
            step[3]
            for statement, values in questions
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            if "decisions" in step[3]
        ]
    assert len(steps) >= 4
    assert [step for step in steps if step.startswith("SCAN") or "ix_decisions_outcome_id" in step] == []
