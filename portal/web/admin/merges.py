"""Customers who may be one person: suggestions, side by side, the merge, and the way back."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from portal import accounts, clock, merging
from portal.accounts import Customer
from portal.errors import Conflict, Invalid, NotFound
from portal.web import merge_words
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page

PAGE = 30


class MergesSchema(Schema):
    """Which merges to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    before = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))


@blueprint.get("/merges")
def merges() -> ResponseReturnValue:
    """Customers who may be one person, a form for two others, and every merge there was."""
    asked = query(MergesSchema())
    before = asked.values.get("before")
    rows = merging.merges(db.session, before=before, limit=PAGE + 1)
    return page(
        "admin/merges/merges.html",
        form=empty(),
        asked=asked,
        pairs=[] if before else merging.suggestions(db.session),
        merges=rows[:PAGE],
        older=rows[PAGE - 1][0].id if len(rows) > PAGE else None,
        paged=before is not None,
        words=merge_words,
    )


@blueprint.get("/merges/compare")
def merge_compare() -> ResponseReturnValue:
    """Two customers side by side, and what a merge would do."""
    asked = query(merging.PairSchema())
    if not asked.good:
        return onward("admin.merges", _("Name two customers by their numbers, such as C-…."))
    return _compare(asked.values["keep"], asked.values["merge"], empty())


@blueprint.post("/merges/compare")
def merge_customers() -> ResponseReturnValue:
    """Make the two one."""
    form = submitted(merging.MergeSchema())
    if form.good and form.values["word"].strip().casefold() != str(merge_words.WORD).casefold():
        form.refuse("word", _("Type the word “%(word)s” to confirm.", word=merge_words.WORD))
    if form.good:
        try:
            return _merged(form)
        except (Conflict, Invalid) as refused:
            form.refuse("form", refused.message)
    return _compare(request.form.get("keep", ""), request.form.get("merge", ""), form)


@blueprint.get("/merges/<ref>")
def merge_page(ref: str) -> ResponseReturnValue:
    """One merge: who, how it is known, what moved, what it did to each cell."""
    found, stayed, gone = merging.merge_by_ref(db.session, ref)
    return page("admin/merges/merge.html", merge=found, stayed=stayed, gone=gone, words=merge_words)


@blueprint.post("/merges/<ref>/undo")
def merge_undo(ref: str) -> ResponseReturnValue:
    """Part the two again."""
    found, _stayed, gone = merging.merge_by_ref(db.session, ref)
    try:
        merging.unmerge(db.session, found, by=current_account().name, now=clock.utc_now())
    except Conflict as refused:
        return onward("admin.merge_page", refused.message, ref=ref)
    note("customers.parted", gone.ref, merge=ref)
    return onward(
        "admin.merge_page", _("They are two again. What came after the merge stays with the one who stayed."), ref=ref
    )


def _merged(form: Submitted) -> ResponseReturnValue:
    one, other = _of(form.values["keep"]), _of(form.values["merge"])
    found = merging.merge(
        db.session, one, other, verified=form.values["verified"], how=form.values["how"], by=current_account().name,
        now=clock.utc_now(),
    )  # fmt: skip
    note("customers.merged", other.ref, merge=found.ref, into=one.ref, verified=found.verified)
    return onward("admin.merge_page", _("They are one now."), ref=found.ref)


def _of(ref: str) -> Customer:
    """The customer with this very number, also one that was merged: the merge itself says what is wrong with that."""
    return accounts.customer_by_ref(db.session, ref.strip())


def _compare(keep: str, merge: str, form: Submitted) -> ResponseReturnValue:
    try:
        one, other = _of(keep), _of(merge)
    except NotFound:
        return onward("admin.merges", _("There is no customer with this number."))
    if one.id == other.id:
        return onward("admin.merges", _("These are one customer already."))
    verified = str(form.raw.get("verified", "false")) == "true"
    cells = merging.cells_after(db.session, one, other, verified=verified)
    other_way = merging.cells_after(db.session, one, other, verified=not verified)
    return page(
        "admin/merges/compare.html",
        form=form,
        one=one,
        other=other,
        facts=merging.attributes_side_by_side(db.session, (one.id, other.id)),
        cells=list(zip(cells, other_way, strict=True)) if not verified else list(zip(other_way, cells, strict=True)),
        counts=merging.counts_of(db.session, other.id),
        words=merge_words,
    )
