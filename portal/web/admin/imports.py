"""Consents from a file: upload, what it would change, confirm, follow, undo."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from portal import clock, importing
from portal.errors import Conflict, Invalid
from portal.importing import ConsentBatch
from portal.web import import_words
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.sheets import csv_answer

PAGE, ROWS = 30, 100
REFRESH = "3"
"""Seconds after which the page looks again while a batch is being worked on."""
HEADER = (
    "line", "customer", "purpose", "channel", "topic", "answer", "said_at", "grade", "was", "becomes", "outcome",
    "reason", "result", "undone", "row_sha256",
)  # fmt: skip


class HistorySchema(Schema):
    """Which imports to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    before = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))


class DifferenceSchema(Schema):
    """Which rows to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    outcome = fields.String(validate=validate.OneOf(importing.OUTCOMES))
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31 - 1))


@blueprint.url_value_preprocessor
def _larger(endpoint: str | None, _values: object) -> None:
    """A file of consents may be larger than other requests."""
    if endpoint == "admin.imports_upload":
        request.max_content_length = importing.LARGEST + 100_000


@blueprint.get("/imports")
def imports() -> ResponseReturnValue:
    """Every import with what it did, and the form for a new one."""
    return _history(empty())


@blueprint.post("/imports")
def imports_upload() -> ResponseReturnValue:
    """Take a file; nothing takes effect before its difference was confirmed."""
    form = submitted(importing.UploadSchema())
    batch = _taken(form) if form.good else None
    if batch is None:
        return _history(form)
    note("import.uploaded", batch.ref, file_sha256=batch.file_sha256)
    return onward("admin.import_page", _("Nothing has changed yet. First comes the difference."), ref=batch.ref)


@blueprint.get("/imports/<ref>")
def import_page(ref: str) -> ResponseReturnValue:
    """One import: what it would change or changed, row by row."""
    batch, asked = importing.batch_by_ref(db.session, ref), query(DifferenceSchema())
    outcome, after = asked.values.get("outcome"), asked.values.get("after", 0)
    rows = importing.rows_of(db.session, batch.id, outcome=outcome, after=after, limit=ROWS + 1)
    answer = page(
        "admin/imports/import.html",
        asked=asked,
        batch=batch,
        counts=importing.outcomes(db.session, [batch.id])[batch.id],
        results=importing.results(db.session, batch.id),
        rows=rows[:ROWS],
        further=rows[ROWS - 1][0].line if len(rows) > ROWS else None,
        outcome=outcome,
        paged=after > 0,
        words=import_words,
    )
    if batch.state in importing.AT_WORK:
        answer.headers["Refresh"] = REFRESH
    return answer


@blueprint.get("/imports/<ref>/difference.csv")
def import_csv(ref: str) -> ResponseReturnValue:
    """The difference as it is shown, all rows of it."""
    batch, asked = importing.batch_by_ref(db.session, ref), query(DifferenceSchema())
    rows = importing.rows_of(db.session, batch.id, outcome=asked.values.get("outcome"), limit=None)
    return csv_answer(
        f"{batch.ref}-difference",
        HEADER,
        (
            (
                row.line, customer.ref if customer else "", row.purpose, row.channel, row.topic, row.act,
                row.claimed_at.isoformat() if row.claimed_at else "", row.grade, row.was, row.becomes, row.outcome,
                row.reason, row.result, row.undone, row.row_sha256,
            )
            for row, customer in rows
        ),
    )  # fmt: skip


@blueprint.post("/imports/<ref>/apply")
def import_apply(ref: str) -> ResponseReturnValue:
    """Let what the difference shows take effect."""
    batch = importing.batch_by_ref(db.session, ref)
    if importing.ask_apply(db.session, batch, by=current_account().name, now=clock.utc_now()):
        note("import.applied", ref, file_sha256=batch.file_sha256)
    return onward("admin.import_page", _("It is being applied. This page follows it."), ref=ref)


@blueprint.post("/imports/<ref>/undo")
def import_undo(ref: str) -> ResponseReturnValue:
    """Take back what the import wrote, where nothing changed since."""
    batch = importing.batch_by_ref(db.session, ref)
    if importing.ask_undo(db.session, batch, by=current_account().name, now=clock.utc_now()):
        note("import.undone", ref)
    return onward("admin.import_page", _("It is being undone. This page follows it."), ref=ref)


@blueprint.post("/imports/<ref>/discard")
def import_discard(ref: str) -> ResponseReturnValue:
    """Throw away an import that was not applied."""
    batch = importing.batch_by_ref(db.session, ref)
    try:
        if importing.discard(db.session, batch):
            note("import.discarded", ref)
    except Conflict as conflict:
        return onward("admin.import_page", conflict.message, ref=ref)
    return onward("admin.imports", _("Thrown away. Nothing had changed."))


def _taken(form: Submitted) -> ConsentBatch | None:
    """The batch of what was uploaded, or None with the errors in the form."""
    file = request.files.get("file")
    try:
        columns = importing.columns_from(form.values["columns"])
    except ValidationError as error:
        form.refuse("columns", str(error.messages[0]))
        return None
    if file is None or not file.filename:
        form.refuse("file", _("Choose a file."))
        return None
    content = file.read(importing.LARGEST + 1)
    try:
        return importing.take_in(
            db.session, name=file.filename, content=content, columns=columns, by=current_account().name,
            now=clock.utc_now(), submission_key=form.values["key"],
        )  # fmt: skip
    except Invalid as fault:
        form.refuse("file", fault.message)
        return None


def _history(form: Submitted) -> ResponseReturnValue:
    asked = query(HistorySchema())
    before = asked.values.get("before")
    rows = importing.batches(db.session, before=before, limit=PAGE + 1)
    return page(
        "admin/imports/imports.html",
        form=form,
        asked=asked,
        batches=rows[:PAGE],
        counts=importing.outcomes(db.session, [one.id for one in rows[:PAGE]]),
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        paged=before is not None,
        columns=importing.COLUMNS,
        needed=importing.NEEDED,
        accept=",".join(importing.SUFFIXES),
        largest=importing.LARGEST // 1_000_000,
        words=import_words,
    )
