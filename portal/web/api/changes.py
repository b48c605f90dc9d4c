"""The ordered feed of changes of consent for systems downstream, and what they say they know."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Response, after_this_request, g
from marshmallow import Schema, fields, validate
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal import consent, downstream
from portal import db as ground
from portal.clock import utc_now
from portal.errors import Invalid, NotFound
from portal.web.api.operations import operation
from portal.web.api.schemas import Strict, said
from portal.web.database import db, engine
from portal.web.identity import current_settings

LARGEST = 1_000
LARGEST_POSITION = 2**31 - 1
log = structlog.get_logger()


def position(description: str, **more: Any) -> fields.Integer:
    """A position in the ledger of everybody."""
    return fields.Integer(
        strict=True, validate=validate.Range(min=0, max=LARGEST_POSITION), metadata={"description": description}, **more
    )


class AfterSchema(Strict):
    """Which part of the feed."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=LARGEST_POSITION),
        metadata={"description": "`position` of the answer before; 0 for the beginning."},
    )
    limit = fields.Integer(
        load_default=200,
        validate=validate.Range(min=1, max=LARGEST),
        metadata={"description": "How many changes at most."},
    )


class ChangeSchema(Schema):
    """One act on one cell of one customer."""

    position = said("Where it stands in the ledger of everybody.", fields.Integer)
    event_id = said("The same however often it is given: by it a system knows what it has already.")
    customer = said("Ref of the customer.")
    seq = said("Where it stands in the customer's own ledger; without gaps.", fields.Integer)
    purpose = said("What for; `*` for everything.")
    channel = said("By which channel, `*` for every one.")
    topic = said("On which topic, `*` for every one.")
    action = said("What was done, such as `granted` or `withdrawn`.")
    notice_version = said("Version of the words shown.", fields.Integer, allow_none=True)
    occurred_at = said("When it was said.", fields.AwareDateTime, format="iso")
    recorded_at = said("When it was written down.", fields.AwareDateTime, format="iso")
    valid_until = said("When its effect ends by itself.", fields.AwareDateTime, format="iso", allow_none=True)
    method = said("How it reached us, such as `web_form` or `phone`.")


class ChangesSchema(Schema):
    """A part of the feed, oldest first."""

    items = fields.List(fields.Nested(ChangeSchema), required=True)
    position = said("Everything up to it has been given: go on after it, and acknowledge it.", fields.Integer)
    head = said("The newest position that can be given now; when it is `position`, that is all.", fields.Integer)


class KnownSchema(Strict):
    """What a system knows."""

    up_to = position("Every change up to this position is known and heeded.", required=True)


class StandingSchema(Schema):
    """How far a system has come."""

    system = said("Ref of the system.")
    acknowledged_up_to = said("The position it has acknowledged.", fields.Integer)
    behind = said("How many changes it has not acknowledged.", fields.Integer)
    fenced = said("Whether it may not contact anybody until it has caught up.", fields.Boolean)


@operation("/consents/changes", summary="Changes of consent, in order", asks=AfterSchema(), answers=ChangesSchema())
def changes(asked: dict[str, Any]) -> dict[str, Any]:
    """Every entry of the ledger after a position, oldest first. None is left out, and none comes before an older one.

    A change may come more than once: know it by its event_id. A token that belongs to a system is given the changes of
    that system's purposes, and of what is said about all purposes at once.
    """
    system = downstream.system_of(db.session, g.api_token.id)
    purposes = system.purposes if system is not None else ()
    found = consent.changes(db.session, after=asked["after"], limit=asked["limit"], purposes=purposes)
    if system is not None:
        system_id, up_to, now = system.id, found.position, utc_now()
        note_afterwards(engine(), lambda session: downstream.mark_sent(session, system_id, up_to, now))
    items = [_change(entry, ref) for entry, ref in found.items]
    return {"items": items, "position": found.position, "head": found.head}


def _change(entry: consent.ConsentEntry, ref: str) -> dict[str, Any]:
    return {
        "position": entry.global_seq,
        "event_id": entry.event_id,
        "customer": ref,
        "seq": entry.seq,
        "purpose": entry.purpose,
        "channel": entry.channel,
        "topic": entry.topic,
        "action": entry.action,
        "notice_version": entry.notice_version,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "valid_until": entry.valid_until,
        "method": entry.method,
    }


@operation(
    "/consents/acknowledgements",
    method="POST",
    writes=True,
    summary="Say what is known",
    asks=KnownSchema(),
    answers=StandingSchema(),
)
def acknowledge(asked: dict[str, Any]) -> dict[str, Any]:
    """Say that a system knows and heeds every change up to a position. Said again, or less far, nothing changes.

    A system that contacts customers and is behind may not claim a contact until it has said so.
    """
    now, up_to = utc_now(), asked["up_to"]
    system = downstream.system_of(db.session, g.api_token.id)
    if system is None:
        raise NotFound("This token belongs to no system; an admin adds systems.", code="no-such-system")
    if up_to > max(consent.horizon(db.session), system.acknowledged_up_to):
        raise Invalid("Nothing of this position has been given yet.", errors={"up_to": ["Not given yet."]})
    system = downstream.acknowledge(db.session, system, up_to, now=now)
    standing = downstream.behind(db.session, system.id)
    minutes = current_settings().fence_minutes
    return {
        "system": system.ref,
        "acknowledged_up_to": system.acknowledged_up_to,
        "behind": standing.behind,
        "fenced": system.sends and downstream.fence(standing, downstream.Standing(), now, minutes=minutes) is not None,
    }


def note_afterwards(where: Engine, write: Callable[[Session], object]) -> None:
    """Once the answer has left, write something small about it; requests that read stay reading ones."""

    def note() -> None:
        try:
            with ground.writing(where) as session:
                write(session)
        except OperationalError as error:  # it is noted with the next request
            log.warning("what was given was not noted", kind=type(error.orig).__name__)

    def arrange(response: Response) -> Response:
        response.call_on_close(note)
        return response

    after_this_request(arrange)
