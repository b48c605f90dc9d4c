"""A week at the review queue: Priya and Tom went through fifty messages a day, and a model was trained from it.

What they say of each message stands in the files of talks; words of who does not allow it are never put to them, and
what stands in no file (the cast's own conversations) they leave out.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import accounts, db, needs
from portal.conversations import Message
from portal.demo.groups import PRIYA
from portal.demo.talks import heard_texts
from portal.needs import QueueItem

TOM = "tom@example.org"
DAYS = 7
"""For so many days the queue was gone through to its end."""
FINISHED = 16
"""This morning: the ten drawn at random, which come first, and some to learn from."""
A_MESSAGE = timedelta(seconds=40)
WORKER = "demo"


def begin_today(engine: Engine, now: datetime) -> None:
    """Finish the first of today's queue, so that the last of it was finished a moment ago."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    pace = min(A_MESSAGE, (now - midnight) / FINISHED)
    go_through(engine, now - FINISHED * pace, finished=FINISHED, pace=pace)


def go_through(engine: Engine, began: datetime, *, finished: int | None = None, pace: timedelta = A_MESSAGE) -> None:
    """Fill the queue and finish it, or the first of it, by the keys one would press; Priya and Tom take turns."""
    needs.fill_queue(engine, clock=lambda: began, worker=WORKER)
    heard = heard_texts()
    with db.writing(engine) as session:
        team = [one for one in (accounts.account_by_email(session, email) for email in (PRIYA, TOM)) if one]
        waiting = session.scalars(sa.select(QueueItem).where(QueueItem.state == "open").order_by(QueueItem.id)).all()
        items = list(waiting)[:finished]
        tags = needs.tags_of(session, [item.message_id for item in items])
        for number, item in enumerate(items):
            by, at = team[number % len(team)], began + number * pace
            text = session.get_one(Message, item.message_id).text
            if text in heard:
                needs.say(session, item.message_id, heard[text], tags[item.message_id], by=by, now=at)
                needs.finish_item(session, item.id, by=by, now=at)
            else:
                needs.skip_item(session, item.id, by=by, now=at)


def learn(engine: Engine, night: datetime) -> None:
    """What the job does in the night: train a model on what was said, measure it, and keep it with its verdict."""
    needs.learn(engine, clock=lambda: night, worker=WORKER)
