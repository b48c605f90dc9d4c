"""A customer's rights: what they asked for and how it stands, a complaint, and being erased."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import accounts, clock, privacy, rights
from portal.web import rights_words
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account, current_customer, current_settings
from portal.web.language import day
from portal.web.pages import onward, page


@blueprint.get("/privacy")
def privacy_rights() -> ResponseReturnValue:
    """What was asked for, with its state and its day, and the form to ask for more."""
    return _show(empty(kind=request.args.get("kind", "")))


@blueprint.post("/privacy/requests")
def ask_right() -> ResponseReturnValue:
    """Ask for something by right, or complain about how data is treated."""
    form = submitted(rights.AskSchema())
    if not form.good:
        return _show(form)
    made = rights.ask(
        db.session, current_customer(), kind=form.values["kind"], words=form.values["words"],
        submission_key=form.values["key"], now=clock.utc_now(),
    )  # fmt: skip
    told = _("Received as %(ref)s. We answer by %(day)s at the latest.", ref=made.ref, day=day(made.due_at))
    if made.acknowledge_by is not None:
        told = _("Received as %(ref)s. Somebody takes it up by %(day)s at the latest.", ref=made.ref,
                 day=day(made.acknowledge_by))  # fmt: skip
    return onward("customer.privacy_rights", told)


@blueprint.post("/privacy/requests/<ref>/take-back")
def take_right_back(ref: str) -> ResponseReturnValue:
    """The customer wants it no more."""
    customer = current_customer()
    found = rights.request(db.session, ref, customer_id=customer.id)
    rights.take_back(db.session, customer, found, now=clock.utc_now())
    erasing = found.kind == "erase"
    return onward("customer.privacy_rights", _("Taken back. Nothing is erased.") if erasing else _("Taken back."))


@blueprint.get("/privacy/erase")
def erase() -> ResponseReturnValue:
    """What would go, what would stay and why, and the form to ask for it."""
    return _plan(empty())


@blueprint.post("/privacy/erase")
def ask_erase() -> ResponseReturnValue:
    """Ask to be erased: it happens in seven days, until then it can be taken back."""
    form = submitted(rights.EraseSchema())
    if form.good and not accounts.knows_password(current_account(), form.values["password"], current_settings()):
        form.refuse("password", _("This is not your present password."))
    if not form.good:
        return _plan(Submitted(errors=form.errors, raw={"ideas": form.raw.get("ideas", "")}))  # never the password
    keep = form.values["ideas"] == "keep"
    made = privacy.ask_erasure(
        db.session, current_customer(), keep_ideas=keep, settings=current_settings(), now=clock.utc_now()
    )
    return onward(
        "customer.privacy_rights",
        _("Everything about you is erased on %(day)s. Until then you can take it back here.", day=day(made.acts_at)),
    )


def _show(form: Submitted) -> ResponseReturnValue:
    now = clock.utc_now()
    found = rights.requests_of(db.session, current_customer().id)
    days = {one.id: rights.next_day(one.state, one.due_at, one.acknowledge_by, one.acknowledged_at) for one in found}
    return page(
        "customer/rights/rights.html",
        form=form,
        requests=found,
        days=days,
        alarms={one.id: rights.alarm(days[one.id], now, held=one.state == "held") for one in found},
        erasing=next((one for one in found if one.kind == "erase" and one.state in rights.OPEN), None),
        kinds=[(kind, label) for kind, label in rights_words.KINDS.items() if kind != "erase"],
        open_states=rights.OPEN,
        words=rights_words,
    )


def _plan(form: Submitted) -> ResponseReturnValue:
    lines = privacy.plan_erasure(db.session, current_customer(), now=clock.utc_now())
    return page(
        "customer/rights/erase.html",
        form=form,
        goes=[line for line in lines if line.act == "delete" and line.rows],
        emptied=[line for line in lines if line.act == "blank" and line.rows],
        held=[line for line in lines if line.held_until and line.rows],
        words=rights_words,
    )
