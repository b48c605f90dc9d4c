"""What a customer said on the phone, in a branch or by letter: stop. The team takes away; giving is the customer's."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, conversations, privacy
from portal.accounts.models import Customer
from portal.errors import NotFound
from portal.privacy.schemas import ToldStopSchema
from portal.web.acting import current_actor, note
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.pages import onward
from portal.web.team.blueprint import blueprint


@blueprint.post("/conversations/<ref>/stop")
def conversation_stop(ref: str) -> ResponseReturnValue:
    """Record that the customer beside a conversation said stop: it holds at once, and they read who recorded it how."""
    opened = conversations.conversation_by_ref(db.session, ref)
    form = submitted(ToldStopSchema())
    if not form.good or opened.customer_id is None:
        raise NotFound(_("This form is damaged. Reload the page and choose again."), code="damaged-form")
    customer = db.session.get_one(Customer, opened.customer_id)
    values, actor, now = form.values, current_actor(), clock.utc_now()
    evidence = f"{opened.ref}: {values['note']}" if values["note"] else opened.ref
    changes = privacy.one_cell(values["purpose"])
    receipt = privacy.stop(
        db.session, customer, changes, actor=actor, method=values["method"], evidence=evidence, now=now
    )
    if receipt is None:
        return onward("team.conversation", _("It was so already; nothing had to change."), ref=ref)
    note("consent.stopped", f"customer:{customer.ref}", purpose=values["purpose"], method=values["method"])
    return onward("team.conversation", _("Stopped at once. The customer sees it, and how it came about."), ref=ref)
