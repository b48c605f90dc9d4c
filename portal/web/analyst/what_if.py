"""What if: would the rules let us send this to this customer now? Asked in words, answered rule by rule."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields, post_load, validate

from portal import accounts, clock, consent, outreach, segments, treatment
from portal.accounts import Customer
from portal.errors import Invalid, NotFound
from portal.outreach import MessageTemplate
from portal.web import consent_words, mark_words, wording
from portal.web.analyst.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.language import chosen_zone
from portal.web.pages import page, to

UNSAID = {"channel": "email", "message_class": "marketing", "purpose": "marketing"}
"""What is asked about where nothing else is said."""


class OwnTime(fields.AwareDateTime):
    """A moment as the reader types it: where no zone is said, theirs."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        found = fields.DateTime._deserialize(self, value, attr, data, **options)
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(chosen_zone()))


class WhatIfSchema(treatment.IntentSchema):
    """An intent, and for whom."""

    customer = fields.String(required=True, validate=validate.Length(min=1, max=254))
    data = fields.String(load_default="", validate=validate.Length(max=1000))
    not_before = OwnTime(load_default=None)
    expires_at = OwnTime(load_default=None)

    @post_load
    def with_data(self, values: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The data in the words of the notice, which are separated by semicolons there."""
        used = consent.listed(values.pop("data"))
        return {**values, "data_used": tuple(sorted(set(used)))}


class QuestionSchema(WhatIfSchema):
    """The same as the form sends it: what a chosen template settles may be missing."""

    channel = fields.String(load_default=UNSAID["channel"], validate=validate.OneOf(treatment.CHANNELS))
    message_class = fields.String(load_default=UNSAID["message_class"], validate=validate.OneOf(treatment.CLASSES))
    purpose = fields.String(load_default=UNSAID["purpose"])


@blueprint.get("/what-if")
def what_if() -> ResponseReturnValue:
    """Would we be allowed to send this, to this customer, now? Nothing is recorded."""
    form = query(WhatIfSchema()) if request.args else empty(**UNSAID)
    customer = verdict = None
    if form.good and form.values:
        values = dict(form.values)
        try:
            customer = accounts.customer_by_ref(db.session, values.pop("customer").strip())
            wish = outreach.as_named(db.session, values)
            intent = treatment.IntentFacts(key="what-if", customer_id=customer.id, **wish)
            verdict = treatment.preview(db.session, intent, now=clock.utc_now())
        except NotFound as error:
            form.refuse("customer", error.message)
        except Invalid as error:
            form.refuse("template", error.message)
    return _show(form, customer, verdict)


@blueprint.post("/what-if")
def what_if_asked() -> ResponseReturnValue:
    """Go to the address of the question, which names the customer by reference alone: no mail address stands in it."""
    form = submitted(QuestionSchema())
    if not form.good:
        return _show(form)
    try:
        customer = accounts.customer_named(db.session, form.values["customer"].strip())
    except NotFound as error:
        return _show(form.refuse("customer", error.message))
    found = outreach.named(db.session, form.values["template"])
    asked = {**form.raw, **(_settled(found) if found is not None else {}), "customer": customer.ref}
    return to(url_for("analyst.what_if", **UNSAID | {name: value for name, value in asked.items() if value}))


def _settled(found: MessageTemplate) -> dict[str, str]:
    """What a template decides itself, as fields of the form."""
    said = {name: getattr(found, name) for name in ("message_class", "purpose", "channel", "topic")}
    return {**said, "data": "; ".join(found.data_used)}


def _show(form: Submitted, customer: Customer | None = None, verdict: Any = None) -> Response:
    asked = consent.purposes(db.session)
    return page(
        "analyst/what_if/what_if.html",
        form=form,
        customer=customer,
        verdict=verdict,
        items=[result.as_json() for result in verdict.outcome.results] if verdict else [],
        change=wording.change(verdict.counterfactual) if verdict else "",
        templates=_letters(str(form.raw.get("template", ""))),
        channels=[(key, consent_words.channel(key)) for key in treatment.CHANNELS],
        classes=[(key, wording.CLASSES[key]) for key in treatment.CLASSES],
        purposes=[(found.key, wording.PURPOSES.get(found.key, found.key)) for found in asked],
        topics=[("*", _("any")), *consent_words.parts("topic").items()],
        groups=[("", _("none")), *((live.key, live.name) for live in segments.live_segments(db.session))],
        lines=[("", _("not said: counts as every one")), *mark_words.PRODUCTS.items()],
        data=sorted({part for found in asked for part in consent.listed(found.data_used)}),
        zone=chosen_zone(),
        wording=wording,
    )


def _letters(chosen: str) -> list[tuple[str, str, str]]:
    """What may be sent, by name and with the fields it settles; what was asked for stands in the list too."""
    found = [
        (f"{one.key}@{one.version}", f"{one.subject} ({wording.CLASSES[one.message_class]})", json.dumps(_settled(one)))
        for one in outreach.templates(db.session)
    ]
    other = [(chosen, chosen, "")] if chosen and chosen not in {name for name, _subject, _fills in found} else []
    return [("", str(_("none")), ""), *found, *other]
