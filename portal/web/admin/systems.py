"""Systems downstream: who is told, who is behind and may not send, webhooks with their deliveries and secrets."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from portal import accounts, clock, consent, downstream
from portal.errors import Conflict
from portal.settings import secret_of
from portal.web import consent_words, system_words
from portal.web.acting import current_actor, note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_account, current_settings
from portal.web.pages import onward, page

PAGE = 50
DELIVERY = "<int(max=2147483647):delivery_id>"


class DeliveriesSchema(Schema):
    """Which deliveries to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    state = fields.String(validate=validate.OneOf(list(system_words.STATES)))
    before = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))


@blueprint.get("/systems")
def systems() -> ResponseReturnValue:
    """Every system with how far it has come, and a form for a new one."""
    return _list(empty())


@blueprint.post("/systems")
def add_system() -> ResponseReturnValue:
    """Add a system and show its token or its secret, this once; the same form again makes none."""
    form, settings = submitted(downstream.SystemSchema()), current_settings()
    url = form.values.get("url")
    fault = downstream.address_fault(url, private=settings.webhook_private) if url else None
    if fault is not None:
        form.refuse("url", fault)
    if not form.good:
        return _list(form)
    values, who, now = dict(form.values), current_actor(), clock.utc_now()
    if values["how"] == "feed":
        values["events"] = [downstream.CONSENT]
    try:
        made = downstream.add_system(
            db.session, **values, by=who.name, started_after=consent.horizon(db.session), now=now
        )
    except Conflict:
        return onward("admin.systems", _("This form has added its system already."))
    note("system.added", made.ref, how=made.how, sends=made.sends)
    plain = _new_token(made) if made.how == "feed" or made.sends else None
    return _one(made.ref, empty(), plain=plain, secret=_secret(made) if made.how == "webhook" else None)


@blueprint.get("/systems/<ref>")
def system(ref: str) -> ResponseReturnValue:
    """One system: how it stands, and what it was told."""
    return _one(ref, empty())


@blueprint.post("/systems/<ref>/token")
def renew_system_token(ref: str) -> ResponseReturnValue:
    """Make a new token for a system and end the one before; shown this once."""
    found = _running(ref)
    if found.token_id is not None:
        accounts.revoke_token(db.session, found.token_id, by=current_actor(), now=clock.utc_now())
    return _one(ref, empty(), plain=_new_token(found))


@blueprint.post("/systems/<ref>/secret")
def renew_system_secret(ref: str) -> ResponseReturnValue:
    """Make a new secret for a webhook; the one before signs too for a day."""
    found = _running(ref)
    downstream.renew_secret(db.session, found, now=clock.utc_now())
    note("system.secret-renewed", ref)
    return _one(ref, empty(), secret=_secret(found))


@blueprint.post("/systems/<ref>/try")
def try_system(ref: str) -> ResponseReturnValue:
    """Call a webhook with something that means nothing."""
    downstream.try_out(db.session, _running(ref), now=clock.utc_now())
    return onward("admin.system", _("It is called within a few seconds; look again to see how that went."), ref=ref)


@blueprint.post("/systems/<ref>/again")
def tell_dead_again(ref: str) -> ResponseReturnValue:
    """Tell a system everything again that was given up."""
    again = downstream.revive(db.session, _running(ref).id, now=clock.utc_now())
    note("system.told-again", ref, deliveries=again)
    return onward("admin.system", _("%(count)s are told again.", count=again), ref=ref)


@blueprint.post(f"/systems/<ref>/deliveries/{DELIVERY}/again")
def tell_again(ref: str, delivery_id: int) -> ResponseReturnValue:
    """Tell one thing again, under the same number."""
    found = downstream.delivery(db.session, _running(ref).id, delivery_id)
    downstream.tell_again(db.session, found, now=clock.utc_now())
    note("system.told-again", ref, deliveries=1)
    return onward("admin.system", _("It is told again, under the same number."), ref=ref)


@blueprint.post("/systems/<ref>/off")
def switch_off_system(ref: str) -> ResponseReturnValue:
    """Tell a system nothing any more, and end its token."""
    found, now = downstream.system(db.session, ref), clock.utc_now()
    downstream.switch_off(db.session, found, now=now)
    if found.token_id is not None:
        accounts.revoke_token(db.session, found.token_id, by=current_actor(), now=now)
    note("system.switched-off", ref)
    return onward("admin.system", _("Switched off. It is told nothing any more."), ref=ref)


def _running(ref: str) -> downstream.DownstreamSystem:
    """The system, unless it was switched off.

    :raises Conflict: code `switched-off`.
    """
    found = downstream.system(db.session, ref)
    if found.ended_at is not None:
        raise Conflict("This system was switched off.", code="switched-off")
    return found


def _new_token(system: downstream.DownstreamSystem) -> str:
    made, plain = accounts.add_token(
        db.session, name=system.name, scopes=_scopes(system), created_by=current_account().name, by=current_actor(),
        now=clock.utc_now(),
    )  # fmt: skip
    system.token_id = made.id
    db.session.flush()
    return plain


def _scopes(system: downstream.DownstreamSystem) -> list[str]:
    wanted = {"changes:read"} if system.how == "feed" else set()
    if system.sends:
        wanted |= {"changes:read", "permissions:read", "decisions:preview", "decisions:claim"}
    return sorted(wanted & set(accounts.SCOPES))


def _secret(system: downstream.DownstreamSystem) -> str:
    return downstream.webhook_secret(secret_of(current_settings()), system.ref, system.secret_number)


def _list(form: Submitted) -> ResponseReturnValue:
    minutes = current_settings().fence_minutes
    return page(
        "admin/systems/systems.html",
        form=form,
        rows=downstream.standings(db.session, clock.utc_now(), minutes=minutes),
        purposes=consent.purposes(db.session),
        events=[(event, system_words.EVENTS[event]) for event in downstream.EVENTS],
        minutes=minutes,
        words=system_words,
    )


def _one(ref: str, form: Submitted, **shown: Any) -> ResponseReturnValue:
    found, asked = downstream.system(db.session, ref), query(DeliveriesSchema())
    now, minutes = clock.utc_now(), current_settings().fence_minutes
    state, before = asked.values.get("state"), asked.values.get("before")
    rows = downstream.deliveries_page(db.session, found.id, state=state, before=before, limit=PAGE + 1)
    standing = downstream.behind(db.session, found.id)
    fenced = downstream.fence(standing, downstream.Standing(), now, minutes=minutes) if found.sends else None
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return page(
        "admin/systems/system.html",
        form=form,
        asked=asked,
        system=found,
        standing=standing,
        fenced=fenced if found.ended_at is None else None,
        running=found.ended_at is None,
        rows=rows[:PAGE],
        state=state,
        next_href=url_for("admin.system", ref=ref, state=state, before=older) if older else None,
        first_href=url_for("admin.system", ref=ref, state=state) if before else None,
        words=system_words,
        consent_words=consent_words,
        minutes=minutes,
        now=now,
        **{"plain": None, "secret": None, **shown},
    )
