"""What we owe without being asked: the outcome of an idea to its author and backers, an answer in a conversation.

Each is an intent like any other: the rules decide about it when it is due, and the record says why.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Customer
from portal.conversations.models import Conversation, Message
from portal.ideas.models import Idea, IdeaAnswer, Vote
from portal.outreach.actions import BATCH, row_of
from portal.outreach.models import Intent, MessageTemplate
from portal.outreach.queries import answer_key, untold_answers
from portal.outreach.templating import kept_template
from portal.sentences import Sentence, day_in, in_language

OWED_LASTS = timedelta(days=365)
ANSWER_LASTS = timedelta(days=7)
"""An answer of which nobody could be told within a week has been found, or is not news any more."""
OWED = {"message_class": "answer", "topic": "*"}
BACKED: dict[str, str] = OWED | {
    "key": "idea_outcome",
    "purpose": "service",
    "channel": "in_app",
    "subject": Sentence("An answer to an idea you backed: $title"),
    "text": Sentence(
        "“$title” is now: $status.\n\n$answer\n\nYou get this because you backed the idea: we owe you its outcome."
    ),
}
PROPOSED: dict[str, str] = OWED | {
    "key": "idea_outcome_yours",
    "purpose": "service",
    "channel": "in_app",
    "subject": Sentence("An answer to your idea: $title"),
    "text": Sentence(
        "“$title” is now: $status.\n\n$answer\n\nYou get this because you proposed the idea: we owe you its outcome."
    ),
}
PROPOSED_MAIL = PROPOSED | {"key": "idea_outcome_mail", "purpose": "reply", "channel": "email"}
ANSWERED: dict[str, str] = OWED | {
    "key": "conversation_answer",
    "purpose": "reply",
    "channel": "email",
    "subject": Sentence("$company has answered you"),
    "text": Sentence(
        "You wrote to us on $day, and $by has answered. Mail passes through many hands, so the answer itself "
        "is not in it. Read it here, and write back if it does not help:\n\n$portal/me/conversations/$ref"
    ),
}
STATUS_WORDS = {
    "open": Sentence("open"), "considering": Sentence("being considered"), "planned": Sentence("planned"),
    "started": Sentence("started"), "shipped": Sentence("here"), "declined": Sentence("not going to happen"),
}  # fmt: skip
YOU_BACKED = Sentence("You backed the idea “%(title)s”.")
YOU_PROPOSED = Sentence("You proposed the idea “%(title)s”.")
YOU_WROTE = Sentence("You wrote to us on %(day)s and wanted an answer.")


def tell_outcomes(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Owe everybody who backed an idea, and whoever proposed it, the answer it got: once per person and answer.

    The author finds it in the portal like the backers, and gets a mail besides: it is the reply to their own words.

    :returns: how many intents were made, and 0.
    """
    done = 0
    while not should_stop():
        with db.writing(engine) as session:
            made = _owe_next(session, clock())
        if made is None:
            break
        done += made
    return done, 0


def tell_answers(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Owe whoever wrote to us, and wanted an answer, a mail that it is there: once per answer.

    :returns: how many intents were made, and 0.
    """
    done = 0
    while not should_stop():
        since = clock() - ANSWER_LASTS
        with db.reading(engine) as session:
            waiting = session.execute(untold_answers(since).limit(1)).first() is not None
        if not waiting:
            break
        with db.writing(engine) as session:
            rows = session.execute(untold_answers(since).limit(BATCH)).all()
            found = kept_template(session, ANSWERED, clock())
            intents = [_told(found, answer, talk, customer, clock()) for answer, talk, customer in rows]
            done += len(db.insert_new(session, Intent, intents)) if intents else 0
    return done, 0


def _told(
    found: MessageTemplate, answer: Message, talk: Conversation, customer: Customer, now: datetime
) -> dict[str, Any]:
    day = day_in(customer.language, talk.opened_at, customer.time_zone)
    reason = in_language(customer.language, YOU_WROTE, day=day)
    return row_of(found, answer_key(answer.id), customer.id, reason, now) | {
        "subject_ref": talk.ref,
        "words": {"day": day, "by": answer.author_name, "ref": talk.ref},
        "expires_at": answer.recorded_at + ANSWER_LASTS,
    }


def _owe_next(session: Session, now: datetime) -> int | None:
    row = session.execute(
        sa.select(IdeaAnswer, Idea)
        .join(Idea, Idea.id == IdeaAnswer.idea_id)
        .where(IdeaAnswer.told_at.is_(None), IdeaAnswer.at <= now)
        .order_by(IdeaAnswer.id)
        .limit(1)
        .with_for_update(of=IdeaAnswer, skip_locked=True)
    ).first()
    if row is None:
        return None
    given, idea = row
    voted = sa.select(Vote.customer_id).where(Vote.idea_id == idea.id, Vote.at <= given.at)
    backers = [
        (customer_id, language)
        for customer_id, language in session.execute(_languages().where(Customer.id.in_(voted)))
        if customer_id != idea.customer_id
    ]
    author = [tuple(found) for found in session.execute(_languages().where(Customer.id == idea.customer_id))]
    rows = [
        *_owed(kept_template(session, BACKED, now), "idea-answer", YOU_BACKED, given, idea, backers, now),
        *_owed(kept_template(session, PROPOSED, now), "idea-answer", YOU_PROPOSED, given, idea, author, now),
        *_owed(kept_template(session, PROPOSED_MAIL, now), "idea-answer-mail", YOU_PROPOSED, given, idea, author, now),
    ]
    given.told_at = now
    return sum(len(db.insert_new(session, Intent, rows[start : start + BATCH])) for start in range(0, len(rows), BATCH))


def _languages() -> sa.Select[int, str]:
    return sa.select(Customer.id, Customer.language).order_by(Customer.id)


def _owed(
    found: MessageTemplate, key: str, why: Sentence, given: IdeaAnswer, idea: Idea, whom: Sequence[Any], now: datetime
) -> list[dict[str, Any]]:
    """One intent for each of `whom`, (id, language) of customers; what is said of the idea is in their language."""
    return [
        row_of(found, f"{key}:{given.id}:{customer_id}", customer_id, in_language(language, why, title=idea.title), now)
        | {
            "subject_ref": idea.ref,
            "expires_at": now + OWED_LASTS,
            "words": {
                "title": idea.title,
                "status": in_language(language, STATUS_WORDS[given.status]),
                "answer": given.text,
            },
        }
        for customer_id, language in whom
    ]
