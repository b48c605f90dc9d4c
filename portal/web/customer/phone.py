"""A customer's own number: given here, confirmed by a code that a text message brings, changed and forgotten."""

from datetime import datetime
from functools import partial

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import accounts, clock, outreach
from portal import db as databases
from portal.errors import Conflict, TooMany
from portal.settings import Settings
from portal.web import gateway_words
from portal.web.acting import note
from portal.web.customer.blueprint import blueprint
from portal.web.database import db, engine, unlocked
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_customer, current_settings
from portal.web.pages import onward, page

SUBJECT = "contact-point:number"
NOT_SENT = {
    "code-sent": _l("A code is on its way already. If it does not come, ask for another one after a minute."),
    "no-gateway": _l("We cannot send text messages yet. Your number is kept, and stays unconfirmed until we can."),
    "number-confirmed": _l("This number is confirmed already."),
    "no-number": _l("Give us a number first."),
}
"""Why there is no code, as somebody reads it who asked for one."""


@blueprint.get("/phone")
def phone() -> ResponseReturnValue:
    """The number we know, how sure we are of it, and what can be done."""
    return _show(empty())


@blueprint.post("/phone")
def keep_phone() -> ResponseReturnValue:
    """Keep a number, and send it a code where that is possible. The same number again only sends the code."""
    form = submitted(accounts.NumberSchema())
    if not form.good:
        return _show(form)
    customer, now = current_customer(), clock.utc_now()
    before = accounts.number_point(db.session, customer.id)
    known = before.value if before else None
    kept = accounts.keep_number(db.session, customer.id, form.values["number"], now=now)
    if kept.value != known:
        note("contact-point.told", SUBJECT)
    return onward("customer.phone", _asked(now))


@blueprint.post("/phone/code")
def ask_phone_code() -> ResponseReturnValue:
    """Send a code, or another one; pressed twice, one is sent."""
    return onward("customer.phone", _asked(clock.utc_now()))


@blueprint.post("/phone/confirm")
def confirm_phone() -> ResponseReturnValue:
    """Compare the code. A wrong one counts, so it is written down in a transaction of its own before it is refused."""
    form = submitted(accounts.NumberCodeSchema())
    if not form.good:
        return _show(form)
    customer_id, settings, now = current_customer().id, current_settings(), clock.utc_now()
    outcome = unlocked(partial(_tried, customer_id, form.values["asked"], form.values["code"], settings, now))
    if outcome == "confirmed":
        note("contact-point.confirmed", SUBJECT)
        return onward("customer.phone", _("Your number is confirmed."))
    form.refuse("code", _refused(outcome))
    return _show(Submitted(errors=form.errors))


@blueprint.post("/phone/forget")
def forget_phone() -> ResponseReturnValue:
    """Forget the number, after the question whether that is meant; again, it changes nothing."""
    if accounts.drop_point(db.session, current_customer().id, "number"):
        note("contact-point.forgotten", SUBJECT)
    return onward("customer.phone", _("It is forgotten. Nothing is sent there any more."))


def _asked(now: datetime) -> str:
    """Ask for a code; gives what to say about it."""
    try:
        decision = outreach.ask_code(db.session, current_customer(), settings=current_settings(), now=now)
    except Conflict as refusal:
        return str(NOT_SENT[refusal.code])
    except TooMany:
        return str(_("That were many codes for one day. Your number is kept; ask for another code tomorrow."))
    note("contact-point.asked", SUBJECT, decision=decision.ref)
    if decision.outcome != "allow":
        return str(_("Our own rules let no text message go there now. What stands in the way is said below."))
    return str(_("A code is on its way. It counts for 10 minutes."))


def _tried(customer_id: int, tag: str, code: str, settings: Settings, now: datetime) -> str:
    with databases.writing(engine()) as session:
        return accounts.try_code(session, customer_id, tag=tag, code=code, settings=settings, now=now)


def _refused(outcome: str) -> str:
    """What is wrong with a code, and what to do."""
    if outcome == "wrong":
        proof = accounts.proof_of(accounts.number_point(db.session, current_customer().id))
        left = proof.left if proof is not None else 0
        again = ngettext("You can try once more.", "You can try %(num)d more times.", left)
        return str(_("This is not the code that was sent.")) + " " + str(again)
    return {
        "over": str(_("This code is too old. Ask for another one.")),
        "spent": str(_("There were five wrong codes, so this one counts no more. Ask for another one.")),
        "other": str(_("Another code was asked for meanwhile, in another window perhaps. Type the newest one.")),
    }.get(outcome, str(_("No code was asked for. Ask for one first.")))


def _show(form: Submitted) -> ResponseReturnValue:
    now = clock.utc_now()
    found = outreach.progress_of(db.session, current_customer().id)
    point, proof = found.point, found.proof
    return page(
        "customer/phone/phone.html",
        form=form,
        point=point,
        proof=proof,
        open=proof is not None
        and proof.is_open(now)
        and found.decision is not None
        and found.decision.outcome == "allow",
        soon=proof is not None and now < proof.again_at,
        decision=found.decision,
        told=gateway_words.told(found.message) if found.message is not None else "",
        unreached=found.unreached,
        can_send=accounts.gateway_came(db.session),
        own=accounts.BY_THEMSELVES,
    )
