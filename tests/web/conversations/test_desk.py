"""The team's desk: the queue and its filters, one thread, reviewing tags, answering, and what is covered."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import conversations
from portal.audit import AuditEntry
from portal.conversations import Conversation, Message, Promise
from portal.needs import Review, Signal, Tag
from tests.cast import csrf_token

from .conftest import FEE, Say, SignIn, anew

KEY = "K-2222222222"
CARD = "My card 4111 1111 1111 1111 was charged a hidden fee. Write to ada@example.org please."


def send(client: FlaskClient, page: str, address: str, /, **data: str):
    return client.post(address, data={"csrf_token": csrf_token(client.get(page)), **data})


def desk(thread: Conversation) -> str:
    return f"/team/conversations/{thread.ref}"


def test_the_desk_shows_queue_thread_and_customer(as_: SignIn, say: Say) -> None:
    thread = say()
    shown = as_("priya").get("/team").text
    assert thread.title in shown
    assert re.search(r'<mark data-note="\d">[^<]*fee', shown)
    assert "Needs an answer · 1" in shown
    assert "No promise is open" in shown


def test_an_empty_queue_says_so(as_: SignIn) -> None:
    assert "Nobody waits for an answer" in as_("priya").get("/team").text


def test_the_queue_is_filtered_by_need_feeling_and_state_by_its_address(
    as_: SignIn, say: Say, session: Session
) -> None:
    fee = say()
    other = say("ben", "Thank you, the new statement day is great and easy to use.")
    priya = as_("priya")
    tags = {tag.value for tag in session.scalars(sa.select(Tag).where(Tag.kind == "need"))}
    assert "cost" in tags
    found = priya.get("/team?need=cost&state=all").text
    assert fee.ref in found
    assert other.ref not in found
    good = priya.get("/team?sentiment=positive").text
    assert other.ref in good
    assert fee.ref not in good
    assert "Nothing fits this filter" in priya.get("/team?state=closed").text
    assert priya.get("/team?state=bad&need=%00").status_code == 200


def test_the_queue_pages_with_a_cursor_that_cannot_be_made_up(as_: SignIn, say: Say) -> None:
    for number in range(31):
        say(None, f"Thing number {number} about the fee.")
    priya = as_("priya")
    first = priya.get("/team")
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more
    rest = priya.get(more[1].replace("&amp;", "&"))
    found = set(re.findall(r"/team/conversations/(T-\w+)", first.text + rest.text))
    assert len(found) == 31
    assert priya.get("/team?after=made-up").status_code == 422


def test_personal_data_is_covered_until_somebody_asks_and_that_is_logged(
    as_: SignIn, say: Say, session: Session
) -> None:
    thread = say("ada", CARD)
    priya = as_("priya")
    for page in ("/team", desk(thread)):
        shown = priya.get(page).text
        assert "4111" not in shown
        assert "ada@example.org" not in shown
        assert "[card number hidden]" in shown
    shown = send(priya, desk(thread), f"{desk(thread)}/personal")
    assert "4111 1111 1111 1111" in shown.text
    anew(session)
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "conversation.personal-data-shown")).one()
    assert (entry.actor, entry.subject) == ("Priya", f"conversation:{thread.ref}")
    assert "4111" not in priya.get(desk(thread)).text


def test_an_answer_reaches_the_customer_and_a_note_does_not(as_: SignIn, say: Say) -> None:
    thread = say()
    priya, ada = as_("priya"), as_("ada")
    send(priya, desk(thread), f"{desk(thread)}/answer", text="SECRET", kind="note", submission_key=KEY)
    for _ in range(2):
        send(
            priya,
            desk(thread),
            f"{desk(thread)}/answer",
            text="It is back.",
            kind="answer",
            submission_key="K-33333333",
        )
    shown = ada.get(f"/me/conversations/{thread.ref}").text
    assert shown.count("It is back.") == 1
    assert "SECRET" not in shown
    assert "Answered" in shown
    assert "SECRET" in priya.get(desk(thread)).text


def test_a_promise_needs_its_words_and_a_day_that_is_not_over(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    priya, to = as_("priya"), f"{desk(thread)}/answer"
    answer = send(priya, desk(thread), to, text="Soon.", kind="promise", submission_key=KEY)
    assert answer.status_code == 422
    assert "Say by which day" in answer.text
    assert "Soon." in answer.text
    past = send(
        priya,
        desk(thread),
        to,
        text="Soon.",
        kind="promise",
        submission_key=KEY,
        promise_due="2020-01-01",
        promise_text="x",
    )
    assert past.status_code == 422
    due = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    send(
        priya,
        desk(thread),
        to,
        text="Soon.",
        kind="promise",
        submission_key=KEY,
        promise_due=due,
        promise_text="the fee on the screen",
    )
    anew(session)
    promise = session.scalars(sa.select(Promise)).one()
    assert "the fee on the screen" in as_("ada").get(f"/me/conversations/{thread.ref}").text
    send(priya, desk(thread), f"{desk(thread)}/promises/{promise.id}", outcome="kept")
    assert "Kept" in as_("ada").get(f"/me/conversations/{thread.ref}").text


def test_one_button_says_that_a_tag_is_right_or_wrong_or_something_else(
    as_: SignIn, say: Say, session: Session
) -> None:
    thread = say()
    priya, page = as_("priya"), desk(thread)
    tag = session.scalars(sa.select(Tag).where(Tag.value == "cost")).one()
    send(priya, page, f"{page}/tags/{tag.id}", verdict="accept", corrected_to="cost", corrected_state="unmet")
    assert "right, Priya" in priya.get(page).text
    send(priya, page, f"{page}/tags/{tag.id}", verdict="correct", corrected_to="clarity", corrected_state="unmet")
    anew(session)
    assert (tag.review, tag.ended_at is None) == ("corrected", False)
    assert session.scalars(sa.select(Signal).where(Signal.tag_id == tag.id)).one().ended_cause == "correction"
    new = session.scalars(sa.select(Tag).where(Tag.value == "clarity", Tag.source == "human")).one()
    send(priya, page, f"{page}/tags/{new.id}", verdict="reject")
    again = send(priya, page, f"{page}/tags/{new.id}", verdict="reject")
    assert again.status_code == 409
    anew(session)
    assert {one.weight for one in session.scalars(sa.select(Review))} == {3}


def test_a_need_can_be_put_down_where_the_reader_saw_none(as_: SignIn, say: Say, session: Session) -> None:
    thread = say("ada", "Vorrei sapere perché avete addebitato due volte la commissione sul mio bonifico di ieri.")
    priya, page = as_("priya"), desk(thread)
    message = conversations.thread(session, thread.id, internal=False)[0]
    assert "Not read: Italian" in priya.get(page).text
    to = f"{page}/messages/{message.ref}/tags"
    assert send(priya, page, to, need="cost", state="unmet").status_code == 303
    assert send(priya, page, to, need="cost", state="unmet").status_code == 409
    assert send(priya, page, to, need="nonsense", state="unmet").status_code == 422
    anew(session)
    assert session.scalars(sa.select(Signal)).one().need == "cost"


def test_an_analyst_reads_the_desk_and_acts_on_nothing(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    omar = as_("omar")
    shown = omar.get(desk(thread))
    assert shown.status_code == 200
    assert "Show, and log it" not in shown.text
    token = csrf_token(shown)
    for act in ("answer", "assign", "settled", "personal"):
        assert omar.post(f"{desk(thread)}/{act}", data={"csrf_token": token}).status_code == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.author == "team")) == 0


def test_a_conversation_is_taken_given_back_and_settled(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    priya, page = as_("priya"), desk(thread)
    send(priya, page, f"{page}/assign", to="me")
    assert "Priya answers" in priya.get(page).text
    assert thread.ref in priya.get("/team?who=me").text
    send(priya, page, f"{page}/assign", to="nobody")
    send(priya, page, f"{page}/settled")
    anew(session)
    row = session.get_one(Conversation, thread.id)
    assert (row.state, row.assigned_to) == ("closed", None)


def test_needs_over_time_are_drawn_tabled_and_downloaded(as_: SignIn, say: Say) -> None:
    say()
    say(None, FEE)
    priya = as_("priya")
    shown = priya.get("/team/needs?need=cost&weeks=12")
    assert "<polyline" in shown.text
    assert "1 of 2 messages" in shown.text
    rows = priya.get("/team/needs.csv?weeks=12").text.splitlines()
    assert any(",cost,2," in row for row in rows)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/team/needs", 200), ("/team/needs?need=nonsense&weeks=7", 422), ("/team/needs.csv?weeks=-1", 200)],
)
def test_needs_pages_stand_without_any_message_and_odd_addresses(as_: SignIn, path: str, status: int) -> None:
    assert as_("priya").get(path).status_code == status


def test_signals_are_shown_and_downloaded_with_their_lineage_and_only_under_consent(
    as_: SignIn, say: Say, session: Session
) -> None:
    say("ada", CARD)
    say("ben", FEE)
    omar = as_("omar")
    shown = omar.get("/analyst/signals")
    assert "1 of 2" in shown.text
    assert "consent, entry 1" in shown.text
    assert "4111" not in shown.text
    sheet = omar.get("/analyst/signals.csv").text
    signals = session.scalars(sa.select(Signal)).all()
    assert len(sheet.splitlines()) == len(signals) + 1 > 1
    assert "4111" not in sheet
    customers = {row.split(",")[1] for row in sheet.splitlines()[1:]}
    assert len(customers) == 1
    assert "No signal fits this" in omar.get("/analyst/signals?need=reward").text
    assert as_("priya").get("/analyst/signals").status_code == 403


def test_words_that_look_like_a_formula_stay_words_in_a_file(as_: SignIn, say: Say) -> None:
    say("ada", "=fee too high, the fee is too high")
    sheet = as_("omar").get("/analyst/signals.csv").text
    cells = [cell for row in sheet.splitlines()[1:] for cell in row.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]


def test_a_number_no_row_can_have_is_not_found(as_: SignIn, say: Say) -> None:
    page = desk(say())
    assert send(as_("priya"), page, f"{page}/tags/{10**30}", verdict="accept").status_code == 404
    assert send(as_("priya"), page, f"{page}/tags/{2**31 - 1}", verdict="accept").status_code == 404


def test_a_person_says_what_a_complaint_is_about(as_: SignIn, say: Say, session: Session) -> None:
    thread = say(text="This is a formal complaint. My card was blocked for no reason and nobody called me back.")
    priya = as_("priya")
    assert "About cards: such offers" in priya.get(desk(thread)).text
    for line, words in (("loan", "About loans: such offers"), ("all", "About everything"), ("words", "About cards")):
        assert send(priya, desk(thread), f"{desk(thread)}/product-line", line=line).status_code == 303
        assert words in priya.get(desk(thread)).text
    assert send(priya, desk(thread), f"{desk(thread)}/product-line", line="yachts").status_code == 422
