"""The desk for requests about personal data: clocks, who does what, outcomes, and legal holds."""

from datetime import UTC, datetime, time, timedelta

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from portal import accounts, clock, privacy, rights
from portal.accounts import Customer
from portal.errors import NotFound
from portal.rights import RightsRequest
from portal.web import rights_words
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_account, current_settings
from portal.web.pages import onward, page

PAGE = 50


class DeskSchema(Schema):
    """Which requests to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    kind = fields.String(validate=validate.OneOf(rights.KINDS))
    settled = fields.Boolean(load_default=False)
    before = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))


@blueprint.get("/requests")
def requests() -> ResponseReturnValue:
    """Open requests by the day that comes next, or settled ones, the newest first."""
    return _desk(empty())


@blueprint.post("/requests")
def take_request_down() -> ResponseReturnValue:
    """Take down a request that came by phone, in a branch or by letter; its clock begins now."""
    form = submitted(rights.TakenDownSchema())
    customer = _customer(form) if form.good else None
    if customer is None:
        return _desk(form)
    made = privacy.take_down(
        db.session, customer, **{name: form.values[name] for name in ("kind", "came_by", "words")},
        by=current_account().name, submission_key=form.values["key"], settings=current_settings(), now=clock.utc_now(),
    )  # fmt: skip
    note("rights.taken-down", made.ref, kind=made.kind)
    return onward("admin.request_page", _("Taken down as %(ref)s.", ref=made.ref), ref=made.ref)


@blueprint.get("/requests/<ref>")
def request_page(ref: str) -> ResponseReturnValue:
    """One request with its history, and what must be kept of its customer."""
    return _one(ref, empty())


@blueprint.post("/requests/<ref>/acknowledge")
def acknowledge_request(ref: str) -> ResponseReturnValue:
    """Take a request up."""
    found = rights.request(db.session, ref)
    rights.acknowledge(db.session, found, by=current_account().name, now=clock.utc_now())
    note("rights.taken-up", ref)
    return onward("admin.request_page", _("It is yours now; the customer sees that it is looked at."), ref=ref)


@blueprint.post("/requests/<ref>/note")
def note_request(ref: str) -> ResponseReturnValue:
    """Put a remark into the history; only the team reads it."""
    form = submitted(rights.RemarkSchema())
    if not form.good:
        return _one(ref, form)
    found = rights.request(db.session, ref)
    rights.remark(db.session, found, note=form.values["note"], by=current_account().name, now=clock.utc_now())
    return onward("admin.request_page", _("Kept."), ref=ref)


@blueprint.post("/requests/<ref>/settle")
def settle_request(ref: str) -> ResponseReturnValue:
    """Say what became of it."""
    form = submitted(rights.SettleSchema())
    if not form.good:
        return _one(ref, form)
    found = rights.request(db.session, ref)
    rights.settle(db.session, found, **form.values, by=current_account().name, now=clock.utc_now())
    note("rights.settled", ref, granted=form.values["granted"])
    return onward("admin.request_page", _("Settled. The customer reads the outcome."), ref=ref)


@blueprint.post("/requests/<ref>/holds")
def set_hold(ref: str) -> ResponseReturnValue:
    """Keep parts of what is known of this customer until a day."""
    form, now = submitted(rights.HoldSchema()), clock.utc_now()
    until = now
    if form.good:
        until = datetime.combine(form.values["until"] + timedelta(days=1), time.min, tzinfo=UTC)
        if until <= now:
            form.refuse("until", _("Choose a day to come."))
    if not form.good:
        return _one(ref, form)
    customer = accounts.lock_customer(db.session, rights.request(db.session, ref).customer_id)
    rights.set_hold(
        db.session, customer, covers=form.values["covers"], reason=form.values["reason"], until=until,
        by=current_account().name, now=now,
    )  # fmt: skip
    note("rights.hold-set", customer.ref, covers=form.values["covers"])
    return onward("admin.request_page", _("The hold is set."), ref=ref)


@blueprint.post("/requests/<ref>/holds/<int(max=2147483647):hold_id>/lift")
def lift_hold(ref: str, hold_id: int) -> ResponseReturnValue:
    """End a hold before its day; what it kept of somebody erased goes at the next run."""
    found, hold = rights.request(db.session, ref), rights.hold(db.session, hold_id)
    if hold.customer_id != found.customer_id:
        raise NotFound("There is no such hold.", code="no-such-hold")
    rights.lift_hold(db.session, hold, by=current_account().name, now=clock.utc_now())
    note("rights.hold-lifted", ref)
    return onward("admin.request_page", _("The hold is lifted."), ref=ref)


def _customer(form: Submitted) -> Customer | None:
    try:
        return accounts.customer_named(db.session, form.values["customer"])
    except NotFound as error:
        form.refuse("customer", error.message)
        return None


def _day(one: RightsRequest) -> datetime | None:
    return rights.next_day(one.state, one.due_at, one.acknowledge_by, one.acknowledged_at)


def _desk(form: Submitted) -> ResponseReturnValue:
    asked, now = query(DeskSchema()), clock.utc_now()
    kind, settled = asked.values.get("kind"), bool(asked.values.get("settled"))
    rows = rights.desk(db.session, kind=kind, settled=settled, before=asked.values.get("before"), limit=PAGE + 1)
    return page(
        "admin/requests/requests.html",
        form=form,
        asked=asked,
        rows=[
            (one, who, _day(one), rights.alarm(_day(one), now, held=one.state == "held")) for one, who in rows[:PAGE]
        ],
        older=rows[PAGE - 1][0].id if settled and len(rows) > PAGE else None,
        standing=rights.standing(db.session, now),
        kind=kind,
        settled=settled,
        kinds=list(rights_words.KINDS.items()),
        ways=[(way, label) for way, label in rights_words.WAYS.items() if way != "portal"],
        words=rights_words,
    )


def _one(ref: str, form: Submitted) -> ResponseReturnValue:
    found, now = rights.request(db.session, ref), clock.utc_now()
    return page(
        "admin/requests/request.html",
        form=form,
        request=found,
        customer=db.session.get_one(Customer, found.customer_id),
        steps=rights.steps_of(db.session, found.id),
        holds=[
            (one, one.lifted_at is None and one.until > now) for one in rights.holds_of(db.session, found.customer_id)
        ],
        day=_day(found),
        alarm=rights.alarm(_day(found), now, held=found.state == "held"),
        open=found.state in rights.OPEN,
        words=rights_words,
    )
