"""Trying the draft of the needs: on a text, and on the newest messages in slices."""

from typing import Any

import sqlalchemy as sa
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal import conversations, needs
from portal.needs import Reading, TaxonomyVersion
from portal.web import need_words, taxonomy_words
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.pages import page

SLICE = 0.8
"""Seconds of reading in one answer; the page then asks for the next by itself, or with a link."""
REFRESH = "1"


@blueprint.get("/taxonomy/draft/try")
def trial() -> ResponseReturnValue:
    """Where a text is pasted, to see how the draft reads it."""
    draft = needs.draft_of(db.session)
    return _trial(draft, empty()) if draft is not None else redirect(url_for("admin.taxonomy"))


@blueprint.post("/taxonomy/draft/try")
def trial_read() -> ResponseReturnValue:
    """How the text reads with the version in force, beside how it would with the draft. It is kept nowhere."""
    return _trial(needs.the_draft(db.session), submitted(needs.TrySchema()))


@blueprint.get("/taxonomy/draft/messages")
def trial_messages() -> ResponseReturnValue:
    """What the draft changes in the newest messages: as far as it has read them, and it goes on reading."""
    draft = needs.draft_of(db.session)
    if draft is None:
        return redirect(url_for("admin.taxonomy"))
    run = needs.try_on_newest(db.session, draft, seconds=SLICE)
    answer = page(
        "admin/trial/messages.html",
        draft=draft,
        run=run,
        messages=_messages([one.message_id for one in run.shown]),
        counts=sorted(run.needs.items(), key=lambda item: -sum(item[1])),
        in_force=needs.in_force().taxonomy,
        need_words=need_words,
    )
    if not run.is_whole:
        answer.headers["Refresh"] = REFRESH
    return answer


def _messages(ids: list[int]) -> dict[int, tuple[str, str]]:
    """The conversation and the masked words of messages."""
    message, conversation = conversations.Message, conversations.Conversation
    wanted = sa.select(message.id, conversation.ref, message.masked_text).join(conversation)
    rows = db.session.execute(wanted.where(message.id.in_(ids)))
    return {number: (ref, text or "") for number, ref, text in rows}


def _trial(draft: TaxonomyVersion, form: Submitted) -> ResponseReturnValue:
    sides: list[dict[str, Any]] = []
    if form.good and form.values:
        text = form.values["text"]
        now, then = needs.try_text(draft, text)
        other = {(one.need, one.state) for one in now.needs}, {(one.need, one.state) for one in then.needs}
        sides = [_side(text, now, other[1]), _side(text, then, other[0])]
    return page(
        "admin/trial/trial.html",
        form=form,
        draft=draft,
        sides=sides,
        in_force=needs.in_force().taxonomy,
        need_words=need_words,
        words=taxonomy_words,
    )


def _side(text: str, reading: Reading, other: set[tuple[str, str]]) -> dict[str, Any]:
    """One reading of the text: its needs with the words they rest on, and whether the other reading has them."""
    claims = [claim for claim in needs.claims_of(reading) if claim.kind == "need"]
    return {
        "reading": reading,
        "claims": [(claim, (claim.value, claim.need_state) in other) for claim in claims],
        "places": [(start, end, str(place)) for place, claim in enumerate(claims, 1) for start, end in claim.spans],
    }
