"""Signing in and out, signing up, and choosing a new password by a mailed link.

No answer here tells whether an address is known.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Response, g, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.utils import redirect

from portal import accounts, clock, consent
from portal.db import reading
from portal.errors import CandourError, Invalid, NotAllowed
from portal.settings import secret_of
from portal.web import gpc
from portal.web.database import db, engine, unlocked
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account, current_customer, current_settings, load
from portal.web.language import chosen_language
from portal.web.open.blueprint import blueprint
from portal.web.pages import onward, page, safe_next

SEEN = "seen"
NEW = ("reset", "invite")
"""Links by which a password is chosen."""
HOME = {"customer": "customer.home", "product": "team.inbox", "analyst": "analyst.home", "admin": "admin.home"}
PASSWORD_FAULTS = {
    "too-short": _l("Use at least 15 characters. A sentence you like is easy to remember and hard to guess."),
    "too-long": _l("Use at most 256 characters."),
    "unreadable": _l("Use characters that can be typed on one line."),
    "personal": _l("Do not build it from your name or address."),
    "common": _l("Others use this one, so it would be tried first. Choose another."),
}


@blueprint.after_app_request
def note_seen(response: Response) -> Response:
    """Keep a sign-in from idling out while its browser is in use; at most one small write every few minutes."""
    token, now = session.get("_user_id"), clock.utc_now()
    by_itself = request.endpoint is None or request.endpoint == "static" or "live" in request.endpoint
    if token and not by_itself and now.timestamp() - session.get(SEEN, 0) > accounts.TOUCH_EVERY.total_seconds():
        session[SEEN] = now.timestamp()
        with suppress(OperationalError):  # a busy database must not spoil a page for this
            accounts.touch_sign_in(engine(), str(token), now)
    return response


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form to sign in; somebody who is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(safe_next(url_for(HOME[current_user.role])), code=303)
    return page("open/account/sign_in.html", form=empty(), next=safe_next(""))


@blueprint.before_request
def look_at_password() -> None:
    """Compare the password before the request's writing transaction begins, so that hashing holds nobody else up."""
    if request.endpoint == "open.begin_sign_in":
        form = submitted(accounts.SignInSchema())
        g.sign_in = form, None
        if form.good:
            with reading(engine()) as session_:
                email, password = form.values["email"], form.values["password"]
                g.sign_in = form, accounts.recognise(session_, email, password, settings=current_settings())


@blueprint.post("/sign-in")
def begin_sign_in() -> ResponseReturnValue:
    """Sign the browser in under a new token, if address and password were right."""
    form, who = g.sign_in
    if not form.good:
        return _not_signed_in(Submitted(raw=form.raw))
    now = clock.utc_now()
    agent = request.user_agent.string
    try:
        token = accounts.admit(
            db.session, who, form.values["password"], settings=current_settings(), user_agent=agent, now=now
        )
    except NotAllowed:
        return _not_signed_in(form)
    role = _remember(token, now)
    if role == "customer":
        gpc.heed_at_sign_in(current_customer())
    return redirect(safe_next(url_for(HOME[role])), code=303)


def _not_signed_in(form: Submitted) -> ResponseReturnValue:
    message = _(
        "That did not work. Check the address and the password; if you signed up just now, confirm your address first."
    )
    return page("open/account/sign_in.html", form=form.refuse("email", message), next=safe_next(""))


def _remember(token: str, now: datetime) -> str:
    """Give the browser a fresh cookie that holds the token; gives the role of whoever it is."""
    identity = load(token)
    if identity is None:  # closed in this very moment
        raise NotAllowed(_("Sign in again."), code="sign-in-failed")
    session.clear()
    login_user(identity)
    session[SEEN] = now.timestamp()
    return identity.role


def remember_anew(token: str) -> None:
    """Put another token into this browser's cookie, after its sign-ins were ended."""
    _remember(token, clock.utc_now())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    accounts.sign_out(db.session, current_user.token, clock.utc_now())
    _forget()
    return onward("open.home", _("You are signed out."))


@blueprint.post("/sign-out/everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in of this account, this one too."""
    accounts.sign_out_everywhere(db.session, current_account(), clock.utc_now())
    _forget()
    return onward("open.home", _("You are signed out in every browser."))


def _forget() -> None:
    logout_user()
    session.clear()


@blueprint.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    """The form for a new account."""
    return page("open/account/sign_up.html", form=empty())


@blueprint.post("/sign-up")
def begin_sign_up() -> ResponseReturnValue:
    """Begin an account; a mail with a link goes out, whatever is known about the address."""
    form = submitted(accounts.SignUpSchema())
    if form.good:
        try:
            settings, spoken = current_settings(), chosen_language()
            kept = unlocked(lambda: accounts.hash_password(form.values["password"], settings))
            accounts.sign_up(
                db.session, **form.values, language=spoken, settings=settings, now=clock.utc_now(), kept=kept
            )
            _keep_denied(form.values["email"])
        except Invalid as refusal:
            form.refuse("password", password_fault(refusal))
    return onward("open.check_mail") if form.good else page("open/account/sign_up.html", form=form)


def _keep_denied(email: str) -> None:
    """Whoever was erased and comes back under the same address begins with a no to everything we ask for."""
    newcomer = accounts.customer_by_email(db.session, email)
    if newcomer is not None:
        consent.keep_denied(db.session, [newcomer], key=secret_of(current_settings()), now=clock.utc_now())


@blueprint.get("/check-mail")
def check_mail() -> ResponseReturnValue:
    """What to do next, the same for everybody."""
    return page("open/account/check_mail.html")


@blueprint.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """A button to confirm an address; looking at the page changes nothing, since mail scanners look too."""
    return page("open/account/confirm.html", token=token, usable=_usable(token, "confirm"))


@blueprint.post("/confirm/<token>")
def confirm_now(token: str) -> ResponseReturnValue:
    """Open the account."""
    accounts.confirm_email(db.session, token, now=clock.utc_now())
    return onward("open.sign_in", _("Your address is confirmed. Sign in with the password you chose."))


@blueprint.get("/address/<token>")
def address(token: str) -> ResponseReturnValue:
    """A button to confirm a new address; looking at the page changes nothing."""
    usable = accounts.address_is_open(db.session, token, settings=current_settings(), now=clock.utc_now())
    return page("open/account/address.html", token=token, usable=usable)


@blueprint.post("/address/<token>")
def address_now(token: str) -> ResponseReturnValue:
    """Put the new address in force."""
    accounts.confirm_address(db.session, token, settings=current_settings(), now=clock.utc_now())
    return onward("open.sign_in", _("Your new address is confirmed. From now on you sign in with it."))


@blueprint.get("/reset")
def reset() -> ResponseReturnValue:
    """The form to ask for a new password."""
    return page("open/account/reset.html", form=empty())


@blueprint.post("/reset")
def ask_reset() -> ResponseReturnValue:
    """Mail a link to choose a new password, if the address has an account."""
    form = submitted(accounts.AskResetSchema())
    if not form.good:
        return page("open/account/reset.html", form=form)
    accounts.ask_reset(db.session, form.values["email"], settings=current_settings(), now=clock.utc_now())
    return onward("open.check_mail")


@blueprint.get("/reset/<token>")
def new_password(token: str) -> ResponseReturnValue:
    """The form to choose a new password."""
    return page("open/account/new_password.html", form=empty(), token=token, usable=_usable(token, *NEW))


@blueprint.post("/reset/<token>")
def set_new_password(token: str) -> ResponseReturnValue:
    """Set the password and sign out every browser."""
    form = submitted(accounts.NewPasswordSchema())
    if form.good:
        try:
            settings, password = current_settings(), form.values["password"]
            kept = unlocked(lambda: accounts.hash_password(password, settings)) if _usable(token, *NEW) else None
            accounts.reset_password(db.session, token, password, settings=settings, now=clock.utc_now(), kept=kept)
        except Invalid as refusal:
            form.refuse("password", password_fault(refusal))
    if not form.good:
        return page("open/account/new_password.html", form=form, token=token, usable=_usable(token, *NEW))
    return onward("open.sign_in", _("Your new password is set. Every browser was signed out; sign in again."))


def _usable(token: str, *purposes: str) -> bool:
    return accounts.link_is_open(db.session, token, purposes, now=clock.utc_now())


def password_fault(refusal: CandourError) -> str:
    """Why a password was refused, in words."""
    text: Any = PASSWORD_FAULTS.get(str(refusal.detail.get("fault")))
    return str(text) if text else refusal.message
