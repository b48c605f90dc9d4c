"""Publishing words: now or from a later day on, and taking back what has not taken effect."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, consent
from portal.consent.schemas import PublishSchema
from portal.errors import Conflict, Invalid
from portal.web.acting import current_actor
from portal.web.admin.blueprint import blueprint
from portal.web.admin.purposes import DRAFTED, compare
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_settings
from portal.web.pages import onward


@blueprint.post("/notices/<int(max=2147483647):notice_id>/publish")
def publish_notice(notice_id: int) -> ResponseReturnValue:
    """Put the words into force, at once or from a day on, if they are still the ones that were read."""
    form, now = submitted(PublishSchema()), clock.utc_now()
    if "effective_on" in form.errors:
        return _again(notice_id, form, "effective_on", str(form.errors["effective_on"][0]))
    seen, at = form.values.get("sha256", "0" * 64), _from(form.values.get("effective_on"), now)
    try:
        consent.publish_notice(db.session, notice_id, now=now, by=current_actor(), seen_sha256=seen, effective_at=at)
    except Invalid as told:
        return _again(notice_id, form, "change" if told.code == "widens" else "effective_on", str(told))
    except Conflict as conflict:
        if conflict.code == "stale":
            return onward("admin.notice", _("The draft was changed meanwhile. Read it again."), notice_id=notice_id)
        raise
    if at is not None:
        return onward("admin.notice", _("Scheduled. Until its day it can be taken back."), notice_id=notice_id)
    return onward("admin.notice", _("Published. These words never change from now on."), notice_id=notice_id)


@blueprint.post("/notices/<int(max=2147483647):notice_id>/take-back")
def take_back_notice(notice_id: int) -> ResponseReturnValue:
    """Make words a draft again that have not taken effect."""
    consent.take_back(db.session, notice_id, now=clock.utc_now(), by=current_actor())
    return onward("admin.notice", _("Taken back. It is a draft again."), notice_id=notice_id)


def _from(day: date | None, now: datetime) -> datetime | None:
    """The beginning of a day where the company is; None for today, which means at once."""
    zone = ZoneInfo(current_settings().default_zone)
    if day is None or day == now.astimezone(zone).date():
        return None
    return datetime.combine(day, datetime.min.time(), zone).astimezone(now.tzinfo)


def _again(notice_id: int, form: Submitted, field: str, told: str) -> ResponseReturnValue:
    """The page again, with what was refused beside the field it is about."""
    draft = consent.notice_by_id(db.session, notice_id)
    filled = empty(**{name: getattr(draft, name) for name in (*DRAFTED, "change")})
    filled.raw["effective_on"] = form.raw.get("effective_on", "")
    return compare(draft, filled.refuse(field, told))
