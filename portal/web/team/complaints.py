"""What a complaint is about: offers of that line stay off, the others may go on."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from portal import conversations, treatment
from portal.errors import Invalid
from portal.web import complaint_words
from portal.web.acting import note
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.pages import onward
from portal.web.team.blueprint import blueprint

LINES = {complaint_words.FROM_WORDS: None, complaint_words.ALL: "", **{key: key for key in treatment.PRODUCT_LINES}}


class AboutSchema(Schema):
    """Which product line a complaint is about."""

    line = fields.String(required=True, validate=validate.OneOf(tuple(LINES)))


@blueprint.post("/conversations/<ref>/product-line")
def conversation_line(ref: str) -> ResponseReturnValue:
    """Say which product line a complaint is about, or leave that to its words."""
    opened, form = conversations.conversation_by_ref(db.session, ref), submitted(AboutSchema())
    if not form.good:
        raise Invalid(_("Choose one of the products."), fields=form.errors)
    conversations.say_product_line(db.session, opened, LINES[form.values["line"]])
    note("complaint.line", f"conversation:{opened.ref}", line=form.values["line"])
    return onward("team.conversation", _("Recorded. It counts from the next decision on."), ref=ref)
