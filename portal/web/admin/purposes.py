"""Purposes and the words for them: list, draft, side-by-side difference, publish."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, consent
from portal.consent import Notice, Part, Purpose
from portal.consent.schemas import (
    BASES,
    CHANNELS,
    AmendSchema,
    CarriesSchema,
    NoticeSchema,
    PartKeySchema,
    PartSchema,
    PurposeSchema,
)  # fmt: skip
from portal.errors import Conflict, Invalid, NotFound
from portal.web import consent_words, wording
from portal.web.acting import current_actor
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.differences import sides
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_settings
from portal.web.pages import onward, page

DRAFTED = ("title", "summary", "text", "data_used", "recipients")


@blueprint.get("/purposes")
def purposes() -> ResponseReturnValue:
    """Every purpose with the words in force, and a form for a new one."""
    return _list(empty())


@blueprint.post("/purposes")
def add_purpose() -> ResponseReturnValue:
    """Add a purpose. Nobody is asked before its words are published."""
    form = submitted(PurposeSchema())
    if form.good:
        topics = [topic.strip() for topic in form.values.pop("topics").split(",") if topic.strip()]
        try:
            consent.add_purpose(db.session, **form.values, topics=topics, now=clock.utc_now(), by=current_actor())
        except Conflict:
            form.refuse("key", _("There is already a purpose with this key."))
        except Invalid as told:
            form.refuse("carries", str(told))
    if not form.good:
        return _list(form)
    return onward("admin.purpose", _("Added. Now write its words."), key=form.values["key"])


@blueprint.get("/purposes/<key>")
def purpose(key: str) -> ResponseReturnValue:
    """One purpose: its versions, who said yes to which, and a form for new words."""
    versions = consent.notices(db.session, key) if key.isprintable() else []
    newest = next((one for one in versions if one.published_at), None)
    filled = {name: getattr(newest, name) for name in DRAFTED} if newest else {}
    return _one(key, empty(**filled), versions)


@blueprint.post("/purposes/<key>/notices")
def draft_notice(key: str) -> ResponseReturnValue:
    """Write new words as a draft."""
    _known(key)
    form = submitted(NoticeSchema())
    if not form.good:
        return _one(key, form)
    try:
        draft = consent.draft_notice(
            db.session, purpose=key, **form.values, created_by=current_actor().name, now=clock.utc_now()
        )
    except Conflict as conflict:
        return _one(key, form.refuse("language", str(conflict)))
    return onward("admin.notice", _("Drafted. Compare before you publish."), notice_id=draft.id)


@blueprint.post("/purposes/<key>/gpc")
def purpose_gpc(key: str) -> ResponseReturnValue:
    """Say whether the browser's signal not to sell or share counts as an objection to this purpose."""
    _known(key)
    heeds = request.form.get("heeds") == "yes"
    consent.heed_gpc(db.session, key, heeds, now=clock.utc_now(), by=current_actor())
    told = (
        _("It counts from now on, with the next thing a customer does.") if heeds else _("It does not count any more.")
    )
    return onward("admin.purpose", told, key=key)


@blueprint.post("/purposes/<key>/amend")
def amend_purpose(key: str) -> ResponseReturnValue:
    """Change how long things are kept, how long a yes lasts and, before words are published, the ground."""
    _known(key)
    form = submitted(AmendSchema())
    if form.good:
        try:
            consent.amend_purpose(db.session, key, **form.values, now=clock.utc_now(), by=current_actor())
        except Invalid as told:
            form.refuse("retention_days", str(told))
    if not form.good:
        return _one(key, empty(), amended=form)
    return onward("admin.purpose", _("Changed. The audit log says what it was before."), key=key)


@blueprint.post("/purposes/<key>/carries")
def set_carried(key: str) -> ResponseReturnValue:
    """Say which kinds of messages go under a purpose."""
    _known(key)
    form = submitted(CarriesSchema())
    if form.good:
        try:
            consent.set_carried(db.session, key, form.values["carries"], now=clock.utc_now(), by=current_actor())
        except Invalid as told:
            form.refuse("carries", str(told))
    if not form.good:
        return _one(key, empty(), carried=form)
    return onward("admin.purpose", _("Changed. Messages of every other kind are denied from now on."), key=key)


@blueprint.post("/purposes/<key>/parts")
def set_part(key: str) -> ResponseReturnValue:
    """Add a channel or topic to a purpose, or write other words for one it has."""
    has, form = _known(key), submitted(PartSchema())
    if not form.good:
        return _one(key, empty(), part_form=form)
    kind, part, name = (form.values[one] for one in ("kind", "key", "name"))
    said: dict[str, Any] = {"name": name, "now": clock.utc_now(), "by": current_actor()}
    if part in (has.channels if kind == "channel" else has.topics):
        consent.name_part(db.session, kind, part, **said)
        return onward("admin.purpose", _("These are its words now, on every page."), key=key)
    try:
        consent.add_part(db.session, key, kind, part, **said)
    except Conflict as conflict:
        return _one(key, empty(), part_form=form.refuse("key", str(conflict)))
    return onward("admin.purpose", _("Added. Nobody has been asked about it yet, and that counts as no."), key=key)


@blueprint.post("/purposes/<key>/parts/retire")
def retire_part(key: str) -> ResponseReturnValue:
    """Take a channel or topic from a purpose, for good."""
    _known(key)
    form = submitted(PartKeySchema())
    if not form.good:
        raise NotFound(_("This form is damaged. Reload the page and choose again."), code="damaged-form")
    kind, part = form.values["kind"], form.values["key"]
    try:
        consent.retire_part(db.session, key, kind, part, now=clock.utc_now(), by=current_actor())
    except Invalid as last:
        return _one(key, empty(), part_form=form.refuse("key", str(last)))
    return onward(
        "admin.purpose", _("Retired. It allows nothing from now on; the ledger keeps what was said."), key=key
    )


@blueprint.post("/purposes/<key>/retire")
def retire_purpose(key: str) -> ResponseReturnValue:
    """Stop using a purpose."""
    _known(key)
    consent.retire_purpose(db.session, key, now=clock.utc_now(), by=current_actor())
    return onward("admin.purposes", _("Retired. It allows nothing from now on; the ledger keeps what was said."))


@blueprint.get("/notices/<int(max=2147483647):notice_id>")
def notice(notice_id: int) -> ResponseReturnValue:
    """One version of the words beside the version in force; a draft can be edited and published here."""
    found = consent.notice_by_id(db.session, notice_id)
    return compare(found, empty(**{name: getattr(found, name) for name in (*DRAFTED, "change")}))


@blueprint.post("/notices/<int(max=2147483647):notice_id>")
def edit_notice(notice_id: int) -> ResponseReturnValue:
    """Change a draft; published words never change."""
    form = submitted(NoticeSchema())
    if not form.good:
        return compare(consent.notice_by_id(db.session, notice_id), form)
    values = {name: form.values[name] for name in (*DRAFTED, "change")}
    consent.edit_notice(db.session, notice_id, **values)
    return onward("admin.notice", _("The draft is kept."), notice_id=notice_id)


def _list(form: Submitted) -> ResponseReturnValue:
    in_force: dict[str, Notice] = {}
    drafts: dict[str, int] = {}
    now = clock.utc_now()
    for one in consent.notices(db.session):
        if one.published_at is None:
            drafts[one.purpose_key] = drafts.get(one.purpose_key, 0) + 1
        elif one.effective_at is None or one.effective_at <= now:
            in_force.setdefault(one.purpose_key, one)
    return page(
        "admin/purposes/purposes.html",
        form=form,
        purposes=consent.purposes(db.session, retired=True),
        in_force=in_force,
        drafts=drafts,
        ways=[(key, consent_words.CHANNELS[key]) for key in CHANNELS],
        bases=[(key, consent_words.BASES[key]) for key in BASES],
        classes=wording.CLASSES,
        words=consent_words,
    )


def _one(
    key: str,
    form: Submitted,
    versions: Sequence[Notice] | None = None,
    part_form: Submitted | None = None,
    amended: Submitted | None = None,
    carried: Submitted | None = None,
) -> ResponseReturnValue:
    now, known = clock.utc_now(), _known(key)
    versions = consent.notices(db.session, key) if versions is None else versions
    in_force = [one for one in versions if one.effective_at is not None and one.effective_at <= now]
    response = page(
        "admin/purposes/purpose.html",
        form=form,
        part_form=part_form or empty(),
        amended=amended or empty(),
        carried=carried or empty(),
        classes=wording.CLASSES,
        bases=[(one, consent_words.BASES[one]) for one in BASES],
        purpose=known,
        terms=in_force[0] if in_force else known,
        now=now,
        parts=_parts(known),
        notices=versions,
        shown={one.version: one for one in consent.opt_in_by_version(db.session, key)},
        yes=consent.granted_by_version(db.session, key),
        changes=_changes(),
        words=consent_words,
    )
    if any(one is not None and one.errors for one in (part_form, amended, carried)):
        response.status_code = 422
    return response


def _parts(purpose: Purpose) -> list[Part]:
    """The channels, then the topics: those in use, then those that were."""
    dated = {(part.kind, part.key): part for part in consent.parts_of(purpose.part_dates)}
    keys = [("channel", key) for key in purpose.channels] + [("topic", key) for key in purpose.topics]
    return [dated.get(key) or Part(*key) for key in keys] + [part for key, part in dated.items() if key not in keys]


def _known(key: str) -> Purpose:
    found = next((one for one in consent.purposes(db.session, retired=True) if one.key == key), None)
    if found is None:
        raise NotFound(_("There is no such purpose."))
    return found


def compare(found: Notice, form: Submitted) -> ResponseReturnValue:
    """The words beside the newest published version before them in the same language."""
    before: Any = next(
        (
            one
            for one in consent.notices(db.session, found.purpose_key)
            if one.published_at and one.version < found.version and one.language == found.language
        ),
        None,
    )
    parts = [(name, *sides(getattr(before, name) if before else "", getattr(found, name)))
             for name in DRAFTED]  # fmt: skip
    return page(
        "admin/purposes/notice.html",
        form=form,
        notice=found,
        scheduled=found.effective_at is not None and found.effective_at > clock.utc_now(),
        today=clock.utc_now().date(),
        before=before,
        languages=(languages := consent.languages_of(db.session, found.purpose_key, found.version)),
        fingerprint=consent.version_sha256([one for one in languages if one.published_at is None] or languages),
        missing=[one for one in current_settings().zone_languages if one not in {each.language for each in languages}],
        parts=parts,
        yes=consent.granted_by_version(db.session, found.purpose_key),
        changes=_changes(),
        words=consent_words,
    )


def _changes() -> list[tuple[str, Any]]:
    return [(key, consent_words.CHANGES[key]) for key in consent.CHANGES]
