"""Whose token it is, for what one person writes and another approves: the same rule as on the pages, and no way around.

A token belongs to whoever made it, since that person has seen it. One that a command made without naming a person
belongs to nobody, and then neither writes nor approves.
"""

from typing import Any

from flask import g

from portal import audit
from portal.accounts import Account
from portal.audit import Actor
from portal.clock import utc_now
from portal.errors import NotAllowed
from portal.web.access import ANALYST, admits
from portal.web.database import db


def person_behind() -> Actor:
    """The person whose token this is, as campaigns and settings name those who write and approve.

    :raises NotAllowed: code `token-without-person`; `person-may-not`, when they left or do not do such work any more.
    """
    number = g.api_token.account_id
    person = db.session.get(Account, number) if number is not None else None
    if person is None:
        raise NotAllowed(
            "This token belongs to nobody, and this is for people to decide.", code="token-without-person"
        )  # fmt: skip
    if person.disabled_at is not None or not admits(ANALYST, (person.role or "",)):
        raise NotAllowed("The person this token belongs to may not do this.", code="person-may-not")
    return Actor("team", person.id, person.name)


def note_by_token(act: str, subject: str, **detail: Any) -> None:
    """Write what was done into the audit log: by which token; whose it is stands with it."""
    by = Actor("token", g.api_token.id, g.api_token.name)
    detail["person"] = g.api_token.account_id
    audit.record(db.session, act=act, by=by, subject=subject, detail=detail, now=utc_now())
