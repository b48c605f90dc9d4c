"""What can be granted; granting by hand with a reason; writing down a use."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import accounts, clock, entitlements
from portal.errors import CandourError
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page


@blueprint.get("/benefits")
def benefits() -> ResponseReturnValue:
    """All kinds of things that can be granted, with how many grants are in force."""
    return page(
        "admin/benefits/list.html",
        benefits=entitlements.benefits(db.session, with_retired=True),
        in_force=entitlements.grants_in_force(db.session, clock.utc_now()),
    )


@blueprint.get("/benefits/new")
def benefit_new() -> ResponseReturnValue:
    """The form for a new kind of thing."""
    return page("admin/benefits/new.html", form=empty())


@blueprint.post("/benefits/new")
def benefit_add() -> ResponseReturnValue:
    """Say that a new kind of thing can be granted."""
    form = submitted(entitlements.BenefitSchema())
    if not form.good:
        return page("admin/benefits/new.html", form=form)
    try:
        made = entitlements.add_benefit(db.session, now=clock.utc_now(), **form.values)
    except CandourError as error:
        return page("admin/benefits/new.html", form=form.refuse("key", error.message))
    note("benefit.added", made.key)
    return onward("admin.benefits", _("“%(name)s” can be granted now.", name=made.name))


@blueprint.post("/benefits/<key>/retire")
def benefit_retire(key: str) -> ResponseReturnValue:
    """Stop granting a benefit; what was granted stays."""
    found = entitlements.retire_benefit(db.session, key, now=clock.utc_now())
    note("benefit.retired", key)
    return onward("admin.benefits", _("“%(name)s” is not granted any more. What was granted stays.", name=found.name))


@blueprint.get("/benefits/grant")
def benefit_grant() -> ResponseReturnValue:
    """The form to grant something to one customer."""
    return _act_page("grant", empty())


@blueprint.post("/benefits/grant")
def benefit_grant_now() -> ResponseReturnValue:
    """Grant something to one customer by hand. The same form sent twice grants once."""
    form, now = submitted(entitlements.GrantSchema()), clock.utc_now()
    if not form.good:
        return _act_page("grant", form)
    try:
        customer = accounts.customer_named(db.session, form.values["customer"])
        kind = entitlements.benefit(db.session, form.values["benefit"])
        entitlements.grant(
            db.session,
            customer.id,
            kind.key,
            amount=form.values["amount"],
            valid_from=now,
            valid_until=entitlements.usual_end(kind, now),
            source="staff",
            source_ref=f"account:{current_account().id}",
            why=form.values["why"],
            dedupe_key=f"staff:{form.values['submission_key']}",
            now=now,
        )
    except CandourError as error:
        return _act_page("grant", form.refuse(_field_of(error), error.message))
    note("benefit.granted", customer.ref, benefit=kind.key, amount=form.values["amount"])
    return onward("admin.benefits", _("%(name)s has it now and was told why.", name=customer.name))


@blueprint.get("/benefits/use")
def benefit_use() -> ResponseReturnValue:
    """The form to write down a use."""
    return _act_page("use", empty())


@blueprint.post("/benefits/use")
def benefit_use_now() -> ResponseReturnValue:
    """Write down that a customer used something. The same form sent twice counts once."""
    form = submitted(entitlements.UseSchema())
    if not form.good:
        return _act_page("use", form)
    values = form.values
    try:
        customer = accounts.customer_named(db.session, values["customer"])
        entitlements.use(
            db.session,
            customer.id,
            values["benefit"],
            values["amount"],
            key=f"staff:{values['submission_key']}",
            by=current_account().name,
            now=clock.utc_now(),
        )
    except CandourError as error:
        return _act_page("use", form.refuse(_field_of(error), error.message))
    note("benefit.used", customer.ref, benefit=values["benefit"], amount=values["amount"])
    return onward("admin.benefits", _("Written down. %(name)s sees it at once.", name=customer.name))


def _act_page(act: str, form: Submitted) -> ResponseReturnValue:
    """The form of one act on one customer; `act` is grant or use."""
    return page(f"admin/benefits/{act}.html", form=form, benefits=entitlements.benefits(db.session))


def _field_of(error: CandourError) -> str:
    """The form field a refusal belongs to."""
    return {"no-such-customer": "customer", "no-reason": "why", "not-enough": "amount", "bad-amount": "amount"}.get(
        error.code, "benefit"
    )
