"""A morning at the review queue: messages were chosen, and Priya has gone through the first of them."""

from datetime import datetime

from sqlalchemy.engine import Engine

from portal import accounts, db, needs
from portal.demo.groups import PRIYA

FINISHED = 16
"""More than the ten drawn at random, which come first: so there is something to measure on, and some to learn from."""


def begin(engine: Engine, now: datetime) -> None:
    """Fill the queue and finish the first of it, as Priya would with the key for “all of it is right now”."""
    needs.fill_queue(engine, clock=lambda: now, worker="demo")
    with db.writing(engine) as session:
        priya = accounts.account_by_email(session, PRIYA)
        for _number in range(FINISHED):
            row = needs.next_item(session)
            if row is None or priya is None:
                return
            needs.finish_item(session, row[0].id, by=priya, now=now)
