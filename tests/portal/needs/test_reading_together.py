"""A long queue is read by several processes, each message once."""

import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import clock, conversations, db, needs
from portal.needs import MessageReading

MESSAGES = 60


def read(engine: Engine) -> int:
    with db.reading(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(MessageReading)) or 0


def fill(engine: Engine) -> None:
    with db.writing(engine) as session:
        for number in range(MESSAGES):
            conversations.submit(
                session, customer=None, text=f"The fee is too high. Case {number}.", now=clock.utc_now()
            )


def test_a_long_queue_is_read_by_another_process_as_well(engine: Engine) -> None:
    fill(engine)

    def after_the_other() -> bool:
        """Let this process begin only when the other one has read something."""
        patience = time.monotonic() + 60
        while not read(engine) and time.monotonic() < patience:
            time.sleep(0.02)
        return False

    counts = needs.read_together(
        engine, clock=clock.utc_now, worker="w", should_stop=after_the_other, limit=5, processes=2, worth=50
    )
    assert counts == (MESSAGES, 0)
    assert read(engine) == MESSAGES


def test_who_is_told_to_stop_stops_the_other_too(engine: Engine) -> None:
    fill(engine)
    done, failed = needs.read_together(
        engine, clock=clock.utc_now, worker="w", should_stop=lambda: True, limit=5, processes=2, worth=50
    )
    assert done < MESSAGES
    assert failed == 0
    assert read(engine) == done


def test_a_short_queue_is_read_by_this_process_alone(engine: Engine) -> None:
    fill(engine)
    nameless = lambda: clock.utc_now()  # noqa: E731  (could not be handed to another process)
    assert needs.read_together(
        engine, clock=nameless, worker="w", should_stop=lambda: False, limit=60, processes=2, worth=MESSAGES
    ) == (MESSAGES, 0)
