"""How, when and how often a customer wants to hear from us."""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import accounts, clock, consent, outreach
from portal.accounts import Customer
from portal.consent.schemas import CHANNELS, PreferenceSchema
from portal.web import consent_words, gateway_words
from portal.web.acting import note
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_customer, current_settings
from portal.web.language import offered_languages, offered_zones
from portal.web.pages import onward, page


@blueprint.get("/preferences")
def preferences() -> ResponseReturnValue:
    """The form, filled with what was chosen."""
    customer = current_customer()
    chosen = consent.preference_of(db.session, customer.id)
    return _form(
        empty(
            language=chosen.language or customer.language,
            time_zone=chosen.time_zone or customer.time_zone or "",
            quiet_from=f"{chosen.quiet_from:%H:%M}" if chosen.quiet_from else "",
            quiet_until=f"{chosen.quiet_until:%H:%M}" if chosen.quiet_until else "",
            max_per_week="" if chosen.max_per_week is None else chosen.max_per_week,
            channel=chosen.channel or "",
            digest=chosen.digest or "",
        )
    )


@blueprint.post("/preferences")
def save_preferences() -> ResponseReturnValue:
    """Keep what was chosen. It narrows how we may write; it never gives a consent."""
    form = submitted(PreferenceSchema())
    if form.good and form.values["language"] not in (None, *dict(offered_languages())):
        form.refuse("language", _("The portal does not speak this language yet."))
    if not form.good:
        return _form(form)
    customer, now = current_customer(), clock.utc_now()
    before = consent.preference_of(db.session, customer.id).digest
    consent.set_preference(db.session, customer, now=now, **form.values)
    if form.values["digest"] != before:
        outreach.regroup(db.session, customer.id, now)
    return onward("customer.preferences", _("Kept. It counts from now on."))


@blueprint.post("/preferences/points/<any(number, address, device):kind>/forget")
def forget_point(kind: str) -> ResponseReturnValue:
    """Forget a number, a postal address or a device: nothing is sent there any more."""
    if accounts.drop_point(db.session, current_customer().id, kind):
        note("contact-point.forgotten", f"contact-point:{kind}")
    return onward("customer.preferences", _("It is forgotten. Nothing is sent there any more."))


def _waits(customer: Customer) -> list[tuple[str, datetime]]:
    """What waits for the next mail: its subject as they would read it, and when it comes."""
    language = str(get_locale() or "en")
    return [
        (outreach.letter_for(words, customer, intent.words, current_settings(), language).subject, intent.decide_after)
        for intent, words in outreach.waiting_together(db.session, customer.id)
    ]


def _form(form: Submitted) -> ResponseReturnValue:
    customer = current_customer()
    chosen = consent.preference_of(db.session, customer.id)
    today = clock.utc_now().date()
    ways: list[tuple[str, Any]] = [(key, consent_words.CHANNELS[key]) for key in CHANNELS]
    return page(
        "customer/preferences/preferences.html",
        form=form,
        languages=offered_languages(),
        zones=offered_zones(),
        ways=ways,
        digests=[
            ("", _("each message alone")),
            ("daily", _("one mail a day")),
            ("weekly", _("one mail a week, on Monday")),
        ],
        waits=_waits(customer),
        email=customer.email,
        points=accounts.points_of(db.session, customer.id),
        point_words=gateway_words.POINTS,
        own=accounts.BY_THEMSELVES,
        paused_until=chosen.paused_until if chosen.paused_until and chosen.paused_until > today else None,
        head=consent.head(db.session, customer.id),
    )
