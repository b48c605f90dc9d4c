"""Templates as pages: Omar writes, Ines sets the kind, both see beforehand what a customer gets."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import outreach
from tests.cast import Cast
from tests.web.analyst.test_desk import send

WORDS = {
    "key": "moves", "message_class": "mandatory", "purpose": "service", "topic": "*", "channel": "email",
    "subject": "News for $name", "text": "Dear $name, the branch moves.",
}  # fmt: skip


def test_who_writes_chooses_which_data_it_uses_from_what_the_words_of_its_purpose_name(
    omar: FlaskClient, session: Session
) -> None:
    assert 'name="data_used" value="messages"' in omar.get("/analyst/templates/new").text
    refused = send(omar, "/analyst/templates/new", **WORDS, data_used=["shoe size"])
    assert (refused.status_code, "No words of this purpose name this: shoe size." in refused.text) == (422, True)
    assert send(omar, "/analyst/templates/new", **WORDS, data_used=["messages"]).status_code == 303
    assert "<dd>messages</dd>" in omar.get("/analyst/templates/moves").text
    assert 'value="messages" checked' in omar.get("/analyst/templates/moves/edit").text


def test_one_writes_another_sets_the_kind(omar: FlaskClient, ines: FlaskClient, session: Session) -> None:
    assert send(omar, "/analyst/templates/new", **WORDS).headers["Location"] == "/analyst/templates/moves"
    mine = omar.get("/analyst/templates/moves").text
    assert "You wrote it, so somebody else sets its kind." in mine
    assert "Set it, so that it may be sent" not in mine
    confirm = "/analyst/templates/moves/1/confirm"
    assert send(omar, "/analyst/templates/moves", confirm, message_class="mandatory").status_code == 422
    assert "waits for a second person" in ines.get("/analyst/templates").text
    assert send(ines, "/analyst/templates/moves", confirm, message_class="mandatory").status_code == 303
    session.rollback()
    assert outreach.template(session, "moves").confirmed_by == "Ines"
    assert "set by Ines" in omar.get("/analyst/templates/moves").text


def test_words_that_are_refused_are_named_beside_the_field_and_kept(omar: FlaskClient, session: Session) -> None:
    answer = send(omar, "/analyst/templates/new", **{**WORDS, "text": "A discount for $nobody."})
    assert answer.status_code == 422
    assert "Nobody fills $nobody." in answer.text
    assert "A discount for $nobody." in answer.text
    answer = send(omar, "/analyst/templates/new", **{**WORDS, "text": "A discount for you."})
    assert "may carry no offer. Take out: “discount”." in answer.text
    half = send(omar, "/analyst/templates/new", **WORDS, subject_it="Novità")
    assert "Give both the subject and the text, or neither." in half.text
    session.rollback()
    assert "moves" not in [one.key for one in outreach.written_templates(session)]


def test_a_new_version_starts_from_the_newest_and_a_draft_can_be_turned_down(
    omar: FlaskClient, ines: FlaskClient
) -> None:
    send(omar, "/analyst/templates/new", **WORDS)
    answer = send(ines, "/analyst/templates/moves", "/analyst/templates/moves/1/turn-down", because="Say when.")
    assert answer.status_code == 303
    assert "Ines turned it down: Say when." in omar.get("/analyst/templates/moves").text
    form = omar.get("/analyst/templates/moves/edit").text
    assert "Dear $name, the branch moves." in form
    again = {name: value for name, value in WORDS.items() if name != "key"}
    answer = send(omar, "/analyst/templates/moves/edit", **{**again, "text": "Dear $name, it moves on Monday."})
    assert answer.status_code == 303
    assert "Dear $name, it moves on Monday." in omar.get("/analyst/templates/moves").text


def test_the_preview_is_what_would_go_and_what_would_be_decided(omar: FlaskClient, world: Cast) -> None:
    address = "/analyst/templates/offer/1/preview"
    assert omar.get(address).status_code == 200
    text = omar.get(f"{address}?customer={world.ada.ref}&language=it").text
    assert "Dear Ada" in text
    assert ": http://127.0.0.1:8000/u/…" in text
    assert "not in the language asked for" in text
    assert "Not allowed" in text
    assert omar.get(f"{address}?customer=C-NOBODY").status_code == 422


def test_a_rule_can_name_only_what_may_be_sent(omar: FlaskClient) -> None:
    send(omar, "/analyst/templates/new", **WORDS)
    assert 'value="moves"' not in omar.get("/analyst/rules/new").text
    rule = {
        "name": "Tell them", "key": "tell_them", "segment_key": "fees", "kind": "contact", "template_key": "moves",
        "sentence": "Because the branch near you moves.",
    }  # fmt: skip
    answer = send(omar, "/analyst/rules/new", **rule)
    assert answer.status_code == 422
    assert "that may be sent" in answer.text
