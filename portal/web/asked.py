"""The question put in the middle of what somebody is doing: it stands in the same form, so what they typed stays."""

from flask import Response, after_this_request, request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate

from portal import clock, consent, privacy
from portal.audit import Actor
from portal.consent import Ask, Permission
from portal.db import writing
from portal.errors import Conflict, NotFound
from portal.privacy.schemas import KEY, NUMBER
from portal.web.database import db, engine
from portal.web.forms import Submitted
from portal.web.identity import current_account, current_customer, customer_or_none

PURPOSE = "needs"
OURS = "ask_"


class AnswerSchema(Schema):
    """Yes, no, or not now, to these words."""

    act = fields.String(required=True, validate=validate.OneOf(("give", "withdraw", "defer")))
    notice = fields.Integer(required=True, validate=validate.Range(min=1, max=NUMBER))
    seq = fields.Integer(required=True, validate=validate.Range(min=0, max=NUMBER))
    key = fields.String(required=True, validate=KEY)


def question(place: str, permission: Permission | None = None) -> Ask | None:
    """What to ask whoever is signed in, if anything; that it was shown is noted after the page, once.

    :param permission: what they allow about it, where the page knows already.
    """
    customer = customer_or_none()
    if customer is None:
        return None
    now = clock.utc_now()
    permission = permission if permission is not None else consent.allows(db.session, customer.id, PURPOSE, now=now)
    found = consent.to_ask(db.session, customer, PURPOSE, place, answer=permission, now=now)
    if found is not None and not found.noted:
        words, person = found.words, customer.id

        @after_this_request
        def note(response: Response) -> Response:
            if request.method == "GET":
                with writing(engine()) as noting:
                    consent.serve(noting, person, words, place, now)
            return response

    return found


def answer() -> tuple[Submitted, str]:
    """Write down what was answered; the form as it was typed so far, and a word about what was recorded.

    :raises NotFound: when the form was damaged.
    """
    typed = Submitted(raw={name: value for name, value in request.form.items() if not name.startswith(OURS)})
    typed.raw.pop("csrf_token", None)
    sent = {name.removeprefix(OURS): value for name, value in request.form.items() if name.startswith(OURS)}
    try:
        values = AnswerSchema().load(sent)
    except ValidationError:
        raise NotFound(_("This form is damaged. Reload the page and choose again."), code="damaged-form") from None
    customer = current_customer()
    change = privacy.CellChange(purpose=PURPOSE, act=values["act"], notice_id=values["notice"])
    try:
        privacy.change_consent(
            db.session, customer, [change], actor=Actor("customer", current_account().id, customer.ref),
            method="web_form", expected_seq=values["seq"], submission_key=values["key"], now=clock.utc_now(),
        )  # fmt: skip
    except Conflict:
        return typed, str(_("Something about what you allow changed meanwhile, so nothing was recorded. See below."))
    said = {
        "give": _("Recorded: yes. It counts from now on; take it back at any time under What you allow."),
        "withdraw": _("Recorded: no. We will not ask again."),
        "defer": _("Everything stays as it was. We do not ask again before the words change."),
    }
    return typed, str(said[values["act"]])
