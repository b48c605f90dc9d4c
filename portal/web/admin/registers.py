"""Registers of people who want no calls: bring in a copy, see what it changes, let it count."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, treatment
from portal.errors import Conflict, Invalid
from portal.treatment import CallRegister
from portal.web import mark_words
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page

LARGEST = 5_000_000
"""Bytes of the largest file this page takes: about 400,000 numbers. Larger ones come in at a terminal."""
FIELDS = {"in-the-future": "taken_on", "register-older": "taken_on", "empty-register": "file"}


@blueprint.url_value_preprocessor
def _larger_register(endpoint: str | None, _values: object) -> None:
    """A register may be larger than other requests."""
    if endpoint == "admin.register_upload":
        request.max_content_length = LARGEST + 100_000


@blueprint.get("/registers")
def registers() -> ResponseReturnValue:
    """Every register with its age, and the form for a newer copy."""
    return _list(empty())


@blueprint.post("/registers")
def register_upload() -> ResponseReturnValue:
    """Take a copy as a draft; nothing counts before its difference was confirmed."""
    form = submitted(treatment.RegisterSchema())
    made = _staged(form) if form.good else None
    if made is None:
        return _list(form)
    note("call-register.uploaded", f"register:{made.id}", numbers=made.numbers, sha256=made.sha256)
    return onward("admin.register", _("Nothing has changed yet. First comes the difference."), number=made.id)


@blueprint.get("/registers/<int(max=2147483647):number>")
def register(number: int) -> ResponseReturnValue:
    """One copy: of a draft, what it would change."""
    found, now = treatment.call_register(db.session, number), clock.utc_now()
    return page(
        "admin/registers/register.html",
        register=found,
        change=treatment.difference(db.session, found) if found.state == "draft" else None,
        age=_age(found, now),
        most=_most(),
        words=mark_words,
    )


@blueprint.post("/registers/<int(max=2147483647):number>/apply")
def register_apply(number: int) -> ResponseReturnValue:
    """Let a copy count in place of the older one."""
    try:
        found = treatment.put_in_force(db.session, number, by=current_account().name, now=clock.utc_now())
    except Conflict as refused:
        return onward("admin.register", refused.message, number=number)
    note("call-register.live", f"register:{number}", numbers=found.numbers, sha256=found.sha256)
    return onward("admin.register", _("It is in force. Each call is looked up in it from now on."), number=number)


@blueprint.post("/registers/<int(max=2147483647):number>/discard")
def register_discard(number: int) -> ResponseReturnValue:
    """Throw a draft away."""
    if treatment.discard_register(db.session, number):
        note("call-register.discarded", f"register:{number}")
    return onward("admin.registers", _("Thrown away. Nothing had changed."))


def _staged(form: Submitted) -> CallRegister | None:
    """The draft made of what was uploaded, or None with the errors in the form."""
    file = request.files.get("file")
    content = file.read(LARGEST + 1) if file is not None and file.filename else b""
    if not content:
        form.refuse("file", _("Choose a file."))
        return None
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        form.refuse("file", _("This file is not text in UTF-8."))
        return None
    source = treatment.LineList(lines, name=form.values["name"], taken_at=form.values["taken_on"])
    try:
        return treatment.stage_register(db.session, source, by=current_account().name, now=clock.utc_now())
    except (Conflict, Invalid) as refused:
        form.refuse(FIELDS.get(refused.code, "form"), refused.message)
        return None


def _list(form: Submitted) -> ResponseReturnValue:
    now = clock.utc_now()
    found = treatment.registers(db.session)
    return page(
        "admin/registers/registers.html",
        form=form,
        registers=[(one, _age(one, now)) for one in found],
        live=[one for one in found if one.state == "live"],
        names=sorted({one.name for one in found}),
        most=_most(),
        largest=LARGEST // 1_000_000,
        today=now.date(),
        words=mark_words,
    )


def _age(found: CallRegister, now: datetime) -> int:
    """How many whole days old a copy is."""
    return (now - found.taken_at).days


def _most() -> int:
    """How many days old a register may be before no sales call is made on it; 0: the rule is switched off."""
    return int(treatment.whole(treatment.policy_in_force(db.session).settings)["call_list_days"])
