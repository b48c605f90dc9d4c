"""The language a person reads the portal in: kept with whoever is signed in, or in the browser of a visitor."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from portal import accounts, clock, consent
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_settings, viewer
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
    """Read in this language from now on. The mail of whoever is signed in follows; a visitor's choice stays here."""
    form = submitted(LanguageSchema())
    if form.good and form.values["language"] not in dict(offered_languages()):
        form.refuse("language", _("The portal does not speak this language yet."))
    if not form.good:
        return page("open/language/language.html", form=form, languages=offered_languages(), back=safe_next("/"))
    chosen, person = form.values["language"], viewer()
    if person is not None and person.customer is not None:
        consent.set_preference(db.session, person.customer, now=clock.utc_now(), language=chosen)
    elif person is not None:
        accounts.choose_own(db.session, person.account, language=chosen, time_zone=person.account.time_zone)
    answer = to(safe_next("/"))
    answer.set_cookie(
        COOKIE, chosen, max_age=A_YEAR, secure=current_settings().cookie_secure, httponly=True, samesite="Lax"
    )
    return answer
