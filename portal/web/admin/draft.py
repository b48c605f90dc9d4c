"""The draft of the needs: what it changes, each need in a form, a whole file, discard and publish."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, needs, segments, treatment
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import FIELDS, Taxonomy, TaxonomyVersion
from portal.web import taxonomy_words
from portal.web.acting import current_actor, note
from portal.web.admin.blueprint import blueprint
from portal.web.admin.taxonomy import toml_file
from portal.web.database import db
from portal.web.differences import sides
from portal.web.forms import Submitted, empty, submitted
from portal.web.pages import onward, page

LONGEST_FILE = 1_000_000


@blueprint.get("/taxonomy/draft")
def draft() -> ResponseReturnValue:
    """The draft: what it changes, its needs, and how it is published."""
    found = needs.draft_of(db.session)
    return _draft(found, empty()) if found is not None else _none()


@blueprint.get("/taxonomy/draft.toml")
def draft_file() -> ResponseReturnValue:
    """The draft as a file."""
    found = needs.draft_of(db.session)
    return toml_file(Taxonomy.from_toml(found.toml)) if found is not None else _none()


@blueprint.post("/taxonomy/draft/load")
def draft_load() -> ResponseReturnValue:
    """Replace the draft by a file."""
    form = submitted(needs.RevisionSchema())
    found = needs.the_draft(db.session)
    file = request.files.get("file")
    if form.good and file is not None and file.filename:
        content = file.read(LONGEST_FILE + 1)
        try:
            _load(content, form.values["revision"])
        except Invalid as fault:
            for problem in fault.detail.get("problems", [fault.message]):
                form.refuse("file", f"{problem}.".replace("..", "."))
        except Conflict:
            form.refuse("form", _meanwhile(found))
    elif form.good:
        form.refuse("file", _("Choose a file."))
    if not form.good:
        return _draft(found, form)
    return onward("admin.draft", _("The file is the draft now."))


def _load(content: bytes, revision: int) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(_("This is not a text in UTF-8.")) from None
    if len(content) > LONGEST_FILE:
        raise Invalid(_("This file is too large."))
    needs.load_draft(db.session, text, revision=revision, by=current_actor().name, now=clock.utc_now())


@blueprint.post("/taxonomy/draft/discard")
def draft_discard() -> ResponseReturnValue:
    """Throw the draft away."""
    form = submitted(needs.RevisionSchema())
    found = needs.the_draft(db.session)
    try:
        number = found.number
        needs.discard_draft(db.session, revision=form.values.get("revision", 0))
    except Conflict:
        return _draft(found, form.refuse("form", _meanwhile(found)))
    note("taxonomy.draft-discarded", str(number))
    return onward("admin.taxonomy", _("The draft is discarded."))


@blueprint.post("/taxonomy/draft/publish")
def draft_publish() -> ResponseReturnValue:
    """Put the draft in force, if it is still the one that was read."""
    form = submitted(needs.PublishTaxonomySchema())
    found = needs.the_draft(db.session)
    if form.good:
        try:
            needs.publish_draft(db.session, **form.values, by=current_actor().name, now=clock.utc_now())
        except Conflict as conflict:
            form.refuse("form", _meanwhile(found) if conflict.code == "changed-meanwhile" else conflict.message)
    if not form.good:
        return _draft(found, form)
    note("taxonomy.published", str(found.number), note=found.note, based_on=found.based_on)
    return onward(
        "admin.rereads", _("Published. New messages are read with it within seconds; older ones when you ask for it.")
    )


@blueprint.get("/taxonomy/draft/new")
def draft_new_need() -> ResponseReturnValue:
    """An empty form for a need that is not there yet."""
    found = needs.draft_of(db.session)
    return _need(found, None, empty()) if found is not None else _none()


@blueprint.post("/taxonomy/draft/new")
def draft_add_need() -> ResponseReturnValue:
    """Add a need to the draft."""
    form = submitted(needs.NewNeedSchema())
    found = needs.the_draft(db.session)
    if form.good:
        _save(form, found, form.values["key"])
    if not form.good:
        return _need(found, None, form)
    return onward("admin.draft_need", _("Added to the draft."), key=form.values["key"])


@blueprint.get("/taxonomy/draft/needs/<key>")
def draft_need(key: str) -> ResponseReturnValue:
    """One need of the draft in a form, with what rests on it."""
    found = needs.draft_of(db.session)
    if found is None:
        return _none()
    need = Taxonomy.from_toml(found.toml).needs.get(key)
    if need is None:
        raise NotFound(_("There is no such need in the draft."))
    return _need(found, key, empty(**as_typed(needs.section_of(need)), seen=needs.fingerprint_of(need)))


@blueprint.post("/taxonomy/draft/needs/<key>")
def draft_save_need(key: str) -> ResponseReturnValue:
    """Keep one need of the draft; what is wrong stands at its field, and what was typed stays."""
    form = submitted(needs.NeedSchema())
    found = needs.the_draft(db.session)
    if form.good:
        _save(form, found, key)
    if not form.good:
        return _need(found, key, form)
    return onward("admin.draft_need", _("Kept in the draft."), key=key)


@blueprint.post("/taxonomy/draft/needs/<key>/remove")
def draft_remove_need(key: str) -> ResponseReturnValue:
    """Take a need out of the draft."""
    form = submitted(needs.SeenSchema())
    try:
        needs.remove_need(
            db.session, key, seen=form.values.get("seen", ""), by=current_actor().name, now=clock.utc_now()
        )
    except Conflict as conflict:
        if conflict.code == "last-need":
            return onward("admin.draft", _("One need must stay."))
        return onward(
            "admin.draft", _("Somebody changed this need meanwhile. Look at it again before you take it out.")
        )
    return onward("admin.draft", _("Taken out of the draft. Nothing that was tagged is deleted."))


def _save(form: Submitted, found: TaxonomyVersion, key: str) -> None:
    """Keep what the form says; what is wrong with it, or that somebody was faster, is put into the form."""
    section = {name: form.values[name] for name in FIELDS}
    try:
        needs.save_need(
            db.session, key, section, seen=form.values["seen"], by=current_actor().name, now=clock.utc_now()
        )
    except Invalid as fault:
        for name, texts in fault.detail["fields"].items():
            for text in texts:
                form.refuse(name, text)
    except Conflict:
        now = Taxonomy.from_toml(found.toml).needs.get(key)
        if "key" in form.values:
            form.refuse("key", _("The draft has a need with this key already."))
            return
        form.refuse("form", _meanwhile(found))
        form.raw["seen"] = needs.fingerprint_of(now)


def _meanwhile(found: TaxonomyVersion) -> str:
    return str(
        _(
            "%(name)s changed the draft meanwhile. What you typed is still here: look at what is there now before you "
            "send it again.",
            name=found.changed_by,
        )
    )


def _none() -> ResponseReturnValue:
    return redirect(url_for("admin.taxonomy"))


def as_typed(section: dict[str, Any]) -> dict[str, str]:
    """The fields of a need as a form has them: lists with one entry in each line."""
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in section.items()}


def _draft(found: TaxonomyVersion, form: Submitted) -> ResponseReturnValue:
    taxonomy = Taxonomy.from_toml(found.toml)
    before = needs.in_force().taxonomy
    form.raw["revision"] = found.revision
    changes = needs.difference(before, taxonomy)
    return page(
        "admin/draft/draft.html",
        form=form,
        draft=found,
        families=taxonomy_words.by_family(taxonomy),
        before=before,
        changes=changes,
        changed={change.key: change.kind for change in changes},
        using={change.key: using(change.key) for change in changes if change.kind == "removed"},
        failing=needs.failing_examples(found),
        sides=sides,
        words=taxonomy_words,
    )


def using(key: str) -> tuple[list[segments.Segment], list[treatment.TreatmentRule]]:
    """Segments whose definition asks for a need, and the rules that follow from them."""
    found = []
    for segment, definition, _members in segments.segments_page(db.session):
        asked = (segments.feature(name) for name in segments.features_in([definition.tree]))
        if any(one is not None and one.code.startswith("need-") and one.key == key for one in asked):
            found.append(segment)
    keys = {segment.key for segment in found}
    return found, [rule for rule in treatment.rules_page(db.session) if rule.segment_key in keys] if keys else []


def _need(found: TaxonomyVersion, key: str | None, form: Submitted) -> ResponseReturnValue:
    now = Taxonomy.from_toml(found.toml).needs.get(key or "")
    conflict = now is not None and "form" in form.errors
    stored = as_typed(needs.section_of(now)) if now is not None else {}
    return page(
        "admin/draft/need.html",
        form=form,
        draft=found,
        key=key,
        need=now,
        there={name: text for name, text in stored.items() if conflict and text != form.raw.get(name, "")},
        use=needs.uses_of_needs(db.session).get(key or "", needs.NeedUse()),
        using=using(key) if key else ([], []),
        failing=needs.failing_examples(found).get(key or "", []),
        words=taxonomy_words,
    )
