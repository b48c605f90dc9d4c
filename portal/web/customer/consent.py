"""What a customer allows: every cell with yes and no of equal weight, in force at once, with undo and receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, after_this_request, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from portal import clock, consent, privacy
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import CellState, Notice, Purpose, Receipt
from portal.db import writing
from portal.errors import Conflict, NotFound
from portal.privacy.schemas import ChangeSchema, PauseSchema, SeenSchema, UndoSchema
from portal.web import consent_words, gpc
from portal.web.customer.blueprint import blueprint
from portal.web.database import db, engine
from portal.web.forms import Submitted, submitted
from portal.web.identity import current_account, current_customer, current_settings
from portal.web.pages import page, safe_next

PLACE = "me/consent"
NEWEST = 6


@dataclass(frozen=True)
class Asked:
    """One purpose as the page shows it.

    :param own: the cell of the whole purpose.
    :param specials: its channels and topics.
    :param words: what is in force now; None when nothing was published.
    :param seen: what the customer saw when they answered.
    """

    purpose: Purpose
    own: CellState
    specials: list[CellState]
    words: Notice | None
    seen: Notice | None


@blueprint.get("/consent", endpoint="consent")
def consent_page() -> ResponseReturnValue:
    """What you allow."""
    return show(current_customer(), receipt=_own_receipt(current_customer()))


def show(customer: Customer, *, receipt: Receipt | None = None, conflict: Conflict | None = None) -> Response:
    """The page; with a conflict it says what changed meanwhile and offers the choice again."""
    now = clock.utc_now()
    words, shown = consent.notices_shown(db.session, customer.id, now)
    cells, stops = consent.state_and_stops(db.session, customer.id, now)
    asked = _asked(cells, words)
    entries = consent.history(db.session, customer.id, limit=NEWEST)
    head = entries[0].seq if entries else 0
    beside = privacy.beside(db.session, customer.id)
    response = page(
        "customer/consent/consent.html",
        asked=asked,
        head=head,
        entries=entries,
        **_stops(stops),
        receipt=receipt,
        undoable=receipt is not None and receipt.body["ledger_seq"] == head and bool(receipt.body["changes"]),
        conflict=conflict,
        changes=conflict.detail.get("changes", []) if conflict else [],
        earlier=_earlier_words_unused(asked, beside.first_words),
        resting=beside.resting,
        browser_asks=_browser_asks(asked) if gpc.asked() else None,
        preference=beside,
        today=now.date(),
        words=consent_words,
    )
    if conflict is not None:
        response.status_code = conflict.status
    _note_shown(customer.id, [one.words for one in asked if one.words and one.words.id not in shown], now)
    return response


@blueprint.post("/consent")
def change_consent() -> ResponseReturnValue:
    """Give, withdraw, object or lift an objection: one touched cell, at once."""
    form, customer = submitted(ChangeSchema()), current_customer()
    if not form.good:
        raise NotFound(_("This form is damaged. Reload the page and choose again."), code="damaged-form")
    values = form.values
    change = privacy.CellChange(
        purpose=values["purpose"],
        channel=values["channel"],
        topic=values["topic"],
        act=values["act"],
        notice_id=values["notice"],
    )
    try:
        receipt = privacy.change_consent(
            db.session,
            customer,
            [change],
            **_manner(form),
            earlier_words=values["earlier_words"],
        )
    except Conflict as conflict:
        return show(customer, conflict=conflict)
    return _with_receipt(receipt)


@blueprint.post("/consent/withdraw-all")
def withdraw_all() -> ResponseReturnValue:
    """Withdraw everything that was given, in one act."""
    form, customer = submitted(SeenSchema()), current_customer()
    try:
        receipt = privacy.withdraw_all(db.session, customer, **_manner(form))
    except Conflict as conflict:
        return show(customer, conflict=conflict)
    return _with_receipt(receipt)


@blueprint.post("/consent/undo")
def undo_consent() -> ResponseReturnValue:
    """Bring back what was before a receipt, as long as nothing newer happened."""
    form, customer = submitted(UndoSchema()), current_customer()
    receipt = consent.receipt_by_code(db.session, form.values.get("receipt", ""))
    try:
        undone = privacy.undo(db.session, customer, receipt, clock.utc_now(), actor=_actor(customer))
    except Conflict as conflict:
        return show(customer, conflict=conflict)
    return _with_receipt(undone)


@blueprint.post("/pause")
def pause() -> ResponseReturnValue:
    """Hold everything that is not an answer, for some months."""
    form, customer = submitted(PauseSchema()), current_customer()
    if not form.good:
        raise NotFound(_("This form is damaged. Reload the page and choose again."), code="damaged-form")
    months = form.values["months"]
    until = consent.months_later(clock.utc_now(), months).date() if months else form.values["until"]
    try:
        consent.pause(
            db.session, customer, until=until, zone=current_settings().default_zone, **_pausing(form, customer)
        )
    except Conflict as conflict:
        return show(customer, conflict=conflict)
    return _back(_("Paused. Answers to you still come."))


@blueprint.post("/resume")
def resume() -> ResponseReturnValue:
    """End the pause."""
    form, customer = submitted(SeenSchema()), current_customer()
    try:
        consent.resume(db.session, customer, **_pausing(form, customer))
    except Conflict as conflict:
        return show(customer, conflict=conflict)
    return _back(_("The pause is over."))


def _back(message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(safe_next(url_for("customer.consent")), code=303)


def _actor(customer: Customer) -> Actor:
    return Actor(type="customer", id=current_account().id, name=customer.ref)


def _manner(form: Submitted) -> dict[str, Any]:
    """By whom and how, the ledger position seen, and the key under which the form counts once."""
    return {
        "actor": _actor(current_customer()),
        "method": "web_form",
        "expected_seq": form.values.get("seq", -1),
        "submission_key": form.values.get("key", ""),
        "now": clock.utc_now(),
    }


def _pausing(form: Submitted, customer: Customer) -> dict[str, Any]:
    return {"actor": customer.ref, "expected_seq": form.values.get("seq", -1), "now": clock.utc_now()}


def _asked(cells: list[CellState], words: dict[tuple[str, int], Notice]) -> list[Asked]:
    newest: dict[str, Notice] = {}
    for (key, version), notice in words.items():
        if key not in newest or newest[key].version < version:
            newest[key] = notice
    found = []
    for own in (cell for cell in cells if (cell.channel, cell.topic) == ("*", "*")):
        key = own.purpose.key
        specials = [cell for cell in cells if cell.purpose.key == key and cell is not own]
        seen = words.get((key, own.cell.notice_version)) if own.cell and own.cell.notice_version else None
        found.append(Asked(own.purpose, own, specials, newest.get(key), seen))
    return found


def _stops(cells: dict[consent.Key, consent.Cell]) -> dict[str, Any]:
    """The stop to everything, if there is one, whether one was lifted, and the ways by which everything is stopped."""
    shut = {key: cell for key, cell in cells.items() if cell.state in ("denied", "objected")}
    ways = [(key[1], cell) for key, cell in sorted(shut.items()) if key != consent.STOP]
    stopped = shut.get(consent.STOP)
    return {"stopped": stopped, "lifted": consent.STOP in cells and stopped is None, "stopped_ways": ways}


def _earlier_words_unused(asked: list[Asked], first_words: datetime | None) -> bool:
    """Whether the customer said yes to `needs`, wrote something before, and has not said that it may be used."""
    for one in asked:
        answer = one.own.permission
        if one.purpose.key == "needs" and answer and answer.since is not None:
            return not answer.earlier_words and first_words is not None and first_words < answer.since
    return False


def _browser_asks(asked: list[Asked]) -> dict[str, list[str]]:
    """What the browser's signal is about: purposes it counts for, and those for which it is not recorded yet."""
    unheard = set(consent.unheard_by_gpc(db.session, current_customer().id))
    heeding = [one for one in asked if one.purpose.honours_gpc]
    return {
        "all": [one.purpose.sentence for one in heeding],
        "not_yet": [one.purpose.sentence for one in heeding if one.purpose.key in unheard],
        "lifted": [
            one.purpose.sentence for one in heeding if one.purpose.key not in unheard and one.own.state != "objected"
        ],
    }


def _own_receipt(customer: Customer) -> Receipt | None:
    """The receipt the address names, when it is this customer's and about consent."""
    code = request.args.get("receipt", "")
    if not code:
        return None
    found = consent.receipt_by_code(db.session, code)
    return found if found.customer_id == customer.id and found.kind == "consent" else None


def _with_receipt(receipt: Receipt) -> ResponseReturnValue:
    return redirect(url_for("customer.consent", receipt=receipt.code), code=303)


def _note_shown(customer_id: int, notices: list[Notice], now: datetime) -> None:
    """Note that these words were shown, in a write of its own after the page: looking itself changes nothing."""
    if not notices:
        return

    @after_this_request
    def note(response: Response) -> Response:
        with writing(engine()) as noting:
            for notice in notices:
                consent.serve(noting, customer_id, notice, PLACE, now)
        return response
