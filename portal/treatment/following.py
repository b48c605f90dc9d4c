"""What follows from being in a segment: written by one person and, where it writes to people, approved by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import entitlements, segments
from portal.audit import Actor
from portal.errors import Conflict, Invalid, NotAllowed
from portal.sentences import Sentence
from portal.treatment.models import TreatmentRule
from portal.treatment.queries import rule
from portal.treatment.schemas import RuleSchema, RuleWordsSchema


def add_rule(
    session: Session, *, by: str, now: datetime, author_id: int | None = None, state: str = "draft", **values: Any
) -> TreatmentRule:
    """Write down what follows from being in a segment; it does nothing before it goes live.

    :param values: key, name, sentence (read by customers), kind (`grant` or `contact`), segment_key, and benefit_key or
        template_key.
    :param author_id: the account of whoever writes it; None for a loader. :param by: their name.
    :param state: `draft`, or `live` to have what grants act at once.
    :raises marshmallow.ValidationError: when a value does not make sense.
    :raises Invalid: when kind and what it gives do not fit.
    :raises Conflict: when the key is taken, or it shall be live and its segment is not.
    :raises NotFound: when there is no such segment or benefit.
    """
    values = dict(RuleSchema().load(values))
    _fit(session, values["kind"], values)
    made = TreatmentRule(
        **values, version=1, state="draft", created_at=now, created_by=by, writers=[_writer(author_id, by, now)]
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Conflict(
            Sentence("There is a rule called “%(key)s” already.", key=values["key"]), code="rule-exists"
        ) from None
    return made if state == "draft" else switch_rule(session, made.key, to=state)


def change_rule(session: Session, key: str, *, by: Actor, now: datetime, **values: Any) -> TreatmentRule:
    """Say otherwise what a rule does: all but its key and kind. It is a draft again, and nobody has approved it.

    :param values: name, sentence, segment_key, and benefit_key or template_key.
    :raises marshmallow.ValidationError, Invalid, NotFound: as for adding; NotFound also when there is no such rule.
    """
    values = dict(RuleWordsSchema().load(values))
    found = rule(session, key, lock=True)
    _fit(session, found.kind, values)
    for name, value in values.items():
        setattr(found, name, value)
    found.version, found.state, found.approved_at, found.approved_by = found.version + 1, "draft", None, None
    found.writers = [*found.writers, _writer(by.id, by.name, now)]
    session.flush()
    return found


def approve_rule(session: Session, key: str, *, version: int, by: Actor, now: datetime) -> TreatmentRule:
    """Let a rule that writes to people act, as it was read.

    :param version: the one that was read.
    :raises NotFound: when there is no such rule.
    :raises NotAllowed: code `second-person`, when they wrote or changed it.
    :raises Conflict: code `rule-changed` when it was changed since; `rule-state`; `segment-not-live`.
    """
    found = rule(session, key, lock=True)
    if found.version != version:
        raise Conflict("It was changed since you read it. Read it again.", code="rule-changed")
    if wrote_rule(found, by):
        raise NotAllowed("You wrote it, so somebody else approves it.", code="second-person")
    _move(session, found, "live")
    found.approved_at, found.approved_by = now, by.name
    session.flush()
    return found


def wrote_rule(found: TreatmentRule, who: Actor) -> bool:
    """Whether somebody wrote or changed a rule; of one without an account, and of before writers were kept, by name."""
    named = found.writers or [{"id": None, "name": found.created_by}]
    return any(one["id"] == who.id if one["id"] is not None else one["name"] == who.name for one in named)


def switch_rule(session: Session, key: str, *, to: str) -> TreatmentRule:
    """Move a rule on: draft → live → retired, or retired → live again. What writes to people is approved instead.

    :raises Conflict: when it cannot go there, or its segment is not live.
    :raises NotAllowed: code `second-person`, when it writes to people and would go live.
    """
    found = rule(session, key, lock=True)
    if to == "live" and found.kind == "contact":
        raise NotAllowed("A rule that writes to people is approved by a second person.", code="second-person")
    _move(session, found, to)
    found.approved_at = found.approved_by = None
    session.flush()
    return found


def _move(session: Session, found: TreatmentRule, to: str) -> None:
    if (found.state, to) not in {("draft", "live"), ("live", "retired"), ("draft", "retired"), ("retired", "live")}:
        raise Conflict(
            Sentence("A rule that is %(state)s cannot become %(to)s.", state=found.state, to=to), code="rule-state"
        )
    if to == "live" and segments.segment(session, found.segment_key).state != "live":
        raise Conflict("Its segment is not live: nobody would be in it.", code="segment-not-live")
    found.state = to


def _fit(session: Session, kind: str, values: dict[str, Any]) -> None:
    """Keep of what it gives the one thing that goes with its kind, which has to be there."""
    segments.segment(session, values["segment_key"])
    if kind == "grant":
        values["template_key"] = None
        if not values["benefit_key"]:
            raise Invalid("Choose what is granted.", code="no-benefit")
        entitlements.benefit(session, values["benefit_key"])
        return
    values["benefit_key"] = None
    if not values["template_key"]:
        raise Invalid("Choose what is sent.", code="no-template")


def _writer(number: int | None, name: str, now: datetime) -> Mapping[str, Any]:
    return {"id": number, "name": name, "at": now.isoformat()}
