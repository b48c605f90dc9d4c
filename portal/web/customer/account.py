"""A customer's sign-in and data: password, signed-in browsers, everything as one file."""

import json

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal import accounts, clock, privacy, rights
from portal.errors import Invalid, NotAllowed
from portal.web import browsers, rights_words
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account, current_customer, current_settings
from portal.web.open.account import password_fault, remember_anew
from portal.web.pages import onward, page


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """Password, browsers and data."""
    return _show(empty())


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change the password. Every browser is signed out; this one is signed in anew."""
    form = submitted(accounts.ChangePasswordSchema())
    if form.good:
        try:
            token = accounts.change_password(
                db.session,
                current_account(),
                old=form.values["old"],
                new=form.values["new"],
                settings=current_settings(),
                user_agent=request.user_agent.string,
                now=clock.utc_now(),
            )
        except NotAllowed:
            form.refuse("old", _("This is not your present password."))
        except Invalid as refusal:
            form.refuse("new", password_fault(refusal))
    if not form.good:
        return _show(Submitted(errors=form.errors))  # never the passwords
    remember_anew(token)
    return onward("customer.account", _("Your password is changed. Every other browser was signed out."))


@blueprint.post("/account/address")
def change_address() -> ResponseReturnValue:
    """Ask for another address. It counts once it was confirmed there, by a button."""
    form = submitted(accounts.ChangeAddressSchema())
    if form.good:
        try:
            accounts.ask_address(
                db.session, current_account(), **form.values, settings=current_settings(), now=clock.utc_now()
            )
        except NotAllowed:
            form.refuse("password", _("This is not your present password."))
        except Invalid as refusal:
            form.refuse("email", refusal.message)
    if not form.good:
        return _show(Submitted(raw={"email": form.raw.get("email", "")}, errors=form.errors))
    return onward(
        "customer.account", _("Look into the mail of the new address. Nothing changes before it is confirmed there.")
    )


@blueprint.post("/account/sign-ins/<int(max=2147483647):sign_in_id>/end")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    accounts.end_sign_in(db.session, current_account(), sign_in_id, clock.utc_now())
    return onward("customer.account", _("That browser is signed out."))


@blueprint.get("/download.json")
def download() -> Response:
    """Everything we keep about you, in one file."""
    everything = privacy.hand_over(db.session, current_customer(), now=clock.utc_now())
    text = json.dumps(everything, ensure_ascii=False, indent=1, sort_keys=True)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="everything-about-me.json"'
    return answer


@blueprint.get("/download.zip")
def download_archive() -> Response:
    """Everything we keep about you, as an archive: JSON, and CSV by table."""
    customer, now = current_customer(), clock.utc_now()
    everything = privacy.hand_over(db.session, customer, now=now)
    made = privacy.archive(everything, company=current_settings().company, language=customer.language, now=now)
    answer = Response(made, mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="everything-about-me.zip"'
    return answer


def _show(form: Submitted) -> ResponseReturnValue:
    found = accounts.sign_ins_of(db.session, current_account(), now=clock.utc_now())
    return page(
        "customer/account/account.html",
        form=form,
        account=current_account(),
        point=accounts.number_point(db.session, current_customer().id),
        requests=rights.requests_of(db.session, current_customer().id),
        open_states=rights.OPEN,
        rights_words=rights_words,
        sign_ins=[(one, accounts.is_sign_in(one, current_user.token)) for one in found],
        browser=browsers.named,
    )
