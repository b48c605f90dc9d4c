"""Who works here, and what each may do."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import accounts, clock
from portal.errors import Conflict
from portal.web.acting import current_actor
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_settings
from portal.web.pages import onward, page

ROLES = {"product": _l("Product team"), "analyst": _l("Analyst"), "admin": _l("Administrator")}


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Everybody who works here, and a form to add somebody."""
    return _show(empty())


@blueprint.post("/people")
def add_person() -> ResponseReturnValue:
    """Add somebody; a link to choose a password is mailed."""
    form = submitted(accounts.TeamMemberSchema())
    if form.good:
        try:
            accounts.add_team_member(
                db.session, **form.values, settings=current_settings(), by=current_actor(), now=clock.utc_now()
            )
        except Conflict:
            form.refuse("email", _("There is already a sign-in with this address."))
    return onward("admin.people", _("Added. A mail with a link is on its way.")) if form.good else _show(form)


@blueprint.post("/people/<int(max=2147483647):account_id>/role")
def set_role(account_id: int) -> ResponseReturnValue:
    """Give somebody another role; they are signed out everywhere."""
    form = submitted(accounts.RoleSchema())
    if not form.good:
        return _show(form)
    accounts.set_role(db.session, account_id, form.values["role"], by=current_actor(), now=clock.utc_now())
    return onward("admin.people", _("The role is changed; that person signs in again."))


@blueprint.post("/people/<int(max=2147483647):account_id>/close")
def close_person(account_id: int) -> ResponseReturnValue:
    """Close somebody's sign-in at once."""
    accounts.disable(db.session, account_id, by=current_actor(), now=clock.utc_now())
    return onward("admin.people", _("Closed. Every browser of that person is signed out."))


@blueprint.post("/people/<int(max=2147483647):account_id>/open")
def open_person(account_id: int) -> ResponseReturnValue:
    """Open a closed sign-in again."""
    accounts.enable(db.session, account_id, by=current_actor(), now=clock.utc_now())
    return onward("admin.people", _("Open again."))


def _show(form: Submitted) -> ResponseReturnValue:
    role = request.args.get("role", "")
    role = role if role in ROLES else ""
    return page(
        "admin/people/people.html",
        form=form,
        people=accounts.team_members(db.session, role=role or None),
        roles=list(ROLES.items()),
        names=ROLES,
        chosen=role,
    )
