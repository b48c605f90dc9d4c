"""What holds contact with one customer back: marks with their proof, and who holds something together with them."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import accounts, clock, treatment
from portal.accounts import Customer
from portal.errors import CandourError
from portal.web import mark_words, rule_words
from portal.web.acting import note
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint


@blueprint.get("/customers/<ref>/marks")
def marks(ref: str) -> ResponseReturnValue:
    """What was recorded, also what ended, and the forms for more."""
    return _show(accounts.customer_by_ref(db.session, ref), empty(), empty())


@blueprint.post("/customers/<ref>/marks")
def mark_set(ref: str) -> ResponseReturnValue:
    """Record what stops or limits contact; it counts in the next decision."""
    customer, form = accounts.customer_by_ref(db.session, ref), submitted(treatment.MarkSchema())
    if not form.good:
        return _show(customer, form, empty())
    try:
        made = treatment.set_mark(
            db.session, customer.id, by=current_account().name, now=clock.utc_now(), **form.values
        )  # fmt: skip
    except CandourError as refused:
        field = {"mark-over": "until", "mark-exists": "kind"}.get(refused.code, "form")
        return _show(customer, form.refuse(field, refused.message), empty())
    note("mark.set", f"customer:{customer.ref}", kind=made.kind)
    return onward("team.marks", _("Recorded. It counts from the next decision on."), ref=ref)


@blueprint.post("/customers/<ref>/marks/end")
def mark_end(ref: str) -> ResponseReturnValue:
    """Record that a mark does not hold any more; it stays readable."""
    customer, form = accounts.customer_by_ref(db.session, ref), submitted(treatment.EndMarkSchema())
    if not form.good:
        return _show(customer, form, empty())
    ended = treatment.end_mark_of(
        db.session, customer.id, form.values["kind"], by=current_account().name, now=clock.utc_now()
    )
    note("mark.ended", f"customer:{customer.ref}", kind=ended.kind)
    return onward("team.marks", _("Ended. It stays written down here; record it again if that was wrong."), ref=ref)


@blueprint.post("/customers/<ref>/holders")
def holder_set(ref: str) -> ResponseReturnValue:
    """Record who holds something together with a customer, and whether they agree."""
    customer, form = accounts.customer_by_ref(db.session, ref), submitted(treatment.HolderSchema())
    if not form.good:
        return _show(customer, empty(), form)
    values = form.values
    made = treatment.set_holder(
        db.session, customer.id, values["name"], values["state"], by=current_account().name, now=clock.utc_now(),
        note=values["proof"],
    )  # fmt: skip
    note("holder.set", f"customer:{customer.ref}", state=made.state)
    return onward("team.marks", _("Recorded. It counts from the next decision on."), ref=ref)


def _show(customer: Customer, form: Submitted, holder_form: Submitted) -> ResponseReturnValue:
    now = clock.utc_now()
    policy = treatment.whole(treatment.policy_in_force(db.session).settings)
    answer = page(
        "team/marks/marks.html",
        form=form,
        holder_form=holder_form,
        customer=customer,
        marks=[(one, one.stage(now)) for one in treatment.marks_of(db.session, customer.id)],
        holders=treatment.holders_of(db.session, customer.id),
        kinds=list(mark_words.KINDS.items()),
        states=[(key, word) for key, (word, _shade) in mark_words.HOLDS.items()],
        products=[mark_words.PRODUCTS[key] for key in policy["vulnerable_products"]],
        reasons=rule_words.REASONS,
        words=mark_words,
    )
    if holder_form.errors:
        answer.status_code = 422
    return answer
