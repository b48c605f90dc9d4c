"""The page behind the link at the foot of a mail. Looking changes nothing; a button, or a mail program, stops things.

No sign-in, no cookie and no token of a form is needed: the address itself is signed, and can only take away.
"""

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import accounts, clock, consent, privacy, sentences
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import StopLink
from portal.errors import NotFound
from portal.settings import secret_of
from portal.web import consent_words
from portal.web.database import db
from portal.web.identity import current_settings
from portal.web.navigation import NOBODY
from portal.web.open.blueprint import blueprint
from portal.web.pages import page

GPC_SINCE = "2026-11-23"
"""Since when the portal heeds the signal."""


@blueprint.get("/u/<token>")
def stop(token: str) -> ResponseReturnValue:
    """What can be stopped. Mail scanners follow links, so this changes nothing, ever."""
    return _show(_named(token), token, done="")


@blueprint.post("/u/<token>")
def stop_now(token: str) -> ResponseReturnValue:
    """Stop this kind of mail (what a mail program asks for, RFC 8058), all of it, or pause. Done twice, it is done."""
    named = _named(token)
    if named is None:
        return _show(None, token, done="")
    link, customer = named
    act = request.form.get("act", "stop")
    _stop(link, customer, act)
    return _show(named, token, done=act if act in ("all", "pause") else "stop")


@blueprint.get("/.well-known/gpc.json")
def gpc() -> Response:
    """Whether this portal heeds the browser's signal not to sell or share (Global Privacy Control)."""
    heeds = any(purpose.honours_gpc for purpose in consent.purposes(db.session))
    return jsonify({"gpc": heeds, "lastUpdate": GPC_SINCE})


def _named(token: str) -> tuple[StopLink, Customer] | None:
    """What the token names; None, whatever is wrong with it."""
    link = consent.open_stop(secret_of(current_settings()), token)
    if link is None:
        return None
    try:
        return link, accounts.customer_by_ref(db.session, link.customer)
    except NotFound:
        return None


def _stop(link: StopLink, customer: Customer, act: str) -> None:
    now, evidence = clock.utc_now(), f"mail {link.decision}"
    how: dict[str, Any] = {
        "actor": Actor(type="customer", id=None, name=customer.ref), "method": "one_click", "evidence": evidence,
        "now": now,
    }  # fmt: skip
    if act == "pause":
        privacy.pause_by_link(db.session, customer, zone=current_settings().default_zone, evidence=evidence, now=now)
    elif act == "all" or link.purpose == consent.ANY:
        privacy.stop_all(db.session, customer, link.channel, **how)
    else:
        privacy.stop(db.session, customer, privacy.one_cell(link.purpose, link.channel, link.topic), **how)


def _show(named: tuple[StopLink, Customer] | None, token: str, *, done: str) -> ResponseReturnValue:
    """The page, in the language of the mail; it names nobody, not even whoever is signed in here."""
    nobody: dict[str, Any] = {"person": None, "role": NOBODY, "tongues": ""}
    if named is None:
        wrong = page("open/stopping/stop.html", link=None, **nobody)
        wrong.status_code = 404
        return wrong
    link, customer = named
    settings = current_settings()
    spoken = sentences.nearest(customer.language, settings.zone_languages) or settings.zone_languages[0]
    purposes = {one.key: one.sentence for one in consent.purposes(db.session, retired=True)}
    with force_locale(spoken.replace("-", "_")):
        return page(
            "open/stopping/stop.html",
            link=link,
            token=token,
            done=done,
            what=_("write to you on our own account")
            if link.purpose == consent.ANY
            else purposes.get(link.purpose, link.purpose),
            words=consent_words,
            days=privacy.PAUSE_DAYS,
            **nobody,
        )
