"""The browser's signal not to sell or share (Global Privacy Control): when it counts and where it is kept.

Why with the next thing a customer does, and not while they look: docs/decisions/0007-a-signal-of-the-browser.md.
"""

from flask import request

from portal import accounts, clock, consent, privacy
from portal.accounts import Customer
from portal.db import reading, writing
from portal.web import database
from portal.web.identity import customer_or_none


def asked() -> bool:
    """Whether the browser asks: the header is exactly `1`. Anything else, and no header, says nothing."""
    return request.headers.getlist("Sec-GPC") == ["1"]


def heed_at_sign_in(customer: Customer) -> None:
    """Keep the signal of a browser in which a customer just signed in, in the request's transaction."""
    if asked():
        privacy.object_by_browser(database.db.session, customer, now=clock.utc_now())


def heed() -> None:
    """Before a signed-in customer's act begins: keep the signal, in a short transaction of its own.

    So the objection stands whatever becomes of the act, and an act that rests on an older page is told what changed.
    """
    if not asked() or not database.writes():
        return
    customer = customer_or_none()
    if customer is None:
        return
    customer_id = customer.id
    database.db.session.rollback()
    with reading(database.engine()) as session:
        unheard = consent.unheard_by_gpc(session, customer_id)
    if unheard:
        with writing(database.engine()) as session:
            privacy.object_by_browser(session, accounts.lock_customer(session, customer_id), now=clock.utc_now())
