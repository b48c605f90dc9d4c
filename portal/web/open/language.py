"""The language a person reads the portal in: the customer's preference, or kept in the browser of anybody else."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from portal import clock, consent
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_settings, customer_or_none
from portal.web.language import COOKIE, offered_languages
from portal.web.open.blueprint import blueprint
from portal.web.pages import page, safe_next, to

A_YEAR = 365 * 24 * 3600


class LanguageSchema(Schema):
    """One of the languages the portal speaks, and where to go back to."""

    class Meta:
        unknown = RAISE

    language = fields.String(required=True)
    next = fields.String(load_default="")


@blueprint.get("/language")
def language() -> ResponseReturnValue:
    """The languages, each named in itself."""
    return page("open/language/language.html", languages=offered_languages(), back=safe_next("/"))


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Read in this language from now on. A customer's mail follows; nobody else's choice leaves the browser."""
    form = submitted(LanguageSchema())
    if form.good and form.values["language"] not in dict(offered_languages()):
        form.refuse("language", _("The portal does not speak this language yet."))
    if not form.good:
        return page("open/language/language.html", form=form, languages=offered_languages(), back=safe_next("/"))
    chosen, customer = form.values["language"], customer_or_none()
    if customer is not None:
        consent.set_preference(db.session, customer, now=clock.utc_now(), language=chosen)
    answer = to(safe_next("/"))
    answer.set_cookie(
        COOKIE, chosen, max_age=A_YEAR, secure=current_settings().cookie_secure, httponly=True, samesite="Lax"
    )
    return answer
