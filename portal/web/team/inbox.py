"""The desk: the queue, one thread with its margin, and the customer beside it."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, consent, conversations, crm, entitlements, insight, needs
from portal.accounts.models import Customer
from portal.conversations import Conversation, InboxFilter, InboxRow, Promise
from portal.web import complaint_words, indicator_words, margin, need_words
from portal.web.acting import note
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint

PER_PAGE = 30
KEPT = ("state", "need", "sentiment", "who", "unsure")


@blueprint.get("")
def inbox() -> ResponseReturnValue:
    """What waits, with the first of it open."""
    queue = queue_asked_for()
    first = queue["rows"][0].conversation if queue["rows"] else None
    return desk(queue, first, empty())


@blueprint.get("/conversations/<ref>")
def conversation(ref: str) -> ResponseReturnValue:
    """One thread beside the queue it was found in."""
    return desk(queue_asked_for(), conversations.conversation_by_ref(db.session, ref), empty())


def queue_asked_for() -> dict[str, Any]:
    """One page of the queue the address asks for, and the words of the filter."""
    form = query(conversations.InboxQuery())
    wanted: dict[str, Any] = form.values or conversations.InboxQuery().load({})
    if wanted["need"] and wanted["need"] not in dict(need_words.need_options()):
        form.leave_out("need")
        wanted["need"] = None
    filters = InboxFilter(
        state=None if wanted["state"] == "all" else wanted["state"],
        sentiment=wanted["sentiment"],
        assigned_to=current_account().id if wanted["who"] == "me" else None,
        unassigned=wanted["who"] == "nobody",
    )
    among = needs.conversations_about(wanted["need"]) if wanted["need"] else None
    if wanted["unsure"]:
        among = needs.conversations_to_review()
    secret = str(current_app.secret_key)
    place = unseal(secret, wanted["after"], 4)
    rows = conversations.inbox(db.session, filters, place, among=among, limit=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    return {
        "form": form,
        "wanted": wanted,
        "kept": {
            name: wanted[name] for name in KEPT if wanted[name] and (name, wanted[name]) != ("state", "waiting_team")
        },
        "rows": shown,
        "count": conversations.inbox_count(db.session, filters, among=among),
        "tags": _chips(shown),
        "further": seal(secret, shown[-1].place) if len(rows) > PER_PAGE else None,
        "paged": place is not None,
    }


def _chips(rows: list[InboxRow]) -> dict[int, list[tuple[str, str]]]:
    """For each row of the queue, up to two words about it: danger first, then what it could not read, then needs."""
    ids = [row.message_id for row in rows if row.message_id is not None]
    tags, readings = needs.tags_of(db.session, ids), needs.readings_of(db.session, ids)
    found: dict[int, list[tuple[str, str]]] = {}
    for message_id in ids:
        reading = readings.get(message_id)
        chips = [(need_words.value("safety", tag.value), "bad") for tag in tags[message_id] if tag.kind == "safety"]
        if reading is not None and not reading.readable:
            chips.append((need_words.not_read(reading), "wait"))
        kinds = {"unmet": "bad", "met": "good", "wished": "note"}
        chips += [
            (need_words.need(tag.value), kinds.get(tag.need_state or "", "note"))
            for tag in tags[message_id]
            if tag.kind == "need"
        ]
        found[message_id] = chips[:2]
    return found


def desk(
    queue: dict[str, Any],
    opened: Conversation | None,
    form: Submitted,
    *,
    hide: bool = True,
    sorry: tuple[int, Submitted] | None = None,
) -> Response:
    """The whole desk.

    :param sorry: a promise and the form of an apology for it that has errors.
    """
    values: dict[str, Any] = {"opened": opened}
    if opened is not None:
        messages = conversations.thread(db.session, opened.id, internal=True)
        promises, owed = conversations.promises_beside(db.session, opened)
        answers, customer = conversations.people_of(db.session, opened)
        letters = margin.for_team(messages, hide=hide)
        values = {
            "opened": opened,
            "title": needs.masked(opened.title) if hide else opened.title,
            "letters": letters,
            "complaint": complaint_words.about(opened, letters),
            "reviews": {one.tag_id: one for one in needs.reviews_of(db.session, [one.id for one in messages])},
            "promises": promises,
            "missed": {one.id for one in promises if one.missed(clock.utc_now())},
            "sorry": sorry or (0, empty()),
            "answers": answers,
            "beside": _beside(customer, owed),
            "hide": hide,
        }
    alarms = [indicator_words.alarm(one) for one in insight.open_alarms(db.session, scope="company")]
    return page(
        "team/inbox/desk.html", alarms=alarms, form=form, queue=queue, words=need_words, me=current_account(), **values
    )


def _beside(customer: Customer | None, owed: list[Promise]) -> dict[str, Any] | None:
    """The customer as they stand beside the thread: who, what they allow, may use, and are owed."""
    if customer is None:
        return None
    now = clock.utc_now()
    return {
        "customer": customer,
        "products": crm.holdings_of(db.session, customer.id, on=now.date()),
        "allows": [
            cell for cell in consent.state_of(db.session, customer.id, now) if (cell.channel, cell.topic) == ("*", "*")
        ],
        "balances": entitlements.balances(db.session, customer.id, now),
        "owed": owed,
    }


@blueprint.post("/conversations/<ref>/answer")
def conversation_answer(ref: str) -> ResponseReturnValue:
    """Answer, answer with a promise, or leave a note for the team."""
    opened = conversations.conversation_by_ref(db.session, ref)
    form = _answer_form()
    if not form.good:
        return desk(queue_asked_for(), opened, form)
    promised, kind = form.values["kind"] == "promise", form.values["kind"]
    conversations.reply(
        db.session,
        current_account(),
        opened,
        text=form.values["text"],
        now=clock.utc_now(),
        internal=kind == "note",
        promise_due=datetime.combine(form.values["promise_due"], time(17), UTC) if promised else None,
        promise_text=form.values.get("promise_text") if promised else None,
        submission_key=form.values["submission_key"],
    )
    said = {"note": _("Noted for the team only."), "promise": _("Sent, and the promise is kept track of.")}
    return onward("team.conversation", said.get(kind, _("Sent.")), ref=ref)


def _answer_form() -> Submitted:
    form = submitted(conversations.AnswerSchema())
    if form.good and form.values["kind"] == "promise":
        due = form.values.get("promise_due")
        if due is None:
            form.refuse("promise_due", _("Say by which day."))
        elif due < clock.utc_now().date():
            form.refuse("promise_due", _("That day is over. Choose today or a later one."))
        if not form.values.get("promise_text"):
            form.refuse("promise_text", _("Say what you promise, in a few words they can hold us to."))
    return form


@blueprint.post("/conversations/<ref>/assign")
def conversation_assign(ref: str) -> ResponseReturnValue:
    """Take a conversation, or give it back."""
    opened = conversations.conversation_by_ref(db.session, ref)
    form = submitted(conversations.AssignSchema())
    mine = form.good and form.values["to"] == "me"
    conversations.assign(db.session, opened, current_account() if mine else None, now=clock.utc_now())
    return onward("team.conversation", _("It is yours.") if mine else _("It is nobody’s now."), ref=ref)


@blueprint.post("/conversations/<ref>/settled")
def conversation_settled(ref: str) -> ResponseReturnValue:
    """Settle a conversation, or open it again."""
    opened = conversations.conversation_by_ref(db.session, ref)
    if opened.state == "closed":
        conversations.reopen(db.session, opened, now=clock.utc_now())
        return onward("team.conversation", _("Open again."), ref=ref)
    conversations.settle(db.session, opened, now=clock.utc_now())
    return onward("team.conversation", _("Settled. The customer can open it again."), ref=ref)


@blueprint.post("/conversations/<ref>/personal")
def conversation_personal(ref: str) -> ResponseReturnValue:
    """Show what was covered, once, and write down who looked."""
    opened = conversations.conversation_by_ref(db.session, ref)
    note("conversation.personal-data-shown", f"conversation:{opened.ref}")
    return desk(queue_asked_for(), opened, empty(), hide=False)
