"""What somebody who works here chose for themselves: the language and the time zone of their pages and mails."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import accounts
from portal.web.acting import note
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account, current_settings
from portal.web.language import offered_languages, offered_zones
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint


@blueprint.get("/account")
def own_account() -> ResponseReturnValue:
    """Language and time zone, as they were chosen."""
    mine = current_account()
    return _show(empty(language=accounts.language_of(mine, current_settings()), time_zone=mine.time_zone or ""))


@blueprint.post("/account")
def own_account_kept() -> ResponseReturnValue:
    """Keep them: every page from the next one on, every mail from now on."""
    form = submitted(accounts.OwnSchema())
    if form.good and form.values["language"] not in dict(offered_languages()):
        form.refuse("language", _("The portal does not speak this language yet."))
    if not form.good:
        return _show(form)
    mine = current_account()
    accounts.choose_own(db.session, mine, **form.values)
    note("account.own-settings", f"account:{mine.id}")
    return onward("team.own_account", _("Kept. It counts from now on."))


def _show(form: Submitted) -> ResponseReturnValue:
    company = current_settings().default_zone.replace("_", " ")
    return page(
        "team/own/own.html",
        form=form,
        account=current_account(),
        languages=offered_languages(),
        zones=[("", _("the company's: %(zone)s", zone=company)), *offered_zones()],
    )
