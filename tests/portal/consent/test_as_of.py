"""Two axes of time: what was known at one moment, and what was in force at another."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import given, settings
from sqlalchemy.orm import Session

from portal import consent, db, tables
from tests.cast import Cast
from tests.people import JOINED, ask_for, customer, says

TABLES = (
    "accounts customers audit_entries purposes cell_parts notices consent_entries consent_states preferences "
    "downstream_systems deliveries"
).split()
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
acts = st.tuples(
    st.sampled_from(["granted", "withdrawn", "objected", "objection_lifted", "refused", "requested"]),
    st.sampled_from(["*", "email"]),
    st.integers(1, 5),  # days after the act before
    st.integers(0, 9),  # days it had been said before it was recorded
    st.one_of(st.none(), st.integers(1, 9)),  # days it lasts
)


def stood(session: Session, person: int, known: datetime, valid: datetime) -> list[consent.CellState]:
    return consent.state_as_of(session, person, known_at=known, valid_at=valid)


@given(st.lists(acts, min_size=1, max_size=8))
@settings(max_examples=40)
def test_now_is_as_now_is_told_and_what_comes_later_never_changes_what_was_known(
    history: list[tuple[str, str, int, int, int | None]],
) -> None:
    engine = db.make_engine("sqlite://")
    tables.metadata.create_all(engine, [tables.metadata.tables[name] for name in TABLES])
    with Session(engine, expire_on_commit=False) as session:
        ask_for(session, "needs")
        ada, now = customer(session), BEGUN
        told: list[tuple[datetime, list[consent.CellState]]] = []
        for action, channel, wait, before, lasts in history:
            now += wait * DAY
            until = now + lasts * DAY if lasts and action == "granted" else None
            says(
                session, ada, "needs", action, now, channel=channel, method="branch",
                occurred_at=now - before * DAY, valid_until=until,
            )  # fmt: skip
            assert stood(session, ada.id, now, now) == consent.state_of(session, ada.id, now)
            told.append((now, stood(session, ada.id, now, now)))
        for moment, before_later_acts in told:
            assert stood(session, ada.id, moment, moment) == before_later_acts
    engine.dispose()


def test_a_letter_counts_from_its_day_once_it_is_known(session: Session, cast: Cast, now: datetime) -> None:
    ask_for(session, "needs")
    says(session, cast.ada, "needs", "granted", now)
    says(session, cast.ada, "needs", "withdrawn", now + 10 * DAY, method="letter", occurred_at=now + 5 * DAY)

    def allowed(known: int, valid: int) -> bool:
        return bool(stood(session, cast.ada.id, now + known * DAY, now + valid * DAY)[0].permission)

    assert allowed(known=7, valid=7), "nobody knew of the letter"
    assert not allowed(known=10, valid=7), "it was in the post"
    assert allowed(known=10, valid=4), "it was not written yet"
    assert stood(session, cast.ada.id, JOINED - DAY, now) == [], "nothing was asked for then"


def test_what_ran_out_is_over_at_that_moment_whatever_the_job_wrote(
    session: Session, cast: Cast, now: datetime
) -> None:
    ask_for(session, "needs")
    says(session, cast.ada, "needs", "granted", now, valid_until=now + 3 * DAY)
    says(session, cast.ada, "needs", "expired", now + 8 * DAY, method="rule")
    assert stood(session, cast.ada.id, now, now + 2 * DAY)[0].permission
    assert stood(session, cast.ada.id, now, now + 3 * DAY)[0].permission.reason == "expired"
    assert stood(session, cast.ada.id, now + 9 * DAY, now + 2 * DAY)[0].permission, "it was in force on that day"


def test_a_lift_from_before_an_objection_does_not_end_it(session: Session, cast: Cast, now: datetime) -> None:
    ask_for(session, "needs")
    says(session, cast.ada, "needs", "objected", now)
    says(session, cast.ada, "needs", "objection_lifted", now + DAY, method="letter", occurred_at=now - DAY)
    assert consent.allows(session, cast.ada.id, "needs", now=now + DAY).reason == "objected"
    assert consent.verify(session) == []
