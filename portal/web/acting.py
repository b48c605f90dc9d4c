"""Who acts in this request, for the ledger and for the audit log."""

from typing import Any

from portal import audit, clock
from portal.audit import Actor
from portal.web.database import db
from portal.web.identity import current_account


def current_actor() -> Actor:
    """The signed-in person as the ledger and the audit log name them.

    :raises NotAllowed: when nobody is signed in.
    """
    account = current_account()
    return Actor("team" if account.role else "customer", account.id, account.name)


def note(act: str, subject: str = "", **detail: Any) -> None:
    """Write the act of a team member into the audit log, in the request's transaction.

    :param act: dotted, such as `benefit.granted`.
    :param subject: a public ref; never an address or what a customer wrote.
    """
    audit.record(db.session, act=act, subject=subject, detail=detail, by=current_actor(), now=clock.utc_now())
